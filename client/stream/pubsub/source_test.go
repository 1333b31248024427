package pubsub_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"cloud.google.com/go/pubsub/v2/apiv1/pubsubpb"
	"cloud.google.com/go/pubsub/v2/pstest"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/mwvgroup/pgb/client/alert"
	"github.com/mwvgroup/pgb/client/registry"
	"github.com/mwvgroup/pgb/client/sandbox/server"
	"github.com/mwvgroup/pgb/client/stream"
	"github.com/mwvgroup/pgb/client/stream/pubsub"
	"github.com/mwvgroup/pgb/client/stream/streamtest"
)

func TestSourceConforms(t *testing.T) {
	streamtest.TestSource(t, func(t *testing.T) streamtest.Subject {
		srv := broker(t)
		closeSource(t, open(t, options(srv))) // makes the subscription
		round := 0
		return streamtest.Subject{
			Publish: func(n int) { round++; publish(t, srv, alerts, fmt.Sprintf("round %d, ", round), n) },
			Open:    func() stream.Source { return open(t, options(srv)) },
			Done:    func() int { return int(srv.Acked(night)) },
		}
	})
}

func TestGroupConforms(t *testing.T) {
	streamtest.TestSource(t, func(t *testing.T) streamtest.Subject {
		srv := broker(t)
		o := options(srv)
		o.Topics = []*registry.Topic{alerts, lite}
		closeSource(t, open(t, o))
		n := 0
		return streamtest.Subject{
			Publish: func(more int) {
				for range more {
					publish(t, srv, o.Topics[n%2], fmt.Sprintf("number %d, ", n), 1)
					n++
				}
			},
			Open: func() stream.Source { return open(t, o) },
			Done: func() int { return int(srv.Acked(night+".alerts") + srv.Acked(night+".lite")) },
		}
	})
}

// Another server than our own must do too.
func TestSourceConformsOnTheLibrarysServer(t *testing.T) {
	streamtest.TestSource(t, func(t *testing.T) streamtest.Subject {
		srv := pstest.NewServer()
		t.Cleanup(func() { must(t, srv.Close()) })
		_, err := srv.GServer.CreateTopic(t.Context(), &pubsubpb.Topic{Name: alerts.FullName()})
		must(t, err)
		o := pubsub.Options{Project: project, Address: srv.Addr, Topics: []*registry.Topic{alerts}, Subscription: "night"}
		closeSource(t, open(t, o))
		n := 0
		return streamtest.Subject{
			Publish: func(more int) {
				for range more {
					srv.Publish(alerts.FullName(), fmt.Appendf(nil, "number %d", n), nil)
					n++
				}
			},
			Open: func() stream.Source { return open(t, o) },
			// pstest marks a message as delivered before it hands it to the
			// stream, and drops it there when the stream has just ended.
			LosesInFlight: true,
			Done: func() int {
				acked := 0
				for _, m := range srv.Messages() {
					if m.Acks > 0 {
						acked++
					}
				}
				return acked
			},
		}
	})
}

func TestMessagesAreWhatWasPublished(t *testing.T) {
	srv := broker(t)
	o := options(srv)
	o.As = "ztf-alerts"
	source := open(t, o)
	before := time.Now()
	publish(t, srv, alerts, "body", 1)
	m := streamtest.Take(t, source, 1)[0]
	if m.Topic != "alerts" || m.As != "ztf-alerts" || string(m.Body) != "body0" || m.ID == "" || m.Origin != night {
		t.Errorf("%+v", m)
	}
	if d := m.PublishTime.Sub(before); d < -time.Second || d > 10*time.Second {
		t.Errorf("published %v after now", d)
	}
	want := []alert.Header{{Name: "a", Value: []byte("1")}, {Name: "b", Value: []byte("2")}}
	if !slices.EqualFunc(m.Headers, want, func(a, b alert.Header) bool { return a.Name == b.Name && string(a.Value) == string(b.Value) }) {
		t.Errorf("headers %q", m.Headers)
	}
	closeSource(t, source)
}

func TestWhatIsFetchedIsBounded(t *testing.T) {
	srv := broker(t)
	o := options(srv)
	o.MaxMessages, o.Streams = 50, 1
	source := open(t, o)
	publish(t, srv, alerts, "m", 400)
	eventually(t, "the bound is reached", func() bool { return state(t, srv, night).Outstanding >= 50 })
	streamtest.Take(t, source, 50)
	if n := state(t, srv, night).Outstanding; n > 50 {
		t.Errorf("%d are out", n)
	}
	closeSource(t, source)
	if s := state(t, srv, night); s.Outstanding != 0 || s.Backlog != 400 {
		t.Errorf("after Close %d are out, %d wait", s.Outstanding, s.Backlog)
	}

	o.MaxMessages, o.MaxBytes = 0, 20
	source = open(t, o)
	eventually(t, "some come", func() bool { return state(t, srv, night).Outstanding > 0 })
	if n := len(streamtest.Take(t, source, 1)); n > 10 {
		t.Errorf("%d messages in 20 bytes", n)
	}
	closeSource(t, source)
}

