package cells

import "testing"

func TestAThemeCutsTextsToWhatFitsIt(t *testing.T) {
	for _, c := range []struct {
		ascii bool
		text  string
		width int
		want  string
	}{
		{false, "lsst-lite", 9, "lsst-lite"},
		{false, "lsst-lite", 5, "lsst…"},
		{false, "ß-lite", 4, "ß-l…"},
		{true, "lsst-lite", 9, "lsst-lite"},
		{true, "lsst-lite", 5, "ls..."},
		{true, "ß-lite", 6, "?-lite"},
		{true, "ß-lite", 4, "?..."},
		{true, "lsst-lite", 3, "lss"},
		{true, "lsst-lite", 0, ""},
		{true, "a\x1b[31mb", 9, "a[31mb"},
	} {
		if got := (Theme{ASCII: c.ascii}).Cut(c.text, c.width); got != c.want {
			t.Errorf("%q in %d cells, ASCII %t: %q, not %q", c.text, c.width, c.ascii, got, c.want)
		}
	}
}
