package skymap

import (
	"math"
	"math/bits"
	"slices"
	"strings"
	"testing"

	"github.com/mwvgroup/pgb/client/sky"
	"github.com/mwvgroup/pgb/tui/cells"
	"github.com/mwvgroup/pgb/tui/feed"
	"github.com/mwvgroup/pgb/tui/keys"
	"pgregory.net/rapid"
)

func at(seq int64, ra, dec float64) *feed.Entry { return &feed.Entry{Seq: seq, RA: ra, Dec: dec} }

func wantLines(t *testing.T, b *cells.Block, want string) {
	t.Helper()
	got := strings.Join(b.Lines(), "\n")
	if got != strings.Trim(want, "\n") {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

func TestAFewAlertsOnASmallMap(t *testing.T) {
	m := &Map{Theme: cells.Theme{ASCII: true, Plain: true}}
	for i, p := range [][2]float64{{0, 0}, {45, 40}, {45, 40}, {45, 40}, {270, -30}, {math.NaN(), 3}} {
		m.Add(at(int64(i+1), p[0], p[1]))
	}
	m.SetWatched([]sky.Position{{RA: 330, Dec: 50}})
	m.Mark(90, -45)
	wantLines(t, m.Render(64, 17), `
                ................................
       +60................=========...................
       ....    ...    =====     . ==*= ..     ...    ....
    ...      ...   ====. @      .     ===.      ...      ...
  ...............===....................===...................
 ..      ~~~~~~~==~~~~~~        .        .==       ..        ..
.   ~~~~~~..  ==     . ~~~~~~   .         .==       ..         .
~~~~~     .  ==      .      ~~~~~         . ==       .         .
~............=..................:~~~.........==............~~~~~
.         .120       .60        .0 ~~~~~~ .300=     ..240~~~   .
 ..        .=      | ..         .       ~~~~~~==~~~~~~~      ..
  ..........=......|..........................:=..............
    ...     =..--- + ---        .       ..     =...      ...
       .... == ... |   ..       .      ..     .=.    ....
       -60..==.....|...........................=====..
                ................................
5 alerts  1 :;oO%#@ 3 a cell  equatorial, RA 0 in the middle`)
	m = &Map{}
	m.Add(at(1, 0, 0))
	m.Add(at(2, 150, 60))
	wantLines(t, m.Render(24, 7), `
   ⣀⠤⠠⠒⠋⢀⣀⠤⠤⢤⣀⠉⠉⠙⠒⠲⠤⣀
⢀⡴⠋⠈ ⠈⣠⠖⠋⠈ ⠈⠄⠈⠙⢦ ⠊ ⠈ ⠙⢦⡀
⣀⠄ ⠚⠉⡴⠁⠉⠙ ⠠⣀⡀   ⢳⡀     ⢹
⠁⠈ ⠈⢸⠁⠂⠈ ⠈ ⠈⠁⠈⠤⣄⡀⢣⣀⣀⡀⠈⠒⠉
⠈⠳⣄⢀⢸⢀⠐⢀ ⢀ ⢀⠄⢀ ⢀ ⢸ ⢀ ⣠⠞⠁
   ⠉⠘⠦⠤⣄⣀⣀⣀⣀⣀⣀⣀⣀⣠⠘⠒⠂⠉
2 alerts     ╌╌ ecliptic`)
}

func TestAPatchHasCoordinatesAndAScale(t *testing.T) {
	m := &Map{}
	m.Show(150, 2, 4)
	m.Add(at(1, 150, 2))
	m.Add(at(2, 151.1, 2.6))
	m.Add(at(3, 170, 2)) // not in it
	wantLines(t, m.Render(60, 13), `
⡀              ⡀             ⢀              ⢀  ├──────┤ 30′
⡀            ⠐ ⡀             ⢀              ⢀              ⢀
+2.5°⠈ ⠈ ⠈ ⠈ ⠈ ⡈ ⠈ ⠈ ⠈ ⠈ ⠐ ⠐ ⢐ ⠐ ⠐ ⠈ ⠈ ⠈ ⠈ ⠈⢀⠈ ⠈ ⠈ ⠈ ⠈ ⠈ ⠈ ⢈
⡀              ⡀             ⢀              ⢀              ⢀
⡀              ⡀             ⢀              ⢀              ⢀
+2.0°⢀ ⢀ ⢀ ⢀ ⢀ ⣀ ⢀ ⢀ ⢀ ⢀ ⢀ ⢀ ⢀ ⢀ ⢀ ⢀ ⢀ ⢀ ⢀ ⢀⢀⢀ ⢀ ⢀ ⢀ ⢀ ⢀ ⢀ ⢀
⡀              ⡀             ⢀⠁             ⢀              ⢀
⡀              ⡀             ⢀              ⢀              ⢀
⡀              ⡀             ⢀              ⢀              ⢀
+1.5°⠠ ⠠ ⠠ ⠠ ⠠ ⡠ ⠠ ⠠ ⠠ ⠠ ⠠ ⠠ ⢠ ⠠ ⠠ ⠠ ⠠ ⠠ ⠠ ⠠⢀⠠ ⠠ ⠠ ⠠ ⠠ ⠠ ⠠ ⢠
⡀              ⡀             ⢀              ⢀              ⢀
⡀            151°           150°          149°             ⢀
3 alerts  RA 150.0 Dec +2.0, 4° wide`)
}

// frames renders what a map shows of some alerts.
func frames(m *Map, entries []*feed.Entry) string {
	for _, e := range entries {
		m.Add(e)
	}
	return m.Render(100, 30).String()
}

func TestAlertsThatComeLaterAreDrawnAsThoseThatWereThere(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		by := rapid.SampledFrom([]ColourBy{Density, Class, Band}).Draw(t, "by")
		var entries []*feed.Entry
		for i := range rapid.IntRange(0, 60).Draw(t, "n") {
			entries = append(entries, &feed.Entry{
				Seq: int64(i), RA: rapid.Float64Range(0, 360).Draw(t, "ra"), Dec: rapid.Float64Range(-90, 90).Draw(t, "dec"),
				Class: rapid.SampledFrom([]string{"", "a", "b", "c"}).Draw(t, "class"), Band: rapid.SampledFrom([]string{"g", "r"}).Draw(t, "band"),
			})
		}
		cut := rapid.IntRange(0, len(entries)).Draw(t, "cut")
		one, two := &Map{ColourBy: by}, &Map{ColourBy: by}
		frames(one, entries[:cut])
		if a, b := frames(one, entries[cut:]), frames(two, entries); a != b {
			t.Fatalf("in two parts\n%s\nat once\n%s", a, b)
		}
	})
}

