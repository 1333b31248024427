package tui

import (
	"context"
	"strconv"
	"time"
)

// pending is something that goes on in the background and of which only the
// newest counts.
type pending struct{ cancel context.CancelFunc }

// start ends what was going on, and gives the context of what begins.
func (p *pending) start(ctx context.Context) context.Context {
	p.stop()
	ctx, p.cancel = context.WithCancel(ctx)
	return ctx
}

// stop ends it.
func (p *pending) stop() {
	if p.cancel != nil {
		p.cancel()
		p.cancel = nil
	}
}

// going says whether it goes on.
func (p *pending) going() bool { return p.cancel != nil }

// pause waits; it is false when ctx ends before.
func pause(ctx context.Context, d time.Duration) bool {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return false
	case <-timer.C:
		return true
	}
}

// countOf writes a count of something: 1 alert, 12,345 alerts.
func countOf(n int64, of string) string {
	if n == 1 {
		return "1 " + of
	}
	return number(n) + " " + of + "s"
}

// number writes a count with commas: 12,345.
func number(n int64) string {
	text := strconv.FormatInt(n, 10)
	for i := len(text) - 3; i > 0 && text[i-1] != '-'; i -= 3 {
		text = text[:i] + "," + text[i:]
	}
	return text
}
