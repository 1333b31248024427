package pubsub

import (
	"context"
	"strings"
	"sync"
	"time"

	"cloud.google.com/go/pubsub/v2/apiv1/pubsubpb"
)

// keepEvery is how often leases and streams are looked after.
var keepEvery = 10 * time.Second

// keeper extends the leases of what is out, and pings the streams.
type keeper struct {
	source *source
	cancel context.CancelFunc
	ended  chan struct{}

	mu    sync.Mutex
	pulls map[*pull]time.Time // when each was pinged last
}

func startKeeper(s *source) *keeper {
	ctx, cancel := context.WithCancel(context.Background())
	k := &keeper{source: s, cancel: cancel, ended: make(chan struct{}), pulls: make(map[*pull]time.Time)}
	go k.run(ctx)
	return k
}

func (k *keeper) run(ctx context.Context) {
	defer close(k.ended)
	ticker := time.NewTicker(keepEvery)
	defer ticker.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case now := <-ticker.C:
			k.ping(now)
			k.extend(ctx, now)
		}
	}
}

// extend extends leases that run out before two more looks.
func (k *keeper) extend(ctx context.Context, now time.Time) {
	s := k.source
	for span, ids := range s.expiring(now, now.Add(leaseTime-2*keepEvery)) {
		for len(ids) > 0 {
			var some []string
			some, ids = split(ids)
			calling, cancel := context.WithTimeout(ctx, keepEvery)
			// What is not extended comes again, which is not lost.
			_ = s.api.ModifyAckDeadline(calling, &pubsubpb.ModifyAckDeadlineRequest{
				Subscription: s.plan.name, AckIds: some, AckDeadlineSeconds: int32(span / time.Second),
			})
			cancel()
		}
	}
}

func (k *keeper) ping(now time.Time) {
	k.mu.Lock()
	var due []*pull
	for p, last := range k.pulls {
		if now.Sub(last) >= pingEvery-keepEvery/2 {
			due = append(due, p)
			k.pulls[p] = now
		}
	}
	k.mu.Unlock()
	for _, p := range due {
		p.ping()
	}
}

func (k *keeper) watch(p *pull) {
	k.mu.Lock()
	k.pulls[p] = time.Now()
	k.mu.Unlock()
}

func (k *keeper) forget(p *pull) {
	k.mu.Lock()
	delete(k.pulls, p)
	k.mu.Unlock()
}

func (k *keeper) close() {
	k.cancel()
	<-k.ended
}

// lostAfter is how long a connection must be broken before it is said: streams
// are ended by the service now and then, and taken up again at once.
var lostAfter = 3 * time.Second

// health says once when the connection is lost, and once when it is back,
// however many streams use it.
type health struct {
	tell func(Event)

	mu    sync.Mutex
	since map[*source]time.Time // when each source broke
	lost  bool
}

func newHealth(tell func(Event)) *health {
	return &health{tell: tell, since: make(map[*source]time.Time)}
}

// broken notes that a stream of the source can't be read.
func (h *health) broken(s *source, err error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	now := time.Now()
	since, known := h.since[s]
	if !known {
		since = now
		h.since[s] = now
	}
	if !h.lost && now.Sub(since) >= lostAfter {
		h.lost = true
		h.tell(Event{Kind: Lost, Err: explain(err, attempt{kind: "subscription", resource: s.plan.name})})
	}
}

// answered notes that a stream of the source is read.
func (h *health) answered(s *source) {
	h.mu.Lock()
	defer h.mu.Unlock()
	delete(h.since, s)
	if h.lost && len(h.since) == 0 {
		h.lost = false
		h.tell(Event{Kind: Regained})
	}
}

// projectOf gives the project of a full name.
func projectOf(full string) string {
	parts := strings.SplitN(full, "/", 3)
	if len(parts) < 2 {
		return ""
	}
	return parts[1]
}
