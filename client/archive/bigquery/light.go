package bigquery

import (
	"context"
	"fmt"
	"iter"
	"math"
	"slices"
	"strings"
	"time"

	"github.com/mwvgroup/pgb/client/alert"
	"github.com/mwvgroup/pgb/client/archive"
	"github.com/mwvgroup/pgb/client/field"
	"github.com/mwvgroup/pgb/client/registry"
)

// historyDays is how far back the history in an alert reaches, as the surveys
// say: an alert that is so much older than another adds to its history.
var historyDays = map[string]float64{"lsst": 365, "ztf": 30}

// curveIDs is how many objects' light curves one statement asks for; their
// points are held until all of them are there.
const curveIDs = 500

// LightCurves gives the light curve of each target that has one. A single alert
// stands for its object. It reads the triggering sources of all of an object's
// alerts, and the history of as many of the newest ones as it takes to go back
// to the first, or to the query's lower bound.
func (a *Archive) LightCurves(ctx context.Context, query archive.Query) iter.Seq2[archive.LightCurve, error] {
	return func(yield func(archive.LightCurve, error) bool) {
		for i, t := range query.Targets {
			if t.ID.Text == "" {
				yield(archive.LightCurve{}, fmt.Errorf("target %d has no id of an object", i))
				return
			}
		}
		query.Names, query.Where, query.Whole = nil, nil, false
		q, err := a.newQuestion(query)
		if err == nil {
			err = q.toObjects(ctx)
		}
		if err != nil {
			yield(archive.LightCurve{}, err)
			return
		}
		// A later alert may tell of an earlier epoch.
		q.query.Until = time.Time{}
		groups, err := q.groups(ctx, registry.HoldsAlerts)
		if err != nil {
			yield(archive.LightCurve{}, err)
			return
		}
		q.notify(groups)
		var streams []iter.Seq2[*archive.LightCurve, error]
		for _, g := range groups {
			streams = append(streams, q.curves(ctx, g))
		}
		byTarget := func(a, b *archive.LightCurve) int { return a.Target - b.Target }
		for c, err := range mergedBy(streams, byTarget) {
			if err != nil {
				yield(archive.LightCurve{}, err)
				return
			}
			if !yield(*c, nil) {
				return
			}
		}
	}
}

// toObjects puts, in the place of single alerts, the objects that they are of.
func (q *question) toObjects(ctx context.Context) error {
	single := *q
	single.query = archive.Query{Survey: q.query.Survey, MaxBytes: q.query.MaxBytes}
	var of []int
	for i, t := range q.query.Targets {
		if t.ID.Alert {
			single.query.Targets = append(single.query.Targets, t)
			of = append(of, i)
		}
	}
	if len(of) == 0 {
		return nil
	}
	q.query.Targets = slices.Clone(q.query.Targets)
	for f, err := range single.alerts(ctx) {
		if err != nil {
			return err
		}
		survey, _, _ := strings.Cut(f.message.Origin, ".")
		if t := q.registry.Payloads[f.message.As]; t != nil {
			survey = t.Survey
		}
		q.query.Targets[of[f.target]].ID = registry.ID{Text: f.objectID, Survey: survey, Namespace: q.namespaceOf(f)}
	}
	return nil
}

// namespaceOf tells an object of the solar system from one fixed on the sky.
func (q *question) namespaceOf(f *found) string {
	for _, n := range q.registry.Namespace(f.objectID) {
		if n.Packed {
			return n.Name
		}
	}
	return ""
}

// curves gives the light curves of a group's objects.
func (q *question) curves(ctx context.Context, g *group) iter.Seq2[*archive.LightCurve, error] {
	return func(yield func(*archive.LightCurve, error) bool) {
		trigger, lists, err := q.reader.PhotometryWants(g.Payload)
		if err != nil {
			yield(nil, err)
			return
		}
		for _, part := range q.parts(g.targets) {
			for some := range slices.Chunk(part, curveIDs) {
				made, err := q.someCurves(ctx, g, some, trigger, lists)
				if err != nil {
					yield(nil, err)
					return
				}
				for _, c := range made {
					if !yield(c, nil) {
						return
					}
				}
			}
		}
	}
}

// folding is a light curve that is being put together.
type folding struct {
	curve     alert.Curve
	objectID  string
	simulated bool
	alerts    []*found // of the object, for their times and places
}

