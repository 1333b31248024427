package archivetest

import (
	"cmp"
	"context"
	"fmt"
	"iter"
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/mwvgroup/pgb/client/alert"
	"github.com/mwvgroup/pgb/client/archive"
	"github.com/mwvgroup/pgb/client/field"
	"github.com/mwvgroup/pgb/client/registry"
	"github.com/mwvgroup/pgb/client/sky"
	"github.com/mwvgroup/pgb/client/where"
)

// lastError gives the error that an answer ended with.
func lastError[T any](answer iter.Seq2[T, error]) (last error) {
	for _, err := range answer {
		last = err
	}
	return last
}

// setSeparation fills the column of that name where there is a cone.
func setSeparation(row *alert.Row, arcsec float64) {
	for i := range row.Columns {
		if row.Columns[i].Name == "separation" {
			row.Values[i] = field.OfFloat64(arcsec)
		}
	}
}

func (s *suite) coneTests(t *testing.T) {
	names := append([]string{"separation"}, s.options.columns()...)
	at := func(p sky.Position, radius sky.Angle) archive.Target {
		return archive.Target{Cone: &sky.Cone{Center: p, Radius: radius}}
	}
	t.Run("a cone's alerts come nearest first, with their distance", func(t *testing.T) {
		for i, r := range s.some(12) {
			near := sky.Position{RA: r.ra, Dec: r.dec + 0.3/3600}
			radii := []sky.Angle{sky.Arcseconds(0), sky.Arcseconds(1), sky.Arcseconds(5), sky.Arcminutes(2), sky.Degrees(1.5), sky.Degrees(float64(10 * i))}
			for _, radius := range fewOf(&s.options, radii) {
				s.check(t, archive.Query{Targets: []archive.Target{at(near, radius)}, Names: names})
			}
		}
	})
	t.Run("the edge of a cone belongs to it", func(t *testing.T) {
		for _, r := range s.some(12) {
			center := sky.Position{RA: r.ra, Dec: math.Max(-90, r.dec-0.01)}
			edge := center.Separation(sky.Position{RA: r.ra, Dec: r.dec})
			if hits := s.check(t, archive.Query{Targets: []archive.Target{at(center, edge)}, Names: names}); len(hits) == 0 {
				t.Errorf("nothing within %v of %v", edge, center)
			}
		}
	})
	t.Run("the whole sky is a cone", func(t *testing.T) {
		s.check(t, archive.Query{Targets: []archive.Target{at(sky.Position{RA: 10, Dec: 90}, sky.HalfCircle)}, Names: names})
	})
	t.Run("many cones keep their order", func(t *testing.T) {
		var targets []archive.Target
		for i := range s.options.few(s.options.few(300)) { // each asked by itself, by some
			targets = append(targets, at(sky.Position{RA: float64(i) * 1.2, Dec: float64(i%120) - 60}, sky.Degrees(1)))
		}
		for _, r := range s.some(30) {
			targets = append(targets, at(sky.Position{RA: r.ra, Dec: r.dec}, 2))
		}
		s.check(t, archive.Query{Targets: targets, Names: names})
	})
	t.Run("a place beside an id tells the distance from it", func(t *testing.T) {
		for _, r := range s.some(6) {
			cone := &sky.Cone{Center: sky.Position{RA: r.ra, Dec: r.dec}, Radius: sky.Arcminutes(5)}
			s.check(t, archive.Query{Targets: []archive.Target{{ID: registry.ID{Text: r.object, Survey: r.survey}, Cone: cone}}, Names: names})
		}
	})
}

