package main

import (
	"context"
	"log/slog"
	"slices"

	"github.com/mwvgroup/pgb/client/alert"
	"github.com/mwvgroup/pgb/client/format"
)

// columns gives the columns that --fields names, and whether the list of all
// classifications is written too: it is no column of a row, though it is named like
// one.
func (s *outputFlags) columns() (names []string, classifications bool) {
	names = splitFields(s.fields)
	if s.rowsOnly || !slices.Contains(names, format.ClassificationsColumn) {
		return names, s.classifications && len(names) == 0
	}
	names = slices.DeleteFunc(names, func(name string) bool { return name == format.ClassificationsColumn })
	if len(names) == 0 {
		names = []string{"object_id"} // a list alone would not say of what
	}
	return names, true
}

// loggedColumn is a column as structured logs tell it.
type loggedColumn struct {
	Name string `json:"name"`
	Type string `json:"type"`
	Unit string `json:"unit,omitempty"`
	Doc  string `json:"doc,omitempty"`
	// Items are the fields of a list's records, or the one of single values,
	// which has no name.
	Items []loggedColumn `json:"items,omitempty"`
}

// logged describes columns for structured logs.
func logged(columns []alert.Column) []loggedColumn {
	list := make([]loggedColumn, 0, len(columns)+1)
	for _, c := range columns {
		one := loggedColumn{Name: c.Name, Type: format.TypeName(c), Unit: c.Unit, Doc: c.Doc}
		if c.Items != nil {
			one.Items = logged(c.Items.Fields)
		}
		list = append(list, one)
	}
	return list
}

// sayColumns tells programs that read structured logs the types of the columns,
// which JSON lines do not carry, before the first row.
func (a *app) sayColumns(columns []alert.Column, classifications bool) {
	if a.logFormat != "json" || a.screen.Quiet {
		return
	}
	list := logged(columns)
	if classifications {
		list = append(list, loggedColumn{Name: format.ClassificationsColumn, Type: "classifications", Doc: format.ClassificationsDoc})
	}
	a.screen.Log.LogAttrs(context.Background(), slog.LevelInfo, "columns", slog.Any("columns", list))
}
