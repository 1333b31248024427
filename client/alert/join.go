package alert

import (
	"cmp"
	"math"
	"slices"
)

// sameInstant is how far apart two times of one exposure may be, in days (0.9
// s): shorter than any two exposures, longer than what rounding does.
const sameInstant = 1e-5

// joined makes one point of what was measured on one image, and sorts the points
// by time. The points come in order of preference within a kind, the trigger
// first.
//
// What repeats is known by its source id; a forced measurement and a limit
// belong to an image, which is known by visit and detector, or by band and time
// where one side does not say them. Two detections with ids of their own stay
// two points.
func joined(points []Point) []Point {
	slices.SortStableFunc(points, func(a, b Point) int {
		return cmp.Or(compareTrigger(a, b), cmp.Compare(a.Kind, b.Kind))
	})
	j := joiner{bySource: map[string]int{}, byImage: map[image]int{}}
	for i := range points {
		j.add(points[i])
	}
	slices.SortStableFunc(j.points, func(a, b Point) int {
		return cmp.Or(compareTimes(a.MJD, b.MJD), cmp.Compare(a.Kind, b.Kind))
	})
	return j.points
}

func compareTrigger(a, b Point) int {
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
	fill := func(into *float64, from float64) {
		if math.IsNaN(*into) {
			*into = from
		}
	}
	if math.IsNaN(p.Flux) && math.IsNaN(p.Mag) {
		p.Flux, p.FluxErr, p.Mag, p.MagErr, p.SNR = q.Flux, q.FluxErr, q.Mag, q.MagErr, q.SNR
	}
	if math.IsNaN(p.FluxTotal) {
		p.FluxTotal, p.MagTotal = q.FluxTotal, q.MagTotal
	}
	fill(&p.MJD, q.MJD)
	fill(&p.LimMag, q.LimMag)
	fill(&p.RA, q.RA)
	fill(&p.Dec, q.Dec)
	if p.Visit == 0 {
		p.Visit, p.Detector = q.Visit, q.Detector
	}
	if p.Band == "" {
		p.Band = q.Band
	}
	if p.SourceID == "" {
		p.SourceID = q.SourceID
	}
}
