package targets_test

import (
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"

	"github.com/mwvgroup/pgb/client/registry"
	"github.com/mwvgroup/pgb/client/targets"
)

// shown prints a list as its format, its columns and a line for each target or
// error.
func shown(t *testing.T, text string, o targets.Options) string {
	t.Helper()
	list, err := targets.New("list", strings.NewReader(text), o)
	if err != nil {
		return "! " + err.Error()
	}
	var out strings.Builder
	fmt.Fprint(&out, list.Format())
	for _, c := range list.Columns() {
		fmt.Fprintf(&out, " | %s %s", c.Name, c.Kind)
		if c.Unit != "" {
			fmt.Fprintf(&out, " [%s]", c.Unit)
		}
	}
	for target, err := range list.All() {
		if err != nil {
			fmt.Fprintf(&out, "\n! %v", err)
			continue
		}
		fmt.Fprintf(&out, "\n%d", target.Line)
		if target.ID.Text != "" {
			fmt.Fprintf(&out, " %s %s", target.ID.Namespace, target.ID.Text)
		}
		if target.Position != nil {
			fmt.Fprintf(&out, " (%v)", target.Position)
		}
		for _, v := range target.Extra {
			if v.IsMissing() {
				out.WriteString(" | missing")
				continue
			}
			fmt.Fprintf(&out, " | %s", v)
		}
	}
	return out.String()
}

type listCase struct {
	name, text string
	want       targets.Want
	expected   string
}

func check(t *testing.T, cases []listCase) {
	t.Helper()
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			expected := strings.TrimSpace(c.expected)
			if got := shown(t, c.text, targets.Options{Want: c.want}); got != expected {
				t.Errorf("got\n%s\nwant\n%s", got, expected)
			}
			var packed bytes.Buffer
			w := gzip.NewWriter(&packed)
			io.WriteString(w, c.text)
			w.Close()
			if got := shown(t, packed.String(), targets.Options{Want: c.want}); got != expected {
				t.Errorf("compressed:\n%s\nwant\n%s", got, expected)
			}
		})
	}
}

func TestPlainText(t *testing.T) {
	check(t, []listCase{
		{"nothing", "", targets.Either, "text"},
		{"comments alone", "# one\n\n # two", targets.Either, "text"},
		{"ids", "\ufeff# mine\n\nZTF21abiuvdk\r\n  170028485706776685 # a star\n2004 JQ12\nZTF21abiuvdk", targets.IDs,
			"text\n3 ZTF ZTF21abiuvdk\n4 LSST:dia 170028485706776685\n5 LSST:ss 21163624394469969\n6 ZTF ZTF21abiuvdk"},
		{"positions", "270.1 -30.2\n18:00:24 -30:12:00\n18 00 24 -30 12 00\n18h00m24s -30d12m00s", targets.Positions,
			"text\n1 (270.1 -30.2)\n2 (270.1 -30.2)\n3 (270.1 -30.2)\n4 (270.1 -30.2)"},
		{"both in turn", "ZTF21abc\n270.1 -30.2\nZTF21abiuvdk 10 20\n", targets.Either, "text\n1 ZTF ZTF21abc\n2 (270.1 -30.2)\n3 ZTF ZTF21abiuvdk (10 20)"},
		{"wrong lines among good ones", "ZTF21abc\nztf21abc\nSN 2023bip\n270.1 -95\nZTF21abiuvdk", targets.Either, `
text
1 ZTF ZTF21abc
! list, line 2: unknown id "ztf21abc"
! list, line 3: "SN 2023bip" is a name at the Transient Name Server, by which no archive can be asked
! list, line 4: "270.1 -95" is no position: declination -95 is not between -90 and 90 degrees
5 ZTF ZTF21abiuvdk`},
		{"ids where positions are wanted", "ZTF21abc\n1 2", targets.Positions,
			"text\n! list, line 1: \"ZTF21abc\" is no position: 'Z' stands where a number should\n2 (1 2)"},
		{"a position where ids are wanted", "270.1 -30.2", targets.IDs, `text` + "\n" + `! list, line 1: unknown id "270.1 -30.2"`},
	})
}

