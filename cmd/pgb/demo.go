package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/spf13/cobra"

	"github.com/mwvgroup/pgb/client"
	"github.com/mwvgroup/pgb/client/sandbox"
	"github.com/mwvgroup/pgb/client/stream"
	"github.com/mwvgroup/pgb/cmd/internal/render"
)

func newDemo(a *app) *cobra.Command {
	return &cobra.Command{
		Use:   "demo",
		Short: "A tour on simulated data: no account, no network, a few seconds",
		Long: `A tour of what pgb does, on simulated data from the sandbox: a live stream of
classifications, the fields of one alert, a filter at work; then an archive of
months: all alerts of an object, its light curve, a cone on the sky. Each part shows the
command that does the same. On a terminal it ends with the offer to open the viewer.`,
		Example: `  pgb demo
  pgb demo --seed 7`,
		Args: cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error { return runDemo(a) },
	}
}

// demoRate is the demo's alerts a second: quick, and still seen to be alive.
const demoRate = 60

// demoPatience bounds each part of the demo.
const demoPatience = 20 * time.Second

func runDemo(a *app) error {
	ctx, end := a.first()
	defer end()
	c, err := client.New(ctx, client.Options{
		Sandbox: true, SandboxOptions: sandbox.Options{Seed: a.seed, Rate: demoRate}, Notify: a.screen.Note,
		Archive: client.ArchiveOptions{SandboxDir: a.getenv("PGB_SANDBOX_DIR"), Progress: a.sayMaking},
	})
	if err != nil {
		return err
	}
	defer c.Close()
	d := &demo{app: a, client: c}
	d.say("pgb demo: simulated data from a broker in this program. No account needed.\n")
	for _, part := range []func(context.Context) error{d.showStream, d.showAlert, d.showFilter, d.showLookup, d.showLightCurve, d.showCone} {
		if err := part(ctx); err != nil {
			return err
		}
	}
	d.say(`
What to type next:
  pgb tui --topic classifications --sandbox             watch them
  pgb stream --topic classifications --sandbox          until Ctrl-C
  pgb topics show lsst-supernnova                       what a topic carries
  pgb stream --topic lsst-alerts --sandbox -n 3 --full  whole alerts, JSON
  pgb decode FILE.avro                                  your own packets
  pgb classifications ZTF21abc --sandbox                what every classifier said
  pgb stream --topic classifications --save             into an archive of your own
  pgb init --project YOUR-PROJECT                       the real broker, then:
  gcloud auth application-default login
  pgb stream --topic classifications
`)
	if d.failed != nil {
		return d.failed
	}
	return d.offerViewer(ctx)
}

// offerViewer opens the viewer on the sandbox where somebody sits at a terminal
// and wants it.
func (d *demo) offerViewer(ctx context.Context) error {
	a := d.app
	if needsTerminal(a) != nil {
		return nil
	}
	d.say("\nEnter opens the viewer on simulated data, q Enter ends: ")
	answer, err := a.answer(ctx)
	if errors.Is(err, io.EOF) {
		d.say("\n")
		return d.failed
	}
	if err != nil || answer != "" {
		return err
	}
	a.sandbox, a.project, a.archive = true, "", ""
	f := &tuiFlags{keep: viewerKeeps}
	f.topic = "classifications"
	return f.run(a, nil)
}

// demo is the tour as it goes.
type demo struct {
	app    *app
	client *client.Client
	failed error
}

func (d *demo) say(text string) {
	if err := d.app.screen.Print([]byte(text)); err != nil && d.failed == nil {
		d.failed = err
	}
}

// heading says what a part shows and which command does the same.
func (d *demo) heading(title, command string) {
	d.say(fmt.Sprintf("\n%s\n$ %s\n", title, command))
}

// demoFields are the columns of the demo's tables: they fit 80 cells.
var demoFields = []string{"object_id", "band", "mag", "classifier", "class", "prob"}

// table streams messages into a table.
func (d *demo) table(ctx context.Context, o client.StreamOptions) (stream.Summary, error) {
	o.Fields, o.For, o.Stop = demoFields, demoPatience, d.app.stop
	s, err := d.client.Stream(o)
	if err != nil {
		return stream.Summary{}, err
	}
	return s.Run(ctx, render.NewLive(d.app.screen, s.Columns(), nil))
}

func (d *demo) showStream(ctx context.Context) error {
	d.heading("1. What the classifiers say, live, ZTF and LSST in one stream",
		"pgb stream --topic classifications --sandbox -n 12")
	_, err := d.table(ctx, client.StreamOptions{Topic: "classifications", Selection: client.Selection{Limit: 12}})
	return err
}

func (d *demo) showAlert(ctx context.Context) error {
	const filter = `object_id == "ZTF21abc"`
	d.heading("2. One alert: the fields that every survey has, with their units",
		"pgb stream --topic ztf-SuperNNova --sandbox --where '"+filter+"' -n 1 -f jsonl")
	s, err := d.client.Stream(client.StreamOptions{Topic: "ztf-SuperNNova", Selection: client.Selection{Where: filter, Limit: 1, For: demoPatience, Stop: d.app.stop}})
	if err != nil {
		return err
	}
	for m, err := range s.Messages(ctx) {
		if err != nil {
			return err
		}
		var rows [][]string
		for i, column := range s.Columns() {
			if value := m.Row().Values[i]; !value.IsMissing() {
				rows = append(rows, []string{column.Name, render.Cell(column, value), column.Unit, column.Doc})
			}
		}
		err = d.app.screen.Table([]render.Column{{Header: "field"}, {Header: "value"}, {Header: "unit"}, {Header: "is"}}, rows)
		if err != nil {
			return err
		}
	}
	return nil
}

func (d *demo) showFilter(ctx context.Context) error {
	const filter = `p("SN Ia") > 0.8 && has(mag)`
	d.heading("3. A filter at work: likely type Ia supernovae only",
		"pgb stream --topic classifications --sandbox --where '"+filter+"' -n 5")
	summary, err := d.table(ctx, client.StreamOptions{Topic: "classifications", Selection: client.Selection{Where: filter, Limit: 5}})
	if err != nil {
		return err
	}
	d.say(fmt.Sprintf("%s read, %s passed, in %s\n", render.Plural(summary.Messages, "message"), render.Count(summary.Passed), render.Duration(summary.Elapsed)))
	return nil
}
