// Package chart draws light curves in a terminal, as text. It asks nothing of
// the terminal: whoever prints says how wide and high the text may be.
package chart

import (
	"math"
	"strings"

	"github.com/mwvgroup/pgb/client/alert"
	"github.com/mwvgroup/pgb/client/alert/lightcurve"
)

// Chart is a light curve to be drawn. The zero values of its fields draw all
// points as difference magnitudes, without colour.
type Chart struct {
	// Title stands above the chart: the object. It may come from anywhere:
	// what a terminal would obey is left out.
	Title string
	// Simulated is said beside the title.
	Simulated bool
	Points    []alert.Point
	Quantity  lightcurve.Quantity
	// Window is the visible part; an empty one shows everything.
	Window lightcurve.Window
	// Cursor is a time (MJD) at which an upright line stands; 0 for none.
	Cursor float64
	// Colour uses the terminal's 256 colours.
	Colour bool
	// ASCII draws with letters and signs of 7 bits.
	ASCII bool
}

// The least size of a chart; less gives a line of words.
const (
	leastWidth  = 24
	leastHeight = 8
)

// Render draws the chart: height lines without an end of line after the last,
// none wider than width cells.
func (c *Chart) Render(width, height int) string {
	if width <= 0 || height <= 0 {
		return ""
	}
	if width < leastWidth || height < leastHeight {
		return c.words(width, height, "too small for a chart")
	}
	drawing := lightcurve.Draw(c.Points, c.Quantity)
	window := c.Window
	if window.IsEmpty() {
		window = drawing.Window()
	}
	if len(drawing.Marks) == 0 || window.IsEmpty() {
		return c.words(width, height, nothing(&drawing))
	}
	p := newPage(c, &drawing, window, width, height)
	p.drawAxes()
	p.drawCursor()
	p.drawMarks()
	return p.String()
}

// nothing says why there is nothing to draw.
func nothing(d *lightcurve.Drawing) string {
	if d.Left == 0 {
		return "no points"
	}
	return "no points with a time and a " + d.Quantity.String()
}

// words gives a title and a remark in the middle of the place of a chart.
func (c *Chart) words(width, height int, text string) string {
	lines := make([]string, height)
	title := newLine(width)
	title.write(0, c.title(), style{bold: true})
	if height > 1 {
		lines[0] = title.encode(c.Colour)
	}
	middle := newLine(width)
	middle.write(max(0, (width-len(text))/2), text, style{})
	lines[height/2] = middle.encode(c.Colour)
	return strings.Join(lines, "\n")
}

func (c *Chart) title() string {
	title := cleaned(c.Title)
	if c.ASCII {
		title = plain(title)
	}
	if c.Simulated {
		title = strings.TrimSpace(title + "  (simulated)")
	}
	return title
}

// page is a chart that is being drawn.
type page struct {
	*Chart
	drawing *lightcurve.Drawing
	window  lightcurve.Window
	lines   []line
	// The cells of the plot, without axes.
	left, top, columns, rows int
	ticks                    []lightcurve.Tick
	bars                     []uint8 // the halves of each cell of the plot that lines pass
	barBand                  []int   // the band of the last line, or ofCursor
}

// below is the number of lines under the plot: axis, MJD and date.
const below = 3

func newPage(c *Chart, d *lightcurve.Drawing, w lightcurve.Window, width, height int) *page {
	p := &page{Chart: c, drawing: d, window: w, lines: make([]line, height)}
	for i := range p.lines {
		p.lines[i] = newLine(width)
	}
	p.lines[0].write(0, c.title(), style{bold: true})
	if what := d.Quantity.String(); textWidth(c.title())+textWidth(what)+2 <= width {
		p.lines[0].write(width-textWidth(what), what, style{faint: true})
	}
	p.top = 1 + p.drawLegend(1, max(1, height/8))
	p.rows = height - p.top - below

	p.ticks = lightcurve.Ticks(w.Low, w.High, max(2, p.rows/3))
	for _, t := range p.ticks {
		p.left = max(p.left, textWidth(t.Label))
	}
	p.left = min(max(p.left, 3), width/3) + 2
	p.columns = width - p.left - 1
	p.bars, p.barBand = make([]uint8, p.columns*p.rows), make([]int, p.columns*p.rows)
	return p
}

// x gives the place of a time in cells of the plot, from its left edge.
func (p *page) x(mjd float64) float64 {
	return (mjd - p.window.FromMJD) / (p.window.ToMJD - p.window.FromMJD) * float64(p.columns)
}

// y gives the place of a value in cells of the plot, from its upper edge.
// Magnitudes stand upside down.
func (p *page) y(value float64) float64 {
	part := (value - p.window.Low) / (p.window.High - p.window.Low)
	if !p.Quantity.IsMagnitude() {
		part = 1 - part
	}
	return part * float64(p.rows)
}

// cell gives the whole cell of a place; ok is false outside of the plot. The
// far edges belong to it.
func cell(at float64, cells int) (i int, ok bool) {
	if !(at >= 0 && at <= float64(cells)) {
		return 0, false
	}
	return min(int(math.Floor(at)), cells-1), true
}

// String gives the page as text.
func (p *page) String() string {
	lines := make([]string, len(p.lines))
	for i := range p.lines {
		lines[i] = p.lines[i].encode(p.Colour)
	}
	return strings.Join(lines, "\n")
}
