package emulator

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/goccy/bigquery-emulator/types"

	"github.com/mwvgroup/pgb/client/alert"
	"github.com/mwvgroup/pgb/client/registry"
	"github.com/mwvgroup/pgb/client/sky"
)

// Fill collects the rows that messages become in the broker's tables. Every table
// of the registry whose columns are known is there, and empty at first.
type Fill struct {
	reader *alert.Reader
	tables []*filled
}

// filled is a table of the registry with the rows of each version.
type filled struct {
	*registry.Table
	versions map[string]*versionRows // "" for a table without versions
}

type versionRows struct {
	columns []registry.TableColumn
	rows    types.Data
}

// NewFill makes empty tables. Versions are those that exist, like
// "lsst.alerts_v11_1", of the tables that have versions; none named means all.
func NewFill(reg *registry.Registry, versions ...string) (*Fill, error) {
	f := &Fill{reader: alert.NewReader(reg)}
	for _, name := range slices.Sorted(maps.Keys(reg.Tables)) {
		t := &filled{Table: reg.Tables[name], versions: map[string]*versionRows{}}
		wanted := t.Versions
		if len(wanted) == 0 {
			wanted = []string{""}
		}
		for _, v := range wanted {
			full := t.Dataset + "." + t.Table.Table + v
			if v != "" && len(versions) > 0 && !slices.Contains(versions, full) {
				continue
			}
			columns, err := reg.TableColumns(t.Table, v)
			if err != nil {
				continue // a table of which nothing is known
			}
			t.versions[v] = &versionRows{columns: columns}
		}
		if len(t.versions) > 0 {
			f.tables = append(f.tables, t)
		}
	}
	return f, nil
}

// names gives the names of the table's versions in its dataset.
func (t *filled) names() []string {
	var names []string
	for _, v := range slices.Sorted(maps.Keys(t.versions)) {
		names = append(names, t.Table.Table+v)
	}
	return names
}

// Trim drops the versions of tables that have no rows, beside others that have.
// The emulator holds what it has analysed for good, within 2 GiB: few columns
// are many queries.
func (f *Fill) Trim() *Fill {
	for _, t := range f.tables {
		if f.Rows(t.Name) == 0 {
			continue
		}
		maps.DeleteFunc(t.versions, func(_ string, v *versionRows) bool { return len(v.rows) == 0 })
	}
	return f
}

// Rows gives how many rows a table has in all versions.
func (f *Fill) Rows(name string) int {
	n := 0
	for _, t := range f.tables {
		if t.Name == name {
			for _, v := range t.versions {
				n += len(v.rows)
			}
		}
	}
	return n
}

func (f *Fill) projects() []*types.Project {
	projects := map[string]*types.Project{}
	datasets := map[string]*types.Dataset{}
	for _, t := range f.tables {
		p := projects[t.Project]
		if p == nil {
			p = &types.Project{ID: t.Project}
			projects[t.Project] = p
		}
		key := t.Project + "." + t.Dataset
		d := datasets[key]
		if d == nil {
			d = &types.Dataset{ID: t.Dataset}
			datasets[key] = d
			p.Datasets = append(p.Datasets, d)
		}
		for _, v := range slices.Sorted(maps.Keys(t.versions)) {
			one := t.versions[v]
			table := &types.Table{ID: t.Table.Table + v, Data: one.rows}
			for i := range one.columns {
				table.Columns = append(table.Columns, typeOf(&one.columns[i]))
			}
			d.Tables = append(d.Tables, table)
		}
	}
	return slices.Collect(maps.Values(projects))
}

// feeds lists the topics that tables are filled from beside their own: the
// original packets of LSST have the same alerts as their JSON.
var feeds = map[string]string{"lsst-alerts": "lsst-alerts-json"}

// Add adds the row that a message becomes; false where no table is filled from
// its topic, or where there is none of its version.
func (f *Fill) Add(m *alert.Message) (bool, error) {
	topic := cmp.Or(feeds[m.Topic], m.Topic)
	for _, t := range f.tables {
		if t.Topic != topic {
			continue
		}
		row, version, err := f.row(t, m)
		if err != nil {
			return false, fmt.Errorf("row of %s: %w", t.Name, err)
		}
		to := t.versions[version]
		if to == nil {
			return false, nil
		}
		made, err := record(to.columns, row)
		if err != nil {
			return false, fmt.Errorf("row of %s: %w", t.Name, err)
		}
		to.rows = append(to.rows, made)
		return true, nil
	}
	return false, nil
}

