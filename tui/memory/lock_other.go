//go:build !(linux || darwin || freebsd || netbsd || openbsd || dragonfly || windows)

package memory

// lock does nothing where there are no locks: at worst a change made in the same
// moment by another viewer is lost.
func lock(string) (unlock func()) { return func() {} }
