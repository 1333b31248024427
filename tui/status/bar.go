// Package status is the bar at the bottom of the viewer: what is read, how fast,
// what is kept back, filtered, lost and saved, and what it costs.
package status

import (
	"time"

	"github.com/mwvgroup/pgb/tui/cells"
	"github.com/mwvgroup/pgb/tui/feed"
	"github.com/mwvgroup/pgb/tui/keys"
)

// State is what the stream does.
type State uint8

// The states of a stream.
const (
	Idle State = iota // none is open
	Connecting
	Running
	Retrying // it was lost, and is tried again
	Ended    // there is no more of it
	Stopped  // it failed, and is not tried again
	Reconnecting
)

// Level says how much a message matters.
type Level uint8

// The levels of messages.
const (
	Note Level = iota
	Good
	Warning
	Error
)

// Bar is the status bar. Its fields are set before each [Bar.Render].
type Bar struct {
	Theme cells.Theme
	Now   time.Time

	Name      string // of the stream
	State     State
	Retry     time.Time // when a stream that was lost is tried again; zero where that is not known
	Paused    bool
	Waiting   int // how many alerts wait while it is paused
	Following bool
	Figures   feed.Figures
	Filter    string
	// Saving is what messages are saved into, Saved how many are there.
	Saving string
	Saved  int64
	// Archive is where lookups are made, or what it does just now.
	Archive string
	// Simulated shows the mark of simulated alerts before one has come.
	Simulated bool
	// Hints are keys that are named at the right, the most important first.
	Hints []keys.Binding

	// More names the key that shows a message in full, beside one that is cut.
	More string

	messages messages

	block cells.Block
	parts []part
}

// Height says how many lines the bar wants on a screen of a size, a line for
// messages among them where there is room for it.
func Height(width, height int) int {
	switch {
	case height < 8:
		return 1
	case height < 30 || width < 60:
		return 2
	}
	return 3
}

// Render draws the bar. A message takes the uppermost line, the only one too;
// what the other lines cannot hold they leave out, the least important first.
func (b *Bar) Render(width, height int) *cells.Block {
	b.block.Reset(width, height)
	lines := b.block.Height()
	if lines == 0 || b.block.Width() == 0 {
		return &b.block
	}
	y := 0
	if b.Saying() {
		b.drawMessage(lines == 1)
		y = 1
	} else if lines > 2 {
		y = lines - 2
	}
	switch lines - y {
	case 0:
	case 1:
		b.parts = append(b.upper(b.parts[:0]), b.lower()...)
		b.drawLine(y)
	default:
		b.parts = b.upper(b.parts[:0])
		b.drawLine(lines - 2)
		b.parts = append(b.parts[:0], b.lower()...)
		b.drawLine(lines - 1)
	}
	return &b.block
}

func (b *Bar) simulated() bool { return b.Simulated || b.Figures.Simulated }
