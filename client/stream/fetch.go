package stream

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/mwvgroup/pgb/client/alert"
)

// fetcher reads a source in a goroutine of its own, one batch ahead.
type fetcher struct {
	source  Source
	batches chan []*alert.Message // closed when there will be no more
	cancel  context.CancelFunc
	ended   chan struct{}

	// What is known once ended is closed.
	err      error // why there are no more; nil at the end of the input
	returned int64 // messages given back because nobody took them
}

func fetch(ctx context.Context, source Source) *fetcher {
	ctx, cancel := context.WithCancel(ctx)
	f := &fetcher{
		source:  source,
		batches: make(chan []*alert.Message),
		cancel:  cancel,
		ended:   make(chan struct{}),
	}
	go f.run(ctx)
	return f
}

func (f *fetcher) run(ctx context.Context) {
	defer close(f.ended)
	defer close(f.batches)
	for {
		messages, err := f.source.Next(ctx)
		if err != nil {
			if !errors.Is(err, io.EOF) && ctx.Err() == nil {
				f.err = err
			}
			return
		}
		select {
		case f.batches <- messages:
		case <-ctx.Done():
			f.returned += int64(len(messages))
			f.err = f.source.Return(messages)
			return
		}
	}
}

// close stops reading, gives back what nobody took, and closes the source, also
// when ctx has ended. wait bounds it.
func (f *fetcher) close(ctx context.Context, wait time.Duration) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), wait)
	defer cancel()
	f.cancel()
	var err error
	select {
	case <-f.ended:
	case <-ctx.Done():
		err = fmt.Errorf("the source does not stop reading: %w", ctx.Err())
	}
	return errors.Join(err, f.source.Close(ctx))
}

// failure gives what the source failed with, once it has ended.
func (f *fetcher) failure() error {
	if f.hasEnded() && f.err != nil {
		return fmt.Errorf("read: %w", f.err)
	}
	return nil
}

// givenBack says how many messages nobody took.
func (f *fetcher) givenBack() int64 {
	if f.hasEnded() {
		return f.returned
	}
	return 0
}

func (f *fetcher) hasEnded() bool {
	select {
	case <-f.ended:
		return true
	default:
		return false
	}
}
