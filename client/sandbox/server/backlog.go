package server

import (
	"math"
	"sort"
	"time"

	"cloud.google.com/go/pubsub/v2/apiv1/pubsubpb"
)

// subscription is a subscription with its messages. Server.mu guards all of it.
type subscription struct {
	srv   *Server
	id    uint32
	conf  *pubsubpb.Subscription // never changed in place
	topic *topic                 // nil once detached or the topic is gone
	match func(attributes map[string]string) bool

	log       []*entry // in order of publication; log[:first] is used up
	first     int
	seq       uint64
	holes     int // entries in log that hold no message any more
	retained  int // settled entries that still hold theirs
	ackedFrom uint64
	fresh     fifo // never delivered, or put back by a seek
	again     fifo // to be redelivered
	turn      bool
	leases    deadlines
	leasedNow int
	unsettled int
	bytes     int64
	discard   time.Time // what is published before this counts as acknowledged

	streams map[*stream]struct{}
	waiting []*taker

	used    time.Time
	alarmAt int64
	alarm   func()
	gone    bool
	count   Counts
}

// taker is one who takes messages: a stream or a pull.
type taker struct {
	wake                  chan struct{}
	waiting               bool
	maxMessages, maxBytes int64 // flow control, 0 for none
	messages, bytes       int64 // outstanding
	lease                 time.Duration
}

func newTaker() *taker { return &taker{wake: make(chan struct{}, 1)} }

func (t *taker) nudge() {
	select {
	case t.wake <- struct{}{}:
	default:
	}
}

func (t *taker) full() bool {
	return t.maxMessages > 0 && t.messages >= t.maxMessages || t.maxBytes > 0 && t.bytes >= t.maxBytes
}

// offer puts a message just published into the backlog.
func (s *subscription) offer(m *stored, attributes map[string]string) {
	if s.match != nil && !s.match(attributes) {
		s.count.Filtered++
		return
	}
	s.count.Received++
	e := &entry{msg: m, seq: s.seq, place: -1}
	s.seq++
	if m.time.Before(s.discard) {
		s.count.Skipped++
		if !s.conf.RetainAckedMessages {
			return
		}
		e.state = settled
		s.retained++
	}
	s.log = append(s.log, e)
	s.srv.hold(m)
	s.bytes += m.size
	if e.state == ready {
		s.unsettled++
		s.fresh.push(e)
	}
	for s.bytes > s.srv.opts.SubscriptionBytes && s.dropOldest() {
	}
}

// next gives the entry to deliver next, or nil. What is new and what is
// redelivered take turns, so that neither starves.
func (s *subscription) next() (*entry, *fifo) {
	first, second := &s.fresh, &s.again
	if s.turn {
		first, second = second, first
	}
	if e := first.front(); e != nil {
		return e, first
	}
	return second.front(), second
}

// take leases a batch to t: at most max messages, and no more than limit bytes
// but for a single message.
func (s *subscription) take(t *taker, max int, limit int64) []delivery {
	now := s.srv.clock.Now()
	s.waitNoMore(t)
	s.maintain(now)
	var batch []delivery
	var size int64
	for len(batch) < max && !t.full() {
		e, from := s.next()
		if e == nil {
			break
		}
		if n := int64(e.msg.wireSize() + frameOverhead); len(batch) > 0 && size+n > limit {
			break
		} else {
			size += n
		}
		from.pop()
		s.turn = !s.turn
		s.leaseTo(t, e, now)
		d := delivery{msg: e.msg, ack: ackID{s.id, e.seq, e.delivery}}
		if s.conf.DeadLetterPolicy != nil {
			d.attempt = e.attempt
		}
		if batch == nil {
			batch = make([]delivery, 0, min(max, 32))
		}
		batch = append(batch, d)
	}
	if len(batch) > 0 {
		s.srv.note()
		s.wakeOne()
		s.schedule()
	}
	return batch
}

func (s *subscription) leaseTo(t *taker, e *entry, now time.Time) {
	lease := t.lease
	if lease == 0 {
		lease = time.Duration(s.conf.AckDeadlineSeconds) * time.Second
	}
	e.state, e.owner = leased, t
	e.delivery++
	e.attempt++
	e.deadline = now.Add(lease).UnixNano()
	s.leases.add(e)
	s.leasedNow++
	t.messages++
	t.bytes += e.msg.size
	s.count.Delivered++
	if e.attempt > 1 {
		s.count.Redelivered++
	}
	s.srv.tell(Delivered, s, e)
}

// unlease ends a lease or a rest.
func (s *subscription) unlease(e *entry) {
	s.leases.remove(e)
	if e.state == leased {
		s.leasedNow--
		e.owner.messages--
		e.owner.bytes -= e.msg.size
		e.owner = nil
	}
}

