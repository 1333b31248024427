package alert

import (
	"math"
	"slices"

	"github.com/mwvgroup/pgb/client/field"
	"github.com/mwvgroup/pgb/client/sky"
)

// faintest is the signal to noise below which a magnitude says nothing.
const faintest = 1

// number is a value to compute with. What is computed from 32-bit floats alone
// is given as a 32-bit float again: more digits would be noise.
type number struct {
	value  float64 // NaN when missing
	single bool
}

func numberOf(v field.Value) number {
	f, ok := v.Float()
	if !ok {
		return number{value: math.NaN()}
	}
	return number{f, v.Kind() == field.Float32}
}

// as gives a value of the width of the number.
func (n number) as(f float64) field.Value {
	if n.single {
		return field.OfFloat32(float32(f))
	}
	return field.OfFloat64(f)
}

func (n number) missing() bool { return math.IsNaN(n.value) }

// brightness is what is known of the difference flux, in nJy.
type brightness struct {
	flux, err number // signed; NaN when missing
	sign      float64
}

// readBrightness fills in flux, magnitude, signal to noise and sign, whichever
// of them the record gives, and the total brightness.
//
// Magnitudes are AB magnitudes of the absolute difference flux with zero point
// 31.4 for nJy (Oke & Gunn 1983; Rubin DPDD); errors are to first order.
func (e *epochPlan) readBrightness(values []field.Value, out *epoch) {
	sign := e.readSign(values)
	var b brightness
	switch flux := e.flux.first(values, e.sentinels); {
	case !flux.IsMissing():
		b = e.fromFlux(values, flux, out)
	case len(e.mag) > 0:
		b = e.fromMag(values, sign, out)
	default:
		return
	}
	if sign == 0 {
		sign = b.sign
	}
	if sign != 0 {
		out[qPositive] = field.OfBool(sign > 0)
	}
	if snr := e.snr.first(values, e.sentinels); !snr.IsMissing() {
		out[qSNR] = snr
	} else if b.err.value > 0 && out[qSNR].IsMissing() {
		out[qSNR] = b.err.as(math.Abs(b.flux.value) / b.err.value)
	}
	if e.needs&needTotal != 0 {
		e.readTotal(values, b, out)
	}
}

// readSign gives +1, -1, or 0 when the record does not say it.
func (e *epochPlan) readSign(values []field.Value) float64 {
	if len(e.sign) == 0 {
		return 0
	}
	var buf [20]byte
	text := textOf(e.sign.first(values, e.sentinels), buf[:0])
	switch {
	case text == nil:
		return 0
	case slices.Contains(e.point.Sign.Positive, string(text)):
		return 1
	case slices.Contains(e.point.Sign.Negative, string(text)):
		return -1
	}
	return 0
}

// unit gives the nJy in one unit of the record's flux, NaN when not known.
func (e *epochPlan) unit(values []field.Value) float64 {
	if e.scale != 0 {
		return e.scale
	}
	zeroPoint, ok := e.zeroPoint.first(values, e.sentinels).Float()
	if !ok {
		return math.NaN()
	}
	return math.Pow(10, 0.4*(sky.ABZeroPoint-zeroPoint))
}

// fromFlux takes a signed flux and computes the magnitude of its absolute value.
func (e *epochPlan) fromFlux(values []field.Value, flux field.Value, out *epoch) brightness {
	unit := e.unit(values)
	fluxErr := e.fluxErr.first(values, e.sentinels)
	b := brightness{flux: numberOf(flux), err: numberOf(fluxErr)}
	if unit != 1 {
		b.flux.value *= unit
		b.err.value *= unit
		flux, fluxErr = b.flux.as(b.flux.value), b.err.as(b.err.value)
	}
	out[qFlux], out[qFluxErr] = flux, fluxErr
	if b.flux.value < 0 {
		b.sign = -1
	} else if b.flux.value > 0 {
		b.sign = 1
	}
	out[qMag], out[qMagErr] = magnitude(number{math.Abs(b.flux.value), b.flux.single}, b.err)
	return b
}

// magnitude gives the AB magnitude of a flux in nJy and its error; both are
// missing for a flux that is not positive or below 1 sigma.
func magnitude(flux, err number) (mag, magErr field.Value) {
	if !(flux.value > 0) || flux.value < faintest*err.value {
		return field.Value{}, field.Value{}
	}
	m, mErr := sky.ABMag(flux.value, err.value)
	return flux.as(m), err.as(mErr)
}

// fromMag takes the magnitude of the absolute difference flux; without a sign
// the flux stays missing.
func (e *epochPlan) fromMag(values []field.Value, sign float64, out *epoch) brightness {
	given, givenErr := e.mag.first(values, e.sentinels), e.magErr.first(values, e.sentinels)
	mag, err := numberOf(given), numberOf(givenErr)
	flux, fluxErr := sky.FluxFromABMag(mag.value, err.value)
	b := brightness{flux: number{flux * sign, mag.single}, err: number{fluxErr, err.single}, sign: sign}
	if sign == 0 {
		b.flux.value = math.NaN()
	}
	if !mag.missing() && !(err.value > sky.MagPerRelativeError/faintest) {
		out[qMag], out[qMagErr] = given, givenErr
	}
	out[qFlux], out[qFluxErr] = mag.as(b.flux.value), err.as(fluxErr)
	if err.value > 0 {
		out[qSNR] = err.as(sky.MagPerRelativeError / err.value)
	}
	return b
}

// readTotal fills in source plus reference: a flux measured on the direct
// image, or the flux of a reference source that is near enough plus the
// difference.
func (e *epochPlan) readTotal(values []field.Value, b brightness, out *epoch) {
	total := numberOf(e.total.first(values, e.sentinels))
	err := numberOf(e.totalErr.first(values, e.sentinels))
	if len(e.total) > 0 {
		unit := e.unit(values)
		total.value *= unit
		err.value *= unit
	} else {
		total, err = e.withReference(values, b)
	}
	if total.missing() {
		return
	}
	out[qFluxTotal], out[qFluxTotalErr] = total.as(total.value), err.as(err.value)
	out[qMagTotal], out[qMagTotalErr] = magnitude(total, err)
}

func (e *epochPlan) withReference(values []field.Value, b brightness) (total, err number) {
	none := number{value: math.NaN()}
	mag := numberOf(e.refMag.first(values, e.sentinels))
	distance, ok := e.refDistance.first(values, e.sentinels).Float()
	if mag.missing() || b.flux.missing() || !ok || distance < 0 || distance >= e.point.RefMaxArcsec {
		return none, none
	}
	magErr := numberOf(e.refMagErr.first(values, e.sentinels))
	flux, fluxErr := sky.FluxFromABMag(mag.value, magErr.value)
	single := b.flux.single && mag.single
	return number{flux + b.flux.value, single}, number{math.Hypot(fluxErr, b.err.value), single}
}