func TestTables(t *testing.T) {
	check(t, []listCase{
		{"a header", "name,ra,dec,mag,n,ok\nmine,270.1,-30.2,17.5,3,true\nyours,18:00:24,-30:12:00,17,,False\n", targets.Positions,
			"table | name text | mag number | n integer | ok boolean\n2 (270.1 -30.2) | mine | 17.5 | 3 | true\n3 (270.1 -30.2) | yours | 17 | missing | false"},
		{"no header", "270.1,-30.2\n10.5, 20\n", targets.Either, "table\n1 (270.1 -30.2)\n2 (10.5 20)"},
		{"no header, an id first", "ZTF21abiuvdk;270.1;-30.2;17\n# no\n\nZTF21abc;1;2;18.5\n", targets.Either,
			"table | id text | column_4 number\n1 ZTF ZTF21abiuvdk (270.1 -30.2) | ZTF21abiuvdk | 17\n4 ZTF ZTF21abc (1 2) | ZTF21abc | 18.5"},
		{"no header, ids", "ZTF21abiuvdk\tx\nZTF21abc\t\n", targets.IDs, "table | column_2 text\n1 ZTF ZTF21abiuvdk | x\n2 ZTF ZTF21abc | missing"},
		{"a header in a comment", "# made by hand\n# id ra dec\nZTF21abc 1 2\n", targets.Either, "table | id text\n3 ZTF ZTF21abc (1 2) | ZTF21abc"},
		{"one column", "objectId\n2004 JQ12\nZTF21abc\n", targets.IDs, "table\n2 LSST:ss 21163624394469969\n3 ZTF ZTF21abc"},
		{"blanks between, quotes", "id ra dec note\nZTF21abc 1 2 \"a b\"\n", targets.IDs, "table | ra integer | dec integer | note text\n2 ZTF ZTF21abc (1 2) | 1 | 2 | a b"},
		{"units in the header", "id\tRA [h]\tDec (rad)\tflux [nJy]\nx\t18\t1\t5\n", targets.Positions, "table | id text | flux integer [nJy]\n2 (270 57.29577951308232) | x | 5"},
		{"sexagesimal beside degrees", "oid,RAJ2000,DEJ2000,_RAJ2000,_DEJ2000\nZTF21abc,18 00 24,-30 12 00,270.1,-30.2", targets.IDs,
			"table | RAJ2000 text | DEJ2000 text | _RAJ2000 number | _DEJ2000 number\n2 ZTF ZTF21abc (270.1 -30.2) | 18 00 24 | -30 12 00 | 270.1 | -30.2"},
		{"ids by the name of their column", "diaSourceId,diaObjectId\n170094456272322680,170028485706776685", targets.IDs, "table | diaSourceId integer\n2 LSST:dia 170028485706776685 | 170094456272322680"},
		{"a candid", "candid\n516171791415015025\n", targets.IDs, "table\n2 ZTF:candid 516171791415015025"},
		{"names beside positions", "name,ra,dec\nSN 2023bip,1,2\nZTF21abc,3,4\n,5,6\nfoo,,\n", targets.Either, `
table | name text
2 (1 2) | SN 2023bip
3 ZTF ZTF21abc (3 4) | ZTF21abc
4 (5 6) | missing
! list, line 5: unknown id "foo"`},
		{"one column with both coordinates", "Position\tx\n\"18h00m24s -30d12m00s\"\t1\n", targets.Positions, "table | x integer\n2 (270.1 -30.2) | 1"},
		{"wrong rows among good ones", "id,ra,dec\nZTF21abc,1\nZTF21abc,1,95\nZTF21abc,1,\n,,\nZTF21abc,1,2,,\n\"ZTF21abc\",abc,2\n", targets.Either, `
table | id text
! list, line 2: has 2 cells, but the table has 3 columns
! list, line 3: "1 , 95" is no position: declination 95 is not between -90 and 90 degrees
! list, line 4: has a right ascension, but no declination
! list, line 5: has no id
6 ZTF ZTF21abc (1 2) | ZTF21abc
! list, line 7: "abc, 2" is no position: 'a' stands where a number should`},
		{"kinds of what rides along", "id,a,b,c,d\nZTF21abc,007,1e3,99999999999999999999,1\nZTF21abc,1,-.5,1,x", targets.IDs,
			"table | a text | b number | c text | d text\n2 ZTF ZTF21abc | 007 | 1000 | 99999999999999999999 | 1\n3 ZTF ZTF21abc | 1 | -0.5 | 1 | x"},
		{"names that repeat", "id,x,x,\nZTF21abc,1,2,\n", targets.IDs, "table | x integer | x_2 integer\n2 ZTF ZTF21abc | 1 | 2"},
		{"a row on two lines", "id,note\nZTF21abc,\"a\nb\"\nZTF21abc,c\n", targets.IDs, "table | note text\n2 ZTF ZTF21abc | a\nb\n4 ZTF ZTF21abc | c"},
		{"a full circle", "360,1\n", targets.Either, "table\n1 (0 1)"},
		{"no known column", "foo,bar\n1000,2\n", targets.Either, "! list, line 1: the columns are not known by name, nor by what is in them: foo, bar"},
		{"no position", "id,mag\nZTF21abc,2\n", targets.Positions, "! list: none of its columns is known for a position: id, mag"},
	})
}

