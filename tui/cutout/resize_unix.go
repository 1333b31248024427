//go:build unix

package cutout

import (
	"os"
	"os/signal"
	"syscall"
)

// resizes tells when the terminal may have another size, until it is stopped.
func resizes() (resized <-chan os.Signal, stop func()) {
	signals := make(chan os.Signal, 1)
	signal.Notify(signals, syscall.SIGWINCH)
	return signals, func() { signal.Stop(signals) }
}
