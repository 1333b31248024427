package cutout

import (
	"image"
	"math"
	"strings"
	"testing"

	"github.com/mwvgroup/pgb/client/alert"
	"github.com/mwvgroup/pgb/client/alert/stamp"
	"github.com/mwvgroup/pgb/client/alert/stamp/stamptest"
	simulated "github.com/mwvgroup/pgb/client/sandbox/sim/stamp"
	"github.com/mwvgroup/pgb/tui/cells"
	"github.com/mwvgroup/pgb/tui/keys"
)

var nan = float32(math.NaN())

func decoded(t testing.TB, cutouts []alert.Cutout, survey string) []Stamp {
	t.Helper()
	var stamps []Stamp
	for _, c := range cutouts {
		s, err := Decode(c)
		if err != nil {
			t.Fatal(err)
		}
		stamps = append(stamps, s.Of(survey))
	}
	return stamps
}

// drawn gives three stamps of the simulator: a star, NaN along one edge.
func drawn(t testing.TB) []Stamp {
	t.Helper()
	m := simulated.New(31)
	m.Offset(100)
	m.Star(15, 15, 9000, 4)
	m.Blank(0, 31, 0, 28)
	var cutouts []alert.Cutout
	for _, kind := range []string{"science", "template", "difference"} {
		cutouts = append(cutouts, alert.Cutout{Kind: kind, FITS: m.LSST(simulated.Frame{}, m, 3, 5)})
	}
	return decoded(t, cutouts, "lsst")
}

func TestEachPixelHasTheColourOfItsValue(t *testing.T) {
	s := Stamp{Kind: "science", Width: 2, Height: 4, Pixels: []float32{0, 1, 2, 4, nan, 3, 1, nan}}
	grey := func(v float64) uint8 {
		scale := Look{}.Scales([]Stamp{s})[0]
		low, high := scale.Low, scale.High
		at := math.Round(max(0, min((v-low)/(high-low), 1)) * 252)
		return uint8(math.Round(at / 252 * 255))
	}
	true3, near3 := cells.RGB(grey(3), grey(3), grey(3)), cells.ANSI(250)
	for _, c := range []struct {
		theme cells.Theme
		want  [4]cells.Cell
	}{
		{cells.Theme{TrueColour: true}, [4]cells.Cell{
			{Char: '▀', Style: cells.Style{Fg: cells.RGB(0, 0, 0), Bg: cells.RGB(grey(2), grey(2), grey(2))}},
			{Char: '▀', Style: cells.Style{Fg: cells.RGB(grey(1), grey(1), grey(1)), Bg: cells.RGB(255, 255, 255)}},
			{Char: '▄', Style: cells.Style{Fg: cells.RGB(grey(1), grey(1), grey(1))}},
			{Char: '▀', Style: cells.Style{Fg: true3}},
		}},
		{cells.Theme{}, [4]cells.Cell{
			{Char: '▀', Style: cells.Style{Fg: cells.ANSI(16), Bg: cells.ANSI(244)}},
			{Char: '▀', Style: cells.Style{Fg: cells.ANSI(237), Bg: cells.ANSI(231)}},
			{Char: '▄', Style: cells.Style{Fg: cells.ANSI(237)}},
			{Char: '▀', Style: cells.Style{Fg: near3}},
		}},
		{cells.Theme{Light: true, TrueColour: true}, [4]cells.Cell{
			{Char: '▀', Style: cells.Style{Fg: cells.RGB(255, 255, 255), Bg: cells.RGB(128, 128, 128)}},
			{Char: '▀', Style: cells.Style{Fg: cells.RGB(255-grey(1), 255-grey(1), 255-grey(1)), Bg: cells.RGB(0, 0, 0)}},
			{Char: '▄', Style: cells.Style{Fg: cells.RGB(255-grey(1), 255-grey(1), 255-grey(1))}},
			{Char: '▀', Style: cells.Style{Fg: cells.RGB(255-grey(3), 255-grey(3), 255-grey(3))}},
		}},
	} {
		v := View{Theme: c.theme}
		v.Set([]Stamp{s})
		b := v.Render(2, 2)
		for i, want := range c.want {
			if got := b.At(i%2, i/2); got != want {
				t.Errorf("%+v: cell %d is %+v, want %+v", c.theme, i, got, want)
			}
		}
	}
}

func TestWithoutColoursPixelsAreCharacters(t *testing.T) {
	s := Stamp{Kind: "difference", Width: 4, Height: 2, Pixels: []float32{-10, -1, 1, 10, -10, nan, nan, 10}}
	for _, c := range []struct {
		theme cells.Theme
		look  Look
		want  string
	}{
		{cells.Theme{Plain: true}, Look{}, " =+@"},
		{cells.Theme{ASCII: true, Light: true}, Look{}, " =+@"},
		{cells.Theme{ASCII: true}, Look{Inverted: true}, "@+= "},
		{cells.Theme{ASCII: true}, Look{Diverging: true}, "O  @"},
		{cells.Theme{ASCII: true}, Look{Diverging: true, Stretch: stamp.Asinh}, "O,.@"},
	} {
		v := View{Theme: c.theme, Look: c.look}
		v.Set([]Stamp{s})
		b := v.Render(4, 1)
		got := ""
		for x := range 4 {
			got += string(b.At(x, 0).Char)
		}
		if got != c.want {
			t.Errorf("%+v %+v: %q, want %q", c.theme, c.look, got, c.want)
		}
	}
	v := View{Theme: cells.Theme{Plain: true}}
	v.Set([]Stamp{{Width: 2, Height: 1, Pixels: []float32{nan, 1}}})
	if got := v.Render(2, 1).Lines()[0]; got != "/+" {
		t.Errorf("what is off the image is drawn as %q", got)
	}
}

