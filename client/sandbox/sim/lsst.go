package sim

import (
	"math"
	"math/rand/v2"

	"github.com/mwvgroup/pgb/client/sandbox/sim/packet"
	"github.com/mwvgroup/pgb/client/sandbox/sim/stamp"
)

const (
	lsstWindow   = 365.0 // days of history in an alert
	lsstSide     = 30    // pixels of a stamp
	lsstPSF      = 41    // pixels of the point spread function's image
	lsstRefPSF   = 51    // and of the template's
	lsstExposure = 30.0  // s
)

var (
	nan32 = float32(math.NaN())
	nan64 = math.NaN()
)

// pointing is where an object falls in an LSST exposure.
type pointing struct {
	visit    int64
	detector int32
	x, y     float64
	rotation float64 // degree
}

func (s *Sky) pointing(o *Object, x visit) pointing {
	t := timeOf(x.mjd)
	night := int64(t.Year()*10000 + int(t.Month())*100 + t.Day())
	h := mix(s.seed, forFields, o.num, math.Float64bits(x.mjd))
	turn := chance(s.seed, forFields, uint64(x.field), math.Float64bits(x.mjd))
	return pointing{
		visit:    night*100_000 + int64((x.mjd-math.Floor(x.mjd))*99_999),
		detector: int32(h % 189), x: float64(h >> 8 % 3900), y: float64(h >> 20 % 3900), rotation: 360 * turn,
	}
}

// lsstAlert makes the alert of a detection: of an object with its history, or
// of a body of the solar system with its orbit.
func (s *Sky) lsstAlert(t *todo) *packet.LSST {
	o := t.object
	a := &packet.LSST{}
	a.DiaSource = s.diaSource(o, &t.epoch)
	a.DiaSourceID = a.DiaSource.DiaSourceID
	reason := "wide-fast-deep"
	if mix(s.seed, forFields, uint64(lsst), uint64(t.epoch.field))%24 == 0 {
		reason = "ddf_sim_a"
		a.TargetName = some("ddf_sim_a, lowdust")
	}
	a.ObservationReason = some(reason)
	a.PrvDiaSources, a.PrvDiaForcedSources = []packet.DiaSource{}, []packet.DiaForcedSource{}
	if o.Kind == Asteroid {
		s.solarSystem(a, o, &t.epoch)
	} else {
		a.DiaSource.SsObjectID = some(int64(0))
		s.diaHistory(a, o, t)
	}
	if !s.options.NoCutouts {
		s.lsstStamps(a, t)
	}
	return a
}

// diaHistory adds a year of detections, the forced photometry of every visit
// since shortly before the first of them, and the object's aggregates.
func (s *Sky) diaHistory(a *packet.LSST, o *Object, t *todo) {
	past := s.history(lsst, o, t.epoch.mjd-1e-6)
	first := t.epoch.mjd
	kept := make([]epoch, 0, len(past)+1)
	for _, e := range past {
		if e.mjd >= t.epoch.mjd-lsstWindow {
			kept = append(kept, e)
			if e.detected {
				first = min(first, e.mjd)
			}
		}
	}
	kept = append(kept, t.epoch)
	for i := range kept {
		e := &kept[i]
		if e.detected && i < len(kept)-1 {
			a.PrvDiaSources = append(a.PrvDiaSources, s.diaSource(o, e))
		}
		if e.mjd >= first-30 {
			a.PrvDiaForcedSources = append(a.PrvDiaForcedSources, s.forcedLSST(o, e))
		}
	}
	a.DiaObject = s.diaObject(a, o, kept)
}

// diaSource gives a measurement as a detection, the same in every alert.
func (s *Sky) diaSource(o *Object, e *epoch) packet.DiaSource {
	p := s.pointing(o, e.visit)
	r := generator(s.seed, forMeasure, uint64(lsst), o.num, math.Float64bits(e.mjd), 2)
	snr := e.snr()
	blur := e.seeing / 2.35 / snr / 3600
	width := e.seeing / 2.35 * e.seeing / 2.35
	d := packet.DiaSource{
		DiaSourceID: sourceID(DiaSourceBase, e.mjd, int(p.detector), o.num), Visit: p.visit, Detector: p.detector,
		DiaObjectID: some(o.DiaID), ParentDiaSourceID: some(int64(0)),
		MidpointMjdTai: e.mjd + taiDays, ExposureTime: lsstExposure,
		RA: e.ra, Dec: e.dec, RaErr: float32(blur + 1e-6), DecErr: float32(blur + 1e-6), RaDecCov: float32(blur * blur * 0.05 * r.NormFloat64()),
		X: float32(p.x), XErr: float32(blur / lsstPixel), Y: float32(p.y), YErr: float32(blur / lsstPixel),
		ApFlux: float32(e.flux + 1.8*e.err*r.NormFloat64()), ApFluxErr: float32(1.9 * e.err), IsNegative: e.flux < 0,
		Snr: float32(snr), PsfFlux: float32(e.flux), PsfFluxErr: float32(e.err), PsfLnL: nan32,
		PsfChi2: float32(lsstPSF*lsstPSF + 58*r.NormFloat64()), PsfNdata: lsstPSF * lsstPSF,
		TrailFlux: float32(e.flux * 1.02), TrailFluxErr: float32(e.err * 1.1), TrailRa: e.ra, TrailRaErr: float32(blur),
		TrailDec: e.dec, TrailDecErr: float32(blur), TrailLength: float32(0.3 * math.Abs(r.NormFloat64())), TrailLengthErr: 0.4,
		TrailAngle: float32(180 * r.Float64()), TrailAngleErr: 40, TrailChi2: nan32, TrailNdata: lsstPSF * lsstPSF, TrailAlgorithm: num(1),
		DipoleMeanFlux: nan32, DipoleMeanFluxErr: nan32, DipoleFluxDiff: nan32, DipoleFluxDiffErr: nan32, DipoleLength: nan32,
		DipoleAngle: nan32, DipoleChi2: nan32,
		ScienceFlux: float32(e.ref + e.flux + 0.5*e.err*r.NormFloat64()), ScienceFluxErr: float32(e.err),
		TemplateFlux: float32(e.ref * (1 + 0.002*r.NormFloat64())), TemplateFluxErr: float32(0.3 * e.err),
		Ixx: float32(width * (1 + 0.1*r.NormFloat64())), Iyy: float32(width * (1 + 0.1*r.NormFloat64())), Ixy: float32(0.05 * width * r.NormFloat64()),
		IxxPSF: float32(width), IyyPSF: float32(width * 0.98), IxyPSF: float32(0.01 * width), Extendedness: float32(0.1 * r.Float64()),
		Reliability: float32(1 - 0.25*r.Float64()*r.Float64() - math.Exp(-snr/4)), ReliabilityVersion: "sim-1",
		Band: bandNames[e.band : e.band+1], TimeProcessedMjdTai: e.mjd + taiDays + delay[lsst]/2, TimeWithdrawnMjdTai: nan64,
		BboxSize: int32(8 + 6*r.IntN(4)),
	}
	if r.Float64() < 0.15 {
		d.ShapeFlag, d.Ixx, d.Iyy, d.Ixy = true, nan32, nan32, nan32
	}
	switch {
	case o.Kind == Artefact:
		s.dipole(&d, e, r)
	case o.Kind == Asteroid:
		d.DiaObjectID, d.TemplateFlux, d.TemplateFluxErr = some(int64(0)), float32(0.3*e.err*r.NormFloat64()), float32(0.3*e.err)
	}
	return d
}

