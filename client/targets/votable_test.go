package targets_test

import (
	"bytes"
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"io"
	"math"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/mwvgroup/pgb/client/registry"
	"github.com/mwvgroup/pgb/client/targets"
)

// fromAstropy is a table as astropy.io.votable writes it by default.
const fromAstropy = `<?xml version="1.0" encoding="utf-8"?>
<!-- Produced with astropy.io.votable version 6.1.0
     http://www.astropy.org/ -->
<VOTABLE version="1.4" xmlns="http://www.ivoa.net/xml/VOTable/v1.3" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:schemaLocation="http://www.ivoa.net/xml/VOTable/v1.3 http://www.ivoa.net/xml/VOTable/VOTable-1.4.xsd">
 <RESOURCE type="results">
  <TABLE>
   <PARAM ID="epoch" datatype="double" name="epoch" value="2016"><VALUES null="1"/></PARAM>
   <FIELD ID="name" arraysize="12" datatype="unicodeChar" name="name" ucd="meta.id;meta.main"/>
   <FIELD ID="source" datatype="long" name="source" ucd="meta.id"/>
   <FIELD ID="ra_err" datatype="double" name="ra_err" ucd="stat.error;pos.eq.ra" unit="mas"/>
   <FIELD ID="ra" datatype="double" name="ra" ucd="pos.eq.ra" unit="deg"/>
   <FIELD ID="alpha" datatype="double" name="alpha" ucd="pos.eq.ra;meta.main" unit="deg">
    <DESCRIPTION>right ascension</DESCRIPTION>
   </FIELD>
   <FIELD ID="delta" datatype="double" name="delta" ucd="pos.eq.dec;meta.main" unit="deg"/>
   <FIELD ID="mag" datatype="float" name="mag" unit="mag"/>
   <FIELD ID="n" datatype="int" name="n">
    <VALUES null="-1"/>
   </FIELD>
   <FIELD ID="ok" datatype="boolean" name="ok"/>
   <FIELD ID="two" arraysize="2" datatype="short" name="two"/>
   <DATA>
    <TABLEDATA>
     <TR>
      <TD>ZTF21abiuvdk</TD>
      <TD>170028485706776685</TD>
      <TD>0.5</TD>
      <TD>11</TD>
      <TD>270.1</TD>
      <TD>-30.199999999999999</TD>
      <TD>17.1</TD>
      <TD>3</TD>
      <TD>True</TD>
      <TD>1 -2</TD>
     </TR>
     <TR>
      <TD>ZTF21abc</TD>
      <TD>9000000000000000001</TD>
      <TD>nan</TD>
      <TD>12</TD>
      <TD>0</TD>
      <TD>90</TD>
      <TD/>
      <TD>-1</TD>
      <TD>?</TD>
      <TD>3 4</TD>
     </TR>
    </TABLEDATA>
   </DATA>
  </TABLE>
 </RESOURCE>
</VOTABLE>
`

const astropyRead = `votable | name text | source integer | ra_err number [mas] | ra number [deg] | mag number [mag] | n integer | ok boolean | two record or list
%s ZTF ZTF21abiuvdk (270.1 -30.2) | ZTF21abiuvdk | 170028485706776685 | 0.5 | 11 | 17.1 | 3 | true | [1,-2]
%s ZTF ZTF21abc (0 90) | ZTF21abc | 9000000000000000001 | missing | 12 | missing | missing | missing | [3,4]`

func TestAVOTableThatAstropyWrote(t *testing.T) {
	want := fmt.Sprintf(astropyRead, "24", "36")
	if got := shown(t, fromAstropy, targets.Options{}); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	latin := strings.Replace(strings.Replace(fromAstropy, "utf-8", "ISO-8859-1", 1), "right ascension", "\xe9", 1)
	if got := shown(t, latin, targets.Options{}); got != want {
		t.Errorf("in Latin-1:\n%s", got)
	}
}

