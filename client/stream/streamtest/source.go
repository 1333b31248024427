package streamtest

import (
	"context"
	"errors"
	"io"
	"sync"
	"testing"
	"time"

	"github.com/mwvgroup/pgb/client/alert"
	"github.com/mwvgroup/pgb/client/stream"
)

// Subject is one kind of source under test, with the other side of it.
type Subject struct {
	// Publish adds n messages with bodies that differ.
	Publish func(n int)
	// Open opens the source where the one opened before left off.
	Open func() stream.Source
	// Done says how many messages the other side counts as done.
	Done func() int
	// End says that nothing more will be published; nil for a source without
	// an end.
	End func()
	// LosesInFlight says that the other side forgets, until its lease has run
	// out, a message that it was about to send when the stream was closed.
	LosesInFlight bool
}

// patience bounds every wait. It is never waited out where all is well.
const patience = 20 * time.Second

// TestSource checks what every source must do. subject makes a new, empty one.
func TestSource(t *testing.T, subject func(t *testing.T) Subject) {
	cases := []struct {
		name string
		test func(t *testing.T, s Subject)
	}{
		{"gives every message once", givesAll},
		{"what is done does not come again", doneStaysAway},
		{"what is returned comes again", returnedComesAgain},
		{"nothing is done by itself", nothingDoneByItself},
		{"close gives back what is out", closeGivesBack},
		{"next ends with its context", nextEndsWithContext},
		{"close after its context still gives back", closeWithEndedContext},
		{"done and return may be called at once", concurrentSettling},
		{"ends after the last message", ends},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) { c.test(t, subject(t)) })
	}
}

// Take reads until n different messages have come.
func Take(t *testing.T, source stream.Source, n int) []*alert.Message {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	var taken []*alert.Message
	seen := make(map[string]bool)
	for len(taken) < n {
		messages, err := source.Next(ctx)
		if err != nil {
			t.Fatalf("after %d of %d messages: %v", len(taken), n, err)
		}
		if len(messages) == 0 {
			t.Fatal("Next gave no message and no error")
		}
		for _, m := range messages {
			if seen[string(m.Body)] {
				t.Fatalf("message %s came twice", m.ID)
			}
			seen[string(m.Body)] = true
			taken = append(taken, m)
		}
	}
	return taken
}

// Eventually waits until a condition holds.
func Eventually(t *testing.T, what string, holds func() bool) {
	t.Helper()
	for deadline := time.Now().Add(patience); !holds(); time.Sleep(time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("never: %s", what)
		}
	}
}

func closeSource(t *testing.T, source stream.Source) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	if err := source.Close(ctx); err != nil {
		t.Fatalf("close: %v", err)
	}
}

func settle(t *testing.T, tell func([]*alert.Message) error, messages []*alert.Message) {
	t.Helper()
	if err := tell(messages); err != nil {
		t.Fatal(err)
	}
}

// silent checks that nothing more comes.
func silent(t *testing.T, source stream.Source) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 200*time.Millisecond)
	defer cancel()
	if messages, err := source.Next(ctx); err == nil {
		t.Fatalf("%d messages came that should not, the first is %s", len(messages), messages[0].ID)
	}
}

func givesAll(t *testing.T, s Subject) {
	s.Publish(100)
	source := s.Open()
	messages := Take(t, source, 100)
	for _, m := range messages {
		if m.ID == "" || m.Topic == "" || m.PublishTime.IsZero() {
			t.Fatalf("message without ID, topic or time: %+v", m)
		}
	}
	settle(t, source.Done, messages)
	closeSource(t, source)
}

func doneStaysAway(t *testing.T, s Subject) {
	s.Publish(30)
	source := s.Open()
	settle(t, source.Done, Take(t, source, 30))
	closeSource(t, source)
	if n := s.Done(); n != 30 {
		t.Fatalf("%d done after Close, want 30", n)
	}
	s.Publish(5)
	source = s.Open()
	settle(t, source.Done, Take(t, source, 5))
	silent(t, source)
	closeSource(t, source)
}

func returnedComesAgain(t *testing.T, s Subject) {
	s.Publish(40)
	source := s.Open()
	messages := Take(t, source, 40)
	settle(t, source.Done, messages[:15])
	settle(t, source.Return, messages[15:])
	closeSource(t, source)

	want := make(map[string]bool)
	for _, m := range messages[15:] {
		want[string(m.Body)] = true
	}
	source = s.Open()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	var again []*alert.Message
	for len(want) > 0 {
		batch, err := source.Next(ctx)
		if err != nil {
			t.Fatalf("%d returned messages did not come again: %v", len(want), err)
		}
		for _, m := range batch {
			delete(want, string(m.Body))
		}
		again = append(again, batch...)
	}
	settle(t, source.Done, again)
	closeSource(t, source)
	if n := s.Done(); n != 40 {
		t.Fatalf("%d done in the end, want 40", n)
	}
}

func nothingDoneByItself(t *testing.T, s Subject) {
	s.Publish(20)
	source := s.Open()
	messages := Take(t, source, 20)
	if n := s.Done(); n != 0 {
		t.Fatalf("%d done before anybody said so", n)
	}
	settle(t, source.Return, messages)
	closeSource(t, source)
	if n := s.Done(); n != 0 {
		t.Fatalf("%d done though all were returned", n)
	}
}

func closeGivesBack(t *testing.T, s Subject) {
	s.Publish(20)
	source := s.Open()
	Take(t, source, 20)
	closeSource(t, source)
	source = s.Open()
	settle(t, source.Done, Take(t, source, 20))
	closeSource(t, source)
	if n := s.Done(); n != 20 {
		t.Fatalf("%d done, want 20", n)
	}
}

func nextEndsWithContext(t *testing.T, s Subject) {
	source := s.Open()
	ctx, cancel := context.WithCancel(t.Context())
	got := make(chan error)
	go func() {
		_, err := source.Next(ctx)
		got <- err
	}()
	cancel()
	select {
	case err := <-got:
		if !errors.Is(err, context.Canceled) {
			t.Fatalf("got %v, want the context's error", err)
		}
	case <-time.After(patience):
		t.Fatal("Next does not end with its context")
	}
	closeSource(t, source)
}

func closeWithEndedContext(t *testing.T, s Subject) {
	if s.LosesInFlight {
		t.Skip("the other side may keep a message that it did not send")
	}
	s.Publish(10)
	source := s.Open()
	ctx, cancel := context.WithCancel(t.Context())
	if _, err := source.Next(ctx); err != nil {
		t.Fatal(err)
	}
	cancel()
	closeSource(t, source)
	source = s.Open()
	settle(t, source.Done, Take(t, source, 10))
	closeSource(t, source)
}

func concurrentSettling(t *testing.T, s Subject) {
	s.Publish(200)
	source := s.Open()
	var settling sync.WaitGroup
	for _, m := range Take(t, source, 200) {
		settling.Go(func() {
			if err := source.Done([]*alert.Message{m}); err != nil {
				t.Error(err)
			}
		})
	}
	settling.Wait()
	closeSource(t, source)
	if n := s.Done(); n != 200 {
		t.Fatalf("%d done, want 200", n)
	}
}

func ends(t *testing.T, s Subject) {
	if s.End == nil {
		t.Skip("this source has no end")
	}
	s.Publish(12)
	s.End()
	source := s.Open()
	settle(t, source.Done, Take(t, source, 12))
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	if messages, err := source.Next(ctx); !errors.Is(err, io.EOF) {
		t.Fatalf("got %d messages and %v, want the end", len(messages), err)
	}
	closeSource(t, source)
}
