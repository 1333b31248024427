package server

// entryState says where a message stands with one subscription.
type entryState uint8

const (
	ready   entryState = iota // to be delivered
	leased                    // delivered, its deadline runs
	resting                   // given back, waits for the retry policy's backoff
	settled                   // acknowledged (or let go, then msg is nil)
)

// entry is a message in a subscription's log.
type entry struct {
	msg      *stored
	seq      uint64
	owner    *taker // who holds the lease
	deadline int64  // of a lease or a rest, nanoseconds since 1970
	key      int64  // what the heap is ordered by; never after deadline
	place    int    // in the heap, -1 outside
	delivery uint32 // the last delivery that may still be acknowledged
	attempt  int32
	state    entryState
}

// fifo is a queue of entries.
type fifo struct {
	items []*entry
	head  int
}

func (q *fifo) push(e *entry) { q.items = append(q.items, e) }

// front gives the first entry that is still to be delivered, or nil; what is
// not is thrown away.
func (q *fifo) front() *entry {
	for q.head < len(q.items) {
		if e := q.items[q.head]; e.state == ready {
			return e
		}
		q.pop()
	}
	return nil
}

func (q *fifo) pop() {
	q.items[q.head] = nil
	q.head++
	q.items, q.head = shrink(q.items, q.head)
}

// shrink moves what is left to the front once half of the slice is used up.
func shrink(items []*entry, head int) ([]*entry, int) {
	if head < 64 || head*2 < len(items) {
		if head == len(items) {
			return items[:0], 0
		}
		return items, head
	}
	n := copy(items, items[head:])
	clear(items[n:])
	return items[:n], 0
}

// deadlines is a heap of leased and resting entries, the earliest key first.
// An extended lease keeps its key until it comes up: extending costs nothing.
type deadlines []*entry

func (h *deadlines) add(e *entry) {
	e.key = e.deadline
	e.place = len(*h)
	*h = append(*h, e)
	h.up(e.place)
}

func (h *deadlines) remove(e *entry) {
	i, last := e.place, len(*h)-1
	if i < 0 {
		return
	}
	h.swap(i, last)
	(*h)[last] = nil
	*h = (*h)[:last]
	e.place = -1
	if i < last {
		h.fix(i)
	}
}

// moved puts an entry right whose deadline has changed.
func (h *deadlines) moved(e *entry) {
	if e.deadline < e.key {
		e.key = e.deadline
		h.up(e.place)
	}
}

// due gives the first entry whose deadline is not after now, or nil.
func (h *deadlines) due(now int64) *entry {
	for len(*h) > 0 && (*h)[0].key <= now {
		e := (*h)[0]
		if e.deadline <= now {
			return e
		}
		e.key = e.deadline
		h.down(0)
	}
	return nil
}

func (h deadlines) fix(i int) {
	if !h.down(i) {
		h.up(i)
	}
}

func (h deadlines) swap(i, j int) {
	h[i], h[j] = h[j], h[i]
	h[i].place, h[j].place = i, j
}

func (h deadlines) up(i int) {
	for i > 0 {
		parent := (i - 1) / 2
		if h[parent].key <= h[i].key {
			return
		}
		h.swap(i, parent)
		i = parent
	}
}

func (h deadlines) down(i int) (moved bool) {
	for {
		least := 2*i + 1
		if least >= len(h) {
			return moved
		}
		if r := least + 1; r < len(h) && h[r].key < h[least].key {
			least = r
		}
		if h[i].key <= h[least].key {
			return moved
		}
		h.swap(i, least)
		i, moved = least, true
	}
}
