//go:build unix

package main

import (
	"os"
	"syscall"
)

// maxRSS is the peak resident memory of a process in kB, as Linux gives it.
func maxRSS(state *os.ProcessState) float64 {
	usage, ok := state.SysUsage().(*syscall.Rusage)
	if !ok {
		return 0
	}
	return float64(usage.Maxrss)
}
