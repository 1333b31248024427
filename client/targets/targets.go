package targets

import (
	"errors"
	"io"
	"iter"

	"github.com/mwvgroup/pgb/client/field"
	"github.com/mwvgroup/pgb/client/registry"
	"github.com/mwvgroup/pgb/client/sky"
)

// Want is what a list must give.
type Want int

// What a list may be asked for.
const (
	Either    Want = iota // an id or a position, or both
	IDs                   // an id, whether or not there is a position
	Positions             // a position; ids ride along as they are
)

// Options say what is read from a list. The zero value is a good one.
type Options struct {
	Want Want
	// Survey is the survey that ids are of, where they do not tell; see
	// [registry.Registry.ParseID].
	Survey string
	// Registry knows the namespaces of ids. Default [registry.Default].
	Registry *registry.Registry
}

// Target is one target of a list.
type Target struct {
	// Line is where it stands, from 1: the line of the file, after
	// decompression, on which it begins.
	Line int
	// ID is its id; the zero ID where the list gives none.
	ID registry.ID
	// Position is where it is, nil where the list does not say.
	Position *sky.Position
	// Extra has a value for each of [Reader.Columns], of the column's kind or
	// missing.
	Extra []field.Value
}

// Column is a column of a list that rides along.
type Column struct {
	Name string
	// Kind is the kind of its values: Bool, Int, Float32, Float64, Text or
	// JSON. It is told by the first 8 MiB of a list that does not name it.
	Kind field.Kind
	// Unit and Doc are what a VOTable or a header says of it.
	Unit, Doc string
}

// Reader reads a list. It is for one goroutine.
type Reader struct {
	format  string
	columns []Column
	next    func() (Target, error)
	failed  error // that nothing comes after, io.EOF at the end
}

// New reads the beginning of a list, as far as its format and columns need it.
// The name is that of the file, for errors. Errors are of type [*Error] where the
// list is at fault.
func New(name string, r io.Reader, o Options) (*Reader, error) {
	if o.Registry == nil {
		o.Registry = registry.Default()
	}
	in, err := open(name, r)
	if err != nil {
		return nil, err
	}
	list := &Reader{format: in.format}
	if in.format == formatText {
		lines := &lineList{in: in, options: o}
		list.next = lines.next
		return list, nil
	}
	rows, err := in.table(o)
	if err != nil {
		return nil, err
	}
	t, err := newTable(in, rows, o)
	if err != nil {
		return nil, err
	}
	list.columns, list.next = t.columns, t.next
	return list, nil
}

// Format names the format of the list: "text", "table", "json", "votable",
// "arrow", "parquet" or "fits".
func (r *Reader) Format() string { return r.format }

// Columns are the columns that ride along: all but those that targets are known
// by. Where ids were asked for that is the column of ids; else it is those of
// positions, and the one of ids only where there is no position beside them.
func (r *Reader) Columns() []Column { return r.columns }

// Next gives the next target, and [io.EOF] after the last. An [*Error] with a
// line is about that line alone: the next call goes on behind it. After any other
// error every call gives that one again. Duplicates are given as they come.
func (r *Reader) Next() (Target, error) {
	if r.failed != nil {
		return Target{}, r.failed
	}
	t, err := r.next()
	if err != nil && !isLineAlone(err) {
		r.failed = err
	}
	return t, err
}

// All ranges over the targets that are left, and over errors as [Reader.Next]
// gives them. It ends after an error that nothing comes after.
func (r *Reader) All() iter.Seq2[Target, error] {
	return func(yield func(Target, error) bool) {
		for {
			t, err := r.Next()
			if errors.Is(err, io.EOF) || !yield(t, err) || r.failed != nil {
				return
			}
		}
	}
}

// Read ranges over the targets of a list; see [New] and [Reader.All].
func Read(name string, r io.Reader, o Options) iter.Seq2[Target, error] {
	return func(yield func(Target, error) bool) {
		list, err := New(name, r, o)
		if err != nil {
			yield(Target{}, err)
			return
		}
		list.All()(yield)
	}
}
