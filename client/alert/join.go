package alert

import (
	"cmp"
	"math"
	"slices"
)

// sameInstant is how far apart two times of one exposure may be, in days (0.9
// s): shorter than any two exposures, longer than what rounding does.
const sameInstant = 1e-5

// joined joins the points of one alert, which come in order of preference
// within a kind: the trigger counts first, then detections, forced points and
// limits.
func joined(points []Point) []Point {
	j := newJoiner(points)
	ranks := [2 * kinds]int{}
	for i := range points {
		ranks[points[i].rank()]++
	}
	for rank, n := range ranks {
		for i := 0; n > 0; i++ {
			if points[i].rank() == rank {
				j.add(&points[i])
				n--
			}
		}
	}
	return j.sorted()
}

// kinds is how many kinds of points there are.
const kinds = int(Limit) + 1

// rank orders the points of one alert by preference.
func (p *Point) rank() int {
	if p.Trigger {
		return int(p.Kind)
	}
	return kinds + int(p.Kind)
}

// joinedInOrder makes one point of what was measured on one image, and sorts the
// points by time. The points come in order of preference.
//
// What repeats is known by its source id; a forced measurement and a limit
// belong to an image, which is known by visit and detector, or by band and time
// where one side does not say them. Two detections with ids of their own stay
// two points.
func joinedInOrder(points []Point) []Point {
	j := newJoiner(points)
	for i := range points {
		j.add(&points[i])
	}
	return j.sorted()
}

func compareTrigger(a, b *Point) int { return boolInt(b.Trigger) - boolInt(a.Trigger) }

// compareTimes sorts by time; what has none stands last.
func compareTimes(a, b float64) int {
	if math.IsNaN(a) || math.IsNaN(b) {
		return cmp.Compare(boolInt(math.IsNaN(a)), boolInt(math.IsNaN(b)))
	}
	return cmp.Compare(a, b)
}

func boolInt(b bool) int {
	if b {
		return 1
	}
	return 0
}

// image is one exposure of one detector.
type image struct{ visit, detector int64 }

// instant is a band and a cell of time.
type instant struct {
	band string
	cell int64
}

type joiner struct {
	points    []Point
	bySource  map[string]int
	byImage   map[image]int
	byInstant map[instant]int // nil where all points say their image
}

// newJoiner makes a joiner for these points and no others.
func newJoiner(points []Point) *joiner {
	j := &joiner{points: make([]Point, 0, len(points)), byImage: make(map[image]int, len(points))}
	sources := 0
	for i := range points {
		if points[i].SourceID != "" {
			sources++
		}
		if points[i].Visit == 0 && j.byInstant == nil {
			j.byInstant = make(map[instant]int, len(points))
		}
	}
	j.bySource = make(map[string]int, sources)
	return j
}

// add joins a point to one that is there, or adds it.
func (j *joiner) add(p *Point) {
	if i, ok := j.find(p); ok {
		j.points[i].fill(p)
		return
	}
	i := len(j.points)
	j.points = append(j.points, *p)
	if p.SourceID != "" {
		j.bySource[p.SourceID] = i
	}
	if p.Visit != 0 {
		if at := (image{p.Visit, p.Detector}); j.byImage[at] == 0 {
			j.byImage[at] = i + 1
		}
	}
	if j.isTimed(p) {
		for _, at := range p.instants() {
			if j.byInstant[at] == 0 {
				j.byInstant[at] = i + 1
			}
		}
	}
}

// find looks for the epoch of a point among those that are there.
func (j *joiner) find(p *Point) (int, bool) {
	if p.SourceID != "" {
		if i, ok := j.bySource[p.SourceID]; ok {
			return i, true
		}
	}
	if p.Visit != 0 {
		if i := j.byImage[image{p.Visit, p.Detector}] - 1; i >= 0 && j.points[i].sharesImage(p) {
			return i, true
		}
	}
	if j.isTimed(p) {
		for _, at := range p.instants() {
			if i := j.byInstant[at] - 1; i >= 0 && j.points[i].sharesImage(p) {
				return i, true
			}
		}
	}
	return 0, false
}

// isTimed says whether a point may be found by its time.
func (j *joiner) isTimed(p *Point) bool { return j.byInstant != nil && !math.IsNaN(p.MJD) }

// instants gives the keys under which an epoch may be found by its time. Times
// near the edge of a cell stand in both.
func (p *Point) instants() [3]instant {
	cell := int64(math.Floor(p.MJD / sameInstant))
	return [...]instant{{p.Band, cell}, {p.Band, cell - 1}, {p.Band, cell + 1}}
}

