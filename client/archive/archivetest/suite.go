package archivetest

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"
	"testing"

	"github.com/mwvgroup/pgb/client/alert"
	"github.com/mwvgroup/pgb/client/archive"
	"github.com/mwvgroup/pgb/client/registry"
	"github.com/mwvgroup/pgb/client/sky"
)

// suite is an archive with the model of what it should answer.
type suite struct {
	archive.Archive
	*model
	options Options
}

// Test holds an archive against all that package archive says.
func Test(t *testing.T, fill Fill, o Options) {
	messages := simulated(t, max(5, o.few(12)))
	s := &suite{model: read(t, messages, &o), options: o}
	s.Archive = fill(t, s.kept(messages))
	if len(s.records) < 100 || len(s.objects()) < 5 {
		t.Fatalf("only %d messages of %d objects are kept", len(s.records), len(s.objects()))
	}
	s.alertsTests(t)
	s.coneTests(t)
	s.columnTests(t)
	s.behaviourTests(t)
	t.Run("light curves are those of all alerts together", s.lightCurves)
	t.Run("classifications are all that was said", s.classifications)
	t.Run("objects are listed by the beginning of their id", s.find)
	t.Run("filters pass the same rows in the archive and here", s.filters)
	for topic, pattern := range map[string]string{"ztf-alerts": "ztf/*.avro", "lsst-alerts": "lsst/*.avro"} {
		if o.keeps(topic) {
			t.Run("real packets of "+topic, func(t *testing.T) { real(t, fill, o, topic, pattern) })
		}
	}
}

// kept gives the messages that the archive is to keep.
func (s *suite) kept(messages []*alert.Message) []*alert.Message {
	return slices.DeleteFunc(slices.Clone(messages), func(m *alert.Message) bool { return !s.options.keeps(m.Topic) })
}

// real asks for everything of real packets.
func real(t *testing.T, fill Fill, o Options, topic, pattern string) {
	var messages []*alert.Message
	for _, m := range Real(t, topic, pattern) {
		if o.Packet != nil {
			m = o.Packet(m)
		}
		if m != nil {
			messages = append(messages, m)
		}
	}
	s := &suite{model: read(t, messages, &o), options: o}
	s.Archive = fill(t, messages)
	s.check(t, archive.Query{Targets: s.objects()})
	t.Run("light curves", s.lightCurves)
}

func (s *suite) alertsTests(t *testing.T) {
	t.Run("an object's alerts come oldest first", func(t *testing.T) {
		for _, target := range fewOf(&s.options, s.objects()) {
			s.check(t, archive.Query{Targets: []archive.Target{target}})
		}
	})
	t.Run("many targets keep their order, and those that are not there are passed over", func(t *testing.T) {
		targets := s.objects()
		slices.Reverse(targets)
		for i := range 200 {
			targets = slices.Insert(targets, i%len(targets), archive.Target{ID: registry.ID{Text: fmt.Sprintf("ZTF18zzzz%03d", i)}})
		}
		targets = append(targets, targets...)
		s.check(t, archive.Query{Targets: targets})
	})
	t.Run("a single alert is found by its id", func(t *testing.T) {
		for _, r := range s.some(20) {
			s.check(t, archive.Query{Targets: []archive.Target{{ID: registry.ID{Text: r.source, Survey: r.survey, Alert: true}}}})
		}
	})
	t.Run("an integer that is no object is an alert", func(t *testing.T) {
		if s.options.ObjectsOnly {
			t.Skip("such an archive asks for objects alone")
		}
		for _, r := range s.some(20) {
			s.check(t, archive.Query{Targets: []archive.Target{{ID: registry.ID{Text: r.source, MaybeAlert: true}}, {ID: registry.ID{Text: r.object, MaybeAlert: true}}}})
		}
	})
	t.Run("the survey that is asked for alone answers", func(t *testing.T) {
		for _, survey := range []string{"ztf", "lsst", "lvk"} {
			s.check(t, archive.Query{Targets: s.objects(), Survey: survey})
		}
	})
	t.Run("since and until include their ends", func(t *testing.T) {
		for _, r := range s.some(15) {
			at := sky.TimeFromMJD(r.mjd)
			target := []archive.Target{{ID: registry.ID{Text: r.object, Survey: r.survey}}}
			for _, q := range []archive.Query{{Since: at}, {Until: at}, {Since: at, Until: at}, {Since: at.Add(2000), Until: at.Add(1e12)}} {
				q.Targets = target
				if hits := s.check(t, q); !q.Until.IsZero() && q.Since.Equal(q.Until) && len(hits) == 0 {
					t.Errorf("the alert of %s %s at %v is outside of its own time", r.survey, r.object, at)
				}
			}
		}
	})
	t.Run("all revisions are there for who asks", func(t *testing.T) {
		all := s.check(t, archive.Query{Targets: s.objects(), AllRevisions: true})
		if shown := s.check(t, archive.Query{Targets: s.objects()}); len(shown) >= len(all) && s.options.Row == nil {
			t.Errorf("%d revisions of %d alerts", len(all), len(shown))
		}
	})
}

// some gives records with ids, a place and a time, from all over.
func (s *suite) some(n int) []*record {
	var all []*record
	for _, r := range s.records {
		if r.shown && r.object != "" && r.source != "" && r.mjd > 0 && !math.IsNaN(r.ra) {
			all = append(all, r)
		}
	}
	var some []*record
	n = min(s.options.few(n), len(all))
	for i := range n {
		some = append(some, all[i*len(all)/n])
	}
	return some
}

