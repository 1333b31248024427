// Package keys says what each key does: one list that the viewer obeys and that
// its help is made of.
package keys

import "strings"

// Binding is what some keys do.
type Binding struct {
	// Keys are names as Bubble Tea gives them: "j", "down", "ctrl+c", "shift+tab".
	// The first ones are shown in the help.
	Keys []string
	// Does says what happens, in a few words: "next alert".
	Does string
	Do   func()
}

// Group is a part of the viewer with its keys.
type Group struct {
	Name     string
	Bindings []Binding
}

// Run does what a key is bound to; of several bindings the first counts. It is
// false where there is none.
func Run(key string, bindings []Binding) bool {
	for _, b := range bindings {
		for _, k := range b.Keys {
			if k == key {
				b.Do()
				return true
			}
		}
	}
	return false
}

// shown are the names of keys that have shorter ones.
var shown = map[string]string{
	"up": "↑", "down": "↓", "left": "←", "right": "→", "pgup": "PgUp", "pgdown": "PgDn", "home": "Home", "end": "End",
	"enter": "Enter", "esc": "Esc", "tab": "Tab", "shift+tab": "Shift-Tab", "space": "Space", "backspace": "Backspace", "delete": "Del",
	"shift+up": "Shift-↑", "shift+down": "Shift-↓", "shift+left": "Shift-←", "shift+right": "Shift-→",
}

// inASCII are those names in 7 bits.
var inASCII = strings.NewReplacer("↑", "Up", "↓", "Down", "←", "Left", "→", "Right")

// Label names keys for people: "j, ↓"; in ASCII "j, Down".
func Label(names []string, ascii bool) string {
	labels := make([]string, len(names))
	for i, name := range names {
		switch short, ok := shown[name]; {
		case ok:
			labels[i] = short
		case strings.HasPrefix(name, "ctrl+"):
			labels[i] = "Ctrl-" + strings.ToUpper(name[len("ctrl+"):])
		default:
			labels[i] = name
		}
		if ascii {
			labels[i] = inASCII.Replace(labels[i])
		}
	}
	return strings.Join(labels, ", ")
}
