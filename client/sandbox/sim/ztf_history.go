package sim

import (
	"math"

	"github.com/mwvgroup/pgb/client/sandbox/sim/packet"
)

const rbVersion = "t17_f5_c3"

// previous gives a measurement as a row of prv_candidates: a detection with its
// properties, or a limit.
func (s *Sky) previous(o *Object, e *epoch) packet.PrvCandidate {
	q := s.quadrant(o, e.visit)
	m := ztfImage(e.visit, q)
	r := generator(s.seed, forMeasure, o.num, math.Float64bits(e.mjd), 1)
	p := packet.PrvCandidate{
		Jd: m.jd, Fid: int32(e.band), Pid: m.pid, Diffmaglim: f32(e.limit),
		Pdiffimfilename: some(m.dir + m.name + ".fz"), Programpi: some("Simulation"), Programid: 1,
		Nid: some(m.nid), Rcid: num(q.rcid), Field: some(m.field),
		Magzpsci: f32(m.zp), Magzpsciunc: f32(3e-6 * (1 + r.Float64())), Magzpscirms: f32(0.02 + 0.02*r.Float64()),
		Clrcoeff: f32(0.11 - 0.07*float64(2-e.band) + 0.01*r.NormFloat64()), Clrcounc: f32(5e-6 * (1 + r.Float64())),
		Rbversion: rbVersion,
	}
	if !e.detected {
		return p
	}
	snr := e.snr()
	mag := magOf(math.Abs(e.flux))
	near, _ := neighbour(o)
	wide := 1 + 0.04*math.Abs(r.NormFloat64())
	rb := 1 - 0.35*r.Float64()*r.Float64() - 1.2/snr
	nneg, nbad := r.IntN(4), 0
	p.Candid = some(sourceID(CandidBase, e.mjd, q.rcid, o.num))
	p.Isdiffpos = some("t")
	if e.flux < 0 {
		p.Isdiffpos = some("f")
	} else if r.Float64() < 0.1 {
		p.Isdiffpos = some("1")
	}
	magdiff := 0.03*r.NormFloat64() + 0.02*r.NormFloat64()*math.Min(3, 20/snr)
	fwhm := e.seeing / ztfScale * (1 + 0.05*r.NormFloat64())
	if o.Kind == Artefact {
		rb = 0.05 + 0.5*r.Float64()
		wide = 1.15 + 0.8*r.Float64()
		nneg, nbad = 8+r.IntN(15), r.IntN(4)
		magdiff *= 6
	}
	half := fwhm / 2.35 * (0.75 + 0.2*r.Float64())
	p.Tblid = some(int64(o.num % 40))
	p.Xpos, p.Ypos = f32(q.x), f32(q.y)
	p.RA, p.Dec = some(round7(e.ra)), some(round7(e.dec))
	p.Magpsf, p.Sigmapsf = f32(mag), f32(magError/snr)
	p.Chipsf = f32(1 + 0.4*math.Abs(r.NormFloat64()) + math.Pow(snr/80, 2))
	p.Magap, p.Sigmagap = f32(mag+magdiff), f32(magError/snr*0.8)
	p.Magapbig, p.Sigmagapbig = f32(mag+magdiff-0.02*r.Float64()), f32(magError/snr)
	p.Magdiff = f32(magdiff)
	p.Distnr, p.Magnr, p.Sigmagnr = f32(near), f32(magOf(reference(o, e.band))), f32(0.01+0.02*r.Float64())
	p.Chinr, p.Sharpnr = f32(0.3+0.5*r.Float64()), f32(0.05*r.NormFloat64())
	p.Sky, p.Fwhm, p.Elong = f32(0.8*r.NormFloat64()), f32(fwhm), f32(wide)
	p.Classtar = f32(0.95 + 0.05*r.Float64())
	p.Mindtoedge = f32(math.Min(math.Min(q.x, ztfDetector-q.x), math.Min(q.y, ztfDetector-q.y)))
	p.Magfromlim, p.Seeratio = f32(e.limit-mag), f32(e.seeing/2.0)
	p.Aimage, p.Bimage = f32(half*wide), f32(half)
	p.Aimagerat, p.Bimagerat = f32(half*wide/fwhm), f32(half/fwhm)
	p.Nneg, p.Nbad = num(nneg), num(nbad)
	p.Rb = f32(math.Max(0.01, math.Min(0.999, rb)))
	p.Sumrat = f32(1 - 0.1*r.Float64()*float64(nneg)/4)
	dy, dx := math.Sincos(o.hostPA)
	p.Ranr = some(round7(e.ra + near*dx/3600/math.Cos(e.dec*degree)))
	p.Decnr = some(round7(e.dec + near*dy/3600))
	p.Scorr = some(snr * (0.9 + 0.1*r.Float64()))
	return p
}

