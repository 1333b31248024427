package bigquery

import (
	"context"
	"fmt"
	"iter"
	"math"
	"slices"

	"github.com/mwvgroup/pgb/client/alert"
	"github.com/mwvgroup/pgb/client/sky"
)

// largeCone is the radius from which a cone is asked for by itself, its rows in
// the service's order: the rows of smaller ones are put in order here.
const largeCone = sky.Angle(120)

// maxRangesACone is how many ranges one cone takes at most; more would be
// tighter by little.
const maxRangesACone = 150

// cover is a cone as ranges of the columns of a table.
type cover struct {
	coarse, fine pixels
}

// coverOf covers a cone. The first cluster column prunes blocks; of the finer
// ones the one that the cone's size asks for leaves out rows.
func (s *source) coverOf(c sky.Cone) cover {
	first := s.orderOf(s.Cluster[0])
	var made cover
	made.coarse = pixels{s.Cluster[0], slices.Clone(c.Cover(first)).AtMost(maxRangesACone).AtOrder(first)}
	wanted := sky.CoverOrder(c.Radius)
	if wanted <= first {
		return made
	}
	for _, name := range s.Cluster[1:] {
		order := s.orderOf(name)
		if order <= first {
			continue
		}
		made.fine = pixels{name, slices.Clone(c.Cover(min(wanted, order))).AtMost(maxRangesACone).AtOrder(order)}
		if order >= wanted {
			break
		}
	}
	return made
}

func (c cover) count() int { return len(c.coarse.ranges) + len(c.fine.ranges) }

// join adds the ranges of further cones, of the same columns.
func (c cover) join(more cover) cover {
	if c.coarse.column == "" {
		return more
	}
	c.coarse.ranges = union(c.coarse.ranges, more.coarse.ranges)
	if c.fine.column != more.fine.column {
		c.fine = pixels{} // not all of them have it
		return c
	}
	c.fine.ranges = union(c.fine.ranges, more.fine.ranges)
	return c
}

// union joins ranges that may overlap.
func union(a, b sky.Ranges) sky.Ranges {
	all := slices.Concat(a, b)
	slices.SortFunc(all, func(x, y sky.Range) int {
		switch {
		case x.Lo < y.Lo:
			return -1
		case x.Lo > y.Lo:
			return 1
		}
		return 0
	})
	var joined sky.Ranges
	for _, r := range all {
		if last := len(joined) - 1; last >= 0 && r.Lo <= joined[last].Hi {
			joined[last].Hi = max(joined[last].Hi, r.Hi)
			continue
		}
		joined = append(joined, r)
	}
	return joined
}

// cones looks in a group's cones.
func (q *question) cones(ctx context.Context, g *group) iter.Seq2[*found, error] {
	return func(yield func(*found, error) bool) {
		sel, err := q.selects(g.source, q.view)
		if err != nil {
			yield(nil, err)
			return
		}
		for _, part := range q.coneConditions(g, g.targets) {
			s := q.coneStatement(sel, part)
			if s == nil {
				continue
			}
			hold := window
			if len(part.targets) > 1 {
				hold = 0
			}
			for f, err := range revised(ordered(q.rowsOfCones(ctx, g, s, part.targets), hold, q.compare), q.query.AllRevisions) {
				if !yield(f, err) || err != nil {
					return
				}
			}
		}
	}
}

// coneConditions makes conditions of cones, several to one where they are small.
func (q *question) coneConditions(g *group, targets []int) []sought {
	var list []sought
	var now []int
	var around cover
	var boxes []box
	flush := func() {
		if len(now) == 0 {
			return
		}
		c := newCondition()
		c.coarse, c.fine = around.coarse, around.fine
		c.boxes, c.ra, c.dec = boxes, g.RA, g.Dec
		q.bounded(c, g.source)
		list = append(list, sought{c, now})
		now, around, boxes = nil, cover{}, nil
	}
	for _, i := range targets {
		cone := *q.query.Targets[i].Cone
		var one cover
		var ranges int
		if g.clustered() {
			one = g.coverOf(cone)
			if around.fine.column != one.fine.column {
				flush()
			}
			ranges = around.count() + one.count()
		} else {
			ranges = (len(boxes) + 1) * 3
		}
		if len(now) > 0 && (ranges > maxRanges || cone.Radius >= largeCone) {
			flush()
		}
		now = append(now, i)
		if g.clustered() {
			around = around.join(one)
		} else {
			boxes = append(boxes, boxAround(cone))
		}
		if cone.Radius >= largeCone {
			flush()
		}
	}
	flush()
	return list
}

// nearConditions makes conditions of ids whose places are known.
func (q *question) nearConditions(g *group, targets []int) []sought {
	var list []sought
	for _, part := range q.coneConditions(g, targets) {
		c := q.idCondition(g, part.targets)
		c.coarse, c.fine = part.coarse, part.fine
		list = append(list, sought{c, part.targets})
	}
	return list
}

// coneStatement asks for the alerts around places. The order, nearest first, is
// that of the distances as far as the service's numbers tell them apart; a
// statement for several cones has none.
func (q *question) coneStatement(sel *selection, part sought) *statement {
	to := shape{order: func(p *params) string {
		ra, _ := sel.expression(sel.RA)
		dec, _ := sel.expression(sel.Dec)
		if len(part.targets) > 1 || ra == "" || dec == "" {
			return ""
		}
		center := q.query.Targets[part.targets[0]].Cone.Center
		const toRadians = math.Pi / 180
		// The haversine of the distance, which grows with it.
		return fmt.Sprintf("POW(SIN((%[1]s - %[3]s) * %[5]s), 2) + COS(%[1]s * %[6]s) * %[7]s * POW(SIN((%[2]s - %[4]s) * %[5]s), 2)",
			dec, ra, p.bind("dec", center.Dec), p.bind("ra", center.RA),
			p.bind("half", toRadians/2), p.bind("radian", toRadians), p.bind("cosdec", math.Cos(center.Dec*toRadians)))
	}}
	s := newStatement(sel, part.condition, q.filtered(sel, to))
	if s != nil {
		s.hints = q.hints(nil, sel)
	}
	return s
}

// rowsOfCones gives the alerts that a statement finds, once for each of the cones
// that they are in by their exact distance.
func (q *question) rowsOfCones(ctx context.Context, g *group, s *statement, targets []int) iter.Seq2[*found, error] {
	return func(yield func(*found, error) bool) {
		r := &reading{question: q, source: g.source}
		for one, err := range q.run(ctx, q.purse, s) {
			if err != nil {
				yield(nil, err)
				return
			}
			f, at, err := r.read(one)
			if err != nil {
				yield(nil, err)
				return
			}
			for _, i := range targets {
				cone := q.query.Targets[i].Cone
				distance := cone.Center.Separation(at)
				if !(distance <= cone.Radius) {
					continue
				}
				if !yield(f.at(i, distance), nil) {
					return
				}
			}
		}
	}
}

// at gives a copy of an alert for a target that it is found for.
func (f *found) at(target int, distance sky.Angle) *found {
	mine := *f
	mine.target, mine.separation = target, distance
	mine.values = slices.Clone(f.values)
	mine.message = &alert.Message{
		As: f.message.As, Body: f.message.Body, Headers: f.message.Headers, Origin: f.message.Origin, PublishTime: f.message.PublishTime,
	}
	return &mine
}
