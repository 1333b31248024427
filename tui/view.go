package tui

import (
	"image"

	tea "charm.land/bubbletea/v2"

	"github.com/mwvgroup/pgb/tui/cells"
	"github.com/mwvgroup/pgb/tui/skymap"
	"github.com/mwvgroup/pgb/tui/status"
)

// View draws everything, where something changed.
func (v *viewer) View() tea.View {
	if !v.dirty {
		return v.view
	}
	v.dirty = false
	v.view = tea.View{AltScreen: true, MouseMode: tea.MouseModeCellMotion, WindowTitle: cells.Clean(v.title())}
	if v.width <= 0 || v.height <= 0 {
		return v.view
	}
	v.drawn = v.c.Now()
	v.draw()
	v.picturesDrawn()
	v.view.Content = v.screen.String()
	if x, y, ok := v.cursor(); ok {
		v.view.Cursor = tea.NewCursor(x, y)
	}
	return v.view
}

// title is that of the window.
func (v *viewer) title() string {
	if name := v.name(); name != "" {
		return "pgb: " + name
	}
	return "pgb"
}

// name names what is shown.
func (v *viewer) name() string {
	switch {
	case v.opening != nil:
		return v.opening.name()
	case v.session != nil:
		return v.session.stream.Name()
	}
	return ""
}

// draw draws everything into the screen.
func (v *viewer) draw() {
	v.arrange()
	b := &v.screen
	b.Reset(v.width, v.height)
	v.drawParts(b)
	v.drawLines(b)
	if area := v.areas.title; !area.Empty() {
		v.drawTitle(b, area)
	}
	if area := v.areas.prompt; !area.Empty() {
		v.prompt.line.Theme = v.theme
		put(b, area, v.prompt.line.Render(area.Dx(), area.Dy()))
	}
	v.drawStatus(b)
	if v.overlay != nil {
		v.drawOverlay(b)
	}
}

// put draws a part where it belongs.
func put(b *cells.Block, area image.Rectangle, part *cells.Block) {
	b.Draw(area.Min.X, area.Min.Y, part)
}

// drawParts draws the table, the panel, the sky and the slider.
func (v *viewer) drawParts(b *cells.Block) {
	free := v.prompt == nil && v.overlay == nil
	if area := v.areas.part[partTable]; !area.Empty() {
		if from := v.current(); from != nil {
			t := from.table
			t.Theme, t.Focused, t.Empty = v.theme, free && v.focus == partTable, v.emptyTable()
			put(b, area, t.Render(area.Dx(), area.Dy()))
		} else if v.overlay == nil {
			v.drawNothing(b, area)
		}
	}
	if area := v.areas.part[partPanel]; !area.Empty() {
		v.panel.Theme, v.panel.Focused = v.theme, free && v.focus == partPanel
		put(b, area, v.panel.Render(area.Dx(), area.Dy()))
	}
	if area := v.areas.part[partSky]; !area.Empty() {
		m := v.sky()
		m.Theme, m.Focused = v.theme, free && v.focus == partSky
		put(b, area, m.Render(area.Dx(), area.Dy()))
	}
	if area := v.areas.part[partSlider]; !area.Empty() {
		v.slider.Theme, v.slider.Focused, v.slider.Shown = v.theme, free && v.focus == partSlider, v.shownPart()
		put(b, area, v.slider.Render(area.Dx(), area.Dy()))
	}
}

// sky is the map of what the table shows.
func (v *viewer) sky() *skymap.Map {
	if from := v.current(); from != nil {
		return from.sky
	}
	return &v.noSky
}

// drawLines draws the lines between parts.
func (v *viewer) drawLines(b *cells.Block) {
	across, upright := '─', '│'
	if v.theme.ASCII {
		across, upright = '-', '|'
	}
	for _, line := range v.areas.across {
		char := across
		if line.Dx() == 1 {
			char = upright
		}
		b.Fill(line.Min.X, line.Min.Y, line.Dx(), line.Dy(), char, v.theme.Border())
	}
}

