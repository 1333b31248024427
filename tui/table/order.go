package table

import (
	"bytes"
	"cmp"
	"math"
	"slices"
	"sort"

	"github.com/mwvgroup/pgb/client/field"
	"github.com/mwvgroup/pgb/tui/feed"
)

// order is what a table is sorted by.
type order struct {
	column     int
	descending bool
}

// item is a row with what it is sorted by, so that the row itself need not be
// looked at when others come in.
type item struct {
	entry *feed.Entry
	seq   int64
	rank  rank
	num   float64
	exact int64 // tells integers apart that are the same float
	text  []byte
}

// rank keeps values that can't be compared apart.
type rank uint8

const (
	number rank = iota
	text
	missing
)

func (o order) item(e *feed.Entry) item {
	it := item{entry: e, seq: e.Seq}
	if o.column == Arrival {
		return it
	}
	v := e.Value(o.column)
	switch v.Kind() {
	case field.Missing:
		it.rank = missing
	case field.Bool:
		if is, _ := v.Bool(); is {
			it.num = 1
		}
	case field.Int:
		it.exact, _ = v.Int()
		it.num = float64(it.exact)
	case field.Float32, field.Float64:
		it.num, _ = v.Decimal()
		if math.Abs(it.num) < 1<<62 {
			it.exact = int64(it.num)
		}
	default:
		it.rank, it.text = text, v.Text()
	}
	return it
}

// compare puts items in order; of equal ones the newest is first.
func (o order) compare(a, b *item) int {
	if o.column == Arrival {
		return cmp.Compare(b.seq, a.seq)
	}
	c := cmp.Compare(a.rank, b.rank)
	if c == 0 {
		switch a.rank {
		case number:
			if c = cmp.Compare(a.num, b.num); c == 0 {
				c = cmp.Compare(a.exact, b.exact)
			}
		case text:
			c = bytes.Compare(a.text, b.text)
		}
	}
	switch {
	case c == 0:
		return cmp.Compare(b.seq, a.seq)
	case o.descending && a.rank != missing && b.rank != missing:
		return -c
	}
	return c
}

// sortAll puts all rows in order again.
func (t *Table) sortAll() {
	for i := range t.all {
		t.all[i] = t.order.item(t.all[i].entry)
	}
	t.sortItems(t.all)
}

func (t *Table) sortItems(items []item) {
	o := t.order
	slices.SortFunc(items, func(a, b item) int { return o.compare(&a, &b) })
}

// take brings the table up to date with its rows, of which there are n. another
// says that they are not those of last time, gone on.
func (t *Table) take(n int, another bool) {
	oldest := t.rows.At(n - 1).Seq
	fresh := t.fresh(n)
	if another || !t.wentOn(n, fresh, oldest) {
		fresh = n
	}
	before := t.anchor()
	t.forgetSightings(oldest)
	if fresh == n {
		oldest = math.MaxInt64
	}
	t.drop(oldest)
	t.add(fresh)
	t.newest = t.rows.At(0)
	t.look()
	t.settle(before, another)
}

// fresh is how many rows came since last time.
func (t *Table) fresh(n int) int {
	if t.newest == nil {
		return n
	}
	return sort.Search(n, func(i int) bool { return t.rows.At(i).Seq <= t.newest.Seq })
}

// wentOn says whether the rows are those of last time, without the oldest and
// with new ones.
func (t *Table) wentOn(n, fresh int, oldest int64) bool {
	if fresh < n && t.rows.At(fresh) != t.newest {
		return false
	}
	kept := 0
	for i := range t.all {
		if t.all[i].seq >= oldest {
			kept++
		}
	}
	return kept+fresh == n
}

// has says whether an alert is among the rows.
func (t *Table) has(e *feed.Entry) bool {
	n := t.count()
	i := sort.Search(n, func(i int) bool { return t.rows.At(i).Seq <= e.Seq })
	return i < n && t.rows.At(i) == e
}

// drop forgets the rows that came before an alert.
func (t *Table) drop(oldest int64) {
	kept := 0
	for i := range t.all {
		if t.all[i].seq < oldest {
			continue
		}
		if kept < i {
			t.all[kept] = t.all[i]
		}
		kept++
	}
	clear(t.all[kept:])
	t.all = t.all[:kept]
}

