//go:build race

package screentest

// patience is longer where everything is slower.
const patience = 60
