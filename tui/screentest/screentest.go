// Package screentest runs programs on a terminal without a window, for tests:
// keys are typed, and what is seen is waited for and looked at.
//
//	term := screentest.Start(t, exec.Command("pgb", "tui"), 80, 24)
//	term.Type("/")
//	term.WaitFor("the filter", func(s screentest.Screen) bool { return s.Contains("where") })
//	term.Type("esc", "q")
//	if code := term.Wait(); code != 0 { ... }
//	term.CheckRestored()
package screentest

import (
	"errors"
	"os/exec"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/mwvgroup/pgb/tui/screen"
)

// Screen is what a terminal shows; Cell is one place of it.
type (
	Screen = screen.Screen
	Cell   = screen.Cell
	Option = screen.Option
)

// NewScreen makes a terminal for a program that runs in the test: its output
// is written to it, and its input is read from it.
func NewScreen(width, height int, options ...Option) *screen.Terminal {
	return screen.NewTerminal(width, height, options...)
}

// Terminal is a terminal with a program on it. What goes wrong fails the test.
type Terminal struct {
	*screen.Process
	t testing.TB
}

// Start runs a command on a pseudo-terminal. It is killed when the test ends.
// On systems without pseudo-terminals the test is skipped.
func Start(t testing.TB, cmd *exec.Cmd, width, height int, options ...Option) *Terminal {
	t.Helper()
	p, err := screen.Start(cmd, width, height, options...)
	if errors.Is(err, errors.ErrUnsupported) {
		t.Skip("no pseudo-terminals here")
	}
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(p.End)
	return &Terminal{Process: p, t: t}
}

// must fails the test with the screen.
func (t *Terminal) must(err error, what string) {
	t.t.Helper()
	if err != nil {
		t.t.Fatalf("%s: %v\n%s", what, err, t.describe())
	}
}

func (t *Terminal) describe() string {
	s := t.Screen()
	text := s.Frame()
	if unknown := t.Unknown(); len(unknown) > 0 {
		text += "not understood: " + strings.Join(unknown, ", ") + "\n"
	}
	if left := t.Leftovers(); s.Alternate && len(left) > 0 {
		text += "on the main screen:\n" + strings.Join(left, "\n") + "\n"
	}
	return text
}

// Resize gives the terminal another size.
func (t *Terminal) Resize(width, height int) {
	t.t.Helper()
	t.must(t.Process.Resize(width, height), "resize")
}

// Click clicks on a cell. It fails where the program has not asked for the
// mouse, as the other two do.
func (t *Terminal) Click(x, y int) {
	t.t.Helper()
	t.must(t.Process.Click(x, y), "click")
}

// Drag moves the mouse with the left button held.
func (t *Terminal) Drag(fromX, fromY, toX, toY int) {
	t.t.Helper()
	t.must(t.Process.Drag(fromX, fromY, toX, toY), "drag")
}

// Wheel turns the wheel n notches down, or up where n is negative.
func (t *Terminal) Wheel(x, y, n int) {
	t.t.Helper()
	t.must(t.Process.Wheel(x, y, n), "wheel")
}

// Signal sends a signal to the program.
func (t *Terminal) Signal(s syscall.Signal) {
	t.t.Helper()
	t.must(t.Process.Signal(s), "signal")
}

// WaitFor waits until what is seen fulfils a condition, at most [Patience], and
// gives it. what says what that is, for the message where it does not come.
func (t *Terminal) WaitFor(what string, cond func(Screen) bool) Screen {
	t.t.Helper()
	s, err := t.Process.WaitFor(Patience, cond)
	if err != nil {
		t.t.Fatalf("waited for %s: %v\n%s", what, err, t.describe())
	}
	return s
}

// WaitForText waits until a line contains a text.
func (t *Terminal) WaitForText(text string) Screen {
	t.t.Helper()
	return t.WaitFor("the text "+text, func(s Screen) bool { return s.Contains(text) })
}

// Wait waits for the end and gives the exit code.
func (t *Terminal) Wait() int {
	t.t.Helper()
	code, err := t.Process.Wait(Patience)
	t.must(err, "wait for the end")
	return code
}

// CheckRestored fails the test where the program did not leave the terminal as
// it found it, or used sequences that it does not have.
func (t *Terminal) CheckRestored() {
	t.t.Helper()
	if err := t.Restored(); err != nil {
		t.t.Errorf("the terminal is not as it was: %v\n%s", err, t.describe())
	}
	if unknown := t.Unknown(); len(unknown) > 0 {
		t.t.Errorf("the terminal did not understand %s", strings.Join(unknown, ", "))
	}
}

// Patience bounds the wait for something that must happen.
const Patience = patience * time.Second
