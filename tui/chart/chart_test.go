package chart

import (
	"fmt"
	"math"
	"regexp"
	"strings"
	"testing"
	"unicode"

	"pgregory.net/rapid"

	"github.com/mwvgroup/pgb/client/alert"
	"github.com/mwvgroup/pgb/client/alert/lightcurve"
	"github.com/mwvgroup/pgb/tui/cells"
)

var ascii = cells.Theme{ASCII: true, Plain: true}

// at makes a point of a light curve with a magnitude; a negative sign is that
// of the flux.
func at(kind alert.PointKind, mjd float64, band string, mag, err float64, sign float64) alert.Point {
	nan := math.NaN()
	p := alert.Point{
		Kind: kind, MJD: mjd, Band: band, Flux: nan, FluxErr: nan, Mag: nan, MagErr: nan, FluxTotal: nan, MagTotal: nan,
		LimMag: nan, SNR: nan, RA: nan, Dec: nan,
	}
	if kind == alert.Limit {
		p.LimMag = mag
		return p
	}
	p.Mag, p.MagErr, p.Flux = mag, err, sign*math.Pow(10, -0.4*(mag-31.4))
	p.FluxErr = math.Abs(p.Flux) * err / 1.0857
	return p
}

// supernova is a small light curve with everything in it.
func supernova() []alert.Point {
	points := []alert.Point{
		at(alert.Limit, 59388, "g", 20.6, 0, 0), at(alert.Limit, 59391, "r", 20.2, 0, 0),
		at(alert.Forced, 59394, "g", 20.1, 0.7, 1), at(alert.Forced, 59394.5, "r", 20.0, 0.3, -1),
	}
	for i := range 8 {
		days := float64(5 * i)
		points = append(points,
			at(alert.Detection, 59400+days, "g", 18+0.03*days, 0.05, 1),
			at(alert.Detection, 59401+days, "r", 17.5+0.02*days, 0.05, 1))
	}
	return points
}

// of makes a chart of points.
func of(c Chart, points []alert.Point) *Chart {
	c.Set(points)
	return &c
}

