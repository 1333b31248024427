package main

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/mwvgroup/pgb/client"
	"github.com/mwvgroup/pgb/client/archive/local"
	"github.com/mwvgroup/pgb/client/registry"
	"github.com/mwvgroup/pgb/cmd/internal/render"
)

// pruneFlags are the flags of pgb archive prune.
type pruneFlags struct {
	before, survey string
	dryRun, yes    bool
}

func newArchivePrune(a *app) *cobra.Command {
	f := &pruneFlags{}
	cmd := &cobra.Command{
		Use:   "prune --before TIME",
		Short: "Delete old alerts from the archive",
		Long: `Delete alerts that were observed before a time, with their messages, points and
classifications, and give the space back. What counts is when they were observed,
not when they were saved: --before 90d takes all alerts of a file of 2021, imported
today. On a terminal it says how many that is and asks; elsewhere it needs --yes.`,
		Example: "  pgb archive prune --before 90d --dry-run\n  pgb archive prune --before 90d\n  pgb archive prune --before 2026-03-01 --survey ztf --yes",
		Args:    cobra.NoArgs,
		RunE:    func(*cobra.Command, []string) error { return f.run(a) },
	}
	a.addArchiveFlag(cmd)
	flags := cmd.Flags()
	flags.StringVar(&f.before, "before", "", "observed before: a date, RFC 3339, MJD, JD, or an age (90d)")
	flags.StringVar(&f.survey, "survey", "", "of one survey only: ztf, lsst, lvk (default: all)")
	flags.BoolVar(&f.dryRun, "dry-run", false, "say how many alerts that is; delete nothing")
	flags.BoolVarP(&f.yes, "yes", "y", false, "delete without asking")
	return cmd
}

func (f *pruneFlags) run(a *app) error {
	if f.before == "" {
		return usage([]string{"pgb archive prune --before 90d"}, "prune needs --before")
	}
	o := local.PruneOptions{}
	var err error
	if o.Before, err = parseObserved("--before", f.before); err != nil {
		return err
	}
	c, err := a.localOf()
	if err != nil {
		return err
	}
	defer c.Close()
	if a.inSandbox {
		return usage([]string{"to have it made anew, delete the file that pgb archive info --sandbox names"}, "the sandbox's own archive is not pruned")
	}
	if survey := strings.ToLower(f.survey); survey != "" {
		if c.Registry().Surveys[survey] == nil {
			return &registry.UnknownError{What: "survey", Name: survey, Near: registry.Near(survey, sortedNames(c.Registry().Surveys))}
		}
		o.Surveys = []string{survey}
	}
	ctx, end := a.first()
	defer end()
	return f.prune(ctx, a, c, o)
}

// prune says what would be deleted, and deletes it if that is wished.
func (f *pruneFlags) prune(ctx context.Context, a *app, c *client.Client, o local.PruneOptions) error {
	here, err := a.opened(c) // it must be there: pruning makes none
	if err != nil {
		return err
	}
	old, err := here.Old(ctx, o)
	if err != nil {
		return err
	}
	found := fmt.Sprintf("%s of %s in %s were observed before %s",
		render.Count(old.Messages), render.Plural(old.All, "alert"), here.Name(), o.Before.UTC().Format(time.RFC3339))
	if span := observed(old.FirstMJD, old.LastMJD); span != "-" {
		found += ", from " + span
	}
	if f.dryRun {
		a.screen.Note(found + "; nothing was deleted")
		return nil
	}
	if old.Messages == 0 && !f.yes { // with --yes what is free in the file is given back all the same
		a.screen.Note(found + ": nothing to delete")
		return nil
	}
	if !f.yes {
		ask := a.confirmed(ctx)
		switch {
		case ask == nil:
			return usage([]string{"--yes deletes them for good", "--dry-run says how many alerts that is, and deletes nothing"}, "%s, and nobody is there to be asked whether to delete them", found)
		case !ask(found + ". They are deleted for good"):
			a.screen.Note("nothing was deleted")
			return ctx.Err()
		}
	}
	return pruned(ctx, a, c, o)
}

// pruned deletes, and says what that was.
func pruned(ctx context.Context, a *app, c *client.Client, o local.PruneOptions) error {
	from, err := c.OpenLocal(a.ctx)
	if err != nil {
		return err
	}
	defer from.Close()
	p, err := from.Prune(ctx, o)
	if err != nil {
		return err
	}
	a.screen.Note(fmt.Sprintf("%s, %s and %s taken out of %s: %s smaller",
		render.Plural(p.Messages, "message"), render.Plural(p.Objects, "object"), render.Plural(p.Points, "point"), from.Name(), render.Bytes(float64(p.Bytes))))
	return nil
}
