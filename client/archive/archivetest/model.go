package archivetest

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"testing"

	"github.com/mwvgroup/pgb/client/alert"
	"github.com/mwvgroup/pgb/client/archive"
	"github.com/mwvgroup/pgb/client/registry"
	"github.com/mwvgroup/pgb/client/sky"
)

// model is what an archive should answer: all its messages, read one by one.
type model struct {
	reader  *alert.Reader
	records []*record
}

// record is a message with what is read from it.
type record struct {
	message                *alert.Message
	object, source, survey string
	mjd, ra, dec           float64
	complete               int // 2 the survey's packet, 1 with a module's result, 0 a copy of some fields
	shown                  bool
	resultOnly             bool // the archive keeps its classes and no row of its alert
	classes                []alert.Classification
	points                 []alert.Point
	simulated              bool
}

// read makes the model of the messages that an archive keeps.
func read(t testing.TB, messages []*alert.Message, o *Options) *model {
	t.Helper()
	m := &model{reader: alert.NewReader(registry.Default())}
	view, err := m.reader.View(nil, []string{"object_id", "source_id", "survey", "mjd", "ra", "dec"})
	if err != nil {
		t.Fatal(err)
	}
	seen, rows := map[alert.Identity]bool{}, map[string]bool{}
	for _, message := range messages {
		id, err := m.reader.Identity(message)
		if err != nil {
			t.Fatal(err)
		}
		if seen[id] || !o.keeps(message.Topic) {
			continue
		}
		seen[id] = true
		row := ""
		if o.Row != nil {
			if row = o.Row(message); rows[row] && row != "" {
				continue
			}
			rows[row] = true
		}
		r := m.record(t, view, message)
		r.resultOnly = o.Row != nil && row == ""
		m.records = append(m.records, r)
	}
	m.show()
	return m
}

func (m *model) record(t testing.TB, view *alert.View, message *alert.Message) *record {
	t.Helper()
	row := new(alert.Row)
	if err := view.Read(message, row); err != nil {
		t.Fatal(err)
	}
	number := func(name string) float64 {
		if f, ok := row.Get(name).Decimal(); ok {
			return f
		}
		return math.NaN()
	}
	r := &record{
		message: message, object: row.Get("object_id").String(), source: row.Get("source_id").String(), survey: row.Get("survey").String(),
		mjd: number("mjd"), ra: number("ra"), dec: number("dec"), simulated: message.Simulated(),
	}
	var err error
	if r.classes, err = m.reader.Classifications(message); err != nil {
		t.Fatal(err)
	}
	if r.points, err = m.reader.Photometry(message); err != nil {
		t.Fatal(err)
	}
	as, err := m.reader.ReadAs(message)
	if err != nil {
		t.Fatal(err)
	}
	switch payload := registry.Default().Payloads[as]; {
	case payload == nil || payload.Framing == "notification" || len(payload.Keeps) > 0:
	case len(payload.Result) > 0 || len(payload.Classified) > 0:
		r.complete = 1
	default:
		r.complete = 2
	}
	return r
}

// show finds the revision of each alert that lookups show.
func (m *model) show() {
	best := map[[2]string]*record{}
	for _, r := range m.records {
		if r.resultOnly {
			continue
		}
		// A superevent's notices are alerts of their own, each with a time.
		if r.source == "" || r.survey == "lvk" {
			r.shown = true
			continue
		}
		key := [2]string{r.survey, r.source}
		if b := best[key]; b == nil || compareRevisions(r, b) > 0 {
			best[key] = r
		}
	}
	for _, r := range best {
		r.shown = true
	}
}

// compareRevisions puts the one that is shown last.
func compareRevisions(a, b *record) int {
	return cmp.Or(cmp.Compare(a.complete, b.complete), a.message.PublishTime.Compare(b.message.PublishTime), cmp.Compare(a.message.ID, b.message.ID))
}

// objects gives the ids of all objects, as targets.
func (m *model) objects() []archive.Target {
	var targets []archive.Target
	seen := map[[2]string]bool{}
	for _, r := range m.records {
		if key := [2]string{r.survey, r.object}; r.object != "" && !seen[key] {
			seen[key] = true
			targets = append(targets, archive.Target{ID: registry.ID{Text: r.object, Survey: r.survey, Given: r.object}})
		}
	}
	return targets
}

