package local

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"iter"
	"time"

	"zombiezen.com/go/sqlite"
	"zombiezen.com/go/sqlite/sqlitex"

	"github.com/mwvgroup/pgb/client/archive"
)

var _ archive.Archive = (*Archive)(nil)

const (
	// batchRows is how many hits a full batch has; the first ones are smaller,
	// so that the first hit comes soon.
	batchRows      = 1024
	firstBatchRows = 32
	// batchWait is how long hits wait for others when targets have few.
	batchWait = 100 * time.Millisecond
)

// Name names the archive for people.
func (a *Archive) Name() string { return "the local archive " + a.path }

// Alerts gives the alerts of the query's targets. All of an answer is of one
// moment, whatever is saved meanwhile. Targets are looked up one after the
// other, by statements that are prepared once; of a cone only the distances are
// kept, 40 bytes an alert. Alerts without a time stand last among their object's.
func (a *Archive) Alerts(ctx context.Context, q archive.Query) iter.Seq2[[]archive.Hit, error] {
	return func(yield func([]archive.Hit, error) bool) {
		second := a.takeSecond(ctx, &q)
		defer second.release()
		err := a.snapshot(ctx, func(conn *sqlite.Conn) error {
			r, err := a.newReading(ctx, conn, q, yield)
			if err != nil {
				return err
			}
			defer r.close()
			if second.follows() {
				r.second = second
			}
			return r.run()
		})
		if err != nil && !errors.Is(err, errStopped) {
			yield(nil, a.failed(ctx, err))
		}
	}
}

// errStopped ends an answer whose reader wants no more.
var errStopped = errors.New("the reader stopped")

// snapshot reads the archive as it is at one moment.
func (a *Archive) snapshot(ctx context.Context, read func(*sqlite.Conn) error) (err error) {
	if err := cmp.Or(ctx.Err(), a.damaged); err != nil {
		return err
	}
	conn, release, err := a.read(ctx)
	if err != nil {
		return err
	}
	defer release()
	if err := sqlitex.Execute(conn, "BEGIN", nil); err != nil {
		return err
	}
	defer func() {
		conn.SetInterrupt(nil) // the end of the transaction is not to be interrupted
		if end := sqlitex.Execute(conn, "ROLLBACK", nil); err == nil {
			err = end
		}
		if err != nil && ctx.Err() != nil && !errors.Is(err, errStopped) {
			err = ctx.Err()
		}
	}()
	return read(conn)
}

// reading answers one question about alerts.
type reading struct {
	ctx     context.Context
	archive *Archive
	conn    *sqlite.Conn
	query   archive.Query
	rows    *rowReader
	chosen  chosen

	statements []*sqlite.Stmt // in use
	objects    *sqlite.Stmt   // the objects of an id
	alerts     *sqlite.Stmt   // of an object
	sources    *sqlite.Stmt   // of a source id
	places     *sqlite.Stmt   // keys of a range of pixels
	between    *sqlite.Stmt   // rows of a run of keys

	second *second // reads wide cones too, or nil

	batch   *batch
	hits    []archive.Hit // that are read, behind those of the batch
	size    int           // of the next batch
	yielded time.Time
	yield   func([]archive.Hit, error) bool

	cover coverBuffer
	keys  []key
}

func (a *Archive) newReading(ctx context.Context, conn *sqlite.Conn, q archive.Query, yield func([]archive.Hit, error) bool) (*reading, error) {
	rows, err := a.newRowReader(conn, q)
	if err != nil {
		return nil, err
	}
	return &reading{
		ctx: ctx, archive: a, conn: conn, query: q, rows: rows, chosen: choose(q),
		size: firstBatchRows, yielded: time.Now(), yield: yield,
	}, nil
}

// close gives the statements up. Those without a filter stay compiled for the
// next question on their connection, which takes longer than a lookup; filters
// are of any number.
func (r *reading) close() {
	for _, stmt := range r.statements {
		if r.query.Where == nil {
			stmt.Reset()
		} else {
			stmt.Finalize()
		}
	}
}

// run looks up one target after the other.
func (r *reading) run() error {
	for i := range r.query.Targets {
		if err := r.ctx.Err(); err != nil {
			return err
		}
		target := &r.query.Targets[i]
		var err error
		switch {
		case target.ID.Text != "":
			err = r.id(i)
		case target.Cone != nil:
			err = r.cone(i)
		default:
			err = fmt.Errorf("target %d has neither an id nor a place", i)
		}
		if err != nil {
			return err
		}
		if r.batch.len()+len(r.hits) > 0 && time.Since(r.yielded) > batchWait {
			if err := r.flush(); err != nil {
				return err
			}
		}
	}
	return r.flush()
}

// prepare compiles a statement once for the whole answer and binds what all its
// runs have in common.
func (r *reading) prepare(at **sqlite.Stmt, text func() string) (*sqlite.Stmt, error) {
	if *at != nil {
		return *at, nil
	}
	prepare := r.conn.Prepare
	if r.query.Where != nil {
		prepare = func(text string) (*sqlite.Stmt, error) {
			stmt, _, err := r.conn.PrepareTransient(text)
			return stmt, err
		}
	}
	stmt, err := prepare(text())
	if err != nil {
		return nil, err
	}
	bindAll(stmt, r.chosen.parameters)
	r.statements = append(r.statements, stmt)
	*at = stmt
	return stmt, nil
}

// room gives the batch that the next hit goes to.
func (r *reading) room() (*batch, error) {
	if len(r.hits) > 0 || r.batch != nil && r.batch.len() == cap(r.batch.hits) {
		if err := r.flush(); err != nil {
			return nil, err
		}
	}
	if r.batch == nil {
		r.batch = newBatch(r.size, len(r.rows.columns))
		r.size = min(2*r.size, batchRows)
	}
	return r.batch, nil
}

// addHits adds hits that are read.
func (r *reading) addHits(hits []archive.Hit) error {
	r.hits = append(r.hits, hits...)
	if r.batch.len()+len(r.hits) < r.size {
		return nil
	}
	r.size = min(2*r.size, batchRows)
	return r.flush()
}

// flush gives the hits so far to the reader.
func (r *reading) flush() error {
	b, hits := r.batch, r.hits
	r.batch, r.hits = nil, nil
	if b.len() > 0 {
		if err := r.give(b.hits); err != nil {
			return err
		}
	}
	if len(hits) > 0 {
		return r.give(hits)
	}
	return nil
}

// give gives hits to the reader.
func (r *reading) give(hits []archive.Hit) error {
	if !r.yield(hits, nil) {
		return errStopped
	}
	r.yielded = time.Now()
	return nil
}

// add adds the row that a statement stands on.
func (r *reading) add(stmt *sqlite.Stmt, target int) error {
	b, err := r.room()
	if err != nil {
		return err
	}
	from := noSeparation
	if cone := r.query.Targets[target].Cone; cone != nil {
		from = separation(stmt, cone)
	}
	return r.rows.add(stmt, b, target, from)
}