// sorted gives the points in the order of time.
func (j *joiner) sorted() []Point {
	if len(j.points) == 0 {
		return nil
	}
	compare := func(a, b *Point) int {
		return cmp.Or(compareTimes(a.MJD, b.MJD), cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.SourceID, b.SourceID))
	}
	order := make([]int32, len(j.points)) // a point is large
	for i := range order {
		order[i] = int32(i)
	}
	slices.SortFunc(order, func(a, b int32) int {
		if c := compare(&j.points[a], &j.points[b]); c != 0 {
			return c
		}
		return cmp.Compare(a, b)
	})
	points := make([]Point, len(order))
	for i, at := range order {
		points[i] = j.points[at]
	}
	return points
}

// sharesImage says whether two epochs are of one image.
func (p *Point) sharesImage(q *Point) bool {
	if p.SourceID != "" && q.SourceID != "" && p.SourceID != q.SourceID && p.Kind == Detection && q.Kind == Detection {
		return false
	}
	if p.Visit != 0 && q.Visit != 0 {
		return p.Visit == q.Visit && p.Detector == q.Detector
	}
	return p.Band == q.Band && math.Abs(p.MJD-q.MJD) < sameInstant
}

// fill takes from another measurement of the same epoch what is missing.
func (p *Point) fill(q *Point) {
	for i := range aspects {
		if a := &aspects[i]; !a.known(p) && a.known(q) {
			a.take(p, q)
		}
	}
	p.Trigger = p.Trigger || q.Trigger
}

// aspect is a part of a point that is known or missing as one, so that a value
// never comes from one measurement and its error from another.
type aspect struct {
	known   func(*Point) bool
	take    func(to, from *Point)
	compare func(a, b *Point) int // any order that tells different values apart
}

// aspects are all parts of a point but its kind and what alerts say of it.
var aspects = [...]aspect{
	{
		func(p *Point) bool { return !math.IsNaN(p.Flux) || !math.IsNaN(p.Mag) },
		func(p, q *Point) {
			p.Flux, p.FluxErr, p.Mag, p.MagErr, p.SNR = q.Flux, q.FluxErr, q.Mag, q.MagErr, q.SNR
		},
		func(p, q *Point) int {
			return cmp.Or(cmp.Compare(p.Flux, q.Flux), cmp.Compare(p.FluxErr, q.FluxErr),
				cmp.Compare(p.Mag, q.Mag), cmp.Compare(p.MagErr, q.MagErr), cmp.Compare(p.SNR, q.SNR))
		},
	},
	{
		func(p *Point) bool { return !math.IsNaN(p.FluxTotal) || !math.IsNaN(p.MagTotal) },
		func(p, q *Point) { p.FluxTotal, p.MagTotal = q.FluxTotal, q.MagTotal },
		func(p, q *Point) int {
			return cmp.Or(cmp.Compare(p.FluxTotal, q.FluxTotal), cmp.Compare(p.MagTotal, q.MagTotal))
		},
	},
	{
		func(p *Point) bool { return !math.IsNaN(p.LimMag) },
		func(p, q *Point) { p.LimMag = q.LimMag },
		func(p, q *Point) int { return cmp.Compare(p.LimMag, q.LimMag) },
	},
	{
		func(p *Point) bool { return !math.IsNaN(p.RA) && !math.IsNaN(p.Dec) },
		func(p, q *Point) { p.RA, p.Dec = q.RA, q.Dec },
		func(p, q *Point) int { return cmp.Or(cmp.Compare(p.RA, q.RA), cmp.Compare(p.Dec, q.Dec)) },
	},
	{
		func(p *Point) bool { return !math.IsNaN(p.MJD) },
		func(p, q *Point) { p.MJD = q.MJD },
		func(p, q *Point) int { return cmp.Compare(p.MJD, q.MJD) },
	},
	{
		func(p *Point) bool { return p.Visit != 0 },
		func(p, q *Point) { p.Visit, p.Detector = q.Visit, q.Detector },
		func(p, q *Point) int {
			return cmp.Or(cmp.Compare(p.Visit, q.Visit), cmp.Compare(p.Detector, q.Detector))
		},
	},
	{
		func(p *Point) bool { return p.Band != "" },
		func(p, q *Point) { p.Band = q.Band },
		func(p, q *Point) int { return cmp.Compare(p.Band, q.Band) },
	},
	{
		func(p *Point) bool { return p.SourceID != "" },
		func(p, q *Point) { p.SourceID = q.SourceID },
		func(p, q *Point) int { return cmp.Compare(p.SourceID, q.SourceID) },
	},
}
