package alert

import (
	"cmp"
	"math"
	"slices"
)

// Curve gathers the photometry that many alerts tell of one object, each epoch
// once. Its points do not depend on the order in which the alerts are added. The
// zero Curve is empty. It grows with the number of epochs, not of alerts.
//
// Epochs are joined as within one alert ([Reader.Photometry]): by source id, by
// visit and detector, or by band and time. Where several alerts tell the same
// epoch, the better kind counts (detection, then forced, then limit), then the
// newest alert, then an alert's own trigger; what that one does not say is taken
// from the best of the others that does.
type Curve struct {
	told  []telling
	index map[tellingKey]int
}

// tellingKey is what repeated tellings of one measurement have in common.
type tellingKey struct {
	kind            PointKind
	sourceID, band  string
	visit, detector int64
	mjd             uint64 // bits
}

// telling is a measurement as the alerts tell it.
type telling struct {
	Point
	by   [len(aspects)]teller // who told each aspect
	best teller               // of all who told anything
}

// teller is the alert that told something, by its rank.
type teller struct {
	from    float64 // MJD; -Inf when not known
	trigger bool
}

// compareTellers puts who is to be believed rather first.
func compareTellers(a, b teller) int {
	return cmp.Or(cmp.Compare(b.from, a.from), boolInt(b.trigger)-boolInt(a.trigger))
}

// Add adds the points of one alert. from is the alert's time (MJD UTC), NaN when
// not known.
func (c *Curve) Add(points []Point, from float64) {
	if math.IsNaN(from) {
		from = math.Inf(-1)
	}
	if c.index == nil {
		c.index = make(map[tellingKey]int, len(points))
	}
	for i := range points {
		c.add(&points[i], from)
	}
}

func (c *Curve) add(p *Point, from float64) {
	by := teller{from, p.Trigger}
	key := tellingKey{p.Kind, p.SourceID, p.Band, p.Visit, p.Detector, math.Float64bits(p.MJD)}
	if p.MJD != p.MJD {
		key.mjd = math.Float64bits(math.NaN())
	}
	i, ok := c.index[key]
	if !ok {
		i = len(c.told)
		c.index[key] = i
		c.told = append(c.told, telling{Point: unknownPoint(p.Kind), best: by})
	}
	c.told[i].hear(p, by)
}

// hear takes what another alert tells of the same measurement, where that alert
// is to be believed rather or nobody has told it yet.
func (t *telling) hear(p *Point, by teller) {
	for i := range aspects {
		a := &aspects[i]
		if !a.known(p) {
			continue
		}
		order := compareTellers(by, t.by[i])
		if !a.known(&t.Point) || order < 0 || order == 0 && a.compare(p, &t.Point) > 0 {
			a.take(&t.Point, p)
			t.by[i] = by
		}
	}
	t.Trigger = t.Trigger || by.trigger
	if compareTellers(by, t.best) < 0 {
		t.best = by
	}
}

// Points gives the light curve, sorted by time; points without a time stand
// last. A point is a trigger where it caused any of the alerts.
func (c *Curve) Points() []Point {
	order := make([]*telling, len(c.told))
	for i := range c.told {
		order[i] = &c.told[i]
	}
	slices.SortFunc(order, compareTellings)
	points := make([]Point, len(order))
	for i, t := range order {
		points[i] = t.Point
	}
	return joinedInOrder(points)
}

// compareTellings puts what is preferred first; only equal points are equal.
func compareTellings(a, b *telling) int {
	if order := cmp.Or(cmp.Compare(a.Kind, b.Kind), compareTellers(a.best, b.best), compareTrigger(&a.Point, &b.Point)); order != 0 {
		return order
	}
	for i := range aspects {
		if order := aspects[i].compare(&b.Point, &a.Point); order != 0 {
			return order
		}
	}
	return 0
}

// unknownPoint is a point of which only the kind is known.
func unknownPoint(kind PointKind) Point {
	nan := math.NaN()
	return Point{
		Kind: kind, MJD: nan, Flux: nan, FluxErr: nan, Mag: nan, MagErr: nan, FluxTotal: nan, MagTotal: nan,
		LimMag: nan, SNR: nan, RA: nan, Dec: nan,
	}
}
