package skymap

import (
	"math"

	"github.com/mwvgroup/pgb/client/sky"
)

// Projection is how the whole sky is laid out on a plane.
type Projection uint8

const (
	// Mollweide keeps areas: the same number of alerts per square degree looks
	// the same everywhere.
	Mollweide Projection = iota
	// Aitoff is gentler with shapes near the edge.
	Aitoff
	projectionCount
)

// String names the projection.
func (p Projection) String() string { return [...]string{"Mollweide", "Aitoff"}[p] }

// halfWidth is how far the plane of a unit sphere extends to either side; it
// extends half as far up and down.
func (p Projection) halfWidth() float64 { return [...]float64{2 * math.Sqrt2, math.Pi}[p] }

// flat gives the place on the plane of a direction, the middle of the map at
// longitude 0 (Snyder 1987, USGS Professional Paper 1395, p. 251; for Aitoff,
// Snyder and Voxland 1989, Professional Paper 1453, p. 232).
func (p Projection) flat(v sky.Vector) (x, y float64) {
	z := max(-1, min(1, v.Z))
	lon := math.Atan2(v.Y, v.X)
	if p == Mollweide {
		sin, cos := math.Sincos(mollweideAngle(z))
		return 2 * math.Sqrt2 / math.Pi * lon * cos, math.Sqrt2 * sin
	}
	cosLat := math.Sqrt((1 - z) * (1 + z))
	sinHalf, cosHalf := math.Sincos(lon / 2)
	// The angle from the middle, by the tangent: the cosine alone is short of
	// digits there.
	sinAngle, cosAngle := math.Hypot(cosLat*sinHalf, z), cosLat*cosHalf
	stretch := 1.0
	if sinAngle > 1e-9 {
		stretch = math.Atan2(sinAngle, cosAngle) / sinAngle
	}
	return 2 * stretch * cosLat * sinHalf, stretch * z
}

// mollweideAngle solves 2a + sin 2a = pi z for a.
func mollweideAngle(z float64) float64 {
	fromPole := 1 - math.Abs(z)
	if fromPole == 0 {
		return math.Copysign(math.Pi/2, z)
	}
	a := math.Pi / 4 * z
	if fromPole < 0.15 {
		// Newton's steps are too small near the poles; the first term of the
		// series there is a good start.
		a = math.Copysign(math.Pi/2-math.Cbrt(3*math.Pi/4*fromPole), z)
	}
	for range 12 {
		sin, cos := math.Sincos(2 * a)
		step := (2*a + sin - math.Pi*z) / (2 + 2*cos)
		a -= step
		if math.Abs(step) < 1e-6 { // the error is now about its square
			break
		}
	}
	return a
}

// round gives the direction of a place on the plane; ok is false outside of the
// map.
func (p Projection) round(x, y float64) (v sky.Vector, ok bool) {
	if p == Mollweide {
		sin := y / math.Sqrt2
		cos := math.Sqrt(max(0, (1-sin)*(1+sin)))
		if math.Abs(sin) > 1 || math.Abs(x) > 2*math.Sqrt2*cos {
			return v, false
		}
		a := math.Asin(sin)
		z := max(-1, min(1, (2*a+math.Sin(2*a))/math.Pi))
		lon := 0.0
		if cos > 0 {
			lon = math.Pi * x / (2 * math.Sqrt2 * cos)
		}
		return upright(lon, z), true
	}
	angle := math.Hypot(x/2, y)
	if angle > math.Pi/2 {
		return v, false
	}
	sin, cos := math.Sincos(angle)
	shrink := 1.0
	if angle > 1e-9 {
		shrink = sin / angle
	}
	return upright(2*math.Atan2(x/2*shrink, cos), y*shrink), true
}

// upright gives the direction of a longitude in radians and the sine of a
// latitude.
func upright(lon, z float64) sky.Vector {
	sin, cos := math.Sincos(lon)
	s := math.Sqrt(max(0, (1-z)*(1+z)))
	return sky.Vector{X: s * cos, Y: s * sin, Z: z}
}

// farthest is the cosine of the angle from the middle of a patch beyond which
// nothing is drawn: a stereographic map of the far side is of no use.
const farthest = -0.5

// flatPatch gives the place on the stereographic map around longitude 0 on the
// equator (Snyder 1987, p. 157); ok is false on the far side.
func flatPatch(v sky.Vector) (x, y float64, ok bool) {
	if v.X < farthest {
		return 0, 0, false
	}
	return 2 * v.Y / (1 + v.X), 2 * v.Z / (1 + v.X), true
}

// roundPatch is the inverse of flatPatch.
func roundPatch(x, y float64) (v sky.Vector, ok bool) {
	q := (x*x + y*y) / 4
	v = sky.Vector{X: (1 - q) / (1 + q), Y: x / (1 + q), Z: y / (1 + q)}
	return v, v.X >= farthest
}
