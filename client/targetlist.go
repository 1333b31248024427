package client

import (
	"errors"
	"io"
	"slices"
	"strconv"
	"strings"

	"github.com/mwvgroup/pgb/client/alert"
	"github.com/mwvgroup/pgb/client/field"
	"github.com/mwvgroup/pgb/client/registry"
	"github.com/mwvgroup/pgb/client/sky"
	"github.com/mwvgroup/pgb/client/targets"
)

// TargetList is a list of targets and the columns that ride along with them.
type TargetList struct {
	Targets []targets.Target
	// Columns are those of Target.Extra, named target.NAME.
	Columns []alert.Column
	// Radius is that of a cone around each position; zero asks for ids.
	Radius sky.Angle
	// LeftOut are the lines that leave empty what they are read for: their id, or
	// their position.
	LeftOut []LeftOut
	// Folded counts the lines whose id an earlier one has, where each id is one
	// target.
	Folded int
}

// LeftOut is a line of a list that gives no target.
type LeftOut struct {
	// Line is where it stands, from 1.
	Line int
	// Name is what the line calls its target, or "line 17".
	Name string
}

// ListOptions say what a list of targets is read for.
type ListOptions struct {
	// Survey is the survey that ids are of, where they do not tell.
	Survey string
	// Radius asks for positions, with a cone around each; zero asks for ids.
	Radius sky.Angle
	// Once makes each id one target, however often the list has it, and lets
	// nothing ride along: for what belongs to an object and not to a line of a
	// list, as light curves do. Positions are targets each.
	Once bool
}

// ReadTargets reads a list of targets: text, CSV, ECSV, JSON lines, a JSON array,
// a VOTable, Arrow, Parquet or a FITS table, known by its content. name is the list's, for errors, which are of
// type [*targets.Error]: the first line with a value that is wrong is one. Lines
// where the value is empty are left out, and listed. An id that comes again is one
// target, unless something rides along with it.
func (c *Client) ReadTargets(name string, r io.Reader, o ListOptions) (*TargetList, error) {
	want := targets.IDs
	if o.Radius > 0 {
		want = targets.Positions
	}
	in, err := targets.New(name, r, targets.Options{Want: want, Survey: o.Survey, Registry: c.registry})
	if err != nil {
		return nil, err
	}
	list := &TargetList{Radius: o.Radius}
	columns := in.Columns()
	if o.Once && o.Radius == 0 {
		columns = nil
	}
	for _, column := range columns {
		list.Columns = append(list.Columns, alert.Column{
			Name: targetColumn.Name + "." + column.Name, Kind: column.Kind, Unit: column.Unit, Doc: column.Doc,
		})
	}
	seen := map[registry.ID]bool{}
	for target, err := range in.All() {
		if at := new(targets.Error); errors.As(err, &at) && errors.Is(err, targets.ErrEmpty) {
			name := at.Given
			if name == "" {
				name = "line " + strconv.Itoa(at.Line)
			}
			list.LeftOut = append(list.LeftOut, LeftOut{at.Line, name})
			continue
		}
		if err != nil {
			return nil, err
		}
		if id := known(target.ID); o.Radius == 0 && len(list.Columns) == 0 {
			if seen[id] {
				list.Folded++
				continue
			}
			seen[id] = true
		}
		list.Targets = append(list.Targets, target)
	}
	return list, nil
}

// known is an id however it was given.
func known(id registry.ID) registry.ID {
	id.Given = ""
	return id
}

// Objects is how many different ids a list of ids has.
func (l *TargetList) Objects() int {
	seen := map[registry.ID]bool{}
	for i := range l.Targets {
		seen[known(l.Targets[i].ID)] = true
	}
	return len(seen)
}

// Name names a target as it was given: its id, or its position in degrees.
func (l *TargetList) Name(i int) string {
	t := &l.Targets[i]
	switch {
	case t.ID.Text != "" && (l.Radius == 0 || t.Position == nil):
		return t.ID.Given
	case t.Position != nil:
		return t.Position.String()
	}
	return ""
}

// targetColumn names the target of each row.
var targetColumn = alert.Column{Name: "target", Kind: field.Text, Doc: "the target that the row belongs to, as it was given"}

// IsTargetColumn says whether a column of an answer is about the target of a
// [TargetList] that the row belongs to: target, or target.NAME.
func IsTargetColumn(name string) bool {
	return name == targetColumn.Name || strings.HasPrefix(name, targetColumn.Name+".")
}

// column finds a column that rides along.
func (l *TargetList) column(name string) (alert.Column, error) {
	if name == targetColumn.Name {
		return targetColumn, nil
	}
	near := []string{targetColumn.Name}
	for _, column := range l.Columns {
		if column.Name == name {
			return column, nil
		}
		near = append(near, column.Name)
	}
	return alert.Column{}, &alert.UnknownFieldError{Name: name, Near: near}
}

// AllTargetColumns stands among fields for all columns that ride along.
const AllTargetColumns = "target.*"

// spelledOut names the columns that [AllTargetColumns] stands for.
func (l *TargetList) spelledOut(fields []string) []string {
	at := slices.Index(fields, AllTargetColumns)
	if at < 0 {
		return fields
	}
	return slices.Concat(fields[:at], l.names()[1:], fields[at+1:])
}

// names are those of the target of a row and of all columns that ride along.
func (l *TargetList) names() []string {
	names := []string{targetColumn.Name}
	for _, column := range l.Columns {
		names = append(names, column.Name)
	}
	return names
}

// place says where a target has a column: 0 is its own name.
func (l *TargetList) place(name string) int { return slices.Index(l.names(), name) }

// fill makes a row of what rides along with a target and of an alert's values.
func (l *TargetList) fill(row []field.Value, riding []int, found []field.Value, target int) {
	for i, place := range riding {
		switch {
		case place > 0:
			row[i] = l.Targets[target].Extra[place-1]
		case place == 0:
			row[i] = field.OfString(l.Name(target))
		default:
			row[i], found = found[0], found[1:]
		}
	}
}
