package targets

import (
	"bytes"
	"errors"
	"fmt"
	"io"

	"github.com/mwvgroup/pgb/client/field"
)

// columnar is a table that is read in blocks of columns: Arrow, Parquet. Columns
// of lists and records are left out.
type columnar struct {
	in      *input
	sources []source
	// more gives the next cells of each column, and none at the end.
	more func() ([][]field.Value, error)
	at   int // in the block
	line int // rows are counted as lines are
	rows [][]field.Value
}

// whole reads a list that can't be read from its beginning to its end.
func (in *input) whole() (*bytes.Reader, error) {
	raw, err := io.ReadAll(io.LimitReader(unbounded{in}, maxFile+1))
	if err != nil {
		return nil, in.failed(0, err)
	}
	if len(raw) > maxFile {
		return nil, in.broken(0, "", "is longer than %d bytes", maxFile)
	}
	return bytes.NewReader(raw), nil
}

// guarded calls what reads a format of others, which panics at some damaged
// files.
func (in *input) guarded(what string, read func() error) (err error) {
	defer func() {
		if r := recover(); r != nil {
			err = in.broken(0, "", "is damaged %s: %v", what, r)
		}
	}()
	err = read()
	if at := new(Error); err == nil || errors.As(err, &at) {
		return err
	}
	return in.broken(0, "", "is no %s that can be read: %v", what, err)
}

func (c *columnar) columns() []source { return c.sources }

func (c *columnar) next() (row, error) {
	for len(c.rows) == 0 || c.at == len(c.rows[0]) {
		var err error
		if c.rows, err = c.more(); err != nil {
			return row{}, err
		}
		if c.rows == nil {
			return row{}, io.EOF
		}
		c.at = 0
	}
	c.line++
	r := row{line: c.line, cells: make([]field.Value, len(c.rows))}
	for i, column := range c.rows {
		r.cells[i] = column[c.at]
	}
	c.at++
	return r, nil
}

// check refuses tables that are too wide.
func (c *columnar) check() error {
	if len(c.sources) > maxColumns {
		return c.in.broken(0, "", "has %d columns, more than %d", len(c.sources), maxColumns)
	}
	if len(c.sources) == 0 {
		return c.in.broken(0, expectedFormats, "has no columns of numbers or texts")
	}
	seen := map[string]bool{}
	for i := range c.sources {
		c.sources[i].typed = true
		if c.sources[i].Name == "" {
			c.sources[i].Name = fmt.Sprintf("column_%d", i+1)
		}
		c.sources[i].Name = unlike(c.sources[i].Name, seen)
	}
	return nil
}
