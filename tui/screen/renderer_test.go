package screen

import (
	"fmt"
	"image/color"
	"strings"
	"testing"

	"github.com/charmbracelet/colorprofile"
	uv "github.com/charmbracelet/ultraviolet"
	"github.com/charmbracelet/x/ansi"
	"pgregory.net/rapid"

	"github.com/mwvgroup/pgb/tui/cells"
)

// narrow are what random frames are made of. The renderer loses marks on
// characters of 7 bits.
var narrow = []string{
	"a", "bb", "xyz", " ", "          ", "ω\u0301", "─────", "▀▄█", "⣿⠁", "0123456789", "one two three", "\U0010EEEE\u0305\u030d",
	"====================",
}

// wide are those with wide characters in them, which the renderer loses where
// it changes a line that has some: they are for frames drawn anew.
var wide = append([]string{"漢", "字漢", "x漢"}, narrow...)

var styles = []cells.Style{
	{}, {}, {Bold: true}, {Fg: cells.ANSI(75)}, {Fg: cells.ANSI(3), Bg: cells.ANSI(236)}, {Bg: cells.RGB(1, 2, 3)}, {Reverse: true}, {Underline: true, Fg: cells.RGB(200, 0, 1)},
}

// escape gives a style as SGR.
func escape(s cells.Style) string {
	text := "\x1b[0"
	for i, is := range []bool{s.Bold, s.Faint, s.Italic, s.Underline, false, false, s.Reverse} {
		if is {
			text += fmt.Sprintf(";%d", i+1)
		}
	}
	for ground, c := range map[string]cells.Colour{"3": s.Fg, "4": s.Bg} {
		if r, g, b, ok := c.Parts(); ok {
			text += fmt.Sprintf(";%s8;2;%d;%d;%d", ground, r, g, b)
		} else if i, ok := c.Index(); ok {
			text += fmt.Sprintf(";%s8;5;%d", ground, i)
		}
	}
	return text + "m"
}

// drawLine draws a line of a random frame.
func drawLine(t *rapid.T, pieces []string) string {
	var line strings.Builder
	for range rapid.IntRange(0, 6).Draw(t, "parts") {
		line.WriteString(escape(rapid.SampledFrom(styles).Draw(t, "style")))
		line.WriteString(rapid.SampledFrom(pieces).Draw(t, "text"))
	}
	return line.String() + "\x1b[m"
}

// drawFrame changes the frame before: its lines move, some are new.
func drawFrame(t *rapid.T, before []string, height int, pieces []string) []string {
	lines := append([]string(nil), before...)
	for len(lines) < height {
		lines = append(lines, drawLine(t, pieces))
	}
	lines = lines[:height]
	switch rapid.IntRange(0, 3).Draw(t, "change") {
	case 0: // a table that goes on
		n, top := rapid.IntRange(1, 3).Draw(t, "by"), rapid.IntRange(0, height-1).Draw(t, "top")
		for range n {
			lines = append(lines[:top], append([]string{drawLine(t, pieces)}, lines[top:len(lines)-1]...)...)
		}
	case 1: // the other way
		n, bottom := rapid.IntRange(1, 3).Draw(t, "by"), rapid.IntRange(1, height).Draw(t, "bottom")
		for range n {
			lines = append(append(append([]string(nil), lines[1:bottom]...), drawLine(t, pieces)), lines[bottom:]...)
		}
	case 2:
		for range rapid.IntRange(1, 4).Draw(t, "new") {
			lines[rapid.IntRange(0, height-1).Draw(t, "line")] = drawLine(t, pieces)
		}
	case 3:
		clear(lines)
	}
	return lines
}

// fromColour gives a colour of ultraviolet's as one of cells.
func fromColour(c color.Color) cells.Colour {
	switch c := c.(type) {
	case nil:
		return 0
	case ansi.BasicColor:
		return cells.ANSI(uint8(c))
	case ansi.IndexedColor:
		return cells.ANSI(uint8(c))
	}
	r, g, b, _ := c.RGBA()
	return cells.RGB(uint8(r>>8), uint8(g>>8), uint8(b>>8))
}

// compare finds the first cell that is not shown as it should be.
func compare(s Screen, frame uv.ScreenBuffer) error {
	for y := range s.Height {
		for x := range s.Width {
			want, got := frame.CellAt(x, y), s.Cell(x, y)
			style := cells.Style{
				Fg: fromColour(want.Style.Fg), Bg: fromColour(want.Style.Bg), Bold: want.Style.Attrs&uv.AttrBold != 0,
				Reverse: want.Style.Attrs&uv.AttrReverse != 0, Underline: want.Style.Underline != 0,
			}
			if want.Width > 0 && got.Text == " " && want.Content == " " { // what nobody sees
				got.Fg, style.Fg, got.Bold, style.Bold = 0, 0, false, false
			}
			if got.Text != want.Content || want.Width > 0 && got.Style != style {
				return fmt.Errorf("cell %d,%d is %q %+v, not %q %+v", x, y, got.Text, got.Style, want.Content, style)
			}
		}
	}
	return nil
}

func TestWhatTheRendererSendsIsSeenAsItWasDrawn(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		width, height := rapid.IntRange(4, 60).Draw(t, "width"), rapid.IntRange(1, 12).Draw(t, "height")
		term := newTest(width, height)
		kind := rapid.SampledFrom([]string{"xterm-256color", "xterm-kitty", "screen-256color", "linux", "tmux-256color", "alacritty", "vt100"}).Draw(t, "term")
		r := uv.NewTerminalRenderer(term, []string{"TERM=" + kind})
		r.SetColorProfile(colorprofile.TrueColor)
		r.SetScrollOptim(true)
		r.SetBackspace(rapid.Bool().Draw(t, "backspace"))
		if rapid.Bool().Draw(t, "tabs") {
			r.SetTabStops(width)
		}
		pieces, anew := narrow, rapid.Bool().Draw(t, "anew")
		if anew {
			pieces = wide
		}
		r.EnterAltScreen()
		frame := uv.NewScreenBuffer(width, height)
		var lines []string
		for range rapid.IntRange(1, 8).Draw(t, "frames") {
			lines = drawFrame(t, lines, height, pieces)
			frame.Clear()
			uv.NewStyledString(strings.Join(lines, "\n")).Draw(frame, frame.Bounds())
			if anew {
				r.Erase()
			}
			r.Render(frame.RenderBuffer)
			if err := r.Flush(); err != nil {
				t.Fatal(err)
			}
			if err := compare(term.Screen(), frame); err != nil {
				t.Fatalf("%v\n%s%q", err, term.Screen().Frame(), term.Raw())
			}
		}
		r.ExitAltScreen()
		if err := r.Flush(); err != nil {
			t.Fatal(err)
		}
		if unknown := term.Unknown(); len(unknown) > 0 {
			t.Fatalf("not understood: %s", unknown)
		}
	})
}
