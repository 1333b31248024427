package format

import (
	"errors"
	"fmt"
	"unicode/utf8"

	"github.com/mwvgroup/pgb/client/alert"
	"github.com/mwvgroup/pgb/client/field"
	"github.com/mwvgroup/pgb/client/jsonscan"
)

// itemsReader takes the text of lists apart, one after the other, as the types of
// their items.
type itemsReader struct {
	columns []alert.Column
	types   []cellType
	plan    *jsonscan.Plan
	found   field.Projection
}

// errNoList says that a value is no list.
var errNoList = errors.New("no list")

func newItemsReader(items *alert.Items) (*itemsReader, error) {
	r := &itemsReader{columns: items.Fields}
	var fields []field.Scalar
	for _, c := range items.Fields {
		one := field.Scalar{Hint: c.Kind}
		if c.Name != "" {
			one.Path = field.Path{c.Name}
		}
		fields = append(fields, one)
		r.types = append(r.types, itemType(c))
	}
	var err error
	r.plan, err = jsonscan.NewPlan(field.Wanted{Lists: []field.List{{Fields: fields}}})
	return r, err
}

// itemType gives the type of a field of a list's records. Bytes stand in the list's
// text as base64.
func itemType(c alert.Column) cellType {
	if t := cellTypeOf(alert.Column{Kind: c.Kind}); t != cellBytes {
		return t
	}
	return cellText
}

// read gives the fields of all items one after the other, until the next call.
func (r *itemsReader) read(v field.Value) ([]field.Value, error) {
	text := v.Text()
	if v.Kind() != field.JSON || len(text) == 0 || text[0] != '[' {
		return nil, errNoList
	}
	if err := r.plan.Project(text, &r.found); err != nil {
		return nil, err
	}
	return r.found.Lists[0], nil
}

// check says why a column can't hold a list.
func (r *itemsReader) check(v field.Value) error {
	if v.IsMissing() {
		return nil
	}
	cells, err := r.read(v)
	if err != nil {
		return err
	}
	for at := 0; at < len(cells); at += len(r.types) {
		if err := checkCells(r.columns, r.types, cells[at:at+len(r.types)]); err != nil {
			return fmt.Errorf("item %d: %w", at/len(r.types), err)
		}
	}
	return nil
}

// sizeOf gives the bytes that values take in a file's columns, about.
func sizeOf(values []field.Value) int {
	const fixed = 8
	n := fixed * len(values)
	for i := range values {
		n += len(values[i].Text())
	}
	return n
}

// rowChecker makes sure that rows fit into an output's columns.
type rowChecker struct {
	columns []alert.Column
	types   []cellType
	lists   []*itemsReader // by column, nil for all that is no list; none where lists are text
	longest int            // characters of a text; 0 is no bound
}

// newRowChecker makes a checker for the files of a format.
func newRowChecker(columns []alert.Column, name Name) (*rowChecker, error) {
	c := &rowChecker{columns: columns, types: cellTypes(columns)}
	if name == ECSV {
		c.longest = ecsvLongest
	}
	for i, column := range columns {
		if !name.HasLists() || column.Items == nil {
			continue
		}
		if c.lists == nil {
			c.lists = make([]*itemsReader, len(columns))
		}
		var err error
		if c.lists[i], err = newItemsReader(column.Items); err != nil {
			return nil, err
		}
	}
	return c, nil
}

// check says which column of a row can't hold its value.
func (c *rowChecker) check(values []field.Value) error {
	if err := checkCells(c.columns, c.types, values); err != nil {
		return err
	}
	if err := c.checkLengths(values); err != nil {
		return err
	}
	for i, list := range c.lists {
		if list == nil {
			continue
		}
		if err := list.check(values[i]); err != nil {
			return fmt.Errorf("column %s: %w", c.columns[i].Name, err)
		}
	}
	return nil
}

// checkLengths says which text of a row has more characters than readers take.
func (c *rowChecker) checkLengths(values []field.Value) error {
	if c.longest == 0 {
		return nil
	}
	for i, column := range c.columns {
		if v := values[i]; 2*len(v.Text()) > c.longest { // base64 is longer than its bytes
			if n := utf8.RuneCount(textOf(v, nil)); n > c.longest {
				return fmt.Errorf("column %s: a text of %d characters, and readers of ECSV take %d: write .vot or .parquet", column.Name, n, c.longest)
			}
		}
	}
	return nil
}
