package format

import (
	"bytes"
	"io"
	"slices"
	"strconv"

	"github.com/mwvgroup/pgb/client/alert"
	"github.com/mwvgroup/pgb/client/field"
)

// ecsvLongest is how many characters a cell has at most: astropy reads ECSV by
// Python's csv, which takes no more (csv.field_size_limit).
const ecsvLongest = 131072

func init() { tableFormats[ECSV] = tableFormat{open: openECSV} }

// ecsvEncoder writes rows as comma-separated text behind a header in YAML that
// says what the columns are. A missing value is an empty cell, and so is an
// empty text: readers take them for the same. They take a row for a line too,
// and blanks around a text for nothing.
//
// Format: ECSV 1.0, https://github.com/astropy/astropy-APEs/blob/main/APE6.rst
type ecsvEncoder struct {
	to    io.Writer
	cells []tableCell
	csv   csvEncoder
	rows  []byte
	buf   []byte
}

func openECSV(to io.Writer, spec tableSpec) (tableEncoder, error) {
	e := &ecsvEncoder{to: to, cells: tableCells(spec), csv: csvEncoder{terminal: spec.terminal}}
	e.addHeader(spec)
	return e, nil
}

func (e *ecsvEncoder) addHeader(spec tableSpec) {
	dst := append(e.rows, "# %ECSV 1.0\n# ---\n# delimiter: ','\n# datatype:\n"...)
	for i := range e.cells {
		c := &e.cells[i]
		unit, doc := c.describe()
		dst = append(appendYAML(append(dst, "# - {name: "...), c.Name), ", datatype: "...)
		dst = append(dst, ecsvTypes[c.kind]...)
		if unit != "" {
			dst = appendYAML(append(dst, ", unit: "...), unit)
		}
		if doc != "" {
			dst = appendYAML(append(dst, ", description: "...), doc)
		}
		if c.UCD != "" {
			dst = append(appendYAML(append(dst, ", meta: {ucd: "...), c.UCD), '}')
		}
		dst = append(dst, "}\n"...)
	}
	dst = appendYAML(append(dst, "# meta: {creator: "...), spec.creator)
	if spec.simulated {
		dst = append(dst, ", simulated: true"...)
	}
	e.rows = append(dst, "}\n# schema: astropy-2.0\n"...)
	for i := range e.cells {
		if i > 0 {
			e.rows = append(e.rows, ',')
		}
		e.addText([]byte(e.cells[i].Name))
	}
	e.rows = append(e.rows, '\n')
}

// appendYAML appends a text in quotes, in ASCII: STIL takes a header for Latin 1.
func appendYAML(dst []byte, text string) []byte {
	return append(dst, strconv.QuoteToASCII(text)...)
}

// ecsvTypes are the names of the types of columns. Bytes are base64.
var ecsvTypes = [...]string{
	cellText: "string", cellBool: "bool", cellInt: "int64", cellFloat32: "float32", cellFloat64: "float64",
	cellBytes: "string", cellTime: "string",
}

func (e *ecsvEncoder) add(batch []*alert.Message) error {
	for _, m := range batch {
		e.addRow(m.Row().Values)
		if len(e.rows) >= writeSize {
			if err := e.flush(); err != nil {
				return err
			}
		}
	}
	return nil
}

func (e *ecsvEncoder) addRow(values []field.Value) {
	begin := len(e.rows)
	for i := range e.cells {
		if i > 0 {
			e.rows = append(e.rows, ',')
		}
		if v := values[e.cells[i].value]; !v.IsMissing() {
			e.addCell(e.cells[i].kind, v)
		}
	}
	if len(e.rows) == begin {
		e.rows = append(e.rows, `""`...) // an empty line is no row
	}
	e.rows = append(e.rows, '\n')
}

func (e *ecsvEncoder) addCell(kind cellType, v field.Value) {
	switch kind {
	case cellBool:
		truth := "False"
		if boolOf(v) {
			truth = "True"
		}
		e.rows = append(e.rows, truth...)
	case cellInt:
		e.rows = field.AppendInt(e.rows, intOf(v))
	case cellFloat32:
		e.rows = field.AppendFloat32(e.rows, float32Of(v))
	case cellFloat64:
		e.rows = field.AppendFloat64(e.rows, float64Of(v))
	case cellTime:
		e.rows = appendInstant(e.rows, v)
	default:
		e.addText(textOf(v, e.buf[:0]))
	}
}

// addText appends a text, in quotes where a reader could take it for something
// else: the beginning of a comment, or another number of cells.
func (e *ecsvEncoder) addText(text []byte) {
	if isPlain(text) {
		e.rows = append(e.rows, text...)
		return
	}
	if bytes.ContainsFunc(text, breaksLine) {
		text = bytes.Map(func(r rune) rune {
			if breaksLine(r) {
				return ' '
			}
			return r
		}, text)
	}
	begin := len(e.rows)
	e.rows = e.csv.appendText(e.rows, text)
	if len(e.rows) > begin && e.rows[begin] == '#' {
		e.rows = append(slices.Insert(e.rows, begin, '"'), '"')
	}
}

// isPlain says whether a text is surely read back without quotes: most texts are
// ids and words.
func isPlain(text []byte) bool {
	for _, c := range text {
		if c <= ' ' || c > '~' || c == '"' || c == ',' || c == '#' {
			return false
		}
	}
	return true
}

// breaksLine says whether readers end a line at a character, in quotes or not, or
// may not take it, as the controls of ASCII and Latin 1: those become blanks.
func breaksLine(r rune) bool {
	return r < ' ' && r != '\t' || r >= 0x7f && r < 0xa0 || r == '\u2028' || r == '\u2029'
}

func (e *ecsvEncoder) flush() error {
	err := writeAll(e.to, e.rows)
	e.rows = e.rows[:0]
	return err
}

func (e *ecsvEncoder) end() error { return e.flush() }
