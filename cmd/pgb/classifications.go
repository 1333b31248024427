package main

import (
	"context"

	"github.com/spf13/cobra"

	"github.com/mwvgroup/pgb/client"
)

// classificationsFlags are the flags of pgb classifications.
type classificationsFlags struct {
	askFlags
	idsFrom string
}

func newClassifications(a *app) *cobra.Command {
	f := &classificationsFlags{askFlags: askFlags{once: true, outputFlags: outputFlags{rowsOnly: true}}}
	cmd := &cobra.Command{
		Use:   "classifications ID...",
		Short: "What every classifier has said of an object",
		Long: `What classifiers have said of an object or of a single alert: every classifier and
every version that has spoken, alert by alert, with the probability where it gives
one. primary marks the class that a classifier decided for.`,
		Example: `  pgb classifications ZTF21abc
  pgb classifications 170028485706776685 --where 'classifier == "SuperNNova" && primary' -f csv
  pgb classifications LSST:source:170094456272322680`,
		RunE: func(_ *cobra.Command, args []string) error { return f.runClassifications(a, args) },
	}
	f.addColumnFlags(cmd, "columns, separated by commas: object_id, source_id, survey, mjd, classifier, classifier_version, class, prob, band, primary ... (default: all)")
	f.addFlags(a, cmd)
	cmd.Flags().StringVar(&f.idsFrom, "ids-from", "", onceHelp)
	return cmd
}

func (f *classificationsFlags) runClassifications(a *app, ids []string) error {
	name, err := f.check(a)
	if err != nil {
		return err
	}
	if len(ids) == 0 && f.idsFrom == "" {
		return usage([]string{"pgb classifications ZTF21abc"}, "no id given")
	}
	if len(ids) > 0 && f.idsFrom != "" {
		return usage([]string{"put them all into the list"}, "--ids-from and ids exclude each other")
	}
	return f.asking(a, f.idsFrom, 0, func(ctx context.Context, c *client.Client, ask client.Ask) error {
		ids = distinct(ids)
		ask.IDs = ids
		n, err := c.Classifications(ctx, ask)
		if err != nil {
			return err
		}
		err = f.run(a, ctx, n, name, ofObjects(verdictOrder, f.objects(ids)))
		return f.sayNotFound(a, ctx, c, n, ids, err)
	})
}