func TestColoursSayTheMostFrequentKind(t *testing.T) {
	m := &Map{ColourBy: Class, Theme: cells.Theme{ASCII: true}}
	for i, class := range []string{"SN Ia", "RRL_ab", "RRL_ab", "", "x\x1b[2J"} {
		e := at(int64(i), 0, 0)
		e.Class, e.Band = class, []string{"r", "r", "g", "r", "u"}[i]
		m.Add(e)
	}
	b := m.Render(100, 30)
	x, y, _ := m.view.place(sky.VectorOf(0, 0))
	if c := b.At(int(x), int(y)); c.Char != 'b' {
		t.Errorf("by class: %q", c.Char)
	}
	if legend := b.Lines()[29]; legend != "a SN Ia 1  b RRL_ab 2  c x[2J 1  ? no class 1" {
		t.Errorf("legend %q", legend)
	}
	m.NextColour()
	b = m.Render(100, 30)
	if c := b.At(int(x), int(y)); c.Char != 'R' {
		t.Errorf("by band: %q", c.Char)
	}
	if legend := b.Lines()[29]; legend != "U u 1  G g 1  R r 3" {
		t.Errorf("legend %q, want the bands by wavelength", legend)
	}
}

func TestMoreKindsThanColoursAreOthers(t *testing.T) {
	m := &Map{ColourBy: Class}
	for i := range 40 {
		e := at(int64(i), float64(i), 0)
		e.Class = string(rune('A' + i))
		m.Add(e)
	}
	if legend := m.Render(200, 30).Lines()[29]; !strings.HasSuffix(legend, "■ N 1  ■ others 26") {
		t.Errorf("legend %q", legend)
	}
}

func TestOldAlertsStayOnTheWholeSkyOnly(t *testing.T) {
	m := &Map{}
	m.Add(at(1, 200, -40))
	for i := range keep {
		m.Add(at(int64(i+2), 20, 40))
	}
	if len(m.store.points) != keep || len(m.store.bins) != 2 {
		t.Errorf("%d positions and %d bins are kept", len(m.store.points), len(m.store.bins))
	}
	isDrawn := func() bool {
		b := m.Render(100, 30)
		x, y, ok := m.view.place(sky.VectorOf(200, -40))
		return ok && m.grid.n[int(y)*m.view.width+int(x)] == 1 && b.At(int(x), int(y)).Fg == cells.ANSI(rampDark[0])
	}
	if !isDrawn() || !strings.Contains(m.block.Lines()[29], "50,001 alerts") {
		t.Errorf("the oldest alert is not on the whole sky: %q", m.block.Lines()[29])
	}
	if _, ok := m.Near(locate(m, 200, -40)); ok {
		t.Error("an alert that is not kept is near")
	}
	m.Show(200, -40, 5)
	if isDrawn() || !strings.Contains(m.block.Lines()[29], "newest 50,000") {
		t.Errorf("an alert that is not kept is on a patch: %q", m.block.Lines()[29])
	}
}

