package sky

import (
	"math"
	"math/bits"
)

// SquareDegreesPerSteradian is (180/pi)^2.
const SquareDegreesPerSteradian = 1 / (degree * degree)

// PixelCount gives the number of HEALPix pixels of an order (0 to 29).
func PixelCount(order int) int64 { return 12 << (2 * order) }

// PixelSteradians gives the area of each HEALPix pixel of an order, in
// steradians: pi / (3 nside^2).
func PixelSteradians(order int) float64 {
	return math.Ldexp(math.Pi/3, -2*order)
}

// PixelSquareDegrees gives the area of each HEALPix pixel of an order, in
// square degrees.
func PixelSquareDegrees(order int) float64 {
	return PixelSteradians(order) * SquareDegreesPerSteradian
}

// PixelSide gives the side of a square of the area of a HEALPix pixel of an
// order.
func PixelSide(order int) Angle { return Radians(math.Sqrt(PixelSteradians(order))) }

// OrderOfNside gives the order whose nside is given. Only powers of two up to
// 2^29 have one.
func OrderOfNside(nside int64) (order int, ok bool) {
	if nside < 1 || nside > 1<<MaxOrder || nside&(nside-1) != 0 {
		return 0, false
	}
	return bits.TrailingZeros64(uint64(nside)), true
}

// Pix2AngNested gives the centre of a HEALPix pixel, NESTED, of an order (0 to
// 29) as right ascension and declination in degrees (Gorski et al. 2005,
// section 5). It gives NaN where there is no such pixel.
func Pix2AngNested(order int, pixel int64) (ra, dec float64) {
	if !hasPixel(order, pixel) {
		return math.NaN(), math.NaN()
	}
	face, x, y := deinterleave(order, pixel)
	place := placeOnFace(face, order+1, 2*x+1, 2*y+1)
	ra = place.quarters * 90
	if ra < 0 {
		ra += 360
	}
	return ra, math.Atan2(place.z, place.s) / degree
}

// PixelCenter gives the centre of a HEALPix pixel, NESTED, of an order; see
// Pix2AngNested.
func PixelCenter(order int, pixel int64) Position {
	ra, dec := Pix2AngNested(order, pixel)
	return Position{RA: ra, Dec: dec}
}

func hasPixel(order int, pixel int64) bool {
	return order >= 0 && order <= MaxOrder && pixel >= 0 && pixel < PixelCount(order)
}

// faceRow and faceColumn say where the twelve base faces lie: the ring of a
// face's southern corner, in units of nside from the north pole, and the right
// ascension of its middle in units of 45 degrees.
var (
	faceRow    = [12]int64{2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4}
	faceColumn = [12]int64{1, 3, 5, 7, 0, 2, 4, 6, 1, 3, 5, 7}
)

// place is a direction in cylindrical coordinates: the sine and the cosine of
// its declination, and its right ascension in units of 90 degrees.
type place struct{ z, s, quarters float64 }

// placeOnFace gives the direction of the point (x, y) of a base face whose sides
// are 2^order long. Both z and s keep their relative precision at the poles.
// The order may be up to 40: the edges and centres of the finest pixels and
// of parts of them are whole numbers.
func placeOnFace(face int64, order int, x, y int64) place {
	side := int64(1) << order
	ring := faceRow[face]*side - x - y
	switch {
	case ring < side:
		return placeInCap(face, ring, side, x-y, 1)
	case ring > 3*side:
		return placeInCap(face, 4*side-ring, side, x-y, -1)
	}
	scale := 1 / float64(side)
	z := float64(2*side-ring) * scale * (2.0 / 3)
	return place{
		z:        z,
		s:        math.Sqrt((1 - z) * (1 + z)),
		quarters: 0.5 * (float64(faceColumn[face]) + float64(x-y)*scale),
	}
}

// placeInCap does it for a point a number of rings from a pole.
func placeInCap(face, ring, side, across int64, sign float64) place {
	if ring == 0 {
		return place{z: sign, quarters: 0.5 * float64(faceColumn[face])}
	}
	fromPole := float64(ring) / float64(side)
	t := fromPole * fromPole / 3
	return place{
		z:        sign * (1 - t),
		s:        fromPole * math.Sqrt((2-t)/3),
		quarters: 0.5 * (float64(faceColumn[face]) + float64(across)/float64(ring)),
	}
}
