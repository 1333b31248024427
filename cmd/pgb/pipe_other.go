//go:build !unix

package main

import (
	"errors"
	"os"
	"syscall"
)

// ignoreBrokenPipes has nothing to do: a write to a closed pipe is an error.
func ignoreBrokenPipes() {}

// isBrokenPipe says whether an error means that nobody reads standard output.
func isBrokenPipe(err error) bool {
	return errors.Is(err, syscall.Errno(109)) || errors.Is(err, syscall.Errno(232)) // ERROR_BROKEN_PIPE, ERROR_NO_DATA
}

// whenUnread has no way to know: the next write tells.
func whenUnread(*os.File, func()) {}
