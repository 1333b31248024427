package client

import (
	"strconv"
	"testing"
	"time"

	"github.com/mwvgroup/pgb/client/alert"
	"github.com/mwvgroup/pgb/client/archive/bucket"
	"github.com/mwvgroup/pgb/client/field"
)

// TestRowsOfBigQueryNameTheirPackets: a row says by its table which version the
// schema has, and by its time on which day the packet was stored.
func TestRowsOfBigQueryNameTheirPackets(t *testing.T) {
	c, err := New(t.Context(), Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	columns := []alert.Column{
		{Name: "survey", Kind: field.Text}, {Name: "object_id", Kind: field.Text}, {Name: "source_id", Kind: field.Text}, {Name: "mjd", Kind: field.Float64},
	}
	sent := time.Date(2026, 2, 25, 3, 4, 5, 0, time.UTC)
	message := func(origin string, headers []alert.Header, survey, object, source string) *alert.Message {
		m := &alert.Message{Origin: origin, Headers: headers}
		m.SetRow(&alert.Row{Columns: columns, Values: []field.Value{field.OfString(survey), field.OfString(object), field.OfString(source), field.OfFloat64(61096.1)}})
		return m
	}
	stamped := []alert.Header{{Name: "kafka.timestamp", Value: strconv.AppendInt(nil, sent.UnixMilli(), 10)}}
	topic := []alert.Header{{Name: "kafka.topic", Value: []byte("ztf_20260225_programid1")}, {Name: "schema_version", Value: []byte("None")}}
	for _, test := range []struct {
		message *alert.Message
		want    bucket.Alert
	}{
		{
			message("lsst.alerts_v10_0", stamped, "lsst", "170028485706776685", "170094456272322680"),
			bucket.Alert{Survey: "lsst", ObjectID: "170028485706776685", SourceID: "170094456272322680", Version: "v10_0", Published: sent, MJD: 61096.1},
		},
		{
			message("ztf.alerts_v4_02", nil, "ztf", "ZTF21abiuvdk", "2982177112815010003"),
			bucket.Alert{Survey: "ztf", ObjectID: "ZTF21abiuvdk", SourceID: "2982177112815010003", Version: "v4_02", MJD: 61096.1},
		},
		{
			message("projects/p/subscriptions/s", topic, "ztf", "ZTF21abiuvdk", "2982177112815010003"),
			bucket.Alert{Survey: "ztf", ObjectID: "ZTF21abiuvdk", SourceID: "2982177112815010003", MJD: 61096.1, Topic: "ztf_20260225_programid1"},
		},
		{
			message("lsst.alerts_v11_1", stamped, "lsst", "21163624394469969", "170094456272322681"),
			bucket.Alert{Survey: "lsst", ObjectID: "21163624394469969", SourceID: "170094456272322681", Version: "v11_1", Published: sent, MJD: 61096.1, SolarSystem: true},
		},
	} {
		got, err := c.knownOf(test.message)
		if !got.Published.Equal(test.want.Published) {
			t.Errorf("published %v, want %v", got.Published, test.want.Published)
		}
		got.Published = test.want.Published
		if err != nil || got != test.want {
			t.Errorf("%+v, %v, want %+v", got, err, test.want)
		}
	}
	simulated := message("x", []alert.Header{{Name: alert.SimulatedAttr, Value: []byte("true")}}, "ztf", "ZTF21abc", "1")
	if _, err := c.knownOf(simulated); err == nil {
		t.Error("a simulated alert has a packet in the bucket")
	}
}