// row gives what a message holds by the survey's own names, and the version of
// the table it belongs to.
func (f *Fill) row(t *filled, m *alert.Message) (row map[string]any, version string, err error) {
	if t.Holds == registry.HoldsAlerts {
		if row, err = f.alert(m); err != nil {
			return nil, "", err
		}
		if version, err = f.version(t, m, row); err != nil {
			return nil, "", err
		}
	} else if row, err = f.result(t, m); err != nil {
		return nil, "", err
	}
	if err := f.publishing(m, row); err != nil {
		return nil, "", err
	}
	return row, version, nil
}

func (f *Fill) alert(m *alert.Message) (map[string]any, error) {
	text, err := f.reader.AppendAlertJSON(nil, m, false)
	if err != nil {
		return nil, err
	}
	return object(text)
}

// version gives the version of the table: that of the schema.
func (f *Fill) version(t *filled, m *alert.Message, row map[string]any) (string, error) {
	if text, ok := row["schemavsn"].(string); ok {
		return "v" + strings.ReplaceAll(text, ".", "_"), nil
	}
	for _, name := range []string{"schema_version", "schema.version"} {
		if text, ok := m.Attr(name); ok && text != alert.NoAttribute {
			return text, nil
		}
	}
	if text, err := f.reader.Schema(m); err == nil && text != "" {
		_, number, _ := strings.Cut(text, " ")
		return "v" + strings.ReplaceAll(number, ".", "_"), nil
	}
	if len(t.Versions) == 1 {
		return t.Versions[0], nil
	}
	return "", fmt.Errorf("no version in the message")
}

// result gives the flat row of a module's table: ids from the attributes, the
// result, and the tags that are attributes.
func (f *Fill) result(t *filled, m *alert.Message) (map[string]any, error) {
	text, err := f.reader.AppendResultJSON(nil, m)
	if err != nil {
		return nil, err
	}
	row, err := object(text)
	if err != nil {
		return nil, err
	}
	if row == nil {
		row = map[string]any{}
	}
	for attribute, column := range map[string]string{
		"diaSource_diaSourceId": "diaSourceId", "diaObject_diaObjectId": "diaObjectId", "ssSource_ssObjectId": "ssObjectId",
		"objectId": "objectId", "candid": "candid",
	} {
		if id, ok := m.Attr(attribute); ok {
			row[column] = id
		}
	}
	for _, one := range t.versions {
		for _, c := range one.columns {
			if tag, ok := m.Attr(c.Name); ok && row[c.Name] == nil {
				row[c.Name] = tag
			}
		}
	}
	if t.Name == "ztf.tags" {
		row["classifier_version"] = 0.1
	}
	return row, nil
}

// publishing adds what the broker's subscription adds to a row: when Kafka took
// the message, and the pixels of the source.
func (f *Fill) publishing(m *alert.Message, row map[string]any) error {
	at := m.PublishTime
	if text, ok := m.Attr("kafka.timestamp"); ok {
		ms, err := strconv.ParseInt(text, 10, 64)
		if err != nil {
			return fmt.Errorf("kafka.timestamp: %w", err)
		}
		at = time.UnixMilli(ms)
	}
	if at.IsZero() {
		return fmt.Errorf("neither kafka.timestamp nor a publish time")
	}
	row["kafkaPublishTimestamp"] = at.UTC()
	source, ok := row["diaSource"].(map[string]any)
	if !ok {
		return nil
	}
	ra, errRA := number(source["ra"])
	dec, errDec := number(source["dec"])
	if errRA != nil || errDec != nil {
		return fmt.Errorf("no position")
	}
	for _, order := range []int{9, 19, 29} {
		row["healpix"+strconv.Itoa(order)] = sky.Ang2PixNested(order, ra, dec)
	}
	return nil
}
