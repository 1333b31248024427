package render

import (
	"bytes"
	"context"
	"slices"
	"strconv"
	"strings"

	"github.com/mwvgroup/pgb/client/alert"
	"github.com/mwvgroup/pgb/client/field"
)

// Live is a table that grows with a stream: each batch is printed in columns
// aligned with the ones above. The header comes again when a column had to
// grow.
type Live struct {
	screen    *Screen
	columns   []alert.Column
	shown     []int // which columns are shown
	printed   []Column
	widths    []int
	begun     bool
	simulated bool
	priority  func(name string) int // nil where all columns stay
}

// NewLive makes a table of a stream's columns. priority orders the columns that
// a narrow screen keeps (1 first, 0 never); nil keeps all.
func NewLive(screen *Screen, columns []alert.Column, priority func(name string) int) *Live {
	return &Live{screen: screen, columns: columns, priority: priority}
}

// layOut chooses the columns, before the first rows are printed.
func (l *Live) layOut(first []*alert.Message) {
	for i := range l.columns {
		l.shown = append(l.shown, i)
	}
	if l.priority != nil {
		l.priority = unsaidLast(l.columns, first, l.priority)
		l.shown = keepByPriority(l.columns, l.priority, l.screen.Width)
	}
	for _, i := range l.shown {
		c := Column{Header: header(l.columns[i]), Right: numeric(l.columns[i].Kind)}
		l.printed = append(l.printed, c)
		l.widths = append(l.widths, max(Width(c.Header), usualWidth(l.columns[i])))
	}
}

// said are the columns of what a classifier says.
var said = []string{"classifier", "classifier_version", "class", "prob"}

// unsaidLast puts the columns of what classifiers say behind all others where
// none has said anything of the first rows.
func unsaidLast(columns []alert.Column, first []*alert.Message, priority func(string) int) func(string) int {
	for i, c := range columns {
		if slices.Contains(said, c.Name) && slices.ContainsFunc(first, func(m *alert.Message) bool { return m.Row().Values[i].Kind() != field.Missing }) {
			return priority
		}
	}
	if len(first) == 0 {
		return priority
	}
	return func(name string) int {
		rank := priority(name)
		if rank > 0 && slices.Contains(said, name) {
			rank += 1 << 16
		}
		return rank
	}
}

// keepByPriority gives the columns that fit, in their own order.
func keepByPriority(columns []alert.Column, priority func(string) int, width int) []int {
	var order []int
	for i, c := range columns {
		if priority(c.Name) > 0 {
			order = append(order, i)
		}
	}
	slices.SortStableFunc(order, func(a, b int) int {
		return priority(columns[a].Name) - priority(columns[b].Name)
	})
	used := 0
	for n, i := range order {
		used += max(Width(header(columns[i])), usualWidth(columns[i])) + gap
		if used-gap > width && n > 0 {
			order = order[:n]
			break
		}
	}
	slices.Sort(order)
	return order
}

// header is a column's name with its unit.
func header(c alert.Column) string {
	if c.Unit == "" {
		return Clean(c.Name)
	}
	return Clean(c.Name + " [" + c.Unit + "]")
}

func numeric(k field.Kind) bool {
	return k == field.Int || k == field.Float32 || k == field.Float64
}

// usualWidth is the width that most values of a column fit, so that it seldom
// has to grow.
func usualWidth(c alert.Column) int {
	switch c.Name {
	case "object_id", "source_id":
		return 19
	case "topic", "class":
		return 18
	case "classifier":
		return 12
	case "publish_time":
		return 20
	case "kind":
		return 9
	case "band", "survey":
		return 4
	}
	switch c.Unit {
	case "d":
		return 11
	case "deg":
		return 10
	case "mag", "nJy":
		return 6
	}
	return 6
}

