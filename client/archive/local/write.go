package local

import (
	"context"
	"errors"
	"fmt"
	"time"

	"zombiezen.com/go/sqlite"
	"zombiezen.com/go/sqlite/sqlitex"
)

// writeWait is how long a writer waits for another process that is writing.
const writeWait = 30 * time.Second

// lockStep bounds each try for the lock, so that a context that ends is seen.
const lockStep = 50 * time.Millisecond

// logBytes is the length from which the log goes into the file, with two more
// waits for the disk.
const logBytes = 32 << 20

// logWait is how long the end of writing waits for readers that still use the log.
const logWait = 2 * time.Second

// writer is the connection that writes, with what it knows of the file. It is
// used by one goroutine at a time.
type writer struct {
	conn    *sqlite.Conn
	version int64 // PRAGMA data_version: it changes when another process wrote
	known   known
}

// known is what a writer remembers of the tables, so as not to ask again.
type known struct {
	topics  map[string]int64
	schemas map[[32]byte]int64
}

func newKnown() known {
	return known{topics: map[string]int64{}, schemas: map[[32]byte]int64{}}
}

// connectWriter opens the connection that writes. What is committed is on disk
// (https://www.sqlite.org/pragma.html#pragma_synchronous).
func connectWriter(path string) (*writer, error) {
	conn, err := sqlite.OpenConn(uriOf(path, "mode=rw"), sqlite.OpenReadWrite, sqlite.OpenURI)
	if err != nil {
		return nil, err
	}
	conn.SetBusyTimeout(lockStep)
	err = set(conn, "synchronous = full", "cache_size = -65536", "temp_store = memory", fmt.Sprintf("wal_autocheckpoint = %d", logBytes/pageSize))
	if err != nil {
		return nil, errors.Join(err, conn.Close())
	}
	return &writer{conn: conn, known: newKnown()}, nil
}

// close puts the log into the file first: where readers are connected still,
// which can't do that, the writer is not the last to close, and a copy of the
// file alone would lack what was saved. What can't be put there stays in the
// log, from which it is read as well.
func (w *writer) close() error {
	w.conn.SetBusyTimeout(logWait)
	_ = set(w.conn, "wal_checkpoint(TRUNCATE)")
	return w.conn.Close()
}

// write runs a change in one transaction. It is on disk when write returns
// without an error, and nothing of it is there otherwise. before runs ahead of
// the transaction.
func (a *Archive) write(ctx context.Context, change func(*writer) error, before ...func(*writer) error) error {
	a.writing.Lock()
	defer a.writing.Unlock()
	w, err := a.takeWriter(ctx)
	if err != nil {
		return err
	}
	w.conn.SetInterrupt(ctx.Done())
	defer w.conn.SetInterrupt(nil)
	for _, f := range before {
		if err := f(w); err != nil {
			return a.failed(ctx, err)
		}
	}
	if err := w.begin(ctx); err != nil {
		return a.failed(ctx, err)
	}
	if err = change(w); err == nil {
		err = sqlitex.Execute(w.conn, "COMMIT", nil)
	}
	if err == nil {
		return nil
	}
	// A commit that failed for want of space leaves the transaction open.
	w.conn.SetInterrupt(nil)
	w.known = newKnown()
	a.bodies.forget() // the numbers of schemas that are undone are given again
	if !w.conn.AutocommitEnabled() {
		if undo := sqlitex.Execute(w.conn, "ROLLBACK", nil); undo != nil {
			err = errors.Join(err, fmt.Errorf("undo it: %w", undo))
		}
	}
	return a.failed(ctx, err)
}

// takeWriter gives the connection that writes, while a.writing is held.
func (a *Archive) takeWriter(ctx context.Context) (*writer, error) {
	select {
	case <-a.readers.closed:
		return nil, ErrClosed
	default:
	}
	if a.damaged != nil {
		return nil, a.damaged
	}
	if a.readOnly {
		return nil, fmt.Errorf("%s: %w", a.path, ErrReadOnly)
	}
	if a.writer == nil {
		w, err := connectWriter(a.path)
		if err != nil {
			if sqlite.ErrCode(err).ToPrimary() == sqlite.ResultCantOpen {
				return nil, fmt.Errorf("%s: %w: %w", a.path, ErrReadOnly, err)
			}
			return nil, a.failed(ctx, err)
		}
		a.writer = w
	}
	return a.writer, nil
}

// begin waits for other writers and begins a transaction.
func (w *writer) begin(ctx context.Context) error {
	for until := time.Now().Add(writeWait); ; {
		err := sqlitex.Execute(w.conn, "BEGIN IMMEDIATE", nil)
		if err == nil {
			break
		}
		if sqlite.ErrCode(err).ToPrimary() != sqlite.ResultBusy || time.Now().After(until) {
			return err
		}
		if ctx.Err() != nil {
			return ctx.Err()
		}
	}
	now, err := pragma(w.conn, "data_version")
	if err != nil {
		return err
	}
	if now != w.version {
		w.version, w.known = now, newKnown()
	}
	return nil
}
