package tui

import (
	"context"
	"fmt"
	"slices"
	"time"

	tea "charm.land/bubbletea/v2"

	"github.com/mwvgroup/pgb/client/alert"
	"github.com/mwvgroup/pgb/tui/feed"
	"github.com/mwvgroup/pgb/tui/object"
)

const (
	// apart is the least time between two alerts that are loaded, so that
	// following a fast stream leaves the processor to it.
	apart = 250 * time.Millisecond
	// calm is that time while the table follows, so that the panel can be read.
	calm = 2 * time.Second
	// history is how many alerts of an object its light curve is made of.
	history = 100
)

// choice is the alert that is chosen, and what was loaded of it.
type choice struct {
	from    *shelf      // where it is
	shown   bool        // the panel shows an alert
	entry   *feed.Entry // that one; nil where it is not of from
	kept    *feed.Entry // what the panel keeps, because it has the keys while the table follows
	loading bool
	last    time.Time // when the last one was begun
	due     time.Time // when the time is over that has to be apart; zero where nothing waits for it
}

// The messages of choices.
type (
	loadedMsg struct {
		from    *shelf
		entry   *feed.Entry
		details object.Details
	}
	// loadMsg says that the time between two alerts is over.
	loadMsg struct{ due time.Time }
)

// settle looks what is chosen now, and loads it. It is called after everything
// that happens.
func (v *viewer) settle() {
	from, c := v.current(), &v.choice
	if from != c.from {
		c.from, c.entry, c.kept = from, nil, nil
	}
	if from == nil {
		v.clearPanel()
		return
	}
	e := v.keep(from)
	switch {
	case e == nil:
		v.sky().Unmark()
		v.clearPanel()
		return
	case c.entry != nil && e.Seq == c.entry.Seq || c.loading || v.leaving:
		return
	}
	least := apart
	if c.entry != nil && c.kept == nil && from.table.Following() {
		least = calm
	}
	now := v.c.Now()
	if rest := least - now.Sub(c.last); rest > 0 && rest <= least {
		if due := now.Add(rest); c.due.IsZero() || due.Before(c.due) {
			c.due = due
			v.after(v.ctx, rest, loadMsg{due})
		}
		return
	}
	free := v.c.Archive != nil && v.c.Archive.Free()
	v.load(from, e, free && v.answer != nil && len(e.Message.Body) == 0)
}

// keep gives the alert that is to be in the panel: the one that is selected. While
// the table follows, the panel keeps the one it has as long as it has the keys.
func (v *viewer) keep(from *shelf) *feed.Entry {
	c := &v.choice
	switch {
	case v.focus != partPanel || !from.table.Following() || from.table.Selected() == nil:
		c.kept = nil
	case c.kept == nil:
		c.kept = v.chosen()
	}
	if c.kept != nil {
		return c.kept
	}
	return from.table.Selected()
}

// hold ends following: something is done with the alert in the panel.
func (v *viewer) hold() {
	from, e := v.current(), v.chosen()
	if e == nil || !from.table.Following() {
		return
	}
	if !from.table.Hold(e) {
		from.table.Follow(false)
	}
	if e == v.choice.entry { // it was passing by until now
		v.rest(e)
		v.outlineChosen(loadedMsg{from: from, entry: e})
	}
}

// load reads an alert for the panel, together with the others of its object, and
// fetches its body from the archive first where that is said.
func (v *viewer) load(from *shelf, e *feed.Entry, fetch bool) {
	v.choice.loading, v.choice.last = true, v.c.Now()
	if e.RA == e.RA && e.Dec == e.Dec {
		v.sky().Mark(e.RA, e.Dec)
	} else {
		v.sky().Unmark()
	}
	var others []*feed.Entry
	if key := e.Key(); key != "" {
		for _, other := range from.feed.OfObject(key, history) {
			others = append(others, other.Snapshot())
		}
	}
	e = e.Snapshot()
	reader, archive := v.c.Reader, v.c.Archive
	v.work(v.ctx, func(ctx context.Context) tea.Msg {
		msg := loadedMsg{from: from, entry: e}
		if fetch {
			if m, err := archive.Whole(ctx, e.Message); err == nil {
				e.Message = m
			}
		}
		msg.details = details(reader, e, others)
		return msg
	})
}

// details reads an alert; a packet that breaks a reader is said to.
func details(r *alert.Reader, e *feed.Entry, others []*feed.Entry) (d object.Details) {
	defer func() {
		if broken := recover(); broken != nil {
			d = object.Details{Entry: e, Problems: []string{fmt.Sprintf("this alert can't be read: %v", broken)}}
		}
	}()
	return object.Load(r, e, others)
}

// loaded shows an alert in the panel.
func (v *viewer) loaded(msg loadedMsg) {
	v.choice.loading = false
	if msg.from != v.current() || msg.from.table.Selected() == nil || v.leaving {
		return
	}
	e := msg.entry
	v.choice.entry, v.choice.shown = e, true
	v.panel.Set(msg.details)
	v.panel.SetPages(v.pages(e))
	v.rest(e)
}

// clearPanel shows no alert in the panel.
func (v *viewer) clearPanel() {
	if !v.choice.shown {
		return
	}
	v.choice.entry, v.choice.shown = nil, false
	v.archive.stop()
	v.archive.key, v.panel.Asking = "", ""
	v.panel.Set(object.Details{})
	v.panel.SetPages(nil)
}

// pages gives the web pages of an alert's object.
func (v *viewer) pages(e *feed.Entry) []object.Page {
	if v.c.Pages == nil {
		return nil
	}
	var pages []object.Page
	for _, p := range v.c.Pages(e.Survey, e.ObjectID, e.RA, e.Dec) {
		pages = append(pages, object.Page(p))
	}
	return slices.Clip(pages)
}
