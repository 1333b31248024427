package tui

import (
	"math"

	"github.com/mwvgroup/pgb/client/alert"
	"github.com/mwvgroup/pgb/tui/feed"
	"github.com/mwvgroup/pgb/tui/skymap"
	"github.com/mwvgroup/pgb/tui/table"
)

// shelf is a set of alerts that can be looked at: what came of a stream, or the
// answer to a lookup.
type shelf struct {
	feed  *feed.Feed
	sieve *sieve // nil where all that is kept is shown
	table *table.Table
	sky   *skymap.Map
	until float64 // the time (MJD) up to which alerts are shown; NaN for all

	outlines outlines // of gravitational waves, on the map
}

// newShelf makes an empty shelf.
func newShelf(c *Config, columns []alert.Column, fields []string, keep int) shelf {
	s := shelf{
		feed:  feed.New(feed.Options{Columns: columns, Keep: keep, Now: c.Now}),
		table: table.New(columns, fields),
		sky:   &skymap.Map{},
		until: math.NaN(),
	}
	s.sky.Kept = func(seq int64) bool { return s.feed.BySeq(seq) != nil }
	s.table.SetRows(s.feed)
	return s
}

// rows are what is shown.
func (s *shelf) rows() table.Rows {
	if s.sieve != nil {
		return s.sieve
	}
	return s.feed
}

// take shows what came in, and gives it.
func (s *shelf) take() []*feed.Entry {
	fresh := s.feed.Take()
	if len(fresh) == 0 {
		return nil
	}
	if s.sieve != nil {
		s.sieve.add(fresh)
	}
	for _, e := range fresh {
		if s.shows(e) {
			s.sky.Add(e)
		}
	}
	s.table.SetRows(s.rows())
	return fresh
}

// sift shows other alerts of those that are kept. The selection stays where it
// can.
func (s *shelf) sift(by *sieve) {
	s.sieve = by
	selected, following := s.table.Selected(), s.table.Following()
	rows := s.rows()
	s.table.SetRows(rows)
	if !following && selected != nil {
		s.table.Select(selected.Seq)
	}
	s.drawSky(math.NaN())
}

// showUntil shows what lies before a time (MJD), NaN for everything.
func (s *shelf) showUntil(until float64) {
	if until == s.until || until != until && s.until != s.until {
		return
	}
	before := s.until
	s.until, s.table.Until = until, until
	s.table.SetRows(s.rows())
	s.drawSky(before)
}

// drawSky fills the map with what is shown. What lies before an earlier time is
// there already; NaN stands for nothing is.
func (s *shelf) drawSky(before float64) {
	if !(s.until > before) {
		s.sky.Clear()
		before = math.Inf(-1)
	}
	rows := s.rows()
	for i := rows.Len() - 1; i >= 0; i-- {
		if e := rows.At(i); s.shows(e) && !(e.MJD <= before) {
			s.sky.Add(e)
		}
	}
}

// shows says whether an alert lies before the time up to which they are shown.
func (s *shelf) shows(e *feed.Entry) bool { return s.until != s.until || e.MJD <= s.until }
