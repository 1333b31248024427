package format_test

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/mwvgroup/pgb/client/alert"
	"github.com/mwvgroup/pgb/client/field"
	"github.com/mwvgroup/pgb/client/format"
)

// astronomers are the formats of the astronomer's tools, by the ending of their
// files.
var astronomers = map[string]format.Name{"vot": format.VOTable, "fits": format.FITS, "ecsv": format.ECSV}

// oddColumns are columns of every type, with names that are not legal
// everywhere.
var oddColumns = []alert.Column{
	{Name: "object_id", Kind: field.Text, UCD: "meta.id;meta.main", Doc: `id of the "object" & <more>: as text, with a description that is longer than a card of FITS, which is known to have eighty characters`},
	{Name: "diaSource.diaSourceId", Kind: field.Int, Doc: "id beyond 2^53"},
	{Name: "ra", Unit: "deg", Kind: field.Float64, UCD: "pos.eq.ra;meta.main", Doc: "right ascension"},
	{Name: "dec", Unit: "deg", Kind: field.Float64, UCD: "pos.eq.dec;meta.main", Doc: "it's the declination"},
	{Name: "mjd", Unit: "d", Kind: field.Float64, UCD: "time.epoch", Doc: "middle of the exposure"},
	{Name: `attr["x"]`, Kind: field.Text, Doc: "odd text"},
	{Name: `p("SN Ia")`, Kind: field.Float64},
	{Name: "detected", Kind: field.Bool, Doc: "some are missing"},
	{Name: "simulated", Kind: field.Bool, Doc: "none is missing"},
	{Name: "publish_time", Kind: field.Text, UCD: "time.release", Doc: "when"},
	{Name: "diaSource.psfFlux", Unit: "nJy", Kind: field.Float32, Doc: "32 bits"},
	{Name: "ra_dec_Cov", Unit: "deg2", Kind: field.Float32},
	{Name: "psfflux", Unit: "DN", Kind: field.Float64},
	{Name: "psfFlux", Unit: "furlong", Kind: field.Float64, Doc: "of a unit that nobody has"},
	{Name: "whole", Kind: field.Int, Doc: "none is missing"},
	{Name: "list", Kind: field.JSON},
	{Name: "größe [Å]", Kind: field.Text},
	{Name: "nothing", Kind: field.Text},
	{Name: "never", Kind: field.Int},
	{Name: "attr_x", Kind: field.Float64},
	{Name: "blob", Kind: field.Bytes},
}

// oddTexts are texts that formats might trip over.
var oddTexts = []string{
	"", " ", " a", "a ", "plain", `"`, `""`, ",", "#", "# no comment", "a\nb", "\t", "'", "''", "&", "<b>&amp;</b>", "]]>",
	"nan", "NaN", "None", "null", "true", "=1+1", "😀", "Ångström ∆ 𝛼", "\ufeff", "\u2028", "\\n", "%", "--", "N/A", "0", "-999",
	"a longer text of some words, with a \" near the end\"",
}

// oddRows makes rows with values of all kinds, which stay the same.
func oddRows(n int) [][]field.Value {
	r := rand.New(rand.NewPCG(1, 2))
	some := func(v field.Value) field.Value {
		if r.IntN(4) == 0 {
			return field.Value{}
		}
		return v
	}
	text := func() field.Value { return field.OfString(oddTexts[r.IntN(len(oddTexts))]) }
	float := func() field.Value { return field.OfFloat64(math.Float64frombits(r.Uint64())) }
	float32s := func() field.Value { return field.OfFloat32(math.Float32frombits(r.Uint32())) }
	rows := make([][]field.Value, n)
	for i := range rows {
		rows[i] = []field.Value{
			field.OfString(fmt.Sprint("ZTF", i)), some(field.OfInt(r.Int64() - r.Int64())), float(), some(field.OfFloat64(r.Float64() * 90)),
			field.OfFloat64(60000 + r.Float64()), some(text()), some(field.OfFloat64(r.Float64())), some(field.OfBool(r.IntN(2) == 0)), field.OfBool(i%2 == 0),
			some(field.OfString(fmt.Sprintf("2026-03-01T04:05:%02d.%06dZ", r.IntN(60), r.IntN(1e6)))),
			some(float32s()), float32s(), field.OfFloat32(r.Float32()), some(field.OfInt(int64(r.IntN(1000)))), field.OfInt(r.Int64()),
			some(field.OfJSON([]byte(`[{"a":1,"b":"x y"},{"a":null}]`))), some(text()), {}, {}, some(field.OfFloat64(float64(i))),
			some(field.OfBytes([]byte{0, byte(i), 255}[:i%4%3+1])),
		}
	}
	return rows
}

