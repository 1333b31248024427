package local

import (
	"bufio"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/mwvgroup/pgb/client/alert"
	"github.com/mwvgroup/pgb/client/archive"
	"github.com/mwvgroup/pgb/client/field"
	"github.com/mwvgroup/pgb/client/registry"
	"github.com/mwvgroup/pgb/client/sandbox/sim"
	"github.com/mwvgroup/pgb/client/sky"
	"github.com/mwvgroup/pgb/client/where"
)

// everywhere is a target that all alerts with a place are in.
var everywhere = []archive.Target{{Cone: &sky.Cone{Center: sky.Position{RA: 0, Dec: 90}, Radius: sky.HalfCircle}}}

func hitsOf(t testing.TB, a *Archive, q archive.Query) (lines []string) {
	t.Helper()
	for hits, err := range a.Alerts(context.Background(), q) {
		if err != nil {
			t.Fatal(err)
		}
		for _, h := range hits {
			var cells []string
			for _, v := range h.Message.Row().Values {
				cells = append(cells, string(v.AppendJSON(nil)))
			}
			lines = append(lines, strings.Join(cells, " "))
		}
	}
	return lines
}

func TestColumnsSayWhatTheStoredMessagesSay(t *testing.T) {
	t.Parallel()
	a := filled(t)
	generic := genericNames()
	columns := hitsOf(t, a, archive.Query{Targets: everywhere, Names: generic})
	// One name that is not generic makes all be read from the message.
	messages := hitsOf(t, a, archive.Query{Targets: everywhere, Names: append(slices.Clone(generic), `attr["nothing"]`)})
	if len(columns) < 30 || len(columns) != len(messages) {
		t.Fatalf("%d rows and %d", len(columns), len(messages))
	}
	for i := range columns {
		if columns[i]+" null" != messages[i] {
			t.Fatalf("columns say\n%s\nthe message\n%s", columns[i], messages[i])
		}
	}
}

func checked(t testing.TB, text string) *where.Expr {
	t.Helper()
	expr, err := where.Parse(text)
	if err != nil {
		t.Fatal(err)
	}
	reader := alert.NewReader(registry.Default())
	err = expr.Check(func(name string) (field.Kind, error) {
		binding, err := reader.Resolve(nil, name)
		return binding.Column.Kind, err
	})
	if err != nil {
		t.Fatal(err)
	}
	return expr
}

func TestFilterRunsInTheArchive(t *testing.T) {
	t.Parallel()
	a := filled(t)
	q := archive.Query{Targets: everywhere, Names: []string{"mag"}}
	all := len(hitsOf(t, a, q))
	q.Where = checked(t, "mag < 19.5 and candidate.rb > 0.5")
	if some := len(hitsOf(t, a, q)); some == 0 || some >= all {
		t.Errorf("%d rows with the filter, %d without", some, all)
	}
	plan, err := a.Plan(context.Background(), archive.Alerts, q)
	if err != nil || plan.Pushed != "mag < 19.5" || plan.Rest != "candidate.rb > 0.5" {
		t.Errorf("pushed %q, rest %q, %v", plan.Pushed, plan.Rest, err)
	}
	if last := plan.Statements[len(plan.Statements)-1]; !strings.Contains(last.SQL, "a.mag") || last.Bytes != -1 || !slices.ContainsFunc(last.Parameters, func(p archive.Parameter) bool { return p.Value == 19.5 }) {
		t.Errorf("statement %+v", last)
	}
}

func TestPlansNameEveryParameter(t *testing.T) {
	t.Parallel()
	a := filled(t)
	id := registry.ID{Text: "ZTF21abc", Survey: "ztf"}
	for what, q := range map[archive.Answer]archive.Query{
		archive.Alerts:      {Targets: []archive.Target{{ID: id}, {ID: id}, {ID: registry.ID{Text: "1", Alert: true}}, everywhere[0]}},
		archive.LightCurves: {Targets: []archive.Target{{ID: id}}}, archive.Classifications: {Targets: []archive.Target{{ID: id}}},
		archive.Objects: {Targets: []archive.Target{{ID: id}}}, archive.SQL: {Statement: "SELECT * FROM alerts"},
	} {
		q.Names, q.Since = []string{"mjd"}, time.Unix(0, 1)
		plan, err := a.Plan(context.Background(), what, q)
		if err != nil || len(plan.Statements) == 0 {
			t.Errorf("%s: %+v, %v", what, plan, err)
		}
		if what == archive.Alerts && (len(plan.Statements) != 5 || len(plan.Notes) != 2) {
			t.Errorf("%d statements, notes %q", len(plan.Statements), plan.Notes)
		}
	}
	if _, err := a.Plan(context.Background(), "cake", archive.Query{}); err == nil {
		t.Error("a plan for cake")
	}
}

func TestAnswerOfManyRowsStaysInFlatMemory(t *testing.T) {
	if testing.Short() {
		t.Skip("writes 10^5 rows")
	}
	const rows = 100_000
	g, err := generate(filepath.Join(t.TempDir(), "a.db"), rows)
	if err != nil {
		t.Fatal(err)
	}
	defer g.Close()
	live := func() uint64 {
		runtime.GC()
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		return m.HeapAlloc
	}
	before, most, n, batches := live(), uint64(0), 0, 0
	last := -1.0
	for hits, err := range g.Alerts(context.Background(), archive.Query{Targets: everywhere, Names: alert.DefaultColumns()}) {
		if err != nil {
			t.Fatal(err)
		}
		for _, hit := range hits {
			if s := hit.Separation.Arcseconds(); s < last {
				t.Fatalf("%v arcsec after %v", s, last)
			} else {
				last = s
			}
		}
		n += len(hits)
		if batches++; batches%10 == 0 {
			most = max(most, live())
		}
	}
	// All rows together take more than 200 MB; a few blocks and the order of the
	// rows take some.
	if n != rows || most > before+32<<20 {
		t.Errorf("%d rows, %d MB more memory", n, (most-before)>>20)
	}
}

