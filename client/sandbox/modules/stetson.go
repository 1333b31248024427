package modules

import (
	"math"
	"strconv"

	"github.com/mwvgroup/pgb/client/sandbox/sim/packet"
)

var bands = [...]string{"u", "g", "r", "i", "z", "y"}

// series is the photometry of one band, nJy.
type series struct{ flux, err []float64 }

// pointsOf gives the points of an alert by band, as the broker adds them up:
// history, trigger and forced photometry, one after the other, so that a visit
// with both kinds counts twice.
func pointsOf(a *packet.LSST) (points [len(bands)]series) {
	add := func(band string, flux, err float32) {
		for i, b := range bands {
			if b == band {
				points[i].flux = append(points[i].flux, float64(flux))
				points[i].err = append(points[i].err, float64(err))
			}
		}
	}
	for i := range a.PrvDiaSources {
		d := &a.PrvDiaSources[i]
		add(d.Band, d.PsfFlux, d.PsfFluxErr)
	}
	add(a.DiaSource.Band, a.DiaSource.PsfFlux, a.DiaSource.PsfFluxErr)
	for i := range a.PrvDiaForcedSources {
		f := &a.PrvDiaForcedSources[i]
		add(f.Band, f.PsfFlux, f.PsfFluxErr)
	}
	return points
}

const (
	meanRounds    = 20
	meanTolerance = 1e-6
	minVariable   = 30 // points
	minStetsonJ   = 20.0
)

// robustMean gives Stetson's mean of fluxes (Stetson 1996, PASP 108, 851): points
// that lie far off count less, with a = b = 2.
func (s series) robustMean() float64 {
	scale := math.Sqrt(float64(len(s.flux)) / float64(len(s.flux)-1))
	weigh := func(weight func(i int) float64) float64 {
		var sum, total float64
		for i, f := range s.flux {
			w := weight(i)
			sum += w * f
			total += w
		}
		return sum / total
	}
	plain := func(i int) float64 { return 1 / (s.err[i] * s.err[i]) }
	mean := weigh(plain)
	for range meanRounds {
		next := weigh(func(i int) float64 {
			d := math.Abs(scale*(s.flux[i]-mean)/s.err[i]) / 2
			return plain(i) / (1 + d*d)
		})
		change := math.Abs(next - mean)
		mean = next
		if change < meanTolerance && change < meanTolerance*math.Abs(mean) {
			break
		}
	}
	return mean
}

// stetsonJ gives the index of variability of a band's points, of which there
// must be two.
func (s series) stetsonJ() (j float64, ok bool) {
	n := float64(len(s.flux))
	if n < 2 {
		return 0, false
	}
	mean, scale := s.robustMean(), math.Sqrt(n/(n-1))
	for i, f := range s.flux {
		d := scale * (f - mean) / s.err[i]
		p := d*d - 1
		j += math.Copysign(math.Sqrt(math.Abs(p)), p)
	}
	return j / n, true
}

// variability gives the result of lsst-variability, and "likely" or "unlikely".
func variability(points *[len(bands)]series) (result []byte, likely string) {
	likely = "unlikely"
	result = append(result, '{')
	for i, b := range bands {
		if i > 0 {
			result = append(result, ", "...)
		}
		s := points[i]
		result = append(result, `"n_detections_`+b+`_band": `...)
		result = strconv.AppendInt(result, int64(len(s.flux)), 10)
		result = append(result, `, "`+b+`_psfFluxStetsonJ": `...)
		j, ok := s.stetsonJ()
		if !ok {
			result = append(result, "null"...)
			continue
		}
		result = appendFloat(result, j)
		if i <= 2 && len(s.flux) >= minVariable && j > minStetsonJ {
			likely = "likely"
		}
	}
	return append(result, '}'), likely
}
