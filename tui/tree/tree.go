// Package tree shows the parts of a message as a tree that can be folded and
// searched. Numbers are shown as they are written, 64-bit integers too.
package tree

import (
	"slices"

	"github.com/mwvgroup/pgb/tui/cells"
)

// fewNodes is how many values a document has at most to be shown whole at first.
const fewNodes = 30

// Tree shows a document. The zero Tree is empty.
type Tree struct {
	Theme   cells.Theme
	Focused bool

	doc     *Document
	open    []bool  // by node
	allOpen bool    // E was the last word on that
	rows    []int32 // the nodes that are not folded away
	at      int     // the selected row
	top     int
	width   int // as it was last drawn
	height  int
	text    string  // what is searched, in lower case
	found   []int32 // the nodes that have it
	origin  int32   // the node from which a search began
	block   cells.Block
}

// Set shows parts of a message. See [Parse] for doing the work elsewhere.
func (t *Tree) Set(parts []Part) { t.SetDocument(Parse(parts)) }

// SetDocument shows another document. What was unfolded and selected in the
// last one is so in this one, as far as it is there.
func (t *Tree) SetDocument(d *Document) {
	if d == nil {
		d = &Document{}
	}
	last, lastOpen := t.doc, t.open
	selected, line := int32(-1), 0
	if last != nil && t.at < len(t.rows) {
		selected, line = t.rows[t.at], t.at-t.top
	}
	t.doc, t.open = d, make([]bool, len(d.nodes))
	t.unfoldAtFirst()
	at := int32(-1)
	if last != nil {
		at = t.carry(last, lastOpen, selected)
	}
	t.list()
	t.at, t.top = 0, 0
	if at >= 0 {
		t.goTo(at)
		t.top = t.at - line
	}
	t.clamp()
	if t.origin, _ = t.node(); t.text != "" {
		t.found = t.doc.find(t.text)
	}
}

// unfoldAtFirst opens what is open before anybody says otherwise: the parts, of
// a small document everything.
func (t *Tree) unfoldAtFirst() {
	for i := range t.doc.nodes {
		t.open[i] = t.allOpen || t.doc.nodes[i].parent < 0 || len(t.doc.nodes) <= fewNodes
	}
}

// carry opens and folds as it was in another document, and gives the node that
// stands where the selected one stood, or nearest above it; -1 for none.
func (t *Tree) carry(last *Document, open []bool, selected int32) int32 {
	if t.allOpen {
		open = nil
	}
	c := carrier{t: t, last: last, open: open, selected: selected, at: -1}
	c.children(-1, -1)
	return c.at
}

// carrier walks two documents side by side.
type carrier struct {
	t        *Tree
	last     *Document
	open     []bool // nil where everything is open anyway
	selected int32
	at       int32
}

// children carries over what is said of the children of a node, for those that
// both documents have.
func (c *carrier) children(old, new int32) {
	var names map[string]int32
	ours := c.t.doc.first(new)
	for i := c.last.first(old); i < c.last.end(old); i = c.last.nodes[i].next {
		match := int32(-1)
		switch {
		case ours < c.t.doc.end(new) && c.last.name(i) == c.t.doc.name(ours):
			match = ours
			ours = c.t.doc.nodes[ours].next
		default:
			if names == nil {
				names = c.t.doc.names(new)
			}
			if j, ok := names[c.last.name(i)]; ok {
				match, ours = j, c.t.doc.nodes[j].next
			}
		}
		if match < 0 {
			continue
		}
		if i <= c.selected && c.selected < c.last.nodes[i].next {
			c.at = match
		}
		if !c.last.nodes[i].isFoldable() {
			continue
		}
		if c.open != nil {
			c.t.open[match] = c.open[i]
		}
		if c.open == nil || c.open[i] {
			c.children(i, match)
		}
	}
}

// first gives a node's first child, that of -1 being the first part.
func (d *Document) first(i int32) int32 { return i + 1 }

// end gives the node behind those below a node.
func (d *Document) end(i int32) int32 {
	if i < 0 {
		return int32(len(d.nodes))
	}
	return d.nodes[i].next
}