func TestJSON(t *testing.T) {
	check(t, []listCase{
		{"lines", `{"object_id":"ZTF21abc","ra":1.5,"dec":-2,"n":1,"tags":["a", {"b":1}]}` + "\n\n" + `{"n":2.5,"object_id":170028485706776685,"ra":null,"more":"x"}`, targets.IDs,
			"json | ra number | dec integer | n number | tags record or list | more text\n1 ZTF ZTF21abc (1.5 -2) | 1.5 | -2 | 1 | [\"a\",{\"b\":1}] | missing\n3 LSST:dia 170028485706776685 | missing | missing | 2.5 | missing | x"},
		{"an array", "[\n {\"id\": \"ZTF21abc\"},\n\n {\n  \"id\": \"2004 JQ12\"}, 170028485706776685,\n\"ZTF21abiuvdk\"]", targets.IDs,
			"json\n2 ZTF ZTF21abc\n4 LSST:ss 21163624394469969\n5 LSST:dia 170028485706776685\n6 ZTF ZTF21abiuvdk"},
		{"texts on lines", "\"ZTF21abc\"\n\"2004 JQ12\"\n", targets.IDs, "json\n1 ZTF ZTF21abc\n2 LSST:ss 21163624394469969"},
		{"records on several lines", "{\n\"ra\": \"18:00:24\", \"dec\": \"-30:12:00\"\n}\n{\n \"ra\": 1, \"dec\": 2}", targets.Positions, "json\n1 (270.1 -30.2)\n4 (1 2)"},
		{"a wrong line among good ones", "{\"id\":\"ZTF21abc\"}\n{\"id\":\n[1]\n{\"x\":1}\n{\"id\":\"ZTF21abc\",\"x\":2}", targets.IDs, `
json | x integer
1 ZTF ZTF21abc | missing
! list, line 2: at offset 6, id: the text ends early
! list, line 3: is neither an object nor an id
! list, line 4: has no id
5 ZTF ZTF21abc | 2`},
		{"an id that was a float", `{"id":1.70028485706776685e17}`, targets.IDs, "json\n! list, line 1: unknown id \"1.7002848570677667e+17\": an integer id that was kept as a floating-point number has lost digits; take it from its source again, as text"},
		{"a broken array", "[{\"id\":\"ZTF21abc\"},\n{]", targets.IDs, "json\n1 ZTF ZTF21abc\n! list, line 2: is not JSON: invalid character ']' looking for beginning of object key string"},
		{"an array that breaks off", "[{\"id\":\"ZTF21abc\"},", targets.IDs, "json\n1 ZTF ZTF21abc\n! list, line 1: breaks off"},
		{"no known member", `{"a":1,"b":2}`, targets.Either, "! list: none of its columns is known for an id or a position: a, b"},
		{"an empty array", "[]", targets.Either, "json"},
		{"empty objects", "[{},{}]", targets.Either, "json\n! list, line 1: has no id\n! list, line 1: has no id"},
	})
}

func TestFilesThatAreNoList(t *testing.T) {
	for text, want := range map[string]string{
		"SIMPLE  =                    T": "breaks off", "PAR1....": "is no Parquet that can be read", "ARROW1\x00\x00....": "is no Arrow that can be read",
		"\xff\xff\xff\xff\x10\x00\x00\x00": "is no Arrow that can be read", "PK\x03\x04aa": "is a zip archive or spreadsheet", "\xff\xfeZ\x00": "is text in UTF-16",
		"a\x00b": "is binary", "\x1f\x8b\x08": "is not whole gzip", "<html><body/></html>": "is XML, but no VOTable: it begins with html",
		strings.Repeat("x", 2<<20): "is longer than 1048576 bytes",
	} {
		_, err := targets.New("list", strings.NewReader(text), targets.Options{})
		var wrong *targets.Error
		if !errors.As(err, &wrong) || !strings.Contains(err.Error(), want) {
			t.Errorf("%.20q: %v", text, err)
		}
	}
}

func TestAnOverlongRecordEndsTheList(t *testing.T) {
	long := strings.Repeat("x", 3<<20)
	for name, text := range map[string]string{
		"text": "ZTF21abc\n" + long, "table": "id,x\nZTF21abc,1\nZTF21abc," + long, "quotes": "id,x\nZTF21abc,1\nZTF21abc,\"" + strings.Repeat("x\n", 2<<20),
		"lines": "{\"id\":\"ZTF21abc\"}\n{\"id\":\"" + long, "array": "[{\"id\":\"ZTF21abc\"},{\"id\":\"" + long,
		"votable": `<VOTABLE><RESOURCE><TABLE><FIELD name="id" datatype="char" arraysize="*"/><DATA><TABLEDATA><TR><TD>ZTF21abc</TD></TR><TR><TD>` + long,
	} {
		n, failed := 0, error(nil)
		for _, err := range targets.Read("list", strings.NewReader(text), targets.Options{Want: targets.IDs}) {
			if err != nil {
				failed = err
			} else {
				n++
			}
		}
		if n != 1 || failed == nil || !strings.Contains(failed.Error(), "is longer than 1048576 bytes") {
			t.Errorf("%s: %d targets, %.200v", name, n, failed)
		}
	}
}

