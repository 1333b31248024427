package chart

import (
	"github.com/mwvgroup/pgb/client/alert/lightcurve"
)

// The characters of the axes.
type frame struct{ upright, level, corner, tickLeft, tickBelow rune }

var (
	boxFrame   = frame{'│', '─', '└', '┤', '┬'}
	asciiFrame = frame{'|', '-', '+', '+', '+'}
)

// tickRoom is the width of a date with room around it.
const tickRoom = 14

func (p *page) drawAxes() {
	f := boxFrame
	if p.ASCII {
		f = asciiFrame
	}
	faint := style{faint: true}
	axis := p.left - 1
	for row := range p.rows {
		p.lines[p.top+row].put(axis, f.upright, faint)
	}
	for _, t := range p.ticks {
		if row, ok := cell(p.y(t.At), p.rows); ok {
			p.lines[p.top+row].put(axis, f.tickLeft, faint)
			p.writeGutter(p.top+row, t.Label)
		}
	}
	bottom := p.lines[p.top+p.rows]
	bottom.put(axis, f.corner, faint)
	for column := range p.columns {
		bottom.put(p.left+column, f.level, faint)
	}
	p.writeGutter(p.top+p.rows, p.Quantity.Unit())
	p.drawTimes(f.tickBelow)
}

// drawTimes writes MJD and date under the axis.
func (p *page) drawTimes(tick rune) {
	line := p.top + p.rows
	p.writeGutter(line+1, "MJD")
	p.writeGutter(line+2, "UTC")
	ticks := lightcurve.Ticks(p.window.FromMJD, p.window.ToMJD, max(2, p.columns/tickRoom))
	step := p.window.ToMJD - p.window.FromMJD
	if len(ticks) > 1 {
		step = ticks[1].At - ticks[0].At
	}
	endMJD, endDate := p.left-1, p.left-1
	for _, t := range ticks {
		column, ok := cell(p.x(t.At), p.columns)
		if !ok {
			continue
		}
		p.lines[line].put(p.left+column, tick, style{faint: true})
		endMJD = p.writeCentred(line+1, p.left+column, endMJD, t.Label)
		endDate = p.writeCentred(line+2, p.left+column, endDate, lightcurve.Date(t.At, step))
	}
}

// writeGutter writes a label left of the axis.
func (p *page) writeGutter(row int, label string) {
	at := p.left - 2 - textWidth(label)
	p.lines[row].write(max(0, at), label[:min(len(label), p.left-2)], style{})
}

// writeCentred writes a label centred at a column, if it has room between
// another label's end and the edge, and gives the end of it.
func (p *page) writeCentred(row, column, after int, label string) int {
	width := textWidth(label)
	at := max(p.left-1, min(column-width/2, len(p.lines[row])-width))
	if width == 0 || at < after || at+width > len(p.lines[row]) {
		return after
	}
	return p.lines[row].write(at, label, style{}) + 1
}
