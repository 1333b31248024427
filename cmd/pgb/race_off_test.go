//go:build !race

package main

// raceEnabled says that memory is counted several times.
const raceEnabled = false
