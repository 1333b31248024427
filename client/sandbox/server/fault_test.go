package server_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"cloud.google.com/go/pubsub/v2"
	"cloud.google.com/go/pubsub/v2/apiv1/pubsubpb"
	"github.com/mwvgroup/pgb/client/sandbox/server"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
)

func TestAFaultHitsItsMethodItsProjectAndItsNumberOfCalls(t *testing.T) {
	srv, _, c := begin(t, server.Options{})
	subscribe(t, srv, nil)
	get := func(name string) error {
		_, err := c.sub.GetSubscription(within(t), &pubsubpb.GetSubscriptionRequest{Subscription: name})
		return err
	}
	remove := srv.Inject(server.Fault{Method: "GetSubscription", Err: server.Denied, Times: 2})
	wantCode(t, get(sub), codes.PermissionDenied)
	_, err := c.pub.GetTopic(within(t), &pubsubpb.GetTopicRequest{Topic: topic})
	must(t, err)
	wantCode(t, get(sub), codes.PermissionDenied)
	must(t, get(sub))
	remove()
	remove = srv.Inject(server.Fault{Project: "sky", Err: server.UnknownProject("sky")})
	wantCode(t, get(sub), codes.NotFound)
	_, err = c.sub.ListSubscriptions(within(t), &pubsubpb.ListSubscriptionsRequest{Project: "projects/sky"})
	wantCode(t, err, codes.NotFound)
	_, err = c.stream(t, &pubsubpb.StreamingPullRequest{}).Recv()
	wantCode(t, err, codes.NotFound)
	_, err = c.pub.GetTopic(within(t), &pubsubpb.GetTopicRequest{Topic: topic})
	must(t, err)
	remove()
	must(t, get(sub))
}

func TestTheLibraryGetsOverAnOutage(t *testing.T) {
	srv, _, c := begin(t, server.Options{})
	subscribe(t, srv, nil)
	ctx, cancel := context.WithCancel(within(t))
	defer cancel()
	var mu sync.Mutex
	var got []string
	ended := make(chan error, 1)
	go func() {
		ended <- c.Subscriber(sub).Receive(ctx, func(_ context.Context, m *pubsub.Message) {
			mu.Lock()
			defer mu.Unlock()
			got = append(got, string(m.Data))
			m.Ack()
		})
	}()
	publish(t, srv, "before")
	until(t, srv, "the first is acked", func(s server.Subscription) bool { return s.Acked == 1 && s.Streams == 1 })
	over := srv.Outage()
	until(t, srv, "the stream is broken", func(s server.Subscription) bool { return s.Streams == 0 })
	publish(t, srv, "during")
	over()
	until(t, srv, "the second is acked", func(s server.Subscription) bool { return s.Acked == 2 })
	cancel()
	must(t, <-ended)
	if !slices.Equal(got, []string{"before", "during"}) {
		t.Errorf("received %v", got)
	}
}

func TestABrokenStreamKeepsItsLeasesUnlessToldOtherwise(t *testing.T) {
	for _, returns := range []bool{false, true} {
		t.Run(fmt.Sprint(returns), func(t *testing.T) {
			srv, clock, c := begin(t, server.Options{ReturnBroken: returns})
			subscribe(t, srv, nil)
			publish(t, srv, "a", "b")
			st := c.stream(t, &pubsubpb.StreamingPullRequest{})
			recv(t, st)
			srv.BreakStreams(status.Error(codes.Unavailable, "broken"))
			until(t, srv, "the stream is gone", func(s server.Subscription) bool { return s.Streams == 0 })
			if words, _ := c.pull(t, 10); !returns && len(words) != 0 || returns && !slices.Equal(words, []string{"a", "b"}) {
				t.Errorf("pulled %q", words)
			}
			clock.Advance(11 * time.Second)
			words, _ := c.pull(t, 10)
			wantWords(t, "after the deadline", words, "a", "b")
		})
	}
}

