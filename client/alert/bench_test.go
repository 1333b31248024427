package alert

import (
	"encoding/json"
	"fmt"
	"maps"
	"strings"
	"testing"

	twmb "github.com/twmb/avro"

	"github.com/mwvgroup/pgb/client/registry"
)

// benchRead times the default row of messages.
func benchRead(b *testing.B, r *Reader, messages []*Message, names ...string) {
	b.Helper()
	if names == nil {
		names = DefaultColumns()
	}
	view, err := r.View(nil, names)
	if err != nil {
		b.Fatal(err)
	}
	var row Row
	size := 0
	for _, m := range messages {
		size += len(m.Body)
		if err := view.Read(m, &row); err != nil {
			b.Fatal(err)
		}
	}
	b.SetBytes(int64(size / len(messages)))
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		if err := view.Read(messages[i%len(messages)], &row); err != nil {
			b.Fatal(err)
		}
	}
}

func ztfMessages(b *testing.B) []*Message {
	var messages []*Message
	for _, d := range decodes(b, "ztf-mixed") {
		messages = append(messages, packetMessage(b, "ztf-alerts", d.File))
	}
	return messages
}

// deepRecord synthesizes the record of an LSST alert with a long history: 300
// earlier and 400 forced sources.
func deepRecord(b *testing.B) record {
	rec := lsstRecord(b)
	source := rec["diaSource"].(object)
	forced := object{
		"diaForcedSourceId": 170094456272322680, "diaObjectId": 7912941781254298, "ra": 55.75212760972686, "dec": -32.26847858422095,
		"visit": 2026030100123, "detector": 168, "psfFlux": -1230.2757568359375, "psfFluxErr": 245.93679809570312,
		"midpointMjdTai": 60961.23309222222, "scienceFlux": 44312.78125, "scienceFluxErr": 244.25885009765625, "band": "r",
		"timeProcessedMjdTai": 60909.92801312936, "timeWithdrawnMjdTai": nil,
	}
	body := maps.Clone(object(rec))
	var earlier, more []any
	for i := range 300 {
		one := maps.Clone(source)
		one["diaSourceId"] = json.Number(fmt.Sprint(170094456272322680 + i))
		earlier = append(earlier, one)
	}
	for range 400 {
		more = append(more, forced)
	}
	body["prvDiaSources"], body["prvDiaForcedSources"] = earlier, more
	return parsed(b, string(mustJSON(b, body)))
}

// deepMessage is the same as a Confluent-framed packet.
func deepMessage(b *testing.B) *Message {
	schema, err := registry.Default().Schema("lsst", "9.0")
	if err != nil {
		b.Fatal(err)
	}
	rec := deepRecord(b)
	for member := range rec {
		if strings.HasPrefix(member, "cutout") {
			rec[member] = make([]byte, 34560)
		}
	}
	body, err := twmb.MustParse(string(schema.JSON())).AppendEncode([]byte{0, 0, 0, 900 >> 8, 900 & 0xff}, map[string]any(rec))
	if err != nil {
		b.Fatal(err)
	}
	return &Message{ID: "1", Topic: "lsst-alerts", Body: body, PublishTime: published}
}

// novaMessage synthesizes an lsst-supernnova message of about 200 kB, its
// members in the order in which the broker writes them.
func novaMessage(b *testing.B) *Message {
	lite := lsstLite(deepRecord(b))
	lite["prvDiaSources"] = lite["prvDiaSources"].([]any)[:200]
	text := []byte(`{"alert_lite":`)
	separator := "{"
	for name := range strings.FieldsSeq("diaSourceId observation_reason target_name diaSource prvDiaSources prvDiaForcedSources diaObject ssSource mpc_orbits") {
		text = fmt.Appendf(text, "%s%q:%s", separator, name, mustJSON(b, lite[name]))
		separator = ", "
	}
	text = fmt.Appendf(text, `}, "SuperNNova":%s}`, mustJSON(b, superNNova))
	return &Message{ID: "1", Topic: "lsst-supernnova", Body: text, PublishTime: published}
}

func BenchmarkRowZTF(b *testing.B) { benchRead(b, testReader(), ztfMessages(b)) }
func BenchmarkRowLSST(b *testing.B) {
	benchRead(b, testReader(), []*Message{packetMessage(b, "lsst-alerts", "lsst/full-size.v9_0.7912941781254298.avro")})
}
func BenchmarkRowLSSTDeep(b *testing.B)   { benchRead(b, testReader(), []*Message{deepMessage(b)}) }
func BenchmarkRowSuperNNova(b *testing.B) { benchRead(b, testReader(), []*Message{novaMessage(b)}) }

// BenchmarkRowLSSTBehindHistory asks for a field that stands behind 700 records.
func BenchmarkRowLSSTBehindHistory(b *testing.B) {
	benchRead(b, testReader(), []*Message{deepMessage(b)}, append(DefaultColumns(), "diaObject.nDiaSources")...)
}

// benchBaseline times a generic decode with the schema parsed beforehand, which
// is where a row would come from without plans.
func benchBaseline(b *testing.B, m *Message) {
	schema, datum, err := testReader().Datum(m)
	if err != nil {
		b.Fatal(err)
	}
	baseline := twmb.MustParse(string(schema.JSON()))
	b.SetBytes(int64(len(m.Body)))
	b.ReportAllocs()
	for b.Loop() {
		var v any
		if _, err := baseline.Decode(datum, &v); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkBaselineZTF(b *testing.B)      { benchBaseline(b, ztfMessages(b)[0]) }
func BenchmarkBaselineLSSTDeep(b *testing.B) { benchBaseline(b, deepMessage(b)) }

// BenchmarkBaselineSuperNNova is what reading the same message into generic
// values costs.
func BenchmarkBaselineSuperNNova(b *testing.B) {
	m := novaMessage(b)
	b.SetBytes(int64(len(m.Body)))
	b.ReportAllocs()
	for b.Loop() {
		var v any
		if err := json.Unmarshal(m.Body, &v); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkAlertJSONZTF(b *testing.B) {
	r, messages := testReader(), ztfMessages(b)
	var dst []byte
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		var err error
		if dst, err = r.AppendAlertJSON(dst[:0], messages[i%len(messages)], false); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkPhotometryZTF(b *testing.B) { benchPhotometry(b, ztfMessages(b)) }

// BenchmarkPhotometryLSSTDeep reads a light curve of some 700 points.
func BenchmarkPhotometryLSSTDeep(b *testing.B) { benchPhotometry(b, []*Message{deepMessage(b)}) }

func benchPhotometry(b *testing.B, messages []*Message) {
	r := testReader()
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		if _, err := r.Photometry(messages[i%len(messages)]); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkIdentity(b *testing.B) {
	r, messages := testReader(), ztfMessages(b)
	b.SetBytes(int64(len(messages[0].Body)))
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		if _, err := r.Identity(messages[i%len(messages)]); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkNewReader(b *testing.B) {
	for b.Loop() {
		NewReader(registry.Default())
	}
}
