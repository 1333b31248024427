package feed

import "hash/maphash"

// objects finds the entries of an object among those that are kept. It holds
// numbers only: neither the garbage collector has to look into it, nor does it
// keep the text of entries that are gone.
type objects struct {
	seed   maphash.Seed
	newest map[uint64]int64 // by the key's hash, the newest entry's number
	before []int64          // by an entry's number modulo its length, the one before with that hash
}

func newObjects(most int) objects {
	return objects{seed: maphash.MakeSeed(), newest: map[uint64]int64{}, before: make([]int64, most)}
}

func (o *objects) link(seq int64) *int64 { return &o.before[seq%int64(len(o.before))] }

func (o *objects) add(e *Entry) {
	key := e.Key()
	if key == "" {
		return
	}
	hash := maphash.String(o.seed, key)
	*o.link(e.Seq) = o.newest[hash]
	o.newest[hash] = e.Seq
}

// forget is told of the oldest entry before it goes. Where it is the newest of
// its object there is no other.
func (o *objects) forget(e *Entry) {
	key := e.Key()
	if key == "" {
		return
	}
	if hash := maphash.String(o.seed, key); o.newest[hash] == e.Seq {
		delete(o.newest, hash)
	}
}

func (o *objects) clear() { clear(o.newest) }

// last gives the number of the newest entry that may be of an object; 0, which
// no entry has, where there is none.
func (o *objects) last(key string) int64 {
	if key == "" {
		return 0
	}
	return o.newest[maphash.String(o.seed, key)]
}
