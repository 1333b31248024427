// Package help lists what each key does, made of the bindings that the viewer
// obeys.
package help

import (
	"github.com/mwvgroup/pgb/tui/cells"
	"github.com/mwvgroup/pgb/tui/keys"
)

// mostKeys is how many names of a binding's keys are shown.
const mostKeys = 3

// gap is the room between two columns.
const gap = 3

// foot stands below the list.
const foot = "Esc closes"

// Help is the list of keys. The zero Help is an empty one.
type Help struct {
	Theme   cells.Theme
	Focused bool
	Title   string // default "Keys"

	groups []keys.Group
	top    int // the first line that is seen
	lines  int // that there are, and that were seen
	seen   int

	block cells.Block
}

// Set gives the groups. The list is shown from its beginning.
func (h *Help) Set(groups []keys.Group) { h.groups, h.top = groups, 0 }

// Scroll goes on by lines, or back.
func (h *Help) Scroll(n int) { h.top = max(0, min(h.top+n, h.lines-h.seen)) }

// Wheel scrolls as a mouse does.
func (h *Help) Wheel(n int) { h.Scroll(n) }

// Keys are the keys that scroll.
func (h *Help) Keys() []keys.Binding {
	page := func() int { return max(h.seen-1, 1) }
	return []keys.Binding{
		{Keys: []string{"down", "j"}, Does: "a line down", Do: func() { h.Scroll(1) }},
		{Keys: []string{"up", "k"}, Does: "a line up", Do: func() { h.Scroll(-1) }},
		{Keys: []string{"pgdown", "space"}, Does: "a page down", Do: func() { h.Scroll(page()) }},
		{Keys: []string{"pgup", "b"}, Does: "a page up", Do: func() { h.Scroll(-page()) }},
		{Keys: []string{"home", "g"}, Does: "to the beginning", Do: func() { h.Scroll(-h.lines) }},
		{Keys: []string{"end", "G"}, Does: "to the end", Do: func() { h.Scroll(h.lines) }},
	}
}

// row is a line of a column: a heading, a key or a blank.
type row struct{ heading, key, does string }

// more says how the rest is seen.
func (h *Help) more() string {
	return keys.Label([]string{"up", "down"}, h.Theme.ASCII) + " more"
}

// rows gives the lines of a group.
func (h *Help) rows(g *keys.Group) []row {
	rows := []row{{heading: g.Name}}
	for _, b := range g.Bindings {
		rows = append(rows, row{key: keys.Label(b.Keys[:min(len(b.Keys), mostKeys)], h.Theme.ASCII), does: b.Does})
	}
	return rows
}

// widths are those of the keys and of what they do, over all groups.
func (h *Help) widths() (key, does int) {
	for i := range h.groups {
		for _, r := range h.rows(&h.groups[i])[1:] {
			key = max(key, cells.Width(r.key))
			does = max(does, cells.Width(r.does))
		}
	}
	return key, does
}

// columns puts the groups into columns, one after the other, as evenly as that
// goes.
func (h *Help) columns(n int) (columns [][]row, longest int) {
	groups := make([][]row, len(h.groups))
	low, high := 1, 0 // the height of the columns lies between these
	for i := range h.groups {
		groups[i] = h.rows(&h.groups[i])
		low = max(low, len(groups[i]))
		high += len(groups[i]) + 1
	}
	for low < high {
		middle := (low + high) / 2
		if len(fill(groups, middle)) <= n {
			high = middle
		} else {
			low = middle + 1
		}
	}
	columns = fill(groups, low)
	for _, column := range columns {
		longest = max(longest, len(column))
	}
	return columns, longest
}

// fill puts groups into columns of a height.
func fill(groups [][]row, height int) [][]row {
	var columns [][]row
	for _, group := range groups {
		last := len(columns) - 1
		if last >= 0 && len(columns[last])+1+len(group) <= height {
			columns[last] = append(append(columns[last], row{}), group...)
		} else {
			columns = append(columns, append([]row(nil), group...))
		}
	}
	return columns
}

// layout says how large the box is and what is in its columns.
func (h *Help) layout(width, height int) (boxWidth, boxHeight, columnWidth int, columns [][]row) {
	key, does := h.widths()
	columnWidth = max(key+2+does, 16)
	n := max(1, (width-4+gap)/(columnWidth+gap))
	columns, h.lines = h.columns(n)
	if h.lines <= height-2 && len(columns) > 1 { // no wider than it has to be
		for n = len(columns) - 1; n > 0; n-- {
			fewer, lines := h.columns(n)
			if lines > height-2 {
				break
			}
			columns, h.lines = fewer, lines
		}
	}
	boxWidth = len(columns)*(columnWidth+gap) - gap + 4
	if h.lines > height-2 {
		boxWidth = max(boxWidth, cells.Width(foot+"  "+h.more())+6)
	}
	boxWidth = min(max(boxWidth, 24), width)
	return boxWidth, min(h.lines+2, height), columnWidth, columns
}

// Size says how large the box is in a block of a size.
func (h *Help) Size(width, height int) (boxWidth, boxHeight int) {
	boxWidth, boxHeight, _, _ = h.layout(width, height)
	return boxWidth, boxHeight
}

// Render draws the list in a box in the middle of a block.
func (h *Help) Render(width, height int) *cells.Block {
	b := &h.block
	b.Reset(width, height)
	w, high, columnWidth, columns := h.layout(b.Width(), b.Height())
	x, y := (b.Width()-w)/2, (b.Height()-high)/2
	h.seen = max(high-2, 0)
	h.Scroll(0)
	title, foot := h.Title, foot
	if title == "" {
		title = "Keys"
	}
	if h.lines > h.seen {
		foot += "  " + h.more()
	}
	if w < 8 || high < 3 { // no room for a frame
		h.seen = high
		h.Scroll(0)
		h.drawColumns(b, columns, x, y, w, min(columnWidth, w))
		return b
	}
	b.Frame(x, y, w, high, h.Theme, title, foot)
	h.drawColumns(b, columns, x+2, y+1, w-4, min(columnWidth, w-4))
	return b
}

func (h *Help) drawColumns(b *cells.Block, columns [][]row, x, y, width, columnWidth int) {
	key, _ := h.widths()
	key = min(key, columnWidth/2)
	for i, column := range columns {
		left := x + i*(columnWidth+gap)
		room := min(columnWidth, x+width-left)
		if room <= 0 {
			return
		}
		for line := range min(h.seen, max(len(column)-h.top, 0)) {
			r := column[h.top+line]
			b.Write(left, y+line, h.Theme.Cut(r.heading, room), h.Theme.Title())
			b.Write(left, y+line, h.Theme.Cut(r.key, key), h.Theme.Key())
			b.Write(left+key+2, y+line, h.Theme.Cut(r.does, room-key-2), cells.Style{})
		}
	}
}
