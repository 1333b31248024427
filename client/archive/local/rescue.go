package local

import (
	"context"
	"errors"
	"maps"

	"zombiezen.com/go/sqlite"
	"zombiezen.com/go/sqlite/sqlitex"

	"github.com/mwvgroup/pgb/client/alert"
)

// unreadable says that a message can't be made of what is stored of it.
type unreadable struct{ err error }

func (e *unreadable) Error() string { return e.err.Error() }

func (e *unreadable) Unwrap() error { return e.err }

// isDamage says whether an error is one of the file and not of the question.
func isDamage(err error) bool {
	switch sqlite.ErrCode(err).ToPrimary() {
	case sqlite.ResultCorrupt, sqlite.ResultNotADB, sqlite.ResultIOErr:
		return true
	case sqlite.ResultInterrupt:
		return false
	}
	return errors.As(err, new(*unreadable))
}

// connectDamaged connects to a file that is shorter than it says. SQLite reads
// such a one where the schema may be written to, which a connection that only
// reads can't do.
func (a *Archive) connectDamaged(ctx context.Context, damage error) error {
	if err := a.readers.close(); err != nil {
		return err
	}
	corrupt := &CorruptError{Path: a.path, Err: damage}
	a.readers = newReaders(uriOf(a.path, "mode=ro"), "writable_schema = on")
	if a.try(ctx) != nil {
		return corrupt
	}
	a.readOnly, a.damaged = true, corrupt
	return nil
}

// lostAtMost bounds how many messages behind each other are looked for where
// the file does not even tell which is the last.
const lostAtMost = 100_000

// The last message, as several trees of the file have it.
var lastMessage = []string{
	"SELECT max(id) FROM message", "SELECT max(id) FROM alert",
	"SELECT max(id) FROM message INDEXED BY sqlite_autoindex_message_1", "SELECT max(id) FROM alert INDEXED BY alert_by_source",
}

const (
	sqlRescue = "SELECT " + storedColumns + " FROM " + storedFrom + " WHERE m.id = @id"
	// sqlRescueBody is for a message whose topic is lost.
	sqlRescueBody = `SELECT '', NULL, NULL, m.origin, m.read_as, m.schema, m.attributes, m.key, m.encoding, m.body FROM message m WHERE m.id = @id`
)

// rescue looks for the next message that can be read, one after the other, and
// counts those that can't. Behind it the file may be whole again. Of a message
// of which the row is lost, that its filters ask for, nothing is known.
func (s *Source) rescue(ctx context.Context, conn *sqlite.Conn, damage error) ([]*alert.Message, error) {
	if s.damage == nil {
		s.damage = &CorruptError{Path: s.archive.path, Err: damage}
	}
	s.findLast(conn)
	named := maps.Clone(s.named)
	delete(named, "@after")
	delete(named, "@most")
	var lost int64
	for behind := 0; s.after < s.last || s.last == 0 && behind < lostAtMost; behind++ {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		s.after++
		named["@id"] = s.after
		m, err := s.one(conn, sqlRescue+s.chosen, named)
		if err != nil && isDamage(err) && s.chosen == "" {
			m, err = s.one(conn, sqlRescueBody, named)
		}
		switch {
		case m != nil:
			s.damage.Lost += lost
			return []*alert.Message{m}, nil
		case err != nil && !isDamage(err):
			return nil, err
		case err != nil:
			lost++
		}
	}
	if s.last != 0 {
		s.damage.Lost += lost
	} else { // nothing says that there was anything behind the last that was read
		s.damage.AtLeast = true
	}
	return nil, nil
}

// findLast finds the last message, once.
func (s *Source) findLast(conn *sqlite.Conn) {
	if s.last != 0 {
		return
	}
	for _, text := range lastMessage {
		// What can't be read tells nothing.
		_ = sqlitex.Execute(conn, text, &sqlitex.ExecOptions{ResultFunc: func(stmt *sqlite.Stmt) error {
			s.last = max(s.last, stmt.ColumnInt64(0))
			return nil
		}})
	}
}

// one reads a message; nil for one that is not there or not asked for.
func (s *Source) one(conn *sqlite.Conn, text string, named map[string]any) (m *alert.Message, err error) {
	err = sqlitex.Execute(conn, text, &sqlitex.ExecOptions{Named: named, ResultFunc: func(stmt *sqlite.Stmt) error {
		var err error
		if m, err = s.archive.storedMessage(conn, stmt, 0); err != nil {
			return &unreadable{err}
		}
		return nil
	}})
	return m, err
}
