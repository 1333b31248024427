package sky

import "math"

const (
	// ABZeroPoint is the AB magnitude of 1 nJy.
	ABZeroPoint = 31.4
	// MagPerRelativeError is 2.5/ln 10: a relative flux error of x is an
	// error of x times this in magnitudes.
	MagPerRelativeError = 2.5 / math.Ln10
)

// ABMag gives the AB magnitude of a positive flux in nJy, and its error; NaN
// for a flux that is not positive.
func ABMag(flux, fluxErr float64) (mag, magErr float64) {
	if !(flux > 0) {
		return math.NaN(), math.NaN()
	}
	return ABZeroPoint - 2.5*math.Log10(flux), MagPerRelativeError * fluxErr / flux
}

// FluxFromABMag gives the flux in nJy of an AB magnitude, and its error.
func FluxFromABMag(mag, magErr float64) (flux, fluxErr float64) {
	flux = math.Pow(10, -0.4*(mag-ABZeroPoint))
	return flux, flux * magErr / MagPerRelativeError
}