// names gives a node's children by name.
func (d *Document) names(i int32) map[string]int32 {
	names := map[string]int32{}
	for j := d.first(i); j < d.end(i); j = d.nodes[j].next {
		names[d.name(j)] = j
	}
	return names
}

// list finds the nodes that are not folded away.
func (t *Tree) list() {
	t.rows = t.rows[:0]
	for i := int32(0); i < int32(len(t.doc.nodes)); {
		t.rows = append(t.rows, i)
		if t.open[i] {
			i++
		} else {
			i = t.doc.nodes[i].next
		}
	}
}

// clamp keeps the selection and the window within the rows, and the one within
// the other.
func (t *Tree) clamp() {
	t.at = max(min(t.at, len(t.rows)-1), 0)
	t.top = min(t.top, len(t.rows)-t.height)
	if t.height > 0 {
		t.top = max(t.top, t.at-t.height+1)
	}
	t.top = max(min(t.top, t.at), 0)
}

// goTo selects a node, or the one that it is folded into.
func (t *Tree) goTo(i int32) {
	at, there := slices.BinarySearch(t.rows, i)
	if !there {
		at--
	}
	t.at = at
	t.clamp()
}

// Selected gives the path of the selected value ("alert.diaSource.psfFlux") and
// its JSON as it is written; ok is false in an empty tree. A text's JSON is
// without its quotes.
func (t *Tree) Selected() (path string, value []byte, ok bool) {
	i, ok := t.node()
	if !ok {
		return "", nil, false
	}
	n := &t.doc.nodes[i]
	return t.doc.path(i), t.doc.raw(n, n.value), true
}

// node gives the selected node.
func (t *Tree) node() (i int32, ok bool) {
	if t.doc == nil || t.at >= len(t.rows) {
		return 0, false
	}
	return t.rows[t.at], true
}

// Move moves the selection down by so many rows, up where n is negative.
func (t *Tree) Move(n int) {
	t.at = max(t.at+n, 0)
	t.clamp()
}

// Wheel scrolls down by so many rows, up where n is negative; the selection
// stays on the screen.
func (t *Tree) Wheel(n int) {
	t.top = max(min(t.top+n, len(t.rows)-t.height), 0)
	t.at = max(min(t.at, t.top+t.height-1), t.top)
	t.clamp()
}

// fold opens or folds a node.
func (t *Tree) fold(i int32, open bool) {
	if t.doc.nodes[i].isFoldable() && t.open[i] != open {
		t.open[i] = open
		t.allOpen = t.allOpen && open
		t.list()
		t.goTo(i)
	}
}

// Toggle folds the selected record or list, or unfolds it.
func (t *Tree) Toggle() {
	if i, ok := t.node(); ok {
		t.fold(i, !t.open[i])
	}
}

// Unfold unfolds the selected record or list; where it is open it goes to the
// first value in it.
func (t *Tree) Unfold() {
	i, ok := t.node()
	switch {
	case !ok || !t.doc.nodes[i].isFoldable():
	case t.open[i]:
		t.Move(1)
	default:
		t.fold(i, true)
	}
}

// Fold folds the selected record or list; where there is nothing to fold it
// goes to the record or list that the value is in.
func (t *Tree) Fold() {
	i, ok := t.node()
	switch {
	case !ok:
	case t.doc.nodes[i].isFoldable() && t.open[i]:
		t.fold(i, false)
	case t.doc.nodes[i].parent >= 0:
		t.goTo(t.doc.nodes[i].parent)
	}
}

// FoldAll folds everything but the parts, or unfolds everything.
func (t *Tree) FoldAll(open bool) {
	i, ok := t.node()
	if !ok {
		return
	}
	t.allOpen = open
	for j := range t.open {
		t.open[j] = open || t.doc.nodes[j].parent < 0
	}
	t.list()
	t.goTo(i)
}

// Click selects a row; a second click on it, or one on its mark, folds or
// unfolds it.
func (t *Tree) Click(x, y int) {
	row := t.top + y
	if x < 0 || y < 0 || y >= t.height || row >= len(t.rows) {
		return
	}
	was := t.at
	t.at = row
	if i := t.rows[row]; row == was || x/indent == int(t.doc.nodes[i].depth) {
		t.Toggle()
	}
}