// Put prints a batch.
func (l *Live) Put(_ context.Context, batch []*alert.Message) error {
	if !l.begun {
		l.layOut(batch)
	}
	rows, widths := l.cells(batch)
	if !l.begun && l.priority != nil && l.fit(widths) {
		rows, widths = l.cells(batch)
	}
	if l.priority != nil {
		l.squeeze(widths)
	}
	simulated := l.simulated || slices.ContainsFunc(batch, (*alert.Message).Simulated)
	withHeader := !l.begun || !slices.Equal(widths, l.widths)
	l.widths = widths
	var text bytes.Buffer
	if simulated && !l.simulated {
		text.WriteString("simulated data, not observations\n")
	}
	l.simulated, l.begun = simulated, true
	if err := writeRows(&text, l.printed, l.widths, withHeader, l.screen.Color, rows); err != nil {
		return err
	}
	return l.screen.Print(text.Bytes())
}

// cells gives the texts of a batch, and how wide the columns are with them.
func (l *Live) cells(batch []*alert.Message) (rows [][]string, widths []int) {
	widths = slices.Clone(l.widths)
	for _, m := range batch {
		cells := make([]string, len(l.shown))
		for i, c := range l.shown {
			cells[i] = Clean(Cell(l.columns[c], m.Row().Values[c]))
			widths[i] = max(widths[i], min(Width(cells[i]), maxWidth))
		}
		rows = append(rows, cells)
	}
	return rows, widths
}

// enough is how many columns a table has before it gives words all their room.
const enough = 5

// fit drops the least important columns of a table that would be wider than the
// screen with its first rows, and says whether it did. The last few stay where
// shorter words make room for them.
func (l *Live) fit(widths []int) (dropped bool) {
	for len(l.shown) > 1 {
		needed := slices.Clone(widths)
		if len(l.shown) <= enough {
			l.squeeze(needed)
		}
		if total(needed) <= l.screen.Width {
			break
		}
		least := 0
		for i, c := range l.shown {
			if l.priority(l.columns[c].Name) >= l.priority(l.columns[l.shown[least]].Name) {
				least = i
			}
		}
		l.shown = slices.Delete(l.shown, least, least+1)
		l.printed = slices.Delete(l.printed, least, least+1)
		l.widths = slices.Delete(l.widths, least, least+1)
		widths = slices.Delete(widths, least, least+1)
		dropped = true
	}
	return dropped
}

// squeeze takes from columns of words, the widest first, what is wider than the
// screen, but no more than they have been printed with.
func (l *Live) squeeze(widths []int) {
	for over := total(widths) - l.screen.Width; over > 0; over-- {
		widest := -1
		for i, c := range l.shown {
			words := l.columns[c].Name == "class" || l.columns[c].Name == "classifier"
			if words && widths[i] > l.widths[i] && (widest < 0 || widths[i] > widths[widest]) {
				widest = i
			}
		}
		if widest < 0 {
			return
		}
		widths[widest]--
	}
}

// total is the width of a table in cells.
func total(widths []int) int {
	sum := -gap
	for _, w := range widths {
		sum += w + gap
	}
	return sum
}

// Close prints the header of a table that stayed empty.
func (l *Live) Close(bool) error {
	if l.begun {
		return nil
	}
	return l.Put(context.Background(), nil)
}

// maxWidth bounds a column of a live table, in cells.
const maxWidth = 40

// Cell writes a value as a table shows it: rounded to what its unit needs, a
// missing value as a dash.
func Cell(c alert.Column, v field.Value) string {
	switch v.Kind() {
	case field.Missing:
		return "-"
	case field.Bytes:
		return strconv.Itoa(len(v.Text())) + " bytes"
	case field.Float32, field.Float64:
		f, _ := v.Decimal()
		return strconv.FormatFloat(f, 'f', decimals(c, f), 64)
	case field.Text:
		if c.Name == "publish_time" {
			return strings.Replace(cut(v.String(), len("2006-01-02T15:04:05"))+"Z", "T", " ", 1)
		}
	}
	return v.String()
}

func cut(text string, n int) string { return text[:min(n, len(text))] }

// decimals is how many decimals of a number a table shows.
func decimals(c alert.Column, f float64) int {
	switch c.Unit {
	case "d", "deg":
		return 5
	case "mag":
		return 3
	case "arcsec":
		return 3
	case "nJy":
		return 1
	}
	switch {
	case c.Name == "snr":
		return 1
	case c.Name == "prob":
		return 3
	case f != 0 && f < 1e-3 && f > -1e-3:
		return 8
	}
	return 4
}
