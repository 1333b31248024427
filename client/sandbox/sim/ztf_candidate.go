package sim

import (
	"math"
	"math/rand/v2"

	"github.com/mwvgroup/pgb/client/sandbox/sim/packet"
)

// candidate gives the detection that causes the alert: what previous says of it,
// and what only the newest detection tells.
func (s *Sky) candidate(r *rand.Rand, t *todo, past []epoch, candid int64) packet.Candidate {
	o, e := t.object, &t.epoch
	p := s.previous(o, e)
	c := packet.Candidate{
		Jd: p.Jd, Fid: p.Fid, Pid: p.Pid, Diffmaglim: p.Diffmaglim, Programpi: p.Programpi, Programid: p.Programid,
		Candid: candid, Isdiffpos: "t", Tblid: p.Tblid, Nid: p.Nid, Rcid: p.Rcid, Field: p.Field,
		Xpos: p.Xpos, Ypos: p.Ypos, RA: *p.RA, Dec: *p.Dec, Magpsf: *p.Magpsf, Sigmapsf: *p.Sigmapsf, Chipsf: p.Chipsf,
		Magap: p.Magap, Sigmagap: p.Sigmagap, Distnr: p.Distnr, Magnr: p.Magnr, Sigmagnr: p.Sigmagnr, Chinr: p.Chinr,
		Sharpnr: p.Sharpnr, Sky: p.Sky, Magdiff: p.Magdiff, Fwhm: p.Fwhm, Classtar: p.Classtar, Mindtoedge: p.Mindtoedge,
		Magfromlim: p.Magfromlim, Seeratio: p.Seeratio, Aimage: p.Aimage, Bimage: p.Bimage, Aimagerat: p.Aimagerat,
		Bimagerat: p.Bimagerat, Elong: p.Elong, Nneg: p.Nneg, Nbad: p.Nbad, Rb: p.Rb, Sumrat: p.Sumrat,
		Magapbig: p.Magapbig, Sigmagapbig: p.Sigmagapbig, Ranr: *p.Ranr, Decnr: *p.Decnr, Scorr: p.Scorr,
		Magzpsci: p.Magzpsci, Magzpsciunc: p.Magzpsciunc, Magzpscirms: p.Magzpscirms, Clrcoeff: p.Clrcoeff,
		Clrcounc: p.Clrcounc, Rbversion: p.Rbversion,
	}
	if e.flux < 0 {
		c.Isdiffpos = "f"
	}
	m := ztfImage(e.visit, s.quadrant(o, e.visit))
	c.Pdiffimfilename = some(m.name)
	s.survey(&c, r, o, past)
	c.Rfid, c.Nframesref = m.rfid, int32(15+r.IntN(25))
	c.Jdstartref, c.Jdendref = jdOfMJD+58178.45, jdOfMJD+58390.12
	c.Tooflag, c.Exptime = num(0), f32(ztfExposure)
	c.Nmatches = int32(400 + r.IntN(2000))
	c.Zpclrcov, c.Zpmed = f32(-4e-6), f32(float64(*p.Magzpsci)+0.07)
	c.Clrmed, c.Clrrms = f32(0.6+0.1*r.NormFloat64()), f32(0.2)
	snr := e.snr()
	c.Dsnrms, c.Ssnrms = f32(snr*1.1), f32(snr*1.1+20*r.Float64())
	c.Dsdiff = f32(float64(*c.Dsnrms) - float64(*c.Ssnrms))
	c.Drb, c.Drbversion = f32(1-0.02*r.Float64()-0.2*math.Exp(-snr/6)*r.Float64()), "d6_m7"
	if o.Kind == Artefact {
		c.Drb = f32(0.3 * r.Float64())
	}
	c.Ssdistnr, c.Ssmagnr, c.Ssnamenr = f32(noValue), f32(noValue), some("null")
	if o.Kind == Asteroid {
		body := o.orbit.at(e.mjd)
		c.Ssdistnr, c.Ssmagnr = f32(math.Abs(0.4*r.NormFloat64())), f32(math.Round(body.mag*10)/10)
		c.Ssnamenr = some(o.orbit.readable())
	}
	s.catalogue(&c, r, o)
	return c
}

