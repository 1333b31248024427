package format_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/mwvgroup/pgb/client/alert"
	"github.com/mwvgroup/pgb/client/field"
	"github.com/mwvgroup/pgb/client/format"
	"github.com/mwvgroup/pgb/client/shareddata"
)

// kindWord names a kind for the readers in Python.
func kindWord(k field.Kind) string {
	if k == field.Float32 {
		return "float"
	}
	return k.String()
}

// expectedList gives what readers should find of a list.
func expectedList(t testing.TB, items *alert.Items, text []byte) any {
	t.Helper()
	var list []any
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.UseNumber()
	if err := decoder.Decode(&list); err != nil {
		t.Fatal(err)
	}
	for i, one := range list {
		if !items.Records() {
			list[i] = expectedItem(t, items.Fields[0].Kind, one)
			continue
		}
		found, _ := one.(map[string]any)
		record := map[string]any{}
		for _, f := range items.Fields {
			record[f.Name] = expectedItem(t, f.Kind, found[f.Name])
		}
		list[i] = record
	}
	return list
}

func expectedItem(t testing.TB, kind field.Kind, value any) any {
	t.Helper()
	number, isNumber := value.(json.Number)
	switch {
	case value == nil:
		return nil
	case isNumber && (kind == field.Float32 || kind == field.Float64):
		bits := 64
		if kind == field.Float32 {
			bits = 32
		}
		f, err := strconv.ParseFloat(number.String(), bits)
		if err != nil {
			t.Fatal(err)
		}
		text := strconv.FormatFloat(f, 'f', -1, 64)
		if !strings.Contains(text, ".") {
			text += ".0"
		}
		return json.RawMessage(text)
	case kind == field.JSON:
		text, err := json.Marshal(value)
		if err != nil {
			t.Fatal(err)
		}
		return string(text)
	}
	return value
}

// listColumns are columns of lists: of records with fields of every kind, and of
// numbers.
var listColumns = []alert.Column{
	{Name: "n", Kind: field.Int},
	{Name: "epochs", Kind: field.JSON, Items: &alert.Items{Fields: []alert.Column{
		{Name: "id", Kind: field.Int}, {Name: "flux", Kind: field.Float32, Unit: "nJy"}, {Name: "mjd", Kind: field.Float64},
		{Name: "good", Kind: field.Bool}, {Name: "größe", Kind: field.Text}, {Name: "more", Kind: field.JSON},
	}}},
	{Name: "numbers", Kind: field.JSON, Items: &alert.Items{Fields: []alert.Column{{Kind: field.Float64}}}},
	{Name: "unknown", Kind: field.JSON},
}

func listRows(n int) [][]field.Value {
	epochs := []string{
		`[]`, `[{}]`, `[{"id":9223372036854775807,"flux":0.1,"mjd":60000.000000001,"good":true,"größe":"x","more":{"a":[1,2]}}]`,
		`[null,{"id":-9007199254740993,"flux":3,"mjd":60000,"good":false,"größe":"","more":[]},{"mjd":null,"other":5}]`,
	}
	rows := make([][]field.Value, n)
	for i := range rows {
		rows[i] = []field.Value{field.OfInt(int64(i)), {}, {}, field.OfJSON([]byte(`[{"a":1}]`))}
		if i%5 < len(epochs) {
			rows[i][1] = field.OfJSON([]byte(epochs[i%5]))
		}
		switch i % 3 {
		case 0:
			rows[i][2] = field.OfJSON([]byte(`[1,null,0.1]`))
		case 1:
			rows[i][2] = field.OfJSON([]byte(`[]`))
		}
	}
	return rows
}

func TestReadersFindTheItemsOfListsWithTheirTypes(t *testing.T) {
	python, folder := shareddata.Python(t), t.TempDir()
	writeColumnar(t, folder, "lists", listColumns, rowMessages(listColumns, listRows(3000)), 70)
	ztf, messages := withRows(t, []string{"object_id", "candidate.candid", "prv_candidates", "fp_hists"}, message(t, "ztf-alerts", ztfFile))
	writeColumnar(t, folder, "ztf", ztf, messages, 1)
	lsst, messages := withRows(t, []string{"prvDiaForcedSources", "diaSource.diaSourceId", "prvDiaSources"}, message(t, "lsst-alerts", lsstFile))
	writeColumnar(t, folder, "lsst", lsst, messages, 1)
	for _, column := range []alert.Column{ztf[2], ztf[3], lsst[0], lsst[2]} {
		if column.Items == nil {
			t.Errorf("%s: nothing is known of its items", column.Name)
		}
	}
	text, err := exec.CommandContext(t.Context(), python, "testdata/read_columnar.py", folder, "lists", "ztf", "lsst").CombinedOutput()
	if want := "lists 3000\nztf 1\nlsst 1\n"; err != nil || string(text) != want {
		t.Errorf("%v\n%s", err, text)
	}
}

func TestARowIsRejectedWhoseListHoldsWhatItsTypesDoNot(t *testing.T) {
	for list, fits := range map[string]bool{
		`[{"id":1}]`: true, `[{"id":1.5}]`: false, `[{"id":"1"}]`: false, `[{"good":1}]`: false, `{"id":1}`: false, `[{"id":1}`: false, `[]`: true, `[{"größe":5}]`: true,
	} {
		for _, f := range columnar {
			out := open(t, format.Options{Format: f, Path: filepath.Join(t.TempDir(), "x"), Finite: true}, listColumns[1:2])
			err := out.Put(t.Context(), rowMessages(listColumns[1:2], [][]field.Value{{field.OfJSON([]byte(list))}}))
			var rejected *format.RejectedError
			if errors.As(err, &rejected) == fits || err != nil && rejected == nil {
				t.Errorf("%s of %s: %v", f, list, err)
			}
			if err := out.Close(true); err != nil {
				t.Fatal(err)
			}
		}
	}
}

func TestABatchOfLongListsIsWrittenBeforeItHasManyRows(t *testing.T) {
	column := []alert.Column{{Name: "numbers", Kind: field.JSON, Items: &alert.Items{Fields: []alert.Column{{Kind: field.Float64}}}}}
	list := field.OfJSON([]byte("[" + strings.Repeat("1,", 1<<18) + "1]"))
	var b bytes.Buffer
	out := open(t, format.Options{Format: format.Arrow, Writer: &b}, column)
	var held *format.HeldError
	if err := out.Put(t.Context(), rowMessages(column, [][]field.Value{{list}, {list}, {list}, {list}, {list}})); !errors.As(err, &held) {
		t.Fatal(err)
	}
	if err := out.Close(true); err != nil {
		t.Fatal(err)
	}
	if got := fmt.Sprint(sizesOf(t, b.Bytes())); got != "[4 1]" {
		t.Errorf("batches of %s", got)
	}
}
