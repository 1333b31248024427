//go:build unix

package pubsub

import (
	"errors"
	"syscall"
)

// processRuns says whether there is a process with that id.
func processRuns(pid int) bool {
	err := syscall.Kill(pid, 0)
	return err == nil || errors.Is(err, syscall.EPERM)
}
