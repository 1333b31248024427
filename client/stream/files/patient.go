package files

import (
	"context"
	"io"
	"sync/atomic"
	"time"
)

// patient reads from what may keep a reader waiting without end: standard
// input, a pipe. Its Read gives up when its context ends, while the read below
// goes on in a goroutine until it can be interrupted.
type patient struct {
	ctx   context.Context
	ask   chan struct{}
	got   chan chunk
	ended chan struct{}
	// yields says that the read below ends soon after the context.
	yields atomic.Bool

	left []byte
	err  error
}

// chunk is what one read gave.
type chunk struct {
	bytes []byte
	err   error
}

// startPatient opens and reads in a goroutine of its own: opening a pipe may
// wait too.
func startPatient(ctx context.Context, open func() (io.Reader, error)) *patient {
	p := &patient{ctx: ctx, ask: make(chan struct{}), got: make(chan chunk), ended: make(chan struct{})}
	go p.run(open)
	return p
}

func (p *patient) run(open func() (io.Reader, error)) {
	defer close(p.ended)
	from, err := open()
	if err != nil {
		p.give(chunk{err: err})
		return
	}
	if closer, ok := from.(ownFile); ok {
		p.yields.Store(true)
		stop := context.AfterFunc(p.ctx, func() { closer.Close() })
		defer func() {
			if stop() {
				closer.Close()
			}
		}()
	} else if timed, ok := from.(interface{ SetReadDeadline(time.Time) error }); ok && timed.SetReadDeadline(time.Time{}) == nil {
		p.yields.Store(true)
		interrupted := make(chan struct{})
		stop := context.AfterFunc(p.ctx, func() {
			_ = timed.SetReadDeadline(time.Unix(1, 0))
			close(interrupted)
		})
		defer func() {
			if !stop() {
				<-interrupted
				_ = timed.SetReadDeadline(time.Time{})
			}
		}()
	}
	buffer := make([]byte, 1<<16)
	for {
		select {
		case <-p.ask:
		case <-p.ctx.Done():
			return
		}
		n, err := from.Read(buffer)
		if !p.give(chunk{buffer[:n], err}) || err != nil {
			return
		}
	}
}

func (p *patient) give(c chunk) bool {
	select {
	case p.got <- c:
		return true
	case <-p.ctx.Done():
		return false
	}
}

// Read gives what comes, or the context's error.
func (p *patient) Read(into []byte) (int, error) {
	for len(p.left) == 0 {
		if p.err != nil {
			return 0, p.err
		}
		// The chunk in hand is used up, so that its buffer may be read into.
		select {
		case p.ask <- struct{}{}:
		case c := <-p.got:
			p.left, p.err = c.bytes, c.err
			continue
		case <-p.ctx.Done():
			return 0, p.ctx.Err()
		}
		select {
		case c := <-p.got:
			p.left, p.err = c.bytes, c.err
		case <-p.ctx.Done():
			return 0, p.ctx.Err()
		}
	}
	n := copy(into, p.left)
	p.left = p.left[n:]
	return n, nil
}

// ownFile is a file that was opened here and is closed here.
type ownFile struct{ io.ReadCloser }
