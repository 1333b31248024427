package bigquery

import (
	"context"
	"iter"
	"math"
	"slices"
	"strings"
	"time"

	"github.com/mwvgroup/pgb/client/field"
	"github.com/mwvgroup/pgb/client/registry"
	"github.com/mwvgroup/pgb/client/sky"
)

// twoSteps is up to how many ids it pays to look first where they are: beyond,
// they are everywhere, and their days and pixels prune nothing.
const twoSteps = 2000

// alerts gives what was found, in the order of the answer, with revisions merged
// and bounds on the time kept exactly.
func (q *question) alerts(ctx context.Context) iter.Seq2[*found, error] {
	return func(yield func(*found, error) bool) {
		groups, err := q.groups(ctx, registry.HoldsAlerts)
		if err != nil {
			yield(nil, err)
			return
		}
		q.notify(groups)
		var streams []iter.Seq2[*found, error]
		for _, g := range groups {
			if g.id == nil {
				streams = append(streams, q.cones(ctx, g))
			} else {
				streams = append(streams, q.ids(ctx, g))
			}
		}
		if len(streams) == 0 {
			return
		}
		for f, err := range merged(streams, q.compare) {
			if err == nil && !q.inTime(f.mjd) {
				continue
			}
			if !yield(f, err) || err != nil {
				return
			}
		}
	}
}

// compare is the order of the answer: a place beside an id does not order.
func (q *question) compare(a, b *found) int {
	if a.target == b.target && q.query.Targets[a.target].ID.Text != "" {
		return compareByTime(a, b)
	}
	return compareFound(a, b)
}

// ids looks up a group's ids, a part of them at a time.
func (q *question) ids(ctx context.Context, g *group) iter.Seq2[*found, error] {
	return func(yield func(*found, error) bool) {
		sel, err := q.selects(g.source, q.want)
		if err != nil {
			yield(nil, err)
			return
		}
		for _, part := range q.parts(g.targets) {
			for f, err := range q.part(ctx, g, sel, part) {
				if !yield(f, err) || err != nil {
					return
				}
			}
		}
	}
}

// parts cuts targets into lists that one statement takes, in none of which an id
// is twice.
func (q *question) parts(targets []int) [][]int {
	var parts [][]int
	seen := map[string]bool{}
	for _, i := range targets {
		id := q.query.Targets[i].ID.Text
		if len(parts) == 0 || len(parts[len(parts)-1]) == maxIDs || seen[id] {
			parts = append(parts, nil)
			clear(seen)
		}
		seen[id] = true
		parts[len(parts)-1] = append(parts[len(parts)-1], i)
	}
	return parts
}

// part looks up some ids of a group.
func (q *question) part(ctx context.Context, g *group, sel *selection, targets []int) iter.Seq2[*found, error] {
	return func(yield func(*found, error) bool) {
		conditions, err := q.conditions(ctx, g, sel, targets)
		if err != nil {
			yield(nil, err)
			return
		}
		for _, c := range conditions {
			s := q.idStatement(sel, c.condition)
			if s == nil {
				continue
			}
			for f, err := range revised(ordered(q.rowsOfIDs(ctx, g, s, c.targets), window, q.compare), q.query.AllRevisions) {
				if !yield(f, err) || err != nil {
					return
				}
			}
		}
	}
}

// sought is a condition with the targets that it is for.
type sought struct {
	*condition
	targets []int
}

// conditions says where the rows of some ids are looked for: everywhere, around
// the places that are given, or where a narrow statement found them.
func (q *question) conditions(ctx context.Context, g *group, sel *selection, targets []int) ([]sought, error) {
	switch {
	case g.near:
		return q.nearConditions(g, targets), nil
	case !q.inTwoSteps(g, sel, len(targets)):
		return []sought{{q.idCondition(g, targets), targets}}, nil
	}
	places, err := q.narrow(ctx, g, targets)
	if err != nil {
		return nil, err
	}
	return q.wideConditions(g, targets, places), nil
}

// inTwoSteps says whether to look first where the ids are: in a table that is
// pruned by that, for few ids, where the narrow look reads less than the answer.
func (q *question) inTwoSteps(g *group, sel *selection, ids int) bool {
	const narrow = 24 // bytes of an id, a pixel and a time
	return g.clustered() && g.partitioned() && ids <= twoSteps && sel.size()*4 > narrow*5
}

func (q *question) idCondition(g *group, targets []int) *condition {
	c := newCondition()
	c.id = g.id
	for _, i := range targets {
		c.ids = append(c.ids, q.query.Targets[i].ID.Text)
	}
	q.bounded(c, g.source)
	return c
}

// narrowSelection is what the first of two steps reads beside the id and the
// time: where it is.
func (q *question) narrowSelection(g *group) *selection {
	return newSelection(g.source, []field.Path{{g.Cluster[0]}}, nil)
}

// narrowStatement asks where and when some ids are.
func (q *question) narrowStatement(g *group, targets []int) *statement {
	c := q.idCondition(g, targets)
	c.since, c.until = math.NaN(), math.NaN()
	s := newStatement(q.narrowSelection(g), c, shape{})
	if s != nil {
		s.hints = q.hints(g, s.selection)
	}
	return s
}

// places says where and when an id was found.
type places struct {
	days   map[time.Time]bool
	pixels map[int64]bool
}

func newPlaces() *places { return &places{days: map[time.Time]bool{}, pixels: map[int64]bool{}} }

func (p *places) add(when time.Time, pixel int64) {
	if !when.IsZero() {
		p.days[when.UTC().Truncate(24*time.Hour)] = true
	}
	p.pixels[pixel] = true
}

