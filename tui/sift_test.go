package tui

import (
	"testing"

	tea "charm.land/bubbletea/v2"

	"github.com/mwvgroup/pgb/client/alert"
	"github.com/mwvgroup/pgb/tui/feed"
)

func TestAFilterIsTriedOnWhatHasItsBodyOnly(t *testing.T) {
	w := newWorld(t, 80, 24)
	v := newViewer(t.Context(), w.config)
	posted := make(chan tea.Msg, 1)
	v.post = func(msg tea.Msg) { posted <- msg }
	list := w.streams.make(10)
	room := 0
	for _, m := range list[6:] {
		room += len(m.Body) * 4 / 3 // a quarter of the room is for what waits
	}
	s := &session{shelf: newShelf(&v.c, w.streams.view.Columns(), nil, 100)}
	s.feed = feed.New(feed.Options{BodyBytes: int64(room)})
	for _, m := range list {
		s.feed.Put([]*alert.Message{m})
		s.feed.Take()
	}
	v.session, s.intake = s, &intake{feed: s.feed}
	s.intake.pass(filterFunc(func(m *alert.Message) bool {
		if len(m.Body) == 0 {
			t.Errorf("%s has no body, and is tried", m.ID)
		}
		return m.ID != list[8].ID
	}))
	v.sift(s)
	msg := (<-posted).(siftedMsg)
	have := s.feed.Bodies()
	if have < 3 || have > 4 || msg.unknown != 10-have || len(msg.seqs) != have-1 {
		t.Fatalf("%d have bodies: %d pass, %d are unknown", have, len(msg.seqs), msg.unknown)
	}
	v.sifted(msg)
	if e := s.sieve.At(1); s.sieve.Len() != have-1 || e == nil || e.Message.ID != list[7].ID {
		t.Errorf("%d are shown, the second is %v", s.sieve.Len(), e)
	}
}
