package alert

import (
	"slices"
	"testing"

	"github.com/mwvgroup/pgb/client/field"
)

func TestTheItemsOfASurveysListsAreKnownByItsSchemas(t *testing.T) {
	r := testReader()
	for _, one := range []struct {
		topic, list, name string
		kind              field.Kind
		unit              string
	}{
		{"ztf-alerts", "prv_candidates", "candid", field.Int, ""},
		{"ztf-alerts", "prv_candidates", "magpsf", field.Float32, "mag"},
		{"ztf-alerts", "prv_candidates", "jd", field.Float64, "d"},
		{"ztf-alerts", "fp_hists", "forcediffimflux", field.Float32, ""},
		{"lsst-alerts", "prvDiaSources", "diaSourceId", field.Int, ""},
		{"lsst-alerts", "prvDiaSources", "psfFlux", field.Float32, "nJy"},
		{"lsst-alerts", "prvDiaForcedSources", "psfFlux", field.Float32, "nJy"},
		{"lsst-alerts", "alert.prvDiaSources", "band", field.Text, ""},
		{"lsst-supernnova", "prvDiaSources", "midpointMjdTai", field.Float64, "d"}, // JSON with the names of the survey
	} {
		b, err := r.Resolve(topicsNamed(t, r, one.topic), one.list)
		if err != nil || b.Column.Items == nil || !b.Column.Items.Records() {
			t.Errorf("%s of %s: %+v, %v", one.list, one.topic, b.Column, err)
			continue
		}
		fields := b.Column.Items.Fields
		i := slices.IndexFunc(fields, func(c Column) bool { return c.Name == one.name })
		if i < 0 || fields[i].Kind != one.kind || fields[i].Unit != one.unit {
			t.Errorf("%s of %s in %s: %d of %+v", one.name, one.list, one.topic, i, fields)
		}
	}
	for _, none := range []string{"diaSource", "diaSource.psfFlux", "mag"} {
		if b, err := r.Resolve(topicsNamed(t, r, "lsst-alerts"), none); err != nil || b.Column.Items != nil {
			t.Errorf("%s: %+v, %v", none, b.Column, err)
		}
	}
}

func TestTheItemsOfOneListInTwoSurveysAreThoseOfBoth(t *testing.T) {
	records := func(list ...Column) *Items { return &Items{Fields: list} }
	a := records(Column{Name: "a", Kind: field.Int, Unit: "d"}, Column{Name: "b", Kind: field.Float32, Unit: "deg", Doc: "x"})
	b := records(Column{Name: "b", Kind: field.Int, Unit: "s", Doc: "y"}, Column{Name: "c", Kind: field.Text})
	want := []Column{{Name: "a", Kind: field.Int, Unit: "d"}, {Name: "b", Kind: field.Float64, Doc: "x"}, {Name: "c", Kind: field.Text}}
	if got := mergedItems(a, b); got == nil || !slices.Equal(got.Fields, want) {
		t.Errorf("%+v", got)
	}
	if a.Fields[1].Kind != field.Float32 {
		t.Error("one of them was changed")
	}
	if got := mergedItems(a, records(Column{Kind: field.Int})); got != nil {
		t.Errorf("records and numbers: %+v", got)
	}
	if mergedItems(nil, a) != a || mergedItems(a, nil) != a {
		t.Error("what one does not know the other does")
	}
}