// binaryOf replaces the rows of fromAstropy by a binary stream of the same.
func binaryOf(nulls bool) string {
	var stream bytes.Buffer
	put := func(values ...any) {
		for _, v := range values {
			if err := binary.Write(&stream, binary.BigEndian, v); err != nil {
				panic(err)
			}
		}
	}
	name := func(text string) (units [12]uint16) {
		for i, c := range text {
			units[i] = uint16(c)
		}
		return units
	}
	if nulls {
		put([]byte{0, 0})
	}
	put(name("ZTF21abiuvdk"), int64(170028485706776685), 0.5, 11.0, 270.1, -30.2, float32(17.1), int32(3), byte('T'), int16(1), int16(-2))
	n := int32(-1)
	if nulls {
		put([]byte{0b0010_0011, 0b1000_0000})
		n = 77 // what is masked does not count
	}
	put(name("ZTF21abc"), int64(9000000000000000001), math.NaN(), 12.0, 0.0, 90.0, float32(math.NaN()), n, byte('?'), int16(3), int16(4))
	text := base64.StdEncoding.EncodeToString(stream.Bytes())
	kind := "BINARY"
	if nulls {
		kind = "BINARY2"
	}
	a, b := strings.Index(fromAstropy, "<TABLEDATA>"), strings.Index(fromAstropy, "   </DATA>")
	return fromAstropy[:a] + "<" + kind + ">\n     <STREAM encoding=\"base64\">\n" + text[:64] + "\n" + text[64:] + "\n     </STREAM>\n</" + kind + ">\n" + fromAstropy[b:]
}

func TestBinaryVOTables(t *testing.T) {
	if got, want := shown(t, binaryOf(false), targets.Options{}), fmt.Sprintf(astropyRead, "24", "24"); got != want {
		t.Errorf("BINARY:\n%s\nwant\n%s", got, want)
	}
	if got, want := shown(t, binaryOf(true), targets.Options{}), fmt.Sprintf(astropyRead, "24", "24"); got != want {
		t.Errorf("BINARY2:\n%s\nwant\n%s", got, want)
	}
}

func TestWrongVOTables(t *testing.T) {
	const head, tail = `<VOTABLE><RESOURCE><TABLE><FIELD name="id" datatype="char" arraysize="*"/><FIELD name="n" datatype="int"/><DATA>`, `</DATA></TABLE></RESOURCE></VOTABLE>`
	for text, want := range map[string]string{
		"<VOTABLE></VOTABLE>": "! list: has no table with data",
		"<VOTABLE>":           "! list, line 1: breaks off",
		"<VOTABLE><a></b>":    "! list, line 1: is not XML: element <a> closed by </b>",
		head + `<TABLEDATA><TR><TD>ZTF21abc</TD></TR><TR><TD>ZTF21abc</TD><TD>x</TD></TR><TR><TD>ZTF21abc</TD><TD>0x10</TD></TR><TR><TD>a</TD><TD>1</TD><TD/><TD/></TR></TABLEDATA>` + tail: `votable | n integer
! list, line 1: has 1 cells, but the table has 2 columns
! list, line 1: column n: "x" is no integer
1 ZTF ZTF21abc | 16
! list, line 1: has more cells than the table has columns, 2`,
		head + `<TABLEDATA><TR><TD>ZTF21abc</TD><TD>1</TD></TR><TR>`: "votable | n integer\n1 ZTF ZTF21abc | 1\n! list, line 1: breaks off",
		head + `<FITS/>` + tail: "! list, line 1: holds its data as FITS, which is not read here",
		head + `<BINARY><STREAM href="http://x/y" encoding="base64"/></BINARY>` + tail:                                        "! list, line 1: has its data in another file, http://x/y",
		head + `<BINARY><STREAM encoding="base64">AAAACFpURjIx</STREAM></BINARY>` + tail:                                      "votable | n integer\n! list, line 1: has a STREAM that breaks off",
		head + `<BINARY><STREAM encoding="base64">AAAACFpURjI!</STREAM></BINARY>` + tail:                                      "votable | n integer\n! list, line 1: has a STREAM that is no base64: illegal base64 data at input byte 11",
		head + `<BINARY><STREAM encoding="base64">//////pURjIx</STREAM></BINARY>` + tail:                                      "votable | n integer\n! list, line 1: is longer than 1048576 bytes",
		`<VOTABLE><FIELD name="id" datatype="string"/></VOTABLE>`:                                                             `! list, line 1: column id has the datatype "string"`,
		`<VOTABLE><TABLE><DATA><TABLEDATA></TABLEDATA></DATA></TABLE></VOTABLE>`:                                              "! list, line 1: has data, but no FIELD",
		`<VOTABLE><TABLE><FIELD name="ra" unit="furlong" datatype="double"/><FIELD name="dec" datatype="double"/><TABLEDATA>`: "! list: column ra: its unit furlong is not known for a coordinate",
	} {
		if got := shown(t, text, targets.Options{}); got != want {
			t.Errorf("%s\n got %s\nwant %s", text, got, want)
		}
	}
}

