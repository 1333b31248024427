package main

import (
	"fmt"
	"os"
	"strings"
	"time"

	"golang.org/x/term"

	"github.com/mwvgroup/pgb/client/alert"
	"github.com/mwvgroup/pgb/client/alert/stamp"
	"github.com/mwvgroup/pgb/cmd/internal/render"
	"github.com/mwvgroup/pgb/tui/cells"
	"github.com/mwvgroup/pgb/tui/cutout"
)

// stampShow shows stamps in the terminal, or as text where there is none.
type stampShow struct {
	screen *render.Screen
	look   stamp.Look
	on     cutout.Screen
}

// answering is how long a terminal may take to say which graphics it has.
const answering = 300 * time.Millisecond

// widestShow is how many cells the stamps of an alert take at most.
const widestShow = 120

func newStampShow(a *app, look stamp.Look) *stampShow {
	width := min(a.screen.Width-1, widestShow)
	s := &stampShow{screen: a.screen, look: look, on: cutout.Screen{
		Width: width, Height: width/6 + 3, // three beside each other, with a line above and below
		Theme: cells.Theme{ASCII: a.screen.ASCII, Plain: !a.screen.Color, TrueColour: hasTrueColour(a.getenv)},
	}}
	in, isFile := a.stdin.(*os.File)
	if isFile && a.screen.OutTTY && a.screen.Color && term.IsTerminal(int(in.Fd())) {
		detector := cutout.NewDetector(os.Environ())
		s.on.CellWidth, s.on.CellHeight = detector.Ask(in, a.screen.Out, answering)
		s.on.Graphics = detector.Whole()
	}
	return s
}

// hasTrueColour says whether the terminal tells that it shows any colour.
func hasTrueColour(getenv func(string) string) bool {
	switch strings.ToLower(getenv("COLORTERM")) {
	case "truecolor", "24bit":
		return true
	}
	return false
}

// draw draws the stamps of an alert below a line that says which it is.
func (s *stampShow) draw(m *alert.Message, stamps []stamp.Stamp) error {
	row := m.Row()
	parts := []string{row.Get("object_id").String()}
	if m.Simulated() {
		parts = append(parts, "(simulated)")
	}
	parts = append(parts, row.Get("source_id").String())
	if mjd, ok := row.Get("mjd").Float(); ok {
		parts = append(parts, fmt.Sprintf("MJD %.5f", mjd))
	}
	parts = append(parts, lightOf(row))
	line := render.Truncate(render.Clean(strings.Join(parts, "  ")), s.screen.Width-1)
	if s.screen.ASCII {
		line = cells.ASCII(line)
	}
	return s.screen.Print([]byte(line + "\n" + cutout.Inline(stamps, s.look, s.on) + "\n"))
}
