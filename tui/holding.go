package tui

import (
	"context"
	"time"

	"github.com/mwvgroup/pgb/client/alert"
)

// saving is what an intake saves into, and what of that is not there for good
// yet. The intake's lock is held by whoever uses it.
type saving struct {
	sink   Sink
	failed error // why it ended
	over   bool  // nothing is saved any more

	by   Held      // what is held is settled by it
	held int       // messages of the run that are not there for good
	safe int       // messages that came to be since the run was told last
	due  time.Time // when what is held is to be settled; zero leaves it open
}

// rejection is what a sink says that has a batch but for some messages, which
// can't be saved.
type rejection interface {
	error
	Rejected() (messages []*alert.Message, reasons []error)
}

// refused says how many messages of a batch were not saved, where it was no
// failure.
func refused(err error) int {
	if r, ok := err.(rejection); ok {
		messages, _ := r.Rejected()
		return len(messages)
	}
	return 0
}

// isTaken says whether a sink has a batch, or will have it, but for messages that
// can't be saved.
func isTaken(err error) bool {
	_, holds := err.(Held)
	_, rejects := err.(rejection)
	return err == nil || holds || rejects
}

// take notes what the sink said of so many messages that were put.
func (s *saving) take(n int, err error) {
	by, holds := err.(Held)
	if !holds {
		return
	}
	s.by, s.due = by, by.Due()
	s.held += n
	s.land(by.Safe())
}

// land notes that the oldest n messages that were held are there for good.
func (s *saving) land(n int) {
	n = min(n, s.held)
	s.held, s.safe = s.held-n, s.safe+n
	if s.held == 0 {
		s.due = time.Time{}
	}
}

// settle makes what is held safe.
func (s *saving) settle(ctx context.Context) error {
	if s.failed != nil {
		return s.failed
	}
	if s.held > 0 {
		if err := s.by.Settle(ctx); err != nil {
			s.failed = err
			return err
		}
	}
	s.forget()
	return nil
}

// forget forgets what was held: the run has been told, or has given it back.
func (s *saving) forget() { s.by, s.held, s.safe, s.due = nil, 0, 0, time.Time{} }

// close closes the sink. What it held is safe then, or the run is told that it is
// not.
func (s *saving) close() error {
	failed := s.failed
	err := s.sink.Close(failed == nil)
	s.sink, s.failed = nil, nil
	switch {
	case failed != nil: // the run has given back what was held
		s.forget()
	case err == nil:
		s.land(s.held)
	case s.held > 0:
		s.failed = err
	}
	return err
}

// reply is what an intake says of a batch while what it saves is held, or was
// until now. It is a [Held] that names the messages of the batch that are.
type reply struct {
	error // what the sink said, or nil
	in    *intake
	safe  int
	due   time.Time
	holds []bool // by place in the batch
}

// Error says that alerts are held.
func (r *reply) Error() string { return "alerts are held until their part is closed" }

// Safe says how many of the messages that were held are there for good.
func (r *reply) Safe() int { return r.safe }

// Due says when the others are to be settled.
func (r *reply) Due() time.Time { return r.due }

// Settle makes them safe.
func (r *reply) Settle(ctx context.Context) error {
	r.in.saving.Lock()
	defer r.in.saving.Unlock()
	return r.in.into.settle(ctx)
}

// Holds says whether the message at a place in the batch is held. One that did
// not pass is not.
func (r *reply) Holds(i int) bool { return i < len(r.holds) && r.holds[i] }

// Rejected gives the messages that can't be saved, and why.
func (r *reply) Rejected() ([]*alert.Message, []error) {
	if refused, ok := r.error.(rejection); ok {
		return refused.Rejected()
	}
	return nil, nil
}

// reply says what became of a batch, of which the sink, where there is one, has
// said err of those that passed.
func (in *intake) reply(batch []*alert.Message, err error) error {
	in.saving.Lock()
	defer in.saving.Unlock()
	_, holds := err.(Held)
	if !holds && in.into.held == 0 && in.into.safe == 0 {
		return err
	}
	r := &reply{error: err, in: in, safe: in.into.safe, due: in.into.due}
	in.into.safe = 0
	if !holds {
		return r
	}
	r.holds = make([]bool, len(batch))
	passed := in.passed
	for i, m := range batch {
		if len(passed) > 0 && m == passed[0] {
			r.holds[i], passed = true, passed[1:]
		}
	}
	return r
}
