package emulator

import (
	"context"
	"fmt"
	"iter"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/mwvgroup/pgb/client/alert"
	"github.com/mwvgroup/pgb/client/archive"
	"github.com/mwvgroup/pgb/client/archive/bigquery"
	"github.com/mwvgroup/pgb/client/archive/local"
	"github.com/mwvgroup/pgb/client/registry"
	"github.com/mwvgroup/pgb/client/sandbox/sim"
	"github.com/mwvgroup/pgb/client/sky"
)

// kept are the topics whose messages both archives have: those that tables are
// filled from.
var kept = []string{"lsst-alerts", "lsst-supernnova", "lsst-upsilon", "lsst-variability", "ztf-alerts", "ztf-SuperNNova", "ztf-tagged", "lvk-alerts"}

// tables opens an archive of tables that are filled with messages.
func tables(t testing.TB, messages []*alert.Message) *bigquery.Archive {
	t.Helper()
	s := startRelay(t, cargoOf(messages))
	s.answersDry = true
	a, err := bigquery.Open(t.Context(), bigquery.Options{Project: payer, Address: s.Address})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := a.Close(); err != nil {
			t.Error(err)
		}
	})
	return a
}

// file opens a local archive that holds messages of the kept topics.
func file(t testing.TB, messages []*alert.Message) *local.Archive {
	t.Helper()
	a, err := local.Open(context.Background(), local.Options{Path: filepath.Join(t.TempDir(), "a.db"), Create: true})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := a.Close(); err != nil {
			t.Error(err)
		}
	})
	messages = slices.DeleteFunc(slices.Clone(messages), func(m *alert.Message) bool { return !slices.Contains(kept, m.Topic) })
	if err := a.Sink(local.SinkOptions{}).Put(t.Context(), messages); err != nil {
		t.Fatal(err)
	}
	return a
}

// sought gives the objects of messages as targets, and cones around some.
func sought(t testing.TB, messages []*alert.Message) (objects, cones []archive.Target) {
	t.Helper()
	view, err := alert.NewReader(registry.Default()).View(nil, []string{"object_id", "survey", "ra", "dec"})
	if err != nil {
		t.Fatal(err)
	}
	seen := map[string]bool{}
	for _, m := range messages {
		if !strings.HasSuffix(m.Topic, "-alerts") {
			continue
		}
		var row alert.Row
		if err := view.Read(m, &row); err != nil {
			t.Fatal(err)
		}
		id, survey := row.Values[0].String(), row.Values[1].String()
		if id == "" || seen[survey+id] {
			continue
		}
		seen[survey+id] = true
		objects = append(objects, archive.Target{ID: registry.ID{Given: id, Text: id, Survey: survey}})
		ra, okRA := row.Values[2].Float()
		dec, okDec := row.Values[3].Float()
		if okRA && okDec {
			radius := sky.Arcseconds([]float64{5, 3600, 0.2}[len(cones)%3])
			cones = append(cones, archive.Target{Cone: &sky.Cone{Center: sky.Position{RA: ra, Dec: dec}, Radius: radius}})
		}
	}
	return objects, cones
}

// names are columns that both archives know: not how a message travelled.
func names() []string {
	list := slices.DeleteFunc(alert.DefaultColumns(), func(name string) bool {
		return slices.Contains([]string{"topic", "message_id", "publish_time", "classifier", "classifier_version", "class", "prob"}, name)
	})
	return append(list, "mag_total_err", "flux_total_err", "separation", "diaSource.snr", "diaSource.reliability", "candidate.drb", "candidate.isdiffpos",
		"diaObject.nDiaSources", "event.far")
}

// collected writes what an answer gives, a text each.
func collected[V any](t *testing.T, answer iter.Seq2[V, error], write func(V) []string) []string {
	t.Helper()
	var list []string
	for v, err := range answer {
		if err != nil {
			t.Fatal(err)
		}
		list = append(list, write(v)...)
	}
	return list
}

