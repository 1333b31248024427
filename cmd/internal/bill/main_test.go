package main

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
)

// bill writes the bill of this test's own program.
func bill(t *testing.T) []byte {
	t.Helper()
	program, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "bill.json")
	if err := run([]string{program, "1.2.3", path}); err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return text
}

func TestABillNamesTheProgramAndItsParts(t *testing.T) {
	var d document
	if err := json.Unmarshal(bill(t), &d); err != nil {
		t.Fatal(err)
	}
	if d.Format != "CycloneDX" || d.Metadata.Component.Name != "github.com/mwvgroup/pgb" || d.Metadata.Component.URL != "pkg:golang/github.com/mwvgroup/pgb@1.2.3" {
		t.Errorf("gave %+v", d)
	}
	if len(d.Components) == 0 || d.Components[0].Name != "std" || d.Components[0].Version != runtime.Version() {
		t.Errorf("parts are %+v", d.Components)
	}
	for _, c := range d.Components {
		if !strings.HasPrefix(c.URL, "pkg:golang/"+c.Name+"@") || c.Ref != c.URL {
			t.Errorf("%+v", c)
		}
	}
	if len(d.Dependencies) != 1 || len(d.Dependencies[0].On) != len(d.Components) {
		t.Errorf("dependencies are %+v", d.Dependencies)
	}
}

func TestABillIsTheSameTwice(t *testing.T) {
	if !bytes.Equal(bill(t), bill(t)) {
		t.Error("two bills of one program differ")
	}
}

func TestWhatIsNoProgramIsAnError(t *testing.T) {
	file := filepath.Join(t.TempDir(), "text")
	if err := os.WriteFile(file, []byte("no program"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := run([]string{file, "1.2.3", file + ".json"}); err == nil {
		t.Error("a text has a bill")
	}
	if err := run(nil); err == nil {
		t.Error("no arguments are taken")
	}
}
