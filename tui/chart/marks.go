package chart

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/mwvgroup/pgb/client/alert"
	"github.com/mwvgroup/pgb/client/alert/lightcurve"
)

// The characters of limits and of magnitudes of negative fluxes, and of bars.
const (
	limitGlyph, limitASCII       = '↓', 'v'
	negativeGlyph, negativeASCII = '⊖', '-'
	barASCII                     = '|'
	cursorGlyph, cursorASCII     = '┊', ':'
	ofCursor                     = -1
)

// drawMarks draws limits first and detections last, so that these are seen.
func (p *page) drawMarks() {
	order := make([]*lightcurve.Mark, len(p.drawing.Marks))
	for i := range order {
		order[i] = &p.drawing.Marks[i]
	}
	slices.SortStableFunc(order, func(a, b *lightcurve.Mark) int { return cmp.Compare(b.Kind, a.Kind) })
	for _, m := range order {
		p.drawBar(m)
	}
	p.drawBars()
	for _, m := range order {
		column, ok := cell(p.x(m.MJD), p.columns)
		row, inside := cell(p.y(m.Value), p.rows)
		if ok && inside {
			p.put(column, row, p.glyph(m), p.markStyle(m))
		}
	}
}

// put sets a cell of the plot.
func (p *page) put(column, row int, char rune, s style) {
	p.lines[p.top+row].put(p.left+column, char, s)
}

func (p *page) markStyle(m *lightcurve.Mark) style {
	return style{colour: p.drawing.Bands[m.Band].ANSI, faint: m.Kind != alert.Detection, bold: m.Kind == alert.Detection}
}

func (p *page) glyph(m *lightcurve.Mark) rune {
	band := &p.drawing.Bands[m.Band]
	switch {
	case m.Kind == alert.Limit && p.ASCII:
		return limitASCII
	case m.Kind == alert.Limit:
		return limitGlyph
	case m.Negative && p.ASCII:
		return negativeASCII
	case m.Negative:
		return negativeGlyph
	case p.ASCII && m.Kind == alert.Forced:
		return rune(strings.ToLower(string(band.ASCII))[0])
	case p.ASCII:
		return rune(band.ASCII)
	}
	return band.Shape.Glyph(m.Kind == alert.Forced)
}

// The halves of a cell that an upright line may fill, and the characters of
// them together.
const (
	upperHalf = 1 << iota
	lowerHalf
)

var barGlyphs = [...]rune{upperHalf: '╵', lowerHalf: '╷', upperHalf | lowerHalf: '│'}

// drawBar sets the halves of cells that an error bar fills.
func (p *page) drawBar(m *lightcurve.Mark) {
	if math.IsNaN(m.Err) {
		return
	}
	from, to := p.y(m.Value-m.Err), p.y(m.Value+m.Err)
	p.drawUpright(p.x(m.MJD), min(from, to), max(from, to), m.Band)
}

// drawUpright sets the halves of cells whose middle an upright line passes.
func (p *page) drawUpright(x, from, to float64, band int) {
	column, ok := cell(x, p.columns)
	if !ok || !(to >= 0) || !(from <= float64(p.rows)) {
		return
	}
	first := int(math.Ceil(2*max(0, from) - 0.5))
	last := int(math.Floor(2*min(float64(p.rows), to) - 0.5))
	for y := first; y <= last; y++ {
		at := y/2*p.columns + column
		p.bars[at] |= upperHalf << (y % 2)
		p.barBand[at] = band
	}
}

// drawBars puts the cells that lines pass.
func (p *page) drawBars() {
	for at, halves := range p.bars {
		if halves == 0 {
			continue
		}
		char, s := barGlyphs[halves], style{faint: true}
		if p.ASCII {
			char = barASCII
		}
		if band := p.barBand[at]; band != ofCursor {
			s.colour = p.drawing.Bands[band].ANSI
		} else if p.ASCII {
			char = cursorASCII
		} else {
			char = cursorGlyph
		}
		p.put(at%p.columns, at/p.columns, char, s)
	}
}

func (p *page) drawCursor() {
	if p.Cursor != 0 {
		p.drawUpright(p.x(p.Cursor), 0, float64(p.rows), ofCursor)
	}
}

// entry is one entry of the legend.
type entry struct {
	mark, text string
	style      style
}

// legend lists the bands and the kinds with their counts.
func (p *page) legend() []entry {
	var entries []entry
	d := p.drawing
	for i := range d.Bands {
		b := &d.Bands[i]
		mark, name := string(b.Shape.Glyph(false)), cleaned(b.Name)
		if p.ASCII {
			mark, name = string(b.ASCII), plain(name)
		}
		entries = append(entries, entry{mark, fmt.Sprintf("%s %d", name, d.CountBand(i)), style{colour: b.ANSI, bold: true}})
	}
	add := func(mark rune, ascii, word string, n int) {
		text := string(mark)
		if p.ASCII {
			text = ascii
		}
		if n > 0 {
			entries = append(entries, entry{text, fmt.Sprintf("%s %d", word, n), style{faint: true}})
		}
	}
	shape := lightcurve.Circle
	if len(d.Bands) > 0 {
		shape = d.Bands[0].Shape
	}
	add(shape.Glyph(true), "abc", "forced", d.Count(alert.Forced))
	add(limitGlyph, string(limitASCII), "limits", d.Count(alert.Limit))
	add(negativeGlyph, string(negativeASCII), "negative", d.CountNegative())
	if d.Left > 0 {
		entries = append(entries, entry{"", fmt.Sprintf("not shown %d", d.Left), style{faint: true}})
	}
	return entries
}

// drawLegend writes the legend from a line on, over at most so many lines, and
// gives their number.
func (p *page) drawLegend(from, most int) int {
	at, row := 0, 0
	width := len(p.lines[0])
	for _, e := range p.legend() {
		wide := textWidth(e.mark) + 1 + textWidth(e.text)
		if e.mark == "" {
			wide--
		}
		if at > 0 && at+wide > width {
			if row+1 == most {
				break
			}
			at, row = 0, row+1
		}
		line := p.lines[from+row]
		if e.mark != "" {
			at = line.write(at, e.mark, e.style) + 1
		}
		at = line.write(at, e.text, style{}) + 2
	}
	return row + 1
}
