package tui

import (
	"image"

	"github.com/mwvgroup/pgb/tui/status"
)

// part is a part of the screen that can have the keys.
type part uint8

const (
	partTable part = iota
	partPanel
	partSky
	partSlider
	parts // how many there are
)

// areas says where each part is; an empty area is not shown.
type areas struct {
	part    [parts]image.Rectangle
	title   image.Rectangle   // of a lookup, above the table
	across  []image.Rectangle // lines between parts, of no thickness but one
	prompt  image.Rectangle
	status  image.Rectangle
	overlay image.Rectangle
}

// Sizes of the layout, in cells.
const (
	wideEnough  = 110 // for the panel on the right
	highEnough  = 30  // for the panel below
	largeEnough = 150 // with a height of largeHigh: for the sky below the table
	largeHigh   = 44
	mostPrompt  = 8
)

// arrange says where everything is at the present size.
func (v *viewer) arrange() {
	a := areas{}
	main := image.Rect(0, 0, v.width, v.height)
	a.status, main = cutBottom(main, status.Height(v.width, v.height))
	if v.prompt != nil {
		high := min(v.prompt.line.Height(v.width), mostPrompt, max(1, main.Dy()/2))
		a.prompt, main = cutBottom(main, high)
	}
	if v.timed && main.Dy() >= 8 {
		a.part[partSlider], main = cutBottom(main, 1)
	}
	if v.answer != nil && main.Dy() >= 4 {
		a.title, main = cutTop(main, 1)
	}
	v.split(&a, main)
	v.areas = a
	if v.areas.part[v.focus].Empty() {
		v.focus = partTable
	}
}

// split gives the table, the panel and the sky their places.
func (v *viewer) split(a *areas, main image.Rectangle) {
	if v.alone || !v.twoFit(main) {
		only := v.focus
		if only == partSlider {
			only = partTable
		}
		a.part[only] = main
		return
	}
	if main.Dx() < wideEnough {
		below := main.Dy() * 11 / 20
		a.part[v.beside], main = cutBottom(main, below)
		a.line(&main, false)
		a.part[partTable] = main
		return
	}
	right := min(max(main.Dx()*9/20, 52), 140)
	if v.beside == partSky && main.Dx() >= largeEnough && main.Dy() >= largeHigh {
		a.part[partPanel], main = cutRight(main, right)
		a.line(&main, true)
		a.part[partSky], main = cutBottom(main, main.Dy()/2)
		a.line(&main, false)
		a.part[partTable] = main
		return
	}
	a.part[v.beside], main = cutRight(main, right)
	a.line(&main, true)
	a.part[partTable] = main
}

// twoFit says whether there is room for more than one part.
func (v *viewer) twoFit(main image.Rectangle) bool {
	return main.Dx() >= wideEnough && main.Dy() >= 8 || main.Dy() >= highEnough-status.Height(v.width, v.height)
}

// line takes a line between parts from the right, or from the bottom.
func (a *areas) line(main *image.Rectangle, upright bool) {
	var line image.Rectangle
	if upright {
		line, *main = cutRight(*main, 1)
	} else {
		line, *main = cutBottom(*main, 1)
	}
	a.across = append(a.across, line)
}

func cutBottom(r image.Rectangle, n int) (bottom, rest image.Rectangle) {
	y := max(r.Max.Y-n, r.Min.Y)
	return image.Rect(r.Min.X, y, r.Max.X, r.Max.Y), image.Rect(r.Min.X, r.Min.Y, r.Max.X, y)
}

func cutTop(r image.Rectangle, n int) (top, rest image.Rectangle) {
	y := min(r.Min.Y+n, r.Max.Y)
	return image.Rect(r.Min.X, r.Min.Y, r.Max.X, y), image.Rect(r.Min.X, y, r.Max.X, r.Max.Y)
}

func cutRight(r image.Rectangle, n int) (right, rest image.Rectangle) {
	x := max(r.Max.X-n, r.Min.X)
	return image.Rect(x, r.Min.Y, r.Max.X, r.Max.Y), image.Rect(r.Min.X, r.Min.Y, x, r.Max.Y)
}

// at says which part is at a cell.
func (v *viewer) at(x, y int) (p part, ok bool) {
	for p, area := range v.areas.part {
		if image.Pt(x, y).In(area) {
			return part(p), true
		}
	}
	return 0, false
}

// focusOn gives a part the keys. One that is not shown is brought.
func (v *viewer) focusOn(p part) {
	v.focus = p
	if p == partPanel || p == partSky {
		v.beside = p
	}
}

// nextPart gives the next part that is there the keys.
func (v *viewer) nextPart(n int) {
	order := []part{partTable, partPanel, partSky, partSlider}
	shown := order[:0:0]
	at := 0
	for _, p := range order {
		if v.reachable(p) {
			if p == v.focus {
				at = len(shown)
			}
			shown = append(shown, p)
		}
	}
	if len(shown) > 0 {
		v.focus = shown[(at+n+len(shown))%len(shown)]
	}
}

// reachable says whether tab gets to a part: where there is room for one only,
// to all of them.
func (v *viewer) reachable(p part) bool {
	switch p {
	case partSlider:
		return !v.areas.part[partSlider].Empty()
	case partSky:
		return v.beside == partSky
	case partPanel:
		return v.beside == partPanel || !v.areas.part[partPanel].Empty() || v.single()
	}
	return true
}

// single says that one part is shown only.
func (v *viewer) single() bool {
	n := 0
	for _, p := range []part{partTable, partPanel, partSky} {
		if !v.areas.part[p].Empty() {
			n++
		}
	}
	return n <= 1
}
