//go:build unix

package cutout

import (
	"bytes"
	"io"
	"os"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/charmbracelet/x/ansi"
	"github.com/creack/pty"
)

// written is what was written to a terminal.
type written struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (w *written) Write(p []byte) (int, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.text.Write(p)
}

// see waits until something was written, and gives everything.
func (w *written) see(t *testing.T, what string) string {
	t.Helper()
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	late := time.After(10 * time.Second)
	for {
		w.mu.Lock()
		all := w.text.String()
		w.mu.Unlock()
		if strings.Contains(all, what) {
			return all
		}
		select {
		case <-late:
			t.Fatalf("%q was not written, only %d bytes", what, len(all))
		case <-tick.C:
		}
	}
}

func TestImagesOnTheWholeScreenFollowItsSize(t *testing.T) {
	for _, graphics := range []Graphics{None, Kitty, Sixel} {
		control, terminal, err := pty.Open()
		if err != nil {
			t.Fatal(err)
		}
		defer control.Close()
		defer terminal.Close()
		if err := pty.Setsize(control, &pty.Winsize{Rows: 20, Cols: 60}); err != nil {
			t.Fatal(err)
		}
		out := &written{}
		go func() { _, _ = io.Copy(out, control) }()
		s := Showing{Stamps: drawn(t), Screen: Screen{Graphics: graphics}}
		s.SetStdin(terminal)
		s.SetStdout(terminal)
		done := make(chan error, 1)
		go func() { done <- s.Run() }()
		out.see(t, ansi.CursorPosition(1, 20))
		out.see(t, "any key returns")
		if err := pty.Setsize(control, &pty.Winsize{Rows: 33, Cols: 90}); err != nil {
			t.Fatal(err)
		}
		if err := syscall.Kill(os.Getpid(), syscall.SIGWINCH); err != nil {
			t.Fatal(err)
		}
		out.see(t, ansi.CursorPosition(1, 33))
		if _, err := control.WriteString("x"); err != nil {
			t.Fatal(err)
		}
		if err := <-done; err != nil {
			t.Error(err)
		}
		out.see(t, ansi.ResetModeAltScreenSaveCursor)
		if s.Screen.Width != 90 {
			t.Errorf("drawn on %d cells", s.Screen.Width)
		}
	}
}
