package where

import (
	"math"

	"github.com/mwvgroup/pgb/client/field"
	"github.com/mwvgroup/pgb/client/sky"
)

// cone is within() on rows.
type cone struct {
	ra, dec           column
	ra0, dec0, radius float64 // degrees, degrees, arcseconds
	belt              float64 // degrees of declination beyond which nothing is inside
}

func newCone(n *Within, ra, dec column) cone {
	// The belt has a margin for rounding, which is no more than 1e-9 of it.
	belt := n.RadiusArcsec/sky.ArcsecPerDegree*(1+1e-9) + 1e-9
	return cone{ra, dec, n.RA0, n.Dec0, n.RadiusArcsec, belt}
}

func (c cone) test(row []field.Value) bool {
	dec := c.dec.number(row)
	if dec.kind == noNumber || math.Abs(dec.float64()-c.dec0) > c.belt {
		return false
	}
	ra := c.ra.number(row)
	return ra.kind != noNumber && sky.Separation(c.ra0, c.dec0, ra.float64(), dec.float64()) <= c.radius
}
