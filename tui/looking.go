package tui

import (
	"context"
	"fmt"
	"slices"
	"strings"

	tea "charm.land/bubbletea/v2"

	"github.com/mwvgroup/pgb/client/alert"
	"github.com/mwvgroup/pgb/tui/memory"
	"github.com/mwvgroup/pgb/tui/status"
)

// mostFound is how many alerts a lookup shows.
const mostFound = 2000

// separation is the column that the answer for a position has, nearest first.
const separation = "separation"

// answer is what a lookup found.
type answer struct {
	shelf
	title string
}

// foundMsg brings the answer to a lookup.
type foundMsg struct {
	text  string
	found Found
	shelf shelf
	err   error
}

// askLookup opens the line that an id or a position is typed into.
func (v *viewer) askLookup() {
	if v.c.Archive == nil {
		v.warn(v.noArchive())
		return
	}
	q := v.ask("look up :", memory.Lookup, "")
	q.line.Note = "an id, or a position with a radius: ZTF21abc, or 270.1 -30.2 2m (asks " + v.c.Archive.Name() + v.price() + ")"
	q.enter = func(text string) {
		if text = strings.TrimSpace(text); text != "" {
			v.find(text)
		}
		v.closePrompt()
	}
}

// price says what asking the archive costs, where it does.
func (v *viewer) price() string {
	if v.c.Archive.Free() {
		return ""
	}
	return ": costs money, within the budget"
}

// givesUp says how a lookup is given up.
const givesUp = "(Esc gives it up)"

// find looks up an id or a position. The stream goes on meanwhile.
func (v *viewer) find(text string) {
	archive := v.c.Archive
	if archive == nil {
		v.warn(v.noArchive())
		return
	}
	v.memory.Remember(memory.Lookup, text)
	v.keepMemory()
	v.asks = "asking " + archive.Name() + " for " + text + " ... " + givesUp
	v.tell(status.Note, v.asks, forGood)
	v.newest(&v.lookup, func(ctx context.Context) tea.Msg {
		found, err := archive.Find(ctx, text, mostFound)
		msg := foundMsg{text: text, found: found, err: err}
		if err == nil && len(found.Messages) > 0 {
			msg.shelf = fill(&v.c, found)
		}
		return msg
	})
}

// fill makes a shelf of what was found, the first of them on top.
func fill(c *Config, found Found) shelf {
	s := newShelf(c, found.Columns, nil, max(len(found.Messages), 1))
	list := slices.Clone(found.Messages)
	if slices.ContainsFunc(found.Columns, func(c alert.Column) bool { return c.Name == separation }) {
		slices.Reverse(list) // nearest first: what is fed last is on top
	}
	s.feed.Put(list)
	s.take()
	s.table.Follow(false)
	s.table.Top()
	return s
}

// cancelLookup gives up a lookup that goes on.
func (v *viewer) cancelLookup() bool {
	if !v.lookup.going() {
		return false
	}
	v.lookup.stop()
	v.say("the lookup was given up")
	return true
}

// foundSomething shows the answer to a lookup.
func (v *viewer) foundSomething(msg foundMsg) {
	v.lookup.stop()
	found := msg.found
	title := found.Title
	if title == "" {
		title = msg.text
	}
	notes := strings.Join(found.Notes, "; ")
	switch {
	case msg.err != nil:
		v.fail("looking up "+msg.text, msg.err)
		v.orChoose()
		return
	case len(found.Messages) == 0:
		v.warn(join("; ", "nothing found in "+v.c.Archive.Name()+": "+title, notes))
		v.orChoose()
		return
	}
	v.bar.Unsay(v.asks)
	if notes != "" {
		v.say(notes)
	}
	count := countOf(int64(len(found.Messages)), "alert")
	if found.More {
		count = "the first " + count
	}
	a := &answer{shelf: msg.shelf, title: fmt.Sprintf("%s: %s", title, count)}
	v.overlay = nil
	v.setAnswer(a)
	v.focusOn(partTable)
}

// orChoose brings the list of topics where there is nothing else to look at.
func (v *viewer) orChoose() {
	if v.session == nil && v.opening == nil && v.answer == nil && v.overlay == nil {
		v.chooseTopic()
	}
}

// setAnswer shows the answer to a lookup in the place of the stream, or with nil
// the stream again.
func (v *viewer) setAnswer(a *answer) {
	v.answer = a
	if a != nil {
		a.table.Watched = v.watched
		v.timed = false
	} else if v.session != nil {
		v.timed = v.session.stream.Stored()
	}
	v.showWatched()
}

// join joins texts that are not empty.
func join(between string, texts ...string) string {
	texts = slices.DeleteFunc(texts, func(t string) bool { return t == "" })
	return strings.Join(texts, between)
}
