package local

import (
	"bytes"
	"context"
	"encoding/binary"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"testing"
	"time"

	"github.com/mwvgroup/pgb/client/alert"
	"github.com/mwvgroup/pgb/client/registry"
	"github.com/mwvgroup/pgb/client/sandbox/modules"
	"github.com/mwvgroup/pgb/client/sandbox/sim"
	"github.com/mwvgroup/pgb/client/sandbox/sim/packet"
)

// Baseline: go test -bench Save -benchtime 3x, on two cores of an AMD EPYC that
// were shared by a dozen other programs. CPU is what the profile has of it.
//
//	                                 alerts/s  CPU/alert  bytes/alert
//	ZTF, first alerts of objects         4058     250 us         7190
//	ZTF, 30 alerts of each object        6177     170 us         4480
//	LSST, 1000 points, new objects        107     5.5 ms       159000
//	lite rows                           14985      70 us         1860

// benchBatch is how many messages are saved at a time.
const benchBatch = 1000

// BenchmarkSaveZTF saves real packets with their light curves, changed so that
// each is of an object or an alert of its own.
func BenchmarkSaveZTF(b *testing.B) {
	for _, of := range []struct {
		name, pattern, before string
		perObject             int
	}{
		{"first alerts", "ztf/mixed/*", "ztf/ZTF21abiuvdk/*", 1},
		{"30 alerts of each object", "ztf/ZTF21abiuvdk/*", "ztf/mixed/*", 30},
	} {
		originals, before := packets(b, "ztf-alerts", of.pattern), packets(b, "ztf-alerts", of.before)[:sampleMessages]
		for _, cutouts := range []bool{false, true} {
			b.Run(fmt.Sprintf("%s/cutouts=%v", of.name, cutouts), func(b *testing.B) {
				saveMany(b, before, 4*benchBatch, benchBatch, SinkOptions{Cutouts: cutouts}, func(i int) *alert.Message {
					object := i / of.perObject
					return renamed(b, originals[i%len(originals)], object, i)
				})
			})
		}
	}
}

// BenchmarkSaveLSST saves packets with light curves of a thousand points, each
// of an object of its own.
func BenchmarkSaveLSST(b *testing.B) {
	long := lsstPacket(b, 1000)
	saveMany(b, nil, 400, 100, SinkOptions{}, func(i int) *alert.Message {
		long.DiaObject.DiaObjectID = sim.DiaObjectBase + int64(i)
		long.DiaSource.DiaObjectID = &long.DiaObject.DiaObjectID
		long.DiaSourceID += 1 << 20
		long.DiaSource.DiaSourceID = long.DiaSourceID
		body, err := long.Encode()
		if err != nil {
			b.Fatal(err)
		}
		return &alert.Message{ID: fmt.Sprint(i), Topic: "lsst-alerts", Body: body}
	})
}

// BenchmarkSaveRows saves lite messages, which have no light curve.
func BenchmarkSaveRows(b *testing.B) {
	originals := liteMessages(b, 200)
	before := make([]*alert.Message, sampleMessages)
	for i := range before {
		before[i] = originals[i].message
	}
	originals = originals[sampleMessages:]
	saveMany(b, before, 10*benchBatch, benchBatch, SinkOptions{}, func(i int) *alert.Message {
		of := originals[i%len(originals)]
		m := &alert.Message{ID: fmt.Sprint(i), Topic: of.message.Topic, Headers: of.message.Headers, PublishTime: time.UnixMicro(int64(i) + 1)}
		m.Body = bytes.ReplaceAll(of.message.Body, []byte(of.objectID), fmt.Appendf(nil, "%d", sim.DiaObjectBase+int64(i)))
		m.Body = bytes.ReplaceAll(m.Body, []byte(of.sourceID), fmt.Appendf(nil, "%d", 9_050_000_000_000_000_000+int64(i)))
		return m
	})
}

