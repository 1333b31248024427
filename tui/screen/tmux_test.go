//go:build unix

package screen

import (
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// multiplexer is a tmux server of the test's own.
type multiplexer struct {
	t      *testing.T
	folder string
	n      int
}

func startTmux(t *testing.T, width, height int) *multiplexer {
	t.Helper()
	version, err := exec.Command("tmux", "-V").Output()
	if err != nil {
		t.Skip("there is no tmux to compare with")
	}
	if !strings.HasPrefix(string(version), "tmux 3.") {
		t.Skipf("%s may do other things than the one that was compared with", version)
	}
	folder, err := os.MkdirTemp("", "tmux") // short: it holds a socket
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(folder) })
	m := &multiplexer{t: t, folder: folder}
	m.write("conf", "set -g status off\nset -g remain-on-exit off\n")
	m.run("-f", filepath.Join(m.folder, "conf"), "new-session", "-d", "-x", fmt.Sprint(width), "-y", fmt.Sprint(height), "sleep 1000")
	t.Cleanup(func() { m.run("kill-server") })
	return m
}

func (m *multiplexer) write(name, text string) {
	m.t.Helper()
	if err := os.WriteFile(filepath.Join(m.folder, name), []byte(text), 0o600); err != nil {
		m.t.Fatal(err)
	}
}

func (m *multiplexer) run(args ...string) string {
	m.t.Helper()
	cmd := exec.Command("tmux", append([]string{"-u", "-S", filepath.Join(m.folder, "socket")}, args...)...)
	cmd.Env = append(os.Environ(), "LC_ALL=C.UTF-8", "TMUX=", "SHELL=/bin/sh")
	out, err := cmd.CombinedOutput()
	if err != nil {
		m.t.Fatalf("tmux %s: %v\n%s", strings.Join(args, " "), err, out)
	}
	return strings.TrimRight(string(out), "\n")
}

// show gives the lines and the cursor that a window shows after a text. The
// text is followed by a title, which says that tmux has come so far.
func (m *multiplexer) show(text string) string {
	m.t.Helper()
	m.n++
	done := fmt.Sprintf("done-%d", m.n)
	m.write(done, "\x1b]2;\x07"+text+"\x1b]2;"+done+"\x07")
	m.run("new-window", "-k", "-t", ":1", "stty raw -echo; cat "+filepath.Join(m.folder, done)+"; sleep 1000")
	for range 1000 {
		state := m.run("display-message", "-p", "-t", ":1", "#{pane_title} #{cursor_x},#{cursor_y}")
		if at, ok := strings.CutPrefix(state, done+" "); ok {
			return m.run("capture-pane", "-p", "-t", ":1") + "\ncursor " + at
		}
	}
	m.t.Fatalf("tmux has not shown %q", text)
	return ""
}

// plain gives the same of a terminal here.
func plain(text string, width, height int) string {
	term := newTest(width, height)
	send(term, text)
	s := term.Screen()
	c := s.Cursor
	x := c.X
	if term.screen.wrap { // tmux counts the column behind the last one then
		x++
	}
	return strings.TrimRight(strings.Join(s.Lines(), "\n"), "\n") + fmt.Sprintf("\ncursor %d,%d", x, c.Y)
}

// tmuxDiffers are sequences where tmux does less than xterm: it leaves half of
// a character that is written over, and repeats neither wide ones nor beyond
// the edge.
var tmuxDiffers = []string{
	"second half overwritten", "half erased", "half deleted", "half moved off", "wide over two halves",
	"repeat a wide one", "repeat across the edge",
}

func TestTmuxShowsTheSameForSequences(t *testing.T) {
	m := startTmux(t, 10, 4)
	for name, test := range sequences {
		if slices.Contains(tmuxDiffers, name) {
			continue
		}
		if got, want := plain(test.send, 10, 4), m.show(test.send); got != want {
			t.Errorf("%s: %q shows\n%s\nand in tmux\n%s", name, test.send, got, want)
		}
	}
}

// words are parts of what programs send, with numbers to be filled in: none of
// those where tmux does something else than xterm, such as to insert lines
// outside of the margins.
var words = []string{
	"a", "bc", "def", "e\u0301", "\r", "\n", "\r\n", "\rxy\b", "\t", "0123456789", "─│",
	"\x1b[%dA", "\x1b[%dB", "\x1b[%dC", "\x1b[%dD", "\x1b[%dG", "\x1b[%dd", "\x1b[%d;%dH", "\x1b[%dE", "\x1b[%dF",
	"\x1b[K", "\x1b[1K", "\x1b[2K", "\x1b[J", "\x1b[1J", "\x1b[%dX", "\x1b[%d@", "\x1b[%dP", "\x1b[%dS", "\x1b[%dT",
	"\x1b[r\x1b[3d\x1b[%dL", "\x1b[r\x1b[2d\x1b[%dM", "\x1b[2;5r\x1b[3d\x1b[%dL", "\x1b[1;3r\x1b[2d\x1b[%dM",
	"\x1b[%dZ", "\x1bM", "\x1b7", "\x1b8", "\x1b[%d;%dr", "\x1b[r", "\x1b[?7l", "\x1b[?7h", "\rx\x1b[%db",
}

func TestTmuxShowsTheSameForWhateverIsSent(t *testing.T) {
	const width, height = 13, 6
	m := startTmux(t, width, height)
	random := rand.New(rand.NewPCG(1, 2))
	for range 80 {
		var parts []string
		for range 40 {
			word := words[random.IntN(len(words))]
			var numbers []any
			for range strings.Count(word, "%d") {
				numbers = append(numbers, 1+random.IntN(7))
			}
			parts = append(parts, fmt.Sprintf(word, numbers...))
		}
		differs := func(parts []string) bool {
			text := strings.Join(parts, "")
			return plain(text, width, height) != m.show(text)
		}
		if differs(parts) {
			text := strings.Join(shrink(parts, differs), "")
			t.Errorf("%q shows\n%s\nand in tmux\n%s", text, plain(text, width, height), m.show(text))
		}
	}
}

// shrink leaves out what is not needed for a difference.
func shrink(parts []string, differs func([]string) bool) []string {
	for i := 0; i < len(parts); {
		if fewer := slices.Delete(slices.Clone(parts), i, i+1); differs(fewer) {
			parts = fewer
		} else {
			i++
		}
	}
	return parts
}
