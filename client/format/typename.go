package format

import (
	"github.com/mwvgroup/pgb/client/alert"
	"github.com/mwvgroup/pgb/client/field"
)

// TypeName names the type that a column's cells have in formats that have types:
// "boolean", "integer" (of 64 bits), "float32", "float64", "text", "bytes", "time"
// (an instant, microseconds UTC), "list" of the column's Items, or "json": other
// records and lists as JSON text.
func TypeName(c alert.Column) string {
	if c.Items != nil {
		return "list"
	}
	if c.Kind == field.JSON {
		return "json"
	}
	return [...]string{"text", "boolean", "integer", "float32", "float64", "bytes", "time"}[cellTypeOf(c)]
}

// HasLists says whether a format can hold the list of all classifications.
func (n Name) HasLists() bool {
	switch n {
	case JSONLines, JSONArray, Arrow, Feather, Parquet:
		return true
	}
	return false
}
