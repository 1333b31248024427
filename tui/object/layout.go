package object

import (
	"strings"

	"github.com/mwvgroup/pgb/tui/cells"
)

// place is where a part stands.
type place struct {
	part
	x, y, width, height int
	titled              bool // its first line is its title
}

// inner gives the place without the title.
func (at place) inner() place {
	if at.titled {
		at.y, at.height = at.y+1, at.height-1
	}
	return at
}

func (at place) has(x, y int) bool {
	return x >= at.x && y >= at.y && x < at.x+at.width && y < at.y+at.height
}

// The least sizes of a panel in which parts stand together, and of one with
// three rows of them.
const (
	togetherWidth = 56
	twoRows       = 24
	threeRows     = 42
	// A wide panel that is not high has its parts side by side.
	besideWidth  = 100
	besideHeight = 10
)

// remark is the height of a part that has nothing to show but that.
const remark = 3

// arrange says where the parts stand in what the header leaves.
func (p *Panel) arrange(top int) {
	width, height := p.block.Width(), p.block.Height()-top
	p.places = p.places[:0]
	if height <= 0 {
		return
	}
	if p.zoomed || width < togetherWidth || height < twoRows && (width < besideWidth || height < besideHeight) {
		p.places = append(p.places, place{p.focus, 0, top, width, height, height >= 14})
		return
	}
	if height < twoRows {
		p.placeBeside(top, width, height)
		return
	}
	pair := p.pairHeight(width, height)
	noCurve := p.absence(lightCurve) != ""
	if height >= threeRows {
		curve := max(14, (height-pair)*6/10)
		if noCurve {
			curve = remark
		}
		p.places = append(p.places, place{lightCurve, 0, top, width, curve, true})
		p.placePair(top+curve, pair)
		p.places = append(p.places, place{p.lower(), 0, top + curve + pair, width, height - curve - pair, true})
		return
	}
	switch p.below {
	case messagePart, pagesPart:
		curve := height / 2
		if noCurve {
			curve = remark
		}
		p.places = append(p.places, place{lightCurve, 0, top, width, curve, true},
			place{p.below, 0, top + curve, width, height - curve, true})
	default:
		if noCurve {
			pair = height - remark
		}
		p.places = append(p.places, place{lightCurve, 0, top, width, height - pair, true})
		p.placePair(top+height-pair, pair)
	}
}

// placeBeside places parts side by side: two, or where there is room and none
// that needs more of it is wanted, three.
func (p *Panel) placeBeside(top, width, height int) {
	const gap, roomForThree = 1, 150
	curve := width * 11 / 20
	if p.absence(lightCurve) != "" {
		curve = width / 4
	}
	rest := width - curve - gap
	p.places = append(p.places, place{lightCurve, 0, top, curve, height, true})
	beside := p.below
	switch {
	case (beside == messagePart || beside == pagesPart):
	case width >= roomForThree:
		images := p.cutoutsWidth(rest)
		p.places = append(p.places, place{classesPart, curve + gap, top, rest - images - gap, height, true})
		beside, curve, rest = cutoutsPart, width-images-gap, images
	case beside == lightCurve && len(p.details.Stamps) > 0:
		beside = cutoutsPart
	case beside == lightCurve:
		beside = classesPart
	}
	p.places = append(p.places, place{beside, curve + gap, top, rest, height, true})
}

// lower is the part in the lowest of three rows.
func (p *Panel) lower() part {
	if p.below == pagesPart {
		return pagesPart
	}
	return messagePart
}

// pairHeight is the height that classes and cutouts want: that of three square
// images side by side.
func (p *Panel) pairHeight(width, height int) int {
	const title, labels, perLine = 1, 2, 2
	images := p.cutoutsWidth(width) / 3 / perLine
	return min(max(title+labels+images, 9), height*2/5)
}

// cutoutsWidth is the part of the width for cutouts, beside classes: less where
// there are none, more where there are no classes.
func (p *Panel) cutoutsWidth(width int) int {
	switch {
	case p.absence(cutoutsPart) != "":
		return width / 4
	case p.absence(classesPart) != "":
		return min(width*3/4, width-20)
	}
	return min(width*3/5, width-28)
}

