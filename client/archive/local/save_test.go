package local

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"zombiezen.com/go/sqlite/sqlitex"

	"github.com/mwvgroup/pgb/client/alert"
	"github.com/mwvgroup/pgb/client/archive"
	"github.com/mwvgroup/pgb/client/sandbox/sim"
	"github.com/mwvgroup/pgb/client/sky"
	"github.com/mwvgroup/pgb/client/stream"
)

var (
	_ stream.Sink      = (*Sink)(nil)
	_ stream.Rejection = (*Rejection)(nil)
	_ stream.Source    = (*Source)(nil)
)

func TestAnArchiveRefusesTheOtherKind(t *testing.T) {
	real := packets(t, "ztf-alerts", "ztf/mixed/*")[:3]
	mock := simulated(t, 2, sim.Options{Objects: 20})
	lost := simulated(t, 2, sim.Options{Objects: 20, Surveys: []string{sim.SurveyZTF}})
	for _, m := range lost {
		m.Headers = nil // its ids tell all the same
	}
	for _, c := range []struct {
		name          string
		first, second []*alert.Message
	}{{"real first", real, mock}, {"simulated first", mock, real}, {"simulated without attributes", real, lost}} {
		t.Run(c.name, func(t *testing.T) {
			a := blank(t)
			put(t, a, SinkOptions{}, c.first...)
			n := counted(t, a, "SELECT count(*) FROM message")
			var refused *SimulatedError
			mixed := append(slices.Clone(c.first), c.second...)
			if err := a.Sink(SinkOptions{}).Put(context.Background(), mixed); !errors.As(err, &refused) {
				t.Fatalf("Put gave %v", err)
			}
			if now := counted(t, a, "SELECT count(*) FROM message"); now != n {
				t.Errorf("%d messages of the batch were saved", now-n)
			}
		})
	}
}

func TestADiskThatIsFullSavesNothingOfTheBatchAndLaterAll(t *testing.T) {
	a := blank(t)
	messages := simulated(t, 30, sim.Options{Objects: 40})
	put(t, a, SinkOptions{}, messages[0])
	limit := func(pages string) {
		if err := set(a.writer.conn, "max_page_count = "+pages); err != nil {
			t.Fatal(err)
		}
	}
	limit("40")
	err := a.Sink(SinkOptions{}).Put(context.Background(), messages)
	if !errors.Is(err, ErrFull) {
		t.Fatalf("Put gave %v", err)
	}
	if n := counted(t, a, "SELECT count(*) FROM message"); n != 1 {
		t.Errorf("%d messages are there", n)
	}
	limit("1000000")
	put(t, a, SinkOptions{}, messages...)
	clean(t, a)
}

// clean checks an archive.
func clean(t testing.TB, a *Archive) Report {
	t.Helper()
	r, err := a.Check(context.Background(), nil)
	if err != nil || !r.Clean() {
		t.Fatalf("Check gave %q, %v", r.Faults, err)
	}
	return r
}

func TestASecondWriterWaitsAndEndsWithItsContext(t *testing.T) {
	a := blank(t)
	b := opened(t, Options{Path: a.path})
	messages := simulated(t, 2, sim.Options{Objects: 20})
	put(t, a, SinkOptions{}, messages[0])
	if err := a.writer.begin(context.Background()); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(context.Background(), 100*time.Millisecond)
	defer cancel()
	if err := b.Sink(SinkOptions{}).Put(ctx, messages); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("Put gave %v", err)
	}
	if err := sqlitex.Execute(a.writer.conn, "COMMIT", nil); err != nil {
		t.Fatal(err)
	}
	put(t, b, SinkOptions{}, messages...)
	clean(t, a)
}

