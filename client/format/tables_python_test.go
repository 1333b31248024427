package format_test

import (
	"maps"
	"os/exec"
	"slices"
	"strings"
	"testing"

	"github.com/mwvgroup/pgb/client/alert"
	"github.com/mwvgroup/pgb/client/registry"
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

// ucdsOf gives all UCDs that columns can have.
func ucdsOf(t *testing.T) []string {
	t.Helper()
	known := registry.Default()
	var list []string
	for _, column := range known.Columns {
		list = append(list, column.UCD)
	}
	for _, survey := range known.Surveys {
		list = slices.AppendSeq(list, maps.Values(survey.UCDs))
	}
	for _, column := range alert.PointColumns() {
		list = append(list, column.UCD)
	}
	slices.Sort(list)
	return slices.Compact(list)
}

func TestUCDsAreOfTheVocabulary(t *testing.T) {
	const parse = "import sys; from astropy.io.votable.ucd import parse_ucd; [parse_ucd(u, check_controlled_vocabulary=True) for u in sys.argv[1:]]"
	text, err := exec.CommandContext(t.Context(), shareddata.Python(t), append([]string{"-c", parse}, ucdsOf(t)...)...).CombinedOutput()
	if err != nil {
		t.Errorf("%v: %s", err, text)
	}
}
