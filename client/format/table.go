package format

import (
	"errors"
	"io"
	"os"
	"slices"

	"github.com/mwvgroup/pgb/client/alert"
)

// tableSpec says what a file of typed columns holds. It is known when the first
// rows are there.
type tableSpec struct {
	columns []alert.Column
	// classifications asks for the list of all classifications as a column
	// behind the others. A format without lists leaves it out.
	classifications bool
	// creator is the program that writes the file: "pgb", and its version
	// where that is known.
	creator string
	// simulated says that the rows came from a sandbox. A file holds rows
	// that are simulated, or others, unless a column says it of each.
	simulated bool
	// terminal says that the file goes to one, which must be sent no control
	// characters.
	terminal bool
}

// tableEncoder writes the rows of one file. It is used by one goroutine.
type tableEncoder interface {
	// add takes the rows of a batch, each with a value for each column at
	// least, which the column's [cellType] holds. It keeps nothing that a row
	// or a message holds: what it does not write at once it copies.
	add(batch []*alert.Message) error
	// end writes what was not written, and what a file ends with. It does not
	// close the file. It is called once, after the last add, also where there
	// was none; a file that is given up is never ended.
	end() error
}

// An abandoner is an encoder that has something of its own to be removed where a
// file is given up, also when it could not be ended.
type abandoner interface{ abandon() error }

// tableFormat is a format whose files hold typed columns and can be read only
// once they are ended.
type tableFormat struct {
	open func(to io.Writer, spec tableSpec) (tableEncoder, error)
	// patches says that what was written is changed later: to is an
	// [io.WriterAt] too, and a pipe is given the file when it is ended.
	patches bool
}

// tableFormats are these formats.
var tableFormats = map[Name]tableFormat{}

// errAppendTable says why such a file is not gone on with.
var errAppendTable = errors.New("a file of this format is closed once and for all, it can't be appended to: use csv or jsonl, or write parts")

// tableOutput writes one file of typed columns.
type tableOutput struct {
	format  tableFormat
	spec    tableSpec
	place   *place
	spool   *os.File // what goes to a pipe, where the format patches
	encoder tableEncoder
	checker *rowChecker
	tells   bool // a column says which rows are simulated
}

func openTable(o Options) (*tableOutput, error) {
	if o.Append {
		return nil, errAppendTable
	}
	t := &tableOutput{format: tableFormats[o.Format], spec: newTableSpec(o), tells: tellsSimulated(o.Layout)}
	o.Finite = true // there is nothing in it to be read before its end
	var err error
	if t.checker, err = newRowChecker(t.spec.columns, o.Format); err != nil {
		return nil, err
	}
	if t.place, _, err = openPlace(o, nil); err != nil {
		return nil, err
	}
	if t.format.patches && !t.place.plain {
		if t.spool, err = os.CreateTemp("", "pgb-"); err != nil {
			return nil, errors.Join(err, t.place.abandon())
		}
	}
	return t, nil
}

func newTableSpec(o Options) tableSpec {
	return tableSpec{
		columns: o.Layout.Columns, classifications: o.Layout.Classifications, creator: creator(o), terminal: o.Terminal && o.Path == "",
	}
}

// creator names the program that writes a file.
func creator(o Options) string {
	if o.Creator != "" {
		return o.Creator
	}
	return "pgb"
}

// simulatedColumn is the generic column that says whether a row is simulated.
const simulatedColumn = "simulated"

// tellsSimulated says whether a column says which rows are simulated.
func tellsSimulated(layout Layout) bool {
	return slices.ContainsFunc(layout.Columns, func(c alert.Column) bool { return c.Name == simulatedColumn })
}

// cellTypes gives the types of columns.
func cellTypes(columns []alert.Column) []cellType {
	types := make([]cellType, len(columns))
	for i, column := range columns {
		types[i] = cellTypeOf(column)
	}
	return types
}

// rows makes sure that messages have rows of the output's columns, and rejects
// those of which a column can't hold its value.
func (c *rowChecker) rows(batch []*alert.Message) (fit []*alert.Message, rejected *RejectedError, err error) {
	for _, m := range batch {
		row := m.Row()
		if row == nil || len(row.Values) < len(c.columns) {
			return nil, nil, errNoRow
		}
		reason := c.check(row.Values)
		if reason != nil && rejected == nil {
			rejected = new(RejectedError)
		}
		if reason != nil {
			rejected.add(m, reason)
		}
	}
	if rejected == nil {
		return batch, nil, nil
	}
	return slices.DeleteFunc(slices.Clone(batch), func(m *alert.Message) bool {
		return slices.Contains(rejected.Messages, m)
	}), rejected, nil
}

func (t *tableOutput) put(batch []*alert.Message) error {
	fit, rejected, err := t.checker.rows(batch)
	if err == nil && len(fit) > 0 {
		err = t.begin(fit)
		if err == nil {
			err = t.encoder.add(fit)
		}
	}
	if err != nil {
		return err
	}
	return rejected.orNil()
}

// begin opens the encoder with the first batch, and makes sure that no later one
// makes a lie of what the file says of itself.
func (t *tableOutput) begin(batch []*alert.Message) error {
	if t.encoder == nil {
		t.spec.simulated = slices.ContainsFunc(batch, (*alert.Message).Simulated)
		return t.open()
	}
	return checkAlike(batch, t.spec.simulated, t.tells)
}

// checkAlike makes sure that a batch is simulated as the file says, where no
// column tells it of each row.
func checkAlike(batch []*alert.Message, simulated, tells bool) error {
	if !tells && slices.ContainsFunc(batch, func(m *alert.Message) bool { return m.Simulated() != simulated }) {
		return ErrSimulatedAndReal
	}
	return nil
}

func (t *tableOutput) open() error {
	var to io.Writer = t.place
	if t.spool != nil {
		to = t.spool
	}
	var err error
	t.encoder, err = t.format.open(to, t.spec)
	return err
}

func (t *tableOutput) close(complete bool) error {
	var err error
	if complete {
		err = t.end()
	}
	if t.spool != nil {
		err = errors.Join(err, t.spool.Close(), os.Remove(t.spool.Name()))
	}
	if !complete || err != nil {
		if encoder, ok := t.encoder.(abandoner); ok {
			err = errors.Join(err, encoder.abandon())
		}
		return errors.Join(err, t.place.abandon())
	}
	return t.place.finish()
}

// end ends the file, and gives it to a pipe where it could not be written there.
func (t *tableOutput) end() error {
	if t.encoder == nil {
		if err := t.open(); err != nil {
			return err
		}
	}
	if err := t.encoder.end(); err != nil {
		return err
	}
	if t.spool == nil {
		return nil
	}
	if _, err := t.spool.Seek(0, io.SeekStart); err != nil {
		return err
	}
	_, err := io.Copy(t.place, t.spool)
	return err
}