// bound limits a condition to the places. Where a row did not tell when it was
// published its day is not known, and all are read.
func (p *places) bound(c *condition, g *group) {
	c.days = runsOf(p.days, maxRanges/2)
	c.coarse = pixels{g.Cluster[0], pixelRuns(p.pixels).AtMost(maxRanges - len(c.days))}
}

// narrow asks where and when ids are.
func (q *question) narrow(ctx context.Context, g *group, targets []int) (map[string]*places, error) {
	s := q.narrowStatement(g, targets)
	if s == nil {
		return nil, nil
	}
	q.options.Notify("looking up where and when the alerts are in " + g.Name)
	all := map[string]*places{}
	it, err := q.start(ctx, q.purse, s.ask())
	if err != nil {
		return nil, err
	}
	pixel := s.aliasOf(field.Path{g.Cluster[0]})
	for v, err := range q.rowsOf(it, s.text) {
		if err != nil {
			return nil, err
		}
		id, _ := v.named(outID).(string)
		at := all[id]
		if at == nil {
			at = newPlaces()
			all[id] = at
		}
		when, _ := v.named(outTime).(time.Time)
		if n, ok := v.named(pixel).(int64); ok {
			at.add(when, n)
		}
	}
	return all, nil
}

// wideConditions makes conditions of the places of ids, each of at most so many
// ranges. Ids that were not found are left out.
func (q *question) wideConditions(g *group, targets []int, where map[string]*places) []sought {
	var list []sought
	var now []int
	at := newPlaces()
	flush := func() {
		if len(now) == 0 {
			return
		}
		c := q.idCondition(g, now)
		at.bound(c, g)
		list = append(list, sought{c, now})
		now, at = nil, newPlaces()
	}
	for _, i := range targets {
		one := where[q.query.Targets[i].ID.Text]
		if one == nil {
			continue
		}
		if len(now) > 0 && len(at.days)+len(at.pixels)+len(one.days)+len(one.pixels) > maxRanges {
			flush()
		}
		now = append(now, i)
		for day := range one.days {
			at.days[day] = true
		}
		for pixel := range one.pixels {
			at.pixels[pixel] = true
		}
	}
	flush()
	return list
}

// runsOf joins days that follow each other, and then those with the smallest
// gaps between them until there are no more than so many runs.
func runsOf(set map[time.Time]bool, most int) []days {
	const day = 24 * time.Hour
	var numbers sky.Ranges
	for _, one := range sortedTimes(set) {
		n := one.Unix() / int64(day/time.Second)
		if last := len(numbers) - 1; last >= 0 && numbers[last].Hi == n {
			numbers[last].Hi = n + 1
			continue
		}
		numbers = append(numbers, sky.Range{Lo: n, Hi: n + 1})
	}
	var runs []days
	for _, r := range numbers.AtMost(most) {
		runs = append(runs, days{time.Unix(r.Lo*86400, 0).UTC(), time.Unix(r.Hi*86400, 0).UTC()})
	}
	return runs
}

func sortedTimes(set map[time.Time]bool) []time.Time {
	list := make([]time.Time, 0, len(set))
	for t := range set {
		list = append(list, t)
	}
	slices.SortFunc(list, time.Time.Compare)
	return list
}

// pixelRuns makes ranges of pixel numbers.
func pixelRuns(set map[int64]bool) sky.Ranges {
	var numbers []int64
	for n := range set {
		numbers = append(numbers, n)
	}
	slices.Sort(numbers)
	var ranges sky.Ranges
	for _, n := range numbers {
		if last := len(ranges) - 1; last >= 0 && ranges[last].Hi == n {
			ranges[last].Hi = n + 1
			continue
		}
		ranges = append(ranges, sky.Range{Lo: n, Hi: n + 1})
	}
	return ranges
}

// idStatement asks for the alerts of a condition's ids, in the order of the ids
// and then of time.
func (q *question) idStatement(sel *selection, c *condition) *statement {
	to := shape{order: func(p *params) string {
		var by []string
		if len(c.ids) > 1 {
			order := p.bind("order", ","+strings.Join(c.ids, ",")+",")
			by = append(by, "STRPOS("+order+", CONCAT(',', "+outID+", ','))")
		}
		if at, _ := sel.expression(q.timeColumn(sel.source)); at != "" {
			by = append(by, at)
		}
		return strings.Join(by, ", ")
	}}
	s := newStatement(sel, c, q.filtered(sel, to))
	if s != nil {
		s.hints = q.hints(nil, sel)
	}
	return s
}

// rowsOfIDs gives the alerts that a statement finds, with their targets.
func (q *question) rowsOfIDs(ctx context.Context, g *group, s *statement, targets []int) iter.Seq2[*found, error] {
	return func(yield func(*found, error) bool) {
		index := make(map[string]int, len(targets))
		for _, i := range targets {
			index[q.query.Targets[i].ID.Text] = i
		}
		r := &reading{question: q, source: g.source}
		for one, err := range q.run(ctx, q.purse, s) {
			if err != nil {
				yield(nil, err)
				return
			}
			i, ok := index[one.id]
			if !ok {
				continue
			}
			f, at, err := r.read(one)
			if err != nil {
				yield(nil, err)
				return
			}
			f.target = i
			if cone := q.query.Targets[i].Cone; cone != nil {
				f.separation = cone.Center.Separation(at)
			}
			if !yield(f, nil) {
				return
			}
		}
	}
}

// hints says what would make a statement cheaper.
func (q *question) hints(g *group, sel *selection) []Hint {
	var list []Hint
	if sel.partitioned() && q.query.Since.IsZero() {
		list = append(list, HintSince)
	}
	if g != nil && sel.clustered() {
		list = append(list, HintNear)
	}
	if q.query.Whole || len(q.query.Names) > 1 && sel.size() > 64 {
		list = append(list, HintFields)
	}
	return list
}
