package local

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"

	"zombiezen.com/go/sqlite"

	"github.com/mwvgroup/pgb/client/alert"
	"github.com/mwvgroup/pgb/client/archive"
	"github.com/mwvgroup/pgb/client/field"
)

// sqlBatch is how many rows of a statement come at a time.
const sqlBatch = 512

// maxSQLValue bounds a text or blob that a statement makes, in bytes.
const maxSQLValue = 64 << 20

// RefusedError says that a statement does more than read.
type RefusedError struct{ What string }

// Error says what was refused.
func (e *RefusedError) Error() string {
	return "an archive's SQL only reads: " + e.What + " is refused"
}

// StatementError says what SQLite finds wrong with a statement, and where.
type StatementError struct {
	Text    string // the statement
	Offset  int    // of the fault in Text, in bytes; -1 when not known
	Message string
	Err     error
}

// Error gives the message and the place.
func (e *StatementError) Error() string {
	if e.Offset < 0 || e.Offset > len(e.Text) {
		return "SQL: " + e.Message
	}
	before := e.Text[:e.Offset]
	line := strings.Count(before, "\n") + 1
	column := len([]rune(before[strings.LastIndexByte(before, '\n')+1:])) + 1
	return fmt.Sprintf("SQL: %s at line %d, column %d", e.Message, line, column)
}

// Unwrap gives what SQLite says.
func (e *StatementError) Unwrap() error { return e.Err }

// SQL runs one statement of SQLite's SQL that only reads. What does more is a
// [*RefusedError], and what is wrong a [*StatementError]. A column's kind is that
// of its first values. The rows hold a connection until they were ranged over or
// ctx ends. Nothing is billed.
func (a *Archive) SQL(ctx context.Context, text string, _ int64) (*archive.Rows, error) {
	s, err := a.openStatement(ctx, text)
	if err != nil {
		return nil, err
	}
	first, done, err := s.next(sqlBatch)
	if err != nil {
		s.close()
		return nil, err
	}
	rows := &archive.Rows{Columns: s.columns(first), Simulated: s.simulated}
	if done {
		s.close()
	} else {
		context.AfterFunc(ctx, s.close)
	}
	rows.Batches = func(yield func([][]field.Value, error) bool) {
		defer s.close()
		batch, done := first, done
		for {
			if len(batch) > 0 && !yield(batch, nil) || done {
				return
			}
			var err error
			if batch, done, err = s.next(sqlBatch); err != nil {
				yield(nil, err)
				return
			}
		}
	}
	return rows, nil
}

// sqlStatement is a statement that runs on a connection of its own.
type sqlStatement struct {
	archive *Archive
	ctx     context.Context
	text    string
	end     int // of the statement in the text
	guard   *readingOnly

	simulated bool // all that the archive holds

	mu      sync.Mutex
	conn    *sqlite.Conn
	stmt    *sqlite.Stmt // nil when closed
	release func()
}

func (a *Archive) openStatement(ctx context.Context, text string) (*sqlStatement, error) {
	if err := cmp.Or(ctx.Err(), a.damaged); err != nil {
		return nil, err
	}
	if err := beginsReading(text); err != nil {
		return nil, err
	}
	conn, release, err := a.read(ctx)
	if err != nil {
		return nil, err
	}
	s := &sqlStatement{archive: a, ctx: ctx, text: text, guard: &readingOnly{}, conn: conn}
	if s.simulated, err = isSimulated(conn); err != nil {
		release()
		return nil, a.failed(ctx, err)
	}
	before := conn.Limit(sqlite.LimitLength, maxSQLValue)
	s.release = func() {
		conn.Limit(sqlite.LimitLength, before)
		if conn.SetAuthorizer(nil) == nil {
			release()
		}
	}
	if err = conn.SetAuthorizer(s.guard); err == nil {
		err = s.prepare()
	}
	if err != nil {
		s.release()
		return nil, err
	}
	return s, nil
}

func (s *sqlStatement) prepare() error {
	stmt, trailing, err := s.conn.PrepareTransient(s.text)
	switch {
	case err != nil || s.guard.refused != "":
		err = s.failed(err)
	case stmt.BindParamCount() > 0:
		err = &StatementError{Text: s.text, Offset: -1, Message: "the statement has the parameter " + parameterName(stmt) + ", which has no value"}
	case !isBlank(s.text[len(s.text)-trailing:]):
		err = &StatementError{Text: s.text, Offset: len(s.text) - trailing, Message: "a second statement stands behind the first"}
	}
	if err != nil {
		if stmt != nil {
			stmt.Finalize()
		}
		return err
	}
	s.stmt, s.end = stmt, len(s.text)-trailing
	return nil
}

