package local

import (
	"context"
	"errors"
	"net/url"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"zombiezen.com/go/sqlite"
	"zombiezen.com/go/sqlite/sqlitex"
)

// maxReaders bounds the connections that read at one time.
const maxReaders = 16

// busyWait is how long a reader waits for a lock; it holds only while the
// file's log is being recovered or cut.
const busyWait = 10 * time.Second

// readers are connections that only read, made as they are needed.
type readers struct {
	uri    string
	own    []string      // pragmas of theirs
	slots  chan struct{} // one for each connection in use
	closed chan struct{}

	mu   sync.Mutex
	free []*sqlite.Conn
}

func newReaders(uri string, pragmas ...string) *readers {
	return &readers{uri: uri, own: pragmas, slots: make(chan struct{}, maxReaders), closed: make(chan struct{})}
}

// uriOf names a file for SQLite.
func uriOf(path string, parameters ...string) string {
	if abs, err := filepath.Abs(path); err == nil {
		path = abs
	}
	path = filepath.ToSlash(path)
	if !strings.HasPrefix(path, "/") {
		path = "/" + path // a Windows drive
	}
	return (&url.URL{Scheme: "file", Path: path, RawQuery: strings.Join(parameters, "&")}).String()
}

// connectReader opens a connection that can't write.
func connectReader(uri string, pragmas ...string) (*sqlite.Conn, error) {
	conn, err := sqlite.OpenConn(uri, sqlite.OpenReadOnly, sqlite.OpenURI)
	if err != nil {
		return nil, err
	}
	conn.SetBusyTimeout(busyWait)
	// The reader's own come first: without one of them a damaged file takes none.
	if err := set(conn, pragmas...); err != nil {
		return nil, errors.Join(err, conn.Close())
	}
	// The page cache holds the upper levels of the indexes; what is mapped is
	// read without a copy.
	err = set(conn, "query_only = on", "cache_size = -16384", "mmap_size = 4294967296", "temp_store = memory")
	if err != nil {
		return nil, errors.Join(err, conn.Close())
	}
	return conn, nil
}

// set sets what holds for one connection, or for the file.
func set(conn *sqlite.Conn, pragmas ...string) error {
	for _, text := range pragmas {
		if err := sqlitex.ExecuteTransient(conn, "PRAGMA "+text, nil); err != nil {
			return err
		}
	}
	return nil
}

func (r *readers) take(ctx context.Context) (*sqlite.Conn, error) {
	select {
	case <-r.closed:
		return nil, ErrClosed
	default:
	}
	select {
	case r.slots <- struct{}{}:
	case <-r.closed:
		return nil, ErrClosed
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	return r.connected(ctx)
}

// tryTake takes a connection if one may be had without waiting.
func (r *readers) tryTake(ctx context.Context) (conn *sqlite.Conn, ok bool) {
	select {
	case <-r.closed:
		return nil, false
	default:
	}
	select {
	case r.slots <- struct{}{}:
	default:
		return nil, false
	}
	conn, err := r.connected(ctx)
	return conn, err == nil
}

// connected gives a connection for a slot that is taken.
func (r *readers) connected(ctx context.Context) (*sqlite.Conn, error) {
	r.mu.Lock()
	var conn *sqlite.Conn
	if n := len(r.free); n > 0 {
		conn, r.free = r.free[n-1], r.free[:n-1]
	}
	r.mu.Unlock()
	if conn == nil {
		var err error
		if conn, err = connectReader(r.uri, r.own...); err != nil {
			<-r.slots
			return nil, err
		}
	}
	conn.SetInterrupt(ctx.Done())
	return conn, nil
}

func (r *readers) give(conn *sqlite.Conn) {
	conn.SetInterrupt(nil)
	r.mu.Lock()
	r.free = append(r.free, conn)
	r.mu.Unlock()
	<-r.slots
}

// close waits for the connections in use.
func (r *readers) close() error {
	close(r.closed)
	for range maxReaders {
		r.slots <- struct{}{}
	}
	var first error
	for _, conn := range r.free {
		if err := conn.Close(); err != nil && first == nil {
			first = err
		}
	}
	r.free = nil
	return first
}

// read borrows a connection that only reads, until release is called. What is
// run on it ends with ctx. All statements must be reset or finalized by then.
func (a *Archive) read(ctx context.Context) (conn *sqlite.Conn, release func(), err error) {
	conn, err = a.readers.take(ctx)
	if err != nil {
		return nil, nil, a.failed(ctx, err)
	}
	return conn, func() { a.readers.give(conn) }, nil
}
