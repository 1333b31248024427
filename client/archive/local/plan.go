package local

import (
	"context"
	"fmt"
	"unicode/utf8"

	"zombiezen.com/go/sqlite"

	"github.com/mwvgroup/pgb/client/archive"
	"github.com/mwvgroup/pgb/client/registry"
)

// planAlerts tells the statements for the first target of each kind; the others
// are asked for by the same.
func (a *Archive) planAlerts(ctx context.Context, q archive.Query) (plan archive.Plan, err error) {
	err = a.snapshot(ctx, func(conn *sqlite.Conn) error {
		r, err := a.newReading(ctx, conn, q, nil)
		if err != nil {
			return err
		}
		plan.Pushed, plan.Rest = r.chosen.pushed, r.chosen.rest
		var objects, sources, cones int
		for i := range q.Targets {
			target := &q.Targets[i]
			switch {
			case target.ID.Text != "" && target.ID.Alert:
				if sources++; sources == 1 {
					plan.Statements = append(plan.Statements, r.statement(r.alertsOfSource(), "alert", parameter(":source", target.ID.Text), parameter(":of", target.ID.Survey)))
				}
			case target.ID.Text != "":
				if objects++; objects == 1 {
					plan.Statements = append(plan.Statements,
						statement(objectsOf, "object", parameter(":id", target.ID.Text), parameter(":of", target.ID.Survey)),
						r.statement(r.alertsOfObject(), "alert"))
					plan.Statements = append(plan.Statements, r.planMaybeAlert(&plan, &target.ID)...)
				}
			case target.Cone != nil:
				if cones++; cones == 1 {
					plan.Statements = append(plan.Statements, r.planCone(&plan, i)...)
				}
			}
		}
		for _, kind := range []struct {
			n    int
			what string
		}{{objects, "objects"}, {sources, "alerts"}, {cones, "cones"}} {
			if kind.n > 1 {
				plan.Notes = append(plan.Notes, fmt.Sprintf("the statements run for each of %d %s, in one transaction", kind.n, kind.what))
			}
		}
		return nil
	})
	return plan, a.failed(ctx, err)
}

// planMaybeAlert tells how an integer that is no object is looked for as an alert.
func (r *reading) planMaybeAlert(plan *archive.Plan, id *registry.ID) []archive.Statement {
	survey, ok := surveyOfAlert(id, r.query.Survey)
	if !ok {
		return nil
	}
	plan.Notes = append(plan.Notes, "the last statement runs where "+id.Text+" is no object, as it may be the id of a single alert")
	return []archive.Statement{r.statement(r.alertsOfSource(), "alert", parameter(":source", id.Text), parameter(":of", survey))}
}

// planCone tells how the first cone is answered.
func (r *reading) planCone(plan *archive.Plan, target int) []archive.Statement {
	runs := r.cover.of(r.query.Targets[target].Cone)
	if len(runs) == 0 {
		return nil
	}
	plan.Notes = append(plan.Notes, fmt.Sprintf("the first statement runs for each of %d runs of order-29 HEALPix pixels, the second for each run of alerts in the cone; they are sorted here, nearest first", len(runs)))
	return []archive.Statement{
		r.statement(r.chosen.placesIn(), "alert", archive.Parameter{Name: ":lo", Value: runs[0].Lo}, archive.Parameter{Name: ":hi", Value: runs[0].Hi}),
		r.statement(r.rowsBetween(), "alert"),
	}
}

func parameter(name, value string) archive.Parameter {
	return archive.Parameter{Name: name, Value: value}
}

// statement tells a statement with what all of the query's have in common.
func (r *reading) statement(text, table string, parameters ...archive.Parameter) archive.Statement {
	return statement(text, table, append(parameters, r.chosen.parameters...)...)
}

// statement tells a statement; nothing is billed for it.
func statement(text, table string, parameters ...archive.Parameter) archive.Statement {
	return archive.Statement{SQL: text, Table: table, Parameters: parameters, Bytes: -1, ModelBytes: -1}
}

// planObjects tells how light curves or classifications are found.
func planObjects(q archive.Query, text, table string) (archive.Plan, error) {
	if len(q.Targets) == 0 {
		return archive.Plan{}, nil
	}
	id := &q.Targets[0].ID
	if id.Text == "" {
		return archive.Plan{}, noID(0)
	}
	bounds := choose(archive.Query{Since: q.Since, Until: q.Until}).parameters
	plan := archive.Plan{Statements: []archive.Statement{
		statement(objectOfID, "object", parameter(":id", id.Text), parameter(":of", id.Survey)), statement(text, table, bounds...),
	}}
	if n := len(q.Targets); n > 1 {
		plan.Notes = append(plan.Notes, fmt.Sprintf("the statements run for each of %d objects, in one transaction", n))
	}
	return plan, nil
}

func planPrefix(q archive.Query) (archive.Plan, error) {
	if len(q.Targets) == 0 {
		return archive.Plan{}, nil
	}
	prefix := q.Targets[0].ID.Text
	return archive.Plan{Statements: []archive.Statement{statement(objectsByPrefix, "object",
		parameter(":from", prefix), parameter(":before", prefix+string(utf8.MaxRune)), parameter(":of", q.Survey))}}, nil
}