// readerProcess is set in the environment of the processes that only read: the
// archive, and the number of alerts at which they end.
const readerProcess = "PGB_TEST_READER"

// TestReaderProcess is what the processes of the next test do.
func TestReaderProcess(t *testing.T) {
	path, until, ok := strings.Cut(os.Getenv(readerProcess), "|")
	if !ok {
		t.Skip("for another test")
	}
	want, err := strconv.Atoi(until)
	if err != nil {
		t.Fatal(err)
	}
	a := opened(t, Options{Path: path, ReadOnly: true})
	fmt.Println("reading")
	answers, last := 0, 0
	for last < want {
		n := len(hitsOf(t, a, archive.Query{Targets: everywhere, Names: []string{"object_id", "mjd"}, AllRevisions: true}))
		if n < last {
			t.Fatalf("%d alerts after %d", n, last)
		}
		last = n
		answers++
	}
	fmt.Println("answers", answers, "alerts", last)
}

func TestTwoProcessesReadWhileOneWrites(t *testing.T) {
	t.Parallel()
	a := blank(t)
	messages := simulated(t, 12, sim.Options{NoCutouts: true})
	placed := blank(t)
	put(t, placed, SinkOptions{}, messages...)
	want := counted(t, placed, "SELECT count(*) FROM alert WHERE healpix >= 0")
	ctx, end := context.WithTimeout(context.Background(), 5*time.Minute)
	defer end()
	var readers []*exec.Cmd
	var outputs []*bufio.Scanner
	for range 2 {
		c := exec.CommandContext(ctx, os.Args[0], "-test.run=^TestReaderProcess$", "-test.v")
		c.Env = append(os.Environ(), fmt.Sprintf("%s=%s|%d", readerProcess, a.path, want))
		out, err := c.StdoutPipe()
		if err != nil {
			t.Fatal(err)
		}
		if err := c.Start(); err != nil {
			t.Fatal(err)
		}
		scanner := bufio.NewScanner(out)
		for scanner.Scan() && scanner.Text() != "reading" {
		}
		readers, outputs = append(readers, c), append(outputs, scanner)
	}
	for batch := range slices.Chunk(messages, 7) {
		put(t, a, SinkOptions{}, batch...)
	}
	for i, c := range readers {
		found := false
		for outputs[i].Scan() {
			found = found || strings.HasSuffix(outputs[i].Text(), fmt.Sprintf("alerts %d", want))
		}
		if err := c.Wait(); err != nil || !found {
			t.Errorf("reader %d: %v, all alerts found: %v", i, err, found)
		}
	}
}

func TestAnAnswerIsOfOneMoment(t *testing.T) {
	t.Parallel()
	a := blank(t)
	messages := simulated(t, 20, sim.Options{NoCutouts: true})
	half := len(messages) / 2
	put(t, a, SinkOptions{}, messages[:half]...)
	q := archive.Query{Targets: everywhere, Names: []string{"object_id"}}
	before := len(hitsOf(t, a, q))
	// The second target is asked for after more was saved.
	q.Targets = append(slices.Repeat([]archive.Target{everywhere[0]}, 40), everywhere[0])
	counts := map[int]int{}
	for hits, err := range a.Alerts(context.Background(), q) {
		if err != nil {
			t.Fatal(err)
		}
		if len(counts) == 0 {
			put(t, a, SinkOptions{}, messages[half:]...)
		}
		for _, h := range hits {
			counts[h.Target]++
		}
	}
	for target, n := range counts {
		if n != before {
			t.Errorf("target %d has %d alerts, %d when it was asked", target, n, before)
		}
	}
	q.Targets = everywhere
	if after := len(hitsOf(t, a, q)); after <= before {
		t.Errorf("%d alerts after more was saved, %d before", after, before)
	}
}

func TestSourceThatHasTheIDOfItsObjectIsOneAlert(t *testing.T) {
	t.Parallel()
	a := blank(t)
	messages := simulated(t, 40, sim.Options{NoCutouts: true, Objects: 20, Surveys: []string{sim.SurveyLSST}})
	view, err := a.reader.View(nil, []string{"object_id", "source_id"})
	if err != nil {
		t.Fatal(err)
	}
	var object string
	var row alert.Row
	saved := 0
	for _, m := range messages {
		if err := view.Read(m, &row); err != nil {
			t.Fatal(err)
		}
		id, source := row.Get("object_id").String(), row.Get("source_id").String()
		if !strings.HasPrefix(string(m.Body), "{") || source == "" || object != "" && id != object || strings.HasPrefix(id, "91") {
			continue
		}
		object = id
		m.Body = []byte(strings.ReplaceAll(string(m.Body), source, id))
		put(t, a, SinkOptions{}, m)
		saved++
	}
	hits := hitsOf(t, a, archive.Query{Targets: []archive.Target{{ID: registry.ID{Text: object}}}, Names: []string{"object_id", "source_id"}})
	if saved < 2 || len(hits) != 1 || hits[0] != fmt.Sprintf("%q %q", object, object) {
		t.Errorf("%d messages of one alert: %q", saved, hits)
	}
}