func (p *Panel) placePair(top, height int) {
	const gap = 1
	width := p.block.Width()
	images := p.cutoutsWidth(width)
	p.places = append(p.places,
		place{classesPart, 0, top, width - images - gap, height, true},
		place{cutoutsPart, width - images, top, images, height, true})
}

// Render draws the panel. The block is valid until the next Render.
func (p *Panel) Render(width, height int) *cells.Block {
	p.block.Reset(width, height)
	p.places, p.tabs = p.places[:0], p.tabs[:0]
	if width <= 0 || height <= 0 {
		return &p.block
	}
	if p.isEmpty() {
		p.drawWords(place{0, 0, 0, width, height, false}, "select an alert with the arrow keys")
		return &p.block
	}
	top := p.drawHeader(min(p.headerLines(height), height))
	if height-top >= 4 {
		p.drawTabs(top)
		top++
	}
	p.theme()
	p.arrange(top)
	for _, at := range p.places {
		p.drawPart(at)
	}
	return &p.block
}

// theme tells the parts how they look and which of them has the keys.
func (p *Panel) theme() {
	has := func(which part) bool { return p.Focused && p.focus == which }
	p.chart.Theme, p.chart.Values, p.chart.Hint = p.Theme, true, ""
	if has(lightCurve) {
		p.chart.Hint = "← → point   + - zoom   f flux   t total   0 all"
		if p.Theme.ASCII {
			p.chart.Hint = "Left Right: point  + -: zoom  f: flux  t: total  0: all"
		}
	}
	p.bars.Theme, p.bars.Focused = p.Theme, has(classesPart)
	p.cutouts.Theme, p.cutouts.Focused = p.Theme, has(cutoutsPart)
	p.tree.Theme, p.tree.Focused = p.Theme, has(messagePart)
	p.pages.Theme, p.pages.Focused = p.Theme, has(pagesPart)
}

func (p *Panel) drawPart(at place) {
	if at.titled {
		p.drawTitle(at)
	}
	at = at.inner()
	if why := p.absence(at.part); why != "" {
		p.drawWords(at, why)
		return
	}
	p.block.Draw(at.x, at.y, p.child(at.part).Render(at.width, at.height))
}

// drawTitle draws the line above a part: heavier where it has the keys.
func (p *Panel) drawTitle(at place) {
	line, heavy := '─', '━'
	if p.Theme.ASCII {
		line, heavy = '-', '='
	}
	text, style := p.Theme.Title(), p.Theme.Border()
	if p.Focused && p.focus == at.part {
		line, text, style = heavy, p.Theme.Accent(), p.Theme.Accent()
	}
	p.block.Fill(at.x, at.y, at.width, 1, line, style)
	write := func(x int, words string, s cells.Style) int {
		return p.block.Write(x, at.y, " "+words+" ", s)
	}
	name := p.Theme.Cut(tabNames[at.part].long, at.width-4)
	if name == "" {
		return
	}
	end := write(at.x+1, name, text)
	if note := p.Theme.Cut(p.note(at.part), at.x+at.width-end-4); note != "" {
		write(at.x+at.width-cells.Width(note)-3, note, p.Theme.Faint())
	}
}

// drawWords writes a remark in the middle of a place, over several lines where
// it is narrow.
func (p *Panel) drawWords(at place, text string) {
	var lines []string
	for word := range strings.FieldsSeq(p.Theme.Text(text)) {
		last := len(lines) - 1
		if last >= 0 && cells.Width(lines[last])+1+cells.Width(word) <= at.width {
			lines[last] += " " + word
		} else {
			lines = append(lines, word)
		}
	}
	lines = lines[:min(len(lines), max(at.height, 0))]
	for i, line := range lines {
		line = p.Theme.Cut(line, at.width)
		p.block.Write(at.x+(at.width-cells.Width(line))/2, at.y+(at.height-len(lines))/2+i, line, p.Theme.Faint())
	}
}
