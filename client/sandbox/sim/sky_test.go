package sim

import (
	"bytes"
	"maps"
	"math"
	"regexp"
	"slices"
	"strconv"
	"testing"
	"time"
)

// take gives the first alerts of a sky.
func take(t testing.TB, seed uint64, n int, o Options) []*Event {
	t.Helper()
	s, err := New(seed, o)
	if err != nil {
		t.Fatal(err)
	}
	events := make([]*Event, 0, n)
	for range n {
		e, err := s.Next()
		if err != nil {
			t.Fatal(err)
		}
		events = append(events, e)
	}
	return events
}

func TestSameSeedSameBytesOtherSeedOtherBytes(t *testing.T) {
	a, b := take(t, 7, 150, Options{}), take(t, 7, 150, Options{})
	for i := range a {
		if !bytes.Equal(a[i].Body, b[i].Body) || !maps.Equal(a[i].Attributes, b[i].Attributes) || !a[i].Time.Equal(b[i].Time) {
			t.Fatalf("alert %d (%s %s) differs between two skies of one seed", i, a[i].Survey, a[i].ObjectID)
		}
	}
	other := take(t, 8, 150, Options{})
	ids := make(map[string]bool)
	for _, e := range a {
		ids[e.ObjectID] = true
	}
	shared := 0
	for i, e := range other {
		if bytes.Equal(e.Body, a[i].Body) {
			t.Errorf("alert %d is the same for two seeds", i)
		}
		if ids[e.ObjectID] && e.ObjectID != StarName {
			shared++
		}
	}
	if shared > 2 {
		t.Errorf("%d ids of objects are shared by two seeds", shared)
	}
}

func TestAlertsComeInTheOrderOfTime(t *testing.T) {
	last := time.Time{}
	surveys := make(map[string]int)
	for _, e := range take(t, 3, 500, Options{NoCutouts: true}) {
		if e.Time.Before(last) {
			t.Fatalf("%s follows %s", e.Time, last)
		}
		last = e.Time
		surveys[e.Survey]++
	}
	for _, s := range []string{SurveyZTF, SurveyLSST, SurveyLVK} {
		if surveys[s] < 15 {
			t.Errorf("only %d alerts of %s among 500", surveys[s], s)
		}
	}
	if start := time.Date(2026, 9, 1, 0, 0, 0, 0, time.UTC); last.Before(start) {
		t.Errorf("time %s is before the start", last)
	}
}

func TestStarComesEarlyAndOften(t *testing.T) {
	for seed := range uint64(3) {
		for _, o := range []Options{{NoCutouts: true}, {NoCutouts: true, Surveys: []string{SurveyZTF}, Start: time.Date(2027, 3, 9, 18, 0, 0, 0, time.UTC)}} {
			var first, count int
			for i, e := range take(t, seed, 250, o) {
				if e.ObjectID != StarName {
					continue
				}
				if count == 0 {
					first = i
					good := 0
					for _, p := range e.ZTF.PrvCandidates {
						if p.Candid != nil {
							good++
						}
					}
					if good < 20 {
						t.Errorf("seed %d: the first alert of the star has %d earlier detections", seed, good)
					}
				}
				count++
			}
			if count < 2 || first > 40 {
				t.Errorf("seed %d: the star came %d times among 250, first as number %d", seed, count, first)
			}
		}
	}
}

func TestOptionsAreChecked(t *testing.T) {
	for _, o := range []Options{{Surveys: []string{"sdss"}}, {Objects: 5}, {Objects: 5000}, {Start: time.Unix(0, 0)}} {
		if _, err := New(1, o); err == nil {
			t.Errorf("%+v was taken", o)
		}
	}
}

func TestSurveysSeeTheirPartOfTheSky(t *testing.T) {
	for _, e := range take(t, 5, 300, Options{NoCutouts: true}) {
		switch {
		case e.ZTF != nil && e.ZTF.Candidate.Dec < -30.1:
			t.Errorf("ZTF saw %s at declination %v", e.ObjectID, e.ZTF.Candidate.Dec)
		case e.LSST != nil && e.LSST.DiaSource.Dec > 15.1:
			t.Errorf("LSST saw %s at declination %v", e.ObjectID, e.LSST.DiaSource.Dec)
		}
	}
}

