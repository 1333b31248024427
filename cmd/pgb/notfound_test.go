package main

import (
	"strings"
	"testing"

	"github.com/mwvgroup/pgb/client/registry"
)

// Where asking costs, an id that was not found is explained by its form alone.
func TestAnIdThatABilledArchiveHasNotIsExplainedByItsForm(t *testing.T) {
	for _, test := range []struct{ id, where, want string }{
		{"ZTF21ab", "", "pgb lookup ZTF21ab --prefix"},
		{"ZTF21abiuvdk", "", ""},
		{"170028485706776685", "", "LSST:source:170028485706776685"},
		{"ZTF21ab", "snr > 5", ""},
	} {
		id, err := registry.Default().ParseID(test.id, "")
		if err != nil {
			t.Fatal(err)
		}
		f := &askFlags{outputFlags: outputFlags{where: test.where}}
		if got := f.mayHaveMeantThere(id); !strings.Contains(got, test.want) || (got == "") != (test.want == "") {
			t.Errorf("%s where %q: %q", test.id, test.where, got)
		}
	}
}
