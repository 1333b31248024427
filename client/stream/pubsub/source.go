package pubsub

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/mwvgroup/pgb/client/alert"
	"github.com/mwvgroup/pgb/client/stream"
)

// leaseTime is how long the service waits for a message to be settled before it
// delivers it again. Leases of what is out are extended as long as it is.
const leaseTime = 60 * time.Second

// mostLease is the longest that one extension may last. What is held is extended
// by twice as much each time, so that many that are held take few calls.
const mostLease = 600 * time.Second

// nextBatch bounds what Next gives.
const nextBatch = 256

// deleteWait bounds the wait for a temporary subscription to be deleted, also
// where there was no time left for anything else.
const deleteWait = 10 * time.Second

// settings say how a subscription is read.
type settings struct {
	as          string
	streams     int
	maxBytes    int64
	maxMessages int
	holds       bool // messages may be out for long without their bodies
	health      *health
}

// source reads one subscription.
type source struct {
	api  api
	plan plan
	settings

	stop    context.CancelFunc // ends the streams
	readers sync.WaitGroup
	ended   chan struct{} // closed when the streams have ended
	keeper  *keeper
	settler *settler

	news chan struct{} // something is ready, or the streams failed
	room chan struct{} // something was settled

	mu        sync.Mutex
	ready     []*alert.Message    // delivered, not given by Next
	readySize int64               // bytes of those
	out       map[*lease]struct{} // delivered and not settled, ready or not
	outBytes  int64
	delivered int64
	bytes     int64
	failed    error
}

// lease is a message that was delivered and is to be settled.
type lease struct {
	ackID string
	bytes int64
	until time.Time     // when the service delivers it again
	span  time.Duration // of the last extension
}

// arrival is a message together with its lease.
type arrival struct {
	message alert.Message
	lease   lease
}

func newSource(api api, plan plan, settings settings) *source {
	ctx, stop := context.WithCancel(context.Background())
	s := &source{
		api: api, plan: plan, settings: settings,
		stop:  stop,
		ended: make(chan struct{}),
		news:  make(chan struct{}, 1),
		room:  make(chan struct{}, settings.streams),
		out:   make(map[*lease]struct{}),
	}
	s.settler = startSettler(api, plan.name)
	s.keeper = startKeeper(s)
	for range settings.streams {
		s.readers.Go(func() { s.read(ctx) })
	}
	go func() {
		s.readers.Wait()
		close(s.ended)
	}()
	return s
}

// Next gives what was delivered, in that order.
func (s *source) Next(ctx context.Context) ([]*alert.Message, error) {
	for {
		messages, err := s.take()
		if messages != nil || err != nil {
			return messages, err
		}
		select {
		case <-s.news:
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
}

func (s *source) take() ([]*alert.Message, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.ready) == 0 {
		return nil, s.failed
	}
	n := min(len(s.ready), nextBatch)
	messages := s.ready[:n:n]
	s.ready = s.ready[n:]
	for _, m := range messages {
		s.readySize -= m.Position.(*lease).bytes
	}
	if s.holds {
		s.wakeReaders()
	}
	return messages, nil
}

// deliver takes in what came from a stream.
func (s *source) deliver(arrivals []*arrival) {
	if len(arrivals) == 0 {
		return
	}
	now := time.Now()
	s.mu.Lock()
	for _, a := range arrivals {
		a.message.Topic, a.message.As = s.plan.topic.Name, s.as
		a.message.Origin, a.message.Position = s.plan.name, &a.lease
		a.lease.until = now.Add(leaseTime)
		s.ready = append(s.ready, &a.message)
		s.out[&a.lease] = struct{}{}
		s.outBytes += a.lease.bytes
		s.readySize += a.lease.bytes
		s.bytes += a.lease.bytes
	}
	s.delivered += int64(len(arrivals))
	s.mu.Unlock()
	wake(s.news)
}

// hasRoom says whether more may be fetched.
func (s *source) hasRoom() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	room := len(s.out) < s.mostOut() && s.settler.hasRoom()
	if s.holds {
		return room && len(s.ready) < s.maxMessages && s.readySize < s.maxBytes
	}
	return room && s.outBytes < s.maxBytes
}

