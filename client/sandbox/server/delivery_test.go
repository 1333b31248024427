package server_test

import (
	"bytes"
	"slices"
	"testing"
	"time"

	"cloud.google.com/go/pubsub/v2/apiv1/pubsubpb"
	"github.com/mwvgroup/pgb/client/sandbox/server"
	"google.golang.org/grpc/codes"
	"google.golang.org/protobuf/types/known/durationpb"
)

func wantWords(t *testing.T, what string, got []string, want ...string) {
	t.Helper()
	if !slices.Equal(got, want) {
		t.Errorf("%s: got %q, want %q", what, got, want)
	}
}

func TestALeaseThatRunsOutBringsTheMessageBack(t *testing.T) {
	srv, clock, c := begin(t, server.Options{})
	subscribe(t, srv, nil)
	publish(t, srv, "a")
	_, first := c.pull(t, 1)
	clock.Advance(9 * time.Second)
	words, _ := c.pull(t, 1)
	wantWords(t, "before the deadline", words)
	clock.Advance(2 * time.Second)
	words, second := c.pull(t, 1)
	wantWords(t, "after the deadline", words, "a")
	c.ack(t, first...)
	if state, _ := srv.Subscription(sub); state.Acked != 0 || state.LateAcks != 1 || state.Expired != 1 || state.Redelivered != 1 {
		t.Errorf("an old ack id counts: %+v", state)
	}
	c.ack(t, second...)
	if state, _ := srv.Subscription(sub); state.Acked != 1 || state.Backlog != 0 || srv.Bytes() != 0 {
		t.Errorf("after the ack: %+v, %d bytes held", state, srv.Bytes())
	}
}

func TestAnAckBetweenDeadlineAndRedeliveryCounts(t *testing.T) {
	srv, clock, c := begin(t, server.Options{})
	subscribe(t, srv, nil)
	publish(t, srv, "a")
	_, ids := c.pull(t, 1)
	clock.Advance(time.Minute)
	c.ack(t, ids...)
	words, _ := c.pull(t, 1)
	wantWords(t, "after a late ack", words)
}

func TestAnExtendedLeaseHoldsAndAStreamWakesWhenItEnds(t *testing.T) {
	srv, clock, c := begin(t, server.Options{})
	subscribe(t, srv, nil)
	publish(t, srv, "a")
	st := c.stream(t, &pubsubpb.StreamingPullRequest{StreamAckDeadlineSeconds: 60})
	words, ids := recv(t, st)
	wantWords(t, "stream", words, "a")
	until(t, srv, "the stream waits", func(s server.Subscription) bool { return s.Waiting == 1 })
	clock.Advance(50 * time.Second)
	must(t, st.Send(&pubsubpb.StreamingPullRequest{ModifyDeadlineAckIds: ids, ModifyDeadlineSeconds: []int32{600}}))
	until(t, srv, "extended", func(s server.Subscription) bool { return s.Extended == 1 })
	clock.Advance(599 * time.Second)
	if state, _ := srv.Subscription(sub); state.Expired != 0 || state.Outstanding != 1 {
		t.Errorf("the extension did not hold: %+v", state)
	}
	clock.Advance(2 * time.Second)
	words, _ = recv(t, st)
	wantWords(t, "after the extension", words, "a")
}

func TestAShortenedLeaseEndsSooner(t *testing.T) {
	srv, clock, c := begin(t, server.Options{})
	subscribe(t, srv, func(s *pubsubpb.Subscription) { s.AckDeadlineSeconds = 600 })
	publish(t, srv, "a", "b", "c")
	_, ids := c.pull(t, 3)
	c.extend(t, 5, ids[1])
	clock.Advance(6 * time.Second)
	words, _ := c.pull(t, 3)
	wantWords(t, "after five seconds", words, "b")
}

func TestAStreamAcksNacksAndIsSentBatches(t *testing.T) {
	srv, _, c := begin(t, server.Options{BatchMessages: 3})
	subscribe(t, srv, nil)
	publish(t, srv, "a", "b", "c", "d", "e")
	st := c.stream(t, &pubsubpb.StreamingPullRequest{})
	words, ids := recv(t, st)
	wantWords(t, "first batch", words, "a", "b", "c")
	words, more := recv(t, st)
	wantWords(t, "second batch", words, "d", "e")
	must(t, st.Send(&pubsubpb.StreamingPullRequest{
		AckIds: append(ids, more[0]), ModifyDeadlineAckIds: more[1:], ModifyDeadlineSeconds: []int32{0}}))
	words, ids = recv(t, st)
	wantWords(t, "nacked", words, "e")
	must(t, st.Send(&pubsubpb.StreamingPullRequest{AckIds: ids}))
	state := until(t, srv, "all acked", func(s server.Subscription) bool { return s.Acked == 5 })
	if state.Nacked != 1 || state.Delivered != 6 || state.Backlog != 0 || state.Bytes != 0 {
		t.Errorf("state is %+v", state)
	}
}

