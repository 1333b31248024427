package alert

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/mwvgroup/pgb/client/field"
	"github.com/mwvgroup/pgb/client/registry"
)

func topicsNamed(t testing.TB, r *Reader, names ...string) []*registry.Topic {
	t.Helper()
	var list []*registry.Topic
	for _, name := range names {
		topic, err := r.reg.Topic(name)
		if err != nil {
			t.Fatal(err)
		}
		list = append(list, topic)
	}
	return list
}

func TestNamesAreBoundTopicByTopic(t *testing.T) {
	r := testReader()
	topics := topicsNamed(t, r, "ztf-alerts", "lsst-supernnova")
	for _, one := range []struct {
		name      string
		kind      field.Kind
		ztf, lsst string
	}{
		{"mjd", field.Float64, "candidate.jd + exptime/2 - 2400000.5", "alert_lite.diaSource.midpointMjdTai - (TAI - UTC)"},
		{"candidate.drb", field.Float32, "candidate.drb", "missing"},
		{"diaSource.ra", field.Float64, "missing", "alert_lite.diaSource.ra"},
		{"alert.candidate.fid", field.Int, "candidate.fid", "missing"},
		{"result.prob_class0", field.Float64, "missing", "SuperNNova.prob_class0"},
		{`attr[ 'x' ]`, field.Text, "attribute x", "attribute x"},
		{`p("sn ia")`, field.Float64, "missing", "probability of SN Ia by SuperNNova"},
	} {
		b, err := r.Resolve(topics, one.name)
		if err != nil {
			t.Errorf("%s: %v", one.name, err)
			continue
		}
		if b.Column.Kind != one.kind || b.Column.Name != CanonicalName(one.name) {
			t.Errorf("%s: column %+v", one.name, b.Column)
		}
		for i, want := range []string{one.ztf, one.lsst} {
			if got := b.PerTopic[i]; got.What != want || got.Present != (want != "missing") {
				t.Errorf("%s in %s: %q (%v), want %q", one.name, got.Topic, got.What, got.Present, want)
			}
		}
	}
}

func TestANameIsUnknownOnlyIfNoTopicHasIt(t *testing.T) {
	r := testReader()
	topics := topicsNamed(t, r, "ztf-alerts", "lsst-alerts")
	for name, near := range map[string]string{
		"candidate.dbr": "candidate.drb", "diaSource.psfflux": "diaSource.psfFlux", "magn": "mag", "psfFlux": "diaSource.psfFlux", "objectid": "object_id",
	} {
		_, err := r.Resolve(topics, name)
		var unknown *UnknownFieldError
		if !errors.As(err, &unknown) || !slices.Contains(unknown.Near, near) {
			t.Errorf("%s: %v", name, err)
		}
	}
	for _, name := range []string{"prv_candidates.jd", `p("SN Ia")`, "nothing.at.all", "", "result.x"} {
		if b, err := r.Resolve(topics, name); err == nil {
			t.Errorf("%q is known: %+v", name, b)
		}
	}
	// A field of an older version only is known too.
	if _, err := r.Resolve(topics, "diaSource.is_negative"); err != nil {
		t.Error(err)
	}
	if _, err := r.View(topics, []string{"mag", "nope"}); err == nil {
		t.Error("a view of an unknown field")
	}
}

func TestEveryTopicSaysWhatEachGenericFieldIs(t *testing.T) {
	r := testReader()
	for _, name := range sortedKeys(r.reg.Topics) {
		for _, column := range DefaultColumns() {
			b, err := r.Resolve(topicsNamed(t, r, name), column)
			if err != nil || b.Column.Kind == field.Missing || b.Column.Doc == "" {
				t.Errorf("%s: %s: %+v, %v", name, column, b, err)
				continue
			}
			for _, one := range b.PerTopic {
				if one.Present && strings.TrimSpace(one.What) != one.What || one.What == "" {
					t.Errorf("%s: %s is %q", name, column, one.What)
				}
			}
		}
	}
}

func TestCanonicalNames(t *testing.T) {
	for name, want := range map[string]string{
		`attr["a.b"]`: `attr["a.b"]`, `attr['a"b']`: `attr["a\"b"]`, ` p( 'SN Ia' ) `: `p("SN Ia")`, `p("X","Y")`: `p("X", "Y")`,
		"mag": "mag", "diaSource.ra": "diaSource.ra", "alert.mag": "alert.mag",
	} {
		if got := CanonicalName(name); got != want || CanonicalName(got) != want {
			t.Errorf("%s: %s, want %s", name, got, want)
		}
	}
}
