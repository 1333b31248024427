package local

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"zombiezen.com/go/sqlite"
	"zombiezen.com/go/sqlite/sqlitex"
)

// step brings the schema from one version to the next.
type step func(*sqlite.Conn) error

// steps has, at i, the step from version i+1 to i+2.
var steps = []step{placeAlerts}

// placeAlerts puts the alerts in the order of the sky, in which version 1 had an
// index. Some of its files call the last column of classification otherwise.
func placeAlerts(conn *sqlite.Conn) error {
	for _, text := range []string{
		"DROP VIEW alerts; DROP VIEW objects; DROP VIEW photometry; DROP VIEW classifications; DROP VIEW messages",
		"ALTER TABLE classification RENAME TO old_classification", classificationTable,
		"INSERT INTO classification SELECT * FROM old_classification ORDER BY alert, number", "DROP TABLE old_classification",
		"ALTER TABLE alert RENAME TO old_alert", alertTable,
		// By the index, which is sorted already.
		"INSERT INTO alert (healpix, " + placedColumns + ") SELECT coalesce(healpix, -1), " + placedColumns + `
 FROM old_alert INDEXED BY alert_by_place ORDER BY old_alert.healpix`, "DROP TABLE old_alert", alertIndexes,
		dictionaryTable, views,
	} {
		if err := sqlitex.ExecuteScript(conn, text, nil); err != nil {
			return err
		}
	}
	return nil
}

// placedColumns are the columns of alert in both versions but the pixel.
const placedColumns = `id, object, topic, message_id, publish_time, survey, source_id, shown, complete, ra, dec, mjd, band,
 flux, flux_err, mag, mag_err, mag_total, mag_total_err, flux_total, flux_total_err, snr, lim_mag,
 detected, positive, classifier, classifier_version, class, prob`

// adopt checks the version of the file's schema and brings an older one up to
// date.
func (a *Archive) adopt(ctx context.Context) error {
	conn, release, err := a.read(ctx)
	if err != nil {
		return err
	}
	have, err := pragma(conn, "user_version")
	release()
	switch {
	case err != nil:
		return a.failed(ctx, err)
	case have > version:
		return &NewerError{Path: a.path, Have: int(have), Known: version}
	case have == version:
		return nil
	case have < 1:
		return &NotArchiveError{Path: a.path, What: "an archive without a version"}
	case a.readOnly:
		return &OlderError{Path: a.path, Have: int(have), Want: version}
	}
	return a.migrate(ctx, int(have), version, steps)
}

// migrate runs the steps from one version to another in one transaction, after
// a backup. Others that want the same wait for it; where another process was
// faster there is nothing to do.
func (a *Archive) migrate(ctx context.Context, have, want int, steps []step) error {
	return a.write(ctx, func(w *writer) error {
		now, err := pragma(w.conn, "user_version")
		if err != nil || int(now) == want {
			return err
		}
		kept, err := a.backup(ctx, have)
		if err != nil {
			return err
		}
		for v := have; v < want; v++ {
			if err := steps[v-1](w.conn); err != nil {
				// The archive stays as it was and needs no copy.
				return errors.Join(fmt.Errorf("bring %s from schema %d to %d: %w", a.path, v, v+1, err), removed(kept))
			}
		}
		return sqlitex.ExecuteTransient(w.conn, fmt.Sprintf("PRAGMA user_version = %d", want), nil)
	}, func(w *writer) error { return set(w.conn, "temp_store = file") }) // what is sorted may not fit the memory
}

// backupPath is where the file of an older version is kept; n counts the names
// that are tried, from 1.
func backupPath(path string, have, n int) string {
	if n == 1 {
		return fmt.Sprintf("%s.v%d.bak", path, have)
	}
	return fmt.Sprintf("%s.v%d-%d.bak", path, have, n)
}

// backup writes the archive as it was before the transaction that goes on into a
// new file, which whoever may read the archive can read. It has a connection of
// its own: inside a transaction nothing is copied.
func (a *Archive) backup(ctx context.Context, have int) (path string, err error) {
	failed := func(err error) error { return fmt.Errorf("back up %s: %w", a.path, err) }
	part, err := os.CreateTemp(filepath.Dir(a.path), "."+filepath.Base(a.path)+".*.part")
	if err != nil {
		return "", failed(err)
	}
	defer func() { err = errors.Join(err, removed(part.Name())) }()
	if err := part.Close(); err != nil {
		return "", failed(err)
	}
	is, err := os.Stat(a.path)
	if err == nil {
		err = os.Chmod(part.Name(), is.Mode().Perm())
	}
	if err != nil {
		return "", failed(err)
	}
	w, err := connectWriter(a.path)
	if err != nil {
		return "", failed(err)
	}
	w.conn.SetInterrupt(ctx.Done())
	err = sqlitex.ExecuteTransient(w.conn, "VACUUM INTO ?", &sqlitex.ExecOptions{Args: []any{part.Name()}})
	if err = errors.Join(err, w.conn.Close()); err != nil {
		return "", failed(err)
	}
	if path, err = rename(part.Name(), func(n int) string { return backupPath(a.path, have, n) }); err != nil {
		return "", failed(err)
	}
	return path, nil
}

// rename gives a file the first of some names that nothing has yet.
func rename(from string, name func(n int) string) (to string, err error) {
	for n := 1; ; n++ {
		to = name(n)
		if err := os.Link(from, to); err == nil {
			return to, nil // the other name is taken away by whoever made the file
		}
		_, err := os.Lstat(to)
		switch {
		case errors.Is(err, fs.ErrNotExist): // a file system without links
			return to, os.Rename(from, to)
		case err != nil:
			return "", err
		}
	}
}

// pragma reads a setting that is a number.
func pragma(conn *sqlite.Conn, name string) (value int64, err error) {
	err = sqlitex.ExecuteTransient(conn, "PRAGMA "+name, &sqlitex.ExecOptions{
		ResultFunc: func(stmt *sqlite.Stmt) error {
			value = stmt.ColumnInt64(0)
			return nil
		},
	})
	return value, err
}
