package tui

import (
	tea "charm.land/bubbletea/v2"

	"github.com/mwvgroup/pgb/tui/keys"
)

// pictures is what is known of the terminal's graphics.
type pictures struct{ sent string }

// shownMsg says that the whole-screen images are gone.
type shownMsg struct{}

func (v *viewer) askPictures() tea.Cmd       { return nil }
func (v *viewer) learnPictures(tea.Msg) bool { return false }
func (v *viewer) sendImages()                {}
func (v *viewer) drawnOver()                 {}
func (v *viewer) showImages()                {}
func (v *viewer) panelKeys() []keys.Binding  { return v.panel.Keys() }
