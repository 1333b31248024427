package main

import (
	"slices"

	"github.com/mwvgroup/pgb/client"
)

// The orders in which narrow tables keep columns.
var (
	// alertOrder is that of lookups and cones; generic columns that are not in
	// it come after it.
	alertOrder = []string{
		"target", client.Separation, "object_id", "mjd", "band", "mag", "mag_err", "snr", "survey", "flux", "flux_err",
		"mag_total", "lim_mag", "ra", "dec", "source_id", "topic", "publish_time", "positive", "detected", "flux_total",
		"class", "prob", "classifier",
	}
	pointOrder = []string{
		"mjd", "band", "kind", "mag", "mag_err", "lim_mag", "flux", "flux_err", "snr", "mag_total", "object_id", "flux_total",
		"source_id", "survey", "ra", "dec", "visit", "detector", "trigger",
	}
	verdictOrder = []string{"class", "classifier", "mjd", "prob", "classifier_version", "object_id", "band", "primary", "source_id", "topic", "publish_time"}
)

// inOrder says how soon a table shows a column; 0, never, for one that the order
// does not have.
func inOrder(order []string) func(name string) int {
	return func(name string) int { return slices.Index(order, name) + 1 }
}

// ridingPlace is where columns that ride along with targets stand among those of
// alerts: behind snr.
var ridingPlace = slices.Index(alertOrder, "snr") + 1

// alertPriority says how soon the table of a lookup shows a column.
func alertPriority(c *client.Client) func(name string) int {
	own := inOrder(alertOrder)
	return func(name string) int {
		switch place := own(name); {
		case place > 0:
			return place
		case client.IsTargetColumn(name):
			return ridingPlace
		}
		if place := priorityOf(c, nil, name); place > 0 {
			return len(alertOrder) + place
		}
		return 0
	}
}

// ofObjects is an order of columns; whose a row is comes first where there are
// several.
func ofObjects(order []string, objects int) func(name string) int {
	if objects > 1 {
		return inOrder(append([]string{"object_id"}, order...))
	}
	return inOrder(order)
}

// objects is how many were asked for.
func (f *askFlags) objects(ids []string) int {
	if f.list != nil {
		return len(f.list.Targets)
	}
	return len(ids)
}
