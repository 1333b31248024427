package format_test

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"pgregory.net/rapid"

	"github.com/mwvgroup/pgb/client/alert"
	"github.com/mwvgroup/pgb/client/format"
)

var few = []string{"object_id", "candidate.candid", "mjd", "mag", "simulated", "class", "message_id"}

func TestJSONLinesAreFlat(t *testing.T) {
	got := printed(t, format.Options{Format: format.JSONLines, Layout: format.Layout{Classifications: true}}, few,
		message(t, "ztf-alerts", ztfFile), notice("2", alert.Header{Name: alert.SimulatedAttr, Value: []byte("1")}))
	want := `{"object_id":"ZTF17aaarzyp","candidate.candid":2982177112815010003,"mjd":60736.177291711334,"mag":15.883608,"simulated":false,"class":null,"message_id":"1","classifications":[]}
{"object_id":"S1","candidate.candid":null,"mjd":null,"mag":null,"simulated":true,"class":null,"message_id":"2","classifications":[]}
`
	if got != want {
		t.Errorf("got\n%swant\n%s", got, want)
	}
}

func TestCSVHasAHeaderAndEmptyCells(t *testing.T) {
	got := printed(t, format.Options{Format: format.CSV}, few, message(t, "ztf-alerts", ztfFile), notice("a,\"b\"\n"))
	want := `object_id,candidate.candid,mjd,mag,simulated,class,message_id
ZTF17aaarzyp,2982177112815010003,60736.177291711334,15.883608,false,,1
S1,,,,false,,"a,""b""
"
`
	if got != want {
		t.Errorf("got\n%swant\n%s", got, want)
	}
}

func TestNothingIsValid(t *testing.T) {
	for name, want := range map[format.Name]string{format.JSONLines: "", format.JSONArray: "[]\n", format.CSV: "mag,class\n"} {
		if got := printed(t, format.Options{Format: name}, []string{"mag", "class"}); got != want {
			t.Errorf("%s: %q", name, got)
		}
	}
}

func TestAnArrayIsOneJSONValue(t *testing.T) {
	text := printed(t, format.Options{Format: format.JSONArray}, few, notice("1"), notice("2"), notice("3"))
	var list []map[string]any
	if err := json.Unmarshal([]byte(text), &list); err != nil || len(list) != 3 || list[2]["message_id"] != "3" {
		t.Errorf("%v in %s", err, text)
	}
}

func TestAFullLineHoldsAllPartsAndEachNameOnce(t *testing.T) {
	key := message(t, "ztf-alerts", ztfFile, alert.Header{Name: "a", Value: []byte("b\u2028")})
	key.Key = []byte{0, 255}
	layout := format.Layout{Full: true, Classifications: true}
	text := printed(t, format.Options{Format: format.JSONLines, Layout: layout}, []string{"mag", "mag", "result", "message_id"}, key)
	for _, part := range []string{`"topic":"ztf-alerts"`, `"publish_time":"2026-03-01T04:05:06.789000Z"`, `"schema":"ztf 4.02"`, `"key":"AP8="`, `"attributes":{"a":"b`, `"alert":{"schemavsn":"4.02"`, `"candid":2982177112815010003`} {
		if !strings.Contains(text, part) {
			t.Errorf("no %s in %.700s", part, text)
		}
	}
	if strings.Contains(text, "stampData") {
		t.Error("cutouts were not asked for")
	}
	mustBeJSON(t, text)
	decoder := json.NewDecoder(strings.NewReader(text))
	if _, err := decoder.Token(); err != nil {
		t.Fatal(err)
	}
	seen := map[any]bool{}
	for decoder.More() {
		name, err := decoder.Token()
		var value json.RawMessage
		if err != nil || decoder.Decode(&value) != nil || seen[name] {
			t.Fatalf("%v twice, or %v", name, err)
		}
		seen[name] = true
	}
}

// anyText draws a text that formats might trip over.
func anyText() *rapid.Generator[string] {
	odd := rapid.SampledFrom([]string{"", " ", " a", "a ", `"`, `""`, ",", "\n", "\r\n", "\r", "a\rb", "\t", "\x00", "\x1b[31m", "\u009b", "\u202e", "\ufeff", "=1+1", "\xff", "😀"})
	return rapid.Map(rapid.SliceOfN(rapid.OneOf(odd, rapid.String()), 0, 4), func(parts []string) string { return strings.Join(parts, "") })
}

