package stream_test

import (
	"fmt"
	"testing"
	"testing/synctest"

	"github.com/mwvgroup/pgb/client/alert"
	"github.com/mwvgroup/pgb/client/stream"
)

func TestBatchesAreFlushedAtOnceWhenNothingMoreComes(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		log, l, config, p := setup(t)
		stop := make(chan struct{})
		config.Stop = stop
		go func() {
			for i := range 3 {
				log.Append(fmt.Sprint("word", i))
				synctest.Wait() // no time passes
				if p.written() != i+1 {
					t.Errorf("%d written after %d came", p.written(), i+1)
				}
			}
			close(stop)
		}()
		s, err := stream.Run(t.Context(), config, p)
		expect(t, s, err, stream.Stopped, 3)
		l.settled()
		if s.Elapsed != 0 {
			t.Errorf("took %v", s.Elapsed)
		}
	})
}

func TestBatchesAreBounded(t *testing.T) {
	log, l, config, p := setup(t, count("word", 500)...)
	log.End()
	config.BatchMessages, config.BatchBytes = 20, 50
	p.fail = func(batch []*alert.Message) error {
		if len(batch) > 10 {
			t.Errorf("batch of %d messages", len(batch))
		}
		return nil
	}
	s, err := stream.Run(t.Context(), config, p)
	expect(t, s, err, stream.EndOfInput, 500)
	l.settled()
}

func TestMessagesOfTheSinkHaveRows(t *testing.T) {
	log, _, config, p := setup(t, count("word", 100)...)
	log.End()
	p.fail = func(batch []*alert.Message) error {
		for _, m := range batch {
			if m.Row() == nil || string(m.Row().Values[0].Text()) != string(m.Body) {
				t.Errorf("row of %q is another's", m.Body)
			}
		}
		return nil
	}
	if _, err := stream.Run(t.Context(), config, p); err != nil {
		t.Fatal(err)
	}
}

func TestConfigurationIsChecked(t *testing.T) {
	_, _, good, p := setup(t)
	for name, c := range map[string]stream.Config{
		"no source":             {},
		"filter without fields": {Source: good.Source, Filter: words{}},
		"negative limit":        {Source: good.Source, Limit: -1},
	} {
		if _, err := stream.Run(t.Context(), c, p); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
}
