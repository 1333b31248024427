package table

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/mwvgroup/pgb/tui/cells"
	"github.com/mwvgroup/pgb/tui/feed"
	"github.com/mwvgroup/pgb/tui/keys"
)

// expect holds a drawn table against lines.
func expect(t *testing.T, b *cells.Block, want ...string) {
	t.Helper()
	if got := b.Lines(); !slices.Equal(got, want) {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

// ids gives the objects in the rows on the screen.
func ids(b *cells.Block) (list []string) {
	for _, line := range b.Lines()[1:] {
		if words := strings.Fields(strings.TrimLeft(line, ">* ")); len(words) > 0 {
			list = append(list, words[0])
		}
	}
	return list
}

func expectIDs(t *testing.T, b *cells.Block, want string) {
	t.Helper()
	if got := strings.Join(ids(b), " "); got != want {
		t.Errorf("rows %q, not %q", got, want)
	}
}

// newTable is a table of ids only, which does not follow.
func newTable(k *kept, fields ...string) *Table {
	if fields == nil {
		fields = []string{"object_id"}
	}
	t := New(columns, fields)
	t.SetRows(k)
	t.Follow(false)
	return t
}

func press(t *testing.T, table *Table, names ...string) {
	t.Helper()
	for _, name := range names {
		if !keys.Run(name, table.Keys()) {
			t.Fatalf("%s does nothing", name)
		}
	}
}

func TestTheNewestAlertIsOnTopWithTheColumnsThatSuitTheWidth(t *testing.T) {
	k := &kept{}
	k.put(observed{object: "ZTF26aaaaaab", mag: 18.25, class: "SN Ia", mjd: 61000.123456},
		observed{object: "ZTF26aaaaaac", mjd: 61000.2})
	table := New(columns, nil)
	table.SetRows(k)
	table.Theme.Plain = true
	expect(t, table.Render(120, 4),
		"  time      object_id         mjd [d]  band  mag [mag]        class      prob   ra [deg]  dec [deg]  topic",
		"> 03:00:02  ZTF26aaaaaac  61000.20000  r             -        -             -  150.10000   -2.25000  lsst-alerts",
		"  03:00:01  ZTF26aaaaaab  61000.12346  r        18.250±0.050  SN Ia     0.750  150.10000   -2.25000  lsst-alerts",
		"")
	table.Theme.ASCII = true
	expect(t, table.Render(80, 3),
		"  time      object_id         mjd [d]  band  mag [mag]         class      prob >",
		"> 03:00:02  ZTF26aaaaaac  61000.20000  r             -         -             -",
		"  03:00:01  ZTF26aaaaaab  61000.12346  r        18.250+-0.050  SN Ia     0.750")
	expect(t, table.Render(40, 3),
		"  object_id     band  mag [mag]        >",
		"> ZTF26aaaaaac  r             -",
		"  ZTF26aaaaaab  r        18.250")
	expect(t, table.Render(12, 2),
		"  objec... >",
		"> ZTF26...")
	expect(t, table.Render(5, 1), "ZT...")
	expect(t, table.Render(1, 1), "Z")
}

func TestNamedColumnsStandInTheirOrderAndScrollSideways(t *testing.T) {
	k := &kept{}
	k.put(observed{object: "A1", mag: 18, count: 170032882292621441})
	table := newTable(k, "topic", "object_id", "diaobject.nDiaSources", "mag", "nothing")
	expect(t, table.Render(56, 2),
		"  topic        object_id  diaObject.nDiaSources        ›",
		"> lsst-alerts  A1            170032882292621441")
	press(t, table, "right")
	expect(t, table.Render(56, 2),
		"‹ object_id  diaObject.nDiaSources  mag [mag]",
		"> A1            170032882292621441     18.000")
	press(t, table, "right")
	expect(t, table.Render(56, 2),
		"‹ object_id  diaObject.nDiaSources  mag [mag]",
		"> A1            170032882292621441     18.000")
	press(t, table, "left")
	if got := table.Render(56, 2).Lines()[0]; !strings.HasPrefix(got, "  topic") {
		t.Errorf("not back again: %q", got)
	}
}

func TestAnErrorNeverStandsWithoutItsValue(t *testing.T) {
	k := &kept{}
	k.put(observed{object: "ZTF26aaaaaab", mag: 18.25, class: "SN Ia"})
	table := New(columns, nil)
	table.SetRows(k)
	for range 12 {
		table.Shift(1)
		if line := table.Render(60, 2).Lines()[1]; strings.Contains(line, "±") && !strings.Contains(line, "18.250±") {
			t.Errorf("%q", line)
		}
	}
	if got := table.Render(60, 2).Lines()[0]; !strings.HasPrefix(got, "‹ object_id") || !strings.HasSuffix(got, "topic") {
		t.Errorf("the last columns are not there: %q", got)
	}
}

func TestTheSelectionStaysOnItsAlertWhileOthersComeIn(t *testing.T) {
	k := &kept{}
	k.put(objects("A", 1, 3)...)
	table := newTable(k)
	table.Render(20, 5)
	press(t, table, "j")
	if got := table.Selected().ObjectID; got != "A2" {
		t.Fatalf("%s is selected", got)
	}
	k.put(objects("A", 4, 5)...)
	table.SetRows(k)
	expect(t, table.Render(20, 5),
		"  object_id", "  A5               █", "  A4               █", "  A3               █", "> A2               │")
	k.put(objects("A", 6, 9)...)
	table.SetRows(k)
	expectIDs(t, table.Render(20, 5), "A5 A4 A3 A2")
	if got := table.Selected().ObjectID; got != "A2" {
		t.Errorf("%s is selected", got)
	}
}

func TestAWindowThatWasScrolledStaysOnItsAlerts(t *testing.T) {
	k := &kept{}
	k.put(objects("A", 1, 20)...)
	table := newTable(k)
	table.Render(20, 5)
	table.Wheel(7)
	expectIDs(t, table.Render(20, 5), "A13 A12 A11 A10")
	k.put(objects("B", 1, 30)...)
	table.SetRows(k)
	expectIDs(t, table.Render(20, 5), "A13 A12 A11 A10")
	if got := table.Selected().ObjectID; got != "A20" {
		t.Errorf("%s is selected", got)
	}
	table.Wheel(-1000)
	expectIDs(t, table.Render(20, 5), "B30 B29 B28 B27")
	table.Wheel(1000)
	expectIDs(t, table.Render(20, 5), "A4 A3 A2 A1")
}

func TestASelectedAlertThatIsForgottenStaysSelectedUntilSomebodyMoves(t *testing.T) {
	k := &kept{most: 10}
	k.put(objects("A", 1, 10)...)
	table := newTable(k)
	table.Render(40, 5)
	press(t, table, "end")
	for range 3 {
		k.put(objects("B", 1, 2)...)
		table.SetRows(k)
		if got := table.Selected().ObjectID; got != "A1" {
			t.Fatalf("%s is selected, not the one that was", got)
		}
	}
	expect(t, table.Render(40, 5), "  object_id", "  A9                                   │", "  A8                                   │",
		"  A7                                   █", "> A1 is selected, and no longer kept")
	if place, of := table.Position(); place != 0 || of != 10 {
		t.Errorf("it is said to be at %d of %d", place, of)
	}
	press(t, table, "k")
	if got := table.Selected().ObjectID; got != "A7" {
		t.Errorf("%s is selected, not the nearest", got)
	}
	expectIDs(t, table.Render(40, 5), "A10 A9 A8 A7")

	table.Sort(columnOf(t, "object_id"), true) // B2 B2 B2 B1 B1 B1 A9 A8 A7 A10
	table.Select(k.At(6).Seq)                  // A10
	k.put(objects("C", 1, 5)...)
	table.SetRows(k)
	table.Sort(columnOf(t, "mag"), true)
	if got := table.Selected().ObjectID; got != "A10" {
		t.Errorf("%s is selected, not the one that was", got)
	}
	table.Sort(columnOf(t, "object_id"), true) // C5..C1 B2 B2 B1 B1 ...
	table.Move(5)
	if got := table.Selected().ObjectID; got != "B1" {
		t.Errorf("%s is selected, not the nearest in order", got)
	}
	k.put(objects("D", 1, 10)...)
	table.SetRows(k)
	table.Select(k.At(9).Seq)
	table.SetRows(&chosen{k, func(seq int64) bool { return seq != k.At(9).Seq }})
	if got := table.Selected().ObjectID; got != "D10" {
		t.Errorf("%s is selected where a filter hides the one that was", got)
	}
}

func TestAnAlertThatIsNoLongerKeptCanBeHeld(t *testing.T) {
	k := &kept{most: 4}
	k.put(objects("A", 1, 4)...)
	table := newTable(k)
	table.Follow(true)
	first, last := k.At(3), k.At(0)
	k.put(objects("B", 1, 2)...)
	table.SetRows(k)
	if !table.Hold(first) || table.Selected() != first || table.Following() {
		t.Errorf("%v is selected, following: %t", table.Selected(), table.Following())
	}
	if !table.Hold(last) || table.Selected() != last {
		t.Errorf("%v is selected", table.Selected())
	}
	table.SetRows(&chosen{k, func(seq int64) bool { return seq != 5 }})
	if table.Hold(k.At(1)) {
		t.Error("an alert that a filter hides is held")
	}
}

func TestTheNewestIsSelectedOrTheFirstOfASortedTableUntilSomebodyMoves(t *testing.T) {
	k := &kept{}
	k.put(objects("A", 1, 9)...)
	table := New(columns, []string{"object_id"})
	table.SetRows(k)
	table.Render(20, 5)
	if !table.Following() || table.Selected().ObjectID != "A9" {
		t.Errorf("at first %s is selected, following: %t", table.Selected().ObjectID, table.Following())
	}
	k.put(observed{object: "A0"})
	table.SetRows(k)
	if got := table.Selected().ObjectID; got != "A0" {
		t.Errorf("%s is selected, not the newest", got)
	}
	table.Sort(columnOf(t, "object_id"), true)
	k.put(observed{object: "B1"}, observed{object: "A11"})
	table.SetRows(k)
	if got := table.Selected().ObjectID; got != "B1" {
		t.Errorf("%s is selected, not the first", got)
	}
	expectIDs(t, table.Render(20, 5), "B1 A9 A8 A7")
	press(t, table, "j")
	k.put(observed{object: "C1"})
	table.SetRows(k)
	if got := table.Selected().ObjectID; table.Following() || got != "A9" {
		t.Errorf("after a move %s is selected, following: %t", got, table.Following())
	}
	table.Follow(true)
	if got := table.Selected().ObjectID; got != "C1" {
		t.Errorf("%s is selected, not the first", got)
	}
}

func TestPagesAndEnds(t *testing.T) {
	k := &kept{}
	k.put(objects("A", 1, 20)...)
	table := newTable(k)
	table.Render(20, 6)
	for _, step := range []struct {
		key  string
		want string
	}{{"pgdown", "A16"}, {"pgdown", "A12"}, {"pgup", "A16"}, {"end", "A1"}, {"pgdown", "A1"}, {"home", "A20"}, {"k", "A20"}} {
		press(t, table, step.key)
		if got := table.Selected().ObjectID; got != step.want {
			t.Errorf("%s selects %s, not %s", step.key, got, step.want)
		}
	}
	if place, of := table.Position(); place != 1 || of != 20 {
		t.Errorf("%d of %d", place, of)
	}
}

func TestAClickOnTheHeaderSortsAndOnARowSelects(t *testing.T) {
	k := &kept{}
	k.put(observed{object: "B", mag: 19}, observed{object: "A"}, observed{object: "C", mag: 18})
	table := newTable(k, "object_id", "mag")
	expect(t, table.Render(40, 5),
		"  object_id  mag [mag]", "> C             18.000", "  A                  -", "  B             19.000", "")
	for _, click := range []struct {
		header, rows string
	}{
		{"  object_id  mag [mag]▲", "C B A"},
		{"  object_id  mag [mag]▼", "B C A"},
		{"  object_id  mag [mag]", "C A B"},
	} {
		if table.Click(15, 0) {
			t.Error("the header is no row")
		}
		b := table.Render(40, 5)
		if got := b.Lines()[0]; got != click.header {
			t.Errorf("header %q, not %q", got, click.header)
		}
		expectIDs(t, b, click.rows)
	}
	if got := table.Selected().ObjectID; got != "C" {
		t.Errorf("sorting selected %s", got)
	}
	if !table.Click(5, 3) || table.Selected().ObjectID != "B" {
		t.Errorf("a click selected %s", table.Selected().ObjectID)
	}
	if table.Click(5, 4) || table.Click(-1, 1) || table.Click(40, 1) || table.Click(1, 9) {
		t.Error("there is no row")
	}
}

func TestKeysSortByColumns(t *testing.T) {
	k := &kept{}
	k.put(observed{object: "B", count: 3}, observed{object: "A", count: 5}, observed{object: "C", count: 4})
	table := newTable(k, "object_id", "diaObject.nDiaSources")
	table.Theme.ASCII = true
	for _, step := range []struct{ key, header, rows string }{
		{">", "  object_id^ diaObject.nDiaSources", "A B C"},
		{">", "  object_id  diaObject.nDiaSourcesv", "A C B"},
		{"R", "  object_id  diaObject.nDiaSources^", "B C A"},
		{">", "  object_id  diaObject.nDiaSources", "C A B"},
		{"<", "  object_id  diaObject.nDiaSourcesv", "A C B"},
	} {
		table.Render(50, 4)
		press(t, table, step.key)
		b := table.Render(50, 4)
		if got := b.Lines()[0]; got != step.header {
			t.Errorf("%s: header %q, not %q", step.key, got, step.header)
		}
		expectIDs(t, b, step.rows)
	}
}

func TestLargeIntegersAreSortedExactly(t *testing.T) {
	k := &kept{}
	for _, n := range []int64{170032882292621442, 170032882292621441, 170032882292621443} {
		k.put(observed{object: fmt.Sprint(n), count: n})
	}
	table := newTable(k)
	table.Sort(columnOf(t, "diaObject.nDiaSources"), false)
	expectIDs(t, table.Render(40, 4), "170032882292621441 170032882292621442 170032882292621443")
}

func TestColumnsOnlyGrow(t *testing.T) {
	k := &kept{most: 3}
	k.put(observed{object: "A", class: "x"})
	table := newTable(k, "class", "object_id")
	expect(t, table.Render(60, 2), "  class  object_id", "> x      A")
	k.put(observed{object: "B", class: "a long class"})
	table.SetRows(k)
	expect(t, table.Render(60, 3), "  class         object_id", "  a long class  B", "> x             A")
	k.put(objects("C", 1, 3)...)
	table.SetRows(k)
	if got := table.Render(60, 3).Lines()[0]; got != "  class         object_id" {
		t.Errorf("a column became narrow again: %q", got)
	}
	if got := table.Render(59, 3).Lines()[0]; got != "  class  object_id" {
		t.Errorf("a new width begins anew: %q", got)
	}
}

func TestAnEmptyTableSaysWhy(t *testing.T) {
	table := New(columns, nil)
	table.Empty = []string{"no alerts yet", "the stream is quiet"}
	expect(t, table.Render(40, 6),
		"  object_id     band  mag [mag]        ›", "", "             no alerts yet", "          the stream is quiet", "", "")
	table.SetRows(&kept{})
	table.Follow(true)
	table.Move(1)
	table.Bottom()
	table.Wheel(3)
	table.Sort(columnOf(t, "mag"), false)
	if table.Selected() != nil || table.Select(1) || table.Click(3, 3) {
		t.Error("there is nothing to select")
	}
	expect(t, table.Render(5, 1), "no a…")
}

// chosen are some of the rows of a feed.
type chosen struct {
	of   *kept
	pass func(seq int64) bool
}

func (c *chosen) list() (list []int) {
	for i := range c.of.Len() {
		if c.pass(c.of.At(i).Seq) {
			list = append(list, i)
		}
	}
	return list
}

func (c *chosen) Len() int             { return len(c.list()) }
func (c *chosen) At(i int) *feed.Entry { return c.of.At(c.list()[i]) }

func TestAnotherFilterLeavesTheSelectionWhereItCan(t *testing.T) {
	k := &kept{}
	k.put(objects("A", 1, 12)...)
	table := newTable(k)
	table.Render(20, 5)
	table.Select(6)
	even := func(seq int64) bool { return seq%2 == 0 }
	for _, step := range []struct {
		rows Rows
		want string
	}{
		{&chosen{k, even}, "A12 A10 A8 A6"},
		{&chosen{k, func(seq int64) bool { return seq%4 == 0 || seq == 6 }}, "A12 A8 A6 A4"},
		{&chosen{k, func(seq int64) bool { return !even(seq) || seq == 12 }}, "A11 A9 A7 A5"},
		{k, "A8 A7 A6 A5"},
	} {
		table.SetRows(step.rows)
		expectIDs(t, table.Render(20, 5), step.want)
	}
	table.Wheel(3)
	if got := table.Selected().ObjectID; got != "A5" {
		t.Errorf("%s is selected, not the nearest to A6", got)
	}
	table.SetRows(&chosen{k, func(int64) bool { return false }})
	if table.Len() != 0 || table.Selected() != nil {
		t.Error("something is there though nothing passes")
	}
	table.SetRows(k)
	if table.Len() != 12 {
		t.Errorf("%d rows", table.Len())
	}
}

func TestRowsThatLookLikeThoseOfLastTimeAreToldFromThem(t *testing.T) {
	k := &kept{}
	k.put(objects("A", 1, 4)...)
	table := newTable(k)
	table.SetRows(&chosen{k, func(seq int64) bool { return seq != 2 }})
	table.SetRows(&chosen{k, func(seq int64) bool { return seq != 3 }})
	expectIDs(t, table.Render(20, 5), "A4 A2 A1")
	table.SetRows(k)
	k.oldestFirst = slices.Delete(k.oldestFirst, 1, 2)
	table.SetRows(k)
	expectIDs(t, table.Render(20, 5), "A4 A3 A1")
}

func TestOtherRowsTakeThePlaceOfTheFirst(t *testing.T) {
	k := &kept{}
	k.put(objects("A", 1, 30)...)
	table := newTable(k)
	table.Render(20, 5)
	table.Bottom()
	other := &kept{}
	other.put(objects("B", 1, 40)...)
	table.SetRows(other)
	table.Top()
	expectIDs(t, table.Render(20, 5), "B40 B39 B38 B37")
	fewer := &kept{}
	fewer.put(objects("C", 1, 2)...)
	table.SetRows(fewer)
	expectIDs(t, table.Render(20, 5), "C2 C1")
	table.SetRows(&kept{})
	if table.Selected() != nil {
		t.Error("something is selected in an empty table")
	}
}