func TestTheOrderOfSavingDoesNotMatter(t *testing.T) {
	messages := packets(t, "ztf-alerts", "ztf/ZTF21abiuvdk/*")
	content := func(batch int, order []int) string {
		a := blank(t)
		sink := a.Sink(SinkOptions{})
		for part := range slices.Chunk(order, batch) {
			var list []*alert.Message
			for _, i := range part {
				list = append(list, messages[i])
			}
			if err := sink.Put(context.Background(), list); err != nil {
				t.Fatal(err)
			}
		}
		clean(t, a)
		return dump(t, a, `SELECT mjd, band, kind, source_id, flux, flux_err, mag, lim_mag, snr, ra, visit, from_trigger, from_mjd FROM point ORDER BY 1, 2, 3, 4`) +
			dump(t, a, `SELECT object_id, ra, dec, alerts, last_mjd FROM object`) +
			dump(t, a, `SELECT mjd, source_id, shown, flux, healpix FROM alert ORDER BY 1, 2`)
	}
	order := make([]int, len(messages))
	for i := range order {
		order[i] = i
	}
	want := content(len(order), order)
	for seed := range uint64(3) {
		rand.New(rand.NewPCG(seed, 1)).Shuffle(len(order), func(i, j int) { order[i], order[j] = order[j], order[i] })
		if got := content(1+int(seed)*5, order); got != want {
			t.Fatalf("saved in the order %v it is\n%.2000s\nnot\n%.2000s", order, got, want)
		}
	}
}

// dump gives the rows of a query as text.
func dump(t testing.TB, a *Archive, query string) (text string) {
	t.Helper()
	rows, err := a.SQL(context.Background(), query, 0)
	if err != nil {
		t.Fatal(err)
	}
	for batch, err := range rows.Batches {
		if err != nil {
			t.Fatal(err)
		}
		for _, row := range batch {
			for _, v := range row {
				text += string(v.AppendJSON(nil)) + " "
			}
			text += "\n"
		}
	}
	return text
}

func TestTheMostCompleteThenTheNewestRevisionIsShown(t *testing.T) {
	lite, whole := simulatedLSST(t)
	version := func(m *alert.Message, id string, second int) *alert.Message {
		return &alert.Message{ID: id, Topic: m.Topic, Headers: m.Headers, Body: append(slices.Clone(m.Body), make([]byte, 0)...),
			PublishTime: time.Unix(int64(second), 0)}
	}
	for _, c := range []struct {
		name  string
		saved []*alert.Message
		shown string
	}{
		{"the whole packet before a newer lite copy", []*alert.Message{version(whole, "1", 1), version(lite, "2", 5)}, "1"},
		{"whatever the order", []*alert.Message{version(lite, "2", 5), version(whole, "1", 1)}, "1"},
	} {
		t.Run(c.name, func(t *testing.T) {
			a := blank(t)
			for _, m := range c.saved {
				put(t, a, SinkOptions{}, m)
			}
			if got := dump(t, a, "SELECT message_id FROM alert WHERE shown = 1"); got != fmt.Sprintf("%q \n", c.shown) {
				t.Errorf("%s is shown", got)
			}
			clean(t, a)
		})
	}
	if compareRevisions(revision{1, 5, "9"}, revision{1, 5, "10"}) >= 0 || compareRevisions(revision{1, 5, "9"}, revision{1, 4, "10"}) <= 0 {
		t.Error("the newest, then the larger id, is not what counts")
	}
}

// simulatedLSST gives an alert's packet and its lite copy.
func simulatedLSST(t *testing.T) (lite, whole *alert.Message) {
	t.Helper()
	for _, m := range simulated(t, 1, sim.Options{Objects: 20, Surveys: []string{sim.SurveyLSST}}) {
		switch m.Topic {
		case "lsst-lite":
			lite = m
		case "lsst-alerts":
			whole = m
		}
	}
	return lite, whole
}

