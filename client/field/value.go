// Package field holds what every packet reader gives back: scalar values, the
// paths that name them, and the description of what a reader is asked for.
//
// It knows neither Avro nor JSON nor astronomy. Readers of packets (packages
// avro and jsonscan) take a [Wanted] and fill a [Projection]; everything above
// them works on the [Value]s in it.
package field

import (
	"math"
	"unsafe"
)

// Kind says what a [Value] holds.
type Kind uint8

// The kinds of value. A 32-bit float keeps its width, because it is printed
// and compared by the shortest decimal of its own width.
const (
	Missing Kind = iota // null, NaN, infinite, absent or a survey's sentinel
	Bool
	Int     // a signed 64-bit integer
	Float32 // a finite 32-bit float
	Float64 // a finite 64-bit float
	Text    // UTF-8 text
	Bytes   // raw bytes
	JSON    // a record or a list, as JSON text
)

// String gives the kind's name as it is used in messages: "integer", "text" ...
func (k Kind) String() string {
	switch k {
	case Bool:
		return "boolean"
	case Int:
		return "integer"
	case Float32, Float64:
		return "number"
	case Text:
		return "text"
	case Bytes:
		return "bytes"
	case JSON:
		return "record or list"
	default:
		return "missing"
	}
}

// Value is one value read from a packet. The zero Value is missing. Text, Bytes
// and JSON alias the packet or the projection's buffer they were read from:
// keep them longer with [Value.Clone].
type Value struct {
	data []byte
	bits uint64
	kind Kind
}

// OfBool makes a boolean value.
func OfBool(b bool) Value {
	v := Value{kind: Bool}
	if b {
		v.bits = 1
	}
	return v
}

// OfInt makes an integer value.
func OfInt(i int64) Value { return Value{kind: Int, bits: uint64(i)} }

// OfFloat32 makes a 32-bit float value; NaN and infinities are missing.
func OfFloat32(f float32) Value {
	b := math.Float32bits(f)
	if b&0x7f800000 == 0x7f800000 {
		return Value{}
	}
	return Value{kind: Float32, bits: uint64(b)}
}

// OfFloat64 makes a 64-bit float value; NaN and infinities are missing.
func OfFloat64(f float64) Value {
	b := math.Float64bits(f)
	if b&0x7ff0000000000000 == 0x7ff0000000000000 {
		return Value{}
	}
	return Value{kind: Float64, bits: b}
}

// OfText makes a text value of UTF-8 bytes, which it aliases.
func OfText(b []byte) Value { return Value{kind: Text, data: b} }

// OfString makes a text value of a string.
func OfString(s string) Value {
	return Value{kind: Text, data: unsafe.Slice(unsafe.StringData(s), len(s))}
}

// OfBytes makes a value of raw bytes, which it aliases.
func OfBytes(b []byte) Value { return Value{kind: Bytes, data: b} }

// OfJSON makes a value of the JSON text of a record or list, which it aliases.
func OfJSON(b []byte) Value { return Value{kind: JSON, data: b} }

// Kind says what the value holds.
func (v Value) Kind() Kind { return v.kind }

// IsMissing says whether there is no value.
func (v Value) IsMissing() bool { return v.kind == Missing }

// Bool gives a boolean value; ok is false for every other kind.
func (v Value) Bool() (b, ok bool) { return v.bits != 0, v.kind == Bool }

// Int gives an integer value; ok is false for every other kind.
func (v Value) Int() (i int64, ok bool) { return int64(v.bits), v.kind == Int }

// Float gives an integer or float value as a 64-bit float, a 32-bit one widened
// as it is; ok is false for every other kind. See [Value.Decimal].
func (v Value) Float() (f float64, ok bool) {
	switch v.kind {
	case Float64:
		return math.Float64frombits(v.bits), true
	case Float32:
		return float64(math.Float32frombits(uint32(v.bits))), true
	case Int:
		return float64(int64(v.bits)), true
	}
	return 0, false
}

// Float32 gives a 32-bit float value; ok is false for every other kind.
func (v Value) Float32() (f float32, ok bool) {
	return math.Float32frombits(uint32(v.bits)), v.kind == Float32
}

// Text gives the bytes of a Text, Bytes or JSON value, nil for other kinds.
func (v Value) Text() []byte { return v.data }

// String gives a Text, Bytes or JSON value as a new string, and every other
// kind as it is printed; a missing value is empty.
func (v Value) String() string {
	switch v.kind {
	case Text, Bytes, JSON:
		return string(v.data)
	case Missing:
		return ""
	}
	return string(v.AppendJSON(nil))
}

// IsZero says whether the value is the integer 0, which means "none" for ids.
func (v Value) IsZero() bool { return v.kind == Int && v.bits == 0 }

// Clone gives a value that aliases nothing.
func (v Value) Clone() Value {
	if v.data != nil {
		v.data = append(make([]byte, 0, len(v.data)), v.data...)
	}
	return v
}
