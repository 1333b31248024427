package format_test

import (
	"os/exec"
	"strings"
	"testing"

	"github.com/mwvgroup/pgb/client/shareddata"
)

func TestAstropyAndFitsioReadWhatWasWritten(t *testing.T) {
	python := shareddata.Python(t)
	names := []string{"odd", "none", "single", "long", "heap"}
	read := exec.CommandContext(t.Context(), python, append([]string{"testdata/read_tables.py", oddTables(t)}, names...)...)
	text, err := read.CombinedOutput()
	if lines := strings.Count(string(text), "\n"); err != nil || lines != len(names)*len(astronomers) {
		t.Errorf("%v: %s", err, text)
	}
}
