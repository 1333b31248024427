package main

import (
	"strings"

	"github.com/spf13/cobra"

	"github.com/mwvgroup/pgb/client/archive"
	"github.com/mwvgroup/pgb/cmd/internal/render"
)

func newTables(a *app) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "tables",
		Short: "List the tables that can be asked, with rows, sizes and columns",
		Long: `List the tables of the broker, or of the local archive, with their rows, bytes and
partitions. Listing is free.`,
		Example: `  pgb tables
  pgb tables show lsst.alerts_v10_0
  pgb tables --archive local`,
		Args: noArguments("pgb tables show"),
		RunE: func(*cobra.Command, []string) error { return runTables(a) },
	}
	a.addArchiveFlag(cmd)
	show := &cobra.Command{
		Use:     "show TABLE",
		Short:   "Describe a table: partitions, columns with types, units and meaning",
		Example: "  pgb tables show lsst.alerts_v10_0\n  pgb tables show alerts --archive local",
		Args:    oneArgument("a table", "pgb tables lists what there is"),
		RunE:    func(_ *cobra.Command, args []string) error { return showTable(a, args[0]) },
	}
	a.addArchiveFlag(show)
	cmd.AddCommand(show)
	return cmd
}

func runTables(a *app) error {
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
	tables, err := from.Tables(ctx)
	if err != nil {
		return err
	}
	var rows [][]string
	for _, t := range tables {
		rows = append(rows, []string{t.Name, count(t.Rows), bytesOf(t.Bytes), orDash(t.Partition), t.Doc})
	}
	columns := []render.Column{{Header: "table"}, {Header: "rows", Right: true}, {Header: "size", Right: true}, {Header: "partitioned by"}, {Header: "holds"}}
	if err := a.screen.Table(columns, rows); err != nil {
		return err
	}
	a.screen.Note(render.Plural(len(tables), "table") + " in " + from.Name())
	return nil
}

func showTable(a *app, name string) error {
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
	t, err := from.Table(ctx, name)
	if err != nil {
		return err
	}
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