func TestAnyTextIsReadBackFromCSVAndJSON(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		columns := rapid.SampledFrom([][]string{{`attr["a"]`}, {`attr["a"]`, "message_id"}, {"message_id", `attr["a"]`, "mag"}}).Draw(r, "columns")
		value, id := anyText().Draw(r, "value"), anyText().Draw(r, "id")
		m := notice(id, alert.Header{Name: "a", Value: []byte(value)})
		texts := map[string]string{`attr["a"]`: value, "message_id": id, "mag": ""}

		rows, err := csv.NewReader(strings.NewReader(printed(t, format.Options{Format: format.CSV}, columns, m))).ReadAll()
		if err != nil || len(rows) != 2 {
			r.Fatalf("%d records, %v", len(rows), err)
		}
		for i, name := range columns {
			// The reader turns CRLF into LF.
			want := strings.ReplaceAll(strings.ToValidUTF8(texts[name], "\ufffd"), "\r\n", "\n")
			if rows[0][i] != name || rows[1][i] != want {
				r.Fatalf("%s: %q, want %q", name, rows[1][i], want)
			}
		}
		for _, terminal := range []bool{false, true} {
			text := printed(t, format.Options{Format: format.JSONLines, Terminal: terminal, Layout: format.Layout{Full: true}}, columns, m)
			if terminal && strings.ContainsFunc(strings.TrimSuffix(text, "\n"), format.IsControl) {
				r.Fatalf("%q on a terminal", text)
			}
			var line map[string]any
			if err := json.Unmarshal([]byte(text), &line); err != nil {
				r.Fatal(err)
			}
			if got := line["message_id"]; utf8.ValidString(id) && id != "" && got != id {
				r.Fatalf("id %q, want %q", got, id)
			}
			n, err := format.ReadLine([]byte(text))
			if err != nil {
				r.Fatal(err)
			}
			if got, _ := n.Attr("a"); got != value {
				r.Fatalf("attribute %q, want %q", got, value)
			}
		}
		text := printed(t, format.Options{Format: format.CSV, Terminal: true}, columns, m)
		if strings.ContainsFunc(text, func(c rune) bool { return c != '\n' && format.IsControl(c) }) || strings.Count(text, "\n") != 2 {
			r.Fatalf("%q on a terminal", text)
		}
	})
}

func TestIsControlKnowsWhatUnicodeCallsControls(t *testing.T) {
	for c := rune(0); c <= unicode.MaxLatin1; c++ {
		if unicode.IsControl(c) != format.IsControl(c) {
			t.Errorf("%U", c)
		}
	}
}

func TestMessagesThatCanNotBeDecodedAreRejectedAndTheRestIsWritten(t *testing.T) {
	for _, name := range []format.Name{format.JSONLines, format.JSONArray, format.Avro} {
		columns, messages := withRows(t, few, message(t, "ztf-alerts", ztfFile), message(t, "ztf-alerts", ztfFile), message(t, "ztf-alerts", ztfFile))
		for _, m := range messages[:2] {
			m.Body = m.Body[:len(m.Body)-2000] // torn after its row was read
		}
		var b bytes.Buffer
		out := open(t, format.Options{Format: name, Writer: &b, Layout: format.Layout{Full: true}}, columns)
		err := out.Put(t.Context(), messages)
		var rejected *format.RejectedError
		if !errors.As(err, &rejected) || len(rejected.Messages) != 2 || rejected.Messages[1] != messages[1] || rejected.Reasons[0] == nil {
			t.Fatalf("%s: %v", name, err)
		}
		if err := out.Put(t.Context(), messages[2:]); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if err := out.Close(true); err != nil {
			t.Fatal(err)
		}
		switch name {
		case format.JSONArray:
			mustBeJSON(t, b.String())
		case format.JSONLines:
			if strings.Count(b.String(), "\n") != 2 {
				t.Errorf("%.300s", b.String())
			}
		default:
			if n := len(records(t, b.Bytes())); n != 2 {
				t.Errorf("%d records", n)
			}
		}
	}
}

func TestAMessageWithoutARowIsAnError(t *testing.T) {
	columns, _ := withRows(t, few)
	out := open(t, format.Options{Format: format.CSV, Writer: new(bytes.Buffer)}, columns)
	if err := out.Put(t.Context(), []*alert.Message{notice("1")}); err == nil {
		t.Error("no error")
	}
}

func TestFormatsAreFoundByNameAndEnding(t *testing.T) {
	if name, err := format.Parse("JSONL"); err != nil || name != format.JSONLines {
		t.Error(name, err)
	}
	var unknown *format.UnknownError
	if _, err := format.Parse("jsnl"); !errors.As(err, &unknown) || len(unknown.Near) == 0 {
		t.Error(err)
	}
	if _, err := format.Open(format.Options{Format: "parket"}); !errors.As(err, &unknown) {
		t.Error(err)
	}
	for path, want := range map[string]format.Name{"a.jsonl": format.JSONLines, "a.NDJSON": format.JSONLines, "a.json": format.JSONArray, "a.csv": format.CSV, "a.avro": format.Avro, "raw/": format.Raw, "a": "", "a.gz": ""} {
		if got, ok := format.ByPath(path); got != want || ok != (want != "") {
			t.Errorf("%s: %s %v", path, got, ok)
		}
	}
}
