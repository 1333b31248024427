package targets

import (
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"

	"github.com/mwvgroup/pgb/client/field"
)

// fitsBlock is what headers and data are filled up to, bytes; fitsCard is a line
// of a header.
const (
	fitsBlock = 2880
	fitsCard  = 80
)

// fitsTable is the first binary table of a FITS file
// (https://fits.gsfc.nasa.gov/fits_standard.html, 4.0, section 7.3).
type fitsTable struct {
	in      *input
	sources []source
	cells   []fitsCell
	row     []byte
	left    int64 // rows
	line    int
}

// fitsCell is where a column stands in a row.
type fitsCell struct {
	at, size int
	datatype string // as a VOTable names it
	null     string
}

// fitsHeader has the cards of a header.
type fitsHeader map[string]string

func newFITS(in *input) (*fitsTable, error) {
	const expected = "a FITS file with a binary table"
	in.most = maxFile
	for {
		header, err := readFITSHeader(in)
		if errors.Is(err, io.EOF) {
			return nil, in.broken(0, expected, "is FITS without a binary table")
		}
		if err != nil {
			return nil, in.failed(0, err)
		}
		if header["XTENSION"] == "BINTABLE" {
			t := &fitsTable{in: in}
			if err := t.layout(header); err != nil {
				return nil, in.broken(0, expected, "%v", err)
			}
			return t, nil
		}
		size := header.size()
		if size < 0 || size > maxFile {
			return nil, in.broken(0, expected, "has data of a size that is not known")
		}
		if _, err := io.CopyN(io.Discard, unbounded{in}, (size+fitsBlock-1)/fitsBlock*fitsBlock); err != nil {
			return nil, in.broken(0, expected, "breaks off: %v", err)
		}
	}
}

func readFITSHeader(in *input) (fitsHeader, error) {
	const mostBlocks = 1000
	header := fitsHeader{}
	block := make([]byte, fitsBlock)
	for range mostBlocks {
		in.begin()
		if _, err := io.ReadFull(in, block); err != nil {
			return nil, err
		}
		for card := block; len(card) > 0; card = card[fitsCard:] {
			key := strings.TrimSpace(string(card[:8]))
			if key == "END" {
				return header, nil
			}
			if string(card[8:10]) == "= " && header[key] == "" {
				header[key] = fitsValue(string(card[10:fitsCard]))
			}
		}
	}
	return nil, errTooLong
}

// fitsValue takes the quotes and the comment off a card's value.
func fitsValue(text string) string {
	text = strings.TrimSpace(text)
	if !strings.HasPrefix(text, "'") {
		text, _, _ = strings.Cut(text, "/")
		return strings.TrimSpace(text)
	}
	var b strings.Builder
	for i := 1; i < len(text); i++ {
		if text[i] == '\'' {
			if i+1 == len(text) || text[i+1] != '\'' {
				break
			}
			i++
		}
		b.WriteByte(text[i])
	}
	return strings.TrimRight(b.String(), " ")
}

func (h fitsHeader) int(key string, otherwise int64) int64 {
	if n, err := strconv.ParseInt(h[key], 10, 64); err == nil {
		return n
	}
	return otherwise
}

// size is that of the data behind a header, bytes, -1 where it can't be.
func (h fitsHeader) size() int64 {
	axes := h.int("NAXIS", 0)
	if axes <= 0 || axes > 999 {
		return min(axes, 0)
	}
	size := int64(1)
	for i := range axes {
		n := h.int(fmt.Sprintf("NAXIS%d", i+1), -1)
		if n < 0 || n > maxFile || size > maxFile {
			return -1
		}
		size *= n
	}
	bits := max(h.int("BITPIX", 8), -h.int("BITPIX", 8))
	return bits / 8 * h.int("GCOUNT", 1) * (h.int("PCOUNT", 0) + size)
}

// fitsTypes are the types of columns: as a VOTable names them, and their kinds.
var fitsTypes = map[byte]struct {
	datatype string
	kind     field.Kind
}{
	'L': {"boolean", field.Bool}, 'B': {"unsignedByte", field.Int}, 'I': {"short", field.Int}, 'J': {"int", field.Int},
	'K': {"long", field.Int}, 'A': {"char", field.Text}, 'E': {"float", field.Float32}, 'D': {"double", field.Float64},
	'X': {"", field.Missing}, 'C': {"floatComplex", field.Missing}, 'M': {"doubleComplex", field.Missing}, 'P': {"", field.Missing}, 'Q': {"", field.Missing},
}

// layout finds the columns. Arrays, and numbers that are stored scaled, are left
// out.
func (t *fitsTable) layout(h fitsHeader) error {
	width, fields := h.int("NAXIS1", -1), h.int("TFIELDS", -1)
	t.left = h.int("NAXIS2", -1)
	if width < 0 || width > maxLine || t.left < 0 || fields < 0 || fields > maxColumns {
		return fmt.Errorf("has a table of %d columns and rows of %d bytes", fields, width)
	}
	at, seen := 0, map[string]bool{}
	for i := range fields {
		key := func(word string) string { return h[fmt.Sprintf("%s%d", word, i+1)] }
		form := key("TFORM")
		digits := len(form) - len(strings.TrimLeft(form, "0123456789"))
		if digits == len(form) {
			return fmt.Errorf("has a column without a type: TFORM%d", i+1)
		}
		repeat := 1
		if digits > 0 {
			n, err := strconv.Atoi(form[:digits])
			if err != nil || n > maxLine {
				return fmt.Errorf("has a column of a size that can't be: %s", cleanText(form))
			}
			repeat = n
		}
		kind, known := fitsTypes[form[digits]]
		if !known {
			return fmt.Errorf("has a column of a type that is not known: %s", cleanText(form))
		}
		size := repeat * sizes[kind.datatype]
		switch form[digits] {
		case 'X':
			size = (repeat + 7) / 8
		case 'P', 'Q':
			size = repeat * map[byte]int{'P': 8, 'Q': 16}[form[digits]]
		}
		begin := at
		if at += size; at > int(width) {
			return errors.New("has columns that are wider than its rows")
		}
		scaled := key("TSCAL") != "" || key("TZERO") != ""
		if kind.kind == field.Missing || kind.kind != field.Text && (repeat != 1 || scaled) {
			continue
		}
		name := key("TTYPE")
		if name == "" {
			name = fmt.Sprintf("column_%d", i+1)
		}
		t.sources = append(t.sources, source{
			Column: Column{Name: unlike(name, seen), Kind: kind.kind, Unit: key("TUNIT"), Doc: key("TCOMM")}, typed: true, ucd: strings.ToLower(key("TUCD")),
		})
		t.cells = append(t.cells, fitsCell{at: begin, size: size, datatype: kind.datatype, null: key("TNULL")})
	}
	t.row = make([]byte, width)
	return nil
}

func (t *fitsTable) columns() []source { return t.sources }

func (t *fitsTable) next() (row, error) {
	if t.left == 0 {
		return row{}, io.EOF
	}
	t.in.begin()
	if _, err := io.ReadFull(t.in, t.row); err != nil {
		return row{}, t.in.broken(0, "whole rows", "breaks off in row %d", t.line+1)
	}
	t.left--
	t.line++
	r := row{line: t.line, cells: make([]field.Value, len(t.cells))}
	for i, c := range t.cells {
		raw := t.row[c.at : c.at+c.size]
		if t.sources[i].Kind == field.Text {
			r.cells[i] = textOf(c.datatype, raw)
		} else {
			r.cells[i] = votableType{null: c.null}.without(scalarOf(c.datatype, raw))
		}
	}
	return r, nil
}