func (s *suite) columnTests(t *testing.T) {
	all := archive.Query{Targets: s.objects()}
	t.Run("fields of surveys are read from the message", func(t *testing.T) {
		all.Names = []string{"object_id", "source_id", "candidate.rb", "diaSource.snr", "mjd", "mag", "diaSource.psfFlux", "diaSource.visit", "separation"}
		s.check(t, all)
	})
	t.Run("attributes are read from the message", func(t *testing.T) {
		if s.options.NoAttributes {
			t.Skip("no attributes here")
		}
		all.Names = []string{"source_id", `attr["kafka.timestamp"]`, `attr["nothing"]`, `p("SN Ia")`, "simulated"}
		s.check(t, all)
	})
	t.Run("a name that no survey has is an error", func(t *testing.T) {
		if err := lastError(s.Alerts(context.Background(), archive.Query{Targets: all.Targets, Names: []string{"no.such.field"}})); err == nil {
			t.Error("no error")
		}
	})
	t.Run("a hit says where it was found and whether it is simulated", func(t *testing.T) {
		for _, hit := range ask(t, s.Archive, archive.Query{Targets: s.objects(), Names: []string{"mjd"}}) {
			if hit.Message.Origin == "" || !hit.Message.Simulated() || hit.Message.Body != nil {
				t.Fatalf("origin %q, simulated %v, %d bytes of body", hit.Message.Origin, hit.Message.Simulated(), len(hit.Message.Body))
			}
		}
	})
	t.Run("the whole message says all that was published", s.whole)
}

// whole compares messages as JSON, which says all that they hold.
func (s *suite) whole(t *testing.T) {
	if s.options.NoWhole {
		t.Skip("no messages here")
	}
	q := archive.Query{Targets: s.objects(), Names: []string{"source_id", "mag"}, Whole: true}
	want := s.alerts(q)
	for i, hit := range ask(t, s.Archive, q) {
		if i >= len(want) {
			t.Fatalf("%d hits are too many", i-len(want)+1)
		}
		got, err := s.reader.AppendPartsJSON(nil, hit.Message, false)
		if err != nil {
			t.Fatal(err)
		}
		m := want[i].message
		expected, err := s.reader.AppendPartsJSON(nil, m, false)
		if err != nil {
			t.Fatal(err)
		}
		if string(got) != string(expected) || fmt.Sprint(hit.Message.Headers) != fmt.Sprint(m.Headers) ||
			hit.Message.ID != m.ID || hit.Message.Topic != m.Topic || !hit.Message.PublishTime.Equal(m.PublishTime) {
			t.Fatalf("%s %s is\n%s\n%s\nwant\n%s\n%s", m.Topic, m.ID, hit.Message.Headers, got, m.Headers, expected)
		}
	}
}

func (s *suite) lightCurves(t *testing.T) {
	targets := append(s.objects(), archive.Target{ID: registry.ID{Text: "ZTF18abcdefg", Survey: "ztf"}})
	curves := map[int]archive.LightCurve{}
	last := -1
	for curve, err := range s.LightCurves(context.Background(), archive.Query{Targets: targets}) {
		if err != nil {
			t.Fatal(err)
		}
		if curve.Target < last || !slices.IsSortedFunc(curve.Points, func(a, b alert.Point) int { return cmp.Compare(orLast(a.MJD), orLast(b.MJD)) }) {
			t.Errorf("target %d is out of order", curve.Target)
		}
		last = curve.Target
		curves[last] = curve
	}
	for i := range targets {
		want := s.curve(&targets[i])
		retold := s.options.Retold
		sameTexts(t, "light curve of "+targets[i].ID.Text, pointsText(curves[i].Points, retold...), pointsText(want, retold...))
		told := s.tellings(&targets[i], retold)
		for j := range curves[i].Points {
			for _, text := range tellingTexts(&curves[i].Points[j], retold) {
				if !told[text] {
					t.Errorf("light curve of %s: no alert tells %s", targets[i].ID.Text, text)
				}
			}
		}
		if c, ok := curves[i]; ok && (c.ObjectID != targets[i].ID.Text || c.Survey != targets[i].ID.Survey || c.Simulated != s.records[0].simulated) {
			t.Errorf("%+v: %s %s, simulated %v", targets[i].ID, c.Survey, c.ObjectID, c.Simulated)
		}
	}
}

// orLast puts what has no time behind all others.
func orLast(mjd float64) float64 {
	if math.IsNaN(mjd) {
		return math.Inf(1)
	}
	return mjd
}

// verdictText writes what was said of an alert.
func verdictText(source string, c *alert.Classification) string {
	return fmt.Sprintf("%s %s %s %s %s %s %s %v", source, c.Classifier, c.Version, c.Band, c.Class, c.Code, c.Prob.AppendJSON(nil), c.Primary)
}