func TestABatchKeepsToItsBytesAndALargeMessageGoesAlone(t *testing.T) {
	srv, _, c := begin(t, server.Options{BatchBytes: 1000})
	subscribe(t, srv, nil)
	for _, size := range []int{300, 300, 300, 5000, 300} {
		_, err := srv.Publish(topic, server.Message{Data: bytes.Repeat([]byte("x"), size)})
		must(t, err)
	}
	st := c.stream(t, &pubsubpb.StreamingPullRequest{})
	var counts []int
	for _, n := range []int{2, 1, 1, 1} {
		words, _ := recv(t, st)
		counts = append(counts, len(words))
		if len(words) != n {
			t.Fatalf("batches so far %v", counts)
		}
	}
}

func TestFlowControlStopsTheStreamUntilThereIsRoom(t *testing.T) {
	srv, _, c := begin(t, server.Options{})
	subscribe(t, srv, nil)
	publish(t, srv, "a", "b", "c", "d", "e")
	st := c.stream(t, &pubsubpb.StreamingPullRequest{MaxOutstandingMessages: 2})
	words, ids := recv(t, st)
	wantWords(t, "two at most", words, "a", "b")
	until(t, srv, "the stream waits", func(s server.Subscription) bool { return s.Waiting == 1 && s.Outstanding == 2 })
	c.ack(t, ids[0]) // by another connection
	words, more := recv(t, st)
	wantWords(t, "one more", words, "c")
	c.extend(t, 0, append(more, ids[1])...)
	words, _ = recv(t, st)
	if len(words) == 0 || len(words) > 2 {
		t.Errorf("after the nacks: %q", words)
	}
}

func TestFlowControlByBytesLetsOneMessageThrough(t *testing.T) {
	srv, _, c := begin(t, server.Options{})
	subscribe(t, srv, nil)
	for range 3 {
		_, err := srv.Publish(topic, server.Message{Data: make([]byte, 50_000)})
		must(t, err)
	}
	st := c.stream(t, &pubsubpb.StreamingPullRequest{MaxOutstandingBytes: 1000})
	for range 3 {
		words, ids := recv(t, st)
		if len(words) != 1 {
			t.Fatalf("got %d messages", len(words))
		}
		must(t, st.Send(&pubsubpb.StreamingPullRequest{AckIds: ids}))
	}
}

func TestTwoStreamsShareTheMessages(t *testing.T) {
	srv, _, c := begin(t, server.Options{})
	subscribe(t, srv, nil)
	one := c.stream(t, &pubsubpb.StreamingPullRequest{MaxOutstandingMessages: 1})
	two := c.stream(t, &pubsubpb.StreamingPullRequest{MaxOutstandingMessages: 1})
	until(t, srv, "both wait", func(s server.Subscription) bool { return s.Waiting == 2 })
	publish(t, srv, "a", "b")
	first, _ := recv(t, one)
	second, _ := recv(t, two)
	got := append(first, second...)
	slices.Sort(got)
	wantWords(t, "both streams", got, "a", "b")
}

func TestWhatIsNewIsNotStarvedByWhatIsNacked(t *testing.T) {
	srv, _, c := begin(t, server.Options{})
	subscribe(t, srv, nil)
	publish(t, srv, "bad")
	_, ids := c.pull(t, 1)
	c.extend(t, 0, ids...)
	publish(t, srv, "good")
	var got []string
	for range 2 {
		words, ids := c.pull(t, 1)
		got = append(got, words...)
		c.extend(t, 0, ids...)
	}
	slices.Sort(got)
	wantWords(t, "two pulls", got, "bad", "good")
}

