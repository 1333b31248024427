package targets

import (
	"errors"
	"fmt"
	"io"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/mwvgroup/pgb/client/field"
	"github.com/mwvgroup/pgb/client/registry"
	"github.com/mwvgroup/pgb/client/sky"
)

// rows is a list that has columns. A row has a cell for each of them; cells are
// text where the list has no types. next may find more columns at the end of
// those that there were.
type rows interface {
	columns() []source
	next() (row, error)
}

type row struct {
	line  int
	cells []field.Value
}

// table makes targets of rows.
type table struct {
	in      *input
	rows    rows
	options Options
	layout  layout
	prefix  string // of integers in the id column
	units   [2]float64

	columns []Column
	extra   []int // columns that ride along
	untyped []bool
	ahead   []pending
	width   int // columns of the list
}

// pending is a row that was read to learn the columns' kinds.
type pending struct {
	row row
	err error
}

func newTable(in *input, r rows, o Options) (*table, error) {
	t := &table{in: in, rows: r, options: o}
	kinds, err := t.readAhead()
	if err != nil {
		return nil, err
	}
	sources := r.columns()
	t.layout, t.width = layoutOf(sources), len(sources)
	if len(sources) == 0 {
		return t, nil
	}
	positions := t.layout.positions()
	if want := o.Want; t.layout.id < 0 && (want == IDs || !positions) || want == Positions && !positions {
		names := make([]string, len(sources))
		for i, c := range sources {
			names[i] = c.Name
		}
		none := in.broken(0, want.columns(), "none of its columns is known for %s: %s", map[Want]string{Either: "an id or a position", IDs: "an id", Positions: "a position"}[want], cleanList(names))
		none.Positions = want == IDs && positions
		return nil, none
	}
	if t.layout.id >= 0 {
		t.prefix = idPrefixes[plainName(sources[t.layout.id].Name)]
	}
	if t.layout.ra >= 0 {
		for i, at := range []int{t.layout.ra, t.layout.dec} {
			if t.units[i], err = degreesPer(sources[at].Unit); err != nil {
				return nil, in.broken(0, "degrees, radians or hours", "column %s: %v", cleanText(sources[at].Name), err)
			}
		}
	}
	for i, c := range sources {
		if !t.layout.ridesAlong(i, o.Want) {
			continue
		}
		if !c.typed {
			if c.Kind = kinds[i]; c.Kind == field.Missing {
				c.Kind = field.Text
			}
		}
		t.extra, t.columns, t.untyped = append(t.extra, i), append(t.columns, c.Column), append(t.untyped, !c.typed)
	}
	return t, nil
}

// readAhead reads rows until the kinds of all columns are known as well as they
// will be.
func (t *table) readAhead() (kinds []field.Kind, err error) {
	for size := 0; size < headBytes; {
		sources := t.rows.columns()
		open, l := t.in.format == formatJSON, layoutOf(sources)
		for i, c := range sources {
			open = open || !c.typed && l.ridesAlong(i, t.options.Want)
		}
		if !open {
			break
		}
		r, err := t.rows.next()
		if err != nil && !errors.Is(err, io.EOF) && !isLineAlone(err) && len(t.ahead) == 0 {
			return nil, err
		}
		t.ahead = append(t.ahead, pending{r, err})
		if err != nil && !isLineAlone(err) {
			break
		}
		size += 24
		for i, cell := range r.cells {
			if len(kinds) <= i {
				kinds = append(kinds, field.Missing)
			}
			size += 16 + len(cell.Text())
			if kinds[i] != field.Text {
				kinds[i] = widen(kinds[i], cellKind(cell, t.rowsUntyped()))
			}
		}
	}
	for len(kinds) < len(t.rows.columns()) {
		kinds = append(kinds, field.Missing)
	}
	return kinds, nil
}

// rowsUntyped says whether cells are text that may be something else.
func (t *table) rowsUntyped() bool { return t.in.format == formatTable }

// degreesPer gives the degrees that a unit of a coordinate has, and 0 for
// sexagesimal ones and where nothing is said.
func degreesPer(unit string) (float64, error) {
	switch strings.ToLower(strings.TrimSpace(unit)) {
	case "deg", "degree", "degrees", "d", "°":
		return 1, nil
	case "rad", "radian", "radians":
		return 180 / math.Pi, nil
	case "h", "hour", "hours", "hr", "hourangle":
		return 15, nil
	case "", "hms", "dms", "h:m:s", "d:m:s", "sexagesimal", `"h:m:s"`, `"d:m:s"`, "icrs", "j2000", "j2000.0", "hh:mm:ss", "dd:mm:ss":
		return 0, nil
	}
	return 0, fmt.Errorf("its unit %s is not known for a coordinate", cleanText(unit))
}

func (t *table) next() (Target, error) {
	var r row
	var err error
	if len(t.ahead) > 0 {
		r, err = t.ahead[0].row, t.ahead[0].err
		t.ahead[0] = pending{}
		t.ahead = t.ahead[1:]
	} else {
		r, err = t.rows.next()
	}
	if err != nil {
		return Target{}, err
	}
	return t.target(r)
}

