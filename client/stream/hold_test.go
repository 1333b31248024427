package stream_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/mwvgroup/pgb/client/alert"
	"github.com/mwvgroup/pgb/client/stream"
)

// binder is a sink that holds words until their volume is bound: after size
// words, when a time is over, or when it is told to.
type binder struct {
	ledger *ledger
	size   int
	every  time.Duration

	open    []string // words in the volume
	due     time.Time
	volumes [][]string
	put     func() error // asked before each batch, where it is set
	bind    func() error // asked before each volume, where it is set
	reject  string       // words with this prefix are refused
	heavy   bool         // some message that was held had a body when it was settled
	out     []*alert.Message
}

func (b *binder) Put(_ context.Context, batch []*alert.Message) error {
	if b.put != nil {
		if err := b.put(); err != nil {
			return err
		}
	}
	answer := &binding{binder: b}
	for _, m := range batch {
		if b.reject != "" && strings.HasPrefix(string(m.Body), b.reject) {
			answer.messages = append(answer.messages, m)
			continue
		}
		if len(b.open) == 0 {
			b.due = time.Now().Add(b.every)
		}
		b.open = append(b.open, string(m.Body))
		b.out = append(b.out, m)
		if len(b.open) == b.size {
			answer.safe += len(b.open)
			if err := b.close(); err != nil {
				return err
			}
		}
	}
	if b.every > 0 && len(b.open) > 0 {
		answer.due = b.due
	}
	return answer
}

func (b *binder) close() error {
	if b.bind != nil {
		if err := b.bind(); err != nil {
			return err
		}
	}
	b.ledger.keep(b.open...)
	b.volumes = append(b.volumes, b.open)
	b.open = nil
	return nil
}

// binding is what a binder answers.
type binding struct {
	rejection
	binder *binder
	safe   int
	due    time.Time
}

func (b *binding) Safe() int      { return b.safe }
func (b *binding) Due() time.Time { return b.due }
func (b *binding) Settle(context.Context) error {
	for _, m := range b.binder.out {
		b.binder.heavy = b.binder.heavy || m.Body != nil || m.Headers != nil || m.Row() != nil
	}
	return b.binder.close()
}

// sizes gives how many words each volume has.
func (b *binder) sizes() []int {
	var sizes []int
	for _, volume := range b.volumes {
		sizes = append(sizes, len(volume))
	}
	return sizes
}

func TestHeldMessagesAreDoneWhenTheirPartIsSafeAndAllOfThemAtTheEnd(t *testing.T) {
	log, l, config, _ := setup(t, count("word", 250)...)
	log.End()
	b := &binder{ledger: l, size: 100}
	config.BatchMessages = 30
	s, err := stream.Run(t.Context(), config, b)
	expect(t, s, err, stream.EndOfInput, 250)
	l.settled()
	if !slices.Equal(b.sizes(), []int{100, 100, 50}) || log.Committed() != 250 || s.Held != 0 {
		t.Errorf("volumes %v, %d committed, %d held", b.sizes(), log.Committed(), s.Held)
	}
	if b.heavy {
		t.Error("messages that were held kept what was in them")
	}
}

func TestHeldMessagesAreSettledWhenTheirTimeHasComeThoughNoneFollows(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		log, l, config, _ := setup(t, count("word", 20)...)
		config.For = 11 * time.Minute
		b := &binder{ledger: l, every: 5 * time.Minute}
		var held []int64
		config.ObserveEvery = 2 * time.Minute
		config.Observe = func(s stream.Stats) {
			held = append(held, s.Held)
			if want := int(20 - s.Held); s.Elapsed < 7*time.Minute && log.Committed() != want {
				t.Errorf("after %v %d are committed, not %d", s.Elapsed, log.Committed(), want)
			}
			if s.Elapsed == 6*time.Minute {
				log.Append("late")
			}
		}
		s, err := stream.Run(t.Context(), config, b)
		expect(t, s, err, stream.TimeOver, 21)
		l.settled()
		if !slices.Equal(b.sizes(), []int{20, 1}) || !slices.Equal(held, []int64{20, 20, 0, 1, 1}) {
			t.Errorf("volumes %v, held %v", b.sizes(), held)
		}
	})
}

func TestLimitSettlesWhatIsHeld(t *testing.T) {
	for _, limit := range []int{1, 10, 15, 20} {
		log, l, config, _ := setup(t, count("word", 60)...)
		config.Limit = int64(limit)
		b := &binder{ledger: l, size: 10, every: time.Hour}
		s, err := stream.Run(t.Context(), config, b)
		expect(t, s, err, stream.LimitReached, limit)
		l.settled()
		if log.Committed() != limit || len(slices.Concat(b.volumes...)) != limit {
			t.Errorf("limit %d: %d committed, volumes %v", limit, log.Committed(), b.sizes())
		}
	}
}

