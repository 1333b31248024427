package bigquery

import (
	"context"
	"fmt"
	"iter"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	bq "cloud.google.com/go/bigquery"

	"github.com/mwvgroup/pgb/client/alert"
	"github.com/mwvgroup/pgb/client/archive"
	"github.com/mwvgroup/pgb/client/field"
	"github.com/mwvgroup/pgb/client/registry"
	"github.com/mwvgroup/pgb/client/sky"
)

// own are the columns that a question reads for itself, before those it is
// asked for.
var own = []string{"object_id", "source_id", "mjd", "ra", "dec"}

const ownWithoutPlace = 3

// question is a query on its way.
type question struct {
	*Archive
	query      archive.Query
	between    archive.Query // whose bounds of time the answer keeps exactly
	purse      *purse
	view       *alert.View // own columns, then those of the query
	timeOnly   *alert.View // the time of an alert
	want       *alert.View // what has to be selected for a lookup by id
	separation []int       // columns of the view, as often as it is asked for
	simulated  []int
}

func (a *Archive) newQuestion(q archive.Query) (*question, error) {
	if err := a.checkSurvey(q.Survey); err != nil {
		return nil, err
	}
	for i, t := range q.Targets {
		if t.ID.Text == "" && t.Cone == nil {
			return nil, fmt.Errorf("target %d has neither an id nor a place", i)
		}
		if t.ID.Text == "" {
			continue
		}
		if err := checkID(t.ID.Text); err != nil {
			return nil, err
		}
	}
	q.Targets = a.namespaced(q.Targets)
	one := &question{Archive: a, query: q, between: q, purse: a.newPurse(q.MaxBytes)}
	var err error
	if one.view, err = a.reader.View(nil, slices.Concat(own, q.Names)); err != nil {
		return nil, err
	}
	if one.want, err = a.reader.View(nil, slices.Concat(own[:ownWithoutPlace], q.Names)); err != nil {
		return nil, err
	}
	if one.timeOnly, err = a.reader.View(nil, []string{"mjd"}); err != nil {
		return nil, err
	}
	for i, c := range one.view.Columns() {
		switch c.Name {
		case "separation":
			one.separation = append(one.separation, i)
		case "simulated":
			one.simulated = append(one.simulated, i)
		}
	}
	return one, nil
}

// namespaced tells the namespace of ids that come without: LSST's two kinds of
// objects have a column each.
func (a *Archive) namespaced(targets []archive.Target) []archive.Target {
	cloned := false
	for i := range targets {
		id := targets[i].ID
		if id.Text == "" || id.Alert || id.Namespace != "" {
			continue
		}
		known, err := a.registry.ParseID(id.Text, id.Survey)
		if err != nil || known.Text != id.Text || known.Alert {
			continue
		}
		if !cloned {
			targets, cloned = slices.Clone(targets), true
		}
		targets[i].ID.Namespace = known.Namespace
	}
	return targets
}

// group are targets that are looked for in one table, in one way.
type group struct {
	*source
	id      field.Path // column of the ids; nil for cones
	near    bool       // the ids come with a place
	targets []int      // indices in the query, ascending
}

// groups sorts the targets by where and how they are looked for.
func (q *question) groups(ctx context.Context, holds string) ([]*group, error) {
	var list []*group
	var index = map[string]*group{}
	found := map[string][]*source{}
	for i, t := range q.query.Targets {
		survey := t.ID.Survey
		switch {
		case survey == "":
			survey = q.query.Survey
		case q.query.Survey != "" && q.query.Survey != survey:
			continue
		}
		sources, ok := found[survey]
		if !ok {
			var err error
			if sources, err = q.sources(ctx, holds, survey); err != nil {
				return nil, err
			}
			found[survey] = sources
		}
		for _, s := range sources {
			g := &group{source: s}
			if t.ID.Text != "" {
				if g.id = s.idColumn(t.ID); g.id == nil {
					continue
				}
				g.near = t.Cone != nil && s.clustered()
			} else if !s.hasPlace() {
				continue
			}
			key := s.Name + " " + g.id.String() + " " + strconv.FormatBool(g.near)
			if have := index[key]; have != nil {
				g = have
			} else {
				index[key] = g
				list = append(list, g)
			}
			g.targets = append(g.targets, i)
		}
	}
	return list, nil
}

