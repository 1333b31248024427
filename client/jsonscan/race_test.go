//go:build race

package jsonscan_test

func init() { isRace = true }
