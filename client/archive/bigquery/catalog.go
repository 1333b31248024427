package bigquery

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"sync"

	bq "cloud.google.com/go/bigquery"
	"google.golang.org/api/iterator"

	"github.com/mwvgroup/pgb/client/archive"
	"github.com/mwvgroup/pgb/client/field"
	"github.com/mwvgroup/pgb/client/registry"
)

// version is one table as it is there.
type version struct {
	project, dataset, table string
	columns                 []column
	rows, bytes             int64
	partition               string // column by whose day it is partitioned, empty for none
	cluster                 []string
}

// name gives the name as people write it: "lsst.alerts_v11_1".
func (v *version) name() string { return v.dataset + "." + v.table }

// sql gives the name as statements have it.
func (v *version) sql() string { return "`" + v.project + "." + v.dataset + "." + v.table + "`" }

// source is a table of the registry with all its versions that exist, the newest
// first, read as one.
type source struct {
	*registry.Table
	versions []*version
	columns  []column // of all versions
}

// partitioned says whether a range of days saves anything.
func (s *source) partitioned() bool {
	return !slices.ContainsFunc(s.versions, func(v *version) bool { return v.partition == "" })
}

// lookup finds a column in the union.
func (s *source) lookup(path field.Path) (*column, field.Path) { return lookup(s.columns, path) }

// catalog remembers what tables exist. Asking for them is free, but takes a
// round trip each.
type catalog struct {
	mu       sync.Mutex
	datasets map[string][]string // project.dataset -> tables
	tables   map[string]*version // project.dataset.table
}

// identifier is what a dataset or a table may be called; the registry's names
// are held against it before they become part of a statement.
// numberLiteral is a number as the registry writes it.
var numberLiteral = regexp.MustCompile(`^-?[0-9]+(\.[0-9]+)?$`)

var identifier = regexp.MustCompile(`^[A-Za-z0-9_]{1,500}$`)

func (a *Archive) project(t *registry.Table) string {
	if a.options.TablesProject != "" {
		return a.options.TablesProject
	}
	return t.Project
}

// tablesIn lists the tables of a dataset; none where it is not there.
func (a *Archive) tablesIn(ctx context.Context, project, dataset string) ([]string, error) {
	key := project + "." + dataset
	a.catalog.mu.Lock()
	list, ok := a.catalog.datasets[key]
	a.catalog.mu.Unlock()
	if ok {
		return list, nil
	}
	client, err := a.connect(ctx)
	if err != nil {
		return nil, err
	}
	bounded, end := a.waiting(ctx)
	defer func() { _ = end(nil) }()
	for it := client.DatasetInProject(project, dataset).Tables(bounded); ; {
		table, err := it.Next()
		if errors.Is(err, iterator.Done) {
			break
		}
		if err != nil {
			err = end(a.failed(err, ""))
			var missing *NotFoundError
			if errors.As(err, &missing) {
				break
			}
			return nil, fmt.Errorf("list the tables of %s: %w", key, err)
		}
		list = append(list, table.TableID)
	}
	a.catalog.mu.Lock()
	defer a.catalog.mu.Unlock()
	if a.catalog.datasets == nil {
		a.catalog.datasets = map[string][]string{}
	}
	a.catalog.datasets[key] = list
	return list, nil
}

// version describes a table that is there.
func (a *Archive) version(ctx context.Context, project, dataset, table string) (*version, error) {
	for _, name := range []string{dataset, table} {
		if !identifier.MatchString(name) {
			return nil, &InvalidError{What: "table", Text: dataset + "." + table, Reason: "is no name of a table"}
		}
	}
	if err := checkProject(project); err != nil {
		return nil, err
	}
	key := project + "." + dataset + "." + table
	a.catalog.mu.Lock()
	found := a.catalog.tables[key]
	a.catalog.mu.Unlock()
	if found != nil {
		return found, nil
	}
	client, err := a.connect(ctx)
	if err != nil {
		return nil, err
	}
	meta, err := client.DatasetInProject(project, dataset).Table(table).Metadata(ctx)
	if err != nil {
		return nil, fmt.Errorf("describe %s.%s: %w", dataset, table, a.failed(err, ""))
	}
	found = &version{
		project: project, dataset: dataset, table: table, columns: columnsOf(meta.Schema), rows: int64(meta.NumRows), bytes: meta.NumBytes,
	}
	if p := meta.TimePartitioning; p != nil && (p.Type == "" || p.Type == bq.DayPartitioningType) {
		found.partition = p.Field
	}
	if meta.Clustering != nil {
		found.cluster = meta.Clustering.Fields
	}
	a.catalog.mu.Lock()
	defer a.catalog.mu.Unlock()
	if a.catalog.tables == nil {
		a.catalog.tables = map[string]*version{}
	}
	a.catalog.tables[key] = found
	return found, nil
}

