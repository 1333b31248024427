package chart

import (
	"math"
	"strings"

	"github.com/mwvgroup/pgb/client/alert"
	"github.com/mwvgroup/pgb/client/alert/lightcurve"
	"github.com/mwvgroup/pgb/tui/cells"
)

// The characters of limits and of magnitudes of negative fluxes, of bars and of
// the cross-hair.
const (
	limitGlyph, limitASCII       = '↓', 'v'
	negativeGlyph, negativeASCII = '⊖', '-'
	barASCII                     = '|'
	cursorGlyph, cursorASCII     = '┊', ':'
	levelGlyph, levelASCII       = '┈', '.'
	ofCursor                     = -1
)

// drawMarks draws limits first and detections last, so that these are seen.
func (p *page) drawMarks() {
	marks := p.drawing.Marks
	for _, i := range p.order {
		p.drawBar(&marks[i])
	}
	p.drawBars()
	for _, i := range p.order {
		p.drawMark(&marks[i], p.markStyle(&marks[i]))
	}
	if c := p.chosen; c.is && c.mark >= 0 {
		s := p.markStyle(&marks[c.mark])
		s.Bg, s.Reverse, s.Faint, s.Bold = p.Theme.Selected().Bg, p.Theme.Plain, false, true
		p.drawMark(&marks[c.mark], s)
	}
}

func (p *page) drawMark(m *lightcurve.Mark, s cells.Style) {
	column, ok := cell(p.x(m.MJD), p.columns)
	row, inside := cell(p.y(m.Value), p.rows)
	if ok && inside {
		p.put(column, row, p.glyph(m), s)
	}
}

func (c *Chart) bandColour(band int) cells.Colour {
	b := &c.drawing.Bands[band]
	switch {
	case c.Theme.Plain:
		return 0
	case c.Theme.Light:
		return cells.ANSI(b.ANSILight)
	}
	return cells.ANSI(b.ANSI)
}

func (c *Chart) markStyle(m *lightcurve.Mark) cells.Style {
	isDetection := m.Kind == alert.Detection
	return cells.Style{Fg: c.bandColour(m.Band), Faint: !isDetection, Bold: isDetection}
}

func (c *Chart) glyph(m *lightcurve.Mark) rune {
	band := &c.drawing.Bands[m.Band]
	switch {
	case m.Kind == alert.Limit && c.Theme.ASCII:
		return limitASCII
	case m.Kind == alert.Limit:
		return limitGlyph
	case m.Negative && c.Theme.ASCII:
		return negativeASCII
	case m.Negative:
		return negativeGlyph
	case c.Theme.ASCII && m.Kind == alert.Forced:
		return rune(strings.ToLower(string(band.ASCII))[0])
	case c.Theme.ASCII:
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
		char, s := barGlyphs[halves], cells.Style{Faint: true}
		if p.Theme.ASCII {
			char = barASCII
		}
		if band := p.barBand[at]; band != ofCursor {
			s.Fg = p.bandColour(band)
		} else if p.Theme.ASCII {
			char, s = cursorASCII, p.Theme.Faint()
		} else {
			char, s = cursorGlyph, p.Theme.Faint()
		}
		p.put(at%p.columns, at/p.columns, char, s)
	}
}

// drawCrossHair draws lines through the chosen point.
func (p *page) drawCrossHair() {
	if !p.chosen.is {
		return
	}
	p.drawUpright(p.x(p.chosen.point.MJD), 0, float64(p.rows), ofCursor)
	if p.chosen.mark < 0 {
		return
	}
	if row, ok := cell(p.y(p.drawing.Marks[p.chosen.mark].Value), p.rows); ok {
		char := levelGlyph
		if p.Theme.ASCII {
			char = levelASCII
		}
		p.block.Fill(p.left, p.top+row, p.columns, 1, char, p.Theme.Faint())
	}
}
