package table

import (
	"slices"
	"strings"

	"github.com/mwvgroup/pgb/client/alert"
	"github.com/mwvgroup/pgb/client/field"
	"github.com/mwvgroup/pgb/tui/cells"
	"github.com/mwvgroup/pgb/tui/feed"
)

const (
	gap       = 2  // cells between columns
	marks     = 2  // cells in front of them: a mark of the selected or a watched one
	tail      = 2  // cells behind them: what a header needs for its mark, the scroll bar
	mostText  = 24 // the widest that a column becomes
	mostNamed = 40 // the same where the person named the columns
	leastCut  = 8  // the narrowest that the last column is cut to
)

// published stands for the column of the time of day when the broker took an
// alert.
const published = -1

// column is a column that may be shown.
type column struct {
	index    int  // among the stream's; published for the time of day
	isError  bool // it is the error of the column before it, and stands close to that
	needs    bool // it says nothing without the column before it
	name     string
	unit     string
	right    bool
	priority int // the lowest are kept in a narrow table
	usual    int // cells that most values take
	most     int
	filled   bool     // an alert had a value
	width    int      // as it has to be for what was shown
	texts    []string // of the rows on the screen
	written  bool
	fits     bool
}

// suiting is a column that a table shows by itself, with its priority and the
// cells that most of its values take.
type suiting struct {
	name            string
	priority, usual int
}

// suits are those columns in their order.
var suits = []suiting{
	{"publish_time", 8, 8},
	{"object_id", 1, 12},
	{"separation", 2, 6},
	{"mjd", 9, 11},
	{"band", 3, 1},
	{"mag", 4, 6},
	{"mag_err", 7, 6},
	{"class", 5, 8},
	{"prob", 6, 5},
	{"classifier", 10, 8},
	{"snr", 11, 6},
	{"ra", 12, 9},
	{"dec", 13, 9},
	{"topic", 14, 8},
	{"survey", 15, 4},
	{"mag_total", 16, 6},
	{"flux", 17, 8},
	{"lim_mag", 18, 6},
	{"classifier_version", 19, 5},
	{"source_id", 20, 19},
	{"simulated", 90, 5},
}

// secondary are generic columns that are shown only when asked for, or as part
// of others.
var secondary = []string{"message_id", "mag_total_err", "flux_err", "flux_total", "flux_total_err", "detected", "positive"}

// chooseColumns gives the columns that may be shown. named says that they are
// those that the person asked for.
func chooseColumns(columns []alert.Column, fields []string) (chosen []column, named bool) {
	for _, name := range fields {
		if i := find(columns, alert.CanonicalName(name)); i >= 0 {
			c := describe(columns, i)
			c.filled, c.most = true, mostNamed
			chosen = append(chosen, c)
		}
	}
	if len(chosen) > 0 {
		return chosen, true
	}
	for _, s := range suits {
		i := find(columns, s.name)
		if i < 0 {
			continue
		}
		c := describe(columns, i)
		c.priority, c.usual = s.priority, s.usual
		switch s.name {
		case "publish_time":
			c.index, c.name = published, "time"
		case "mag_err":
			c.isError = len(chosen) > 0 && chosen[len(chosen)-1].name == "mag"
			c.needs = c.isError
		case "prob":
			c.needs = len(chosen) > 0 && chosen[len(chosen)-1].name == "class"
		}
		chosen = append(chosen, c)
	}
	for i, c := range columns {
		suit := slices.ContainsFunc(suits, func(s suiting) bool { return s.name == c.Name })
		if !suit && !slices.Contains(secondary, c.Name) {
			chosen = append(chosen, describe(columns, i))
		}
	}
	return chosen, false
}

// find gives the index of a column by its name, which a survey may spell in
// other letters, -1 where there is none.
func find(columns []alert.Column, name string) int {
	if i := slices.IndexFunc(columns, func(c alert.Column) bool { return c.Name == name }); i >= 0 {
		return i
	}
	return slices.IndexFunc(columns, func(c alert.Column) bool { return strings.EqualFold(c.Name, name) })
}

