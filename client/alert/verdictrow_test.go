package alert

import (
	"fmt"
	"strings"
	"testing"

	"github.com/mwvgroup/pgb/client/registry"
)

// saidOf gives what is read of a row, a line for each classification.
func saidOf(t *testing.T, as, row string) string {
	t.Helper()
	list, err := NewReader(registry.Default()).Classifications(&Message{As: as, Body: []byte(row)})
	if err != nil {
		t.Fatal(err)
	}
	var lines []string
	for _, c := range list {
		prob := "-"
		if v, ok := c.Prob.Float(); ok {
			prob = fmt.Sprint(v)
		}
		lines = append(lines, strings.TrimSpace(fmt.Sprintf("%s %s: %s (%s) %s %s %v", c.Classifier, c.Version, c.Class, c.Code, prob, c.Band, c.Primary)))
	}
	return strings.Join(lines, "\n")
}

func TestRowsOfTheModulesTablesHaveTheirClasses(t *testing.T) {
	const bands = `"n_detections_u_band":0,"u_psfFluxStetsonJ":null,"n_detections_i_band":99,"i_psfFluxStetsonJ":99`
	for _, c := range []struct{ as, row, want string }{
		{"lsst-supernnova-rows", `{"diaSourceId":1,"diaObjectId":2,"ssObjectId":null,"prob_class0":0.75,"prob_class1":0.25,"predicted_class":0}`,
			"SuperNNova : SN Ia (0) 0.75  true\nSuperNNova : non-SN Ia (1) 0.25  false"},
		{"lsst-supernnova-rows", `{"diaSourceId":1,"diaObjectId":null,"ssObjectId":3,"prob_class0":null,"prob_class1":null,"predicted_class":null}`, ""},
		{"ztf-SuperNNova-rows", `{"objectId":"ZTF21abiuvdk","candid":1,"prob_class0":0.25,"prob_class1":0.75,"predicted_class":1}`,
			"SuperNNova 1.3: SN Ia (0) 0.25  false\nSuperNNova 1.3: non-SN Ia (1) 0.75  true"},
		{"lsst-upsilon-rows", `{"diaSourceId":1,"g_label":"RRL_ab","g_probability":0.5,"g_flag":0,"n_data_points_g_band":90,"r_label":"NonVar","r_probability":0.75,"r_flag":1,"n_data_points_r_band":100}`,
			"UPSILoN : RRL_ab (RRL_ab) 0.5 g true\nUPSILoN : NonVar (NonVar) 0.75 r false"},
		{"ztf-tags-rows", `{"objectId":"ZTF21abiuvdk","candid":1,"classifier_version":0.1,"is_pure":1,"is_extragalactic_transient":0}`,
			"purity 0.1: pure (1) -  true\nextragalactic_transient 0.1: not extragalactic transient (0) -  true"},
		{"ztf-classifications-rows", `{"objectId":"ZTF21abiuvdk","candid":1,"classifier":"SuperNNova","classifier_version":1.3,"class":0,"probability":0.875}`,
			"SuperNNova 1.3: SN Ia (0) 0.875  true"},
		{"ztf-classifications-rows", `{"objectId":"ZTF21abiuvdk","candid":1,"classifier":"brand new","classifier_version":2,"class":7,"probability":null}`,
			"brand new 2: 7 (7) -  true"},
		{"ztf-classifications-rows", `{"objectId":"ZTF21abiuvdk","candid":1,"classifier":null,"classifier_version":2,"class":7,"probability":null}`, ""},
		{"lsst-variability-rows", `{` + bands + `,"n_detections_g_band":30,"g_psfFluxStetsonJ":20.01}`, "variability : likely (likely) -  true"},
		{"lsst-variability-rows", `{` + bands + `,"n_detections_g_band":30,"g_psfFluxStetsonJ":20}`, "variability : unlikely (unlikely) -  true"},
		{"lsst-variability-rows", `{` + bands + `,"n_detections_r_band":29,"r_psfFluxStetsonJ":50}`, "variability : unlikely (unlikely) -  true"},
		{"lsst-variability-rows", `{"n_detections_i_band":99,"i_psfFluxStetsonJ":99}`, ""},
	} {
		if got := saidOf(t, c.as, c.row); got != c.want {
			t.Errorf("%s %s\nsays %s\nnot  %s", c.as, c.row, got, c.want)
		}
	}
}

func TestAProbabilityIsFoundInARowThatNamesItsClassifier(t *testing.T) {
	r := NewReader(registry.Default())
	topics, err := r.TopicsAs("ztf-classifications-rows")
	if err != nil {
		t.Fatal(err)
	}
	view, err := r.View(topics, []string{`p("SuperNNova", "SN Ia")`, `p("BNS")`, "source_id"})
	if err != nil {
		t.Fatal(err)
	}
	m := &Message{As: "ztf-classifications-rows", Body: []byte(
		`{"objectId":"ZTF21abiuvdk","candid":2982177112815010003,"classifier":"SuperNNova","classifier_version":1.3,"class":0,"probability":0.875}`)}
	var row Row
	if err := view.Read(m, &row); err != nil {
		t.Fatal(err)
	}
	prob, _ := row.Values[0].Float()
	if prob != 0.875 || !row.Values[1].IsMissing() || string(row.Values[2].Text()) != "2982177112815010003" {
		t.Errorf("%v", row.Values)
	}
}
