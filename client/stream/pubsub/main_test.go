package pubsub_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"cloud.google.com/go/pubsub/v2/apiv1/pubsubpb"
	"go.uber.org/goleak"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"

	"github.com/mwvgroup/pgb/client/alert"
	"github.com/mwvgroup/pgb/client/registry"
	"github.com/mwvgroup/pgb/client/sandbox/server"
	"github.com/mwvgroup/pgb/client/stream"
	"github.com/mwvgroup/pgb/client/stream/pubsub"
	"github.com/mwvgroup/pgb/client/stream/streamtest"
)

func TestMain(m *testing.M) {
	_ = os.Unsetenv("PUBSUB_EMULATOR_HOST")
	goleak.VerifyTestMain(m,
		// The libraries' metrics start a worker that never ends, and the
		// streams of the library's Receive, the baseline of the benchmark,
		// end only with a tick, 10 s on.
		goleak.IgnoreTopFunction("go.opencensus.io/stats/view.(*worker).start"),
		goleak.IgnoreTopFunction("cloud.google.com/go/pubsub/v2.(*messageIterator).streamKeepAliveHandler"))
}

const project = "sky"

// alerts and lite are topics of another project.
var (
	alerts = &registry.Topic{Name: "alerts", Project: "broker", Survey: "ztf"}
	lite   = &registry.Topic{Name: "lite", Project: "broker", Survey: "ztf"}
)

// broker starts a server with both topics.
func broker(t *testing.T) *server.Server {
	t.Helper()
	srv := server.New(server.Options{})
	must(t, srv.Listen("127.0.0.1:0"))
	t.Cleanup(func() { must(t, srv.Close()) })
	must(t, srv.CreateTopic(alerts.FullName()))
	must(t, srv.CreateTopic(lite.FullName()))
	return srv
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// publish publishes n messages with bodies prefix0, prefix1 ...
func publish(t *testing.T, srv *server.Server, topic *registry.Topic, prefix string, n int) {
	t.Helper()
	for i := range n {
		_, err := srv.Publish(topic.FullName(), server.Message{
			Data: fmt.Appendf(nil, "%s%d", prefix, i), Attributes: map[string]string{"b": "2", "a": "1"},
		})
		must(t, err)
	}
}

// options reads alerts from a server, durably.
func options(srv *server.Server) pubsub.Options {
	return pubsub.Options{Project: project, Address: srv.Addr(), Topics: []*registry.Topic{alerts}, Subscription: "night"}
}

func open(t *testing.T, o pubsub.Options) stream.Source {
	t.Helper()
	source, err := pubsub.Open(t.Context(), o)
	must(t, err)
	return source
}

func closeSource(t *testing.T, source stream.Source) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
	defer cancel()
	must(t, source.Close(ctx))
}

const night = "projects/sky/subscriptions/night"

func state(t *testing.T, srv *server.Server, name string) server.Subscription {
	t.Helper()
	s, ok := srv.Subscription(name)
	if !ok {
		t.Fatalf("no subscription %s among %q", name, srv.Subscriptions())
	}
	return s
}

// page is a sink that keeps what it was given. before, where set, is asked first.
type page struct {
	before func(batch []*alert.Message) error

	mu    sync.Mutex
	words []string
}

func (p *page) Put(_ context.Context, batch []*alert.Message) error {
	if p.before != nil {
		if err := p.before(batch); err != nil {
			return err
		}
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, m := range batch {
		p.words = append(p.words, string(m.Body))
	}
	return nil
}

func (p *page) written() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return len(p.words)
}

// log keeps events.
type log struct {
	mu     sync.Mutex
	events []pubsub.Event
}

func (l *log) add(e pubsub.Event) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.events = append(l.events, e)
}

func (l *log) kinds() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	var kinds []string
	for _, e := range l.events {
		kinds = append(kinds, string(e.Kind))
	}
	return strings.Join(kinds, ", ")
}

func eventually(t *testing.T, what string, holds func() bool) {
	t.Helper()
	streamtest.Eventually(t, what, holds)
}

// detachWith detaches a subscription, as the owner of a topic can.
func detachWith(ctx context.Context, addr, name string) error {
	conn, err := grpc.NewClient(addr, grpc.WithTransportCredentials(insecure.NewCredentials()))
	if err != nil {
		return err
	}
	_, err = pubsubpb.NewPublisherClient(conn).DetachSubscription(ctx, &pubsubpb.DetachSubscriptionRequest{Subscription: name})
	return errors.Join(err, conn.Close())
}
