package local

import (
	"context"
	"runtime"
	"sync"

	"zombiezen.com/go/sqlite"
	"zombiezen.com/go/sqlite/sqlitex"

	"github.com/mwvgroup/pgb/client/archive"
)

const (
	// fetchedTogether is the number of alerts in a cone from which two
	// connections read their rows.
	fetchedTogether = 4 * batchRows
	// aheadBatches is how many batches the second connection may be ahead.
	aheadBatches = 4
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
	other.conn, other.statements, other.byID = s.conn, nil, nil
	if other.rows, err = s.archive.newRowReader(s.conn, r.query); err != nil {
		return nil, nil, err
	}
	stmt, err := other.prepare(&other.byID, other.rowOfKey)
	return &fetcher{rows: other.rows, stmt: stmt}, other.close, err
}

// ahead hands out the batches of a wide cone to two fetchers. They come back in
// order.
type ahead struct {
	keys    []key
	target  int
	columns int

	room chan struct{} // of batches that the second fetcher may begin
	stop chan struct{}

	mu    sync.Mutex
	next  int               // the first batch that nobody has begun
	begun map[int]chan read // batches of the second fetcher
}

// read is a batch that was read.
type read struct {
	batch *batch
	err   error
}

// batch gives the keys of a batch; the first is small, so that it comes soon.
func (h *ahead) batch(i int) []key {
	at := func(i int) int { return min(i, 1)*firstBatchRows + max(i-1, 0)*batchRows }
	n := len(h.keys)
	return h.keys[min(at(i), n):min(at(i+1), n)]
}

func (h *ahead) read(f *fetcher, i int) read {
	keys := h.batch(i)
	b := newBatch(len(keys), h.columns)
	for _, k := range keys {
		if err := f.fetch(k, h.target, b); err != nil {
			return read{err: err}
		}
	}
	return read{batch: b}
}

// fetchTogether reads the rows of all keys on two connections.
func (r *reading) fetchTogether(own *fetcher, target int) error {
	if err := r.flush(); err != nil {
		return err
	}
	other, end, err := r.second.fetcher(r)
	if err != nil {
		return err
	}
	h := &ahead{
		keys: r.keys, target: target, columns: len(r.rows.columns),
		room: make(chan struct{}, aheadBatches), stop: make(chan struct{}), begun: map[int]chan read{},
	}
	var wait sync.WaitGroup
	wait.Go(func() { h.run(other) })
	defer func() {
		close(h.stop)
		wait.Wait()
		end()
	}()
	for i := 0; len(h.batch(i)) > 0; i++ {
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
		if err := r.give(got.batch); err != nil {
			return err
		}
	}
	return nil
}

// take gives where a batch comes from that the second fetcher has begun; nil for
// one that nobody has.
func (h *ahead) take(i int) chan read {
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
func (h *ahead) run(f *fetcher) {
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
		if len(h.batch(i)) == 0 {
			return
		}
		got := h.read(f, i)
		done <- got
		if got.err != nil {
			return
		}
	}
}
