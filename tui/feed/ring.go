package feed

// ring holds the newest entries: at most so many, whose bodies fit a number of
// bytes. The oldest bodies go first. Where the rows alone take more, the oldest
// entries go, but for the last.
type ring struct {
	most int
	room int64
	// forget, where it is set, is told of each entry that goes.
	forget func(*Entry)

	entries  []*Entry // grows up to most
	first, n int
	bare     int // so many of the oldest have lost their bodies
	bytes    int64
}

// at gives an entry, the oldest first.
func (r *ring) at(i int) *Entry { return r.entries[r.place(i)] }

func (r *ring) place(i int) int {
	if i += r.first; i >= len(r.entries) {
		i -= len(r.entries)
	}
	return i
}

func (r *ring) add(e *Entry) {
	if r.n == r.most {
		r.drop()
	}
	if r.n == len(r.entries) {
		r.grow()
	}
	r.entries[r.place(r.n)] = e
	r.n++
	r.bytes += e.bytes()
	for r.bytes > r.room {
		if r.bare < r.n {
			r.strip()
		} else if r.n > 1 {
			r.drop()
		} else {
			return
		}
	}
}

// strip takes its body from the oldest entry that has one.
func (r *ring) strip() {
	e := r.at(r.bare)
	r.bare++
	if len(e.Message.Body) > 0 {
		r.bytes -= int64(len(e.Message.Body))
		e.strip()
	}
}

// drop forgets the oldest entry.
func (r *ring) drop() {
	e := r.entries[r.first]
	r.entries[r.first] = nil
	r.first = r.place(1)
	r.n--
	r.bare = max(r.bare-1, 0)
	r.bytes -= e.bytes()
	if r.forget != nil {
		r.forget(e)
	}
}

func (r *ring) grow() {
	entries := make([]*Entry, min(max(1024, 2*len(r.entries)), r.most))
	for i := range r.n {
		entries[i] = r.at(i)
	}
	r.entries, r.first = entries, 0
}

// moveTo appends all entries to a list, oldest first, and is empty then.
func (r *ring) moveTo(list []*Entry) []*Entry {
	for i := range r.n {
		list = append(list, r.at(i))
	}
	r.clear()
	return list
}

func (r *ring) clear() {
	clear(r.entries)
	r.first, r.n, r.bare, r.bytes = 0, 0, 0, 0
}
