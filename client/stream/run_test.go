package stream_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/mwvgroup/pgb/client/alert"
	"github.com/mwvgroup/pgb/client/stream"
	"github.com/mwvgroup/pgb/client/stream/streamtest"
)

func TestEndOfInputWritesAllAndCommitsAll(t *testing.T) {
	log, l, config, p := setup(t, count("word", 5000)...)
	log.End()
	s, err := stream.Run(t.Context(), config, p)
	expect(t, s, err, stream.EndOfInput, 5000)
	l.settled()
	if log.Committed() != 5000 || !slices.Equal(p.words, count("word", 5000)) {
		t.Errorf("%d committed, %d on the page or out of order", log.Committed(), len(p.words))
	}
}

func TestLimitWritesExactlyThatManyAndReturnsTheRest(t *testing.T) {
	for _, limit := range []int{1, 6, 7, 8, 50} {
		log, l, config, p := setup(t, count("word", 60)...)
		config.Limit = int64(limit)
		s, err := stream.Run(t.Context(), config, p)
		expect(t, s, err, stream.LimitReached, limit)
		l.settled()
		if len(p.words) != limit || log.Committed() != limit {
			t.Errorf("limit %d: %d written, %d committed", limit, len(p.words), log.Committed())
		}
	}
}

func TestLimitCountsOnlyWhatPasses(t *testing.T) {
	log, l, config, p := setup(t, "a", "no 1", "a#again", "bad", "b", "no 2", "c", "d", "e")
	config.Limit = 3
	s, err := stream.Run(t.Context(), config, p)
	expect(t, s, err, stream.LimitReached, 3)
	l.settled()
	if !slices.Equal(p.words, []string{"a", "b", "c"}) || log.Committed() != 7 {
		t.Errorf("wrote %q, committed %d", p.words, log.Committed())
	}
	if s.Filtered != 2 || s.Duplicates != 1 || s.Quarantined != 1 || s.Messages != 7 {
		t.Errorf("figures: %+v", s.Stats)
	}
}

func TestStopFlushesAndReturnsTheRest(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		log, l, config, p := setup(t, count("word", 30)...)
		stop := make(chan struct{})
		config.Stop = stop
		hold := make(chan struct{})
		p.fail = func([]*alert.Message) error { <-hold; return nil }
		go func() {
			synctest.Wait() // the sink holds a batch, the next is being made
			close(stop)
			synctest.Wait()
			close(hold)
		}()
		s, err := stream.Run(t.Context(), config, p)
		if s.Reason != stream.Stopped || err != nil {
			t.Fatalf("%v, %v", s.Reason, err)
		}
		l.settled()
		if log.Committed() != len(p.words) || len(p.words) == 0 {
			t.Errorf("%d committed, %d written", log.Committed(), len(p.words))
		}
	})
}

func TestCancelEndsAtOnceAndReturnsWhatIsNotWritten(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		log, l, config, p := setup(t, count("word", 30)...)
		ctx, cancel := context.WithCancel(t.Context())
		p.fail = func([]*alert.Message) error { <-ctx.Done(); return ctx.Err() }
		go func() { synctest.Wait(); cancel() }()
		s, err := stream.Run(ctx, config, p)
		if s.Reason != stream.Cancelled || !errors.Is(err, context.Canceled) {
			t.Fatalf("%v, %v", s.Reason, err)
		}
		l.settled()
		if log.Committed() != 0 || s.Written != 0 {
			t.Errorf("%d committed", log.Committed())
		}
	})
}

func TestWhatTheSinkHasIsDoneThoughTheRunWasCancelled(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		log, l, config, p := setup(t, count("word", 7)...)
		ctx, cancel := context.WithCancel(t.Context())
		p.fail = func([]*alert.Message) error { cancel(); synctest.Wait(); return nil }
		_, err := stream.Run(ctx, config, p)
		if !errors.Is(err, context.Canceled) {
			t.Fatal(err)
		}
		l.settled()
		if log.Committed() != 7 {
			t.Errorf("%d committed, want 7", log.Committed())
		}
	})
}