// source finds the versions of a table that exist. It is nil where there are
// none.
func (a *Archive) source(ctx context.Context, t *registry.Table) (*source, error) {
	project := a.project(t)
	have, err := a.tablesIn(ctx, project, t.Dataset)
	if err != nil {
		return nil, err
	}
	s := &source{Table: t}
	for _, table := range tableNames(t) {
		if !slices.Contains(have, table) {
			continue
		}
		v, err := a.version(ctx, project, t.Dataset, table)
		if err != nil {
			return nil, err
		}
		s.versions = append(s.versions, v)
		s.columns = merge(s.columns, v.columns)
	}
	if len(s.versions) == 0 {
		return nil, nil
	}
	return s, nil
}

// tableNames gives the names that a table's versions have in their dataset.
func tableNames(t *registry.Table) []string {
	if len(t.Versions) == 0 {
		return []string{t.Table}
	}
	var names []string
	for _, v := range t.Versions {
		names = append(names, t.Table+v)
	}
	return names
}

// checkSurvey says whether there is a survey of a name; no name is all of them.
func (a *Archive) checkSurvey(name string) error {
	if _, ok := a.registry.Surveys[name]; ok || name == "" {
		return nil
	}
	return &registry.UnknownError{What: "survey", Name: name, Near: registry.Near(name, slices.Sorted(maps.Keys(a.registry.Surveys)))}
}

// sources gives the tables that exist of those that hold something, of a survey
// or of all.
func (a *Archive) sources(ctx context.Context, holds, survey string) ([]*source, error) {
	if err := a.checkSurvey(survey); err != nil {
		return nil, err
	}
	var list []*source
	for _, name := range slices.Sorted(maps.Keys(a.registry.Tables)) {
		t := a.registry.Tables[name]
		if t.Holds != holds || survey != "" && t.Survey != survey {
			continue
		}
		s, err := a.source(ctx, t)
		if err != nil {
			return nil, err
		}
		if s != nil {
			list = append(list, s)
		}
	}
	return list, nil
}

// Tables lists the tables of the registry that exist, each version by itself.
func (a *Archive) Tables(ctx context.Context) ([]archive.Table, error) {
	var list []archive.Table
	for _, name := range slices.Sorted(maps.Keys(a.registry.Tables)) {
		t := a.registry.Tables[name]
		s, err := a.source(ctx, t)
		if err != nil {
			return nil, err
		}
		if s == nil {
			continue
		}
		for _, v := range s.versions {
			list = append(list, a.describe(t, v))
		}
	}
	slices.SortFunc(list, func(x, y archive.Table) int { return strings.Compare(x.Name, y.Name) })
	return list, nil
}

// Table describes a table. The registry's name of several versions,
// "lsst.alerts", gives the newest one.
func (a *Archive) Table(ctx context.Context, name string) (archive.Table, error) {
	var known []string
	for _, key := range slices.Sorted(maps.Keys(a.registry.Tables)) {
		t := a.registry.Tables[key]
		known = append(known, key)
		names := tableNames(t)
		i := slices.IndexFunc(names, func(table string) bool { return strings.EqualFold(t.Dataset+"."+table, name) })
		for _, table := range names {
			known = append(known, t.Dataset+"."+table)
		}
		if i < 0 && !strings.EqualFold(key, name) {
			continue
		}
		s, err := a.source(ctx, t)
		if err != nil {
			return archive.Table{}, err
		}
		if s == nil {
			break
		}
		for _, v := range s.versions {
			if i < 0 || v.table == names[i] {
				return a.describe(t, v), nil
			}
		}
	}
	return archive.Table{}, &registry.UnknownError{What: "table", Name: name, Near: registry.Near(name, known)}
}

// describe says of a table what there is to say.
func (a *Archive) describe(t *registry.Table, v *version) archive.Table {
	described := archive.Table{Name: v.name(), Survey: t.Survey, Doc: t.Doc, Rows: v.rows, Bytes: v.bytes, Cluster: v.cluster}
	if v.partition != "" {
		described.Partition = "day of " + v.partition
	}
	survey := a.registry.Surveys[t.Survey]
	spell := a.reader.Spelling(t.Payload)
	var walk func(list []column, above field.Path)
	walk = func(list []column, above field.Path) {
		for i := range list {
			c := &list[i]
			path := above.Join(field.Path{c.name})
			shown := archive.TableColumn{Name: path.String(), Type: string(c.kind)}
			switch {
			case c.repeated:
				shown.Mode = "repeated"
			case c.required:
				shown.Mode = "required"
			}
			if survey != nil {
				own := spell(path).String()
				shown.Unit, shown.Doc = survey.Units[own], survey.Docs[own]
			}
			described.Columns = append(described.Columns, shown)
			walk(c.fields, path)
		}
	}
	walk(v.columns, nil)
	return described
}