// survey sets what counts over the whole survey: detections, coverage, dates.
func (s *Sky) survey(c *packet.Candidate, r *rand.Rand, o *Object, past []epoch) {
	rec := &o.seen[ztf]
	c.Ndethist, c.Ncovhist = 1, 1
	first := c.Jd
	if o.Kind == Asteroid {
		c.Ncovhist = int32(300 + r.IntN(700))
	} else {
		c.Ndethist += int32(rec.detections)
		c.Ncovhist = 500 + int32(mix(o.num)%500) + int32(len(past))
		if rec.detections > 0 {
			first = rec.firstMJD + jdOfMJD
		}
		for i := range past {
			if past[i].detected {
				c.Ndethist++
				first = math.Min(first, past[i].mjd-ztfExposure/2/86400+jdOfMJD)
			}
		}
	}
	if !o.Kind.transient() && o.Kind != Asteroid {
		first -= 900 // fixed objects were there before the history that is kept
		c.Ndethist += int32(30 + mix(o.num)%200)
	}
	if o == s.special {
		first = jdOfMJD + 59396.31 // one detection in 2021 gave it its name
		c.Ndethist++
	}
	c.Jdstarthist, c.Jdendhist = some(round7(first)), some(c.Jd)
}

// catalogue sets the neighbours in the catalogues of stars and galaxies.
func (s *Sky) catalogue(c *packet.Candidate, r *rand.Rand, o *Object) {
	near, score := neighbour(o)
	field := generator(s.seed, forStamp, o.num, 9)
	base := int64(CandidBase) + int64(mix(s.seed, forStamp, o.num)%uint64(idSpan))
	red := magOf(reference(o, 2))
	c.Objectidps1, c.Distpsnr1, c.Sgscore1 = some(base), f32(near), f32(score)
	c.Sgmag1, c.Srmag1, c.Simag1, c.Szmag1 = f32(red+0.5), f32(red), f32(red-0.15), f32(red-0.2)
	second, third := near+2+5*field.Float64(), near+8+9*field.Float64()
	red = 19 + 3*field.Float64()
	c.Objectidps2, c.Distpsnr2, c.Sgscore2 = some(base+1), f32(second), f32(field.Float64())
	c.Sgmag2, c.Srmag2, c.Simag2, c.Szmag2 = f32(red+0.9), f32(red), f32(red-0.4), f32(red-0.6)
	red = 19 + 3*field.Float64()
	c.Objectidps3, c.Distpsnr3, c.Sgscore3 = some(base+2), f32(third), f32(field.Float64())
	c.Sgmag3, c.Srmag3, c.Simag3, c.Szmag3 = f32(red+0.7), f32(red), f32(red-0.3), f32(noValue)
	c.Nmtchps = int32(3 + field.IntN(18))
	c.Neargaia, c.Maggaia = f32(near+3+20*field.Float64()), f32(16+4*field.Float64())
	c.Neargaiabright, c.Maggaiabright = f32(noValue), f32(noValue)
	if o.Kind.stellar() {
		c.Neargaia, c.Maggaia = f32(near*0.9), f32(magOf(reference(o, 2)))
	}
	if o.Kind == Asteroid && r.Float64() < 0.4 {
		c.Objectidps1, c.Distpsnr1, c.Sgscore1 = some(int64(noValue)), f32(noValue), f32(noValue)
		c.Sgmag1, c.Srmag1, c.Simag1, c.Szmag1 = f32(noValue), f32(noValue), f32(noValue), f32(noValue)
		c.Objectidps2, c.Distpsnr2, c.Sgscore2 = c.Objectidps1, c.Distpsnr1, c.Sgscore1
		c.Objectidps3, c.Distpsnr3, c.Sgscore3 = c.Objectidps1, c.Distpsnr1, c.Sgscore1
		c.Nmtchps = 0
	}
}
