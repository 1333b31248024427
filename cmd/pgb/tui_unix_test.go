//go:build unix

package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/mwvgroup/pgb/client/sandbox/server"
	"github.com/mwvgroup/pgb/tui/screen"
	"github.com/mwvgroup/pgb/tui/screentest"
)

// view runs the viewer in the sandbox on a terminal.
func view(t *testing.T, sandboxes string, width, height int, args ...string) (*screentest.Terminal, string) {
	t.Helper()
	folder := t.TempDir()
	cmd := exec.Command("pgb", append([]string{"tui"}, args...)...)
	cmd.Dir = folder
	cmd.Env = append(os.Environ(), environment(folder)...)
	cmd.Env = append(cmd.Env, "PGB_SANDBOX=1", "PGB_SANDBOX_DIR="+sandboxes)
	return screentest.Start(t, cmd, width, height), folder
}

// viewOn runs the viewer on a server of the test.
func viewOn(t *testing.T, srv *server.Server, args ...string) *screentest.Terminal {
	t.Helper()
	return screentest.Start(t, command(t, srv, append([]string{"tui"}, args...)...), 100, 30)
}

// has waits for a text anywhere on the screen.
func has(text string) func(screentest.Screen) bool {
	return func(s screentest.Screen) bool { return s.Contains(text) }
}

// lacks waits until a text has gone.
func lacks(text string) func(screentest.Screen) bool {
	return func(s screentest.Screen) bool { return !s.Contains(text) }
}

// leave quits, and checks that nothing is left behind.
func leave(t *testing.T, term *screentest.Terminal, key string) {
	t.Helper()
	term.Type(key)
	if code := term.Wait(); code != exitDone {
		t.Errorf("it ended with %d", code)
	}
	term.CheckRestored()
}

// TestAnEveningWithTheViewer is what a person does: start, filter, pause, select,
// look up, save, quit.
func TestAnEveningWithTheViewer(t *testing.T) {
	sandboxes := t.TempDir()
	archive := exec.Command("pgb", "archive", "info", "--sandbox") // it is made once, and here: that takes its time
	archive.Env = append(os.Environ(), append(environment(t.TempDir()), "PGB_SANDBOX_DIR="+sandboxes)...)
	if text, err := archive.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, text)
	}
	for _, size := range [][2]int{{80, 24}, {120, 40}, {200, 60}} {
		t.Run(fmt.Sprintf("%dx%d", size[0], size[1]), func(t *testing.T) {
			term, folder := view(t, sandboxes, size[0], size[1], "--topic", "ztf-alerts", "--rate", "50")
			term.WaitFor("alerts", has("ZTF"))
			term.WaitForText("SIM")

			term.Type("/", "sn")
			term.WaitFor("what is wrong with the filter", has("snr"))
			term.Type("r > 5")
			term.WaitForText("pass")
			term.Type("enter")
			term.WaitForText("/snr > 5")

			term.Type("space")
			term.WaitForText("PAUSED")
			term.Type("down")
			term.WaitForText("wait")

			term.Type("s")
			term.WaitForText(" into:")
			term.Type("one.jsonl", "enter")
			term.WaitForText("saved")
			term.Type("space")
			term.WaitFor("the stream to go on", lacks("PAUSED"))

			term.Type(":", "ZTF21abc", "enter")
			term.WaitForText("ZTF21abc: ")
			term.Type("esc")
			term.WaitFor("the stream again", lacks("ZTF21abc: "))
			leave(t, term, "q")

			text, err := os.ReadFile(filepath.Join(folder, "one.jsonl"))
			if err != nil {
				t.Fatal(err)
			}
			if lines := strings.Count(string(text), "\n"); lines != 1 || !strings.Contains(string(text), `"simulated":true`) {
				t.Errorf("%d lines were saved: %.200s", lines, text)
			}
		})
	}
}

func TestAllThatPassIsSavedUntilTheEnd(t *testing.T) {
	term, folder := view(t, t.TempDir(), 100, 30, "--topic", "ztf-alerts", "--rate", "50")
	term.WaitFor("alerts", has("ZTF"))
	term.Type("S")
	term.WaitForText("from now on into")
	term.Type("all.csv", "enter")
	term.WaitForText("all.csv")
	term.WaitFor("something to be saved", func(screentest.Screen) bool {
		text, _ := os.ReadFile(filepath.Join(folder, "all.csv"))
		return strings.Count(string(text), "\n") > 20
	})
	leave(t, term, "q")
	text, err := os.ReadFile(filepath.Join(folder, "all.csv"))
	if err != nil {
		t.Fatal(err)
	}
	rows := strings.Split(strings.TrimSuffix(string(text), "\n"), "\n")
	for _, row := range rows {
		if strings.Count(row, ",") < strings.Count(rows[0], ",") {
			t.Fatalf("a row is torn: %s", row)
		}
	}
}

