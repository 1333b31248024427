package alert

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/mwvgroup/pgb/client/registry"
	"github.com/mwvgroup/pgb/client/shareddata"
)

func topicsAs(t testing.TB, r *Reader, as string) []*registry.Topic {
	t.Helper()
	topics, err := r.TopicsAs(as)
	if err != nil || (len(topics) == 0) != (as == "") {
		t.Fatalf("as %q: %d topics, %v", as, len(topics), err)
	}
	return topics
}

func TestNoNameIsKnownBecauseNothingIsKnownOfAPayload(t *testing.T) {
	r := testReader()
	for _, one := range []struct {
		as, name string
		known    bool
	}{
		{"", "sn", false}, {"", "nope", false}, {"", "alert.nope.x", false}, {"", "result.nope", false}, {"", "snr", true},
		{"", "candidate.drb", true}, {"", "diaSource.psfFlux", true}, {"", `attr["any"]`, true}, {"", "result.prob_class0", true},
		{"ztf", "candidate.drb", true}, {"ztf", "nope", false}, {"lsst", "candidate.drb", false}, {"lsst:11.1", "diaSource.snr", true},
		{"ztf-alerts", "prv_candidates", true}, {"json", "nope", true}, {Anything, "nope", true}, {Anything, "mag", true},
	} {
		_, err := r.Resolve(topicsAs(t, r, one.as), one.name)
		var unknown *UnknownFieldError
		if one.known != (err == nil) || err != nil && !errors.As(err, &unknown) {
			t.Errorf("%s as %q: %v", one.name, one.as, err)
		}
		if unknown != nil && (one.as == "") != strings.Contains(unknown.Hint, Anything) {
			t.Errorf("%s as %q: hint %q", one.name, one.as, unknown.Hint)
		}
	}
}

func TestFieldsInAListAreNoColumns(t *testing.T) {
	r := testReader()
	for _, one := range []struct{ as, name, list string }{
		{"", "prv_candidates.magpsf", "prv_candidates"}, {"", "alert.prv_candidates.magpsf", "prv_candidates"},
		{"ztf-alerts", "prv_candidates.magpsf", "prv_candidates"}, {"ztf-lite", "prvSources.jd", "prvSources"},
		{"ztf-lite", "prv_candidates.jd", "prv_candidates"}, {"lsst", "prvDiaSources.ra", "prvDiaSources"}, {"lsst-lite", "prvDiaSources.ra", "prvDiaSources"},
		{Anything, "prv_candidates.magpsf", "prv_candidates"}, {"ztf-alerts", "prv_candidates.nope", "prv_candidates"},
	} {
		_, err := r.View(topicsAs(t, r, one.as), []string{one.name})
		var list *ListFieldError
		if !errors.As(err, &list) || list.List != one.list || !strings.Contains(err.Error(), one.list+" is a list: its fields are no columns") {
			t.Errorf("%s as %q: %v", one.name, one.as, err)
		}
	}
	if _, err := r.View(nil, []string{"prv_candidates", "alert.prvDiaSources"}); err != nil {
		t.Error(err)
	}
}

func TestNearNamesAreOfFieldsThatThereAre(t *testing.T) {
	r := testReader()
	for _, one := range []struct{ as, name, want string }{
		{"lsst-lite", "diaSource.snr", ""}, {"lsst-lite", "diaSource.psfflux", "diaSource.psfFlux"}, {"ztf-lite", "candidate.magps", "candidate.magpsf"},
		{"", "sn", "snr"}, {"ztf-lite", "candidate.ssdistnr", ""}, {"lsst-upsilon", "diaSource.reliability", ""},
	} {
		topics := topicsAs(t, r, one.as)
		_, err := r.Resolve(topics, one.name)
		var unknown *UnknownFieldError
		if !errors.As(err, &unknown) || one.want != "" && !slices.Contains(unknown.Near, one.want) {
			t.Fatalf("%s: %v", one.name, err)
		}
		for _, near := range unknown.Near {
			if _, err := r.Resolve(topics, near); err != nil || near == one.name {
				t.Errorf("%s: did you mean %s? %v", one.name, near, err)
			}
		}
	}
}

func TestAPacketOfAnotherSurveyIsNotReadAsThatOne(t *testing.T) {
	r := testReader()
	body, err := os.ReadFile(filepath.Join(shareddata.Dir(t), "alerts/ztf/ztf_public_20221229_ZTF18abfkwnk_2188216843315010016.v3_3.avro"))
	if err != nil {
		t.Fatal(err)
	}
	view, err := r.View(nil, []string{"object_id"})
	if err != nil {
		t.Fatal(err)
	}
	for as, good := range map[string]bool{
		"": true, "ztf": true, "ztf-alerts": true, "ztf:3.3": true, "ztf:4.2": true, "ZTF-Alerts": true, Anything: true,
		"lsst": false, "lsst-alerts": false, "lsst:11.1": false, "rapid": false, "elasticc:0.9.1": false,
	} {
		var row Row
		err := view.Read(&Message{As: as, Body: body}, &row)
		var failed *DecodeError
		if good != (err == nil) || err != nil && !errors.As(err, &failed) {
			t.Errorf("as %q: %v", as, err)
		}
		if good && err == nil && string(row.Get("object_id").Text()) != "ZTF18abfkwnk" {
			t.Errorf("as %q: an empty row", as)
		}
	}
	for _, as := range []string{"rapid:02", "lsst:99", "lsst:", "elasticc:0.9.9", "ztf:9.9", "nope"} {
		var unknown *registry.UnknownError
		if _, err := r.ReadAs(&Message{As: as, Form: Line}); !errors.As(err, &unknown) {
			t.Errorf("as %q: %v", as, err)
		}
		if _, err := r.TopicsAs(as); !errors.As(err, &unknown) {
			t.Errorf("topics as %q: %v", as, err)
		}
	}
}

func TestWhatANameIsBoundToIsWhatACopyOfTheAlertKeeps(t *testing.T) {
	r := testReader()
	for _, one := range []struct{ topic, name, want string }{
		{"lsst-alerts", "snr", "diaSource.snr"}, {"lsst-lite", "snr", "|flux| / flux_err"}, {"lsst-lite", "mag_total", "missing"},
		{"lsst-upsilon", "diaSource.ra", "alert_lite.diaSource.ra"}, {"lsst-upsilon", "ra", "alert_lite.diaSource.ra"},
		{"lsst-lite", "ra", "alert_lite.diaSource.ra"}, {"ztf-lite", "source.ra", "source.ra"}, {"ztf-lite", "candidate.rb", "alert_lite.candidate.rb"},
		{"ztf-lite", "mag_total", "missing"},
	} {
		b, err := r.Resolve(topicsNamed(t, r, one.topic), one.name)
		if err != nil || b.PerTopic[0].What != one.want {
			t.Errorf("%s of %s: %+v, %v, want %s", one.name, one.topic, b.PerTopic, err, one.want)
		}
	}
}
