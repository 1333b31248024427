package pubsub

import (
	"context"
	"fmt"
	"sync"
	"time"

	"cloud.google.com/go/pubsub/v2/apiv1/pubsubpb"
)

const (
	// settleBatch is how many messages one call settles; the service takes
	// requests of 512 KiB.
	settleBatch = 1000
	// settleLinger is how long a smaller batch waits for more.
	settleLinger = 20 * time.Millisecond
	// settleQueue bounds what waits to be told: nothing is fetched beyond it.
	settleQueue = 10 * settleBatch
	// callWait bounds one call.
	callWait = 60 * time.Second
)

// settler tells the service what is acknowledged and what is given back, in a
// goroutine of its own.
type settler struct {
	api    api
	name   string
	cancel context.CancelFunc
	work   chan struct{}
	closed chan struct{} // closed when there is no more to come
	ended  chan struct{}

	mu     sync.Mutex
	acks   []string
	nacks  []string
	lost   int // acknowledgements that the service did not take
	reason error
}

func startSettler(api api, name string) *settler {
	ctx, cancel := context.WithCancel(context.Background())
	s := &settler{
		api: api, name: name, cancel: cancel,
		work:   make(chan struct{}, 1),
		closed: make(chan struct{}),
		ended:  make(chan struct{}),
	}
	go s.run(ctx)
	return s
}

func (s *settler) add(acks, nacks []string) {
	s.mu.Lock()
	s.acks = append(s.acks, acks...)
	s.nacks = append(s.nacks, nacks...)
	s.mu.Unlock()
	wake(s.work)
}

func (s *settler) hasRoom() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.acks)+len(s.nacks) < settleQueue
}

func (s *settler) run(ctx context.Context) {
	defer close(s.ended)
	var pause backoff
	for {
		acks, nacks := s.take()
		switch {
		case len(acks)+len(nacks) > 0:
			if s.tell(ctx, acks, nacks) {
				pause.reset()
			} else if !pause.wait(ctx) {
				return
			}
		case s.isClosed():
			return
		default:
			if !s.linger(ctx) {
				return
			}
		}
	}
}

// linger waits for work, and then a little for more.
func (s *settler) linger(ctx context.Context) bool {
	select {
	case <-s.work:
	case <-s.closed:
		return true
	case <-ctx.Done():
		return false
	}
	timer := time.NewTimer(settleLinger)
	defer timer.Stop()
	for {
		s.mu.Lock()
		n := max(len(s.acks), len(s.nacks))
		s.mu.Unlock()
		if n >= settleBatch {
			return true
		}
		select {
		case <-s.work:
		case <-timer.C:
			return true
		case <-s.closed:
			return true
		case <-ctx.Done():
			return false
		}
	}
}

func (s *settler) isClosed() bool {
	select {
	case <-s.closed:
		// Something may have come just before.
		s.mu.Lock()
		defer s.mu.Unlock()
		return len(s.acks)+len(s.nacks) == 0
	default:
		return false
	}
}

func (s *settler) take() (acks, nacks []string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	acks, s.acks = split(s.acks)
	nacks, s.nacks = split(s.nacks)
	return acks, nacks
}

func split(ids []string) (first, rest []string) {
	n := min(len(ids), settleBatch)
	if n == len(ids) {
		return ids, nil
	}
	return ids[:n:n], ids[n:]
}

// tell makes the calls. What failed in a way that may pass is kept for the next
// attempt, and tell gives false.
func (s *settler) tell(ctx context.Context, acks, nacks []string) bool {
	ctx, cancel := context.WithTimeout(ctx, callWait)
	defer cancel()
	ok := true
	if len(acks) > 0 {
		err := s.api.Acknowledge(ctx, &pubsubpb.AcknowledgeRequest{Subscription: s.name, AckIds: acks})
		if err != nil && passing(err) {
			s.add(acks, nil)
			ok = false
		} else if err != nil {
			s.lose(len(acks), err)
		}
	}
	if len(nacks) > 0 {
		err := s.api.ModifyAckDeadline(ctx, &pubsubpb.ModifyAckDeadlineRequest{Subscription: s.name, AckIds: nacks})
		if err != nil && passing(err) {
			s.add(nil, nacks)
			ok = false
		}
	}
	return ok
}

func (s *settler) lose(n int, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.lost += n
	if s.reason == nil {
		s.reason = err
	}
}

// close tells the service what it has not been told yet. ctx bounds the wait.
func (s *settler) close(ctx context.Context) error {
	close(s.closed)
	select {
	case <-s.ended:
	case <-ctx.Done():
		s.cancel()
		<-s.ended
	}
	s.cancel()
	s.mu.Lock()
	defer s.mu.Unlock()
	if n := s.lost + len(s.acks); n > 0 {
		reason := s.reason
		if reason == nil {
			reason = ctx.Err()
		}
		return fmt.Errorf("%d messages of %s were written but may come again: acknowledge: %w", n, shortName(s.name), reason)
	}
	return nil
}
