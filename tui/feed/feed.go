// Package feed stands between a stream and the viewer: what came in, bounded,
// and its figures.
//
// A stream's goroutine puts batches into a [Feed] and never waits for the
// viewer, which takes what has come when it draws. What comes faster than it is
// taken is dropped from the view and counted; so is what comes while the viewer
// is paused and there is no more room for it.
package feed

import (
	"sync"
	"time"

	"github.com/mwvgroup/pgb/client/alert"
)

// Defaults of [Options].
const (
	DefaultKeep      = 20_000
	DefaultPending   = 20_000
	DefaultBodyBytes = 128 << 20
)

// Options say how much a feed holds. What is zero has its default.
type Options struct {
	// Columns are those of rows that do not tell theirs.
	Columns []alert.Column
	// Keep is how many alerts are kept, and Pending how many more wait to be
	// taken.
	Keep, Pending int
	// BodyBytes is the room for the bodies of both, a quarter of it for those
	// that wait. The oldest bodies go first.
	BodyBytes int64
	// Now is the time.
	Now func() time.Time
}

// Feed is what came in of a stream. Put, Count, Unreadable and Delivered may be
// called from any goroutine; all else is for the viewer's.
type Feed struct {
	now func() time.Time

	intake sync.Mutex // held by Put: batches are copied one after the other
	copier copier

	mu      sync.Mutex // held briefly: nobody copies rows or draws meanwhile
	pending ring
	figures figures

	kept    ring
	objects objects
	seq     int64
	paused  bool
	taken   []*Entry
}

// New makes a feed.
func New(o Options) *Feed {
	if o.Keep <= 0 {
		o.Keep = DefaultKeep
	}
	if o.Pending <= 0 {
		o.Pending = DefaultPending
	}
	if o.BodyBytes <= 0 {
		o.BodyBytes = DefaultBodyBytes
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	f := &Feed{now: o.Now, copier: copier{columns: o.Columns}, objects: newObjects(o.Keep)}
	f.figures.meter.begin = o.Now()
	waiting := o.BodyBytes / 4
	f.pending = ring{most: o.Pending, room: waiting, forget: func(e *Entry) { f.figures.dropped.add(e.Topic, 1) }}
	f.kept = ring{most: o.Keep, room: o.BodyBytes - waiting, forget: f.objects.forget}
	return f
}

// Take moves what waits into the kept entries and gives the new ones, oldest
// first; nothing while the feed is paused. The list is valid until the next
// call.
func (f *Feed) Take() []*Entry {
	clear(f.taken)
	f.taken = f.taken[:0]
	if f.paused {
		return nil
	}
	f.mu.Lock()
	f.taken = f.pending.moveTo(f.taken)
	f.mu.Unlock()
	for _, e := range f.taken {
		f.seq++
		e.Seq = f.seq
		f.kept.add(e)
		f.objects.add(e)
	}
	return f.taken
}

// Pause stops Take, or lets it go on. The stream goes on meanwhile: as much as
// there is room for waits.
func (f *Feed) Pause(on bool) { f.paused = on }

// Paused says whether Take gives nothing.
func (f *Feed) Paused() bool { return f.paused }

// Waiting is how many alerts wait to be taken.
func (f *Feed) Waiting() int {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.pending.n
}

// Len is how many entries are kept.
func (f *Feed) Len() int { return f.kept.n }

// Bodies is how many of the newest kept entries may have their bodies: those
// that came before have lost them.
func (f *Feed) Bodies() int { return f.kept.n - f.kept.bare }

// At gives a kept entry, the newest first; nil where there is none.
func (f *Feed) At(i int) *Entry {
	if i < 0 || i >= f.kept.n {
		return nil
	}
	return f.kept.at(f.kept.n - 1 - i)
}

// BySeq gives an entry by its number; nil once it is forgotten.
func (f *Feed) BySeq(seq int64) *Entry { return f.At(int(f.seq - seq)) }

// OfObject gives snapshots of the kept entries of an object by its key, newest
// first, at most so many.
func (f *Feed) OfObject(key string, most int) []*Entry {
	var list []*Entry
	for seq := f.objects.last(key); len(list) < most; seq = *f.objects.link(seq) {
		e := f.BySeq(seq)
		if e == nil {
			break
		}
		if e.Key() == key { // others may have the same hash
			list = append(list, e.Snapshot())
		}
	}
	return list
}

// Clear forgets all entries, those that wait too. The figures go on, and so do
// the numbers of entries.
func (f *Feed) Clear() {
	f.mu.Lock()
	f.pending.clear()
	f.mu.Unlock()
	f.kept.clear()
	f.objects.clear()
	clear(f.taken)
	f.taken = f.taken[:0]
}
