package object

import (
	"strings"

	"github.com/mwvgroup/pgb/tui/cells"
	"github.com/mwvgroup/pgb/tui/keys"
)

// Page is a web page of an object.
type Page struct{ Name, URL string }

// pageList lists the pages, one of which is chosen.
type pageList struct {
	Theme   cells.Theme
	Focused bool
	list    []Page
	name    string // of the chosen page: it stays from object to object
	top     int
	block   cells.Block
}

func (l *pageList) set(list []Page) { l.list, l.top = list, 0 }

func (l *pageList) chosen() int {
	for i := range l.list {
		if l.list[i].Name == l.name {
			return i
		}
	}
	return 0
}

func (l *pageList) page() (Page, bool) {
	if len(l.list) == 0 {
		return Page{}, false
	}
	return l.list[l.chosen()], true
}

func (l *pageList) choose(i int) {
	if len(l.list) > 0 {
		l.name = l.list[min(max(i, 0), len(l.list)-1)].Name
	}
}

// Keys says what the keys do.
func (l *pageList) Keys() []keys.Binding {
	return []keys.Binding{
		{Keys: []string{"up", "k"}, Does: "page before", Do: func() { l.choose(l.chosen() - 1) }},
		{Keys: []string{"down", "j"}, Does: "next page", Do: func() { l.choose(l.chosen() + 1) }},
		{Keys: []string{"home", "g"}, Does: "first page", Do: func() { l.choose(0) }},
		{Keys: []string{"end", "G"}, Does: "last page", Do: func() { l.choose(len(l.list)) }},
	}
}

// click chooses the page in a line.
func (l *pageList) click(y int) {
	if at := l.top + y; y >= 0 && at < len(l.list) {
		l.choose(at)
	}
}

// Render draws the list.
func (l *pageList) Render(width, height int) *cells.Block {
	l.block.Reset(width, height)
	if width <= 0 || height <= 0 {
		return &l.block
	}
	at := l.chosen()
	l.top = max(min(l.top, at, len(l.list)-height), at-height+1, 0)
	wide := 0
	for _, page := range l.list {
		wide = max(wide, cells.Width(page.Name))
	}
	wide = min(wide, width/2)
	for y := 0; y < height && l.top+y < len(l.list); y++ {
		page := l.list[l.top+y]
		mark, name, address := "  ", cells.Style{}, l.Theme.Faint()
		if l.top+y == at {
			mark = "> "
			if l.Focused {
				name, address = l.Theme.Selected(), l.Theme.Selected()
			}
		}
		l.block.WriteIn(0, y, 2+wide+2, mark+l.Theme.Cut(page.Name, wide), name)
		shown := strings.TrimPrefix(page.URL, "https://")
		l.block.WriteIn(2+wide+2, y, width-wide-4, l.Theme.Cut(shown, width-wide-4), address)
	}
	return &l.block
}