func TestEachEndSettlesWhatIsHeld(t *testing.T) {
	ends := map[stream.Reason]func(*stream.Config){
		stream.IdleTooLong:  func(c *stream.Config) { c.Idle = time.Minute },
		stream.TimeOver:     func(c *stream.Config) { c.For = time.Minute },
		stream.BytesReached: func(c *stream.Config) { c.MaxBytes = 1 },
		stream.Stopped: func(c *stream.Config) {
			stop := make(chan struct{})
			c.Stop = stop
			time.AfterFunc(time.Second, func() { close(stop) })
		},
	}
	for reason, end := range ends {
		synctest.Test(t, func(t *testing.T) {
			log, l, config, _ := setup(t, "a", "b", "c", "b#again")
			end(&config)
			b := &binder{ledger: l, every: time.Hour}
			s, err := stream.Run(t.Context(), config, b)
			if err != nil || s.Reason != reason || s.Written == 0 || s.Held != 0 || len(b.volumes) != 1 {
				t.Errorf("%s: %+v, %v, volumes %v", reason, s, err, b.sizes())
			}
			l.settled()
			if len(l.done) != log.Committed() || int(s.Written+s.Duplicates) != log.Committed() {
				t.Errorf("%s: %d committed, %d done", reason, log.Committed(), len(l.done))
			}
		})
	}
}

func TestDuplicatesOfHeldMessagesShareTheirFate(t *testing.T) {
	for _, fails := range []bool{false, true} {
		log, l, config, _ := setup(t, "a", "b", "a#2", "a#3", "c", "b#2")
		log.End()
		b := &binder{ledger: l}
		if fails {
			b.bind = func() error { return errors.New("no space left") }
		}
		s, err := stream.Run(t.Context(), config, b)
		l.settled()
		switch {
		case !fails && (err != nil || log.Committed() != 6 || s.Duplicates != 3):
			t.Errorf("%v, %d committed, %+v", err, log.Committed(), s.Stats)
		case fails && (log.Committed() != 0 || len(l.returned) != 6 || s.Duplicates != 0):
			t.Errorf("%d committed, returned %q, %+v", log.Committed(), l.returned, s.Stats)
		}
	}
}

func TestSinkThatCannotSettleHasNothingOfWhatItHeld(t *testing.T) {
	log, l, config, _ := setup(t, count("word", 50)...)
	log.End()
	full := errors.New("no space left")
	b := &binder{ledger: l, size: 20}
	b.bind = func() error {
		if len(b.volumes) == 1 {
			return full
		}
		return nil
	}
	config.BatchMessages = 10
	s, err := stream.Run(t.Context(), config, b)
	var sink *stream.SinkError
	if !errors.As(err, &sink) || !errors.Is(err, full) || s.Reason != stream.Failed {
		t.Fatalf("%v, %v", s.Reason, err)
	}
	l.settled()
	if log.Committed() != 20 || s.Written != 20 {
		t.Errorf("%d committed, %d written", log.Committed(), s.Written)
	}
}

func TestSinkThatFailsIsNotAskedToSettle(t *testing.T) {
	log, l, config, _ := setup(t, count("word", 30)...)
	config.BatchMessages = 10
	b := &binder{ledger: l}
	b.put = func() error {
		if len(b.open) > 0 {
			return errors.New("broken")
		}
		return nil
	}
	b.bind = func() error { t.Error("it was asked"); return nil }
	if _, err := stream.Run(t.Context(), config, b); err == nil {
		t.Error("no error")
	}
	l.settled()
	if log.Committed() != 0 {
		t.Errorf("%d committed", log.Committed())
	}
}

func TestWhatIsHeldIsSettledThoughTheSourceFails(t *testing.T) {
	broken := errors.New("subscription is gone")
	log, _, _, _ := setup(t)
	l := watch(t, &failing{Source: log.Open(), words: count("word", 5), err: broken})
	b := &binder{ledger: l, every: time.Hour}
	s, err := stream.Run(t.Context(), stream.Config{Source: l}, b)
	if !errors.Is(err, broken) || s.Written != 5 {
		t.Fatalf("%v, %+v", err, s)
	}
	l.settled()
	if len(l.done) != 5 {
		t.Errorf("%d done", len(l.done))
	}
}

func TestWhatIsHeldIsSettledThoughAMessageCannotBeDecoded(t *testing.T) {
	log, l, config, _ := setup(t, "a")
	config.Quarantine = nil
	b := &binder{ledger: l, every: time.Hour}
	b.put = func() error { log.Append("bad"); return nil }
	_, err := stream.Run(t.Context(), config, b)
	var decode *stream.DecodeError
	if !errors.As(err, &decode) {
		t.Fatal(err)
	}
	l.settled()
	if len(l.done) != len(slices.Concat(b.volumes...)) || len(b.open) > 0 {
		t.Errorf("done: %q, volumes %q, open %q", l.done, b.volumes, b.open)
	}
}

func TestCancelReturnsWhatIsHeldAtOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		log, l, config, _ := setup(t, count("word", 30)...)
		ctx, cancel := context.WithCancel(t.Context())
		b := &binder{ledger: l, size: 20, every: time.Hour}
		b.bind = func() error {
			if len(b.volumes) > 0 {
				t.Error("it was told to settle")
			}
			return nil
		}
		time.AfterFunc(time.Minute, cancel)
		s, err := stream.Run(ctx, config, b)
		if s.Reason != stream.Cancelled || !errors.Is(err, context.Canceled) || s.Elapsed != time.Minute {
			t.Fatalf("%v, %v", s, err)
		}
		l.settled()
		if log.Committed() != 20 || len(l.returned) != 10 {
			t.Errorf("%d committed, %d returned", log.Committed(), len(l.returned))
		}
	})
}

func TestSinkThatHangsInSettlingDoesNotHoldTheEndForEver(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		log, l, config, _ := setup(t, "a")
		log.End()
		hang := make(chan struct{})
		b := &binder{ledger: l, bind: func() error { <-hang; return errors.New("late") }}
		ctx, cancel := context.WithCancel(t.Context())
		time.AfterFunc(time.Minute, cancel)
		if _, err := stream.Run(ctx, config, b); err == nil {
			t.Error("no error")
		}
		l.settled()
		if log.Committed() != 0 {
			t.Errorf("%d committed", log.Committed())
		}
		close(hang)
	})
}

func TestSinkIsToldToSettleWhenItHoldsTooMany(t *testing.T) {
	log, l, config, _ := setup(t, append(count("word", 100), "word99#2", "word99#3")...)
	log.End()
	config.MaxHeld, config.BatchMessages = 40, 10
	b := &binder{ledger: l}
	s, err := stream.Run(t.Context(), config, b)
	expect(t, s, err, stream.EndOfInput, 100)
	l.settled()
	if len(b.volumes) < 3 || slices.Max(b.sizes()) > 50 {
		t.Errorf("volumes %v", b.sizes())
	}
}

func TestMessagesThatAHoldingSinkRejectsGoToQuarantine(t *testing.T) {
	log, l, config, _ := setup(t, "a", "hollow 1", "b", "hollow 2", "c", "d", "e")
	log.End()
	b := &binder{ledger: l, size: 3, reject: "hollow"}
	s, err := stream.Run(t.Context(), config, b)
	expect(t, s, err, stream.EndOfInput, 5)
	l.settled()
	if s.Quarantined != 2 || s.Passed != 5 || log.Committed() != 7 || !slices.Equal(b.sizes(), []int{3, 2}) {
		t.Errorf("%+v, %d committed, volumes %v", s.Stats, log.Committed(), b.sizes())
	}
}

// chooser is a binder that keeps only words with an "o", and is done with others.
type chooser struct{ *binder }

func (c chooser) Put(ctx context.Context, batch []*alert.Message) error {
	var kept []*alert.Message
	holds := make([]bool, len(batch))
	for i, m := range batch {
		if holds[i] = strings.Contains(string(m.Body), "o"); holds[i] {
			kept = append(kept, m)
		} else {
			c.ledger.keep(string(m.Body))
		}
	}
	return &choice{c.binder.Put(ctx, kept).(*binding), holds}
}

type choice struct {
	*binding
	holds []bool
}

func (c *choice) Holds(i int) bool { return c.holds[i] }

func TestMessagesThatASinkDoesNotHoldAreDoneAtOnceThoughOthersOfTheirBatchAreHeld(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		log, l, config, _ := setup(t, "one", "two", "three", "one#2", "three#2", "bad o", "hollow", "six")
		config.For = time.Hour
		b := &binder{ledger: l, every: time.Minute, reject: "hollow"}
		time.AfterFunc(30*time.Second, func() {
			l.mu.Lock()
			defer l.mu.Unlock()
			if slices.Sort(l.done); !slices.Equal(l.done, []string{"bad o", "hollow", "six", "three", "three#2"}) {
				t.Errorf("before the volume is bound %q are done", l.done)
			}
		})
		s, err := stream.Run(t.Context(), config, chooser{b})
		expect(t, s, err, stream.TimeOver, 4)
		l.settled()
		if !slices.Equal(b.sizes(), []int{2}) || log.Committed() != 8 {
			t.Errorf("volumes %v, %d committed", b.sizes(), log.Committed())
		}
	})
}
