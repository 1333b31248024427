package tui

import (
	tea "charm.land/bubbletea/v2"

	"github.com/mwvgroup/pgb/tui/cells"
	"github.com/mwvgroup/pgb/tui/chooser"
	"github.com/mwvgroup/pgb/tui/help"
	"github.com/mwvgroup/pgb/tui/keys"
)

// overlay is a box over everything else, which has all keys.
type overlay interface {
	render(t cells.Theme, width, height int) *cells.Block
	size(width, height int) (int, int)
	keys() []keys.Binding
	write(text string)
	click(x, y int)
	wheel(n int)
	cursor() (x, y int, ok bool)
}

// pickList is a list to choose from.
type pickList struct {
	viewer *viewer
	list   chooser.Chooser
	takes  string // what Enter does
	enter  func(chooser.Item)
	more   []keys.Binding
}

func (l *pickList) render(t cells.Theme, width, height int) *cells.Block {
	l.list.Theme = t
	return l.list.Render(width, height)
}

func (l *pickList) size(width, height int) (int, int) { return l.list.Size(width, height) }

func (l *pickList) own() []keys.Binding {
	return append([]keys.Binding{
		{Keys: []string{"enter"}, Does: l.takes, Do: l.take},
		{Keys: []string{"esc"}, Does: "closes", Do: func() { l.viewer.overlay = nil }},
	}, l.more...)
}

// foot are the keys that are named under the list.
func (l *pickList) foot() []keys.Binding {
	return append(l.own(), keys.Binding{Keys: []string{"ctrl+c"}, Does: "quits"})
}

func (l *pickList) keys() []keys.Binding { return append(l.own(), l.list.Keys()...) }

func (l *pickList) take() {
	if item, ok := l.list.Chosen(); ok {
		l.viewer.overlay = nil
		l.enter(item)
	}
}

func (l *pickList) write(text string) { l.list.Insert(text) }

func (l *pickList) click(x, y int) {
	before, _ := l.list.Chosen()
	if l.list.Click(x, y) {
		if now, _ := l.list.Chosen(); now == before {
			l.take() // the second click on the same
		}
	}
}

func (l *pickList) wheel(n int) { l.list.Wheel(n) }

func (l *pickList) cursor() (x, y int, ok bool) {
	x, y = l.list.Cursor()
	return x, y, true
}

// helpBox lists the keys.
type helpBox struct {
	viewer *viewer
	help   help.Help
}

// showHelp lists all keys that do something now.
func (v *viewer) showHelp() {
	b := &helpBox{viewer: v}
	b.help.Focused = true
	b.help.Set(v.groups())
	v.overlay = b
}

func (b *helpBox) render(t cells.Theme, width, height int) *cells.Block {
	b.help.Theme = t
	return b.help.Render(width, height)
}

func (b *helpBox) size(width, height int) (int, int) { return b.help.Size(width, height) }

func (b *helpBox) keys() []keys.Binding {
	return append([]keys.Binding{
		{Keys: []string{"esc", "?", "q", "enter"}, Does: "close", Do: func() { b.viewer.overlay = nil }},
	}, b.help.Keys()...)
}

func (b *helpBox) write(string) {}

func (b *helpBox) click(int, int) { b.viewer.overlay = nil }

func (b *helpBox) wheel(n int) { b.help.Wheel(n) }

func (b *helpBox) cursor() (x, y int, ok bool) { return 0, 0, false }

// typeOver gives a key to the overlay.
func (v *viewer) typeOver(key tea.KeyPressMsg) {
	if !keys.Run(key.String(), v.overlay.keys()) && isText(key) {
		v.overlay.write(key.Text)
	}
}

// isText says whether a key stands for a text, not for something to be done.
func isText(key tea.KeyPressMsg) bool {
	return key.Text != "" && key.Mod&(tea.ModCtrl|tea.ModAlt) == 0
}
