package tui

import (
	"testing"

	"go.uber.org/goleak"
)

// TestMain sees that nothing goes on once the viewer is gone, but for the reader
// of the terminal: it waits for ever with a key that came after the last one
// that was wanted.
func TestMain(m *testing.M) {
	goleak.VerifyTestMain(m, goleak.IgnoreAnyFunction("github.com/charmbracelet/ultraviolet.(*TerminalReader).sendEvents"))
}
