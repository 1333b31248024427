package field

import (
	"math/big"
	"math/bits"
	"sync/atomic"
)

// The shortest decimals are found as in R. Giulietti, "The Schubfach way to
// render doubles" (2020, revised 2022): of the decimals in the interval that
// rounds to the float, those of two lengths are tried, which are found from the
// product of the float and a power of ten, rounded to odd. The form of the
// tests, and the constants of the logarithms, are those of A. Bolz's Drachennest.

// shortest32 gives the shortest decimal digits * 10^exp that reads back as the
// positive finite 32-bit float of these bits, and among those the nearest.
// Digits may end in zeros. Those of a normal float are 7 to 9, but for a whole
// number, whose exp is 0.
func shortest32(b uint32) (digits uint32, exp int) {
	const hidden, bias = 1 << 23, 127 + 23
	c := b & (hidden - 1)
	q := int(b>>23) - bias
	closer := c == 0 && b>>23 > 1
	if b>>23 == 0 {
		q = 1 - bias
	} else {
		c |= hidden
		if uint(-q) < 24 && bits.TrailingZeros32(c) >= -q {
			return c >> (uint(-q) & 31), 0
		}
	}
	odd := c & 1
	left := 4*c - 2
	k := (q * 1262611) >> 22
	if closer {
		left++
		k = (q*1262611 - 524031) >> 22
	}
	h := uint(q+(-k*1741647)>>19+1) & 31
	g := tenPowers().single[-k-singleMin]
	lower := toOdd32(g, left<<h) + odd
	v := toOdd32(g, 4*c<<h)
	upper := toOdd32(g, (4*c+2)<<h) - odd

	// Of the decimals one digit shorter at most one lies in the interval.
	// What follows is written so that it compiles without branches, because
	// which of the cases holds is as good as random.
	s := v / 4
	t := s / 10 * 10
	tBelow, tAbove := one32(lower <= 4*t), one32(4*t+40 <= upper)
	sBelow, sAbove := one32(lower <= 4*s), one32(4*s+4 <= upper)
	mid := 4*s + 2
	up := one32(v > mid) | one32(v == mid)&s
	if sBelow != sAbove {
		up = sAbove
	}
	short := tBelow ^ tAbove
	if s < 10 {
		short = 0
	}
	digits = s + up&1
	if short != 0 {
		digits = t + 10*tAbove
	}
	return digits, k
}

func one32(b bool) uint32 {
	if b {
		return 1
	}
	return 0
}

// toOdd32 gives the upper 32 bits of g*c, its lowest bit set if any below is.
// The product may be too large by less than 2 in the bits below: that is no bit.
func toOdd32(g uint64, c uint32) uint32 {
	high, low := bits.Mul64(g, uint64(c))
	return uint32(high) | one32(low>>33 != 0)
}

// shortest64 is shortest32 for 64-bit floats; the digits of a normal float are
// 16 or 17.
func shortest64(b uint64) (digits uint64, exp int) {
	const hidden, bias = 1 << 52, 1023 + 52
	c := b & (hidden - 1)
	q := int(b>>52) - bias
	closer := c == 0 && b>>52 > 1
	if b>>52 == 0 {
		q = 1 - bias
	} else {
		c |= hidden
		if uint(-q) < 53 && bits.TrailingZeros64(c) >= -q {
			return c >> (uint(-q) & 63), 0
		}
	}
	odd := c & 1
	left := 4*c - 2
	k := (q * 1262611) >> 22
	if closer {
		left++
		k = (q*1262611 - 524031) >> 22
	}
	h := uint(q+(-k*1741647)>>19+1) & 63
	g := &tenPowers().double[-k-doubleMin]
	lower := toOdd64(g, left<<h) + odd
	v := toOdd64(g, 4*c<<h)
	upper := toOdd64(g, (4*c+2)<<h) - odd

	s := v / 4
	t := s / 10 * 10
	tBelow, tAbove := one64(lower <= 4*t), one64(4*t+40 <= upper)
	sBelow, sAbove := one64(lower <= 4*s), one64(4*s+4 <= upper)
	mid := 4*s + 2
	up := one64(v > mid) | one64(v == mid)&s
	if sBelow != sAbove {
		up = sAbove
	}
	short := tBelow ^ tAbove
	if s < 10 {
		short = 0
	}
	digits = s + up&1
	if short != 0 {
		digits = t + 10*tAbove
	}
	return digits, k
}

func one64(b bool) uint64 {
	if b {
		return 1
	}
	return 0
}

func toOdd64(g *[2]uint64, c uint64) uint64 {
	above, _ := bits.Mul64(g[1], c)
	high, low := bits.Mul64(g[0], c)
	low, carry := bits.Add64(low, above, 0)
	high += carry
	return high | one64(low > 1)
}

// The decimal exponents of the powers of ten that floats of each width need.
const (
	doubleMin, doubleMax = -292, 324
	singleMin, singleMax = -31, 45
)

// powerTable has the powers of ten as binary fractions with the first bit set,
// rounded up: 128 bits for 64-bit floats, 64 bits for 32-bit ones.
type powerTable struct {
	double [doubleMax - doubleMin + 1][2]uint64 // upper half first
	single [singleMax - singleMin + 1]uint64
}

var powerCache atomic.Pointer[powerTable]

// tenPowers gives the table, which is made when the first float is printed.
func tenPowers() *powerTable {
	if t := powerCache.Load(); t != nil {
		return t
	}
	return makePowers()
}

func makePowers() *powerTable {
	t := &powerTable{}
	ten, one := big.NewInt(10), big.NewInt(1)
	low := new(big.Int).SetUint64(1<<64 - 1)
	for k := doubleMin; k <= doubleMax; k++ {
		power := new(big.Int).Exp(ten, big.NewInt(int64(max(k, -k))), nil)
		g, rest := new(big.Int), new(big.Int)
		if k >= 0 {
			// 10^k / 2^(length - 128)
			if n := power.BitLen() - 128; n > 0 {
				g.Rsh(power, uint(n))
				rest.Sub(power, rest.Lsh(g, uint(n)))
			} else {
				g.Lsh(power, uint(-n))
			}
		} else {
			// 2^(127 + length) / 10^-k; a power of ten is no power of two.
			g.Lsh(one, uint(127+power.BitLen()))
			g.QuoRem(g, power, rest)
		}
		if rest.Sign() != 0 {
			g.Add(g, one)
		}
		e := &t.double[k-doubleMin]
		e[1] = rest.And(g, low).Uint64()
		e[0] = rest.Rsh(g, 64).Uint64()
		if singleMin <= k && k <= singleMax {
			s := e[0]
			if e[1] != 0 {
				s++
			}
			t.single[k-singleMin] = s
		}
	}
	powerCache.Store(t)
	return t
}
