package local

import (
	"github.com/mwvgroup/pgb/client/archive"
	"github.com/mwvgroup/pgb/client/field"
	"github.com/mwvgroup/pgb/client/where"
)

// push gives the part of a filter that SQL can test, with AND before it.
func (c *chosen) push(filter *where.Expr) string {
	if filter == nil {
		return ""
	}
	condition := filter.SQL(where.SQLite, sqlColumn)
	c.pushed, c.rest = condition.Pushed, condition.Rest
	if condition.Text == "" {
		return ""
	}
	for _, p := range condition.Parameters {
		c.parameters = append(c.parameters, archive.Parameter{Name: "@" + p.Name, Value: p.Value})
	}
	return " AND (" + condition.Text + ")"
}

// sqlColumn says how a filter reads a generic column. Times are kept as numbers
// and compared as text, so that they are left to the filter.
func sqlColumn(name string) (where.SQLColumn, bool) {
	switch name {
	case "topic":
		return where.SQLColumn{Expr: "t.name", Kind: field.Text}, true
	case "message_id":
		return where.SQLColumn{Expr: "a.message_id", Kind: field.Text}, true
	case "object_id":
		return where.SQLColumn{Expr: "CAST(o.object_id AS TEXT)", Kind: field.Text}, true
	case "source_id":
		return where.SQLColumn{Expr: "CAST(a.source_id AS TEXT)", Kind: field.Text}, true
	}
	c, ok := cells[name]
	if !ok || c.sql == "" {
		return where.SQLColumn{}, false
	}
	column := where.SQLColumn{Expr: c.sql}
	switch c.kind {
	case cellFloat:
		column.Kind = field.Float64
	case cellBool:
		column.Kind = field.Bool
	default:
		column.Kind = field.Text
	}
	return column, true
}
