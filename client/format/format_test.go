package format_test

import (
	"errors"
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

func TestAnEndingGivenAsAFormatIsUnderstood(t *testing.T) {
	for text, want := range map[string]format.Name{
		"vot": format.VOTable, "pq": format.Parquet, "NDJSON": format.JSONLines, "ipc": format.Feather, "arrows": format.Arrow, "arrow": format.Arrow, "fit": format.FITS,
	} {
		if name, err := format.Parse(text); err != nil || name != want {
			t.Errorf("%s: %q, %v", text, name, err)
		}
	}
	var unknown *format.UnknownError
	if _, err := format.Parse("xml"); !errors.As(err, &unknown) || unknown.Near[0] != string(format.VOTable) {
		t.Errorf("xml, which much else is: %v", err)
	}
	if _, err := format.Parse("hdf5"); err == nil {
		t.Error("no error for what there is not")
	}
	if name, ok := format.ByPath("a.xml"); !ok || name != format.VOTable {
		t.Errorf("a.xml is %q", name)
	}
}
