package sky

import (
	"math"
	"math/bits"
	"slices"
)

// Cone is what lies within a radius of a position, its edge included.
type Cone struct {
	Center Position
	Radius Angle
}

// Contains says whether a position lies in the cone, by its exact separation
// from the centre.
func (c Cone) Contains(p Position) bool { return c.Center.Separation(p) <= c.Radius }

const (
	// pixelRadius times 1/nside is the largest distance in radians of a point
	// of a pixel from the pixel's centre. With i the rings from the pole over
	// nside, w the place along the ring likewise and c the cosine of half the
	// colatitude, the metric of a polar cap is
	//
	//	ds² = 2/3 (di²/c² + c² (pi/4)² (dw - w/i di)²),  |w| <= i, 5/6 <= c² <= 1;
	//
	// a pixel is the diamond |di| + |dw| <= 1/nside around its centre, where
	// that is largest for dw = 0, |w| = i and c² = 5/6. In the equatorial
	// zone, ds² = (2/3)² di²/s² + s² (pi/4)² dw² with 5/9 <= s² <= 1 is
	// smaller.
	pixelRadius = 1.06899
	// coneMargin in radians (2e-8 arcsec) is added to each radius: more than
	// rounding can move a point across the edge of a pixel.
	coneMargin = 1e-13
	// faceStep bounds how far a step of ds radians can lead on a base face of
	// side 1: by the metrics above |dx| and |dy|, half of |di| + |dw|, are at
	// most half of sqrt(3/2) (2 c + 4/(pi c)) ds in a cap, and less elsewhere.
	faceStep = 2.1
	// coverDepth says by how many orders a pixel of a cover is divided at the
	// most to see whether the cone reaches it. What is then undecided is in.
	coverDepth = 5
	// coverDetail bounds a cover's pixels: no finer ones are used than have
	// this many to a radian of the radius.
	coverDetail = 1 << 16
)

// CoverOrder gives the order for which covers of cones of a radius have some 65
// to 240 pixels: their area is 1.15 to 1.45 times the cone's.
func CoverOrder(radius Angle) int {
	const sidesPerRadius = 4
	order := MaxOrder
	for order > 0 && PixelSide(order-1) <= radius/sidesPerRadius {
		order--
	}
	return order
}

// Cover gives the pixels of an order (0 to 29) that the cone touches, as ranges
// of order 29. No position in the cone is outside of them. A pixel more than
// 1/30 of its size away from the cone is not among them. Where an order is so
// fine that the radius has more than 65,536 pixels, the coarser order that has
// so few is used. A cone without a position or with a negative radius has no
// cover.
func (c Cone) Cover(order int) Ranges {
	return c.AppendCover(nil, order)
}

// AppendCover is Cover into a slice of the caller's, which is overwritten: with
// room enough in it, nothing is allocated.
func (c Cone) AppendCover(buffer Ranges, order int) Ranges {
	buffer = buffer[:0]
	radius := c.Radius.Radians()
	if c.Center.Pixel(0) < 0 || !(radius >= 0) {
		return buffer
	}
	widest := 0.0 // the radius of the cone's edge
	if radius < math.Pi {
		widest = math.Sin(min(radius, math.Pi/2))
	}
	order = max(0, min(order, MaxOrder))
	for order > 0 && math.Ldexp(widest, order) > coverDetail {
		order--
	}
	cover := newCover(c.Center, radius+coneMargin, order)
	if buffer == nil {
		buffer = make(Ranges, 0, 16+int(4*math.Ldexp(widest, order)))
	}
	cover.ranges = buffer
	cover.visitAll(c.Center.Pixel(MaxOrder), radius+coneMargin)
	return cover.ranges
}

// cover is a cone while its pixels are looked for. Distances are squared chords:
// they need no arc functions and keep their precision when they are small.
type cover struct {
	center place
	order  int
	inside float64 // the cone's radius
	// reach and whole are, by order, how far a pixel's centre may be from the
	// cone's for the pixel to be touched, and to be inside entirely.
	reach  [MaxOrder + coverDepth + 1]float64
	whole  [MaxOrder + 1]float64
	ranges Ranges
}