func TestManyStreamsLoseNothing(t *testing.T) {
	srv := server.New(server.Options{})
	must(t, srv.Listen("127.0.0.1:0"))
	defer srv.Close()
	must(t, srv.CreateTopic(topic))
	subscribe(t, srv, nil)
	c := connect(t, srv.Addr())
	ctx, cancel := context.WithCancel(within(t))
	defer cancel()
	const n = 3000
	var mu sync.Mutex
	done := map[string]bool{}
	var readers sync.WaitGroup
	for reader := range 3 {
		readers.Go(func() {
			from := c.Subscriber(sub)
			from.ReceiveSettings.NumGoroutines = 2
			from.ReceiveSettings.MaxOutstandingMessages = 50 * (reader + 1)
			err := from.Receive(ctx, func(_ context.Context, m *pubsub.Message) {
				mu.Lock()
				defer mu.Unlock()
				if _, seen := done[m.ID]; !seen && m.Data[0]%5 == 0 {
					done[m.ID] = false
					m.Nack()
					return
				}
				done[m.ID] = true
				m.Ack()
			})
			if err != nil {
				t.Error(err)
			}
		})
	}
	for i := range n {
		_, err := srv.Publish(topic, server.Message{Data: []byte{byte(i)}})
		must(t, err)
	}
	state := until(t, srv, "all acked", func(s server.Subscription) bool { return s.Acked == n })
	cancel()
	readers.Wait()
	if len(done) != n || state.Backlog != 0 || srv.Bytes() != 0 || state.Nacked == 0 {
		t.Errorf("%d messages seen, %+v", len(done), state)
	}
}

func TestEventsAreToldInOrderAndAnAckBeforeItCounts(t *testing.T) {
	srv, _, c := begin(t, server.Options{})
	subscribe(t, srv, nil)
	var got []string
	srv.Watch(func(e server.Event) { got = append(got, e.Kind.String()) })
	publish(t, srv, "a")
	_, ids := c.pull(t, 1)
	c.extend(t, 0, ids...)
	_, ids = c.pull(t, 1)
	c.ack(t, ids...)
	srv.Watch(nil)
	if want := []string{"published", "delivered", "nacked", "delivered", "acked"}; !slices.Equal(got, want) {
		t.Errorf("events %v, want %v", got, want)
	}
}

func TestCloseEndsStreamsAndPullsThatWait(t *testing.T) {
	srv, _, c := begin(t, server.Options{})
	subscribe(t, srv, nil)
	st := c.stream(t, &pubsubpb.StreamingPullRequest{})
	ctx, pulled := within(t), make(chan error, 1)
	go func() {
		_, err := c.sub.Pull(ctx, &pubsubpb.PullRequest{Subscription: sub, MaxMessages: 1})
		pulled <- err
	}()
	until(t, srv, "both wait", func(s server.Subscription) bool { return s.Waiting == 2 })
	must(t, srv.Close())
	_, err := st.Recv()
	wantCode(t, err, codes.Unavailable)
	wantCode(t, <-pulled, codes.Unavailable)
	if _, err := srv.Publish(topic, text("late")...); status.Code(err) != codes.Unavailable {
		t.Errorf("publishing after Close: %v", err)
	}
	must(t, srv.Close())
}

func TestCloseDoesNotWaitForAClientThatDoesNotRead(t *testing.T) {
	srv, _, c := begin(t, server.Options{})
	subscribe(t, srv, nil)
	for range 100 {
		_, err := srv.Publish(topic, server.Message{Data: make([]byte, 1<<20)})
		must(t, err)
	}
	c.stream(t, &pubsubpb.StreamingPullRequest{})
	until(t, srv, "the stream is stuck", func(s server.Subscription) bool { return s.Outstanding > 0 })
	must(t, srv.Close())
}

func TestWaitEndsWithItsContext(t *testing.T) {
	srv, _, _ := begin(t, server.Options{})
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if err := srv.Wait(ctx, func() bool { return false }); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
}
