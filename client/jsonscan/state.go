package jsonscan

import (
	"math/bits"

	"github.com/mwvgroup/pgb/client/field"
)

// span is a range of slots, as bits of words: those of the first word, those of
// the last where that is another one, and all of the words between.
type span struct {
	first, last int
	head, tail  uint64
}

func newSpan(from, to int) span {
	if from == to {
		return span{}
	}
	s := span{first: from / 64, last: (to - 1) / 64}
	s.head = ^uint64(0) << (from % 64)
	s.tail = ^uint64(0) >> (63 - (to-1)%64)
	if s.first == s.last {
		s.head &= s.tail
	}
	return s
}

// state is how far a program has come.
type state struct {
	slots  []slot
	open   []uint64 // a bit for each slot that may still come
	left   int      // how many those are
	values []field.Value
}

func (st *state) start(p *program, values []field.Value) {
	st.slots = p.slots
	st.open = append(st.open[:0], p.all...)
	st.left = len(p.slots)
	st.values = values
}

// anyOpen says whether any of some slots may still come.
func (st *state) anyOpen(s span) bool {
	return st.open[s.first]&s.head != 0 || s.first != s.last && st.anyOpenAfter(s)
}

func (st *state) anyOpenAfter(s span) bool {
	for i := s.first + 1; i < s.last; i++ {
		if st.open[i] != 0 {
			return true
		}
	}
	return st.open[s.last]&s.tail != 0
}

// settle says of some slots that they will not come any more.
func (st *state) settle(s span) {
	st.clear(s.first, s.head)
	if s.first == s.last {
		return
	}
	for i := s.first + 1; i < s.last; i++ {
		st.clear(i, ^uint64(0))
	}
	st.clear(s.last, s.tail)
}

func (st *state) clear(word int, mask uint64) {
	mask &= st.open[word]
	st.open[word] &^= mask
	st.left -= bits.OnesCount64(mask)
}
