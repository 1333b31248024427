package main

import (
	"context"
	"fmt"

	"github.com/mwvgroup/pgb/client"
	"github.com/mwvgroup/pgb/client/sky"
	"github.com/mwvgroup/pgb/cmd/internal/render"
)

// demoObject is an object that every sandbox has.
const demoObject = "ZTF21abc"

// demoRows bounds the tables of the archive's parts.
const demoRows = 8

func (d *demo) showLookup(ctx context.Context) error {
	d.heading("4. The past: alerts of one object, from an archive of simulated months",
		"pgb lookup "+demoObject+" --sandbox -n 8")
	n, err := d.client.Lookup(ctx, client.Ask{IDs: []string{demoObject}, Limit: demoRows, Fields: []string{"object_id", "mjd", "band", "mag", "mag_err", "snr"}})
	if err != nil {
		return err
	}
	return d.answer(ctx, n)
}

func (d *demo) showLightCurve(ctx context.Context) error {
	d.heading("5. Its light curve, every epoch of all its alerts once",
		"pgb lightcurve "+demoObject+" --sandbox --plot")
	n, err := d.client.LightCurves(ctx, client.Ask{IDs: []string{demoObject}})
	if err != nil {
		return err
	}
	for curve, err := range n.Curves(ctx) {
		if err != nil {
			return err
		}
		if err := plotCurve(d.app, curve, false); err != nil {
			return err
		}
	}
	return nil
}

// showCone looks around the object of the parts before.
func (d *demo) showCone(ctx context.Context) error {
	n, err := d.client.Lookup(ctx, client.Ask{IDs: []string{demoObject}, Limit: 1, Fields: []string{"ra", "dec"}})
	if err != nil {
		return err
	}
	var place sky.Position
	for m, err := range n.Messages(ctx) {
		if err != nil {
			return err
		}
		place.RA, _ = m.Row().Get("ra").Float()
		place.Dec, _ = m.Row().Get("dec").Float()
	}
	cone := sky.Cone{Center: place, Radius: client.DefaultRadius}
	d.heading("6. A cone: what there is at a place on the sky, the nearest first",
		fmt.Sprintf("pgb cone %.5f %.5f 5s --sandbox -n %d", place.RA, place.Dec, demoRows))
	found, err := d.client.Cone(ctx, cone, client.Ask{Limit: demoRows, Fields: []string{client.Separation, "object_id", "mjd", "band", "mag"}})
	if err != nil {
		return err
	}
	return d.answer(ctx, found)
}

// answer shows an answer as a table.
func (d *demo) answer(ctx context.Context, n *client.Answer) error {
	live := render.NewLive(d.app.screen, n.Columns(), nil)
	if _, err := n.Run(ctx, live); err != nil {
		return err
	}
	return live.Close(true)
}