func TestEverySizeIsRenderedAsItWasAsked(t *testing.T) {
	odd := []Stamp{{Kind: "a very long name of a cutout"}, {Kind: "wide", Width: 300, Height: 2, Pixels: make([]float32, 600)},
		{Kind: "tall", Width: 1, Height: 90, Pixels: make([]float32, 90)}, {Kind: "none", Width: 1, Height: 1, Pixels: []float32{nan}}}
	for _, stamps := range [][]Stamp{nil, drawn(t), odd} {
		for _, theme := range []cells.Theme{{}, {TrueColour: true, Light: true}, {Plain: true, ASCII: true}} {
			v := View{Theme: theme, Look: Look{Ticks: true, Diverging: true, Stretch: stamp.Log}}
			v.Set(stamps)
			for _, width := range []int{0, 1, 2, 3, 5, 8, 13, 40, 80, 200, 400} {
				for _, height := range []int{0, 1, 2, 3, 4, 5, 6, 10, 24, 60, 100} {
					b := v.Render(width, height)
					if b.Width() != width || b.Height() != height {
						t.Fatalf("%d x %d, want %d x %d", b.Width(), b.Height(), width, height)
					}
					for y, line := range b.Lines() {
						if theme.ASCII && cells.ASCII(line) != line {
							t.Errorf("line %d of %d x %d is not ASCII: %q", y, width, height, line)
						}
					}
				}
			}
		}
	}
}

func TestStampsAreAsLargeAsThereIsRoom(t *testing.T) {
	stamps := drawn(t)
	for _, c := range []struct {
		width, height int
		want          [3]image.Rectangle // of the pictures
	}{
		// Side by side: 26 cells each, titles above, a scale below.
		{80, 24, [3]image.Rectangle{image.Rect(0, 1, 26, 14), image.Rect(27, 1, 53, 14), image.Rect(54, 1, 80, 14)}},
		// One above the other.
		{40, 66, [3]image.Rectangle{image.Rect(0, 1, 40, 21), image.Rect(0, 23, 40, 43), image.Rect(0, 45, 40, 65)}},
		// Two above one.
		{50, 40, [3]image.Rectangle{image.Rect(0, 1, 24, 13), image.Rect(25, 1, 49, 13), image.Rect(0, 15, 24, 27)}},
		// No room for lines of text.
		{12, 2, [3]image.Rectangle{image.Rect(0, 0, 3, 2), image.Rect(4, 0, 7, 2), image.Rect(8, 0, 11, 2)}},
	} {
		for i, p := range arrange(stamps, c.width, c.height) {
			if got := image.Rect(p.x, p.y, p.x+p.width, p.y+p.height); got != c.want[i] {
				t.Errorf("%d x %d: stamp %d is at %v, want %v", c.width, c.height, i, got, c.want[i])
			}
		}
	}
	if got := len(arrange(stamps, 1, 1)); got != 1 {
		t.Errorf("%d stamps in one cell", got)
	}
}

func TestLinesOfTextSayWhatIsShown(t *testing.T) {
	v := View{Theme: cells.Theme{ASCII: true}}
	v.Set(decoded(t, stamptest.Packet(t, stamptest.ZTF), "ztf"))
	lines := v.Render(100, 24).Lines()
	if want := "science  210 to 2125 DN          template  223 to 1416 DN         difference  -17.1 to 176 DN"; lines[0] != want {
		t.Errorf("%q, want %q", lines[0], want)
	}
	if got, want := lines[17], `|--------| 20"       N up E left |--------| 20"       N up E left |--------| 20"       N up E left`; got != want {
		t.Errorf("%q, want %q", got, want)
	}
	v.Theme.ASCII = false
	if all := strings.Join(v.Render(100, 24).Lines(), "\n"); !strings.Contains(all, `├────────┤ 20"`) || !strings.Contains(all, "N↑ E←") {
		t.Error(all)
	}
	v.Stretch, v.Common = stamp.Asinh, true
	if head := v.Render(130, 24).Lines()[0]; strings.Count(head, "212 to 1862 DN asinh") != 2 {
		t.Error(head)
	}
}

func TestKeysChangeTheLook(t *testing.T) {
	v := View{Theme: cells.Theme{TrueColour: true}}
	v.Set(drawn(t))
	seen := map[string]bool{v.Render(60, 14).String(): true}
	for _, key := range []string{"t", "i", "d", "x", "t", "t", "t", "i"} {
		if !keys.Run(key, v.Keys()) {
			t.Fatalf("no key %s", key)
		}
		now := v.Render(60, 14).String()
		if seen[now] {
			t.Errorf("%s shows nothing new", key)
		}
		seen[now] = true
	}
	if !keys.Run("c", v.Keys()) || !v.Common {
		t.Error("c gives no common limits")
	}
}

func TestABlockIsKeptWhileNothingChanges(t *testing.T) {
	v := View{Theme: cells.Theme{TrueColour: true}}
	v.Set(drawn(t))
	v.Render(90, 20)
	if n := testing.AllocsPerRun(10, func() { v.Render(90, 20) }); n > 0 {
		t.Errorf("%v allocations for what was drawn", n)
	}
	before := v.Render(90, 20).String()
	v.Set(drawn(t)[:1])
	if v.Render(90, 20).String() == before {
		t.Error("the old stamps are still there")
	}
}
