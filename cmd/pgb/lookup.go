package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"

	"github.com/spf13/cobra"

	"github.com/mwvgroup/pgb/client"
	"github.com/mwvgroup/pgb/client/format"
	"github.com/mwvgroup/pgb/client/sky"
	"github.com/mwvgroup/pgb/client/targets"
	"github.com/mwvgroup/pgb/cmd/internal/render"
)

// columnsHelp says what --fields takes for alerts.
const columnsHelp = "columns, separated by commas: generic names, survey paths (diaSource.reliability), attr[\"name\"], classifications: the list of them all (default: the generic columns)"

// lookupFlags are the flags of pgb lookup.
type lookupFlags struct {
	askFlags
	idsFrom string
	near    string
	prefix  bool
}

func newLookup(a *app) *cobra.Command {
	f := &lookupFlags{askFlags: askFlags{ofAlerts: true}}
	cmd := &cobra.Command{
		Use:   "lookup ID...",
		Short: "All alerts of objects, the newest last",
		Long: `Look up all alerts of objects, the newest last, in the local archive or in the
broker's tables.

An id says itself whose it is: ZTF21abiuvdk, 170028485706776685 (LSST), S230518h
(LVK), "2004 JQ12" (a minor planet that LSST sees). A bare integer is an object;
LSST:source:ID and ZTF:candid:ID name a single alert, and ZTF:, LSST:dia:, LSST:ss:
before an id say whose it is. An incomplete ZTF id lists the objects whose ids begin
so (in the broker's tables only with --prefix: it reads a whole column).

BigQuery bills you for what it reads. --dry-run says how much that is, --max-bytes
bounds it, --near makes an LSST lookup cheap. See
https://github.com/mwvgroup/pgb/blob/main/docs/costs.md`,
		Example: `  pgb lookup ZTF21abc
  pgb lookup 170028485706776685 ZTF21abiuvdk --fields mjd,band,mag,mag_err -f csv
  pgb lookup --ids-from ids.txt -f jsonl -o alerts.jsonl
  pgb lookup 170028485706776685 --near '270.1 -30.2 1m' --since 90d
  pgb lookup LSST:source:170094456272322680 --full
  pgb lookup ZTF21ab --archive local`,
		RunE: func(_ *cobra.Command, args []string) error { return f.runLookup(a, args) },
	}
	f.addColumnFlags(cmd, columnsHelp)
	f.addMessageFlags(cmd)
	f.addFlags(a, cmd)
	flags := cmd.Flags()
	flags.Lookup("limit").Usage = "end after so many alerts; the oldest come first: for the recent ones --since 30d, or a filter (default: no limit)"
	flags.StringVar(&f.idsFrom, "ids-from", "", "file with ids, or - for standard input: text, CSV, ECSV, JSON lines, VOTable, Arrow, Parquet, FITS; other columns ride along as target.*")
	flags.StringVar(&f.unmatched, "unmatched", "", "write the ids of --ids-from that nothing was found for to a file")
	flags.StringVar(&f.near, "near", "", nearHelp)
	flags.BoolVar(&f.prefix, "prefix", false, "list the objects whose ids begin with ID, in BigQuery too")
	flags.BoolVar(&f.allRevisions, "all-revisions", false, "show every revision of an alert, not only the newest")
	return cmd
}

func (f *lookupFlags) runLookup(a *app, ids []string) error {
	name, err := f.check(a)
	if err != nil {
		return err
	}
	if err := f.checkIDs(ids); err != nil {
		return err
	}
	ids = distinct(ids)
	near, err := parseNear(f.near)
	if err != nil {
		return err
	}
	f.ids = ids
	return f.asking(a, f.idsFrom, 0, func(ctx context.Context, c *client.Client, ask client.Ask) error {
		ask.IDs, ask.Whole, ask.Near = ids, f.whole(name), near
		return f.answer(a, ctx, c, ask, name)
	})
}

// answer looks up alerts, or lists the objects that an incomplete id begins.
// What can't be right is found before the archive is asked.
func (f *lookupFlags) answer(a *app, ctx context.Context, c *client.Client, ask client.Ask, name format.Name) error {
	objects, listErr := f.maybeList(ctx, c, ask.IDs, ask)
	if f.prefix {
		if listErr != nil {
			return listErr
		}
		return f.listObjects(a, ctx, objects, name, ask.IDs[0])
	}
	n, err := c.Lookup(ctx, ask)
	if objects != nil || listErr != nil {
		switch begins, failed := onlyBegins(ctx, c, ask.Survey, ask.IDs[0]); {
		case failed != nil && err == nil:
			return failed
		case begins && listErr != nil:
			return listErr
		case begins:
			return f.listObjects(a, ctx, objects, name, ask.IDs[0])
		}
	}
	if err != nil {
		return err
	}
	err = f.run(a, ctx, n, name, alertPriority(c))
	return f.sayNotFound(a, ctx, c, n, ask.IDs, err)
}

