package render

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"unicode/utf8"

	"github.com/mwvgroup/pgb/client/format"
)

func environ(pairs map[string]string) func(string) string {
	return func(name string) string { return pairs[name] }
}

func TestCleanShowsControlCharacters(t *testing.T) {
	for _, c := range []struct{ text, want string }{
		{"ZTF21abc", "ZTF21abc"},
		{"\x1b[2J", `\x1b[2J`},
		{"\x1b]0;title\x07", `\x1b]0;title\a`},
		{"a\r\nb\tc", `a\r\nb\tc`},
		{"\u009b31m", `\u009b31m`},         // the C1 form of an escape
		{"abc\u202edcba", `abc\u202edcba`}, // turns the direction of what follows
		{"\u2066x\u2069", `\u2066x\u2069`},
		{"\x00\x7f", `\x00\x7f`},
		{"\xff\xfe", "\ufffd\ufffd"},
		{"超新星 é Å α", "超新星 é Å α"},
	} {
		if got := Clean(c.text); got != c.want && !(strings.Contains(c.text, "\xff") && got == c.text) {
			t.Errorf("%q becomes %q, want %q", c.text, got, c.want)
		}
	}
	if got := CleanLines("a\x1b\nb\r"); got != "a\\x1b\nb\\r" {
		t.Errorf("lines become %q", got)
	}
}

func FuzzCleanLeavesNothingThatMovesTheTerminal(f *testing.F) {
	f.Add("a\x1b[2Jb\u009b\u202e")
	f.Fuzz(func(t *testing.T, text string) {
		if strings.ContainsFunc(Clean(text), format.IsControl) {
			t.Errorf("%q keeps a control character: %q", text, Clean(text))
		}
	})
}

func TestTruncateCountsCells(t *testing.T) {
	for _, c := range []struct {
		text  string
		cells int
		want  string
	}{
		{"supernova", 9, "supernova"}, {"supernova", 5, "supe…"}, {"超新星", 6, "超新星"}, {"超新星", 5, "超新…"}, {"超新星", 4, "超…"},
		{"超", 1, "…"}, {"x", 0, ""}, {"x", -3, ""}, {"", 5, ""},
	} {
		got := Truncate(c.text, c.cells)
		if got != c.want {
			t.Errorf("%q in %d cells: %q, want %q", c.text, c.cells, got, c.want)
		}
		if Width(got) > max(c.cells, 0) || !utf8.ValidString(got) {
			t.Errorf("%q in %d cells takes %d", c.text, c.cells, Width(got))
		}
	}
}

func TestWordsForNumbers(t *testing.T) {
	for _, c := range []struct{ got, want string }{
		{Count(0), "0"}, {Count(999), "999"}, {Count(1000), "1,000"}, {Count(1234567), "1,234,567"}, {Count(-1234), "-1,234"},
		{Bytes(0), "0 B"}, {Bytes(999), "999 B"}, {Bytes(1000), "1 kB"}, {Bytes(71_234), "71.2 kB"}, {Bytes(999_600), "1 MB"}, {Bytes(4e11), "400 GB"},
		{Dollars(0), "$0"}, {Dollars(0.001), "<$0.01"}, {Dollars(14.551), "$14.55"}, {Dollars(1234.4), "$1,234"},
		{Plural(1, "message"), "1 message"}, {Plural(0, "message"), "0 messages"}, {Plural(1200, "topic"), "1,200 topics"},
		{Duration(83e6), "83 ms"}, {Duration(2.04e9), "2.0 s"}, {Duration(180e9), "3 min"}, {Duration(24 * 3600e9), "24 h"}, {Duration(7 * 24 * 3600e9), "7 d"},
	} {
		if c.got != c.want {
			t.Errorf("%q, want %q", c.got, c.want)
		}
	}
}

// terminal is a screen whose output and notes go to the same terminal.
func terminal(width int) (*Screen, *bytes.Buffer) {
	var tty bytes.Buffer
	return &Screen{Out: &tty, Err: &tty, OutTTY: true, ErrTTY: true, Width: width}, &tty
}

