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
// within a kind.
func joined(points []Point) []Point {
	slices.SortStableFunc(points, func(a, b Point) int {
		return cmp.Or(compareTrigger(&a, &b), cmp.Compare(a.Kind, b.Kind))
	})
	return joinedInOrder(points)
}

// joinedInOrder makes one point of what was measured on one image, and sorts the
// points by time. The points come in order of preference.
//
// What repeats is known by its source id; a forced measurement and a limit
// belong to an image, which is known by visit and detector, or by band and time
// where one side does not say them. Two detections with ids of their own stay
// two points.
func joinedInOrder(points []Point) []Point {
	j := joiner{bySource: map[string]int{}, byImage: map[image]int{}}
	for i := range points {
		j.add(points[i])
	}
	slices.SortStableFunc(j.points, func(a, b Point) int {
		return cmp.Or(compareTimes(a.MJD, b.MJD), cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.SourceID, b.SourceID))
	})
	return j.points
}

func compareTrigger(a, b *Point) int {
	switch {
	case a.Trigger == b.Trigger:
		return 0
	case a.Trigger:
		return -1
	}
	return 1
}

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

// image is what one exposure of one detector is known by: visit and detector,
// or band and a cell of time.
type image struct {
	visit, detector int64
	band            string
	cell            int64
}

type joiner struct {
	points   []Point
	bySource map[string]int
	byImage  map[image]int
}

// add joins a point to one that is there, or adds it.
func (j *joiner) add(p Point) {
	if i, ok := j.find(&p); ok {
		j.points[i].fill(&p)
		return
	}
	i := len(j.points)
	j.points = append(j.points, p)
	if p.SourceID != "" {
		j.bySource[p.SourceID] = i
	}
	for _, at := range p.images() {
		if _, taken := j.byImage[at]; !taken {
			j.byImage[at] = i
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
	for _, at := range p.images() {
		i, ok := j.byImage[at]
		if ok && j.points[i].sharesImage(p) {
			return i, true
		}
	}
	return 0, false
}

// images gives the keys under which an epoch may be found. Times near the edge
// of a cell stand in both.
func (p *Point) images() []image {
	var keys []image
	if p.Visit != 0 {
		keys = append(keys, image{visit: p.Visit, detector: p.Detector})
	}
	if !math.IsNaN(p.MJD) {
		cell := int64(math.Floor(p.MJD / sameInstant))
		for _, c := range [...]int64{cell, cell - 1, cell + 1} {
			keys = append(keys, image{band: p.Band, cell: c})
		}
	}
	return keys
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
