package field

import (
	"encoding/base64"
	"encoding/binary"
	"math"
	"strconv"
	"unicode/utf8"
	"unsafe"
)

// Decimal gives an integer or float value as a 64-bit float; a 32-bit one
// becomes the 64-bit float nearest to its shortest decimal, so that 0.1 stored
// in 32 bits equals 0.1. ok is false for every other kind.
func (v Value) Decimal() (f float64, ok bool) {
	if v.kind != Float32 {
		return v.Float()
	}
	return decimal32(uint32(v.bits)), true
}

// decimal32 gives the 64-bit float nearest to the shortest decimal of a finite
// 32-bit one.
func decimal32(b uint32) float64 {
	w := float64(math.Float32frombits(b))
	if w == math.Trunc(w) && math.Abs(w) < 1<<24 {
		return w
	}
	digits, exp := shortest32(b & 0x7fffffff)
	// Digits and power are exact, so that one division or product rounds once.
	if f := float64(digits); -22 <= exp && exp <= 22 {
		if exp < 0 {
			f /= exactPowers[-exp]
		} else {
			f *= exactPowers[exp]
		}
		return math.Copysign(f, w)
	}
	var buf [numberRoom]byte
	f, _ := strconv.ParseFloat(string(AppendFloat32(buf[:0], float32(w))), 64)
	return f
}

var exactPowers = [23]float64{
	1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11,
	1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22,
}

// AppendJSON appends the value as JSON: missing is null, integers are exact,
// floats are the shortest decimal of their own width, bytes are base64.
func (v Value) AppendJSON(dst []byte) []byte {
	switch v.kind {
	case Bool:
		return strconv.AppendBool(dst, v.bits != 0)
	case Int:
		return AppendInt(dst, int64(v.bits))
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

const hexDigits = "0123456789abcdef"

// AppendJSONText appends text as a JSON string. Control characters are escaped,
// those beyond ASCII too, so that no terminal obeys them; bytes that are not
// UTF-8 become U+FFFD.
func AppendJSONText[T ~string | ~[]byte](dst []byte, text T) []byte {
	if len(text) == 0 {
		return append(dst, '"', '"')
	}
	// Strings and slices both begin with the address of their bytes.
	return appendJSONBytes(dst, unsafe.Slice(*(**byte)(unsafe.Pointer(&text)), len(text)))
}

func appendJSONBytes(dst, text []byte) []byte {
	dst = append(dst, '"')
	for {
		n := plainLen(text)
		dst = append(dst, text[:n]...)
		if text = text[n:]; len(text) == 0 {
			return append(dst, '"')
		}
		size := 1
		switch c := text[0]; {
		case c >= utf8.RuneSelf:
			var r rune
			r, size = utf8.DecodeRune(text)
			switch {
			case r == utf8.RuneError && size == 1:
				dst = append(dst, "\ufffd"...)
			case r < 0xa0:
				dst = append(dst, '\\', 'u', '0', '0', hexDigits[r>>4], hexDigits[r&15])
			default:
				dst = append(dst, text[:size]...)
			}
		case c == '"' || c == '\\':
			dst = append(dst, '\\', c)
		case c == '\n':
			dst = append(dst, '\\', 'n')
		case c == '\r':
			dst = append(dst, '\\', 'r')
		case c == '\t':
			dst = append(dst, '\\', 't')
		default:
			dst = append(dst, '\\', 'u', '0', '0', hexDigits[c>>4], hexDigits[c&15])
		}
		text = text[size:]
	}
}

// plainLen gives how many bytes at the start of text stand in JSON as they are.
func plainLen(text []byte) int {
	const ones, tops = 0x0101010101010101, 0x8080808080808080
	i := 0
	for ; len(text)-i >= 8; i += 8 {
		// A byte's top bit comes out set if it is beyond ASCII, below a
		// space, or becomes zero by one of the three comparisons.
		x := binary.LittleEndian.Uint64(text[i:])
		odd := x | (x - ' '*ones) | ((x ^ '"'*ones) - ones) | ((x ^ '\\'*ones) - ones) | ((x ^ 0x7f*ones) - ones)
		if odd&tops != 0 {
			break
		}
	}
	for ; i < len(text); i++ {
		if c := text[i]; c < ' ' || c == '"' || c == '\\' || c >= 0x7f {
			break
		}
	}
	return i
}
