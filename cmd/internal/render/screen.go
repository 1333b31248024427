// Package render shows things to a person: tables, a progress line, notes,
// errors and hints. It alone knows the terminal.
package render

import (
	"io"
	"log/slog"
	"os"
	"strconv"
	"strings"
	"sync"

	"golang.org/x/term"

	"github.com/mwvgroup/pgb/client/format"
)

// Screen is where a command writes: data to Out, everything else to Err. It
// keeps the progress line apart from what is printed above it.
type Screen struct {
	Out, Err io.Writer
	OutTTY   bool // data goes to a terminal
	ErrTTY   bool // notes and progress go to a terminal
	Width    int  // of the terminal, in cells
	Color    bool
	ASCII    bool // the locale asks for plain characters
	Quiet    bool // notes and progress are left out; errors are not
	// Log, where there is one, takes what Err would be told in lines.
	Log *slog.Logger

	plain  bool // the terminal behind Err takes no escape sequences
	mu     sync.Mutex
	status string // the progress line as it stands, empty when there is none
}

// defaultWidth is the width where the terminal does not tell.
const defaultWidth = 80

// NewScreen makes the screen of standard output and standard error.
func NewScreen(out, err *os.File, getenv func(string) string) *Screen {
	s := &Screen{Out: out, Err: err, Width: defaultWidth}
	s.OutTTY, s.ErrTTY = term.IsTerminal(int(out.Fd())), term.IsTerminal(int(err.Fd()))
	for _, file := range []*os.File{out, err} {
		if width, _, e := term.GetSize(int(file.Fd())); e == nil && width > 0 {
			s.Width = width
			break
		}
	}
	if columns, e := strconv.Atoi(getenv("COLUMNS")); e == nil && columns > 0 && !s.OutTTY {
		s.Width = columns
	}
	locale := getenv("LC_ALL")
	for _, name := range []string{"LC_CTYPE", "LANG"} {
		if locale == "" {
			locale = getenv(name)
		}
	}
	locale = strings.ToLower(locale)
	s.ASCII = locale != "" && !strings.Contains(locale, "utf-8") && !strings.Contains(locale, "utf8")
	s.Color = s.OutTTY && getenv("NO_COLOR") == "" && getenv("TERM") != "dumb" && takesEscapes(out)
	s.plain = s.ErrTTY && !takesEscapes(err)
	return s
}

// Print writes text to Out, above the progress line.
func (s *Screen) Print(text []byte) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	restore := s.hideStatus(s.OutTTY)
	_, err := s.Out.Write(text)
	restore()
	return err
}

// Note writes a line to Err, above the progress line, unless Quiet.
func (s *Screen) Note(line string) {
	if s.Quiet {
		return
	}
	s.Say(line)
}

// Say writes a line to Err, above the progress line, or into the log.
func (s *Screen) Say(line string) {
	if s.Log != nil {
		s.Log.Info(line)
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	restore := s.hideStatus(true)
	io.WriteString(s.Err, CleanLines(line)+"\n")
	restore()
}

// Status replaces the progress line; empty takes it away. It does nothing
// where Err is no terminal or one that can't take a line back, or under Quiet.
func (s *Screen) Status(line string) {
	if !s.ErrTTY || s.Quiet || s.plain {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	line = Truncate(Clean(line), s.Width-1)
	if line == s.status {
		return
	}
	s.status = line
	io.WriteString(s.Err, "\r\x1b[K"+line)
}

// hideStatus takes the progress line away while something is printed to the
// same terminal, and gives what puts it back.
func (s *Screen) hideStatus(sameTerminal bool) (restore func()) {
	if s.status == "" || !sameTerminal {
		return func() {}
	}
	io.WriteString(s.Err, "\r\x1b[K")
	return func() { io.WriteString(s.Err, s.status) }
}

// Clean makes text from outside fit for a terminal: control characters become
// visible, line ends included.
func Clean(text string) string {
	if !strings.ContainsFunc(text, format.IsControl) {
		return text
	}
	var b strings.Builder
	for _, r := range text {
		if format.IsControl(r) {
			quoted := strconv.QuoteRuneToASCII(r)
			b.WriteString(quoted[1 : len(quoted)-1])
			continue
		}
		b.WriteRune(r)
	}
	return b.String()
}

// CleanLines is Clean for text of several lines.
func CleanLines(text string) string {
	lines := strings.Split(text, "\n")
	for i, line := range lines {
		lines[i] = Clean(line)
	}
	return strings.Join(lines, "\n")
}
