//go:build !unix

package screen

import (
	"errors"
	"os/exec"
	"syscall"
	"time"
)

// Process is a command that runs on a terminal of its own: not on this system.
type Process struct{ *Terminal }

// Start fails: this system has no pseudo-terminals.
func Start(*exec.Cmd, int, int, ...Option) (*Process, error) { return nil, errors.ErrUnsupported }

// Resize fails.
func (*Process) Resize(int, int) error { return errors.ErrUnsupported }

// PID is 0.
func (*Process) PID() int { return 0 }

// Signal fails.
func (*Process) Signal(syscall.Signal) error { return errors.ErrUnsupported }

// Wait fails.
func (*Process) Wait(time.Duration) (int, error) { return 0, errors.ErrUnsupported }

// Ended is true.
func (*Process) Ended() bool { return true }

// End does nothing.
func (*Process) End() {}
