package local

import (
	"context"
	"strings"

	"zombiezen.com/go/sqlite"
	"zombiezen.com/go/sqlite/sqlitex"

	"github.com/mwvgroup/pgb/client/archive"
	"github.com/mwvgroup/pgb/client/registry"
)

// viewTable is a view that people ask, with the table below that has its rows.
type viewTable struct {
	name, doc, count string
	columns          []archive.TableColumn
}

// viewTables are the views, by name.
var viewTables = []viewTable{
	{"alerts", "one row for each alert, the revision that lookups show", "SELECT count(*) FROM alert WHERE shown = 1", []archive.TableColumn{
		generic("object_id", "TEXT"), generic("source_id", "TEXT"), generic("survey", "TEXT"), generic("topic", "TEXT"), generic("message_id", "TEXT"),
		generic("publish_time", "TEXT"), generic("simulated", "INTEGER"), generic("ra", "REAL"), generic("dec", "REAL"), generic("mjd", "REAL"),
		generic("band", "TEXT"), generic("flux", "REAL"), generic("flux_err", "REAL"), generic("mag", "REAL"), generic("mag_err", "REAL"),
		generic("mag_total", "REAL"), generic("mag_total_err", "REAL"), generic("flux_total", "REAL"), generic("flux_total_err", "REAL"),
		generic("snr", "REAL"), generic("lim_mag", "REAL"), generic("detected", "INTEGER"), generic("positive", "INTEGER"),
		generic("classifier", "TEXT"), generic("classifier_version", "TEXT"), generic("class", "TEXT"), generic("prob", "REAL"),
		{Name: "healpix", Type: "INTEGER", Doc: "HEALPix pixel of the position, NESTED, order 29"},
	}},
	{"classifications", "what classifiers said, a row for each message and class", "SELECT count(*) FROM classification", []archive.TableColumn{
		generic("object_id", "TEXT"), generic("source_id", "TEXT"), generic("survey", "TEXT"), generic("mjd", "REAL"), generic("topic", "TEXT"),
		generic("publish_time", "TEXT"), {Name: "classifier", Type: "TEXT", Doc: "who says it"}, generic("classifier_version", "TEXT"),
		{Name: "class", Type: "TEXT", Doc: "the class"}, {Name: "code", Type: "TEXT", Doc: "the class as the payload has it"},
		{Name: "prob", Type: "REAL", Doc: "probability of the class"}, {Name: "band", Type: "TEXT", Doc: "the band it was made in"},
		{Name: "primary", Type: "INTEGER", Doc: "1 for the class that the classifier itself predicts"},
	}},
	{"messages", "every message that was saved, and where it came from", "SELECT count(*) FROM message", []archive.TableColumn{
		generic("topic", "TEXT"), generic("message_id", "TEXT"), generic("publish_time", "TEXT"), generic("object_id", "TEXT"), generic("source_id", "TEXT"),
		generic("survey", "TEXT"), generic("mjd", "REAL"), {Name: "shown", Type: "INTEGER", Doc: "1 for the revision of its alert that lookups show"},
		{Name: "kafka_topic", Type: "TEXT", Doc: "topic of the survey's own stream"}, {Name: "kafka_partition", Type: "INTEGER", Doc: "partition there"},
		{Name: "kafka_offset", Type: "INTEGER", Doc: "offset there"}, {Name: "kafka_time", Type: "TEXT", Doc: "time there, RFC 3339 UTC"},
		{Name: "saved", Type: "TEXT", Doc: "when it was saved here, RFC 3339 UTC"}, {Name: "origin", Type: "TEXT", Doc: "subscription or file it was read from"},
		{Name: "attributes", Type: "TEXT", Doc: "all attributes, as JSON"}, {Name: "stored_bytes", Type: "INTEGER", Unit: "byte", Doc: "size of the stored body"},
	}},
	{"objects", "one row for each object", "SELECT count(*) FROM object", []archive.TableColumn{
		generic("object_id", "TEXT"), generic("survey", "TEXT"), {Name: "ra", Type: "REAL", Unit: "deg", Doc: "right ascension of its newest alert, ICRS"},
		{Name: "dec", Type: "REAL", Unit: "deg", Doc: "declination of its newest alert, ICRS"}, {Name: "alerts", Type: "INTEGER", Doc: "number of its alerts"},
		{Name: "last_mjd", Type: "REAL", Unit: "d", Doc: "time of its newest alert, MJD UTC"},
	}},
	{"photometry", "light curves, one row for each epoch of an object however many alerts repeat it", "SELECT count(*) FROM point", []archive.TableColumn{
		generic("object_id", "TEXT"), generic("survey", "TEXT"), {Name: "source_id", Type: "TEXT", Doc: "id of the detection"}, generic("mjd", "REAL"), generic("band", "TEXT"),
		{Name: "kind", Type: "TEXT", Doc: "detection, forced or limit"}, generic("flux", "REAL"), generic("flux_err", "REAL"), generic("mag", "REAL"), generic("mag_err", "REAL"),
		generic("flux_total", "REAL"), generic("mag_total", "REAL"), generic("lim_mag", "REAL"), generic("snr", "REAL"),
		{Name: "ra", Type: "REAL", Unit: "deg", Doc: "right ascension, ICRS"}, {Name: "dec", Type: "REAL", Unit: "deg", Doc: "declination, ICRS"},
		{Name: "visit", Type: "INTEGER", Doc: "the image: LSST's visit, ZTF's pid"}, {Name: "detector", Type: "INTEGER", Doc: "detector of the image"},
		{Name: "from_trigger", Type: "INTEGER", Doc: "1 where the epoch caused an alert"},
	}},
}

