package alert

import (
	"maps"
	"strings"
	"testing"
)

// object is a JSON object under construction.
type object = map[string]any

// pick copies some members, absent ones as null.
func pick(from any, names string) object {
	source, _ := from.(object)
	picked := object{}
	for name := range strings.FieldsSeq(names) {
		picked[name] = source[name]
	}
	return picked
}

const (
	liteSource = "diaSourceId midpointMjdTai ra raErr dec decErr psfFlux psfFluxErr band"
	liteObject = "diaObjectId lastDiaSourceMjdTai firstDiaSourceMjdTai nDiaSources " +
		"u_psfFluxErrMean g_psfFluxErrMean r_psfFluxErrMean i_psfFluxErrMean z_psfFluxErrMean y_psfFluxErrMean"
)

// lsstLite makes the lsst-lite copy of an alert, as the broker's module does.
func lsstLite(rec record) object {
	lite := pick(object(rec), "diaSourceId observation_reason target_name ssSource mpc_orbits")
	lite["diaSource"] = pick(rec["diaSource"], liteSource)
	earlier := []any{}
	for _, source := range rec.list("prvDiaSources") {
		earlier = append(earlier, pick(object(source), liteSource))
	}
	lite["prvDiaSources"] = earlier
	lite["prvDiaForcedSources"] = rec["prvDiaForcedSources"]
	lite["diaObject"] = object{}
	if rec["diaObject"] != nil {
		lite["diaObject"] = pick(rec["diaObject"], liteObject)
	}
	return lite
}

// ztfLite makes the older ztf-lite payload.
func ztfLite(rec record) object {
	source := func(from any, drb bool) object {
		c := record(from.(object))
		s := object{
			"jd": c["jd"], "sourceId": c["candid"], "ra": c["ra"], "dec": c["dec"], "mag": c["magpsf"], "magerr": c["sigmapsf"],
			"magzp": c["magzpsci"], "magzpsciunc": c["magzpsciunc"], "filter": c["fid"],
		}
		maps.Copy(s, pick(from, "diffmaglim isdiffpos rb nbad fwhm elong magdiff"))
		if drb {
			s["drb"] = c["drb"]
		}
		return s
	}
	earlier := []any{}
	for _, one := range rec.list("prv_candidates") {
		earlier = append(earlier, source(object(one), false))
	}
	return object{
		"alertIds":   object{"sourceId": rec["candid"], "objectId": rec["objectId"]},
		"source":     source(rec["candidate"], true),
		"prvSources": earlier,
		"xmatch": pick(rec["candidate"],
			"ssdistnr ssmagnr objectidps1 objectidps2 objectidps3 distpsnr1 distpsnr2 distpsnr3 sgscore1 sgscore2 sgscore3"),
	}
}

// ztfLiteNew makes the newer ztf-lite payload.
func ztfLiteNew(rec record) object {
	const fields = "jd candid ra dec magpsf sigmapsf magzpsci magzpsciunc diffmaglim isdiffpos rb drb nbad fwhm elong magdiff fid"
	earlier := []any{}
	for _, one := range rec.list("prv_candidates") {
		earlier = append(earlier, pick(object(one), fields))
	}
	return object{
		"alert_lite": object{
			"objectId": rec["objectId"], "candid": rec["candid"], "candidate": pick(rec["candidate"], fields), "prv_candidates": earlier,
		},
		"xmatch": pick(rec["candidate"], "ssdistnr ssmagnr distpsnr1 sgscore1"),
	}
}

var superNNova = object{"prob_class0": 0.75, "prob_class1": 0.25, "predicted_class": 0}

// lsstRecord is the record of a simulated full-size packet.
func lsstRecord(t testing.TB) record {
	for _, d := range decodes(t, "lsst") {
		if strings.Contains(d.File, "full-size") {
			return d.record(t)
		}
	}
	t.Fatal("no full-size packet")
	return nil
}

func jsonMessage(t testing.TB, topic string, body object, headers ...Header) *Message {
	return &Message{ID: "1", Topic: topic, Body: mustJSON(t, body), PublishTime: published, Headers: headers}
}

// notInLite are generic columns that a lite payload has no fields for, or that
// name the stream.
var notInLite = []string{"topic", "snr", "mag_total", "flux_total", "classifier", "classifier_version", "class", "prob"}