func TestAPullWaitsForTheFirstMessageAndNotForEver(t *testing.T) {
	srv, clock, c := begin(t, server.Options{PullWait: 5 * time.Second})
	subscribe(t, srv, nil)
	type answer struct {
		res *pubsubpb.PullResponse
		err error
	}
	pull := func() chan answer {
		got := make(chan answer, 1)
		ctx := within(t)
		go func() {
			res, err := c.sub.Pull(ctx, &pubsubpb.PullRequest{Subscription: sub, MaxMessages: 10})
			got <- answer{res, err}
		}()
		until(t, srv, "the pull waits", func(s server.Subscription) bool { return s.Waiting == 1 })
		return got
	}
	got := pull()
	publish(t, srv, "a")
	if a := <-got; a.err != nil || len(a.res.ReceivedMessages) != 1 {
		t.Errorf("the pull that waited got %v", a)
	}
	got = pull()
	clock.Advance(6 * time.Second)
	if a := <-got; a.err != nil || len(a.res.ReceivedMessages) != 0 {
		t.Errorf("the pull in vain got %v", a)
	}
}

func TestADeadLetterTopicGetsWhatFailsTooOften(t *testing.T) {
	srv, clock, c := begin(t, server.Options{})
	const dead = "projects/sky/topics/dead-letters"
	must(t, srv.CreateTopic(dead))
	must(t, srv.CreateSubscription(&pubsubpb.Subscription{Name: "projects/sky/subscriptions/dead", Topic: dead}))
	subscribe(t, srv, func(s *pubsubpb.Subscription) {
		s.DeadLetterPolicy = &pubsubpb.DeadLetterPolicy{DeadLetterTopic: dead, MaxDeliveryAttempts: 5}
	})
	_, err := srv.Publish(topic, server.Message{Data: []byte("a"), Attributes: map[string]string{"kept": "yes"}})
	must(t, err)
	for attempt := int32(1); attempt <= 5; attempt++ {
		received := c.received(t, sub, 1)
		if got := received[0].DeliveryAttempt; got != attempt {
			t.Errorf("attempt %d is called %d", attempt, got)
		}
		if attempt%2 == 0 {
			c.extend(t, 0, received[0].AckId)
		} else {
			clock.Advance(11 * time.Second)
		}
	}
	words, _ := c.pull(t, 1)
	wantWords(t, "the subscription", words)
	m := c.received(t, "projects/sky/subscriptions/dead", 1)[0].Message
	if string(m.Data) != "a" || m.Attributes["kept"] != "yes" || m.Attributes["CloudPubSubDeadLetterSourceSubscription"] != "night" ||
		m.Attributes["CloudPubSubDeadLetterSourceDeliveryCount"] != "5" {
		t.Errorf("the dead letter is %v", m)
	}
}

func TestARetryPolicyLetsAMessageRest(t *testing.T) {
	srv, clock, c := begin(t, server.Options{})
	subscribe(t, srv, func(s *pubsubpb.Subscription) {
		s.RetryPolicy = &pubsubpb.RetryPolicy{MinimumBackoff: durationpb.New(20 * time.Second), MaximumBackoff: durationpb.New(30 * time.Second)}
	})
	publish(t, srv, "a")
	for _, rest := range []time.Duration{20, 30, 30} {
		words, ids := c.pull(t, 1)
		wantWords(t, "rested", words, "a")
		c.extend(t, 0, ids...)
		clock.Advance(rest*time.Second - time.Millisecond)
		words, _ = c.pull(t, 1)
		wantWords(t, "rests", words)
		clock.Advance(time.Millisecond)
	}
}

func TestMalformedAckIDsAndStreamRequestsAreRefused(t *testing.T) {
	srv, _, c := begin(t, server.Options{})
	subscribe(t, srv, nil)
	_, err := c.sub.Acknowledge(within(t), &pubsubpb.AcknowledgeRequest{Subscription: sub, AckIds: []string{"nonsense"}})
	wantCode(t, err, codes.InvalidArgument)
	for _, req := range []*pubsubpb.StreamingPullRequest{
		{AckIds: []string{"nonsense"}},
		{ModifyDeadlineAckIds: []string{"a", "b"}, ModifyDeadlineSeconds: []int32{1}},
		{StreamAckDeadlineSeconds: 5},
		{Subscription: sub},
		{MaxOutstandingMessages: 5},
	} {
		st := c.stream(t, &pubsubpb.StreamingPullRequest{})
		must(t, st.Send(req))
		_, err := st.Recv()
		wantCode(t, err, codes.InvalidArgument)
	}
}