// mostOut bounds the messages that are fetched and not settled.
func (s *source) mostOut() int {
	if s.holds {
		return s.maxMessages + stream.DefaultMaxHeld
	}
	return s.maxMessages
}

// wakeReaders tells the streams that there may be room.
func (s *source) wakeReaders() {
	for range s.streams {
		wake(s.room)
	}
}

// waitForRoom waits until more may be fetched or ctx ends.
func (s *source) waitForRoom(ctx context.Context) {
	for ctx.Err() == nil && !s.hasRoom() {
		select {
		case <-s.room:
		case <-ctx.Done():
		case <-time.After(time.Second): // the settler made room
		}
	}
}

// fail notes what ended the streams for good.
func (s *source) fail(err error) {
	s.mu.Lock()
	if s.failed == nil {
		s.failed = err
	}
	s.mu.Unlock()
	wake(s.news)
}

// Done acknowledges messages.
func (s *source) Done(messages []*alert.Message) error {
	ids, err := s.release(messages)
	s.settler.add(ids, nil)
	return err
}

// Return gives messages back at once.
func (s *source) Return(messages []*alert.Message) error {
	ids, err := s.release(messages)
	s.settler.add(nil, ids)
	return err
}

// release takes messages off the books and gives what they are settled by.
func (s *source) release(messages []*alert.Message) ([]string, error) {
	ids := make([]string, 0, len(messages))
	var err error
	s.mu.Lock()
	for _, m := range messages {
		l, ok := m.Position.(*lease)
		if _, out := s.out[l]; !ok || !out {
			err = fmt.Errorf("message %s is not out from %s", m.ID, shortName(s.plan.name))
			continue
		}
		delete(s.out, l)
		s.outBytes -= l.bytes
		ids = append(ids, l.ackID)
	}
	s.mu.Unlock()
	s.wakeReaders()
	return ids, err
}

// Delivered says what the service sent.
func (s *source) Delivered() (messages, bytes int64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.delivered, s.bytes
}

// Close reads the streams to their end, gives back all that is out, waits until
// the service has been told everything, and deletes a temporary subscription.
func (s *source) Close(ctx context.Context) error {
	s.stop()
	var errs []error
	select {
	case <-s.ended:
	case <-ctx.Done():
		errs = append(errs, fmt.Errorf("the stream of %s does not end: %w", shortName(s.plan.name), ctx.Err()))
	}
	s.keeper.close()
	s.settler.add(nil, s.outstanding())
	errs = append(errs, s.settler.close(ctx))
	if s.plan.temporary {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), deleteWait)
		defer cancel()
		if err := remove(ctx, s.api, projectOf(s.plan.name), s.plan.name); err != nil {
			errs = append(errs, fmt.Errorf("delete the temporary subscription %s: %w", shortName(s.plan.name), err))
		} else {
			errs = nil // nothing can come again
		}
	}
	return errors.Join(errs...)
}

// outstanding takes all that is out off the books.
func (s *source) outstanding() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	ids := make([]string, 0, len(s.out))
	for l := range s.out {
		ids = append(ids, l.ackID)
	}
	clear(s.out)
	s.ready, s.readySize, s.outBytes = nil, 0, 0
	return ids
}

// expiring gives what is out and runs out before a time, by how long each lease
// is to be extended, and counts on that.
func (s *source) expiring(now, before time.Time) map[time.Duration][]string {
	s.mu.Lock()
	defer s.mu.Unlock()
	ids := map[time.Duration][]string{}
	for l := range s.out {
		if !l.until.Before(before) {
			continue
		}
		if l.span *= 2; l.span == 0 || !s.holds {
			l.span = leaseTime
		}
		l.span = min(l.span, mostLease)
		l.until = now.Add(l.span)
		ids[l.span] = append(ids[l.span], l.ackID)
	}
	return ids
}

// wake tells one who waits on a channel, if there is one.
func wake(c chan struct{}) {
	select {
	case c <- struct{}{}:
	default:
	}
}
