package server_test

import (
	"context"
	"errors"
	"slices"
	"sync"
	"testing"

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
