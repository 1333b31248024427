package client

import (
	"io"

	"github.com/mwvgroup/pgb/client/alert"
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
}

// ListOptions say what a list of targets is read for.
type ListOptions struct {
	// Survey is the survey that ids are of, where they do not tell.
	Survey string
	// Radius asks for positions, with a cone around each; zero asks for ids.
	Radius sky.Angle
}

// ReadTargets reads a list of targets: text, CSV, ECSV, JSON lines, a JSON array,
// a VOTable, Arrow, Parquet or a FITS table, known by its content. name is the list's, for errors, which are of
// type [*targets.Error]: the first line that gives no target is one.
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
	for _, column := range in.Columns() {
		list.Columns = append(list.Columns, alert.Column{
			Name: targetColumn.Name + "." + column.Name, Kind: column.Kind, Unit: column.Unit, Doc: column.Doc,
		})
	}
	for target, err := range in.All() {
		if err != nil {
			return nil, err
		}
		list.Targets = append(list.Targets, target)
	}
	return list, nil
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
