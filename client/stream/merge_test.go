package stream_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/mwvgroup/pgb/client/alert"
	"github.com/mwvgroup/pgb/client/stream"
	"github.com/mwvgroup/pgb/client/stream/streamtest"
)

// endless gives as much as is taken.
type endless struct {
	failing
	name  string
	batch int
	done  int
}

func (e *endless) Next(ctx context.Context) ([]*alert.Message, error) {
	messages := make([]*alert.Message, e.batch)
	for i := range messages {
		messages[i] = &alert.Message{Topic: e.name, Body: []byte(e.name)}
	}
	return messages, ctx.Err()
}

func (e *endless) Done(messages []*alert.Message) error {
	for _, m := range messages {
		if m.Topic != e.name {
			return errors.New("that is not mine")
		}
	}
	e.done += len(messages)
	return nil
}

func TestMergeLetsNoSourceStarve(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		greedy, modest := &endless{name: "greedy", batch: 5000}, &endless{name: "modest", batch: 3}
		quiet := streamtest.NewLog(1)
		source := stream.Merge(greedy, quiet.Open(), modest)
		turns := make(map[string]int)
		for i := range 400 {
			if i == 100 {
				quiet.Append("hello")
			}
			synctest.Wait() // all that have something have given it
			messages, err := source.Next(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			turns[messages[0].Topic]++
			if err := source.Done(messages); err != nil {
				t.Fatal(err)
			}
		}
		if g, m := turns["greedy"], turns["modest"]; g != 200 && g != 199 || m < 199 || turns["log"] != 1 {
			t.Errorf("turns: %v", turns)
		}
		if quiet.Committed() != 1 || modest.done != 3*turns["modest"] || greedy.done == 0 {
			t.Error("a source was not told what is done of its messages")
		}
		if err := source.Close(t.Context()); err != nil {
			t.Error(err)
		}
	})
}

func TestMergeGoesOnWhenOneEnds(t *testing.T) {
	a, b := streamtest.NewLog(1), streamtest.NewLog(1)
	a.Append(count("a", 3)...)
	a.End()
	b.Append(count("b", 40)...)
	l := watch(t, stream.Merge(a.Open(), b.Open()))
	p := &page{ledger: l}
	s, err := stream.Run(t.Context(), stream.Config{Source: l, Limit: 43}, p)
	expect(t, s, err, stream.LimitReached, 43)
	l.settled()
	if a.Committed() != 3 || b.Committed() != 40 {
		t.Errorf("%d and %d committed", a.Committed(), b.Committed())
	}
}

func TestMergeFailsWithTheSourceThatFails(t *testing.T) {
	broken := errors.New("subscription is gone")
	log := streamtest.NewLog(1)
	source := stream.Merge(log.Open(), &failing{err: broken})
	if _, err := source.Next(t.Context()); !errors.Is(err, broken) {
		t.Error(err)
	}
	if err := source.Close(t.Context()); err != nil {
		t.Error(err)
	}
}

func TestMergeOfOneIsThatOne(t *testing.T) {
	log := streamtest.NewLog(1)
	one := log.Open()
	if stream.Merge(one) != stream.Source(one) {
		t.Error("wrapped for nothing")
	}
}

func TestMergeThatWasNeverReadCanBeClosed(t *testing.T) {
	source := stream.Merge(streamtest.NewLog(1).Open(), streamtest.NewLog(1).Open())
	if err := source.Close(t.Context()); err != nil {
		t.Error(err)
	}
	err := stream.Merge(streamtest.NewLog(1).Open(), streamtest.NewLog(1).Open()).Done([]*alert.Message{{ID: "7"}})
	if err == nil || !strings.Contains(err.Error(), "7") {
		t.Errorf("a strange message: %v", err)
	}
}
