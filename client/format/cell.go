package format

import (
	"encoding/base64"
	"fmt"
	"math"
	"time"
	"unicode/utf8"

	"github.com/mwvgroup/pgb/client/alert"
	"github.com/mwvgroup/pgb/client/field"
)

// cellType is the type of a column in a format that has types: what most of the
// column's values are. Other values are made it where they stay what they are.
type cellType uint8

const (
	cellText    cellType = iota // anything, as it is printed
	cellBool                    // truth
	cellInt                     // whole numbers of 64 bits
	cellFloat32                 // 32-bit floats
	cellFloat64                 // 64-bit floats; a 32-bit one as its shortest decimal
	cellBytes                   // raw bytes
	cellTime                    // instants, microseconds since 1970 UTC
)

// timeColumn is the generic column that is an instant.
const timeColumn = "publish_time"

// cellTypeOf gives the type of a column. What is not known before the first row
// is text.
func cellTypeOf(c alert.Column) cellType {
	switch {
	case c.Name == timeColumn:
		return cellTime
	case c.Kind == field.Bool:
		return cellBool
	case c.Kind == field.Int:
		return cellInt
	case c.Kind == field.Float32:
		return cellFloat32
	case c.Kind == field.Float64:
		return cellFloat64
	case c.Kind == field.Bytes:
		return cellBytes
	}
	return cellText
}

// String names the type in messages.
func (t cellType) String() string {
	return [...]string{"text", "boolean", "whole number", "32-bit number", "number", "bytes", "time"}[t]
}

// maxExactInt is up to where each whole number is a 64-bit float.
const maxExactInt = 1 << 53

// holds says whether a cell of the type can hold a value without changing it.
func (t cellType) holds(v field.Value) bool {
	kind := v.Kind()
	if kind == field.Missing || t == cellText {
		return true
	}
	switch t {
	case cellBool:
		return kind == field.Bool
	case cellInt:
		f, number := v.Float()
		return kind == field.Int || number && f == math.Trunc(f) && math.Abs(f) < maxExactInt
	case cellFloat32:
		f, number := v.Float()
		return kind == field.Float32 || number && float64(float32(f)) == f && exact(v)
	case cellFloat64:
		return kind == field.Float64 || kind == field.Float32 || kind == field.Int && exact(v)
	case cellBytes:
		return kind == field.Bytes || kind == field.Text
	default:
		_, err := instantOf(v)
		return err == nil
	}
}

// exact says whether a number is the same as a 64-bit float.
func exact(v field.Value) bool {
	i, whole := v.Int()
	return !whole || i > -maxExactInt && i < maxExactInt
}

// checkCells says which column of a row can't hold its value.
func checkCells(columns []alert.Column, types []cellType, values []field.Value) error {
	for i, t := range types {
		if !t.holds(values[i]) {
			return fmt.Errorf("column %s holds %ss, and %.40q is none", columns[i].Name, t, values[i].String())
		}
	}
	return nil
}

// intOf gives a value that a column of whole numbers holds.
func intOf(v field.Value) int64 {
	if i, ok := v.Int(); ok {
		return i
	}
	f, _ := v.Float()
	return int64(f)
}

// float32Of gives a value that a column of 32-bit floats holds.
func float32Of(v field.Value) float32 {
	if f, ok := v.Float32(); ok {
		return f
	}
	f, _ := v.Float()
	return float32(f)
}

// float64Of gives a value that a column of 64-bit floats holds.
func float64Of(v field.Value) float64 {
	f, _ := v.Decimal()
	return f
}

// boolOf gives a value that a column of booleans holds.
func boolOf(v field.Value) bool {
	b, _ := v.Bool()
	return b
}

// instantOf gives microseconds since 1970 of a time that is text.
func instantOf(v field.Value) (int64, error) {
	var t time.Time
	if err := t.UnmarshalText(v.Text()); err != nil {
		return 0, err
	}
	return t.UnixMicro(), nil
}

// textOf gives a value as UTF-8 text, in buf where it is not text already.
func textOf(v field.Value, buf []byte) []byte {
	switch v.Kind() {
	case field.Text, field.JSON:
		if text := v.Text(); utf8.Valid(text) {
			return text
		}
		for rest := v.Text(); len(rest) > 0; {
			r, n := utf8.DecodeRune(rest)
			buf, rest = utf8.AppendRune(buf, r), rest[n:]
		}
		return buf
	case field.Bytes:
		return base64.StdEncoding.AppendEncode(buf, v.Text())
	case field.Missing:
		return nil
	}
	return v.AppendJSON(buf)
}
