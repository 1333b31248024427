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
	// history is how many alerts of an object its light curve is made of.
	history = 100
)

// choice is the alert that is chosen, and what was loaded of it.
type choice struct {
	from    *shelf // where it is
	shown   bool   // the panel shows an alert
	loaded  int64  // the number of the alert that the panel shows, of from
	loading bool
	last    time.Time // when the last one was begun
	waiting bool      // for the time that has to be apart
}

// The messages of choices.
type (
	loadedMsg struct {
		from    *shelf
		entry   *feed.Entry
		details object.Details
	}
	// loadMsg says that the time between two alerts is over.
	loadMsg struct{}
)

// settle looks what is chosen now, and loads it. It is called after everything
// that happens.
func (v *viewer) settle() {
	from := v.current()
	if from == nil {
		return
	}
	e := from.table.Selected()
	if from != v.choice.from {
		v.choice.from, v.choice.loaded = from, 0
	}
	switch {
	case e == nil:
		v.sky().Unmark()
		v.clearPanel()
		return
	case e.Seq == v.choice.loaded || v.choice.loading || v.choice.waiting || v.leaving:
		return
	}
	if rest := apart - v.c.Now().Sub(v.choice.last); rest > 0 && rest <= apart {
		v.choice.waiting = true
		v.after(v.ctx, rest, loadMsg{})
		return
	}
	free := v.c.Archive != nil && v.c.Archive.Free()
	v.load(from, e, free && v.answer != nil && len(e.Message.Body) == 0)
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
	if msg.from != v.current() || v.leaving {
		return
	}
	e := msg.entry
	v.choice.loaded, v.choice.shown = e.Seq, true
	v.panel.Set(msg.details)
	v.panel.SetPages(v.pages(e))
	v.rest(e)
}

// clearPanel shows no alert in the panel.
func (v *viewer) clearPanel() {
	if !v.choice.shown {
		return
	}
	v.choice.loaded, v.choice.shown = 0, false
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
