package alert

import (
	"testing"
)

// said gives what one classifier says, as "class prob band primary".
func said(t *testing.T, r *Reader, m *Message, classifier string) []Classification {
	t.Helper()
	all, err := r.Classifications(m)
	if err != nil {
		t.Fatal(err)
	}
	var list []Classification
	for _, c := range all {
		if c.Classifier == classifier {
			list = append(list, c)
		}
	}
	return list
}

func TestSuperNNovaSaysItsOwnPredictedClass(t *testing.T) {
	r := testReader()
	lite := lsstLite(lsstRecord(t))
	for _, one := range []struct {
		predicted any
		class     string
		prob      float64
	}{{0, "SN Ia", 0.3}, {1, "", 0.7}} {
		m := jsonMessage(t, "lsst-supernnova", object{
			"alert_lite": lite, "SuperNNova": object{"prob_class0": 0.3, "prob_class1": 0.7, "predicted_class": one.predicted},
		})
		list := said(t, r, m, "SuperNNova")
		if len(list) != 2 || list[0].Code != "0" || list[1].Code != "1" || list[0].Class != "SN Ia" {
			t.Fatalf("%+v", list)
		}
		row := readRow(t, r, m, "class", "prob", "classifier", `p("SN Ia")`, `p("supernnova", "sn ia")`, `p("SuperNNova", "1")`)
		wantText(t, row, "classifier", "SuperNNova")
		wantNumber(t, row, "prob", one.prob, 0)
		if one.class != "" {
			wantText(t, row, "class", one.class)
		}
		wantNumber(t, row, `p("SN Ia")`, 0.3, 0)
		wantNumber(t, row, `p("supernnova", "sn ia")`, 0.3, 0)
		wantNumber(t, row, `p("SuperNNova", "1")`, 0.7, 0)
		if list[0].Primary == list[1].Primary || list[0].Primary != (one.class != "") {
			t.Errorf("primary: %+v", list)
		}
	}
}

func TestNullResultsAreNoClassifications(t *testing.T) {
	r := testReader()
	m := jsonMessage(t, "lsst-supernnova", object{
		"alert_lite": lsstLite(lsstRecord(t)), "SuperNNova": object{"prob_class0": nil, "prob_class1": nil, "predicted_class": nil},
	})
	if list := said(t, r, m, "SuperNNova"); len(list) != 0 {
		t.Errorf("%+v", list)
	}
	row := readRow(t, r, m)
	for _, name := range []string{"classifier", "class", "prob"} {
		wantText(t, row, name, "")
	}
}

func TestUPSILoNIsTheGoodBandWithMostPoints(t *testing.T) {
	r := testReader()
	upsilon := object{}
	band := func(b, label string, prob float64, flag, points int) {
		upsilon[b+"_label"], upsilon[b+"_probability"], upsilon[b+"_flag"] = label, prob, flag
		upsilon["n_data_points_"+b+"_band"] = points
	}
	band("g", "RRL_ab", 0.9, 0, 85)
	band("r", "CEPH_F", 0.6, 1, 300)
	band("i", "RRL_ab", 0.8, 0, 120)
	upsilon["u_label"], upsilon["z_label"] = nil, "None"
	m := jsonMessage(t, "lsst-upsilon", object{"alert_lite": lsstLite(lsstRecord(t)), "upsilon": upsilon})
	list := said(t, r, m, "UPSILoN")
	if len(list) != 3 {
		t.Fatalf("%+v", list)
	}
	for _, c := range list {
		if c.Primary != (c.Band == "i") {
			t.Errorf("%+v", c)
		}
	}
	row := readRow(t, r, m)
	wantNumber(t, row, "prob", 0.8, 0)
	wantText(t, row, "classifier", "UPSILoN")
	wantText(t, row, "class", list[2].Class)
}

func TestVariabilityIsAFlagWithoutProbability(t *testing.T) {
	r := testReader()
	body := object{"alert_lite": lsstLite(lsstRecord(t)), "variability": object{"n_detections_g_band": 40, "g_psfFluxStetsonJ": 25.5}}
	for _, value := range []string{"likely", "unlikely", "None"} {
		m := jsonMessage(t, "lsst-variability", body, Header{"pg_variable", []byte(value)})
		row := readRow(t, r, m, "class", "prob", "result.g_psfFluxStetsonJ")
		want := value
		if value == "None" {
			want = ""
		}
		if got := row.Get("class").String(); got != want {
			t.Errorf("class %q, want %q", got, want)
		}
		if !missing(row, "prob") {
			t.Error("a flag has no probability")
		}
		wantNumber(t, row, "result.g_psfFluxStetsonJ", 25.5, 0)
	}
}

func TestTagsOfZTFAreClassifications(t *testing.T) {
	r := testReader()
	m := jsonMessage(t, "ztf-tagged", ztfLite(decodes(t, "ztf-mixed")[0].record(t)),
		Header{"is_pure", []byte("1")}, Header{"is_extragalactic_transient", []byte("0")})
	list, err := r.Classifications(m)
	if err != nil || len(list) != 2 || list[0].Code != "1" || list[1].Code != "0" {
		t.Errorf("%+v, %v", list, err)
	}
}