// TestTheViewerLeavesTheTerminalAndTheServerAsTheyWere ends it in every state.
func TestTheViewerLeavesTheTerminalAndTheServerAsTheyWere(t *testing.T) {
	for name, c := range map[string]struct {
		args []string
		keys []string
		wait string
	}{
		"reading":        {[]string{"--topic", alerts}, nil, "ZTF"},
		"list of topics": {nil, nil, "classifications"},
		"filter":         {[]string{"--topic", alerts}, []string{"/", "snr"}, "filter"},
		"look up":        {[]string{"--topic", alerts}, []string{":", "ZTF"}, "look up"},
		"help":           {[]string{"--topic", alerts}, []string{"?"}, "Everywhere"},
		"paused":         {[]string{"--topic", alerts}, []string{"space"}, "PAUSED"},
		"sky":            {[]string{"--topic", alerts}, []string{"m"}, "equatorial"},
		"save":           {[]string{"--topic", alerts}, []string{"S"}, "save all"},
	} {
		t.Run(name, func(t *testing.T) {
			srv := broker(t, server.Options{})
			term := viewOn(t, srv, c.args...)
			if len(c.args) > 0 {
				await(t, srv, "a subscription", func() bool { return len(srv.Subscriptions()) > 0 })
				publish(t, srv, alerts, 3)
				term.WaitForText("ZTF")
			}
			term.Type(c.keys...)
			term.WaitForText(c.wait)
			leave(t, term, "ctrl+c")
			if left := srv.Subscriptions(); len(left) > 0 {
				t.Errorf("subscriptions are left: %v", left)
			}
		})
	}
}

func TestTheViewerEndsCleanlyBySignals(t *testing.T) {
	for _, sent := range []syscall.Signal{syscall.SIGTERM, syscall.SIGHUP} {
		t.Run(sent.String(), func(t *testing.T) {
			skipIgnored(t, sent)
			srv := broker(t, server.Options{})
			term := viewOn(t, srv, "--topic", alerts)
			await(t, srv, "a subscription", func() bool { return len(srv.Subscriptions()) > 0 })
			publish(t, srv, alerts, 3)
			term.WaitForText("ZTF")
			term.Signal(sent)
			if code := term.Wait(); code != exitDone {
				t.Errorf("it ended with %d", code)
			}
			term.CheckRestored()
			if left := srv.Subscriptions(); len(left) > 0 {
				t.Errorf("subscriptions are left: %v", left)
			}
		})
	}
}

func TestTheDemoEndsByOfferingTheViewer(t *testing.T) {
	folder := t.TempDir()
	cmd := exec.Command("pgb", "demo")
	cmd.Dir = folder
	cmd.Env = append(append(os.Environ(), environment(folder)...), "PGB_SANDBOX_DIR="+folder)
	term := screentest.Start(t, cmd, 100, 30)
	term.WaitForText("Enter opens the viewer")
	term.Type("enter")
	term.WaitFor("alerts", has("SIM"))
	leave(t, term, "q")
}

func TestTheViewerNeedsATerminalThatCanDraw(t *testing.T) {
	folder := t.TempDir()
	cmd := exec.Command("pgb", "tui", "--topic", "ztf-alerts", "--sandbox")
	cmd.Env = append(os.Environ(), environment(folder)...)
	term := screentest.Start(t, cmd, 80, 24, screen.Term("dumb", ""))
	if code := term.Wait(); code != exitUsage {
		t.Errorf("it ended with %d", code)
	}
	if s := term.Screen(); !s.Contains("TERM is dumb") {
		t.Errorf("it says:\n%s", s.Frame())
	}
}

// BenchmarkFirstFrame measures from the program's start to the first frame of the
// viewer in the sandbox, and to the first alerts.
func BenchmarkFirstFrame(b *testing.B) {
	program := buildPGB(b)
	var frame, rows time.Duration
	for b.Loop() {
		folder := b.TempDir()
		cmd := exec.Command(program, "tui", "--topic", "ztf-alerts")
		cmd.Dir = folder
		cmd.Env = append(append(os.Environ(), environment(folder)...), "PGB_SANDBOX=1")
		begun := time.Now()
		term := screentest.Start(b, cmd, 120, 40)
		term.WaitForText("? keys")
		frame += time.Since(begun)
		term.WaitFor("alerts", has("ZTF"))
		rows += time.Since(begun)
		term.Type("q")
		term.Wait()
	}
	b.ReportMetric(float64(frame.Milliseconds())/float64(b.N), "frame-ms")
	b.ReportMetric(float64(rows.Milliseconds())/float64(b.N), "alerts-ms")
}