// idColumn gives the column that an id is looked up in, nil where the table has
// none that could hold it.
func (s *source) idColumn(id registry.ID) field.Path {
	paths := s.ObjectID
	if id.Alert {
		paths = s.SourceID
	}
	_, kind, _ := strings.Cut(id.Namespace, ":")
	kind, _, _ = strings.Cut(kind, ":")
	_, err := strconv.ParseInt(id.Text, 10, 64)
	var first field.Path
	for _, path := range paths {
		c, spelled := s.lookup(path)
		if c == nil || c.kind == bq.IntegerFieldType && err != nil {
			continue
		}
		if first == nil {
			first = spelled
		}
		// The namespace LSST:ss is that of ssObjectId, LSST:dia of diaObjectId.
		leaf := strings.ToLower(spelled[len(spelled)-1])
		if !id.Alert && kind != "" && strings.HasPrefix(leaf, strings.ToLower(kind)) {
			return spelled
		}
	}
	return first
}

// clustered says whether rows are sorted by HEALPix pixels.
func (s *source) clustered() bool {
	return len(s.Cluster) > 0 && s.orderOf(s.Cluster[0]) >= 0
}

// orderOf gives the order of the pixels in a column, from its name (healpix9);
// -1 for a column of another kind or one that is not there.
func (s *source) orderOf(name string) int {
	digits, ok := strings.CutPrefix(strings.ToLower(name), "healpix")
	order, err := strconv.Atoi(digits)
	if c, _ := s.lookup(field.Path{name}); !ok || err != nil || c == nil || order > sky.MaxOrder {
		return -1
	}
	return order
}

// hasPlace says whether a cone can be looked for.
func (s *source) hasPlace() bool {
	ra, _ := s.lookup(s.RA)
	dec, _ := s.lookup(s.Dec)
	return ra != nil && dec != nil
}

// selects gives what is read of a table: what a view reads of its rows, or all.
func (q *question) selects(s *source, view *alert.View) (*selection, error) {
	if q.query.Whole {
		return everything(s), nil
	}
	paths, err := view.Wants(s.Payload)
	if err != nil {
		return nil, err
	}
	// Of the alternatives for ids, the table's own are enough.
	if layout := q.layout(s); layout != nil {
		paths = slices.DeleteFunc(paths, func(path field.Path) bool {
			isAlternative := slices.ContainsFunc(slices.Concat(layout.ObjectID, layout.SourceID), same(path))
			isOwn := slices.ContainsFunc(slices.Concat(s.ObjectID, s.SourceID), same(path))
			return isAlternative && !isOwn && !q.asksFor(path)
		})
	}
	paths = slices.Concat(paths, s.ObjectID, s.SourceID)
	if p := q.registry.Payloads[s.Payload]; p != nil && p.Identity.By == registry.IdentityPaths {
		paths = append(paths, p.Identity.Paths...)
	}
	return newSelection(s, paths, nil), nil
}

func (q *question) layout(s *source) *registry.Layout {
	if p := q.registry.Payloads[s.Payload]; p != nil {
		return q.registry.Layouts[p.Layout]
	}
	return nil
}

// asksFor says whether a path is among the names of the query.
func (q *question) asksFor(path field.Path) bool {
	return slices.ContainsFunc(q.query.Names, func(name string) bool {
		return strings.TrimPrefix(alert.CanonicalName(name), "alert.") == path.String()
	})
}

