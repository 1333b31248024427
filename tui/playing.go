package tui

import (
	"math"
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
		if mjd := rows.At(i).MJD; mjd == mjd {
			from, to = min(from, mjd), max(to, mjd)
		}
	}
	if from > to {
		return
	}
	v.slider.Set(from, to)
	counts := make([]int, timeParts)
	for i := range rows.Len() {
		if e := rows.At(i); e.MJD == e.MJD && to > from {
			counts[min(int((e.MJD-from)/(to-from)*timeParts), timeParts-1)]++
		}
	}
	v.slider.SetCounts(counts)
}

// togglePlay lets the time of a stored stream go on by itself, or stops it.
func (v *viewer) togglePlay() {
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
	if v.timed {
		return "(Space plays them by their time)"
	}
	return ""
}
