package fits

import (
	"encoding/binary"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
)

// Table is a binary table of a file (section 7.3).
type Table struct {
	Name    string // EXTNAME
	Rows    int
	Columns []Column
	Header  Header
	width   int // bytes of a row
	data    []byte
}

// Column is a column of a table.
type Column struct {
	Name string // TTYPEn; empty where it has none
	Unit string // TUNITn
	// Type is the letter of TFORMn: L logical, B bytes, I, J, K whole numbers
	// of 16, 32 and 64 bits, E, D floats of 32 and 64 bits, A characters.
	Type byte
	// Repeat is how many values a row has.
	Repeat int

	at          int // offset in a row
	scale, zero float64
	null        int64
	hasNull     bool
}

// widths are the bytes of a value of each type (table 18). Columns of bits (X)
// have no whole value.
var widths = map[byte]int{'L': 1, 'B': 1, 'I': 2, 'J': 4, 'K': 8, 'E': 4, 'D': 8, 'A': 1, 'C': 8, 'M': 16, 'P': 8, 'Q': 16}

const maxColumns = 999 // section 7.3.1

// Tables gives the binary tables of a file. Columns are read when they are
// asked for: do not change data until then. What was read before a fault comes
// with the error.
func Tables(data []byte) ([]Table, error) {
	list, err := units(data)
	var tables []Table
	for i := range list {
		if list[i].kind() != "BINTABLE" {
			continue
		}
		t, faulty := list[i].table()
		if faulty != nil {
			return tables, fmt.Errorf("fits: the table at offset %d: %w", list[i].offset, faulty)
		}
		tables = append(tables, t)
	}
	return tables, err
}

func (u *unit) table() (Table, error) {
	if u.bits != 8 || len(u.axes) != 2 {
		return Table{}, fmt.Errorf("BITPIX is %d and there are %d axes: they should be 8 and 2", u.bits, len(u.axes))
	}
	t := Table{Name: u.name(), Header: u.header, width: u.axes[0], Rows: u.axes[1]}
	if t.width == 0 {
		t.Rows = 0
	}
	if len(u.data) < t.width*t.Rows { // GCOUNT of 0
		return Table{}, fmt.Errorf("there are no rows")
	}
	t.data = u.data[:t.width*t.Rows]
	fields, ok := u.header.Int("TFIELDS")
	if !ok || fields < 0 || fields > maxColumns {
		return Table{}, mandatory("TFIELDS", fields, ok)
	}
	at := 0
	for i := range int(fields) {
		c, width, err := u.header.column(i + 1)
		if err != nil {
			return Table{}, err
		}
		c.at = at
		if at += width; at > t.width {
			return Table{}, fmt.Errorf("a row has %d bytes; its columns up to %d have %d", t.width, i+1, at)
		}
		t.Columns = append(t.Columns, c)
	}
	return t, nil
}

// column reads the keywords of a column, and gives the bytes that it takes in
// a row.
func (h Header) column(n int) (Column, int, error) {
	suffix := strconv.Itoa(n)
	form, _ := h.Text("TFORM" + suffix)
	form = strings.TrimSpace(form)
	digits := len(form) - len(strings.TrimLeft(form, "0123456789"))
	if digits == len(form) {
		return Column{}, 0, fmt.Errorf("TFORM%d is %q", n, form)
	}
	c := Column{Type: form[digits], Repeat: 1}
	if digits > 0 {
		repeat, err := strconv.ParseInt(form[:digits], 10, 32)
		if err != nil {
			return Column{}, 0, fmt.Errorf("TFORM%d is %q", n, form)
		}
		c.Repeat = int(repeat)
	}
	width := c.Repeat
	if c.Type == 'X' {
		width = (c.Repeat + 7) / 8
	} else if one := widths[c.Type]; one > 0 {
		width *= one
	} else {
		return Column{}, 0, fmt.Errorf("TFORM%d is %q", n, form)
	}
	c.Name, _ = h.Text("TTYPE" + suffix)
	c.Unit, _ = h.Text("TUNIT" + suffix)
	c.scale, c.zero = h.or("TSCAL"+suffix, 1), h.or("TZERO"+suffix, 0)
	c.null, c.hasNull = h.Int("TNULL" + suffix)
	return c, width, nil
}

