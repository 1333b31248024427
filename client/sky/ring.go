package sky

import "math"

// RingFromNested gives the number in the RING scheme of a pixel in the NESTED
// one, for an order from 0 to 29; -1 where there is no such pixel.
func RingFromNested(order int, pixel int64) int64 {
	if !hasPixel(order, pixel) {
		return -1
	}
	face, x, y := deinterleave(order, pixel)
	nside := int64(1) << order
	ring := faceRow[face]*nside - x - y - 1 // 1 to 4 nside - 1
	inRing, before, shift := nside, int64(0), int64(0)
	switch {
	case ring < nside:
		inRing, before = ring, 2*ring*(ring-1)
	case ring > 3*nside:
		inRing = 4*nside - ring
		before = PixelCount(order) - 2*inRing*(inRing+1)
	default:
		before = 2*nside*(nside-1) + (ring-nside)*4*nside
		shift = (ring - nside) & 1
	}
	// Twice the place along the ring, in pixels; 1 is the first one's centre
	// in a shifted ring.
	column := (faceColumn[face]*inRing + x - y + 1 + shift) / 2
	if column > 4*inRing {
		column -= 4 * inRing
	}
	if column < 1 {
		column += 4 * inRing
	}
	return before + column - 1
}

// NestedFromRing gives the number in the NESTED scheme of a pixel in the RING
// one, for an order from 0 to 29; -1 where there is no such pixel.
func NestedFromRing(order int, pixel int64) int64 {
	if !hasPixel(order, pixel) {
		return -1
	}
	nside := int64(1) << order
	capPixels := 2 * nside * (nside - 1)
	var ring, inRing, column, face, shift int64
	switch south := PixelCount(order) - 1 - pixel; {
	case pixel < capPixels:
		ring = ringInCap(pixel)
		inRing, column = ring, pixel-2*ring*(ring-1)
		face = column / inRing
	case south < capPixels:
		inRing = ringInCap(south)
		ring = 4*nside - inRing
		column = 4*inRing - 1 - (south - 2*inRing*(inRing-1))
		face = 8 + column/inRing
	default:
		inRing = nside
		ring, column = (pixel-capPixels)/(4*nside)+nside, (pixel-capPixels)%(4*nside)
		shift = (ring - nside) & 1
		face = equatorialFace(nside, ring, column)
	}
	across := 2*(column+1) - shift - 1 - faceColumn[face]*inRing
	if across >= 2*nside {
		across -= 8 * nside
	}
	down := faceRow[face]*nside - ring - 1
	return interleave(face, order, (down+across)>>1, (down-across)>>1)
}

// ringInCap gives the ring, from 1, of a pixel counted from a pole.
func ringInCap(pixel int64) int64 {
	ring := int64((1 + math.Sqrt(1+2*float64(pixel))) / 2)
	// The square root is short of bits for the finest orders.
	for ring > 1 && 2*ring*(ring-1) > pixel {
		ring--
	}
	for 2*ring*(ring+1) <= pixel {
		ring++
	}
	return ring
}

// equatorialFace gives the base face of a pixel of one of the rings of 4 nside
// pixels, from the two diagonals it lies on.
func equatorialFace(nside, ring, column int64) int64 {
	below := ring - nside
	falling := (column - (below+1)/2 + nside) / nside
	rising := (column - (2*nside+1-below)/2 + nside) / nside
	switch {
	case rising == falling:
		return rising&3 | 4
	case rising < falling:
		return rising
	}
	return falling + 8
}
