// Package cells is what the viewer draws on: blocks of styled character cells.
// A part of the screen draws itself into a [Block], blocks are put into larger
// ones, and one is turned into text at the end. It asks nothing of a terminal.
//
// Text that is written is cleaned first: what a terminal would obey, or what it
// may count differently from this package, never gets into a block.
package cells

import "strings"

// Cell is one place of a block.
type Cell struct {
	// Char is the character, 0 for the second half of a wide one.
	Char rune
	// Marks are characters without a width that belong to it; only
	// [Block.Cluster] sets them.
	Marks string
	Style
}

// Block is a rectangle of cells. The zero Block is empty.
type Block struct {
	width, height int
	cells         []Cell
}

// New makes a block of blanks.
func New(width, height int) *Block {
	b := &Block{}
	b.Reset(width, height)
	return b
}

// Reset makes the block one of blanks again, of any size. It keeps its storage.
func (b *Block) Reset(width, height int) {
	b.width, b.height = max(width, 0), max(height, 0)
	n := b.width * b.height
	if cap(b.cells) < n {
		b.cells = make([]Cell, n)
	}
	b.cells = b.cells[:n]
	for i := range b.cells {
		b.cells[i] = Cell{Char: ' '}
	}
}

// Width is the number of cells in a line.
func (b *Block) Width() int { return b.width }

// Height is the number of lines.
func (b *Block) Height() int { return b.height }

// At gives a cell; one outside of the block is a blank.
func (b *Block) At(x, y int) Cell {
	if !b.has(x, y) {
		return Cell{Char: ' '}
	}
	return b.cells[y*b.width+x]
}

func (b *Block) has(x, y int) bool { return x >= 0 && y >= 0 && x < b.width && y < b.height }

// set puts a cell; halves of wide characters that it leaves alone become blanks.
func (b *Block) set(x, y int, c Cell) {
	at := y*b.width + x
	if old := b.cells[at]; old.Char == 0 && x > 0 {
		b.cells[at-1].Char = ' '
	}
	if x+1 < b.width && b.cells[at+1].Char == 0 && c.Char != 0 {
		b.cells[at+1].Char = ' '
	}
	b.cells[at] = c
}

// Put sets one cell to a character one cell wide. Outside of the block nothing
// happens.
func (b *Block) Put(x, y int, char rune, s Style) {
	if b.has(x, y) {
		b.set(x, y, Cell{Char: char, Style: s})
	}
}

// Cluster sets one cell to a character with marks that have no width of their
// own. It is for text that the viewer makes itself.
func (b *Block) Cluster(x, y int, char rune, marks string, s Style) {
	if b.has(x, y) {
		b.set(x, y, Cell{Char: char, Marks: marks, Style: s})
	}
}

// Write writes a text, cleaned, from a cell on, as far as the line goes, and
// gives the column behind it.
func (b *Block) Write(x, y int, text string, s Style) int {
	if y < 0 || y >= b.height {
		return x + Width(text)
	}
	for _, r := range Clean(text) {
		wide := runeWidth(r)
		if x+wide > b.width {
			return x
		}
		if x >= 0 {
			b.set(x, y, Cell{Char: r, Style: s})
			if wide == 2 {
				b.set(x+1, y, Cell{Style: s})
			}
		}
		x += wide
	}
	return x
}

// WriteIn writes a text into a field of a line, cut with an ellipsis where it
// is longer. The rest of the field is filled with blanks of the same style.
func (b *Block) WriteIn(x, y, width int, text string, s Style) {
	end := b.Write(x, y, Cut(text, width), s)
	for ; end < x+width; end++ {
		b.Put(end, y, ' ', s)
	}
}

// WriteRight writes a text so that it ends before a column, and gives where it
// begins.
func (b *Block) WriteRight(end, y int, text string, s Style) int {
	x := end - Width(text)
	b.Write(x, y, text, s)
	return x
}

// Fill fills a rectangle with a character one cell wide.
func (b *Block) Fill(x, y, width, height int, char rune, s Style) {
	for row := max(y, 0); row < min(y+height, b.height); row++ {
		for column := max(x, 0); column < min(x+width, b.width); column++ {
			b.set(column, row, Cell{Char: char, Style: s})
		}
	}
}

// Restyle changes the styles of a rectangle, and leaves its characters.
func (b *Block) Restyle(x, y, width, height int, change func(Style) Style) {
	for row := max(y, 0); row < min(y+height, b.height); row++ {
		for column := max(x, 0); column < min(x+width, b.width); column++ {
			at := row*b.width + column
			b.cells[at].Style = change(b.cells[at].Style)
		}
	}
}

// Draw puts another block into this one, as far as there is room.
func (b *Block) Draw(x, y int, from *Block) {
	if from == nil {
		return
	}
	for row := range from.height {
		for column := range from.width {
			if b.has(x+column, y+row) {
				b.set(x+column, y+row, from.cells[row*from.width+column])
			}
		}
		if end := x + from.width - 1; b.has(end, y+row) { // a wide character that was cut
			if c := b.At(end, y+row); c.Char != 0 && runeWidth(c.Char) == 2 {
				b.Put(end, y+row, ' ', c.Style)
			}
		}
	}
	if end := b.width - 1; x+from.width > b.width {
		for row := range from.height {
			if c := b.At(end, y+row); c.Char != 0 && runeWidth(c.Char) == 2 {
				b.Put(end, y+row, ' ', c.Style)
			}
		}
	}
}

// Lines gives the characters of each line without styles and without blanks at
// the end.
func (b *Block) Lines() []string {
	lines := make([]string, b.height)
	var text strings.Builder
	for y := range b.height {
		text.Reset()
		for _, c := range b.cells[y*b.width : (y+1)*b.width] {
			if c.Char != 0 {
				text.WriteRune(c.Char)
				text.WriteString(c.Marks)
			}
		}
		lines[y] = strings.TrimRight(text.String(), " ")
	}
	return lines
}

// String gives the block as text with styles (ECMA-48 SGR), lines separated by
// newlines, without blanks at the end of a line that nobody sees.
func (b *Block) String() string {
	text := make([]byte, 0, 2*len(b.cells))
	for y := range b.height {
		if y > 0 {
			text = append(text, '\n')
		}
		text = appendLine(text, b.cells[y*b.width:(y+1)*b.width])
	}
	return string(text)
}

func appendLine(text []byte, line []Cell) []byte {
	end := len(line)
	for end > 0 && line[end-1].Char == ' ' && line[end-1].Marks == "" && !line[end-1].showsBlank() {
		end--
	}
	var now Style
	for _, c := range line[:end] {
		if c.Char == 0 {
			continue
		}
		if c.Style != now && (c.Char != ' ' || c.showsBlank() || now.showsBlank()) {
			text = c.appendEscape(text)
			now = c.Style
		}
		text = appendRune(text, c.Char)
		text = append(text, c.Marks...)
	}
	if now != (Style{}) {
		text = append(text, "\x1b[m"...)
	}
	return text
}
