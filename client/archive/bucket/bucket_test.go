package bucket

import (
	"bytes"
	"context"
	"errors"
	"math"
	"net/http"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/mwvgroup/pgb/client/archive/bucket/buckettest"
	"github.com/mwvgroup/pgb/client/signin/signintest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

const (
	ztfName  = "ztf_20250302_programid1/ZTF17aaarzyp/2982177112815010003.avro"
	lsstName = "v10_0/kafkaPublishTimestamp=2026-02-25/diaObjectId=3516505565058564097/diaSourceId=3527242976319242284.avro"
)

var (
	ztfAlert = Alert{Survey: "ztf", ObjectID: "ZTF17aaarzyp", SourceID: "2982177112815010003", Topic: "ztf_20250302_programid1", Version: "v4_02"}
	// It was published just before midnight, UTC.
	lsstAlert = Alert{
		Survey: "lsst", ObjectID: "3516505565058564097", SourceID: "3527242976319242284", Version: "v10_0",
		Published: time.Date(2026, 2, 25, 23, 59, 59, 0, time.FixedZone("", -3600)).Add(-time.Hour),
	}
)

// open gives a store on a server of the test.
func open(t *testing.T, o Options) (*Store, *buckettest.Server) {
	t.Helper()
	server := buckettest.New()
	o.Address = server.Address()
	if o.Project == "" {
		o.Project = "my-project"
	}
	s, err := Open(o)
	if err != nil {
		t.Fatal(err)
	}
	s.pause = 0
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
		server.Close()
	})
	return s, server
}

func TestPacketsAreFetchedByTheirNames(t *testing.T) {
	s, server := open(t, Options{})
	server.Put(ztfBucket+"v4_02", ztfName, []byte("a packet of ZTF"))
	server.Put(lsstBucket, lsstName, []byte("a packet of LSST"))
	for _, c := range []struct {
		alert Alert
		url   string
		body  string
	}{
		{ztfAlert, "gs://ardent-cycling-243415-ztf_alerts_v4_02/" + ztfName, "a packet of ZTF"},
		{lsstAlert, "gs://pitt-alert-broker-lsst_alerts/" + lsstName, "a packet of LSST"},
	} {
		found, err := s.Find(t.Context(), c.alert)
		if err != nil || found.URL() != c.url || found.Size != int64(len(c.body)) || found.Created.IsZero() {
			t.Fatalf("%+v, %v", found, err)
		}
		if err := s.Admit(found); err != nil {
			t.Fatal(err)
		}
		body, err := s.Fetch(t.Context(), found)
		if err != nil || string(body) != c.body {
			t.Errorf("%q, %v", body, err)
		}
	}
	if got := len(server.Requests()); got != 4 {
		t.Errorf("%d requests for two packets whose names are known: %q", got, server.Requests())
	}
	if got, want := s.Spent(), (Spent{Reads: 4, Bytes: 31}); got != want || got.USD() <= 0 {
		t.Errorf("spent %+v, want %+v", got, want)
	}
}

func TestWhatIsNotKnownOfAnAlertIsTried(t *testing.T) {
	s, server := open(t, Options{})
	server.Put(ztfBucket+"v3_3", ztfName, []byte("1"))
	server.Put(ztfBucket+"v4_02", "x", nil)
	server.Put(lsstBucket, lsstName, []byte("2"))
	server.Put(lsstBucket, "v11_1/kafkaPublishTimestamp=2026-02-26/ssObjectId=21163624394469969/diaSourceId=7.avro", []byte("3"))
	night := ztfAlert
	night.Topic, night.Version, night.MJD = "", "", 60736.3 // 2025-03-02
	observed := lsstAlert
	observed.Published, observed.Version, observed.MJD = time.Time{}, "None", 61095.9 // 2026-02-24
	for _, a := range []Alert{
		night, observed,
		{Survey: "lsst", ObjectID: "21163624394469969", SourceID: "7", Published: time.Date(2026, 2, 25, 0, 0, 0, 0, time.UTC)},
		{Survey: "lsst", ObjectID: "21163624394469969", SourceID: "7", Published: time.Date(2026, 2, 26, 0, 0, 0, 0, time.UTC), SolarSystem: true, Version: "v11_1"},
	} {
		if found, err := s.Find(t.Context(), a); err != nil || found.Size != 1 {
			t.Errorf("%+v: %+v, %v", a, found, err)
		}
	}
	moving := Alert{
		Survey: "lsst", ObjectID: "21163624394469969", SourceID: "7", Version: "v11_1", SolarSystem: true,
		Published: time.Date(2026, 2, 26, 0, 0, 0, 0, time.UTC),
	}
	before := len(server.Requests())
	if _, err := s.Find(t.Context(), moving); err != nil || len(server.Requests()) != before+1 {
		t.Errorf("an object of the solar system took %d requests, %v", len(server.Requests())-before, err)
	}
	gone := ztfAlert
	gone.ObjectID = "ZTF17aaarzyq"
	_, err := s.Find(t.Context(), gone)
	var missing *NotFoundError
	if !errors.As(err, &missing) || missing.Tried != 1 || !strings.Contains(err.Error(), "ZTF17aaarzyq") {
		t.Errorf("%v", err)
	}
	if all := len(server.Requests()); all > 41 {
		t.Errorf("%d requests", all)
	}
}

