package cost

import (
	"github.com/mwvgroup/pgb/client/field"
	"github.com/mwvgroup/pgb/client/registry"
)

// Sizes of values as they are billed.
const (
	numberBytes  = 8
	booleanBytes = 1
	textBytes    = 2 // and its UTF-8
)

// Lists says how many records the lists of a table have in the mean, by column.
type Lists map[string]float64

// shortText is taken for the length of a text.
const shortText = 10

// ColumnBytes gives the bytes that a column takes in a row if all its values are
// there: missing ones are free, so that it is an upper bound.
func (l Lists) ColumnBytes(c *registry.TableColumn) float64 {
	var sum float64
	switch c.Type {
	case "RECORD":
		for i := range c.Fields {
			sum += l.ColumnBytes(&c.Fields[i])
		}
	case "BOOLEAN":
		sum = booleanBytes
	case "STRING", "BYTES":
		sum = textBytes + shortText
	default:
		sum = numberBytes
	}
	if c.Mode == registry.ModeRepeated {
		sum *= l[c.Name]
	}
	return sum
}

// RowBytes gives the bytes of all columns of a row.
func (l Lists) RowBytes(columns []registry.TableColumn) (sum float64) {
	for i := range columns {
		sum += l.ColumnBytes(&columns[i])
	}
	return sum
}

// PathBytes gives the bytes of some columns, or of fields of records and lists,
// each counted once. What the table does not have is free.
func (l Lists) PathBytes(columns []registry.TableColumn, paths []field.Path) (sum float64) {
	for i := range columns {
		c := &columns[i]
		var inside []field.Path
		whole := false
		for _, path := range paths {
			if len(path) == 0 || path[0] != c.Name {
				continue
			}
			whole = whole || len(path) == 1
			inside = append(inside, path[1:])
		}
		switch {
		case whole:
			sum += l.ColumnBytes(c)
		case len(inside) > 0:
			times := 1.0
			if c.Mode == registry.ModeRepeated {
				times = l[c.Name]
			}
			sum += times * l.PathBytes(c.Fields, inside)
		}
	}
	return sum
}

// The assumptions about the surveys. The mean lengths of lists are those of
// packets seen, where LSST's deep fields have ten times as many.
var (
	LSSTLists = Lists{"prvDiaSources": 20, "prvDiaForcedSources": 60}
	ZTFLists  = Lists{"prv_candidates": 25, "fp_hists": 20}
)

const (
	// LSSTNights are the nights with alerts in a year, LSSTAlerts those of a
	// night at the survey's full rate.
	LSSTNights = 300
	LSSTAlerts = 1e7
	// LSSTFootprint is the part of the sky that a night covers, square
	// degrees: about 1,000 visits of 9.6, most places twice.
	LSSTFootprint = 5000
	// LSSTNightsNow and LSSTAlertsNow are taken for what there is today: the
	// public stream began in February 2026 with far less than the full rate.
	LSSTNightsNow = 200
	LSSTAlertsNow = 1e6
	// ZTFRows are the alerts of all versions since 2018: 2e5 a night.
	ZTFRows = 5e8
)

// LSST is the shape of LSST's table of alerts after some nights of some alerts
// each, with the columns of a version.
func LSST(columns []registry.TableColumn, nights, alerts float64) Shape {
	return Shape{
		Rows: nights * alerts, RowBytes: LSSTLists.RowBytes(columns),
		Partitions: nights, Clustered: true, Footprint: LSSTFootprint,
	}
}

// ZTF is the shape of ZTF's tables of alerts, all versions together.
func ZTF(columns []registry.TableColumn) Shape {
	return Shape{Rows: ZTFRows, RowBytes: ZTFLists.RowBytes(columns)}
}
