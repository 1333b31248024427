package format_test

import (
	"testing"

	"github.com/mwvgroup/pgb/client/format"
)

func TestAFileOfArrowsEndsAsItsMediaTypesSay(t *testing.T) {
	for _, c := range []struct {
		path         string
		by, asStream format.Name
	}{
		{"a.arrows", format.Arrow, format.Arrow}, {"a.arrow", format.Feather, format.Feather}, {"a.IPC", format.Feather, format.Feather},
		{"a.feather", format.Feather, format.Feather}, {"", "", format.Arrow}, {"a.bin", "", format.Arrow}, {"a.csv", format.CSV, format.Arrow},
	} {
		if by, _ := format.ByPath(c.path); by != c.by || format.Arrow.Into(c.path) != c.asStream {
			t.Errorf("%q: %q, and %q where arrow was named", c.path, by, format.Arrow.Into(c.path))
		}
	}
	if format.CSV.Into("a.arrow") != format.CSV {
		t.Error("another format is written as it was named")
	}
}
