package chart

import (
	"math"

	"github.com/mwvgroup/pgb/client/alert/lightcurve"
	"github.com/mwvgroup/pgb/tui/cells"
)

// page is a chart that is being drawn, and where its parts are.
type page struct {
	*Chart
	window lightcurve.Window
	// The cells of the plot, without axes.
	left, top, columns, rows int
	below                    int // lines under the plot: axis, MJD and date
	ticks                    []lightcurve.Tick
	bars                     []uint8 // the halves of each cell of the plot that lines pass
	barBand                  []int   // the band of the last line, or ofCursor
}

func (p *page) draw(c *Chart, w lightcurve.Window) {
	p.Chart, p.window = c, w
	width, height := c.block.Width(), c.block.Height()
	most := max(1, height/8)
	p.below = 3
	if height < fullHeight {
		p.below = 2
	}
	switch {
	case c.Values && height < fullHeight && c.chosen.is:
		p.top = p.drawValues(0)
	case c.Values && height < fullHeight:
		p.top = p.drawHead(0, most)
	case c.Values:
		p.top = p.drawHead(0, most)
		p.top += p.drawValues(p.top)
	default:
		c.block.Write(0, 0, c.title(), c.Theme.Title())
		if what := c.quantity.String(); cells.Width(c.title())+len(what)+2 <= width {
			c.block.WriteRight(width, 0, what, c.Theme.Faint())
		}
		p.top = 1 + p.drawLegend(1, most, width)
	}
	p.rows = height - p.top - p.below

	p.ticks = lightcurve.Ticks(w.Low, w.High, max(2, p.rows/3))
	p.left = 0
	for _, t := range p.ticks {
		p.left = max(p.left, len(t.Label))
	}
	p.left = min(max(p.left, 3), width/3) + 2
	p.columns = width - p.left - 1
	p.clearBars()
	p.drawAxes()
	p.drawCrossHair()
	p.drawMarks()
}

func (p *page) clearBars() {
	n := p.columns * p.rows
	if cap(p.bars) < n {
		p.bars, p.barBand = make([]uint8, n), make([]int, n)
	}
	p.bars, p.barBand = p.bars[:n], p.barBand[:n]
	clear(p.bars)
}

// x gives the place of a time in cells of the plot, from its left edge.
func (p *page) x(mjd float64) float64 {
	return (mjd - p.window.FromMJD) / (p.window.ToMJD - p.window.FromMJD) * float64(p.columns)
}

// y gives the place of a value in cells of the plot, from its upper edge.
// Magnitudes stand upside down.
func (p *page) y(value float64) float64 {
	part := (value - p.window.Low) / (p.window.High - p.window.Low)
	if !p.quantity.IsMagnitude() {
		part = 1 - part
	}
	return part * float64(p.rows)
}

// place gives the time and the value at the middle of a cell of the block; ok is
// false outside of the plot.
func (p *page) place(x, y int) (mjd, value float64, ok bool) {
	x, y = x-p.left, y-p.top
	if x < 0 || y < 0 || x >= p.columns || y >= p.rows {
		return 0, 0, false
	}
	across, down := (float64(x)+0.5)/float64(p.columns), (float64(y)+0.5)/float64(p.rows)
	if !p.quantity.IsMagnitude() {
		down = 1 - down
	}
	w := p.window
	return w.FromMJD + across*(w.ToMJD-w.FromMJD), w.Low + down*(w.High-w.Low), true
}

// cell gives the whole cell of a place; ok is false outside of the plot. The
// far edges belong to it.
func cell(at float64, cells int) (i int, ok bool) {
	if !(at >= 0 && at <= float64(cells)) {
		return 0, false
	}
	return min(int(math.Floor(at)), cells-1), true
}

// put sets a cell of the plot.
func (p *page) put(column, row int, char rune, s cells.Style) {
	p.block.Put(p.left+column, p.top+row, char, s)
}
