package bigquery

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"math"
	"net/http"
	"strings"
	"testing"
	"time"

	api "google.golang.org/api/bigquery/v2"

	"github.com/mwvgroup/pgb/client/alert"
	"github.com/mwvgroup/pgb/client/archive"
	"github.com/mwvgroup/pgb/client/registry"
	"github.com/mwvgroup/pgb/client/sky"
)

var names = []string{"object_id", "source_id", "mjd", "mag"}

func target(t testing.TB, id string) archive.Target {
	t.Helper()
	parsed, err := registry.Default().ParseID(id, "")
	if err != nil {
		t.Fatal(err)
	}
	return archive.Target{ID: parsed}
}

func ztf(candid int64, jd, mag float64) row {
	return row{"objectId": "ZTF21abiuvdk", "candid": candid, "candidate.jd": jd, "candidate.magpsf": mag, "candidate.sigmapsf": 0.1, "candidate.ra": 10.0, "candidate.dec": 20.0}
}

func lookup1(t testing.TB, a *Archive, q archive.Query) ([]archive.Hit, error) {
	t.Helper()
	var hits []archive.Hit
	for batch, err := range a.Alerts(t.Context(), q) {
		if err != nil {
			return hits, err
		}
		hits = append(hits, batch...)
	}
	return hits, nil
}

func TestAnObjectsAlertsComeOldestFirstAndOnce(t *testing.T) {
	s := newService(t)
	s.answer = func(*api.Job) []row {
		again := ztf(3000000000000000001, 2460002.5, 18)
		return []row{ztf(3000000000000000002, 2460003.5, 19), ztf(3000000000000000001, 2460002.5, 18), again, ztf(3000000000000000003, 2460001.5, 20)}
	}
	hits, err := lookup1(t, s.open(Options{}), archive.Query{Targets: []archive.Target{target(t, "ZTF21abiuvdk")}, Names: names})
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, h := range hits {
		got = append(got, h.Message.Row().Get("source_id").String())
		if h.Message.Body != nil || h.Message.Origin != "ztf.alerts_v4_02" || !math.IsNaN(float64(h.Separation)) {
			t.Errorf("%+v", h.Message)
		}
	}
	if want := "3000000000000000003 3000000000000000001 3000000000000000002"; strings.Join(got, " ") != want {
		t.Errorf("source ids %v, not %s", got, want)
	}
}

func TestJobsAreLabelledAndBounded(t *testing.T) {
	s := newService(t)
	a := s.open(Options{MaxBytes: 100 << 20})
	q := archive.Query{Targets: []archive.Target{target(t, "ZTF21abiuvdk")}, Names: names}
	if _, err := lookup1(t, a, q); err != nil {
		t.Fatal(err)
	}
	s.reads = 70 << 20
	if _, err := lookup1(t, a, q); err != nil {
		t.Fatal(err)
	}
	jobs, dry := s.asked(false), s.asked(true)
	if len(jobs) != 2 || len(dry) != 2 {
		t.Fatalf("%d jobs, %d dry runs", len(jobs), len(dry))
	}
	if jobs[0].Configuration.Query.MaximumBytesBilled != 100<<20 || jobs[1].Configuration.Query.MaximumBytesBilled != 80<<20 {
		t.Errorf("bounds %d and %d", jobs[0].Configuration.Query.MaximumBytesBilled, jobs[1].Configuration.Query.MaximumBytesBilled)
	}
	for _, j := range jobs {
		if j.Configuration.Labels[label] == "" || j.Configuration.Query.UseLegacySql == nil || *j.Configuration.Query.UseLegacySql {
			t.Errorf("configuration %+v", j.Configuration)
		}
		for _, p := range j.Configuration.Query.QueryParameters {
			if p.ParameterType.ArrayType != nil || p.ParameterType.StructTypes != nil || p.Name == "" {
				t.Errorf("parameter %+v is no scalar", p)
			}
		}
	}
	if bytes, queries := a.Billed(); bytes != 40<<20 || queries != 2 {
		t.Errorf("billed %d for %d queries", bytes, queries)
	}
}