// check asks a question and compares the answer with the model's.
func (s *suite) check(t *testing.T, q archive.Query) []archive.Hit {
	t.Helper()
	if q.Names == nil {
		q.Names = s.options.columns()
	}
	hits := ask(t, s.Archive, q)
	got := make([]string, len(hits))
	for i := range hits {
		got[i] = fmt.Sprintf("%d%s", hits[i].Target, hitText(&hits[i]))
	}
	view, err := s.reader.View(nil, q.Names)
	if err != nil {
		t.Fatal(err)
	}
	var want []string
	for _, f := range s.alerts(q) {
		row := new(alert.Row)
		if err := view.Read(f.message, row); err != nil {
			t.Fatal(err)
		}
		setSeparation(row, f.separation)
		want = append(want, fmt.Sprintf("%d%s", f.target, printed(row.Columns, row.Values)))
	}
	sameTexts(t, describe(&q), got, want)
	return hits
}

// ask collects an answer. The rows are looked at when all are there: they may be
// kept.
func ask(t testing.TB, a archive.Archive, q archive.Query) []archive.Hit {
	t.Helper()
	var all []archive.Hit
	for hits, err := range a.Alerts(context.Background(), q) {
		if err != nil {
			t.Fatalf("%s: %v", describe(&q), err)
		}
		if len(hits) == 0 {
			t.Error("an empty batch")
		}
		all = append(all, hits...)
	}
	return all
}

// describe names a question in messages of tests.
func describe(q *archive.Query) string {
	first := "nothing"
	if len(q.Targets) > 0 {
		first = q.Targets[0].ID.Text
		if cone := q.Targets[0].Cone; cone != nil {
			first += fmt.Sprintf(" within %v of %v", cone.Radius, cone.Center)
		}
	}
	text := fmt.Sprintf("%d targets from %s", len(q.Targets), first)
	if q.Where != nil {
		text += " where " + q.Where.String()
	}
	return text
}

func (s *suite) behaviourTests(t *testing.T) {
	t.Run("an answer may be empty", func(t *testing.T) {
		for _, target := range []archive.Target{
			{ID: registry.ID{Text: "ZTF18abcdefg", Survey: "ztf"}}, {ID: registry.ID{Text: "4242424242", Survey: "lsst"}},
			{ID: registry.ID{Text: "4242424242", Survey: "lsst", Alert: true}}, {Cone: &sky.Cone{Center: sky.Position{RA: 0, Dec: 89.9}, Radius: 1}},
		} {
			if hits := s.check(t, archive.Query{Targets: []archive.Target{target}}); len(hits) != 0 {
				t.Errorf("%+v: %d hits", target, len(hits))
			}
		}
	})
	t.Run("a question without targets has no answer", func(t *testing.T) {
		ctx := context.Background()
		for hits, err := range s.Alerts(ctx, archive.Query{}) {
			t.Errorf("%d hits, %v", len(hits), err)
		}
		for curve, err := range s.LightCurves(ctx, archive.Query{}) {
			t.Errorf("%+v, %v", curve, err)
		}
		for verdict, err := range s.Classifications(ctx, archive.Query{}) {
			t.Errorf("%+v, %v", verdict, err)
		}
	})
	t.Run("ids and surveys are values and nothing else", s.injections)
	t.Run("a loop may stop early and ask again", func(t *testing.T) {
		answer := s.Alerts(context.Background(), archive.Query{Targets: s.objects(), Names: []string{"object_id", "source_id", "mjd"}})
		for range 3 {
			for hits, err := range answer {
				if err != nil || len(hits) == 0 {
					t.Fatal(len(hits), err)
				}
				break
			}
		}
		all := 0
		for hits, err := range answer {
			if err != nil {
				t.Fatal(err)
			}
			all += len(hits)
		}
		if want := len(s.alerts(archive.Query{Targets: s.objects()})); all != want {
			t.Errorf("%d hits, want %d", all, want)
		}
	})
	t.Run("a context that ends ends the answer with its error", s.cancelled)
	t.Run("a table that is not there is unknown", func(t *testing.T) {
		for _, name := range []string{"nothing.of.that.name", "alerts; DROP TABLE alert", "'", ""} {
			var unknown *registry.UnknownError
			if _, err := s.Table(context.Background(), name); !errors.As(err, &unknown) {
				t.Errorf("%q: %v", name, err)
			}
		}
	})
	t.Run("tables are listed and described", s.tables)
}

func (s *suite) cancelled(t *testing.T) {
	ended, end := context.WithCancel(context.Background())
	end()
	q := archive.Query{Targets: s.objects(), Names: []string{"object_id"}}
	if err := lastError(s.Alerts(ended, q)); !errors.Is(err, context.Canceled) {
		t.Errorf("alerts: %v", err)
	}
	if err := lastError(s.LightCurves(ended, q)); !errors.Is(err, context.Canceled) {
		t.Errorf("light curves: %v", err)
	}
	if err := lastError(s.Classifications(ended, q)); !errors.Is(err, context.Canceled) {
		t.Errorf("classifications: %v", err)
	}
	ctx, end := context.WithCancel(context.Background())
	defer end()
	batches := 0
	for range 20 {
		q.Targets = append(q.Targets, q.Targets[:len(s.objects())]...)
	}
	var last error
	for _, err := range s.Alerts(ctx, q) {
		if batches++; err == nil {
			end()
		}
		last = err
	}
	if batches < 2 || !errors.Is(last, context.Canceled) {
		t.Errorf("after %d batches: %v", batches, last)
	}
}
