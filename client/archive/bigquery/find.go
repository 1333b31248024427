package bigquery

import (
	"cmp"
	"context"
	"fmt"
	"regexp"
	"slices"
	"strings"

	bq "cloud.google.com/go/bigquery"

	"github.com/mwvgroup/pgb/client/archive"
	"github.com/mwvgroup/pgb/client/field"
	"github.com/mwvgroup/pgb/client/registry"
	"github.com/mwvgroup/pgb/client/sky"
)

// prefixText is what the beginning of an id may look like.
var prefixText = regexp.MustCompile(`^[A-Za-z0-9_]{1,40}$`)

// Find lists the objects whose id begins with a prefix, with the place of their
// newest alert. It reads the columns of ids, times and places of whole tables.
func (a *Archive) Find(ctx context.Context, survey, prefix string, most int) ([]archive.Object, error) {
	if !prefixText.MatchString(prefix) {
		return nil, &InvalidError{What: "beginning of an id", Text: prefix, Reason: "is none"}
	}
	q := a.bareQuestion()
	statements, err := q.prefixStatements(ctx, survey, prefix, most)
	if err != nil {
		return nil, err
	}
	var list []archive.Object
	for _, s := range statements {
		if list, err = q.objects(ctx, s, list); err != nil {
			return nil, err
		}
	}
	slices.SortFunc(list, func(x, y archive.Object) int {
		return cmp.Or(strings.Compare(x.ID, y.ID), strings.Compare(x.Survey, y.Survey))
	})
	return list[:min(max(0, most), len(list))], nil
}

// bareQuestion is a question about no targets.
func (a *Archive) bareQuestion() *question { return &question{Archive: a, purse: a.newPurse(0)} }

// prefixStatements asks each table of alerts for the objects of a prefix.
func (q *question) prefixStatements(ctx context.Context, survey, prefix string, most int) ([]*statement, error) {
	sources, err := q.sources(ctx, registry.HoldsAlerts, survey)
	if err != nil {
		return nil, err
	}
	var list []*statement
	for _, s := range sources {
		if made := q.prefixStatement(s, prefix, most); made != nil {
			if s.clustered() {
				made.hints = []Hint{HintCone}
			}
			list = append(list, made)
		}
	}
	return list, nil
}

func (q *question) prefixStatement(s *source, prefix string, most int) *statement {
	isNumber := strings.Trim(prefix, "0123456789") == ""
	var id field.Path
	for _, path := range s.ObjectID {
		c, spelled := s.lookup(path)
		if c != nil && id == nil && (c.kind == bq.StringFieldType) != isNumber {
			id = spelled
		}
	}
	when := q.timeColumn(s)
	if id == nil || len(when) == 0 {
		return nil
	}
	paths := []field.Path{id, s.RA, s.Dec, when}
	if len(s.SourceID) > 0 {
		paths = append(paths, s.SourceID[0])
	}
	sel := newSelection(s, slices.DeleteFunc(paths, func(p field.Path) bool { return len(p) == 0 }), nil)
	var p params
	var branches []string
	for i, v := range sel.versions {
		at, c, ok := v.at(id)
		if !ok {
			continue
		}
		if c.kind != bq.StringFieldType {
			at = "CAST(" + at + " AS STRING)"
		}
		branches = append(branches, sel.branch(i, id, "STARTS_WITH("+at+", "+p.bind("prefix", prefix)+")"))
	}
	if len(branches) == 0 {
		return nil
	}
	newest := func(path field.Path) string {
		if alias := sel.aliasOf(path); alias != "" && len(path) > 0 {
			return fmt.Sprintf("ARRAY_AGG(%s ORDER BY %s DESC LIMIT 1)[OFFSET(0)]", alias, sel.aliasOf(when))
		}
		return "CAST(NULL AS FLOAT64)"
	}
	count := "COUNT(*)"
	if len(s.SourceID) > 0 {
		count = "COUNT(DISTINCT " + sel.aliasOf(s.SourceID[0]) + ")"
	}
	text := fmt.Sprintf("SELECT %s, %s AS alerts, %s AS ra, %s AS dec, MAX(%s) AS seen FROM (\n%s\n)\nGROUP BY %s ORDER BY %s LIMIT %d",
		outID, count, newest(s.RA), newest(s.Dec), sel.aliasOf(when), strings.Join(branches, "\nUNION ALL\n"), outID, outID, max(0, most))
	return &statement{selection: sel, text: text, params: p.list}
}

// objects adds the objects that a statement finds.
func (q *question) objects(ctx context.Context, s *statement, list []archive.Object) ([]archive.Object, error) {
	it, err := q.start(ctx, q.purse, s.ask())
	if err != nil {
		return nil, err
	}
	for v, err := range q.rowsOf(it, s.text) {
		if err != nil {
			return nil, err
		}
		o := archive.Object{Survey: s.Survey, Position: sky.Position{RA: floatOf(v.named("ra")), Dec: floatOf(v.named("dec"))}}
		o.ID, _ = v.named(outID).(string)
		o.Alerts, _ = v.named("alerts").(int64)
		o.LastMJD = q.mjdOf(s.source, v.named("seen"))
		list = append(list, o)
	}
	return list, nil
}