// someCurves makes the light curves of some objects, by two statements or three.
func (q *question) someCurves(ctx context.Context, g *group, targets []int, trigger []field.Path, lists []field.List) ([]*archive.LightCurve, error) {
	sel := q.triggerSelection(g.source, trigger)
	where, err := q.conditions(ctx, g, sel, targets)
	if err != nil {
		return nil, err
	}
	folded := map[int]*folding{}
	for _, c := range where {
		if err := q.addTriggers(ctx, g, sel, c, folded); err != nil {
			return nil, err
		}
	}
	if c := q.historyCondition(g, folded); c != nil && len(lists) > 0 {
		if err := q.addHistories(ctx, g, trigger, lists, c, folded); err != nil {
			return nil, err
		}
	}
	var made []*archive.LightCurve
	for _, i := range targets {
		f := folded[i]
		if f == nil {
			continue
		}
		points := slices.DeleteFunc(f.curve.Points(), func(p alert.Point) bool { return !q.inTime(p.MJD) })
		if len(points) > 0 {
			made = append(made, &archive.LightCurve{Target: i, Survey: g.Survey, ObjectID: f.objectID, Simulated: f.simulated, Points: points})
		}
	}
	return made, nil
}

// triggerSelection is what is read of every alert of an object: its triggering
// source, and where it is kept.
func (q *question) triggerSelection(s *source, trigger []field.Path) *selection {
	paths := slices.Concat(s.ObjectID, s.SourceID, trigger)
	if len(s.Cluster) > 0 {
		paths = append(paths, field.Path{s.Cluster[0]})
	}
	return newSelection(s, paths, nil)
}

// addTriggers adds the triggering sources of some objects' alerts, each alert's
// newest revision.
func (q *question) addTriggers(ctx context.Context, g *group, sel *selection, c sought, folded map[int]*folding) error {
	s := q.idStatement(sel, c.condition)
	if s == nil {
		return nil
	}
	for f, err := range revised(ordered(q.rowsOfIDs(ctx, g, s, c.targets), window, q.compare), false) {
		if err != nil {
			return err
		}
		points, err := q.reader.Photometry(f.message)
		if err != nil {
			return err
		}
		fold := folded[f.target]
		if fold == nil {
			fold = &folding{objectID: f.objectID, simulated: f.message.Simulated()}
			folded[f.target] = fold
		}
		fold.curve.Add(points, f.mjd)
		fold.alerts = append(fold.alerts, f)
	}
	return nil
}

// historyCondition says whose histories are read: of each object's alerts the
// newest, then the newest that is older than what its history holds, and so on.
func (q *question) historyCondition(g *group, folded map[int]*folding) *condition {
	if len(g.SourceID) == 0 {
		return nil
	}
	since, _ := q.between.MJD()
	reach := historyDays[g.Survey]
	c := newCondition()
	_, c.id = g.lookup(g.SourceID[0])
	at := newPlaces()
	for _, f := range folded {
		for _, one := range newest(f.alerts, reach, since) {
			c.ids = append(c.ids, one.sourceID)
			at.add(one.message.PublishTime, one.pixel)
		}
	}
	if len(c.ids) == 0 || c.id == nil {
		return nil
	}
	slices.Sort(c.ids)
	c.ids = slices.Compact(c.ids)
	if g.clustered() && len(c.ids) <= twoSteps {
		at.bound(c, g)
	}
	return c
}

// newest picks the alerts whose histories, each reaching so many days back, hold
// all that there is since some time: the newest, then the oldest that its history
// reaches, and so on to the first, whose own history goes back further. A reach
// of 0 picks all of them.
func newest(alerts []*found, reach, since float64) []*found {
	var picked []*found
	last := math.Inf(1)
	for n := len(alerts); n > 0; {
		i := n - 1
		switch {
		case math.IsNaN(alerts[i].mjd) || reach == 0 || len(picked) == 0:
		case last-reach < since:
			return picked
		default:
			for i > 0 && alerts[i-1].mjd >= last-reach {
				i--
			}
		}
		picked = append(picked, alerts[i])
		if !math.IsNaN(alerts[i].mjd) {
			last = alerts[i].mjd
		}
		n = i
	}
	return picked
}

// addHistories adds the histories of the alerts that a condition names.
func (q *question) addHistories(ctx context.Context, g *group, trigger []field.Path, lists []field.List, c *condition, folded map[int]*folding) error {
	sel := newSelection(g.source, slices.Concat(g.ObjectID, g.SourceID, trigger), lists)
	s := newStatement(sel, c, shape{})
	if s == nil {
		return nil
	}
	s.hints = q.hints(nil, sel)
	of := map[string]*folding{}
	for _, f := range folded {
		for _, one := range f.alerts {
			of[one.sourceID] = f
		}
	}
	r := &reading{question: q, source: g.source}
	for one, err := range q.run(ctx, q.purse, s) {
		if err != nil {
			return err
		}
		f, _, err := r.read(one)
		if err != nil {
			return err
		}
		points, err := q.reader.Photometry(f.message)
		if err != nil {
			return err
		}
		if fold := of[f.sourceID]; fold != nil {
			fold.curve.Add(points, f.mjd)
		}
	}
	return nil
}
