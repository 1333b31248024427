package cutout

import (
	"errors"
	"io"
	"strings"

	"github.com/charmbracelet/x/ansi"
	"golang.org/x/term"
)

// Run draws on the alternate screen, waits for a key, and leaves the terminal
// as it was.
func (s *Showing) Run() (err error) {
	if s.in == nil || s.out == nil {
		return errors.New("there is no terminal to show cutouts on")
	}
	if fd, ok := terminalOf(s.in); ok {
		before, failed := term.MakeRaw(fd)
		if failed != nil {
			return failed
		}
		defer func() { err = errors.Join(err, term.Restore(fd, before)) }()
	}
	if fd, ok := terminalOf(s.out); ok {
		if width, height, err := term.GetSize(fd); err == nil && width > 0 && height > 0 {
			s.Screen.Width, s.Screen.Height = width, height
		}
	}
	defer func() {
		_, failed := io.WriteString(s.out, s.end())
		err = errors.Join(err, failed)
	}()
	if _, err := io.WriteString(s.out, begin+FullScreen(s.Stamps, s.Look, s.Screen)); err != nil {
		return err
	}
	var key [256]byte // a key may be several bytes
	if _, err := s.in.Read(key[:]); err != nil && !errors.Is(err, io.EOF) {
		return err
	}
	return nil
}

const begin = ansi.SetModeAltScreenSaveCursor + ansi.ResetModeTextCursorEnable + ansi.EraseEntireScreen

func (s *Showing) end() string {
	var out strings.Builder
	if s.Screen.Graphics == Kitty {
		for i := range s.Stamps {
			out.WriteString(forgetImage(wholeImage + i))
		}
	}
	return out.String() + ansi.SetModeTextCursorEnable + ansi.ResetModeAltScreenSaveCursor
}

func terminalOf(stream any) (fd int, ok bool) {
	f, ok := stream.(interface{ Fd() uintptr })
	if !ok {
		return 0, false
	}
	fd = int(f.Fd())
	return fd, term.IsTerminal(fd)
}
