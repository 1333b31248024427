package main

import (
	"io"
	"strings"

	"github.com/spf13/cobra"

	"github.com/mwvgroup/pgb/client"
)

// sqlFlags are the flags of pgb sql.
type sqlFlags struct {
	askFlags
}

func newSQL(a *app) *cobra.Command {
	f := &sqlFlags{askFlags{outputFlags: outputFlags{rowsOnly: true}}}
	cmd := &cobra.Command{
		Use:   "sql STATEMENT",
		Short: "Ask the tables in SQL: GoogleSQL of the broker's, or SQLite's of the local archive",
		Long: `Ask the tables in SQL: GoogleSQL in the broker's tables (your project pays, within
--max-bytes), SQLite's in the local archive. Only statements that read are taken.
"-" reads the statement from standard input. pgb tables lists what there is.

A table of the broker may be named by dataset and table alone; pgb tables shows the
names. --dry-run says what a statement would read and cost.`,
		Example: "  pgb sql 'select objectId, candid from `ztf.alerts_v4_02` where candid > 0 limit 10' --dry-run\n" +
			`  pgb sql 'select object_id, count(*) n, max(mjd) from alerts group by 1 order by n desc limit 20' --archive local
  pgb sql - -f csv -o answer.csv < question.sql`,
		Args: oneArgument("one statement, in quotes", "pgb sql 'select count(*) from alerts' --archive local"),
		RunE: func(_ *cobra.Command, args []string) error { return f.runSQL(a, args[0]) },
	}
	f.outputFlags.addFlags(cmd)
	a.addArchiveFlags(cmd)
	cmd.Flags().BoolVar(&f.dryRun, "dry-run", false, "say what the statement would read and cost; do not run it")
	return cmd
}

// maxStatement bounds a statement read from standard input.
const maxStatement = 1 << 20

func (f *sqlFlags) runSQL(a *app, text string) error {
	name, err := f.check(a)
	if err != nil {
		return err
	}
	ctx, end := a.first()
	defer end()
	if text == "-" {
		read, err := io.ReadAll(io.LimitReader(a.input(ctx), maxStatement))
		if err != nil {
			return err
		}
		text = string(read)
	}
	if strings.TrimSpace(text) == "" {
		return usage([]string{"pgb sql 'select count(*) from alerts' --archive local"}, "the statement is empty")
	}
	c, err := a.asking(f.dryRun)
	if err != nil {
		return err
	}
	defer c.Close()
	if f.dryRun {
		from, err := c.Archive(ctx)
		if err != nil {
			return err
		}
		plan, err := c.PlanSQL(ctx, text)
		if err != nil {
			return err
		}
		return printPlan(a, from, plan, "")
	}
	n, err := c.SQL(ctx, client.Statement{Text: text, Limit: f.limit})
	if err != nil {
		return err
	}
	return f.run(a, ctx, n, name, nil)
}
