//go:build unix

package screentest_test

import (
	"fmt"
	"image/color"
	"io"
	"os"
	"os/exec"
	"slices"
	"strings"
	"syscall"
	"testing"

	tea "charm.land/bubbletea/v2"

	"github.com/mwvgroup/pgb/tui/screen"
	"github.com/mwvgroup/pgb/tui/screentest"
)

// programEnv makes the test binary a program with a screen of its own.
const programEnv = "PGB_TEST_SCREEN_PROGRAM"

func TestMain(m *testing.M) {
	if os.Getenv(programEnv) != "" {
		if _, err := tea.NewProgram(&echo{}).Run(); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		return
	}
	os.Exit(m.Run())
}

// echo is a program that shows what comes in.
type echo struct {
	width, height int
	last          string
	count         int
	dark          string
}

func (e *echo) Init() tea.Cmd { return tea.RequestBackgroundColor }

func (e *echo) Update(msg tea.Msg) (tea.Model, tea.Cmd) {
	switch msg := msg.(type) {
	case tea.WindowSizeMsg:
		e.width, e.height = msg.Width, msg.Height
	case tea.KeyPressMsg:
		e.count++
		e.last = msg.String()
		switch e.last {
		case "q":
			return e, tea.Quit
		case "ctrl+z":
			return e, tea.Suspend
		}
	case tea.PasteMsg:
		e.last = fmt.Sprintf("pasted %q", msg.Content)
	case tea.MouseClickMsg:
		e.last = fmt.Sprintf("click %d,%d", msg.X, msg.Y)
	case tea.MouseMotionMsg:
		e.last = fmt.Sprintf("drag %d,%d", msg.X, msg.Y)
	case tea.MouseWheelMsg:
		e.count++
		e.last = fmt.Sprintf("wheel %d,%d %v", msg.X, msg.Y, msg.Button)
	case tea.FocusMsg:
		e.last = "focus"
	case tea.BackgroundColorMsg:
		e.dark = fmt.Sprint("dark ", msg.IsDark())
	}
	return e, nil
}

func (e *echo) View() tea.View {
	lines := make([]string, max(e.height, 1))
	lines[0] = fmt.Sprintf("%dx%d %s", e.width, e.height, e.dark)
	if e.height > 2 {
		lines[1] = fmt.Sprintf("%d %s.", e.count, e.last)
		lines[e.height-1] = "the last line"
	}
	v := tea.NewView(strings.Join(lines, "\n"))
	v.AltScreen, v.MouseMode, v.ReportFocus, v.WindowTitle = true, tea.MouseModeCellMotion, true, "echo"
	if e.dark != "" { // asked before, or the answer would be the program's own colour
		v.BackgroundColor = color.Black
	}
	return v
}

// startEcho starts the program and waits for its first frame.
func startEcho(t *testing.T, options ...screentest.Option) *screentest.Terminal {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(self)
	cmd.Env = append(os.Environ(), programEnv+"=1", "GORACE=atexit_sleep_ms=0")
	term := screentest.Start(t, cmd, 40, 6, options...)
	term.WaitFor("the first frame", func(s screentest.Screen) bool { return s.Line(5) == "the last line" && s.Contains("dark") })
	return term
}

func TestKeysArriveAsTheyAreNamed(t *testing.T) {
	keys := []string{
		"a", "Z", "/", "?", "é", "漢", "enter", "tab", "shift+tab", "backspace", "delete", "space", "esc",
		"up", "down", "left", "right", "home", "end", "pgup", "pgdown", "insert", "f1", "f4", "f5", "f12",
		"ctrl+a", "ctrl+c", "ctrl+e", "ctrl+k", "ctrl+u", "ctrl+w", "alt+b", "alt+enter", "alt+left", "ctrl+right", "shift+up", "ctrl+pgdown",
	}
	for name, kind := range map[string]screen.Keyboard{"legacy": screen.Legacy, "kitty": screen.KittyKeys, "modify other": screen.ModifyOther} {
		t.Run(name, func(t *testing.T) {
			term := startEcho(t, screen.Keys(kind))
			for i, key := range keys {
				term.Type(key)
				want := fmt.Sprintf("%d %s.", i+1, key)
				term.WaitFor(want, func(s screentest.Screen) bool { return strings.HasPrefix(s.Line(1), fmt.Sprint(i+1, " ")) })
				if got := term.Screen().Line(1); got != want {
					t.Errorf("%s arrives as %s", key, got)
				}
			}
			term.Type("q")
			term.Wait()
			term.CheckRestored()
		})
	}
}

