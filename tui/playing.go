package tui

import (
	"math"

	"github.com/mwvgroup/pgb/client/alert/lightcurve"
)

// timeParts is how many parts of the time the slider shows the alerts of.
const timeParts = 200

// stretchTime gives the slider the times of a stored stream.
func (v *viewer) stretchTime(s *session) {
	if !s.stream.Stored() {
		return
	}
	begin := v.c.Now()
	defer func() { // a large file takes a moment: it gets a small part of the time
		now := v.c.Now()
		s.stretch = now.Add(20 * now.Sub(begin))
	}()
	from, to := math.Inf(1), math.Inf(-1)
	rows := s.rows()
	for i := range rows.Len() {
		if mjd := rows.At(i).MJD; isTime(mjd) {
			from, to = min(from, mjd), max(to, mjd)
		}
	}
	v.slider.Empty = ""
	switch {
	case from < to:
	case s.phase == reading: // more may come
		return
	case from == to:
		v.slider.Empty = "all alerts are of one time, " + lightcurve.Date(from, 0.1) + ": there is nothing to play"
	default:
		v.slider.Empty = "no alert has a time: there is nothing to play"
	}
	v.slider.Set(from, to)
	counts := make([]int, timeParts)
	for i := range rows.Len() {
		if e := rows.At(i); isTime(e.MJD) && to > from {
			counts[min(int((e.MJD-from)/(to-from)*timeParts), timeParts-1)]++
		}
	}
	v.slider.SetCounts(counts)
}

// The years in which alerts may be, 1900 to 2200 (MJD): other times are those of
// broken packets, and must not stretch the slider.
const (
	firstTime = 15020
	lastTime  = 124593
)

// isTime says whether an alert can have come at a time.
func isTime(mjd float64) bool { return mjd >= firstTime && mjd <= lastTime }

// shownPart says how many of the alerts lie before the slider's time.
func (v *viewer) shownPart() string {
	s := v.session
	if s == nil || v.slider.AtEnd() {
		return ""
	}
	return number(int64(s.table.Len())) + " of " + countOf(int64(s.rows().Len()), "alert")
}

// togglePlay lets the time of a stored stream go on by itself, or stops it.
func (v *viewer) togglePlay() {
	if _, _, ok := v.slider.Range(); !ok && v.slider.Empty != "" {
		v.say(v.slider.Empty)
		return
	}
	v.slider.Toggle()
	v.played = v.c.Now()
	v.ring()
}

// play lets time go by on the slider, and shows what lies before it. It is false
// where the time stands still.
func (v *viewer) play() bool {
	if !v.timed || v.session == nil {
		return false
	}
	now := v.c.Now()
	playing := v.slider.Playing()
	if playing {
		v.slider.Advance(now.Sub(v.played))
		v.ring()
	}
	v.played = now
	until := v.slider.At()
	if v.slider.AtEnd() {
		until = math.NaN()
	}
	v.session.showUntil(until)
	return playing
}

// playHint says how a stored stream is played.
func (v *viewer) playHint() string {
	if _, _, ok := v.slider.Range(); ok && v.timed {
		return "(Space plays them by their time)"
	}
	return ""
}
