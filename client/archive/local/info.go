package local

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"time"

	"zombiezen.com/go/sqlite"
	"zombiezen.com/go/sqlite/sqlitex"
)

// Summary says what an archive holds.
type Summary struct {
	Path     string
	Version  int // of the schema
	ReadOnly bool
	Bytes    int64 // of the file and its log
	// Simulated says that it holds simulated alerts; Empty that it holds none
	// of either kind.
	Simulated, Empty bool

	Messages, Alerts, Objects, Points, Classifications int64
	// FirstMJD and LastMJD are the first and the last observation, NaN where
	// none has a time that can be right.
	FirstMJD, LastMJD float64
	// Saved is when the last message was saved; zero where there is none.
	Saved time.Time
	// Surveys and Topics count messages by survey ("" where it is not known)
	// and by topic, the largest first.
	Surveys, Topics []Count
}

// Count is how many messages there are of something.
type Count struct {
	Name     string
	Messages int64
}

// sqlSpan counts alerts and gives the span of their observations. A time before
// 1899 or after 2132 is that of a broken packet, in other units.
const sqlSpan = `SELECT sum(shown), min(mjd) FILTER (WHERE mjd BETWEEN 15000 AND 100000),
 max(mjd) FILTER (WHERE mjd BETWEEN 15000 AND 100000) FROM alert`

// Summary counts what the archive holds, at one moment.
func (a *Archive) Summary(ctx context.Context) (s Summary, err error) {
	s = Summary{Path: a.path, Version: version, ReadOnly: a.readOnly, Empty: true}
	if s.Bytes, err = a.fileSize(); err != nil {
		return s, err
	}
	err = a.snapshot(ctx, func(conn *sqlite.Conn) error {
		for _, q := range []struct {
			text string
			read func(*sqlite.Stmt)
		}{
			{sqlKind, func(stmt *sqlite.Stmt) { s.Simulated, s.Empty = stmt.ColumnBool(0), false }},
			{`SELECT count(*), max(saved) FROM message`, func(stmt *sqlite.Stmt) {
				if s.Messages = stmt.ColumnInt64(0); s.Messages > 0 {
					s.Saved = time.UnixMicro(stmt.ColumnInt64(1)).UTC()
				}
			}},
			{sqlSpan, func(stmt *sqlite.Stmt) {
				s.Alerts, s.FirstMJD, s.LastMJD = stmt.ColumnInt64(0), floatAt(stmt, 1), floatAt(stmt, 2)
			}},
			{`SELECT count(*) FROM object`, func(stmt *sqlite.Stmt) { s.Objects = stmt.ColumnInt64(0) }},
			{`SELECT count(*) FROM point`, func(stmt *sqlite.Stmt) { s.Points = stmt.ColumnInt64(0) }},
			{`SELECT count(*) FROM classification`, func(stmt *sqlite.Stmt) { s.Classifications = stmt.ColumnInt64(0) }},
			{`SELECT coalesce(survey, ''), count(*) FROM alert GROUP BY 1 ORDER BY 2 DESC, 1`, counting(&s.Surveys)},
			{`SELECT t.name, count(*) FROM alert a JOIN topic t ON t.id = a.topic GROUP BY 1 ORDER BY 2 DESC, 1`, counting(&s.Topics)},
		} {
			err := sqlitex.Execute(conn, q.text, &sqlitex.ExecOptions{ResultFunc: func(stmt *sqlite.Stmt) error {
				q.read(stmt)
				return nil
			}})
			if err != nil {
				return err
			}
		}
		return nil
	})
	return s, a.failed(ctx, err)
}

func counting(list *[]Count) func(*sqlite.Stmt) {
	return func(stmt *sqlite.Stmt) {
		*list = append(*list, Count{Name: stmt.ColumnText(0), Messages: stmt.ColumnInt64(1)})
	}
}

// fileSize is the size of the archive's file and of its log.
func (a *Archive) fileSize() (size int64, err error) {
	for _, suffix := range []string{"", "-wal"} {
		at, err := os.Stat(a.path + suffix)
		if suffix != "" && errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			return 0, err
		}
		size += at.Size()
	}
	return size, nil
}