// real are the patterns and ranges of ids that surveys give.
var (
	realZTF   = regexp.MustCompile(`^ZTF\d{2}[a-z]{7}$`)
	simZTF    = regexp.MustCompile(`^ZTF\d{2}[a-z]{3}$`)
	simLVK    = regexp.MustCompile(`^MS\d{6}z[a-z]{2}$`)
	realMPC   = regexp.MustCompile(`^([IJK]\d{2}[A-HJ-Y][0-9A-Za-z]\d[A-HJ-Z]|\d{4} [A-HJ-Y][A-HJ-Z]\d*|\d{1,7})$`)
	realTNS   = regexp.MustCompile(`^(AT|SN|TDE)? ?\d{4}[A-Za-z]{1,5}$`)
	realEvent = regexp.MustCompile(`^(S|TS)\d{6}[a-z]+$|^GW`)
)

func TestIDsCanNeverBeReal(t *testing.T) {
	in := func(id, base int64, width float64) bool { return id >= base && float64(id-base) < width }
	for seed := range uint64(2) {
		for _, e := range take(t, seed, 400, Options{NoCutouts: true}) {
			switch {
			case e.ZTF != nil:
				if !simZTF.MatchString(e.ObjectID) || realZTF.MatchString(e.ObjectID) {
					t.Fatalf("ZTF object %s", e.ObjectID)
				}
				if !in(e.ZTF.Candid, CandidBase, 2.33e16) || e.ZTF.Candid != e.ZTF.Candidate.Candid {
					t.Fatalf("candid %d", e.ZTF.Candid)
				}
				for _, p := range e.ZTF.PrvCandidates {
					if p.Candid != nil && !in(*p.Candid, CandidBase, 2.33e16) {
						t.Fatalf("earlier candid %d", *p.Candid)
					}
				}
				if name := *e.ZTF.Candidate.Ssnamenr; realMPC.MatchString(name) || realTNS.MatchString(name) {
					t.Fatalf("minor planet %s", name)
				}
			case e.LSST != nil:
				checkLSSTIDs(t, e, in)
			default:
				if !simLVK.MatchString(e.ObjectID) || realEvent.MatchString(e.ObjectID) {
					t.Fatalf("superevent %s", e.ObjectID)
				}
			}
		}
	}
}

func checkLSSTIDs(t *testing.T, e *Event, in func(id, base int64, width float64) bool) {
	t.Helper()
	a := e.LSST
	if !in(a.DiaSourceID, DiaSourceBase, 4e16) || a.DiaSourceID != a.DiaSource.DiaSourceID {
		t.Fatalf("diaSourceId %d", a.DiaSourceID)
	}
	for i := range a.PrvDiaSources {
		if !in(a.PrvDiaSources[i].DiaSourceID, DiaSourceBase, 4e16) {
			t.Fatalf("earlier diaSourceId %d", a.PrvDiaSources[i].DiaSourceID)
		}
	}
	for i := range a.PrvDiaForcedSources {
		if !in(a.PrvDiaForcedSources[i].DiaForcedSourceID, ForcedBase, 4e16) {
			t.Fatalf("diaForcedSourceId %d", a.PrvDiaForcedSources[i].DiaForcedSourceID)
		}
	}
	if a.DiaObject != nil {
		if !in(a.DiaObject.DiaObjectID, DiaObjectBase, 4e16) || *a.DiaSource.DiaObjectID != a.DiaObject.DiaObjectID {
			t.Fatalf("diaObjectId %d", a.DiaObject.DiaObjectID)
		}
		if a.SsSource != nil || a.MpcOrbits != nil || *a.DiaSource.SsObjectID != 0 {
			t.Fatalf("%d is an object and a body of the solar system", a.DiaObject.DiaObjectID)
		}
		return
	}
	if !in(a.SsSource.SsObjectID, SSObjectBase, 4e16) || *a.DiaSource.SsObjectID != a.SsSource.SsObjectID || *a.DiaSource.DiaObjectID != 0 {
		t.Fatalf("ssObjectId %d", a.SsSource.SsObjectID)
	}
	for _, name := range []string{a.SsSource.Designation, a.MpcOrbits.Designation, a.MpcOrbits.PackedPrimaryProvisionalDesignation} {
		if realMPC.MatchString(name) || realTNS.MatchString(name) {
			t.Fatalf("minor planet %s", name)
		}
	}
	if len(a.PrvDiaSources)+len(a.PrvDiaForcedSources) > 0 {
		t.Fatalf("a body of the solar system has a history")
	}
}

func TestSourceIDsAreUnique(t *testing.T) {
	seen := make(map[string]string)
	for _, e := range take(t, 11, 600, Options{NoCutouts: true, Surveys: []string{SurveyZTF, SurveyLSST}}) {
		if other, ok := seen[e.SourceID]; ok {
			t.Fatalf("source %s belongs to %s and %s", e.SourceID, other, e.ObjectID)
		}
		seen[e.SourceID] = e.ObjectID
	}
}

