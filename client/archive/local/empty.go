package local

import (
	"errors"

	"zombiezen.com/go/sqlite"
	"zombiezen.com/go/sqlite/sqlitex"
)

// removeEmpty removes an archive in which nothing was ever saved and that nobody
// else has open. Without its log a file is locked whole, which can't be done
// while another process is connected to it.
func removeEmpty(path string) (err error) {
	conn, err := sqlite.OpenConn(uriOf(path, "mode=rw"), sqlite.OpenReadWrite, sqlite.OpenURI)
	if err != nil {
		return nil // it is gone, or can't be written to any more
	}
	defer func() { err = errors.Join(err, conn.Close()) }()
	empty, err := isEmpty(conn)
	if err != nil || !empty {
		return nil // others may have damaged it: it stays
	}
	if set(conn, "journal_mode = delete") != nil {
		return nil // others use it
	}
	if sqlitex.ExecuteTransient(conn, "BEGIN EXCLUSIVE", nil) != nil {
		return set(conn, "journal_mode = wal") // others are faster
	}
	if empty, err = isEmpty(conn); err != nil || !empty {
		return errors.Join(err, sqlitex.ExecuteTransient(conn, "ROLLBACK", nil), set(conn, "journal_mode = wal"))
	}
	for _, suffix := range []string{"", "-wal", "-shm"} {
		if err := removed(path + suffix); err != nil {
			return err
		}
	}
	return nil
}

// isEmpty says whether nothing was saved in an archive: it does not even know of
// which kind its alerts are.
func isEmpty(conn *sqlite.Conn) (bool, error) {
	empty := false
	const text = "SELECT NOT EXISTS (SELECT 1 FROM meta) AND NOT EXISTS (SELECT 1 FROM message)"
	err := sqlitex.ExecuteTransient(conn, text, &sqlitex.ExecOptions{ResultFunc: func(stmt *sqlite.Stmt) error {
		empty = stmt.ColumnBool(0)
		return nil
	}})
	return empty, err
}
