package sim

import (
	"fmt"
	"iter"
	"slices"
)

// HistoryOptions say what part of the past [Sky.History] gives.
type HistoryOptions struct {
	// Months before the start of the sky, 1 to 12. Default 6.
	Months int
	// Objects is the number of places whose alerts are given, ZTF21abc beside
	// them. Default all of the sky's.
	Objects int
	// SpacingDays is the least time between two alerts of one object and
	// survey. Each alert carries a history of its own (30 days for ZTF, a year
	// for LSST), so that 15 days lose no point of a light curve but trigger
	// fields. The last alert before the start is always given. Default 0: all.
	SpacingDays float64
	// NoCutouts leaves the stamp images out, which is much faster.
	NoCutouts bool
}

const (
	monthDays      = 30.4375
	noticeInterval = 7 // nights: notices are large, and an archive needs few
)

// History gives the alerts of the months before the sky's start, in the order of
// simulated time: what a stream that begins at the start has behind it. It does
// not touch the sky, which may have moved on, and gives the same each time.
func (s *Sky) History(o HistoryOptions) iter.Seq2[*Event, error] {
	return func(yield func(*Event, error) bool) {
		past, err := s.past(&o)
		if err != nil {
			yield(nil, err)
			return
		}
		begin := past.first - int(float64(o.Months)*monthDays)
		var queue []todo
		last := make(map[uint64]float64)
		final := past.lastAlerts(begin, o)
		for night := begin; night < past.first; night++ {
			queue = past.plan(night, queue)
			for i := range queue {
				t := &queue[i]
				if !due(t, night, o.SpacingDays, last, final) {
					continue
				}
				if e, err := past.event(t); !yield(e, err) || err != nil {
					return
				}
			}
		}
	}
}

// past makes the sky that a history is read from.
func (s *Sky) past(o *HistoryOptions) (*Sky, error) {
	if o.Months == 0 {
		o.Months = 6
	}
	if o.Months < 1 || o.Months > 12 {
		return nil, fmt.Errorf("give the past of a simulated sky: %d months: must be 1 to 12", o.Months)
	}
	options := s.options
	options.Surveys = slices.Clone(options.Surveys)
	options.NoCutouts = options.NoCutouts || o.NoCutouts
	past, err := New(s.seed, options)
	if err != nil {
		return nil, err
	}
	past.offsets = [surveyCount]int64{}
	past.limit = o.Objects
	return past, nil
}

// due says whether a history gives an alert.
func due(t *todo, night int, spacing float64, last, final map[uint64]float64) bool {
	if t.notice != nil {
		return night%noticeInterval == 0
	}
	key := pair(t)
	before, seen := last[key]
	if seen && t.at-before < spacing && final[key] != t.at {
		return false
	}
	last[key] = t.at
	return true
}

// pair names an object and a survey.
func pair(t *todo) uint64 { return t.object.num*uint64(surveyCount) + uint64(t.survey) }

// lastAlerts gives the time of the last alert of each object and survey.
func (s *Sky) lastAlerts(begin int, o HistoryOptions) map[uint64]float64 {
	if o.SpacingDays <= 0 {
		return nil
	}
	final := make(map[uint64]float64)
	var queue []todo
	for night := begin; night < s.first; night++ {
		queue = s.plan(night, queue)
		for i := range queue {
			if t := &queue[i]; t.notice == nil {
				final[pair(t)] = t.at
			}
		}
	}
	return final
}