// shown plays what was written to a terminal and gives the lines on it.
func shown(text string) []string {
	var rows []string
	line := ""
	for len(text) > 0 {
		switch {
		case strings.HasPrefix(text, "\r\x1b[K"):
			line, text = "", text[len("\r\x1b[K"):]
		case text[0] == '\n':
			rows, line, text = append(rows, line), "", text[1:]
		default:
			line, text = line+text[:1], text[1:]
		}
	}
	return append(rows, line)
}

func TestProgressNeverMixesWithRows(t *testing.T) {
	s, tty := terminal(40)
	s.Status("1 read")
	if err := s.Print([]byte("row 1\nrow 2\n")); err != nil {
		t.Fatal(err)
	}
	s.Status("2 read")
	s.Note("the connection is lost")
	s.Status("2 read")
	if err := s.Print([]byte("row 3\n")); err != nil {
		t.Fatal(err)
	}
	s.Status("")
	s.Note("3 read")
	got := strings.Join(shown(tty.String()), "|")
	if want := "row 1|row 2|the connection is lost|row 3|3 read|"; got != want {
		t.Errorf("the terminal shows\n%s\nwant\n%s", got, want)
	}
}

func TestProgressAndRowsFromManyGoroutines(t *testing.T) {
	s, tty := terminal(40)
	var work sync.WaitGroup
	for range 4 {
		work.Go(func() {
			for range 100 {
				s.Status("progress")
				if err := s.Print([]byte("row\n")); err != nil {
					t.Error(err)
				}
				s.Note("note")
				s.Status("more progress")
			}
		})
	}
	work.Wait()
	s.Status("")
	for _, line := range shown(tty.String()) {
		if line != "row" && line != "note" && line != "" {
			t.Fatalf("a line is %q", line)
		}
	}
}

func TestProgressIsOneLineOfTheScreen(t *testing.T) {
	for _, width := range []int{1, 20, 40, 80} {
		s, tty := terminal(width)
		s.Status("1,234,567 read · 500/s · 超新星超新星 · lag 2.1 s\x1b[2J\n · 12.3 GB · $0.49")
		lines := shown(tty.String())
		if len(lines) != 1 || Width(lines[0]) >= width || strings.Contains(lines[0], "\x1b") {
			t.Errorf("width %d: %q", width, lines)
		}
	}
}

func TestProgressGoesToTerminalsOnly(t *testing.T) {
	var out, errs bytes.Buffer
	s := &Screen{Out: &out, Err: &errs, Width: 80}
	s.Status("1 read")
	if errs.Len() > 0 {
		t.Errorf("a file got %q", errs.String())
	}
	s, tty := terminal(80)
	s.Quiet = true
	s.Status("1 read")
	s.Note("a note")
	s.Say("pgb: an error")
	if got := tty.String(); got != "pgb: an error\n" {
		t.Errorf("quiet printed %q", got)
	}
}

func TestDataThatCanNotBeWrittenIsAnError(t *testing.T) {
	s := &Screen{Out: broken{}, Err: &bytes.Buffer{}, Width: 80}
	if err := s.Print([]byte("x")); !errors.Is(err, errBroken) {
		t.Errorf("print: %v", err)
	}
	if err := s.Table([]Column{{Header: "a"}}, [][]string{{"b"}}); !errors.Is(err, errBroken) {
		t.Errorf("table: %v", err)
	}
}

var errBroken = errors.New("broken")

type broken struct{}

func (broken) Write([]byte) (int, error) { return 0, errBroken }

func TestFilesAreNoTerminals(t *testing.T) {
	file, err := os.Create(filepath.Join(t.TempDir(), "out"))
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	s := NewScreen(file, file, environ(nil))
	if s.OutTTY || s.ErrTTY || s.Color || s.Width != defaultWidth {
		t.Errorf("a file is %+v", s)
	}
	if s := NewScreen(file, file, environ(map[string]string{"COLUMNS": "132"})); s.Width != 132 {
		t.Errorf("COLUMNS gives a width of %d", s.Width)
	}
	if s := NewScreen(file, file, environ(map[string]string{"COLUMNS": "many"})); s.Width != defaultWidth {
		t.Errorf("COLUMNS gives a width of %d", s.Width)
	}
}
