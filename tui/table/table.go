// Package table is the live table of alerts: the newest on top or sorted by a
// column, with the objects of the watch list above the others once they are
// seen again. The selection stays on its alert while others come in.
package table

import (
	"github.com/mwvgroup/pgb/client/alert"
	"github.com/mwvgroup/pgb/tui/cells"
	"github.com/mwvgroup/pgb/tui/feed"
)

// Rows are alerts, the newest first: each has a smaller Seq than the one before
// it, and the oldest are forgotten first. A *feed.Feed is one.
type Rows interface {
	Len() int
	At(i int) *feed.Entry
}

// Arrival stands for a column where the table is sorted by none: the alert that
// came last is on top.
const Arrival = -1

// Table is a table of alerts. Make one with [New].
type Table struct {
	Theme   cells.Theme
	Focused bool
	// Watched says whether an object, by its key, is on the watch list; nil
	// where there is no such list.
	Watched func(key string) bool
	// Until is the time (MJD UTC) up to which alerts are shown; none where it
	// is 0 or NaN.
	Until float64
	// Empty is what a table without alerts says, line by line.
	Empty []string

	columns   []alert.Column
	shown     []column // what may be shown, in its order
	named     bool     // the person named the columns
	order     order
	following bool

	rows           Rows
	newest         *feed.Entry // of those that were looked at
	all            []item      // all rows, in order
	incoming       []item
	view           []int32 // which of all are in the list, where not all of them are
	whole          bool    // all of them are
	until          float64 // the bound that view was made with
	sighted        int64   // the newest that was ever looked at
	sightings      []sighting
	pinned         []sighting
	selected       *feed.Entry
	gone           bool // the selected one is no longer kept: no row is it
	at             int  // place of the selected one; the pinned ones come first
	top, pinnedTop int  // places in the list and among the pinned that are shown first
	width, height  int  // as it was last drawn
	shift          int  // columns that were moved out to the left
	more           bool // columns are hidden on the right
	layout         layout
	entries        []*feed.Entry // on the screen
	scratch        []byte
	ranked         []int
	block          cells.Block
}

// New makes a table of a stream's columns. fields are the columns that the
// person asked to see, by name, in that order; without any, those are shown that
// suit the width. It follows the newest alert, or the first one where it is sorted,
// until the selection is moved.
func New(columns []alert.Column, fields []string) *Table {
	t := &Table{columns: columns, following: true, whole: true}
	t.order.column = Arrival
	t.shown, t.named = chooseColumns(columns, fields)
	return t
}

// SetRows takes over what came in and what was forgotten since it was last
// called. Other rows than last time (told by ==) may be others of the same feed:
// the selection stays where it can.
func (t *Table) SetRows(rows Rows) {
	another := rows != t.rows
	t.rows = rows
	t.update(another)
}

// update brings the order, the selection and the window up to date.
func (t *Table) update(another bool) {
	if n := t.count(); n > 0 {
		t.take(n, another)
	} else {
		t.forgetAll()
	}
}

// count is how many rows there are. Some of a selection of rows may be forgotten
// already.
func (t *Table) count() int {
	if t.rows == nil {
		return 0
	}
	n := t.rows.Len()
	for n > 0 && t.rows.At(n-1) == nil {
		n--
	}
	return n
}

// forgetAll makes the table one without rows.
func (t *Table) forgetAll() {
	clear(t.all)
	t.all, t.view, t.whole = t.all[:0], t.view[:0], true
	t.newest, t.selected, t.pinned = nil, nil, nil
	t.gone = false
	t.at, t.top, t.pinnedTop = 0, 0, 0
	t.until = t.bound()
}

// Len is how many alerts are shown, were there room for all.
func (t *Table) Len() int { return len(t.pinned) + t.listed() }

// listed is how many are in the list below the pinned ones.
func (t *Table) listed() int {
	if t.whole {
		return len(t.all)
	}
	return len(t.view)
}

// item gives a row of the list.
func (t *Table) item(i int) *item {
	if t.whole {
		return &t.all[i]
	}
	return &t.all[t.view[i]]
}

// entry gives the alert at a place: the pinned ones come first.
func (t *Table) entry(place int) *feed.Entry {
	if place < len(t.pinned) {
		return t.pinned[place].entry
	}
	return t.item(place - len(t.pinned)).entry
}

// place gives where an alert is, -1 where it is not shown.
func (t *Table) place(seq int64) int {
	for i := range t.pinned {
		if t.pinned[i].entry.Seq == seq {
			return i
		}
	}
	for i := range t.listed() {
		if t.item(i).seq == seq {
			return len(t.pinned) + i
		}
	}
	return -1
}

