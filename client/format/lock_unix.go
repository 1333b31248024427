//go:build darwin || dragonfly || freebsd || linux || netbsd || openbsd

package format

import (
	"os"
	"syscall"
)

// lockAlone says whether no other process writes to a file. File systems
// without locks do not tell.
func lockAlone(file *os.File) bool {
	return syscall.Flock(int(file.Fd()), syscall.LOCK_EX|syscall.LOCK_NB) != syscall.EWOULDBLOCK
}

// lockShared tells other processes that the file is written to, until it is
// closed.
func lockShared(file *os.File) error {
	for {
		err := syscall.Flock(int(file.Fd()), syscall.LOCK_SH)
		if err != syscall.EINTR {
			return nil
		}
	}
}
