package server

import (
	"sort"
	"sync"
	"time"
)

// Clock tells the time and calls back later. The default is the machine's.
type Clock interface {
	Now() time.Time
	// AfterFunc calls f in a goroutine of its own once d has passed, unless
	// stop is called first.
	AfterFunc(d time.Duration, f func()) (stop func())
}

type machineClock struct{}

func (machineClock) Now() time.Time { return time.Now() }

func (machineClock) AfterFunc(d time.Duration, f func()) func() {
	t := time.AfterFunc(d, f)
	return func() { t.Stop() }
}

// ManualClock is a Clock that stands still until it is moved.
type ManualClock struct {
	mu     sync.Mutex
	now    time.Time
	next   int
	alarms map[int]alarm
}

type alarm struct {
	at   time.Time
	call func()
}

// NewManualClock gives a clock that shows start.
func NewManualClock(start time.Time) *ManualClock {
	return &ManualClock{now: start, alarms: map[int]alarm{}}
}

// Now gives the time the clock shows.
func (c *ManualClock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

// AfterFunc calls f from within the Advance that reaches now+d.
func (c *ManualClock) AfterFunc(d time.Duration, f func()) (stop func()) {
	c.mu.Lock()
	defer c.mu.Unlock()
	id := c.next
	c.next++
	c.alarms[id] = alarm{at: c.now.Add(d), call: f}
	return func() {
		c.mu.Lock()
		defer c.mu.Unlock()
		delete(c.alarms, id)
	}
}

// Advance moves the clock by d and returns when everything that was due by
// then has been called, in order of time.
func (c *ManualClock) Advance(d time.Duration) {
	c.mu.Lock()
	end := c.now.Add(d)
	for {
		id, ok := c.due(end)
		if !ok {
			break
		}
		a := c.alarms[id]
		delete(c.alarms, id)
		if a.at.After(c.now) {
			c.now = a.at
		}
		c.mu.Unlock()
		a.call()
		c.mu.Lock()
	}
	c.now = end
	c.mu.Unlock()
}

// due gives the earliest alarm not after end.
func (c *ManualClock) due(end time.Time) (id int, ok bool) {
	ids := make([]int, 0, len(c.alarms))
	for id, a := range c.alarms {
		if !a.at.After(end) {
			ids = append(ids, id)
		}
	}
	if len(ids) == 0 {
		return 0, false
	}
	sort.Slice(ids, func(i, j int) bool {
		a, b := c.alarms[ids[i]], c.alarms[ids[j]]
		if a.at.Equal(b.at) {
			return ids[i] < ids[j]
		}
		return a.at.Before(b.at)
	})
	return ids[0], true
}
