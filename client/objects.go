package client

import (
	"context"
	"errors"
	"fmt"
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
		{Name: "object_id", Kind: field.Text, UCD: "meta.id;meta.main", Doc: "id of the object, as text"},
		{Name: "survey", Kind: field.Text, UCD: "meta.id;meta.dataset", Doc: "the survey that took its images"},
		{Name: "ra", Unit: "deg", Kind: field.Float64, UCD: "pos.eq.ra;meta.main", Doc: "right ascension of its newest alert, ICRS"},
		{Name: "dec", Unit: "deg", Kind: field.Float64, UCD: "pos.eq.dec;meta.main", Doc: "declination of its newest alert, ICRS"},
		{Name: "alerts", Kind: field.Int, UCD: "meta.number", Doc: "number of its alerts"},
		{Name: "last_mjd", Unit: "d", Kind: field.Float64, UCD: "time.epoch;stat.max", Doc: "middle of the exposure of its newest alert, MJD UTC"},
	}
}

// MostObjects bounds how many objects a prefix may have where they are filtered.
const MostObjects = 100_000

// ErrTooManyObjects says that more than [MostObjects] ids begin with a prefix, so
// that they can't be filtered.
var ErrTooManyObjects = errors.New("too many ids begin so to filter the objects")

// Objects asks for the objects whose ids begin with a prefix, by id. Of the Ask
// count Survey; Limit, at most [MostObjects]; Fields and Where, which are about
// the columns object_id, survey, ra, dec, alerts and last_mjd; Since and Until,
// which bound last_mjd. In BigQuery that reads a whole column of a survey's
// tables.
func (c *Client) Objects(ctx context.Context, prefix string, a Ask) (*Answer, error) {
	n := &Answer{what: archive.Objects, limit: a.Limit, reader: c.reader, columns: objectColumns()}
	k := &asked{Ask: a}
	resolve := among(n.columns)
	if err := c.checkRows(k, resolve); err != nil {
		return nil, err
	}
	if err := n.choose(k, resolve); err != nil {
		return nil, err
	}
	k.query.Targets = []archive.Target{{ID: registry.ID{Given: prefix, Text: prefix, Survey: a.Survey, Prefix: true}}}
	return n, n.ask(ctx, c, k, func(ctx context.Context) iter.Seq2[[]row, error] {
		return func(yield func([]row, error) bool) {
			yield(n.objects(ctx, c.registry))
		}
	})
}

// objects gives the objects of a prefix that are in time.
func (n *Answer) objects(ctx context.Context, known *registry.Registry) ([]row, error) {
	filtered := n.filter != nil || !n.query.Since.IsZero() || !n.query.Until.IsZero()
	most := MostObjects
	switch {
	case filtered:
		most++
	case n.limit > 0:
		most = int(min(n.limit, MostObjects))
	}
	prefix := n.query.Targets[0].ID.Text
	found, err := n.archive.Find(ctx, n.query.Survey, prefix, most)
	if err != nil {
		return nil, err
	}
	if filtered && len(found) > MostObjects {
		return nil, fmt.Errorf("%s: %w", prefix, ErrTooManyObjects)
	}
	at := places(objectColumns(), n.columns)
	rows := make([]row, 0, len(found))
	for _, o := range found {
		bounded := !n.query.Since.IsZero() || !n.query.Until.IsZero()
		if bounded && (math.IsNaN(o.LastMJD) || !n.inTime(o.LastMJD)) {
			continue
		}
		values := pick(nil, objectValues(o), at)
		rows = append(rows, row{message: messageOf(n.columns, values, known.SimulatedID(o.ID)), target: 0})
	}
	return rows, nil
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

// ObjectColumns gives the columns of a list of objects.
func ObjectColumns() []alert.Column { return objectColumns() }
