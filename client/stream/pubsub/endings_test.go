package pubsub_test

import (
	"context"
	"errors"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/mwvgroup/pgb/client/alert"
	"github.com/mwvgroup/pgb/client/sandbox/server"
	"github.com/mwvgroup/pgb/client/stream"
)

// Each ending of a run, with the books of the server: nothing is acknowledged
// before it is written, all that is written is acknowledged, and the rest is
// given back at once.
func TestEndingsAcknowledgeWhatIsWrittenAndReturnTheRest(t *testing.T) {
	const published = 300
	full := errors.New("no space left on device")
	type ending struct {
		change  func(c *stream.Config, p *page, cancel func())
		reason  stream.Reason
		written int // -1: any
		err     error
	}
	endings := map[string]ending{
		"limit": {func(c *stream.Config, _ *page, _ func()) { c.Limit = 120 }, stream.LimitReached, 120, nil},
		"time":  {func(c *stream.Config, _ *page, _ func()) { c.For = 300 * time.Millisecond }, stream.TimeOver, published, nil},
		"idle":  {func(c *stream.Config, _ *page, _ func()) { c.Idle = 300 * time.Millisecond }, stream.IdleTooLong, published, nil},
		"bytes": {func(c *stream.Config, _ *page, _ func()) { c.MaxBytes = 500 }, stream.BytesReached, -1, nil},
		"stop": {func(c *stream.Config, p *page, _ func()) {
			stop := make(chan struct{})
			c.Stop = stop
			p.before = sync.OnceValue(func() func([]*alert.Message) error {
				return func([]*alert.Message) error { closeOnce(stop); return nil }
			})()
		}, stream.Stopped, -1, nil},
		"cancel": {func(_ *stream.Config, p *page, cancel func()) {
			p.before = func([]*alert.Message) error {
				if p.written() > 0 {
					cancel()
				}
				return nil
			}
		}, stream.Cancelled, -1, context.Canceled},
		"sink error": {func(_ *stream.Config, p *page, _ func()) {
			p.before = func([]*alert.Message) error {
				if p.written() > 0 {
					return full
				}
				return nil
			}
		}, stream.Failed, -1, full},
		"closed pipe": {func(_ *stream.Config, p *page, _ func()) {
			p.before = func([]*alert.Message) error {
				if p.written() > 0 {
					return syscall.EPIPE
				}
				return nil
			}
		}, stream.PipeClosed, -1, nil},
	}
	for name, e := range endings {
		t.Run(name, func(t *testing.T) {
			srv := broker(t)
			closeSource(t, open(t, options(srv)))
			publish(t, srv, alerts, "message", published)
			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()
			p := &page{}
			config := stream.Config{Source: open(t, options(srv)), BatchMessages: 40}
			e.change(&config, p, cancel)
			early := watch(srv, p)
			s, err := stream.Run(ctx, config, p)
			if s.Reason != e.reason || !errors.Is(err, e.err) {
				t.Fatalf("ended because %q with %v", s.Reason, err)
			}
			if e.written >= 0 && p.written() != e.written || p.written() == 0 {
				t.Errorf("%d written, want %d", p.written(), e.written)
			}
			books := state(t, srv, night)
			if books.Acked != int64(p.written()) || s.Written != books.Acked {
				t.Errorf("%d written, %d acknowledged", p.written(), books.Acked)
			}
			if books.Outstanding != 0 || books.Backlog != published-p.written() {
				t.Errorf("%d still out, %d wait", books.Outstanding, books.Backlog)
			}
			if n := early(); n > 0 {
				t.Errorf("%d times more was acknowledged than was written", n)
			}
		})
	}
}

var closing sync.Mutex

func closeOnce(c chan struct{}) {
	closing.Lock()
	defer closing.Unlock()
	select {
	case <-c:
	default:
		close(c)
	}
}

// watch counts how often the server was told of more than was written.
func watch(srv *server.Server, p *page) (early func() int) {
	acked, times := 0, 0
	srv.Watch(func(e server.Event) {
		if e.Kind == server.Acked {
			if acked++; acked > p.written() {
				times++
			}
		}
	})
	return func() int { srv.Watch(nil); return times }
}

// identities tells messages apart by what stands before a "#".
type identities struct{}

func (identities) Identity(m *alert.Message) (id stream.Identity, err error) {
	word, _, _ := strings.Cut(string(m.Body), "#")
	copy(id[:], word)
	return id, nil
}

func TestCopyOfAnUnflushedMessageIsNotLostWhenTheSinkFails(t *testing.T) {
	srv := broker(t)
	source := open(t, options(srv))
	say := func(text string) {
		_, err := srv.Publish(alerts.FullName(), server.Message{Data: []byte(text)})
		must(t, err)
	}
	say("supernova")
	p := &page{before: func([]*alert.Message) error {
		say("supernova#copy") // while the first is not written
		eventually(t, "the copy is delivered", func() bool { return state(t, srv, night).Outstanding == 2 })
		return errors.New("disk full")
	}}
	_, err := stream.Run(t.Context(), stream.Config{Source: source, Identifier: identities{}}, p)
	if err == nil {
		t.Fatal("no error")
	}
	if s := state(t, srv, night); s.Acked != 0 || s.Backlog != 2 || s.Outstanding != 0 {
		t.Fatalf("%d acknowledged, %d wait, %d out", s.Acked, s.Backlog, s.Outstanding)
	}
	p = &page{}
	s, err := stream.Run(t.Context(), stream.Config{
		Source: open(t, options(srv)), Identifier: identities{}, Idle: 200 * time.Millisecond,
	}, p)
	must(t, err)
	if p.written() != 1 || s.Duplicates != 1 || srv.Acked(night) != 2 {
		t.Errorf("wrote %q, %d acknowledged", p.words, srv.Acked(night))
	}
}

// A run that is killed tells the service nothing: leases run out and all that
// was not acknowledged comes again.
func TestNothingIsLostWhenAReaderVanishes(t *testing.T) {
	clock := server.NewManualClock(time.Now())
	srv := server.New(server.Options{Clock: clock})
	must(t, srv.Listen("127.0.0.1:0"))
	defer func() { must(t, srv.Close()) }()
	must(t, srv.CreateTopic(alerts.FullName()))
	closeSource(t, open(t, options(srv)))
	publish(t, srv, alerts, "message", 50)

	vanished := open(t, options(srv))
	messages, err := vanished.Next(t.Context())
	must(t, err)
	must(t, vanished.Done(messages[:1]))
	eventually(t, "one is acknowledged", func() bool { return srv.Acked(night) == 1 })
	end := srv.Outage() // what it tells from now on is not heard
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	_ = vanished.Close(ctx)
	end()
	clock.Advance(2 * time.Minute)

	p := &page{}
	_, err = stream.Run(t.Context(), stream.Config{Source: open(t, options(srv)), Limit: 49}, p)
	must(t, err)
	if srv.Acked(night) != 50 {
		t.Errorf("%d acknowledged in the end", srv.Acked(night))
	}
}
