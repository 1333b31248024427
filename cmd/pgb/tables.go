package main

import (
	"context"
	"strings"

	"github.com/spf13/cobra"

	"github.com/mwvgroup/pgb/client/alert"
	"github.com/mwvgroup/pgb/client/archive"
	"github.com/mwvgroup/pgb/client/field"
	"github.com/mwvgroup/pgb/client/format"
	"github.com/mwvgroup/pgb/cmd/internal/render"
)

func newTables(a *app) *cobra.Command {
	var f listFormat
	cmd := &cobra.Command{
		Use:   "tables",
		Short: "List the tables that can be asked, with rows, sizes and columns",
		Long: `List the tables of the broker, or of the local archive, with their rows, bytes and
partitions. Listing is free.`,
		Example: `  pgb tables
  pgb tables show lsst.alerts_v10_0
  pgb tables --archive local -f jsonl`,
		Args: noArguments("pgb tables show"),
		RunE: func(*cobra.Command, []string) error { return runTables(a, &f) },
	}
	a.addArchiveFlag(cmd)
	f.addFlag(cmd)
	var shown listFormat
	show := &cobra.Command{
		Use:   "show TABLE",
		Short: "Describe a table: partitions, columns with types, units and meaning",
		Long: `Describe a table of the broker or of the local archive: rows, size in bytes, by what it
is partitioned and clustered, and its columns with their types, units and meaning.
Asking for it is free.`,
		Example: `  pgb tables show lsst.alerts_v10_0
  pgb tables show alerts --archive local
  pgb tables show alerts --archive local -f csv`,
		Args: oneArgument("a table", "pgb tables lists what there is"),
		RunE: func(_ *cobra.Command, args []string) error { return showTable(a, &shown, args[0]) },
	}
	a.addArchiveFlag(show)
	shown.addFlag(show)
	cmd.AddCommand(show)
	return cmd
}

// tableColumns are the columns of a list of tables, fieldColumns those of a list
// of a table's columns.
var (
	tableColumns = []alert.Column{
		{Name: "table", Kind: field.Text}, {Name: "rows", Kind: field.Int}, {Name: "bytes", Kind: field.Int},
		{Name: "partition", Kind: field.Text}, {Name: "cluster", Kind: field.Text}, {Name: "doc", Kind: field.Text},
	}
	fieldColumns = []alert.Column{
		{Name: "table", Kind: field.Text}, {Name: "column", Kind: field.Text}, {Name: "type", Kind: field.Text},
		{Name: "mode", Kind: field.Text}, {Name: "unit", Kind: field.Text}, {Name: "doc", Kind: field.Text},
	}
)

func runTables(a *app, f *listFormat) error {
	name, err := f.pick(a)
	if err != nil {
		return err
	}
	return a.ofArchive(func(ctx context.Context, from archive.Archive) error { return listTables(ctx, a, from, name) })
}

func listTables(ctx context.Context, a *app, from archive.Archive, name format.Name) error {
	tables, err := from.Tables(ctx)
	if err != nil {
		return err
	}
	if name == table {
		err = printTables(a, tables)
	} else {
		var rows [][]field.Value
		for _, t := range tables {
			rows = append(rows, []field.Value{
				textOf(t.Name), countOf(t.Rows), countOf(t.Bytes), textOf(t.Partition), textOf(strings.Join(t.Cluster, ", ")), textOf(t.Doc),
			})
		}
		err = writeList(a, name, tableColumns, rows)
	}
	if err != nil {
		return err
	}
	a.screen.Note(render.Plural(len(tables), "table") + " in " + from.Name())
	return nil
}

func printTables(a *app, tables []archive.Table) error {
	var rows [][]string
	for _, t := range tables {
		rows = append(rows, []string{t.Name, count(t.Rows), bytesOf(t.Bytes), orDash(t.Partition), t.Doc})
	}
	columns := []render.Column{{Header: "table"}, {Header: "rows", Right: true}, {Header: "size", Right: true}, {Header: "partitioned by"}, {Header: "holds"}}
	return a.screen.Table(columns, rows)
}

func showTable(a *app, f *listFormat, asked string) error {
	name, err := f.pick(a)
	if err != nil {
		return err
	}
	return a.ofArchive(func(ctx context.Context, from archive.Archive) error { return describeTable(ctx, a, from, name, asked) })
}

func describeTable(ctx context.Context, a *app, from archive.Archive, name format.Name, asked string) error {
	t, err := from.Table(ctx, asked)
	if err != nil {
		return err
	}
	if name == table {
		return printTable(a, from, t)
	}
	var rows [][]field.Value
	for _, c := range t.Columns {
		rows = append(rows, []field.Value{textOf(t.Name), textOf(c.Name), textOf(strings.ToLower(c.Type)), textOf(c.Mode), textOf(c.Unit), textOf(c.Doc)})
	}
	return writeList(a, name, fieldColumns, rows)
}

func printTable(a *app, from archive.Archive, t archive.Table) error {
	rows := [][]string{{"table", t.Name}, {"holds", t.Doc}, {"in", from.Name()}, {"rows", count(t.Rows)}, {"size", bytesOf(t.Bytes)}}
	if _, isLocal := from.(localArchive); !isLocal {
		rows = append(rows, []string{"partitioned by", orDash(t.Partition)}, []string{"clustered by", orDash(strings.Join(t.Cluster, ", "))})
	}
	if err := a.screen.Table([]render.Column{{Header: ""}, {Header: ""}}, rows); err != nil {
		return err
	}
	if err := a.screen.Print([]byte("\n")); err != nil {
		return err
	}
	return a.screen.Table(
		[]render.Column{{Header: "column"}, {Header: "type"}, {Header: "unit"}, {Header: "is"}}, columnRows(t.Columns))
}

func columnRows(columns []archive.TableColumn) [][]string {
	var rows [][]string
	for _, c := range columns {
		kind := strings.ToLower(c.Type)
		if c.Mode == "repeated" {
			kind = "list of " + kind
		}
		rows = append(rows, []string{c.Name, kind, c.Unit, c.Doc})
	}
	return rows
}

func count(n int64) string {
	if n < 0 {
		return "?"
	}
	return render.Count(n)
}

func bytesOf(n int64) string {
	if n < 0 {
		return "?"
	}
	return render.Bytes(float64(n))
}

// ofArchive opens the archive that lookups ask, for what costs nothing, until the
// first Ctrl-C.
func (a *app) ofArchive(read func(context.Context, archive.Archive) error) error {
	c, err := a.asking(true)
	if err != nil {
		return err
	}
	defer c.Close()
	ctx, end := a.first()
	defer end()
	from, err := c.Archive(ctx)
	if err != nil {
		return err
	}
	return read(ctx, from)
}
