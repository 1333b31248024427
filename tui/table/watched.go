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

// sight notes the alerts of watched objects among those that came in. An alert that was there before its object was watched is none of them,
// also where it is shown again.
func (t *Table) sight() {
	last := t.sighted
	for i := len(t.incoming) - 1; i >= 0; i-- {
		e := t.incoming[i].entry
		if e.Seq <= last {
			continue
		}
		t.sighted = e.Seq
		if key := e.Key(); t.isWatched(key) {
			t.sightings = append(t.sightings, sighting{e, key})
		}
	}
}

// forgetSightings lets go of alerts that came before all rows.
func (t *Table) forgetSightings(oldest int64) {
	gone := 0
	for gone < len(t.sightings) && t.sightings[gone].entry.Seq < oldest {
		gone++
	}
	t.sightings = slices.Delete(t.sightings, 0, gone)
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
		if !have[s.key] && t.passes(s.entry) && t.has(s.entry) {
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
