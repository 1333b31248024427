package format_test

import (
	"bytes"
	"errors"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/mwvgroup/pgb/client/alert"
	"github.com/mwvgroup/pgb/client/alert/fits"
	"github.com/mwvgroup/pgb/client/field"
	"github.com/mwvgroup/pgb/client/format"
)

// fitsTable gives the one table of a FITS file.
func fitsTable(t *testing.T, data []byte) fits.Table {
	t.Helper()
	tables, err := fits.Tables(data)
	if err != nil || len(tables) != 1 || len(data)%2880 != 0 {
		t.Fatalf("%d tables in %d bytes: %v", len(tables), len(data), err)
	}
	return tables[0]
}

// written gives what an output writes of rows.
func written(t *testing.T, name format.Name, columns []alert.Column, rows ...[]field.Value) []byte {
	t.Helper()
	var b bytes.Buffer
	out := open(t, format.Options{Format: name, Writer: &b, Finite: true}, columns)
	if err := out.Put(t.Context(), rowMessages(columns, rows)); err != nil {
		t.Fatal(err)
	}
	if err := out.Close(true); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestAFITSTableHasValuesExactlyAndSaysWhichAreMissing(t *testing.T) {
	columns := []alert.Column{
		{Name: "id", Kind: field.Int}, {Name: "flux", Kind: field.Float32, Unit: "nJy"}, {Name: "mjd", Kind: field.Float64},
		{Name: "class", Kind: field.Text}, {Name: "sure", Kind: field.Bool}, {Name: "maybe", Kind: field.Bool},
	}
	table := fitsTable(t, written(t, format.FITS, columns,
		[]field.Value{field.OfInt(math.MaxInt64), field.OfFloat32(0.1), field.OfFloat64(60736.177291711334), field.OfString("SN Ia's"), field.OfBool(true), field.OfBool(true)},
		[]field.Value{{}, {}, {}, {}, field.OfBool(false), {}},
	))
	ids, err := table.Ints("id")
	if err != nil || fmt.Sprint(ids) != "[9223372036854775807 -9223372036854775808]" || must(table.Header.Int("TNULL1")) != math.MinInt64 {
		t.Error(ids, err)
	}
	flux, err := table.Floats("flux")
	if err != nil || flux[0] != float64(float32(0.1)) || !math.IsNaN(flux[1]) {
		t.Error(flux, err)
	}
	texts, err := table.Texts("class")
	if err != nil || texts[0] != "SN Ia's" || texts[1] != "" {
		t.Errorf("%q %v", texts, err)
	}
	sure, err := table.Bools("sure")
	if err != nil || !sure[0] || sure[1] {
		t.Error(sure, err)
	}
	maybe, err := table.Floats("maybe")
	if err != nil || maybe[0] != 1 || must(table.Header.Int("TNULL6")) != 255 {
		t.Error(maybe, err)
	}
	if _, ok := table.Header.Int("TNULL5"); ok {
		t.Error("no boolean of the fifth column is missing")
	}
}

func must(value int64, ok bool) int64 {
	if !ok {
		return -1
	}
	return value
}

func TestNamesThatFITSTakesForOneAreToldApart(t *testing.T) {
	columns := []alert.Column{{Name: "Flux"}, {Name: "flux"}, {Name: "FLUX_2"}, {Name: "ü"}}
	table := fitsTable(t, written(t, format.FITS, columns))
	var names []string
	for i := range columns {
		name, _ := table.Header.Text(fmt.Sprint("TTYPE", i+1))
		names = append(names, name)
	}
	if got := strings.Join(names, " "); got != "Flux flux_2 FLUX_2_2 ?" {
		t.Error(got)
	}
}

// failingWriter takes some bytes and no more.
type failingWriter struct{ left int }

var errNoRoom = errors.New("no room")

func (w *failingWriter) Write(text []byte) (int, error) {
	if w.left -= len(text); w.left < 0 {
		return 0, errNoRoom
	}
	return len(text), nil
}

func TestWhatFITSPutAsideIsRemovedHoweverItEnds(t *testing.T) {
	aside := t.TempDir()
	t.Setenv("TMPDIR", aside)
	columns := []alert.Column{{Name: "text", Kind: field.Text}}
	row := []field.Value{field.OfString(strings.Repeat("x", 1<<20))}
	for name, to := range map[string]*failingWriter{"complete": {1 << 30}, "failed": {1 << 20}, "given up": {}} {
		out := open(t, format.Options{Format: format.FITS, Writer: to, Finite: true}, columns)
		for range 20 {
			if err := out.Put(t.Context(), rowMessages(columns, [][]field.Value{row})); err != nil {
				t.Fatal(err)
			}
		}
		if list, err := os.ReadDir(aside); err != nil || len(list) != 1 {
			t.Errorf("%s: %d files aside, %v", name, len(list), err)
		}
		err := out.Close(name != "given up")
		if (name == "failed") != errors.Is(err, errNoRoom) || name == "complete" && err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if list, err := os.ReadDir(aside); err != nil || len(list) != 0 {
			t.Errorf("%s: %d files are left, %v", name, len(list), err)
		}
	}
}

func TestMoreColumnsThanFITSCanCountAreAnError(t *testing.T) {
	columns := make([]alert.Column, 1000)
	for i := range columns {
		columns[i].Name = fmt.Sprint("c", i)
	}
	path := filepath.Join(t.TempDir(), "x.fits")
	out := open(t, format.Options{Format: format.FITS, Path: path, Finite: true}, columns)
	if err := out.Close(true); err == nil || !strings.Contains(err.Error(), "999") {
		t.Error(err)
	}
	if names(t, filepath.Dir(path)) != "" {
		t.Error("a file is left")
	}
}
