// Package chart draws light curves on cells: detections, forced photometry and
// limits, each band in its own colour and mark, magnitudes upside down. A point
// can be chosen, whose values are told, and the picture zoomed and moved.
package chart

import (
	"cmp"
	"math"
	"slices"
	"strings"

	"github.com/mwvgroup/pgb/client/alert"
	"github.com/mwvgroup/pgb/client/alert/lightcurve"
	"github.com/mwvgroup/pgb/tui/cells"
)

// Chart is a light curve to be drawn. The zero Chart has no points, and draws
// those it is given as difference magnitudes.
type Chart struct {
	// Title stands above the chart: the object. It may come from anywhere.
	Title string
	// Simulated is said beside the title.
	Simulated bool
	// Values gives a line or two to the values of the chosen point, in the
	// place of the title.
	Values bool
	// Hint stands there while no point is chosen.
	Hint  string
	Theme cells.Theme

	points   []alert.Point
	quantity lightcurve.Quantity
	window   lightcurve.Window // the visible part; an empty one shows everything

	ready   bool // what follows is of the points and the quantity
	drawing lightcurve.Drawing
	whole   lightcurve.Window
	order   []int // of the marks as they are drawn: the last ones on top
	byTime  []int
	legend  []entry
	chosen  chosen

	block cells.Block
	page  page
}

// chosen is the point that the cross-hair is on.
type chosen struct {
	is    bool
	mark  int // of the drawing; -1 where the quantity has none
	point alert.Point
}

// The least size of a chart; less gives a line of words.
const (
	leastWidth  = 24
	leastHeight = 6
	fullHeight  = 8 // from which on nothing is left out
)

// Set gives the points, which are not to be changed afterwards. The window and
// the chosen point stay.
func (c *Chart) Set(points []alert.Point) {
	c.points, c.ready = points, false
}

// Quantity is what is drawn.
func (c *Chart) Quantity() lightcurve.Quantity { return c.quantity }

// SetQuantity changes what is drawn. The times that are visible stay.
func (c *Chart) SetQuantity(q lightcurve.Quantity) {
	if q == c.quantity {
		return
	}
	c.quantity, c.ready = q, false
	if c.prepare(); !c.window.IsEmpty() {
		c.window.Low, c.window.High = c.whole.Low, c.whole.High
	}
}

// prepare draws the points, where they or the quantity have changed.
func (c *Chart) prepare() {
	if c.ready {
		return
	}
	c.ready = true
	c.drawing = lightcurve.Draw(c.points, c.quantity)
	c.whole = c.drawing.Window()
	marks := c.drawing.Marks
	c.order, c.byTime = c.order[:0], c.byTime[:0]
	for i := range marks {
		c.order, c.byTime = append(c.order, i), append(c.byTime, i)
	}
	slices.SortStableFunc(c.order, func(a, b int) int { return cmp.Compare(marks[b].Kind, marks[a].Kind) })
	slices.SortStableFunc(c.byTime, func(a, b int) int { return cmp.Compare(marks[a].MJD, marks[b].MJD) })
	c.legend = c.entries()
	c.find()
}

// find finds the chosen point again: it may have become a better kind, and its
// time more precise.
func (c *Chart) find() {
	if !c.chosen.is {
		return
	}
	const sameEpoch = 0.01 // d
	was, best, least := &c.chosen.point, -1, math.Inf(1)
	for i := range c.drawing.Marks {
		p := &c.points[c.drawing.Marks[i].Point]
		if far := math.Abs(p.MJD - was.MJD); p.Band == was.Band && far < least {
			best, least = i, far
		}
	}
	if c.chosen.mark = -1; least <= sameEpoch {
		c.choose(best)
	}
}

func (c *Chart) choose(mark int) {
	c.chosen = chosen{true, mark, c.points[c.drawing.Marks[mark].Point]}
}

// visible gives the window that is shown.
func (c *Chart) visible() lightcurve.Window {
	if c.prepare(); c.window.IsEmpty() {
		return c.whole
	}
	return c.window
}

// Render draws the chart. The block is valid until the next Render.
func (c *Chart) Render(width, height int) *cells.Block {
	c.block.Reset(width, height)
	c.page.columns = 0
	if width <= 0 || height <= 0 {
		return &c.block
	}
	if width < leastWidth || height < leastHeight {
		c.words("too small for a chart")
		return &c.block
	}
	window := c.visible()
	if len(c.drawing.Marks) == 0 || window.IsEmpty() {
		c.words(c.nothing())
		return &c.block
	}
	c.page.draw(c, window)
	return &c.block
}

// nothing says why there is nothing to draw.
func (c *Chart) nothing() string {
	if c.drawing.Left == 0 {
		return "no points"
	}
	return "no points with a time and a " + c.quantity.String()
}

// words gives a title and a remark in the middle of the place of a chart.
func (c *Chart) words(text string) {
	width, height := c.block.Width(), c.block.Height()
	if height > 1 {
		c.block.Write(0, 0, c.title(), c.Theme.Title())
	}
	c.block.Write(max(0, (width-len(text))/2), height/2, text, cells.Style{})
}

func (c *Chart) title() string {
	title := cells.Clean(c.Title)
	if c.Theme.ASCII {
		title = cells.ASCII(title)
	}
	if c.Simulated {
		title = strings.TrimSpace(title + "  (simulated)")
	}
	return title
}