func (s *suite) classifications(t *testing.T) {
	targets := s.objects()
	got := make([][]string, len(targets))
	for v, err := range s.Classifications(context.Background(), archive.Query{Targets: targets}) {
		if err != nil {
			t.Fatal(err)
		}
		if v.ObjectID != targets[v.Target].ID.Text || v.Survey != targets[v.Target].ID.Survey || !v.Simulated || v.Topic == "" {
			t.Errorf("verdict of %s: %+v", targets[v.Target].ID.Text, v)
		}
		got[v.Target] = append(got[v.Target], verdictText(v.SourceID, &v.Classification))
	}
	said := 0
	for i := range targets {
		var want []string
		for _, r := range s.records {
			for j := range r.classes {
				if r.object == targets[i].ID.Text && r.survey == targets[i].ID.Survey {
					want = append(want, verdictText(r.source, &r.classes[j]))
				}
			}
		}
		slices.Sort(want)
		slices.Sort(got[i])
		sameTexts(t, "classifications of "+targets[i].ID.Text, got[i], slices.Compact(want))
		said += len(want)
	}
	if said == 0 && s.options.Topics == nil {
		t.Error("nobody has said anything")
	}
}

func (s *suite) find(t *testing.T) {
	alerts := map[string]map[string]bool{}
	last := map[string]float64{}
	for _, r := range s.records {
		if r.object == "" || r.resultOnly {
			continue
		}
		if alerts[r.object] == nil {
			alerts[r.object] = map[string]bool{}
		}
		alert := r.source
		if r.survey == "lvk" {
			alert = r.message.ID // each notice is one
		}
		alerts[r.object][alert] = true
		if r.mjd > last[r.object] {
			last[r.object] = r.mjd
		}
	}
	for _, prefix := range []string{"", "ZTF", "ZTF21", "ZTF21abc", "9", "90", "ZTF99", "%", "_", "ztf"} {
		for _, most := range fewOf(&s.options, []int{1, 3, 1000}) {
			var want []string
			for id := range alerts {
				if strings.HasPrefix(id, prefix) {
					want = append(want, fmt.Sprintf("%s %d %.6f", id, len(alerts[id]), last[id]))
				}
			}
			slices.Sort(want)
			found, err := s.Find(context.Background(), "", prefix, most)
			if err != nil && s.options.NoCatalog && strings.Trim(prefix, "%") == "" {
				continue
			}
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, o := range found {
				got = append(got, fmt.Sprintf("%s %d %.6f", o.ID, o.Alerts, o.LastMJD))
			}
			sameTexts(t, fmt.Sprintf("objects that begin with %q, at most %d", prefix, most), got, want[:min(most, len(want))])
		}
	}
}

// Filters are conditions on columns that may be missing.
var filterTexts = []string{
	"mag < 19", "not (mag < 19)", "mag != 18", "not has(mag)", "snr > 10 and band == \"r\"", "band in [\"g\", \"i\"] or detected",
	"band not in [\"g\"]", "positive == false", "abs(flux) > 1000", "mag_err / mag < 0.01 || mag_total > 0", "flux + flux_err > 2000", "mjd > 61000",
	"survey == \"ztf\" and source_id startsWith \"9\"", "object_id == \"ZTF21abc\"", "object_id != \"ZTF21abc\"", "class == \"\"", "prob > 0.5", "not has(class)",
	"ra in 10..200", "dec not in -10..10", "within(150, 2, \"60d\")", "separation < 4", "(mag > 18 ? snr : flux) > 30", "publish_time > \"2026-08\"",
	"simulated", "not simulated", "candidate.rb > 0.7", "not (candidate.rb > 0.7)", "diaSource.snr > 10 or mag < 18", "topic == \"ztf-alerts\"", "log10(flux) > 3.2", "-flux < 0",
}

// parsed gives a filter whose names are checked.
func (s *suite) parsed(t *testing.T, text string) *where.Expr {
	t.Helper()
	expr, err := where.Parse(text)
	if err == nil {
		err = expr.Check(func(name string) (field.Kind, error) {
			binding, err := s.reader.Resolve(nil, name)
			return binding.Column.Kind, err
		})
	}
	if err != nil {
		t.Fatalf("%s: %v", text, err)
	}
	return expr
}

