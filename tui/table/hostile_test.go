package table

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/mwvgroup/pgb/client/field"
	"github.com/mwvgroup/pgb/tui/cells"
	"github.com/mwvgroup/pgb/tui/feed"
)

// hostile are texts that terminals obey, or count in their own way.
var hostile = []string{
	"\x1b[2J\x1b]0;title\a", "\u202egnp.exe", "e\u0301\u0301\u0301", "星の爆発の長い名前です", "👩‍👩‍👧‍👦", "🇩🇪", "\xff\xfe",
	"line\nbreak\ttab", strings.Repeat("x", 10_000), strings.Repeat("星", 10_000), "", "\u200b", "-",
}

func TestHostileTextsNeverMoveTheColumnsBehindThem(t *testing.T) {
	k := &kept{}
	for i, text := range hostile {
		k.put(observed{object: text, class: hostile[len(hostile)-1-i], count: 7})
	}
	for _, theme := range []cells.Theme{{}, {ASCII: true}} {
		table := newTable(k, "object_id", "class", "diaObject.nDiaSources")
		table.Theme = theme
		b := table.Render(120, len(hostile)+1)
		at := -1
		for x := range 120 {
			if b.At(x, 1).Char == '7' {
				at = x
			}
		}
		if at < 0 {
			t.Fatalf("the number is not there:\n%s", strings.Join(b.Lines(), "\n"))
		}
		for y := range len(hostile) {
			if c := b.At(at, y+1); c.Char != '7' || b.At(at-1, y+1).Char != ' ' || b.At(at+1, y+1).Char != ' ' {
				t.Errorf("line %d is out of place: %q", y+1, b.Lines()[y+1])
			}
		}
		for _, line := range b.Lines() {
			if strings.ContainsAny(line, "\x1b\a\n\t\u202e\u200d") {
				t.Errorf("a terminal obeys %q", line)
			}
		}
	}
}

func TestAHostileColumnIsCut(t *testing.T) {
	k := &kept{}
	k.put(observed{object: "A"})
	table := newTable(k, "object_id")
	table.shown[0].name = strings.Repeat("name\x1b[31m", 1000)
	line := table.Render(100, 2).Lines()[0]
	if cells.Width(line) > 2+mostNamed || strings.Contains(line, "\x1b") {
		t.Errorf("heading %q", line)
	}
}

func TestNumbersOfAnySizeKeepTheirMeaning(t *testing.T) {
	for _, c := range []struct {
		column string
		value  field.Value
		want   string
	}{
		{"ra", field.OfFloat64(150.123456), "150.12346"},
		{"mag", field.OfFloat32(18.1), "18.100"},
		{"prob", field.OfFloat64(0.99999), "1.000"},
		{"snr", field.OfFloat64(-3.14159), "-3.1"},
		{"snr", field.OfFloat64(1e30), "1.0000e+30"},
		{"diaObject.nDiaSources", field.OfInt(math.MaxInt64), "9223372036854775807"},
		{"diaObject.nDiaSources", field.OfFloat64(0.000012345), "1.2345e-05"},
		{"diaObject.nDiaSources", field.OfFloat64(1.5), "1.5000"},
		{"class", field.OfBool(true), "true"},
		{"class", field.OfBytes(make([]byte, 300)), "300 bytes"},
		{"class", field.OfJSON([]byte(`[1,2]`)), "[1,2]"},
		{"class", field.Value{}, "-"},
	} {
		if got := string(appendValue(nil, &columns[columnOf(t, c.column)], c.value)); got != c.want {
			t.Errorf("%s: %s, not %s", c.column, got, c.want)
		}
	}
}

// Whatever comes in and whatever somebody does, the table has the size that it
// was asked for, its rows are those of the feed in order, and the selected
// alert is one of them.
func TestAnythingThatHappensLeavesATableInOrder(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		k := &kept{most: rapid.IntRange(1, 40).Draw(r, "most")}
		var fields []string
		if rapid.Bool().Draw(r, "named") {
			fields = []string{"class", "object_id", "mag"}
		}
		table := New(columns, fields)
		table.Theme.ASCII = rapid.Bool().Draw(r, "ASCII")
		watched := map[string]bool{}
		table.Watched = func(key string) bool { return watched[key] }
		for range rapid.IntRange(1, 30).Draw(r, "steps") {
			happen(r, table, k, watched)
			checkRows(r, table, k)
		}
	})
}

