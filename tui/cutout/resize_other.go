//go:build !unix

package cutout

import "time"

// between is how often the terminal is asked for its size where it does not tell
// of a change.
const between = 250 * time.Millisecond

// resizes tells when the terminal may have another size, until it is stopped.
func resizes() (resized <-chan time.Time, stop func()) {
	ticker := time.NewTicker(between)
	return ticker.C, ticker.Stop
}