func TestConnectionThatBreaksIsTakenUpAgainAndSaidOnce(t *testing.T) {
	defer pubsub.SetLostAfter(100 * time.Millisecond)()
	srv := broker(t)
	o := options(srv)
	o.Topics = []*registry.Topic{alerts, lite}
	var events log
	o.Events = events.add
	source := open(t, o)
	publish(t, srv, alerts, "before", 3)
	must(t, source.Done(streamtest.Take(t, source, 3)))
	end := srv.Outage()
	eventually(t, "the loss is said", func() bool { return events.kinds() == "created, created, lost" })
	publish(t, srv, alerts, "meanwhile", 3)
	publish(t, srv, lite, "meanwhile too", 3)
	end()
	must(t, source.Done(streamtest.Take(t, source, 6)))
	eventually(t, "the return is said", func() bool { return events.kinds() == "created, created, lost, regained" })
	closeSource(t, source)
	if n := srv.Acked(night + ".alerts"); n != 6 {
		t.Errorf("%d acked, want 6: also those done just before the outage", n)
	}
}

func TestStreamThatTheServiceEndsIsTakenUpAgainSilently(t *testing.T) {
	srv := broker(t)
	o := options(srv)
	var events log
	o.Events = events.add
	source := open(t, o)
	for i := range 3 {
		publish(t, srv, alerts, fmt.Sprint("round", i, "-"), 5)
		must(t, source.Done(streamtest.Take(t, source, 5)))
		srv.BreakStreams(nil)
	}
	closeSource(t, source)
	if events.kinds() != "created" {
		t.Errorf("said: %s", events.kinds())
	}
}

func TestSubscriptionDeletedUnderwayEndsTheStream(t *testing.T) {
	srv := broker(t)
	source := open(t, options(srv))
	service, err := pubsub.Connect(t.Context(), pubsub.Access{Project: project, Address: srv.Addr()})
	must(t, err)
	defer func() { must(t, service.Close()) }()
	_, err = service.Delete(t.Context(), "night")
	must(t, err)
	_, err = source.Next(t.Context())
	wantNotFound(t, err, "subscription", night)
	closeSource(t, source)
}

func TestLeasesAreExtendedAsLongAsAMessageIsOut(t *testing.T) {
	defer pubsub.SetKeepEvery(5 * time.Millisecond)()
	clock := server.NewManualClock(time.Now())
	srv := server.New(server.Options{Clock: clock})
	must(t, srv.Listen("127.0.0.1:0"))
	defer func() { must(t, srv.Close()) }()
	must(t, srv.CreateTopic(alerts.FullName()))
	source := open(t, options(srv))
	publish(t, srv, alerts, "m", 20)
	messages := streamtest.Take(t, source, 20)
	for range 10 {
		before := state(t, srv, night).Extended
		clock.Advance(40 * time.Second)
		eventually(t, "all leases are extended", func() bool { return state(t, srv, night).Extended >= before+40 })
	}
	if n := state(t, srv, night).Expired; n != 0 {
		t.Errorf("%d leases ran out", n)
	}
	must(t, source.Done(messages))
	closeSource(t, source)
	if s := state(t, srv, night); s.Acked != 20 || s.Redelivered != 0 {
		t.Errorf("%d acknowledged, %d delivered again", s.Acked, s.Redelivered)
	}
}

func TestAcknowledgementsThatFailAreTriedAgainAndThoseThatCannotBeAreTold(t *testing.T) {
	srv := broker(t)
	source := open(t, options(srv))
	publish(t, srv, alerts, "m", 10)
	srv.Inject(server.Fault{Method: "Acknowledge", Err: status.Error(codes.Internal, "try again"), Times: 3})
	must(t, source.Done(streamtest.Take(t, source, 10)))
	closeSource(t, source)
	if n := srv.Acked(night); n != 10 {
		t.Errorf("%d acknowledged", n)
	}

	source = open(t, options(srv))
	publish(t, srv, alerts, "m", 10)
	srv.Inject(server.Fault{Method: "Acknowledge", Err: server.Denied})
	must(t, source.Done(streamtest.Take(t, source, 10)))
	if err := source.Close(t.Context()); err == nil || !strings.Contains(err.Error(), "10 messages of night were written but may come again") {
		t.Errorf("got %v", err)
	}
}
