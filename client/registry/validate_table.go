package registry

import (
	"regexp"
	"slices"
	"strings"

	"github.com/mwvgroup/pgb/client/field"
)

// Names of projects, datasets, tables, versions and columns stand in statements,
// where they cannot be parameters: nothing else may pass.
var (
	projectPattern = regexp.MustCompile(`^[a-z][-a-z0-9]{4,28}[a-z0-9]$`)
	tablePattern   = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9_]*$`)
	versionPattern = regexp.MustCompile(`^v[0-9]+(_[0-9]+)*$`)
	columnPattern  = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_]*$`)
)

var columnTypes = []string{"INTEGER", "FLOAT", "STRING", "BOOLEAN", "TIMESTAMP", "BYTES", "RECORD"}

func (c *checker) table(t *Table) {
	known(c, "broker", t.Broker, c.reg.Brokers)
	if t.Survey != "" {
		known(c, "survey", t.Survey, c.reg.Surveys)
	}
	if !projectPattern.MatchString(t.Project) {
		c.problem("project %q is not a name that a project can have", t.Project)
	}
	if !isTable(t.Dataset) || !isTable(t.Table) {
		c.problem("%s.%s is not a name that a table can have", t.Dataset, t.Table)
	}
	if name := t.Dataset + "." + strings.TrimSuffix(t.Table, "_"); name != t.Name {
		c.problem("it is named after its dataset and table, %s", name)
	}
	for _, v := range t.Versions {
		if !versionPattern.MatchString(v) {
			c.problem("a version is like v11_1, not %q", v)
		}
	}
	for v := range t.Lacks {
		if !slices.Contains(t.Versions, v) {
			c.problem("lacks: no version %s", v)
		}
	}
	c.oneOf("holds", t.Holds, HoldsAlerts, HoldsClassifications, HoldsOther)
	c.oneOf("access", t.Access, AccessPublic, AccessInternal, AccessUnlisted)
	if t.Topic != "" {
		known(c, "topic", t.Topic, c.reg.Topics)
	}
	c.rowPayload(t)
	c.tableColumns(t.Columns)
	c.tableColumns(t.Extra)
	c.tablePaths(t)
}

// rowPayload checks that rows can be read.
func (c *checker) rowPayload(t *Table) {
	if t.Payload == "" {
		if t.Holds != HoldsOther {
			c.problem("what holds %s needs a payload to read its rows as", t.Holds)
		}
		return
	}
	if !known(c, "payload", t.Payload, c.reg.Payloads) {
		return
	}
	p := c.reg.Payloads[t.Payload]
	switch {
	case p.Framing != "json":
		c.problem("rows are read as JSON, and payload %s is %s", p.Name, p.Framing)
	case t.Holds == HoldsClassifications && len(p.Classified) == 0:
		c.problem("payload %s has no classifiers", p.Name)
	}
	for i := range p.Classified {
		if p.Classified[i].At == "attributes" {
			c.problem("payload %s reads attributes, which rows do not have", p.Name)
		}
	}
}

func (c *checker) tableColumns(columns []TableColumn) {
	seen := map[string]bool{}
	for i := range columns {
		column := &columns[i]
		name := strings.ToLower(column.Name)
		switch {
		case len(column.Name) > 300 || !columnPattern.MatchString(column.Name):
			c.problem("%q is not a name that a column can have", column.Name)
		case seen[name]:
			c.problem("column %s stands twice", column.Name)
		case !slices.Contains(columnTypes, column.Type):
			c.problem("type of column %s is %s, not %q", column.Name, strings.Join(columnTypes, ", "), column.Type)
		case (column.Type == "RECORD") != (len(column.Fields) > 0):
			c.problem("column %s: a RECORD has fields, and nothing else", column.Name)
		}
		if column.Mode != "" {
			c.oneOf("mode of column "+column.Name, column.Mode, ModeRequired, ModeRepeated)
		}
		if column.Form != "" {
			c.oneOf("form of column "+column.Name, column.Form, FormText, FormSeconds)
		}
		seen[name] = true
		c.tableColumns(column.Fields)
	}
}

// tablePaths checks that the columns that a table names are there.
func (c *checker) tablePaths(t *Table) {
	columns, err := c.reg.TableColumns(t, "")
	if err != nil {
		if t.Holds != HoldsOther || t.Partition != "" || len(t.Cluster) > 0 {
			c.problem("%v", err)
		}
		return
	}
	need := func(what string, path field.Path, types ...string) {
		if len(path) == 0 {
			return
		}
		if column, ok := FindColumn(columns, path); !ok {
			c.problem("%s: no column %s", what, path)
		} else if !slices.Contains(types, column.Type) {
			c.problem("%s: column %s is %s, not %s", what, path, column.Type, strings.Join(types, " or "))
		}
	}
	if t.Partition != "" {
		need("partition", field.Path{t.Partition}, "TIMESTAMP")
	}
	for _, name := range t.Cluster {
		need("cluster", field.Path{name}, "INTEGER", "STRING", "TIMESTAMP", "BOOLEAN")
	}
	for _, path := range t.ObjectID {
		need("object_id", path, "INTEGER", "STRING")
	}
	for _, path := range t.SourceID {
		need("source_id", path, "INTEGER", "STRING")
	}
	need("ra", t.RA, "FLOAT")
	need("dec", t.Dec, "FLOAT")
	if t.Holds != HoldsOther && len(t.ObjectID) == 0 {
		c.problem("what holds %s needs an object_id", t.Holds)
	}
}

// isTable says whether a text may name a dataset or a table.
func isTable(name string) bool { return len(name) <= 128 && tablePattern.MatchString(name) }
