package skymap

import "github.com/mwvgroup/pgb/client/sky"

// grid is what the cells of a view hold.
type grid struct {
	dots  []uint8  // of a braille character
	n     []uint32 // alerts
	best  []uint8  // the most frequent kind
	kinds []uint32 // alerts by kind, kinds of them for each cell; empty for densities
	most  uint32   // the largest of n

	by      ColourBy
	next    int64 // number of the first alert that is not in it
	evicted int64 // number of the oldest one kept when it was made
	exact   bool  // made of kept positions
}

// binned says whether a view is coarse enough for pixels to be as good as
// positions.
func binned(v *view) bool { return v.cellDegrees() > 0.5 }

// fill makes the grid anew: of all alerts by their pixels, or of the kept
// positions where these are all, or the view is too fine for pixels.
func (g *grid) fill(v *view, s *store, by ColourBy) {
	cells := v.width * v.height
	*g = grid{
		dots: zeroed(g.dots, cells), n: zeroed(g.n, cells), best: zeroed(g.best, cells), kinds: g.kinds[:0],
		by: by, next: s.added, evicted: s.added - int64(len(s.points)),
	}
	if by != Density {
		g.kinds = zeroed(g.kinds, cells*kinds)
	}
	g.exact = g.evicted == 0 || !binned(v)
	if g.exact {
		g.addPoints(v, s.points)
		return
	}
	for pixel, number := range s.index {
		if number != 0 {
			g.addBin(v, int64(pixel), &s.bins[number-1])
		}
	}
}

// follow adds what came since. It is false where the grid has to be made anew:
// too much is gone of what it was made of.
func (g *grid) follow(v *view, s *store) bool {
	if g.next == s.added {
		return true
	}
	older, newer, ok := s.since(g.next)
	gone := s.added - int64(len(s.points)) - g.evicted
	if !ok || g.exact && !binned(v) && gone > keep/8 {
		return false
	}
	g.addPoints(v, older)
	g.addPoints(v, newer)
	g.next = s.added
	return true
}

func (g *grid) addPoints(v *view, points []point) {
	for i := range points {
		p := &points[i]
		x, y, ok := v.place(p.vector())
		if !ok {
			continue
		}
		at, dot := v.cell(x, y)
		g.count(at, dot, 1)
		switch g.by {
		case Band:
			g.countKind(at, p.band, 1)
		case Class:
			g.countKind(at, p.class, 1)
		}
	}
}

// addBin adds a pixel. What its alerts are is known of all four of its dots
// together: that has to do for each of them, as only the most frequent counts.
func (g *grid) addBin(v *view, pixel int64, b *bin) {
	for child, n := range b.dots {
		if n == 0 {
			continue
		}
		ra, dec := sky.Pix2AngNested(dotOrder, pixel<<2+int64(child))
		x, y, ok := v.place(sky.VectorOf(ra, dec))
		if !ok {
			continue
		}
		at, dot := v.cell(x, y)
		g.count(at, dot, n)
		g.spread(v, x, y)
		of := &b.band
		switch g.by {
		case Density:
			continue
		case Class:
			of = &b.class
		}
		for kind, n := range of {
			if n > 0 {
				g.countKind(at, uint8(kind), n)
			}
		}
	}
}

// spread lights the dots towards the corners of a pixel where it is larger than
// a dot: else full areas would have gaps. In cells without alerts nobody sees
// them.
func (g *grid) spread(v *view, x, y float64) {
	const corner = 0.2 // degree: somewhat inside of the corners, at 0.32
	far := corner / v.cellDegrees()
	if far*dotsWide < 0.4 {
		return
	}
	for _, to := range [...][2]float64{{-far, 0}, {far, 0}, {0, -far / cellShape}, {0, far / cellShape}} {
		at, dot := v.cell(v.inside(x+to[0], y+to[1]))
		g.dots[at] |= dot
	}
}

func (g *grid) count(at int, dot uint8, n uint32) {
	g.dots[at] |= dot
	g.n[at] += n
	g.most = max(g.most, g.n[at])
}

func (g *grid) countKind(at int, kind uint8, n uint32) {
	of := g.kinds[at*kinds : (at+1)*kinds]
	of[kind] += n
	if best := g.best[at]; of[kind] > of[best] {
		g.best[at] = kind
	}
}

// zeroed gives a slice of zeros, in the storage of another where that is large
// enough.
func zeroed[T any](old []T, n int) []T {
	if cap(old) < n {
		return make([]T, n)
	}
	old = old[:n]
	clear(old)
	return old
}
