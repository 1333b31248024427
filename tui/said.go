package tui

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/mwvgroup/pgb/tui/cells"
	"github.com/mwvgroup/pgb/tui/feed"
	"github.com/mwvgroup/pgb/tui/keys"
	"github.com/mwvgroup/pgb/tui/report"
	"github.com/mwvgroup/pgb/tui/status"
)

// inFull names the key that shows messages in full.
const inFull = "!: in full"

// mostSaid is how many messages are remembered.
const mostSaid = 100

// said is a message that was shown.
type said struct {
	when  time.Time
	level status.Level
	text  string // in full
	times int    // in a row
}

// remark remembers a message.
func (v *viewer) remark(level status.Level, text string) {
	now := v.c.Now()
	if n := len(v.said); n > 0 && v.said[n-1].level == level && v.said[n-1].text == text {
		v.said[n-1].when = now
		v.said[n-1].times++
		return
	}
	if len(v.said) == mostSaid {
		v.said = slices.Delete(v.said, 0, 1)
	}
	v.said = append(v.said, said{now, level, text, 1})
}

// unreadable says how many alerts of a stream can't be read, and why.
func (v *viewer) unreadable(f feed.Figures) string {
	text := ", " + number(f.Unreadable) + " bad"
	if f.Why != nil {
		text += ": " + v.explain("", f.Why)
	}
	return text
}

// saidBox lists what was said.
type saidBox struct {
	viewer *viewer
	report report.Report
}

// showSaid lists the last messages in full, the newest first, and above them why
// alerts of the stream could not be read.
func (v *viewer) showSaid() {
	b := &saidBox{viewer: v}
	b.report.Title, b.report.Empty = "Messages", "nothing was said yet"
	var list []report.Entry
	if s := v.session; s != nil {
		if f := s.feed.Figures(); f.Unreadable > 0 && f.Why != nil {
			list = append(list, report.Entry{
				Head: countOf(f.Unreadable, "alert") + " of " + s.stream.Name() + " can't be read; the first of them:",
				Text: v.explain("", f.Why), Style: cells.Theme.Error,
			})
		}
	}
	for _, m := range slices.Backward(v.said) {
		head := m.when.Local().Format("15:04:05")
		if m.times > 1 {
			head += fmt.Sprintf(", %d times", m.times)
		}
		style := [...]func(cells.Theme) cells.Style{status.Note: nil, status.Good: cells.Theme.Good, status.Warning: cells.Theme.Warning, status.Error: cells.Theme.Error}[m.level]
		if name := [...]string{status.Note: "", status.Good: "", status.Warning: "warning", status.Error: "error"}[m.level]; name != "" {
			head += ", " + name
		}
		list = append(list, report.Entry{Head: head, Text: strings.TrimSpace(m.text), Style: style})
	}
	b.report.Set(list)
	v.overlay = b
}

func (b *saidBox) render(t cells.Theme, width, height int) *cells.Block {
	b.report.Theme = t
	return b.report.Render(width, height)
}

func (b *saidBox) size(width, height int) (int, int) { return b.report.Size(width, height) }

func (b *saidBox) keys() []keys.Binding {
	return append([]keys.Binding{
		{Keys: []string{"esc", "!", "q", "enter"}, Does: "close", Do: func() { b.viewer.overlay = nil }},
	}, b.report.Keys()...)
}

func (b *saidBox) write(string) {}

func (b *saidBox) click(int, int) { b.viewer.overlay = nil }

func (b *saidBox) wheel(n int) { b.report.Wheel(n) }

func (b *saidBox) cursor() (x, y int, ok bool) { return 0, 0, false }
