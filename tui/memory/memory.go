// Package memory is what the viewer knows from one time to the next: the topic
// last read, the objects that are watched and those looked at, and what was
// typed. It is kept in one file, which several viewers may share: each change
// has a time, and of two of the same thing the later one counts.
package memory

import (
	"cmp"
	"maps"
	"slices"
	"time"
)

// What is kept at most: lines of a kind and objects looked at, the length of a
// line in bytes, and objects watched.
const (
	most        = 200
	longest     = 4096
	mostWatched = 10_000
)

// forgotten is how long it is known that an object was taken off the list.
const forgotten = 90 * 24 * time.Hour

// Kinds of lines that are typed.
const (
	Filter = "filter"
	Lookup = "lookup"
	Save   = "save"
)

// Watched is an object on the watch list.
type Watched struct {
	// Key names the object among those of all surveys: "ztf ZTF21abc".
	Key  string `json:"key"`
	Note string `json:"note,omitempty"`
	// Since is when it was put on the list, Last when an alert of it was last
	// seen; zero for never.
	Since time.Time `json:"since"`
	Last  time.Time `json:"last_seen,omitzero"`
	// Changed is when it was put on the list or its note was changed.
	Changed time.Time `json:"changed"`
}

// Seen is an object that was looked at, and when that was last.
type Seen struct {
	Key  string    `json:"key"`
	When time.Time `json:"when"`
}

// line is something that was typed.
type line struct {
	Text string    `json:"text"`
	When time.Time `json:"when"`
}

// Memory is what is remembered. [Load] and [New] make one. Its methods are for
// one goroutine, and neither read nor write files: Load and [Snapshot.Save] do.
type Memory struct {
	// Now is the time; nil stands for time.Now.
	Now func() time.Time

	state
	last time.Time // that was given to a change
}

// state is what the file has.
type state struct {
	topic   Seen
	watched map[string]Watched
	dropped map[string]time.Time // when an object was taken off the list
	lines   map[string][]line    // the slices are never written to
	seen    []Seen               // nor this one
}

func newState() state {
	return state{watched: map[string]Watched{}, dropped: map[string]time.Time{}, lines: map[string][]line{}}
}

// New gives an empty memory.
func New() *Memory { return &Memory{state: newState()} }

// Snapshot is what a memory had at a time. It can be saved by another goroutine.
type Snapshot struct {
	state state
	now   time.Time
}

// Snapshot gives what is remembered now.
func (m *Memory) Snapshot() Snapshot {
	s := m.state
	s.watched, s.dropped, s.lines = maps.Clone(s.watched), maps.Clone(s.dropped), maps.Clone(s.lines)
	return Snapshot{s, m.now()}
}

// Save writes what is remembered now; see [Snapshot.Save].
func (m *Memory) Save(path string) error { return m.Snapshot().Save(path) }

// now is the time of a change: later than that of any before, also where the
// clock was set back.
func (m *Memory) now() time.Time {
	now := time.Now
	if m.Now != nil {
		now = m.Now
	}
	t := now().UTC().Round(0)
	if !t.After(m.last) {
		t = m.last.Add(1)
	}
	m.last = t
	return t
}

// LastTopic is the topic last read; empty for none.
func (m *Memory) LastTopic() string { return m.topic.Key }

// SetLastTopic remembers the topic that is read.
func (m *Memory) SetLastTopic(name string) { m.topic = Seen{name, m.now()} }

// Watch puts an object on the watch list. It is false where the list is full.
func (m *Memory) Watch(key string) bool {
	if key == "" || m.Watched(key) {
		return key != ""
	}
	if len(m.watched) >= mostWatched {
		return false
	}
	now := m.now()
	m.watched[key] = Watched{Key: key, Since: now, Changed: now}
	delete(m.dropped, key)
	return true
}

// Unwatch takes an object off the watch list.
func (m *Memory) Unwatch(key string) {
	if m.Watched(key) {
		delete(m.watched, key)
		m.dropped[key] = m.now()
	}
}

// Watched says whether an object is on the watch list.
func (m *Memory) Watched(key string) bool {
	_, ok := m.watched[key]
	return ok
}

