package cutout

import (
	"errors"
	"io"
	"strings"

	"github.com/charmbracelet/x/ansi"
	"golang.org/x/term"
)

// Run draws on the alternate screen, again whenever the terminal gets another
// size, waits for a key, and leaves the terminal as it was.
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
	resized, unhook := resizes()
	defer unhook()
	s.measure()
	defer func() {
		_, failed := io.WriteString(s.out, s.forget()+end)
		err = errors.Join(err, failed)
	}()
	if _, err := io.WriteString(s.out, begin+FullScreen(s.Stamps, s.Look, s.Screen)); err != nil {
		return err
	}
	pressed := make(chan error, 1)
	go func() {
		var key [256]byte // a key may be several bytes
		_, err := s.in.Read(key[:])
		pressed <- err
	}()
	for { // the system's channel has a type of its own
		select {
		case err := <-pressed:
			if errors.Is(err, io.EOF) {
				return nil
			}
			return err
		case <-resized:
			if !s.measure() {
				continue
			}
			if _, err := io.WriteString(s.out, s.forget()+ansi.EraseEntireScreen+FullScreen(s.Stamps, s.Look, s.Screen)); err != nil {
				<-pressed // nobody else may read the input before
				return err
			}
		}
	}
}

// measure asks the terminal for its size, and says whether that is another one.
func (s *Showing) measure() bool {
	fd, ok := terminalOf(s.out)
	if !ok {
		return false
	}
	width, height, err := term.GetSize(fd)
	if err != nil || width <= 0 || height <= 0 || width == s.Screen.Width && height == s.Screen.Height {
		return false
	}
	s.Screen.Width, s.Screen.Height = width, height
	return true
}

const (
	begin = ansi.SetModeAltScreenSaveCursor + ansi.ResetModeTextCursorEnable + ansi.EraseEntireScreen
	end   = ansi.SetModeTextCursorEnable + ansi.ResetModeAltScreenSaveCursor
)

// forget has the terminal forget the images.
func (s *Showing) forget() string {
	var out strings.Builder
	if s.Screen.Graphics == Kitty {
		for i := range s.Stamps {
			out.WriteString(forgetImage(wholeImage + i))
		}
	}
	return out.String()
}

func terminalOf(stream any) (fd int, ok bool) {
	f, ok := stream.(interface{ Fd() uintptr })
	if !ok {
		return 0, false
	}
	fd = int(f.Fd())
	return fd, term.IsTerminal(fd)
}
