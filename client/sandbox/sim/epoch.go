package sim

import "math"

// epoch is what a survey measured of an object in one visit.
type epoch struct {
	visit
	flux, err float64 // on the difference image, nJy
	truth     float64 // without noise
	detected  bool
	ra, dec   float64 // of the detection, degree
	ref       float64 // flux in the template, nJy
}

func (e *epoch) snr() float64 { return math.Abs(e.flux) / e.err }

const (
	threshold = 5.0   // sigma, of a detection
	historyOf = 372   // nights that a history can reach back
	calib     = 0.006 // of the total flux: what image subtraction leaves
)

// measure gives what a survey measures in a visit, the same each time.
func (s *Sky) measure(v survey, o *Object, x visit) epoch {
	r := generator(s.seed, forMeasure, uint64(v), o.num, math.Float64bits(x.mjd))
	e := epoch{visit: x, ra: o.RA, dec: o.Dec}
	if o.Kind == Asteroid {
		body := o.orbit.at(x.mjd)
		e.ra, e.dec = body.ra, body.dec
		e.truth = fluxOf(body.mag + rockColour[x.band])
	} else {
		e.ref = o.reference(x.band)
		e.truth = o.difference(s, x.band, x.mjd)
	}
	sky := fluxOf(x.limit) / threshold
	total := math.Max(0, e.ref+e.truth)
	e.err = math.Sqrt(sky*sky + total*sky*0.01 + calib*calib*total*total)
	if o.Kind == Artefact && r.Float64() < 0.5 {
		e.truth = math.Copysign(e.err*(6+30*r.Float64()*r.Float64()), r.Float64()-0.4)
	}
	e.flux = e.truth + e.err*r.NormFloat64()
	e.detected = e.snr() >= threshold && r.Float64() > 0.02
	blur := (x.seeing/2.35/e.snr() + 0.015) / 3600
	if v == ztf {
		blur += 0.04 / 3600
	}
	e.ra += blur * r.NormFloat64() / math.Cos(e.dec*degree)
	e.dec += blur * r.NormFloat64()
	if o.Kind == Artefact {
		e.ra += 0.3 / 3600 * r.NormFloat64()
	}
	return e
}

// record is what a survey has measured of an object, night after night.
type record struct {
	epochs     []epoch
	begun      bool
	next       int     // first night that is not in epochs
	detections int     // before the epochs kept
	firstMJD   float64 // of the first detection ever
}

// history gives all that a survey measured of a fixed object up to a time,
// ascending, for at least a year.
func (s *Sky) history(v survey, o *Object, until float64) []epoch {
	rec := &o.seen[v]
	night := int(until)
	if !rec.begun {
		rec.begun, rec.next = true, night-historyOf
	}
	field := fieldOf(o.RA, o.Dec)
	for ; rec.next <= night; rec.next++ {
		if !v.sees(rec.next, o.RA, o.Dec) {
			continue
		}
		s.buffer = s.visits(s.buffer, v, field, rec.next)
		for _, x := range s.buffer {
			rec.epochs = append(rec.epochs, s.measure(v, o, x))
		}
	}
	rec.trim(night)
	n := len(rec.epochs)
	for n > 0 && rec.epochs[n-1].mjd > until {
		n--
	}
	return rec.epochs[:n]
}

// trim forgets epochs that no history shows any more, now and then.
func (rec *record) trim(night int) {
	const slack = 100
	if len(rec.epochs) == 0 || rec.epochs[0].mjd > float64(night-historyOf-slack) {
		return
	}
	k := 0
	for k < len(rec.epochs) && rec.epochs[k].mjd < float64(night-historyOf) {
		if rec.epochs[k].detected {
			if rec.detections == 0 {
				rec.firstMJD = rec.epochs[k].mjd
			}
			rec.detections++
		}
		k++
	}
	rec.epochs = append([]epoch(nil), rec.epochs[k:]...)
}
