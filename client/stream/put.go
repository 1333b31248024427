package stream

import (
	"context"
	"time"

	"github.com/mwvgroup/pgb/client/alert"
)

// putter calls a sink in a goroutine of its own, so that the next batch is made
// while one is written. There is one batch with it at most.
type putter struct {
	batches chan []*alert.Message // closed to end it
	results chan error            // one for each batch; never blocks
	ended   chan struct{}
}

func startPutter(ctx context.Context, sink Sink) *putter {
	p := &putter{batches: make(chan []*alert.Message, 1), results: make(chan error, 1), ended: make(chan struct{})}
	go func() {
		defer close(p.ended)
		for messages := range p.batches {
			p.results <- sink.Put(ctx, messages)
		}
	}()
	return p
}

// stop ends the goroutine. It waits for it unless the sink is stuck.
func (p *putter) stop(wait bool) {
	close(p.batches)
	if wait {
		<-p.ended
	}
}

// clocks are the times at which something is due. A channel that is nil never
// fires.
type clocks struct {
	over, idle, observe <-chan time.Time

	overTimer, idleTimer *time.Timer
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

func (c *clocks) stop() {
	if c.overTimer != nil {
		c.overTimer.Stop()
	}
	if c.idleTimer != nil {
		c.idleTimer.Stop()
	}
	if c.ticker != nil {
		c.ticker.Stop()
	}
}
