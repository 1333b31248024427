package tui

import (
	"image"

	tea "charm.land/bubbletea/v2"
)

// notch is how many lines a notch of the wheel moves.
const notch = 3

// drag is a mouse whose button is held.
type drag struct {
	part part
	on   bool
	x, y int
}

// mouse deals with the mouse; it is false where nothing comes of it.
func (v *viewer) mouse(msg tea.MouseMsg) bool {
	if v.leaving {
		return false
	}
	m := msg.Mouse()
	switch msg.(type) {
	case tea.MouseClickMsg:
		if m.Button == tea.MouseLeft {
			v.click(m.X, m.Y)
			return true
		}
	case tea.MouseWheelMsg:
		return v.wheel(m)
	case tea.MouseMotionMsg:
		return v.dragTo(m.X, m.Y)
	case tea.MouseReleaseMsg:
		v.drag.on = false
	}
	return false
}

// click gives the part under the mouse the keys, and the click.
func (v *viewer) click(x, y int) {
	if v.overlay != nil {
		if !image.Pt(x, y).In(v.areas.overlay) {
			v.overlay = nil
			return
		}
		v.overlay.click(x-v.areas.overlay.Min.X, y-v.areas.overlay.Min.Y)
		return
	}
	p, ok := v.at(x, y)
	if !ok {
		return
	}
	if v.prompt != nil {
		v.closePrompt()
	}
	v.focus = p
	v.drag = drag{part: p, on: true, x: x, y: y}
	v.clickIn(p, x-v.areas.part[p].Min.X, y-v.areas.part[p].Min.Y)
}

// clickIn clicks at a place of a part.
func (v *viewer) clickIn(p part, x, y int) {
	switch p {
	case partPanel:
		v.hold()
		v.panel.Click(x, y)
	case partSlider:
		v.slider.Click(x, y)
		v.play()
	case partSky:
		if seq, ok := v.sky().Near(x, y); ok {
			v.current().table.Select(seq)
		}
	case partTable:
		if from := v.current(); from != nil {
			from.table.Click(x, y)
		}
	}
}

// wheel turns the wheel over the part under the mouse.
func (v *viewer) wheel(m tea.Mouse) bool {
	n := 1
	switch m.Button {
	case tea.MouseWheelDown:
	case tea.MouseWheelUp:
		n = -1
	default:
		return false
	}
	if v.overlay != nil {
		v.overlay.wheel(n * notch)
		return true
	}
	p, ok := v.at(m.X, m.Y)
	if !ok {
		return false
	}
	x, y := m.X-v.areas.part[p].Min.X, m.Y-v.areas.part[p].Min.Y
	switch p {
	case partPanel:
		v.panel.Wheel(x, y, n)
	case partSky:
		factor := 1.5
		if n > 0 {
			factor = 1 / factor
		}
		v.sky().ZoomAt(x, y, factor)
	case partSlider:
		v.slider.Step(float64(n) / 100)
		v.play()
	case partTable:
		if from := v.current(); from != nil {
			from.table.Wheel(n * notch)
		}
	}
	return true
}

// dragTo moves what is held with the mouse.
func (v *viewer) dragTo(x, y int) bool {
	if !v.drag.on || v.overlay != nil {
		return false
	}
	area := v.areas.part[v.drag.part]
	dx, dy := x-v.drag.x, y-v.drag.y
	v.drag.x, v.drag.y = x, y
	switch v.drag.part {
	case partPanel:
		v.panel.Drag(x-area.Min.X, y-area.Min.Y)
	case partSky:
		if w, h := area.Dx(), area.Dy(); w > 0 && h > 0 {
			v.sky().Pan(-float64(dx)/float64(w), -float64(dy)/float64(h))
		}
	case partSlider:
		v.slider.Click(x-area.Min.X, max(y-area.Min.Y, 0))
		v.play()
	default:
		return false
	}
	return true
}
