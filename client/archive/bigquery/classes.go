package bigquery

import (
	"cmp"
	"context"
	"fmt"
	"iter"
	"maps"
	"math"
	"slices"

	"github.com/mwvgroup/pgb/client/archive"
	"github.com/mwvgroup/pgb/client/registry"
)

// Classifications gives what the classifiers' tables say of the targets. The
// times of the alerts, by which they are sorted, are those of the alerts' own
// tables. What several rows say alike of one alert is given once, unless
// AllRevisions asks for all.
func (a *Archive) Classifications(ctx context.Context, query archive.Query) iter.Seq2[archive.Verdict, error] {
	return func(yield func(archive.Verdict, error) bool) {
		for i, t := range query.Targets {
			if t.ID.Text == "" {
				yield(archive.Verdict{}, fmt.Errorf("target %d has no id of an object or an alert", i))
				return
			}
		}
		query.Names, query.Where, query.Whole = nil, nil, false
		q, err := a.newQuestion(query)
		if err != nil {
			yield(archive.Verdict{}, err)
			return
		}
		for from := 0; from < len(q.query.Targets); from += curveIDs {
			to := min(from+curveIDs, len(q.query.Targets))
			said, err := q.verdicts(ctx, from, to)
			if err != nil {
				yield(archive.Verdict{}, err)
				return
			}
			for _, v := range said {
				if !yield(v, nil) {
					return
				}
			}
		}
	}
}

// verdicts gives what was said of the targets from one to another, in order.
func (q *question) verdicts(ctx context.Context, from, to int) ([]archive.Verdict, error) {
	groups, err := q.verdictGroups(ctx)
	if err != nil {
		return nil, err
	}
	var said []archive.Verdict
	for _, g := range groups {
		g.near = false
		g.targets = slices.DeleteFunc(slices.Clone(g.targets), func(i int) bool { return i < from || i >= to })
		for _, part := range q.parts(g.targets) {
			if said, err = q.verdictsIn(ctx, g, part, said); err != nil {
				return nil, err
			}
		}
	}
	if len(said) == 0 {
		return nil, nil
	}
	if err := q.dateVerdicts(ctx, said); err != nil {
		return nil, err
	}
	said = slices.DeleteFunc(said, func(v archive.Verdict) bool { return !q.inTime(v.MJD) })
	slices.SortStableFunc(said, func(a, b archive.Verdict) int {
		return cmp.Or(compareVerdicts(&a, &b), b.PublishTime.Compare(a.PublishTime))
	})
	if !q.query.AllRevisions {
		said = slices.CompactFunc(said, func(a, b archive.Verdict) bool { return compareVerdicts(&a, &b) == 0 })
	}
	return said, nil
}

// verdictGroups sorts the targets by the tables that say something of them: those
// of classifiers, and alerts that come with classes of their own.
func (q *question) verdictGroups(ctx context.Context) ([]*group, error) {
	groups, err := q.groups(ctx, registry.HoldsClassifications)
	if err != nil {
		return nil, err
	}
	alerts, err := q.groups(ctx, registry.HoldsAlerts)
	if err != nil {
		return nil, err
	}
	for _, g := range alerts {
		if p := q.registry.Payloads[g.Payload]; p != nil && len(p.Classified) > 0 {
			groups = append(groups, g)
		}
	}
	return groups, nil
}

// compareVerdicts sorts verdicts; those that say the same of the same alert, by
// the same classifier, are equal.
func compareVerdicts(a, b *archive.Verdict) int {
	return cmp.Or(
		cmp.Compare(a.Target, b.Target), compareNumbers(a.MJD, b.MJD), cmp.Compare(a.Classifier, b.Classifier), cmp.Compare(a.Version, b.Version),
		cmp.Compare(a.Band, b.Band), cmp.Compare(a.Survey, b.Survey), cmp.Compare(a.SourceID, b.SourceID), cmp.Compare(a.Class, b.Class),
		cmp.Compare(a.Code, b.Code), boolInt(b.Primary)-boolInt(a.Primary), compareNumbers(number(a.Prob), number(b.Prob)),
	)
}

