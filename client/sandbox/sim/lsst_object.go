package sim

import (
	"math"

	"github.com/mwvgroup/pgb/client/sandbox/sim/packet"
)

// diaObject gives the aggregates of an object over the history that its alert
// carries, the triggering detection included.
func (s *Sky) diaObject(a *packet.LSST, o *Object, kept []epoch) *packet.DiaObject {
	d := &packet.DiaObject{
		DiaObjectID: o.DiaID, ValidityStartMjdTai: a.DiaSource.TimeProcessedMjdTai,
		RA: o.RA, Dec: o.Dec, RaErr: 1e-5, DecErr: 1e-5, RaDecCov: 1e-13,
		FirstDiaSourceMjdTai: a.DiaSource.MidpointMjdTai, LastDiaSourceMjdTai: a.DiaSource.MidpointMjdTai,
		NDiaSources: int32(len(a.PrvDiaSources) + 1),
	}
	if len(a.PrvDiaSources) > 0 {
		d.FirstDiaSourceMjdTai = a.PrvDiaSources[0].MidpointMjdTai
	}
	for band := range 6 {
		d.SetBand(band, s.bandStats(a, band))
	}
	return d
}

// bandStats gives one band's aggregates, NaN where nothing was measured.
func (s *Sky) bandStats(a *packet.LSST, band int) packet.BandStats {
	name := bandNames[band : band+1]
	var psf, science, forced mean
	stats := packet.BandStats{PsfFluxMin: nan32, PsfFluxMax: nan32, PsfFluxMaxSlope: nan32, PsfFluxErrMean: nan32}
	var last *packet.DiaSource
	var errors float64
	add := func(d *packet.DiaSource) {
		if d.Band != name {
			return
		}
		psf.add(d.PsfFlux, d.PsfFluxErr)
		science.add(d.ScienceFlux, d.ScienceFluxErr)
		errors += float64(d.PsfFluxErr)
		if last == nil {
			stats.PsfFluxMin, stats.PsfFluxMax = d.PsfFlux, d.PsfFlux
		} else if dt := d.MidpointMjdTai - last.MidpointMjdTai; dt > 0 {
			slope := float32(float64(d.PsfFlux-last.PsfFlux) / dt)
			if !(stats.PsfFluxMaxSlope > slope) {
				stats.PsfFluxMaxSlope = slope
			}
		}
		stats.PsfFluxMin, stats.PsfFluxMax = min(stats.PsfFluxMin, d.PsfFlux), max(stats.PsfFluxMax, d.PsfFlux)
		last = d
	}
	for i := range a.PrvDiaSources {
		add(&a.PrvDiaSources[i])
	}
	add(&a.DiaSource)
	for i := range a.PrvDiaForcedSources {
		if f := &a.PrvDiaForcedSources[i]; f.Band == name {
			forced.add(f.PsfFlux, f.PsfFluxErr)
		}
	}
	stats.Ndata = int32(psf.n)
	stats.PsfFluxMean, stats.PsfFluxMeanErr, stats.PsfFluxSigma = psf.result()
	stats.ScienceFluxMean, stats.ScienceFluxMeanErr, _ = science.result()
	stats.FpFluxMean, stats.FpFluxMeanErr, _ = forced.result()
	if psf.n > 0 {
		stats.PsfFluxErrMean = float32(errors / float64(psf.n))
	}
	return stats
}

// mean adds up fluxes, weighted by their inverse variance.
type mean struct {
	n                 int
	weight, sum, sum2 float64
	plain             float64
}

func (m *mean) add(flux, err float32) {
	w := 1 / (float64(err) * float64(err))
	m.n++
	m.weight += w
	m.sum += w * float64(flux)
	m.plain += float64(flux)
	m.sum2 += float64(flux) * float64(flux)
}

// result gives the weighted mean, its error, and the scatter of the fluxes.
func (m *mean) result() (value, err, sigma float32) {
	if m.n == 0 {
		return nan32, nan32, nan32
	}
	sigma = nan32
	if m.n > 1 {
		average := m.plain / float64(m.n)
		sigma = float32(math.Sqrt(max(0, m.sum2-float64(m.n)*average*average) / float64(m.n-1)))
	}
	return float32(m.sum / m.weight), float32(math.Sqrt(1 / m.weight)), sigma
}
