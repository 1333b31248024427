// Package chooser is a list in a box from which a person chooses: topics,
// objects seen before, the watch list. Typed letters narrow it.
package chooser

import (
	"strings"
	"unicode/utf8"

	"github.com/mwvgroup/pgb/tui/cells"
	"github.com/mwvgroup/pgb/tui/keys"
)

// Item is something that can be chosen. All of it may come from anywhere: it is
// cleaned when it is drawn.
type Item struct {
	Name   string
	Doc    string // what it is, a sentence
	Detail string // figures: "700 k alerts, 60 GB, $2.40"
	Group  bool   // it stands for several: marked with a star
	Key    string // by which its owner knows it, where several have a name; it is not shown
}

// Chooser is the list. The zero Chooser is an empty one.
type Chooser struct {
	Theme   cells.Theme
	Focused bool
	// Title stands above the list.
	Title string
	// Empty is said where there is nothing to choose from.
	Empty string
	// Footer are keys that are named under the list: those that the owner of
	// the list adds to [Chooser.Keys].
	Footer []keys.Binding

	items  []Item
	wide   [3]int // the widest name, text and figures
	filter string
	shown  []int // of items, best first
	at     int   // of shown
	top    int   // of shown: the first line that is seen
	rows   int   // how many were seen when it was drawn

	block   cells.Block
	box     rectangle
	list    rectangle // of the rows in the block
	cursorX int
	cursorY int
}

type rectangle struct{ x, y, width, height int }

func (r rectangle) has(x, y int) bool {
	return x >= r.x && y >= r.y && x < r.x+r.width && y < r.y+r.height
}

// Set gives the items. What was chosen stays chosen if it is still there, and
// what is typed stays typed.
func (c *Chooser) Set(items []Item) {
	was, ok := c.Chosen()
	c.items = items
	c.measure()
	c.narrow()
	if ok {
		c.chooseAgain(was)
	}
}

// Len says how many items there are, and how many of them fit what is typed.
func (c *Chooser) Len() (all, fitting int) { return len(c.items), len(c.shown) }

// Choose goes to an item by its name; it is false where no item that is shown
// has it.
func (c *Chooser) Choose(name string) bool {
	for i, item := range c.shown {
		if c.items[item].Name == name {
			c.at = i
			return true
		}
	}
	return false
}

// Chosen is the item that is marked; ok is false where there is none.
func (c *Chooser) Chosen() (item Item, ok bool) {
	if c.at < 0 || c.at >= len(c.shown) {
		return Item{}, false
	}
	return c.items[c.shown[c.at]], true
}

// longest is how much may be typed, in bytes.
const longest = 200

// Insert adds what is typed, and narrows the list by it.
func (c *Chooser) Insert(text string) {
	text = strings.TrimLeft(c.filter+cells.Clean(text), " ")
	if text != c.filter && len(text) <= longest {
		c.Narrow(text)
	}
}

// Filter is what is typed.
func (c *Chooser) Filter() string { return c.filter }

// Narrow shows what fits a text only; all where it is empty.
func (c *Chooser) Narrow(text string) {
	was, ok := c.Chosen()
	c.filter = text
	c.narrow()
	if ok && text == "" {
		c.chooseAgain(was)
	}
}

// chooseAgain goes to an item that was chosen before.
func (c *Chooser) chooseAgain(was Item) {
	for i, item := range c.shown {
		if is := &c.items[item]; is.Name == was.Name && is.Key == was.Key {
			c.at = i
			return
		}
	}
}

func (c *Chooser) narrow() {
	c.shown = best(c.items, c.filter, c.shown[:0])
	c.at, c.top = 0, 0
}

func (c *Chooser) backspace() {
	if c.filter != "" {
		_, size := utf8.DecodeLastRuneInString(c.filter)
		c.Narrow(c.filter[:len(c.filter)-size])
	}
}

// Move goes on by some items, or back.
func (c *Chooser) Move(n int) {
	c.at = max(0, min(c.at+n, len(c.shown)-1))
}

// Wheel scrolls as a mouse does.
func (c *Chooser) Wheel(n int) { c.Move(n) }

// Click goes to the item at a place of what was last rendered; it is false where
// there is none.
func (c *Chooser) Click(x, y int) bool {
	at := c.top + y - c.list.y
	if !c.list.has(x, y) || at >= len(c.shown) {
		return false
	}
	c.at = at
	return true
}

// Keys are the keys that move. Letters are given to [Chooser.Insert].
func (c *Chooser) Keys() []keys.Binding {
	page := func() int { return max(c.rows-1, 1) }
	return []keys.Binding{
		{Keys: []string{"up", "ctrl+p"}, Does: "one up", Do: func() { c.Move(-1) }},
		{Keys: []string{"down", "ctrl+n"}, Does: "one down", Do: func() { c.Move(1) }},
		{Keys: []string{"pgup"}, Does: "a page up", Do: func() { c.Move(-page()) }},
		{Keys: []string{"pgdown"}, Does: "a page down", Do: func() { c.Move(page()) }},
		{Keys: []string{"home"}, Does: "to the first", Do: func() { c.Move(-len(c.shown)) }},
		{Keys: []string{"end"}, Does: "to the last", Do: func() { c.Move(len(c.shown)) }},
		{Keys: []string{"backspace", "ctrl+h"}, Does: "delete the last letter", Do: c.backspace},
		{Keys: []string{"ctrl+u", "ctrl+w"}, Does: "show all", Do: func() { c.Narrow("") }},
	}
}
