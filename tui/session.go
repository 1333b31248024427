package tui

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"

	"github.com/mwvgroup/pgb/tui/cells"
	"github.com/mwvgroup/pgb/tui/slider"
	"github.com/mwvgroup/pgb/tui/status"
)

// phase is what a stream is doing.
type phase uint8

const (
	reading phase = iota
	opening       // the stream before is ending
	waiting       // to be tried again, at session.again
	stopped       // by an error; a person may try again
	ended         // there is no more
)

// session is a stream with what came of it.
type session struct {
	ask    StreamAsk
	stream Stream
	shelf
	intake *intake

	filter    string // that the intake has
	sifted    tally  // of the alerts that were there before the filter
	changed   bool   // it was changed while alerts waited
	attaching bool   // what everything is saved into is being opened
	phase     phase
	saving    string // the name of what everything that passes goes into
	inParts   bool   // that is written in parts

	tries int // without anything coming
	seen  int64
	again time.Time

	stretch time.Time // when the times of a stored stream are looked at again

	cancel context.CancelFunc
	done   chan struct{} // closed once nothing is read any more
}

// The session's messages.
type (
	// clearedMsg says that the stream before has ended.
	clearedMsg struct{ session *session }
	// closedMsg says what failed while something was being ended.
	closedMsg struct{ err error }
	openedMsg struct {
		session *session
		asked   *StreamAsk
		err     error
	}
	streamEndedMsg struct {
		session    *session
		err        error
		saveFailed error
	}
	retryMsg struct {
		session *session
		try     int
	}
)

// pauses are the times between tries, the last one for all that follow.
var pauses = [...]time.Duration{time.Second, 2 * time.Second, 5 * time.Second, 10 * time.Second, 30 * time.Second, time.Minute}

// open opens a stream for the place of the one that is shown, which goes on until
// it is known that the new one can be opened.
func (v *viewer) open(ask StreamAsk) {
	asked := &ask
	v.opening = asked
	v.work(v.ctx, func(context.Context) tea.Msg {
		stream, err := v.c.Streams.Open(ask)
		if err != nil {
			return openedMsg{asked: asked, err: err}
		}
		s := &session{ask: ask, stream: stream, shelf: newShelf(&v.c, stream.Columns(), ask.Fields, v.c.Keep)}
		s.intake = &intake{feed: s.feed, ring: v.ring, patient: stream.Stored(), taken: make(chan struct{}, 1)}
		if ask.Where != "" {
			filter, err := stream.Filter(ask.Where)
			if err != nil {
				return openedMsg{asked: asked, err: fmt.Errorf("filter %s: %w", ask.Where, err)}
			}
			s.filter = ask.Where
			s.intake.pass(filter)
		}
		return openedMsg{session: s, asked: asked}
	})
}

// opened shows a stream and begins to read it.
func (v *viewer) opened(msg openedMsg) {
	if v.opening != msg.asked || v.leaving {
		return // something else was asked for meanwhile
	}
	v.opening = nil
	if msg.err != nil {
		v.trouble = v.explain("can't open "+msg.asked.name(), msg.err)
		v.tell(status.Error, v.trouble, longer)
		v.chooseTopic()
		return
	}
	before, s := v.session, msg.session
	v.bar.Unsay(v.trouble)
	v.session = s
	v.setAnswer(nil)
	s.table.Watched = v.watched
	if msg.asked.Topic != "" {
		v.memory.SetLastTopic(msg.asked.Topic)
		v.keepMemory()
	}
	v.timed = s.stream.Stored()
	v.slider = slider.Slider{}
	if before == nil {
		v.read(s)
		return
	}
	s.phase = opening
	v.last(before.end, clearedMsg{s})
}

// last ends a stream in the background; leaving waits for it. Then it brings a
// message.
func (v *viewer) last(end func() error, then tea.Msg) {
	v.closing.Add(1)
	v.lasts(func() tea.Msg {
		defer v.closing.Add(-1)
		if err := end(); err != nil {
			v.post(closedMsg{err})
		}
		return then
	})
}

// cleared begins to read a stream when the one before has ended.
func (v *viewer) cleared(msg clearedMsg) {
	if s := msg.session; s == v.session && s.phase == opening && !v.leaving {
		v.read(s)
	}
}

// closed says what failed at the end of something.
func (v *viewer) closed(msg closedMsg) {
	if v.leaving {
		v.late = errors.Join(v.late, msg.err)
	}
	v.fail("", msg.err)
}

// name says what is asked for.
func (ask StreamAsk) name() string {
	switch {
	case ask.Topic != "":
		return ask.Topic
	case len(ask.Files) == 1:
		return ask.Files[0]
	}
	return fmt.Sprintf("%d files", len(ask.Files))
}

