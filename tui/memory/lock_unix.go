//go:build linux || darwin || freebsd || netbsd || openbsd || dragonfly

package memory

import (
	"os"
	"syscall"
)

// lock waits until no other viewer saves. The system takes the lock back when a
// process ends. Without a lock, on file systems that have none, saving goes on:
// at worst a change made in the same moment is lost.
func lock(path string) (unlock func()) {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return func() {}
	}
	for {
		if err = syscall.Flock(int(f.Fd()), syscall.LOCK_EX); err != syscall.EINTR {
			break
		}
	}
	return func() { f.Close() }
}
