// Package sky holds the geometry, the time scales and the photometric scale of
// the sky: pure functions on ICRS degrees, arcseconds, MJD UTC and nanojansky.
// It uses the standard library alone.
package sky

import (
	"fmt"
	"math"
	"strconv"
	"strings"
)

const (
	degree = math.Pi / 180
	// ArcsecPerDegree is the number of arcseconds in a degree.
	ArcsecPerDegree = 3600
)

// Separation gives the angle between two positions in arcseconds, all arguments
// in degrees. It is exact from tiny angles to antipodes: the arc tangent of the
// cross and dot products of the two directions (Vincenty 1975, Survey Review
// 23, 88), with the differences taken in degrees, where nearby positions lose
// nothing.
func Separation(ra1, dec1, ra2, dec2 float64) float64 {
	dra := math.Abs(math.Remainder(ra2-ra1, 360))
	sinDec1, cosDec1 := math.Sincos(dec1 * degree)
	sinDec2, cosDec2 := math.Sincos(dec2 * degree)

	// The northward component of the cross product is
	// cosDec1*sinDec2 - sinDec1*cosDec2*cos(dra), written so that it cancels
	// neither for neighbours nor for antipodes.
	var sinRA, cosRA, north float64
	if dra <= 90 {
		sinRA, cosRA = math.Sincos(dra * degree)
		half := math.Sin(dra / 2 * degree)
		north = math.Sin((dec2-dec1)*degree) + 2*sinDec1*cosDec2*half*half
	} else {
		rest := 180 - dra
		sinRA, cosRA = math.Sincos(rest * degree)
		cosRA = -cosRA
		half := math.Sin(rest / 2 * degree)
		north = math.Sin((dec1+dec2)*degree) - 2*sinDec1*cosDec2*half*half
	}
	cross := math.Hypot(cosDec2*sinRA, north)
	dot := sinDec1*sinDec2 + cosDec1*cosDec2*cosRA
	return math.Atan2(cross, dot) / degree * ArcsecPerDegree
}

// radiusUnits are the spellings of a radius's unit, in arcseconds. Longer ones
// stand before their own endings.
var radiusUnits = []struct {
	suffix string
	arcsec float64
}{
	{"arcsec", 1}, {"arcmin", 60}, {"deg", 3600}, {"″", 1}, {"′", 60}, {"°", 3600},
	{`"`, 1}, {"'", 60}, {"s", 1}, {"m", 60}, {"d", 3600},
}

// ParseRadius reads an angle such as 5s, 2m, 0.1d, 5arcsec, 5" or 2' and gives
// arcseconds. A bare number is arcseconds.
func ParseRadius(text string) (arcsec float64, err error) {
	number, scale := strings.TrimSpace(text), 1.0
	for _, unit := range radiusUnits {
		if rest, ok := strings.CutSuffix(number, unit.suffix); ok {
			number, scale = strings.TrimSpace(rest), unit.arcsec
			break
		}
	}
	value, err := strconv.ParseFloat(number, 64)
	if err != nil || math.IsNaN(value) || strings.ContainsAny(number, "xXpP_iI") {
		return 0, fmt.Errorf("%q is no radius: give a number with a unit, as in 5s, 2m or 0.1d", text)
	}
	arcsec = value * scale
	if arcsec < 0 || arcsec > 180*ArcsecPerDegree {
		return 0, fmt.Errorf("radius %s is not between 0 and 180 degrees", text)
	}
	return arcsec, nil
}
