package client

import (
	"context"
	"errors"
	"iter"
	"slices"

	"github.com/mwvgroup/pgb/client/alert"
	"github.com/mwvgroup/pgb/client/archive"
	"github.com/mwvgroup/pgb/client/archive/bigquery"
	"github.com/mwvgroup/pgb/client/field"
	"github.com/mwvgroup/pgb/client/registry"
	"github.com/mwvgroup/pgb/client/sky"
	"github.com/mwvgroup/pgb/client/where"
)

// Separation is the column of the distance from the centre of a cone, in
// arcseconds.
const Separation = "separation"

// DefaultRadius is the radius of a cone where none is given.
const DefaultRadius = sky.Angle(5)

// Lookup asks for the alerts of objects, oldest first, and of cones, nearest
// first. Names, filters and ids are checked here, before anything is asked.
func (c *Client) Lookup(ctx context.Context, a Ask) (*Answer, error) {
	if a.List != nil {
		a.Fields = a.List.spelledOut(a.Fields)
	}
	resolve := c.alertColumn(a)
	k, err := c.check(a, resolve)
	if err != nil {
		return nil, err
	}
	fields := k.fields()
	n := &Answer{what: archive.Alerts, limit: a.Limit, reader: c.reader}
	wanted := fields
	if k.filter != nil {
		wanted = append(fields[:len(fields):len(fields)], k.filter.Names()...)
	}
	var riding []int // for each column where a target has it, -1 for an alert's own
	for _, name := range wanted {
		column, err := resolve(name)
		if err != nil {
			return nil, err
		}
		n.columns = append(n.columns, column)
		if a.List != nil && IsTargetColumn(name) {
			riding = append(riding, a.List.place(name))
			continue
		}
		riding = append(riding, -1)
		k.query.Names = append(k.query.Names, name)
	}
	n.shown = len(fields)
	if k.list == nil {
		riding = nil
	}
	n.bind(k.filter)
	k.query.Where = pushable(k)
	return n, n.ask(ctx, c, k, func(ctx context.Context) iter.Seq2[[]row, error] { return n.alerts(ctx, k, riding) })
}

// fields are the columns of a lookup's rows: those that were asked for, or the
// usual ones with all that rides along. The target of a row is always one.
func (k *asked) fields() []string {
	fields := k.Fields
	if len(fields) == 0 {
		fields = alert.DefaultColumns()
		if k.hasCones() {
			fields = append(fields[:len(fields):len(fields)], Separation)
		}
		if k.list != nil {
			fields = slices.Concat(k.list.names(), fields)
		}
	}
	if k.list != nil && !slices.Contains(fields, targetColumn.Name) {
		fields = slices.Concat([]string{targetColumn.Name}, fields)
	}
	return fields
}

// Cone asks for the alerts within a cone, nearest first, with their separation
// from its centre. Its other wishes are those of an Ask.
func (c *Client) Cone(ctx context.Context, cone sky.Cone, a Ask) (*Answer, error) {
	if len(a.IDs) > 0 || a.List != nil {
		return nil, errors.New("a cone search takes no ids")
	}
	a.Cones = append(a.Cones[:len(a.Cones):len(a.Cones)], cone)
	return c.Lookup(ctx, a)
}

// ask opens the archive and completes the answer.
func (n *Answer) ask(ctx context.Context, c *Client, k *asked, rows func(context.Context) iter.Seq2[[]row, error]) error {
	if err := k.open(ctx, c); err != nil {
		return err
	}
	k.knowPlaces(ctx, c)
	if _, billed := k.archive.(*bigquery.Archive); k.Classifications && !billed {
		k.query.Whole = true // they are read from the messages
	}
	n.archive, n.query, n.rows = k.archive, k.query, rows
	n.matched = make([]bool, len(k.query.Targets))
	return nil
}

func (k *asked) hasCones() bool {
	for _, t := range k.query.Targets {
		if t.Cone != nil {
			return true
		}
	}
	return false
}

// pushable gives the filter as an archive may use it: not where it asks for what
// only the list of targets knows.
func pushable(k *asked) *where.Expr {
	if k.filter == nil {
		return nil
	}
	for _, name := range k.filter.Names() {
		if IsTargetColumn(name) {
			return nil
		}
	}
	return k.filter
}

// alertColumn resolves the columns of alerts, and those that ride along with a
// list of targets. A column of the one survey that all ids are of is described as
// that survey has it; names of others are known all the same, and missing.
func (c *Client) alertColumn(a Ask) func(name string) (alert.Column, error) {
	topics, err := c.reader.TopicsAs(a.Survey)
	var own []*registry.Topic
	if survey := c.surveyOf(a); err == nil && a.Survey == "" && survey != "" {
		own, err = c.reader.TopicsAs(survey)
	}
	return func(name string) (alert.Column, error) {
		if err != nil {
			return alert.Column{}, err
		}
		if IsTargetColumn(name) && a.List != nil {
			return a.List.column(name)
		}
		if own != nil {
			if binding, err := c.reader.Resolve(own, name); err == nil {
				return binding.Column, nil
			}
		}
		binding, err := c.reader.Resolve(topics, name)
		return binding.Column, err
	}
}

// surveyOf gives the survey that all that is asked for is of, empty where ids do
// not tell it or a place is asked for.
func (c *Client) surveyOf(a Ask) string {
	if len(a.Cones) > 0 || a.List != nil && a.List.Radius > 0 {
		return ""
	}
	var ids []registry.ID
	for _, text := range a.IDs {
		id, err := c.registry.ParseID(text, "")
		if err != nil {
			return ""
		}
		ids = append(ids, id)
	}
	if a.List != nil {
		for i := range a.List.Targets {
			ids = append(ids, a.List.Targets[i].ID)
		}
	}
	if len(ids) == 0 || slices.ContainsFunc(ids, func(id registry.ID) bool { return id.Survey != ids[0].Survey }) {
		return ""
	}
	return ids[0].Survey
}

// alerts asks for alerts and puts what rides along into each row; riding says for
// each column which one of its target it is, none where there is no list.
func (n *Answer) alerts(ctx context.Context, k *asked, riding []int) iter.Seq2[[]row, error] {
	return func(yield func([]row, error) bool) {
		for hits, err := range n.archive.Alerts(ctx, n.query) {
			if err != nil {
				yield(nil, err)
				return
			}
			rows := make([]row, len(hits))
			var values []field.Value
			if riding != nil {
				values = make([]field.Value, len(hits)*len(n.columns))
			}
			for i, hit := range hits {
				if err := n.classify(k, hit.Message); err != nil {
					yield(nil, err)
					return
				}
				rows[i] = row{message: hit.Message, target: hit.Target}
				if riding == nil {
					continue
				}
				found := hit.Message.Row()
				own := values[i*len(n.columns) : (i+1)*len(n.columns) : (i+1)*len(n.columns)]
				k.list.fill(own, riding, found.Values, hit.Target)
				hit.Message.SetRow(&alert.Row{Columns: n.columns, Values: own, Classifications: found.Classifications})
			}
			if !yield(rows, nil) {
				return
			}
		}
	}
}

// classify gives a message's row the list of its classifications, where that is
// asked for and the message is there whole.
func (n *Answer) classify(k *asked, m *alert.Message) (err error) {
	if k.Classifications && len(m.Body) > 0 {
		m.Row().Classifications, err = n.reader.Classifications(m)
	}
	return err
}
