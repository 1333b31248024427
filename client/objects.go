package client

import (
	"context"
	"iter"
	"math"

	"github.com/mwvgroup/pgb/client/alert"
	"github.com/mwvgroup/pgb/client/archive"
	"github.com/mwvgroup/pgb/client/field"
	"github.com/mwvgroup/pgb/client/registry"
)

// objectColumns are the columns of a list of objects.
func objectColumns() []alert.Column {
	return []alert.Column{
		{Name: "object_id", Kind: field.Text, Doc: "id of the object, as text"},
		{Name: "survey", Kind: field.Text, Doc: "the survey that took its images"},
		{Name: "ra", Unit: "deg", Kind: field.Float64, Doc: "right ascension of its newest alert, ICRS"},
		{Name: "dec", Unit: "deg", Kind: field.Float64, Doc: "declination of its newest alert, ICRS"},
		{Name: "alerts", Kind: field.Int, Doc: "number of its alerts"},
		{Name: "last_mjd", Unit: "d", Kind: field.Float64, Doc: "middle of the exposure of its newest alert, MJD UTC"},
	}
}

// Objects asks for the objects whose ids begin with a prefix, at most so many,
// by id. In BigQuery that reads a whole column of a survey's tables.
func (c *Client) Objects(ctx context.Context, survey, prefix string, most int) (*Answer, error) {
	n := &Answer{what: archive.Objects, reader: c.reader, columns: objectColumns()}
	n.shown = len(n.columns)
	k := &asked{}
	k.query.Survey = survey
	k.query.Targets = []archive.Target{{ID: registry.ID{Given: prefix, Text: prefix, Survey: survey, Prefix: true}}}
	return n, n.ask(ctx, c, k, func(ctx context.Context) iter.Seq2[[]row, error] {
		return func(yield func([]row, error) bool) {
			objects, err := n.archive.Find(ctx, survey, prefix, most)
			rows := make([]row, len(objects))
			for i, o := range objects {
				rows[i] = row{message: messageOf(n.columns, objectValues(o), c.registry.SimulatedID(o.ID)), target: 0}
			}
			yield(rows, err)
		}
	})
}

func objectValues(o archive.Object) []field.Value {
	number := func(f float64) field.Value {
		if math.IsNaN(f) {
			return field.Value{}
		}
		return field.OfFloat64(f)
	}
	return []field.Value{
		field.OfString(o.ID), field.OfString(o.Survey), number(o.Position.RA), number(o.Position.Dec),
		field.OfInt(o.Alerts), number(o.LastMJD),
	}
}
