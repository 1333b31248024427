package tui

import (
	"context"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"

	"github.com/mwvgroup/pgb/tui/status"
)

// How long messages stay.
const (
	shortly = 8 * time.Second
	longer  = 30 * time.Second
	forGood = 0
)

// noticeMsg is a line from what runs in the background; an empty one takes the
// last away.
type noticeMsg string

// listen brings the notices of what runs in the background.
func (v *viewer) listen() {
	if v.c.Notices == nil {
		return
	}
	v.background(func() {
		for {
			select {
			case <-v.ctx.Done():
				return
			case line, ok := <-v.c.Notices:
				if !ok {
					return
				}
				v.post(noticeMsg(line))
			}
		}
	})
}

// notice shows a notice.
func (v *viewer) notice(line string) {
	v.hearOfConnection(line)
	v.bar.Unsay(v.noticed)
	asks := v.lookup.going()
	v.noticed = line
	switch {
	case line != "" && asks:
		v.noticed += " ... " + givesUp
		v.tell(status.Warning, v.noticed, longer)
	case line != "":
		v.tell(status.Warning, line, longer)
	case asks:
		v.tell(status.Note, v.asks, forGood)
	}
}

// say shows a line for a moment.
func (v *viewer) say(text string) { v.tell(status.Note, text, shortly) }

// sayGood says that something went well.
func (v *viewer) sayGood(text string) { v.tell(status.Good, text, shortly) }

// warn says what should be seen.
func (v *viewer) warn(text string) { v.tell(status.Warning, text, longer) }

// fail says what failed, why, and what could be done.
func (v *viewer) fail(what string, err error) {
	v.tell(status.Error, v.explain(what, err), longer)
}

func (v *viewer) tell(l status.Level, text string, during time.Duration) {
	v.remark(l, text)
	v.show(l, text, during)
}

// show shows a message, which is remembered otherwise.
func (v *viewer) show(l status.Level, text string, during time.Duration) {
	v.bar.Now = v.c.Now()
	v.bar.Say(l, text, during)
}

// explain puts what failed, why, and what could be done into a line.
func (v *viewer) explain(what string, err error) string {
	line, hints := v.c.Explain(err)
	if what != "" {
		line = what + ": " + line
	}
	if len(hints) > 0 {
		line += " (" + strings.Join(hints, "; ") + ")"
	}
	return line
}

// ifFailed gives a message of an error, none where there is none.
func ifFailed(what string, err error) tea.Msg {
	if err == nil {
		return nil
	}
	return failedMsg{what, err}
}

// bring returns work whose only result is what failed.
func (v *viewer) bring(what string, do func() error) {
	v.work(v.ctx, func(context.Context) tea.Msg { return ifFailed(what, do()) })
}
