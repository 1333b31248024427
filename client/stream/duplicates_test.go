package stream_test

import (
	"errors"
	"slices"
	"testing"
	"testing/synctest"

	"github.com/mwvgroup/pgb/client/alert"
	"github.com/mwvgroup/pgb/client/stream"
)

func TestDuplicateOfWhatIsDoneIsNotWrittenAgain(t *testing.T) {
	log, l, config, p := setup(t, "a", "b")
	config.Limit = 3
	config.BatchMessages = 2
	go log.Append("a#2", "b#2", "c")
	s, err := stream.Run(t.Context(), config, p)
	expect(t, s, err, stream.LimitReached, 3)
	l.settled()
	if s.Duplicates != 2 || log.Committed() != 5 || len(p.words) != 3 {
		t.Errorf("%d duplicates, %d committed, wrote %q", s.Duplicates, log.Committed(), p.words)
	}
}

func TestKeepDuplicatesWritesThemAll(t *testing.T) {
	log, l, config, p := setup(t, "a", "a#2", "a#3")
	log.End()
	config.KeepDuplicates = true
	s, err := stream.Run(t.Context(), config, p)
	expect(t, s, err, stream.EndOfInput, 3)
	l.settled()
}

// A copy that comes while the first is unflushed must not be done before it.
func TestCopyOfAMessageInFlightSharesItsFate(t *testing.T) {
	for _, sinkFails := range []bool{true, false} {
		synctest.Test(t, func(t *testing.T) {
			log, l, config, p := setup(t, "a")
			stop := make(chan struct{})
			config.Stop = stop
			flush := make(chan struct{})
			p.fail = func([]*alert.Message) error {
				<-flush
				if sinkFails {
					return errors.New("disk full")
				}
				return nil
			}
			go func() {
				synctest.Wait() // "a" is with the sink
				log.Append("a#2", "a#3", "no thanks")
				synctest.Wait()
				if slices.Contains(l.done, "a#2") || slices.Contains(l.done, "a#3") {
					t.Error("a copy was done before the first was written")
				}
				close(flush)
				synctest.Wait()
				if !sinkFails {
					close(stop)
				}
			}()
			s, err := stream.Run(t.Context(), config, p)
			l.settled()
			if sinkFails {
				if err == nil || log.Committed() != 0 || s.Duplicates != 0 {
					t.Errorf("%v: %d committed, so something was lost", err, log.Committed())
				}
				for _, word := range []string{"a", "a#2", "a#3"} {
					if !slices.Contains(l.returned, word) {
						t.Errorf("%q was not returned", word)
					}
				}
				return
			}
			expect(t, s, err, stream.Stopped, 1)
			if log.Committed() != 4 || s.Duplicates != 2 {
				t.Errorf("%d committed, %d duplicates", log.Committed(), s.Duplicates)
			}
		})
	}
}

// What was returned when the sink failed comes again and is written, though
// copies of it had been seen.
func TestNothingIsLostWhenARunIsTakenUpAgain(t *testing.T) {
	log, l, config, p := setup(t, "a", "b", "a#2", "c")
	log.End()
	p.fail = func([]*alert.Message) error { return errors.New("disk full") }
	config.Window = stream.NewWindow(10)
	if _, err := stream.Run(t.Context(), config, p); err == nil {
		t.Fatal("no error")
	}
	l.settled()
	l = watch(t, log.Open())
	config.Source, config.Quarantine = l, nil
	p = &page{ledger: l}
	s, err := stream.Run(t.Context(), config, p)
	expect(t, s, err, stream.EndOfInput, 3)
	l.settled()
	if !slices.Equal(p.words, []string{"a", "b", "c"}) {
		t.Errorf("wrote %q", p.words)
	}
}
