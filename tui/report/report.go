// Package report lists what was said, in full.
package report

import (
	"strings"

	"github.com/mwvgroup/pgb/tui/cells"
	"github.com/mwvgroup/pgb/tui/keys"
)

// Entry is something that was said.
type Entry struct {
	Head  string // when, and how often
	Text  string
	Style func(cells.Theme) cells.Style // of the head; nil for the usual one
}

// widest is how wide the box becomes.
const widest = 110

// foot stands below the list.
const foot = "Esc closes"

// Report is the list. The zero Report is an empty one.
type Report struct {
	Theme cells.Theme
	Title string
	Empty string // what an empty list says

	entries     []Entry
	top         int // the first line that is seen
	lines, seen int
	block       cells.Block
}

// Set gives what was said, in the order in which it is shown.
func (r *Report) Set(entries []Entry) { r.entries, r.top = entries, 0 }

// Scroll goes on by lines, or back.
func (r *Report) Scroll(n int) { r.top = max(0, min(r.top+n, r.lines-r.seen)) }

// Wheel scrolls as a mouse does.
func (r *Report) Wheel(n int) { r.Scroll(n) }

// Keys are the keys that scroll.
func (r *Report) Keys() []keys.Binding {
	page := func() int { return max(r.seen-1, 1) }
	return []keys.Binding{
		{Keys: []string{"down", "j"}, Does: "a line down", Do: func() { r.Scroll(1) }},
		{Keys: []string{"up", "k"}, Does: "a line up", Do: func() { r.Scroll(-1) }},
		{Keys: []string{"pgdown", "space"}, Does: "a page down", Do: func() { r.Scroll(page()) }},
		{Keys: []string{"pgup", "b"}, Does: "a page up", Do: func() { r.Scroll(-page()) }},
		{Keys: []string{"home", "g"}, Does: "to the beginning", Do: func() { r.Scroll(-r.lines) }},
		{Keys: []string{"end", "G"}, Does: "to the end", Do: func() { r.Scroll(r.lines) }},
	}
}

// line is a line of the list.
type line struct {
	text  string
	style cells.Style
}

// layout breaks what was said into lines of a width.
func (r *Report) layout(width int) []line {
	if len(r.entries) == 0 {
		return []line{{r.Theme.Cut(r.Empty, width), r.Theme.Faint()}}
	}
	var list []line
	for i, e := range r.entries {
		if i > 0 {
			list = append(list, line{})
		}
		style := r.Theme.Faint()
		if e.Style != nil {
			style = e.Style(r.Theme)
		}
		list = append(list, line{r.Theme.Cut(e.Head, width), style})
		for _, text := range Wrap(r.Theme.Text(e.Text), width) {
			list = append(list, line{text: text})
		}
	}
	return list
}

// Wrap breaks a text into lines of a width, between words where that goes.
func Wrap(text string, width int) []string {
	var lines []string
	now := ""
	for _, word := range strings.Fields(text) {
		switch {
		case now == "":
			now = word
		case cells.Width(now)+1+cells.Width(word) <= width:
			now += " " + word
		default:
			lines, now = append(lines, now), word
		}
		for cells.Width(now) > width && width > 0 {
			part := head(now, width)
			lines, now = append(lines, part), now[len(part):]
		}
	}
	if now != "" || len(lines) == 0 {
		lines = append(lines, now)
	}
	return lines
}

// head gives as much of a text as fits a width: one character at least.
func head(text string, width int) string {
	end := 0
	for i, r := range text {
		next := i + len(string(r))
		if end > 0 && cells.Width(text[:next]) > width {
			break
		}
		end = next
	}
	return text[:end]
}

// Size says how large the box is in a block of a size.
func (r *Report) Size(width, height int) (boxWidth, boxHeight int) {
	boxWidth = min(width, widest)
	return boxWidth, min(len(r.layout(boxWidth-4))+2, height)
}

// Render draws the list in a box that fills a block.
func (r *Report) Render(width, height int) *cells.Block {
	b := &r.block
	b.Reset(width, height)
	x, y, w, h := 2, 1, b.Width()-4, b.Height()-2
	if w < 4 || h < 1 { // no room for a frame
		x, y, w, h = 0, 0, b.Width(), b.Height()
	}
	list := r.layout(w)
	r.lines, r.seen = len(list), h
	r.Scroll(0)
	if x > 0 {
		foot := foot
		if r.lines > r.seen {
			foot += "  " + keys.Label([]string{"up", "down"}, r.Theme.ASCII) + " more"
		}
		b.Frame(0, 0, b.Width(), b.Height(), r.Theme, r.Title, foot)
	}
	for i := range min(h, len(list)-r.top) {
		b.WriteIn(x, y+i, w, list[r.top+i].text, list[r.top+i].style)
	}
	return b
}
