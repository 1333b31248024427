package format_test

import (
	"encoding/xml"
	"errors"
	"io"
	"path/filepath"
	"strings"
	"testing"

	"github.com/mwvgroup/pgb/client/alert"
	"github.com/mwvgroup/pgb/client/field"
	"github.com/mwvgroup/pgb/client/format"
)

func TestECSVSaysWhatItsColumnsAre(t *testing.T) {
	columns := []alert.Column{
		{Name: "object_id", Kind: field.Text, UCD: "meta.id;meta.main", Doc: `an "id": as text`},
		{Name: `attr["x"]`, Kind: field.Text},
		{Name: "ra_dec_Cov", Unit: "deg2", Kind: field.Float32},
		{Name: "whole", Kind: field.Int, Unit: "furlong", Doc: "far"},
		{Name: "publish_time", Kind: field.Text},
		{Name: "sure", Kind: field.Bool},
	}
	got := written(t, format.ECSV, columns,
		[]field.Value{field.OfString("#1"), field.OfString("a,\nb"), field.OfFloat32(0.1), field.OfInt(9007199254740993), field.OfString("2026-03-01T04:05:06.789Z"), field.OfBool(true)},
		make([]field.Value, 6),
	)
	want := `# %ECSV 1.0
# ---
# delimiter: ','
# datatype:
# - {name: "object_id", datatype: string, description: "an \"id\": as text", meta: {ucd: "meta.id;meta.main"}}
# - {name: "attr[\"x\"]", datatype: string}
# - {name: "ra_dec_Cov", datatype: float32, unit: "deg**2"}
# - {name: "whole", datatype: int64, description: "far [furlong]"}
# - {name: "publish_time", datatype: string}
# - {name: "sure", datatype: bool}
# meta: {creator: "pgb", simulated: true}
# schema: astropy-2.0
object_id,"attr[""x""]",ra_dec_Cov,whole,publish_time,sure
"#1","a, b",0.1,9007199254740993,2026-03-01T04:05:06.789000,True
,,,,,
`
	if string(got) != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

func TestATextThatReadersOfECSVDoNotTakeIsRefused(t *testing.T) {
	const most = 131072
	columns := []alert.Column{{Name: "list", Kind: field.JSON}, {Name: "image", Kind: field.Bytes}}
	long := func(n int) field.Value { return field.OfJSON([]byte(strings.Repeat("1", n))) }
	for i, c := range []struct {
		values []field.Value
		fits   bool
	}{
		{[]field.Value{long(most), {}}, true}, {[]field.Value{long(most + 1), {}}, false},
		{[]field.Value{field.OfString(strings.Repeat("é", most)), {}}, true},
		{[]field.Value{{}, field.OfBytes(make([]byte, most/4*3))}, true}, {[]field.Value{{}, field.OfBytes(make([]byte, most/4*3+1))}, false},
	} {
		for _, name := range []format.Name{format.ECSV, format.VOTable} {
			out := open(t, format.Options{Format: name, Path: filepath.Join(t.TempDir(), "x"), Finite: true}, columns)
			err := out.Put(t.Context(), rowMessages(columns, [][]field.Value{c.values}))
			var rejected *format.RejectedError
			if refused := errors.As(err, &rejected); refused == (c.fits || name != format.ECSV) {
				t.Errorf("%d as %s: %v", i, name, err)
			}
			if rejected != nil && !strings.Contains(err.Error(), ".vot or .parquet") {
				t.Error(err)
			}
			if err := out.Close(true); err != nil {
				t.Fatal(err)
			}
		}
	}
}

func TestVOTableIsXMLWhateverColumnsAreCalled(t *testing.T) {
	columns := []alert.Column{
		{Name: "a\x00<b>&\"'\uffff", Unit: `"`, Kind: field.Text, Doc: "]]>\x01", UCD: "meta.id"}, {Name: "2 b"}, {Name: "2.b"}, {Name: "sky_icrs"}, {Name: "ü"},
	}
	decoder := xml.NewDecoder(strings.NewReader(string(written(t, format.VOTable, columns, make([]field.Value, 5)))))
	ids := map[string]bool{}
	for {
		token, err := decoder.Token()
		if err == io.EOF {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		start, _ := token.(xml.StartElement)
		for _, attribute := range start.Attr {
			if id := attribute.Value; attribute.Name.Local == "ID" {
				if ids[id] || id == "" || strings.ContainsAny(id, " <>&\"'") || strings.ContainsAny(id[:1], "0123456789.-") {
					t.Errorf("ID %q", id)
				}
				ids[id] = true
			}
		}
	}
	if len(ids) != len(columns) {
		t.Error(ids)
	}
}

func TestATerminalIsSentNoControlsInTables(t *testing.T) {
	columns := []alert.Column{{Name: "a\x1b[31m\u009b", Kind: field.Text, Doc: "\u202e"}}
	rows := rowMessages(columns, [][]field.Value{{field.OfString("#\x1b[31m\u009b\u202e")}})
	for _, name := range []format.Name{format.ECSV, format.VOTable} {
		var b strings.Builder
		out := open(t, format.Options{Format: name, Writer: &b, Terminal: true, Finite: true}, columns)
		if err := out.Put(t.Context(), rows); err != nil {
			t.Fatal(err)
		}
		if err := out.Close(true); err != nil {
			t.Fatal(err)
		}
		if strings.ContainsFunc(b.String(), func(r rune) bool { return r != '\n' && format.IsControl(r) }) {
			t.Errorf("%s: %q", name, b.String())
		}
	}
}
