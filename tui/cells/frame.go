package cells

// Frame draws a frame around a rectangle, with a title in its upper line and a
// foot in its lower one. One less than 2 cells wide or high is not drawn.
func (b *Block) Frame(x, y, width, height int, t Theme, title, foot string) {
	if width < 2 || height < 2 {
		return
	}
	lines := [6]rune{'─', '│', '┌', '┐', '└', '┘'}
	if t.ASCII {
		lines = [6]rune{'-', '|', '+', '+', '+', '+'}
	}
	right, below := x+width-1, y+height-1
	b.Fill(x, y, width, 1, lines[0], t.Border())
	b.Fill(x, below, width, 1, lines[0], t.Border())
	b.Fill(x, y, 1, height, lines[1], t.Border())
	b.Fill(right, y, 1, height, lines[1], t.Border())
	b.Put(x, y, lines[2], t.Border())
	b.Put(right, y, lines[3], t.Border())
	b.Put(x, below, lines[4], t.Border())
	b.Put(right, below, lines[5], t.Border())
	for _, label := range []struct {
		y     int
		text  string
		style Style
	}{{y, title, t.Title()}, {below, foot, t.Faint()}} {
		if text := t.Cut(label.text, width-6); text != "" {
			end := b.Write(x+3, label.y, text, label.style)
			b.Put(x+2, label.y, ' ', label.style)
			b.Put(end, label.y, ' ', label.style)
		}
	}
}
