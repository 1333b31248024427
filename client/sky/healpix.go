package sky

import "math"

// MaxOrder is the finest HEALPix order whose pixel numbers fit 64 bits.
const MaxOrder = 29

// Ang2PixNested gives the number of the HEALPix pixel of an order (0 to 29) in
// the NESTED scheme that a position in degrees lies in (Gorski et al. 2005, ApJ
// 622, 759, section 5). It gives -1 for an order out of range or a position
// that is not one.
func Ang2PixNested(order int, ra, dec float64) int64 {
	if order < 0 || order > MaxOrder || !(dec >= -90 && dec <= 90) || math.IsInf(ra, 0) || math.IsNaN(ra) {
		return -1
	}
	// The colatitude, not the declination, is what other implementations
	// start from: rounding decides the finest pixels.
	theta := math.Pi/2 - dec*degree
	z := math.Cos(theta)
	absZ := math.Abs(z)
	quarter := math.Mod(ra*degree*(2/math.Pi), 4)
	if quarter < 0 {
		quarter += 4
		if quarter == 4 {
			quarter = 0
		}
	}
	nside := int64(1) << order

	if absZ <= 2.0/3 {
		return equatorialPixel(order, nside, z, quarter)
	}
	third := min(3, int64(quarter))
	offset := quarter - float64(third)
	var rings float64
	if theta < 0.01 || theta > math.Pi-0.01 {
		rings = float64(nside) * math.Sin(theta) / math.Sqrt((1+absZ)/3)
	} else {
		rings = float64(nside) * math.Sqrt(3*(1-absZ))
	}
	jp := min(int64(offset*rings), nside-1)
	jm := min(int64((1-offset)*rings), nside-1)
	if z >= 0 {
		return interleave(third, order, nside-jm-1, nside-jp-1)
	}
	return interleave(third+8, order, jp, jm)
}

func equatorialPixel(order int, nside int64, z, quarter float64) int64 {
	a := float64(nside) * (0.5 + quarter)
	b := float64(nside) * (z * 0.75)
	jp, jm := int64(a-b), int64(a+b)
	faceP, faceM := jp>>order, jm>>order
	var face int64
	switch {
	case faceP == faceM:
		face = faceP&3 | 4
	case faceP < faceM:
		face = faceP
	default:
		face = faceM + 8
	}
	return interleave(face, order, jm&(nside-1), nside-(jp&(nside-1))-1)
}

// interleave gives the nested pixel at (x, y) of a base face.
func interleave(face int64, order int, x, y int64) int64 {
	return face<<(2*order) | int64(spread(uint64(x))|spread(uint64(y))<<1)
}

// deinterleave gives the base face of a nested pixel and its (x, y) there.
func deinterleave(order int, pixel int64) (face, x, y int64) {
	inFace := uint64(pixel) & (1<<(2*order) - 1)
	return pixel >> (2 * order), int64(gather(inFace)), int64(gather(inFace >> 1))
}

// spread puts a zero bit before each of the low 32 bits of v.
func spread(v uint64) uint64 {
	v = (v | v<<16) & 0x0000ffff0000ffff
	v = (v | v<<8) & 0x00ff00ff00ff00ff
	v = (v | v<<4) & 0x0f0f0f0f0f0f0f0f
	v = (v | v<<2) & 0x3333333333333333
	return (v | v<<1) & 0x5555555555555555
}

// gather takes every second bit of v, beginning with the lowest.
func gather(v uint64) uint64 {
	v &= 0x5555555555555555
	v = (v | v>>1) & 0x3333333333333333
	v = (v | v>>2) & 0x0f0f0f0f0f0f0f0f
	v = (v | v>>4) & 0x00ff00ff00ff00ff
	v = (v | v>>8) & 0x0000ffff0000ffff
	return (v | v>>16) & 0x00000000ffffffff
}
