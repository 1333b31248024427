package alert

import (
	"fmt"
	"testing"
)

// lineOf writes a message as one of pgb's own full lines, by hand.
func lineOf(t testing.TB, r *Reader, m *Message) *Message {
	t.Helper()
	part := func(append func([]byte, *Message) ([]byte, error)) []byte {
		text, err := append(nil, m)
		if err != nil {
			t.Fatal(err)
		}
		return text
	}
	schema, err := r.Schema(m)
	if err != nil {
		t.Fatal(err)
	}
	body := fmt.Appendf(nil, `{"mag": 99, "topic":%q,"message_id":%q,"schema":%q,"result":%s,"other":%s,"alert":%s}`,
		m.Topic, m.ID, schema, part(r.AppendResultJSON), part(r.AppendOtherJSON),
		part(func(dst []byte, m *Message) ([]byte, error) { return r.AppendAlertJSON(dst, m, true) }))
	return &Message{
		ID: m.ID, Topic: m.Topic, As: m.As, Headers: m.Headers, PublishTime: m.PublishTime, Form: Line, Schema: schema, Body: body,
	}
}

// everyKind gives a message of every payload.
func everyKind(t testing.TB) []*Message {
	rec, ztf := lsstRecord(t), decodes(t, "ztf-mixed")[3].record(t)
	nova := ztfLite(ztf)
	nova["SuperNNova"] = superNNova
	rapid := packetMessage(t, "rapid", "rapid/rapid.v01_00.avro")
	rapid.As = "rapid"
	return []*Message{
		packetMessage(t, "ztf-alerts", decodes(t, "ztf")[0].File),
		packetMessage(t, "ztf-alerts", decodes(t, "ztf-mixed")[3].File),
		packetMessage(t, "lsst-alerts", "lsst/full-size.v9_0.7912941781254298.avro"),
		packetMessage(t, "lsst-alerts", "lsst/lsst.v11_1.avro"),
		packetMessage(t, "lsst-alerts", "lsst/lsst.v7_4.avro"),
		rapid,
		packetMessage(t, "lvk-alerts", "lvk/MS181101ab-update.json"),
		packetMessage(t, "lvk-alerts", "lvk/MS181101ab-retraction.json"),
		jsonMessage(t, "lsst-alerts-json", deepField(rec, false)),
		jsonMessage(t, "lsst-lite", deepField(rec, true)),
		jsonMessage(t, "lsst-supernnova", object{"alert_lite": lsstLite(rec), "SuperNNova": superNNova}),
		jsonMessage(t, "lsst-upsilon", object{
			"alert_lite": object{"alert_lite": lsstLite(rec)},
			"upsilon":    object{"r_label": "RRL_ab", "r_probability": 0.5, "r_flag": 0, "n_data_points_r_band": 90},
		}),
		jsonMessage(t, "lsst-variability", object{"alert_lite": lsstLite(rec), "variability": object{}}, Header{"pg_variable", []byte("likely")}),
		jsonMessage(t, "ztf-lite", ztfLite(ztf)),
		jsonMessage(t, "ztf-lite", ztfLiteNew(ztf)),
		jsonMessage(t, "ztf-tagged", ztfLite(ztf), Header{"is_pure", []byte("1")}),
		jsonMessage(t, "ztf-SuperNNova", nova),
	}
}

func TestALineReadBackGivesAnEqualRow(t *testing.T) {
	r := testReader()
	for i, m := range everyKind(t) {
		line := lineOf(t, r, m)
		columns := append(DefaultColumns(), "mag_total_err", `attr["kafka.topic"]`)
		a, b := readRow(t, r, m, columns...), readRow(t, r, line, columns...)
		sameRows(t, a, b)
		if fmt.Sprint(spelledOut(a)) != fmt.Sprint(spelledOut(b)) {
			t.Errorf("classifications %v and %v", spelledOut(a), spelledOut(b))
		}
		if again := lineOf(t, r, line); string(again.Body) != string(line.Body) {
			t.Errorf("a line written again differs:\n%.2000s\n%.2000s", line.Body, again.Body)
		}
		p, err := r.Photometry(m)
		q, err2 := r.Photometry(line)
		if err != nil || err2 != nil || fmt.Sprint(p) != fmt.Sprint(q) {
			t.Errorf("%v %v: photometry\n%v\n%v", err, err2, p, q)
		}
		c, err := r.Cutouts(m)
		d, err2 := r.Cutouts(line)
		if err != nil || err2 != nil || fmt.Sprint(c) != fmt.Sprint(d) {
			t.Errorf("%v %v: %d and %d cutouts", err, err2, len(c), len(d))
		}
		if t.Failed() {
			t.Fatalf("message %d of %s", i, m.Topic)
		}
	}
}

func spelledOut(row *Row) (list []string) {
	for _, c := range row.Classifications {
		list = append(list, fmt.Sprint(c.Classifier, c.Version, c.Class, c.Code, string(c.Prob.AppendJSON(nil)), c.Band, c.Primary))
	}
	return list
}
