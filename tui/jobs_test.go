package tui

import (
	"context"
	"testing"

	tea "charm.land/bubbletea/v2"
)

func TestAResultThatIsGivenUpOnItsWayDoesNotArrive(t *testing.T) {
	for name, given := range map[string]bool{"wanted": false, "given up": true} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t, 80, 24)
			v := newViewer(t.Context(), w.config)
			defer v.cancel()
			posted := make(chan tea.Msg, 1)
			v.post = func(msg tea.Msg) { posted <- msg }
			v.newest(&v.lookup, func(context.Context) tea.Msg { return crashMsg{context.DeadlineExceeded} })
			msg := <-posted
			if given {
				v.lookup.stop()
			}
			v.Update(msg)
			if arrived := v.failure != nil; arrived == given {
				t.Errorf("it arrived: %v", arrived)
			}
		})
	}
}
