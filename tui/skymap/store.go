package skymap

import (
	"math"
	"slices"

	"github.com/mwvgroup/pgb/client/sky"
	"github.com/mwvgroup/pgb/tui/feed"
)

const (
	// keep is how many positions are kept as they are, the newest.
	keep = 50000
	// All alerts are counted in pixels: dots of 0.46 degree, and what they are
	// in pixels four times as large.
	binOrder, dotOrder = 6, 7
	kinds              = 16 // bands or classes told apart, none and others among them
	noKind, otherKind  = 0, kinds - 1
)

// point is a position that is kept.
type point struct {
	x, y, z     float32 // ICRS; good to 0.02 arcsec
	band, class uint8
	seq         int64
}

func (p *point) vector() sky.Vector {
	return sky.Vector{X: float64(p.x), Y: float64(p.y), Z: float64(p.z)}
}

// bin counts the alerts of a pixel.
type bin struct {
	dots        [4]uint32
	band, class [kinds]uint32
}

// names numbers what alerts are: the first ones met get a number of their own.
type names struct {
	list   []string // by number; the first has no name
	totals [kinds]int64
	last   uint8 // alerts of one kind often come together
}

func (n *names) number(name string) uint8 {
	if len(n.list) == 0 {
		n.list = append(n.list, "")
	}
	if int(n.last) < len(n.list) && n.list[n.last] == name {
		return n.last
	}
	at := slices.Index(n.list, name)
	switch {
	case at >= 0:
	case len(n.list) < otherKind:
		at = len(n.list)
		n.list = append(n.list, name)
	default:
		return otherKind
	}
	n.last = uint8(at)
	return n.last
}

// store is what is remembered of the alerts: bounded, some 12 MB at most.
type store struct {
	index         []uint16 // by pixel: one more than the number of its bin
	bins          []bin    // up to 49,152
	points        []point  // a ring once it is full
	added         int64
	nowhere       int64 // alerts without a position
	bands, colour names
}

// add takes an alert.
func (s *store) add(e *feed.Entry) {
	pixel := sky.Ang2PixNested(dotOrder, e.RA, e.Dec)
	if pixel < 0 {
		s.nowhere++
		return
	}
	if s.index == nil {
		s.index = make([]uint16, sky.PixelCount(binOrder))
	}
	p := point{seq: e.Seq, band: s.bands.number(e.Band), class: s.colour.number(e.Class)}
	s.bands.totals[p.band]++
	s.colour.totals[p.class]++
	sinRA, cosRA := math.Sincos(e.RA * degree)
	sinDec, cosDec := math.Sincos(e.Dec * degree)
	p.x, p.y, p.z = float32(cosDec*cosRA), float32(cosDec*sinRA), float32(sinDec)

	at := &s.index[pixel>>2]
	if *at == 0 {
		s.bins = append(s.bins, bin{})
		*at = uint16(len(s.bins))
	}
	b := &s.bins[*at-1]
	b.dots[pixel&3]++
	b.band[p.band]++
	b.class[p.class]++

	if len(s.points) < keep {
		s.points = append(s.points, p)
	} else {
		s.points[s.added%keep] = p
	}
	s.added++
}

// since gives the kept positions from the one with a number on, in up to two
// parts; ok is false where some of them are gone.
func (s *store) since(number int64) (older, newer []point, ok bool) {
	if number < s.added-int64(len(s.points)) {
		return nil, nil, false
	}
	if number == s.added {
		return nil, nil, true
	}
	from, to := number%keep, (s.added-1)%keep+1
	if from < to {
		return s.points[from:to], nil, true
	}
	return s.points[from:], s.points[:to], true
}
