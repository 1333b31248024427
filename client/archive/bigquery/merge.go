package bigquery

import (
	"bytes"
	"cmp"
	"container/heap"
	"iter"
	"math"
	"slices"
	"strings"
)

// window is how many alerts are held back to bring the service's order, which is
// by the numbers in its columns, into the order that is promised. Only alerts
// whose times or distances are equal to within rounding are out of place.
const window = 1024

// compareFound is the order of an answer: by target, then nearest first for a
// cone, oldest first for an object, what has no time last; revisions of one alert
// stand together, the newest last.
func compareFound(a, b *found) int {
	return cmp.Or(
		cmp.Compare(a.target, b.target),
		compareNumbers(float64(a.separation), float64(b.separation)),
		compareNumbers(a.mjd, b.mjd),
		compareIDs(a.sourceID, b.sourceID),
		strings.Compare(a.key, b.key),
		a.message.PublishTime.Compare(b.message.PublishTime),
		cmp.Compare(b.version, a.version),
		bytes.Compare(a.message.Body, b.message.Body),
	)
}

// compareByTime is compareFound where the places of the targets do not order.
func compareByTime(a, b *found) int {
	if a.target != b.target {
		return cmp.Compare(a.target, b.target)
	}
	first, second := a.separation, b.separation
	a.separation, b.separation = 0, 0
	order := compareFound(a, b)
	a.separation, b.separation = first, second
	return order
}

// compareNumbers puts what is missing last.
func compareNumbers(a, b float64) int {
	if math.IsNaN(a) || math.IsNaN(b) {
		return boolInt(math.IsNaN(a)) - boolInt(math.IsNaN(b))
	}
	return cmp.Compare(a, b)
}

func boolInt(b bool) int {
	if b {
		return 1
	}
	return 0
}

// compareIDs compares ids: numbers by value, which for digits is by length first.
func compareIDs(a, b string) int {
	if isDigits(a) && isDigits(b) {
		return cmp.Or(cmp.Compare(len(a), len(b)), strings.Compare(a, b))
	}
	return strings.Compare(a, b)
}

func isDigits(s string) bool { return s != "" && strings.Trim(s, "0123456789") == "" }

// pile is a heap of alerts.
type pile struct {
	list    []*found
	compare func(a, b *found) int
}

func (p *pile) Len() int           { return len(p.list) }
func (p *pile) Less(i, j int) bool { return p.compare(p.list[i], p.list[j]) < 0 }
func (p *pile) Swap(i, j int)      { p.list[i], p.list[j] = p.list[j], p.list[i] }
func (p *pile) Push(f any)         { p.list = append(p.list, f.(*found)) }
func (p *pile) Pop() any {
	last := p.list[len(p.list)-1]
	p.list = p.list[:len(p.list)-1]
	return last
}

// ordered brings alerts that are nearly in order into order. It holds back so
// many of them; 0 is all.
func ordered(from iter.Seq2[*found, error], hold int, compare func(a, b *found) int) iter.Seq2[*found, error] {
	return func(yield func(*found, error) bool) {
		waiting := &pile{compare: compare}
		for f, err := range from {
			if err != nil {
				yield(nil, err)
				return
			}
			heap.Push(waiting, f)
			if hold > 0 && waiting.Len() > hold && !yield(heap.Pop(waiting).(*found), nil) {
				return
			}
		}
		for waiting.Len() > 0 {
			if !yield(heap.Pop(waiting).(*found), nil) {
				return
			}
		}
	}
}

// revised leaves out rows that were written twice and, unless all are asked for,
// all revisions of an alert but the newest. Its alerts are in order.
func revised(from iter.Seq2[*found, error], all bool) iter.Seq2[*found, error] {
	return func(yield func(*found, error) bool) {
		var last *found
		for f, err := range from {
			if err != nil {
				yield(nil, err)
				return
			}
			if last != nil && !last.replacedBy(f, all) && !yield(last, nil) {
				return
			}
			last = f
		}
		if last != nil {
			yield(last, nil)
		}
	}
}

// replacedBy says whether an alert that follows stands for this one too: the
// same row, or a newer revision where only the newest is wanted.
func (f *found) replacedBy(next *found, all bool) bool {
	if f.target != next.target || f.key != next.key || f.origin() != next.origin() {
		return false
	}
	return !all || f.version == next.version && f.message.PublishTime.Equal(next.message.PublishTime) && bytes.Equal(f.message.Body, next.message.Body)
}

// origin is what alerts are told apart by beside their key: the same number may
// be an id of two surveys. All versions of a table are one.
func (f *found) origin() string {
	dataset, _, _ := strings.Cut(f.message.Origin, ".")
	return dataset
}

// merged merges streams that are each in order.
func merged(streams []iter.Seq2[*found, error], compare func(a, b *found) int) iter.Seq2[*found, error] {
	return mergedBy(streams, compare)
}

// head is the next thing of a stream.
type head[T any] struct {
	next  func() (T, error, bool)
	first T
}

func (h *head[T]) advance() (ok bool, err error) {
	h.first, err, ok = h.next()
	return ok, err
}

// mergedBy merges streams of anything that are each in order; of equals, those
// of the earlier stream come first.
func mergedBy[T any](streams []iter.Seq2[T, error], compare func(a, b T) int) iter.Seq2[T, error] {
	if len(streams) == 1 {
		return streams[0]
	}
	return func(yield func(T, error) bool) {
		var none T
		var heads []*head[T]
		for _, stream := range streams {
			next, stop := iter.Pull2(stream)
			defer stop()
			h := &head[T]{next: next}
			switch ok, err := h.advance(); {
			case err != nil:
				yield(none, err)
				return
			case ok:
				heads = append(heads, h)
			}
		}
		for len(heads) > 0 {
			least := 0
			for i := range heads {
				if compare(heads[i].first, heads[least].first) < 0 {
					least = i
				}
			}
			if !yield(heads[least].first, nil) {
				return
			}
			ok, err := heads[least].advance()
			if err != nil {
				yield(none, err)
				return
			}
			if !ok {
				heads = slices.Delete(heads, least, least+1)
			}
		}
	}
}
