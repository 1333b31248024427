package table

import (
	"github.com/mwvgroup/pgb/client/alert/lightcurve"
	"github.com/mwvgroup/pgb/tui/cells"
	"github.com/mwvgroup/pgb/tui/feed"
)

// rowLines says what the lines of a table are.
type rowLines struct {
	header bool
	pinned int  // lines of watched objects that were seen
	rule   bool // a line below them
	list   int  // lines of the others
	gone   bool // a line for the selected alert, which is no longer kept
	first  int  // the place that the list begins with
}

// leastSplit is how many lines a table needs for a section of its own above the
// others. Below roomy lines it is one line, and no other one separates it.
const (
	leastSplit = 5
	roomy      = 10
)

func (t *Table) rowLines() rowLines {
	var l rowLines
	left := t.height
	if l.header = left > 1; l.header {
		left--
	}
	if l.gone = t.gone && left > 2; l.gone {
		left--
	}
	switch {
	case len(t.pinned) == 0 || left < leastSplit:
	case left < roomy:
		l.first, l.pinned = len(t.pinned), 1
		left--
	default:
		l.first = len(t.pinned)
		l.pinned = min(l.first, left/3)
		l.rule = true
		left -= l.pinned + 1
	}
	l.list = left
	return l
}

// reveal moves the window so that the selected alert is in it.
func (t *Table) reveal() {
	l := t.rowLines()
	if t.at < l.first {
		t.pinnedTop = min(max(t.pinnedTop, t.at-l.pinned+1), t.at)
		return
	}
	if l.list > 0 {
		at := t.at - l.first
		t.top = min(max(t.top, at-l.list+1), at)
	}
}

// clampTop keeps the window within the rows.
func (t *Table) clampTop() {
	l := t.rowLines()
	t.top = max(min(t.top, t.Len()-l.first-l.list), 0)
	t.pinnedTop = max(min(t.pinnedTop, l.first-l.pinned), 0)
}

// placeAt gives the place of the alert in a line, -1 where there is none.
func (t *Table) placeAt(y int) int {
	l := t.rowLines()
	if l.header {
		y--
	}
	place := -1
	switch {
	case y < 0:
	case y < l.pinned:
		place = t.pinnedTop + y
	case l.rule && y == l.pinned:
	default:
		if y -= l.pinned; l.rule {
			y--
		}
		if y < l.list {
			place = l.first + t.top + y
		}
	}
	if place >= t.Len() {
		return -1
	}
	return place
}

// Render draws the table.
func (t *Table) Render(width, height int) *cells.Block {
	if t.until != t.bound() || t.unpin() {
		t.update(false)
	}
	t.block.Reset(width, height)
	if width <= 0 || height <= 0 {
		return &t.block
	}
	t.resize(width)
	shown := t.selected != nil && t.height > 0 && t.onScreen()
	if t.height != height {
		t.height = height
		t.clampTop()
		if shown {
			t.reveal()
		}
	}
	t.width = width
	t.measure()
	l := t.rowLines()
	if l.header {
		t.drawHeader()
	}
	if t.Len() == 0 {
		t.drawEmpty(l)
		return &t.block
	}
	line := 0
	for y := range height {
		if place := t.placeAt(y); place >= 0 {
			t.drawRow(y, line, place)
			line++
		}
	}
	if l.rule {
		t.drawRule(l)
	}
	t.drawBar(l)
	if l.gone {
		t.drawGone()
	}
	return &t.block
}

// onScreen says whether the selected alert is on the screen.
func (t *Table) onScreen() bool {
	l := t.rowLines()
	if t.at < l.first {
		return t.at >= t.pinnedTop && t.at < t.pinnedTop+l.pinned
	}
	return t.at >= l.first+t.top && t.at < l.first+t.top+l.list
}

// measure writes the texts of the rows on the screen, and makes columns as wide
// as they need: until none grows, as a wider column may push others out.
func (t *Table) measure() {
	t.entries = t.entries[:0]
	for y := range t.height {
		if place := t.placeAt(y); place >= 0 {
			t.entries = append(t.entries, t.entry(place))
		}
	}
	for grew := true; grew; {
		grew = false
		t.arrange(t.width)
		for i := range t.layout.columns {
			c := t.layout.columns[i].column
			if c.written {
				continue
			}
			c.written = true
			c.texts = c.texts[:0]
			for _, e := range t.entries {
				s := t.text(c, e)
				c.texts = append(c.texts, s)
				if w := min(cells.Width(s), c.most); w > c.width {
					c.width, grew = w, true
				}
			}
		}
	}
	for i := range t.shown {
		t.shown[i].written = false
	}
}

func (t *Table) drawHeader() {
	for i := range t.layout.columns {
		t.drawHeading(&t.layout.columns[i])
	}
	left, right := "‹", "›"
	if t.Theme.ASCII {
		left, right = "<", ">"
	}
	if t.layout.left {
		t.block.Write(0, 0, left, t.Theme.Accent())
	}
	if t.more {
		t.block.Write(t.width-1, 0, right, t.Theme.Accent())
	}
}

// drawHeading draws the name of a column, its unit faint, and how it is sorted.
func (t *Table) drawHeading(c *placed) {
	text := t.Theme.Cut(c.header(), c.width)
	x := c.x
	if c.right {
		x += c.width - cells.Width(text)
	}
	end := t.block.Write(x, 0, text, t.Theme.Faint())
	name := t.Theme.Title()
	sorted := c.index >= 0 && c.index == t.order.column
	if sorted {
		name = t.Theme.Accent()
	}
	t.block.Restyle(x, 0, min(cells.Width(c.name), end-x), 1, func(cells.Style) cells.Style { return name })
	if sorted {
		t.block.Put(end, 0, t.sortMark(), t.Theme.Accent())
	}
}

