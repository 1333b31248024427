package tui

import (
	tea "charm.land/bubbletea/v2"

	"github.com/mwvgroup/pgb/tui/keys"
	"github.com/mwvgroup/pgb/tui/prompt"
)

// question is a line that is being typed.
type question struct {
	kind  string // of the history
	line  prompt.Prompt
	enter func(text string)
}

// ask opens a line to type into.
func (v *viewer) ask(label, kind, text string) *question {
	v.closePrompt()
	v.overlay = nil
	q := &question{kind: kind}
	q.line.Label, q.line.Focused = label, true
	q.line.SetHistory(v.memory.History(kind))
	q.line.Set(text)
	v.prompt = q
	return q
}

// closePrompt leaves the line.
func (v *viewer) closePrompt() {
	v.counting.stop()
	v.prompt = nil
}

// promptKeys are the keys while a line is typed.
func (v *viewer) promptKeys() []keys.Binding {
	q := v.prompt
	return append([]keys.Binding{
		{Keys: []string{"enter"}, Does: "take the line", Do: func() { q.enter(q.line.Text()) }},
		{Keys: []string{"esc"}, Does: "leave the line", Do: v.closePrompt},
	}, q.line.Keys()...)
}

// typeInto gives a key to the line.
func (v *viewer) typeInto(key tea.KeyPressMsg) {
	if !keys.Run(key.String(), v.promptKeys()) && key.Text != "" && key.Mod&(tea.ModCtrl|tea.ModAlt) == 0 {
		v.prompt.line.Insert(key.Text)
	}
}
