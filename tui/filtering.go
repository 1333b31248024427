package tui

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"

	"github.com/mwvgroup/pgb/client/alert"
	"github.com/mwvgroup/pgb/tui/feed"
	"github.com/mwvgroup/pgb/tui/memory"
)

const (
	// typing is how long a filter is left alone before it is looked at.
	typing = 120 * time.Millisecond
	// sample is how many alerts a filter is tried on while it is typed.
	sample = 1000
)

// The messages of filters.
type (
	// checkedMsg says what is wrong with a filter that is typed, or how many
	// alerts pass it.
	checkedMsg struct {
		question *question
		text     string
		err      error
		pass, of int
	}
	// compiledMsg brings a filter that was chosen.
	compiledMsg struct {
		session *session
		asked   *question // nil where it was not typed
		text    string
		filter  Filter
		err     error
	}
	// siftedMsg brings those of the kept alerts that pass.
	siftedMsg struct {
		session *session
		before  feed.Figures
		gate    *gate
		upTo    int64
		seqs    []int64
		tried   int64 // so many
		unknown int   // had no body any more
	}
)

// askFilter opens the line that a filter is typed into.
func (v *viewer) askFilter() {
	s := v.session
	if s == nil {
		v.say("open a stream first: T lists them")
		return
	}
	q := v.ask("filter /", memory.Filter, s.filter)
	q.line.Changed = func(text string) { v.check(q, text) }
	q.line.Complete = v.completeColumns
	q.enter = func(text string) { v.applyFilter(q, text) }
}

// completeColumns gives the columns that the word before the cursor may become.
func (v *viewer) completeColumns(text string, cursor int) []string {
	word := text[:cursor]
	if at := strings.LastIndexFunc(word, func(r rune) bool { return !isNameRune(r) }); at >= 0 {
		word = word[at+1:]
	}
	if word == "" || v.session == nil {
		return nil
	}
	var names []string
	for _, column := range v.session.stream.Columns() {
		if strings.HasPrefix(column.Name, word) {
			names = append(names, column.Name)
		}
	}
	slices.Sort(names)
	return names
}

func isNameRune(r rune) bool {
	return r == '_' || r == '.' || r >= '0' && r <= '9' || r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z'
}

// check looks at a filter a moment after it was typed.
func (v *viewer) check(q *question, text string) {
	v.counting.stop()
	q.line.Note = ""
	if strings.TrimSpace(text) == "" {
		return
	}
	s := v.session
	messages := latest(s.feed, sample)
	v.newest(&v.counting, func(ctx context.Context) tea.Msg {
		if !pause(ctx, typing) {
			return nil
		}
		filter, err := s.stream.Filter(text)
		if err != nil {
			return checkedMsg{question: q, text: text, err: err}
		}
		msg := checkedMsg{question: q, text: text}
		for _, m := range messages {
			if ctx.Err() != nil {
				return nil
			}
			if len(m.Body) > 0 {
				msg.of++
				if filter.Pass(m) {
					msg.pass++
				}
			}
		}
		return msg
	})
}

// latest gives the newest messages of a feed, the newest first.
func latest(f *feed.Feed, most int) []*alert.Message {
	list := make([]*alert.Message, min(f.Len(), most))
	for i := range list {
		list[i] = f.At(i).Message
	}
	return list
}

// checked says what is wrong with a filter, or how many pass.
func (v *viewer) checked(msg checkedMsg) {
	q := msg.question
	if q != v.prompt || q.line.Text() != msg.text {
		return
	}
	switch {
	case msg.err != nil:
		q.line.Fail(msg.err)
	case msg.of == 0:
		q.line.Note = "a good filter; no alerts yet to try it on"
	default:
		q.line.Note = fmt.Sprintf("%s of the last %s pass", number(int64(msg.pass)), number(int64(msg.of)))
	}
}

