package main

import (
	"context"
	"strings"
	"unicode"

	"github.com/spf13/cobra"

	"github.com/mwvgroup/pgb/client"
	"github.com/mwvgroup/pgb/client/registry"
	"github.com/mwvgroup/pgb/client/sky"
)

// coneFlags are the flags of pgb cone.
type coneFlags struct {
	askFlags
	targets, radius string
}

func newCone(a *app) *cobra.Command {
	f := &coneFlags{askFlags: askFlags{ofAlerts: true}}
	cmd := &cobra.Command{
		Use:   "cone RA DEC [RADIUS]",
		Short: "Alerts around a position, the nearest first",
		Long: `Look for alerts around a position, the nearest first, with their separation in
arcseconds. Positions are ICRS: decimal degrees, or sexagesimal with colons, with
h m s and d m s, or as six words. The radius takes a unit: 5s or 5", 2m or 2', 0.1d;
a bare number is arcseconds. Without a radius it is 5 arcseconds.

With --targets a list of positions is matched: each row says which target it belongs
to and how far from it, and the list's other columns ride along as target.*.`,
		Example: `  pgb cone 270.1 -30.2 5s
  pgb cone 18:00:24 -30:12:00 2m --since 30d
  pgb cone 18 00 24 -30 12 00 1m --where 'snr > 20'
  pgb cone '18h00m24s -30d12m00s' --survey lsst
  pgb cone --targets targets.csv --radius 2s -f csv --unmatched none.txt`,
		RunE: func(_ *cobra.Command, args []string) error { return f.runCone(a, args) },
	}
	f.addColumnFlags(cmd, columnsHelp+"; separation is the distance from the centre in arcsec")
	f.addMessageFlags(cmd)
	f.addFlags(a, cmd)
	flags := cmd.Flags()
	flags.Lookup("limit").Usage = "end after so many alerts; the nearest come first (default: no limit)"
	flags.StringVarP(&f.radius, "radius", "r", "", "radius of the cone: 5s, 2m, 0.1d; a bare number is arcsec (default 5s)")
	flags.StringVar(&f.targets, "targets", "", "file with positions, or - for standard input: text, CSV, ECSV, JSON lines, VOTable, Arrow, Parquet, FITS")
	flags.StringVar(&f.unmatched, "unmatched", "", "write the targets of --targets that nothing was found for to a file")
	flags.BoolVar(&f.allRevisions, "all-revisions", false, "show every revision of an alert, not only the newest")
	return cmd
}

func (f *coneFlags) runCone(a *app, words []string) error {
	name, err := f.check(a)
	if err != nil {
		return err
	}
	cone, radius, err := f.whereTo(a, words)
	if err != nil {
		return err
	}
	return f.asking(a, f.targets, radius, func(ctx context.Context, c *client.Client, ask client.Ask) error {
		ask.Whole = f.whole(name)
		if f.targets == "" {
			ask.Cones = []sky.Cone{cone}
		}
		n, err := c.Lookup(ctx, ask)
		if err != nil {
			return err
		}
		return f.run(a, ctx, n, name, alertPriority(c))
	})
}

// whereTo reads the cone of the command line, or the radius of the cones of a
// list.
func (f *coneFlags) whereTo(a *app, words []string) (sky.Cone, sky.Angle, error) {
	examples := []string{"pgb cone 270.1 -30.2 5s", "pgb cone 18:00:24 -30:12:00 2m", "a list: pgb cone --targets targets.csv --radius 2s"}
	radius := client.DefaultRadius
	if f.radius != "" {
		arcsec, err := sky.ParseRadius(f.radius)
		if err != nil {
			return sky.Cone{}, 0, usage([]string{"--radius 5s, --radius 2m, --radius 0.1d"}, "--radius: %w", err)
		}
		radius = sky.Arcseconds(arcsec)
	}
	given := f.radius != ""
	switch {
	case f.targets != "" && len(words) > 0:
		return sky.Cone{}, 0, usage([]string{"put it into the list"}, "--targets and a position exclude each other")
	case f.targets == "" && f.unmatched != "":
		return sky.Cone{}, 0, usage([]string{"pgb cone --targets targets.csv --unmatched none.txt"}, "--unmatched goes with --targets")
	case f.targets == "" && len(words) == 0:
		return sky.Cone{}, 0, usage(examples, "no position given")
	}
	cone := sky.Cone{}
	if f.targets == "" {
		var inWords bool
		var err error
		if cone, inWords, err = sky.ParseCone(words, radius); err != nil {
			if _, bad := registry.Default().ParseID(words[0], ""); bad == nil && unicode.IsLetter(rune(words[0][0])) {
				return cone, 0, usage([]string{"an id is looked up: pgb lookup " + words[0], "a cone is around a position: pgb cone 270.1 -30.2 5s"}, "%q is no position", words[0])
			}
			return cone, 0, usage(examples, "%w", err)
		}
		if inWords && given {
			return cone, 0, usage([]string{"pgb cone " + strings.Join(words, " ")}, "the radius was given twice")
		}
		given = given || inWords
	}
	if !given {
		a.screen.Note("no radius given: " + client.DefaultRadius.String())
	}
	return cone, radius, nil
}
