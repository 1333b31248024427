package report

import (
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/mwvgroup/pgb/tui/cells"
)

func TestWhatWasSaidIsBrokenIntoLines(t *testing.T) {
	r := Report{Theme: cells.Theme{ASCII: true}, Title: "Messages", Empty: "nothing was said"}
	check := func(high int, want ...string) {
		t.Helper()
		if got := r.Render(32, high).Lines(); !slices.Equal(got, want) {
			t.Errorf("%s", strings.Join(got, "\n"))
		}
	}
	top, foot := "+- Messages -------------------+", "+- Esc closes  Up, Down more --+"
	check(3, top, "| nothing was said             |", "+- Esc closes -----------------+")
	r.Set([]Entry{{Head: "8:00", Text: "no permission to read the topic (log in with gcloud)"}, {Head: "7:59", Text: strings.Repeat("x", 30)}})
	check(6, top, "| 8:00                         |", "| no permission to read the    |", "| topic (log in with gcloud)   |", "|                              |", foot)
	r.Wheel(100)
	check(6, top, "|                              |", "| 7:59                         |", "| xxxxxxxxxxxxxxxxxxxxxxxxxxxx |", "| xx                           |", foot)
}

func TestNothingThatWasSaidIsLost(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text, width := cells.Clean(rapid.String().Draw(t, "text")), rapid.IntRange(2, 40).Draw(t, "width")
		lines := Wrap(text, width)
		for _, line := range lines {
			if cells.Width(line) > width {
				t.Fatalf("%q is wider than %d", line, width)
			}
		}
		join := func(words []string) string { return strings.Join(words, "") }
		if got, want := join(strings.Fields(join(lines))), join(strings.Fields(text)); got != want {
			t.Fatalf("%q of %q", got, want)
		}
		r := Report{}
		r.Set([]Entry{{Text: text}})
		w, h := rapid.IntRange(0, 50).Draw(t, "box"), rapid.IntRange(0, 9).Draw(t, "height")
		if b := r.Render(w, h); b.Width() != w || b.Height() != h {
			t.Fatalf("%dx%d, not %dx%d", b.Width(), b.Height(), w, h)
		}
	})
}
