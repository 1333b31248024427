package local

import (
	"errors"
	"strings"

	"zombiezen.com/go/sqlite"
	"zombiezen.com/go/sqlite/sqlitex"
)

// Discard removes an archive that nobody has open, with its log. An archive in
// use gives a [*BusyError] and stays, and a file of something else a
// [*NotArchiveError].
func Discard(path string) error {
	h, err := lookAt(path)
	if err == nil {
		err = h.release()
	}
	if err != nil {
		return err
	}
	conn, err := sqlite.OpenConn(uriOf(path), sqlite.OpenReadWrite, sqlite.OpenURI)
	if err != nil {
		return err
	}
	// Only the last connection to a file may take its log away
	// (https://www.sqlite.org/wal.html, section 2.1).
	mode := ""
	err = sqlitex.ExecuteTransient(conn, "PRAGMA journal_mode = DELETE", &sqlitex.ExecOptions{ResultFunc: func(stmt *sqlite.Stmt) error {
		mode = stmt.ColumnText(0)
		return nil
	}})
	err = errors.Join(err, conn.Close())
	if err != nil || !strings.EqualFold(mode, "delete") {
		return &BusyError{Path: path, Err: err}
	}
	for _, log := range []string{"-wal", "-shm", ""} {
		if err := removed(path + log); err != nil {
			return err
		}
	}
	return nil
}