const lsstPixel = 0.2 / 3600 // degree

// dipole marks a detection as what bad subtraction leaves: two lobes of
// opposite sign, of low reliability.
func (s *Sky) dipole(d *packet.DiaSource, e *epoch, r *rand.Rand) {
	d.Reliability = float32(0.02 + 0.4*r.Float64())
	d.IsDipole, d.DipoleFitAttempted = true, true
	d.DipoleMeanFlux, d.DipoleMeanFluxErr = float32(1.8*math.Abs(e.flux)), float32(e.err)
	d.DipoleFluxDiff, d.DipoleFluxDiffErr = float32(0.2*e.flux), float32(1.4*e.err)
	d.DipoleLength, d.DipoleAngle = float32(0.2+0.3*r.Float64()), float32(360*r.Float64())
	d.DipoleChi2, d.DipoleNdata = float32(900+60*r.NormFloat64()), 441
	if r.Float64() < 0.3 {
		d.PixelFlags, d.PixelFlagsInterpolated = true, true
	}
}

// forcedLSST gives a measurement as forced photometry at the object's position.
func (s *Sky) forcedLSST(o *Object, e *epoch) packet.DiaForcedSource {
	p := s.pointing(o, e.visit)
	r := generator(s.seed, forForced, uint64(lsst), o.num, math.Float64bits(e.mjd))
	flux := e.flux + 0.3*e.err*r.NormFloat64()
	return packet.DiaForcedSource{
		DiaForcedSourceID: sourceID(ForcedBase, e.mjd, int(p.detector), o.num), DiaObjectID: o.DiaID, RA: o.RA, Dec: o.Dec,
		Visit: p.visit, Detector: p.detector, PsfFlux: float32(flux), PsfFluxErr: float32(e.err), MidpointMjdTai: e.mjd + taiDays,
		ScienceFlux: float32(e.ref + flux), ScienceFluxErr: float32(e.err), Band: bandNames[e.band : e.band+1],
		TimeProcessedMjdTai: e.mjd + taiDays + delay[lsst]/2, TimeWithdrawnMjdTai: nan64,
	}
}

// lsstStamps draws the three stamps, rotated as the camera stood.
func (s *Sky) lsstStamps(a *packet.LSST, t *todo) {
	o, e := t.object, &t.epoch
	r := generator(s.seed, forStamp, uint64(a.DiaSourceID))
	p := s.pointing(o, e.visit)
	const scale = 0.2
	mid, fwhm := float64(lsstSide/2), e.seeing/scale
	same := func(flux float64) float64 { return flux }
	frame := stamp.Frame{RA: e.ra, Dec: e.dec, X: p.x, Y: p.y, Rotation: p.rotation, Name: bandNames[e.band:e.band+1] + " band"}
	template, difference := stamp.New(lsstSide), stamp.New(lsstSide)
	s.scenery(template, r, o, e, view{scale: scale, fwhm: fwhm, unit: same, onto: frame.Pixels})
	if o.Kind == Artefact {
		difference.Star(mid+0.9, mid+0.7, 2*e.flux, fwhm)
		difference.Star(mid-0.9, mid-0.6, -1.6*e.flux, fwhm)
	} else {
		difference.Star(mid, mid, e.flux, fwhm)
	}
	noise := fluxOf(e.limit) / threshold / (1.5 * fwhm)
	difference.Noise(r, noise)
	science := template.Clone()
	science.Add(difference)
	template.Noise(r, noise/4)
	variance := stamp.New(lsstSide)
	variance.Offset(noise * noise)
	a.CutoutDifference = difference.LSST(frame, variance, fwhm, lsstPSF)
	a.CutoutScience = science.LSST(frame, variance, fwhm, lsstPSF)
	variance.Offset(noise*noise/16 - noise*noise)
	a.CutoutTemplate = template.LSST(frame, variance, fwhm, lsstRefPSF)
}
