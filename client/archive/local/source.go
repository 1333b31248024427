package local

import (
	"context"
	"io"
	"time"

	"zombiezen.com/go/sqlite"
	"zombiezen.com/go/sqlite/sqlitex"

	"github.com/mwvgroup/pgb/client/alert"
	"github.com/mwvgroup/pgb/client/archive"
	"github.com/mwvgroup/pgb/client/sky"
)

// Source gives the messages of an archive whole, in the order in which they were
// saved. What is saved meanwhile comes too. It is a stream.Source.
type Source struct {
	archive *Archive
	text    string
	args    []any
	last    int64
}

// sourceBatch and sourceBytes bound what a Source gives at a time.
const (
	sourceBatch = 500
	sourceBytes = 16 << 20
)

// Source gives the stored messages of the query's survey whose observation lies
// within its times; messages without a time of observation are left out where a
// time is given. Targets and the filter of the query are not looked at: see
// [Archive.Alerts].
func (a *Archive) Source(q archive.Query) *Source {
	s := &Source{archive: a, text: "SELECT " + storedColumns + ", m.id, length(m.body) FROM " + storedFrom + " WHERE m.id > ?1"}
	s.args = []any{int64(0), q.Survey, 0.0, 0.0}
	if q.Survey != "" {
		s.text += " AND a.survey = ?2"
	}
	if !q.Since.IsZero() {
		s.text += " AND a.mjd >= ?3"
		s.args[2] = mjdOf(q.Since)
	}
	if !q.Until.IsZero() {
		s.text += " AND a.mjd <= ?4"
		s.args[3] = mjdOf(q.Until)
	}
	s.text += " AND (?2, ?3, ?4) IS NOT NULL ORDER BY m.id LIMIT 500"
	return s
}

func mjdOf(t time.Time) float64 { return sky.MJDFromTime(t) }

// Next gives the next messages, and io.EOF behind the last.
func (s *Source) Next(ctx context.Context) ([]*alert.Message, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	conn, release, err := s.archive.read(ctx)
	if err != nil {
		return nil, err
	}
	defer release()
	var batch []*alert.Message
	bytes := 0
	s.args[0] = s.last
	err = sqlitex.Execute(conn, s.text, &sqlitex.ExecOptions{Args: s.args, ResultFunc: func(stmt *sqlite.Stmt) error {
		m, err := s.archive.storedMessage(conn, stmt, 0)
		if err != nil {
			return err
		}
		batch = append(batch, m)
		s.last = stmt.ColumnInt64(storedCount)
		if bytes += len(m.Body); bytes >= sourceBytes {
			return errStopped
		}
		return nil
	}})
	if err != nil && err != errStopped {
		return nil, s.archive.failed(ctx, err)
	}
	if len(batch) == 0 {
		return nil, io.EOF
	}
	return batch, nil
}

// Done does nothing: the messages stay in the archive.
func (s *Source) Done([]*alert.Message) error { return nil }

// Return does nothing: the messages are there when they are asked for again.
func (s *Source) Return([]*alert.Message) error { return nil }

// Close does nothing: the archive is closed by who opened it.
func (s *Source) Close(context.Context) error { return nil }
