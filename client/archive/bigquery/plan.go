package bigquery

import (
	"context"
	"fmt"
	"slices"

	"github.com/mwvgroup/pgb/client/archive"
	"github.com/mwvgroup/pgb/client/registry"
)

// Plan tells the statements by which a question would be answered, with what a
// dry run says that each reads at most. It costs nothing. Statements that depend
// on what an earlier one finds are told as they would be without it, which is
// the most that they could read.
func (a *Archive) Plan(ctx context.Context, what archive.Answer, query archive.Query) (archive.Plan, error) {
	switch what {
	case archive.SQL:
		return a.planSQL(ctx, query.Statement)
	case archive.Objects:
		return a.planObjects(ctx, query)
	case archive.LightCurves, archive.Classifications:
		query.Names, query.Where, query.Whole = nil, nil, false
	case archive.Alerts:
	default:
		return archive.Plan{}, fmt.Errorf("no archive answers %q", what)
	}
	q, err := a.newQuestion(query)
	if err != nil {
		return archive.Plan{}, err
	}
	p := &planning{question: q}
	var groups []*group
	if what == archive.Classifications {
		groups, err = q.verdictGroups(ctx)
	} else {
		groups, err = q.groups(ctx, registry.HoldsAlerts)
	}
	if err != nil {
		return archive.Plan{}, err
	}
	for _, g := range groups {
		switch what {
		case archive.Alerts:
			err = p.alerts(ctx, g)
		case archive.LightCurves:
			err = p.curves(ctx, g)
		case archive.Classifications:
			err = p.verdicts(ctx, g)
		}
		if err != nil {
			return archive.Plan{}, err
		}
		for _, line := range q.boundNotes(g) {
			p.note("%s", line)
		}
	}
	return p.plan, nil
}

// planning is a plan that is being made.
type planning struct {
	*question
	plan archive.Plan
}

// add adds a statement, with what a dry run says of it and what is expected. c
// is its condition, nil where nothing is known of it; foundFirst is as in model.
func (p *planning) add(ctx context.Context, s *statement, c *condition, foundFirst bool) error {
	if s == nil {
		return nil
	}
	bytes, _, err := p.dryRun(ctx, s.ask())
	if err != nil {
		return err
	}
	told := archive.Statement{SQL: s.text, Table: s.Name, Bytes: bytes, ModelBytes: bytes}
	if c != nil {
		told.ModelBytes = p.model(s.selection, c, bytes, foundFirst)
	}
	for _, one := range s.params {
		told.Parameters = append(told.Parameters, archive.Parameter{Name: one.Name, Value: one.Value})
	}
	p.plan.Statements = append(p.plan.Statements, told)
	return nil
}

func (p *planning) note(format string, args ...any) {
	text := fmt.Sprintf(format, args...)
	if !slices.Contains(p.plan.Notes, text) {
		p.plan.Notes = append(p.plan.Notes, text)
	}
}

func (p *planning) alerts(ctx context.Context, g *group) error {
	if g.id == nil {
		return p.cones(ctx, g)
	}
	sel, err := p.selects(g.source, p.want)
	if err != nil {
		return err
	}
	p.noteFilter(sel)
	parts := p.parts(g.targets)
	return p.ids(ctx, g, sel, parts)
}

// ids plans lookups of ids, of which the first part stands for all.
func (p *planning) ids(ctx context.Context, g *group, sel *selection, parts [][]int) error {
	part := parts[0]
	if len(parts) > 1 {
		p.note("the statements run %d times, for up to %d ids each", len(parts), maxIDs)
	}
	foundFirst := false
	switch {
	case g.near:
		conditions := p.nearConditions(g, part)
		for _, c := range conditions {
			if err := p.add(ctx, p.idStatement(sel, c.condition), c.condition, false); err != nil {
				return err
			}
		}
		return nil
	case p.inTwoSteps(g, sel, len(part)):
		if err := p.add(ctx, p.narrowStatement(g, part), nil, false); err != nil {
			return err
		}
		foundFirst = true
		p.note("the second statement reads only the days and the %s ranges that the first one finds; its bound is that of all days", g.Cluster[0])
	case !g.clustered():
		p.note("%s is sorted by nothing: the columns that are named are read whole", g.Name)
	}
	c := p.idCondition(g, part)
	return p.add(ctx, p.idStatement(sel, c), c, foundFirst)
}