func hits(t *testing.T, a archive.Archive, q archive.Query) []string {
	return collected(t, a.Alerts(t.Context(), q), func(batch []archive.Hit) (lines []string) {
		for i := range batch {
			row := batch[i].Message.Row()
			line := fmt.Sprint(batch[i].Target)
			for j, v := range row.Values {
				line += " " + row.Columns[j].Name + "=" + string(v.AppendJSON(nil))
			}
			lines = append(lines, line)
		}
		return lines
	})
}

// toldAnew are values of an epoch that each alert of the simulated surveys tells
// a little differently: they hold the template, which is told with the errors of
// the alert's own. BigQuery's archive reads the histories of the alerts that it
// needs, not those of all, so that another alert's telling may be the newest.
var toldAnew = []string{"flux_total", "mag_total"}

func curves(t *testing.T, a archive.Archive, q archive.Query) []string {
	return collected(t, a.LightCurves(t.Context(), q), func(c archive.LightCurve) []string {
		lines := []string{fmt.Sprint("curve of ", c.Target, c.Survey, c.ObjectID)}
		columns := alert.PointColumns()
		for i := range c.Points {
			line := fmt.Sprint(c.Target)
			for j, v := range c.Points[i].AppendValues(nil, "", "", false) {
				if slices.Contains(toldAnew, columns[j].Name) {
					continue
				}
				line += " " + columns[j].Name + "=" + string(v.AppendJSON(nil))
			}
			lines = append(lines, line)
		}
		return lines
	})
}

// verdicts leaves out where each was told: a topic there, a table here.
func verdicts(t *testing.T, a archive.Archive, q archive.Query) []string {
	return collected(t, a.Classifications(t.Context(), q), func(v archive.Verdict) []string {
		return []string{fmt.Sprintf("%d %s %s %s %.9f %s %s %s %s %v %s", v.Target, v.Survey, v.ObjectID, v.SourceID, v.MJD,
			v.Classifier, v.Version, v.Class, v.Band, v.Primary, v.Prob.AppendJSON(nil))}
	})
}

func sameLines(t *testing.T, what string, here, there []string) {
	t.Helper()
	if len(there) == 0 {
		t.Errorf("%s: nothing is compared", what)
	}
	for i := range min(len(here), len(there)) {
		if here[i] != there[i] {
			t.Errorf("%s: line %d of %d and %d differs\nBigQuery %s\nlocal    %s", what, i, len(here), len(there), here[i], there[i])
			return
		}
	}
	if len(here) != len(there) {
		t.Errorf("%s: %d lines in BigQuery, %d in the local archive", what, len(here), len(there))
	}
}

func TestBothArchivesAnswerAlike(t *testing.T) {
	messages := history(t, sim.HistoryOptions{Months: 2, Objects: 12, SpacingDays: 12, NoCutouts: true})
	here, there := tables(t, messages), file(t, messages)
	objects, cones := sought(t, messages)
	for _, one := range []struct {
		what string
		q    archive.Query
	}{
		{"objects", archive.Query{Targets: objects, Names: names()}},
		{"objects of one survey", archive.Query{Targets: objects, Names: names(), Survey: "ztf"}},
		{"cones", archive.Query{Targets: cones, Names: names()}},
	} {
		a, b := hits(t, here, one.q), hits(t, there, one.q)
		sameLines(t, one.what, a, b)
		t.Logf("%s: %d alerts", one.what, len(b))
	}
	q := archive.Query{Targets: objects}
	// Copies of an alert tell its history in other digits; tables have none.
	originals := slices.DeleteFunc(slices.Clone(messages), func(m *alert.Message) bool { return !strings.HasSuffix(m.Topic, "-alerts") })
	sameLines(t, "light curves", curves(t, here, q), curves(t, file(t, originals), q))
	sameLines(t, "classifications", verdicts(t, here, q), verdicts(t, there, q))
}
