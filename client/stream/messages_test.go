package stream_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/mwvgroup/pgb/client/alert"
	"github.com/mwvgroup/pgb/client/stream"
)

func TestLoopMakesEachMessageDoneWhenItAsksForTheNext(t *testing.T) {
	log, l, config, _ := setup(t, "a", "no", "a#2", "b", "bad", "c")
	log.End()
	var words []string
	for m, err := range stream.Messages(t.Context(), config) {
		if err != nil {
			t.Fatal(err)
		}
		if slices.Contains(l.done, string(m.Body)) {
			t.Errorf("%q is done while it is in hand", m.Body)
		}
		l.keep(string(m.Body))
		words = append(words, string(m.Body))
	}
	l.settled()
	if !slices.Equal(words, []string{"a", "b", "c"}) || log.Committed() != 6 {
		t.Errorf("got %q, %d committed", words, log.Committed())
	}
}

func TestBreakReturnsTheOneInHandUnlessItIsDone(t *testing.T) {
	for _, done := range []bool{false, true} {
		log, l, config, _ := setup(t, count("word", 20)...)
		seen := 0
		for m, err := range stream.Messages(t.Context(), config) {
			if err != nil {
				t.Fatal(err)
			}
			l.keep(string(m.Body))
			if seen++; seen == 10 {
				if done {
					m.Done()
					m.Return() // too late
				}
				break
			}
		}
		l.settled()
		want := 9
		if done {
			want = 10
		}
		if log.Committed() != want {
			t.Errorf("done %v: %d committed, want %d", done, log.Committed(), want)
		}
	}
}

func TestReturnFromTheFunctionAroundTheLoopReturnsTheOneInHand(t *testing.T) {
	log, l, config, _ := setup(t, "a", "b", "c")
	failed := errors.New("cannot use it")
	use := func() error {
		for m, err := range stream.Messages(t.Context(), config) {
			if err != nil {
				return err
			}
			if string(m.Body) == "b" {
				return failed
			}
			l.keep(string(m.Body))
		}
		return nil
	}
	if err := use(); err != failed {
		t.Fatal(err)
	}
	l.settled()
	if log.Committed() != 1 || !slices.Equal(l.returned, []string{"b", "c"}) {
		t.Errorf("%d committed, returned %q", log.Committed(), l.returned)
	}
}

func TestPanicInTheLoopReturnsTheOneInHandUnlessItIsDone(t *testing.T) {
	for _, done := range []bool{false, true} {
		log, l, config, _ := setup(t, "a", "b", "c")
		func() {
			defer func() {
				if recover() != "ouch" {
					t.Error("the panic is lost")
				}
			}()
			for m := range stream.Messages(t.Context(), config) {
				l.keep(string(m.Body))
				if string(m.Body) == "b" {
					if done {
						m.Done()
					}
					panic("ouch")
				}
			}
		}()
		l.settled()
		want := map[bool]int{false: 1, true: 2}[done]
		if log.Committed() != want {
			t.Errorf("done %v: %d committed, want %d", done, log.Committed(), want)
		}
	}
}

func TestReturnInTheLoopGivesOneBackAndGoesOn(t *testing.T) {
	log, l, config, _ := setup(t, "a", "b", "b#2", "c")
	log.End()
	var words []string
	for m, err := range stream.Messages(t.Context(), config) {
		if err != nil {
			t.Fatal(err)
		}
		words = append(words, string(m.Body))
		if string(m.Body) == "b" {
			m.Return()
			continue
		}
		l.keep(string(m.Body))
	}
	l.settled()
	// The copy of what was returned is not a duplicate.
	if !slices.Equal(words, []string{"a", "b", "b#2", "c"}) || !slices.Equal(l.returned, []string{"b"}) {
		t.Errorf("got %q, returned %q", words, l.returned)
	}
}

