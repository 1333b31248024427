//go:build unix

package screentest_test

import (
	"os/exec"
	"strings"
	"syscall"
	"testing"

	"github.com/mwvgroup/pgb/tui/screen"
	"github.com/mwvgroup/pgb/tui/screentest"
)

func TestACommandIsSeenTypedIntoAndEnds(t *testing.T) {
	term := screentest.Start(t, exec.Command("sh", "-c", `stty size; read line; echo "<$line>"; exit 3`), 40, 5)
	term.WaitForText("5 40")
	term.Type("hello", "enter")
	s := term.WaitForText("<hello>")
	if got, want := strings.Join(s.Lines(), "|"), "5 40|hello|<hello>||"; got != want {
		t.Errorf("shown: %s, not %s", got, want)
	}
	if code := term.Wait(); code != 3 {
		t.Errorf("ended with %d", code)
	}
	term.CheckRestored()
}

func TestASizeThatChangesIsToldToTheCommand(t *testing.T) {
	term := screentest.Start(t, exec.Command("sh", "-c", `trap 'stty size' WINCH; echo ready; while :; do read line && exit; done`), 40, 5)
	term.WaitForText("ready")
	term.Resize(60, 12)
	term.WaitForText("12 60")
}

func TestASignalEndsACommand(t *testing.T) {
	term := screentest.Start(t, exec.Command("sh", "-c", `echo ready; read line`), 40, 5)
	term.WaitForText("ready")
	term.Signal(syscall.SIGTERM)
	if code := term.Wait(); code != 128+15 {
		t.Errorf("ended with %d", code)
	}
}

func TestWhatACommandLeavesBehindIsFound(t *testing.T) {
	for name, test := range map[string]struct{ does, says string }{
		"alternate screen": {`printf '\033[?1049h'`, "alternate screen"},
		"cursor":           {`printf '\033[?25l'`, "cursor is hidden"},
		"mouse":            {`printf '\033[?1002h\033[?1006h'`, "mouse is reported"},
		"paste":            {`printf '\033[?2004h'`, "mode 2004"},
		"style":            {`printf '\033[1;31m'`, "own style"},
		"margins":          {`printf '\033[2;4r'`, "only some lines scroll"},
		"keys":             {`printf '\033[>1u'`, "Kitty"},
		"settings":         {`stty -echo`, "stty"},
	} {
		t.Run(name, func(t *testing.T) {
			term := screentest.Start(t, exec.Command("sh", "-c", test.does), 40, 5)
			term.Wait()
			if err := term.Restored(); err == nil || !strings.Contains(err.Error(), test.says) {
				t.Errorf("found %v, not that %s", err, test.says)
			}
		})
	}
}

func TestACommandCanBeSuspendedInAShell(t *testing.T) {
	term := screentest.Start(t, exec.Command("sh", "-c", `printf '\033[?25l'; echo first; read line; echo second; read line; printf '\033[?25h'; exit 7`), 40, 12, screen.Shell())
	term.WaitForText("first")
	term.Type("ctrl+z")
	term.WaitForText("[suspended]")
	if err := term.Restored(); err == nil {
		t.Error("a cursor that stays hidden is not found")
	}
	term.Type("enter")
	term.Type("on", "enter")
	term.WaitForText("second")
	term.Type("enter")
	if code := term.Wait(); code != 7 {
		t.Errorf("ended with %d", code)
	}
	term.CheckRestored()
}
