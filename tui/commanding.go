package tui

import (
	tea "charm.land/bubbletea/v2"
)

// do has the program do something once the present message is dealt with.
func (v *viewer) do(cmd tea.Cmd) { v.cmds = append(v.cmds, cmd) }

// togglePause stops what is shown, or shows what came meanwhile. Reading goes on.
func (v *viewer) togglePause() {
	s := v.session
	if s == nil {
		return
	}
	on := !s.feed.Paused()
	s.feed.Pause(on)
	if on {
		return
	}
	v.takeStream()
	if s.changed {
		s.changed = false
		v.sift(s) // those that waited came before the filter
	}
}

// toggleFollow has the newest alert always chosen, or no longer. The panel, which
// holds its alert while it has the keys, gives them to the table.
func (v *viewer) toggleFollow() {
	from := v.current()
	if from == nil {
		return
	}
	from.table.Follow(!from.table.Following())
	if from.table.Following() && v.focus == partPanel {
		v.focus = partTable
	}
}

// showPart shows a part of the object, which gets the keys where it was not seen.
func (v *viewer) showPart(n int) {
	if v.chosen() == nil {
		return
	}
	if v.areas.part[partPanel].Empty() {
		v.hold()
		v.focusOn(partPanel)
	}
	v.panel.Show(n)
}

// lookAt gives the panel the keys.
func (v *viewer) lookAt() {
	if v.chosen() != nil {
		v.hold()
		v.focusOn(partPanel)
	}
}

// back goes back: from a lookup that goes on, to the table, to the stream.
func (v *viewer) back() {
	switch {
	case v.cancelLookup():
	case v.focus != partTable:
		v.focus = partTable
	case v.alone:
		v.alone = false
	case v.answer != nil:
		v.setAnswer(nil)
		v.orChoose()
	case v.bar.Saying():
		v.bar.Clear()
	}
}

// toggleSky shows the map of the sky in the place of the object, or the object.
func (v *viewer) toggleSky() {
	if v.beside == partSky {
		v.beside = partPanel
		if v.focus == partSky {
			v.focus = partTable
		}
		return
	}
	v.beside = partSky
	if v.single() {
		v.focus = partSky
	}
}

// openPage opens the page that is chosen in the panel.
func (v *viewer) openPage() {
	page, ok := v.panel.Page()
	switch {
	case !ok:
		v.say("there is no page of this alert")
	case v.c.Browse == nil:
		v.say("no browser can be had here: y copies the address " + page.URL)
	default:
		v.say("opening " + page.URL)
		v.bring("opening "+page.URL, func() error { return v.c.Browse(page.URL) })
	}
}

// copyPage copies the address of the page that is chosen in the panel.
func (v *viewer) copyPage() {
	page, ok := v.panel.Page()
	if !ok {
		v.say("there is no page of this alert")
		return
	}
	v.do(tea.SetClipboard(page.URL))
	v.sayGood("copied " + page.URL)
}
