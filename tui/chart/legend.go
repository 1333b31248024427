package chart

import (
	"fmt"
	"strings"

	"github.com/mwvgroup/pgb/client/alert/lightcurve"
	"github.com/mwvgroup/pgb/tui/cells"
)

// entry is one entry of the legend.
type entry struct {
	mark, ascii string
	text        string
	band        int // or ofKind
}

const ofKind = -1

// entries lists the bands with their detections, and the other kinds, with
// counts that add up.
func (c *Chart) entries() []entry {
	d := &c.drawing
	counts := d.Count()
	entries := c.legend[:0]
	for i := range d.Bands {
		b := &d.Bands[i]
		entries = append(entries, entry{
			string(b.Shape.Glyph(false)), string(b.ASCII), fmt.Sprintf("%s %d", cells.Clean(b.Name), counts.Detections[i]), i,
		})
	}
	add := func(mark rune, ascii, word string, n int) {
		if n > 0 {
			entries = append(entries, entry{string(mark), ascii, fmt.Sprintf("%s %d", word, n), ofKind})
		}
	}
	shape := lightcurve.Circle
	if len(d.Bands) > 0 {
		shape = d.Bands[0].Shape
	}
	add(shape.Glyph(true), "abc", "forced", counts.Forced)
	add(limitGlyph, string(limitASCII), "limits", counts.Limits)
	add(limitGlyph, string(limitASCII), "forced <1σ", counts.Faint)
	if counts.Negative > 0 { // in brackets, as they are among those before
		entries = append(entries, entry{string(negativeGlyph), string(negativeASCII), fmt.Sprintf("(negative %d)", counts.Negative), ofKind})
	}
	if d.Left > 0 {
		entries = append(entries, entry{"", "", fmt.Sprintf("not shown %d", d.Left), ofKind})
	}
	return entries
}

// legendText gives the mark and the words of an entry, as the terminal has them.
func (p *page) legendText(e *entry) (mark, text string) {
	if p.Theme.ASCII {
		return e.ascii, cells.ASCII(strings.ReplaceAll(e.text, "σ", " sigma"))
	}
	return e.mark, e.text
}

// drawLegend writes the legend from a line on, over at most so many lines of a
// width, and gives their number.
func (p *page) drawLegend(from, most, width int) int {
	at, row := 0, 0
	for i := range p.legend {
		e := &p.legend[i]
		mark, text := p.legendText(e)
		wide := cells.Width(text)
		if mark != "" {
			wide += cells.Width(mark) + 1
		}
		if at > 0 && at+wide > width {
			if row+1 == most {
				break
			}
			at, row = 0, row+1
		}
		style := p.Theme.Faint()
		if e.band != ofKind {
			style = cells.Style{Fg: p.bandColour(e.band), Bold: true}
		}
		if mark != "" {
			at = p.block.Write(at, from+row, mark, style) + 1
		}
		at = p.block.Write(at, from+row, text, cells.Style{}) + 2
	}
	return row + 1
}

// drawHead writes the legend with the quantity right of it, and gives the
// number of lines.
func (p *page) drawHead(from, most int) int {
	const room = 2
	width := p.block.Width()
	needed := 0
	for i := range p.legend {
		mark, text := p.legendText(&p.legend[i])
		needed += cells.Width(mark) + 1 + cells.Width(text) + room
	}
	for _, what := range []string{p.quantity.String(), short[p.quantity]} {
		if needed+len(what) <= width {
			p.block.WriteRight(width, from, what, p.Theme.Faint())
			break
		}
	}
	return p.drawLegend(from, most, width)
}

// short names the quantities where there is little room.
var short = [...]string{
	lightcurve.Magnitude: "difference", lightcurve.Flux: "difference",
	lightcurve.TotalMagnitude: "total", lightcurve.TotalFlux: "total",
}
