package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/mwvgroup/pgb/client"
	"github.com/mwvgroup/pgb/client/alert/lightcurve"
	"github.com/mwvgroup/pgb/client/archive"
	"github.com/mwvgroup/pgb/client/format"
	"github.com/mwvgroup/pgb/client/picture"
	"github.com/mwvgroup/pgb/cmd/internal/render"
	"github.com/mwvgroup/pgb/tui/cells"
	"github.com/mwvgroup/pgb/tui/chart"
)

// lightcurveFlags are the flags of pgb lightcurve.
type lightcurveFlags struct {
	askFlags
	idsFrom string
	near    string
	plot    bool
	inFlux  bool
}

func newLightcurve(a *app) *cobra.Command {
	f := &lightcurveFlags{askFlags: askFlags{once: true, outputFlags: outputFlags{rowsOnly: true, pictures: true}}}
	cmd := &cobra.Command{
		Use:     "lightcurve ID...",
		Aliases: []string{"lc"},
		Short:   "The light curve of an object: rows, a plot here, or a picture",
		Long: `The light curve of an object from all its alerts: detections, forced photometry and
limits, each epoch once, by time. flux is the signed difference flux in nJy, mag the
AB magnitude of its absolute value, mag_total that of source plus reference where
the survey allows it; mjd is the middle of the exposure, MJD UTC.

--plot draws it in the terminal; -o with .png or .svg makes a picture. --where is
about the points: kind is detection, forced or limit.

BigQuery bills you for what it reads: --near saves the search for an LSST object.`,
		Example: `  pgb lightcurve ZTF21abc --plot
  pgb lightcurve 170028485706776685 -o lc.png
  pgb lightcurve ZTF21abc --where 'kind == "detection" && band == "r"' --fields mjd,mag,mag_err -f csv
  pgb lightcurve 170028485706776685 --near '270.1 -30.2' --dry-run
  pgb lightcurve --ids-from ids.txt -o curves.csv`,
		RunE: func(_ *cobra.Command, args []string) error { return f.runLightcurve(a, args) },
	}
	f.addColumnFlags(cmd, "columns, separated by commas: object_id, survey, kind, source_id, mjd, band, flux, flux_err, mag, mag_err, mag_total, lim_mag, snr ... (default: all)")
	f.addFlags(a, cmd)
	flags := cmd.Flags()
	flags.BoolVarP(&f.plot, "plot", "p", false, "draw it in the terminal")
	flags.BoolVar(&f.inFlux, "flux", false, "draw flux in nJy instead of magnitudes")
	flags.StringVar(&f.idsFrom, "ids-from", "", onceHelp)
	flags.StringVar(&f.near, "near", "", nearHelp)
	return cmd
}

func (f *lightcurveFlags) runLightcurve(a *app, ids []string) error {
	_, drawn := picture.ByPath(f.output)
	drawn = drawn && f.format == ""
	name := format.JSONLines
	if !drawn && !f.plot {
		var err error
		if name, err = f.check(a); err != nil {
			return err
		}
	}
	if err := f.checkLightcurve(ids, drawn); err != nil {
		return err
	}
	near, err := parseNear(f.near)
	if err != nil {
		return err
	}
	ids = distinct(ids)
	f.ids = ids
	return f.asking(a, f.idsFrom, 0, func(ctx context.Context, c *client.Client, ask client.Ask) error {
		ask.IDs, ask.Near = ids, near
		n, err := c.LightCurves(ctx, ask)
		if err != nil {
			return err
		}
		if (drawn || f.plot) && !f.dryRun && !f.explain {
			err = f.draw(a, ctx, n, drawn)
		} else {
			err = f.run(a, ctx, n, name, ofObjects(pointOrder, f.objects(ids)))
		}
		return f.sayNotFound(a, ctx, c, n, ids, err)
	})
}

