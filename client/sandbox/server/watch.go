package server

import (
	"context"
	"slices"
	"strconv"
	"time"
)

// Counts are what happened at a subscription since it was created.
type Counts struct {
	Received     int64 // published and taken into the backlog
	Filtered     int64 // published and kept out by the filter
	Skipped      int64 // published before the time that a seek went to
	Delivered    int64 // deliveries, redeliveries among them
	Redelivered  int64
	Acked        int64
	Nacked       int64 // given back
	Extended     int64 // deadlines moved
	Expired      int64 // deadlines that ran out
	LateAcks     int64 // came after a redelivery, a seek, or another ack
	DeadLettered int64
	Aged         int64 // unacknowledged and older than the retention
	Dropped      int64 // let go to keep within the byte bounds
	Lost         int64 // those of the dropped that were not acknowledged
}

// Subscription is the state of a subscription.
type Subscription struct {
	Name, Topic string
	Detached    bool
	Streams     int   // open streaming pulls
	Waiting     int   // streams and pulls that wait for a message
	Backlog     int   // not acknowledged, outstanding ones among them
	Outstanding int   // delivered, and the deadline runs
	Retained    int   // acknowledged and still held
	Bytes       int64 // held
	Counts
}

// Subscription gives the state of a subscription by its full name.
func (s *Server) Subscription(name string) (state Subscription, ok bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	sub := s.subscriptions[name]
	if sub == nil {
		return Subscription{}, false
	}
	sub.maintain(s.clock.Now())
	return Subscription{
		Name: sub.conf.Name, Topic: sub.conf.Topic, Detached: sub.conf.Detached,
		Streams: len(sub.streams), Waiting: len(sub.waiting),
		Backlog: sub.unsettled, Outstanding: sub.leasedNow, Retained: sub.retained,
		Bytes: sub.bytes, Counts: sub.count,
	}, true
}

// Subscriptions gives the full names of all subscriptions, sorted.
func (s *Server) Subscriptions() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return sortedNames(s.subscriptions)
}

// Topics gives the full names of all topics, sorted.
func (s *Server) Topics() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return sortedNames(s.topics)
}

func sortedNames[T any](all map[string]T) []string {
	names := make([]string, 0, len(all))
	for name := range all {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

// Published says how many messages a topic was given, and their payloads'
// bytes.
func (s *Server) Published(topic string) (messages, bytes int64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	t := s.topics[topic]
	if t == nil {
		return 0, 0
	}
	return t.published, t.bytes
}

// Acked says how many messages of a subscription were acknowledged.
func (s *Server) Acked(subscription string) int64 {
	sub, _ := s.Subscription(subscription)
	return sub.Acked
}

// Nacked says how many messages of a subscription were given back.
func (s *Server) Nacked(subscription string) int64 {
	sub, _ := s.Subscription(subscription)
	return sub.Nacked
}

// Outstanding says how many messages of a subscription are delivered and
// neither acknowledged nor given back nor expired.
func (s *Server) Outstanding(subscription string) int {
	sub, _ := s.Subscription(subscription)
	return sub.Outstanding
}

// Bytes says what all subscriptions together hold, each body counted once.
func (s *Server) Bytes() int64 {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.bytes
}

// EventKind says what happened to a message.
type EventKind uint8

// What can happen to a message.
const (
	Published EventKind = iota
	Delivered
	Acked
	Nacked
	Expired
)

func (k EventKind) String() string {
	return [...]string{"published", "delivered", "acked", "nacked", "expired"}[k]
}

// Event is something that happened to a message.
type Event struct {
	Kind         EventKind
	Topic        string // only for Published
	Subscription string // but for Published
	MessageID    string
	Attempt      int // of the delivery, counted from 1
	Time         time.Time
}

// Watch calls f with every event, in the order in which they happen: an ack is
// told before it takes effect. One watcher at a time; nil ends it. The server
// stands still meanwhile: f must be quick and must not call the server.
func (s *Server) Watch(f func(Event)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.watcher = f
}

func (s *Server) tell(kind EventKind, sub *subscription, e *entry) {
	if s.watcher == nil {
		return
	}
	s.watcher(Event{
		Kind: kind, Subscription: sub.conf.Name, Attempt: int(e.attempt),
		MessageID: strconv.FormatUint(e.msg.id, 10), Time: s.clock.Now(),
	})
}

// Wait returns when cond, which may ask the server anything, is true: it is
// called at once and again after each change. The error is the context's.
func (s *Server) Wait(ctx context.Context, cond func() bool) error {
	s.anyoneWaits.Add(1)
	defer s.anyoneWaits.Add(-1)
	for {
		s.mu.Lock()
		changed := s.changed
		s.mu.Unlock()
		if cond() {
			return nil
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// note lets those look who Wait. Server.mu is held.
func (s *Server) note() {
	if s.anyoneWaits.Load() > 0 {
		close(s.changed)
		s.changed = make(chan struct{})
	}
}
