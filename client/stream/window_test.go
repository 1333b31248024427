package stream_test

import (
	"encoding/binary"
	"math/rand/v2"
	"testing"

	"github.com/mwvgroup/pgb/client/stream"
)

func identity(n uint64) (id stream.Identity) {
	binary.LittleEndian.PutUint64(id[:], n*0x9e3779b97f4a7c15)
	binary.LittleEndian.PutUint64(id[8:], n)
	return id
}

func TestWindowKnowsTheNewestAndNoOthers(t *testing.T) {
	const size = 1000
	w := stream.NewWindow(size)
	for n := range uint64(10 * size) {
		w.Add(identity(n))
		w.Add(identity(n)) // changes nothing
		if w.Len() > size {
			t.Fatalf("%d known", w.Len())
		}
		if n%97 != 0 {
			continue
		}
		for _, back := range []uint64{0, 1, size / 2, size - 1, size, size + 1, 3 * size} {
			if back <= n && w.Known(identity(n-back)) != (back < size) {
				t.Fatalf("after %d: the one %d back is known: %v", n, back, back >= size)
			}
		}
	}
}

// A window must agree with a map and a queue, whatever comes.
func TestWindowAgreesWithAMap(t *testing.T) {
	for _, size := range []int{1, 2, 3, 63, 64, 65, 300} {
		w := stream.NewWindow(size)
		known := make(map[stream.Identity]bool)
		var order []stream.Identity
		random := rand.New(rand.NewPCG(1, uint64(size)))
		for range 20000 {
			id := identity(random.Uint64N(uint64(3 * size)))
			if w.Known(id) != known[id] {
				t.Fatalf("size %d: disagree", size)
			}
			w.Add(id)
			if !known[id] {
				known[id] = true
				order = append(order, id)
				if len(order) > size {
					delete(known, order[0])
					order = order[1:]
				}
			}
		}
	}
}

func TestFullWindowDoesNotAllocate(t *testing.T) {
	w := stream.NewWindow(5000)
	n := uint64(0)
	add := func() { w.Add(identity(n)); n++ }
	for range 10000 {
		add()
	}
	if allocs := testing.AllocsPerRun(1000, add); allocs != 0 {
		t.Errorf("%v allocations for each message", allocs)
	}
}

func BenchmarkWindow(b *testing.B) {
	w := stream.NewWindow(stream.DefaultWindow)
	for n := range uint64(stream.DefaultWindow) {
		w.Add(identity(n))
	}
	n := uint64(stream.DefaultWindow)
	b.ReportAllocs()
	for b.Loop() {
		if !w.Known(identity(n)) {
			w.Add(identity(n))
		}
		n++
	}
}