func TestPruneTakesOutWhatIsOldAndLeavesACleanArchive(t *testing.T) {
	a := blank(t)
	messages := simulated(t, 60, sim.Options{Objects: 40})
	put(t, a, SinkOptions{}, messages...)
	const half = "SELECT count(*) FROM alert WHERE mjd < (SELECT (min(mjd) + max(mjd)) / 2 FROM alert) AND survey = 'ztf'"
	want := counted(t, a, half)
	before := time.UnixMicro(counted(t, a, "SELECT CAST(((min(mjd) + max(mjd)) / 2 - 40587) * 86400e6 AS INTEGER) FROM alert"))
	old, err := a.Old(context.Background(), PruneOptions{Before: before, Surveys: []string{"ztf"}})
	if err != nil || old.Messages != want || old.All != counted(t, a, "SELECT count(*) FROM alert") || !(old.FirstMJD < old.LastMJD && old.LastMJD < sky.MJDFromTime(before)) {
		t.Errorf("%+v would be out, %d are to be, %v", old, want, err)
	}
	p, err := a.Prune(context.Background(), PruneOptions{Before: before, Surveys: []string{"ztf"}})
	if err != nil || p.Messages != want || want == 0 {
		t.Fatalf("%+v is out, %d were to be, %v", p, want, err)
	}
	clean(t, a)
	if p, err = a.Prune(context.Background(), PruneOptions{Before: before.AddDate(100, 0, 0)}); err != nil || p.Bytes <= 0 {
		t.Fatalf("%+v, %v", p, err)
	}
	for _, table := range []string{"message", "alert", "object", "point", "classification", "packet_schema"} {
		if n := counted(t, a, "SELECT count(*) FROM "+table); n != 0 {
			t.Errorf("%d rows are left in %s", n, table)
		}
	}
	put(t, a, SinkOptions{}, messages...)
	clean(t, a)
}

func TestPruneTakesAlertsWithoutATimeByWhenTheyWerePublishedOrSaved(t *testing.T) {
	retraction := func(event string, published time.Time) *alert.Message {
		return &alert.Message{
			ID: event, Topic: "lvk-alerts", PublishTime: published,
			Body: []byte(`{"alert_type":"RETRACTION","superevent_id":"` + event + `","event":null,"external_coinc":null,"urls":{}}`),
		}
	}
	day := time.Date(2025, 3, 1, 0, 0, 0, 0, time.UTC)
	a := blank(t)
	put(t, a, SinkOptions{}, retraction("S250301a", day), retraction("S250303b", day.AddDate(0, 0, 2)), retraction("S250304c", time.Time{}))
	if n := counted(t, a, "SELECT count(*) FROM alert WHERE mjd IS NULL"); n != 3 {
		t.Fatalf("%d of 3 have no time of observation", n)
	}
	left := func() string { return dump(t, a, "SELECT message_id FROM alert ORDER BY 1") }
	for _, c := range []struct {
		before time.Time
		left   string
	}{
		{day, "\"S250301a\" \n\"S250303b\" \n\"S250304c\" \n"},
		{day.AddDate(0, 0, 1), "\"S250303b\" \n\"S250304c\" \n"},
		{day.AddDate(0, 0, 3), "\"S250304c\" \n"},
		{time.Now().Add(time.Hour), ""},
	} {
		p, err := a.Prune(context.Background(), PruneOptions{Before: c.before, Surveys: []string{"lvk"}})
		if err != nil || p.Bytes < 0 {
			t.Fatalf("%+v, %v", p, err)
		}
		if got := left(); got != c.left {
			t.Errorf("before %v: %s are left, not %s", c.before, got, c.left)
		}
	}
	clean(t, a)
}

func TestPruneNeverSaysThatTheFileIsSmallerByLessThanNothing(t *testing.T) {
	a := blank(t)
	put(t, a, SinkOptions{}, simulated(t, 1, sim.Options{Objects: 20})...)
	if p, err := a.Prune(context.Background(), PruneOptions{}); err != nil || p.Messages != 0 || p.Bytes < 0 {
		t.Fatalf("%+v, %v", p, err)
	}
	if n := smaller(1000, 33768); n != 0 {
		t.Errorf("a file that has grown is %d B smaller", n)
	}
}

