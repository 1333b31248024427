package sky

import (
	"cmp"
	"slices"
)

// Range is a run of HEALPix pixels, NESTED: from Lo up to, but not including,
// Hi.
type Range struct{ Lo, Hi int64 }

// Ranges are pixels of the sky as runs that ascend and do not touch. Their
// order is 29 unless AtOrder made them.
type Ranges []Range

// Contains says whether a pixel is in one of the ranges.
func (r Ranges) Contains(pixel int64) bool {
	at, found := slices.BinarySearchFunc(r, pixel, func(one Range, pixel int64) int { return cmp.Compare(one.Lo, pixel) })
	return found || at > 0 && pixel < r[at-1].Hi
}

// ContainsPosition says whether a position is in ranges of order 29.
func (r Ranges) ContainsPosition(p Position) bool { return r.Contains(p.Pixel(MaxOrder)) }

// Pixels gives the number of pixels in the ranges.
func (r Ranges) Pixels() (n int64) {
	for _, one := range r {
		n += one.Hi - one.Lo
	}
	return n
}

// SquareDegrees gives the area of ranges of order 29.
func (r Ranges) SquareDegrees() float64 { return float64(r.Pixels()) * PixelSquareDegrees(MaxOrder) }

// AtMost gives no more than a number of ranges (at least one) that hold all of
// these, by closing the smallest gaps: no other choice of so few ranges has a
// smaller area. It works in place.
func (r Ranges) AtMost(most int) Ranges {
	most = max(1, most)
	if len(r) <= most {
		return r
	}
	gaps := make([]int64, len(r)-1)
	for i := range gaps {
		gaps[i] = r[i+1].Lo - r[i].Hi
	}
	slices.Sort(gaps)
	// Gaps below the widest that must go are closed; of those equal to it, as
	// many as are needed.
	closing := len(r) - most
	widest := gaps[closing-1]
	equal := closing
	for i := 0; i < closing && gaps[i] < widest; i++ {
		equal--
	}
	merged := r[:1]
	for _, next := range r[1:] {
		last := &merged[len(merged)-1]
		gap := next.Lo - last.Hi
		if gap == widest && equal > 0 {
			equal--
			gap--
		}
		if gap < widest {
			last.Hi = next.Hi
		} else {
			merged = append(merged, next)
		}
	}
	return merged
}

// AtOrder gives the pixels of an order (0 to 29) that ranges of order 29 touch,
// for columns that hold pixel numbers of that order. It works in place.
func (r Ranges) AtOrder(order int) Ranges {
	shift := 2 * (MaxOrder - max(0, min(MaxOrder, order)))
	coarse := r[:0]
	for _, one := range r {
		coarse = coarse.add(one.Lo>>shift, (one.Hi-1)>>shift+1)
	}
	return coarse
}

// add appends a run that begins no earlier than the last one ends, or overlaps
// with its end.
func (r Ranges) add(lo, hi int64) Ranges {
	if n := len(r); n > 0 && lo <= r[n-1].Hi {
		r[n-1].Hi = max(r[n-1].Hi, hi)
		return r
	}
	return append(r, Range{Lo: lo, Hi: hi})
}
