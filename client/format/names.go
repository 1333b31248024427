package format

import (
	"strconv"
	"strings"

	"github.com/mwvgroup/pgb/client/alert"
)

// tableCell is a column of a file of typed columns.
type tableCell struct {
	alert.Column
	value int // its place in the row
	kind  cellType
}

// tableCells gives the columns that a file without lists has.
func tableCells(spec tableSpec) []tableCell {
	spec.classifications = false
	var cells []tableCell
	for _, i := range tableColumns(spec) {
		cells = append(cells, tableCell{spec.columns[i], i, cellTypeOf(spec.columns[i])})
	}
	return cells
}

// isPosition says whether the column is a coordinate of the sky, which are all
// ICRS.
func (c *tableCell) isPosition() bool { return strings.HasPrefix(c.UCD, "pos.eq.") }

// isMJD says whether the column is a Modified Julian Date, which those that
// have a UCD are in UTC.
func (c *tableCell) isMJD() bool { return strings.HasPrefix(c.UCD, "time.epoch") && c.Unit == "d" }

// describe says in words what the column holds, and its unit where no standard
// has it.
func (c *tableCell) describe() (unit, doc string) {
	unit, ok := standardUnit(c.Unit)
	if ok {
		return unit, c.Doc
	}
	return "", strings.TrimSpace(c.Doc + " [" + c.Unit + "]")
}

// unused gives a name that is not among those taken, and takes it. Names are the
// same that key makes the same.
func unused(name string, taken map[string]bool, key func(string) string) string {
	free := name
	for i := 2; taken[key(free)]; i++ {
		free = name + "_" + strconv.Itoa(i)
	}
	taken[key(free)] = true
	return free
}

// asIs is the key of names in which the letter case counts.
func asIs(name string) string { return name }

// identifier makes a name of letters, digits, underscores, dots and hyphens
// that begins with a letter or an underscore, as XML wants IDs: attr_x for
// attr["x"].
func identifier(name string) string {
	var b strings.Builder
	gap := false
	for _, r := range name {
		letter := r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r == '_'
		if !letter && !(r >= '0' && r <= '9' || r == '.' || r == '-') {
			gap = true
			continue
		}
		if gap && b.Len() > 0 || b.Len() == 0 && !letter {
			b.WriteByte('_')
		}
		b.WriteRune(r)
		gap = false
	}
	if b.Len() == 0 {
		return "column"
	}
	return b.String()
}