func TestOverTheBudgetNothingIsSpent(t *testing.T) {
	s := newService(t)
	s.reads = 43e9
	a := s.open(Options{MaxBytes: 20e9})
	_, err := lookup1(t, a, archive.Query{Targets: []archive.Target{target(t, "LSST:dia:170028485706776685")}, Names: names})
	var expensive *TooExpensiveError
	if !errors.As(err, &expensive) {
		t.Fatalf("%v", err)
	}
	if expensive.Budget != 20e9 || expensive.Bytes < 43e9 || expensive.Table != "lsst.alerts" || Dollars(expensive.USD) != "0.24" || expensive.Flag() != "44GB" {
		t.Errorf("%+v", expensive)
	}
	if fmt.Sprint(expensive.Hints) != "[since near]" {
		t.Errorf("hints %v", expensive.Hints)
	}
	if bytes, _ := a.Billed(); bytes != 0 || len(s.asked(false)) != 0 {
		t.Errorf("billed %d, %d jobs", bytes, len(s.asked(false)))
	}
	_, err = lookup1(t, a, archive.Query{Targets: []archive.Target{target(t, "ZTF21abiuvdk")}, Names: names, Since: time.Now()})
	if !errors.As(err, &expensive) || fmt.Sprint(expensive.Hints) != "[fields]" {
		t.Errorf("hints for a table without partitions: %v", expensive.Hints)
	}
}

func TestWhoAgreesIsAskedOnceAndPaysBesideTheBudget(t *testing.T) {
	for _, agree := range []bool{true, false} {
		s := newService(t)
		s.reads, s.bills = 43e9, 40e9
		asked := 0
		a := s.open(Options{MaxBytes: 20e9, Confirm: func(e Estimate) bool {
			asked++
			if e.Bytes < 43e9 || e.Budget != 20e9 {
				t.Errorf("asked for %+v", e)
			}
			return agree
		}})
		targets := []archive.Target{target(t, "ZTF21abiuvdk")}
		_, err := lookup1(t, a, archive.Query{Targets: targets, Names: names})
		if asked != 1 || agree != (err == nil) || len(s.asked(false)) != boolInt(agree) {
			t.Errorf("agree %v: asked %d times, %v, %d jobs", agree, asked, err, len(s.asked(false)))
		}
		s.reads, s.bills = 15e9, 15e9
		if _, err := lookup1(t, a, archive.Query{Targets: targets, Names: names}); err != nil {
			t.Errorf("the budget is gone after somebody agreed (%v): %v", agree, err)
		}
	}
}

func TestAQuestionsOwnBoundStandsInForTheBudget(t *testing.T) {
	s := newService(t)
	s.reads = 100 << 20
	a := s.open(Options{MaxBytes: 1 << 20})
	targets := []archive.Target{target(t, "ZTF21abiuvdk")}
	if _, err := lookup1(t, a, archive.Query{Targets: targets, MaxBytes: 1 << 30}); err != nil {
		t.Error(err)
	}
	var expensive *TooExpensiveError
	if _, err := lookup1(t, a, archive.Query{Targets: targets, MaxBytes: 50 << 20}); !errors.As(err, &expensive) {
		t.Error(err)
	}
}

func TestEndingTheContextCancelsTheJob(t *testing.T) {
	s := newService(t)
	s.hang = true
	a := s.open(Options{})
	ctx, cancel := context.WithCancel(t.Context())
	go func() {
		<-s.waiting
		cancel()
	}()
	var last error
	for _, err := range a.Alerts(ctx, archive.Query{Targets: []archive.Target{target(t, "ZTF21abiuvdk")}, Names: names}) {
		last = err
	}
	if !errors.Is(last, context.Canceled) {
		t.Errorf("%v", last)
	}
	if !s.called("/cancel") {
		t.Error("the job goes on")
	}
	if bytes, queries := a.Billed(); bytes != s.bills || queries != 1 {
		t.Errorf("billed %d for %d queries", bytes, queries)
	}
}

func TestWhoWantsNoMoreRowsAsksForNoMorePages(t *testing.T) {
	s := newService(t)
	var rows []row
	for i := range 10_000 {
		rows = append(rows, ztf(3000000000000000000+int64(i), 2460000+float64(i)/100, 18))
	}
	s.answer = func(*api.Job) []row { return rows }
	a := s.open(Options{})
	q := archive.Query{Targets: []archive.Target{target(t, "ZTF21abiuvdk")}, Names: names}
	pages := func() (n int) {
		for _, path := range s.others {
			if strings.Contains(path, "/queries/") {
				n++
			}
		}
		return n
	}
	for range a.Alerts(t.Context(), q) {
		break
	}
	if n := pages(); n > 6 {
		t.Errorf("%d pages for one batch", n)
	}
	hits, err := lookup1(t, a, q)
	if err != nil || len(hits) != len(rows) {
		t.Errorf("%d hits, %v", len(hits), err)
	}
}