// compare compares a chart with the lines it should have.
func compare(t *testing.T, block *cells.Block, want string) {
	t.Helper()
	got := strings.Join(block.Lines(), "\n")
	if want = strings.TrimPrefix(want, "\n"); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

func TestAChartInPlainText(t *testing.T) {
	c := of(Chart{Title: "ZTF21abiuvdk", Theme: ascii, Simulated: true}, supernova())
	compare(t, c.Render(64, 18), `
ZTF21abiuvdk  (simulated)          difference magnitude (AB mag)
G g 8  R r 8  abc forced 2  v limits 2  - (negative 1)
    |                R
    |                      R    R     R
 18 +               G                       R    R     R
    |                     G    G                             R
    |                                G     G
    |                                           G     G
 19 +                                                       G
    |        |
    |        ||
 20 +        g-
    |     v  ||
    | v      |
 21 +        |
mag +---------------+----------------------+-------------------
MJD               59400                  59420
UTC            2021-07-05             2021-07-25`)
}

// TestFaintForcedPhotometryIsNamedApartFromLimits: it is drawn as a limit, and
// no limit of the survey's.
func TestFaintForcedPhotometryIsNamedApartFromLimits(t *testing.T) {
	faint := at(alert.Forced, 59396, "i", math.NaN(), math.NaN(), 1)
	faint.Flux, faint.FluxErr = 2000, 7000
	for theme, want := range map[cells.Theme]string{
		{Plain: true}: "● g 8  ■ r 8  ◆ i 0  ○ forced 2  ↓ limits 2  ↓ forced <1σ 1  ⊖ (negative 1)",
		ascii:         "G g 8  R r 8  I i 0  abc forced 2  v limits 2  v forced <1 sigma 1  - (negative 1)",
	} {
		c := of(Chart{Theme: theme}, append(supernova(), faint))
		if got := c.Render(130, 18).Lines()[1]; got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}

func TestAChartInUnicode(t *testing.T) {
	c := of(Chart{Title: "ZTF21abiuvdk"}, supernova())
	compare(t, c.Render(64, 18), `
ZTF21abiuvdk                       difference magnitude (AB mag)
● g 8  ■ r 8  ○ forced 2  ↓ limits 2  ⊖ (negative 1)
    │                ■
    │                      ■    ■     ■
 18 ┤               ●                       ■    ■     ■
    │                     ●    ●                             ■
    │                                ●     ●
    │                                           ●     ●
 19 ┤                                                       ●
    │        ╷
    │        │╷
 20 ┤        ○⊖
    │     ↓  │╵
    │ ↓      │
 21 ┤        ╵
mag └───────────────┬──────────────────────┬───────────────────
MJD               59400                  59420
UTC            2021-07-05             2021-07-25`)
}

func TestAChartOfFluxesStandsUpright(t *testing.T) {
	c := of(Chart{Title: "ZTF21abiuvdk", Theme: ascii}, supernova())
	c.SetQuantity(lightcurve.Flux)
	compare(t, c.Render(40, 10), `
ZTF21abiuvdk       difference flux (nJy)
G g 8  R r 8  abc forced 2  v limits 2
400000 +        R  R
       |        G     R  R  R   R
200000 +           G  G  G  G      R  R
       |  v g                  G  G  G
     0 +v   r
   nJy +--------+-----------+----------
   MJD        59400       59420
   UTC     2021-07-05  2021-07-25`)
}

func TestALowChartLeavesOutWhatItCan(t *testing.T) {
	c := of(Chart{Values: true, Theme: ascii}, supernova())
	compare(t, c.Render(50, 7), `
G g 8  R r 8  abc forced 2  v limits 2
 18 +           GR  GR    R   R   R    R   R
    |                    G   G   G    G   G   GR
 20 +      -
    | v v  g
mag +-----------+----------------+---------------
MJD           59400            59420`)
	c.Step(1)
	c.Step(4)
	if got := c.Render(50, 7).Lines()[0]; got != "G g  18.000 +- 0.050 mag  MJD 59400.00000" {
		t.Errorf("%q", got)
	}
}

func TestAWindowShowsAPart(t *testing.T) {
	c := of(Chart{Theme: ascii}, supernova())
	c.window = lightcurve.Window{FromMJD: 59399.5, ToMJD: 59402, Low: 17, High: 18.5}
	compare(t, c.Render(50, 10), `
                     difference magnitude (AB mag)
G g 8  R r 8  abc forced 2  v limits 2
 17 +
    |                          R
    |
 18 +        G
    |
mag +--------+-----------------+----------------+
MJD        59400             59401           59402
UTC     2021-07-05        2021-07-06    2021-07-07`)
}

func TestNothingToDrawIsSaid(t *testing.T) {
	c := Chart{Title: "ZTF21abc"}
	compare(t, c.Render(40, 8), "ZTF21abc\n\n\n\n               no points\n\n\n")
	c.Set(supernova())
	c.SetQuantity(lightcurve.TotalFlux)
	if got := c.Render(80, 8).String(); !strings.Contains(got, "no points with a time and a total flux (nJy)") {
		t.Error(got)
	}
	c.SetQuantity(lightcurve.Flux)
	compare(t, c.Render(20, 3), "ZTF21abc\ntoo small for a char\n")
	if got := c.Render(0, 3); got.Width() != 0 {
		t.Error(got.Width())
	}
}

func TestColoursAreThoseOfTheBands(t *testing.T) {
	c := of(Chart{}, supernova())
	dark := c.Render(80, 20).String()
	for _, want := range []string{"\x1b[0;1;38;5;35m●", "\x1b[0;1;38;5;203m■", "\x1b[0;2;38;5;35m↓", "\x1b[0;2;38;5;35m○"} {
		if !strings.Contains(dark, want) {
			t.Errorf("no %q on a dark background", want)
		}
	}
	c.Theme.Light = true
	light := c.Render(80, 20).String()
	for _, want := range []string{"\x1b[0;1;38;5;28m●", "\x1b[0;1;38;5;160m■"} {
		if !strings.Contains(light, want) {
			t.Errorf("no %q on a light background", want)
		}
	}
	c.Theme = cells.Theme{Plain: true}
	plain := c.Render(80, 20).String()
	if strings.Contains(plain, "8;5;") {
		t.Errorf("colours without colour:\n%q", plain)
	}
	plain = escapes.ReplaceAllString(plain, "")
	if escapes.ReplaceAllString(dark, "") != plain || escapes.ReplaceAllString(light, "") != plain {
		t.Errorf("colour changes more than colour:\n%s", plain)
	}
}

var escapes = regexp.MustCompile("\x1b\\[[0-9;]*m")

// anyPoint draws a point of which anything may be wrong.
func anyPoint(t *rapid.T) alert.Point {
	value := func(name string) float64 {
		return rapid.OneOf(rapid.Float64Range(-30, 30), rapid.Float64(), rapid.SampledFrom([]float64{
			math.NaN(), math.Inf(1), math.Inf(-1), 0, math.MaxFloat64, -math.MaxFloat64, math.SmallestNonzeroFloat64,
		})).Draw(t, name)
	}
	return alert.Point{
		Kind: alert.PointKind(rapid.IntRange(0, 2).Draw(t, "kind")), MJD: value("mjd"),
		Band: rapid.OneOf(rapid.SampledFrom([]string{"u", "g", "F213", "", "\x1b[2J", "星"}), rapid.String()).Draw(t, "band"),
		Flux: value("flux"), FluxErr: value("flux error"), Mag: value("mag"), MagErr: value("mag error"),
		FluxTotal: value("total"), MagTotal: value("total mag"), LimMag: value("limit"),
	}
}

// anyHand does to a chart what hands may do.
func anyHand(t *rapid.T, c *Chart, width, height int) {
	x, y := rapid.IntRange(-1, width).Draw(t, "x"), rapid.IntRange(-1, height).Draw(t, "y")
	by := rapid.OneOf(rapid.Float64Range(-3, 3), rapid.Float64()).Draw(t, "by")
	switch rapid.IntRange(0, 8).Draw(t, "hand") {
	case 0:
		c.Step(rapid.IntRange(-3, 3).Draw(t, "step"))
	case 1:
		c.Choose(x, y)
	case 2:
		c.Zoom(by)
	case 3:
		c.ZoomAt(x, y, by)
	case 4:
		c.Pan(by, -by)
	case 5:
		c.Drag(x, y)
	case 6:
		c.Whole()
	case 7:
		c.SetQuantity(lightcurve.Quantity(rapid.IntRange(0, 3).Draw(t, "quantity")))
	case 8:
		c.Set(rapid.SliceOfN(rapid.Custom(anyPoint), 0, 12).Draw(t, "points"))
	}
}

func TestChartsKeepWithinTheirSizeWhateverThePoints(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c := of(Chart{
			Title:     rapid.String().Draw(t, "title"),
			Simulated: rapid.Bool().Draw(t, "simulated"),
			Values:    rapid.Bool().Draw(t, "values"),
			Theme:     cells.Theme{ASCII: rapid.Bool().Draw(t, "ascii"), Plain: rapid.Bool().Draw(t, "plain")},
		}, rapid.SliceOfN(rapid.Custom(anyPoint), 0, 12).Draw(t, "points"))
		for range rapid.IntRange(1, 8).Draw(t, "frames") {
			width, height := rapid.IntRange(-1, 260).Draw(t, "width"), rapid.IntRange(-1, 80).Draw(t, "height")
			got := c.Render(width, height)
			if got.Width() != max(width, 0) || got.Height() != max(height, 0) {
				t.Fatalf("%d x %d, want %d x %d", got.Width(), got.Height(), width, height)
			}
			for _, line := range got.Lines() {
				if cells.Width(line) > max(width, 0) {
					t.Fatalf("%d cells, want %d: %q", cells.Width(line), width, line)
				}
				for _, r := range line {
					if !unicode.IsPrint(r) || c.Theme.ASCII && r > '~' {
						t.Fatalf("%U in %q", r, line)
					}
				}
			}
			anyHand(t, c, width, height)
		}
	})
}