func (p *planning) cones(ctx context.Context, g *group) error {
	sel, err := p.selects(g.source, p.view)
	if err != nil {
		return err
	}
	p.noteFilter(sel)
	conditions := p.coneConditions(g, g.targets)
	if !g.clustered() {
		p.note("%s is sorted by nothing: a cone reads the columns that are named whole", g.Name)
	}
	if len(conditions) > 1 {
		p.note("%d statements like this one run, for all cones", len(conditions))
	}
	return p.add(ctx, p.coneStatement(sel, conditions[0]), conditions[0].condition, false)
}

func (p *planning) curves(ctx context.Context, g *group) error {
	trigger, lists, err := p.reader.PhotometryWants(g.Payload)
	if err != nil {
		return err
	}
	if err := p.ids(ctx, g, p.triggerSelection(g.source, trigger), p.parts(g.targets)); err != nil {
		return err
	}
	sel := newSelection(g.source, slices.Concat(g.ObjectID, g.SourceID, trigger), lists)
	if len(lists) == 0 {
		return nil
	}
	p.note("the last statement reads the histories of the newest alerts alone, as many as it takes to go back to the first")
	c := p.idCondition(g, p.parts(g.targets)[0])
	return p.add(ctx, newStatement(sel, c, shape{}), c, g.clustered())
}

func (p *planning) verdicts(ctx context.Context, g *group) error {
	if err := p.add(ctx, p.verdictStatement(g, p.parts(g.targets)[0]), nil, false); err != nil {
		return err
	}
	p.note("the times of the alerts are then read from the survey's own table, on the days on which they were published")
	return nil
}

// noteFilter tells which part of the filter the statements hold. Where tables
// differ it is the part that the last one holds.
func (p *planning) noteFilter(sel *selection) {
	if p.query.Where == nil {
		return
	}
	p.plan.Rest = p.query.Where.Text()
	if to := p.filtered(sel, shape{}); to.filter != nil {
		condition := p.condition(sel)
		p.plan.Pushed, p.plan.Rest = condition.Pushed, condition.Rest
	}
}

func (a *Archive) planSQL(ctx context.Context, text string) (archive.Plan, error) {
	q, places, err := a.sqlAsk(ctx, text)
	if err != nil {
		return archive.Plan{}, err
	}
	bytes, _, err := a.dryRun(ctx, q)
	if err != nil {
		return archive.Plan{}, places.back(err, text)
	}
	return archive.Plan{Statements: []archive.Statement{{SQL: q.text, Table: q.table, Bytes: bytes, ModelBytes: bytes}}}, nil
}

func (a *Archive) planObjects(ctx context.Context, query archive.Query) (archive.Plan, error) {
	if len(query.Targets) == 0 {
		return archive.Plan{}, ErrNoTargets
	}
	id := query.Targets[0].ID
	survey := query.Survey
	if survey == "" {
		survey = id.Survey
	}
	q := a.bareQuestion()
	statements, err := q.prefixStatements(ctx, survey, id.Text, maxFound)
	if err != nil {
		return archive.Plan{}, err
	}
	p := &planning{question: q}
	for _, s := range statements {
		if err := p.add(ctx, s, nil, false); err != nil {
			return archive.Plan{}, err
		}
		p.note("%s: the columns of ids, times and places are read whole", s.Name)
	}
	return p.plan, nil
}

// maxFound is how many objects of a prefix a plan stands for.
const maxFound = 1000

var _ archive.Archive = (*Archive)(nil)
