package format

import (
	"encoding/base64"
	"encoding/binary"
	"encoding/xml"
	"fmt"
	"io"
	"math"
	"slices"
	"strings"
	"time"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/mwvgroup/pgb/client/alert"
	"github.com/mwvgroup/pgb/client/field"
)

func init() { tableFormats[VOTable] = tableFormat{open: openVOTable} }

// votableLine is how many bytes make a line of base64: three of them are four
// characters, so that lines can be put together.
const votableLine = 3 << 10

// votableEncoder writes rows as VOTable with BINARY2 data: exact, small, and a
// mark for each cell that is missing.
//
// Format: https://www.ivoa.net/documents/VOTable/20191021/ (1.4), of which
// readers of 1.3 and 1.5 lack nothing.
type votableEncoder struct {
	to    io.Writer
	cells []tableCell
	rows  []byte // encoded rows that are not written
	text  []byte // base64 of rows
	buf   []byte // of one text
}

func openVOTable(to io.Writer, spec tableSpec) (tableEncoder, error) {
	e := &votableEncoder{to: to, cells: tableCells(spec)}
	_, err := io.WriteString(to, votableHeader(spec, e.cells))
	return e, err
}

func (e *votableEncoder) add(batch []*alert.Message) error {
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

// addRow appends a row: a bit for each missing cell, the first the highest, and
// the cells.
func (e *votableEncoder) addRow(values []field.Value) {
	marks := len(e.rows)
	for range (len(e.cells) + 7) / 8 {
		e.rows = append(e.rows, 0)
	}
	for i := range e.cells {
		v := values[e.cells[i].value]
		if v.IsMissing() {
			e.rows[marks+i/8] |= 0x80 >> (i % 8)
		}
		e.addCell(e.cells[i].kind, v)
	}
}

func (e *votableEncoder) addCell(kind cellType, v field.Value) {
	missing := v.IsMissing()
	switch kind {
	case cellBool:
		truth := byte('F')
		if missing {
			truth = '?'
		} else if boolOf(v) {
			truth = 'T'
		}
		e.rows = append(e.rows, truth)
	case cellInt:
		e.rows = binary.BigEndian.AppendUint64(e.rows, uint64(intOf(v)))
	case cellFloat32:
		f := float32(math.NaN())
		if !missing {
			f = float32Of(v)
		}
		e.rows = binary.BigEndian.AppendUint32(e.rows, math.Float32bits(f))
	case cellFloat64:
		f := math.NaN()
		if !missing {
			f = float64Of(v)
		}
		e.rows = binary.BigEndian.AppendUint64(e.rows, math.Float64bits(f))
	case cellTime:
		e.buf = appendInstant(e.buf[:0], v)
		e.rows = binary.BigEndian.AppendUint32(e.rows, uint32(len(e.buf)))
		e.rows = append(e.rows, e.buf...)
	case cellBytes:
		e.rows = binary.BigEndian.AppendUint32(e.rows, uint32(len(v.Text())))
		e.rows = append(e.rows, v.Text()...)
	default:
		e.addText(textOf(v, e.buf[:0]))
	}
}

// addText appends a text as UTF-16, with the number of its units in front.
func (e *votableEncoder) addText(text []byte) {
	begin := len(e.rows) + 4
	most := begin + 2*len(text)
	e.rows = slices.Grow(e.rows, most-begin+4)[:most]
	at := begin
	for len(text) > 0 {
		if c := text[0]; c < utf8.RuneSelf {
			e.rows[at], e.rows[at+1] = 0, c
			at, text = at+2, text[1:]
			continue
		}
		r, n := utf8.DecodeRune(text)
		text = text[n:]
		if high, low := utf16.EncodeRune(r); high != utf8.RuneError {
			binary.BigEndian.PutUint16(e.rows[at:], uint16(high))
			at, r = at+2, low
		}
		binary.BigEndian.PutUint16(e.rows[at:], uint16(r))
		at += 2
	}
	e.rows = e.rows[:at]
	binary.BigEndian.PutUint32(e.rows[begin-4:], uint32(at-begin)/2)
}

// flush writes the whole lines of what was encoded.
func (e *votableEncoder) flush() error {
	done := 0
	e.text = e.text[:0]
	for ; len(e.rows)-done >= votableLine; done += votableLine {
		e.text = base64.StdEncoding.AppendEncode(e.text, e.rows[done:done+votableLine])
		e.text = append(e.text, '\n')
	}
	e.rows = e.rows[:copy(e.rows, e.rows[done:])]
	return writeAll(e.to, e.text)
}

func (e *votableEncoder) end() error {
	if err := e.flush(); err != nil {
		return err
	}
	e.text = base64.StdEncoding.AppendEncode(e.text[:0], e.rows)
	e.text = append(e.text, "\n</STREAM>\n</BINARY2>\n</DATA>\n</TABLE>\n</RESOURCE>\n</VOTABLE>\n"...)
	return writeAll(e.to, e.text)
}

// writeAll writes, and takes less than all for an error.
func writeAll(to io.Writer, text []byte) error {
	n, err := to.Write(text)
	if err == nil && n < len(text) {
		err = io.ErrShortWrite
	}
	return err
}

// The IDs of the systems of coordinates and time that columns refer to.
const (
	idSky       = "sky_icrs"
	idMJD       = "time_mjd_utc"
	idTimestamp = "time_utc"
)

// originMJD is the Julian Date from which MJD counts.
const originMJD = "2400000.5"

// votableHeader is what stands before the rows.
func votableHeader(spec tableSpec, cells []tableCell) string {
	var b strings.Builder
	b.WriteString(`<?xml version="1.0" encoding="UTF-8"?>
<VOTABLE version="1.4" xmlns="http://www.ivoa.net/xml/VOTable/v1.3">
<RESOURCE>
`)
	fmt.Fprintf(&b, "<INFO name=\"creator\" value=%s/>\n", xmlText(spec.creator))
	var sky, mjd, times bool
	for i := range cells {
		sky = sky || cells[i].isPosition()
		mjd = mjd || cells[i].isMJD()
		times = times || cells[i].kind == cellTime
	}
	if sky {
		fmt.Fprintf(&b, "<COOSYS ID=%q system=\"ICRS\"/>\n", idSky)
	}
	if mjd {
		fmt.Fprintf(&b, "<TIMESYS ID=%q timeorigin=%q timescale=\"UTC\" refposition=\"TOPOCENTER\"/>\n", idMJD, originMJD)
	}
	if times {
		fmt.Fprintf(&b, "<TIMESYS ID=%q timescale=\"UTC\" refposition=\"TOPOCENTER\"/>\n", idTimestamp)
	}
	b.WriteString("<TABLE>\n")
	if spec.simulated {
		b.WriteString("<PARAM name=\"simulated\" datatype=\"boolean\" value=\"true\"><DESCRIPTION>the rows came from a sandbox</DESCRIPTION></PARAM>\n")
	}
	for i, id := range fieldIDs(cells) {
		writeField(&b, &cells[i], id)
	}
	b.WriteString("<DATA>\n<BINARY2>\n<STREAM encoding=\"base64\">\n")
	return b.String()
}

// fieldIDs gives the columns IDs, by which some readers name them: a name that can
// be one is one.
func fieldIDs(cells []tableCell) []string {
	ids := make([]string, len(cells))
	taken := map[string]bool{idSky: true, idMJD: true, idTimestamp: true}
	for _, legal := range []bool{true, false} {
		for i := range cells {
			id := identifier(cells[i].Name)
			if legal == (id == cells[i].Name) {
				ids[i] = unused(id, taken, asIs)
			}
		}
	}
	return ids
}

// writeField writes the element of a column.
func writeField(b *strings.Builder, c *tableCell, id string) {
	unit, doc := c.describe()
	fmt.Fprintf(b, "<FIELD ID=%q name=%s %s", id, xmlText(c.Name), votableTypes[c.kind])
	if unit != "" {
		fmt.Fprintf(b, " unit=%s", xmlText(unit))
	}
	if c.UCD != "" {
		fmt.Fprintf(b, " ucd=%s", xmlText(c.UCD))
	}
	switch {
	case c.isPosition():
		fmt.Fprintf(b, " ref=%q", idSky)
	case c.isMJD():
		fmt.Fprintf(b, " ref=%q", idMJD)
	case c.kind == cellTime:
		fmt.Fprintf(b, " ref=%q", idTimestamp)
	}
	if doc == "" {
		b.WriteString("/>\n")
		return
	}
	b.WriteString("><DESCRIPTION>")
	b.WriteString(xmlEscaped(doc))
	b.WriteString("</DESCRIPTION></FIELD>\n")
}

// votableTypes are the attributes that say the type of a column.
var votableTypes = [...]string{
	cellText:    `datatype="unicodeChar" arraysize="*"`,
	cellBool:    `datatype="boolean"`,
	cellInt:     `datatype="long"`,
	cellFloat32: `datatype="float"`,
	cellFloat64: `datatype="double"`,
	cellBytes:   `datatype="unsignedByte" arraysize="*"`,
	cellTime:    `datatype="char" arraysize="*" xtype="timestamp"`,
}

// xmlText quotes an attribute's value.
func xmlText(text string) string { return `"` + xmlEscaped(text) + `"` }

// xmlEscaped gives a text as XML has it, without what a terminal would obey.
func xmlEscaped(text string) string {
	text = strings.Map(func(r rune) rune {
		if IsControl(r) {
			return utf8.RuneError
		}
		return r
	}, text)
	var b strings.Builder
	_ = xml.EscapeText(&b, []byte(text)) // a builder takes everything
	return b.String()
}

// appendInstant appends a time as ISO 8601 in UTC, to microseconds and without
// the Z that FITS does not allow; nothing where it is missing.
func appendInstant(dst []byte, v field.Value) []byte {
	if v.IsMissing() {
		return dst
	}
	// Most are written so already, and all were checked to be times.
	if text := v.Text(); len(text) == len("2006-01-02T15:04:05.000000Z") && text[10] == 'T' && text[len(text)-1] == 'Z' {
		return append(dst, text[:len(text)-1]...)
	}
	micros, _ := instantOf(v)
	return time.UnixMicro(micros).UTC().AppendFormat(dst, "2006-01-02T15:04:05.000000")
}