func TestDoneMayBeCalledFromAnotherGoroutine(t *testing.T) {
	log, l, config, _ := setup(t, count("word", 500)...)
	log.End()
	for m, err := range stream.Messages(t.Context(), config) {
		if err != nil {
			t.Fatal(err)
		}
		l.keep(string(m.Body))
		go m.Done()
	}
	l.settled()
	if log.Committed() != 500 {
		t.Errorf("%d committed", log.Committed())
	}
}

func TestEndsOfALoop(t *testing.T) {
	closed := make(chan struct{})
	close(closed)
	cases := map[string]struct {
		change func(*stream.Config)
		want   int
	}{
		"limit": {func(c *stream.Config) { c.Limit = 3 }, 3},
		"idle":  {func(c *stream.Config) { c.Idle = time.Minute }, 30},
		"time":  {func(c *stream.Config) { c.For = time.Minute }, 30},
		"bytes": {func(c *stream.Config) { c.MaxBytes = 20 }, 4},
		"stop":  {func(c *stream.Config) { c.Stop = closed }, -1},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				log, l, config, _ := setup(t, count("word", 30)...)
				c.change(&config)
				n := 0
				for m, err := range stream.Messages(t.Context(), config) {
					if err != nil {
						t.Fatal(err)
					}
					l.keep(string(m.Body))
					n++
				}
				l.settled()
				if c.want >= 0 && n != c.want || log.Committed() != n {
					t.Errorf("%d messages, want %d; %d committed", n, c.want, log.Committed())
				}
			})
		})
	}
}

func TestCancelEndsALoopWithItsError(t *testing.T) {
	log, l, config, _ := setup(t, "a", "b", "c")
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	var last error
	for m, err := range stream.Messages(ctx, config) {
		if err != nil {
			last = err
			continue
		}
		l.keep(string(m.Body))
		cancel()
	}
	if !errors.Is(last, context.Canceled) {
		t.Fatal(last)
	}
	l.settled()
	if log.Committed() != 1 {
		t.Errorf("%d committed", log.Committed())
	}
}

func TestWithoutQuarantineTheLoopGetsWhatCannotBeDecoded(t *testing.T) {
	log, l, config, _ := setup(t, "a", "bad 1", "b", "bad 2")
	log.End()
	config.Quarantine = nil
	var got []string
	for m, err := range stream.Messages(t.Context(), config) {
		var decode *stream.DecodeError
		if err != nil && (!errors.As(err, &decode) || decode.Message != m) {
			t.Fatal(err)
		}
		l.keep(string(m.Body))
		got = append(got, fmt.Sprintf("%s %v", m.Body, err != nil))
		if string(m.Body) == "bad 2" {
			m.Return()
		}
	}
	l.settled()
	if !slices.Equal(got, []string{"a false", "bad 1 true", "b false", "bad 2 true"}) || log.Committed() != 3 {
		t.Errorf("got %q, %d committed", got, log.Committed())
	}
}

func TestLoopGetsTheErrorOfTheSource(t *testing.T) {
	broken := errors.New("subscription is gone")
	l := watch(t, &failing{words: count("word", 3), err: broken})
	var last error
	n := 0
	for m, err := range stream.Messages(t.Context(), stream.Config{Source: l}) {
		if last = err; err == nil {
			l.keep(string(m.Body))
			n++
		}
	}
	l.settled()
	if n != 3 || !errors.Is(last, broken) {
		t.Errorf("%d messages, then %v", n, last)
	}
}

func TestMessagesOfALoopMayBeKept(t *testing.T) {
	log, l, config, _ := setup(t, count("word", 100)...)
	log.End()
	var kept []*alert.Message
	for m, err := range stream.Messages(t.Context(), config) {
		if err != nil {
			t.Fatal(err)
		}
		l.keep(string(m.Body))
		kept = append(kept, m)
	}
	for _, m := range kept {
		if string(m.Row().Values[0].Text()) != string(m.Body) {
			t.Fatalf("row of %q is another's", m.Body)
		}
	}
}