// Column gives a column by its name; capitals and small letters are the same
// (section 7.3.1).
func (t *Table) Column(name string) (Column, bool) {
	i := slices.IndexFunc(t.Columns, func(c Column) bool { return strings.EqualFold(c.Name, name) })
	if i < 0 {
		return Column{}, false
	}
	return t.Columns[i], true
}

// Floats gives a column of numbers as physical values: Repeat of them for each
// row, row after row. What is not known is NaN.
func (t *Table) Floats(name string) ([]float64, error) {
	c, err := t.typed(name, "BIJKED")
	if err != nil {
		return nil, err
	}
	values := make([]float64, 0, t.Rows*c.Repeat)
	for row := range t.Rows {
		cell := t.data[row*t.width+c.at:]
		for i := range c.Repeat {
			values = append(values, c.float(cell, i))
		}
	}
	return values, nil
}

func (c *Column) float(cell []byte, i int) float64 {
	var value float64
	switch c.Type {
	case 'E':
		value = float64(math.Float32frombits(binary.BigEndian.Uint32(cell[4*i:])))
	case 'D':
		value = math.Float64frombits(binary.BigEndian.Uint64(cell[8*i:]))
	default:
		whole := integer(cell, i, 8*widths[c.Type])
		if c.hasNull && whole == c.null {
			return math.NaN()
		}
		value = float64(whole)
	}
	if c.scale == 1 && c.zero == 0 {
		return value
	}
	return c.zero + c.scale*value
}

// Ints gives a column of whole numbers: Repeat of them for each row, row after
// row. TNULL is not looked at. A column that is scaled is an error, but for a
// shift: the one of unsigned numbers (table 19) among them, whose values of 64
// bits have to be below 2^63.
func (t *Table) Ints(name string) ([]int64, error) {
	c, err := t.typed(name, "BIJK")
	if err != nil {
		return nil, err
	}
	shift := uint64(int64(max(min(c.zero, 1<<62), -(1 << 62))))
	if c.zero == 1<<63 && c.scale == 1 {
		shift = 1 << 63
	} else if c.scale != 1 || c.zero != float64(int64(shift)) {
		return nil, fmt.Errorf("fits: column %s is scaled by %v and %v: it has no whole numbers", name, c.scale, c.zero)
	}
	values := make([]int64, 0, t.Rows*c.Repeat)
	for row := range t.Rows {
		cell := t.data[row*t.width+c.at:]
		for i := range c.Repeat {
			values = append(values, int64(uint64(integer(cell, i, 8*widths[c.Type]))+shift))
		}
	}
	return values, nil
}

// Texts gives a column of characters: one text for each row, without blanks at
// its end.
func (t *Table) Texts(name string) ([]string, error) {
	c, err := t.typed(name, "A")
	if err != nil {
		return nil, err
	}
	values := make([]string, 0, t.Rows)
	for row := range t.Rows {
		text := string(t.data[row*t.width+c.at:][:c.Repeat])
		text, _, _ = strings.Cut(text, "\x00")
		values = append(values, strings.TrimRight(text, " "))
	}
	return values, nil
}

// Bools gives a column of logical values: Repeat of them for each row. What is
// not known is false.
func (t *Table) Bools(name string) ([]bool, error) {
	c, err := t.typed(name, "L")
	if err != nil {
		return nil, err
	}
	values := make([]bool, 0, t.Rows*c.Repeat)
	for row := range t.Rows {
		for _, value := range t.data[row*t.width+c.at:][:c.Repeat] {
			values = append(values, value == 'T')
		}
	}
	return values, nil
}

// typed gives a column that has one of the types.
func (t *Table) typed(name, types string) (*Column, error) {
	c, ok := t.Column(name)
	if !ok {
		return nil, fmt.Errorf("fits: the table has no column %s", name)
	}
	if strings.IndexByte(types, c.Type) < 0 {
		return nil, fmt.Errorf("fits: column %s is of type %c", name, c.Type)
	}
	return &c, nil
}
