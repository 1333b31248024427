package stream

import (
	"encoding/binary"
	"math/bits"
	"math/rand/v2"

	"github.com/mwvgroup/pgb/client/alert"
)

// Identity is what two messages have in common exactly when they are the same.
type Identity = alert.Identity

// DefaultWindow is how many messages that are done are remembered: with all of
// them known a [Window] takes 24 MB.
const DefaultWindow = 1 << 20

// Window is a bounded memory of messages that are done. When it is full the
// oldest is forgotten for each that is added. It allocates as it grows, 16
// bytes for each identity and 8 for the table, and never when it is full. It
// is not safe for concurrent use.
type Window struct {
	ring []Identity // in the order they came, from next on when it is full
	next int
	size int // bound of ring
	seed uint64

	// table is an open hash table of positions in ring plus one; 0 is free.
	table []uint32
	shift uint
}

// NewWindow makes a window of size identities, at most 2^31.
func NewWindow(size int) *Window {
	w := &Window{size: min(max(size, 1), 1<<31), seed: rand.Uint64() | 1}
	w.resize(64)
	return w
}

// Len says how many messages are remembered.
func (w *Window) Len() int { return len(w.ring) }

// Known says whether the message is remembered.
func (w *Window) Known(id Identity) bool {
	_, found := w.find(id)
	return found
}

// Add remembers a message that is done.
func (w *Window) Add(id Identity) {
	slot, found := w.find(id)
	if found {
		return
	}
	if len(w.ring) < w.size {
		w.ring = append(w.ring, id)
		w.table[slot] = uint32(len(w.ring))
		if 2*len(w.ring) > len(w.table) {
			w.resize(2 * len(w.table))
		}
		return
	}
	w.forget(w.ring[w.next])
	slot, _ = w.find(id)
	w.ring[w.next] = id
	w.table[slot] = uint32(w.next + 1)
	w.next = (w.next + 1) % w.size
}

// home is the slot at which the search for an identity begins. Identities may
// be chosen by whoever publishes, hence the seed.
func (w *Window) home(id Identity) int {
	hi, lo := bits.Mul64(binary.LittleEndian.Uint64(id[:8])^w.seed, binary.LittleEndian.Uint64(id[8:])^0x9e3779b97f4a7c15)
	return int(((hi ^ lo) * w.seed) >> w.shift)
}

// find gives the slot of an identity, or the free one that it would take.
func (w *Window) find(id Identity) (slot int, found bool) {
	mask := len(w.table) - 1
	for slot = w.home(id); ; slot = (slot + 1) & mask {
		at := w.table[slot]
		if at == 0 {
			return slot, false
		}
		if w.ring[at-1] == id {
			return slot, true
		}
	}
}

// forget takes an identity out of the table and moves up those behind it that
// would not be found any more.
func (w *Window) forget(id Identity) {
	hole, found := w.find(id)
	if !found {
		return
	}
	mask := len(w.table) - 1
	for slot := (hole + 1) & mask; w.table[slot] != 0; slot = (slot + 1) & mask {
		home := w.home(w.ring[w.table[slot]-1])
		if (slot-home)&mask >= (slot-hole)&mask {
			w.table[hole] = w.table[slot]
			hole = slot
		}
	}
	w.table[hole] = 0
}

// resize makes a table of n slots, a power of two, and fills it from the ring.
func (w *Window) resize(n int) {
	w.table = make([]uint32, n)
	w.shift = uint(64 - bits.TrailingZeros(uint(n)))
	for i, id := range w.ring {
		slot, _ := w.find(id)
		w.table[slot] = uint32(i + 1)
	}
}