func TestErrorsOfTheServiceSayWhatToDo(t *testing.T) {
	refusal := func(code int, reason, message string) func(http.ResponseWriter, *http.Request) bool {
		return func(w http.ResponseWriter, r *http.Request) bool {
			if r.Method != http.MethodPost {
				return false
			}
			w.Header().Set("Content-Type", "application/json")
			w.WriteHeader(code)
			fmt.Fprintf(w, `{"error":{"code":%d,"message":%q,"errors":[{"reason":%q,"message":%q}]}}`, code, message, reason, message)
			return true
		}
	}
	for name, one := range map[string]struct {
		code            int
		reason, message string
		good            func(error) bool
	}{
		"no right to run jobs": {403, "accessDenied", "Access Denied: Project who-pays: User does not have bigquery.jobs.create permission in project who-pays.", func(err error) bool {
			var e *PermissionError
			return errors.As(err, &e) && strings.Contains(e.Hint, "roles/bigquery.jobUser") && e.Project == "who-pays"
		}},
		"the API is off": {403, "accessNotConfigured", "BigQuery API has not been used in project 1 before or it is disabled.", func(err error) bool {
			var e *DisabledError
			return errors.As(err, &e) && e.Project == "who-pays"
		}},
		"not signed in": {401, "authError", "Invalid Credentials", func(err error) bool { return errors.Is(err, ErrNoCredentials) }},
		"no such table": {404, "notFound", "Not found: Table a:b.c", func(err error) bool {
			var e *NotFoundError
			return errors.As(err, &e) && strings.Contains(e.Error(), "a:b.c")
		}},
		"wrong SQL": {400, "invalidQuery", "Unrecognized name: objectIdd; Did you mean objectId? at [3:7]", func(err error) bool {
			var e *QueryError
			return errors.As(err, &e) && e.Line == 3 && e.Column == 7 && e.Message == "Unrecognized name: objectIdd; Did you mean objectId?" &&
				strings.HasSuffix(err.Error(), "at line 3, column 7")
		}},
		"over the bound after all": {400, "bytesBilledLimitExceeded", "Query exceeded limit for bytes billed: 1. 20971520 or higher required.", func(err error) bool {
			var e *TooExpensiveError
			return errors.As(err, &e)
		}},
	} {
		s := newService(t)
		s.refuse = refusal(one.code, one.reason, one.message)
		_, err := lookup1(t, s.open(Options{}), archive.Query{Targets: []archive.Target{target(t, "ZTF21abiuvdk")}, Names: names})
		if !one.good(err) || strings.Contains(err.Error(), "\n") {
			t.Errorf("%s: %T %v", name, err, err)
		}
	}
}

func TestAJobThatFailsSaysWhere(t *testing.T) {
	s := newService(t)
	s.fail = func(j *api.Job) *api.ErrorProto {
		if j.Configuration.DryRun {
			return nil
		}
		return &api.ErrorProto{Reason: "invalidQuery", Message: "Division by zero [at 1:8]"}
	}
	_, err := s.open(Options{}).SQL(t.Context(), "select 1/0", 0)
	var failed *QueryError
	if !errors.As(err, &failed) || failed.Line != 1 || failed.Column != 8 || failed.Caret() != "select 1/0\n       ^" {
		t.Errorf("%v %+v", err, failed)
	}
}

func TestACancelledJobOfAnothersMakingIsNoResult(t *testing.T) {
	s := newService(t)
	s.fail = func(j *api.Job) *api.ErrorProto {
		if j.Configuration.DryRun {
			return nil
		}
		return &api.ErrorProto{Reason: "stopped", Message: "Job execution was cancelled: User requested cancellation"}
	}
	if _, err := s.open(Options{}).SQL(t.Context(), "select 1", 0); err == nil {
		t.Error("no error")
	}
}

func TestTargetsNeedAnIDOrAPlace(t *testing.T) {
	a := newService(t).open(Options{})
	if hits, err := lookup1(t, a, archive.Query{}); err != nil || len(hits) > 0 {
		t.Errorf("without targets: %d hits, %v", len(hits), err)
	}
	for curve, err := range a.LightCurves(t.Context(), archive.Query{}) {
		t.Errorf("without targets: %+v, %v", curve, err)
	}
	for verdict, err := range a.Classifications(t.Context(), archive.Query{}) {
		t.Errorf("without targets: %+v, %v", verdict, err)
	}
	if _, err := lookup1(t, a, archive.Query{Targets: []archive.Target{{}}}); err == nil {
		t.Error("no error")
	}
	for _, err := range a.LightCurves(t.Context(), archive.Query{Targets: []archive.Target{{Cone: &sky.Cone{}}}}) {
		if err == nil {
			t.Error("a light curve of a place")
		}
	}
}

