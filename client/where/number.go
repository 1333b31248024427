package where

import (
	"cmp"
	"math"
	"strconv"
	"unsafe"

	"github.com/mwvgroup/pgb/client/field"
)

// number is a number on its way through an expression: an exact integer, a
// finite float, or none.
type number struct {
	f    float64
	i    int64
	kind numberKind
}

type numberKind uint8

const (
	noNumber numberKind = iota
	isInteger
	isFloat
)

func integer(i int64) number { return number{i: i, kind: isInteger} }

// float makes a number of a float; what is not finite is none.
func float(f float64) number {
	if f-f != 0 {
		return number{}
	}
	return number{f: f, kind: isFloat}
}

// float64 gives any number as a float.
func (n number) float64() float64 {
	if n.kind == isInteger {
		return float64(n.i)
	}
	return n.f
}

func (n number) value() field.Value {
	switch n.kind {
	case isInteger:
		return field.OfInt(n.i)
	case isFloat:
		return field.OfFloat64(n.f)
	}
	return field.Value{}
}

// numberOf reads a value as a number: text counts as the number that it spells,
// a 32-bit float as its shortest decimal, a boolean as the flag 1 or 0.
func numberOf(v field.Value) number {
	switch v.Kind() {
	case field.Float64:
		f, _ := v.Float()
		return number{f: f, kind: isFloat}
	case field.Int:
		i, _ := v.Int()
		return number{i: i, kind: isInteger}
	case field.Float32:
		f, _ := v.Decimal()
		return number{f: f, kind: isFloat}
	case field.Text:
		return parseNumber(v.Text())
	case field.Bool:
		b, _ := v.Bool()
		return integer(int64(boolIndex(b)))
	}
	return number{}
}

// parseNumber reads a number from text, as an integer where it is one of 64 bits.
func parseNumber(b []byte) number {
	if !isNumber(b) {
		return number{}
	}
	text := unsafe.String(unsafe.SliceData(b), len(b)) // spares the copy; nothing keeps it
	if isDigits(b) && len(b) <= 20 {
		if i, err := strconv.ParseInt(text, 10, 64); err == nil {
			return integer(i)
		}
	}
	f, err := strconv.ParseFloat(text, 64)
	if err != nil {
		return number{}
	}
	return float(f)
}

// isNumber says whether a text is a plain decimal number. strconv would also take
// Inf, hexadecimal and underscores, and allocates an error for the rest.
func isNumber(b []byte) bool {
	i, digits := 0, 0
	if i < len(b) && (b[i] == '+' || b[i] == '-') {
		i++
	}
	for ; i < len(b) && isDigit(b[i]); i++ {
		digits++
	}
	if i < len(b) && b[i] == '.' {
		for i++; i < len(b) && isDigit(b[i]); i++ {
			digits++
		}
	}
	if digits == 0 {
		return false
	}
	if i < len(b) && b[i]|0x20 == 'e' {
		i++
		if i < len(b) && (b[i] == '+' || b[i] == '-') {
			i++
		}
		start := i
		for i < len(b) && isDigit(b[i]) {
			i++
		}
		if i == start {
			return false
		}
	}
	return i == len(b)
}

func isDigit(c byte) bool { return c >= '0' && c <= '9' }

// isDigits says whether b is digits alone but for a sign.
func isDigits(b []byte) bool {
	if len(b) > 0 && (b[0] == '-' || b[0] == '+') {
		b = b[1:]
	}
	for _, c := range b {
		if !isDigit(c) {
			return false
		}
	}
	return len(b) > 0
}

// order compares two numbers exactly; both must be some.
func order(a, b number) int {
	switch {
	case a.kind == isInteger && b.kind == isInteger:
		return cmp.Compare(a.i, b.i)
	case a.kind == isInteger:
		return orderMixed(a.i, b.f)
	case b.kind == isInteger:
		return -orderMixed(b.i, a.f)
	case a.f < b.f:
		return -1
	case a.f > b.f:
		return 1
	}
	return 0
}

// orderMixed compares an integer with a finite float, neither of which need be
// representable as the other.
func orderMixed(i int64, f float64) int {
	if f >= 1<<63 {
		return -1
	}
	if f < -1<<63 {
		return 1
	}
	whole := math.Trunc(f)
	if c := cmp.Compare(i, int64(whole)); c != 0 {
		return c
	}
	return cmp.Compare(0, f-whole)
}

// orderValue compares a value with a constant; ok is false when the value is no
// number. A 32-bit float counts as its shortest decimal. That lies within half a
// step of the float, at most 2^-24 of it, so that only constants closer than
// 2^-23 need the decimal; the steps of subnormal floats are larger.
func orderValue(v field.Value, constant number) (c int, ok bool) {
	if v.Kind() == field.Float32 && constant.kind == isFloat {
		f, _ := v.Float()
		size := math.Abs(f)
		if size >= 0x1p-126 && math.Abs(f-constant.f) > size*0x1p-23 {
			if f < constant.f {
				return -1, true
			}
			return 1, true
		}
	}
	n := numberOf(v)
	if n.kind == noNumber {
		return 0, false
	}
	return order(n, constant), true
}

// arithmetic gives x op y.
func arithmetic(op byte, x, y number) number {
	if x.kind == noNumber || y.kind == noNumber {
		return number{}
	}
	if x.kind == isInteger && y.kind == isInteger {
		if n, ok := integerArithmetic(op, x.i, y.i); ok {
			return n
		}
	}
	a, b := x.float64(), y.float64()
	switch op {
	case '+':
		return float(a + b)
	case '-':
		return float(a - b)
	case '*':
		return float(a * b)
	case '/':
		return float(a / b)
	case '%':
		return float(math.Mod(a, b))
	}
	return float(math.Pow(a, b))
}

// integerArithmetic is exact; ok is false where the result is no integer of 64
// bits, or the operator always gives floats.
func integerArithmetic(op byte, a, b int64) (n number, ok bool) {
	switch op {
	case '+':
		c := a + b
		return integer(c), (c > a) == (b > 0)
	case '-':
		c := a - b
		return integer(c), (c < a) == (b > 0)
	case '*':
		if a == 0 || b == 0 {
			return integer(0), true
		}
		c := a * b
		return integer(c), c/b == a && !(a == -1 && b == math.MinInt64) && !(b == -1 && a == math.MinInt64)
	case '%':
		if b == 0 {
			return number{}, true
		}
		if b == -1 {
			return integer(0), true // the least integer % -1 overflows in some hardware
		}
		return integer(a % b), true
	}
	return number{}, false
}
