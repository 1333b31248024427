package sky

import (
	"math"
	"strconv"
)

// Angle is an angle on the sky: a radius, a separation, the size of a pixel. It
// is kept in arcseconds, the unit in which radii are typed and separations are
// printed, so that 5 arcsec stays exactly 5. Make one with Arcseconds,
// Arcminutes, Degrees or Radians.
type Angle float64

// HalfCircle is the largest separation there is, 180 degrees.
const HalfCircle = Angle(180 * ArcsecPerDegree)

// Arcseconds gives the angle of a number of arcseconds.
func Arcseconds(arcsec float64) Angle { return Angle(arcsec) }

// Arcminutes gives the angle of a number of arcminutes.
func Arcminutes(arcmin float64) Angle { return Angle(arcmin * 60) }

// Degrees gives the angle of a number of degrees.
func Degrees(deg float64) Angle { return Angle(deg * ArcsecPerDegree) }

// Radians gives the angle of a number of radians.
func Radians(rad float64) Angle { return Angle(rad / degree * ArcsecPerDegree) }

// Arcseconds gives the angle in arcseconds.
func (a Angle) Arcseconds() float64 { return float64(a) }

// Arcminutes gives the angle in arcminutes.
func (a Angle) Arcminutes() float64 { return float64(a) / 60 }

// Degrees gives the angle in degrees.
func (a Angle) Degrees() float64 { return float64(a) / ArcsecPerDegree }

// Radians gives the angle in radians.
func (a Angle) Radians() float64 { return float64(a) / ArcsecPerDegree * degree }

// String gives the angle for people, in the largest of arcsec, arcmin and deg
// that leaves a number of at least 1, with six digits. ParseRadius reads it.
func (a Angle) String() string {
	value, unit := a.Arcseconds(), " arcsec"
	switch size := math.Abs(value); {
	case size >= ArcsecPerDegree:
		value, unit = a.Degrees(), " deg"
	case size >= 60:
		value, unit = a.Arcminutes(), " arcmin"
	}
	return strconv.FormatFloat(value, 'g', 6, 64) + unit
}

// Position is a place on the sky: right ascension and declination, ICRS, in
// degrees.
type Position struct {
	RA, Dec float64
}

// Separation gives the angle between two positions; see the function of the
// same name.
func (p Position) Separation(q Position) Angle {
	return Arcseconds(Separation(p.RA, p.Dec, q.RA, q.Dec))
}

// Pixel gives the HEALPix pixel, NESTED, of an order that the position lies in;
// see Ang2PixNested.
func (p Position) Pixel(order int) int64 { return Ang2PixNested(order, p.RA, p.Dec) }

// String gives the position in decimal degrees, right ascension first, with all
// their digits: ParsePosition reads back the same position.
func (p Position) String() string { return formatDegrees(p.RA) + " " + formatDegrees(p.Dec) }

func formatDegrees(deg float64) string {
	if deg != 0 && math.Abs(deg) < 1e-6 {
		return strconv.FormatFloat(deg, 'e', -1, 64)
	}
	return strconv.FormatFloat(deg, 'f', -1, 64)
}

// Sexagesimal gives the position as hours and degrees with minutes and seconds,
// as in 18:00:24.00 -30:12:00.0. The seconds of arc get a number of decimals (0
// to 9) and the seconds of time, 15 times as large, one more.
func (p Position) Sexagesimal(decimals int) string {
	return FormatHMS(p.RA, decimals+1) + " " + FormatDMS(p.Dec, decimals)
}

// FormatHMS gives a right ascension in degrees as hours, minutes and seconds of
// time with a number of decimals (0 to 10), as in 18:00:24.000. What rounds up
// to 24 hours is 00:00:00.
func FormatHMS(ra float64, decimals int) string {
	turned := math.Mod(ra, 360)
	if turned < 0 {
		turned += 360
	}
	return formatSexagesimal(nil, turned/15, decimals, 24)
}

// FormatDMS gives a declination in degrees as sign, degrees, minutes and
// seconds of arc with a number of decimals (0 to 10), as in -00:12:00.0.
func FormatDMS(dec float64, decimals int) string {
	sign := []byte{'+'}
	if math.Signbit(dec) {
		sign[0] = '-'
	}
	return formatSexagesimal(sign, math.Abs(dec), decimals, math.MaxInt64)
}

// formatSexagesimal rounds once, in units of the last decimal, so that no part
// can come out as 60.
func formatSexagesimal(text []byte, value float64, decimals int, turn int64) string {
	if math.IsNaN(value) || math.IsInf(value, 0) || value > 1e5 {
		return "NaN"
	}
	decimals = max(0, min(10, decimals))
	unit := int64(math.Pow10(decimals))
	rest := int64(math.Round(value * 3600 * float64(unit)))
	whole := rest / (3600 * unit)
	rest -= whole * 3600 * unit
	text = appendPadded(text, whole%turn, 2)
	text = appendPadded(append(text, ':'), rest/(60*unit), 2)
	rest %= 60 * unit
	text = appendPadded(append(text, ':'), rest/unit, 2)
	if decimals > 0 {
		text = appendPadded(append(text, '.'), rest%unit, decimals)
	}
	return string(text)
}

// appendPadded appends a number with leading zeros up to a width.
func appendPadded(text []byte, n int64, width int) []byte {
	digits := strconv.FormatInt(n, 10)
	for range width - len(digits) {
		text = append(text, '0')
	}
	return append(text, digits...)
}
