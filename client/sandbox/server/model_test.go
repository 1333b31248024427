package server

import (
	"slices"
	"testing"
	"time"

	"cloud.google.com/go/pubsub/v2/apiv1/pubsubpb"
	"pgregory.net/rapid"
)

// TestTheBacklogStaysConsistent does at random what publishers, subscribers
// and time do, and counts everything anew after each step.
func TestTheBacklogStaysConsistent(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		clock := NewManualClock(time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC))
		srv := New(Options{Clock: clock, SubscriptionBytes: 200_000, TotalBytes: 300_000})
		defer srv.Close()
		const topic = "projects/broker/topics/alerts"
		names := []string{"projects/sky/subscriptions/one", "projects/sky/subscriptions/two"}
		check(t, srv.CreateTopic(topic))
		check(t, srv.CreateSubscription(&pubsubpb.Subscription{Name: names[0], Topic: topic, RetryPolicy: &pubsubpb.RetryPolicy{}}))
		check(t, srv.CreateSubscription(&pubsubpb.Subscription{Name: names[1], Topic: topic, RetainAckedMessages: true}))
		held := map[string][]ackID{}
		takers := map[string]*taker{names[0]: newTaker(), names[1]: newTaker()}
		pick := func(t *rapid.T) (*subscription, string) {
			name := rapid.SampledFrom(names).Draw(t, "subscription")
			return srv.subscriptions[name], name
		}
		some := func(t *rapid.T, name string) []ackID {
			if len(held[name]) == 0 {
				return nil
			}
			var ids []ackID
			every, from := rapid.IntRange(1, 5).Draw(t, "every"), rapid.IntRange(0, len(held[name])-1).Draw(t, "from")
			for i := from; i < len(held[name]); i += every {
				ids = append(ids, held[name][i])
			}
			return ids
		}
		t.Repeat(map[string]func(*rapid.T){
			"publish": func(t *rapid.T) {
				size := rapid.SampledFrom([]int{1, 100, 2000}).Draw(t, "bytes")
				for range rapid.IntRange(1, 150).Draw(t, "messages") {
					_, err := srv.Publish(topic, Message{Data: make([]byte, size)})
					check(t, err)
				}
			},
			"take": func(t *rapid.T) {
				sub, name := pick(t)
				srv.mu.Lock()
				defer srv.mu.Unlock()
				for _, d := range sub.take(takers[name], rapid.IntRange(1, 300).Draw(t, "most"), 1e6) {
					held[name] = append(held[name], d.ack)
				}
			},
			"ack": func(t *rapid.T) {
				sub, name := pick(t)
				srv.mu.Lock()
				defer srv.mu.Unlock()
				for _, id := range some(t, name) {
					sub.ack(id)
				}
			},
			"extend": func(t *rapid.T) {
				sub, name := pick(t)
				srv.mu.Lock()
				defer srv.mu.Unlock()
				by := time.Duration(rapid.IntRange(0, 600).Draw(t, "seconds")) * time.Second
				for _, id := range some(t, name) {
					sub.extend(id, by, clock.Now())
				}
			},
			"seek": func(t *rapid.T) {
				sub, _ := pick(t)
				srv.mu.Lock()
				defer srv.mu.Unlock()
				sub.seek(clock.Now().Add(-time.Duration(rapid.IntRange(-60, 3600).Draw(t, "back")) * time.Second))
			},
			"wait": func(t *rapid.T) {
				clock.Advance(time.Duration(rapid.IntRange(1, 60).Draw(t, "seconds")) * time.Second)
			},
			"": func(t *rapid.T) { audit(t, srv, takers) },
		})
		// Whatever happened: what is left can be taken and acknowledged.
		clock.Advance(time.Hour)
		for _, name := range names {
			sub := srv.subscriptions[name]
			for sub.unsettled > 0 {
				batch := sub.take(newTaker(), 1000, 1e9)
				if len(batch) == 0 {
					t.Fatalf("%d messages are never delivered", sub.unsettled)
				}
				for _, d := range batch {
					sub.ack(d.ack)
				}
			}
		}
		clock.Advance(8 * 24 * time.Hour)
		audit(t, srv, nil)
		if srv.bytes != 0 {
			t.Fatalf("%d bytes are held in the end", srv.bytes)
		}
	})
}