// What one format says, all others say too.
func TestAllFormatsSayTheSame(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var csv, tsv, jsonl, array, vo strings.Builder
		csv.WriteString("object_id,RA,Dec,mag,note\n")
		tsv.WriteString("note\tobject_id\tmag\tDec\tRA\n")
		array.WriteString("[")
		vo.WriteString(`<VOTABLE><RESOURCE><TABLE><FIELD name="object_id" datatype="char" arraysize="*"/><FIELD name="RA" datatype="double"/><FIELD name="Dec" datatype="double"/><FIELD name="mag" datatype="double"/><FIELD name="note" datatype="char" arraysize="*"/><DATA><TABLEDATA>`)
		var want []string
		for i := range rapid.IntRange(1, 20).Draw(t, "rows") {
			id := rapid.StringMatching(`ZTF[0-9]{2}[a-z]{7}`).Draw(t, "id")
			ra, dec := rapid.Float64Range(0, 359.9).Draw(t, "ra"), rapid.Float64Range(-90, 90).Draw(t, "dec")
			mag := rapid.Float64Range(10, 20).Draw(t, "mag") + 1e-9
			note := rapid.StringMatching(`[b-m]{1,5}`).Draw(t, "note")
			fmt.Fprintf(&csv, "%s,%v,%v,%v,%s\n", id, ra, dec, mag, note)
			fmt.Fprintf(&tsv, "%s\t%s\t%v\t%v\t%v\n", note, id, mag, dec, ra)
			record := fmt.Sprintf(`{"object_id":%q,"RA":%v,"Dec":%v,"mag":%v,"note":%q}`, id, ra, dec, mag, note)
			jsonl.WriteString(record + "\n")
			if i > 0 {
				array.WriteString(",")
			}
			array.WriteString(record)
			fmt.Fprintf(&vo, "<TR><TD>%s</TD><TD>%v</TD><TD>%v</TD><TD>%v</TD><TD>%s</TD></TR>", id, ra, dec, mag, note)
			want = append(want, fmt.Sprintln(id, ra, dec+0, mag, note))
		}
		array.WriteString("]")
		vo.WriteString(`</TABLEDATA></DATA></TABLE></RESOURCE></VOTABLE>`)
		for name, text := range map[string]string{"csv": csv.String(), "tsv": tsv.String(), "jsonl": jsonl.String(), "array": array.String(), "votable": vo.String()} {
			list, err := targets.New(name, strings.NewReader(text), targets.Options{Want: targets.IDs})
			if err != nil {
				t.Fatal(err)
			}
			at := map[string]int{}
			for i, c := range list.Columns() {
				at[c.Name] = i
			}
			var got []string
			for target, err := range list.All() {
				if err != nil {
					t.Fatal(err)
				}
				mag, _ := target.Extra[at["mag"]].Float()
				got = append(got, fmt.Sprintln(target.ID.Text, target.Position.RA, target.Position.Dec+0, mag, target.Extra[at["note"]]))
			}
			if strings.Join(got, "\n") != strings.Join(want, "\n") {
				t.Fatalf("%s:\n%q\nwant\n%q", name, got, want)
			}
		}
	})
}

