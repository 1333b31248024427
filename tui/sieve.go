package tui

import (
	"sort"

	"github.com/mwvgroup/pgb/tui/feed"
)

// sieve shows those alerts of a feed that pass a filter. The others stay in the
// feed, and are there again when the filter goes.
type sieve struct {
	feed *feed.Feed
	seqs []int64 // of those that pass, ascending; some may be forgotten
}

// newSieve makes a sieve of the alerts that passed, by number ascending.
func newSieve(of *feed.Feed, seqs []int64) *sieve { return &sieve{feed: of, seqs: seqs} }

// add adds alerts that passed on their way in.
func (s *sieve) add(fresh []*feed.Entry) {
	for _, e := range fresh {
		s.seqs = append(s.seqs, e.Seq)
	}
	if oldest := s.feed.At(s.feed.Len() - 1); oldest != nil {
		s.seqs = s.seqs[sort.Search(len(s.seqs), func(i int) bool { return s.seqs[i] >= oldest.Seq }):]
	}
}

// Len is how many pass.
func (s *sieve) Len() int { return len(s.seqs) }

// At gives one of them, the newest first.
func (s *sieve) At(i int) *feed.Entry {
	if i < 0 || i >= len(s.seqs) {
		return nil
	}
	return s.feed.BySeq(s.seqs[len(s.seqs)-1-i])
}