func TestFullPartsOfTheSkyHaveNoGapsWhenTheMapIsDrawnAnew(t *testing.T) {
	m := &Map{}
	for pixel := range sky.PixelCount(dotOrder) {
		p := sky.PixelCenter(dotOrder, pixel)
		m.Add(at(pixel, p.RA, p.Dec))
	}
	for _, size := range [][2]int{{80, 21}, {200, 51}, {400, 101}} {
		m.Render(size[0], size[1])
		if sum := total(m.grid.n); sum != uint32(sky.PixelCount(dotOrder)) {
			t.Errorf("%v: %d alerts", size, sum)
		}
		// A diamond in the middle is far from the edge and hardly distorted.
		w, h := m.view.width, m.view.height
		dots, full := 0, 0
		for y := h / 4; y < 3*h/4; y++ {
			for x := 3 * w / 8; x < 5*w/8; x++ {
				dots += 8
				full += bits.OnesCount8(m.grid.dots[y*w+x])
			}
		}
		if float64(full) < 0.97*float64(dots) {
			t.Errorf("%v: %d of %d dots", size, full, dots)
		}
	}
}

func total(list []uint32) (sum uint32) {
	for _, n := range list {
		sum += n
	}
	return sum
}

func TestAPatchForgetsWhatIsNotKept(t *testing.T) {
	m := &Map{}
	m.Show(200, -40, 5)
	for i := range keep {
		m.Add(at(int64(i), 200, -40))
	}
	m.Render(100, 30)
	for i := range keep {
		m.Add(at(int64(i), 20, 40))
		if i%1000 == 0 {
			m.Render(100, 30)
		}
	}
	m.Render(100, 30)
	if m.grid.most > keep/8 {
		t.Errorf("%d alerts are shown that are not kept", m.grid.most)
	}
}

// locate gives the cell of a position.
func locate(m *Map, ra, dec float64) (x, y int) {
	fx, fy, _ := m.current().place(sky.VectorOf(ra, dec))
	return int(fx), int(fy)
}

func TestNearFindsTheNearestAndNewestAlert(t *testing.T) {
	m := &Map{}
	m.Add(at(7, 60, -30))
	m.Add(at(8, 60, -30))
	m.Add(at(9, 75, -30))
	m.Render(100, 30)
	x, y := locate(m, 60, -30)
	for _, one := range []struct {
		dx, dy int
		want   int64
	}{{0, 0, 8}, {1, 1, 8}, {-1, 0, 8}, {-3, 0, 9}, {0, 6, 0}} {
		if seq, ok := m.Near(x+one.dx, y+one.dy); seq != one.want || ok != (one.want > 0) {
			t.Errorf("%+v: %d, %v", one, seq, ok)
		}
	}
	m.Kept = func(seq int64) bool { return seq != 8 }
	if seq, _ := m.Near(x, y); seq != 7 {
		t.Errorf("an alert that can't be shown is near, or %d", seq)
	}
	if _, ok := m.Near(0, 0); ok {
		t.Error("something is near outside of the sky")
	}
	m.Clear()
	if seq, ok := m.Near(x, y); ok {
		t.Errorf("%d is near after Clear", seq)
	}
}

func TestAClickGivesThePositionOfTheCell(t *testing.T) {
	m := &Map{}
	m.Render(100, 30)
	rapid.Check(t, func(t *rapid.T) {
		x, y := rapid.IntRange(-3, 102).Draw(t, "x"), rapid.IntRange(-3, 32).Draw(t, "y")
		ra, dec, ok := m.Click(x, y)
		if !ok {
			return
		}
		px, py, _ := m.view.place(sky.VectorOf(ra, dec))
		if int(px) != x || int(py) != y || ra < 0 || ra >= 360 || math.Abs(dec) > 90 {
			t.Fatalf("%d %d is %v %v, which is at %v %v", x, y, ra, dec, px, py)
		}
	})
	for _, none := range [][2]int{{0, 0}, {-1, 14}, {50, 29}, {100, 14}} {
		if ra, dec, ok := m.Click(none[0], none[1]); ok {
			t.Errorf("%v is %v %v", none, ra, dec)
		}
	}
}

