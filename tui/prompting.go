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
	leave func() // nil where leaving the line changes nothing

	// taking says that the line was taken and is being looked at. What is typed
	// meanwhile is for what comes after.
	taking bool
	ahead  []tea.KeyPressMsg
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

// leavePrompt leaves the line without taking it.
func (v *viewer) leavePrompt() {
	if leave := v.prompt.leave; leave != nil {
		leave()
	}
	v.closePrompt()
}

// promptKeys are the keys while a line is typed.
func (v *viewer) promptKeys() []keys.Binding {
	q := v.prompt
	return append([]keys.Binding{
		{Keys: []string{"enter"}, Does: "take the line", Do: func() { q.enter(q.line.Text()) }},
		{Keys: []string{"esc"}, Does: "leave the line", Do: v.leavePrompt},
	}, q.line.Keys()...)
}

// typeInto gives a key to the line.
func (v *viewer) typeInto(key tea.KeyPressMsg) {
	if v.prompt.taking {
		v.prompt.ahead = append(v.prompt.ahead, key)
		return
	}
	if !keys.Run(key.String(), v.promptKeys()) && isText(key) {
		v.prompt.line.Insert(key.Text)
	}
}

// searchKind is the history of what was searched for in messages.
const searchKind = "search"

// askSearch opens the line that is searched for in the message of the alert.
func (v *viewer) askSearch() {
	q := v.ask("search the message /", searchKind, "")
	tree := v.panel.Tree()
	q.leave = func() { tree.Search("") }
	q.line.Changed = func(text string) {
		q.line.Note = ""
		if n := tree.Search(text); text != "" {
			q.line.Note = number(int64(n)) + " found (n, N: next and previous)"
		}
	}
	q.enter = func(text string) {
		v.memory.Remember(searchKind, text)
		v.closePrompt()
	}
}

// panelKeys are those of the panel: in the message / searches.
func (v *viewer) panelKeys() []keys.Binding {
	list := v.panel.Keys()
	if v.panel.Tree().Focused {
		search := keys.Binding{Keys: []string{"/"}, Does: "search the message", Do: v.askSearch}
		list = append([]keys.Binding{search}, list...)
	}
	return list
}

// taken goes on once the line was looked at: with what was typed meanwhile. The
// line stays where it was not right.
func (v *viewer) taken(q *question, err error) {
	if q == nil || q != v.prompt {
		return
	}
	ahead := q.ahead
	q.taking, q.ahead = false, nil
	if err != nil {
		q.line.Fail(err)
	} else {
		v.closePrompt()
	}
	for _, key := range ahead {
		v.press(key)
	}
}
