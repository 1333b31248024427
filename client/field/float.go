package field

import (
	"encoding/binary"
	"math"
	"math/bits"
	"slices"
)

// numberRoom is how much room a number needs at most while it is printed, in
// bytes: whole words are written, of which not all count.
const numberRoom = 48

// AppendFloat32 appends the shortest decimal that reads back as f in 32 bits,
// as JSON; NaN and infinities are null. The decimal has an exponent below 1e-6
// and from 1e21, as in encoding/json.
func AppendFloat32(dst []byte, f float32) []byte {
	b := math.Float32bits(f)
	if b&0x7f800000 == 0x7f800000 {
		return append(dst, "null"...)
	}
	if cap(dst)-len(dst) < numberRoom {
		dst = slices.Grow(dst, numberRoom)
	}
	n := len(dst)
	buf := (*[numberRoom]byte)(dst[n : n+numberRoom])
	buf[0] = '-'
	p := int(b >> 31)
	b &= 0x7fffffff
	if b == 0 {
		buf[p] = '0'
		return dst[:n+p+1]
	}
	digits, point := shortest32(b)
	if b >= 1<<23 && digits >= 1e6 {
		// 7, 8 or 9 digits become 9.
		point += 9
		if digits < 1e8 {
			digits *= 10
			point--
		}
		if digits < 1e8 {
			digits *= 10
			point--
		}
	} else {
		count := decimalLen(uint64(digits))
		point += count
		digits = uint32(uint64(digits) * powersOf10[9-count])
	}
	lead := digits / 1e8
	low := eightDigits(digits - lead*1e8)
	sig := 9 - bits.LeadingZeros64(low)/8
	if 0 < point && point < 8 && sig > point {
		// The commonest case of layOut.
		low |= asciiZeros
		shift := uint(8*point) & 63
		head := uint64(lead) | '0' | low<<8
		before := uint64(1)<<shift - 1
		binary.LittleEndian.PutUint64(buf[p+2:], low)
		binary.LittleEndian.PutUint64(buf[p:], head&before|'.'<<shift|head&^before<<8)
		return dst[:n+p+1+sig]
	}
	return dst[:n+layOut(buf, p, uint64(lead), low, 0, sig, point)]
}

// AppendFloat64 appends the shortest decimal that reads back as f, as JSON; NaN
// and infinities are null. See [AppendFloat32].
func AppendFloat64(dst []byte, f float64) []byte {
	b := math.Float64bits(f)
	if b&0x7ff0000000000000 == 0x7ff0000000000000 {
		return append(dst, "null"...)
	}
	if cap(dst)-len(dst) < numberRoom {
		dst = slices.Grow(dst, numberRoom)
	}
	n := len(dst)
	buf := (*[numberRoom]byte)(dst[n : n+numberRoom])
	buf[0] = '-'
	p := int(b >> 63)
	b &= 1<<63 - 1
	if b == 0 {
		buf[p] = '0'
		return dst[:n+p+1]
	}
	digits, point := shortest64(b)
	if b >= 1<<52 && digits >= 1e15 {
		point += 17
		if digits < 1e16 {
			digits *= 10
			point--
		}
	} else {
		count := decimalLen(digits)
		point += count
		digits *= powersOf10[17-count]
	}
	lead := digits / 1e16
	rest := digits - lead*1e16
	high := rest / 1e8
	first, second := eightDigits(uint32(high)), eightDigits(uint32(rest-high*1e8))
	sig := 17 - bits.LeadingZeros64(second)/8
	if second == 0 {
		sig = 9 - bits.LeadingZeros64(first)/8
	}
	return dst[:n+layOut(buf, p, lead, first, second, sig, point)]
}

const asciiZeros = 0x3030303030303030

