package object

import (
	"strconv"

	"github.com/mwvgroup/pgb/tui/keys"
)

// Keys says what the keys do: those of the part that has them first.
func (p *Panel) Keys() []keys.Binding {
	if p.isEmpty() {
		return nil
	}
	var list []keys.Binding
	if p.absence(p.focus) == "" {
		list = append(list, p.child(p.focus).Keys()...)
	}
	list = append(list,
		keys.Binding{Keys: []string{"]"}, Does: "next part", Do: func() { p.Tab(1) }},
		keys.Binding{Keys: []string{"["}, Does: "part before", Do: func() { p.Tab(-1) }})
	for which := range partCount {
		list = append(list, keys.Binding{
			Keys: []string{strconv.Itoa(int(which) + 1)}, Does: partDoes[which], Do: func() { p.show(which) },
		})
	}
	does := "this part alone"
	if p.zoomed {
		does = "all parts"
	}
	return append(list, keys.Binding{Keys: []string{"z", "enter"}, Does: does, Do: p.Zoom})
}

var partDoes = [...]string{
	lightCurve: "light curve", classesPart: "classes", cutoutsPart: "cutouts", messagePart: "message", pagesPart: "web pages",
}

// Tab moves the focus by so many parts, round and round.
func (p *Panel) Tab(n int) {
	p.show(part(((int(p.focus)+n)%int(partCount) + int(partCount)) % int(partCount)))
}

// Zoom lets the part that has the focus fill the panel, or shows all again.
func (p *Panel) Zoom() { p.zoomed = !p.zoomed }

// Parts is how many parts a panel has.
const Parts = int(partCount)

// Show gives the focus to a part by its number, from 0.
func (p *Panel) Show(n int) { p.show(part(min(max(n, 0), Parts-1))) }

func (p *Panel) show(which part) {
	if p.focus = which; which != lightCurve {
		p.below = which
	}
}

// at gives the place of the part at a cell, ok is false where there is none.
func (p *Panel) at(x, y int) (at place, ok bool) {
	for _, at := range p.places {
		if at.has(x, y) {
			return at, true
		}
	}
	return place{}, false
}

// Click gives the focus to what is clicked: a tab or a part, and in a part what
// is there.
func (p *Panel) Click(x, y int) {
	p.held.is = false
	for _, t := range p.tabs {
		if y == t.y && x >= t.from && x < t.to {
			p.show(t.part)
			return
		}
	}
	at, ok := p.at(x, y)
	if !ok {
		return
	}
	p.show(at.part)
	at = at.inner()
	switch at.part {
	case lightCurve:
		p.held.is, p.held.x, p.held.y = p.chart.Choose(x-at.x, y-at.y), x, y
	case messagePart:
		p.tree.Click(x-at.x, y-at.y)
	case pagesPart:
		p.pages.click(y - at.y)
	}
}

// Drag moves the light curve with the mouse, whose button is held since Click.
func (p *Panel) Drag(x, y int) {
	if p.held.is {
		p.chart.Drag(x-p.held.x, y-p.held.y)
		p.held.x, p.held.y = x, y
	}
}

// How far a step of the wheel zooms and scrolls.
const (
	wheelStep = 1.25
	wheelRows = 3
)

// Wheel turns the wheel at a cell by so many steps, downwards where positive:
// it zooms the light curve and scrolls the others.
func (p *Panel) Wheel(x, y, n int) {
	at, ok := p.at(x, y)
	if !ok {
		return
	}
	at = at.inner()
	switch at.part {
	case lightCurve:
		factor := 1.0
		for range min(max(n, -n), 20) {
			factor *= wheelStep
		}
		if n < 0 {
			factor = 1 / factor
		}
		p.chart.ZoomAt(x-at.x, y-at.y, factor)
	case classesPart:
		p.bars.Wheel(wheelRows * n)
	case messagePart:
		p.tree.Wheel(wheelRows * n)
	case pagesPart:
		p.pages.choose(p.pages.chosen() + n)
	}
}
