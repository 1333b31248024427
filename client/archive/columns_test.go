package archive

import (
	"math"
	"testing"
	"time"

	"github.com/mwvgroup/pgb/client/alert"
	"github.com/mwvgroup/pgb/client/field"
	"github.com/mwvgroup/pgb/client/registry"
)

func TestVerdictsHaveAValueForEachColumn(t *testing.T) {
	v := Verdict{
		Survey: "ztf", ObjectID: "ZTF21abc", SourceID: "17", MJD: 60000.5, Topic: "ztf-lite",
		PublishTime: time.Date(2026, 3, 1, 2, 3, 4, 0, time.FixedZone("", 3600)), Simulated: true,
		Classification: alert.Classification{Classifier: "SuperNNova", Version: "1.3", Class: "Ia", Prob: field.OfFloat64(0.9), Band: "g", Primary: true},
	}
	want := []string{"ZTF21abc", "17", "ztf", "60000.5", "SuperNNova", "1.3", "Ia", "0.9", "g", "true", "ztf-lite", "2026-03-01T01:03:04Z", "true"}
	columns, values := VerdictColumns(), v.AppendValues(nil)
	if len(values) != len(columns) || len(values) != len(want) {
		t.Fatalf("%d values of %d columns", len(values), len(columns))
	}
	for i, c := range columns {
		if values[i].String() != want[i] || values[i].Kind() != c.Kind {
			t.Errorf("%s is %s %s, want %s", c.Name, values[i].Kind(), values[i], want[i])
		}
	}
	unknown := Verdict{MJD: math.NaN()}
	for i, value := range unknown.AppendValues(nil) {
		if !value.IsMissing() && columns[i].Kind != field.Bool {
			t.Errorf("%s is %s where nothing is known", columns[i].Name, value)
		}
	}
}

func TestPointsOfALightCurveSayWhoseTheyAre(t *testing.T) {
	c := LightCurve{Survey: "ztf", ObjectID: "ZTF21abc", Simulated: true, Points: []alert.Point{{MJD: 1}, {MJD: 2}}}
	values := c.AppendValues(nil, 1)
	for i, column := range alert.PointColumns() {
		want, ok := map[string]string{"object_id": "ZTF21abc", "survey": "ztf", "mjd": "2", "simulated": "true"}[column.Name]
		if ok && values[i].String() != want {
			t.Errorf("%s is %s, want %s", column.Name, values[i], want)
		}
	}
}

func TestColumnsOfLightCurvesAndVerdictsMeanWhatTheGenericOnesOfTheirNameMean(t *testing.T) {
	for _, c := range append(alert.PointColumns(), VerdictColumns()...) {
		if c.UCD == "" {
			t.Errorf("%s has no UCD", c.Name)
		}
		generic := registry.Default().Column(c.Name)
		if generic != nil && (c.UCD != generic.UCD || c.Unit != generic.Unit) {
			t.Errorf("%s is %s in %q, and elsewhere %s in %q", c.Name, c.UCD, c.Unit, generic.UCD, generic.Unit)
		}
	}
}