func (f *lookupFlags) checkIDs(ids []string) error {
	switch {
	case len(ids) == 0 && f.idsFrom == "":
		return usage([]string{"pgb lookup ZTF21abc", "a list of them: pgb lookup --ids-from ids.txt", "by position: pgb cone 270.1 -30.2 5s"}, "no id given")
	case len(ids) > 0 && f.idsFrom != "":
		return usage([]string{"put them all into the list"}, "--ids-from and ids exclude each other")
	case f.prefix && len(ids) != 1:
		return usage([]string{"pgb lookup ZTF21ab --prefix"}, "--prefix takes one id")
	case f.near != "" && len(ids) != 1:
		return nearNeedsOne("lookup")
	case f.unmatched != "" && f.idsFrom == "":
		return usage([]string{"pgb lookup --ids-from ids.txt --unmatched none.txt"}, "--unmatched goes with --ids-from")
	}
	return nil
}

// onceHelp says what --ids-from takes where each id is answered once.
const onceHelp = "file with ids, or - for standard input: text, CSV, ECSV, JSON lines, VOTable, Arrow, Parquet, FITS; each id is answered once, and other columns don't ride along: join on object_id"

// whole says whether an output needs the messages, not only their rows.
func (f *askFlags) whole(name format.Name) bool {
	return f.full || name == format.Avro || name == format.Raw
}

// nearHelp says what --near takes.
const nearHelp = "where the object is known to be, 'RA DEC [RADIUS]': saves most of an LSST lookup's cost"

func nearNeedsOne(command string) error {
	return usage([]string{"pgb " + command + " 170028485706776685 --near '270.1 -30.2'"}, "--near goes with one id")
}

// nearRadius is how far from --near an object may be.
const nearRadius = 60

func parseNear(text string) (*sky.Cone, error) {
	if text == "" {
		return nil, nil
	}
	cone, _, err := sky.ParseCone([]string{text}, nearRadius)
	if err != nil {
		return nil, usage([]string{"--near '270.1 -30.2', --near '18:00:24 -30:12:00 2m'"}, "--near: %w", err)
	}
	return &cone, nil
}

// readList reads a list of targets from a file, or from standard input.
func (f *askFlags) readList(ctx context.Context, a *app, c *client.Client, path string, radius sky.Angle) (*client.TargetList, error) {
	var in io.Reader
	if path == "-" {
		in = a.input(ctx)
	} else {
		for _, output := range []string{f.output, f.unmatched} {
			if err := refuseSame(output, path); err != nil {
				return nil, err
			}
		}
		file, err := os.Open(path)
		if err != nil {
			return nil, err
		}
		defer file.Close()
		in = file
	}
	list, err := c.ReadTargets(path, in, client.ListOptions{Survey: f.survey, Radius: radius, Once: f.once})
	if wrong := new(targets.Error); errors.As(err, &wrong) && wrong.Positions {
		return nil, &hintedError{err, append(hints(err), "the list has positions: pgb cone --targets "+shellWord(path))}
	}
	if err != nil {
		return nil, err
	}
	sayLeftOut(a, path, list)
	if f.once && list.Folded > 0 {
		n := len(list.Targets)
		a.screen.Note(fmt.Sprintf("%s: %s rows name %s", path, render.Count(n+list.Folded), render.Plural(n, "object")))
	} else if n := list.Objects(); radius == 0 && n < len(list.Targets) {
		a.screen.Note(fmt.Sprintf("%s: %s rows name %s; every row is answered", path, render.Count(len(list.Targets)), render.Plural(n, "object")))
	}
	if len(list.Targets) == 0 {
		a.screen.Note(path + " holds no targets")
	}
	return list, nil
}

// sayLeftOut says how many lines of a list are empty where they should say what is
// looked for.
func sayLeftOut(a *app, path string, list *client.TargetList) {
	if len(list.LeftOut) == 0 {
		return
	}
	lacks := "id"
	if list.Radius > 0 {
		lacks = "position"
	}
	text := fmt.Sprintf("%s: 1 row has no %s and is left out: line %d", path, lacks, list.LeftOut[0].Line)
	if n := len(list.LeftOut); n > 1 {
		text = fmt.Sprintf("%s: %s rows have no %s and are left out; the first is line %d", path, render.Count(n), lacks, list.LeftOut[0].Line)
	}
	a.screen.Note(text)
}

// distinct gives ids without those that come again.
func distinct(ids []string) []string {
	var once []string
	for _, id := range ids {
		if !slices.Contains(once, id) {
			once = append(once, id)
		}
	}
	return once
}
