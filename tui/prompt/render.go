package prompt

import (
	"strings"
	"unicode/utf8"

	"github.com/mwvgroup/pgb/tui/cells"
)

// mostLines is how many lines a message may take.
const mostLines = 3

// Height says how many lines the prompt wants: one for the text, and those for
// a fault, candidates or a note.
func (p *Prompt) Height(width int) int {
	height := 1
	if p.fault != nil {
		if !p.fault.Nowhere {
			height++
		}
		height += len(p.message(width))
	}
	if len(p.completion.candidates) > 0 || p.fault == nil && p.Note != "" {
		height++
	}
	return height
}

// Cursor gives where the cursor is in what was last rendered.
func (p *Prompt) Cursor() (x, y int) { return p.cursorX, 0 }

// Render draws the prompt. What there is no height for is left out: first the
// candidates, then the carets.
func (p *Prompt) Render(width, height int) *cells.Block {
	b := &p.block
	b.Reset(width, height)
	if width <= 0 || height <= 0 {
		p.cursorX = 0
		return b
	}
	begin := p.drawText(b, width)
	y := 1
	if p.fault != nil {
		message := p.message(width)
		if !p.fault.Nowhere && height > 1+len(message) {
			p.drawCarets(b, begin, y)
			y++
		}
		for _, line := range message {
			b.Write(0, y, line, p.Theme.Error())
			y++
		}
	}
	switch {
	case len(p.completion.candidates) > 0:
		p.drawCandidates(b, y, width)
	case p.fault == nil:
		b.Write(0, y, p.Theme.Cut(p.Note, width), p.Theme.Faint())
	}
	return b
}

// drawText draws the label and the part of the text that has the cursor in it,
// and gives the column where the text begins.
func (p *Prompt) drawText(b *cells.Block, width int) int {
	style := p.Theme.Faint()
	if p.Focused {
		style = p.Theme.Accent()
	}
	begin := 0
	if label := p.Theme.Cut(p.Label, width/2); label != "" {
		begin = b.Write(0, 0, label, style)
		if !strings.ContainsAny(label[len(label)-1:], "/: ") && begin < width-1 {
			begin++
		}
	}
	room := width - begin
	at, all := p.column(p.cursor), p.column(len(p.text))
	p.follow(at, all, room)
	p.cursorX = begin + min(at-p.scroll, room-1)
	column := -p.scroll
	for _, r := range p.text {
		wide := runeCells(r)
		if wide > 0 && column >= 0 && column+wide <= room {
			b.Write(begin+column, 0, p.Theme.Text(string(r)), cells.Style{})
		}
		if column += wide; column >= room {
			break
		}
	}
	before, behind := '…', '…'
	if p.Theme.ASCII {
		before, behind = '<', '>'
	}
	if p.scroll > 0 {
		b.Put(begin, 0, before, p.Theme.Faint())
	}
	if all-p.scroll > room {
		b.Put(width-1, 0, behind, p.Theme.Faint())
	}
	return begin
}

// column gives the cell of a place in the text, counted from the text's
// beginning.
func (p *Prompt) column(place int) int {
	n := 0
	for _, r := range p.text[:place] {
		n += runeCells(r)
	}
	return n
}

// follow scrolls so that the cursor is seen, beside the marks that say that
// there is more.
func (p *Prompt) follow(at, all, room int) {
	edge := 1
	if room < 4 {
		edge = 0
	}
	if all < room {
		p.scroll = 0
		return
	}
	if p.scroll > 0 && at < p.scroll+edge {
		p.scroll = at - edge
	}
	last := room - 1
	if at < all {
		last -= edge // what is at the cursor may be a wide character
	}
	p.scroll = max(p.scroll, at-last)
	p.scroll = max(0, min(p.scroll, all+1-room))
	if p.scroll < edge {
		p.scroll = 0
	}
}

// drawCarets draws carets under the fault, or at the edge beyond which it is.
func (p *Prompt) drawCarets(b *cells.Block, begin, y int) {
	offset := p.boundary(p.fault.Offset)
	end := p.boundary(p.fault.Offset + p.fault.Length)
	if p.fault.Length == 0 {
		end = offset
	}
	from := begin + p.column(offset) - p.scroll
	to := max(begin+p.column(end)-p.scroll, from+1)
	switch {
	case to <= begin:
		b.Put(begin, y, '<', p.Theme.Error())
	case from >= b.Width():
		b.Put(b.Width()-1, y, '>', p.Theme.Error())
	default:
		from = max(from, begin)
		b.Fill(from, y, to-from, 1, '^', p.Theme.Error())
	}
}

// boundary gives the beginning of the character that a place is in.
func (p *Prompt) boundary(place int) int {
	place = max(0, min(place, len(p.text)))
	for place > 0 && place < len(p.text) && !utf8.RuneStart(p.text[place]) {
		place--
	}
	return place
}

// message gives the lines that say what is wrong.
func (p *Prompt) message(width int) []string {
	text := p.Theme.Text(p.fault.Message)
	if len(p.fault.Near) > 0 {
		text += "; did you mean: " + p.Theme.Text(strings.Join(p.fault.Near, ", ")) + "?"
	}
	return wrap(p.Theme, text, width)
}

// wrap breaks a text into lines at blanks.
func wrap(theme cells.Theme, text string, width int) []string {
	var lines []string
	line := ""
	words := strings.Fields(text)
	for i, word := range words {
		if line != "" && cells.Width(line)+1+cells.Width(word) > width {
			if len(lines) == mostLines-1 {
				line += " " + strings.Join(words[i:], " ")
				break
			}
			lines, line = append(lines, line), ""
		}
		if line != "" {
			line += " "
		}
		line += word
	}
	return append(lines, theme.Cut(line, width))
}

// drawCandidates draws what the word may become in a line, from a place on that
// shows the chosen one.
func (p *Prompt) drawCandidates(b *cells.Block, y, width int) {
	c := &p.completion
	first, used := 0, 0
	for i := range c.chosen + 1 { // whole pages, so that the line does not move with each tab
		if used += cells.Width(c.candidates[i]) + 2; used > width {
			first, used = i, cells.Width(c.candidates[i])+2
		}
	}
	x := 0
	for i := first; i < len(c.candidates) && x < width; i++ {
		style := p.Theme.Faint()
		if i == c.chosen {
			style = p.Theme.Selected()
		}
		x = b.Write(x, y, p.Theme.Cut(c.candidates[i], width-x), style) + 2
	}
}
