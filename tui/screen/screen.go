// Package screen is a terminal without a window: it obeys what a program
// writes as a terminal of the xterm family does, answers what it is asked, and
// gives what would be seen. A [Terminal] is one for a program in this process;
// a [Process] runs a command on one.
package screen

import (
	"strings"

	"github.com/mwvgroup/pgb/tui/cells"
)

// Cell is one place of a screen.
type Cell struct {
	// Text is a character with its marks: " " where nothing stands, and empty
	// for the second half of a wide one.
	Text string
	cells.Style
	Strike, Blink, Hidden bool
	// UnderlineKind is 1 for a straight line under the text, 3 for a curly one.
	UnderlineKind   uint8
	UnderlineColour cells.Colour
	Link            string
}

// blank is a cell where nothing stands.
var blank = Cell{Text: " "}

// Shape is the shape of a cursor, as DECSCUSR numbers them; 0 is the terminal's
// own.
type Shape uint8

// Cursor is where the next character goes.
type Cursor struct {
	X, Y    int
	Visible bool
	Shape   Shape
}

// Screen is what a terminal shows at one moment. The zero Screen is empty.
type Screen struct {
	Width, Height int
	Cursor        Cursor
	Title         string
	// Alternate says that it is the screen that programs which take the whole
	// terminal draw on.
	Alternate bool

	rows [][]Cell
}

// Cell gives a cell; one outside of the screen is a blank.
func (s Screen) Cell(x, y int) Cell {
	if y < 0 || y >= len(s.rows) || x < 0 || x >= len(s.rows[y]) {
		return blank
	}
	return s.rows[y][x]
}

// Line gives the text of a line without blanks at its end.
func (s Screen) Line(y int) string {
	if y < 0 || y >= len(s.rows) {
		return ""
	}
	return lineText(s.rows[y])
}

func lineText(row []Cell) string {
	var text strings.Builder
	for _, c := range row {
		text.WriteString(c.Text)
	}
	return strings.TrimRight(text.String(), " ")
}

// Lines gives the text of all lines, each without blanks at its end.
func (s Screen) Lines() []string {
	lines := make([]string, len(s.rows))
	for y := range lines {
		lines[y] = s.Line(y)
	}
	return lines
}

// String gives the lines as a text.
func (s Screen) String() string { return strings.Join(s.Lines(), "\n") }

// Contains says whether some line has a text.
func (s Screen) Contains(text string) bool {
	_, _, ok := s.Find(text)
	return ok
}

// Find gives the cell where a text begins, the first one from the top.
func (s Screen) Find(text string) (x, y int, ok bool) {
	for y, row := range s.rows {
		before, _, found := strings.Cut(lineText(row), text)
		if !found {
			continue
		}
		for x, c := range row {
			if len(before) < len(c.Text) || len(before) == 0 && c.Text != "" {
				return x, y, true
			}
			before = before[len(c.Text):]
		}
	}
	return 0, 0, false
}

// Frame gives the lines between rules as wide as the screen, for messages of
// tests.
func (s Screen) Frame() string {
	rule := "+" + strings.Repeat("-", s.Width) + "+\n"
	var text strings.Builder
	text.WriteString(rule)
	for _, row := range s.rows {
		text.WriteByte('|')
		for _, c := range row {
			text.WriteString(c.Text)
		}
		text.WriteString("|\n")
	}
	text.WriteString(rule)
	return text.String()
}