// Selected gives the selected alert, nil where there is none. It stays selected
// when it is no longer kept, until the selection is moved.
func (t *Table) Selected() *feed.Entry { return t.selected }

// Position gives the place of the selected alert, from 1, among how many; 0 of
// 0 in a table without alerts.
func (t *Table) Position() (place, of int) {
	if t.selected == nil || t.gone {
		return 0, t.Len()
	}
	return t.at + 1, t.Len()
}

// Select selects an alert; it is false where the alert is not shown. Like
// everything that moves the selection it ends following.
func (t *Table) Select(seq int64) bool {
	place := t.place(seq)
	if place < 0 {
		return false
	}
	t.choose(place)
	return true
}

// Hold selects an alert of the rows, also one that is no longer kept; it is false
// where the alert is not shown for another reason.
func (t *Table) Hold(e *feed.Entry) bool {
	switch {
	case t.Select(e.Seq):
	case !t.isForgotten(e):
		return false
	default:
		t.following, t.selected, t.gone = false, e, true
		t.at = t.nearest(e)
	}
	return true
}

// choose selects the alert at the nearest place there is.
func (t *Table) choose(place int) {
	t.following = false
	t.moveTo(place)
}

func (t *Table) moveTo(place int) {
	n := t.Len()
	if t.gone {
		t.gone = false
		t.clampTop()
	}
	if n == 0 {
		t.selected, t.at = nil, 0
		return
	}
	t.at = min(max(place, 0), n-1)
	t.selected = t.entry(t.at)
	t.reveal()
}

// Move moves the selection down by so many alerts, up where n is negative; from
// an alert that is no longer kept to the nearest one.
func (t *Table) Move(n int) {
	if t.gone {
		n = 0
	}
	t.choose(t.at + n)
}

// Page moves the selection down by so many screens, up where n is negative.
func (t *Table) Page(n int) { t.choose(t.at + n*max(t.rowLines().list-1, 1)) }

// Top selects the first alert.
func (t *Table) Top() { t.choose(0) }

// Bottom selects the last alert.
func (t *Table) Bottom() { t.choose(t.Len() - 1) }

// Follow selects the newest alert now and each time that one comes in, until
// the selection is moved. In a sorted table it is the first one.
func (t *Table) Follow(on bool) {
	if t.following = on; on {
		t.selectFirst()
	}
}

// Following says whether the selection goes with what comes in.
func (t *Table) Following() bool { return t.following }

// selectFirst selects the alert that came last, or in a sorted table the first
// one of the list.
func (t *Table) selectFirst() {
	t.top = 0
	best, newest := len(t.pinned), int64(-1)
	if t.order.column == Arrival {
		for i := range t.pinned {
			if seq := t.pinned[i].entry.Seq; seq > newest {
				best, newest = i, seq
			}
		}
		if t.listed() > 0 && t.item(0).seq > newest {
			best = len(t.pinned)
		}
	}
	t.moveTo(best)
}

// Sort sorts by a column, by its index; [Arrival] for the newest on top.
// Alerts without a value stand last in both directions.
func (t *Table) Sort(column int, descending bool) {
	if column < 0 || column >= len(t.columns) {
		column, descending = Arrival, false
	}
	t.order = order{column, descending}
	t.sortAll()
	t.look()
	t.top = 0
	switch {
	case t.following:
		t.selectFirst()
	case t.gone:
		t.at = t.nearest(t.selected)
	case t.selected != nil:
		t.moveTo(t.place(t.selected.Seq))
	}
}

// Sorted gives the column that the table is sorted by; ok is false where it is
// none.
func (t *Table) Sorted() (column int, descending, ok bool) {
	return t.order.column, t.order.descending, t.order.column != Arrival
}

// Shift moves the columns sideways: n more of them out to the left.
func (t *Table) Shift(n int) {
	if n > 0 && !t.more {
		return
	}
	t.shift = min(max(t.shift+n, 0), max(len(t.shown)-1, 0))
}

// Wheel scrolls down by so many lines, up where n is negative, and leaves the
// selection where it is.
func (t *Table) Wheel(n int) {
	l := t.rowLines()
	t.top = min(t.top+n, t.Len()-l.first-l.list)
	t.top = max(t.top, 0)
	t.following = false
}

// Click is told of a click at a place of the table: on the header it sorts, on
// a row it selects that and is true.
func (t *Table) Click(x, y int) (onRow bool) {
	if y < 0 || y >= t.height || x < 0 || x >= t.width {
		return false
	}
	if t.rowLines().header && y == 0 {
		t.sortAt(x)
		return false
	}
	place := t.placeAt(y)
	if place < 0 {
		return false
	}
	t.choose(place)
	return true
}
