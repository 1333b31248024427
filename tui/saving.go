package tui

import (
	"errors"
	"slices"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"

	"github.com/mwvgroup/pgb/client/alert"
	"github.com/mwvgroup/pgb/tui/memory"
)

// The messages of saving.
type (
	// savedMsg says that one alert was saved.
	savedMsg struct {
		target string
		name   string // of what it is
		err    error
	}
	// attachedMsg says that everything that comes is saved from now on.
	attachedMsg struct {
		session *session
		target  string
		name    string
		inParts bool
		err     error
	}
	// saveEndedMsg says that saving everything has ended.
	saveEndedMsg struct {
		name  string
		saved int64
		err   error
	}
)

// completeTarget gives the names that a beginning may become: those that were
// saved into before, then some of those that can be.
func (v *viewer) completeTarget(targets []string, text string, cursor int) []string {
	if cursor != len(text) {
		return nil
	}
	var names []string
	for _, list := range [][]string{v.memory.History(memory.Save), targets} {
		for _, name := range list {
			if strings.HasPrefix(name, text) && !slices.Contains(names, name) {
				names = append(names, name)
			}
		}
	}
	if at := strings.LastIndexByte(text, '.'); at > 0 && len(names) == 0 {
		for _, name := range targets {
			if ending := strings.LastIndexByte(name, '.'); ending > 0 && strings.HasPrefix(name[ending:], text[at:]) {
				names = append(names, text[:at]+name[ending:])
			}
		}
	}
	return names
}

// askSaveOne asks where to save the chosen alert.
func (v *viewer) askSaveOne() {
	e := v.chosen()
	switch {
	case v.c.Saver == nil:
		v.say("nothing can be saved here")
		return
	case e == nil:
		v.say("choose an alert first")
		return
	}
	from, message := v.current(), e.Message
	q := v.askTarget("save "+nameOf(e)+" into:", false)
	q.enter = func(target string) {
		if target = strings.TrimSpace(target); target == "" || v.refuses(q, target, false) {
			return
		}
		v.closePrompt()
		v.saveOne(from, message, target)
	}
}

// askSaveAll asks where to save everything that passes, or ends that.
func (v *viewer) askSaveAll() {
	s := v.session
	switch {
	case v.c.Saver == nil:
		v.say("nothing can be saved here")
		return
	case s == nil:
		v.say("open a stream first: T lists them")
		return
	case s.saving != "":
		v.endSaving(s)
		return
	case s.attaching:
		v.say("the file is being opened")
		return
	}
	what := "save all alerts from now on into:"
	if s.filter != "" {
		what = "save all that pass from now on into:"
	}
	q := v.askTarget(what, true)
	q.enter = func(target string) {
		if target = strings.TrimSpace(target); target == "" || v.refuses(q, target, true) {
			return
		}
		v.closePrompt()
		v.saveAll(s, target)
	}
}

// refuses says beside the line, which stays, why a place can't be saved into.
func (v *viewer) refuses(q *question, target string, growing bool) bool {
	err := v.c.Saver.Refuse(target, growing)
	q.line.Fail(err)
	return err != nil
}

// askTarget asks for a place to save into; growing says that messages go on
// coming there.
func (v *viewer) askTarget(label string, growing bool) *question {
	q := v.ask(label, memory.Save, "")
	names := v.c.Saver.Targets(growing)
	q.line.Note = strings.Join(names, ", ") + " (the ending says the format; Tab completes)"
	if growing {
		q.line.Note = "files read once closed: a part every " + v.partTime() + "; Tab completes " + strings.Join(names, ", ")
	}
	q.line.Complete = func(text string, cursor int) []string { return v.completeTarget(names, text, cursor) }
	return q
}

// partTime says how long a part of what is saved goes on.
func (v *viewer) partTime() string { return countOf(int64(v.c.Saver.Every()/time.Minute), "minute") }

// remember keeps what was saved into for the next time.
func (v *viewer) remember(target string) {
	v.memory.Remember(memory.Save, target)
	v.keepMemory()
}

// errNoBody says that an alert can't be saved.
var errNoBody = errors.New("its packet is no longer in memory")

// saveOne saves one alert. Where everything is saved into the same place it is
// one of those, unless that is written in parts: it gets a file of its own.
func (v *viewer) saveOne(from *shelf, m *alert.Message, target string) {
	session, archive, saver := v.session, v.c.Archive, v.c.Saver
	together := session != nil && session.saving == target && !session.inParts
	columns := m.Row().Columns
	isFound := v.answer != nil && from == &v.answer.shelf
	v.say("saving into " + target + " ...")
	v.lasts(func() tea.Msg {
		ctx := v.ctx
		if len(m.Body) == 0 {
			if !isFound || archive == nil || !archive.Free() {
				return savedMsg{target, target, errNoBody}
			}
			whole, err := archive.Whole(ctx, m)
			if err != nil {
				return savedMsg{target, target, err}
			}
			m = whole
		}
		batch := []*alert.Message{m}
		if together {
			return savedMsg{target, target, session.intake.save(ctx, batch)}
		}
		sink, err := saver.Open(ctx, target, columns, false)
		if err != nil {
			return savedMsg{target, target, err}
		}
		err = sink.Put(ctx, batch)
		return savedMsg{target, sink.Name(), errors.Join(err, sink.Close(err == nil))}
	})
}

// saved says what became of one alert.
func (v *viewer) saved(msg savedMsg) {
	if msg.err != nil {
		v.fail("the alert was not saved into "+msg.name, msg.err)
		return
	}
	v.remember(msg.target)
	v.sayGood("the alert was saved into " + msg.name)
}

// saveAll has everything that passes saved from now on. Where the stream has
// ended before what it is saved into is open, that is closed again.
func (v *viewer) saveAll(s *session, target string) {
	saver, columns := v.c.Saver, s.stream.Columns()
	s.attaching = true
	v.say("opening " + target + " ...")
	v.lasts(func() tea.Msg {
		sink, err := saver.Open(v.ctx, target, columns, true)
		if err != nil {
			return attachedMsg{session: s, target: target, err: err}
		}
		name, inParts := sink.Name(), sink.InParts()
		if !s.intake.saveInto(sink) {
			return ifFailed("closing "+name, sink.Close(true))
		}
		return attachedMsg{s, target, name, inParts, nil}
	})
}

// attached says that everything that comes is saved.
func (v *viewer) attached(msg attachedMsg) {
	msg.session.attaching = false
	if msg.err != nil {
		v.fail("can't save into "+msg.target, msg.err)
		return
	}
	msg.session.saving, msg.session.inParts = msg.target, msg.inParts
	v.remember(msg.target)
	if msg.session != v.session {
		return
	}
	how := " from now on (S ends it)"
	if msg.inParts {
		how = ", a part every " + v.partTime() + " (S ends it)"
	}
	v.sayGood("saving all that pass into " + msg.name + how)
}

// endSaving ends saving everything; the stream goes on.
func (v *viewer) endSaving(s *session) {
	name := s.saving
	s.saving = ""
	v.lasts(func() tea.Msg {
		sink, saved, err := s.intake.endSaving()
		switch {
		case sink == nil:
			return nil
		case err == nil && saved > 0:
			name = sink.Name()
		}
		return saveEndedMsg{name, saved, err}
	})
}

// saveEnded says how much was saved.
func (v *viewer) saveEnded(msg saveEndedMsg) {
	if msg.err != nil {
		v.fail("closing "+msg.name, msg.err)
		return
	}
	v.sayGood("saved " + countOf(msg.saved, "alert") + " into " + msg.name)
}
