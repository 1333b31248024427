package local

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"zombiezen.com/go/sqlite"
	"zombiezen.com/go/sqlite/sqlitex"

	"github.com/mwvgroup/pgb/client/sandbox/sim"
)

// tablesOfVersion1 are the tables as the first version made them.
const tablesOfVersion1 = `
CREATE TABLE meta (key TEXT PRIMARY KEY, value) WITHOUT ROWID;
CREATE TABLE topic (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE);
CREATE TABLE packet_schema (id INTEGER PRIMARY KEY, name TEXT NOT NULL, hash BLOB NOT NULL UNIQUE, text BLOB NOT NULL);
CREATE TABLE object (
  id INTEGER PRIMARY KEY, survey TEXT NOT NULL, object_id NOT NULL,
  ra REAL, dec REAL, alerts INTEGER NOT NULL, last_mjd REAL,
  UNIQUE (survey, object_id));
CREATE INDEX object_by_text ON object (CAST(object_id AS TEXT));
CREATE TABLE message (
  id INTEGER PRIMARY KEY, identity BLOB NOT NULL UNIQUE,
  kafka_topic TEXT, kafka_partition INTEGER, kafka_offset INTEGER, kafka_time INTEGER,
  saved INTEGER NOT NULL, origin TEXT, read_as TEXT, schema INTEGER REFERENCES packet_schema,
  attributes TEXT NOT NULL, key BLOB, encoding INTEGER NOT NULL, body BLOB NOT NULL);
CREATE TABLE alert (
  id INTEGER PRIMARY KEY REFERENCES message, object INTEGER REFERENCES object,
  topic INTEGER NOT NULL REFERENCES topic, message_id TEXT, publish_time INTEGER,
  survey TEXT, source_id, shown INTEGER NOT NULL, complete INTEGER NOT NULL, healpix INTEGER,
  ra REAL, dec REAL, mjd REAL, band TEXT, flux REAL, flux_err REAL, mag REAL, mag_err REAL,
  mag_total REAL, mag_total_err REAL, flux_total REAL, flux_total_err REAL, snr REAL, lim_mag REAL,
  detected INTEGER, positive INTEGER, classifier TEXT, classifier_version TEXT, class TEXT, prob REAL);
CREATE INDEX alert_by_object ON alert (object, mjd);
CREATE INDEX alert_by_source ON alert (source_id);
CREATE INDEX alert_by_place ON alert (healpix, ra, dec, mjd, shown);
CREATE TABLE point (
  object INTEGER NOT NULL REFERENCES object, epoch INTEGER NOT NULL, mjd REAL, band TEXT, kind INTEGER NOT NULL,
  source_id, flux REAL, flux_err REAL, mag REAL, mag_err REAL, flux_total REAL, mag_total REAL, lim_mag REAL, snr REAL,
  ra REAL, dec REAL, visit INTEGER, detector INTEGER, from_trigger INTEGER NOT NULL, from_mjd REAL,
  PRIMARY KEY (object, epoch)) WITHOUT ROWID;
CREATE TABLE classification (
  alert INTEGER NOT NULL REFERENCES alert, number INTEGER NOT NULL, classifier TEXT NOT NULL, classifier_version TEXT, class TEXT, code TEXT,
  prob REAL, band TEXT, primary_class INTEGER NOT NULL,
  PRIMARY KEY (alert, number)) WITHOUT ROWID;
`

