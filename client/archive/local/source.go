package local

import (
	"context"
	"io"

	"zombiezen.com/go/sqlite"
	"zombiezen.com/go/sqlite/sqlitex"

	"github.com/mwvgroup/pgb/client/alert"
	"github.com/mwvgroup/pgb/client/archive"
	"github.com/mwvgroup/pgb/client/sky"
)

// Source gives the messages of an archive whole, in the order in which they were
// saved. What is saved meanwhile comes too. Of a damaged file it gives what can
// be read, and at the end a [*CorruptError] that counts what can't. It is a
// stream.Source.
type Source struct {
	archive *Archive
	text    string
	named   map[string]any
	after   int64 // the last message that was given or is lost
	chosen  string
	damage  *CorruptError // nil as long as all can be read
	last    int64         // the last message there is, where the file is damaged
	read    int64
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
	s := &Source{archive: a, named: map[string]any{}}
	if q.Survey != "" {
		s.chosen += " AND a.survey = @survey"
		s.named["@survey"] = q.Survey
	}
	if !q.Since.IsZero() {
		s.chosen += " AND a.mjd >= @since"
		s.named["@since"] = sky.MJDFromTime(q.Since)
	}
	if !q.Until.IsZero() {
		s.chosen += " AND a.mjd <= @until"
		s.named["@until"] = sky.MJDFromTime(q.Until)
	}
	s.text = "SELECT " + storedColumns + ", m.id FROM " + storedFrom + " WHERE m.id > @after" + s.chosen + " ORDER BY m.id LIMIT @most"
	return s
}

// Next gives the next messages, and io.EOF behind the last; behind the last of a
// damaged file a [*CorruptError].
func (s *Source) Next(ctx context.Context) ([]*alert.Message, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	conn, release, err := s.archive.read(ctx)
	if err != nil {
		return nil, err
	}
	defer release()
	batch, err := s.next(conn)
	if err != nil && len(batch) == 0 && isDamage(err) {
		batch, err = s.rescue(ctx, conn, err)
	}
	s.read += int64(len(batch))
	switch {
	case len(batch) > 0:
		return batch, nil
	case err != nil:
		return nil, s.archive.failed(ctx, err)
	case s.damage != nil:
		s.damage.Read = s.read
		return nil, s.damage
	}
	return nil, io.EOF
}

// next reads messages up to what can't be read.
func (s *Source) next(conn *sqlite.Conn) (batch []*alert.Message, err error) {
	s.named["@after"], s.named["@most"] = s.after, sourceBatch
	bytes := 0
	err = sqlitex.Execute(conn, s.text, &sqlitex.ExecOptions{Named: s.named, ResultFunc: func(stmt *sqlite.Stmt) error {
		m, err := s.archive.storedMessage(conn, stmt, 0)
		if err != nil {
			return &unreadable{err}
		}
		batch = append(batch, m)
		s.after = stmt.ColumnInt64(storedCount)
		if bytes += len(m.Body); bytes >= sourceBytes {
			return errStopped
		}
		return nil
	}})
	if err == errStopped {
		err = nil
	}
	return batch, err
}

// Done does nothing: the messages stay in the archive.
func (s *Source) Done([]*alert.Message) error { return nil }

// Return does nothing: the messages are there when they are asked for again.
func (s *Source) Return([]*alert.Message) error { return nil }

// Close does nothing: the archive is closed by who opened it.
func (s *Source) Close(context.Context) error { return nil }
