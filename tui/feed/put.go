package feed

import "github.com/mwvgroup/pgb/client/alert"

// Put takes a batch of messages that passed. What is in their rows is copied:
// those may be read again for others once it returns. It never waits for the
// viewer: where there is no more room the oldest that wait are dropped, and
// counted by topic.
func (f *Feed) Put(batch []*alert.Message) {
	if len(batch) == 0 {
		return
	}
	f.intake.Lock()
	defer f.intake.Unlock()
	entries, now := f.copier.copy(batch), f.now()
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, e := range entries {
		f.pending.add(e)
	}
	f.figures.put(entries, now)
	clear(entries) // they are not the copier's to keep
}
