package feed

import (
	"fmt"
	"runtime"
	"strings"
	"testing"
	"weak"

	"github.com/mwvgroup/pgb/client/alert"
	"github.com/mwvgroup/pgb/client/field"
)

// bodies says of the kept entries, oldest first, which have a body.
func bodies(f *Feed) string {
	var marks strings.Builder
	for i := f.Len() - 1; i >= 0; i-- {
		if f.At(i).Message.Body == nil {
			marks.WriteByte('-')
		} else {
			marks.WriteByte('B')
		}
	}
	return marks.String()
}

func TestTheOldestBodiesGoFirstAndTheirEntriesStay(t *testing.T) {
	f := New(Options{BodyBytes: 8000})
	var first *Entry
	var read *alert.Message
	for i := range 7 {
		f.Put([]*alert.Message{message("ztf", fmt.Sprint("ZTF", i), 1500)})
		if e := f.Take()[0]; i == 0 {
			first, read = e, e.Message
		}
	}
	equal(t, "bodies", bodies(f), "----BBB")
	equal(t, "how many may have bodies", f.Bodies(), 3)
	e := f.BySeq(1)
	equal(t, "the row", e.Value(2).String(), "ZTF0")
	equal(t, "the id", e.Message.ID, "id of ZTF0")
	equal(t, "the entry", e, first)
	equal(t, "of the object", f.OfObject("ztf ZTF0", 1)[0].Message, e.Message)
	equal(t, "bytes of the message that somebody may be reading", len(read.Body), 1500)
}

func TestASnapshotStaysWholeWhenTheBodyGoes(t *testing.T) {
	f := New(Options{BodyBytes: 8000})
	f.Put([]*alert.Message{message("ztf", "ZTF1", 1500)})
	f.Take()
	e := f.At(0)
	snapshots := append(f.OfObject("ztf ZTF1", 1), e.Snapshot())
	for i := range 5 {
		f.Put([]*alert.Message{message("ztf", fmt.Sprint("ZTF", 2+i), 1500)})
		f.Take()
	}
	equal(t, "bytes of the entry's body", len(e.Message.Body), 0)
	for _, snapshot := range snapshots {
		equal(t, "bytes of a snapshot's body", len(snapshot.Message.Body), 1500)
		equal(t, "its number", snapshot.Seq, 1)
	}
}

func TestBodiesThatWaitHaveAQuarterOfTheRoom(t *testing.T) {
	f := New(Options{BodyBytes: 16000})
	for i := range 8 {
		f.Put([]*alert.Message{message("ztf", fmt.Sprint("ZTF", i), 1500)})
	}
	if held := f.pending.bytes; held > 4000 {
		t.Errorf("%d bytes wait", held)
	}
	f.Take()
	equal(t, "bodies", bodies(f), "------BB")
	equal(t, "dropped", f.Figures().DroppedAll, 0)
}

func TestRowsThatFillTheRoomAreForgottenOldestFirst(t *testing.T) {
	f := New(Options{BodyBytes: 20_000})
	columns := columnsOf("object_id", "history")
	for i := range 10 {
		m := &alert.Message{Body: make([]byte, 50)}
		m.SetRow(&alert.Row{Columns: columns, Values: []field.Value{field.OfString(fmt.Sprint(i)), field.OfJSON(make([]byte, 4000))}})
		f.Put([]*alert.Message{m})
		f.Take()
	}
	equal(t, "kept", keptOf(f), "9 8 7")
	equal(t, "bodies", bodies(f), "---")
	held := 0
	for _, e := range f.kept.entries {
		if e != nil {
			held++
		}
	}
	equal(t, "entries in memory", held, 3)

	m := &alert.Message{}
	m.SetRow(&alert.Row{Columns: columns, Values: []field.Value{field.OfString("large"), field.OfJSON(make([]byte, 40_000))}})
	f.Put([]*alert.Message{m})
	f.Take()
	equal(t, "kept where one is too large", keptOf(f), "large")
}

// Neither the row nor what is left of the message keeps a body in memory.
func TestABodyThatWasDroppedIsFreed(t *testing.T) {
	f := New(Options{BodyBytes: 8000})
	var bodies []weak.Pointer[byte]
	var held []*Entry // as by a table
	for i := range 20 {
		m := message("ztf", fmt.Sprint("ZTF", i), 1500)
		bodies = append(bodies, weak.Make(&m.Body[0]))
		f.Put([]*alert.Message{m})
		if i%2 == 1 {
			held = append(held, f.Take()...)
		}
	}
	runtime.GC()
	for i, body := range bodies {
		if kept := len(f.BySeq(int64(i+1)).Message.Body) > 0; (body.Value() != nil) != kept {
			t.Errorf("body %d: kept %t, in memory %t", i, kept, body.Value() != nil)
		}
	}
	runtime.KeepAlive(held)
	held = nil
	f.Clear()
	runtime.GC()
	for i, body := range bodies {
		equal(t, fmt.Sprint("body ", i, " after all was cleared"), body.Value(), nil)
	}
	runtime.KeepAlive(f)
}

func TestMemoryStaysFlat(t *testing.T) {
	if testing.Short() {
		t.Skip("it puts 4 GB through a feed")
	}
	const room = 64 << 20
	const rows = 40 << 20 // of 20,000 kept alerts and as many that wait, with 7 values each
	f := New(Options{BodyBytes: room})
	var before, now runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	batch := make([]*alert.Message, 500)
	for n := 0; n < 200_000; n += len(batch) {
		for i := range batch {
			batch[i] = message("ztf", fmt.Sprint("ZTF", n+i), 20_000)
		}
		f.Put(batch)
		f.Pause(n%50_000 > 20_000)
		f.Take()
		if n%20_000 == 0 {
			clear(batch)
			runtime.GC()
			runtime.ReadMemStats(&now)
			if held := int64(now.HeapAlloc) - int64(before.HeapAlloc); held > room+rows {
				t.Fatalf("%d MB are held after %d alerts", held>>20, n)
			}
		}
	}
	equal(t, "kept", f.Len(), DefaultKeep)
	runtime.KeepAlive(f)
}