func FuzzRead(f *testing.F) {
	for _, seed := range []string{
		"ZTF21abc\n1 2\n", "id,ra,dec\nZTF21abc,1,2\n", "{\"id\":\"ZTF21abc\"}\n", "[1,\"a\"]", fromAstropy, binaryOf(false), binaryOf(true), "# id ra\n1 2", "\x1f\x8b\x08", "\"id\"\n\"a\"\n", "a|b;c\td",
	} {
		f.Add([]byte(seed), 0)
		f.Add([]byte(seed), 2)
	}
	reg := registry.Default()
	f.Fuzz(func(t *testing.T, body []byte, want int) {
		list, err := targets.New("list", bytes.NewReader(body), targets.Options{Want: targets.Want(want % 3), Registry: reg})
		if err != nil {
			return
		}
		last := 0
		for n := 0; ; n++ {
			target, err := list.Next()
			if err == io.EOF {
				return
			}
			if err != nil {
				if n > len(body) {
					t.Fatalf("%d errors of %d bytes; %v", n, len(body), err)
				}
				if _, again := list.Next(); again == err {
					return
				}
				continue
			}
			if target.ID.Text == "" && target.Position == nil {
				t.Fatalf("a target that is none: %+v", target)
			}
			if target.Position != nil && !(target.Position.RA >= 0 && target.Position.RA < 360 && target.Position.Dec >= -90 && target.Position.Dec <= 90) {
				t.Fatalf("%v", target.Position)
			}
			if target.Line < last || len(target.Extra) != len(list.Columns()) {
				t.Fatalf("line %d after %d, %d values of %d columns", target.Line, last, len(target.Extra), len(list.Columns()))
			}
			for i, v := range target.Extra {
				if !v.IsMissing() && v.Kind() != list.Columns()[i].Kind {
					t.Fatalf("%v in a column of kind %v", v.Kind(), list.Columns()[i].Kind)
				}
			}
			last = target.Line
		}
	})
}

// 100,000 targets in each format.
func BenchmarkRead(b *testing.B) {
	const n = 100_000
	var text, csv, jsonl, vo strings.Builder
	csv.WriteString("id,ra,dec,mag\n")
	vo.WriteString(`<VOTABLE><RESOURCE><TABLE><FIELD name="id" datatype="long"/><FIELD name="ra" datatype="double"/><FIELD name="dec" datatype="double"/><FIELD name="mag" datatype="double"/><DATA><TABLEDATA>`)
	for i := range n {
		id, ra, dec := 170028485706776685+i*7919, float64(i)*0.0035, float64(i%180000)/1000-90
		fmt.Fprintf(&text, "%d\n", id)
		fmt.Fprintf(&csv, "%d,%v,%v,17.5\n", id, ra, dec)
		fmt.Fprintf(&jsonl, "{\"id\":%d,\"ra\":%v,\"dec\":%v,\"mag\":17.5}\n", id, ra, dec)
		fmt.Fprintf(&vo, "<TR><TD>%d</TD><TD>%v</TD><TD>%v</TD><TD>17.5</TD></TR>\n", id, ra, dec)
	}
	vo.WriteString(`</TABLEDATA></DATA></TABLE></RESOURCE></VOTABLE>`)
	for _, c := range []struct{ name, text string }{{"text", text.String()}, {"csv", csv.String()}, {"jsonl", jsonl.String()}, {"votable", vo.String()}} {
		b.Run(c.name, func(b *testing.B) {
			b.ReportAllocs()
			b.SetBytes(int64(len(c.text)))
			for b.Loop() {
				got := 0
				for _, err := range targets.Read("list", strings.NewReader(c.text), targets.Options{}) {
					if err != nil {
						b.Fatal(err)
					}
					got++
				}
				if got != n {
					b.Fatal(got)
				}
			}
		})
	}
}