func TestACredibleRegionIsFilledAndNamed(t *testing.T) {
	m := &Map{}
	small := sky.Region{Level: 0.5, SquareDegrees: 0.785, Ranges: sky.Cone{Center: sky.Position{RA: 61.3, Dec: -31.2}, Radius: sky.Degrees(0.5)}.Cover(12)}
	large := sky.Region{Level: 0.9, SquareDegrees: 1234.4, Ranges: sky.Cone{Center: sky.Position{RA: 60, Dec: -30}, Radius: sky.Degrees(20)}.Cover(9)}
	m.SetRegion("MS181101ab", large, small)
	m.Add(at(1, 60, -25))
	b := m.Render(100, 30)
	if got := b.Lines()[29]; got != "MS181101ab     50 %: 0.785 sq deg     90 %: 1,234 sq deg" {
		t.Errorf("caption %q", got)
	}
	inner, outer := regionStyle(m.Theme, 2, 2).Bg, regionStyle(m.Theme, 1, 2).Bg
	for _, one := range []struct {
		ra, dec float64
		want    cells.Colour
	}{{61.3, -31.2, inner}, {60, -20, outer}, {60, -25, outer}, {60, 0, 0}, {240, 30, 0}} {
		x, y := locate(m, one.ra, one.dec)
		if got := b.At(x, y).Bg; got != one.want {
			t.Errorf("%v %v: background %v, want %v", one.ra, one.dec, got, one.want)
		}
	}
	for at, depth := range m.backdrop.depths {
		d, ok := m.view.direction(float64(at%100)+0.5, float64(at/100)+0.5)
		ra, dec := d.LonLat()
		if in := large.Contains(sky.Position{RA: ra, Dec: dec}); ok && in != (depth > 0) && sky.Separation(ra, dec, 60, -30) < 17*3600 {
			t.Errorf("%v %v: depth %d", ra, dec, depth)
		}
	}
	m.DropRegion()
	if b := m.Render(100, 30); strings.Contains(b.String(), "MS181101ab") || b.At(locate(m, 60, -20)).Bg != 0 {
		t.Error("the region is still there")
	}
}

func TestKeysZoomPanAndTurn(t *testing.T) {
	m := &Map{}
	m.Mark(150, 2)
	press := func(names ...string) string {
		for _, name := range names {
			if !keys.Run(name, m.Keys()) {
				t.Errorf("%s does nothing", name)
			}
		}
		lines := m.Render(110, 24).Lines()
		caption := lines[23]
		if m.ColourBy != Density {
			caption = lines[22]
		}
		caption, _, _ = strings.Cut(strings.TrimPrefix(caption, "0 alerts  "), "   ")
		return caption
	}
	for _, one := range []struct {
		keys []string
		want string
	}{
		{nil, "equatorial, RA 0 in the middle"},
		{[]string{"c"}, "equatorial, RA 180 in the middle"},
		{[]string{"left", "l"}, "equatorial, RA 180 in the middle"},
		{[]string{"h"}, "equatorial, RA 210 in the middle"},
		{[]string{"+"}, "RA 150.0 Dec +2.0, 120° wide"},
		{[]string{"=", "+", "+"}, "RA 150.0 Dec +2.0, 15° wide"},
		{[]string{"right"}, "RA 147.5 Dec +2.0, 15° wide"},
		{[]string{"left", "up"}, "RA 150.0 Dec +3.0, 15° wide"},
		{[]string{"j"}, "RA 150.0 Dec +2.0, 15° wide"},
		{[]string{"g"}, "l 237.0 b +41.9, 15° wide"},
		{[]string{"g"}, "lon 151.4 lat -9.6, 15° wide"},
		{[]string{"g", "-"}, "RA 150.0 Dec +2.0, 30° wide"},
		{[]string{"0"}, "equatorial, RA 210 in the middle"},
		{[]string{"c", "g"}, "galactic, l 0 in the middle"},
		{[]string{"b"}, "colour: most frequent class  galactic, l 0 in the middle"},
		{[]string{"b"}, "colour: most frequent band  galactic, l 0 in the middle"},
		{[]string{"b", "-", "k", "p"}, "galactic, l 0 in the middle"},
	} {
		if got := press(one.keys...); got != one.want {
			t.Errorf("after %q: %q, want %q", one.keys, got, one.want)
		}
	}
	if m.look.projection != Aitoff {
		t.Errorf("the projection is %v", m.look.projection)
	}
	for range 40 {
		m.Zoom(2)
	}
	if m.look.fov != leastFov {
		t.Errorf("zoomed to %v degrees", m.look.fov)
	}
	for range 40 {
		m.Zoom(0.5)
	}
	if !m.look.whole() {
		t.Errorf("zoomed out to %v degrees", m.look.fov)
	}
}

