//go:build unix

package main

import (
	"errors"
	"os/signal"
	"syscall"
)

// ignoreBrokenPipes makes a write to a closed pipe an error instead of the
// program's end, so that a stream can give back what nobody has read.
func ignoreBrokenPipes() { signal.Ignore(syscall.SIGPIPE) }

// isBrokenPipe says whether an error means that nobody reads standard output.
func isBrokenPipe(err error) bool { return errors.Is(err, syscall.EPIPE) }
