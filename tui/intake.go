package tui

import (
	"context"
	"fmt"
	"sync"
	"sync/atomic"

	"github.com/mwvgroup/pgb/client/alert"
	"github.com/mwvgroup/pgb/tui/feed"
)

// intake is what a stream is read into: it filters, saves, and then feeds what
// is shown. It waits for the viewer with files only.
type intake struct {
	feed *feed.Feed
	ring func() // tells the viewer that something came

	// patient waits until what came was taken, as for files: they are read
	// faster than they are shown, and can wait. taken tells that it was, until
	// the end of a run.
	patient bool
	taken   chan struct{}
	end     <-chan struct{}

	isOpen  atomic.Bool // the service was heard of
	isGoing atomic.Bool // alerts came since it was last lost

	handing sync.Mutex // held while what passed goes into the feed
	gate    *gate      // nil lets everything pass

	saving sync.Mutex // held while a batch is saved
	into   saving
	saved  atomic.Int64

	passed []*alert.Message // storage of Put
}

// gate is a filter that was set: another one for each time.
type gate struct{ Filter }

// Put takes a batch: what passes the filter is saved, where that is asked for,
// and shown. Messages that can't be saved are named in its error, and so are those
// that are held, see [Receiver].
func (in *intake) Put(ctx context.Context, batch []*alert.Message) (err error) {
	defer func() {
		if r := recover(); r != nil { // a packet that breaks a filter must not break the terminal
			err = fmt.Errorf("taking a batch: %v", r)
		}
	}()
	in.isOpen.Store(true)
	in.isGoing.Store(true)
	gate := in.passing()
	in.passed = gate.appendPassing(in.passed[:0], batch)
	said := in.save(ctx, in.passed)
	if !isTaken(said) {
		return said
	}
	said = in.reply(batch, said)
	in.waitForRoom()
	in.hand(gate, batch)
	clear(in.passed) // the feed decides how long a packet is kept
	in.ring()
	return said
}

// most is how many alerts may wait before a patient intake does.
const most = 5000

// waitForRoom waits until there is room for more, where there is time for that.
func (in *intake) waitForRoom() {
	for in.patient && in.feed.Waiting() > most {
		select {
		case <-in.end:
			return
		case <-in.taken:
		}
	}
}

// wasTaken says that there may be room again.
func (in *intake) wasTaken() {
	select {
	case in.taken <- struct{}{}:
	default:
	}
}

// appendPassing appends the messages that pass.
func (g *gate) appendPassing(to, batch []*alert.Message) []*alert.Message {
	if g == nil {
		return append(to, batch...)
	}
	for _, m := range batch {
		if g.Pass(m) {
			to = append(to, m)
		}
	}
	return to
}

// hand gives what passed to the feed. Where the filter was changed meanwhile
// the new one counts: what comes into the feed after a change has passed it.
func (in *intake) hand(gate *gate, batch []*alert.Message) {
	bytes := int64(0)
	for _, m := range batch {
		bytes += int64(len(m.Body))
	}
	in.handing.Lock()
	defer in.handing.Unlock()
	if in.gate != gate {
		in.passed = in.gate.appendPassing(in.passed[:0], batch)
	}
	in.feed.Count(int64(len(batch)), int64(len(batch)-len(in.passed)), bytes)
	in.feed.Put(in.passed)
}

// still does something while nothing goes into the feed.
func (in *intake) still(do func()) {
	in.handing.Lock()
	defer in.handing.Unlock()
	do()
}

// passing gives the filter that is set.
func (in *intake) passing() *gate {
	in.handing.Lock()
	defer in.handing.Unlock()
	return in.gate
}

// pass sets a filter; nil is none. Everything that comes into the feed from now
// on passes it.
func (in *intake) pass(filter Filter) {
	in.handing.Lock()
	defer in.handing.Unlock()
	if in.gate = nil; filter != nil {
		in.gate = &gate{filter}
	}
}

// save saves a batch, where something is there to save into, and gives what that
// says.
func (in *intake) save(ctx context.Context, batch []*alert.Message) error {
	in.saving.Lock()
	defer in.saving.Unlock()
	if in.into.failed != nil {
		return in.into.failed
	}
	if in.into.sink == nil || len(batch) == 0 {
		return nil
	}
	err := in.into.sink.Put(ctx, batch)
	if !isTaken(err) {
		if ctx.Err() == nil { // else the stream is ending, and nothing is wrong with the sink
			in.into.failed = err
		}
		return err
	}
	n := len(batch) - refused(err)
	in.into.take(n, err)
	in.saved.Add(int64(n))
	return err
}

// begin makes ready for a run: nothing of what an earlier one gave back is taken
// for this one's.
func (in *intake) begin(ctx context.Context) {
	in.saving.Lock()
	defer in.saving.Unlock()
	_ = in.into.settle(ctx) // the first batch says what failed
	in.into.forget()
}

// saveInto has everything that passes saved from now on. It is false where the
// stream is at its end.
func (in *intake) saveInto(sink Sink) bool {
	in.saving.Lock()
	defer in.saving.Unlock()
	if in.into.over {
		return false
	}
	in.saved.Store(0)
	in.into.sink = sink
	return true
}

// endSaving closes what was saved into until now, and gives it, nil where there
// was nothing, with how much was. It waits for a batch that is being saved.
func (in *intake) endSaving() (sink Sink, saved int64, err error) {
	in.saving.Lock()
	defer in.saving.Unlock()
	if sink = in.into.sink; sink == nil {
		return nil, 0, nil
	}
	return sink, in.saved.Swap(0), in.into.close()
}

// dropSink gives what could not be saved into. Nothing is saved from now on.
func (in *intake) dropSink() (sink Sink) {
	in.saving.Lock()
	defer in.saving.Unlock()
	in.saved.Store(0)
	sink, in.into.sink, in.into.failed = in.into.sink, nil, nil
	in.into.forget()
	return sink
}

// finish ends saving for good. It gives what was saved into, and why that failed.
func (in *intake) finish() (before Sink, failed error) {
	in.saving.Lock()
	defer in.saving.Unlock()
	in.into.over = true
	before, failed = in.into.sink, in.into.failed
	in.into.sink = nil
	return before, failed
}

// saveFailed says why saving failed, nil where it did not.
func (in *intake) saveFailed() error {
	in.saving.Lock()
	defer in.saving.Unlock()
	return in.into.failed
}

// Unreadable counts messages that could not be decoded.
func (in *intake) Unreadable(messages []*alert.Message, reasons []error) {
	var why error
	if len(reasons) > 0 {
		why = reasons[len(reasons)-1]
	}
	in.isOpen.Store(true)
	in.feed.Unreadable(len(messages), why)
	in.ring()
}

// Delivered keeps what the service has sent.
func (in *intake) Delivered(bytes int64, usd float64) {
	in.isOpen.Store(true)
	in.feed.Delivered(bytes, usd)
}