// settle marks a message as done with; unless keep, it is let go.
func (s *subscription) settle(e *entry, keep bool) {
	if e.state != settled {
		s.unlease(e)
		e.state = settled
		s.unsettled--
		s.retained++
		s.ackedFrom = min(s.ackedFrom, e.seq)
	}
	if keep || e.msg == nil {
		return
	}
	s.retained--
	s.bytes -= e.msg.size
	s.srv.release(e.msg)
	e.msg = nil
	s.holes++
	s.trim()
}

// trim drops used up entries from the front of the log, and all of them once
// they are most of it.
func (s *subscription) trim() {
	for s.first < len(s.log) && s.log[s.first].msg == nil {
		s.log[s.first] = nil
		s.first++
		s.holes--
	}
	s.log, s.first = shrink(s.log, s.first)
	if s.holes < 64 || s.holes*2 < len(s.log)-s.first {
		return
	}
	kept := s.log[:0]
	for _, e := range s.log[s.first:] {
		if e.msg != nil {
			kept = append(kept, e)
		}
	}
	clear(s.log[len(kept):])
	s.log, s.first, s.holes = kept, 0, 0
}

// find gives the entry that an ack id names while that may still be used.
func (s *subscription) find(id ackID) *entry {
	log := s.log[s.first:]
	i := sort.Search(len(log), func(i int) bool { return log[i].seq >= id.entry })
	if i == len(log) || log[i].seq != id.entry {
		return nil
	}
	if e := log[i]; e.state != settled && e.delivery == id.delivery && e.msg != nil {
		return e
	}
	return nil
}

func (s *subscription) ack(id ackID) {
	e := s.find(id)
	if e == nil {
		s.count.LateAcks++
		return
	}
	s.count.Acked++
	s.srv.tell(Acked, s, e)
	s.settle(e, s.conf.RetainAckedMessages)
}

// extend moves a lease's deadline; nothing or less gives the message back.
func (s *subscription) extend(id ackID, by time.Duration, now time.Time) {
	e := s.find(id)
	switch {
	case e == nil || e.state != leased:
		// Too late, and not rare: clients extend what they have just acked.
	case by <= 0:
		s.count.Nacked++
		s.srv.tell(Nacked, s, e)
		e.delivery++ // the ack id is used up
		s.giveBack(e, now)
	default:
		s.count.Extended++
		e.deadline = now.Add(by).UnixNano()
		s.leases.moved(e)
	}
}

// giveBack makes a message that was not acknowledged available again, after
// the retry policy's backoff, or sends it where dead letters go.
func (s *subscription) giveBack(e *entry, now time.Time) {
	if s.deadLetter(e) {
		return
	}
	s.unlease(e)
	if rest := s.backoff(e.attempt); rest > 0 {
		e.state = resting
		e.deadline = now.Add(rest).UnixNano()
		s.leases.add(e)
		return
	}
	e.state = ready
	s.again.push(e)
}

// backoff is how long the retry policy lets a message rest after an attempt.
func (s *subscription) backoff(attempt int32) time.Duration {
	policy := s.conf.RetryPolicy
	if policy == nil {
		return 0
	}
	least, most := policy.MinimumBackoff.AsDuration(), policy.MaximumBackoff.AsDuration()
	rest := float64(least) * math.Pow(2, float64(attempt-1))
	return time.Duration(min(rest, float64(most)))
}

// dropOldest lets go of the oldest message to make room, one that is
// acknowledged if there is any. It says whether there was one.
func (s *subscription) dropOldest() bool {
	log := s.log[s.first:]
	if s.retained > 0 {
		from := sort.Search(len(log), func(i int) bool { return log[i].seq >= s.ackedFrom })
		for _, e := range log[from:] {
			if e.state == settled && e.msg != nil {
				s.ackedFrom = e.seq
				s.count.Dropped++
				s.settle(e, false)
				return true
			}
		}
	}
	for _, e := range log {
		if e.msg != nil {
			s.count.Dropped++
			s.count.Lost++
			s.settle(e, false)
			return true
		}
	}
	return false
}

// clearAll lets go of everything.
func (s *subscription) clearAll() {
	for s.first < len(s.log) {
		s.settle(s.log[s.first], false)
	}
	s.fresh, s.again, s.turn = fifo{}, fifo{}, false
}

// seek makes everything published from t on unacknowledged, what is retained
// of it, and all before acknowledged. Leases end: old ack ids are void.
func (s *subscription) seek(t time.Time) {
	s.fresh, s.again, s.turn = fifo{}, fifo{}, false
	s.discard = t
	var before []*entry
	for _, e := range s.log[s.first:] {
		if e.msg == nil {
			continue
		}
		if e.msg.time.Before(t) {
			before = append(before, e)
			continue
		}
		if e.state == settled {
			s.retained--
			s.unsettled++
		} else {
			s.unlease(e)
		}
		e.state = ready
		e.delivery++
		s.fresh.push(e)
	}
	for _, e := range before {
		s.settle(e, s.conf.RetainAckedMessages)
	}
	s.wakeOne()
}
