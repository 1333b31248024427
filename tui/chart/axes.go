package chart

import (
	"github.com/mwvgroup/pgb/client/alert/lightcurve"
	"github.com/mwvgroup/pgb/tui/cells"
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
	if p.Theme.ASCII {
		f = asciiFrame
	}
	faint := p.Theme.Faint()
	axis, bottom := p.left-1, p.top+p.rows
	p.block.Fill(axis, p.top, 1, p.rows, f.upright, faint)
	for _, t := range p.ticks {
		if row, ok := cell(p.y(t.At), p.rows); ok {
			p.block.Put(axis, p.top+row, f.tickLeft, faint)
			p.writeGutter(p.top+row, t.Label)
		}
	}
	p.block.Put(axis, bottom, f.corner, faint)
	p.block.Fill(p.left, bottom, p.columns, 1, f.level, faint)
	p.writeGutter(bottom, p.quantity.Unit())
	p.drawTimes(f.tickBelow)
}

// drawTimes writes MJD and, where there is room, date under the axis.
func (p *page) drawTimes(tick rune) {
	line, dates := p.top+p.rows, p.below > 2
	p.writeGutter(line+1, "MJD")
	if dates {
		p.writeGutter(line+2, "UTC")
	}
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
		p.put(column, p.rows, tick, p.Theme.Faint())
		endMJD = p.writeCentred(line+1, p.left+column, endMJD, t.Label)
		if dates {
			endDate = p.writeCentred(line+2, p.left+column, endDate, lightcurve.Date(t.At, step))
		}
	}
}

// writeGutter writes a label left of the axis.
func (p *page) writeGutter(row int, label string) {
	label = label[:min(len(label), p.left-2)]
	p.block.WriteRight(p.left-2, row, label, cells.Style{})
}

// writeCentred writes a label centred at a column, if it has room between
// another label's end and the edge, and gives the end of it.
func (p *page) writeCentred(row, column, after int, label string) int {
	width := len(label)
	at := max(p.left-1, min(column-width/2, p.block.Width()-width))
	if width == 0 || at < after || at+width > p.block.Width() {
		return after
	}
	return p.block.Write(at, row, label, cells.Style{}) + 1
}
