// Command pgb reads astronomical alert streams.
package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"syscall"
	"time"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

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
	ended := make(chan error, 1)
	go func() { ended <- execute(a, os.Args[1:]) }()
	var err error
	select {
	case err = <-ended:
	case <-overdue(ctx):
		// Whatever does not end may hold the screen: a pipe that nobody reads.
		fmt.Fprintln(os.Stderr, "pgb: "+a.interrupted().Error())
		return exitInterrupted
	}
	a.screen.Status("")
	if err == nil || isPipe(err) {
		return exitDone
	}
	if cause := context.Cause(ctx); errors.Is(cause, errInterrupted) {
		err = a.interrupted()
	} else if canceled(err) && stopped(stop) {
		err = errStopped
	}
	return report(a.screen, err)
}

// interrupted is the error of a second Ctrl-C: only what a stream delivered comes
// again.
func (a *app) interrupted() error {
	if a.streams.Load() {
		return errRedelivered
	}
	return errInterrupted
}

// canceled says whether a command did not come to its end because it was told
// to stop.
func canceled(err error) bool {
	return errors.Is(err, context.Canceled) || status.Code(err) == codes.Canceled
}

func stopped(stop <-chan struct{}) bool {
	select {
	case <-stop:
		return true
	default:
		return false
	}
}

// grace is how long a command may take to end after the second Ctrl-C.
const grace = time.Second

// overdue tells when a command should have ended after ctx has.
func overdue(ctx context.Context) <-chan struct{} {
	late := make(chan struct{})
	context.AfterFunc(ctx, func() { time.AfterFunc(grace, func() { close(late) }) })
	return late
}

// apart is how long after the first signal a Ctrl-C is one of its own: timeout(1)
// and some shells signal the process and then its group, a moment later.
const apart = 300 * time.Millisecond

// interrupts listens for Ctrl-C, SIGTERM and the terminal's end (SIGHUP, unless
// nohup(1) has it ignored). The first closes stop: streams drain, and everything
// else ends. A Ctrl-C after that ends ctx: nothing is waited for. Another SIGTERM
// is only the same wish again.
func interrupts(parent context.Context) (ctx context.Context, stop <-chan struct{}, end func()) {
	ctx, cancel := context.WithCancelCause(parent)
	first := make(chan struct{})
	signals := make(chan os.Signal, 2)
	signal.Notify(signals, os.Interrupt, syscall.SIGTERM)
	if !signal.Ignored(syscall.SIGHUP) {
		signal.Notify(signals, syscall.SIGHUP)
	}
	go heed(ctx, signals, func() { close(first) }, func() { cancel(errInterrupted) })
	return ctx, first, func() {
		signal.Stop(signals)
		cancel(nil)
	}
}

// heed calls drain at the first signal and abort at a Ctrl-C that comes apart
// from it, and ends then or with ctx.
func heed(ctx context.Context, signals <-chan os.Signal, drain, abort func()) {
	var since time.Time // of the first signal
	for {
		select {
		case got := <-signals:
			switch {
			case since.IsZero():
				since = time.Now()
				drain()
			case got == os.Interrupt && time.Since(since) >= apart:
				abort()
				return
			}
		case <-ctx.Done():
			return
		}
	}
}