func TestRowsOfASandboxSaySo(t *testing.T) {
	s := newService(t)
	s.answer = func(*api.Job) []row {
		one := ztf(9203250236050899999, 2460002.5, 18)
		one["objectId"] = "ZTF21abc"
		return []row{one}
	}
	hits, err := lookup1(t, s.open(Options{}), archive.Query{Targets: []archive.Target{target(t, "ZTF21abc")}, Names: []string{"simulated"}})
	if err != nil || len(hits) != 1 || !hits[0].Message.Simulated() {
		t.Fatalf("%v, %v", hits, err)
	}
	if b, _ := hits[0].Message.Row().Get("simulated").Bool(); !b {
		t.Error("the column says that it is real")
	}
	if _, ok := hits[0].Message.Attr(alert.SimulatedAttr); !ok {
		t.Error("no attribute")
	}
}

func TestALookupInTwoStepsReadsWhereTheFirstFoundIt(t *testing.T) {
	s := newService(t)
	published := time.Date(2026, 3, 3, 7, 0, 0, 0, time.UTC)
	s.answer = func(j *api.Job) []row {
		one := row{
			"kafkaPublishTimestamp": published, "diaObject.diaObjectId": int64(170028485706776685), "healpix9": int64(1839101), "diaSourceId": int64(170094456272322680),
			"diaSource.midpointMjdTai": 61102.25, "diaSource.psfFlux": 1234.5, "diaSource.psfFluxErr": 10.0,
		}
		again := maps.Clone(one)
		again["kafkaPublishTimestamp"], again["diaSource.psfFlux"] = published.Add(48*time.Hour), 1000.0
		return []row{one, again}
	}
	var told []string
	a := s.open(Options{Notify: func(line string) { told = append(told, line) }})
	q := archive.Query{Targets: []archive.Target{target(t, "LSST:dia:170028485706776685")}, Names: []string{"flux", "diaSource.psfFlux", "publish_time"}}
	hits, err := lookup1(t, a, q)
	if err != nil || len(hits) != 1 {
		t.Fatalf("%d hits, %v", len(hits), err)
	}
	if flux, _ := hits[0].Message.Row().Get("flux").Float(); flux != 1000 || !hits[0].Message.PublishTime.Equal(published.Add(48*time.Hour)) {
		t.Errorf("it is not the newest revision: %v", flux)
	}
	if when, _ := hits[0].Message.Attr("kafka.timestamp"); when != "1772694000000" {
		t.Errorf("kafka.timestamp %s", when)
	}
	jobs := s.asked(false)
	if len(jobs) != 2 || len(told) != 1 {
		t.Fatalf("%d jobs, told %v", len(jobs), told)
	}
	values := map[string]string{}
	for _, p := range jobs[1].Configuration.Query.QueryParameters {
		values[p.Name] = p.ParameterValue.Value
	}
	for name, want := range map[string]string{"h0a": "1839101", "h0b": "1839101", "from0": "2026-03-03", "to0": "2026-03-04", "from1": "2026-03-05", "to1": "2026-03-06"} {
		if !strings.HasPrefix(values[name], want) {
			t.Errorf("@%s is %s, not %s", name, values[name], want)
		}
	}
	q.AllRevisions = true
	if hits, err = lookup1(t, a, q); err != nil || len(hits) != 2 || !hits[0].Message.PublishTime.Equal(published) {
		t.Errorf("%d revisions, %v", len(hits), err)
	}
}

func TestBoundsOnTheTimeAreExactAndSayWhatTheySave(t *testing.T) {
	s := newService(t)
	s.answer = func(*api.Job) []row {
		return []row{ztf(3000000000000000001, 2460002.5, 18), ztf(3000000000000000002, 2460003.5, 19), ztf(3000000000000000003, 2460004.5, 20)}
	}
	var told []string
	a := s.open(Options{Notify: func(line string) { told = append(told, line) }})
	q := archive.Query{Targets: []archive.Target{target(t, "ZTF21abiuvdk")}, Names: names, Since: sky.TimeFromMJD(60002.9), Until: sky.TimeFromMJD(60003.1)}
	hits, err := lookup1(t, a, q)
	if err != nil || len(hits) != 1 || hits[0].Message.Row().Get("source_id").String() != "3000000000000000002" {
		t.Errorf("%d hits, %v", len(hits), err)
	}
	if len(told) != 1 || !strings.Contains(told[0], "save nothing") {
		t.Errorf("told %v", told)
	}
	plan, err := a.Plan(t.Context(), archive.Alerts, archive.Query{Targets: []archive.Target{target(t, "LSST:dia:170028485706776685")}, Names: names, Since: q.Since, Until: q.Until})
	if err != nil || len(plan.Statements) != 2 || plan.Statements[1].ModelBytes > plan.Statements[1].Bytes || plan.Statements[0].Bytes != 30<<20 {
		t.Errorf("%+v, %v", plan, err)
	}
	notes := strings.Join(plan.Notes, "\n")
	if !strings.Contains(notes, "is read from 2023-02-27 on") || !strings.Contains(notes, "until 7 days after") {
		t.Error(notes)
	}
}
