package tui

import (
	"errors"
	"fmt"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/colorprofile"

	"github.com/mwvgroup/pgb/tui/feed"
)

// Update deals with a message. What takes time is done elsewhere, and its result
// comes as a message too.
func (v *viewer) Update(msg tea.Msg) (tea.Model, tea.Cmd) {
	if n, ok := msg.(newestMsg); ok {
		if n.ctx.Err() != nil || n.msg == nil {
			return v, nil
		}
		msg = n.msg
	}
	dirty := v.dirty
	v.dirty = true
	v.cmds = nil
	switch {
	case v.hear(msg), v.learn(msg), v.receive(msg):
	default:
		v.dirty = dirty // of no concern
	}
	if v.dirty {
		v.settle()
	}
	if len(v.cmds) == 0 {
		return v, nil
	}
	return v, tea.Sequence(v.cmds...)
}

// hear deals with what the person does.
func (v *viewer) hear(msg tea.Msg) bool {
	switch msg := msg.(type) {
	case tea.KeyPressMsg:
		v.press(msg)
	case tea.PasteMsg:
		v.paste(msg.Content)
	case tea.MouseMsg:
		return v.mouse(msg)
	default:
		return false
	}
	return true
}

// learn deals with what the terminal tells of itself.
func (v *viewer) learn(msg tea.Msg) bool {
	switch msg := msg.(type) {
	case tea.WindowSizeMsg:
		v.width, v.height = msg.Width, msg.Height
	case tea.BackgroundColorMsg:
		v.theme.Light = !msg.IsDark()
	case tea.ColorProfileMsg:
		v.theme.Plain = msg.Profile <= colorprofile.ASCII
		v.theme.TrueColour = msg.Profile == colorprofile.TrueColor
	case tea.ResumeMsg:
		v.panel.Cutouts().Lost()
	case madeMsg:
		v.picturesMade(msg)
	case shownMsg:
		v.shown(msg)
	default:
		return v.learnPictures(msg)
	}
	return true
}

// receive deals with what came of work in the background.
func (v *viewer) receive(msg tea.Msg) bool {
	switch msg := msg.(type) {
	case tickMsg:
		return v.tick()
	case memoryMsg:
		v.begin(msg)
	case noticeMsg:
		v.notice(string(msg))
	case failedMsg:
		v.fail(msg.what, msg.err)
	case openedMsg:
		v.opened(msg)
	case clearedMsg:
		v.cleared(msg)
	case closedMsg:
		v.closed(msg)
	case streamEndedMsg:
		v.streamEnded(msg)
	case retryMsg:
		v.retry(msg)
	case loadedMsg:
		v.loaded(msg)
		v.outlineChosen(msg)
	case loadMsg:
		if msg.due.Equal(v.choice.due) {
			v.choice.due = time.Time{}
		}
	case answeredMsg:
		v.answered(msg)
	case foundMsg:
		v.foundSomething(msg)
	case leaveMsg:
		v.leave()
	case goneMsg:
		v.failure = errors.Join(msg.err, v.late)
		v.releasePictures()
		v.do(tea.Quit)
	case crashMsg:
		v.failure = msg.err
		v.do(tea.Quit)
	default:
		return v.receiveMore(msg)
	}
	return true
}

func (v *viewer) receiveMore(msg tea.Msg) bool {
	switch msg := msg.(type) {
	case checkedMsg:
		v.checked(msg)
	case compiledMsg:
		v.compiled(msg)
	case siftedMsg:
		v.sifted(msg)
	case savedMsg:
		v.saved(msg)
	case attachedMsg:
		v.attached(msg)
	case saveEndedMsg:
		v.saveEnded(msg)
	case regionMsg:
		v.outlined(msg)
	case restMsg:
		v.rested(msg)
	default:
		return false
	}
	return true
}

// tick looks what came in. It is false where nothing has to be drawn for it.
func (v *viewer) tick() bool {
	v.sendPictures()
	changed := false
	if s := v.session; s != nil {
		changed = len(v.takeStream()) > 0 || s.feed.Paused()
	}
	return v.play() || changed || v.c.Now().Sub(v.drawn) >= stale
}

// takeStream shows what came of the stream.
func (v *viewer) takeStream() []*feed.Entry {
	s := v.session
	fresh := s.take()
	if len(fresh) > 0 {
		s.intake.wasTaken()
		v.lookOut(fresh)
		v.outline(&s.shelf, fresh)
		if v.c.Now().After(s.stretch) {
			v.stretchTime(s)
		}
	}
	return fresh
}

// paste puts a text into what is typed.
func (v *viewer) paste(text string) {
	switch {
	case v.leaving:
	case v.overlay != nil:
		v.overlay.write(text)
	case v.prompt != nil:
		v.prompt.line.Insert(text)
	default:
		v.say(fmt.Sprintf("nothing to paste into: / filters, %s looks up", ":"))
	}
}