// generic is a column whose unit and words the registry has.
func generic(name, kind string) archive.TableColumn {
	return archive.TableColumn{Name: name, Type: kind}
}

// Tables lists the views that people ask in SQL. Their size is that of the table
// below with its indexes, and is not known in a file of more than 1 GiB.
func (a *Archive) Tables(ctx context.Context) ([]archive.Table, error) {
	var tables []archive.Table
	err := a.snapshot(ctx, func(conn *sqlite.Conn) error {
		sizes, err := tableSizes(conn)
		if err != nil {
			return err
		}
		for i := range viewTables {
			table, err := a.table(conn, &viewTables[i], sizes)
			if err != nil {
				return err
			}
			tables = append(tables, table)
		}
		return nil
	})
	return tables, a.failed(ctx, err)
}

// Table describes one of the views; a name that is none of them is a
// [*registry.UnknownError].
func (a *Archive) Table(ctx context.Context, name string) (table archive.Table, err error) {
	names := make([]string, len(viewTables))
	for i := range viewTables {
		names[i] = viewTables[i].name
		if strings.EqualFold(names[i], name) {
			err := a.snapshot(ctx, func(conn *sqlite.Conn) error {
				sizes, err := tableSizes(conn)
				if err != nil {
					return err
				}
				table, err = a.table(conn, &viewTables[i], sizes)
				return err
			})
			return table, a.failed(ctx, err)
		}
	}
	return archive.Table{}, &registry.UnknownError{
		What: "table", Name: name, Near: registry.Near(name, names), Hint: "a local archive has " + strings.Join(names, ", "),
	}
}

// tableBelow has for each view the table whose rows it shows.
var tableBelow = map[string]string{
	"alerts": "alert", "classifications": "classification", "messages": "message", "objects": "object", "photometry": "point",
}

// sizedFile bounds the files whose tables are measured: all pages are counted,
// which takes some seconds for each GB.
const sizedFile = 1 << 30

// tableSizes measures the tables, each with its indexes, in bytes; nil for a
// large file.
func tableSizes(conn *sqlite.Conn) (map[string]int64, error) {
	pages, err := pragma(conn, "page_count")
	if err != nil || pages*pageSize > sizedFile {
		return nil, err
	}
	sizes := map[string]int64{}
	const text = `SELECT s.tbl_name, sum(d.pgsize) FROM dbstat d JOIN sqlite_schema s ON s.name = d.name WHERE d.aggregate = 1 GROUP BY 1`
	err = sqlitex.Execute(conn, text, &sqlitex.ExecOptions{ResultFunc: func(stmt *sqlite.Stmt) error {
		sizes[stmt.ColumnText(0)] = stmt.ColumnInt64(1)
		return nil
	}})
	return sizes, err
}

func (a *Archive) table(conn *sqlite.Conn, v *viewTable, sizes map[string]int64) (archive.Table, error) {
	table := archive.Table{Name: v.name, Doc: v.doc, Bytes: -1}
	if size, ok := sizes[tableBelow[v.name]]; ok {
		table.Bytes = size
	}
	for _, c := range v.columns {
		if known := a.registry.Column(c.Name); known != nil && c.Doc == "" {
			c.Unit, c.Doc = known.Unit, known.Doc
		}
		table.Columns = append(table.Columns, c)
	}
	err := sqlitex.Execute(conn, v.count, &sqlitex.ExecOptions{
		ResultFunc: func(stmt *sqlite.Stmt) error { table.Rows = stmt.ColumnInt64(0); return nil },
	})
	return table, err
}

// Views lists the tables that people ask, as every archive has them: their names,
// what they hold and their columns. How many rows there are is not known without
// an archive.
func Views() []archive.Table {
	views := make([]archive.Table, len(viewTables))
	for i, v := range viewTables {
		views[i] = archive.Table{Name: v.name, Doc: v.doc, Rows: -1, Bytes: -1, Columns: v.columns}
	}
	return views
}
