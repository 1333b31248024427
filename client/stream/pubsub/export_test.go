package pubsub

import "time"

// SetLostAfter changes how long a connection must be broken before it is said.
func SetLostAfter(d time.Duration) (restore func()) {
	old := lostAfter
	lostAfter = d
	return func() { lostAfter = old }
}
