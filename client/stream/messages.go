package stream

import (
	"context"
	"iter"
	"time"

	"github.com/mwvgroup/pgb/client/alert"
)

// Messages reads config.Source as [Run] does and gives the loop one message
// after the other. A message is done when the loop asks for the next. On break,
// return or panic the one in hand is given back, unless its Done was called;
// its Return gives it back at any time while it is in hand.
//
// A message that can't be decoded goes to quarantine. Where there is none, the
// loop gets it together with a [*DecodeError] and goes on like with any other.
// A nil message comes last, with the error that ended the stream. An end that
// was asked for (Limit, For, Idle, Stop ...) just ends the loop; ctx ends it
// with its error.
//
// The sequence can be ranged over once. The source is closed when the loop
// ends.
func Messages(ctx context.Context, config Config) iter.Seq2[*alert.Message, error] {
	return func(yield func(*alert.Message, error) bool) {
		config, err := config.withDefaults()
		if err != nil {
			yield(nil, err)
			return
		}
		l := &loop{
			examiner: newExaminer(config),
			clocks:   startClocks(config),
			fetcher:  fetch(ctx, config.Source),
			yield:    yield,
			fate:     make(chan bool, 1),
		}
		defer l.close(ctx) // also when the loop's body panics
		l.err = l.read(ctx)
	}
}

// loop is the state of one range over [Messages].
type loop struct {
	*examiner
	clocks  *clocks
	fetcher *fetcher
	yield   func(*alert.Message, error) bool

	pending []*alert.Message
	inHand  *alert.Message // with the loop's body
	fate    chan bool      // what the one in hand was told: done or returned
	left    bool           // the loop asks for no more
	err     error
}

// read gives messages until there is a reason to end, which is nil for one that
// was asked for.
func (l *loop) read(ctx context.Context) error {
	for {
		for len(l.pending) > 0 {
			if err := l.next(); err != nil {
				return err
			}
			if l.left || l.enough() || l.stopping(ctx) {
				return ctx.Err()
			}
		}
		if err := l.tell(); err != nil {
			return err
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case messages, ok := <-l.fetcher.batches:
			if !ok {
				return l.fetcher.failure()
			}
			l.pending = messages
			l.clocks.busy()
			l.meter.tick(time.Now())
		case <-l.Stop:
			return nil
		case <-l.clocks.over:
			return nil
		case <-l.clocks.idle:
			return nil
		case <-l.clocks.observe:
			l.Observe(l.meter.snapshot())
		}
	}
}

// stopping looks for what came while the loop's body worked.
func (l *loop) stopping(ctx context.Context) bool {
	select {
	case <-ctx.Done():
		return true
	case <-l.Stop:
		return true
	case <-l.clocks.over:
		return true
	case <-l.clocks.observe:
		l.Observe(l.meter.snapshot())
	default:
	}
	return false
}

func (l *loop) enough() bool {
	return l.Limit > 0 && l.meter.Written >= l.Limit || l.MaxBytes > 0 && l.meter.Bytes >= l.MaxBytes
}

// next looks at one pending message and hands it to the loop if it passes.
func (l *loop) next() error {
	m := l.pending[0]
	l.pending = l.pending[1:]
	id, pass := l.examine(m)
	if !pass && l.Quarantine == nil && len(l.unreadable) > 0 {
		unreadable := &DecodeError{Message: m, Err: l.reasons[0]}
		l.unreadable, l.reasons = l.unreadable[:0], l.reasons[:0]
		return l.handUnreadable(m, unreadable)
	}
	if !pass {
		return nil
	}
	// The body may take its time: what is settled by now is told first.
	err := l.tell()
	done := err == nil && l.hand(m, nil)
	copies := l.land(id, done)
	if done {
		l.meter.Written++
		l.done = append(append(l.done, m), copies...)
		return nil
	}
	l.giveBack(append(copies, m))
	return err
}

// handUnreadable gives a message to the loop together with what is wrong with it.
func (l *loop) handUnreadable(m *alert.Message, reason error) error {
	err := l.tell()
	if err == nil && l.hand(m, reason) {
		l.done = append(l.done, m)
		return nil
	}
	l.giveBack([]*alert.Message{m})
	return err
}

// hand gives a message to the loop's body and says whether it is done. Where the
// body panics the message is still in hand.
func (l *loop) hand(m *alert.Message, reason error) (done bool) {
	l.inHand = m
	m.SetDelivery(l)
	l.left = !l.yield(m, reason)
	l.inHand = nil
	l.clocks.busy()
	if l.left {
		m.Return()
	} else {
		m.Done()
	}
	return <-l.fate
}

// Done is called once at most for each message in hand, instead of Return, and
// from whichever goroutine.
func (l *loop) Done(*alert.Message) { l.fate <- true }

// Return is called as Done is.
func (l *loop) Return(*alert.Message) { l.fate <- false }

// close settles what is left and closes the source. What went wrong goes to the
// loop, unless that has ended.
func (l *loop) close(ctx context.Context) {
	l.clocks.stop()
	panicked := l.inHand
	if panicked != nil {
		panicked.Return()
		if <-l.fate {
			l.done = append(l.done, panicked)
		} else {
			l.giveBack([]*alert.Message{panicked})
		}
	}
	l.giveBack(l.pending)
	if err := l.tell(); l.err == nil {
		l.err = err
	}
	if closed := l.fetcher.close(ctx, l.CloseWait); closed != nil && l.err == nil {
		l.err = &CloseError{Err: closed}
	}
	if panicked == nil && !l.left && l.err != nil {
		l.yield(nil, l.err)
	}
}