func TestSinkThatHangsDoesNotHoldACancelledRunForEver(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		log, l, config, p := setup(t, count("word", 7)...)
		ctx, cancel := context.WithCancel(t.Context())
		hang := make(chan struct{})
		p.fail = func([]*alert.Message) error { cancel(); <-hang; return errors.New("late") }
		config.CloseWait = time.Minute
		_, err := stream.Run(ctx, config, p)
		var sink *stream.SinkError
		if !errors.Is(err, context.Canceled) && !errors.As(err, &sink) {
			t.Fatal(err)
		}
		l.settled()
		if log.Committed() != 0 {
			t.Errorf("%d committed", log.Committed())
		}
		close(hang)
	})
}

func TestTimeOverAndIdleAndObserve(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		log, l, config, p := setup(t, "a")
		config.For = time.Hour
		looks := 0
		config.Observe = func(s stream.Stats) {
			looks++
			log.Append(fmt.Sprint("more", looks))
			if want := float64(0.8); looks > 100 && (s.Rate < want || s.Rate > 1.2) {
				t.Errorf("rate %v at %v, one comes each second", s.Rate, s.Elapsed)
			}
			if s.Lag > 2*time.Second {
				t.Errorf("lag %v", s.Lag)
			}
		}
		s, err := stream.Run(t.Context(), config, p)
		expect(t, s, err, stream.TimeOver, p.written())
		l.settled()
		if p.written() < looks || s.Elapsed != time.Hour || looks < 3590 {
			t.Errorf("after %v, observed %d times", s.Elapsed, looks)
		}

		_, l, config, p = setup(t, "a")
		config.Idle = time.Minute
		s, err = stream.Run(t.Context(), config, p)
		expect(t, s, err, stream.IdleTooLong, 1)
		l.settled()
		if s.Elapsed != time.Minute {
			t.Errorf("after %v", s.Elapsed)
		}
	})
}

func TestSlowSinkIsNotAnIdleSource(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		_, l, config, p := setup(t, count("word", 100)...)
		config.Idle = time.Minute
		config.BatchMessages = 5
		p.fail = func([]*alert.Message) error { time.Sleep(3 * time.Minute); return nil }
		s, err := stream.Run(t.Context(), config, p)
		expect(t, s, err, stream.IdleTooLong, 100)
		l.settled()
	})
}

func TestMaxBytesEndsAfterACleanDrain(t *testing.T) {
	log, l, config, p := setup(t, count("word", 90)...)
	config.MaxBytes = 5*10 + 6*20 + 1
	s, err := stream.Run(t.Context(), config, p)
	expect(t, s, err, stream.BytesReached, 31)
	l.settled()
	if log.Committed() != 31 || s.Bytes != 176 {
		t.Errorf("%d committed, %d bytes", log.Committed(), s.Bytes)
	}
}

func TestSinkErrorReturnsTheBatch(t *testing.T) {
	log, l, config, p := setup(t, count("word", 100)...)
	config.BatchMessages = 10
	full := errors.New("no space left")
	p.fail = func([]*alert.Message) error {
		if p.batches == 3 {
			return full
		}
		return nil
	}
	s, err := stream.Run(t.Context(), config, p)
	var sink *stream.SinkError
	if !errors.As(err, &sink) || !errors.Is(err, full) || s.Reason != stream.Failed {
		t.Fatalf("%v, %v", s.Reason, err)
	}
	l.settled()
	if log.Committed() != len(p.words) || len(p.words) == 0 {
		t.Errorf("%d committed, %d written", log.Committed(), len(p.words))
	}
}

func TestClosedPipeEndsQuietlyAndOnlyWhatWasWrittenIsDone(t *testing.T) {
	for _, cause := range []error{fmt.Errorf("write: %w", syscall.EPIPE), io.ErrClosedPipe} {
		log, l, config, p := setup(t, count("word", 100)...)
		p.fail = func(batch []*alert.Message) error {
			p.write(batch[:3])
			return &stream.PartialError{Written: 3, Err: cause}
		}
		s, err := stream.Run(t.Context(), config, p)
		expect(t, s, err, stream.PipeClosed, 3)
		l.settled()
		if log.Committed() != 3 {
			t.Errorf("%d committed, want 3", log.Committed())
		}
	}
}

