// Command pgb reads astronomical alert streams.
package main

import (
	"context"
	"errors"
	"os"
	"os/signal"
	"syscall"

	"github.com/mwvgroup/pgb/cmd/internal/render"
)

func main() { os.Exit(Main()) }

// Main runs the program on the process's arguments and streams, and gives its
// exit code.
func Main() int {
	ignoreBrokenPipes()
	ctx, stop, end := interrupts(context.Background())
	defer end()
	a := &app{
		ctx: ctx, stop: stop, getenv: os.Getenv, stdin: os.Stdin,
		screen: render.NewScreen(os.Stdout, os.Stderr, os.Getenv),
	}
	err := execute(a, os.Args[1:])
	a.screen.Status("")
	if err == nil || isPipe(err) {
		return exitDone
	}
	if cause := context.Cause(ctx); errors.Is(cause, errInterrupted) {
		err = errInterrupted
	}
	return report(a.screen, err)
}

// interrupts listens for Ctrl-C and SIGTERM. The first closes stop: streams
// drain, and everything else ends. The second ends ctx: nothing is waited for.
func interrupts(parent context.Context) (ctx context.Context, stop <-chan struct{}, end func()) {
	ctx, cancel := context.WithCancelCause(parent)
	first := make(chan struct{})
	signals := make(chan os.Signal, 2)
	signal.Notify(signals, os.Interrupt, syscall.SIGTERM)
	go func() {
		for n := 1; ; n++ {
			select {
			case <-signals:
			case <-ctx.Done():
				return
			}
			if n == 1 {
				close(first)
				continue
			}
			cancel(errInterrupted)
			return
		}
	}()
	return ctx, first, func() {
		signal.Stop(signals)
		cancel(nil)
	}
}
