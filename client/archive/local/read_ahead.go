package local

import (
	"context"
	"runtime"
	"slices"
	"sync"

	"zombiezen.com/go/sqlite"
	"zombiezen.com/go/sqlite/sqlitex"

	"github.com/mwvgroup/pgb/client/archive"
)

const (
	// blockRows is how many rows of a wide cone are read together, in the order
	// of the file: they lie in a ring, of which a page has several.
	blockRows = 4 * batchRows
	// fetchedTogether is the number of alerts in a cone from which its rows are
	// read in blocks, by two connections where there is another.
	fetchedTogether = blockRows
	// aheadBlocks is how many blocks the second connection may be ahead.
	aheadBlocks = 1
)

// second is another connection that reads for the same question, at the same
// moment of the archive.
type second struct {
	archive *Archive
	conn    *sqlite.Conn
	version int64 // PRAGMA data_version before the first connection began to read
}

// takeSecond takes a second connection for a question with a wide cone; nil where
// it does not pay, or none is free.
func (a *Archive) takeSecond(ctx context.Context, q *archive.Query) *second {
	if runtime.GOMAXPROCS(0) < 2 || !hasWideCone(q.Targets) {
		return nil
	}
	conn, ok := a.readers.tryTake(ctx)
	if !ok {
		return nil
	}
	s := &second{archive: a, conn: conn}
	var err error
	if s.version, err = pragma(conn, "data_version"); err != nil {
		a.readers.give(conn)
		return nil
	}
	return s
}

func hasWideCone(targets []archive.Target) bool {
	for i := range targets {
		if cone := targets[i].Cone; cone != nil && cone.Radius >= wideCone {
			return true
		}
	}
	return false
}

// follows begins to read, after the first connection did, and says whether both
// see the archive as it was at one moment: nothing was committed since before
// the first began.
func (s *second) follows() bool {
	if s == nil || sqlitex.Execute(s.conn, "BEGIN", nil) != nil {
		return false
	}
	now, err := pragma(s.conn, "data_version")
	return err == nil && now == s.version
}

func (s *second) release() {
	if s == nil {
		return
	}
	s.conn.SetInterrupt(nil)
	if !s.conn.AutocommitEnabled() {
		// What can't be undone is found by who takes the connection next.
		_ = sqlitex.Execute(s.conn, "ROLLBACK", nil)
	}
	s.archive.readers.give(s.conn)
}

// fetcher makes what reads rows of keys on the second connection; end gives it
// up.
func (s *second) fetcher(r *reading) (f *fetcher, end func(), err error) {
	other := *r
	other.conn, other.statements, other.between = s.conn, nil, nil
	if other.rows, err = s.archive.newRowReader(s.conn, r.query); err != nil {
		return nil, nil, err
	}
	stmt, err := other.prepare(&other.between, other.rowsBetween)
	return &fetcher{rows: other.rows, stmt: stmt}, other.close, err
}

// blocks hands out the keys of a wide cone to one or two fetchers. What they
// read comes back in order.
type blocks struct {
	keys   []key
	target int

	room chan struct{} // of blocks that the second fetcher may begin
	stop chan struct{}

	mu    sync.Mutex
	next  int               // the first block that nobody has begun
	begun map[int]chan read // blocks of the second fetcher
}

// read is a block that was read.
type read struct {
	hits []archive.Hit
	err  error
}

// block gives the keys of a block; the first is small, so that it comes soon.
func (h *blocks) block(i int) []key {
	at := func(i int) int { return min(i, 1)*firstBatchRows + max(i-1, 0)*blockRows }
	n := len(h.keys)
	return h.keys[min(at(i), n):min(at(i+1), n)]
}

func (h *blocks) read(f *fetcher, i int) read {
	hits, err := f.fetch(h.block(i), h.target)
	return read{hits, err}
}

// fetchBlocks reads the rows of all keys.
func (r *reading) fetchBlocks(own *fetcher, target int) error {
	if err := r.flush(); err != nil {
		return err
	}
	h := &blocks{
		keys: r.keys, target: target,
		room: make(chan struct{}, aheadBlocks), stop: make(chan struct{}), begun: map[int]chan read{},
	}
	if r.second != nil {
		other, end, err := r.second.fetcher(r)
		if err != nil {
			return err
		}
		var wait sync.WaitGroup
		wait.Go(func() { h.run(other) })
		defer func() {
			close(h.stop)
			wait.Wait()
			end()
		}()
	}
	for i := 0; len(h.block(i)) > 0; i++ {
		done := h.take(i)
		var got read
		if done == nil {
			got = h.read(own, i)
		} else {
			got = <-done
			<-h.room
		}
		if got.err != nil {
			return got.err
		}
		for hits := range slices.Chunk(got.hits, batchRows) {
			if err := r.give(hits); err != nil {
				return err
			}
		}
	}
	return nil
}

// take gives where a block comes from that the second fetcher has begun; nil for
// one that nobody has.
func (h *blocks) take(i int) chan read {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.next <= i {
		h.next = i + 1
		return nil
	}
	done := h.begun[i]
	delete(h.begun, i)
	return done
}

// run is the second fetcher's.
func (h *blocks) run(f *fetcher) {
	for {
		select {
		case <-h.stop:
			return
		case h.room <- struct{}{}:
		}
		h.mu.Lock()
		i := h.next
		h.next++
		done := make(chan read, 1)
		h.begun[i] = done
		h.mu.Unlock()
		if len(h.block(i)) == 0 {
			return
		}
		got := h.read(f, i)
		done <- got
		if got.err != nil {
			return
		}
	}
}
