package chart

import (
	"math"
	"slices"
	"testing"

	"github.com/mwvgroup/pgb/client/alert"
	"github.com/mwvgroup/pgb/client/alert/lightcurve"
	"github.com/mwvgroup/pgb/tui/cells"
)

func TestTheCrossHairTellsAPointsValues(t *testing.T) {
	c := of(Chart{Values: true, Hint: "← → a point", Theme: cells.Theme{Plain: true}}, supernova())
	if got := c.Render(100, 16).Lines()[1]; got != "← → a point" {
		t.Errorf("%q", got)
	}
	c.Step(1)
	c.Step(5)
	compare(t, c.Render(100, 16), `
● g 8  ■ r 8  ○ forced 2  ↓ limits 2  ⊖ (negative 1)                   difference magnitude (AB mag)
■ r  17.500 ± 0.050 mag  MJD 59401.00000  2021-07-06 00:00  detection
    │┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈■┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈┈
    │                          ┊        ■         ■        ■        ■
 18 ┤                        ● ┊       ●                                     ■         ■        ■
    │                          ┊                ●        ●        ●
    │                          ┊                                            ●        ●
    │                          ┊                                                              ●
    │             ╷            ┊
    │             ││           ┊
 20 ┤        ↓    ○⊖           ┊
    │  ↓          │            ┊
    │             ╵            ┊
mag └──────┬─────────────────┬──────────────────┬─────────────────┬──────────────────┬─────────────
MJD      59390             59400              59410             59420              59430
UTC   2021-06-25        2021-07-05         2021-07-15        2021-07-25         2021-08-04`)
	if s := c.Render(100, 16).At(31, 2).Style; !s.Reverse || !s.Bold {
		t.Errorf("the chosen point does not stand out: %+v", s)
	}
	c.Theme.Plain = false
	if s := c.Render(100, 16).At(31, 2).Style; s.Bg == 0 || s.Reverse {
		t.Errorf("nor does it in colour: %+v", s)
	}
}

func TestTheCrossHairGoesFromPointToPointAndStopsAtTheEnds(t *testing.T) {
	c := of(Chart{Values: true}, supernova())
	times := func(step int) (list []float64) {
		for range 25 {
			c.Step(step)
			p, _ := c.Chosen()
			list = append(list, p.MJD)
		}
		return list
	}
	forth := times(1)
	if !slices.IsSorted(forth) || forth[0] != 59388 || forth[19] != 59436 || forth[24] != 59436 {
		t.Error(forth)
	}
	if back := times(-1); back[24] != 59388 {
		t.Error(back)
	}
}

func TestTheCrossHairMovesTheWindowAlong(t *testing.T) {
	c := of(Chart{}, supernova())
	c.Render(80, 20)
	c.Step(-1)
	for range 4 {
		c.Zoom(0.5)
	}
	for range 19 {
		c.Step(-1)
		m, w := c.drawing.Marks[c.chosen.mark], c.visible()
		if m.MJD < w.FromMJD || m.MJD > w.ToMJD || m.Value < w.Low || m.Value > w.High {
			t.Fatalf("%+v is not in %+v", m, w)
		}
	}
}

func TestAClickChoosesTheNearestPoint(t *testing.T) {
	c := of(Chart{}, supernova())
	c.Render(64, 18)
	if !c.Choose(18, 3) {
		t.Fatal("outside")
	}
	if p, ok := c.Chosen(); !ok || p.Band != "r" || p.MJD != 59401 {
		t.Errorf("%+v", p)
	}
	for _, at := range [][2]int{{0, 5}, {30, 0}, {30, 16}, {63, 5}, {30, 40}} {
		if c.Choose(at[0], at[1]) {
			t.Errorf("%v is in the plot", at)
		}
	}
}