func TestEveryShapeOfLSSTGivesTheRowOfTheFullAlert(t *testing.T) {
	r := testReader()
	rec := lsstRecord(t)
	full := readRow(t, r, &Message{
		ID: "1", Topic: "lsst-alerts", Body: shared(t, "lsst/full-size.v9_0.7912941781254298.avro"), PublishTime: published,
	})
	upsilon := object{"diaObjectId": 1, "diaSourceId": 2, "r_label": "RRL_ab", "r_probability": 0.5, "r_flag": 0, "n_data_points_r_band": 90}
	for _, m := range []*Message{
		jsonMessage(t, "lsst-alerts-json", object(rec)),
		jsonMessage(t, "lsst-lite", object{"alert_lite": lsstLite(rec)}),
		jsonMessage(t, "lsst-supernnova", object{"alert_lite": lsstLite(rec), "SuperNNova": superNNova}),
		jsonMessage(t, "lsst-upsilon", object{"alert_lite": lsstLite(rec), "upsilon": upsilon}),
		jsonMessage(t, "lsst-upsilon", object{"alert_lite": object{"alert_lite": lsstLite(rec)}, "upsilon": upsilon}),
		jsonMessage(t, "lsst-variability", object{"alert_lite": lsstLite(rec), "variability": object{"n_detections_r_band": 3}}),
	} {
		t.Run(m.Topic, func(t *testing.T) {
			but := notInLite
			if m.Topic == "lsst-alerts-json" {
				but = []string{"topic"}
			}
			row := readRow(t, r, m)
			sameRows(t, full, row, but...)
			wantText(t, row, "topic", m.Topic)
			alert, err := r.AppendAlertJSON(nil, m, false)
			if err != nil || parsed(t, string(alert)).text("diaSourceId") != rec.text("diaSourceId") {
				t.Errorf("alert: %v, %.60s", err, alert)
			}
			for member := range parsed(t, string(alert)) {
				if strings.HasPrefix(member, "cutout") {
					t.Errorf("%s was not asked for", member)
				}
			}
		})
	}
}

func TestEveryShapeOfZTFGivesTheRowOfTheFullAlert(t *testing.T) {
	r := testReader()
	for _, d := range decodes(t, "ztf-mixed")[:10] {
		rec := d.record(t)
		full := readRow(t, r, packetMessage(t, "ztf-alerts", d.File))
		nova := func(body object) object {
			body["SuperNNova"] = superNNova
			return body
		}
		for _, m := range []*Message{
			jsonMessage(t, "ztf-lite", ztfLite(rec)),
			jsonMessage(t, "ztf-lite", ztfLiteNew(rec)),
			jsonMessage(t, "ztf-tagged", ztfLite(rec)),
			jsonMessage(t, "ztf-tagged", ztfLiteNew(rec)),
			jsonMessage(t, "ztf-SuperNNova", nova(ztfLite(rec))),
			jsonMessage(t, "ztf-SuperNNova", nova(ztfLiteNew(rec))),
		} {
			sameRows(t, full, readRow(t, r, m), append([]string{"message_id"}, notInLite...)...)
			if t.Failed() {
				t.Fatalf("%s of %s: %.300s", m.Topic, d.File, m.Body)
			}
		}
	}
}

func TestPartsOfAJSONPayload(t *testing.T) {
	r := testReader()
	rec := lsstRecord(t)
	m := jsonMessage(t, "lsst-supernnova", object{"alert_lite": lsstLite(rec), "SuperNNova": superNNova, "more": object{"x": 1}})
	result, err := r.AppendResultJSON(nil, m)
	if err != nil || parsed(t, string(result)).number("prob_class0") != 0.75 {
		t.Errorf("result %s, %v", result, err)
	}
	if other, err := r.AppendOtherJSON(nil, m); err != nil || string(other) != `{"more":{"x":1}}` {
		t.Errorf("other %s, %v", other, err)
	}
	row := readRow(t, r, m, "result.prob_class1", "result", "diaSource.psfFlux")
	wantNumber(t, row, "result.prob_class1", 0.25, 0)
	wantNumber(t, row, "diaSource.psfFlux", rec.number("diaSource.psfFlux"), 0)
	if text := row.Get("result").String(); parsed(t, text).number("prob_class1") != 0.25 {
		t.Errorf("result column %s", text)
	}
	if _, _, err := r.Datum(m); err == nil {
		t.Error("a JSON payload gave an Avro datum")
	}
	if lite := jsonMessage(t, "lsst-lite", object{"alert_lite": lsstLite(rec)}); true {
		if other, err := r.AppendOtherJSON(nil, lite); err != nil || string(other) != "null" {
			t.Errorf("other %s, %v", other, err)
		}
	}
}

