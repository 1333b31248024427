package chart

import (
	"fmt"
	"math"
	"strconv"

	"github.com/mwvgroup/pgb/client/alert"
	"github.com/mwvgroup/pgb/client/alert/lightcurve"
	"github.com/mwvgroup/pgb/client/sky"
	"github.com/mwvgroup/pgb/tui/cells"
)

// wideValues is the width from which on one line holds all values of a point.
const wideValues = 96

// drawValues writes the values of the chosen point, or the hint, and gives the
// number of lines: the same whatever is chosen, so that nothing jumps.
func (p *page) drawValues(from int) int {
	width, lines := p.block.Width(), 1
	if width < wideValues && p.block.Height() >= 2*fullHeight {
		lines = 2
	}
	if !p.chosen.is {
		p.block.Write(0, from, p.Theme.Cut(p.Hint, width), p.Theme.Faint())
		return lines
	}
	at, row := 0, from
	if mark := p.chosen.mark; mark >= 0 {
		m := &p.drawing.Marks[mark]
		p.block.Put(0, row, p.glyph(m), p.markStyle(m))
		at = 2
	}
	for i, value := range p.values() {
		wide := cells.Width(value)
		if at+wide > width {
			if row+1 == from+lines {
				break
			}
			at, row = 0, row+1
		}
		style := cells.Style{Bold: i == 0}
		at = p.block.Write(at, row, value, style) + 2
	}
	return lines
}

// Chosen gives the point that the cross-hair is on.
func (c *Chart) Chosen() (alert.Point, bool) {
	c.prepare()
	return c.chosen.point, c.chosen.is
}

// values tells what is known of the chosen point, the most important first.
func (c *Chart) values() []string {
	p := &c.chosen.point
	plusMinus := " ± "
	if c.Theme.ASCII {
		plusMinus = " +- "
	}
	withError := func(value, err float64, decimals int, unit string) string {
		text := strconv.FormatFloat(value, 'f', decimals, 64)
		if !math.IsNaN(err) {
			text += plusMinus + strconv.FormatFloat(err, 'f', decimals, 64)
		}
		return text + " " + unit
	}
	band := p.Band
	if band == "" {
		band = lightcurve.NoBand
	}
	if c.Theme.ASCII {
		band = cells.ASCII(band)
	}
	list := []string{band}
	add := func(known float64, text string) {
		if !math.IsNaN(known) && math.Abs(known) < 1e15 {
			list = append(list, text)
		}
	}
	told := len(list)
	switch c.quantity {
	case lightcurve.Magnitude:
		add(p.Mag, withError(p.Mag, p.MagErr, 3, "mag"))
	case lightcurve.TotalMagnitude:
		add(p.MagTotal, withError(p.MagTotal, math.NaN(), 3, "mag"))
	case lightcurve.Flux:
		add(p.Flux, withError(p.Flux, p.FluxErr, decimals(p.FluxErr), "nJy"))
	case lightcurve.TotalFlux:
		add(p.FluxTotal, withError(p.FluxTotal, math.NaN(), 0, "nJy"))
	}
	limit := fmt.Sprintf("limit %.2f mag", p.LimMag)
	isLimit := len(list) == told
	if isLimit {
		add(p.LimMag, limit)
	}
	if p.Flux < 0 && c.quantity == lightcurve.Magnitude && !math.IsNaN(p.Mag) {
		list = append(list, "(negative flux)")
	}
	add(p.MJD, "MJD "+strconv.FormatFloat(p.MJD, 'f', 5, 64))
	if date := lightcurve.Date(p.MJD, 1); date != "" {
		list = append(list, sky.TimeFromMJD(p.MJD).Format("2006-01-02 15:04"))
	}
	list = append(list, p.Kind.String())
	add(p.SNR, fmt.Sprintf("S/N %.1f", p.SNR))
	if !isLimit {
		add(p.LimMag, limit)
	}
	return list
}

// decimals gives the decimals that an error leaves of a value.
func decimals(err float64) int {
	if err < 10 {
		return 1
	}
	return 0
}
