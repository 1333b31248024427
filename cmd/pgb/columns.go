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
}

// sayColumns tells programs that read structured logs the types of the columns,
// which JSON lines do not carry, before the first row.
func (a *app) sayColumns(columns []alert.Column, classifications bool) {
	if a.logFormat != "json" || a.screen.Quiet {
		return
	}
	list := make([]loggedColumn, 0, len(columns)+1)
	for _, c := range columns {
		list = append(list, loggedColumn{c.Name, format.TypeName(c), c.Unit, c.Doc})
	}
	if classifications {
		list = append(list, loggedColumn{Name: format.ClassificationsColumn, Type: "classifications", Doc: format.ClassificationsDoc})
	}
	a.screen.Log.LogAttrs(context.Background(), slog.LevelInfo, "columns", slog.Any("columns", list))
}