// versionOne makes a file of the first version with all that an archive holds;
// last is the name of the last column of classification.
func versionOne(t *testing.T, a *Archive, last string) (path string) {
	t.Helper()
	path = filepath.Join(t.TempDir(), "one.db")
	conn, err := sqlite.OpenConn(path)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	err = set(conn, fmt.Sprintf("page_size = %d", pageSize), "auto_vacuum = incremental", fmt.Sprintf("application_id = %d", applicationID),
		"user_version = 1", "journal_mode = wal")
	if err != nil {
		t.Fatal(err)
	}
	script := strings.Replace(tablesOfVersion1, "primary_class", last, 1) + strings.NewReplacer("nullif(a.healpix, -1)", "a.healpix", "c.primary_class", "c."+last).Replace(views)
	for _, table := range []string{"meta", "topic", "packet_schema", "object", "message", "point", "classification"} {
		script += fmt.Sprintf("INSERT INTO %s SELECT * FROM new.%[1]s;", table)
	}
	script += "INSERT INTO alert (healpix, " + placedColumns + ") SELECT nullif(healpix, -1), " + placedColumns + " FROM new.alert ORDER BY id;"
	if err := sqlitex.ExecuteTransient(conn, "ATTACH ? AS new", &sqlitex.ExecOptions{Args: []any{a.path}}); err != nil {
		t.Fatal(err)
	}
	if err := sqlitex.ExecuteScript(conn, script, nil); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestAnArchiveOfTheFirstVersionIsBroughtUpToDate(t *testing.T) {
	a := blank(t)
	messages := simulated(t, 10, sim.Options{Objects: 40})
	more := messages[len(messages)-5:]
	put(t, a, SinkOptions{}, messages[:len(messages)-5]...)
	for _, last := range []string{"primary_class", `"primary"`} {
		path := versionOne(t, a, last)
		var older *OlderError
		if _, err := Open(context.Background(), Options{Path: path, ReadOnly: true}); !errors.As(err, &older) || older.Have != 1 {
			t.Fatalf("to read it alone gave %v", err)
		}
		b := opened(t, Options{Path: path})
		clean(t, b)
		for _, text := range []string{
			"PRAGMA user_version", "SELECT type, name, tbl_name FROM sqlite_schema ORDER BY 1, 2", "SELECT * FROM alert ORDER BY id", "SELECT * FROM classification",
			"SELECT * FROM message", "SELECT * FROM point", "SELECT * FROM object", "SELECT * FROM alerts ORDER BY 1, 2, 4, 5", "SELECT * FROM classifications ORDER BY 1, 2, 4, 5, 6, 7, 8, 9",
			"PRAGMA table_info(alert)", "PRAGMA table_info(classification)",
		} {
			if got, want := dump(t, b, text), dump(t, a, text); got != want || got == "" {
				t.Errorf("%s after %s: it gives\n%.300s, not\n%.300s", text, last, got, want)
			}
		}
		old := backupPath(path, 1, 1)
		if _, err := Open(context.Background(), Options{Path: old, ReadOnly: true}); !errors.As(err, &older) || older.Have != 1 {
			t.Errorf("the backup: %v", err)
		}
		put(t, b, SinkOptions{}, more...)
		clean(t, b)
		again := opened(t, Options{Path: old})
		if n, want := len(stored(t, again)), len(messages)-5; n != want {
			t.Errorf("the backup has %d messages of %d", n, want)
		}
	}
}

func TestABackupTakesTheNameOfNoOtherFileAndIsAsPrivateAsTheArchive(t *testing.T) {
	a := blank(t)
	put(t, a, SinkOptions{}, simulated(t, 10, sim.Options{Objects: 40})...)
	path := versionOne(t, a, "primary_class")
	first, second := backupPath(path, 1, 1), backupPath(path, 1, 2)
	if err := errors.Join(os.WriteFile(first, []byte("keep"), 0o600), os.Chmod(path, 0o600)); err != nil {
		t.Fatal(err)
	}
	opened(t, Options{Path: path})
	if text, err := os.ReadFile(first); err != nil || string(text) != "keep" {
		t.Errorf("the file that had the name is %.20q, %v", text, err)
	}
	var older *OlderError
	if _, err := Open(context.Background(), Options{Path: second, ReadOnly: true}); !errors.As(err, &older) {
		t.Errorf("the backup: %v", err)
	}
	is, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	if kept, err := os.Stat(second); err != nil || kept.Mode() != is.Mode() {
		t.Errorf("the archive is %v, its backup %v, %v", is.Mode(), kept, err)
	}
	if parts, err := filepath.Glob(filepath.Join(filepath.Dir(path), ".*")); err != nil || len(parts) != 0 {
		t.Errorf("left behind: %q, %v", parts, err)
	}
}

func TestOfSeveralThatBringAnArchiveUpToDateOneDoesAndTheOthersWait(t *testing.T) {
	a := blank(t)
	put(t, a, SinkOptions{}, simulated(t, 10, sim.Options{Objects: 40})...)
	path := versionOne(t, a, "primary_class")
	var all sync.WaitGroup
	start := make(chan struct{})
	for range 4 {
		all.Go(func() {
			<-start
			b, err := Open(context.Background(), Options{Path: path})
			if err == nil {
				err = b.Close()
			}
			if err != nil {
				t.Error(err)
			}
		})
	}
	close(start)
	all.Wait()
	b := opened(t, Options{Path: path})
	clean(t, b)
	kept, err := filepath.Glob(path + ".v*")
	if err != nil || len(kept) != 1 || kept[0] != backupPath(path, 1, 1) {
		t.Errorf("backups are %q, %v", kept, err)
	}
}