func TestEscAndTheNextKeyStayTwoKeys(t *testing.T) {
	term := startEcho(t)
	term.Type("esc", "b")
	term.WaitForText("2 b.")
}

func TestTheMouseThePasteAndTheFocusArrive(t *testing.T) {
	term := startEcho(t)
	term.Click(3, 4)
	term.WaitForText("click 3,4.")
	term.Drag(0, 0, 6, 3)
	term.WaitForText("drag 6,3.")
	term.Wheel(2, 1, -2)
	term.WaitForText("2 wheel 2,1 wheelup.")
	term.Wheel(2, 1, 1)
	term.WaitForText("3 wheel 2,1 wheeldown.")
	term.Paste("two\nlines")
	term.WaitForText(`pasted "two\rlines".`)
	if err := term.Focus(true); err != nil {
		t.Error(err)
	}
	term.WaitForText("focus.")
}

func TestAProgramSeesTheSizeTheColoursAndIsSeenWhole(t *testing.T) {
	term := startEcho(t, screen.Light())
	term.Resize(80, 24)
	s := term.WaitFor("the new size", func(s screentest.Screen) bool {
		return s.Line(0) == "80x24 dark false" && s.Line(23) == "the last line"
	})
	if s.Title != "echo" || !s.Alternate || s.Cursor.Visible {
		t.Errorf("the title is %q, alternate screen %v, cursor %v", s.Title, s.Alternate, s.Cursor.Visible)
	}
	if unknown := term.Unknown(); len(unknown) > 0 {
		t.Errorf("not understood: %s", unknown)
	}
}

func TestAProgramThatIsSuspendedLeavesTheTerminalAlone(t *testing.T) {
	term := startEcho(t, screen.Shell())
	term.Type("ctrl+z")
	term.WaitForText("[suspended]")
	term.CheckRestored()
	term.Type("enter")
	term.WaitForText("the last line")
	term.Type("x")
	term.WaitForText("2 x.")
	term.Type("q")
	if code := term.Wait(); code != 0 {
		t.Errorf("ended with %d", code)
	}
	term.CheckRestored()
	if left := term.Leftovers(); !slices.Equal(left, []string{"[suspended]"}) {
		t.Errorf("left on the screen: %q", left)
	}
}

func TestAProgramThatIsKilledIsFoundOut(t *testing.T) {
	term := startEcho(t)
	term.Signal(syscall.SIGKILL)
	if code := term.Wait(); code != 128+9 {
		t.Errorf("ended with %d", code)
	}
	err := term.Restored()
	for _, want := range []string{"alternate screen", "cursor is hidden", "mouse is reported", "mode 2004", "colour 11", "stty"} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q is not found in %v", want, err)
		}
	}
}

func TestAProgramInTheSameProcessNeedsNoPseudoTerminal(t *testing.T) {
	term := screentest.NewScreen(40, 6)
	p := tea.NewProgram(&echo{}, tea.WithInput(io.Reader(term)), tea.WithOutput(term), tea.WithWindowSize(40, 6),
		tea.WithEnvironment([]string{"TERM=xterm-256color", "COLORTERM=truecolor"}), tea.WithoutSignals())
	done := make(chan error, 1)
	go func() {
		_, err := p.Run()
		done <- err
	}()
	for _, step := range []struct{ key, want string }{{"x", "1 x."}, {"up", "2 up."}} {
		term.Type(step.key)
		if s, err := term.WaitFor(screentest.Patience, func(s screentest.Screen) bool { return s.Contains(step.want) }); err != nil {
			t.Fatalf("%v\n%s", err, s.Frame())
		}
	}
	term.Type("q")
	if err := term.Close(); err != nil {
		t.Error(err)
	}
	if err := <-done; err != nil {
		t.Error(err)
	}
	if err := term.Restored(); err != nil {
		t.Error(err)
	}
}