// applyFilter compiles a filter: of a line that was typed, which stays until that
// is done, or of the history.
func (v *viewer) applyFilter(q *question, text string) {
	s := v.session
	text = strings.TrimSpace(text)
	if s == nil {
		v.closePrompt()
		return
	}
	if q != nil {
		q.taking = true
	}
	v.work(v.ctx, func(context.Context) tea.Msg {
		msg := compiledMsg{session: s, asked: q, text: text}
		if text != "" {
			msg.filter, msg.err = s.stream.Filter(text)
		}
		return msg
	})
}

// compiled lets only what passes the filter in from now on, and looks which of
// the kept alerts pass.
func (v *viewer) compiled(msg compiledMsg) {
	s := msg.session
	if s == v.session && msg.err == nil {
		v.setFilter(s, msg.text, msg.filter)
	} else if msg.err != nil && msg.asked == nil {
		v.fail("filter", msg.err)
	}
	v.taken(msg.asked, msg.err)
}

func (v *viewer) setFilter(s *session, text string, filter Filter) {
	v.setAnswer(nil)
	s.filter, s.sifted = text, tally{}
	s.intake.pass(filter)
	v.takeStream()
	s.changed = s.feed.Paused() && filter != nil
	if filter == nil {
		s.shelf.sift(nil)
		v.say("no filter: all alerts are shown")
		return
	}
	v.memory.Remember(memory.Filter, text)
	v.keepMemory()
	v.sift(s)
}

// sift looks which of the kept alerts pass the filter that the stream has: of
// those that have bodies, which are not too many to be listed here.
func (v *viewer) sift(s *session) {
	gate := s.intake.passing()
	var before feed.Figures
	s.intake.still(func() { // what is counted and what is kept are the same then
		v.takeStream()
		before = s.feed.Figures()
	})
	messages := latest(s.feed, s.feed.Bodies())
	bare, newest := s.feed.Len()-len(messages), int64(0)
	if e := s.feed.At(0); e != nil {
		newest = e.Seq
	}
	v.work(v.ctx, func(ctx context.Context) tea.Msg {
		msg := siftedMsg{session: s, before: before, gate: gate, upTo: newest, unknown: bare}
		for i, m := range slices.Backward(messages) {
			switch {
			case len(m.Body) == 0:
				msg.unknown++
			case gate.Pass(m):
				msg.seqs = append(msg.seqs, newest-int64(i))
				msg.tried++
			default:
				msg.tried++
			}
			if ctx.Err() != nil {
				return nil
			}
		}
		return msg
	})
}

// sifted shows only what passes.
func (v *viewer) sifted(msg siftedMsg) {
	s := msg.session
	if s != v.session || msg.gate != s.intake.passing() {
		return // another filter came meanwhile
	}
	by := newSieve(s.feed, msg.seqs)
	var since []*feed.Entry
	for i := 0; i < s.feed.Len() && s.feed.At(i).Seq > msg.upTo; i++ {
		since = append(since, s.feed.At(i))
	}
	slices.Reverse(since)
	by.add(since)
	s.shelf.sift(by)
	s.sifted = tally{true, msg.tried - msg.before.Seen, int64(len(msg.seqs)) - msg.before.Passed}
	if msg.unknown > 0 {
		v.say(fmt.Sprintf("filter set; %s older alerts could not be tried: their packets are no longer in memory", number(int64(msg.unknown))))
	}
}

// tally counts what a filter was tried on when it was set, less all that had been
// counted until then.
type tally struct {
	counts       bool
	seen, passed int64
}

// figures are those of the stream, with what passed of all that the present filter
// was tried on.
func (s *session) figures() feed.Figures {
	f := s.feed.Figures()
	switch {
	case s.sifted.counts:
		f.Seen, f.Passed = f.Seen+s.sifted.seen, f.Passed+s.sifted.passed
	case s.filter == "":
		f.Passed = f.Seen
	}
	f.Filtered = f.Seen - f.Passed
	return f
}
