package pubsub_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"cloud.google.com/go/pubsub/v2/apiv1/pubsubpb"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/mwvgroup/pgb/client/registry"
	"github.com/mwvgroup/pgb/client/sandbox/server"
	"github.com/mwvgroup/pgb/client/stream"
	"github.com/mwvgroup/pgb/client/stream/pubsub"
	"github.com/mwvgroup/pgb/client/stream/streamtest"
)

func connect(t *testing.T, srv *server.Server) *pubsub.Service {
	t.Helper()
	service, err := pubsub.Connect(t.Context(), pubsub.Access{Project: project, Address: srv.Addr()})
	must(t, err)
	t.Cleanup(func() { must(t, service.Close()) })
	return service
}

func list(t *testing.T, srv *server.Server) []pubsub.Subscription {
	t.Helper()
	all, err := connect(t, srv).List(t.Context())
	must(t, err)
	return all
}

func wantNotFound(t *testing.T, err error, kind, name string) {
	t.Helper()
	var missing *pubsub.NotFoundError
	if !errors.As(err, &missing) || missing.Kind != kind || missing.Name != name {
		t.Errorf("got %v, want that %s %s is not found", err, kind, name)
	}
}

func TestTemporarySubscriptionIsLabelledAndDeletedAtTheEnd(t *testing.T) {
	srv := broker(t)
	o := options(srv)
	o.Subscription = ""
	source := open(t, o)
	all := list(t, srv)
	if len(all) != 1 {
		t.Fatalf("%d subscriptions", len(all))
	}
	s := all[0]
	if !strings.HasPrefix(s.Name, "pgb-") || !strings.Contains(s.Name, "-alerts-") || !s.Temporary || !s.Own || s.Leftover {
		t.Errorf("%+v", s)
	}
	if s.Expire != 24*time.Hour || s.Retain != 10*time.Minute || s.RetainDone || s.Topic != alerts.FullName() {
		t.Errorf("%+v", s)
	}
	if age := time.Since(s.Created); age < -2*time.Second || age > time.Minute {
		t.Errorf("made %v ago", age)
	}
	publish(t, srv, alerts, "body", 3)
	streamtest.Take(t, source, 3)
	ctx, cancel := context.WithCancel(t.Context())
	cancel() // as after Ctrl-C
	must(t, source.Close(ctx))
	if names := srv.Subscriptions(); len(names) != 0 {
		t.Errorf("left behind: %q", names)
	}
}

func TestDurableSubscriptionIsCreatedOnceAndResumed(t *testing.T) {
	srv := broker(t)
	var events log
	o := options(srv)
	o.Events = events.add
	closeSource(t, open(t, o))
	publish(t, srv, alerts, "meanwhile", 4)
	source := open(t, o)
	must(t, source.Done(streamtest.Take(t, source, 4)))
	closeSource(t, source)
	if events.kinds() != "created, resumed" {
		t.Error(events.kinds())
	}
	s := list(t, srv)[0]
	if s.Name != "night" || s.Temporary || s.Retain != 24*time.Hour || !s.RetainDone || s.Expire != 7*24*time.Hour || s.Delivery != "pull" {
		t.Errorf("%+v", s)
	}
}