// found is a record that answers a query.
type found struct {
	*record
	target     int
	separation float64 // arcsec, NaN without a cone
}

// alerts answers a query. A target that may be an object or an alert is asked
// for both.
func (m *model) alerts(q archive.Query) []found {
	var all []found
	for i := range q.Targets {
		target := &q.Targets[i]
		var some []found
		for _, r := range m.records {
			if f := (found{r, i, r.separation(target.Cone)}); m.holds(r, &q) && m.matches(&f, target) {
				some = append(some, f)
			}
		}
		slices.SortStableFunc(some, func(a, b found) int {
			if target.ID.Text == "" {
				if order := cmp.Compare(a.separation, b.separation); order != 0 {
					return order
				}
			}
			return compareRecords(a.record, b.record)
		})
		all = append(all, some...)
	}
	return all
}

func (m *model) matches(f *found, target *archive.Target) bool {
	id := &target.ID
	if id.Text == "" {
		return f.separation <= target.Cone.Radius.Arcseconds()
	}
	if id.Survey != "" && id.Survey != f.survey {
		return false
	}
	byAlert := id.Alert || id.MaybeAlert && !slices.ContainsFunc(m.records, func(r *record) bool { return r.object == id.Text })
	return byAlert && f.source == id.Text || !id.Alert && f.object == id.Text
}

// holds tests what a query asks of every alert.
func (m *model) holds(r *record, q *archive.Query) bool {
	if r.resultOnly || !q.AllRevisions && !r.shown || q.Survey != "" && q.Survey != r.survey {
		return false
	}
	since, until := q.MJD()
	return (math.IsInf(since, 0) || r.mjd >= since) && (math.IsInf(until, 0) || r.mjd <= until)
}

func (r *record) separation(cone *sky.Cone) float64 {
	if cone == nil {
		return math.NaN()
	}
	return cone.Center.Separation(sky.Position{RA: r.ra, Dec: r.dec}).Arcseconds()
}

// compareRecords sorts the alerts of an object: by time, what has none last, then
// by source id, then by publication.
func compareRecords(a, b *record) int {
	if aNaN, bNaN := math.IsNaN(a.mjd), math.IsNaN(b.mjd); aNaN != bNaN {
		if aNaN {
			return 1
		}
		return -1
	} else if !aNaN {
		if order := cmp.Compare(a.mjd, b.mjd); order != 0 {
			return order
		}
	}
	return cmp.Or(cmp.Compare(len(a.source), len(b.source)), cmp.Compare(a.source, b.source),
		a.message.PublishTime.Compare(b.message.PublishTime), cmp.Compare(a.message.ID, b.message.ID))
}

// curve folds the light curve of an object.
func (m *model) curve(target *archive.Target) []alert.Point {
	var curve alert.Curve
	for _, r := range m.records {
		if r.object == target.ID.Text && r.survey == target.ID.Survey && !r.resultOnly {
			curve.Add(r.points, r.mjd)
		}
	}
	return curve.Points()
}

// tellings gives what the alerts of an object tell in some columns of the points
// of its light curve.
func (m *model) tellings(target *archive.Target, columns []string) map[string]bool {
	told := map[string]bool{}
	for _, r := range m.records {
		if r.object == target.ID.Text && r.survey == target.ID.Survey && !r.resultOnly {
			for i := range r.points {
				for _, text := range tellingTexts(&r.points[i], columns) {
					told[text] = true
				}
			}
		}
	}
	return told
}

// tellingTexts writes what a point says in some columns, a text for each that it
// has.
func tellingTexts(p *alert.Point, columns []string) []string {
	var texts []string
	for i, v := range p.AppendValues(nil, "", "", false) {
		name := alert.PointColumns()[i].Name
		if slices.Contains(columns, name) && !v.IsMissing() {
			texts = append(texts, fmt.Sprintf("%s %s %s %v %d %d %s=%s", p.Kind, p.SourceID, p.Band, p.MJD, p.Visit, p.Detector, name, v.AppendJSON(nil)))
		}
	}
	return texts
}
