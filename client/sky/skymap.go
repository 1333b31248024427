package sky

import (
	"cmp"
	"errors"
	"fmt"
	"math"
	"math/bits"
	"slices"
)

// FromUniq gives the order and the NESTED pixel of a UNIQ number (IVOA MOC 2.0,
// section 4.3: UNIQ = 4 nside² + pixel); ok is false for a number that is none.
func FromUniq(uniq int64) (order int, pixel int64, ok bool) {
	if uniq < 4 {
		return 0, 0, false
	}
	order = (bits.Len64(uint64(uniq)) - 3) / 2
	pixel = uniq - 4<<(2*order)
	return order, pixel, hasPixel(order, pixel)
}

// Uniq gives the UNIQ number of a NESTED pixel; -1 where there is no such pixel.
func Uniq(order int, pixel int64) int64 {
	if !hasPixel(order, pixel) {
		return -1
	}
	return 4<<(2*order) + pixel
}

// Map is a probability density over the sky in pixels of several orders, as
// gravitational-wave notices carry it. It does not change once made, and may be
// used by many goroutines.
type Map struct {
	tiles []tile // ascending, without overlap
	total float64
}

// tile is one pixel of a map as a run of pixels of order 29.
type tile struct {
	Range
	density float64 // per steradian
	before  float64 // probability of all tiles that are denser
}

func (t tile) probability() float64 {
	return t.density * float64(t.Hi-t.Lo) * PixelSteradians(MaxOrder)
}

// NewMap gives the map of a multi-order table's columns UNIQ and PROBDENSITY (in
// sr^-1), in any order of rows. What no row covers has no probability. It is an
// error if the columns differ in length or are empty, a UNIQ is no pixel, a
// density is not a finite number from 0, or two rows cover the same place.
func NewMap(uniq []int64, density []float64) (*Map, error) {
	if len(uniq) != len(density) {
		return nil, fmt.Errorf("sky map has %d UNIQ and %d PROBDENSITY", len(uniq), len(density))
	}
	if len(uniq) == 0 {
		return nil, errors.New("sky map has no rows")
	}
	m := &Map{tiles: make([]tile, len(uniq))}
	for i, number := range uniq {
		order, pixel, ok := FromUniq(number)
		if !ok {
			return nil, fmt.Errorf("sky map row %d: UNIQ %d is no pixel", i, number)
		}
		if d := density[i]; !(d >= 0) || math.IsInf(d, 0) {
			return nil, fmt.Errorf("sky map row %d: PROBDENSITY %v is no probability density", i, d)
		}
		m.tiles[i] = tile{Range: pixelRange(order, pixel), density: density[i]}
	}
	slices.SortFunc(m.tiles, func(a, b tile) int { return cmp.Compare(a.Lo, b.Lo) })
	for i, t := range m.tiles[1:] {
		if t.Lo < m.tiles[i].Hi {
			order := MaxOrder - (bits.Len64(uint64(t.Hi-t.Lo))-1)/2
			return nil, fmt.Errorf("sky map covers pixel %d of order %d twice", t.Lo>>(2*(MaxOrder-order)), order)
		}
	}
	m.rank()
	return m, nil
}

// pixelRange gives the pixels of order 29 within a pixel.
func pixelRange(order int, pixel int64) Range {
	shift := 2 * (MaxOrder - order)
	return Range{Lo: pixel << shift, Hi: (pixel + 1) << shift}
}

// rank sums the probability from the densest tile down.
func (m *Map) rank() {
	byDensity := make([]int32, len(m.tiles))
	for i := range byDensity {
		byDensity[i] = int32(i)
	}
	slices.SortFunc(byDensity, func(a, b int32) int {
		return cmp.Or(cmp.Compare(m.tiles[b].density, m.tiles[a].density), cmp.Compare(a, b))
	})
	for _, i := range byDensity {
		m.tiles[i].before = m.total
		m.total += m.tiles[i].probability()
	}
}

// Total gives the probability of the whole map: 1 but for rounding, unless the
// map is cut off.
func (m *Map) Total() float64 { return m.total }

// at gives the tile of a position.
func (m *Map) at(p Position) (tile, bool) {
	pixel := p.Pixel(MaxOrder)
	after, _ := slices.BinarySearchFunc(m.tiles, pixel+1, func(t tile, pixel int64) int { return cmp.Compare(t.Lo, pixel) })
	if pixel < 0 || after == 0 || pixel >= m.tiles[after-1].Hi {
		return tile{}, false
	}
	return m.tiles[after-1], true
}

// Density gives the probability density at a position in sr^-1; 0 outside of
// the map.
func (m *Map) Density(p Position) float64 {
	found, _ := m.at(p)
	return found.density
}

// CredibleLevel gives the level of the smallest credible region that holds a
// position: the probability of all that is denser, and of the position's own
// pixel. It is 1 where there is no probability.
func (m *Map) CredibleLevel(p Position) float64 {
	found, _ := m.at(p)
	if found.density == 0 {
		return 1
	}
	return min(1, found.before+found.probability())
}

// Probability gives the probability within ranges of order 29, such as the
// cover of a cone.
func (m *Map) Probability(ranges Ranges) (sum float64) {
	i := 0
	for _, one := range ranges {
		for i < len(m.tiles) && m.tiles[i].Hi <= one.Lo {
			i++
		}
		for j := i; j < len(m.tiles) && m.tiles[j].Lo < one.Hi; j++ {
			part := m.tiles[j]
			part.Lo, part.Hi = max(part.Lo, one.Lo), min(part.Hi, one.Hi)
			sum += part.probability()
		}
	}
	return sum
}

// Region is a credible region: the smallest part of the sky that holds a level
// of probability.
type Region struct {
	Level         float64 // asked for
	Probability   float64 // within; at least the level, if the map has so much
	SquareDegrees float64
	Ranges        Ranges // of order 29
}

// Contains says whether a position is in the region.
func (r Region) Contains(p Position) bool { return r.Ranges.ContainsPosition(p) }

// Region gives the credible region of a level above 0 and up to 1, such as 0.9:
// pixels from the densest down until their probability reaches the level, the
// pixel that reaches it included.
func (m *Map) Region(level float64) (Region, error) {
	if !(level > 0 && level <= 1) {
		return Region{}, fmt.Errorf("credible level %v is not above 0 and up to 1", level)
	}
	region := Region{Level: level}
	for _, t := range m.tiles {
		if t.density > 0 && t.before < level {
			region.Ranges = region.Ranges.add(t.Lo, t.Hi)
			region.Probability += t.probability()
		}
	}
	region.SquareDegrees = region.Ranges.SquareDegrees()
	return region, nil
}