// bounded sets the bounds of the observation in a condition.
func (q *question) bounded(c *condition, s *source) {
	const slack = 0.02 // days: half an exposure, and TAI for UTC
	if t := q.query.Since; !t.IsZero() {
		c.from = t.UTC().Truncate(24 * time.Hour)
	}
	if t := q.query.Until; !t.IsZero() {
		c.to = t.UTC().Add(lateness).Truncate(24 * time.Hour).Add(24 * time.Hour)
	}
	layout := q.layout(s)
	if layout == nil {
		return
	}
	c.time = q.timeColumn(s)
	zero := 0.0
	switch layout.Trigger.Time.Scale {
	case "jd_utc":
		zero = sky.MJDZero
	case "mjd_tai", "mjd_utc":
	default:
		return
	}
	if c.time == nil {
		return
	}
	if !q.query.Since.IsZero() {
		c.since = sky.MJDFromTime(q.query.Since) + zero - slack
	}
	if !q.query.Until.IsZero() {
		c.until = sky.MJDFromTime(q.query.Until) + zero + slack
	}
}

// boundNotes says what the query's bounds on the time do for a table.
func (q *question) boundNotes(g *group) []string {
	if q.between.Since.IsZero() && q.between.Until.IsZero() {
		return nil
	}
	if !g.partitioned() {
		return []string{g.Name + " is not partitioned: bounds on the time leave out rows and save nothing"}
	}
	var notes []string
	if !q.query.Since.IsZero() {
		notes = append(notes, g.Name+" is read from "+q.query.Since.UTC().Format(time.DateOnly)+" on: nothing is published before it is observed")
	}
	if !q.query.Until.IsZero() {
		notes = append(notes, g.Name+" is read until 7 days after the upper bound, for alerts that were published late")
	}
	return notes
}

// notify tells whoever waits what the bounds on the time do.
func (q *question) notify(groups []*group) {
	told := map[string]bool{}
	for _, g := range groups {
		for _, line := range q.boundNotes(g) {
			if !told[line] {
				told[line] = true
				q.options.Notify(line)
			}
		}
	}
}

// timeColumn gives the column of the observation's time, nil for none.
func (q *question) timeColumn(s *source) field.Path {
	layout := q.layout(s)
	if layout == nil {
		return nil
	}
	records := layout.Trigger.Record
	if len(records) == 0 {
		records = registry.Paths{nil}
	}
	for _, record := range records {
		for _, path := range layout.Trigger.Time.Path {
			if c, spelled := s.lookup(record.Join(path)); c != nil {
				return spelled
			}
		}
	}
	return nil
}

// inTime says whether an observation is within the query's bounds.
func (q *question) inTime(mjd float64) bool {
	since, until := q.between.MJD()
	if math.IsInf(since, -1) && math.IsInf(until, 1) {
		return true
	}
	return mjd >= since && mjd <= until
}

// Alerts gives the alerts of the query's targets; see [archive.Archive]. A row
// whose table does not tell its broker's publish time has that of Kafka.
func (a *Archive) Alerts(ctx context.Context, query archive.Query) iter.Seq2[[]archive.Hit, error] {
	return func(yield func([]archive.Hit, error) bool) {
		q, err := a.newQuestion(query)
		if err != nil {
			yield(nil, err)
			return
		}
		batch := make([]archive.Hit, 0, batchHits)
		for f, err := range q.alerts(ctx) {
			if err != nil {
				if len(batch) > 0 && !yield(batch, nil) {
					return
				}
				yield(nil, err)
				return
			}
			if batch = append(batch, q.hit(f)); len(batch) == batchHits {
				if !yield(batch, nil) {
					return
				}
				batch = make([]archive.Hit, 0, batchHits)
			}
		}
		if len(batch) > 0 {
			yield(batch, nil)
		}
	}
}

const batchHits = 256

func (q *question) hit(f *found) archive.Hit {
	if !q.query.Whole {
		f.message.Body = nil
	}
	for _, i := range q.separation {
		f.values[i-len(own)] = field.OfFloat64(f.separation.Arcseconds())
	}
	f.message.SetRow(&alert.Row{Columns: q.view.Columns()[len(own):], Values: f.values, Classifications: f.classes})
	return archive.Hit{Message: f.message, Target: f.target, Separation: f.separation}
}
