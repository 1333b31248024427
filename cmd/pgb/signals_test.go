package main

import (
	"context"
	"os"
	"syscall"
	"testing"
	"testing/synctest"
	"time"
)

// TestOnlyACtrlCApartFromTheFirstSignalAborts runs on a clock that stands still
// until everybody waits.
func TestOnlyACtrlCApartFromTheFirstSignalAborts(t *testing.T) {
	for _, begin := range []os.Signal{os.Interrupt, syscall.SIGTERM} {
		synctest.Test(t, func(t *testing.T) {
			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()
			drained, aborted := 0, 0
			signals := make(chan os.Signal)
			go heed(ctx, signals, func() { drained++ }, func() { aborted++ })
			send := func(s os.Signal, wait time.Duration) {
				time.Sleep(wait)
				signals <- s
				synctest.Wait()
			}
			send(begin, 0)
			for range 3 { // timeout(1): the process, then its group
				send(begin, 20*time.Millisecond)
			}
			send(os.Interrupt, apart-61*time.Millisecond)
			send(syscall.SIGTERM, time.Minute)
			if drained != 1 || aborted != 0 {
				t.Errorf("%v: drained %d times, aborted %d times before a Ctrl-C apart", begin, drained, aborted)
			}
			send(os.Interrupt, 0)
			if drained != 1 || aborted != 1 {
				t.Errorf("%v: drained %d times, aborted %d times after it", begin, drained, aborted)
			}
		})
	}
}