// filters checks that an archive leaves out only rows that do not pass.
func (s *suite) filters(t *testing.T) {
	known := s.options.columns()
	for _, text := range fewOf(&s.options, filterTexts) {
		expr := s.parsed(t, text)
		if slices.ContainsFunc(expr.Names(), func(name string) bool {
			return slices.Contains(alert.DefaultColumns(), name) && !slices.Contains(known, name)
		}) {
			continue
		}
		names := append([]string{"source_id"}, expr.Names()...)
		pass := expr.Bind(func(name string) int { return slices.Index(names, name) })
		collect := func(q archive.Query) (passed []string, all int) {
			for _, hit := range ask(t, s.Archive, q) {
				all++
				if pass.Pass(hit.Message.Row().Values) {
					passed = append(passed, fmt.Sprintf("%d%s", hit.Target, hitText(&hit)))
				}
			}
			return passed, all
		}
		for _, targets := range [][]archive.Target{s.objects(), {{Cone: &sky.Cone{Center: sky.Position{RA: 150, Dec: 2}, Radius: sky.Degrees(90)}}}} {
			here, rows := collect(archive.Query{Targets: targets, Names: names})
			there, fewer := collect(archive.Query{Targets: targets, Names: names, Where: expr})
			sameTexts(t, text, there, here)
			if fewer > rows {
				t.Errorf("%s: %d rows with the filter, %d without", text, fewer, rows)
			}
		}
	}
}

func (s *suite) injections(t *testing.T) {
	for _, text := range fewOf(&s.options, []string{
		"' OR '1'='1", "1 OR 1=1", "x'; DROP TABLE alert; --", "\" OR \"\"=\"", "%", "_", "*", "ZTF%", "1; SELECT 1", "@p0", ":id", "?", "`", "\\", "\x00", "NULL", "1e3", "0x10",
		strings.Repeat("9", 40), "-1", "+1", "01", " ",
	}) {
		for _, id := range []registry.ID{{Text: text}, {Text: text, Survey: text}, {Text: text, Alert: true}, {Text: text, Survey: "ztf", Alert: true}} {
			if hits := s.quiet(archive.Query{Targets: []archive.Target{{ID: id}}, Names: []string{"object_id"}}); hits != 0 {
				t.Errorf("%q as an id: %d hits", text, hits)
			}
		}
		if hits := s.quiet(archive.Query{Targets: s.objects(), Names: []string{"object_id"}, Survey: text}); hits != 0 {
			t.Errorf("%q as a survey: %d hits", text, hits)
		}
		if err := lastError(s.Alerts(context.Background(), archive.Query{Targets: s.objects(), Names: []string{"mjd" + text + "x"}})); err == nil {
			t.Errorf("%q as a field: no error", text)
		}
		expr := s.parsed(t, "band == "+string(field.AppendJSONText(nil, text))+" or object_id in ["+string(field.AppendJSONText(nil, text))+"]")
		for _, hit := range ask(t, s.Archive, archive.Query{Targets: s.objects(), Names: []string{"band", "object_id"}, Where: expr}) {
			if expr.Bind(func(name string) int { return slices.Index([]string{"band", "object_id"}, name) }).Pass(hit.Message.Row().Values) {
				t.Errorf("%q in a filter: %s passes", text, hitText(&hit))
			}
		}
	}
	s.check(t, archive.Query{Targets: s.objects()})
}

// quiet counts hits; a refusal is as good as none.
func (s *suite) quiet(q archive.Query) (n int) {
	for hits, err := range s.Alerts(context.Background(), q) {
		if err != nil {
			return n
		}
		n += len(hits)
	}
	return n
}

func (s *suite) tables(t *testing.T) {
	tables, err := s.Tables(context.Background())
	if err != nil || len(tables) == 0 {
		t.Fatal(len(tables), err)
	}
	if !slices.IsSortedFunc(tables, func(a, b archive.Table) int { return cmp.Compare(a.Name, b.Name) }) {
		t.Error("tables are not sorted by name")
	}
	for _, listed := range tables {
		table, err := s.Table(context.Background(), listed.Name)
		if err != nil || table.Name != listed.Name || len(table.Columns) == 0 {
			t.Errorf("%s: %+v, %v", listed.Name, table, err)
		}
	}
}
