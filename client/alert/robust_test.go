package alert

import (
	"bytes"
	"errors"
	"math/rand/v2"
	"runtime"
	"sync"
	"testing"
)

// readAll reads everything that there is to a message.
func readAll(r *Reader, view *View, m *Message, row *Row) error {
	err := view.Read(m, row)
	_, e1 := r.AppendAlertJSON(nil, m, true)
	_, e2 := r.AppendResultJSON(nil, m)
	_, e3 := r.AppendOtherJSON(nil, m)
	_, e4 := r.Photometry(m)
	_, e5 := r.Cutouts(m)
	_, e6 := r.Identity(m)
	_, _, e7 := r.Datum(m)
	_, e8 := r.Schema(m)
	r.Detect(m.Body)
	return errors.Join(err, e1, e2, e3, e4, e5, e6, e7, e8)
}

func TestTruncatedPacketsAreErrorsOrValues(t *testing.T) {
	r := testReader()
	view, err := r.View(nil, append(DefaultColumns(), "candidate.drb", "diaSource.reliability"))
	if err != nil {
		t.Fatal(err)
	}
	var row Row
	for _, m := range everyKind(t) {
		whole := m.Body
		step, parts := 1, 1000
		if raceEnabled {
			step, parts = 50, 50
		}
		if whole[0] == '{' { // reading these goes on to where they end
			step = max(step, len(whole)/parts)
		}
		for n := 0; n < len(whole); n += step {
			m.Body = whole[:n:n]
			err := view.Read(m, &row)
			var decode *DecodeError
			if err != nil && !errors.As(err, &decode) {
				t.Fatalf("%s cut at %d: %T %v", m.Topic, n, err, err)
			}
			if n%(step*500) == 0 {
				readAll(r, view, m, &row)
			}
		}
	}
}

func TestMutatedPacketsNeverPanic(t *testing.T) {
	r := testReader()
	view, err := r.View(nil, append(DefaultColumns(), "candidate.drb", "diaSource.reliability"))
	if err != nil {
		t.Fatal(err)
	}
	rounds := 6000 // of each of 17 messages: 10^5
	if testing.Short() || raceEnabled {
		rounds = 100
	}
	random := rand.New(rand.NewPCG(1, 2))
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	var row Row
	for _, m := range everyKind(t) {
		whole := bytes.Clone(m.Body)
		reach := min(len(whole), 6000) // the front is where what matters stands
		var changed [4]int
		for i := range rounds {
			for j := range changed {
				at := random.IntN(len(whole))
				if random.IntN(3) > 0 {
					at = random.IntN(reach)
				}
				changed[j] = at
				m.Body[at] = byte(random.Uint32())
			}
			view.Read(m, &row)
			if i%50 == 0 {
				readAll(r, view, m, &row)
			}
			for _, at := range changed {
				m.Body[at] = whole[at]
			}
		}
	}
	runtime.ReadMemStats(&after)
	if grown := int64(after.Sys) - int64(before.Sys); grown > 512<<20 {
		t.Errorf("%d MB were taken", grown>>20)
	}
}

func TestUnknownSchemasAreNeverGuessed(t *testing.T) {
	r := testReader()
	view, err := r.View(nil, DefaultColumns())
	if err != nil {
		t.Fatal(err)
	}
	packet := bytes.Clone(shared(t, "lsst/lsst.v11_1.avro"))
	packet[3], packet[4] = 0x04, 0xb0 // 1200
	var row Row
	err = view.Read(&Message{Topic: "lsst-alerts", Body: packet}, &row)
	var decode *DecodeError
	if !errors.Is(err, ErrUnknownSchema) || !errors.As(err, &decode) || decode.Schema != "lsst 12.0" || decode.Topic != "lsst-alerts" {
		t.Errorf("%v", err)
	}
	err = view.Read(&Message{Topic: "nowhere", Body: []byte(`{"what":"ever"}`)}, &row)
	if !errors.Is(err, ErrUnknownPayload) {
		t.Errorf("%v", err)
	}
	err = view.Read(&Message{Topic: "ztf-alerts", Body: []byte("<html>")}, &row)
	if !errors.As(err, &decode) {
		t.Errorf("%v", err)
	}
	_, _, err = r.Datum(&Message{Topic: "lsst-lite", Body: []byte("{}")})
	if !errors.Is(err, ErrNotAvro) {
		t.Errorf("%v", err)
	}
}

func TestABombIsRefused(t *testing.T) {
	r := NewReader(testReader().reg, WithLimits(Limits{Body: 1 << 16, Cutout: 1 << 10}))
	m := packetMessage(t, "ztf-alerts", decodes(t, "ztf")[0].File)
	if _, err := r.Cutouts(m); err == nil {
		t.Error("a cutout beyond the limit was unpacked")
	}
	m.Body = gzipped(t, m.Body)
	var row Row
	if err := r.bare.Read(m, &row); err == nil {
		t.Error("a body beyond the limit was unpacked")
	}
}

// FuzzRead reads any bytes as any payload.
func FuzzRead(f *testing.F) {
	r := testReader()
	view, err := r.View(nil, DefaultColumns())
	if err != nil {
		f.Fatal(err)
	}
	topics := append(sortedKeys(r.reg.Topics), "")
	for i, topic := range topics {
		f.Add([]byte(`{"alert_lite":{"diaSource":{"psfFlux":1e300}},"SuperNNova":{"predicted_class":0}}`), i)
		if topic == "ztf-alerts" {
			f.Add([]byte("Obj\x01\x02\x16avro.schema\x0e\"bytes\"\x000123456789abcdef\x02\x02\x000123456789abcdef"), i)
		}
	}
	f.Fuzz(func(t *testing.T, body []byte, i int) {
		m := &Message{Topic: topics[uint(i)%uint(len(topics))], Body: body}
		var row Row
		readAll(r, view, m, &row)
		m.Form = Line
		readAll(r, view, m, &row)
	})
}

func TestOneViewServesManyGoroutinesAndPayloads(t *testing.T) {
	r := testReader()
	messages := everyKind(t)
	view, err := r.View(nil, DefaultColumns())
	if err != nil {
		t.Fatal(err)
	}
	var want []string
	for _, m := range messages {
		want = append(want, values(readRow(t, r, m)))
	}
	var group sync.WaitGroup
	for g := range 8 {
		group.Go(func() {
			var row Row
			for i := range 60 {
				at := (g + i) % len(messages)
				if err := view.Read(messages[at], &row); err != nil || values(&row) != want[at] {
					t.Errorf("%s: %v, %s", messages[at].Topic, err, values(&row))
				}
				if i%20 == g {
					r.AppendAlertJSON(nil, messages[at], false)
					r.Photometry(messages[at])
				}
			}
		})
	}
	group.Wait()
}

func values(row *Row) string {
	var text []byte
	for _, v := range row.Values {
		text = append(v.AppendJSON(text), ' ')
	}
	return string(text)
}

func TestRowsAreReadWithoutAllocations(t *testing.T) {
	if raceEnabled {
		t.Skip("the race detector allocates")
	}
	r := testReader()
	view, err := r.View(nil, append(DefaultColumns(), `p("SN Ia")`, "candidate.drb", "diaSource.reliability"))
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range everyKind(t) {
		if m.Topic == "lvk-alerts" { // whose time is a text
			continue
		}
		var row Row
		n := testing.AllocsPerRun(20, func() {
			if err := view.Read(m, &row); err != nil {
				t.Fatal(err)
			}
		})
		if n != 0 {
			t.Errorf("%s: %v allocations", m.Topic, n)
		}
	}
}
