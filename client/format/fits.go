package format

import (
	"bufio"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math"
	"strings"
	"unicode/utf8"

	"github.com/mwvgroup/pgb/client/alert"
	"github.com/mwvgroup/pgb/client/field"
)

func init() { tableFormats[FITS] = tableFormat{open: openFITS} }

// fitsEncoder writes rows as a binary table. A cell of text has the width of the
// widest, which is known when all rows are there, and so is their number: until
// then they lie in a spool.
//
// What is missing is NaN among floats, the column's TNULL among whole numbers,
// and an empty text among texts. A column of booleans of which one is missing is
// one of bytes, 1, 0 and TNULL: readers take a missing logical for false.
//
// Format: https://fits.gsfc.nasa.gov/fits_standard.html (4.0), section 7.3.
type fitsEncoder struct {
	to      io.Writer
	spec    tableSpec
	columns []fitsColumn
	rows    int64
	spool   spool
	row     []byte
	buf     []byte
}

// fitsColumn is a column and what is known of its values so far.
type fitsColumn struct {
	tableCell
	missing  bool  // of one row at least
	longest  int64 // of texts, bytes
	bytes    int64 // of all texts
	beyond   bool  // a text is not ASCII
	variable bool  // the texts lie in the heap
}

// maxFITSColumns is how many columns three digits of a keyword can count.
const maxFITSColumns = 999

func openFITS(to io.Writer, spec tableSpec) (tableEncoder, error) {
	e := &fitsEncoder{to: to, spec: spec}
	for _, cell := range tableCells(spec) {
		e.columns = append(e.columns, fitsColumn{tableCell: cell})
	}
	if len(e.columns) > maxFITSColumns {
		return nil, fmt.Errorf("a FITS table has %d columns at most, and these are %d: use votable or parquet", maxFITSColumns, len(e.columns))
	}
	return e, nil
}

func (e *fitsEncoder) abandon() error { return e.spool.drop() }

func (e *fitsEncoder) add(batch []*alert.Message) error {
	for _, m := range batch {
		e.row = e.row[:0]
		for i := range e.columns {
			e.spoolCell(&e.columns[i], m.Row().Values[e.columns[i].value])
		}
		if err := e.spool.add(e.row); err != nil {
			return err
		}
		e.rows++
	}
	return nil
}

// spoolCell appends a cell as the spool has it: a byte, 0 where it is missing,
// then a boolean's byte, the bytes of a number as in the file, or a text with its
// length.
func (e *fitsEncoder) spoolCell(c *fitsColumn, v field.Value) {
	if v.IsMissing() {
		c.missing = true
		e.row = append(e.row, 0)
		return
	}
	e.row = append(e.row, 1)
	switch c.kind {
	case cellBool:
		truth := byte(0)
		if boolOf(v) {
			truth = 1
		}
		e.row = append(e.row, truth)
	case cellInt:
		e.row = binary.BigEndian.AppendUint64(e.row, uint64(intOf(v)))
	case cellFloat32:
		e.row = binary.BigEndian.AppendUint32(e.row, math.Float32bits(float32Of(v)))
	case cellFloat64:
		e.row = binary.BigEndian.AppendUint64(e.row, math.Float64bits(float64Of(v)))
	case cellTime:
		e.buf = appendInstant(e.buf[:0], v)
		e.spoolText(c, e.buf)
	default:
		e.spoolText(c, textOf(v, e.buf[:0]))
	}
}

func (e *fitsEncoder) spoolText(c *fitsColumn, text []byte) {
	c.longest = max(c.longest, int64(len(text)))
	c.bytes += int64(len(text))
	e.row = binary.AppendUvarint(e.row, uint64(len(text)))
	begin := len(e.row)
	e.row = append(e.row, text...)
	for i, char := range e.row[begin:] {
		switch {
		case char == 0:
			e.row[begin+i] = ' ' // a text ends at a zero byte
		case char >= utf8.RuneSelf:
			c.beyond = true
		}
	}
}

func (e *fitsEncoder) end() error {
	for i := range e.columns {
		c := &e.columns[i]
		c.variable = c.isText() && e.rows*c.longest-c.bytes > maxPadding
	}
	padded := &blockWriter{to: bufio.NewWriterSize(e.to, writeSize)}
	for _, header := range e.headers() {
		padded.text(header)
		padded.fill(' ')
	}
	err := e.copyRows(padded)
	if err == nil {
		err = e.copyHeap(padded)
	}
	padded.fill(0)
	return errors.Join(err, padded.flush(), e.spool.drop())
}

// maxPadding is how much a column's texts may be filled up to one width, in
// bytes, before they lie in the heap of the table instead: astropy needs memory
// by the square of the length for texts there.
var maxPadding int64 = 1 << 30

func (c *fitsColumn) isText() bool {
	return c.kind == cellText || c.kind == cellBytes || c.kind == cellTime
}

// width is how many bytes the column has in a row.
func (c *fitsColumn) width() int64 {
	switch {
	case c.variable:
		return 16
	case c.isText():
		return max(c.longest, 2) // one letter is no text to some readers
	case c.kind == cellBool:
		return 1
	case c.kind == cellFloat32:
		return 4
	}
	return 8
}

// form is the column's TFORM.
func (c *fitsColumn) form() string {
	switch {
	case c.variable:
		return fmt.Sprintf("1QA(%d)", c.longest)
	case c.isText():
		return fmt.Sprintf("%dA", c.width())
	case c.kind == cellBool && c.missing:
		return "B"
	}
	return map[cellType]string{cellBool: "L", cellInt: "K", cellFloat32: "E", cellFloat64: "D"}[c.kind]
}

// The values of missing cells.
const (
	fitsNoInt  = math.MinInt64
	fitsNoBool = 255
)

// headers gives the primary header and that of the table, without what fills
// their blocks.
func (e *fitsEncoder) headers() []string {
	var first, table fitsHeader
	first.logical("SIMPLE", true, "")
	first.integer("BITPIX", 8, "")
	first.integer("NAXIS", 0, "")
	first.logical("EXTEND", true, "")
	first.text("CREATOR", e.spec.creator, "")
	first.simulated(e.spec)
	var width, heap int64
	for i := range e.columns {
		width += e.columns[i].width()
		if e.columns[i].variable {
			heap += e.columns[i].bytes
		}
	}
	table.text("XTENSION", "BINTABLE", "")
	table.integer("BITPIX", 8, "")
	table.integer("NAXIS", 2, "")
	table.integer("NAXIS1", width, "bytes in a row")
	table.integer("NAXIS2", e.rows, "rows")
	table.integer("PCOUNT", heap, "bytes behind the rows")
	table.integer("GCOUNT", 1, "")
	table.integer("TFIELDS", int64(len(e.columns)), "columns")
	table.text("EXTNAME", "PGB", "")
	table.text("CREATOR", e.spec.creator, "")
	table.simulated(e.spec)
	table.frames(e.columns)
	taken := map[string]bool{}
	for i := range e.columns {
		table.column(i+1, &e.columns[i], unused(ascii(e.columns[i].Name), taken, strings.ToLower))
	}
	return []string{first.end(), table.end()}
}
