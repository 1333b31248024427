package server

import (
	"cmp"
	"math"
	"slices"
	"time"
)

// maintain does what the time asks for: leases that have run out, messages
// older than the retention, a subscription that nobody has used for too long.
func (s *subscription) maintain(now time.Time) {
	if s.gone {
		return
	}
	changed := false
	for e := s.leases.due(now.UnixNano()); e != nil; e = s.leases.due(now.UnixNano()) {
		changed = true
		if e.state == resting {
			s.unlease(e)
			e.state = ready
			s.again.push(e)
			continue
		}
		s.count.Expired++
		s.srv.tell(Expired, s, e)
		s.giveBack(e, now)
	}
	oldest := now.Add(-s.conf.MessageRetentionDuration.AsDuration())
	for s.first < len(s.log) {
		e := s.log[s.first]
		if e.msg != nil && e.msg.time.After(oldest) {
			break
		}
		if e.state != settled {
			s.count.Aged++
		}
		changed = true
		s.settle(e, false)
	}
	if ttl := s.ttl(); ttl > 0 && len(s.streams) == 0 && !now.Before(s.used.Add(ttl)) {
		s.srv.removeSubscription(s)
		changed = true
	}
	if changed {
		s.wakeOne()
		s.srv.note()
	}
}

// expire ends all leases of one who takes no more.
func (s *subscription) expire(t *taker) {
	var held []*entry
	for _, e := range s.leases {
		if e.owner == t {
			held = append(held, e)
		}
	}
	slices.SortFunc(held, func(a, b *entry) int { return cmp.Compare(a.seq, b.seq) })
	now := s.srv.clock.Now()
	for _, e := range held {
		s.count.Expired++
		s.srv.tell(Expired, s, e)
		s.giveBack(e, now)
	}
}

// ttl is how long the subscription lives unused, 0 for ever.
func (s *subscription) ttl() time.Duration {
	return s.conf.GetExpirationPolicy().GetTtl().AsDuration()
}

// touch notes that the subscription is in use.
func (s *subscription) touch() { s.used = s.srv.clock.Now() }

// schedule asks the clock to call when there is something to maintain.
func (s *subscription) schedule() {
	if s.gone || s.srv.closed {
		return
	}
	at := int64(math.MaxInt64)
	if len(s.leases) > 0 {
		at = s.leases[0].key
	}
	if s.first < len(s.log) {
		at = min(at, s.log[s.first].msg.time.Add(s.conf.MessageRetentionDuration.AsDuration()).UnixNano())
	}
	if ttl := s.ttl(); ttl > 0 && len(s.streams) == 0 {
		at = min(at, s.used.Add(ttl).UnixNano())
	}
	if at == math.MaxInt64 || s.alarm != nil && s.alarmAt <= at {
		return // an alarm that comes early sets the next one
	}
	if s.alarm != nil {
		s.alarm()
	}
	s.alarmAt = at
	s.alarm = s.srv.clock.AfterFunc(time.Unix(0, at).Sub(s.srv.clock.Now()), s.ring)
}

func (s *subscription) ring() {
	s.srv.mu.Lock()
	defer s.srv.mu.Unlock()
	s.alarm = nil
	if s.gone || s.srv.closed {
		return
	}
	s.maintain(s.srv.clock.Now())
	s.schedule()
}

// wakeOne wakes one who waits and has room, if there is anything to take. The
// one woken wakes the next when something is left.
func (s *subscription) wakeOne() {
	if len(s.waiting) == 0 {
		return
	}
	if e, _ := s.next(); e == nil {
		return
	}
	for i, t := range s.waiting {
		if t.full() {
			continue
		}
		s.waiting = slices.Delete(s.waiting, i, i+1)
		t.waiting = false
		t.nudge()
		return
	}
}

// wait puts t in the queue of those who wait.
func (s *subscription) wait(t *taker) {
	if !t.waiting {
		t.waiting = true
		s.waiting = append(s.waiting, t)
		s.srv.note()
	}
}

// waitNoMore takes t out of the queue: one that is busy would sleep through a
// call that another could answer.
func (s *subscription) waitNoMore(t *taker) {
	if t.waiting {
		t.waiting = false
		i := slices.Index(s.waiting, t)
		s.waiting = slices.Delete(s.waiting, i, i+1)
	}
}

// leave takes t out for good; if it was called in vain, another is called.
func (s *subscription) leave(t *taker) {
	s.waitNoMore(t)
	s.wakeOne()
}
