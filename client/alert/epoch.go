package alert

import (
	"math"
	"slices"
	"strconv"

	"github.com/mwvgroup/pgb/client/field"
	"github.com/mwvgroup/pgb/client/registry"
	"github.com/mwvgroup/pgb/client/sky"
)

// epochPlan reads one photometric epoch from the slots of a record, as a
// layout's Point says.
type epochPlan struct {
	point     *registry.Point
	sentinels *sentinels
	needs     needs
	scale     float64 // nJy in one unit of flux, 0 where zeroPoint says it

	ra, dec, time, exposure, band                        ref
	flux, fluxErr, zeroPoint, mag, magErr, sign          ref
	snr, limit, detected, total, totalErr, refMag        ref
	refMagErr, refDistance, sourceID, visit, detec, good ref

	bands map[string]field.Value
}

// newEpochPlan wants the fields of a point. The paths it adds are below the
// prefixes and the point's own record.
func newEpochPlan(p *registry.Point, s *sentinels, want needs, to *slots, prefixes []field.Path) *epochPlan {
	below := crossed(prefixes, p.Record)
	if len(p.Record) == 0 {
		below = prefixes
	}
	add := func(paths registry.Paths) ref { return to.add(crossed(below, paths)) }

	e := &epochPlan{point: p, sentinels: s, needs: want, scale: fluxScale(p.ZeroPoint)}
	if want&needTime != 0 {
		e.time, e.exposure = add(p.Time.Path), add(p.Time.Exposure)
	}
	if want&needPlace != 0 {
		e.ra, e.dec, e.band = add(p.RA), add(p.Dec), add(p.Band.Path)
		e.limit, e.detected = add(p.LimitMag), add(one(p.Detected))
		e.bands = bandValues(p.Band.Names)
	}
	if want&(needBrightness|needTotal) != 0 {
		e.flux, e.fluxErr = add(p.Flux), add(p.FluxErr)
		e.mag, e.magErr, e.sign = add(p.Mag), add(p.MagErr), add(p.Sign.Path)
		e.snr = add(p.SNR)
		if len(p.ZeroPointPath) > 0 {
			e.zeroPoint, e.scale = add(one(p.ZeroPointPath)), 0
		}
	}
	if want&needTotal != 0 {
		e.total, e.totalErr = add(p.TotalFlux), add(p.TotalFluxErr)
		e.refMag, e.refMagErr, e.refDistance = add(one(p.RefMag)), add(one(p.RefMagErr)), add(one(p.RefDistance))
	}
	return e
}

// wantIdentity adds the fields by which epochs are told apart and joined.
func (e *epochPlan) wantIdentity(to *slots, prefixes []field.Path) {
	below := crossed(prefixes, e.point.Record)
	if len(e.point.Record) == 0 {
		below = prefixes
	}
	add := func(paths registry.Paths) ref { return to.add(crossed(below, paths)) }
	e.sourceID, e.visit, e.detec = add(e.point.SourceID), add(one(e.point.Visit)), add(one(e.point.Detector))
	e.good = add(one(e.point.Good.Path))
}

// fluxScale gives the nJy in one unit of a flux with an AB zero point.
func fluxScale(zeroPoint float64) float64 {
	if zeroPoint == 0 || zeroPoint == sky.ABZeroPoint {
		return 1
	}
	return math.Pow(10, 0.4*(sky.ABZeroPoint-zeroPoint))
}

func bandValues(names map[string]string) map[string]field.Value {
	values := make(map[string]field.Value, len(names))
	for from, to := range names {
		values[from] = field.OfString(to)
	}
	return values
}

// read fills an epoch from the values of a record.
func (e *epochPlan) read(values []field.Value, out *epoch) {
	*out = epoch{}
	if e.needs&needPlace != 0 {
		out[qRA], out[qDec] = e.ra.first(values, e.sentinels), e.dec.first(values, e.sentinels)
		out[qLimMag] = e.limit.first(values, e.sentinels)
		out[qBand] = e.readBand(values)
		out[qDetected] = e.readDetected(values)
	}
	if e.needs&needTime != 0 {
		out[qMJD] = field.OfFloat64(e.readTime(values))
	}
	if e.needs&(needBrightness|needTotal) != 0 {
		e.readBrightness(values, out)
	}
}

func (e *epochPlan) readBand(values []field.Value) field.Value {
	v := e.band.first(values, e.sentinels)
	var buf [20]byte
	text := textOf(v, buf[:0])
	if named, ok := e.bands[string(text)]; ok {
		return named
	}
	if v.Kind() == field.Int {
		return field.OfString(string(text))
	}
	return v
}

func (e *epochPlan) readDetected(values []field.Value) field.Value {
	if len(e.detected) > 0 {
		return field.OfBool(!e.detected.first(values, e.sentinels).IsMissing())
	}
	if e.isBlind() {
		return field.Value{}
	}
	return field.OfBool(true)
}

// readTime gives the middle of the exposure as an MJD on UTC, NaN when it is
// missing.
func (e *epochPlan) readTime(values []field.Value) float64 {
	v := e.time.first(values, e.sentinels)
	if v.Kind() == field.Text {
		t, err := sky.ParseISO(string(v.Text()))
		if err != nil {
			return math.NaN()
		}
		return sky.MJDFromTime(t)
	}
	day, ok := v.Float()
	if !ok {
		return math.NaN()
	}
	exposure, ok := e.exposure.first(values, e.sentinels).Float()
	if !ok || exposure <= 0 {
		exposure = e.point.Time.DefaultExposure
	}
	switch e.point.Time.Scale {
	case "jd_utc":
		day -= sky.MJDZero
	case "mjd_tai":
		day = sky.MJDFromTAI(day)
	}
	return day + exposure/2/86400
}

// textOf gives a value as the registry spells it: text as it is, integers as
// digits, booleans as true and false. Other kinds have no such spelling.
func textOf(v field.Value, buf []byte) []byte {
	switch v.Kind() {
	case field.Text:
		return v.Text()
	case field.Int:
		i, _ := v.Int()
		return strconv.AppendInt(buf, i, 10)
	case field.Bool:
		b, _ := v.Bool()
		return strconv.AppendBool(buf, b)
	default:
		return nil
	}
}

// isGood says whether a record counts at all.
func (e *epochPlan) isGood(values []field.Value) bool {
	if len(e.good) == 0 {
		return true
	}
	var buf [20]byte
	return slices.Contains(e.point.Good.Values, string(textOf(e.good.first(values, e.sentinels), buf[:0])))
}