func (t *table) target(r row) (Target, error) {
	target := Target{Line: r.line}
	if len(r.cells) > t.width && slices.ContainsFunc(r.cells[t.width:], func(v field.Value) bool { return !v.IsMissing() }) {
		return Target{}, t.in.bad(r.line, errors.New("has a member that no record had up to here"), "the same members in all records")
	}
	var err error
	target.Position, err = t.position(r)
	if err == nil && t.options.Want == Positions && target.Position == nil {
		err = emptyError("has no position")
	}
	if err != nil && (t.options.Want != IDs || !errors.Is(err, ErrEmpty)) {
		return Target{}, t.wrong(r, err, expectedPosition)
	}
	if t.options.Want != Positions && t.layout.id >= 0 {
		target.ID, err = t.id(r)
		switch wrong := new(registry.UnresolvableError); {
		case err == nil:
		case t.options.Want == Either && target.Position != nil && (errors.As(err, &wrong) || errors.Is(err, errNoID) || errors.As(err, new(*registry.UnknownError))):
			target.ID = registry.ID{} // a name that rides along
		default:
			return Target{}, t.wrong(r, err, t.options.Want.line())
		}
	}
	if target.Position == nil && target.ID.Text == "" {
		return Target{}, t.wrong(r, errNoID, t.options.Want.line())
	}
	if t.extra == nil {
		return target, nil
	}
	target.Extra = make([]field.Value, len(t.extra))
	for i, at := range t.extra {
		if at >= len(r.cells) {
			continue
		}
		value, ok := asKind(r.cells[at], t.columns[i].Kind, t.untyped[i] && t.rowsUntyped())
		if !ok {
			err := fmt.Errorf("column %s has %q, but holds values of kind %s up to here", cleanText(t.columns[i].Name), cleanText(r.cells[at].String()), t.columns[i].Kind)
			return Target{}, t.in.bad(r.line, err, "values of one kind in a column")
		}
		target.Extra[i] = value
	}
	return target, nil
}

// wrong is an error about a row; one that is empty may have a name all the same.
func (t *table) wrong(r row, err error, expected string) *Error {
	at := t.in.bad(r.line, err, expected)
	at.Positions = t.options.Want == IDs && t.layout.positions()
	if given := cellText(r.cells, max(t.layout.id, 0)); t.layout.id >= 0 && errors.Is(err, ErrEmpty) && !isMissingText(given) {
		at.Given = given
	}
	return at
}

const errNoID = emptyError("has no id")

func (t *table) id(r row) (registry.ID, error) {
	text := cellText(r.cells, t.layout.id)
	if isMissingText(text) {
		return registry.ID{}, errNoID
	}
	given := text
	if t.prefix != "" && strings.Trim(text, "0123456789") == "" && text != "0" {
		text = t.prefix + text
	}
	id, err := t.options.Registry.ParseID(text, t.options.Survey)
	id.Given = given
	return id, err
}

func cellText(cells []field.Value, at int) string {
	if at >= len(cells) {
		return ""
	}
	if f, ok := cells[at].Float(); ok && cells[at].Kind() != field.Int {
		return strconv.FormatFloat(f, 'g', -1, 64)
	}
	return strings.TrimSpace(cells[at].String())
}

// position gives the position of a row, nil where it says none.
func (t *table) position(r row) (*sky.Position, error) {
	var text string
	switch {
	case t.layout.position >= 0:
		if text = cellText(r.cells, t.layout.position); isMissingText(text) {
			return nil, nil
		}
	case t.layout.ra >= 0:
		ra, dec := cellText(r.cells, t.layout.ra), cellText(r.cells, t.layout.dec)
		switch {
		case isMissingText(ra) && isMissingText(dec):
			return nil, nil
		case isMissingText(ra):
			return nil, emptyError("has a declination, but no right ascension")
		case isMissingText(dec):
			return nil, emptyError("has a right ascension, but no declination")
		}
		if p, ok, err := t.decimal(ra, dec); ok || err != nil {
			return p, err
		}
		text = ra + ", " + dec
	default:
		return nil, nil
	}
	p, err := sky.ParsePosition(text)
	if err != nil {
		return nil, err
	}
	return &p, nil
}

// decimal reads coordinates that are plain numbers in the units of their columns;
// ok is false for others.
func (t *table) decimal(ra, dec string) (p *sky.Position, ok bool, err error) {
	x, xok := number(ra)
	y, yok := number(dec)
	if !xok || !yok {
		return nil, false, nil
	}
	x, y = x*max(t.units[0], 1), y*max(t.units[1], 1)
	if x < 0 || x > 360 || y < -90 || y > 90 {
		_, err := sky.ParsePosition(strconv.FormatFloat(x, 'f', -1, 64), ",", strconv.FormatFloat(y, 'f', -1, 64))
		return nil, false, err
	}
	return &sky.Position{RA: math.Mod(x, 360), Dec: y}, true, nil
}

// cleanList gives names for a message.
func cleanList(names []string) string {
	const most = 12
	shown := make([]string, 0, most+1)
	for i, name := range names {
		if i == most {
			shown = append(shown, fmt.Sprintf("and %d more", len(names)-most))
			break
		}
		shown = append(shown, cleanText(name))
	}
	return strings.Join(shown, ", ")
}
