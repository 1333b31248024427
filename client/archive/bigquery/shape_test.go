package bigquery

import (
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	api "google.golang.org/api/bigquery/v2"

	"github.com/mwvgroup/pgb/client/alert"
	"github.com/mwvgroup/pgb/client/archive"
	"github.com/mwvgroup/pgb/client/field"
	"github.com/mwvgroup/pgb/client/registry"
	"github.com/mwvgroup/pgb/client/sky"
	"github.com/mwvgroup/pgb/client/where"
)

var update = flag.Bool("update", false, "write the golden files anew")

// printed writes statements with their parameters.
func printed(statements ...*statement) string {
	var b strings.Builder
	for _, s := range statements {
		b.WriteString(s.text + "\n")
		for _, p := range s.params {
			value := p.Value
			if t, ok := value.(time.Time); ok {
				value = t.Format(time.RFC3339)
			}
			fmt.Fprintf(&b, "-- @%s %T %v\n", p.Name, p.Value, value)
		}
		b.WriteString("\n")
	}
	return b.String()
}

func golden(t *testing.T, name, got string) {
	t.Helper()
	path := filepath.Join("testdata", name+".sql")
	if *update {
		if err := os.MkdirAll("testdata", 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("%s has changed; it is now\n%s", path, got)
	}
}

// asked makes a question of a query, with its groups.
func asked(t *testing.T, s *service, query archive.Query) (*question, []*group) {
	t.Helper()
	q, err := s.open(Options{}).newQuestion(query)
	if err != nil {
		t.Fatal(err)
	}
	groups, err := q.groups(t.Context(), registry.HoldsAlerts)
	if err != nil {
		t.Fatal(err)
	}
	return q, groups
}

// oneVersion leaves one version of each table, for goldens that can be read.
func oneVersion(t *testing.T) *service {
	s := newService(t)
	s.missing = []string{"lsst.alerts_v11_0", "lsst.alerts_v10_0", "ztf.alerts_v3_3", "ztf.alerts_v3_1", "ztf.alerts_v3_0", "ztf.alerts_v1_8"}
	return s
}

func day(text string) time.Time {
	t, err := time.Parse(time.DateOnly, text)
	if err != nil {
		panic(err)
	}
	return t
}

func TestSQLOfALookupInTwoSteps(t *testing.T) {
	q, groups := asked(t, oneVersion(t), archive.Query{
		Targets: []archive.Target{target(t, "LSST:dia:170028485706776685")}, Names: []string{"object_id", "mjd", "band", "mag", "mag_err"}, Since: day("2026-03-01"),
	})
	g := groups[0]
	sel, err := q.selects(g.source, q.want)
	if err != nil || !q.inTwoSteps(g, sel, 1) {
		t.Fatal(err, "not in two steps")
	}
	found := newPlaces()
	for _, when := range []string{"2026-03-03", "2026-03-04", "2026-04-01"} {
		found.add(day(when).Add(7*time.Hour), 1839101)
	}
	wide := q.wideConditions(g, g.targets, map[string]*places{"170028485706776685": found})
	golden(t, "lookup_lsst", printed(q.narrowStatement(g, g.targets), q.idStatement(sel, wide[0].condition)))
}

func TestSQLOfAllVersionsIsAUnion(t *testing.T) {
	s := newService(t)
	s.missing = []string{"lsst.alerts_v11_0"}
	q, groups := asked(t, s, archive.Query{
		Targets: []archive.Target{target(t, "LSST:ss:21163624394469969"), target(t, "LSST:ss:21165806389311562")},
		Names:   []string{"mjd", "diaSource.reliabilityVersion", "diaSource.exposureTime", "diaObject"},
	})
	g := groups[0]
	sel, err := q.selects(g.source, q.want)
	if err != nil {
		t.Fatal(err)
	}
	golden(t, "union_lsst", printed(q.idStatement(sel, q.idCondition(g, g.targets))))
}

func TestSQLOfACone(t *testing.T) {
	cone := sky.Cone{Center: sky.Position{RA: 270.1, Dec: -30.2}, Radius: sky.Arcseconds(5)}
	filter, err := where.Parse(`snr > 10 and mag < 20 and band == "r"`)
	if err != nil {
		t.Fatal(err)
	}
	q, groups := asked(t, oneVersion(t), archive.Query{
		Targets: []archive.Target{{Cone: &cone}}, Names: []string{"mag", "snr", "band"}, Since: day("2026-03-01"), Until: day("2026-03-20"), Where: filter,
	})
	var text string
	for _, g := range groups {
		sel, err := q.selects(g.source, q.view)
		if err != nil {
			t.Fatal(err)
		}
		text += printed(q.coneStatement(sel, q.coneConditions(g, g.targets)[0]))
	}
	golden(t, "cone", text)
}

func TestSQLOfAPlaceThatIsKnown(t *testing.T) {
	one := target(t, "LSST:dia:170028485706776685")
	one.Cone = &sky.Cone{Center: sky.Position{RA: 270.1, Dec: -30.2}, Radius: sky.Arcseconds(2)}
	q, groups := asked(t, oneVersion(t), archive.Query{Targets: []archive.Target{one}, Names: []string{"mjd"}})
	sel, err := q.selects(groups[0].source, q.want)
	if err != nil || !groups[0].near {
		t.Fatal(err)
	}
	golden(t, "near", printed(q.idStatement(sel, q.nearConditions(groups[0], groups[0].targets)[0].condition)))
}

func TestSQLOfALightCurve(t *testing.T) {
	q, groups := asked(t, oneVersion(t), archive.Query{Targets: []archive.Target{target(t, "ZTF21abiuvdk")}})
	g := groups[0]
	trigger, lists, err := q.reader.PhotometryWants(g.Payload)
	if err != nil {
		t.Fatal(err)
	}
	c := q.historyCondition(g, map[int]*folding{0: {alerts: []*found{{sourceID: "3000000000000000001", mjd: 60000, message: &alert.Message{}}, {sourceID: "3000000000000000002", mjd: 60040, message: &alert.Message{}}}}})
	sel := newSelection(g.source, slices.Concat(g.ObjectID, g.SourceID, trigger), lists)
	golden(t, "lightcurve_ztf", printed(newStatement(sel, c, shape{})))
}

func TestSQLOfAPrefix(t *testing.T) {
	s := oneVersion(t)
	statements, err := s.open(Options{}).bareQuestion().prefixStatements(t.Context(), "ztf", "ZTF21ab", 1000)
	if err != nil {
		t.Fatal(err)
	}
	golden(t, "prefix", printed(statements...))
}

// Words that would read more than is pruned, or could not be pruned.
var unpruned = regexp.MustCompile(`(?i)\bJOIN\b|\bST_|\bIN \(SELECT\b|\bNOT BETWEEN\b`)

func TestStatementsOfManyTargetsAreBounded(t *testing.T) {
	s := newService(t)
	q, _ := asked(t, s, archive.Query{Targets: []archive.Target{target(t, "ZTF21abiuvdk")}})
	random := rand.New(rand.NewPCG(1, 2))
	q.query.Targets = nil
	for range 400 {
		cone := sky.Cone{Center: sky.Position{RA: random.Float64() * 360, Dec: random.Float64()*170 - 85}, Radius: sky.Arcseconds(2 + random.Float64()*300)}
		q.query.Targets = append(q.query.Targets, archive.Target{Cone: &cone})
	}
	groups, err := q.groups(t.Context(), registry.HoldsAlerts)
	if err != nil || len(groups) != 2 {
		t.Fatal(err, len(groups))
	}
	for _, g := range groups {
		sel, err := q.selects(g.source, q.view)
		if err != nil {
			t.Fatal(err)
		}
		seen := 0
		for _, part := range q.coneConditions(g, g.targets) {
			seen += len(part.targets)
			made := q.coneStatement(sel, part)
			if n := strings.Count(made.text, " BETWEEN "); n > maxRanges*len(g.versions) {
				t.Errorf("%s: %d ranges", g.Name, n)
			}
			if g.clustered() && len(part.coarse.ranges) == 0 {
				t.Errorf("%s: nothing on the first cluster column", g.Name)
			}
			if found := unpruned.FindString(made.text); found != "" {
				t.Errorf("%s: %s", g.Name, found)
			}
		}
		if seen != 400 {
			t.Errorf("%s: %d cones", g.Name, seen)
		}
	}
}

func TestManyIDsTakeFewStatementsAndEveryTargetIsAskedFor(t *testing.T) {
	s := newService(t)
	var jobs []*api.Job
	s.answer = func(j *api.Job) []row {
		jobs = append(jobs, j)
		return nil
	}
	a := s.open(Options{})
	var targets []archive.Target
	for i := range 50_000 {
		id := fmt.Sprintf("ZTF21a%c%c%c%c%c%c", 'a'+i%26, 'a'+i/26%26, 'a'+i/676%26, 'a'+i/17576%26, 'a', 'a')
		targets = append(targets, archive.Target{ID: registry.ID{Text: id, Survey: "ztf", Namespace: "ZTF"}})
	}
	if _, err := lookup1(t, a, archive.Query{Targets: targets, Names: names}); err != nil {
		t.Fatal(err)
	}
	asked := map[string]bool{}
	for _, j := range s.asked(false) {
		for _, p := range j.Configuration.Query.QueryParameters {
			if p.Name == "ids" {
				for id := range strings.SplitSeq(p.ParameterValue.Value, ",") {
					asked[id] = true
				}
			}
		}
	}
	if n := len(s.asked(false)); n != 3 || len(asked) != len(targets) {
		t.Errorf("%d statements for %d of %d ids", n, len(asked), len(targets))
	}
}

func TestNoTextFromOutsideIsPartOfAStatement(t *testing.T) {
	s := newService(t)
	a := s.open(Options{})
	for _, evil := range []string{"x' OR '1'='1", "ZTF21abc`; DROP TABLE x; --", "1) OR (1=1", "a\nb", "@p", "0x1f600\u2028", "ZTF21abc,ZTF21abd", strings.Repeat("a", 600)} {
		for _, q := range []archive.Query{
			{Targets: []archive.Target{{ID: registry.ID{Text: evil, Survey: "ztf"}}}, Names: names},
			{Targets: []archive.Target{{ID: registry.ID{Text: evil, Survey: "lsst", Alert: true}}}, Names: names},
			{Targets: []archive.Target{target(t, "ZTF21abiuvdk")}, Survey: evil, Names: names},
			{Targets: []archive.Target{{ID: registry.ID{Text: "ZTF21abiuvdk", Survey: evil}}}, Names: names},
			{Targets: []archive.Target{target(t, "ZTF21abiuvdk")}, Names: []string{evil}},
			{Targets: []archive.Target{target(t, "ZTF21abiuvdk")}, Names: []string{"candidate." + evil}},
		} {
			if _, err := lookup1(t, a, q); err == nil {
				t.Errorf("no error for %q in %+v", evil, q)
			}
		}
		if _, err := a.Table(t.Context(), evil); err == nil {
			t.Errorf("a table %q", evil)
		}
		if _, err := a.Find(t.Context(), "", evil, 10); err == nil {
			t.Errorf("a prefix %q", evil)
		}
		if !identifier.MatchString(evil) {
			if _, err := a.version(t.Context(), "who-pays", "ztf", evil); err == nil {
				t.Errorf("a version %q", evil)
			}
		}
		if _, err := Open(t.Context(), Options{Project: evil}); err == nil {
			t.Errorf("a project %q", evil)
		}
	}
	filter, err := where.Parse(`band == "' OR 1=1 --" and candidate.ssnamenr == "x'; drop"`)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := lookup1(t, a, archive.Query{Targets: []archive.Target{target(t, "ZTF21abiuvdk")}, Names: []string{"band", "candidate.ssnamenr"}, Where: filter}); err != nil {
		t.Fatal(err)
	}
	for _, j := range s.asked(false) {
		for _, evil := range []string{"1=1", "drop", "ZTF21abiuvdk"} {
			if strings.Contains(j.Configuration.Query.Query, evil) {
				t.Errorf("%s is in %s", evil, j.Configuration.Query.Query)
			}
		}
	}
}

func TestFieldsThatAreNotNamedAreNotRead(t *testing.T) {
	q, groups := asked(t, oneVersion(t), archive.Query{Targets: []archive.Target{target(t, "ZTF21abiuvdk")}, Names: []string{"candidate.drb"}})
	sel, err := q.selects(groups[0].source, q.want)
	if err != nil {
		t.Fatal(err)
	}
	var paths []string
	for _, o := range sel.outputs {
		paths = append(paths, o.path.String())
	}
	if want := "objectId candid candidate.drb candidate.jd candidate.exptime"; strings.Join(paths, " ") != want {
		t.Errorf("%v, not %s", paths, want)
	}
	if c, _ := groups[0].lookup(field.Path{"prv_candidates", "jd"}); c != nil {
		t.Error("a path leads through a list")
	}
}
