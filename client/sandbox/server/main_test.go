package server_test

import (
	"context"
	"os"
	"testing"
	"time"

	"cloud.google.com/go/pubsub/v2"
	"cloud.google.com/go/pubsub/v2/apiv1/pubsubpb"
	"cloud.google.com/go/pubsub/v2/pstest"
	"github.com/mwvgroup/pgb/client/sandbox/server"
	"go.uber.org/goleak"
	"google.golang.org/api/option"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"
)

func TestMain(m *testing.M) {
	_ = os.Unsetenv("PUBSUB_EMULATOR_HOST")
	goleak.VerifyTestMain(m,
		// The client library's metrics start a worker that never ends, and
		// its streams' keepalive ends only with the next tick, 10 s on.
		goleak.IgnoreTopFunction("go.opencensus.io/stats/view.(*worker).start"),
		goleak.IgnoreTopFunction("cloud.google.com/go/pubsub/v2.(*messageIterator).streamKeepAliveHandler"))
}

const (
	project = "sky"
	topic   = "projects/broker/topics/alerts"
	sub     = "projects/sky/subscriptions/night"
)

var start = time.Date(2026, 3, 1, 4, 0, 0, 0, time.UTC)

// begin gives a server with one topic that stands at start until its clock is
// moved, and clients connected to it.
func begin(t *testing.T, o server.Options) (*server.Server, *server.ManualClock, *clients) {
	t.Helper()
	clock := server.NewManualClock(start)
	o.Clock = clock
	srv := server.New(o)
	must(t, srv.Listen("127.0.0.1:0"))
	t.Cleanup(func() { must(t, srv.Close()) })
	must(t, srv.CreateTopic(topic))
	return srv, clock, connect(t, srv.Addr())
}

// clients are the library's client and the bare stubs.
type clients struct {
	*pubsub.Client
	pub pubsubpb.PublisherClient
	sub pubsubpb.SubscriberClient
}

func connect(t *testing.T, addr string) *clients {
	t.Helper()
	conn, err := grpc.NewClient(addr, grpc.WithTransportCredentials(insecure.NewCredentials()),
		grpc.WithDefaultCallOptions(grpc.MaxCallRecvMsgSize(32<<20)))
	must(t, err)
	t.Cleanup(func() { _ = conn.Close() })
	lib, err := pubsub.NewClient(context.Background(), project, option.WithEndpoint(addr), option.WithoutAuthentication(),
		option.WithGRPCDialOption(grpc.WithTransportCredentials(insecure.NewCredentials())))
	must(t, err)
	t.Cleanup(func() { _ = lib.Close() })
	return &clients{Client: lib, pub: pubsubpb.NewPublisherClient(conn), sub: pubsubpb.NewSubscriberClient(conn)}
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// within gives a context that bounds a test that goes wrong.
func within(t *testing.T) context.Context {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
	t.Cleanup(cancel)
	return ctx
}

// until waits for a condition on the server.
func until(t *testing.T, srv *server.Server, what string, cond func(server.Subscription) bool) server.Subscription {
	t.Helper()
	var last server.Subscription
	err := srv.Wait(within(t), func() bool {
		last, _ = srv.Subscription(sub)
		return cond(last)
	})
	if err != nil {
		t.Fatalf("%s: %v; the subscription is %+v", what, err, last)
	}
	return last
}

func subscribe(t *testing.T, srv *server.Server, change func(*pubsubpb.Subscription)) {
	t.Helper()
	conf := &pubsubpb.Subscription{Name: sub, Topic: topic}
	if change != nil {
		change(conf)
	}
	must(t, srv.CreateSubscription(conf))
}

func text(words ...string) []server.Message {
	var msgs []server.Message
	for _, word := range words {
		msgs = append(msgs, server.Message{Data: []byte(word)})
	}
	return msgs
}

func publish(t *testing.T, srv *server.Server, words ...string) {
	t.Helper()
	_, err := srv.Publish(topic, text(words...)...)
	must(t, err)
}

// pull takes what is there and gives the payloads and ack ids.
func (c *clients) pull(t *testing.T, most int32) (words, ids []string) {
	t.Helper()
	for _, m := range c.received(t, sub, most) {
		words = append(words, string(m.Message.Data))
		ids = append(ids, m.AckId)
	}
	return words, ids
}

func (c *clients) received(t *testing.T, name string, most int32) []*pubsubpb.ReceivedMessage {
	t.Helper()
	//lint:ignore SA1019 a test must not wait for what does not come
	res, err := c.sub.Pull(within(t), &pubsubpb.PullRequest{Subscription: name, MaxMessages: most, ReturnImmediately: true})
	must(t, err)
	return res.ReceivedMessages
}

func (c *clients) ack(t *testing.T, ids ...string) {
	t.Helper()
	_, err := c.sub.Acknowledge(within(t), &pubsubpb.AcknowledgeRequest{Subscription: sub, AckIds: ids})
	must(t, err)
}

func (c *clients) extend(t *testing.T, seconds int32, ids ...string) {
	t.Helper()
	_, err := c.sub.ModifyAckDeadline(within(t), &pubsubpb.ModifyAckDeadlineRequest{Subscription: sub, AckIds: ids, AckDeadlineSeconds: seconds})
	must(t, err)
}

// stream opens a streaming pull by hand.
func (c *clients) stream(t *testing.T, first *pubsubpb.StreamingPullRequest) pubsubpb.Subscriber_StreamingPullClient {
	t.Helper()
	ctx, cancel := context.WithCancel(within(t))
	t.Cleanup(cancel)
	st, err := c.sub.StreamingPull(ctx)
	must(t, err)
	first.Subscription = sub
	if first.StreamAckDeadlineSeconds == 0 {
		first.StreamAckDeadlineSeconds = 10
	}
	must(t, st.Send(first))
	return st
}

func recv(t *testing.T, st pubsubpb.Subscriber_StreamingPullClient) (words, ids []string) {
	t.Helper()
	res, err := st.Recv()
	must(t, err)
	for _, m := range res.ReceivedMessages {
		words = append(words, string(m.Message.Data))
		ids = append(ids, m.AckId)
	}
	return words, ids
}

// bothServers runs a test against this server and against the library's fake.
func bothServers(t *testing.T, test func(t *testing.T, c *clients)) {
	t.Run("own", func(t *testing.T) {
		srv := server.New(server.Options{})
		must(t, srv.Listen("127.0.0.1:0"))
		t.Cleanup(func() { must(t, srv.Close()) })
		test(t, connect(t, srv.Addr()))
	})
	t.Run("pstest", func(t *testing.T) {
		srv := pstest.NewServer()
		t.Cleanup(func() { _ = srv.Close() })
		test(t, connect(t, srv.Addr))
	})
}
