package jsonscan

import (
	"math"
	"math/bits"
	"strconv"
	"unsafe"

	"github.com/mwvgroup/pgb/client/field"
)

// numberValue gives the value of a number's text.
//
// Without a hint, digits alone are an Int and all else is a Float64. Float32
// and Float64 are read straight from the decimal to their width. With the hint
// Int a whole number below 2^53 is one also where it is written as 3.0. An
// integer beyond 64 bits is the Text of its digits, unless a float is hinted;
// the hint Text gives any number so. Floats too large for their width are
// missing.
func numberValue(text []byte, isInt bool, hint field.Kind) field.Value {
	switch hint {
	case field.Float32:
		return field.OfFloat32(parseFloat32(text))
	case field.Float64:
		return field.OfFloat64(parseFloat64(text))
	case field.Text:
		return field.OfText(text)
	}
	if isInt {
		if i, ok := parseInt(text); ok {
			return field.OfInt(i)
		}
		return field.OfText(text)
	}
	f := parseFloat64(text)
	if hint == field.Int && f == math.Trunc(f) && math.Abs(f) < 1<<53 {
		return field.OfInt(int64(f))
	}
	return field.OfFloat64(f)
}

// parseInt reads digits with or without a sign; ok is false beyond 64 bits.
func parseInt(text []byte) (i int64, ok bool) {
	digits := text
	if text[0] == '-' {
		digits = text[1:]
	}
	if len(digits) > 19 {
		return 0, false
	}
	var u uint64
	for _, c := range digits {
		u = u*10 + uint64(c-'0')
	}
	if len(digits) < len(text) {
		return -int64(u), u <= 1<<63
	}
	return int64(u), u < 1<<63
}

// decimal takes a number apart into digits and a power of ten. ok is false
// where there are too many digits for that.
func decimal(text []byte) (mantissa uint64, exponent int, negative, ok bool) {
	i := 0
	if text[0] == '-' {
		negative = true
		i++
	}
	digits := 0
	point := false
	for ; i < len(text); i++ {
		c := text[i]
		if c == '.' {
			point = true
			continue
		}
		if c-'0' > 9 {
			break
		}
		mantissa = mantissa*10 + uint64(c-'0')
		if mantissa > 0 {
			digits++
		}
		if point {
			exponent--
		}
	}
	if digits > 19 {
		return 0, 0, false, false
	}
	if i < len(text) {
		i++
		sign := 1
		if text[i] == '-' {
			sign = -1
		}
		if text[i]-'0' > 9 {
			i++
		}
		e := 0
		for ; i < len(text); i++ {
			if e = e*10 + int(text[i]-'0'); e > 1000 {
				return 0, 0, false, false
			}
		}
		exponent += sign * e
	}
	return mantissa, exponent, negative, true
}

// tens are the powers of ten that a 64-bit float holds exactly.
var tens = [...]float64{1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11,
	1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22,
}

// wholeTens are the powers of ten that a 64-bit integer holds.
var wholeTens = [...]uint64{
	1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19,
}

// parseFloat64 gives the nearest 64-bit float, infinite beyond the largest. One
// multiplication or division of two exact floats rounds once, and so rightly:
// Clinger, "How to read floating point numbers accurately", PLDI 1990.
func parseFloat64(text []byte) float64 {
	m, e, negative, ok := decimal(text)
	var f float64
	switch {
	case ok && m < 1<<53 && e > -len(tens) && e < len(tens):
		if f = float64(m); e < 0 {
			f /= tens[-e]
		} else {
			f *= tens[e]
		}
	case ok && e > -len(wholeTens) && e <= 0:
		f = divided(m, wholeTens[-e])
	default:
		f, _ = strconv.ParseFloat(unsafe.String(unsafe.SliceData(text), len(text)), 64)
		return f
	}
	if negative {
		f = -f
	}
	return f
}

// divided gives the float nearest to m/d, by dividing integers: 32-bit floats
// that were widened to 64 bits have up to 17 digits. Neither may be 0.
func divided(m, d uint64) float64 {
	up, down := bits.LeadingZeros64(m), bits.LeadingZeros64(d)
	m <<= up
	quotient, rest := bits.Div64(m>>1, m<<63, d<<down) // of 63 or 64 bits
	drop := bits.Len64(quotient) - 53
	kept, dropped, half := quotient>>drop, quotient&(1<<drop-1), uint64(1)<<(drop-1)
	if dropped > half || dropped == half && (rest != 0 || kept&1 != 0) {
		kept++
	}
	exponent := down - up - 63 + drop
	return float64(kept) * math.Float64frombits(uint64(1023+exponent)<<52)
}

// parseFloat32 gives the nearest 32-bit float, infinite beyond the largest.
//
// What is nearest to the nearest 64-bit float is nearest to the decimal too,
// but where that 64-bit float is just between two 32-bit ones, and where those
// have fewer bits than usual.
func parseFloat32(text []byte) float32 {
	const (
		dropped = 1<<29 - 1 // the bits that a 32-bit float does not have
		half    = 1 << 28
	)
	f := parseFloat64(text)
	if b := math.Float64bits(f); b&dropped != half && (math.Abs(f) >= 0x1p-126) {
		return float32(f)
	}
	f, _ = strconv.ParseFloat(unsafe.String(unsafe.SliceData(text), len(text)), 32)
	return float32(f)
}