// verdictStatement asks for all that a classifier's table says of some ids.
func (q *question) verdictStatement(g *group, targets []int) *statement {
	c := q.idCondition(g, targets)
	c.since, c.until = math.NaN(), math.NaN()
	sel := everything(g.source)
	if g.Holds == registry.HoldsAlerts {
		paths, err := q.timeOnly.Wants(g.Payload)
		if err != nil {
			return nil
		}
		sel = newSelection(g.source, slices.Concat(g.ObjectID, g.SourceID, paths), nil)
	}
	s := newStatement(sel, c, shape{})
	if s != nil {
		s.hints = q.hints(nil, s.selection)
	}
	return s
}

func (q *question) verdictsIn(ctx context.Context, g *group, targets []int, said []archive.Verdict) ([]archive.Verdict, error) {
	s := q.verdictStatement(g, targets)
	if s == nil {
		return said, nil
	}
	index := make(map[string]int, len(targets))
	for _, i := range targets {
		index[q.query.Targets[i].ID.Text] = i
	}
	r := &reading{question: q, source: g.source}
	for one, err := range q.run(ctx, q.purse, s) {
		if err != nil {
			return nil, err
		}
		target, ok := index[one.id]
		if !ok {
			continue
		}
		f, _, err := r.read(one)
		if err != nil {
			return nil, err
		}
		mjd := math.NaN()
		if g.Holds == registry.HoldsAlerts {
			mjd = f.mjd
		}
		for _, c := range f.classes {
			said = append(said, archive.Verdict{
				Target: target, Survey: g.Survey, ObjectID: f.objectID, SourceID: f.sourceID, MJD: mjd,
				Topic: f.message.Origin, PublishTime: one.published, Simulated: f.message.Simulated(), Classification: c,
			})
		}
	}
	return said, nil
}

// dateVerdicts finds out when the alerts of verdicts were observed. The alerts'
// table is read only on the days on which they were published, where that helps:
// a module's message carries the time of the alert's own.
func (q *question) dateVerdicts(ctx context.Context, said []archive.Verdict) error {
	bySurvey := map[string][]*archive.Verdict{}
	for i := range said {
		if math.IsNaN(said[i].MJD) {
			bySurvey[said[i].Survey] = append(bySurvey[said[i].Survey], &said[i])
		}
	}
	for _, survey := range slices.Sorted(maps.Keys(bySurvey)) {
		sources, err := q.sources(ctx, registry.HoldsAlerts, survey)
		if err != nil {
			return err
		}
		for _, s := range sources {
			if err := q.dateIn(ctx, s, bySurvey[survey]); err != nil {
				return err
			}
		}
	}
	return nil
}

func (q *question) dateIn(ctx context.Context, s *source, said []*archive.Verdict) error {
	of := map[string][]*archive.Verdict{}
	at := newPlaces()
	for _, v := range said {
		of[v.SourceID] = append(of[v.SourceID], v)
		at.add(v.PublishTime, 0)
	}
	for ids := range slices.Chunk(slices.Sorted(maps.Keys(of)), maxIDs) {
		statement := q.dateStatement(s, ids, at)
		if statement == nil {
			continue
		}
		r := &reading{question: q, source: s}
		for one, err := range q.run(ctx, q.purse, statement) {
			if err != nil {
				return err
			}
			f, _, err := r.read(one)
			if err != nil {
				return err
			}
			for _, v := range of[f.sourceID] {
				v.MJD = f.mjd
			}
		}
	}
	return nil
}

// dateStatement asks when some alerts were observed.
func (q *question) dateStatement(s *source, ids []string, at *places) *statement {
	if len(s.SourceID) == 0 {
		return nil
	}
	c := newCondition()
	if _, c.id = s.lookup(s.SourceID[0]); c.id == nil {
		return nil
	}
	c.ids, c.days = ids, runsOf(at.days, maxRanges)
	paths, err := q.timeOnly.Wants(s.Payload)
	if err != nil {
		return nil
	}
	return newStatement(newSelection(s, append(paths, c.id), nil), c, shape{})
}
