package chart

import (
	"math"

	"github.com/mwvgroup/pgb/client/alert/lightcurve"
)

// Step moves the cross-hair by so many points of what is visible, by time. Where
// none is chosen it begins at the first, backwards at the last.
func (c *Chart) Step(n int) {
	if c.prepare(); len(c.byTime) == 0 || n == 0 {
		return
	}
	at := -1
	for i, mark := range c.byTime {
		if c.chosen.is && mark == c.chosen.mark {
			at = i
		}
	}
	switch {
	case at >= 0:
		at += n
	case n > 0:
		at = c.firstAfter(c.visible().FromMJD)
	default:
		at = c.firstAfter(c.visible().ToMJD) - 1
	}
	c.choose(c.byTime[min(max(at, 0), len(c.byTime)-1)])
	c.follow()
}

func (c *Chart) firstAfter(mjd float64) int {
	for i, mark := range c.byTime {
		if c.drawing.Marks[mark].MJD >= mjd {
			return i
		}
	}
	return len(c.byTime)
}

// follow moves the window so that the chosen point is seen.
func (c *Chart) follow() {
	if c.window.IsEmpty() {
		return
	}
	const edge = 0.1 // of the window
	w, m := c.window, c.drawing.Marks[c.chosen.mark]
	shift := func(low, high, at float64) float64 {
		part := (at - low) / (high - low)
		switch {
		case part < 0:
			return part - edge
		case part > 1:
			return part - 1 + edge
		}
		return 0
	}
	c.setWindow(w.Moved(shift(w.FromMJD, w.ToMJD, m.MJD), shift(w.Low, w.High, m.Value)))
}

// Choose sets the cross-hair to the point nearest to a cell of the block that
// was rendered last; false outside of the plot.
func (c *Chart) Choose(x, y int) bool {
	mjd, value, ok := c.page.place(x, y)
	if !ok {
		return false
	}
	c.prepare()
	if mark := c.drawing.Nearest(c.page.window, mjd, value); mark >= 0 {
		c.choose(mark)
	}
	return true
}

// Unchoose takes the cross-hair away.
func (c *Chart) Unchoose() { c.chosen = chosen{} }

// Zoom shows more or, by a factor below 1, less around the chosen point where
// it is visible, else around the middle.
func (c *Chart) Zoom(factor float64) {
	w := c.visible()
	mjd, value := (w.FromMJD+w.ToMJD)/2, (w.Low+w.High)/2
	if c.chosen.is && c.chosen.mark >= 0 {
		if m := c.drawing.Marks[c.chosen.mark]; w.FromMJD <= m.MJD && m.MJD <= w.ToMJD && w.Low <= m.Value && m.Value <= w.High {
			mjd, value = m.MJD, m.Value
		}
	}
	c.setWindow(w.Zoomed(factor, mjd, value))
}

// ZoomAt is Zoom around a cell of the block that was rendered last.
func (c *Chart) ZoomAt(x, y int, factor float64) {
	if mjd, value, ok := c.page.place(x, y); ok {
		c.setWindow(c.visible().Zoomed(factor, mjd, value))
	}
}

// Pan moves what is visible by parts of its own width and height: right and
// upwards, also where magnitudes stand upside down.
func (c *Chart) Pan(right, up float64) {
	if c.quantity.IsMagnitude() {
		up = -up
	}
	c.setWindow(c.visible().Moved(right, up))
}

// Drag moves what is visible by cells: the points go with the mouse.
func (c *Chart) Drag(dx, dy int) {
	if c.page.columns > 0 && c.page.rows > 0 {
		c.Pan(-float64(dx)/float64(c.page.columns), float64(dy)/float64(c.page.rows))
	}
}

// Whole shows everything again.
func (c *Chart) Whole() { c.window = lightcurve.Window{} }

// The narrowest and the widest window.
const (
	leastTime   = 1.0 / 86400 // d
	farthestOut = 20          // times what shows everything
)

// setWindow changes the visible part, unless nothing could be seen in it.
func (c *Chart) setWindow(w lightcurve.Window) {
	whole := c.whole
	wide, high := w.ToMJD-w.FromMJD, w.High-w.Low
	switch {
	case w.IsEmpty(), wide < leastTime, wide > farthestOut*(whole.ToMJD-whole.FromMJD), high > farthestOut*(whole.High-whole.Low):
	case math.Max(w.FromMJD, whole.FromMJD) > math.Min(w.ToMJD, whole.ToMJD), math.Max(w.Low, whole.Low) > math.Min(w.High, whole.High):
	default:
		c.window = w
	}
}