// layOut writes 17 digits, of which sig count, with the decimal point behind
// the first point of them, and gives where the text ends. The digits are one
// leading digit and two words of eight, first digit in the lowest byte.
func layOut(buf *[numberRoom]byte, p int, lead, first, second uint64, sig, point int) int {
	first |= asciiZeros
	second |= asciiZeros
	lead |= '0'
	switch {
	case 0 < point && point <= 21:
		if sig <= point {
			return wholeNumber(buf, p, lead, first, second, point)
		}
		// All digits one place to the right, then those before the point
		// and the point itself over them.
		binary.LittleEndian.PutUint64(buf[p+2:], first)
		binary.LittleEndian.PutUint64(buf[p+10:], second)
		if point > 8 {
			buf[p+1] = byte(lead)
			copy(buf[p:p+point], buf[p+1:p+1+point])
			buf[p+point] = '.'
			return p + 1 + sig
		}
		head := lead | first<<8
		before := uint64(1)<<(8*point) - 1
		binary.LittleEndian.PutUint64(buf[p:], head&before|'.'<<(8*point)|head&^before<<8)
		if point == 8 {
			buf[p+8] = '.'
		}
		return p + 1 + sig
	case -6 < point && point <= 0:
		const zeros = 0x3030303030302e30 // "0.000000"
		binary.LittleEndian.PutUint64(buf[p:], zeros)
		p += 2 - point
		wholeNumber(buf, p, lead, first, second, 0)
		return p + sig
	}
	buf[p] = byte(lead)
	buf[p+1] = '.'
	binary.LittleEndian.PutUint64(buf[p+2:], first)
	binary.LittleEndian.PutUint64(buf[p+10:], second)
	if p++; sig > 1 {
		p += sig
	}
	return exponent(buf, p, point-1)
}

// wholeNumber writes the digits and zeros behind them, n in all.
func wholeNumber(buf *[numberRoom]byte, p int, lead, first, second uint64, n int) int {
	buf[p] = byte(lead)
	binary.LittleEndian.PutUint64(buf[p+1:], first)
	binary.LittleEndian.PutUint64(buf[p+9:], second)
	if n > 17 {
		binary.LittleEndian.PutUint64(buf[p+17:], asciiZeros)
	}
	return p + n
}

func exponent(buf *[numberRoom]byte, p, e int) int {
	buf[p] = 'e'
	buf[p+1] = '+'
	if e < 0 {
		buf[p+1] = '-'
		e = -e
	}
	p += 2
	if e >= 100 {
		buf[p] = '0' + byte(e/100)
		p++
	}
	if e >= 10 {
		buf[p] = '0' + byte(e/10%10)
		p++
	}
	buf[p] = '0' + byte(e%10)
	return p + 1
}

// eightDigits gives the eight digits of x < 10^8, one a byte, the first in the
// lowest: it halves the digits in each lane three times over.
func eightDigits(x uint32) uint64 {
	high := x / 10000
	z := uint64(high) | uint64(x-high*10000)<<32
	hundreds := (z * 10486) >> 20 & 0x0000007f0000007f
	z = hundreds | (z-100*hundreds)<<16
	tens := (z * 103) >> 10 & 0x000f000f000f000f
	return tens | (z-10*tens)<<8
}

var powersOf10 = [20]uint64{
	1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9,
	1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19,
}

// decimalLen gives the number of digits of x > 0.
func decimalLen(x uint64) int {
	n := bits.Len64(x) * 1233 >> 12
	if x >= powersOf10[n] {
		n++
	}
	return n
}

// AppendInt appends an integer in decimal digits.
func AppendInt(dst []byte, i int64) []byte {
	if cap(dst)-len(dst) < numberRoom {
		dst = slices.Grow(dst, numberRoom)
	}
	n := len(dst)
	buf := (*[numberRoom]byte)(dst[n : n+numberRoom])
	u := uint64(i)
	p := 0
	if i < 0 {
		buf[0] = '-'
		p = 1
		u = -u
	}
	if u < 10 {
		buf[p] = '0' + byte(u)
		return dst[:n+p+1]
	}
	high, low := u/1e16, u%1e16
	if high > 0 {
		p = firstDigits(buf, p, uint32(high))
		binary.LittleEndian.PutUint64(buf[p:], eightDigits(uint32(low/1e8))|asciiZeros)
		binary.LittleEndian.PutUint64(buf[p+8:], eightDigits(uint32(low%1e8))|asciiZeros)
		return dst[:n+p+16]
	}
	if low >= 1e8 {
		p = firstDigits(buf, p, uint32(low/1e8))
		binary.LittleEndian.PutUint64(buf[p:], eightDigits(uint32(low%1e8))|asciiZeros)
		return dst[:n+p+8]
	}
	return dst[:n+firstDigits(buf, p, uint32(low))]
}

// firstDigits writes x, 0 < x < 10^8, without leading zeros.
func firstDigits(buf *[numberRoom]byte, p int, x uint32) int {
	z := eightDigits(x)
	blank := bits.TrailingZeros64(z) / 8
	binary.LittleEndian.PutUint64(buf[p:], (z|asciiZeros)>>(8*blank))
	return p + 8 - blank
}