// SetNote changes what is noted of an object on the watch list.
func (m *Memory) SetNote(key, note string) {
	if w, ok := m.watched[key]; ok && len(note) <= longest {
		w.Note, w.Changed = note, m.now()
		m.watched[key] = w
	}
}

// SeenAgain notes when an alert of an object on the watch list came.
func (m *Memory) SeenAgain(key string, when time.Time) {
	if w, ok := m.watched[key]; ok && when.After(w.Last) {
		w.Last = when.UTC().Round(0)
		m.watched[key] = w
	}
}

// WatchList gives the objects on the watch list, those put on it last first.
func (m *Memory) WatchList() []Watched { return m.list() }

func (s *state) list() []Watched {
	return slices.SortedFunc(maps.Values(s.watched), func(a, b Watched) int {
		return cmp.Or(b.Since.Compare(a.Since), cmp.Compare(a.Key, b.Key))
	})
}

// Remember adds a line to those of a kind. One that was there before becomes the
// newest. Very long ones are not remembered.
func (m *Memory) Remember(kind, text string) {
	if text != "" && len(text) <= longest {
		m.lines[kind] = newest(m.lines[kind], []line{{text, m.now()}}, line.parts)
	}
}

// History gives the lines of a kind, newest last.
func (m *Memory) History(kind string) []string {
	lines := make([]string, len(m.lines[kind]))
	for i, l := range m.lines[kind] {
		lines[i] = l.Text
	}
	return lines
}

// See notes that an object is looked at.
func (m *Memory) See(key string) {
	if key != "" {
		m.seen = newest(m.seen, []Seen{{key, m.now()}}, Seen.parts)
	}
}

// Objects gives the objects that were looked at, newest last.
func (m *Memory) Objects() []Seen { return slices.Clone(m.seen) }

func (l line) parts() (key string, when time.Time) { return l.Text, l.When }

func (s Seen) parts() (key string, when time.Time) { return s.Key, s.When }

// newest joins two lists by time. Of those with the same key the last one
// counts, and only so many are kept.
func newest[T any](a, b []T, parts func(T) (string, time.Time)) []T {
	all := slices.Concat(a, b)
	slices.SortStableFunc(all, func(x, y T) int {
		_, xWhen := parts(x)
		_, yWhen := parts(y)
		return xWhen.Compare(yWhen)
	})
	kept := make([]T, 0, min(len(all), most))
	had := make(map[string]bool, len(all))
	for i := len(all) - 1; i >= 0 && len(kept) < most; i-- {
		if key, _ := parts(all[i]); !had[key] {
			had[key] = true
			kept = append(kept, all[i])
		}
	}
	slices.Reverse(kept)
	return kept
}

// latest is the time of the last change.
func (s *state) latest() time.Time {
	latest := s.topic.When
	note := func(when time.Time) {
		if when.After(latest) {
			latest = when
		}
	}
	for _, w := range s.watched {
		note(w.Changed)
	}
	for _, when := range s.dropped {
		note(when)
	}
	for _, lines := range s.lines {
		for _, l := range lines {
			note(l.When)
		}
	}
	for _, seen := range s.seen {
		note(seen.When)
	}
	return latest
}

// join takes over what another state has that is later.
func (s *state) join(other *state) {
	if other.topic.When.After(s.topic.When) {
		s.topic = other.topic
	}
	for key, theirs := range other.watched {
		ours, ok := s.watched[key]
		switch {
		case !ok:
			s.watched[key] = theirs
			continue
		case theirs.Changed.After(ours.Changed):
			ours.Note, ours.Changed = theirs.Note, theirs.Changed
			ours.Since = theirs.Since
		}
		if theirs.Last.After(ours.Last) {
			ours.Last = theirs.Last
		}
		s.watched[key] = ours
	}
	for key, when := range other.dropped {
		if when.After(s.dropped[key]) {
			s.dropped[key] = when
		}
	}
	for key, when := range s.dropped {
		if w, ok := s.watched[key]; ok && w.Changed.After(when) {
			delete(s.dropped, key)
		} else {
			delete(s.watched, key)
		}
	}
	for kind, theirs := range other.lines {
		s.lines[kind] = newest(s.lines[kind], theirs, line.parts)
	}
	s.seen = newest(s.seen, other.seen, Seen.parts)
}
