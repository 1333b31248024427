//go:build !unix

package pubsub

import "os"

// processRuns says whether there is a process with that id.
func processRuns(pid int) bool {
	process, err := os.FindProcess(pid)
	if err != nil {
		return false
	}
	return process.Release() == nil
}
