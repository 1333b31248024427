//go:build unix

package main

import (
	"os"
	"os/exec"
	"strings"
	"testing"

	"github.com/mwvgroup/pgb/tui/screen"
	"github.com/mwvgroup/pgb/tui/screentest"
)

// TestPruneAsksThePersonAtTheTerminal says no, then yes.
func TestPruneAsksThePersonAtTheTerminal(t *testing.T) {
	folder, sandboxes := t.TempDir(), t.TempDir()
	pgb := func(args ...string) *exec.Cmd {
		cmd := exec.Command("pgb", args...)
		cmd.Dir = folder
		cmd.Env = append(append(os.Environ(), environment(folder)...), "PGB_SANDBOX_DIR="+sandboxes)
		return cmd
	}
	left := func() string {
		out, err := pgb("sql", "select count(*) n from alerts", "--archive", "night.db", "-f", "csv").Output()
		if err != nil {
			t.Fatal(err)
		}
		return strings.TrimSpace(strings.TrimPrefix(string(out), "n"))
	}
	if out, err := pgb("stream", "--topic", "ztf-alerts", "--sandbox", "--rate", "300", "-n", "10", "--save", "--archive", "night.db").CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	for _, c := range []struct{ answer, said, left string }{
		{"n", "nothing was deleted", "10"},
		{"y", "10 messages, ", "0"},
	} {
		term := screentest.Start(t, pgb("archive", "prune", "--before", "2100-01-01", "--archive", "night.db"), 200, 24, screen.Term("dumb", ""))
		term.WaitForText("10 of 10 alerts in the local archive night.db were observed before 2100-01-01T00:00:00Z")
		term.WaitForText("go on? [y/N]")
		term.Type(c.answer, "enter")
		term.WaitForText(c.said)
		if code := term.Wait(); code != exitDone || left() != c.left {
			t.Errorf("after %q: exit code %d, %s alerts are left, not %s", c.answer, code, left(), c.left)
		}
	}
}
