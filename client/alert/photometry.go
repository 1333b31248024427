package alert

import (
	"math"
	"strconv"

	"github.com/mwvgroup/pgb/client/field"
)

// lightPlan reads all photometry of an alert: the trigger, and the lists of
// earlier and forced epochs.
type lightPlan struct {
	projector projector
	trigger   *epochPlan
	lists     []listPlan
}

// listPlan reads one list of epochs.
type listPlan struct {
	epoch *epochPlan
	kind  string
	in    []int // lists of the projection: alternatives, the first with records counts
	width int   // fields of a record
}

// The kinds of history in the registry.
const (
	historyForced = "forced"
	historyLimit  = "limit"
)

func newLightPlan(r *Reader, pk packet) (*lightPlan, error) {
	p := pk.payload
	at := p.placeOf(pk.line)
	kind := p.hints(at, r.typesOf(p, pk.schema))
	to := newSlots(kind)
	plan := &lightPlan{trigger: newEpochPlan(&p.layout.Trigger, &p.sentinels, needAll, to, at.alert)}
	plan.trigger.wantIdentity(to, at.alert)
	if len(p.layout.Trigger.SourceID) == 0 {
		plan.trigger.sourceID = to.add(crossed(at.alert, p.layout.SourceID))
	}
	wanted := to.wanted()
	for i := range p.layout.History {
		h := &p.layout.History[i]
		paths := crossed(at.alert, h.List)
		fields := newSlots(func(path field.Path) field.Kind { return kindIn(paths, path, kind) })
		list := listPlan{kind: h.Kind, epoch: newEpochPlan(&h.Point, &p.sentinels, needAll, fields, nil)}
		list.epoch.wantIdentity(fields, nil)
		list.width = len(fields.scalars)
		for _, path := range paths {
			list.in = append(list.in, len(wanted.Lists))
			wanted.Lists = append(wanted.Lists, field.List{Path: path, Fields: fields.scalars})
		}
		plan.lists = append(plan.lists, list)
	}
	var err error
	plan.projector, err = newProjector(pk, wanted)
	return plan, err
}

// Photometry gives the light curve that an alert carries, sorted by time: its
// trigger, earlier detections, forced photometry and limits, each epoch once. A
// detection and a forced measurement on the same image are one point, which is
// the detection, filled up from the forced one. Points without a time stand last.
func (r *Reader) Photometry(m *Message) ([]Point, error) {
	s := r.borrow()
	defer r.giveBack(s)
	pk, err := r.open(m, s)
	if err != nil {
		return nil, err
	}
	plan, ok := r.lights.get(pk.key())
	if !ok {
		if plan, err = newLightPlan(r, pk); err != nil {
			return nil, failed(m, r.schemaName(pk), "the photometry cannot be picked out", err)
		}
		r.lights.put(pk.key(), plan)
	}
	if err := plan.projector.Project(pk.body, &s.projection); err != nil {
		return nil, failed(m, r.schemaName(pk), "the packet cannot be read", err)
	}
	return plan.points(s), nil
}

func (p *lightPlan) points(s *scratch) []Point {
	if p.trigger.isBlind() {
		return nil
	}
	points := make([]Point, 0, p.most(&s.projection))
	p.trigger.read(s.projection.Values, &s.epoch)
	if trigger := p.trigger.asPoint(s.projection.Values, &s.epoch); trigger.isMeasured() {
		trigger.Trigger = true
		points = append(points, trigger)
	}
	for i := range p.lists {
		list := &p.lists[i]
		for _, at := range list.in {
			cells := s.projection.Lists[at]
			if len(cells) == 0 || list.width == 0 {
				continue
			}
			for ; len(cells) >= list.width; cells = cells[list.width:] {
				if point, ok := list.read(cells[:list.width], s); ok {
					points = append(points, point)
				}
			}
			break
		}
	}
	return joined(points)
}

// most is how many points there may be.
func (p *lightPlan) most(of *field.Projection) int {
	most := 1
	for i := range p.lists {
		for _, at := range p.lists[i].in {
			if n := len(of.Lists[at]); n > 0 && p.lists[i].width > 0 {
				most += n / p.lists[i].width
				break
			}
		}
	}
	return most
}

// read makes a point of a record; ok is false for one that does not count.
func (l *listPlan) read(values []field.Value, s *scratch) (point Point, ok bool) {
	if !l.epoch.isGood(values) {
		return point, false
	}
	l.epoch.read(values, &s.epoch)
	point = l.epoch.asPoint(values, &s.epoch)
	detected, known := s.epoch[qDetected].Bool()
	switch {
	case l.kind == historyForced:
		point.Kind = Forced
	case l.kind == historyLimit || known && !detected:
		point.Kind = Limit
	}
	switch point.Kind {
	case Forced:
		ok = !math.IsNaN(point.Flux) || !math.IsNaN(point.Mag)
	case Limit:
		ok = !math.IsNaN(point.LimMag)
	default:
		ok = true
	}
	return point, ok
}

// asPoint makes a point of an epoch.
func (e *epochPlan) asPoint(values []field.Value, from *epoch) Point {
	number := func(q quantity) float64 {
		// The shortest decimal of a 32-bit float, as rows print it.
		if f, ok := from[q].Decimal(); ok {
			return f
		}
		return math.NaN()
	}
	p := Point{
		MJD: number(qMJD), Band: from[qBand].String(), RA: number(qRA), Dec: number(qDec),
		Flux: number(qFlux), FluxErr: number(qFluxErr), Mag: number(qMag), MagErr: number(qMagErr),
		FluxTotal: number(qFluxTotal), MagTotal: number(qMagTotal), LimMag: number(qLimMag), SNR: number(qSNR),
	}
	p.SourceID = idString(e.sourceID.firstID(values, e.sentinels))
	p.Visit, _ = e.visit.first(values, e.sentinels).Int()
	p.Detector, _ = e.detec.first(values, e.sentinels).Int()
	return p
}

// idString gives an id as text; the integer 0 and empty text are none.
func idString(v field.Value) string {
	switch v.Kind() {
	case field.Int:
		if i, _ := v.Int(); i != 0 {
			return strconv.FormatInt(i, 10)
		}
	case field.Text:
		if text := string(v.Text()); text != "0" {
			return text
		}
	}
	return ""
}

// isBlind says whether a layout has no photometry at all.
func (e *epochPlan) isBlind() bool { return len(e.point.Flux) == 0 && len(e.point.Mag) == 0 }

// isMeasured says whether there is anything of an epoch at all.
func (p *Point) isMeasured() bool {
	return !math.IsNaN(p.MJD) || !math.IsNaN(p.Flux) || !math.IsNaN(p.Mag)
}

// kindIn gives the kind of a field of the records of one of some lists, of which
// a packet has one.
func kindIn(lists []field.Path, path field.Path, kind func(field.Path) field.Kind) field.Kind {
	for _, list := range lists {
		if k := kind(list.Join(path)); k != field.Missing {
			return k
		}
	}
	return field.Missing
}
