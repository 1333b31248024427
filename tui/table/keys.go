package table

import "github.com/mwvgroup/pgb/tui/keys"

// Keys are what keys do while the table has them.
func (t *Table) Keys() []keys.Binding {
	return []keys.Binding{
		{Keys: []string{"j", "down"}, Does: "next alert", Do: func() { t.Move(1) }},
		{Keys: []string{"k", "up"}, Does: "previous alert", Do: func() { t.Move(-1) }},
		{Keys: []string{"pgdown", "ctrl+d"}, Does: "a screen down", Do: func() { t.Page(1) }},
		{Keys: []string{"pgup", "ctrl+u"}, Does: "a screen up", Do: func() { t.Page(-1) }},
		{Keys: []string{"g", "home"}, Does: "first alert", Do: t.Top},
		{Keys: []string{"G", "end"}, Does: "last alert", Do: t.Bottom},
		{Keys: []string{"left"}, Does: "columns on the left", Do: func() { t.Shift(-1) }},
		{Keys: []string{"right"}, Does: "columns on the right", Do: func() { t.Shift(1) }},
		{Keys: []string{">"}, Does: "sort by the next column", Do: func() { t.sortNext(1) }},
		{Keys: []string{"<"}, Does: "sort by the previous column", Do: func() { t.sortNext(-1) }},
		{Keys: []string{"R"}, Does: "sort the other way round", Do: t.reverse},
	}
}

// startsDescending says which way a column is sorted at first: numbers have
// what stands out on top.
func (t *Table) startsDescending(index int) bool {
	for i := range t.shown {
		if c := &t.shown[i]; c.index == index {
			return c.right && c.name != "separation" && c.name != "mag"
		}
	}
	return false
}

// sortNext sorts by another of the columns on the screen; before the first and
// behind the last it is the order in which the alerts came.
func (t *Table) sortNext(n int) {
	list := []int{Arrival}
	now := 0
	for i := range t.layout.columns {
		if index := t.layout.columns[i].index; index != published {
			if index == t.order.column {
				now = len(list)
			}
			list = append(list, index)
		}
	}
	index := list[((now+n)%len(list)+len(list))%len(list)]
	t.Sort(index, t.startsDescending(index))
}

// reverse sorts the other way round.
func (t *Table) reverse() {
	if column, descending, ok := t.Sorted(); ok {
		t.Sort(column, !descending)
	}
}

// sortAt sorts by the column that has a place in the header: once more for the
// other direction, then for the order in which the alerts came. The time of day
// stands for that order too.
func (t *Table) sortAt(x int) {
	for i := range t.layout.columns {
		c := &t.layout.columns[i]
		if x < c.x || x > c.x+c.width {
			continue
		}
		first := t.startsDescending(c.index)
		switch {
		case c.index == published:
			t.Sort(Arrival, false)
		case c.index != t.order.column:
			t.Sort(c.index, first)
		case t.order.descending == first:
			t.Sort(c.index, !first)
		default:
			t.Sort(Arrival, false)
		}
		return
	}
}
