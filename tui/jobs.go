package tui

import (
	"context"
	"fmt"
	"runtime/debug"
	"time"

	tea "charm.land/bubbletea/v2"
)

// The viewer's own messages that belong to no part of it.
type (
	// tickMsg says that something may have changed by itself.
	tickMsg struct{}
	// leaveMsg asks to leave.
	leaveMsg struct{}
	// goneMsg says that nothing is left to end, and what failed at the end.
	goneMsg struct{ err error }
	// failedMsg says that something failed in the background.
	failedMsg struct {
		what string
		err  error
	}
	// newestMsg brings something that no longer counts once its context has ended.
	newestMsg struct {
		ctx context.Context
		msg tea.Msg
	}
	// crashMsg says that work in the background broke.
	crashMsg struct{ err error }
)

// Between two looks at what came in lies at least shortest, so that many alerts
// are drawn at once, and at most longest, so that rates and ages stay true.
const (
	shortest = 40 * time.Millisecond
	longest  = time.Second
	// stale is how old a frame may be: rates and ages change by themselves.
	stale = 900 * time.Millisecond
)

// beat asks for a look at what came in: soon after the bell rings, else once a
// second.
func (v *viewer) beat() {
	slow := time.NewTicker(longest)
	defer slow.Stop()
	rest := time.NewTimer(0)
	defer rest.Stop()
	for {
		select {
		case <-v.ctx.Done():
			return
		case <-v.bell:
		case <-slow.C:
		}
		v.post(tickMsg{})
		rest.Reset(shortest)
		select {
		case <-v.ctx.Done():
			return
		case <-rest.C:
		}
	}
}

// ring asks for a look soon. It never waits, and may be called by anybody.
func (v *viewer) ring() {
	select {
	case v.bell <- struct{}{}:
	default:
	}
}

// work does something away from the event loop and brings its result there; nil
// is none. Only the event loop calls it, so that nothing is begun once the
// viewer waits for its end.
func (v *viewer) work(ctx context.Context, do func(ctx context.Context) tea.Msg) {
	v.background(func() {
		if msg := do(ctx); msg != nil {
			v.post(msg)
		}
	})
}

// newest does something of which only the newest counts: what was going on before
// is given up, and a result that was on its way when it was given up never
// arrives.
func (v *viewer) newest(p *pending, do func(ctx context.Context) tea.Msg) {
	ctx := p.start(v.ctx)
	v.work(ctx, func(ctx context.Context) tea.Msg { return newestMsg{ctx, do(ctx)} })
}

// lasts does something that leaving waits for.
func (v *viewer) lasts(do func() tea.Msg) {
	v.lasting.Add(1)
	v.work(v.ctx, func(context.Context) tea.Msg {
		defer v.lasting.Done()
		return do()
	})
}

// background does something away from the event loop. Where it breaks the viewer
// ends, with the terminal as it was.
func (v *viewer) background(do func()) {
	v.jobs.Add(1)
	go func() {
		defer v.jobs.Done()
		defer func() {
			if r := recover(); r != nil {
				v.post(crashMsg{fmt.Errorf("%v\n%s", r, debug.Stack())})
			}
		}()
		do()
	}()
}

// after brings a message some time later, unless ctx ends before.
func (v *viewer) after(ctx context.Context, d time.Duration, msg tea.Msg) {
	v.work(ctx, func(ctx context.Context) tea.Msg {
		if !pause(ctx, d) {
			return nil
		}
		return msg
	})
}
