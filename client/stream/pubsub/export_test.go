package pubsub

import "time"

// SetLostAfter changes how long a connection must be broken before it is said.
func SetLostAfter(d time.Duration) (restore func()) {
	old := lostAfter
	lostAfter = d
	return func() { lostAfter = old }
}

// SetKeepEvery changes how often leases are looked after.
func SetKeepEvery(d time.Duration) (restore func()) {
	old := keepEvery
	keepEvery = d
	return func() { keepEvery = old }
}
