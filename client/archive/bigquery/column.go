package bigquery

import (
	"slices"
	"strings"

	bq "cloud.google.com/go/bigquery"

	"github.com/mwvgroup/pgb/client/field"
)

// column is a column of a table, or of several that are read as one.
type column struct {
	name     string
	kind     bq.FieldType
	repeated bool
	required bool
	fields   []column // of a record
}

// columnsOf takes over a table's schema.
func columnsOf(schema bq.Schema) []column {
	var list []column
	for _, f := range schema {
		list = append(list, column{name: f.Name, kind: typeOf(f.Type), repeated: f.Repeated, required: f.Required, fields: columnsOf(f.Schema)})
	}
	return list
}

// typeOf gives the name of a type in the service's older names, which schemas
// mostly have.
func typeOf(t bq.FieldType) bq.FieldType {
	switch t {
	case "INT64":
		return bq.IntegerFieldType
	case "FLOAT64":
		return bq.FloatFieldType
	case "BOOL":
		return bq.BooleanFieldType
	case "STRUCT":
		return bq.RecordFieldType
	}
	return t
}

// named finds a column; BigQuery does not tell letter case apart.
func named(list []column, name string) *column {
	for i := range list {
		if strings.EqualFold(list[i].name, name) {
			return &list[i]
		}
	}
	return nil
}

// lookup finds the column of a path, with the path as the table spells it. It is
// nil where there is none or where the path leads through a list.
func lookup(list []column, path field.Path) (*column, field.Path) {
	var found *column
	var spelled field.Path
	for i, name := range path {
		found = named(list, name)
		if found == nil || found.repeated && i < len(path)-1 {
			return nil, nil
		}
		spelled = append(spelled, found.name)
		list = found.fields
	}
	return found, spelled
}

// merge adds the columns that a further version of a table has.
func merge(into, more []column) []column {
	for _, c := range more {
		have := named(into, c.name)
		if have == nil {
			c.fields = slices.Clone(c.fields)
			into = append(into, c)
			continue
		}
		if have.kind != c.kind {
			have.kind = commonKind(have.kind, c.kind)
		}
		have.fields = merge(slices.Clone(have.fields), c.fields)
	}
	return into
}

// commonKind gives a type that holds the values of both.
func commonKind(a, b bq.FieldType) bq.FieldType {
	isNumber := func(k bq.FieldType) bool { return k == bq.IntegerFieldType || k == bq.FloatFieldType }
	if isNumber(a) && isNumber(b) {
		return bq.FloatFieldType
	}
	return bq.StringFieldType
}

// sameColumns says whether two columns are read alike: same names, types and
// order, all the way down.
func sameColumns(a, b *column) bool {
	return strings.EqualFold(a.name, b.name) && a.kind == b.kind && a.repeated == b.repeated &&
		slices.EqualFunc(a.fields, b.fields, func(x, y column) bool { return sameColumns(&x, &y) })
}

// only gives a column of a record or a list with nothing but some of its fields.
func (c column) only(fields []field.Path) column {
	var kept []column
	for _, f := range c.fields {
		var below []field.Path
		whole := false
		for _, path := range fields {
			if len(path) == 0 || !strings.EqualFold(path[0], f.name) {
				continue
			}
			whole = whole || len(path) == 1
			below = append(below, path[1:])
		}
		switch {
		case whole:
			kept = append(kept, f)
		case len(below) > 0:
			if f = f.only(below); len(f.fields) > 0 {
				kept = append(kept, f)
			}
		}
	}
	c.fields = kept
	return c
}

// quoted writes a name as an identifier. The names come from a table's own
// schema or from the registry, and are letters, digits and underscores.
func quoted(name string) string { return "`" + strings.ReplaceAll(name, "`", "") + "`" }

// sqlType gives the type of a column in GoogleSQL.
func (c *column) sqlType() string {
	text := ""
	switch c.kind {
	case bq.RecordFieldType:
		var parts []string
		for i := range c.fields {
			parts = append(parts, quoted(c.fields[i].name)+" "+c.fields[i].sqlType())
		}
		text = "STRUCT<" + strings.Join(parts, ", ") + ">"
	case bq.IntegerFieldType:
		text = "INT64"
	case bq.FloatFieldType:
		text = "FLOAT64"
	case bq.BooleanFieldType:
		text = "BOOL"
	default:
		text = string(c.kind)
	}
	if c.repeated {
		return "ARRAY<" + text + ">"
	}
	return text
}

// read gives an expression that reads what is wanted of a column, from a table
// that has it as own or, where own is nil, does not have it. base is the
// expression that the column is a field of.
func (c *column) read(base string, own *column, depth int) string {
	if own == nil {
		return "CAST(NULL AS " + c.sqlType() + ")"
	}
	at := base + "." + quoted(own.name)
	switch {
	case c.kind == bq.RecordFieldType && sameColumns(c, own):
		return at
	case c.kind == bq.RecordFieldType && c.repeated:
		row := "e" + string(rune('0'+depth))
		return "ARRAY(SELECT AS STRUCT " + c.readFields(row, own, depth+1) + " FROM UNNEST(" + at + ") AS " + row + ")"
	case c.kind == bq.RecordFieldType:
		return "IF(" + at + " IS NULL, NULL, STRUCT(" + c.readFields(at, own, depth) + "))"
	case c.kind != own.kind:
		return "CAST(" + at + " AS " + c.sqlType() + ")"
	}
	return at
}

func (c *column) readFields(base string, own *column, depth int) string {
	var parts []string
	for i := range c.fields {
		f := &c.fields[i]
		parts = append(parts, f.read(base, named(own.fields, f.name), depth)+" AS "+quoted(f.name))
	}
	return strings.Join(parts, ", ")
}

// size is about how many bytes a value is billed as; a list counts as many.
func (c *column) size() int64 {
	var sum int64
	switch c.kind {
	case bq.RecordFieldType:
		for i := range c.fields {
			sum += c.fields[i].size()
		}
	case bq.BooleanFieldType:
		sum = 1
	case bq.StringFieldType, bq.BytesFieldType:
		sum = 16
	default:
		sum = 8
	}
	if c.repeated {
		sum *= listLength
	}
	return sum
}

// listLength is how many records a list of earlier epochs is taken to have where
// ways to read it are compared.
const listLength = 100