func TestUnreadableMessageGoesToQuarantineAndTheStreamGoesOn(t *testing.T) {
	log, l, config, p := setup(t, "a", "bad 1", "b", "bad 2")
	log.End()
	s, err := stream.Run(t.Context(), config, p)
	expect(t, s, err, stream.EndOfInput, 2)
	l.settled()
	kept := config.Quarantine.(*shelf).words
	if s.Quarantined != 2 || !slices.Equal(kept, []string{"bad 1: bad word", "bad 2: bad word"}) || log.Committed() != 4 {
		t.Errorf("quarantine %q, %d committed", kept, log.Committed())
	}
}

func TestQuarantineThatFailsStopsTheRun(t *testing.T) {
	log, l, config, p := setup(t, "a", "bad", "b")
	config.Quarantine.(*shelf).err = errors.New("disk full")
	s, err := stream.Run(t.Context(), config, p)
	var failed *stream.QuarantineError
	if !errors.As(err, &failed) || s.Reason != stream.Failed {
		t.Fatalf("%v, %v", s.Reason, err)
	}
	l.settled()
	if slices.Contains(l.done, "bad") || log.Committed() > 1 {
		t.Errorf("done: %q", l.done)
	}
}

func TestWithoutQuarantineAnUnreadableMessageStopsTheRun(t *testing.T) {
	_, l, config, p := setup(t, "a", "bad", "b")
	config.Quarantine = nil
	_, err := stream.Run(t.Context(), config, p)
	var decode *stream.DecodeError
	if !errors.As(err, &decode) || !errors.Is(err, errBad) || string(decode.Message.Body) != "bad" {
		t.Fatal(err)
	}
	l.settled()
	if slices.Contains(l.done, "bad") {
		t.Errorf("done: %q", l.done)
	}
}

// rejection is what a sink gives that can't encode some messages.
type rejection struct{ messages []*alert.Message }

func (r *rejection) Error() string { return "rejected" }
func (r *rejection) Rejected() ([]*alert.Message, []error) {
	return r.messages, slices.Repeat([]error{errBad}, len(r.messages))
}

func TestMessageThatTheSinkCannotDecodeGoesToQuarantineAndIsNotCounted(t *testing.T) {
	log, l, config, _ := setup(t, "a", "hollow 1", "b", "c", "hollow 2", "d", "e")
	config.Limit = 4
	var written []string
	s, err := stream.Run(t.Context(), config, stream.SinkFunc(func(_ context.Context, batch []*alert.Message) error {
		var r rejection
		for _, m := range batch {
			if strings.HasPrefix(string(m.Body), "hollow") {
				r.messages = append(r.messages, m)
				continue
			}
			l.keep(string(m.Body))
			written = append(written, string(m.Body))
		}
		if r.messages != nil {
			return &r
		}
		return nil
	}))
	expect(t, s, err, stream.LimitReached, 4)
	l.settled()
	if !slices.Equal(written, []string{"a", "b", "c", "d"}) || s.Quarantined != 2 || log.Committed() != 6 {
		t.Errorf("wrote %q, %d in quarantine, %d committed", written, s.Quarantined, log.Committed())
	}
}

func TestSourceErrorComesAfterWhatWasReadIsWritten(t *testing.T) {
	broken := errors.New("subscription is gone")
	l := watch(t, &failing{Source: streamtest.NewLog(1).Open(), words: count("word", 5), err: broken})
	p := &page{ledger: l}
	s, err := stream.Run(t.Context(), stream.Config{Source: l}, p)
	if !errors.Is(err, broken) || s.Reason != stream.Failed {
		t.Fatalf("%v, %v", s.Reason, err)
	}
	l.settled()
	if len(p.words) != 5 || len(l.done) != 5 {
		t.Errorf("%d written, %d done", len(p.words), len(l.done))
	}
}

// failing gives some words and then an error.
type failing struct {
	stream.Source
	words []string
	err   error
}

func (f *failing) Next(context.Context) ([]*alert.Message, error) {
	if len(f.words) == 0 {
		return nil, f.err
	}
	m := &alert.Message{Body: []byte(f.words[0])}
	f.words = f.words[1:]
	return []*alert.Message{m}, nil
}

func (f *failing) Done([]*alert.Message) error   { return nil }
func (f *failing) Return([]*alert.Message) error { return nil }
func (f *failing) Close(context.Context) error   { return nil }
