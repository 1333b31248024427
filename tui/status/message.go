package status

import (
	"time"

	"github.com/mwvgroup/pgb/tui/cells"
)

// least is how long a message is seen before one that matters less takes its
// place.
const least = 4 * time.Second

// message is what the bar says.
type message struct {
	level  Level
	murmur bool // it is worth a line that is free, no more
	text   string
	during time.Duration

	least, until time.Time // a zero until is that of a message that stays
}

// weight says what a message displaces before its time is over.
func (m *message) weight() int {
	if m.murmur {
		return -1
	}
	return int(max(m.level, Good))
}

// messages are those of a bar.
type messages struct {
	passing message // for its time
	staying message // until another one that stays
	next    message // which waits for its turn
}

// current gives what is said now.
func (b *Bar) current() *message {
	m := &b.messages
	if m.next.text != "" && b.isTurn(&m.next) {
		next := m.next
		m.next = message{}
		b.show(next)
	}
	return b.top()
}

// top gives what is said, but for what waits.
func (b *Bar) top() *message {
	if m := &b.messages; m.passing.text != "" && b.Now.Before(m.passing.until) {
		return &m.passing
	}
	return &b.messages.staying
}

// isTurn says whether a message may take the place of the present one.
func (b *Bar) isTurn(m *message) bool {
	now := b.top()
	switch {
	case now.text == "" || m.weight() >= now.weight():
		return true
	case m.murmur:
		return now.weight() == int(Good) && !b.Now.Before(now.least)
	}
	return !b.Now.Before(now.least)
}

func (b *Bar) show(m message) {
	m.least = b.Now.Add(least)
	if m.during <= 0 {
		b.messages.staying = m
		return
	}
	m.until = b.Now.Add(m.during)
	b.messages.passing = m
	if b.messages.staying.level <= Good { // one that matters is seen again afterwards
		b.messages.staying = message{}
	}
}

// Say shows a message for a time; 0 shows it until another that stays is said.
// One that matters less than the present one waits until that was seen for a
// moment. A warning or an error that stays is there again after one that goes.
func (b *Bar) Say(level Level, text string, during time.Duration) {
	m := message{level: level, text: text, during: during}
	switch {
	case during <= 0:
		if b.isTurn(&m) {
			b.messages.passing = message{}
		}
		b.show(m)
	case b.isTurn(&m):
		b.show(m)
	default:
		b.messages.next = m
	}
}

// Murmur shows a warning where nobody minds: it takes the place of no error and
// of nothing that was not seen yet, and everything else takes its place.
func (b *Bar) Murmur(text string, during time.Duration) {
	m := message{level: Warning, murmur: true, text: text, during: during}
	switch {
	case b.isTurn(&m):
		b.show(m)
	case b.messages.next.text == "" || b.messages.next.murmur:
		b.messages.next = m
	}
}

// Hush takes the messages away, but for errors whose time is not over: they are
// not known to be of the past.
func (b *Bar) Hush() {
	m := &b.messages
	m.staying = message{}
	if m.passing.level != Error {
		m.passing = message{}
	}
	if m.next.level != Error {
		m.next = message{}
	}
}

// Unsay takes a message away, wherever it is.
func (b *Bar) Unsay(text string) {
	for _, m := range []*message{&b.messages.passing, &b.messages.staying, &b.messages.next} {
		if m.text == text {
			*m = message{}
		}
	}
}

// Clear takes all messages away.
func (b *Bar) Clear() { b.messages = messages{} }

// Saying says whether there is a message.
func (b *Bar) Saying() bool { return b.current().text != "" }

// drawMessage draws the message into the first line. Where that is the only one,
// it leaves room for what must always be seen.
func (b *Bar) drawMessage(only bool) {
	marks := [...]string{"", "✓ ", "! ", "✗ "}
	if b.Theme.ASCII {
		marks = [...]string{"", "+ ", "! ", "x "}
	}
	m := b.current()
	style := [...]cells.Style{{}, b.Theme.Good(), b.Theme.Warning(), b.Theme.Error()}[m.level]
	end := b.block.Width()
	if only {
		for _, always := range []struct {
			is   bool
			text string
		}{{b.simulated(), "SIM"}, {b.Paused, "PAUSED"}} {
			if always.is && end > len(always.text)+10 {
				end = b.block.WriteRight(end, 0, always.text, b.Theme.Warning()) - 1
			}
		}
	}
	x := b.block.Write(0, 0, marks[m.level], style)
	if b.More != "" && cells.Width(b.Theme.Text(m.text)) > end-x && end-x > 3*cells.Width(b.More) {
		end = b.block.WriteRight(end, 0, b.More, b.Theme.Key()) - 1
	}
	b.block.Write(x, 0, b.Theme.Cut(m.text, end-x), style)
}
