package targets

import (
	"bufio"
	"compress/gzip"
	"encoding/base64"
	"encoding/binary"
	"encoding/xml"
	"errors"
	"io"
	"math"
	"strings"
	"unicode/utf16"

	"github.com/mwvgroup/pgb/client/field"
)

// stream finds the STREAM of binary rows.
func (v *votable) stream(nulls bool) error {
	e, err := v.start()
	if err != nil {
		return err
	}
	href, encoding := attribute(e, "href"), attribute(e, "encoding")
	switch {
	case e.Name.Local != "STREAM":
		return v.in.broken(v.line(), expectedTable, "has no STREAM in its binary data")
	case href != "":
		return v.in.broken(v.line(), expectedTable, "has its data in another file, %s", cleanText(href))
	case encoding != "base64" && encoding != "gzip":
		return v.in.broken(v.line(), "a STREAM in base64", "has a STREAM with the encoding %q", cleanText(encoding))
	}
	line := v.line()
	v.in.most = maxStream
	v.in.begin()
	var bytes io.Reader = base64.NewDecoder(base64.StdEncoding, &characters{v: v})
	if encoding == "gzip" {
		if bytes, err = gzip.NewReader(bytes); err != nil {
			return v.in.broken(line, "", "has a STREAM that is no gzip: %v", err)
		}
	}
	v.binary = &binaryRows{v: v, line: line, nulls: nulls, bytes: bufio.NewReader(bytes)}
	return nil
}

// characters gives the text of an element without blanks.
type characters struct {
	v    *votable
	rest []byte
}

func (c *characters) Read(p []byte) (int, error) {
	for len(c.rest) == 0 {
		token, err := c.v.decode.RawToken()
		if err != nil {
			return 0, err
		}
		switch t := token.(type) {
		case xml.EndElement:
			return 0, io.EOF
		case xml.CharData:
			c.rest = t
		}
	}
	n := 0
	for n < len(p) && len(c.rest) > 0 {
		if b := c.rest[0]; !strings.ContainsRune(" \t\r\n", rune(b)) {
			p[n] = b
			n++
		}
		c.rest = c.rest[1:]
	}
	return n, nil
}

// binaryRows reads the rows of a BINARY or BINARY2 stream (VOTable 1.4, sections
// 5.3 and 5.4): values big-endian one after the other, in BINARY2 behind a mask
// of those that are missing.
type binaryRows struct {
	v     *votable
	line  int
	nulls bool
	bytes *bufio.Reader
	mask  []byte
	cell  []byte
}

func (b *binaryRows) next() (row, error) {
	if _, err := b.bytes.Peek(1); errors.Is(err, io.EOF) {
		b.v.done = true
		return row{}, io.EOF
	}
	if b.nulls {
		b.mask = grown(b.mask, (len(b.v.sources)+7)/8)
		if _, err := io.ReadFull(b.bytes, b.mask); err != nil {
			return row{}, b.failed(err)
		}
	}
	r := row{line: b.line, cells: make([]field.Value, len(b.v.sources))}
	for i, t := range b.v.types {
		value, err := b.value(t, b.v.sources[i].Kind)
		if err != nil {
			return row{}, b.failed(err)
		}
		if !b.nulls || b.mask[i/8]&(0x80>>(i%8)) == 0 {
			r.cells[i] = value
		}
	}
	return r, nil
}

func (b *binaryRows) failed(err error) error {
	corrupt := base64.CorruptInputError(0)
	switch {
	case errors.As(err, &corrupt):
		return b.v.in.broken(b.line, "base64", "has a STREAM that is no base64: %v", err)
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		return b.v.in.broken(b.line, "whole rows", "has a STREAM that breaks off")
	}
	return b.v.failed(err)
}

func grown(buffer []byte, n int) []byte {
	if cap(buffer) < n {
		return make([]byte, n)
	}
	return buffer[:n]
}

// sizes are the bytes of each value; bits are packed eight to a byte.
var sizes = map[string]int{
	"boolean": 1, "bit": 1, "unsignedByte": 1, "short": 2, "int": 4, "long": 8, "char": 1, "unicodeChar": 2,
	"float": 4, "double": 8, "floatComplex": 8, "doubleComplex": 16,
}

func (b *binaryRows) value(t votableType, kind field.Kind) (field.Value, error) {
	count := t.fixed
	if count == 0 {
		var length [4]byte
		if _, err := io.ReadFull(b.bytes, length[:]); err != nil {
			return field.Value{}, err
		}
		n := binary.BigEndian.Uint32(length[:])
		if n > maxLine {
			return field.Value{}, errTooLong
		}
		count = int(n)
	}
	size := sizes[t.datatype]
	total := count * size
	if t.datatype == "bit" {
		total = (count + 7) / 8
	}
	if total > maxLine {
		return field.Value{}, errTooLong
	}
	b.cell = grown(b.cell, total)
	if _, err := io.ReadFull(b.bytes, b.cell); err != nil {
		return field.Value{}, err
	}
	switch {
	case kind == field.Text:
		return textOf(t.datatype, b.cell), nil
	case t.scalar:
		return t.without(scalarOf(t.datatype, b.cell)), nil
	}
	return t.listOf(b.cell, count, size), nil
}

// without takes the integer that stands for no value as missing.
func (t votableType) without(v field.Value) field.Value {
	if t.null != "" && v.Kind() == field.Int && v.String() == t.null {
		return field.Value{}
	}
	return v
}

// listOf gives an array as a JSON list. Complex numbers are pairs, one after the
// other.
func (t votableType) listOf(cell []byte, count, size int) field.Value {
	datatype := t.datatype
	if half, ok := map[string]string{"floatComplex": "float", "doubleComplex": "double"}[datatype]; ok {
		datatype, count, size = half, 2*count, size/2
	}
	list := []byte{'['}
	for i := range count {
		if i > 0 {
			list = append(list, ',')
		}
		if datatype == "bit" {
			list = append(list, '0'+cell[i/8]>>(7-i%8)&1)
			continue
		}
		list = t.without(scalarOf(datatype, cell[i*size:(i+1)*size])).AppendJSON(list)
	}
	return field.OfJSON(append(list, ']'))
}

func textOf(datatype string, cell []byte) field.Value {
	text := string(cell)
	if datatype == "unicodeChar" {
		units := make([]uint16, len(cell)/2)
		for i := range units {
			units[i] = binary.BigEndian.Uint16(cell[2*i:])
		}
		text = string(utf16.Decode(units))
	}
	if i := strings.IndexByte(text, 0); i >= 0 {
		text = text[:i]
	}
	if text = strings.TrimRight(text, " "); text == "" {
		return field.Value{}
	}
	return field.OfString(strings.ToValidUTF8(text, "\ufffd"))
}

func scalarOf(datatype string, cell []byte) field.Value {
	order := binary.BigEndian
	switch datatype {
	case "boolean":
		v, _ := parseBool(strings.TrimRight(string(cell), "\x00 ")) // what is none is missing
		return v
	case "unsignedByte":
		return field.OfInt(int64(cell[0]))
	case "short":
		return field.OfInt(int64(int16(order.Uint16(cell))))
	case "int":
		return field.OfInt(int64(int32(order.Uint32(cell))))
	case "long":
		return field.OfInt(int64(order.Uint64(cell)))
	case "float":
		return field.OfFloat32(math.Float32frombits(order.Uint32(cell)))
	}
	return field.OfFloat64(math.Float64frombits(order.Uint64(cell)))
}
