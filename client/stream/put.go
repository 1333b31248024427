package stream

import (
	"context"
	"time"

	"github.com/mwvgroup/pgb/client/alert"
)

// putter calls a sink in a goroutine of its own, so that the next batch is made
// while one is written. There is one call at a time.
type putter struct {
	sink    Sink
	calls   chan func() error // closed to end it
	results chan error        // one for each call; never blocks
	ended   chan struct{}
	ctx     context.Context // of the run
}

func startPutter(ctx context.Context, sink Sink) *putter {
	p := &putter{sink: sink, calls: make(chan func() error, 1), results: make(chan error, 1), ended: make(chan struct{}), ctx: ctx}
	go func() {
		defer close(p.ended)
		for call := range p.calls {
			p.results <- call()
		}
	}()
	return p
}

// put gives a batch to the sink.
func (p *putter) put(messages []*alert.Message) {
	p.calls <- func() error { return p.sink.Put(p.ctx, messages) }
}

// settle has the sink settle what it holds.
func (p *putter) settle(held Held) {
	p.calls <- func() error { return held.Settle(p.ctx) }
}

// stop ends the goroutine. It waits for it unless the sink is stuck.
func (p *putter) stop(wait bool) {
	close(p.calls)
	if wait {
		<-p.ended
	}
}

// clocks are the times at which something is due. A channel that is nil never
// fires.
type clocks struct {
	over, idle, observe, due <-chan time.Time

	overTimer, idleTimer *time.Timer
	dueTimer             *time.Timer
	dueAt                time.Time
	ticker               *time.Ticker
	idleFor              time.Duration
}

func startClocks(config Config) *clocks {
	c := &clocks{idleFor: config.Idle}
	if config.For > 0 {
		c.overTimer = time.NewTimer(config.For)
		c.over = c.overTimer.C
	}
	if config.Idle > 0 {
		c.idleTimer = time.NewTimer(config.Idle)
		c.idle = c.idleTimer.C
	}
	if config.Observe != nil {
		c.ticker = time.NewTicker(config.ObserveEvery)
		c.observe = c.ticker.C
	}
	return c
}

// busy notes that a message came.
func (c *clocks) busy() {
	if c.idleTimer != nil {
		c.idleTimer.Reset(c.idleFor)
	}
}

// settleAt notes when the sink is to be told to settle; zero is never.
func (c *clocks) settleAt(due time.Time) {
	if due.Equal(c.dueAt) {
		return
	}
	c.dueAt = due
	if c.dueTimer != nil {
		c.dueTimer.Stop()
		c.dueTimer, c.due = nil, nil
	}
	if !due.IsZero() {
		c.dueTimer = time.NewTimer(time.Until(due))
		c.due = c.dueTimer.C
	}
}

// isDue says whether that time has come.
func (c *clocks) isDue() bool { return !c.dueAt.IsZero() && time.Until(c.dueAt) <= 0 }

func (c *clocks) stop() {
	if c.overTimer != nil {
		c.overTimer.Stop()
	}
	if c.idleTimer != nil {
		c.idleTimer.Stop()
	}
	if c.dueTimer != nil {
		c.dueTimer.Stop()
	}
	if c.ticker != nil {
		c.ticker.Stop()
	}
}