func TestRetentionAndExpiryAreAsAskedFor(t *testing.T) {
	srv := broker(t)
	o := options(srv)
	o.Retain, o.Expire = 10*24*time.Hour, -1
	closeSource(t, open(t, o))
	if s := list(t, srv)[0]; s.Retain != 10*24*time.Hour || s.Expire != 0 {
		t.Errorf("%+v", s)
	}
	o.Subscription, o.Retain, o.Expire = "other", -1, 48*time.Hour
	o.Expire = 8 * 24 * time.Hour
	closeSource(t, open(t, o))
	if s := list(t, srv)[1]; s.RetainDone || s.Retain != 7*24*time.Hour || s.Expire != 8*24*time.Hour {
		t.Errorf("%+v", s)
	}
	for name, change := range map[string]func(*pubsub.Options){
		"retention too short": func(o *pubsub.Options) { o.Retain = time.Minute },
		"retention too long":  func(o *pubsub.Options) { o.Retain = 40 * 24 * time.Hour },
		"expiry too short":    func(o *pubsub.Options) { o.Expire = time.Hour },
		"expiry in between":   func(o *pubsub.Options) { o.Retain, o.Expire = 72*time.Hour, 48*time.Hour },
		"bad name":            func(o *pubsub.Options) { o.Subscription = "1st night" },
		"google's name":       func(o *pubsub.Options) { o.Subscription = "google" },
		"no function":         func(o *pubsub.Options) { o.Transform = "return null" },
	} {
		o := options(srv)
		o.Retain, o.Expire = 0, 0
		change(&o)
		var invalid *pubsub.InvalidError
		if _, err := pubsub.Open(t.Context(), o); !errors.As(err, &invalid) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestGroupIsListedResumedAndDeletedAsOne(t *testing.T) {
	srv := broker(t)
	o := options(srv)
	o.Topics = []*registry.Topic{alerts, lite}
	closeSource(t, open(t, o))
	publish(t, srv, alerts, "a", 2)
	publish(t, srv, lite, "l", 2)
	source := open(t, o)
	must(t, source.Done(streamtest.Take(t, source, 4)))
	if n, _ := source.(stream.Metered).Delivered(); n != 4 {
		t.Errorf("%d delivered", n)
	}
	closeSource(t, source)
	service := connect(t, srv)
	both, err := service.Show(t.Context(), "night")
	must(t, err)
	if len(both) != 2 || both[0].Name != "night.alerts" || both[1].Name != "night.lite" || both[0].Group != "night" {
		t.Errorf("%+v", both)
	}
	deleted, err := service.Delete(t.Context(), "night")
	must(t, err)
	if !slices.Equal(deleted, []string{"night.alerts", "night.lite"}) || len(srv.Subscriptions()) != 0 {
		t.Errorf("deleted %q, left %q", deleted, srv.Subscriptions())
	}
	_, err = service.Delete(t.Context(), "night")
	wantNotFound(t, err, "subscription", night)
}

func TestGroupThatCannotBeMadeLeavesNothingBehind(t *testing.T) {
	for _, durable := range []string{"", "night"} {
		srv := broker(t)
		o := options(srv)
		o.Subscription = durable
		gone := &registry.Topic{Name: "gone", Project: "broker"}
		o.Topics = []*registry.Topic{alerts, gone, lite}
		_, err := pubsub.Open(t.Context(), o)
		wantNotFound(t, err, "topic", gone.FullName())
		if left := srv.Subscriptions(); len(left) != 0 {
			t.Errorf("left behind: %q", left)
		}
	}
}

func TestSubscriptionThatIsAnotherOneIsRefusedWithTheDifference(t *testing.T) {
	srv := broker(t)
	must(t, srv.CreateSubscription(&pubsubpb.Subscription{
		Name: night, Topic: lite.FullName(), Filter: `attributes.band = "r"`,
	}))
	o := options(srv)
	o.ServerFilter = `attributes.band = "g"`
	o.Transform = "function drop(message, metadata) { return null; }"
	_, err := pubsub.Open(t.Context(), o)
	var drift *pubsub.DriftError
	if !errors.As(err, &drift) {
		t.Fatal(err)
	}
	want := []pubsub.Difference{
		{What: "topic", Have: lite.FullName(), Want: alerts.FullName()},
		{What: "filter", Have: `attributes.band = "r"`, Want: `attributes.band = "g"`},
		{What: "transform", Have: "", Want: o.Transform},
	}
	if !slices.Equal(drift.Differences, want) || drift.Subscription != "night" {
		t.Errorf("%+v", drift)
	}
	if !strings.Contains(err.Error(), "its transform is none, not function drop") {
		t.Error(err)
	}
	o.Topics, o.ServerFilter, o.Transform = []*registry.Topic{lite}, ` attributes.band = "r" `, ""
	closeSource(t, open(t, o))
}

func TestFilterIsCheckedAndFilters(t *testing.T) {
	srv := broker(t)
	o := options(srv)
	o.ServerFilter = `snr > 5`
	if _, err := pubsub.Open(t.Context(), o); err == nil || !strings.Contains(err.Error(), "server filter") {
		t.Errorf("got %v", err)
	}
	o.ServerFilter = `attributes.a = "2"`
	source := open(t, o)
	publish(t, srv, alerts, "filtered", 5)
	_, err := srv.Publish(alerts.FullName(), server.Message{Data: []byte("passes"), Attributes: map[string]string{"a": "2"}})
	must(t, err)
	if m := streamtest.Take(t, source, 1)[0]; string(m.Body) != "passes" {
		t.Errorf("%q came", m.Body)
	}
	closeSource(t, source)
}

func TestDetachedSubscriptionIsRefused(t *testing.T) {
	srv := broker(t)
	closeSource(t, open(t, options(srv)))
	source := open(t, options(srv))
	detach(t, srv, night)
	if _, err := source.Next(t.Context()); !errors.Is(err, pubsub.ErrDetached) {
		t.Errorf("while it is read: %v", err)
	}
	closeSource(t, source)
	if _, err := pubsub.Open(t.Context(), options(srv)); !errors.Is(err, pubsub.ErrDetached) {
		t.Errorf("when it is taken up: %v", err)
	}
}

func TestSinceGoesBackToWhatIsRetained(t *testing.T) {
	srv := broker(t)
	var events log
	o := options(srv)
	o.Events = events.add
	source := open(t, o)
	publish(t, srv, alerts, "old", 5)
	must(t, source.Done(streamtest.Take(t, source, 5)))
	closeSource(t, source)
	between := time.Now()
	publish(t, srv, alerts, "new", 5)

	o.Since = between
	source = open(t, o)
	for _, m := range streamtest.Take(t, source, 5) {
		if !strings.HasPrefix(string(m.Body), "new") {
			t.Errorf("%q came", m.Body)
		}
	}
	closeSource(t, source)
	if events.kinds() != "created, resumed" {
		t.Errorf("said: %s", events.kinds())
	}

	o.Since = between.Add(-time.Hour)
	source = open(t, o)
	streamtest.Take(t, source, 10)
	closeSource(t, source)
	if last := events.events[len(events.events)-1]; last.Kind != pubsub.SinceTooEarly || between.Sub(last.From) > time.Minute {
		t.Errorf("said %+v", last)
	}

	o.Subscription = "brand-new"
	closeSource(t, open(t, o))
	if last := events.events[len(events.events)-1]; last.Kind != pubsub.SinceTooEarly {
		t.Errorf("said %+v", last)
	}

	o.Subscription = ""
	if _, err := pubsub.Open(t.Context(), o); !errors.Is(err, pubsub.ErrSinceWithoutSubscription) {
		t.Errorf("got %v", err)
	}
}

func TestErrorsNameWhatIsWrong(t *testing.T) {
	type check func(t *testing.T, err error)
	permission := func(permission, resource string) check {
		return func(t *testing.T, err error) {
			var denied *pubsub.PermissionError
			if !errors.As(err, &denied) || denied.Permission != permission || denied.Resource != resource {
				t.Errorf("got %v", err)
			}
		}
	}
	is := func(target error) check {
		return func(t *testing.T, err error) {
			if !errors.Is(err, target) {
				t.Errorf("got %v", err)
			}
		}
	}
	cases := map[string]struct {
		fault server.Fault
		check check
	}{
		"create denied":     {server.Fault{Method: "CreateSubscription", Err: server.Denied}, permission("pubsub.subscriptions.create", "projects/sky")},
		"get denied":        {server.Fault{Method: "GetSubscription", Err: server.Denied}, permission("pubsub.subscriptions.get", night)},
		"denied in words":   {server.Fault{Method: "CreateSubscription", Err: status.Error(codes.PermissionDenied, "lacks pubsub.topics.attachSubscription")}, permission("pubsub.topics.attachSubscription", "projects/sky")},
		"no project":        {server.Fault{Project: project, Err: server.UnknownProject(project)}, func(t *testing.T, err error) { wantNotFound(t, err, "project", project) }},
		"no credentials":    {server.Fault{Err: status.Error(codes.Unauthenticated, "Request had invalid authentication credentials.")}, is(pubsub.ErrNoCredentials)},
		"stale credentials": {server.Fault{Err: status.Error(codes.Unauthenticated, `oauth2: "invalid_grant"`)}, is(pubsub.ErrNoCredentials)},
		"transforms refused": {server.Fault{Method: "CreateSubscription", Err: status.Error(codes.Unimplemented, "not offered")}, func(t *testing.T, err error) {
			var invalid *pubsub.InvalidError
			if !errors.As(err, &invalid) {
				t.Errorf("got %v", err)
			}
		}},
		"disabled": {server.Fault{Err: status.Error(codes.PermissionDenied, "Cloud Pub/Sub API has not been used in project sky before or it is disabled.")}, func(t *testing.T, err error) {
			var disabled *pubsub.DisabledError
			if !errors.As(err, &disabled) || disabled.Project != project {
				t.Errorf("got %v", err)
			}
		}},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			srv := broker(t)
			srv.Inject(c.fault)
			_, err := pubsub.Open(t.Context(), options(srv))
			c.check(t, err)
		})
	}
	t.Run("consume denied", func(t *testing.T) {
		srv := broker(t)
		srv.Inject(server.Fault{Method: "StreamingPull", Err: server.Denied})
		source := open(t, options(srv))
		_, err := source.Next(t.Context())
		permission("pubsub.subscriptions.consume", night)(t, err)
		closeSource(t, source)
	})
	t.Run("no topic", func(t *testing.T) {
		srv := broker(t)
		o := options(srv)
		o.Topics = []*registry.Topic{{Name: "nowhere", Project: "broker"}}
		_, err := pubsub.Open(t.Context(), o)
		wantNotFound(t, err, "topic", "projects/broker/topics/nowhere")
	})
	t.Run("nobody there", func(t *testing.T) {
		o := options(broker(t))
		o.Address = "127.0.0.1:1"
		ctx, cancel := context.WithTimeout(t.Context(), 300*time.Millisecond)
		defer cancel()
		_, err := pubsub.Open(ctx, o)
		is(pubsub.ErrUnavailable)(t, err)
	})
	t.Run("no credentials at all", func(t *testing.T) {
		t.Setenv("GOOGLE_APPLICATION_CREDENTIALS", t.TempDir()+"/none.json")
		_, err := pubsub.Open(t.Context(), pubsub.Options{Project: project, Topics: []*registry.Topic{alerts}})
		is(pubsub.ErrNoCredentials)(t, err)
		if p := pubsub.CredentialsProject(t.Context()); p != "" {
			t.Errorf("project %q", p)
		}
	})
}

func TestEmulatorOfTheEnvironmentNeedsNoCredentials(t *testing.T) {
	srv := broker(t)
	t.Setenv("PUBSUB_EMULATOR_HOST", srv.Addr())
	t.Setenv("GOOGLE_APPLICATION_CREDENTIALS", t.TempDir()+"/none.json")
	o := options(srv)
	o.Address = ""
	source := open(t, o)
	_, err := srv.Publish(alerts.FullName(), server.Message{Data: make([]byte, 9_000_000)})
	must(t, err)
	if m := streamtest.Take(t, source, 1)[0]; len(m.Body) != 9_000_000 {
		t.Errorf("%d bytes", len(m.Body))
	}
	closeSource(t, source)
}

func detach(t *testing.T, srv *server.Server, name string) {
	t.Helper()
	must(t, detachWith(t.Context(), srv.Addr(), name))
}

func ExampleEvent() {
	fmt.Println(pubsub.Event{Kind: pubsub.Created, Subscription: "night", Topic: "ztf-loop", Retain: 24 * time.Hour, Expire: 7 * 24 * time.Hour})
	// Output: created the subscription night of ztf-loop: it keeps messages for a day and is deleted after 7 days without a reader
}
