// Package slider is the time slider of stored streams: what the viewer shows
// ends at its time, which can be moved and played.
package slider

import (
	"math"
	"time"

	"github.com/mwvgroup/pgb/tui/cells"
	"github.com/mwvgroup/pgb/tui/keys"
)

// Slider is a time within a range. The zero Slider has no range yet. All times
// are MJD (UTC).
type Slider struct {
	Theme   cells.Theme
	Focused bool
	// Empty is said where there is no range.
	Empty string
	// Shown says how much lies before the time, where there is room for it.
	Shown string

	from, to, at float64
	known        bool // there is a range
	playing      bool
	speed        float64 // days per second; 0 until it is asked for
	counts       []int

	block      cells.Block
	track      int // where the track was drawn, and how wide
	trackWidth int
}

// playTime is about how many seconds playing the whole range takes at first.
const playTime = 30

// The limits of the speed, in days per second.
const (
	slowest = 1.0 / 86400 / 16
	fastest = 65536
)

// Set gives the range. The time stays what it is; at the end of the range it
// stays at the end, as when more of a file has been read. A range without a
// length, or of numbers that are none, is no range.
func (s *Slider) Set(from, to float64) {
	if !(from < to) || math.IsInf(from, 0) || math.IsInf(to, 0) {
		s.known, s.playing = false, false
		return
	}
	wasAtEnd := !s.known || s.at >= s.to
	s.from, s.to, s.known = from, to, true
	if wasAtEnd {
		s.at = to
	}
	s.SetAt(s.at)
}

// SetCounts gives how many alerts there are in equal parts of the range.
func (s *Slider) SetCounts(counts []int) { s.counts = counts }

// Range is the range; ok is false while there is none.
func (s *Slider) Range() (from, to float64, ok bool) { return s.from, s.to, s.known }

// At is the time; NaN while there is no range.
func (s *Slider) At() float64 {
	if !s.known {
		return math.NaN()
	}
	return s.at
}

// AtEnd says that nothing lies behind the time.
func (s *Slider) AtEnd() bool { return !s.known || s.at >= s.to }

// SetAt moves to a time, or to the end of the range that is nearer to it.
func (s *Slider) SetAt(mjd float64) {
	if s.known && !math.IsNaN(mjd) {
		s.at = max(s.from, min(mjd, s.to))
	}
}

// Step moves by a part of the range.
func (s *Slider) Step(part float64) { s.SetAt(s.at + part*(s.to-s.from)) }

// Play lets the time go on by itself; from the beginning, if it was at the end.
func (s *Slider) Play() {
	if !s.known {
		return
	}
	if s.at >= s.to {
		s.at = s.from
	}
	s.playing = true
}

// Pause stops the time.
func (s *Slider) Pause() { s.playing = false }

// Toggle plays or pauses.
func (s *Slider) Toggle() {
	if s.playing {
		s.Pause()
	} else {
		s.Play()
	}
}

// Playing says that the time goes on by itself.
func (s *Slider) Playing() bool { return s.playing }

// Speed is how many days go by in a second. Until it is changed, the whole range
// takes about half a minute.
func (s *Slider) Speed() float64 {
	if s.speed > 0 {
		return s.speed
	}
	if !s.known {
		return 1
	}
	return s.within(math.Exp2(math.Round(math.Log2((s.to - s.from) / playTime))))
}

func (s *Slider) within(speed float64) float64 { return max(slowest, min(speed, fastest)) }

// Faster doubles the speed.
func (s *Slider) Faster() { s.speed = s.within(s.Speed() * 2) }

// Slower halves the speed.
func (s *Slider) Slower() { s.speed = s.within(s.Speed() / 2) }

// Advance lets time go by while it is played, and says whether the time of the
// slider changed. It stops at the end.
func (s *Slider) Advance(elapsed time.Duration) (changed bool) {
	if !s.playing || elapsed <= 0 {
		return false
	}
	was := s.at
	s.SetAt(s.at + elapsed.Seconds()*s.Speed())
	if s.at >= s.to {
		s.playing = false
	}
	return s.at != was
}

// Click moves to the time at a place of what was last rendered; it is false
// beside the track.
func (s *Slider) Click(x, y int) bool {
	if !s.known || y < 0 || y >= s.block.Height() || x < s.track || x >= s.track+s.trackWidth {
		return false
	}
	part := 1.0
	if s.trackWidth > 1 {
		part = float64(x-s.track) / float64(s.trackWidth-1)
	}
	s.SetAt(s.from + part*(s.to-s.from))
	return true
}

// Keys are the keys that move the time and play it.
func (s *Slider) Keys() []keys.Binding {
	return []keys.Binding{
		{Keys: []string{"space"}, Does: "play, pause", Do: s.Toggle},
		{Keys: []string{"left"}, Does: "earlier", Do: func() { s.Step(-0.01) }},
		{Keys: []string{"right"}, Does: "later", Do: func() { s.Step(0.01) }},
		{Keys: []string{"shift+left"}, Does: "a little earlier", Do: func() { s.Step(-0.001) }},
		{Keys: []string{"shift+right"}, Does: "a little later", Do: func() { s.Step(0.001) }},
		{Keys: []string{"home"}, Does: "to the beginning", Do: func() { s.SetAt(s.from) }},
		{Keys: []string{"end"}, Does: "to the end", Do: func() { s.SetAt(s.to) }},
		{Keys: []string{"+", "="}, Does: "play faster", Do: s.Faster},
		{Keys: []string{"-"}, Does: "play slower", Do: s.Slower},
	}
}
