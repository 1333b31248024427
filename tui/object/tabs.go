package object

import (
	"strconv"

	"github.com/mwvgroup/pgb/tui/cells"
)

// tab is where a tab stands in its line.
type tab struct {
	part
	from, to, y int
}

// tabNames are the names of the parts, and shorter ones.
var tabNames = [...]struct{ long, short string }{
	lightCurve: {"Light curve", "Curve"}, classesPart: {"Classes", "Class"}, cutoutsPart: {"Cutouts", "Cuts"},
	messagePart: {"Message", "Raw"}, pagesPart: {"Pages", "Web"},
}

// drawTabs draws the tabs, with as much of their names as there is room for.
func (p *Panel) drawTabs(y int) {
	width := p.block.Width()
	label := func(which part, form int) string {
		number := strconv.Itoa(int(which) + 1)
		switch {
		case form == 0:
			return number + " " + tabNames[which].long
		case form == 1, form == 2 && which == p.focus:
			return number + " " + tabNames[which].short
		}
		return number
	}
	form := 0
	for ; form < 3; form++ {
		needed := 0
		for which := range partCount {
			needed += len(label(which, form)) + 2
		}
		if needed <= width {
			break
		}
	}
	x := 0
	for which := range partCount {
		text, style := " "+label(which, form)+" ", p.Theme.Faint()
		switch {
		case which == p.focus && p.Theme.Plain:
			text, style = "["+label(which, form)+"]", p.Theme.Title()
		case which == p.focus && p.Focused:
			style = p.Theme.Selected()
		case which == p.focus:
			style = p.Theme.Title()
			style.Underline = true
		}
		end := p.block.Write(x, y, text, style)
		p.tabs = append(p.tabs, tab{which, x, end, y})
		x = end
	}
	if note := p.tabNote(); x+2+cells.Width(note) <= width {
		p.block.WriteRight(width, y, note, p.Theme.Faint())
	}
}

// tabNote stands right of the tabs.
func (p *Panel) tabNote() string {
	if p.zoomed {
		return "z: all parts"
	}
	return ""
}
