package object

import (
	"strings"
	"testing"
	"unicode"

	"pgregory.net/rapid"

	"github.com/mwvgroup/pgb/tui/cells"
	"github.com/mwvgroup/pgb/tui/feed"
	"github.com/mwvgroup/pgb/tui/keys"
)

func TestPanelsAreRightAtAnySize(t *testing.T) {
	hostile := full(5)
	hostile.Entry = entry(5, "evil\x1b[2J星\u202e"+strings.Repeat("x", 10000))
	hostile.Entry.Class, hostile.Problems = "\x1b]0;a\a", []string{"a\nb", strings.Repeat("星", 300)}
	all := []Details{{}, full(1), hostile, {Entry: entry(1, "ZTF21abc")}, {Entry: &feed.Entry{Seq: 1}}}
	rapid.Check(t, func(t *rapid.T) {
		p := &Panel{
			Theme:   cells.Theme{ASCII: rapid.Bool().Draw(t, "ascii"), Plain: rapid.Bool().Draw(t, "plain"), Light: rapid.Bool().Draw(t, "light")},
			Focused: rapid.Bool().Draw(t, "focused"), Asking: rapid.SampledFrom([]string{"", "asking …"}).Draw(t, "asking"),
		}
		p.Set(all[rapid.IntRange(0, len(all)-1).Draw(t, "details")])
		p.SetPages(append(pages, Page{"星\x1b", "https://\u202e/" + strings.Repeat("y", 500)}))
		for range rapid.IntRange(1, 6).Draw(t, "frames") {
			width, height := rapid.IntRange(1, 400).Draw(t, "width"), rapid.IntRange(1, 100).Draw(t, "height")
			if rapid.Bool().Draw(t, "small") {
				width, height = width/8+1, height/8+1
			}
			b := p.Render(width, height)
			if b.Width() != width || b.Height() != height {
				t.Fatalf("%d x %d, want %d x %d", b.Width(), b.Height(), width, height)
			}
			for _, line := range b.Lines() {
				for _, r := range line {
					if !unicode.IsPrint(r) || p.Theme.ASCII && r > '~' {
						t.Fatalf("%U in %q", r, line)
					}
				}
			}
			x, y := rapid.IntRange(-2, width+2).Draw(t, "x"), rapid.IntRange(-2, height+2).Draw(t, "y")
			p.Click(x, y)
			p.Drag(x+2, y-1)
			p.Wheel(x, y, rapid.IntRange(-3, 3).Draw(t, "wheel"))
			if list := p.Keys(); len(list) > 0 {
				list[rapid.IntRange(0, len(list)-1).Draw(t, "key")].Do()
			}
		}
	})
}

func BenchmarkRender(b *testing.B) {
	p := shown()
	d := full(3)
	d.Points = points(1000)
	p.Set(d)
	p.Render(100, 58)
	press := p.Keys()
	keys.Run("right", press)
	for b.Loop() {
		p.Render(100, 58)
	}
}

// BenchmarkAddCurve is what the loop waits for when an archive has answered.
func BenchmarkAddCurve(b *testing.B) {
	p := shown()
	d := full(3)
	d.Points = points(1000)
	p.Set(d)
	archived := points(1500)
	for b.Loop() {
		p.AddCurve(archived, "BigQuery")
		p.Render(100, 58)
	}
}
