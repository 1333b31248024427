package cutout

import (
	"bytes"
	"strings"

	"github.com/charmbracelet/x/ansi"
	"github.com/charmbracelet/x/ansi/kitty"

	"github.com/mwvgroup/pgb/tui/cells"
)

// Inline gives what draws stamps side by side where the cursor is, at the
// beginning of a line, and leaves it below them: with graphics of the terminal,
// or in half blocks. It takes at most the screen's height.
func Inline(stamps []Stamp, look Look, on Screen) string {
	look = lookOn(look, on.Theme)
	places, scales := arrange(stamps, on.Width, on.Height), look.Scales(stamps)
	lines := 0
	for _, p := range places {
		lines = max(lines, p.y-p.headLines()+p.lines())
	}
	b := cells.New(on.Width, lines)
	var pictures bytes.Buffer
	for i, p := range places {
		s := &stamps[i]
		p.writeHead(b, s, scales[i], on.Theme, on.Theme.Title())
		p.writeFoot(b, s, on.Theme)
		if on.Graphics == None || !s.IsDrawn() {
			draw(s, b, p, scales[i], look, on.Theme)
			continue
		}
		cell := cellSize(on.CellWidth, on.CellHeight)
		m := s.Picture(look, scales[i], p.width*cell[0], p.height*cell[1])
		// The lines are there by now, so that nothing scrolls any more.
		pictures.WriteString(ansi.SaveCursor + ansi.CursorUp(lines-p.y))
		if p.x > 0 {
			pictures.WriteString(ansi.CursorForward(p.x))
		}
		if on.Graphics == Kitty { // without a number it stays where it is
			sendImage(&pictures, m, kitty.Options{Columns: p.width, Rows: p.height, DoNotMoveCursor: true})
		} else {
			on.Graphics.write(&pictures, m, p, i)
		}
		pictures.WriteString(ansi.RestoreCursor)
	}
	text := b.String()
	if on.Theme.Plain {
		text = strings.Join(b.Lines(), "\n")
	}
	if lines > 0 {
		text += "\n"
	}
	return text + pictures.String()
}

// headLines is how many lines stand above the picture.
func (p place) headLines() int {
	if p.head {
		return 1
	}
	return 0
}
