package lightcurve

import "math"

// Window is a part of the plane of time and value, Low below High in both also
// where the axis stands upside down.
type Window struct {
	FromMJD, ToMJD float64
	Low, High      float64
}

// Room around the marks, as a part of their range.
const (
	roomMJD   = 0.03
	roomValue = 0.06
)

// The least range: one point is drawn in the middle of it.
const (
	leastMJD       = 1.0
	leastMagnitude = 0.2
)

// Window gives the window in which all marks and their error bars lie, with some
// room. Without marks it is zero.
func (d *Drawing) Window() Window {
	if len(d.Marks) == 0 {
		return Window{}
	}
	inf := math.Inf(1)
	w := Window{inf, -inf, inf, -inf}
	for i := range d.Marks {
		m := &d.Marks[i]
		bar := m.Err
		if math.IsNaN(bar) {
			bar = 0
		}
		w.FromMJD, w.ToMJD = math.Min(w.FromMJD, m.MJD), math.Max(w.ToMJD, m.MJD)
		w.Low, w.High = math.Min(w.Low, m.Value-bar), math.Max(w.High, m.Value+bar)
	}
	w.FromMJD, w.ToMJD = widened(w.FromMJD, w.ToMJD, leastMJD, roomMJD)
	least := leastMagnitude
	if !d.Quantity.IsMagnitude() {
		least = math.Max(0.1*math.Abs(w.High), 1)
	}
	w.Low, w.High = widened(w.Low, w.High, least, roomValue)
	return w
}

func widened(low, high, least, room float64) (float64, float64) {
	if high-low < least {
		middle := low + (high-low)/2
		low, high = middle-least/2, middle+least/2
	}
	more := room * (high - low)
	return low - more, high + more
}

// IsEmpty says whether a window has no extent, or none that can be drawn.
func (w Window) IsEmpty() bool { return !isRange(w.FromMJD, w.ToMJD) || !isRange(w.Low, w.High) }

// isRange says whether 64-bit floats have room for ticks between two numbers.
func isRange(low, high float64) bool {
	const far = 4 * farthestValue
	return low >= -far && high <= far && high-low > 1e-12*math.Max(math.Abs(low), math.Abs(high)) && high-low > 1/far
}

// Zoomed gives the window enlarged around a place: a factor below 1 shows less.
func (w Window) Zoomed(factor, mjd, value float64) Window {
	return Window{
		mjd + factor*(w.FromMJD-mjd), mjd + factor*(w.ToMJD-mjd),
		value + factor*(w.Low-value), value + factor*(w.High-value),
	}
}

// Moved gives the window moved by parts of its own range.
func (w Window) Moved(time, value float64) Window {
	dt, dv := time*(w.ToMJD-w.FromMJD), value*(w.High-w.Low)
	return Window{w.FromMJD + dt, w.ToMJD + dt, w.Low + dv, w.High + dv}
}

// Nearest gives the index in Marks of the mark nearest to a place in a window,
// -1 without marks.
func (d *Drawing) Nearest(w Window, mjd, value float64) int {
	best, least := -1, math.Inf(1)
	for i := range d.Marks {
		far := math.Hypot((d.Marks[i].MJD-mjd)/(w.ToMJD-w.FromMJD), (d.Marks[i].Value-value)/(w.High-w.Low))
		if far < least {
			best, least = i, far
		}
	}
	return best
}
