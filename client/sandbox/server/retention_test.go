package server_test

import (
	"bytes"
	"fmt"
	"testing"
	"time"

	"cloud.google.com/go/pubsub/v2/apiv1/pubsubpb"
	"github.com/mwvgroup/pgb/client/sandbox/server"
	"google.golang.org/protobuf/types/known/durationpb"
	"google.golang.org/protobuf/types/known/timestamppb"
)

func TestSeekingBackBringsRetainedMessagesAgain(t *testing.T) {
	srv, clock, c := begin(t, server.Options{})
	subscribe(t, srv, func(s *pubsubpb.Subscription) { s.RetainAckedMessages = true })
	for _, word := range []string{"a", "b", "c", "d"} {
		publish(t, srv, word)
		clock.Advance(time.Minute)
	}
	_, ids := c.pull(t, 4)
	c.ack(t, ids[:3]...)
	if state, _ := srv.Subscription(sub); state.Retained != 3 || state.Backlog != 1 {
		t.Errorf("retained: %+v", state)
	}
	seek(t, c, start.Add(time.Minute))
	words, again := c.pull(t, 10)
	wantWords(t, "after the seek", words, "b", "c", "d")
	c.ack(t, ids[3]) // from before the seek
	if state, _ := srv.Subscription(sub); state.LateAcks != 1 || state.Outstanding != 3 {
		t.Errorf("an ack id from before the seek counts: %+v", state)
	}
	c.ack(t, again...)
	seek(t, c, start)
	words, _ = c.pull(t, 10)
	wantWords(t, "from the start", words, "a", "b", "c", "d")
}

func seek(t *testing.T, c *clients, to time.Time) {
	t.Helper()
	_, err := c.sub.Seek(within(t), &pubsubpb.SeekRequest{Subscription: sub, Target: &pubsubpb.SeekRequest_Time{Time: timestamppb.New(to)}})
	must(t, err)
}

func TestSeekingForwardAcksAllBeforeAlsoInTheFuture(t *testing.T) {
	srv, clock, c := begin(t, server.Options{})
	subscribe(t, srv, nil)
	publish(t, srv, "a", "b")
	seek(t, c, start.Add(time.Hour))
	clock.Advance(time.Minute)
	publish(t, srv, "c")
	clock.Advance(time.Hour)
	publish(t, srv, "d")
	words, _ := c.pull(t, 10)
	wantWords(t, "after the seek", words, "d")
	if state, _ := srv.Subscription(sub); state.Skipped != 1 {
		t.Errorf("state is %+v", state)
	}
}

func TestASeekWakesAStream(t *testing.T) {
	srv, _, c := begin(t, server.Options{})
	subscribe(t, srv, func(s *pubsubpb.Subscription) { s.RetainAckedMessages = true })
	publish(t, srv, "a")
	st := c.stream(t, &pubsubpb.StreamingPullRequest{})
	for range 3 {
		words, ids := recv(t, st)
		wantWords(t, "stream", words, "a")
		must(t, st.Send(&pubsubpb.StreamingPullRequest{AckIds: ids}))
		until(t, srv, "acked", func(s server.Subscription) bool { return s.Retained == 1 && s.Waiting == 1 })
		seek(t, c, start)
	}
}

func TestMessagesGoWhenTheRetentionIsOver(t *testing.T) {
	srv, clock, c := begin(t, server.Options{})
	subscribe(t, srv, func(s *pubsubpb.Subscription) {
		s.RetainAckedMessages = true
		s.MessageRetentionDuration = durationpb.New(10 * time.Minute)
	})
	publish(t, srv, "acked", "waiting")
	_, ids := c.pull(t, 1)
	c.ack(t, ids...)
	clock.Advance(5 * time.Minute)
	publish(t, srv, "young")
	clock.Advance(6 * time.Minute)
	state, _ := srv.Subscription(sub)
	if state.Aged != 1 || state.Retained != 0 || state.Backlog != 1 {
		t.Errorf("state is %+v", state)
	}
	words, _ := c.pull(t, 10)
	wantWords(t, "what is left", words, "young")
	clock.Advance(time.Hour)
	if n := srv.Bytes(); n != 0 {
		t.Errorf("%d bytes held", n)
	}
}

func TestTheByteBoundDropsAckedMessagesThenTheOldest(t *testing.T) {
	srv, _, c := begin(t, server.Options{SubscriptionBytes: 10_000})
	subscribe(t, srv, func(s *pubsubpb.Subscription) { s.RetainAckedMessages = true })
	body := func(n int) server.Message {
		return server.Message{Data: append(bytes.Repeat([]byte("x"), 1000), fmt.Sprint(n)...)}
	}
	for n := range 5 {
		_, err := srv.Publish(topic, body(n))
		must(t, err)
	}
	_, ids := c.pull(t, 5)
	c.ack(t, ids[2], ids[3])
	c.extend(t, 0, ids[0], ids[1], ids[4])
	for n := range 20 {
		_, err := srv.Publish(topic, body(5+n))
		must(t, err)
	}
	state, _ := srv.Subscription(sub)
	if state.Bytes > 10_000 || state.Retained != 0 || state.Dropped != state.Lost+2 || state.Backlog+int(state.Dropped) != 25 {
		t.Errorf("state is %+v", state)
	}
	words, _ := c.pull(t, 100)
	if len(words) != state.Backlog || words[len(words)-1][1000:] != "24" {
		t.Errorf("%d left, want %d and the newest", len(words), state.Backlog)
	}
}

func TestABodyIsHeldOnceAndTheTotalIsBounded(t *testing.T) {
	srv, _, c := begin(t, server.Options{TotalBytes: 100_000})
	subscribe(t, srv, nil)
	must(t, srv.CreateSubscription(&pubsubpb.Subscription{Name: "projects/sky/subscriptions/other", Topic: topic}))
	_, err := srv.Publish(topic, server.Message{Data: make([]byte, 50_000)})
	must(t, err)
	if n := srv.Bytes(); n < 50_000 || n > 51_000 {
		t.Errorf("%d bytes held by two subscriptions", n)
	}
	_, ids := c.pull(t, 1)
	c.ack(t, ids...)
	if n := srv.Bytes(); n < 50_000 {
		t.Errorf("%d bytes held, one subscription still needs them", n)
	}
	for range 10 {
		_, err := srv.Publish(topic, server.Message{Data: make([]byte, 30_000)})
		must(t, err)
	}
	if n := srv.Bytes(); n > 100_000 || n < 60_000 {
		t.Errorf("%d bytes held, the bound is 100000", n)
	}
}
