//go:build !race

package screentest

// patience in seconds.
const patience = 30