func TestTheNewestNoticeOfAnEventIsFound(t *testing.T) {
	s, server := open(t, Options{})
	server.Put(lvkBucket, "v1_0/superevent_id=S230518h/PRELIMINARY-2023-05-18.json", []byte("older"))
	server.Put(lvkBucket, "v1_0/superevent_id=S230518h/RETRACTION-2023-05-18.json", []byte("the newest"))
	server.Put(lvkBucket, "v1_0/superevent_id=S230518hi/UPDATE-2023-05-18.json", []byte("another event"))
	server.Put(lvkBucket, "v1_0/superevent_id=S230518hh/INITIAL-2023-05-18.json", []byte("another event"))
	found, err := s.Find(t.Context(), Alert{Survey: "lvk", ObjectID: "S230518h"})
	if err != nil || !strings.HasSuffix(found.Name, "RETRACTION-2023-05-18.json") {
		t.Errorf("%+v, %v", found, err)
	}
	if _, err := s.Find(t.Context(), Alert{Survey: "lvk", ObjectID: "S999999z"}); !errors.As(err, new(*NotFoundError)) {
		t.Errorf("%v", err)
	}
}

func TestListsGoOnOverPages(t *testing.T) {
	s, server := open(t, Options{})
	var want []string
	for i := range 2500 {
		name := "p/" + strings.Repeat("x", 1+i%7) + string(rune('a'+i%26)) + time.Unix(int64(i), 0).UTC().Format(time.RFC3339)
		want = append(want, name)
		server.Put("b", name, nil)
	}
	server.Put("b", "q/other", nil)
	slices.Sort(want)
	for _, most := range []int{10, 1000, 1001, 5000} {
		list, err := s.List(t.Context(), "b", "p/", most)
		if err != nil || len(list) != min(most, 2500) {
			t.Fatalf("%d of %d, %v", len(list), most, err)
		}
		for i, o := range list {
			if o.Name != want[i] {
				t.Fatalf("object %d is %s, want %s", i, o.Name, want[i])
			}
		}
	}
}

func TestTooLittleToNameAPacketIsSaid(t *testing.T) {
	s, server := open(t, Options{})
	for _, a := range []Alert{
		{Survey: "lsst", ObjectID: "1"}, {Survey: "lsst", ObjectID: "1", SourceID: "2", MJD: math.NaN()}, {Survey: "ztf", ObjectID: "ZTF17aaarzyp", SourceID: "1"},
		{Survey: "rapid", ObjectID: "1", SourceID: "2"}, {Survey: "ztf", ObjectID: "../x", SourceID: "2", MJD: 60000}, {Survey: "lvk", ObjectID: "S1/x"},
	} {
		if _, err := s.Find(t.Context(), a); !errors.As(err, new(*UnnamedError)) {
			t.Errorf("%+v: %v", a, err)
		}
	}
	if got := server.Requests(); len(got) > 0 {
		t.Errorf("it asked all the same: %q", got)
	}
}

func TestNothingIsFetchedBeyondTheBudget(t *testing.T) {
	asked := 0
	agree := false
	s, server := open(t, Options{MaxBytes: 100, Confirm: func(e Estimate) bool {
		asked++
		if e.Bytes != 90 || e.Budget != 10 || e.Objects != 1 || !(e.USD > 0) {
			t.Errorf("asked about %+v", e)
		}
		return agree
	}})
	server.Put(ztfBucket+"v4_02", ztfName, bytes.Repeat([]byte("x"), 90))
	found, err := s.Find(t.Context(), ztfAlert)
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Admit(found); err != nil {
		t.Fatal(err)
	}
	var expensive *TooExpensiveError
	if err := s.Admit(found); !errors.As(err, &expensive) || asked != 1 || expensive.Budget != 10 {
		t.Errorf("%v after %d questions", err, asked)
	}
	agree = true
	if err := s.Admit(found); err != nil {
		t.Error(err)
	}
}