// checkLightcurve finds flags that do not go together.
func (f *lightcurveFlags) checkLightcurve(ids []string, drawn bool) error {
	switch {
	case len(ids) == 0 && f.idsFrom == "":
		return usage([]string{"pgb lightcurve ZTF21abc --plot"}, "no id given")
	case len(ids) > 0 && f.idsFrom != "":
		return usage([]string{"put them all into the list"}, "--ids-from and ids exclude each other")
	case f.near != "" && len(ids) != 1:
		return nearNeedsOne("lightcurve")
	case (drawn || f.plot) && f.limit != 0:
		return usage([]string{"leave -n out, or bound the time: --since 60d"}, "a drawing shows all points: -n is for rows")
	case drawn && (len(ids) != 1 || f.appendTo):
		return usage([]string{"one picture for each object: pgb lightcurve ID -o ID.png"}, "a picture shows one object")
	case f.plot && f.format != "":
		return usage([]string{"leave one of them out"}, "--plot draws in the terminal: -f %s excludes it", f.format)
	case f.plot && f.output != "" && !drawn:
		return usage([]string{"--plot draws in the terminal; -o lc.png makes a picture; -o lc.csv writes rows"}, "--plot and -o %s exclude each other", f.output)
	}
	return nil
}

// draw draws each light curve in the terminal, or the one as a picture.
func (f *lightcurveFlags) draw(a *app, ctx context.Context, n *client.LightCurves, drawn bool) error {
	var tally client.Tally
	begun := time.Now()
	for curve, err := range n.Curves(ctx) {
		if err != nil {
			return err
		}
		tally.Rows += int64(len(curve.Points))
		if curve.Simulated {
			tally.Simulated++
		}
		if drawn {
			err = f.writePicture(a, curve)
		}
		if err == nil && f.plot {
			err = plotCurve(a, curve, f.inFlux)
		}
		if err != nil {
			return err
		}
	}
	if f.plot && a.screen.OutTTY && tally.Rows > 0 {
		a.saidSimulated = true // the plot says it
	}
	f.sayWhere(a, n, tally, time.Since(begun), nil)
	if tally.Rows == 0 && f.failEmpty {
		return errEmpty
	}
	return nil
}

// plotHeight is the height of a plot in lines.
const plotHeight = 24

// plotCurve draws a light curve in the terminal.
func plotCurve(a *app, curve archive.LightCurve, inFlux bool) error {
	c := chart.Chart{Title: titleOf(curve), Simulated: curve.Simulated, Theme: cells.Theme{ASCII: a.screen.ASCII, Plain: !a.screen.Color}}
	c.Set(curve.Points)
	c.SetQuantity(quantity(inFlux))
	drawn := c.Render(a.screen.Width, plotHeight)
	text := drawn.String()
	if !a.screen.Color {
		text = strings.Join(drawn.Lines(), "\n")
	}
	return a.screen.Print([]byte(text + "\n"))
}

// titleOf names an object and its survey.
func titleOf(curve archive.LightCurve) string {
	text := render.Clean(curve.ObjectID)
	if curve.Survey != "" {
		text += " (" + strings.ToUpper(render.Clean(curve.Survey)) + ")"
	}
	return text
}

func quantity(inFlux bool) lightcurve.Quantity {
	if inFlux {
		return lightcurve.Flux
	}
	return lightcurve.Magnitude
}

// writePicture draws a light curve into a file, whole or not at all.
func (f *lightcurveFlags) writePicture(a *app, curve archive.LightCurve) error {
	kind, _ := picture.ByPath(f.output)
	var drawn bytes.Buffer
	c := picture.LightCurve{Title: titleOf(curve), Simulated: curve.Simulated, Points: curve.Points, Quantity: quantity(f.inFlux)}
	if err := picture.Write(&drawn, c, picture.Options{Format: kind}); err != nil {
		return err
	}
	flag := os.O_WRONLY | os.O_CREATE | os.O_EXCL
	if f.force {
		flag = os.O_WRONLY | os.O_CREATE | os.O_TRUNC
	}
	file, err := os.OpenFile(f.output, flag, 0o644)
	if errors.Is(err, fs.ErrExist) {
		return &hintedError{err: fmt.Errorf("%s: %w", f.output, format.ErrExists), hints: []string{"--force to replace it"}}
	}
	if err != nil {
		return err
	}
	_, err = file.Write(drawn.Bytes())
	if err = errors.Join(err, file.Close()); err == nil {
		a.screen.Note("wrote " + f.output)
	}
	return err
}
