package bigquery

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/mwvgroup/pgb/client/field"
)

// published is the column that says when an alert was published to the broker,
// in tables that are partitioned by it and in some that are not.
const published = "kafkaPublishTimestamp"

// The columns of every statement beside those that are wanted.
const (
	outVersion = "pg_version" // index of the version in its source
	outTime    = "pg_time"    // when it was published
	outID      = "pg_id"      // the id that was looked for, as text
	outRank    = "pg_rank"    // 1 for the newest revision of an alert
)

// output is a wanted column.
type output struct {
	alias string
	path  field.Path // as the table spells it
	column
}

// selection is what is read of a table.
type selection struct {
	*source
	outputs []output
}

// newSelection takes the columns of paths, and some fields of the records of
// lists, where the table has them.
func newSelection(s *source, paths []field.Path, lists []field.List) *selection {
	sel := &selection{source: s}
	paths = slices.Clone(paths)
	slices.SortStableFunc(paths, func(a, b field.Path) int { return cmp.Compare(len(a), len(b)) })
	for _, path := range paths {
		if found, spelled := s.lookup(path); found != nil {
			sel.add(spelled, *found)
		}
	}
	for _, list := range lists {
		found, spelled := s.lookup(list.Path)
		if found == nil || !found.repeated {
			continue
		}
		var fields []field.Path
		for _, f := range list.Fields {
			fields = append(fields, f.Path)
		}
		if part := found.only(fields); len(part.fields) > 0 {
			sel.add(spelled, part)
		}
	}
	return sel
}

// everything takes all columns that the survey's alerts have.
func everything(s *source) *selection {
	sel := &selection{source: s}
	for _, c := range s.columns {
		if !slices.ContainsFunc(s.Extra, func(extra tableColumn) bool { return strings.EqualFold(extra.Name, c.name) }) {
			sel.add(field.Path{c.name}, c)
		}
	}
	return sel
}

// add takes a column unless it, or a record around it, is taken already.
func (s *selection) add(path field.Path, c column) {
	for _, have := range s.outputs {
		if len(have.path) <= len(path) && slices.EqualFunc(have.path, path[:len(have.path)], strings.EqualFold) {
			return
		}
	}
	s.outputs = append(s.outputs, output{alias: "c" + strconv.Itoa(len(s.outputs)), path: path, column: c})
}

// aliasOf gives the name that a column has in the answer, empty where it is not
// selected by itself.
func (s *selection) aliasOf(paths ...field.Path) string {
	for _, path := range paths {
		for i := range s.outputs {
			if slices.EqualFunc(s.outputs[i].path, path, strings.EqualFold) {
				return s.outputs[i].alias
			}
		}
	}
	return ""
}

// expression gives how a column is written behind the selection: an output, or
// a field of one that is a record.
func (s *selection) expression(path field.Path) (string, *column) {
	if len(path) == 0 {
		return "", nil
	}
	for i := range s.outputs {
		o := &s.outputs[i]
		if len(o.path) > len(path) || !slices.EqualFunc(o.path, path[:len(o.path)], strings.EqualFold) || o.repeated {
			continue
		}
		if len(o.path) == len(path) {
			return o.alias, &o.column
		}
		found, spelled := lookup(o.fields, path[len(o.path):])
		if found == nil {
			return "", nil
		}
		text := o.alias
		for _, name := range spelled {
			text += "." + quoted(name)
		}
		return text, found
	}
	return "", nil
}

// size is about how many bytes of a row are billed.
func (s *selection) size() (sum int64) {
	for i := range s.outputs {
		sum += s.outputs[i].size()
	}
	return sum
}

// at gives the expression of a path in a version, as in t.`a`.`b`; false where
// the version does not have it.
func (v *version) at(path field.Path) (string, *column, bool) {
	found, spelled := lookup(v.columns, path)
	if found == nil {
		return "", nil, false
	}
	text := "t"
	for _, name := range spelled {
		text += "." + quoted(name)
	}
	return text, found, true
}

// read gives the expression of an output in a version.
func (o *output) read(v *version) string {
	base, list := "t", v.columns
	for _, name := range o.path[:len(o.path)-1] {
		record := named(list, name)
		if record == nil {
			return o.column.read("t", nil, 0)
		}
		base, list = base+"."+quoted(record.name), record.fields
	}
	return o.column.read(base, named(list, o.name), 0)
}

// branch is the part of a statement that reads one version.
func (s *selection) branch(index int, id field.Path, where string) string {
	v := s.versions[index]
	columns := []string{strconv.Itoa(index) + " AS " + outVersion}
	if at, _, ok := v.at(field.Path{published}); ok {
		columns = append(columns, at+" AS "+outTime)
	} else {
		columns = append(columns, "CAST(NULL AS TIMESTAMP) AS "+outTime)
	}
	if len(id) > 0 {
		at, found, _ := v.at(id)
		if found.sqlType() != "STRING" {
			at = "CAST(" + at + " AS STRING)"
		}
		columns = append(columns, at+" AS "+outID)
	}
	for i := range s.outputs {
		columns = append(columns, s.outputs[i].read(v)+" AS "+s.outputs[i].alias)
	}
	return fmt.Sprintf("SELECT %s\nFROM %s AS t\nWHERE %s", strings.Join(columns, ", "), v.sql(), where)
}

// same gives a test for a path, in any letter case.
func same(path field.Path) func(field.Path) bool {
	return func(other field.Path) bool { return slices.EqualFunc(path, other, strings.EqualFold) }
}
