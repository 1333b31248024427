package tree

import (
	"strconv"

	"github.com/mwvgroup/pgb/tui/cells"
)

const (
	indent  = 2   // cells of a level
	longest = 800 // bytes of a text that are looked at: no line shows more
)

// Render draws the tree.
func (t *Tree) Render(width, height int) *cells.Block {
	t.block.Reset(width, height)
	if width <= 0 || height <= 0 {
		return &t.block
	}
	if t.width, t.height = width, height; t.doc == nil || len(t.rows) == 0 {
		text := t.Theme.Cut("nothing to show", width)
		t.block.Write((width-len(text))/2, (height-1)/2, text, t.Theme.Faint())
		return &t.block
	}
	t.clamp()
	room := width
	if len(t.rows) > height && width > 20 {
		room -= 2
		t.drawScrollBar(width - 1)
	}
	for y := range min(height, len(t.rows)-t.top) {
		t.drawRow(y, room, t.top+y)
	}
	return &t.block
}

func (t *Tree) drawRow(y, width, row int) {
	i := t.rows[row]
	n := &t.doc.nodes[i]
	x := min(int(n.depth)*indent, max(width/2, 0))
	if n.isFoldable() {
		t.block.Put(x, y, t.foldMark(t.open[i]), t.Theme.Faint())
	}
	x += indent
	x = t.write(x, y, width, t.doc.name(i), t.nameStyle(n))
	x = t.write(x, y, width, t.separator(n), t.Theme.Faint())
	t.write(x, y, width, t.value(i, n), t.valueStyle(n.kind))
	if row != t.at {
		return
	}
	s := t.selectedStyle()
	t.block.Restyle(0, y, width, 1, func(old cells.Style) cells.Style {
		old.Bg, old.Bold = s.Bg, old.Bold || s.Bold
		if s.Reverse || s.Fg != 0 {
			old.Fg = s.Fg
			old.Reverse = s.Reverse != old.Reverse
		}
		return old
	})
}

func (t *Tree) separator(n *node) string {
	if n.kind == recordNode || n.kind == listNode {
		return " "
	}
	return ": "
}

// write writes a text as far as there is room, with what is searched for
// reversed, and gives where it ends.
func (t *Tree) write(x, y, width int, text string, s cells.Style) int {
	text = t.Theme.Cut(text, width-x)
	end := t.block.Write(x, y, text, s)
	if t.text == "" {
		return end
	}
	for from := 0; from < len(text); {
		i := indexFold([]byte(text[from:]), []byte(t.text))
		if i < 0 {
			break
		}
		from += i
		start := x + cells.Width(text[:from])
		t.block.Restyle(start, y, cells.Width(text[from:from+len(t.text)]), 1, func(old cells.Style) cells.Style {
			old.Reverse = true
			return old
		})
		from += len(t.text)
	}
	return end
}

// value gives what is shown of a node's value.
func (t *Tree) value(i int32, n *node) string {
	switch n.kind {
	case recordNode:
		return "{" + strconv.Itoa(int(n.size)) + "}"
	case listNode:
		return "[" + strconv.Itoa(int(n.size)) + "]"
	case textNode:
		return `"` + t.doc.text(n, longest) + `"`
	case brokenNode:
		return "not readable: " + t.doc.text(n, longest)
	}
	raw := t.doc.raw(n, n.value)
	return string(raw[:min(len(raw), longest)])
}

func (t *Tree) foldMark(open bool) rune {
	switch {
	case t.Theme.ASCII && open:
		return '-'
	case t.Theme.ASCII:
		return '+'
	case open:
		return '▾'
	}
	return '▸'
}

func (t *Tree) nameStyle(n *node) cells.Style {
	if n.depth == 0 {
		return t.Theme.Title()
	}
	return cells.Style{}
}

func (t *Tree) valueStyle(k kind) cells.Style {
	if t.Theme.Plain {
		if k == nullNode || k == recordNode || k == listNode {
			return t.Theme.Faint()
		}
		return cells.Style{}
	}
	switch k {
	case textNode:
		return t.Theme.Good()
	case numberNode:
		return cells.Style{Fg: t.Theme.Accent().Fg}
	case boolNode:
		return cells.Style{Fg: t.Theme.Key().Fg}
	case brokenNode:
		return t.Theme.Error()
	}
	return t.Theme.Faint()
}

func (t *Tree) selectedStyle() cells.Style {
	switch {
	case t.Focused:
		return t.Theme.Selected()
	case t.Theme.Plain:
		return cells.Style{Bold: true}
	}
	return t.Theme.Bar()
}

func (t *Tree) drawScrollBar(x int) {
	track, thumb := '│', '█'
	if t.Theme.ASCII {
		track, thumb = '|', '#'
	}
	size := max(t.height*t.height/len(t.rows), 1)
	from := t.top * (t.height - size) / (len(t.rows) - t.height)
	for y := range t.height {
		if y >= from && y < from+size {
			t.block.Put(x, y, thumb, t.Theme.Faint())
		} else {
			t.block.Put(x, y, track, t.Theme.Border())
		}
	}
}