func describe(columns []alert.Column, i int) column {
	c := columns[i]
	right := c.Kind == field.Int || c.Kind == field.Float32 || c.Kind == field.Float64
	return column{index: i, name: c.Name, unit: c.Unit, right: right, priority: 50, usual: 1, most: mostText}
}

// fill notes which columns an alert has values for: those that none has are
// left out of a table whose columns nobody named.
func (t *Table) fill(e *feed.Entry) {
	for i := range t.shown {
		c := &t.shown[i]
		if c.filled {
			continue
		}
		if c.index == published {
			c.filled = !publishTime(e).IsZero()
		} else {
			c.filled = !e.Value(c.index).IsMissing()
		}
	}
}

// header gives a column's heading. An error stands below that of its value.
func (c *column) header() string {
	if c.isError {
		return ""
	}
	if c.unit == "" {
		return c.name
	}
	return c.name + " [" + c.unit + "]"
}

// placed is a column on the screen.
type placed struct {
	*column
	x, width int
}

// layout is where the columns are.
type layout struct {
	columns []placed
	left    bool // columns were moved out on the left
}

// resize forgets how wide columns had to be, where the table has another width
// than last time.
func (t *Table) resize(width int) {
	if width == t.width && t.shown != nil && (len(t.shown) == 0 || t.shown[0].width > 0) {
		return
	}
	for i := range t.shown {
		c := &t.shown[i]
		c.width = min(max(cells.Width(t.Theme.Cut(c.header(), c.most)), c.usual), c.most)
	}
}

// arrange decides which columns are shown, and where.
func (t *Table) arrange(width int) {
	t.layout.columns, t.layout.left, t.more = t.layout.columns[:0], t.shift > 0, false
	x, end := 0, width
	if width > 2*(marks+tail) {
		x, end = marks, width-tail
	}
	var chosen []*column
	if t.named || t.shift > 0 {
		chosen = t.shifted()
	} else {
		chosen, t.more = t.suited(end - x)
	}
	for i, c := range chosen {
		if c.isError && i > 0 {
			x -= gap
		}
		w := c.width
		if left := end - x; w > left {
			t.more = true
			if len(t.layout.columns) > 0 && (c.right || left < leastCut) {
				break
			}
			w = left
		}
		t.layout.columns = append(t.layout.columns, placed{column: c, x: x, width: w})
		x += w + gap
	}
}

// present says whether a column may be shown: there is something in it, or
// nothing in any yet.
func (t *Table) present(c *column) bool { return c.filled || t.newest == nil }

// shifted gives the columns behind those that were moved out. The object's id
// stays.
func (t *Table) shifted() []*column {
	var list []*column
	for i := range t.shown {
		if t.present(&t.shown[i]) {
			list = append(list, &t.shown[i])
		}
	}
	if t.shift == 0 {
		return list
	}
	var id []*column
	if i := slices.IndexFunc(list, func(c *column) bool { return c.name == "object_id" }); i >= 0 {
		id = []*column{list[i]}
		list = slices.Delete(list, i, i+1)
	}
	t.shift = min(t.shift, max(len(list)-1, 0))
	if list = list[min(t.shift, len(list)):]; len(list) > 0 && list[0].isError {
		list = list[1:]
	}
	return append(id, list...)
}

// suited gives the columns that a width has room for, the most important ones
// first, in their own order. more says that there are others.
func (t *Table) suited(room int) (list []*column, more bool) {
	t.ranked = t.ranked[:0]
	for i := range t.shown {
		if t.shown[i].fits = false; t.present(&t.shown[i]) {
			t.ranked = append(t.ranked, i)
		}
	}
	slices.SortStableFunc(t.ranked, func(a, b int) int { return t.shown[a].priority - t.shown[b].priority })
	for n, i := range t.ranked {
		c := &t.shown[i]
		if n > 0 && c.width > room || c.needs && !t.shown[i-1].fits {
			more = true
			continue
		}
		c.fits = true
		if room -= c.width; !c.isError {
			room -= gap
		}
	}
	for i := range t.shown {
		if t.shown[i].fits {
			list = append(list, &t.shown[i])
		}
	}
	return list, more
}
