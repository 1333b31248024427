package local

import (
	"context"
	"fmt"
	"sync"
	"sync/atomic"

	"github.com/mwvgroup/pgb/client/alert"
)

// SinkOptions say what is kept of the messages.
type SinkOptions struct {
	// Cutouts keeps the stamp images, and bodies byte for byte. Without it
	// bodies are kept without them. What was saved without them stays so.
	Cutouts bool
}

// Saved counts what a sink has done.
type Saved struct {
	Messages int64 // that are new
	Known    int64 // that were there before, by their identity
	Rejected int64 // that could not be decoded
}

// Sink saves messages in an archive. It is safe for concurrent use.
type Sink struct {
	archive *Archive
	options SinkOptions
	view    func() (*alert.View, error)
	learned atomic.Bool // the dictionaries of the archive

	saved, known, rejected atomic.Int64
}

// Sink makes a sink. Rows of the messages are not needed: it reads its own.
func (a *Archive) Sink(o SinkOptions) *Sink {
	return &Sink{archive: a, options: o, view: sync.OnceValues(a.columns)}
}

// Saved gives the figures so far.
func (s *Sink) Saved() Saved {
	return Saved{Messages: s.saved.Load(), Known: s.known.Load(), Rejected: s.rejected.Load()}
}

// Put saves a batch in one transaction, and returns when it is on disk. What is
// there already, by its identity, changes nothing. Messages that can't be
// decoded are given back in a [*Rejection], the rest is saved; any other error
// ([*SimulatedError], [*BusyError], [*CorruptError], one that wraps [ErrFull] or
// [ErrReadOnly]) means that nothing of the batch was.
func (s *Sink) Put(ctx context.Context, batch []*alert.Message) error {
	if len(batch) == 0 {
		return ctx.Err()
	}
	view, err := s.view()
	if err != nil {
		return err
	}
	if !s.learned.Load() {
		if err := s.archive.learnDictionaries(ctx); err != nil {
			return err
		}
		s.learned.Store(true)
	}
	ready := s.prepare(view, batch)
	defer ready.end()
	fresh, err := s.archive.save(ctx, ready)
	if err != nil {
		return err
	}
	var rejection Rejection
	for i := range ready.ready {
		if p := &ready.ready[i]; p.err != nil {
			rejection.messages = append(rejection.messages, p.message)
			rejection.reasons = append(rejection.reasons, p.err)
		}
	}
	rejected := len(rejection.messages)
	s.saved.Add(int64(fresh))
	s.known.Add(int64(len(batch) - rejected - fresh))
	s.rejected.Add(int64(rejected))
	if rejected > 0 {
		return &rejection
	}
	return nil
}

// Rejection says that a batch is saved but for the messages that can't be
// decoded.
type Rejection struct {
	messages []*alert.Message
	reasons  []error
}

// Error says how many they are, and what is wrong with the first.
func (e *Rejection) Error() string {
	return fmt.Sprintf("%d messages of the batch can't be saved; the first: %v", len(e.messages), e.reasons[0])
}

// Unwrap gives the reasons.
func (e *Rejection) Unwrap() []error { return e.reasons }

// Rejected gives the messages, and the reason for each.
func (e *Rejection) Rejected() ([]*alert.Message, []error) { return e.messages, e.reasons }