func TestSolarSystemAlertsAreKnownByTheirOwnIds(t *testing.T) {
	r := testReader()
	rec := lsstRecord(t)
	lite := lsstLite(rec)
	lite["diaObject"] = object{}
	lite["ssSource"] = object{"ssObjectId": 21163624394469969}
	m := jsonMessage(t, "lsst-lite", object{"alert_lite": lite})
	wantText(t, readRow(t, r, m), "object_id", "21163624394469969")

	full := maps.Clone(object(rec))
	source := maps.Clone(full["diaSource"].(object))
	source["diaObjectId"], source["ssObjectId"] = 0, 21163624394469969
	full["diaSource"], full["diaObject"] = source, nil
	full["ssSource"] = object{"ssObjectId": 21163624394469969}
	wantText(t, readRow(t, r, jsonMessage(t, "lsst-alerts-json", full)), "object_id", "21163624394469969")
}

func TestNoticesOfGravitationalWaves(t *testing.T) {
	r := testReader()
	for _, name := range []string{"initial", "update", "retraction"} {
		m := &Message{Topic: "lvk-alerts", Body: shared(t, "lvk/MS181101ab-"+name+".json")}
		row := readRow(t, r, m)
		wantText(t, row, "object_id", "MS181101ab")
		wantText(t, row, "source_id", "MS181101ab")
		wantText(t, row, "survey", "lvk")
		if name == "retraction" {
			for _, column := range []string{"mjd", "class", "prob", "ra", "mag"} {
				if !missing(row, column) {
					t.Errorf("%s: %s is %s", name, column, row.Get(column).String())
				}
			}
			continue
		}
		wantNumber(t, row, "mjd", 58423.932484421297, 1e-13)
		wantText(t, row, "class", "BNS")
		wantNumber(t, row, "prob", 0.95, 0)
		if n := len(row.Classifications); n != 4 {
			t.Errorf("%d classes", n)
		}
		far := readRow(t, r, m, "event.far", "event.significant", `p("bns")`)
		wantNumber(t, far, "event.far", 9.11069936486e-14, 0)
		wantNumber(t, far, `p("bns")`, 0.95, 0)
	}
}

func TestNotificationsAreRead(t *testing.T) {
	r := testReader()
	headers := []Header{{"eventType", []byte("OBJECT_FINALIZE")}, {"objectId", []byte("ztf_x/ZTF18abc/1.avro")}}
	m := jsonMessage(t, "ztf-alert_avros", object{"kind": "storage#object", "name": "ztf_x/ZTF18abc/1.avro"}, headers...)
	row := readRow(t, r, m, append(DefaultColumns(), `attr["eventType"]`)...)
	wantText(t, row, `attr["eventType"]`, "OBJECT_FINALIZE")
	m.Body = nil
	readRow(t, r, m)
	for _, one := range []struct {
		topic, object, source string
		metadata              object
	}{
		{"ztf-alert_avros", "ZTF18abfkwnk", "2188216843315010016", object{"objectId": "ZTF18abfkwnk", "candid": "2188216843315010016"}},
		{"lsst-alert_avros", "3516505565058564097", "3527242976319242284", object{"diaObject_diaObjectId": "3516505565058564097", "diaSource_diaSourceId": "3527242976319242284"}},
		{"lsst-alert_avros", "21163624394469969", "7", object{"ssSource_ssObjectId": "21163624394469969", "diaSource_diaSourceId": "7"}},
		{"lsst-alert_avros", "", "", object{}},
	} {
		m := jsonMessage(t, one.topic, object{"kind": "storage#object", "bucket": "b", "name": "n", "metadata": one.metadata}, headers...)
		row := readRow(t, r, m)
		wantText(t, row, "object_id", one.object)
		wantText(t, row, "source_id", one.source)
	}
}