// drawTitle says what a lookup found, and how to go back.
func (v *viewer) drawTitle(b *cells.Block, area image.Rectangle) {
	back := "Esc: back to the stream"
	if v.session == nil {
		back = "Esc: choose a stream"
	}
	b.Fill(area.Min.X, area.Min.Y, area.Dx(), 1, ' ', v.theme.Bar())
	end := area.Max.X
	if area.Dx() > 2*len(back) {
		end = b.WriteRight(end, area.Min.Y, back, v.theme.Bar()) - 2
	}
	title := v.theme.Title()
	title.Bg, title.Reverse = v.theme.Bar().Bg, v.theme.Bar().Reverse
	b.Write(area.Min.X, area.Min.Y, v.theme.Cut(v.answer.title, end-area.Min.X), title)
}

// drawNothing says what goes on before there is a table.
func (v *viewer) drawNothing(b *cells.Block, area image.Rectangle) {
	text := ""
	switch {
	case v.leaving:
	case v.opening != nil:
		text = "opening " + v.opening.name() + " ..."
	case v.lookup.going():
		text = "asking " + v.c.Archive.Name() + " ..."
	default:
		text = "T: choose a stream   : look up an object   ? keys   q quit"
	}
	text = v.theme.Cut(text, area.Dx())
	b.Write(area.Min.X+(area.Dx()-cells.Width(text))/2, area.Min.Y+area.Dy()/2, text, v.theme.Faint())
}

// emptyTable is what a table without alerts says.
func (v *viewer) emptyTable() []string {
	s := v.session
	switch {
	case v.answer != nil || s == nil:
		return nil
	case s.phase == waiting || s.phase == stopped:
		return []string{"no alerts yet"}
	case s.phase == ended:
		return []string{"there are no alerts in " + s.stream.Name()}
	case s.filter != "" && s.feed.Figures().Seen > 0:
		return []string{"no alert has passed the filter yet", s.filter}
	}
	return []string{"waiting for alerts of " + s.stream.Name()}
}

// drawOverlay draws the box that lies over everything else.
// What is said below it stays where there is room for that.
func (v *viewer) drawOverlay(b *cells.Block) {
	high := v.height
	if below := v.areas.status.Dy(); high > below+5 {
		high -= below
	}
	w, h := v.overlay.size(v.width, high)
	x, y := (v.width-w)/2, (high-h)/2
	v.areas.overlay = image.Rect(x, y, x+w, y+h)
	put(b, v.areas.overlay, v.overlay.render(v.theme, w, h))
}

// cursor is where the cursor is shown: where something is typed.
func (v *viewer) cursor() (x, y int, ok bool) {
	switch {
	case v.overlay != nil:
		x, y, ok = v.overlay.cursor()
		return x + v.areas.overlay.Min.X, y + v.areas.overlay.Min.Y, ok
	case v.prompt != nil && !v.areas.prompt.Empty():
		x, y = v.prompt.line.Cursor()
		return x + v.areas.prompt.Min.X, y + v.areas.prompt.Min.Y, true
	}
	return 0, 0, false
}

// drawStatus draws the status bar.
func (v *viewer) drawStatus(b *cells.Block) {
	bar := &v.bar
	bar.Theme, bar.Now, bar.Hints, bar.More = v.theme, v.c.Now(), v.hints(), inFull
	bar.Name, bar.State, bar.Paused, bar.Following = v.name(), v.state(), false, false
	bar.Filter, bar.Saving, bar.Saved = "", "", 0
	bar.Archive = ""
	if v.c.Archive != nil {
		bar.Archive = v.c.Archive.Name()
	}
	if s := v.session; s != nil {
		bar.Figures = s.figures()
		bar.Paused, bar.Waiting = s.feed.Paused(), s.feed.Waiting()
		bar.Filter, bar.Saving, bar.Saved = s.filter, s.saving, s.intake.saved.Load()
		bar.Retry = s.again
	}
	if from := v.current(); from != nil {
		bar.Following = from.table.Following()
	}
	area := v.areas.status
	put(b, area, bar.Render(area.Dx(), area.Dy()))
}

// state is what the stream does.
func (v *viewer) state() status.State {
	switch {
	case v.opening != nil:
		return status.Connecting
	case v.session == nil:
		return status.Idle
	}
	if s := v.session; s.phase == reading && !s.stream.Stored() {
		return v.connection(s)
	}
	return [...]status.State{reading: status.Running, opening: status.Connecting, waiting: status.Retrying, stopped: status.Stopped, ended: status.Ended}[v.session.phase]
}
