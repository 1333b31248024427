package targets

import (
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/mwvgroup/pgb/client/field"
)

// votable is the first table with data of a VOTable (IVOA Recommendation 1.4).
type votable struct {
	in      *input
	decode  *xml.Decoder
	sources []source
	types   []votableType
	binary  *binaryRows // nil for TABLEDATA
	text    []byte      // of the cell that is being read
	done    bool
}

// votableType is how the values of a FIELD are written.
type votableType struct {
	datatype string
	// fixed is the number of values of a cell; 0 where each cell says it.
	fixed  int
	scalar bool
	null   string // the integer that stands for no value, empty for none
}

const expectedTable = "a VOTable with FIELDs and a TABLEDATA, BINARY or BINARY2 element"

func newVOTable(in *input) (*votable, error) {
	v := &votable{in: in, decode: xml.NewDecoder(in)}
	v.decode.CharsetReader = charset
	root, err := v.start()
	if err != nil {
		return nil, err
	}
	if root.Name.Local != "VOTABLE" {
		return nil, in.broken(v.line(), expectedTable, "is XML, but no VOTable: it begins with %s", cleanText(root.Name.Local))
	}
	for inField := false; ; {
		element, err := v.start()
		if err != nil {
			return nil, err
		}
		if v.done {
			return nil, in.broken(0, expectedTable, "has no table with data")
		}
		switch element.Name.Local {
		case "TABLE":
			v.sources, v.types = nil, nil
		case "PARAM":
			inField = false
		case "FIELD":
			inField = true
			if err := v.field(element); err != nil {
				return nil, err
			}
		case "VALUES":
			if n := len(v.types); n > 0 && inField {
				v.types[n-1].null = attribute(element, "null")
			}
		case "TABLEDATA", "BINARY", "BINARY2":
			if len(v.sources) == 0 {
				return nil, in.broken(v.line(), expectedTable, "has data, but no FIELD")
			}
			v.rename()
			if element.Name.Local != "TABLEDATA" {
				return v, v.stream(element.Name.Local == "BINARY2")
			}
			return v, nil
		case "FITS":
			return nil, in.broken(v.line(), expectedTable, "holds its data as FITS, which is not read here")
		}
	}
}

// charset reads the two character sets that VOTables come in beside UTF-8.
func charset(name string, r io.Reader) (io.Reader, error) {
	switch strings.ToLower(name) {
	case "us-ascii", "ascii", "utf8":
		return r, nil
	case "iso-8859-1", "latin1", "latin-1":
		return &latin1{r: r}, nil
	}
	return nil, fmt.Errorf("its encoding %s is not read here", cleanText(name))
}

type latin1 struct {
	r    io.Reader
	rest []byte
}

func (l *latin1) Read(p []byte) (int, error) {
	if len(l.rest) == 0 {
		raw := make([]byte, 2048)
		n, err := l.r.Read(raw)
		if n == 0 {
			return 0, err
		}
		for _, b := range raw[:n] {
			l.rest = utf8.AppendRune(l.rest, rune(b))
		}
	}
	n := copy(p, l.rest)
	l.rest = l.rest[n:]
	return n, nil
}

func attribute(e xml.StartElement, name string) string {
	for _, a := range e.Attr {
		if a.Name.Local == name {
			return strings.TrimSpace(a.Value)
		}
	}
	return ""
}

func (v *votable) line() int {
	line, _ := v.decode.InputPos()
	return line
}

// start gives the next element that begins; done is set where there is none.
func (v *votable) start() (xml.StartElement, error) {
	for {
		v.in.begin()
		token, err := v.decode.Token()
		if errors.Is(err, io.EOF) {
			v.done = true
			return xml.StartElement{}, nil
		}
		if err != nil {
			return xml.StartElement{}, v.failed(err)
		}
		if e, ok := token.(xml.StartElement); ok {
			return e.Copy(), nil
		}
	}
}

func (v *votable) failed(err error) error {
	at := new(xml.SyntaxError)
	switch {
	case errors.As(err, &at) && at.Msg == "unexpected EOF", errors.Is(err, io.EOF):
		return v.in.broken(v.line(), "a whole VOTable", "breaks off")
	case errors.As(err, &at):
		return v.in.broken(at.Line, "XML", "is not XML: %s", cleanText(at.Msg))
	}
	return v.in.failed(v.line(), err)
}

// field takes in a FIELD.
func (v *votable) field(e xml.StartElement) error {
	if len(v.sources) == maxColumns {
		return v.in.broken(v.line(), "", "has more than %d columns", maxColumns)
	}
	name := attribute(e, "name")
	if name == "" {
		name = attribute(e, "ID")
	}
	t := votableType{datatype: attribute(e, "datatype"), fixed: 1, scalar: true}
	if size := attribute(e, "arraysize"); size != "" && size != "1" {
		t.scalar = false
		for _, part := range strings.Split(size, "x") {
			n, err := strconv.Atoi(part)
			if err != nil || n < 1 || n > maxLine || t.fixed*n > maxLine {
				t.fixed = 0
				break
			}
			t.fixed *= n
		}
	}
	c := source{Column: Column{Name: name, Unit: attribute(e, "unit")}, typed: true, ucd: plainUCD(attribute(e, "ucd"))}
	switch t.datatype {
	case "char", "unicodeChar":
		c.Kind = field.Text
	case "boolean":
		c.Kind = field.Bool
	case "unsignedByte", "short", "int", "long":
		c.Kind = field.Int
	case "float":
		c.Kind = field.Float32
	case "double":
		c.Kind = field.Float64
	case "bit", "floatComplex", "doubleComplex":
		t.scalar = false
	default:
		return v.in.broken(v.line(), "one of the VOTable datatypes", "column %s has the datatype %q", cleanText(name), cleanText(t.datatype))
	}
	if !t.scalar && c.Kind != field.Text {
		c.Kind = field.JSON
	}
	v.sources, v.types = append(v.sources, c), append(v.types, t)
	return nil
}