// add puts the first rows, which are new, where they belong: from the back, so
// that those already in order move once.
func (t *Table) add(fresh int) {
	t.incoming = t.incoming[:0]
	for i := range fresh {
		e := t.rows.At(i)
		t.fill(e)
		t.incoming = append(t.incoming, t.order.item(e))
	}
	t.sight()
	if t.order.column != Arrival {
		t.sortItems(t.incoming)
	}
	old := len(t.all) - 1
	t.all = slices.Grow(t.all, fresh)[:len(t.all)+fresh]
	to := len(t.all) - 1
	for next := fresh - 1; next >= 0; to-- {
		if old >= 0 && t.order.compare(&t.incoming[next], &t.all[old]) < 0 {
			t.all[to] = t.all[old]
			old--
		} else {
			t.all[to] = t.incoming[next]
			next--
		}
	}
	clear(t.incoming)
}

// bound is the time up to which alerts are shown, 0 where there is none.
func (t *Table) bound() float64 {
	if math.IsNaN(t.Until) {
		return 0
	}
	return t.Until
}

// passes says whether an alert is before the bound.
func (t *Table) passes(e *feed.Entry) bool { return t.bound() == 0 || e.MJD <= t.Until }

// look decides which rows are in the list: those up to the bound that are not
// pinned above it.
func (t *Table) look() {
	t.until = t.bound()
	t.pin()
	t.view = t.view[:0]
	if t.whole = t.until == 0 && len(t.pinned) == 0; t.whole {
		return
	}
	above := make([]int64, 0, mostPinned)
	for i := range t.pinned {
		above = append(above, t.pinned[i].entry.Seq)
	}
	slices.Sort(above)
	for i := range t.all {
		it := &t.all[i]
		if _, is := slices.BinarySearch(above, it.seq); !is && t.passes(it.entry) {
			t.view = append(t.view, int32(i))
		}
	}
}

// anchor is what was on the screen before rows came in.
type anchor struct {
	entry    *feed.Entry // what keeps its line; nil where nothing does
	line     int
	selected bool // the selected alert was there
}

// anchor says what keeps its line: nothing while the first row is on the
// screen, so that new ones are seen, else the selected alert where it is on the
// screen, else the first one there.
func (t *Table) anchor() anchor {
	l := t.rowLines()
	line := t.at - l.first - t.top
	a := anchor{selected: t.selected != nil && line >= 0 && line < l.list}
	switch place := l.first + t.top; {
	case t.top == 0:
	case a.selected:
		a.entry, a.line = t.selected, line
	case place < t.Len():
		a.entry = t.entry(place)
	}
	return a
}

// settle finds the selection and the window again after rows came in. An alert
// that is no longer kept stays selected; one that is hidden gives the selection
// to the nearest one.
func (t *Table) settle(before anchor, another bool) {
	switch {
	case t.following || t.selected == nil:
		t.selectFirst()
	default:
		place := t.place(t.selected.Seq)
		t.gone = place < 0 && t.isForgotten(t.selected) && !another && t.passes(t.selected)
		if t.at = place; place < 0 {
			t.at = t.nearest(t.selected)
		}
		if !t.gone {
			t.selected = nil
			if t.Len() > 0 {
				t.selected = t.entry(t.at)
			}
		}
	}
	if before.entry != nil && !t.following {
		if place := t.place(before.entry.Seq); place >= 0 {
			t.top = place - t.rowLines().first - before.line
		}
	}
	t.clampTop()
	if before.selected {
		t.reveal()
	}
}

// isForgotten says whether an alert came before all that are kept.
func (t *Table) isForgotten(e *feed.Entry) bool {
	n := t.count()
	return n > 0 && e.Seq < t.rows.At(n-1).Seq
}

// nearest gives the place in the list that an alert would have, or the last.
func (t *Table) nearest(e *feed.Entry) int {
	it := t.order.item(e)
	n := t.listed()
	i := sort.Search(n, func(i int) bool { return t.order.compare(t.item(i), &it) >= 0 })
	return max(len(t.pinned)+min(i, n-1), 0)
}