func rowMessages(columns []alert.Column, rows [][]field.Value) []*alert.Message {
	messages := make([]*alert.Message, len(rows))
	for i, values := range rows {
		messages[i] = &alert.Message{Headers: []alert.Header{{Name: alert.SimulatedAttr, Value: []byte("1")}}}
		messages[i].SetRow(&alert.Row{Columns: columns, Values: values})
	}
	return messages
}

// writeTables writes rows in each of the astronomers' formats, in two batches.
func writeTables(t testing.TB, folder, name string, columns []alert.Column, rows [][]field.Value) {
	t.Helper()
	for ending, f := range astronomers {
		out := open(t, format.Options{Format: f, Path: filepath.Join(folder, name+"."+ending), Finite: true, Creator: "pgb 1.2.3"}, columns)
		messages := rowMessages(columns, rows)
		for _, batch := range [][]*alert.Message{messages[:len(messages)/2], messages[len(messages)/2:]} {
			if err := out.Put(t.Context(), batch); err != nil {
				t.Fatalf("%s: %v", f, err)
			}
		}
		if err := out.Close(true); err != nil {
			t.Fatalf("%s: %v", f, err)
		}
	}
}

// writeExpected writes what readers should find, as JSON: floats of 32 bits as
// those of 64 bits that they are.
func writeExpected(t testing.TB, path string, columns []alert.Column, rows [][]field.Value) {
	t.Helper()
	type item struct{ Name, Kind string }
	type described struct {
		Name, Kind, Unit, UCD, Doc string
		Items                      []item
	}
	var expected struct {
		Columns []described
		Rows    [][]any
	}
	for _, c := range columns {
		one := described{Name: c.Name, Kind: kindWord(c.Kind), Unit: c.Unit, UCD: c.UCD, Doc: c.Doc}
		if c.Name == "publish_time" {
			one.Kind = "time"
		}
		if c.Items != nil {
			for _, f := range c.Items.Fields {
				one.Items = append(one.Items, item{f.Name, kindWord(f.Kind)})
			}
		}
		expected.Columns = append(expected.Columns, one)
	}
	for _, values := range rows {
		var row []any
		for i, v := range values {
			f, number := v.Float()
			whole, _ := v.Int()
			truth, isBool := v.Bool()
			switch {
			case v.IsMissing():
				row = append(row, nil)
			case columns[i].Items != nil:
				row = append(row, expectedList(t, columns[i].Items, v.Text()))
			case isBool:
				row = append(row, truth)
			case number && columns[i].Kind == field.Int:
				row = append(row, whole)
			case number && columns[i].Kind == field.Float64:
				f, _ = v.Decimal()
				row = append(row, f)
			case number:
				row = append(row, f)
			case v.Kind() == field.Bytes:
				row = append(row, base64.StdEncoding.EncodeToString(v.Text()))
			default:
				row = append(row, v.String())
			}
		}
		expected.Rows = append(expected.Rows, row)
	}
	text, err := json.Marshal(expected)
	if err == nil {
		err = os.WriteFile(path, text, 0o666)
	}
	if err != nil {
		t.Fatal(err)
	}
}

// oddTables writes the odd rows, none at all, and texts of very different
// lengths, with what readers should find.
func oddTables(t testing.TB) (folder string) {
	t.Helper()
	folder = t.TempDir()
	write := func(name string, columns []alert.Column, rows [][]field.Value) {
		writeTables(t, folder, name, columns, rows)
		writeExpected(t, filepath.Join(folder, name+".json"), columns, rows)
	}
	write("odd", oddColumns, oddRows(500))
	write("none", oddColumns, nil)
	single := []alert.Column{{Name: "class", Kind: field.Text}}
	write("single", single, [][]field.Value{{field.OfString("a")}, {{}}, {field.OfString("b")}})
	long := [][]field.Value{{field.OfString(strings.Repeat("long ", 20000) + "end")}}
	for i := range 300 {
		long = append(long, []field.Value{field.OfString(fmt.Sprint("short", i))})
	}
	long = append(long, []field.Value{{}})
	write("long", single, long)
	defer format.SetMaxPadding(0)()
	write("heap", append(single, oddColumns[4]), oddHeap())
	return folder
}

// oddHeap makes rows of a text and a number.
func oddHeap() [][]field.Value {
	var rows [][]field.Value
	for i := range 50 {
		rows = append(rows, []field.Value{field.OfString(strings.Repeat("x", i)), field.OfFloat64(float64(i))})
	}
	return append(rows, []field.Value{{}, {}})
}