func TestASummaryLeavesOutTimesThatCannotBeRight(t *testing.T) {
	a := blank(t)
	put(t, a, SinkOptions{}, simulated(t, 5, sim.Options{Objects: 20})...)
	want, err := a.Summary(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	for _, mjd := range []string{"1480360994", "-2400000.5", "0"} {
		if err := sqlitex.ExecuteTransient(a.writer.conn, "INSERT INTO alert (id, topic, shown, complete, mjd) SELECT max(id) + 1, 1, 1, 2, "+mjd+" FROM alert", nil); err != nil {
			t.Fatal(err)
		}
	}
	got, err := a.Summary(context.Background())
	if err != nil || got.FirstMJD != want.FirstMJD || got.LastMJD != want.LastMJD || got.Alerts != want.Alerts+3 {
		t.Errorf("from %v to %v, not from %v to %v, %v", got.FirstMJD, got.LastMJD, want.FirstMJD, want.LastMJD, err)
	}
}

func TestAMessageWithoutATopicIsNamedWithoutABlank(t *testing.T) {
	for want, m := range map[string]*alert.Message{
		"/a/b.avro": {ID: "/a/b.avro"}, "t 7": {Topic: "t", ID: "7"}, "t": {Topic: "t"}, "f.avro": {Origin: "f.avro"},
	} {
		if got := named(m); got != want {
			t.Errorf("%q, not %q", got, want)
		}
	}
}

func TestCheckFindsWhatIsWrong(t *testing.T) {
	for _, damage := range []string{
		"DELETE FROM alert WHERE id = 1",
		"DELETE FROM object WHERE id = 1",
		"DELETE FROM message WHERE id = 2",
		"UPDATE object SET alerts = alerts + 1",
		"UPDATE alert SET shown = 0",
		"UPDATE message SET body = x'00' WHERE id = 1",
		"DELETE FROM packet_schema",
	} {
		a := blank(t)
		put(t, a, SinkOptions{}, simulated(t, 2, sim.Options{Objects: 20, Surveys: []string{sim.SurveyZTF}})...)
		clean(t, a)
		if err := sqlitex.ExecuteTransient(a.writer.conn, damage, nil); err != nil {
			t.Fatal(err)
		}
		if r, err := a.Check(context.Background(), nil); err != nil || r.Clean() {
			t.Errorf("%s: Check gave %q, %v", damage, r.Faults, err)
		}
	}
}

func TestASourceGivesTheStoredMessagesInOrder(t *testing.T) {
	a := blank(t)
	messages := simulated(t, 40, sim.Options{Objects: 40})
	put(t, a, SinkOptions{}, messages...)
	read := func(q archive.Query) (list []*alert.Message) {
		s := a.Source(q)
		for {
			batch, err := s.Next(context.Background())
			if err == io.EOF {
				return list
			}
			if err != nil {
				t.Fatal(err)
			}
			list = append(list, batch...)
		}
	}
	all := read(archive.Query{})
	if want := counted(t, a, "SELECT count(*) FROM message"); int64(len(all)) != want {
		t.Fatalf("%d messages of %d", len(all), want)
	}
	into := opened(t, Options{Path: filepath.Join(t.TempDir(), "b.db"), Create: true})
	put(t, into, SinkOptions{}, all...)
	const content = "SELECT identity, publish_time, attributes FROM message m JOIN alert USING (id) ORDER BY m.id"
	if dump(t, a, content) != dump(t, into, content) {
		t.Error("what was exported is not what was imported")
	}
	const middle = 61284.5
	since := time.UnixMicro(int64((middle - 40587) * 86400e6))
	got := len(read(archive.Query{Survey: "ztf", Since: since}))
	if want := counted(t, a, "SELECT count(*) FROM alert WHERE survey = 'ztf' AND mjd >= ?", middle); int64(got) != want {
		t.Errorf("%d messages since, not %d", got, want)
	}
}

func TestASummaryCountsWhatIsThere(t *testing.T) {
	a := blank(t)
	if s, err := a.Summary(context.Background()); err != nil || !s.Empty || s.Messages != 0 {
		t.Errorf("of an empty archive: %+v, %v", s, err)
	}
	messages := simulated(t, 5, sim.Options{Objects: 20})
	put(t, a, SinkOptions{}, messages...)
	s, err := a.Summary(context.Background())
	if err != nil || s.Empty || !s.Simulated || s.Messages == 0 || s.Alerts > s.Messages || len(s.Topics) < 3 || s.Bytes == 0 || s.FirstMJD > s.LastMJD {
		t.Errorf("%+v, %v", s, err)
	}
}