// happen does anything to a table.
func happen(r *rapid.T, table *Table, k *kept, watched map[string]bool) {
	n := rapid.IntRange(-50, 50).Draw(r, "n")
	switch rapid.IntRange(0, 13).Draw(r, "what") {
	case 0, 1, 2:
		for range rapid.IntRange(0, 60).Draw(r, "new") {
			o := observed{object: fmt.Sprint("A", rapid.IntRange(0, 9).Draw(r, "object"))}
			o.mag = float64(rapid.IntRange(0, 5).Draw(r, "mag"))
			o.mjd = float64(rapid.IntRange(0, 9).Draw(r, "mjd"))
			o.class = rapid.SampledFrom(hostile).Draw(r, "class")
			k.put(o)
		}
		table.SetRows(k)
	case 3:
		table.Move(n)
	case 4:
		table.Page(n)
	case 5:
		table.Wheel(n)
	case 6:
		table.Shift(n)
	case 7:
		table.Sort(rapid.IntRange(-1, len(columns)).Draw(r, "column"), n > 0)
	case 8:
		key := fmt.Sprint("lsst A", rapid.IntRange(0, 9).Draw(r, "watched"))
		watched[key] = !watched[key]
	case 9:
		table.Until = float64(rapid.IntRange(0, 10).Draw(r, "until"))
	case 10:
		table.Follow(n > 0)
	case 11:
		table.Click(rapid.IntRange(-1, 90).Draw(r, "x"), rapid.IntRange(-1, 30).Draw(r, "y"))
	case 12:
		list := table.Keys()
		list[rapid.IntRange(0, len(list)-1).Draw(r, "key")].Do()
	case 13:
		if k.Len() > 0 {
			table.Select(k.At(k.Len() / 2).Seq)
		}
	}
	width, height := rapid.IntRange(0, 130).Draw(r, "width"), rapid.IntRange(0, 30).Draw(r, "height")
	if b := table.Render(width, height); b.Width() != width || b.Height() != height {
		r.Fatalf("a block of %dx%d, not %dx%d", b.Width(), b.Height(), width, height)
	}
}

func checkRows(r *rapid.T, table *Table, k *kept) {
	seen := map[int64]bool{}
	for place := range table.Len() {
		e := table.entry(place)
		if seen[e.Seq] {
			r.Fatalf("%d is there twice", e.Seq)
		}
		seen[e.Seq] = true
		if place > len(table.pinned) {
			a, b := table.order.item(table.entry(place-1)), table.order.item(e)
			if table.order.compare(&a, &b) > 0 {
				r.Fatalf("%d stands before %d", a.seq, b.seq)
			}
		}
	}
	want := 0
	if table.rows != nil {
		for i := range k.Len() {
			if e := k.At(i); table.Until == 0 || e.MJD <= table.Until {
				want++
				if !seen[e.Seq] {
					r.Fatalf("%d is not there", e.Seq)
				}
			}
		}
	}
	if len(seen) != want {
		r.Fatalf("%d rows, not %d", len(seen), want)
	}
	checkSelection(r, table, seen)
}

func checkSelection(r *rapid.T, table *Table, seen map[int64]bool) {
	e := table.Selected()
	if (e == nil) != (len(seen) == 0) && !table.gone {
		r.Fatalf("%v is selected of %d", e, len(seen))
	}
	if e == nil {
		return
	}
	if table.gone {
		if seen[e.Seq] || table.Following() || e.Seq >= table.rows.At(table.count()-1).Seq {
			r.Fatalf("%d is said to be no longer kept", e.Seq)
		}
		return
	}
	if table.entry(table.at) != e {
		r.Fatalf("the selected alert is not at its place")
	}
	if table.Following() {
		first := table.entry(min(len(table.pinned), table.Len()-1))
		if table.order.column == Arrival {
			first = slices.MaxFunc(entries(table), func(a, b *feed.Entry) int { return int(a.Seq - b.Seq) })
		}
		if first != e {
			r.Fatalf("%d is selected, not %d", e.Seq, first.Seq)
		}
	}
}

func entries(t *Table) (list []*feed.Entry) {
	for place := range t.Len() {
		list = append(list, t.entry(place))
	}
	return list
}
