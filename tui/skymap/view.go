package skymap

import (
	"math"

	"github.com/mwvgroup/pgb/client/sky"
)

const (
	degree    = math.Pi / 180
	widestFov = 120.0    // degrees across a patch
	leastFov  = 1.0 / 60 // an arcminute
	cellShape = 2        // a cell is twice as high as it is wide
	dotsWide  = 2        // braille dots in a cell
	dotsHigh  = 4
)

// look is what of the sky is shown, and how.
type look struct {
	frame      sky.Frame
	projection Projection
	// fov is the width of a patch in degrees; 0 shows the whole sky.
	fov float64
	// lon and lat are the middle of a patch, in degrees of the frame; turn is
	// the longitude in the middle of the whole sky.
	lon, lat, turn float64
}

func (l look) whole() bool { return l.fov == 0 }

// view lays a look out on cells.
type view struct {
	look
	width, height      int
	ahead, east, north sky.Vector // ICRS: the axes whose first leads to the middle
	scale              float64    // cells per unit of the plane, sideways
}

func newView(l look, width, height int) *view {
	v := &view{look: l, width: width, height: height}
	lon, lat := l.lon, l.lat
	if l.whole() {
		lon, lat = l.turn, 0
		v.scale = math.Min(float64(width), 2*cellShape*float64(height)) / 2 / l.projection.halfWidth()
	} else {
		v.scale = float64(width) / (4 * math.Tan(l.fov*degree/4))
	}
	v.ahead = l.frame.Unrotate(sky.VectorOf(lon, lat))
	v.east = l.frame.Unrotate(sky.VectorOf(lon+90, 0))
	v.north = v.ahead.Cross(v.east)
	return v
}

// place gives where a direction (ICRS) is, in cells from the upper left corner;
// ok is false where it is not in the picture.
func (v *view) place(d sky.Vector) (x, y float64, ok bool) {
	turned := sky.Vector{X: v.ahead.Dot(d), Y: v.east.Dot(d), Z: v.north.Dot(d)}
	if v.whole() {
		x, y = v.projection.flat(turned)
	} else if x, y, ok = flatPatch(turned); !ok {
		return 0, 0, false
	}
	// East is on the left: the sky is seen from within.
	x, y = float64(v.width)/2-v.scale*x, float64(v.height)/2-v.scale/cellShape*y
	if v.whole() { // rounding may put the very edge just outside
		x, y = v.inside(x, y)
	}
	return x, y, x >= 0 && y >= 0 && x < float64(v.width) && y < float64(v.height)
}

// inside gives the place in the picture that is nearest to one.
func (v *view) inside(x, y float64) (float64, float64) {
	return min(max(x, 0), float64(v.width)-1e-9), min(max(y, 0), float64(v.height)-1e-9)
}

// direction gives the direction (ICRS) of a place in cells; ok is false beyond
// the edge of the sky.
func (v *view) direction(x, y float64) (d sky.Vector, ok bool) {
	x, y = (float64(v.width)/2-x)/v.scale, (float64(v.height)/2-y)*cellShape/v.scale
	if v.whole() {
		d, ok = v.projection.round(x, y)
	} else {
		d, ok = roundPatch(x, y)
	}
	return sky.Vector{
		X: v.ahead.X*d.X + v.east.X*d.Y + v.north.X*d.Z,
		Y: v.ahead.Y*d.X + v.east.Y*d.Y + v.north.Y*d.Z,
		Z: v.ahead.Z*d.X + v.east.Z*d.Y + v.north.Z*d.Z,
	}, ok
}

// lonLat gives the coordinates in the frame of a place in cells.
func (v *view) lonLat(x, y float64) (lon, lat float64, ok bool) {
	d, ok := v.direction(x, y)
	lon, lat = v.frame.Rotate(d).LonLat()
	return lon, lat, ok
}

// cellDegrees is the width of a cell in the middle.
func (v *view) cellDegrees() float64 { return 1 / v.scale / degree }

// radius is how far from the middle, in degrees, the picture may reach.
func (v *view) radius() float64 {
	if v.whole() {
		return 180
	}
	d, ok := v.direction(0, 0)
	if !ok {
		return math.Acos(farthest) / degree
	}
	return math.Acos(max(-1, min(1, v.ahead.Dot(d)))) / degree
}

// cell gives the index of the cell and the bit of the braille dot at a place.
func (v *view) cell(x, y float64) (at int, dot uint8) {
	column, row := int(x), int(y)
	return row*v.width + column, dotBits[int((y-float64(row))*dotsHigh)][int((x-float64(column))*dotsWide)]
}

// dotBits are the bits of a braille character by row and column (Unicode 15,
// chapter 21.1).
var dotBits = [dotsHigh][dotsWide]uint8{{0x01, 0x08}, {0x02, 0x10}, {0x04, 0x20}, {0x40, 0x80}}

// braille is the character without dots.
const braille = '\u2800'
