package chooser

import (
	"fmt"
	"strings"

	"github.com/mwvgroup/pgb/tui/cells"
	"github.com/mwvgroup/pgb/tui/keys"
)

// The box grows with what is in it, up to these.
const (
	mostWidth  = 120
	leastWidth = 36
	mostRows   = 24
	// leastDoc is how much of what an item is has to be seen before there is
	// room for its figures: they are below the list too.
	leastDoc = 40
)

// Size says how large the box is in a block of a size.
func (c *Chooser) Size(width, height int) (boxWidth, boxHeight int) {
	name, doc, detail := c.widths()
	boxWidth = 2 + name + 6
	if doc > 0 {
		boxWidth += doc + 2
	}
	if detail > 0 {
		boxWidth += detail + 2
	}
	boxWidth = max(boxWidth, leastWidth, cells.Width(c.foot())+6)
	boxWidth = min(boxWidth, mostWidth, width)
	boxHeight = min(max(len(c.items), 3), mostRows) + 4
	boxHeight += c.explained(boxWidth)
	return boxWidth, min(boxHeight, height)
}

// widths are those of the columns, as far as the items need them.
func (c *Chooser) widths() (name, doc, detail int) { return c.wide[0], c.wide[1], c.wide[2] }

func (c *Chooser) measure() {
	c.wide = [3]int{}
	for i := range c.items {
		for column, text := range [3]string{c.items[i].Name, c.items[i].Doc, c.items[i].Detail} {
			c.wide[column] = max(c.wide[column], cells.Width(text))
		}
	}
}

// explained is how many lines the chosen item has below the list: those for all
// of it, where a line of the box is too narrow for that.
func (c *Chooser) explained(boxWidth int) int {
	name, doc, detail := c.widths()
	switch room := boxWidth - 4; {
	case doc+detail == 0 || 4+name+2+doc+2+detail <= room:
		return 0
	case doc <= room:
		return 3
	}
	return 4
}

func (c *Chooser) foot() string {
	var parts []string
	for _, b := range c.Footer {
		if len(b.Keys) > 0 {
			parts = append(parts, keys.Label(b.Keys[:1], c.Theme.ASCII)+" "+b.Does)
		}
	}
	return strings.Join(parts, "  ")
}

// Cursor gives where what is typed ends in what was last rendered.
func (c *Chooser) Cursor() (x, y int) { return c.cursorX, c.cursorY }

// Box gives where the box was in what was last rendered.
func (c *Chooser) Box() (x, y, width, height int) {
	return c.box.x, c.box.y, c.box.width, c.box.height
}

// Render draws the box in the middle of a block.
func (c *Chooser) Render(width, height int) *cells.Block {
	b := &c.block
	b.Reset(width, height)
	w, h := c.Size(b.Width(), b.Height())
	c.box = rectangle{(b.Width() - w) / 2, (b.Height() - h) / 2, w, h}
	inside := rectangle{c.box.x + 1, c.box.y + 1, w - 2, h - 2}
	if w < 8 || h < 5 { // no room for a frame
		inside = c.box
	} else {
		b.Frame(c.box.x, c.box.y, w, h, c.Theme, c.Title, c.foot())
	}
	if inside.width <= 0 || inside.height <= 0 {
		c.list = rectangle{}
		return b
	}
	c.drawTyped(b, inside)
	c.list = rectangle{inside.x, inside.y + 1, inside.width, inside.height - 1}
	if h > 5 {
		c.list.y++
		c.list.height--
	}
	below := c.explained(w)
	if c.list.height < below+3 {
		below = 0
	}
	c.list.height -= below
	c.rows = max(c.list.height, 0)
	c.drawRows(b)
	if item, ok := c.Chosen(); ok && below > 0 {
		c.explain(b, item, rectangle{inside.x + 1, c.list.y + c.list.height, inside.width - 2, below})
	}
	return b
}

// drawTyped draws what is typed, and how many of the items fit it.
func (c *Chooser) drawTyped(b *cells.Block, in rectangle) {
	style := c.Theme.Faint()
	if c.Focused {
		style = c.Theme.Accent()
	}
	x := b.Write(in.x, in.y, " > ", style)
	count := ""
	if c.filter != "" {
		count = fmt.Sprintf("%d of %d ", len(c.shown), len(c.items))
	}
	room := in.x + in.width - x - len(count) - 1
	if room < 1 {
		c.cursorX, c.cursorY = in.x+in.width-1, in.y
		return
	}
	typed := c.Theme.Text(c.filter)
	for cells.Width(typed) > room-1 && typed != "" { // its end counts
		_, typed, _ = cutFirst(typed)
	}
	if typed == "" && c.filter == "" {
		b.Write(x, in.y, c.Theme.Cut("type to narrow the list", room), c.Theme.Faint())
	}
	c.cursorX, c.cursorY = b.Write(x, in.y, typed, cells.Style{}), in.y
	b.WriteRight(in.x+in.width, in.y, count, c.Theme.Faint())
}

