package cells

import (
	"slices"
	"strings"
	"testing"
)

func TestAFrameHasATitleAndAFoot(t *testing.T) {
	for _, c := range []struct {
		theme         Theme
		width, height int
		want          []string
	}{
		{Theme{}, 16, 3, []string{"┌─ Topics ─────┐", "│              │", "└─ Esc closes ─┘"}},
		{Theme{ASCII: true}, 12, 3, []string{"+- Topics -+", "|          |", "+- Esc... -+"}},
		{Theme{}, 6, 2, []string{"┌────┐", "└────┘"}},
		{Theme{}, 2, 2, []string{"┌┐", "└┘"}},
		{Theme{}, 1, 3, []string{"", "", ""}},
		{Theme{}, 0, 0, []string{}},
	} {
		b := New(c.width, c.height)
		b.Frame(0, 0, c.width, c.height, c.theme, "Topics", "Esc closes")
		if got := b.Lines(); !slices.Equal(got, c.want) {
			t.Errorf("%dx%d:\n%s", c.width, c.height, strings.Join(got, "\n"))
		}
	}
}
