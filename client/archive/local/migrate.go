package local

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"

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
// a backup. Where another process was faster there is nothing to do.
func (a *Archive) migrate(ctx context.Context, have, want int, steps []step) error {
	return a.write(ctx, func(w *writer) error {
		now, err := pragma(w.conn, "user_version")
		if err != nil || int(now) == want {
			return err
		}
		for v := have; v < want; v++ {
			if err := steps[v-1](w.conn); err != nil {
				return fmt.Errorf("bring %s from schema %d to %d: %w", a.path, v, v+1, err)
			}
		}
		return sqlitex.ExecuteTransient(w.conn, fmt.Sprintf("PRAGMA user_version = %d", want), nil)
	}, func(w *writer) error {
		// What is sorted may not fit the memory.
		return errors.Join(backup(w.conn, backupPath(a.path, have)), set(w.conn, "temp_store = file"))
	})
}

// backupPath is where the file of an older version is kept.
func backupPath(path string, have int) string { return fmt.Sprintf("%s.v%d.bak", path, have) }

// backup writes the archive as it is into a new file. A backup that is there
// is kept: it was made of the same version.
func backup(conn *sqlite.Conn, path string) error {
	if _, err := os.Stat(path); !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	part := path + ".part"
	if err := removed(part); err != nil {
		return err
	}
	err := sqlitex.ExecuteTransient(conn, "VACUUM INTO ?", &sqlitex.ExecOptions{Args: []any{part}})
	if err != nil {
		return errors.Join(fmt.Errorf("back up to %s: %w", path, err), removed(part))
	}
	return os.Rename(part, path)
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