func cutFirst(text string) (first rune, rest string, ok bool) {
	for i, r := range text {
		return r, text[i+len(string(r)):], true
	}
	return 0, "", false
}

// drawRows draws the items that are seen, the chosen one among them.
func (c *Chooser) drawRows(b *cells.Block) {
	if c.rows == 0 {
		return
	}
	if len(c.shown) == 0 {
		says := c.Empty
		if c.filter != "" {
			says = "nothing fits " + c.filter
		} else if says == "" {
			says = "nothing to choose from"
		}
		b.Write(c.list.x+1, c.list.y, c.Theme.Cut(says, c.list.width-2), c.Theme.Warning())
		return
	}
	c.top = max(0, min(c.top, c.at, len(c.shown)-c.rows))
	c.top = max(c.top, c.at-c.rows+1)
	columns := c.columns()
	for row := range min(c.rows, len(c.shown)-c.top) {
		c.drawRow(b, c.list.y+row, &c.items[c.shown[c.top+row]], columns, c.top+row == c.at)
	}
	more, less := '▼', '▲'
	if c.Theme.ASCII {
		more, less = 'v', '^'
	}
	end := c.list.x + c.list.width - 1
	if c.top > 0 {
		b.Put(end, c.list.y, less, c.Theme.Faint())
	}
	if c.top+c.rows < len(c.shown) {
		b.Put(end, c.list.y+c.rows-1, more, c.Theme.Faint())
	}
}

// columns divides a line among name, text and figures; 0 for those that there
// is no room for.
func (c *Chooser) columns() (columns [3]int) {
	name, doc, detail := c.widths()
	room := c.list.width - 5 // marks on the left, a blank and an arrow on the right
	columns[0] = max(min(name, room), 0)
	if left := room - columns[0] - 2; detail > 0 && left >= detail && (doc == 0 || left-detail-2 >= min(doc, leastDoc)) {
		columns[2] = detail
		room -= detail + 2
	}
	if left := room - columns[0] - 2; left >= min(doc, 12) && doc > 0 {
		columns[1] = min(left, doc)
	}
	return columns
}

func (c *Chooser) drawRow(b *cells.Block, y int, item *Item, columns [3]int, chosen bool) {
	x := c.list.x
	mark, group := " ", " "
	if chosen {
		mark = ">"
	}
	if item.Group {
		group = "*"
	}
	b.Write(x, y, mark, c.Theme.Accent())
	b.Write(x+1, y, group, c.Theme.Marked())
	x += 3
	style := cells.Style{}
	if item.Group {
		style = c.Theme.Title()
	}
	b.WriteIn(x, y, columns[0], c.Theme.Cut(item.Name, columns[0]), style)
	x += columns[0] + 2
	if columns[1] > 0 {
		b.WriteIn(x, y, columns[1], c.Theme.Cut(item.Doc, columns[1]), cells.Style{})
	}
	if columns[2] > 0 {
		b.WriteRight(c.list.x+c.list.width-2, y, c.Theme.Text(item.Detail), c.Theme.Faint())
	}
	if chosen {
		selected := c.Theme.Selected()
		b.Restyle(c.list.x, y, c.list.width-1, 1, func(s cells.Style) cells.Style {
			selected.Bold = s.Bold
			return selected
		})
	}
}

// explain draws all of an item below the list.
func (c *Chooser) explain(b *cells.Block, item Item, in rectangle) {
	line := '─'
	if c.Theme.ASCII {
		line = '-'
	}
	b.Fill(in.x-1, in.y, in.width+2, 1, line, c.Theme.Border())
	doc, rest := c.Theme.Text(item.Doc), ""
	if in.height > 3 && in.width > 0 && cells.Width(doc) > in.width {
		fits := fitting(doc, in.width)
		if at := strings.LastIndexByte(doc[:fits+1], ' '); at > 0 {
			doc, rest = doc[:at], doc[at+1:]
		} else {
			doc, rest = doc[:fits], doc[fits:]
		}
	}
	y := in.y + 1
	for _, text := range []string{doc, rest} {
		if text != "" {
			b.Write(in.x, y, c.Theme.Cut(text, in.width), cells.Style{})
			y++
		}
	}
	b.Write(in.x, y, c.Theme.Cut(item.Detail, in.width), c.Theme.Faint())
}

// fitting says how many bytes of a cleaned text fit a width that it is too long
// for.
func fitting(text string, width int) int {
	for i, r := range text {
		if width -= cells.Width(string(r)); width < 0 {
			return i
		}
	}
	return len(text)
}
