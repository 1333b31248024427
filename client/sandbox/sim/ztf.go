package sim

import (
	"fmt"
	"math"
	"math/rand/v2"

	"github.com/mwvgroup/pgb/client/sandbox/sim/packet"
	"github.com/mwvgroup/pgb/client/sandbox/sim/stamp"
)

const (
	ztfExposure = 30.0 // s
	ztfWindow   = 30.0 // days of history in an alert
	ztfSide     = 63   // pixels of a stamp
	ztfScale    = 1.01 // arcsec per pixel
	ztfDetector = 3072 // pixels of a quadrant's side
	noValue     = -999 // ZTF's sentinel
	noForced    = -99999
	magError    = 2.5 / math.Ln10
)

// ccd is where an object falls in a ZTF exposure: quadrant and pixel, the same
// each time up to the pointing.
type ccd struct {
	rcid int
	x, y float64
}

func (s *Sky) quadrant(o *Object, x visit) ccd {
	h := mix(s.seed, forFields, o.num)
	r := generator(s.seed, forFields, o.num, math.Float64bits(x.mjd))
	at := func(u uint64) float64 {
		return min(ztfDetector-2, max(2, float64(u%ztfDetector)+6*r.NormFloat64()))
	}
	return ccd{rcid: int(h % 64), x: at(h >> 8), y: at(h >> 24)}
}

// image gives the names and numbers that ZTF gives an exposure's quadrant.
type image struct {
	jd        float64 // start
	pid       int64
	nid       int32
	rfid      int64
	field     int32
	name, dir string
	zp        float64
}

func ztfImage(x visit, q ccd) image {
	start := x.mjd - ztfExposure/2/86400
	night := int64(x.mjd)
	t := timeOf(start)
	field := int32(200 + x.field)
	stamp := fmt.Sprintf("%s%06d", t.Format("20060102"), int((x.mjd-float64(night))*1e6))
	m := image{
		jd: math.Round((start+jdOfMJD)*1e7) / 1e7, nid: int32(night - firstNight), field: field,
		pid:  sourceID(CandidBase, x.mjd, q.rcid, 0) / 100_000,
		rfid: int64(field)*1_000_000 + int64(q.rcid)*1000 + int64(x.band),
		zp:   26.25 + 0.08*math.Sin(float64(night)) - 0.05*float64(x.band),
	}
	m.name = fmt.Sprintf("ztf_%s_%06d_z%c_c%02d_o_q%d_scimrefdiffimg.fits", stamp, field, bandNames[x.band], q.rcid/4+1, q.rcid%4+1)
	m.dir = "/sim/archive/sci/" + t.Format("2006/0102/") + stamp[8:] + "/"
	return m
}

func some[T any](x T) *T     { return &x }
func f32(x float64) *float32 { y := float32(x); return &y }
func num(x int) *int32       { y := int32(x); return &y }

// ztfAlert makes the alert of a detection: the candidate, the last 30 days of
// the same place, forced photometry, and stamps.
func (s *Sky) ztfAlert(t *todo) *packet.ZTF {
	o := t.object
	a := &packet.ZTF{Schemavsn: packet.ZTFVersion, Publisher: "pgb sandbox (simulated)", ObjectID: o.ZTFName}
	var past []epoch
	if o.Kind == Asteroid {
		at := timeOf(t.epoch.mjd)
		a.ObjectID = ztfName(s.seed, at.Year()%100, fixedNames+min(at.YearDay()-1, nightsOfYear)*maxPerNight+t.name)
	} else {
		past = s.history(ztf, o, t.epoch.mjd-1e-6)
	}
	q := s.quadrant(o, t.epoch.visit)
	a.Candid = sourceID(CandidBase, t.epoch.mjd, q.rcid, o.num)
	r := generator(s.seed, forMeasure, uint64(a.Candid))
	a.Candidate = s.candidate(r, t, past, a.Candid)
	for i := range past {
		if e := &past[i]; e.mjd >= t.epoch.mjd-ztfWindow {
			a.PrvCandidates = append(a.PrvCandidates, s.previous(o, e))
			a.FpHists = append(a.FpHists, s.forcedZTF(o, e))
		}
	}
	r.Shuffle(len(a.FpHists), func(i, j int) { a.FpHists[i], a.FpHists[j] = a.FpHists[j], a.FpHists[i] })
	if !s.options.NoCutouts {
		s.ztfStamps(a, r, t, q)
	}
	return a
}

// ztfStamps draws science, template and difference of an object: its host or its
// star as in the template, the source as in the difference image.
func (s *Sky) ztfStamps(a *packet.ZTF, r *rand.Rand, t *todo, q ccd) {
	o, e := t.object, &t.epoch
	m := ztfImage(e.visit, q)
	dn := func(flux float64) float64 { return flux * math.Pow(10, 0.4*(m.zp-zeroPoint)) }
	mid := float64(ztfSide / 2)
	fwhm := e.seeing / ztfScale
	template := stamp.New(ztfSide)
	s.scenery(template, r, o, e, view{scale: ztfScale, fwhm: fwhm, unit: dn, onto: func(dx, dy float64) (x, y float64) { return dx, dy }})
	difference := stamp.New(ztfSide)
	if o.Kind == Artefact {
		difference.Star(mid+0.8, mid+0.5, dn(e.flux)*2, fwhm*0.7)
		difference.Star(mid-0.8, mid-0.4, -dn(e.flux)*1.6, fwhm*0.7)
	} else {
		difference.Star(mid, mid, dn(e.flux), fwhm)
	}
	noise := dn(fluxOf(e.limit)/threshold) / (1.7 * fwhm)
	difference.Noise(r, noise)
	science := template.Clone()
	science.Add(difference)
	science.Offset(200 + 40*r.Float64())
	template.Noise(r, noise/4)
	half := ztfSide / 2
	x0, x1 := half-int(q.x), half+ztfDetector-int(q.x)
	y0, y1 := half-int(q.y), half+ztfDetector-int(q.y)
	for _, m := range []*stamp.Image{science, difference} {
		m.Blank(x0, x1, y0, y1)
	}
	id := fmt.Sprintf("candid%d", a.Candid)
	pid := fmt.Sprintf("%s_pid%d_targ_", id, a.Candidate.Pid)
	a.CutoutScience = &packet.Cutout{FileName: pid + "sci.fits.gz", StampData: science.ZTF()}
	a.CutoutTemplate = &packet.Cutout{FileName: id + "_ref.fits.gz", StampData: template.ZTF()}
	a.CutoutDifference = &packet.Cutout{FileName: pid + "scimref.fits.gz", StampData: difference.ZTF()}
}
