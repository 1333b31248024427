package cutout

import (
	"bytes"
	"encoding/base64"
	"image"
	"io"
	"strings"

	"github.com/charmbracelet/x/ansi"
	"github.com/charmbracelet/x/ansi/iterm2"
	"github.com/charmbracelet/x/ansi/kitty"

	"github.com/mwvgroup/pgb/tui/cells"
)

// Screen is a whole terminal.
type Screen struct {
	Width, Height         int // cells
	CellWidth, CellHeight int // pixels of a cell; 10 and 20 where not known
	Theme                 cells.Theme
	Graphics              Graphics // None draws half blocks
}

// wholeImage is the number of the first of Kitty's images on a whole screen.
const wholeImage = firstImage + imageCount

// FullScreen gives what draws stamps on an empty screen: with graphics of the
// terminal, or in half blocks.
func FullScreen(stamps []Stamp, look Look, on Screen) string {
	b := cells.New(on.Width, on.Height)
	look = lookOn(look, on.Theme)
	places, scales := arrange(stamps, on.Width, on.Height-1), look.Scales(stamps)
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
		pictures.WriteString(ansi.CursorPosition(p.x+1, p.y+1))
		on.Graphics.write(&pictures, m, p, i)
	}
	b.WriteIn(0, on.Height-1, on.Width, on.Theme.Cut("any key returns", on.Width), on.Theme.Bar())
	var out strings.Builder
	for y, line := range strings.Split(b.String(), "\n") {
		out.WriteString(ansi.CursorPosition(1, y+1))
		out.WriteString(line)
	}
	// A buffer in memory takes every write.
	_, _ = pictures.WriteTo(&out)
	return out.String()
}

// write writes a picture at the cursor.
func (g Graphics) write(out *bytes.Buffer, m *image.Paletted, p place, number int) {
	switch g {
	case Kitty:
		sendImage(out, m, kitty.Options{ID: wholeImage + number, Columns: p.width, Rows: p.height, DoNotMoveCursor: true})
	case ITerm2:
		file := pngOf(m)
		out.WriteString(ansi.ITerm2(iterm2.File{
			Size: int64(len(file)), Width: iterm2.Cells(p.width), Height: iterm2.Cells(p.height), IgnoreAspectRatio: true,
			Inline: true, DoNotMoveCursor: true, Content: base64.StdEncoding.AppendEncode(nil, file),
		}))
	case Sixel:
		out.Write(appendSixel(nil, m))
	}
}

// Showing shows stamps on the whole screen until a key is pressed. It has the
// shape of Bubble Tea's ExecCommand: the terminal is its own while it runs.
type Showing struct {
	Stamps []Stamp
	Look   Look
	Screen Screen // its size counts where the terminal does not tell it

	in  io.Reader
	out io.Writer
}

// SetStdin gives it the input.
func (s *Showing) SetStdin(in io.Reader) { s.in = in }

// SetStdout gives it the output.
func (s *Showing) SetStdout(out io.Writer) { s.out = out }

// SetStderr takes an output that is not used.
func (s *Showing) SetStderr(io.Writer) {}