func newCover(center Position, radius float64, order int) cover {
	z, s := math.Sincos(center.Dec * degree)
	c := cover{
		// The cosine of a declination of 90 degrees is not exactly 0, as the
		// poles of the pixels' geometry are.
		center: place{z: z, s: math.Abs(s), quarters: math.Mod(center.RA, 360) / 90},
		order:  order,
		inside: squaredChord(radius),
	}
	for k := range order + coverDepth + 1 {
		size := math.Ldexp(pixelRadius, -k)
		c.reach[k] = squaredChord(radius + size)
		if k <= order {
			c.whole[k] = squaredChord(radius - size)
		}
	}
	return c
}

// squaredChord gives the square of the chord of an angle in radians; below 0
// for negative angles, and more than any chord has from 180 degrees.
func squaredChord(angle float64) float64 {
	if angle >= math.Pi {
		return 5
	}
	half := 2 * math.Sin(angle/2)
	return math.Copysign(half*half, angle)
}

// distance gives the squared chord between the cone's centre and the middle of
// a pixel of an order up to MaxOrder + coverDepth.
func (c *cover) distance(face int64, order int, x, y int64) float64 {
	p := placeOnFace(face, order+1, 2*x+1, 2*y+1)
	dz, ds := p.z-c.center.z, p.s-c.center.s
	turn := 2 * sine((p.quarters-c.center.quarters)*(math.Pi/4))
	return dz*dz + ds*ds + p.s*c.center.s*turn*turn
}

// sine is math.Sin, sooner for the small angles of most covers: what its series
// leaves out is below 1e-17 of the sine.
func sine(x float64) float64 {
	if square := x * x; square < 1e-5 {
		return x * (1 - square/6*(1-square/20))
	}
	return math.Sin(x)
}

// visitAll goes through the pixels that may be touched, given the finest pixel
// of the cone's centre and its radius. A cone well within a base face begins
// with the up to four pixels, a few times its size, that hold it.
func (c *cover) visitAll(center int64, radius float64) {
	face, x, y := deinterleave(MaxOrder, center)
	const side = 1 << MaxOrder
	step := int64(faceStep*min(radius, 1)*side) + 2
	if min(x, y)-step < 0 || max(x, y)+step >= side {
		for face := range int64(12) {
			c.visit(face, 0, 0, 0)
		}
		return
	}
	start := min(c.order, MaxOrder-bits.Len64(uint64(2*step)))
	shift := MaxOrder - start
	var last int64 = -1
	var pixels [4]int64
	for i := range pixels {
		atX, atY := x-step, y-step
		if i&1 != 0 {
			atX = x + step
		}
		if i&2 != 0 {
			atY = y + step
		}
		pixels[i] = interleave(face, start, atX>>shift, atY>>shift)
	}
	slices.Sort(pixels[:])
	for _, pixel := range pixels {
		if pixel != last {
			_, x, y := deinterleave(start, pixel)
			c.visit(face, start, x, y)
		}
		last = pixel
	}
}

// visit adds what the cone touches of a pixel. Pixels come in ascending order.
func (c *cover) visit(face int64, order int, x, y int64) {
	d := c.distance(face, order, x, y)
	switch {
	case d > c.reach[order]:
	case d <= c.whole[order], order == c.order && (d <= c.inside || c.touches(face, order, x, y, coverDepth)):
		shift := 2 * (MaxOrder - order)
		lo := interleave(face, order, x, y) << shift
		c.ranges = c.ranges.add(lo, lo+1<<shift)
	case order < c.order:
		for child := range int64(4) {
			c.visit(face, order+1, 2*x+child&1, 2*y+child>>1)
		}
	}
}

// touches says whether the cone reaches one of the four parts of a pixel, which
// are divided again up to a depth where that is open.
func (c *cover) touches(face int64, order int, x, y int64, depth int) bool {
	if depth == 0 {
		return true
	}
	var open [4]bool
	for child := range int64(4) {
		d := c.distance(face, order+1, 2*x+child&1, 2*y+child>>1)
		if d <= c.inside {
			return true
		}
		open[child] = d <= c.reach[order+1]
	}
	for child := range int64(4) {
		if open[child] && c.touches(face, order+1, 2*x+child&1, 2*y+child>>1, depth-1) {
			return true
		}
	}
	return false
}
