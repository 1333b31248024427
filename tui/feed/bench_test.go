package feed

import (
	"fmt"
	"testing"
	"time"

	"github.com/mwvgroup/pgb/client/alert"
	"github.com/mwvgroup/pgb/client/field"
)

// busy makes a batch as a busy stream has it: the generic columns, of which
// nine are text, two classifications and the usual attributes.
func busy(n, bodyBytes int) []*alert.Message {
	columns := columnsOf(alert.DefaultColumns()...)
	at := time.Date(2026, 3, 1, 4, 0, 0, 0, time.UTC)
	batch := make([]*alert.Message, n)
	for i := range batch {
		m := &alert.Message{
			ID: fmt.Sprint(12345678901234 + i), Topic: "ztf-loop", Body: make([]byte, bodyBytes), PublishTime: at,
			Headers: []alert.Header{{Name: "objectId", Value: []byte("ZTF21abcdefg")}, {Name: "candid", Value: []byte("1234567890123456789")},
				{Name: "kafka.topic", Value: []byte("ztf_20260301_programid1")}, {Name: "kafka.timestamp", Value: []byte("1772337600000")}},
		}
		texts := map[string]string{
			"object_id": fmt.Sprintf("ZTF21%07d", i), "source_id": fmt.Sprint(1234567890123456789 + int64(i)), "survey": "ztf", "topic": "ztf-loop",
			"message_id": m.ID, "publish_time": "2026-03-01T04:00:00.000000Z", "band": "g", "classifier": "SuperNNova", "class": "SN Ia",
		}
		row := &alert.Row{Columns: columns}
		for j, c := range columns {
			v := field.OfFloat64(float64(i) + float64(j)/8)
			if text, is := texts[c.Name]; is {
				v = field.OfText([]byte(text))
			}
			row.Values = append(row.Values, v)
		}
		row.Classifications = []alert.Classification{
			{Classifier: "SuperNNova", Version: "1.3", Class: "SN Ia", Prob: field.OfFloat32(0.9), Primary: true},
			{Classifier: "SuperNNova", Version: "1.3", Class: "not SN Ia", Prob: field.OfFloat32(0.1)},
		}
		m.SetRow(row)
		batch[i] = m
	}
	return batch
}

// An alert through the feed: put in batches of 500, and taken each time. The
// bodies are the same ones all the time but count as others.
func BenchmarkPut(b *testing.B) {
	for _, bodyBytes := range []int{500, 75_000} {
		b.Run(fmt.Sprint(bodyBytes), func(b *testing.B) {
			f, batch := New(Options{}), busy(500, bodyBytes)
			for range 2 * DefaultKeep / len(batch) {
				f.Put(batch)
				f.Take()
			}
			b.ReportAllocs()
			alerts := 0
			for b.Loop() {
				f.Count(int64(len(batch)), 0, 1)
				f.Put(batch)
				f.Take()
				alerts += len(batch)
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(alerts), "ns/alert")
		})
	}
}

// The same while nobody takes anything.
func BenchmarkPutWhilePaused(b *testing.B) {
	f, batch := New(Options{}), busy(500, 75_000)
	b.ReportAllocs()
	alerts := 0
	for b.Loop() {
		f.Put(batch)
		alerts += len(batch)
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(alerts), "ns/alert")
}

func BenchmarkTakeAfterAPause(b *testing.B) {
	f, batch := New(Options{}), busy(500, 75_000)
	for b.Loop() {
		b.StopTimer()
		for range DefaultPending / len(batch) {
			f.Put(batch)
		}
		b.StartTimer()
		f.Take()
	}
}

func BenchmarkFigures(b *testing.B) {
	f := New(Options{})
	f.Put(busy(500, 0))
	b.ReportAllocs()
	for b.Loop() {
		f.Figures()
	}
}

func BenchmarkOfObject(b *testing.B) {
	f, batch := New(Options{}), busy(500, 0)
	for range DefaultKeep / len(batch) {
		f.Put(batch)
		f.Take()
	}
	key := f.At(7).Key()
	b.ReportAllocs()
	for b.Loop() {
		if len(f.OfObject(key, 100)) != DefaultKeep/len(batch) {
			b.Fatal("not all were found")
		}
	}
}