func TestWhatRidesAlongKeepsItsKindAndColumnsInALongList(t *testing.T) {
	var text strings.Builder
	rows := 0
	for pad := strings.Repeat("x", 1000); text.Len() < 9<<20; rows++ {
		fmt.Fprintf(&text, "{\"id\":\"ZTF21abc\",\"n\":%d,\"pad\":%q}\n", rows, pad)
	}
	text.WriteString("{\"id\":\"ZTF21abc\",\"n\":1.5}\n{\"id\":\"ZTF21abc\",\"new\":1}\n{\"id\":\"ZTF21abc\",\"n\":7}\n")
	n := 0
	var errs []string
	for target, err := range targets.Read("list", strings.NewReader(text.String()), targets.Options{}) {
		if err != nil {
			errs = append(errs, err.Error())
			continue
		}
		if got, ok := target.Extra[0].Int(); !ok || n < rows && got != int64(n) {
			t.Fatalf("row %d has %v", n, target.Extra[0])
		}
		n++
	}
	want := []string{
		fmt.Sprintf(`list, line %d: column n has "1.5", but holds values of kind integer up to here`, rows+1),
		fmt.Sprintf(`list, line %d: has a member that no record had up to here`, rows+2),
	}
	if n != rows+1 || !slices.Equal(errs, want) {
		t.Errorf("%d targets of %d, %q", n, rows+1, errs)
	}
}

// broken gives some bytes and then fails.
type broken struct{ r io.Reader }

var errBroken = errors.New("the disk is on fire")

func (b broken) Read(p []byte) (int, error) {
	n, err := b.r.Read(p)
	if errors.Is(err, io.EOF) {
		err = errBroken
	}
	return n, err
}

func TestAnErrorOfTheReaderIsGivenOnceAndEndsTheList(t *testing.T) {
	for _, text := range []string{"", "ZTF21abc\n", "id,x\nZTF21abc,1\n", "{\"id\":\"ZTF21abc\"}\n", "[\"ZTF21abc\",", "<VOTABLE>"} {
		var errs []error
		for _, err := range targets.Read("list", broken{strings.NewReader(text)}, targets.Options{}) {
			if err != nil {
				errs = append(errs, err)
			}
		}
		if len(errs) != 1 || !errors.Is(errs[0], errBroken) {
			t.Errorf("%q: %v", text, errs)
		}
	}
}

func TestACutGzipFileIsSaidToBreakOff(t *testing.T) {
	var packed bytes.Buffer
	w := gzip.NewWriter(&packed)
	for i := range 5000 {
		fmt.Fprintf(w, "ZTF21%c%c%cdefg\n", 'a'+i%26, 'a'+i/26%26, 'a'+i*7%26)
	}
	w.Close()
	var last error
	for _, err := range targets.Read("list", bytes.NewReader(packed.Bytes()[:packed.Len()-20]), targets.Options{}) {
		last = err
	}
	if last == nil || !strings.Contains(last.Error(), "breaks off or is damaged") {
		t.Error(last)
	}
}

func TestTheSurveyIsGivenToIds(t *testing.T) {
	for target, err := range targets.Read("list", strings.NewReader("433\n"), targets.Options{Survey: "rapid"}) {
		if err != nil || target.ID.Namespace != "RAPID" {
			t.Errorf("%+v, %v", target, err)
		}
	}
	for _, err := range targets.Read("list", strings.NewReader("SN 2023bip\n"), targets.Options{}) {
		var wrong *registry.UnresolvableError
		if !errors.As(err, &wrong) {
			t.Error(err)
		}
	}
}

// drip gives one line at each read, as somebody who types does, and counts them.
type drip struct {
	lines []string
	given int
}

func (d *drip) Read(p []byte) (int, error) {
	if d.given == len(d.lines) {
		return 0, io.EOF
	}
	d.given++
	return copy(p, d.lines[d.given-1]), nil
}

func TestIdsAreGivenAsTheyAreTyped(t *testing.T) {
	for _, first := range []string{"ZTF21abc\n", "objectId\n", "\"ZTF21abc\"\n"} {
		d := &drip{lines: []string{first, "ZTF21abc\n", "ZTF21abiuvdk\n", "ZTF18abfkwnk\n"}}
		list, err := targets.New("-", d, targets.Options{Want: targets.IDs})
		if err != nil {
			t.Fatal(err)
		}
		if first[0] == '"' {
			continue // JSON tells its columns by what comes
		}
		if _, err := list.Next(); err != nil || d.given > 2 {
			t.Errorf("%q: the first id after %d lines, %v", first, d.given, err)
		}
	}
}