// read begins to read a stream, or begins again.
func (v *viewer) read(s *session) {
	ctx, cancel := context.WithCancel(v.ctx)
	s.cancel, s.done = cancel, make(chan struct{})
	s.intake.end = ctx.Done()
	v.bar.Unsay(v.trouble)
	s.phase = reading
	s.intake.isOpen.Store(false)
	s.seen = s.feed.Figures().Seen
	done := s.done
	v.work(ctx, func(ctx context.Context) tea.Msg {
		defer close(done)
		s.intake.begin(ctx)
		err := s.stream.Run(ctx, s.intake)
		if ctx.Err() != nil && err == nil {
			return nil
		}
		return streamEndedMsg{s, err, s.intake.saveFailed()}
	})
}

// end ends a stream and waits until everything temporary is gone; then it closes
// what was saved into. It is not for the event loop.
func (s *session) end() error {
	if s == nil {
		return nil
	}
	if s.cancel != nil {
		s.cancel()
		<-s.done
	}
	sink, failed := s.intake.finish()
	if sink == nil {
		return nil
	}
	name := sink.Name()
	if err := sink.Close(failed == nil); err != nil {
		return fmt.Errorf("saving into %s: %w", name, err)
	}
	return nil
}

// streamEnded goes on after a stream: to its end, or to another try. What
// happens next is said.
func (v *viewer) streamEnded(msg streamEndedMsg) {
	s := msg.session
	if s != v.session || v.leaving {
		return
	}
	s.cancel()
	v.ring()
	switch {
	case msg.saveFailed != nil && s.stream.Stored():
		s.phase = stopped
		v.lost(s.notSaved(), msg.saveFailed, "r reads "+s.stream.Name()+" again without saving")
	case msg.saveFailed != nil:
		s.phase = stopped
		v.lost(s.notSaved(), msg.saveFailed, "what was not saved went back; r goes on without saving")
	case msg.err == nil:
		s.phase = ended
		v.allRead(s)
	case s.stream.Stored(): // it will be no better the next time
		s.phase = stopped
		v.allRead(s)
		v.lost("", msg.err, countOf(s.feed.Figures().Seen, "alert")+" could be read")
	case v.c.Temporary == nil || v.c.Temporary(msg.err):
		if s.feed.Figures().Seen > s.seen {
			s.tries = 0
		}
		pause := pauses[min(s.tries, len(pauses)-1)]
		s.tries++
		s.phase, s.again = waiting, v.c.Now().Add(pause)
		v.lost("", msg.err, "tried again soon (r: now)")
		v.after(v.ctx, pause, retryMsg{s, s.tries})
	default:
		s.phase = stopped
		v.lost("", msg.err, "r tries again, T: another stream")
	}
}

// notSaved says where nothing could be saved: into what is saved into, or what was
// being closed.
func (s *session) notSaved() string { return strings.TrimSuffix("not saved into "+s.saving, " into ") }

// lost says what failed, and what happens next.
func (v *viewer) lost(what string, err error, next string) {
	text := v.explain(what, err)
	v.remark(status.Error, text+"; "+next)
	if cells.Width(text)+cells.Width(next)+len("x ; ") > v.width {
		next += "; " + inFull
	}
	v.trouble = v.theme.Cut(text, max(v.width-cells.Width(next)-len("x ; "), 20)) + "; " + next
	v.show(status.Error, v.trouble, forGood)
}

// allRead shows all of a stored stream, and says how much it is.
func (v *viewer) allRead(s *session) {
	v.takeStream()
	v.stretchTime(s)
	f := s.figures()
	text := "the end: " + countOf(f.Seen, "alert")
	if f.Filtered > 0 {
		text += ", " + number(f.Passed) + " of them pass"
	}
	if kept := int64(s.feed.Len()); kept < s.feed.Figures().Passed && !s.feed.Paused() {
		v.tell(status.Warning, text+"; only the last "+number(kept)+" are shown (--keep)", forGood)
		return
	}
	if f.Unreadable > 0 {
		v.warn(text + v.unreadable(f))
		return
	}
	v.say(join(" ", text, v.playHint()))
}

// retry reads the stream again when its time has come.
func (v *viewer) retry(msg retryMsg) {
	if s := msg.session; s == v.session && s.phase == waiting && s.tries == msg.try && !v.leaving {
		v.read(s)
	}
}

// again tries again now what failed; a stream that could not save goes on
// without.
func (v *viewer) again() {
	s := v.session
	if s == nil || s.phase != waiting && s.phase != stopped {
		return
	}
	switch {
	case s.stream.Stored():
		ask := s.ask
		ask.Where = s.filter
		v.open(ask)
		return
	case s.intake.saveFailed() == nil:
		v.read(s)
		return
	}
	name := s.saving
	s.saving = ""
	sink := s.intake.dropSink() // nothing is being saved: the stream has stopped
	v.read(s)
	v.say(strings.TrimSuffix("going on without saving into "+name, " into "))
	if sink == nil {
		return
	}
	v.lasts(func() tea.Msg {
		_ = sink.Close(false)
		return nil
	})
}
