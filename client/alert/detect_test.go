package alert

import (
	"bytes"
	"compress/gzip"
	"compress/zlib"
	"errors"
	"os"
	"path/filepath"
	"testing"

	"github.com/mwvgroup/pgb/client/avro"
	"github.com/mwvgroup/pgb/client/registry"
)

func gzipped(t testing.TB, body []byte) []byte {
	t.Helper()
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	_, err := w.Write(body)
	if err := errors.Join(err, w.Close()); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestBytesTellWhatTheyAre(t *testing.T) {
	r := testReader()
	for _, m := range everyKind(t) {
		if m.As == "rapid" {
			continue
		}
		want := r.reg.Topics[m.Topic].Payload
		as, framing, ok := r.Detect(m.Body)
		if !ok || framing != r.reg.Payloads[want].Framing {
			t.Errorf("%s: %q, %q, %v", m.Topic, as, framing, ok)
		}
		// ztf-lite and ztf-tagged, lsst-lite alone and with attributes, have
		// the same bytes.
		if m.Topic != "ztf-tagged" && as != want {
			t.Errorf("%s is taken for %s, want %s", m.Topic, as, want)
		}
		// Without a topic the row is the same but for it.
		row := readRow(t, r, m)
		unnamed := &Message{ID: m.ID, Headers: m.Headers, Body: m.Body, PublishTime: m.PublishTime}
		if m.Topic != "ztf-tagged" {
			sameRows(t, row, readRow(t, r, unnamed), "topic")
		}
		line := lineOf(t, r, m)
		if as, framing, ok := r.Detect(line.Body); !ok || framing != "line" || as != "" {
			t.Errorf("a line of %s: %q, %q, %v", m.Topic, as, framing, ok)
		}
	}
	for _, body := range []string{"", "{", `{"a":1}`, "<html></html>", "\x00\x01", "Obj\x01", "\x1f\x8b\x00"} {
		if as, framing, ok := r.Detect([]byte(body)); ok {
			t.Errorf("%q is taken for %q, %q", body, as, framing)
		}
	}
}

func TestCompressedBodiesAreRead(t *testing.T) {
	r := testReader()
	m := packetMessage(t, "ztf-alerts", decodes(t, "ztf-mixed")[0].File)
	plain := readRow(t, r, m)
	var b bytes.Buffer
	w := zlib.NewWriter(&b)
	w.Write(m.Body)
	w.Close()
	for _, body := range [][]byte{gzipped(t, m.Body), b.Bytes()} {
		packed := &Message{ID: m.ID, Topic: m.Topic, Headers: m.Headers, Body: body, PublishTime: m.PublishTime}
		sameRows(t, plain, readRow(t, r, packed))
		if as, _, ok := r.Detect(body); !ok || as == "" {
			t.Errorf("%q, %v", as, ok)
		}
	}
}

func TestASurveyAndAVersionSayWhatBytesCannot(t *testing.T) {
	r := testReader()
	body := shared(t, "lsst/lsst.v11_1.avro")
	framed := readRow(t, r, &Message{Body: body, As: "lsst"})
	wantText(t, framed, "survey", "lsst")
	_, datum, ok := avro.ConfluentID(body)
	if !ok {
		t.Fatal("no Confluent id")
	}
	bare := readRow(t, r, &Message{Body: datum, Schema: "lsst 11.1"})
	sameRows(t, framed, bare)

	// Records of a container travel as datums with a schema that was learnt.
	packet := &Message{Body: shared(t, decodes(t, "ztf-mixed")[0].File)}
	schema, datum, err := r.Datum(packet)
	if err != nil {
		t.Fatal(err)
	}
	name, err := r.Learn(schema.JSON())
	if err != nil {
		t.Fatal(err)
	}
	sameRows(t, readRow(t, r, packet), readRow(t, r, &Message{Body: datum, Schema: name}))

	// An id that is not known is read by the version that was asked for.
	strange := bytes.Clone(body)
	strange[3], strange[4] = 0x04, 0xb0
	sameRows(t, framed, readRow(t, r, &Message{Body: strange, As: "lsst:11.1"}))
}

func TestAContainerOfAnUnknownSurveyIsReadAsItIs(t *testing.T) {
	r := testReader()
	schema, err := avro.ParseSchema([]byte(`{"type":"record","name":"event","namespace":"far.away","fields":[{"name":"x","type":"long"},{"name":"s","type":"string"}]}`))
	if err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	w, err := avro.NewWriter(&b, schema, "null", nil)
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(w.Append([]byte{14, 4, 'h', 'i'}), w.Close()); err != nil {
		t.Fatal(err)
	}
	m := &Message{ID: "7", Topic: "projects/p/topics/far", Body: b.Bytes()}
	row := readRow(t, r, m, append(DefaultColumns(), "alert.x")...)
	for _, name := range []string{"survey", "object_id", "mjd", "mag", "class", "detected"} {
		wantText(t, row, name, "")
	}
	wantText(t, row, "message_id", "7")
	wantText(t, row, "topic", "projects/p/topics/far")
	if text, err := r.AppendAlertJSON(nil, m, false); err != nil || string(text) != `{"x":7,"s":"hi"}` {
		t.Errorf("%s, %v", text, err)
	}
	if name, err := r.Schema(m); err != nil || name != "far.away.event" {
		t.Errorf("%q, %v", name, err)
	}
}

const madeUp = `
brokers:
  moon: {name: Moon broker}
surveys:
  moon:
    name: Moon watch
    missing: ["-1"]
topics:
  moon-flashes:
    broker: moon
    project: my-project
    survey: moon
    payload: moon-flash
    access: public
payloads:
  moon-flash:
    survey: moon
    framing: json
    schema: none
    alert: flash
    result: verdict
    result_fields: {score: number, impact: number, glint: number}
    layout: moon
    classified:
      - {classifier: Moonlight, style: shares, probs: {impact: impact, glint: glint}}
layouts:
  moon:
    survey: moon
    object_id: name
    source_id: number
    trigger:
      record: seen
      ra: lon
      dec: lat
      time: {path: when, scale: mjd_utc}
      band: {path: colour, names: {"7": w}}
      flux: counts
      flux_err: noise
      zero_point: 28.9
classifiers:
  Moonlight:
    classes:
      - {name: Impact, code: impact, aliases: [hit]}
      - {name: Glint, code: glint}
`

func TestATopicAndAPayloadAreAddedByYAMLAlone(t *testing.T) {
	file := filepath.Join(t.TempDir(), "mine.yaml")
	if err := os.WriteFile(file, []byte(madeUp), 0o600); err != nil {
		t.Fatal(err)
	}
	reg, err := registry.Load(file)
	if err != nil {
		t.Fatal(err)
	}
	m := &Message{Topic: "moon-flashes", Body: []byte(`{"verdict":{"impact":0.2,"glint":0.8,"score":3.5},"flash":{"name":"M1","number":12345678901234567,
		"seen":{"lon":1.5,"lat":-2.5,"when":61000.25,"colour":7,"counts":-20.0,"noise":2.0,"phase":-1}}}`)}
	row := readRow(t, NewReader(reg), m, append(DefaultColumns(), "seen.phase", "result.score", `p("hit")`)...)
	wantText(t, row, "survey", "moon")
	wantText(t, row, "object_id", "M1")
	wantText(t, row, "source_id", "12345678901234567")
	wantNumber(t, row, "ra", 1.5, 0)
	wantNumber(t, row, "mjd", 61000.25, 0)
	wantText(t, row, "band", "w")
	wantNumber(t, row, "flux", -200, 1e-12)
	wantNumber(t, row, "snr", 10, 1e-12)
	wantNumber(t, row, "mag", 31.4-2.5*2.3010299956639813, 1e-12)
	wantBool(t, row, "positive", false)
	wantText(t, row, "classifier", "Moonlight")
	wantText(t, row, "class", "Glint")
	wantNumber(t, row, "prob", 0.8, 0)
	wantText(t, row, "seen.phase", "")
	wantNumber(t, row, "result.score", 3.5, 0)
	wantNumber(t, row, `p("hit")`, 0.2, 0)
}