func TestObjectsStayAtTheirPlaceAndAsteroidsMove(t *testing.T) {
	type place struct{ ra, dec float64 }
	first := make(map[string]place)
	moved := 0
	for _, e := range take(t, 2, 800, Options{NoCutouts: true, Surveys: []string{SurveyZTF, SurveyLSST}}) {
		var p place
		if e.ZTF != nil {
			p = place{e.ZTF.Candidate.RA, e.ZTF.Candidate.Dec}
		} else {
			p = place{e.LSST.DiaSource.RA, e.LSST.DiaSource.Dec}
		}
		before, ok := first[e.ObjectID]
		if !ok {
			first[e.ObjectID] = p
			continue
		}
		d := math.Hypot((p.ra-before.ra)*math.Cos(p.dec*degree), p.dec-before.dec) * 3600
		switch {
		case e.Truth == Asteroid && e.ZTF != nil:
			t.Fatalf("ZTF gave asteroids the same name %s twice", e.ObjectID)
		case e.Truth == Asteroid:
			if d > 5 {
				moved++
			}
		case d > 3:
			t.Fatalf("%s (%s) moved by %.1f arcsec", e.ObjectID, e.Truth, d)
		}
	}
	if moved < 5 {
		t.Errorf("asteroids moved between only %d alerts", moved)
	}
}

func TestAttributesAreThoseOfTheBroker(t *testing.T) {
	want := map[string][]string{
		SurveyZTF: {"candid", "kafka.offset", "kafka.partition", "kafka.timestamp", "kafka.topic", "n_previous_detections", "objectId", "pgb_simulated", "schema_version"},
		"dia": {"diaObject_diaObjectId", "diaSource_diaSourceId", "healpix19", "healpix29", "healpix9", "kafka.offset", "kafka.partition",
			"kafka.timestamp", "kafka.topic", "n_previous_detections", "pgb_simulated", "schema_version"},
		"ss": {"diaSource_diaSourceId", "healpix19", "healpix29", "healpix9", "kafka.offset", "kafka.partition", "kafka.timestamp",
			"kafka.topic", "n_previous_detections", "pgb_simulated", "schema_version", "ssSource_ssObjectId"},
		SurveyLVK: {"pgb_simulated", "schema_version", "superevent_id"},
	}
	seen := make(map[string]bool)
	for _, e := range take(t, 4, 300, Options{NoCutouts: true}) {
		kind := e.Survey
		if e.LSST != nil {
			kind = "dia"
			if e.LSST.DiaObject == nil {
				kind = "ss"
			}
			fine, err := strconv.ParseInt(e.Attributes["healpix29"], 10, 64)
			if err != nil || strconv.FormatInt(fine>>40, 10) != e.Attributes["healpix9"] || strconv.FormatInt(fine>>20, 10) != e.Attributes["healpix19"] {
				t.Fatalf("pixels %v do not lie in each other", e.Attributes)
			}
			if e.Attributes["n_previous_detections"] != strconv.Itoa(len(e.LSST.PrvDiaSources)) {
				t.Fatalf("n_previous_detections %s", e.Attributes["n_previous_detections"])
			}
		}
		seen[kind] = true
		if got := slices.Sorted(maps.Keys(e.Attributes)); !slices.Equal(got, want[kind]) {
			t.Fatalf("%s: attributes %v, not %v", kind, got, want[kind])
		}
	}
	if len(seen) != len(want) {
		t.Errorf("only %v were seen", seen)
	}
}

func BenchmarkZTFAlert(b *testing.B)  { benchmark(b, Options{Surveys: []string{SurveyZTF}}) }
func BenchmarkLSSTAlert(b *testing.B) { benchmark(b, Options{Surveys: []string{SurveyLSST}}) }
func BenchmarkLVKNotice(b *testing.B) { benchmark(b, Options{Surveys: []string{SurveyLVK}}) }

func benchmark(b *testing.B, o Options) {
	s, err := New(1, o)
	if err != nil {
		b.Fatal(err)
	}
	size := 0
	for b.Loop() {
		e, err := s.Next()
		if err != nil {
			b.Fatal(err)
		}
		size += len(e.Body)
	}
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "alerts/s")
	b.ReportMetric(float64(size)/float64(b.N), "bytes/alert")
}

// BenchmarkFirstAlert is how long a sandbox takes to say something.
func BenchmarkFirstAlert(b *testing.B) {
	for b.Loop() {
		take(b, 1, 1, Options{})
	}
}
