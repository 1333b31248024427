package bigquery

import (
	"math"

	"github.com/mwvgroup/pgb/client/archive/bigquery/cost"
	"github.com/mwvgroup/pgb/client/sky"
)

// expectedNights are on how many nights an object is taken to have alerts, where
// a plan is made before they are looked for.
const expectedNights = 60

// model gives what a statement of a condition is expected to be billed, by the
// pruning of blocks that a dry run does not know: never more than the dry run
// says, and that where there is nothing to prune. foundFirst says that the
// condition will hold the days and the pixel that an earlier statement finds.
func (q *question) model(sel *selection, c *condition, bound int64, foundFirst bool) int64 {
	if !sel.clustered() || bound <= 0 {
		return bound
	}
	sum := 0.0
	for _, v := range sel.versions {
		if v.rows <= 0 {
			continue
		}
		shape := cost.Shape{
			Rows: float64(v.rows), RowBytes: float64(v.bytes) / float64(v.rows), Clustered: true,
			Partitions: cost.LSSTNightsNow, Footprint: cost.LSSTFootprint,
		}
		read := cost.Read{RowBytes: float64(sel.size()), Ranges: len(c.coarse.ranges), Area: area(c.coarse, sel.orderOf(sel.Cluster[0]))}
		for _, run := range c.days {
			read.Partitions += run.to.Sub(run.from).Hours() / 24
		}
		if foundFirst {
			read.Ranges, read.Area, read.Partitions = 1, sky.PixelSquareDegrees(sel.orderOf(sel.Cluster[0])), expectedNights
		}
		sum += shape.Bytes(read)
	}
	return min(bound, billedFor(int64(math.Ceil(sum)), len(sel.versions)))
}

// area gives the area of pixels of an order, square degrees.
func area(x pixels, order int) float64 {
	return float64(x.ranges.Pixels()) * sky.PixelSquareDegrees(order)
}