func round7(x float64) float64 { return math.Round(x*1e7) / 1e7 }

// neighbour gives the distance (arcsec) to the nearest source of the reference
// and the star-galaxy score of the nearest catalogued one (1 is a star).
func neighbour(o *Object) (arcsec, score float64) {
	h := chance(forStamp, o.num, 3)
	switch {
	case o.Kind == Asteroid:
		return 4 + 18*h, h
	case o.Kind.transient():
		return o.hostSep, 0.02 + 0.25*h
	case o.Kind == ActiveGalaxy:
		return 0.1 + 0.3*h, 0.05 + 0.4*h
	}
	return 0.1 + 0.5*h, 0.9 + 0.099*h
}

// reference gives the flux (nJy) of the nearest source of the reference image.
func reference(o *Object, band int) float64 {
	switch {
	case o.Kind.transient():
		return fluxOf(o.host + hostColour[band])
	case o.Kind == Asteroid:
		return fluxOf(19.5 + starColour[band])
	}
	return o.reference(band)
}

// forcedZTF gives a measurement as a row of fp_hists, in DN: every visit has
// one, some of them without a value.
func (s *Sky) forcedZTF(o *Object, e *epoch) packet.ForcedPhotometry {
	q := s.quadrant(o, e.visit)
	m := ztfImage(e.visit, q)
	r := generator(s.seed, forForced, o.num, math.Float64bits(e.mjd))
	near, _ := neighbour(o)
	dn := math.Pow(10, 0.4*(m.zp-zeroPoint))
	p := packet.ForcedPhotometry{
		Field: some(m.field), Rcid: num(q.rcid), Fid: int32(e.band), Pid: m.pid, Rfid: m.rfid,
		Sciinpseeing: f32(e.seeing / ztfScale), Scibckgnd: f32(90 + 150*r.Float64()), Scisigpix: f32(7 + 4*r.Float64()),
		Magzpsci: f32(m.zp), Magzpsciunc: f32(3e-6 * (1 + r.Float64())), Magzpscirms: f32(0.02 + 0.02*r.Float64()),
		Clrcoeff: f32(0.1 - 0.07*float64(2-e.band)), Clrcounc: f32(5e-6 * (1 + r.Float64())), Exptime: f32(ztfExposure),
		Adpctdif1: f32(0.03 + 0.06*r.Float64()), Adpctdif2: f32(0.04 + 0.06*r.Float64()),
		Diffmaglim: f32(e.limit), Programid: 1, Jd: m.jd,
		Forcediffimflux: f32((e.flux + 0.3*e.err*r.NormFloat64()) * dn), Forcediffimfluxunc: f32(e.err * dn), Procstatus: some("0"),
		Distnr: f32(near), Ranr: round7(o.RA), Decnr: round7(o.Dec),
		Magnr: f32(magOf(reference(o, e.band))), Sigmagnr: f32(0.012), Chinr: f32(0.3 + 0.4*r.Float64()), Sharpnr: f32(0.03 * r.NormFloat64()),
	}
	luck := r.Float64()
	if o.num == maxNum-1 {
		luck *= 0.7 // the star of the show has a light curve to look at
	}
	switch {
	case luck > 0.93:
		p.Procstatus = some([]string{"56", "55"}[r.IntN(2)])
		p.Forcediffimflux, p.Forcediffimfluxunc = f32(noForced), f32(noForced)
	case luck > 0.6:
		p.Procstatus = some("61")
	}
	if luck > 0.8 {
		p.Distnr, p.Magnr, p.Sigmagnr, p.Chinr, p.Sharpnr = f32(noForced), f32(noForced), f32(noForced), f32(noForced), f32(noForced)
		p.Ranr, p.Decnr = noForced, noForced
	}
	return p
}
