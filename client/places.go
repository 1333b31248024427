package client

import (
	"context"
	"fmt"
	"math"

	"github.com/mwvgroup/pgb/client/archive"
	"github.com/mwvgroup/pgb/client/archive/bigquery"
	"github.com/mwvgroup/pgb/client/archive/local"
	"github.com/mwvgroup/pgb/client/registry"
	"github.com/mwvgroup/pgb/client/sky"
)

// knownRadius is how far from the place that the local archive knows an object's
// alerts are looked for: many times the scatter of its positions.
const knownRadius = sky.Angle(10)

// mostPlaces bounds the objects that the local archive is asked for.
const mostPlaces = 10_000

// knowPlaces tells a question to BigQuery where its objects are, as far as the
// local archive knows: that saves the scan that finds them. Objects of the solar
// system are left out, as they move.
func (k *asked) knowPlaces(ctx context.Context, c *Client) {
	if _, billed := k.archive.(*bigquery.Archive); !billed || c.options.Archive.Path == "" || len(k.query.Targets) > mostPlaces {
		return
	}
	var here *local.Archive
	known := 0
	for i := range k.query.Targets {
		t := &k.query.Targets[i]
		if t.Cone != nil || t.ID.Alert || !c.sortedByPlace(t.ID) {
			continue
		}
		if here == nil {
			var err error
			here, err = local.Open(ctx, local.Options{Path: c.options.Archive.Path, ReadOnly: true, Reader: c.reader, Registry: c.registry})
			if err != nil {
				return // without it the question costs more, and is answered all the same
			}
			defer here.Close()
		}
		if place, ok := placeOf(ctx, here, t.ID); ok {
			t.Cone = &sky.Cone{Center: place, Radius: knownRadius}
			known++
		}
	}
	if known > 0 {
		c.options.Notify(fmt.Sprintf("the local archive knows where %d of %d are: only those parts of the sky are read", known, len(k.query.Targets)))
	}
}

// sortedByPlace says whether the tables of an object's survey are sorted by its
// place on the sky.
func (c *Client) sortedByPlace(id registry.ID) bool {
	if id.Namespace == "LSST:ss" {
		return false
	}
	for _, t := range c.registry.Tables {
		if t.Survey == id.Survey && t.Holds == registry.HoldsAlerts && len(t.Cluster) > 0 {
			return true
		}
	}
	return false
}

func placeOf(ctx context.Context, here archive.Archive, id registry.ID) (sky.Position, bool) {
	found, err := here.Find(ctx, id.Survey, id.Text, 1)
	if err != nil || len(found) == 0 || found[0].ID != id.Text || math.IsNaN(found[0].Position.RA) || math.IsNaN(found[0].Position.Dec) {
		return sky.Position{}, false
	}
	return found[0].Position, true
}
