package sim

import "math"

// Bands of the light curves, in the order u g r i z y.
const bandNames = "ugrizy"

const zeroPoint = 31.4 // AB magnitude of 1 nJy

func fluxOf(mag float64) float64 { return math.Pow(10, -0.4*(mag-zeroPoint)) }
func magOf(flux float64) float64 { return zeroPoint - 2.5*math.Log10(flux) }

// bazin is the rise and exponential fall of Bazin et al. 2009 (A&A 499, 653),
// scaled to 1 at its maximum, which lies at phase 0 (days).
func bazin(phase, rise, fall float64) float64 {
	top := rise * math.Log(fall/rise-1)
	at := func(x float64) float64 { return math.Exp(-x/fall) / (1 + math.Exp(-x/rise)) }
	return at(phase+top) / at(top)
}

// Decline times (days) and colours at maximum (mag, relative to r) by band.
var (
	iaFall      = [6]float64{11, 16, 22, 26, 28, 30}
	iaColour    = [6]float64{0.45, -0.05, 0, 0.25, 0.35, 0.4}
	iaLag       = [6]float64{-2, 0, 1.5, -1, -1.5, -1}
	iaBump      = [6]float64{0, 0, 0.08, 0.22, 0.26, 0.3}
	plateau     = [6]float64{0.055, 0.02, 0.006, 0.003, 0.002, 0.001} // mag per day
	ccColour    = [6]float64{0.4, 0.1, 0, 0.05, 0.1, 0.12}
	pulsation   = [6]float64{1.25, 1.2, 0.85, 0.67, 0.58, 0.54} // amplitude relative to the mean of g and r
	walkColour  = [6]float64{1.25, 1.1, 1, 0.88, 0.8, 0.75}
	starColour  = [6]float64{1.3, 0.25, 0, -0.08, -0.1, -0.1}
	dwarfColour = [6]float64{4.0, 1.5, 0, -1.3, -1.9, -2.2}
	agnColour   = [6]float64{0.3, 0.15, 0, -0.05, -0.1, -0.12}
	hostColour  = [6]float64{2.0, 0.75, 0, -0.35, -0.6, -0.75}
	rockColour  = [6]float64{1.7, 0.45, 0, -0.12, -0.1, -0.1}
)

const firstLight = 19.0 // days before the maximum

// typeIa gives the flux of a type Ia supernova relative to its maximum in r,
// at a phase in days after the maximum in g.
func typeIa(band int, phase, stretch float64) float64 {
	p := phase/stretch - iaLag[band]
	if p < -firstLight {
		return 0
	}
	f := 0.91*bazin(p, 3.6, iaFall[band]) + 0.09*bazin(p, 3.6, 75)
	d := (p - 25) / 6.5
	f += iaBump[band] * math.Exp(-0.5*d*d)
	if p < 0 {
		f *= 1 - math.Pow(p/firstLight, 4) // begins from nothing
	}
	return f * math.Pow(10, -0.4*iaColour[band])
}

// coreCollapse gives the flux of a type II-P supernova, or of a stripped one,
// relative to its maximum in r, at a phase in days after explosion.
func coreCollapse(band int, phase, length float64, stripped bool) float64 {
	if phase <= 0 {
		return 0
	}
	scale := math.Pow(10, -0.4*ccColour[band])
	if stripped {
		return scale * bazin(phase-16, 4.2, 0.75*iaFall[band]+6)
	}
	fade := plateau[band] * phase
	fade += 1.9/(1+math.Exp(-(phase-length)/4)) + 0.0098*math.Max(0, phase-length)
	return scale * (1 - math.Exp(-phase*phase/9)) * math.Pow(10, -0.4*fade)
}

// sawtooth gives the brightness in [-0.5, 0.5] of a pulsating star that rises
// fast and fades slowly; fewer harmonics are smoother.
func sawtooth(turn float64, harmonics int) float64 {
	s := 0.0
	for k := 1; k <= harmonics; k++ {
		w := math.Pow(0.85, float64(k-1)) / float64(k)
		s += w * math.Sin(2*math.Pi*float64(k)*turn)
	}
	return s / (2.2 + 0.25*float64(harmonics-1))
}

// eclipses gives the share of light lost at a turn of the orbit.
func eclipses(turn, first, second, width float64) float64 {
	dip := func(at float64) float64 {
		d := turn - at
		d -= math.Round(d)
		return math.Exp(-0.5 * d * d / (width * width))
	}
	return first*dip(0) + second*dip(0.5)
}