func check(t *rapid.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// audit counts what the server keeps in running totals.
func audit(t *rapid.T, srv *Server, takers map[string]*taker) {
	srv.mu.Lock()
	defer srv.mu.Unlock()
	holders := map[*stored]int{}
	for name, sub := range srv.subscriptions {
		var bytes int64
		var unsettled, retained, leasedNow, holes, pending int
		log := sub.log[sub.first:]
		for _, e := range log {
			switch {
			case e.msg == nil:
				holes++
				continue
			case e.state == settled:
				retained++
			default:
				unsettled++
			}
			if e.state == leased || e.state == resting {
				pending++
			}
			if e.state == leased {
				leasedNow++
			}
			if e.state == ready && !slices.Contains(sub.fresh.items, e) && !slices.Contains(sub.again.items, e) {
				t.Fatalf("%s: message %d is in no queue", name, e.seq)
			}
			holders[e.msg]++
			bytes += e.msg.size
		}
		if bytes != sub.bytes || unsettled != sub.unsettled || retained != sub.retained || leasedNow != sub.leasedNow ||
			holes != sub.holes || pending != len(sub.leases) {
			t.Fatalf("%s: counted bytes %d unsettled %d retained %d leased %d holes %d pending %d, kept %d %d %d %d %d %d", name,
				bytes, unsettled, retained, leasedNow, holes, pending, sub.bytes, sub.unsettled, sub.retained, sub.leasedNow, sub.holes, len(sub.leases))
		}
		if len(log) > 0 && log[0].msg == nil {
			t.Fatalf("%s: the log begins with a hole", name)
		}
		if bytes > srv.opts.SubscriptionBytes {
			t.Fatalf("%s holds %d bytes", name, bytes)
		}
		if tk := takers[name]; tk != nil && tk.messages != int64(leasedNow) {
			t.Fatalf("%s: the taker counts %d outstanding, there are %d", name, tk.messages, leasedNow)
		}
		for i, e := range sub.leases {
			if e.place != i || i > 0 && sub.leases[(i-1)/2].key > e.key || e.key > e.deadline {
				t.Fatalf("%s: the heap is out of order at %d", name, i)
			}
		}
	}
	var total int64
	for m, n := range holders {
		total += m.size
		if n != m.holders {
			t.Fatalf("message %d has %d holders, counts %d", m.id, n, m.holders)
		}
	}
	if total != srv.bytes || total > srv.opts.TotalBytes {
		t.Fatalf("%d bytes held, counted as %d", total, srv.bytes)
	}
}

func TestOneThatIsBusyIsNotCalledInAnothersPlace(t *testing.T) {
	srv := New(Options{})
	defer srv.Close()
	const topic, name = "projects/broker/topics/alerts", "projects/sky/subscriptions/one"
	if err := srv.CreateTopic(topic); err != nil {
		t.Fatal(err)
	}
	if err := srv.CreateSubscription(&pubsubpb.Subscription{Name: name, Topic: topic}); err != nil {
		t.Fatal(err)
	}
	sub, busy, idle := srv.subscriptions[name], newTaker(), newTaker()
	sub.wait(busy)
	sub.wait(idle)
	publish := func() {
		if _, err := srv.Publish(topic, Message{Data: []byte("a")}); err != nil {
			t.Fatal(err)
		}
	}
	publish()
	<-busy.wake
	sub.wait(busy)
	sub.wait(idle)
	if got := sub.take(busy, 1, 1000); len(got) != 1 {
		t.Fatalf("took %d", len(got))
	}
	publish()
	select {
	case <-idle.wake:
	default:
		t.Error("the idle one sleeps on")
	}
}
