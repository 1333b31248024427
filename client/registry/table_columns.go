package registry

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/mwvgroup/pgb/client/avro"
	"github.com/mwvgroup/pgb/client/field"
)

// Table finds a table by its name, in any letter case: "lsst.alerts", with its
// version behind ("lsst.alerts_v11_1") or with its project in front. A name that
// is not known is an [*UnknownError].
func (r *Registry) Table(name string) (*Table, error) {
	for _, key := range slices.Sorted(maps.Keys(r.Tables)) {
		t := r.Tables[key]
		if _, ok := t.Version(name); ok || strings.EqualFold(strings.TrimPrefix(name, t.Project+"."), t.Name) {
			return t, nil
		}
	}
	return nil, &UnknownError{What: "table", Name: name, Near: Near(name, slices.Sorted(maps.Keys(r.Tables)))}
}

// FullName gives the name of one version of the table in its service:
// "pitt-alert-broker.lsst.alerts_v11_1".
func (t *Table) FullName(version string) string {
	return t.Project + "." + t.Dataset + "." + t.Table + version
}

// Version tells which version of the table a name is: "v11_1" for
// "lsst.alerts_v11_1"; empty for a table without versions. ok is false where the
// name is not one that can be asked: another table, or all versions.
func (t *Table) Version(name string) (version string, ok bool) {
	versions := t.Versions
	if len(versions) == 0 {
		versions = []string{""}
	}
	name = strings.TrimPrefix(name, t.Project+".")
	for _, v := range versions {
		if strings.EqualFold(name, t.Dataset+"."+t.Table+v) {
			return v, true
		}
	}
	return "", false
}

// TableColumns gives the columns of a version of a table as they are expected:
// its own, or those of the schema of the version without what the table leaves
// out and with what it adds. Of a version whose schema is not known they are
// those of the next newer one, less what the table is told to lack. A table of
// which nothing is known is an [*UnknownError]; an empty version is the newest of
// which something is.
func (r *Registry) TableColumns(t *Table, version string) ([]TableColumn, error) {
	if len(t.Columns) > 0 {
		return slices.Concat(t.Columns, t.Extra), nil
	}
	for i := 0; version == "" && i < len(t.Versions); i++ {
		if schema, _ := r.tableSchema(t, t.Versions[i]); schema != nil {
			version = t.Versions[i]
		}
	}
	schema, lacks := r.tableSchema(t, version)
	if schema == nil {
		return nil, &UnknownError{What: "columns of table", Name: strings.TrimSuffix(t.Name+"_"+version, "_")}
	}
	columns, err := columnsOf(schema.Members(), nil, slices.Concat(t.Without, lacks))
	if err != nil {
		return nil, fmt.Errorf("columns of %s: %w", t.Name, err)
	}
	return append(columns, t.Extra...), nil
}

// tableSchema gives the schema that a version of a table has its columns of, and
// what the version lacks of it.
func (r *Registry) tableSchema(t *Table, version string) (schema *avro.Schema, lacks Paths) {
	for i := slices.Index(t.Versions, version); i >= 0; i-- {
		s, err := r.Schema(t.Survey, t.Versions[i])
		if err == nil {
			return s, lacks
		}
		lacks = append(lacks, t.Lacks[t.Versions[i]]...)
	}
	return nil, nil
}

func columnsOf(members []avro.Member, around field.Path, without Paths) ([]TableColumn, error) {
	columns := make([]TableColumn, 0, len(members))
	for _, m := range members {
		path := around.Join(field.Path{m.Name})
		if slices.ContainsFunc(without, func(p field.Path) bool { return slices.Equal(p, path) }) {
			continue
		}
		c := TableColumn{Name: m.Name, Type: columnType(m.Type), Single: m.Type.Kind == field.Float32}
		switch {
		case c.Type == "":
			return nil, fmt.Errorf("%s is of no type that a table has", path)
		case m.Type.List:
			c.Mode = ModeRepeated
		case !m.Type.Nullable:
			c.Mode = ModeRequired
		}
		if c.Type == "TIMESTAMP" {
			c.Form = FormSeconds
		}
		var err error
		if m.Type.Record {
			if c.Fields, err = columnsOf(m.Fields, path, without); err != nil {
				return nil, err
			}
		}
		columns = append(columns, c)
	}
	return columns, nil
}

// columnType gives the type of the column that a field of Avro becomes.
func columnType(t avro.Type) string {
	switch {
	case t.Record:
		return "RECORD"
	case isTimestamp(t):
		return "TIMESTAMP"
	}
	switch t.Kind {
	case field.Bool:
		return "BOOLEAN"
	case field.Int:
		return "INTEGER"
	case field.Float32, field.Float64:
		return "FLOAT"
	case field.Text:
		return "STRING"
	case field.Bytes:
		return "BYTES"
	}
	return ""
}

// FindColumn gives the column at a path, through records and lists of them, in
// any letter case.
func FindColumn(columns []TableColumn, path field.Path) (*TableColumn, bool) {
	for i := range columns {
		if len(path) == 0 || !strings.EqualFold(columns[i].Name, path[0]) {
			continue
		}
		if len(path) == 1 {
			return &columns[i], true
		}
		return FindColumn(columns[i].Fields, path[1:])
	}
	return nil, false
}