func TestEveryMarkInTheWindowIsDrawn(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := at(alert.Detection, rapid.Float64Range(50000, 70000).Draw(t, "mjd"), "g", rapid.Float64Range(10, 25).Draw(t, "mag"), 0.1, 1)
		c := of(Chart{}, []alert.Point{p})
		width, height := rapid.IntRange(leastWidth, 250).Draw(t, "width"), rapid.IntRange(leastHeight, 70).Draw(t, "height")
		if got := strings.Count(c.Render(width, height).String(), "●"); got != 2 { // one in the legend
			t.Fatalf("%d marks", got)
		}
	})
}

func TestDetectionsAreOnTop(t *testing.T) {
	all := []alert.Point{
		at(alert.Detection, 59400, "g", 18, 0.01, 1), at(alert.Forced, 59400, "g", 18, 0.01, 1), at(alert.Limit, 59400, "g", 18, 0, 0),
	}
	for len(all) > 0 {
		plot := strings.Join(of(Chart{}, all).Render(40, 12).Lines()[2:], "")
		if want := [...]string{alert.Detection: "●", alert.Forced: "○", alert.Limit: "↓"}[all[0].Kind]; !strings.Contains(plot, want) {
			t.Errorf("no %s in %s", want, plot)
		}
		all = all[1:]
	}
}

func TestWideCharactersEndAtTheEdge(t *testing.T) {
	for width := leastWidth; width < leastWidth+2; width++ {
		c := of(Chart{Title: strings.Repeat("星", 100)}, supernova())
		title := c.Render(width, 10).Lines()[0]
		if want := strings.Repeat("星", width/2); title != want {
			t.Errorf("%q, want %q", title, want)
		}
	}
}

func TestTheLegendKeepsWithinItsLines(t *testing.T) {
	var points []alert.Point
	for i := range 40 {
		points = append(points, at(alert.Detection, 59000+float64(i), fmt.Sprintf("band%02d", i), 20, 0.1, 1))
	}
	lines := of(Chart{}, points).Render(40, 10).Lines()
	if !strings.Contains(lines[1], "band00") || strings.Contains(lines[2], "band") {
		t.Errorf("%q", lines[:3])
	}
}

func BenchmarkRender(b *testing.B) {
	var points []alert.Point
	for range 100 {
		points = append(points, supernova()...)
	}
	c := of(Chart{}, points)
	for b.Loop() {
		c.Render(200, 60)
	}
}