func TestErrorsOfTheServiceSayWhatIsWrong(t *testing.T) {
	s, server := open(t, Options{})
	server.Put(ztfBucket+"v4_02", ztfName, []byte("x"))
	for _, c := range []struct {
		fault buckettest.Fault
		is    func(error) bool
		want  string
	}{
		{buckettest.Fault{Code: 401, Message: "Anonymous caller"}, func(err error) bool { return errors.Is(err, ErrNoCredentials) }, "Anonymous caller"},
		{
			buckettest.Fault{Code: 403, Reason: "forbidden", Message: "me@x.org does not have serviceusage.services.use access to the Google Cloud project."},
			func(err error) bool { return errors.As(err, new(*PermissionError)) }, "not allowed: me@x.org",
		},
		{
			buckettest.Fault{Code: 403, Reason: "accountDisabled", Message: "The billing account for the owning project is disabled in state absent"},
			func(err error) bool { return errors.As(err, new(*BillingError)) }, "project my-project can't be billed",
		},
		{
			buckettest.Fault{Code: 400, Reason: "required", Message: "Bucket is a requester pays bucket but no user project provided."},
			func(err error) bool { return errors.As(err, new(*BillingError)) }, "requester pays",
		},
		{buckettest.Fault{Code: 503, Message: "try later"}, func(err error) bool { return errors.Is(err, ErrUnavailable) }, "try later"},
		{buckettest.Fault{Code: 418, Message: "\x1b[31mteapot"}, func(err error) bool { return err != nil }, "418"},
	} {
		server.Inject(c.fault)
		if _, err := s.Find(t.Context(), ztfAlert); !c.is(err) || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%+v: %v", c.fault, err)
		}
	}
	server.Inject()
	other := ztfAlert
	other.Version = "v9_9"
	if _, err := s.Find(t.Context(), other); err == nil || err.Error() != "the packet of ZTF17aaarzyp 2982177112815010003 can't be fetched: there is no bucket gs://ardent-cycling-243415-ztf_alerts_v9_9" {
		t.Errorf("a bucket that is not there: %v", err)
	}
}

func TestABusyServiceIsAskedAgain(t *testing.T) {
	s, server := open(t, Options{})
	server.Put(ztfBucket+"v4_02", ztfName, []byte("x"))
	server.Inject(buckettest.Fault{Code: 503, Times: 2}, buckettest.Fault{Code: 429, Times: 1})
	if _, err := s.Find(t.Context(), ztfAlert); err != nil || len(server.Requests()) != 4 {
		t.Errorf("%v after %d requests", err, len(server.Requests()))
	}
	server.Inject(buckettest.Fault{Code: 500})
	if _, err := s.Find(t.Context(), ztfAlert); err == nil || len(server.Requests()) != 8 {
		t.Errorf("%v after %d requests", err, len(server.Requests()))
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := s.Find(ctx, ztfAlert); !errors.Is(err, context.Canceled) {
		t.Errorf("%v", err)
	}
}

func TestDamagedPacketsAreRefused(t *testing.T) {
	s, server := open(t, Options{})
	server.Put(ztfBucket+"v4_02", ztfName, []byte("a packet"))
	found, err := s.Find(t.Context(), ztfAlert)
	if err != nil {
		t.Fatal(err)
	}
	for _, fault := range []buckettest.Fault{{OnlyMedia: true, Damage: true}, {OnlyMedia: true, Short: true}} {
		server.Inject(fault)
		if body, err := s.Fetch(t.Context(), found); err == nil {
			t.Errorf("%+v: %q", fault, body)
		}
	}
	server.Inject()
	server.Put(ztfBucket+"v4_02", ztfName, []byte("replaced"))
	if body, err := s.Fetch(t.Context(), found); !errors.As(err, new(*NotFoundError)) {
		t.Errorf("what was replaced since it was found: %q, %v", body, err)
	}
}

func TestWithoutAProjectOrCredentialsNothingIsAsked(t *testing.T) {
	if _, err := Open(Options{}); !errors.Is(err, ErrNoProject) {
		t.Errorf("%v", err)
	}
	t.Setenv(EmulatorHost, "")
	t.Setenv("GOOGLE_APPLICATION_CREDENTIALS", filepath.Join(t.TempDir(), "none.json"))
	t.Setenv("HOME", t.TempDir())
	refuse := func(*http.Request) (*http.Response, error) {
		t.Error("something was asked")
		return nil, errors.New("no network")
	}
	s, err := Open(Options{Project: "p", Client: &http.Client{Transport: roundTrip(refuse)}})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.Find(t.Context(), ztfAlert); !errors.Is(err, ErrNoCredentials) {
		t.Errorf("%v", err)
	}
}

// A key is no worse for nobody having been asked for a token.
func TestWithoutANetworkCredentialsAreNotBlamed(t *testing.T) {
	t.Setenv(EmulatorHost, "")
	t.Setenv("GOOGLE_APPLICATION_CREDENTIALS", signintest.KeyFile(t, "http://"+signintest.Closed(t)))
	s, err := Open(Options{Project: "p"})
	if err != nil {
		t.Fatal(err)
	}
	s.pause = time.Millisecond
	if _, err := s.Find(t.Context(), ztfAlert); !errors.Is(err, ErrUnavailable) || errors.Is(err, ErrNoCredentials) || !strings.Contains(err.Error(), "dial tcp 127.0.0.1:") {
		t.Errorf("%v", err)
	}
}

type roundTrip func(*http.Request) (*http.Response, error)

func (f roundTrip) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

func TestTheEmulatorOfTheEnvironmentIsAsked(t *testing.T) {
	server := buckettest.New()
	defer server.Close()
	server.Put(ztfBucket+"v4_02", ztfName, []byte("x"))
	for _, address := range []string{server.Address(), "http://" + server.Address() + "/"} {
		t.Setenv(EmulatorHost, address)
		s, err := Open(Options{Project: "p"})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := s.Find(t.Context(), ztfAlert); err != nil || !strings.Contains(s.Name(), "emulator") {
			t.Errorf("%s: %v", address, err)
		}
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	}
}
