package tree

import "github.com/mwvgroup/pgb/tui/keys"

// Keys are what keys do while the tree has them.
func (t *Tree) Keys() []keys.Binding {
	page := func() int { return max(t.height-1, 1) }
	return []keys.Binding{
		{Keys: []string{"j", "down"}, Does: "next value", Do: func() { t.Move(1) }},
		{Keys: []string{"k", "up"}, Does: "previous value", Do: func() { t.Move(-1) }},
		{Keys: []string{"right"}, Does: "unfold, go in", Do: t.Unfold},
		{Keys: []string{"left"}, Does: "fold, go out", Do: t.Fold},
		{Keys: []string{"enter", "space"}, Does: "fold or unfold", Do: t.Toggle},
		{Keys: []string{"E"}, Does: "unfold all", Do: func() { t.FoldAll(true) }},
		{Keys: []string{"C"}, Does: "fold all", Do: func() { t.FoldAll(false) }},
		{Keys: []string{"n"}, Does: "next match", Do: t.Next},
		{Keys: []string{"N"}, Does: "previous match", Do: t.Previous},
		{Keys: []string{"pgdown"}, Does: "a screen down", Do: func() { t.Move(page()) }},
		{Keys: []string{"pgup"}, Does: "a screen up", Do: func() { t.Move(-page()) }},
		{Keys: []string{"g", "home"}, Does: "first value", Do: func() { t.Move(-len(t.rows)) }},
		{Keys: []string{"G", "end"}, Does: "last value", Do: func() { t.Move(len(t.rows)) }},
	}
}
