//go:build unix

package main

import (
	"errors"
	"os"
	"os/signal"
	"syscall"

	"golang.org/x/sys/unix"
)

// ignoreBrokenPipes makes a write to a closed pipe an error instead of the
// program's end, so that a stream can give back what nobody has read.
func ignoreBrokenPipes() { signal.Ignore(syscall.SIGPIPE) }

// isBrokenPipe says whether an error means that nobody reads standard output.
func isBrokenPipe(err error) bool { return errors.Is(err, syscall.EPIPE) }

// whenUnread calls gone once nobody reads a pipe any more, which a stream that
// has nothing to write would not notice. It watches until the program ends.
func whenUnread(out *os.File, gone func()) {
	if info, err := out.Stat(); err != nil || info.Mode()&os.ModeNamedPipe == 0 {
		return
	}
	fds := []unix.PollFd{{Fd: int32(out.Fd())}}
	go func() {
		for {
			_, err := unix.Poll(fds, -1)
			switch {
			case errors.Is(err, unix.EINTR):
			case err != nil:
				return
			case fds[0].Revents&(unix.POLLERR|unix.POLLHUP) != 0:
				gone()
				return
			}
		}
	}()
}
