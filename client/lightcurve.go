package client

import (
	"context"
	"errors"
	"fmt"
	"iter"

	"github.com/mwvgroup/pgb/client/alert"
	"github.com/mwvgroup/pgb/client/archive"
	"github.com/mwvgroup/pgb/client/field"
	"github.com/mwvgroup/pgb/client/sky"
)

// LightCurves is a question for light curves, as rows or as curves.
type LightCurves struct{ *Answer }

// LightCurves asks for the light curves of objects: every epoch of all their
// alerts once, detections, forced photometry and limits, by time. Since, Until
// and the filter are about the points: kind, mjd, band, flux, mag ...
func (c *Client) LightCurves(ctx context.Context, a Ask) (*LightCurves, error) {
	n := &LightCurves{&Answer{what: archive.LightCurves, limit: a.Limit, reader: c.reader, columns: alert.PointColumns()}}
	k, err := c.askOfObjects(n.Answer, a)
	if err != nil {
		return nil, err
	}
	for _, t := range k.query.Targets {
		switch {
		case t.ID.Alert:
			return nil, fmt.Errorf("%s is a single alert: %w", t.ID.Given, ErrNeedsObject)
		case t.ID.Text == "":
			return nil, ErrNeedsObject
		}
	}
	return n, n.ask(ctx, c, k, n.points)
}

// ErrNeedsObject says that light curves were asked for, but not of an object.
var ErrNeedsObject = errors.New("light curves are asked for by object")

// askOfObjects checks an Ask whose rows have columns of their own kind.
func (c *Client) askOfObjects(n *Answer, a Ask) (*asked, error) {
	resolve := among(n.columns)
	k, err := c.check(a, resolve)
	if err != nil {
		return nil, err
	}
	return k, n.choose(k, resolve)
}

// among resolves the names of some columns.
func among(all []alert.Column) func(name string) (alert.Column, error) {
	return func(name string) (alert.Column, error) {
		var near []string
		for _, column := range all {
			if column.Name == name {
				return column, nil
			}
			near = append(near, column.Name)
		}
		return alert.Column{}, &alert.UnknownFieldError{Name: name, Near: near}
	}
}

// choose leaves the columns that are shown, and those that the filter needs.
func (n *Answer) choose(k *asked, resolve func(name string) (alert.Column, error)) error {
	n.shown = len(n.columns)
	if len(k.Fields) > 0 {
		n.shown = len(k.Fields)
		picked := make([]alert.Column, 0, len(n.columns))
		wanted := k.Fields
		if k.filter != nil {
			wanted = append(wanted[:len(wanted):len(wanted)], k.filter.Names()...)
		}
		for _, name := range wanted {
			column, err := resolve(name)
			if err != nil {
				return &FieldError{Err: err}
			}
			picked = append(picked, column)
		}
		n.columns = picked
	}
	n.bind(k.filter)
	return nil
}

// Curves asks the archive and gives the light curves whole: of their points,
// those that Since, Until and the filter pass.
func (n *LightCurves) Curves(ctx context.Context) iter.Seq2[archive.LightCurve, error] {
	return func(yield func(archive.LightCurve, error) bool) {
		clear(n.matched)
		all := alert.PointColumns()
		at := places(all, n.columns)
		var values, picked []field.Value
		for curve, err := range n.archive.LightCurves(ctx, n.query) {
			if err != nil {
				yield(archive.LightCurve{}, err)
				return
			}
			kept := curve.Points[:0:0]
			for i := range curve.Points {
				p := &curve.Points[i]
				if !n.inTime(p.MJD) {
					continue
				}
				if n.filter != nil {
					values = curve.AppendValues(values[:0], i)
					if picked = pick(picked[:0], values, at); !n.filter.Pass(picked) {
						continue
					}
				}
				kept = append(kept, *p)
			}
			curve.Points = kept
			if len(kept) == 0 {
				continue
			}
			n.matched[curve.Target] = true
			if !yield(curve, nil) {
				return
			}
		}
	}
}

// inTime says whether an epoch is within Since and Until.
func (n *Answer) inTime(mjd float64) bool {
	return (n.query.Since.IsZero() || mjd >= sky.MJDFromTime(n.query.Since)) &&
		(n.query.Until.IsZero() || mjd <= sky.MJDFromTime(n.query.Until))
}

// points gives the points of light curves as rows.
func (n *LightCurves) points(ctx context.Context) iter.Seq2[[]row, error] {
	at := places(alert.PointColumns(), n.columns)
	return func(yield func([]row, error) bool) {
		var all []field.Value
		for curve, err := range n.Curves(ctx) {
			if err != nil {
				yield(nil, err)
				return
			}
			rows := make([]row, len(curve.Points))
			values := make([]field.Value, 0, len(curve.Points)*len(at))
			for i := range curve.Points {
				all = curve.AppendValues(all[:0], i)
				begin := len(values)
				values = pick(values, all, at)
				rows[i] = row{message: messageOf(n.columns, values[begin:len(values):len(values)], curve.Simulated), target: curve.Target}
			}
			if !yield(rows, nil) {
				return
			}
		}
	}
}

// places tells where each of some columns stands among others.
func places(all, wanted []alert.Column) []int {
	at := make([]int, len(wanted))
	for i := range wanted {
		for j := range all {
			if all[j].Name == wanted[i].Name {
				at[i] = j
			}
		}
	}
	return at
}

// pick appends the values at some places.
func pick(dst, values []field.Value, at []int) []field.Value {
	for _, i := range at {
		dst = append(dst, values[i])
	}
	return dst
}

// Classifications asks what classifiers have said of objects or single alerts:
// every classifier and every version.
func (c *Client) Classifications(ctx context.Context, a Ask) (*Answer, error) {
	n := &Answer{what: archive.Classifications, limit: a.Limit, reader: c.reader, columns: archive.VerdictColumns()}
	k, err := c.askOfObjects(n, a)
	if err != nil {
		return nil, err
	}
	for _, t := range k.query.Targets {
		if t.ID.Text == "" {
			return nil, errors.New("classifications are asked for by object or alert")
		}
	}
	return n, n.ask(ctx, c, k, n.verdicts)
}

// verdictBatch is how many verdicts make a batch of rows.
const verdictBatch = 256

// verdicts gives classifications as rows.
func (n *Answer) verdicts(ctx context.Context) iter.Seq2[[]row, error] {
	at := places(archive.VerdictColumns(), n.columns)
	return func(yield func([]row, error) bool) {
		var rows []row
		var all []field.Value
		for verdict, err := range n.archive.Classifications(ctx, n.query) {
			if err != nil {
				yield(nil, err)
				return
			}
			all = verdict.AppendValues(all[:0])
			rows = append(rows, row{message: messageOf(n.columns, pick(nil, all, at), verdict.Simulated), target: verdict.Target})
			if len(rows) == verdictBatch {
				if !yield(rows, nil) {
					return
				}
				rows = nil
			}
		}
		if len(rows) > 0 {
			yield(rows, nil)
		}
	}
}
