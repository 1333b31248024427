package local

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"zombiezen.com/go/sqlite"
	"zombiezen.com/go/sqlite/sqlitex"

	"github.com/mwvgroup/pgb/client/alert"
)

// Report says what a check of an archive found.
type Report struct {
	Messages int64 // that were read back
	// Faults are what is wrong, a line each, at most 100 of a kind.
	Faults []string
}

// Clean says whether nothing is wrong.
func (r *Report) Clean() bool { return len(r.Faults) == 0 }

// maxFaults bounds the faults of a kind that are listed.
const maxFaults = 100

// consistency are queries of which each row is a fault.
var consistency = []struct{ what, text string }{
	{"a message has no alert row", `SELECT id FROM message WHERE id NOT IN (SELECT id FROM alert) LIMIT 100`},
	{"an alert row has no message", `SELECT id FROM alert WHERE id NOT IN (SELECT id FROM message) LIMIT 100`},
	{"an alert's object is missing", `SELECT id FROM alert WHERE object IS NOT NULL AND object NOT IN (SELECT id FROM object) LIMIT 100`},
	{"an alert's topic is missing", `SELECT id FROM alert WHERE topic IS NOT NULL AND topic NOT IN (SELECT id FROM topic) LIMIT 100`},
	{"a message's schema is missing", `SELECT id FROM message WHERE schema IS NOT NULL AND schema NOT IN (SELECT id FROM packet_schema) LIMIT 100`},
	{"a point's object is missing", `SELECT DISTINCT object FROM point WHERE object IS NOT NULL AND object NOT IN (SELECT id FROM object) LIMIT 100`},
	{"a classification's alert is missing", `SELECT DISTINCT alert FROM classification WHERE alert NOT IN (SELECT id FROM alert) LIMIT 100`},
	{"an object has no alerts", `SELECT id FROM object WHERE id NOT IN (SELECT object FROM alert WHERE object IS NOT NULL) LIMIT 100`},
	{"an object's number of alerts is wrong", `SELECT id FROM object WHERE
 alerts <> (SELECT count(*) FROM alert WHERE alert.object = object.id AND shown = 1) LIMIT 100`},
	{"an alert is shown more than once, or never", `SELECT min(a.id) FROM alert a LEFT JOIN object o ON o.id = a.object
 WHERE a.source_id IS NOT NULL AND a.source_id IS NOT o.object_id GROUP BY a.survey, a.source_id HAVING sum(a.shown) <> 1 LIMIT 100`},
	{"an epoch of an object stands twice", `SELECT min(object) FROM point WHERE mjd IS NOT NULL
 GROUP BY object, mjd, band, source_id, visit, detector HAVING count(*) > 1 LIMIT 100`},
}

// Check verifies the archive: the file's structure, rows that point nowhere,
// counts, and that every message can be read back. progress is told now and then
// how many messages of how many have been read; it may be nil. That a
// file is damaged is a fault in the report.
func (a *Archive) Check(ctx context.Context, progress func(done, all int64)) (Report, error) {
	var r Report
	if a.damaged != nil {
		r.Faults = append(r.Faults, a.damaged.Error())
		return r, nil
	}
	err := a.snapshot(ctx, func(conn *sqlite.Conn) error {
		if err := r.rows(conn, "the file is damaged", "PRAGMA integrity_check(100)"); err != nil {
			return err
		}
		if !r.Clean() {
			return nil // what can be said of such a file is no more than that
		}
		for _, c := range consistency {
			if err := r.rows(conn, c.what, c.text); err != nil {
				return err
			}
		}
		return a.checkMessages(ctx, conn, &r, progress)
	})
	if err = a.failed(ctx, err); errors.As(err, new(*CorruptError)) {
		r.Faults, err = append(r.Faults, err.Error()), nil
	}
	return r, err
}

// rows makes a fault of each row of a query.
func (r *Report) rows(conn *sqlite.Conn, what, query string) error {
	return sqlitex.ExecuteTransient(conn, query, &sqlitex.ExecOptions{ResultFunc: func(stmt *sqlite.Stmt) error {
		for line := range strings.Lines(stmt.ColumnText(0)) { // SQLite's own check gives many in one row
			line = strings.TrimSpace(line)
			if line != "" && line != "ok" && !strings.HasPrefix(line, "*** in database") {
				r.Faults = append(r.Faults, what+": "+line)
			}
		}
		return nil
	}})
}

// progressStep is after how many messages progress is told.
const progressStep = 1000

// checkMessages reads every message back.
func (a *Archive) checkMessages(ctx context.Context, conn *sqlite.Conn, r *Report, progress func(done, all int64)) error {
	view, err := a.columns()
	if err != nil {
		return err
	}
	var all int64
	err = sqlitex.Execute(conn, "SELECT count(*) FROM message", &sqlitex.ExecOptions{ResultFunc: func(stmt *sqlite.Stmt) error {
		all = stmt.ColumnInt64(0)
		return nil
	}})
	if err != nil {
		return err
	}
	var row alert.Row
	faults := 0
	return sqlitex.Execute(conn, "SELECT "+storedColumns+", m.id, m.identity FROM "+storedFrom+" ORDER BY m.id", &sqlitex.ExecOptions{
		ResultFunc: func(stmt *sqlite.Stmt) error {
			m, err := a.storedMessage(conn, stmt, 0)
			if err == nil {
				err = a.verify(m, view, &row, blob(stmt, storedCount+1))
			}
			if err != nil {
				if ctx.Err() != nil {
					return ctx.Err()
				}
				if faults++; faults <= maxFaults {
					r.Faults = append(r.Faults, fmt.Sprintf("message %d can't be read back: %v", stmt.ColumnInt64(storedCount), err))
				}
			}
			if r.Messages++; progress != nil && (r.Messages%progressStep == 0 || r.Messages == all) {
				progress(r.Messages, all)
			}
			return nil
		},
	})
}

// verify reads a stored message and compares its identity.
func (a *Archive) verify(m *alert.Message, view *alert.View, row *alert.Row, identity []byte) error {
	if err := view.Read(m, row); err != nil {
		return err
	}
	bare, err := a.reader.WithoutCutouts(m)
	if err != nil {
		return err
	}
	is, err := a.identity(m, bare)
	if err == nil && string(is[:]) != string(identity) {
		err = fmt.Errorf("it is not the message that was saved, its identity is %s", is)
	}
	return err
}