// saveMany saves messages in batches into a new archive, and reports the rate
// and the size of the file. Dictionaries are made of those that it saves before,
// which are others than those that follow: no message is packed by its own like.
func saveMany(b *testing.B, before []*alert.Message, n, batch int, o SinkOptions, message func(i int) *alert.Message) {
	b.ReportAllocs()
	b.ResetTimer() // making messages is not counted
	var size int64
	for range b.N {
		b.StopTimer()
		path := filepath.Join(b.TempDir(), "a.db")
		a, err := Open(context.Background(), Options{Path: path, Create: true})
		if err != nil {
			b.Fatal(err)
		}
		sink := a.Sink(o)
		if err := sink.Put(context.Background(), before); err != nil {
			b.Fatal(err)
		}
		for i := 0; i < n; i += batch {
			messages := make([]*alert.Message, batch)
			for j := range messages {
				messages[j] = message(i + j)
			}
			b.StartTimer()
			if err := sink.Put(context.Background(), messages); err != nil {
				b.Fatal(err)
			}
			b.StopTimer()
		}
		if saved := sink.Saved(); saved.Messages != int64(n+len(before)) {
			b.Fatalf("%+v", saved)
		}
		if err := a.Close(); err != nil {
			b.Fatal(err)
		}
		at, err := os.Stat(path)
		if err != nil {
			b.Fatal(err)
		}
		size = at.Size()
		b.StartTimer()
	}
	b.ReportMetric(float64(n)*float64(b.N)/b.Elapsed().Seconds(), "alerts/s")
	b.ReportMetric(float64(size)/float64(n), "bytes/alert")
}

// renamed gives a real packet as the alert number of another object. Ids have
// the same length in their places.
func renamed(b *testing.B, m *alert.Message, object, number int) *alert.Message {
	b.Helper()
	view, err := benchReader.View(nil, []string{"object_id", "source_id"})
	if err != nil {
		b.Fatal(err)
	}
	var row alert.Row
	if err := view.Read(m, &row); err != nil {
		b.Fatal(err)
	}
	letters := []byte("ZTF30")
	for range 7 {
		letters = append(letters, byte('a'+object%26))
		object /= 26
	}
	candid, err := strconv.ParseInt(text(row.Values[1]), 10, 64)
	if err != nil {
		b.Fatal(err)
	}
	body := bytes.ReplaceAll(m.Body, row.Values[0].Text(), letters)
	body = bytes.ReplaceAll(body, binary.AppendVarint(nil, candid), binary.AppendVarint(nil, 1<<60+int64(number)))
	return &alert.Message{ID: fmt.Sprint(number), Topic: m.Topic, Body: body}
}

var benchReader = alert.NewReader(registry.Default())

// lsstPacket makes a packet with a light curve of so many points.
func lsstPacket(b *testing.B, points int) *packet.LSST {
	b.Helper()
	sky, err := sim.New(1, sim.Options{Surveys: []string{sim.SurveyLSST}, NoCutouts: true})
	if err != nil {
		b.Fatal(err)
	}
	for {
		e, err := sky.Next()
		if err != nil {
			b.Fatal(err)
		}
		p := e.LSST
		if p.DiaObject == nil || len(p.PrvDiaSources) == 0 || len(p.PrvDiaForcedSources) == 0 {
			continue
		}
		source, forced := p.PrvDiaSources[0], p.PrvDiaForcedSources[0]
		p.PrvDiaSources, p.PrvDiaForcedSources = nil, nil
		for i := range points / 2 {
			source.DiaSourceID++
			source.Visit++
			source.MidpointMjdTai -= 0.01
			source.PsfFlux += float32(i)
			p.PrvDiaSources = append(p.PrvDiaSources, source)
			forced.Visit -= 2
			forced.DiaForcedSourceID++
			forced.MidpointMjdTai -= 0.013
			forced.PsfFlux += float32(i)
			p.PrvDiaForcedSources = append(p.PrvDiaForcedSources, forced)
		}
		return p
	}
}

// liteMessage is a message that has few fields, with the ids in it.
type liteMessage struct {
	message            *alert.Message
	objectID, sourceID string
}

// liteMessages gives messages of a sandbox, all different.
func liteMessages(b *testing.B, n int) (list []liteMessage) {
	b.Helper()
	sky, err := sim.New(1, sim.Options{Surveys: []string{sim.SurveyLSST}, NoCutouts: true})
	if err != nil {
		b.Fatal(err)
	}
	for len(list) < n {
		e, err := sky.Next()
		if err != nil {
			b.Fatal(err)
		}
		if len(e.LSST.PrvDiaSources)+len(e.LSST.PrvDiaForcedSources) > 0 {
			continue
		}
		out, err := modules.Expand(e, "lsst-lite")
		if err != nil || len(out) != 1 {
			b.Fatal(len(out), err)
		}
		m := &alert.Message{Topic: out[0].Topic, Body: out[0].Data}
		for _, name := range slices.Sorted(maps.Keys(out[0].Attributes)) {
			m.Headers = append(m.Headers, alert.Header{Name: name, Value: []byte(out[0].Attributes[name])})
		}
		list = append(list, liteMessage{m, e.ObjectID, e.SourceID})
	}
	return list
}
