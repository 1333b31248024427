package sim

import (
	"math"
	"math/rand/v2"

	"github.com/mwvgroup/pgb/client/sandbox/sim/stamp"
)

// view is how an exposure shows the sky around an object.
type view struct {
	scale, fwhm float64                                  // arcsec per pixel, pixels
	unit        func(nJy float64) float64                // in the image's unit
	onto        func(west, south float64) (x, y float64) // pixels from the middle, in the image's directions
}

// scenery draws what is always there: a star, a galaxy or its nucleus, and a few
// neighbours, each at the same place of the sky however the camera stood.
func (s *Sky) scenery(m *stamp.Image, r *rand.Rand, o *Object, e *epoch, v view) {
	mid := float64(m.Side / 2)
	if o.Kind.stellar() || o.Kind == ActiveGalaxy || o.Kind == Artefact {
		m.Star(mid, mid, v.unit(e.ref), v.fwhm)
	}
	if o.Kind.transient() || o.Kind == ActiveGalaxy {
		south, west := math.Sincos(o.hostPA)
		x, y := v.onto(o.hostSep/v.scale*west, o.hostSep/v.scale*south)
		q := 0.5 + 0.4*chance(s.seed, forStamp, o.num)
		m.Galaxy(mid+x, mid+y, v.unit(fluxOf(o.host+hostColour[e.band])), v.fwhm*0.5+2.2/v.scale, q, v.turned(o.hostPA+1))
	}
	field := generator(s.seed, forStamp, o.num, 7)
	if o.Kind == Asteroid {
		field = r
	}
	for range field.IntN(4) {
		west, south := field.Float64()*float64(m.Side)-mid, field.Float64()*float64(m.Side)-mid
		x, y := v.onto(west, south)
		m.Star(mid+x, mid+y, v.unit(fluxOf(17+4*field.Float64()+starColour[e.band])), v.fwhm)
	}
}

// turned gives an angle from west through south (radian) as one from the first
// axis of the image through the second.
func (v view) turned(angle float64) float64 {
	south, west := math.Sincos(angle)
	x, y := v.onto(west, south)
	return math.Atan2(y, x)
}
