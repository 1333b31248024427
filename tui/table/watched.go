package table

import (
	"slices"

	"github.com/mwvgroup/pgb/tui/feed"
)

// mostPinned is how many objects stick on top; of more, those that were seen
// last.
const mostPinned = 100

// sighting is an alert of an object that was on the watch list when it came.
type sighting struct {
	entry *feed.Entry
	key   string
}

// isWatched says whether an object is on the watch list.
func (t *Table) isWatched(key string) bool {
	return key != "" && t.Watched != nil && t.Watched(key)
}

// sight notes an alert where its object is watched.
func (t *Table) sight(e *feed.Entry) {
	if t.Watched == nil {
		return
	}
	if key := e.Key(); t.isWatched(key) {
		t.sightings = append(t.sightings, sighting{e, key})
	}
}

// pin decides what sticks on top: of each watched object that was seen, the
// newest alert.
func (t *Table) pin() {
	t.pinned = t.pinned[:0]
	if len(t.sightings) == 0 {
		return
	}
	have := make(map[string]bool, mostPinned)
	for i := len(t.sightings) - 1; i >= 0 && len(t.pinned) < mostPinned; i-- {
		s := t.sightings[i]
		if !have[s.key] && t.passes(s.entry) {
			have[s.key] = true
			t.pinned = append(t.pinned, s)
		}
	}
}

// unpin lets go of objects that are no longer watched, and says whether there
// were any.
func (t *Table) unpin() bool {
	if !slices.ContainsFunc(t.pinned, func(s sighting) bool { return !t.isWatched(s.key) }) {
		return false
	}
	t.sightings = slices.DeleteFunc(t.sightings, func(s sighting) bool { return !t.isWatched(s.key) })
	return true
}