func parameterName(stmt *sqlite.Stmt) string {
	if name := stmt.BindParamName(1); name != "" {
		return name
	}
	return "?"
}

// close gives the connection back, once.
func (s *sqlStatement) close() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.stmt != nil {
		s.stmt.Finalize()
		s.stmt = nil
		s.release()
	}
}

// next gives the next rows; done says that there are no more.
func (s *sqlStatement) next(most int) (rows [][]field.Value, done bool, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.stmt == nil {
		if err := s.ctx.Err(); err != nil {
			return nil, true, err
		}
		return nil, true, errors.New("the rows were read before")
	}
	width := s.stmt.ColumnCount()
	b := batch{}
	for len(rows) < most {
		more, err := s.stmt.Step()
		if err != nil {
			return nil, true, s.failed(err)
		}
		if !more {
			return rows, true, nil
		}
		row := make([]field.Value, width)
		for i := range row {
			row[i] = valueOf(s.stmt, i, &b)
		}
		rows = append(rows, row)
	}
	return rows, false, nil
}

// valueOf reads a value of any type.
func valueOf(stmt *sqlite.Stmt, column int, b *batch) field.Value {
	switch stmt.ColumnType(column) {
	case sqlite.TypeInteger:
		return field.OfInt(stmt.ColumnInt64(column))
	case sqlite.TypeFloat:
		return field.OfFloat64(stmt.ColumnFloat(column))
	case sqlite.TypeNull:
		return field.Value{}
	}
	text := b.bytes(stmt.ColumnLen(column))
	stmt.ColumnBytes(column, text)
	if stmt.ColumnType(column) == sqlite.TypeBlob {
		return field.OfBytes(text)
	}
	return field.OfText(text)
}

// columns names the columns; their kinds are those of the rows given. Generic
// names have their units.
func (s *sqlStatement) columns(rows [][]field.Value) []alert.Column {
	names := s.names()
	columns := make([]alert.Column, len(names))
	for i := range columns {
		c := alert.Column{Name: names[i]}
		if known := s.archive.registry.Column(c.Name); known != nil {
			c.Unit, c.Doc, c.UCD = known.Unit, known.Doc, known.UCD
		}
		for _, row := range rows {
			c.Kind = widerKind(c.Kind, row[i].Kind())
		}
		columns[i] = c
	}
	return columns
}

// widerKind gives the kind that holds both.
func widerKind(a, b field.Kind) field.Kind {
	isNumber := func(k field.Kind) bool { return k == field.Int || k == field.Float64 }
	switch {
	case a == b || b == field.Missing:
		return a
	case a == field.Missing:
		return b
	case isNumber(a) && isNumber(b):
		return field.Float64
	}
	return field.Text
}

// failed makes an error of what SQLite says of the statement.
func (s *sqlStatement) failed(err error) error {
	if s.ctx.Err() != nil {
		return s.ctx.Err()
	}
	if s.guard.refused != "" {
		// The table of a pragma asks for it when it is read.
		return &RefusedError{What: s.guard.refused}
	}
	code := sqlite.ErrCode(err).ToPrimary()
	if code != sqlite.ResultError && code != sqlite.ResultTooBig && code != sqlite.ResultMismatch {
		return s.archive.failed(s.ctx, err)
	}
	if plainMessage(err) == "not authorized" {
		return &RefusedError{What: "a function that reaches outside"}
	}
	return &StatementError{Text: s.text, Offset: placeOf(s.text, err), Message: plainMessage(err), Err: err}
}

// plainMessage gives SQLite's message without the words around it.
func plainMessage(err error) string {
	text := err.Error()
	for _, before := range []string{"sqlite: ", "prepare: ", "step: ", "SQL logic error: "} {
		if i := strings.Index(text, before); i >= 0 {
			text = text[i+len(before):]
		}
	}
	return text
}

// planSQL tells how SQLite runs a statement.
func (a *Archive) planSQL(ctx context.Context, text string) (archive.Plan, error) {
	s, err := a.openStatement(ctx, text)
	if err != nil {
		return archive.Plan{}, err
	}
	s.close()
	plan := archive.Plan{Statements: []archive.Statement{statement(text, "")}}
	if word, _ := firstWord(text); strings.EqualFold(word, "explain") {
		return plan, nil
	}
	explained, err := a.openStatement(ctx, "EXPLAIN QUERY PLAN "+text)
	if err != nil {
		return archive.Plan{}, err
	}
	defer explained.close()
	steps, _, err := explained.next(1000)
	for _, row := range steps {
		plan.Notes = append(plan.Notes, row[len(row)-1].String())
	}
	return plan, err
}
