package alert

import (
	"bufio"
	"compress/gzip"
	"encoding/csv"
	"encoding/json"
	"math"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/mwvgroup/pgb/client/field"
	"github.com/mwvgroup/pgb/client/registry"
	"github.com/mwvgroup/pgb/client/shareddata"
)

// testReader reads with the registry as it is embedded.
func testReader() *Reader { return NewReader(registry.Default()) }

// shared reads a packet of the shared data.
func shared(t testing.TB, name string) []byte {
	t.Helper()
	body, err := os.ReadFile(filepath.Join(shareddata.Dir(t), "alerts", name))
	if err != nil {
		t.Fatal(err)
	}
	return body
}

// decoded is a packet as another implementation reads it.
type decoded struct {
	File    string          `json:"file"`
	Version string          `json:"version"`
	Raw     json.RawMessage `json:"record"`
}

var readDecodes sync.Map // by name, because many tests want the same

// decodes reads one file of reference decodes.
func decodes(t testing.TB, name string) []decoded {
	t.Helper()
	if list, ok := readDecodes.Load(name); ok {
		return list.([]decoded)
	}
	lines := gunzipped(t, filepath.Join("decodes", name+".jsonl.gz"))
	var list []decoded
	for lines.Scan() {
		var d decoded
		if err := json.Unmarshal(lines.Bytes(), &d); err != nil {
			t.Fatal(err)
		}
		d.Raw = append(json.RawMessage(nil), d.Raw...)
		list = append(list, d)
	}
	if err := lines.Err(); err != nil || len(list) == 0 {
		t.Fatalf("%s: %d records, %v", name, len(list), err)
	}
	readDecodes.Store(name, list)
	return list
}

func gunzipped(t testing.TB, name string) *bufio.Scanner {
	t.Helper()
	file, err := os.Open(filepath.Join(shareddata.Dir(t), "reference", name))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { file.Close() })
	unpacked, err := gzip.NewReader(file)
	if err != nil {
		t.Fatal(err)
	}
	lines := bufio.NewScanner(unpacked)
	lines.Buffer(nil, 64<<20)
	return lines
}

// table reads a reference table without its header line.
func table(t testing.TB, name string) [][]string {
	t.Helper()
	lines := gunzipped(t, filepath.Join("sky", name+".csv.gz"))
	var text strings.Builder
	for lines.Scan() {
		text.WriteString(lines.Text() + "\n")
	}
	rows, err := csv.NewReader(strings.NewReader(text.String())).ReadAll()
	if err != nil || len(rows) < 2 {
		t.Fatal(err)
	}
	return rows[1:]
}

// record is a decoded record with its numbers as they are written.
type record map[string]any

func (d decoded) record(t testing.TB) record {
	t.Helper()
	return parsed(t, string(d.Raw))
}

func parsed(t testing.TB, text string) record {
	t.Helper()
	decoder := json.NewDecoder(strings.NewReader(text))
	decoder.UseNumber()
	var r record
	if err := decoder.Decode(&r); err != nil {
		t.Fatalf("%v in %.200s", err, text)
	}
	return r
}

// at gives what a dotted path holds, nil when there is nothing.
func (r record) at(path string) any {
	var v any = map[string]any(r)
	for name := range strings.SplitSeq(path, ".") {
		m, ok := v.(map[string]any)
		if !ok {
			return nil
		}
		v = m[name]
	}
	return v
}

// number gives a number of a record, NaN when it is missing.
func (r record) number(path string) float64 {
	n, ok := r.at(path).(json.Number)
	if !ok {
		return math.NaN()
	}
	f, err := n.Float64()
	if err != nil {
		return math.NaN()
	}
	return f
}

// text gives the digits of an integer or a text, empty when it is missing or 0.
func (r record) text(path string) string {
	switch v := r.at(path).(type) {
	case json.Number:
		if v != "0" {
			return v.String()
		}
	case string:
		return v
	}
	return ""
}

func (r record) list(path string) []record {
	var list []record
	items, _ := r.at(path).([]any)
	for _, item := range items {
		list = append(list, record(item.(map[string]any)))
	}
	return list
}

func mustJSON(t testing.TB, v any) []byte {
	t.Helper()
	text, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return text
}

// readRow reads a message's columns.
func readRow(t testing.TB, r *Reader, m *Message, names ...string) *Row {
	t.Helper()
	if len(names) == 0 {
		names = DefaultColumns()
	}
	topics, err := r.TopicsAs(Anything)
	if err != nil {
		t.Fatal(err)
	}
	view, err := r.View(topics, names)
	if err != nil {
		t.Fatal(err)
	}
	row := new(Row)
	if err := view.Read(m, row); err != nil {
		t.Fatalf("%s: %v", m.Topic, err)
	}
	return row
}

// wantText checks a text column; empty means missing.
func wantText(t testing.TB, row *Row, name, want string) {
	t.Helper()
	if got := row.Get(name); got.String() != want || got.IsMissing() != (want == "") {
		t.Errorf("%s = %q (%v), want %q", name, got.String(), got.Kind(), want)
	}
}

// wantNumber checks a number column within a relative error; NaN means missing.
func wantNumber(t testing.TB, row *Row, name string, want, relative float64) {
	t.Helper()
	got, ok := row.Get(name).Float()
	if !ok {
		got = math.NaN()
	}
	if math.IsNaN(want) != math.IsNaN(got) || math.Abs(got-want) > relative*math.Abs(want) {
		t.Errorf("%s = %v, want %v", name, got, want)
	}
}

func wantBool(t testing.TB, row *Row, name string, want bool) {
	t.Helper()
	if got, ok := row.Get(name).Bool(); !ok || got != want {
		t.Errorf("%s = %v (there: %v), want %v", name, got, ok, want)
	}
}

// sameRows checks that two rows hold the same, column by column.
func sameRows(t testing.TB, a, b *Row, but ...string) {
	t.Helper()
	for i, column := range a.Columns {
		x, y := a.Values[i], b.Get(column.Name)
		skip := false
		for _, name := range but {
			skip = skip || name == column.Name
		}
		if !skip && (x.Kind() != y.Kind() || string(x.AppendJSON(nil)) != string(y.AppendJSON(nil))) {
			t.Errorf("%s: %s (%v) and %s (%v)", column.Name, x.AppendJSON(nil), x.Kind(), y.AppendJSON(nil), y.Kind())
		}
	}
}

func parseFloat(t testing.TB, text string) float64 {
	t.Helper()
	f, err := strconv.ParseFloat(text, 64)
	if err != nil {
		t.Fatal(err)
	}
	return f
}

func missing(row *Row, name string) bool { return row.Get(name).Kind() == field.Missing }