func TestZoomingAroundACellKeepsItsPosition(t *testing.T) {
	m := &Map{}
	m.Show(150, 2, 20)
	m.Render(100, 30)
	ra, dec, _ := m.Click(20, 5)
	m.ZoomAt(20, 5, 2)
	gotRA, gotDec, _ := m.Click(20, 5)
	if m.look.fov != 10 || sky.Separation(ra, dec, gotRA, gotDec) > 0.1*3600 {
		t.Errorf("%v %v became %v %v, %v wide", ra, dec, gotRA, gotDec, m.look.fov)
	}
}

func TestTheScaleBarIsTrue(t *testing.T) {
	for _, fov := range []float64{100, 10, 1, 0.1, leastFov} {
		m := &Map{Theme: cells.Theme{ASCII: true}}
		m.Show(10, 60, fov)
		line := strings.TrimSpace(strings.TrimLeft(m.Render(200, 40).Lines()[0], ".~= "))
		from, to := strings.IndexByte(line, '|'), strings.LastIndexByte(line, '|')
		if from < 0 {
			t.Errorf("%v: no bar in %q", fov, line)
			continue
		}
		var want float64
		for _, s := range scales {
			if strings.HasSuffix(line, " "+s.ascii) {
				want = s.degrees
			}
		}
		if got := float64(to-from) * m.view.cellDegrees(); math.Abs(got-want) > m.view.cellDegrees() {
			t.Errorf("%v: the bar %q is %v degrees long", fov, line[from:], got)
		}
	}
}

func TestMapsOfAnySizeAndTheme(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		m := &Map{
			Theme: cells.Theme{
				ASCII: rapid.Bool().Draw(t, "ascii"), Plain: rapid.Bool().Draw(t, "plain"), Light: rapid.Bool().Draw(t, "light"), TrueColour: rapid.Bool().Draw(t, "true"),
			},
			ColourBy: rapid.SampledFrom([]ColourBy{Density, Class, Band}).Draw(t, "by"),
		}
		m.Mark(rapid.Float64Range(0, 360).Draw(t, "ra"), rapid.Float64Range(-90, 90).Draw(t, "dec"))
		m.SetWatched([]sky.Position{{RA: 3, Dec: 4}, {RA: math.NaN()}})
		if rapid.Bool().Draw(t, "region") {
			m.SetRegion("S1\x1bé", sky.Region{Level: 0.9, Ranges: sky.Cone{Center: sky.Position{RA: 60}, Radius: sky.Degrees(9)}.Cover(7)})
		}
		for i, e := range scattered(rapid.IntRange(0, 50).Draw(t, "n")) {
			e.Class += []string{"", "é\u202e"}[i%2]
			m.Add(e)
		}
		names := []string{}
		for _, b := range m.Keys() {
			names = append(names, b.Keys...)
		}
		for _, key := range rapid.SliceOfN(rapid.SampledFrom(names), 0, 12).Draw(t, "keys") {
			keys.Run(key, m.Keys())
		}
		width, height := rapid.IntRange(1, 130).Draw(t, "width"), rapid.IntRange(1, 45).Draw(t, "height")
		b := m.Render(width, height)
		if b.Width() != width || b.Height() != height {
			t.Fatalf("%dx%d of %dx%d", b.Width(), b.Height(), width, height)
		}
		text := strings.Join(b.Lines(), "\n")
		if m.Theme.ASCII && strings.ContainsFunc(text, func(r rune) bool { return r > '~' }) {
			t.Fatalf("not of 7 bits:\n%s", text)
		}
		m.Click(width/2, height/2)
		m.Near(width/2, height/2)
	})
	if b := new(Map).Render(0, -1); b.Width() != 0 || b.Height() != 0 {
		t.Errorf("a map without a size is %dx%d", b.Width(), b.Height())
	}
}

func TestLabelsDoNotHideAlerts(t *testing.T) {
	m := &Map{}
	if !strings.Contains(strings.Join(m.Render(120, 34).Lines(), "\n"), "60°") {
		t.Fatal("the meridians have no labels")
	}
	l := m.backdrop.labels[slices.IndexFunc(m.backdrop.labels, func(l label) bool { return l.text == "60°" })]
	ra, dec, _ := m.Click(l.x+1, l.y)
	m.Add(at(1, ra, dec))
	b := m.Render(120, 34)
	if c := b.At(l.x+1, l.y); c.Char < braille || c.Char > braille+0xff {
		t.Errorf("%q stands in the place of an alert", c.Char)
	}
}