func (t *Table) sortMark() rune {
	switch {
	case t.Theme.ASCII && t.order.descending:
		return 'v'
	case t.Theme.ASCII:
		return '^'
	case t.order.descending:
		return '▼'
	}
	return '▲'
}

func (t *Table) drawRow(y, line, place int) {
	e := t.entries[line]
	watched := t.Watched != nil && t.isWatched(e.Key())
	base := cells.Style{}
	selected := place == t.at && t.selected != nil && !t.gone
	if selected {
		base = t.selectedStyle()
		t.block.Fill(0, y, t.width-1, 1, ' ', base)
	}
	for i := range t.layout.columns {
		t.drawCell(y, line, &t.layout.columns[i], e, base, selected, watched)
	}
	if t.layout.columns != nil && t.layout.columns[0].x < marks {
		return
	}
	switch {
	case watched:
		t.block.Put(0, y, '*', over(t.Theme.Marked(), base))
	case selected:
		t.block.Put(0, y, '>', base)
	}
}

// selectedStyle is how the selected row looks: less so while the keys are
// another part's.
func (t *Table) selectedStyle() cells.Style {
	switch {
	case t.Focused:
		return t.Theme.Selected()
	case t.Theme.Plain:
		return cells.Style{Bold: true}
	}
	return t.Theme.Bar()
}

// over gives a style on the ground of another.
func over(s, ground cells.Style) cells.Style {
	s.Bg, s.Reverse = ground.Bg, ground.Reverse
	return s
}

func (t *Table) drawCell(y, line int, c *placed, e *feed.Entry, base cells.Style, selected, watched bool) {
	text := c.texts[line]
	s := base
	if !selected {
		s = t.cellStyle(c.column, text, e, watched)
	}
	if w := cells.Width(text); w > c.width {
		text = t.Theme.Cut(text, c.width)
		t.block.Write(c.x, y, text, s)
	} else if c.right {
		t.block.Write(c.x+c.width-w, y, text, s)
	} else {
		t.block.Write(c.x, y, text, s)
	}
}

// cellStyle is how a value looks in a row that is not selected.
func (t *Table) cellStyle(c *column, text string, e *feed.Entry, watched bool) cells.Style {
	switch {
	case text == none, c.isError, c.index == published:
		return t.Theme.Faint()
	case c.name == "object_id" && watched:
		return t.Theme.Marked()
	case c.name == "band" && !t.Theme.Plain:
		return t.bandStyle(text)
	}
	return cells.Style{}
}

// bandStyle is the style of a band, as light curves have it.
func (t *Table) bandStyle(name string) cells.Style {
	band := lightcurve.BandOf(name)
	if t.Theme.Light {
		return cells.Style{Fg: cells.ANSI(band.ANSILight)}
	}
	return cells.Style{Fg: cells.ANSI(band.ANSI)}
}

// drawEmpty says why there is nothing to see.
func (t *Table) drawEmpty(l rowLines) {
	text := t.Empty
	if t.count() > 0 {
		text = []string{"no alerts up to this time"}
	}
	head := t.height - l.list
	for i, line := range text {
		y := head + max((l.list-len(text))/2, 0) + i
		line = t.Theme.Cut(line, t.width)
		t.block.Write((t.width-cells.Width(line))/2, y, line, t.Theme.Faint())
	}
}

// drawRule draws the line below the watched objects.
func (t *Table) drawRule(l rowLines) {
	y, char := l.pinned, '─'
	if l.header {
		y++
	}
	if t.Theme.ASCII {
		char = '-'
	}
	t.block.Fill(0, y, t.width-1, 1, char, t.Theme.Border())
	t.block.Write(marks, y, " above: watched objects seen again ", t.Theme.Marked())
}

// drawGone says in the last line that the selected alert has no row any more.
func (t *Table) drawGone() {
	y, style := t.height-1, t.selectedStyle()
	name := t.selected.ObjectID
	if name == "" {
		name = "the selected alert"
	}
	t.block.Fill(0, y, t.width, 1, ' ', style)
	t.block.Put(0, y, '>', style)
	t.block.Write(marks, y, t.Theme.Cut(name+" is selected, and no longer kept", t.width-marks), style)
}

// drawBar draws the scroll bar of the list.
func (t *Table) drawBar(l rowLines) {
	all := t.Len() - l.first
	if all <= l.list || l.list < 2 || t.width <= 2*(marks+tail) {
		return
	}
	track, thumb := '│', '█'
	if t.Theme.ASCII {
		track, thumb = '|', '#'
	}
	below := 0
	if l.gone {
		below = 1
	}
	size := max(l.list*l.list/all, 1)
	from := 0
	if t.top > 0 {
		from = 1 + t.top*(l.list-size-1)/max(all-l.list, 1)
		from = min(from, l.list-size)
	}
	for i := range l.list {
		y := t.height - below - l.list + i
		if i >= from && i < from+size {
			t.block.Put(t.width-1, y, thumb, t.Theme.Faint())
		} else {
			t.block.Put(t.width-1, y, track, t.Theme.Border())
		}
	}
}