// plainUCD gives a UCD in lower case, and the common ones of UCD1 as UCD1+.
func plainUCD(ucd string) string {
	ucd = strings.ReplaceAll(strings.ToLower(ucd), " ", "")
	switch ucd {
	case "pos_eq_ra_main":
		return "pos.eq.ra;meta.main"
	case "pos_eq_dec_main":
		return "pos.eq.dec;meta.main"
	case "id_main":
		return "meta.id;meta.main"
	}
	return ucd
}

// rename makes the names of the columns unlike, and says what each is.
func (v *votable) rename() {
	seen := map[string]bool{}
	for i := range v.sources {
		name := v.sources[i].Name
		if name == "" {
			name = fmt.Sprintf("column_%d", i+1)
		}
		v.sources[i].Name = unlike(name, seen)
	}
}

func (v *votable) columns() []source { return v.sources }

func (v *votable) next() (row, error) {
	switch {
	case v.done:
		return row{}, io.EOF
	case v.binary != nil:
		return v.binary.next()
	}
	v.in.begin()
	for {
		token, err := v.decode.RawToken()
		if err != nil {
			return row{}, v.failed(err)
		}
		switch e := token.(type) {
		case xml.StartElement:
			if e.Name.Local != "TR" {
				return row{}, v.in.broken(v.line(), "TR elements", "has %s among its rows", cleanText(e.Name.Local))
			}
			return v.cells(v.line())
		case xml.EndElement:
			v.done = true
			return row{}, io.EOF
		}
	}
}

// cells reads the TD elements of a row.
func (v *votable) cells(line int) (row, error) {
	r := row{line: line, cells: make([]field.Value, 0, len(v.sources))}
	var wrong error
	for depth := 0; ; {
		token, err := v.decode.RawToken()
		if err != nil {
			return row{}, v.failed(err)
		}
		switch e := token.(type) {
		case xml.StartElement:
			depth++
			v.text = v.text[:0]
		case xml.CharData:
			if depth > 0 {
				v.text = append(v.text, e...)
			}
		case xml.EndElement:
			if depth--; depth < 0 {
				if wrong == nil && len(r.cells) != len(v.sources) {
					wrong = fmt.Errorf("has %d cells, but the table has %d columns", len(r.cells), len(v.sources))
				}
				if wrong != nil {
					return row{}, v.in.bad(line, wrong, "a cell for each FIELD")
				}
				return r, nil
			}
			value := field.Value{}
			if at := len(r.cells); at < len(v.sources) {
				if value, err = v.types[at].parse(v.sources[at].Kind, string(v.text)); err != nil && wrong == nil {
					wrong = fmt.Errorf("column %s: %w", cleanText(v.sources[at].Name), err)
				}
			} else if wrong == nil {
				wrong = fmt.Errorf("has more cells than the table has columns, %d", len(v.sources))
			}
			if len(r.cells) <= len(v.sources) {
				r.cells = append(r.cells, value)
			}
		}
	}
}

// parse reads the text of a cell.
func (t votableType) parse(kind field.Kind, text string) (field.Value, error) {
	if kind == field.Text {
		if text == "" {
			return field.Value{}, nil
		}
		return field.OfString(text), nil
	}
	if text = strings.TrimSpace(text); text == "" || text == t.null {
		return field.Value{}, nil
	}
	switch kind {
	case field.Bool:
		return parseBool(text)
	case field.Int:
		i, err := strconv.ParseInt(text, 0, 64)
		if err != nil {
			return field.Value{}, fmt.Errorf("%q is no integer", cleanText(text))
		}
		return field.OfInt(i), nil
	case field.Float32, field.Float64:
		bits := map[field.Kind]int{field.Float32: 32, field.Float64: 64}[kind]
		f, err := strconv.ParseFloat(text, bits)
		if err != nil && !errors.Is(err, strconv.ErrRange) {
			return field.Value{}, fmt.Errorf("%q is no number", cleanText(text))
		}
		if kind == field.Float32 {
			return field.OfFloat32(float32(f)), nil
		}
		return field.OfFloat64(f), nil
	}
	return t.parseArray(text)
}

// parseBool reads a boolean as VOTable 1.4, section 6, allows it; "?" and a blank
// are missing.
func parseBool(text string) (field.Value, error) {
	switch strings.ToLower(text) {
	case "t", "true", "1":
		return field.OfBool(true), nil
	case "f", "false", "0":
		return field.OfBool(false), nil
	case "?", "":
		return field.Value{}, nil
	}
	return field.Value{}, fmt.Errorf("%q is no boolean", cleanText(text))
}

// parseArray gives the values of an array as a JSON list.
func (t votableType) parseArray(text string) (field.Value, error) {
	kind := map[string]field.Kind{"boolean": field.Bool, "unsignedByte": field.Int, "short": field.Int, "int": field.Int, "long": field.Int, "float": field.Float32, "floatComplex": field.Float32}[t.datatype]
	if kind == field.Missing {
		kind = field.Float64
		if t.datatype == "bit" {
			kind = field.Int
		}
	}
	list := []byte{'['}
	for i, word := range strings.Fields(text) {
		value, err := votableType{null: t.null}.parse(kind, word)
		if err != nil {
			return field.Value{}, err
		}
		if i > 0 {
			list = append(list, ',')
		}
		list = value.AppendJSON(list)
	}
	return field.OfJSON(append(list, ']')), nil
}
