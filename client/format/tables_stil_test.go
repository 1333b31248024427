package format_test

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"math"
	"net/url"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/mwvgroup/pgb/client/alert"
	"github.com/mwvgroup/pgb/client/field"
	"github.com/mwvgroup/pgb/client/shareddata"
)

// stilTable is a table as STIL reads it. What is not there is nil.
type stilTable struct{ warnings, parameters, columns, rows [][]*string }

// readBySTIL reads files by their formats.
func readBySTIL(t *testing.T, files ...string) []stilTable {
	t.Helper()
	read := exec.CommandContext(t.Context(), "java", append([]string{"-cp", shareddata.STIL(t), "testdata/stil/ReadTables.java"}, files...)...)
	var stderr bytes.Buffer
	read.Stderr = &stderr
	text, err := read.Output()
	if err != nil {
		t.Fatalf("%v: %s", err, stderr.String())
	}
	var tables []stilTable
	for line := range strings.Lines(string(text)) {
		var parts []*string
		for part := range strings.SplitSeq(strings.TrimSuffix(line, "\n"), "\t") {
			text, there := strings.CutPrefix(part, "=")
			text, err := url.QueryUnescape(text)
			if err != nil {
				t.Fatal(err)
			}
			parts = append(parts, map[bool]*string{true: &text}[there])
		}
		if *parts[0] == "table" {
			tables = append(tables, stilTable{})
			continue
		}
		last := &tables[len(tables)-1]
		list := map[string]*[][]*string{
			"warning": &last.warnings, "parameter": &last.parameters, "column": &last.columns, "row": &last.rows,
		}[*parts[0]]
		*list = append(*list, parts[1:])
	}
	return tables
}

// shown is a part as a test shows it.
func shown(part *string) string {
	if part == nil {
		return "missing"
	}
	return fmt.Sprintf("%q", *part)
}

// stilCell is the text that STIL should give for a value. A text is what the
// format makes of it.
func stilCell(ending string, c alert.Column, v field.Value) string {
	whole, _ := v.Int()
	number, _ := v.Decimal()
	single, _ := v.Float()
	text := strings.TrimSuffix(v.String(), "Z")
	switch {
	case v.IsMissing():
		return "missing"
	case c.Kind == field.Float32:
		return fmt.Sprintf("%q", fmt.Sprintf("%x", math.Float32bits(float32(single))))
	case c.Kind == field.Float64:
		return fmt.Sprintf("%q", fmt.Sprintf("%x", math.Float64bits(number)))
	case c.Kind == field.Int:
		return fmt.Sprintf("%q", fmt.Sprint(whole))
	case v.Kind() == field.Bytes && ending == "vot":
		return fmt.Sprintf("%q", strings.ReplaceAll(fmt.Sprint(v.Text()), " ", ", "))
	case v.Kind() == field.Bytes:
		text = base64.StdEncoding.EncodeToString(v.Text())
	case ending == "fits" && c.Name == "detected":
		return map[string]string{"true": `"1"`, "false": `"0"`}[v.String()]
	case ending != "ecsv":
		text = strings.TrimRight(text, " ") // which STIL does in both
	case ending == "ecsv":
		text = strings.NewReplacer("\n", " ", "\u2028", " ").Replace(text)
	}
	if text == "" {
		return "missing"
	}
	return fmt.Sprintf("%q", text)
}

// utf8Of gives UTF-8 that was taken for Latin 1, as STIL takes all of ECSV.
func utf8Of(part *string) *string {
	if part == nil {
		return nil
	}
	var text []byte
	for _, r := range *part {
		text = append(text, byte(r))
	}
	decoded := string(text)
	return &decoded
}

// beyondASCII says whether a text has characters that STIL does not take of FITS.
func beyondASCII(v field.Value) bool {
	return slices.ContainsFunc(v.Text(), func(char byte) bool { return char >= utf8.RuneSelf })
}

func checkSTIL(t *testing.T, ending string, table stilTable, rows [][]field.Value) {
	t.Helper()
	for _, warning := range table.warnings {
		if ending != "ecsv" { // a name that is not ASCII is one
			t.Errorf("%s: %s", ending, shown(warning[0]))
		}
	}
	simulated := slices.ContainsFunc(table.parameters, func(p []*string) bool {
		return (*p[0] == "simulated" || *p[0] == "SIMULATD") && *p[1] == "true"
	})
	if simulated != (len(rows) > 0) {
		t.Errorf("%s: simulated is %v", ending, simulated)
	}
	if len(table.columns) != len(oddColumns) || len(table.rows) != len(rows) {
		t.Fatalf("%s: %d columns, %d rows", ending, len(table.columns), len(table.rows))
	}
	for i, c := range oddColumns {
		got := table.columns[i]
		legal := ending != "fits" || c.Name != "psfFlux" && c.Name != "größe [Å]"
		if legal && *got[0] != c.Name || (got[3] == nil) != (c.UCD == "") || got[3] != nil && *got[3] != c.UCD {
			t.Errorf("%s: column %s is %s, UCD %s", ending, c.Name, shown(got[0]), shown(got[3]))
		}
		if c.Doc != "" && !strings.HasPrefix(*got[4], c.Doc) {
			t.Errorf("%s: %s is %s", ending, c.Name, shown(got[4]))
		}
	}
	for i, values := range rows {
		for j, c := range oddColumns {
			part := table.rows[i][j]
			if ending == "ecsv" && c.Kind == field.Text {
				part = utf8Of(part)
			}
			if got, want := shown(part), stilCell(ending, c, values[j]); got != want && !(ending == "fits" && beyondASCII(values[j])) {
				t.Fatalf("%s: %s of row %d is %s, want %s", ending, c.Name, i, got, want)
			}
		}
	}
}

func TestSTILReadsWhatWasWritten(t *testing.T) {
	shareddata.STIL(t)
	folder, rows := oddTables(t), oddRows(500)
	endings := []string{"vot", "fits", "ecsv"}
	var files []string
	for _, ending := range endings {
		for _, name := range []string{"odd", "none", "heap"} {
			files = append(files, string(astronomers[ending]), filepath.Join(folder, name+"."+ending))
		}
	}
	tables := readBySTIL(t, files...)
	for i, ending := range endings {
		checkSTIL(t, ending, tables[3*i], rows)
		checkSTIL(t, ending, tables[3*i+1], nil)
		class := alert.Column{Name: "class", Kind: field.Text}
		for j, values := range oddHeap() {
			if got, want := shown(tables[3*i+2].rows[j][0]), stilCell(ending, class, values[0]); got != want {
				t.Errorf("%s: %s in row %d, want %s", ending, got, j, want)
			}
		}
	}
}
