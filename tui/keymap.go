package tui

import (
	"slices"
	"strconv"

	tea "charm.land/bubbletea/v2"

	"github.com/mwvgroup/pgb/tui/keys"
	"github.com/mwvgroup/pgb/tui/object"
)

// objectKeys is the name of the keys of the panel.
const objectKeys = "Object"

// always are keys that mean the same wherever they are pressed.
func (v *viewer) always() keys.Group {
	return keys.Group{Name: "Everywhere", Bindings: []keys.Binding{
		{Keys: []string{"?", "f1"}, Does: "list the keys", Do: v.showHelp},
		{Keys: []string{"q", "ctrl+c"}, Does: "quit", Do: v.leave},
		{Keys: []string{"tab"}, Does: "next part", Do: func() { v.nextPart(1) }},
		{Keys: []string{"shift+tab"}, Does: "part before", Do: func() { v.nextPart(-1) }},
		{Keys: []string{"ctrl+z"}, Does: "suspend", Do: func() { v.do(tea.Suspend) }},
		{Keys: []string{"ctrl+l"}, Does: "draw everything again", Do: func() { v.do(tea.ClearScreen) }},
	}}
}

// streamKeys are those of the stream.
func (v *viewer) streamKeys() keys.Group {
	pause := keys.Binding{Keys: []string{"space", "p"}, Does: "pause or go on", Do: v.togglePause}
	g := keys.Group{Name: "Stream", Bindings: []keys.Binding{
		{Keys: []string{"T"}, Does: "choose a stream", Do: v.chooseTopic},
		{Keys: []string{"/"}, Does: "filter", Do: v.askFilter},
		pause,
		{Keys: []string{"F"}, Does: "follow the newest alert, or the first where sorted", Do: v.toggleFollow},
		{Keys: []string{"S"}, Does: "save all that pass, or end that", Do: v.askSaveAll},
		{Keys: []string{"r"}, Does: "try again now", Do: v.again},
	}}
	if v.timed {
		pause.Keys = []string{"p"}
		play := keys.Binding{Keys: []string{"space"}, Does: "play by time, or stop", Do: v.togglePlay}
		g.Bindings = slices.Replace(g.Bindings, 2, 3, play, pause)
	}
	return g
}

// alertKeys are those of the chosen alert.
func (v *viewer) alertKeys() keys.Group {
	ask := "ask the archive for all of the object"
	if a := v.c.Archive; a != nil && !a.Free() {
		ask = "ask " + a.Name() + " for all of the object: costs money, within the budget"
	}
	return keys.Group{Name: "Alert", Bindings: []keys.Binding{
		{Keys: []string{"enter"}, Does: "look at the alert", Do: v.lookAt},
		{Keys: []string{"esc"}, Does: "back", Do: v.back},
		{Keys: []string{"I", "c"}, Does: "images on the whole screen", Do: v.showImages},
		{Keys: []string{"o"}, Does: "open the object's page", Do: v.openPage},
		{Keys: []string{"y"}, Does: "copy the page's address", Do: v.copyPage},
		{Keys: []string{"w"}, Does: "watch the object, or no longer", Do: v.toggleWatch},
		{Keys: []string{"s"}, Does: "save the alert", Do: v.askSaveOne},
		{Keys: []string{"a"}, Does: ask, Do: v.askNow},
	}}
}

// viewKeys are those of what is shown.
func (v *viewer) viewKeys() keys.Group {
	return keys.Group{Name: "View", Bindings: []keys.Binding{
		{Keys: []string{":"}, Does: "look up an id or a position", Do: v.askLookup},
		{Keys: []string{"m"}, Does: "map of the sky, or the object", Do: v.toggleSky},
		{Keys: []string{"Z"}, Does: "this part only, or all", Do: func() { v.alone = !v.alone }},
		{Keys: []string{"W"}, Does: "watch list", Do: v.chooseWatched},
		{Keys: []string{"H"}, Does: "history", Do: v.chooseHistory},
		{Keys: []string{"!"}, Does: "messages in full", Do: v.showSaid},
	}}
}

// partKeys are those of the part that has the keys.
func (v *viewer) partKeys(p part) keys.Group {
	switch p {
	case partPanel:
		return keys.Group{Name: objectKeys, Bindings: v.panelKeys()}
	case partSky:
		return keys.Group{Name: "Sky", Bindings: v.sky().Keys()}
	case partSlider:
		return keys.Group{Name: "Time", Bindings: v.slider.Keys()}
	}
	if from := v.current(); from != nil {
		return keys.Group{Name: "Table", Bindings: from.table.Keys()}
	}
	return keys.Group{Name: "Table"}
}

// numberKeys show the parts of the object, whatever has the keys.
func (v *viewer) numberKeys() keys.Group {
	var g keys.Group
	for n := range object.Parts {
		g.Bindings = append(g.Bindings, keys.Binding{Keys: []string{strconv.Itoa(n + 1)}, Do: func() { v.showPart(n) }})
	}
	return g
}

// groups are all keys that do something now, for the help.
func (v *viewer) groups() []keys.Group {
	list := []keys.Group{v.always(), v.streamKeys(), v.alertKeys(), v.viewKeys(), v.partKeys(partTable), v.partKeys(partPanel), v.partKeys(partSky)}
	if v.timed {
		list = append(list, v.partKeys(partSlider))
	}
	return slices.DeleteFunc(list, func(g keys.Group) bool { return len(g.Bindings) == 0 })
}

// press does what a key is bound to. Keys that mean the same everywhere come
// first, then those of the part that has the keys.
func (v *viewer) press(key tea.KeyPressMsg) {
	name := key.String()
	if name == "ctrl+c" && v.leaving {
		v.failure = ErrInterrupted
		v.do(tea.Quit)
		return
	}
	switch {
	case v.leaving:
	case name == "ctrl+c" || name == "ctrl+z" || name == "ctrl+l":
		keys.Run(name, v.always().Bindings)
	case v.overlay != nil:
		v.typeOver(key)
	case v.prompt != nil:
		v.typeInto(key)
	default:
		for _, g := range []keys.Group{v.always(), v.partKeys(v.focus), v.numberKeys(), v.streamKeys(), v.alertKeys(), v.viewKeys()} {
			if keys.Run(name, g.Bindings) {
				if g.Name == objectKeys {
					v.hold()
				}
				return
			}
		}
	}
}

// hints are the keys that are named in the status bar.
func (v *viewer) hints() []keys.Binding {
	return []keys.Binding{
		{Keys: []string{"?"}, Does: "keys"},
		{Keys: []string{"q"}, Does: "quit"},
		{Keys: []string{"/"}, Does: "filter"},
		{Keys: []string{":"}, Does: "look up"},
		{Keys: []string{"m"}, Does: "sky"},
		{Keys: []string{"s"}, Does: "save"},
	}
}