// TestTheChosenPointStaysItself: an alert that tells more must not move it.
func TestTheChosenPointStaysItself(t *testing.T) {
	c := of(Chart{}, supernova())
	c.Step(1)
	c.Step(3)
	was, _ := c.Chosen()
	if was.Kind != alert.Forced {
		t.Fatal(was)
	}
	better := supernova()
	better[3].Kind = alert.Detection
	c.Set(append([]alert.Point{at(alert.Detection, 59300, "r", 18, 0.1, 1)}, better...))
	if p, ok := c.Chosen(); !ok || p.MJD != was.MJD || p.Kind != alert.Detection {
		t.Errorf("%+v", p)
	}
	c.SetQuantity(lightcurve.Flux)
	if p, ok := c.Chosen(); !ok || p.MJD != was.MJD {
		t.Errorf("%+v", p)
	}
	c.SetQuantity(lightcurve.TotalFlux) // which it does not have
	c.SetQuantity(lightcurve.Magnitude)
	if p, ok := c.Chosen(); !ok || p.MJD != was.MJD || c.chosen.mark < 0 {
		t.Errorf("%+v", p)
	}
}

func TestZoomingAndMovingKeepPointsInSight(t *testing.T) {
	c := of(Chart{Theme: ascii}, supernova())
	c.Render(64, 18)
	all := c.visible()
	c.ZoomAt(18, 3, 0.5)
	if w := c.visible(); (w.ToMJD-w.FromMJD)/(all.ToMJD-all.FromMJD) != 0.5 {
		t.Errorf("%+v", w)
	}
	mjd, value, _ := c.page.place(18, 3)
	c.Render(64, 18)
	if x, y := c.page.x(mjd)+float64(c.page.left), c.page.y(value)+float64(c.page.top); math.Abs(x-18.5) > 2 || math.Abs(y-3.5) > 1 {
		t.Errorf("the place under the mouse went to %v, %v", x, y) // the axis may take more room
	}
	for range 100 {
		c.Pan(0.7, 0)
	}
	if w := c.visible(); w.FromMJD > all.ToMJD {
		t.Errorf("moved out of sight: %+v", w)
	}
	c.Whole()
	for range 100 {
		c.Zoom(0.5)
	}
	if w := c.visible(); w.ToMJD-w.FromMJD < leastTime {
		t.Errorf("zoomed in to %+v", w)
	}
	for range 100 {
		c.Zoom(4)
	}
	if w := c.visible(); w.ToMJD-w.FromMJD > farthestOut*(all.ToMJD-all.FromMJD) {
		t.Errorf("zoomed out to %+v", w)
	}
	c.Whole()
	if c.visible() != all {
		t.Errorf("%+v, want %+v", c.visible(), all)
	}
}

func TestAnotherQuantityShowsTheSameTimes(t *testing.T) {
	c := of(Chart{}, supernova())
	c.Zoom(0.5)
	magnitudes := c.visible()
	c.SetQuantity(lightcurve.Flux)
	fluxes := c.visible()
	if fluxes.FromMJD != magnitudes.FromMJD || fluxes.ToMJD != magnitudes.ToMJD || fluxes.Low != c.whole.Low || fluxes.High != c.whole.High {
		t.Errorf("%+v, before %+v", fluxes, magnitudes)
	}
}

func TestUpwardsIsBrighter(t *testing.T) {
	c := of(Chart{}, supernova())
	before := c.visible()
	if c.Pan(0, 0.1); c.visible().Low >= before.Low {
		t.Error("magnitudes go the wrong way")
	}
	c.Whole()
	c.SetQuantity(lightcurve.Flux)
	before = c.visible()
	if c.Pan(0, 0.1); c.visible().Low <= before.Low {
		t.Error("fluxes go the wrong way")
	}
}

func TestThePointsGoWithTheMouse(t *testing.T) {
	c := of(Chart{}, supernova())
	find := func() (x, y int) {
		block := c.Render(64, 18)
		for y := 3; y < 15; y++ {
			for x := 5; x < 64; x++ {
				if block.At(x, y).Char == '⊖' {
					return x, y
				}
			}
		}
		t.Fatal("gone")
		return 0, 0
	}
	x, y := find()
	c.Drag(7, -4)
	if nx, ny := find(); nx != x+7 || ny != y-4 {
		t.Errorf("from %d %d to %d %d", x, y, nx, ny)
	}
}

func TestValuesInFlux(t *testing.T) {
	c := of(Chart{Values: true, Theme: ascii}, supernova())
	c.SetQuantity(lightcurve.Flux)
	c.Step(1)
	c.Step(3)
	if got := c.Render(100, 20).Lines()[1]; got != "r r  -36308 +- 10033 nJy  MJD 59394.50000  2021-06-29 12:00  forced" {
		t.Errorf("%q", got)
	}
}
