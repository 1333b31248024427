package field

import (
	"encoding/base64"
	"math"
	"strconv"
	"unicode/utf8"
)

// Decimal gives an integer or float value as a 64-bit float; a 32-bit one
// becomes the 64-bit float nearest to its shortest decimal, so that 0.1 stored
// in 32 bits equals 0.1. ok is false for every other kind.
func (v Value) Decimal() (f float64, ok bool) {
	if v.kind != Float32 {
		return v.Float()
	}
	w := float64(math.Float32frombits(uint32(v.bits)))
	if w == math.Trunc(w) && math.Abs(w) < 1<<24 {
		return w, true
	}
	var buf [32]byte
	f, _ = strconv.ParseFloat(string(AppendFloat32(buf[:0], float32(w))), 64)
	return f, true
}

// AppendJSON appends the value as JSON: missing is null, integers are exact,
// floats are the shortest decimal of their own width, bytes are base64.
func (v Value) AppendJSON(dst []byte) []byte {
	switch v.kind {
	case Bool:
		return strconv.AppendBool(dst, v.bits != 0)
	case Int:
		return strconv.AppendInt(dst, int64(v.bits), 10)
	case Float32:
		return AppendFloat32(dst, math.Float32frombits(uint32(v.bits)))
	case Float64:
		return AppendFloat64(dst, math.Float64frombits(v.bits))
	case Text:
		return AppendJSONText(dst, v.data)
	case Bytes:
		dst = append(dst, '"')
		dst = base64.StdEncoding.AppendEncode(dst, v.data)
		return append(dst, '"')
	case JSON:
		return append(dst, v.data...)
	default:
		return append(dst, "null"...)
	}
}

// AppendFloat32 appends the shortest decimal that reads back as f in 32 bits,
// as JSON; NaN and infinities are null.
func AppendFloat32(dst []byte, f float32) []byte { return appendFloat(dst, float64(f), 32) }

// AppendFloat64 appends the shortest decimal that reads back as f, as JSON; NaN
// and infinities are null.
func AppendFloat64(dst []byte, f float64) []byte { return appendFloat(dst, f, 64) }

func appendFloat(dst []byte, f float64, bits int) []byte {
	if math.IsNaN(f) || math.IsInf(f, 0) {
		return append(dst, "null"...)
	}
	format := byte('f')
	if a := math.Abs(f); a != 0 && (a < 1e-6 || a >= 1e21) {
		format = 'e'
	}
	return strconv.AppendFloat(dst, f, format, -1, bits)
}

const hexDigits = "0123456789abcdef"

// AppendJSONText appends text as a JSON string. Control characters are escaped
// and bytes that are not UTF-8 become U+FFFD.
func AppendJSONText[T ~string | ~[]byte](dst []byte, text T) []byte {
	dst = append(dst, '"')
	start := 0
	for i := 0; i < len(text); {
		c := text[i]
		if c >= 0x20 && c != '"' && c != '\\' && c < utf8.RuneSelf {
			i++
			continue
		}
		if c >= utf8.RuneSelf {
			r, size := utf8.DecodeRuneInString(string(text[i:min(i+utf8.UTFMax, len(text))]))
			if r != utf8.RuneError || size > 1 {
				i += size
				continue
			}
			dst = append(dst, text[start:i]...)
			dst = append(dst, "\ufffd"...)
			i++
			start = i
			continue
		}
		dst = append(dst, text[start:i]...)
		switch c {
		case '"', '\\':
			dst = append(dst, '\\', c)
		case '\n':
			dst = append(dst, '\\', 'n')
		case '\r':
			dst = append(dst, '\\', 'r')
		case '\t':
			dst = append(dst, '\\', 't')
		default:
			dst = append(dst, '\\', 'u', '0', '0', hexDigits[c>>4], hexDigits[c&15])
		}
		i++
		start = i
	}
	dst = append(dst, text[start:]...)
	return append(dst, '"')
}

// AppendInt appends an integer in decimal digits.
func AppendInt(dst []byte, i int64) []byte { return strconv.AppendInt(dst, i, 10) }
