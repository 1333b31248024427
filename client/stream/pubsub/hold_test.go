package pubsub_test

import (
	"errors"
	"testing"
	"time"

	"github.com/mwvgroup/pgb/client/sandbox/server"
	"github.com/mwvgroup/pgb/client/stream/pubsub"
	"github.com/mwvgroup/pgb/client/stream/streamtest"
)

func TestMessagesThatAreHeldDoNotStopTheFetching(t *testing.T) {
	srv := broker(t)
	o := options(srv)
	o.MaxMessages, o.MaxBytes, o.Streams, o.Hold = 50, 100, 1, time.Minute
	source := open(t, o)
	publish(t, srv, alerts, "m", 700)
	messages := streamtest.Take(t, source, 700)
	if n := srv.Acked(night); n != 0 {
		t.Errorf("%d acknowledged before they are done", n)
	}
	must(t, source.Done(messages))
	closeSource(t, source)
	if n := srv.Acked(night); n != 700 {
		t.Errorf("%d acknowledged", n)
	}
}

func TestWhatNobodyReadsIsBoundedThoughMessagesMayBeHeld(t *testing.T) {
	srv := server.New(server.Options{BatchMessages: 10})
	must(t, srv.Listen("127.0.0.1:0"))
	defer func() { must(t, srv.Close()) }()
	must(t, srv.CreateTopic(alerts.FullName()))
	o := options(srv)
	o.MaxMessages, o.Streams, o.Hold = 50, 1, time.Minute
	source := open(t, o)
	publish(t, srv, alerts, "m", 700)
	eventually(t, "some are fetched", func() bool {
		n, _ := source.(interface{ Delivered() (int64, int64) }).Delivered()
		return n >= 50
	})
	for range 100 { // it is read on only where there is room
		if n, _ := source.(interface{ Delivered() (int64, int64) }).Delivered(); n > 60 {
			t.Fatalf("%d are fetched and not read", n)
		}
	}
	closeSource(t, source)
}

func TestLeasesOfWhatIsHeldAreExtendedForLongerAndLonger(t *testing.T) {
	defer pubsub.SetKeepEvery(5 * time.Millisecond)()
	clock := server.NewManualClock(time.Now())
	srv := server.New(server.Options{Clock: clock})
	must(t, srv.Listen("127.0.0.1:0"))
	defer func() { must(t, srv.Close()) }()
	must(t, srv.CreateTopic(alerts.FullName()))
	o := options(srv)
	o.Hold = time.Minute
	source := open(t, o)
	publish(t, srv, alerts, "m", 20)
	messages := streamtest.Take(t, source, 20)
	// By one minute first, then by two.
	eventually(t, "all leases are extended twice", func() bool { return state(t, srv, night).Extended >= 40 })
	clock.Advance(110 * time.Second)
	if s := state(t, srv, night); s.Expired != 0 || s.Extended != 40 {
		t.Errorf("%d leases ran out, %d extensions", s.Expired, s.Extended)
	}
	must(t, source.Done(messages))
	closeSource(t, source)
	if n := srv.Acked(night); n != 20 {
		t.Errorf("%d acknowledged", n)
	}
}

func TestMessagesAreHeldForAnHourAtMostAndNoLongerThanTheyAreKept(t *testing.T) {
	for _, c := range []struct {
		hold, retain time.Duration
		subscription string
		ok           bool
	}{
		{time.Hour, 0, "", true},
		{time.Hour + time.Second, 0, "", false},
		{20 * time.Minute, 10 * time.Minute, "night", false},
		{10 * time.Minute, 10 * time.Minute, "night", true},
		{time.Hour, -1, "night", true}, // what is not done is kept for days
	} {
		o := options(broker(t))
		o.Hold, o.Retain, o.Subscription = c.hold, c.retain, c.subscription
		err := pubsub.Check(o)
		var invalid *pubsub.InvalidError
		if c.ok != (err == nil) || err != nil && !errors.As(err, &invalid) {
			t.Errorf("%+v: %v", c, err)
		}
	}
}
