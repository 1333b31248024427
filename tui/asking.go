package tui

import (
	"context"
	"errors"
	"time"

	tea "charm.land/bubbletea/v2"

	"github.com/mwvgroup/pgb/client/alert"
	"github.com/mwvgroup/pgb/tui/classes"
	"github.com/mwvgroup/pgb/tui/feed"
)

const (
	// resting is how long an alert has to be chosen before an archive is asked.
	resting = 300 * time.Millisecond
	// answers is how many objects' answers are kept.
	answers = 64
)

// asking is what is asked of the archive for the panel.
type asking struct {
	pending
	key   string // of the object that is asked for
	known map[string]answeredMsg
}

// answeredMsg is what the archive knows of an object.
type answeredMsg struct {
	key      string
	points   []alert.Point
	verdicts []classes.Verdict
	asked    bool // by the person
	err      error
}

// restMsg says that an alert was chosen for a moment.
type restMsg struct{ key string }

// rest waits whether an alert stays chosen for a moment, to ask an archive that
// costs nothing what it knows of its object then.
func (v *viewer) rest(e *feed.Entry) {
	key := e.Key()
	if key == v.archive.key {
		return
	}
	v.archive.stop()
	v.archive.key, v.panel.Asking = key, ""
	if known, ok := v.archive.known[key]; ok {
		v.showAnswer(known)
		return
	}
	if key != "" {
		v.newest(&v.archive.pending, func(ctx context.Context) tea.Msg {
			if !pause(ctx, resting) {
				return nil
			}
			return restMsg{key}
		})
	}
}

// rested remembers the object that is looked at, and asks the archive for it.
func (v *viewer) rested(msg restMsg) {
	if msg.key != v.archive.key {
		return
	}
	e := v.chosen()
	if e == nil || e.Key() != msg.key {
		v.archive.key = "" // not asked yet
		return
	}
	v.archive.stop()
	if !v.current().table.Following() { // nobody chose it
		v.memory.See(msg.key)
	}
	if v.c.Archive != nil && v.c.Archive.Free() {
		v.askArchive(e, false)
	}
}

// askNow asks the archive, also where it costs something: the person said so.
func (v *viewer) askNow() {
	e := v.chosen()
	switch {
	case v.c.Archive == nil:
		v.warn(v.noArchive())
	case e == nil || e.Key() == "":
		v.say("choose an alert of an object first")
	default:
		v.archive.stop()
		v.archive.key = e.Key()
		delete(v.archive.known, e.Key())
		v.askArchive(e, true)
		if v.answer != nil && len(e.Message.Body) == 0 {
			v.load(&v.answer.shelf, e, true)
		}
	}
}

// askArchive asks for the whole of an object. asked says that the person did.
func (v *viewer) askArchive(e *feed.Entry, asked bool) {
	key, survey, id := e.Key(), e.Survey, e.ObjectID
	archive := v.c.Archive
	v.panel.Asking = "asking " + archive.Name() + " ..."
	v.newest(&v.archive.pending, func(ctx context.Context) tea.Msg {
		msg := answeredMsg{key: key, asked: asked}
		var err error
		msg.points, msg.err = archive.LightCurve(ctx, survey, id)
		msg.verdicts, err = archive.Classifications(ctx, survey, id)
		if msg.err == nil || err != nil && err.Error() != msg.err.Error() { // what is wrong with the archive is said once
			msg.err = errors.Join(msg.err, err)
		}
		return msg
	})
}

// answered keeps what the archive said, and shows it if it is still wanted.
func (v *viewer) answered(msg answeredMsg) {
	if msg.key != v.archive.key {
		return
	}
	v.archive.stop()
	v.panel.Asking = ""
	switch {
	case msg.err != nil && msg.asked:
		v.archive.key = ""
		v.fail("asking "+v.c.Archive.Name(), msg.err)
		return
	case msg.err != nil: // nobody asked: what is there is shown, and no more said
		v.showAnswer(msg)
		return
	}
	if v.archive.known == nil || len(v.archive.known) >= answers {
		v.archive.known = map[string]answeredMsg{}
	}
	v.archive.known[msg.key] = msg
	v.showAnswer(msg)
}

// showAnswer adds what the archive knows to the panel, where that shows the
// object.
func (v *viewer) showAnswer(msg answeredMsg) {
	if e := v.choice.entry; e == nil || e.Key() != msg.key {
		return
	}
	v.panel.AddCurve(msg.points, v.c.Archive.Name())
	v.panel.AddVerdicts(msg.verdicts, v.c.Archive.Name())
}

// stopAsking ends all that is asked.
func (v *viewer) stopAsking() {
	v.archive.stop()
	v.lookup.stop()
	v.counting.stop()
}

// chosen is the alert that commands are about, nil where there is none: the one
// that is selected. While the table follows that is any moment another one, and
// it is the one in the panel, where that is seen.
func (v *viewer) chosen() *feed.Entry {
	from := v.current()
	if from == nil {
		return nil
	}
	e, shown := from.table.Selected(), v.choice.entry
	switch {
	case e == nil || v.choice.from != from:
	case v.choice.kept != nil && from.table.Following():
		return v.choice.kept
	case shown == nil:
	case e.Seq == shown.Seq, from.table.Following() && !v.areas.part[partPanel].Empty():
		return shown
	}
	return e
}

// nameOf names an alert by its object.
func nameOf(e *feed.Entry) string {
	if e.ObjectID != "" {
		return e.ObjectID
	}
	return "this alert"
}

// noArchive says why nothing can be looked up.
func (v *viewer) noArchive() string {
	if v.c.NoArchive != "" {
		return v.c.NoArchive
	}
	return "there is no archive to ask"
}
