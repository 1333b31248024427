package local

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"zombiezen.com/go/sqlite"
	"zombiezen.com/go/sqlite/sqlitex"

	"github.com/mwvgroup/pgb/client/sandbox/sim"
)

func TestOpeningWhatIsNoArchiveSaysWhatItIs(t *testing.T) {
	write := func(text string) string {
		path := filepath.Join(t.TempDir(), "f")
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	other := filepath.Join(t.TempDir(), "other.db")
	script(t, other, "CREATE TABLE t (a)")
	newer := filepath.Join(t.TempDir(), "newer.db")
	if err := create(newer); err != nil {
		t.Fatal(err)
	}
	script(t, newer, "PRAGMA user_version = 99")
	for _, c := range []struct {
		name, path, want string
	}{
		{"nothing there", filepath.Join(t.TempDir(), "none"), "there is no archive"},
		{"a text", write(strings.Repeat("some text ", 20)), "not an SQLite file"},
		{"an empty file", write(""), "not an SQLite file"},
		{"a folder", t.TempDir(), "not a file"},
		{"another program's", other, "an SQLite file of another program"},
		{"a newer version's", newer, fmt.Sprintf("newer pgb (schema 99, this one knows up to %d)", version)},
		{"a torn header", write("SQLite format 3\x00 and no more"), "damaged"},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := Open(context.Background(), Options{Path: c.path})
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Fatalf("Open gave %v", err)
			}
			var not *NotArchiveError
			var later *NewerError
			var damaged *CorruptError
			if !errors.Is(err, ErrNotFound) && !errors.As(err, &not) && !errors.As(err, &later) && !errors.As(err, &damaged) {
				t.Errorf("%T has no type that tells", err)
			}
		})
	}
}

// script runs SQL on a file.
func script(t *testing.T, path, text string) {
	t.Helper()
	conn, err := sqlite.OpenConn(path, sqlite.OpenReadWrite, sqlite.OpenCreate)
	if err == nil {
		err = errors.Join(sqlitex.ExecuteTransient(conn, text, nil), conn.Close())
	}
	if err != nil {
		t.Fatal(err)
	}
}

func TestAnArchiveOnAReadOnlyDiskIsReadAndNotWritten(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "a.db")
	a, err := Open(context.Background(), Options{Path: path, Create: true})
	if err != nil {
		t.Fatal(err)
	}
	messages := simulated(t, 2, sim.Options{Objects: 20})
	put(t, a, SinkOptions{}, messages...)
	if err := a.Close(); err != nil {
		t.Fatal(err)
	}
	for _, mode := range []struct{ file, dir os.FileMode }{{0o400, 0o700}, {0o400, 0o500}} {
		if err := errors.Join(os.Chmod(path, mode.file), os.Chmod(dir, mode.dir)); err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { os.Chmod(dir, 0o700) })
		a := opened(t, Options{Path: path, ReadOnly: true})
		if n := len(stored(t, a)); n != len(messages) {
			t.Errorf("%d messages are read of %d", n, len(messages))
		}
		if err := a.Sink(SinkOptions{}).Put(context.Background(), messages); !errors.Is(err, ErrReadOnly) {
			t.Errorf("Put gave %v", err)
		}
	}
}

func TestTheFileAloneHasAllThatWasSavedOnceItsWriterIsClosed(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.db")
	into, err := Open(context.Background(), Options{Path: path, Create: true})
	if err != nil {
		t.Fatal(err)
	}
	from := opened(t, Options{Path: path, ReadOnly: true})
	messages := simulated(t, 2, sim.Options{Objects: 20})
	put(t, into, SinkOptions{}, messages...)
	if n := len(stored(t, from)); n != len(messages) {
		t.Fatalf("%d messages are read of %d", n, len(messages))
	}
	if err := into.Close(); err != nil {
		t.Fatal(err)
	}
	file, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	alone := filepath.Join(t.TempDir(), "copy.db")
	if err := os.WriteFile(alone, file, 0o600); err != nil {
		t.Fatal(err)
	}
	if n := len(stored(t, opened(t, Options{Path: alone}))); n != len(messages) {
		t.Errorf("a copy of the file alone has %d messages of %d", n, len(messages))
	}
}

func TestNothingButTheFileIsLeftWhenAllHaveClosedIt(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.db")
	into, err := Open(context.Background(), Options{Path: path, Create: true})
	if err != nil {
		t.Fatal(err)
	}
	messages := simulated(t, 2, sim.Options{Objects: 20})
	put(t, into, SinkOptions{}, messages...)
	from, err := Open(context.Background(), Options{Path: path, ReadOnly: true})
	if err != nil {
		t.Fatal(err)
	}
	if n := len(stored(t, from)); n != len(messages) {
		t.Errorf("%d messages are read of %d", n, len(messages))
	}
	if err := errors.Join(into.Close(), from.Close()); err != nil {
		t.Fatal(err)
	}
	if all, err := filepath.Glob(path + "*"); err != nil || len(all) != 1 {
		t.Errorf("left: %q, %v", all, err)
	}
}

func TestADamagedArchiveIsToldByItsType(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.db")
	a, err := Open(context.Background(), Options{Path: path, Create: true})
	if err != nil {
		t.Fatal(err)
	}
	put(t, a, SinkOptions{}, simulated(t, 10, sim.Options{Objects: 20})...)
	if err := a.Close(); err != nil {
		t.Fatal(err)
	}
	whole, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for at := 2 * pageSize; at < len(whole); at += 64 {
		whole[at] ^= 0xff
	}
	if err := os.WriteFile(path, whole, 0o600); err != nil {
		t.Fatal(err)
	}
	var damaged *CorruptError
	a, err = Open(context.Background(), Options{Path: path})
	if errors.As(err, &damaged) {
		return
	}
	if err != nil {
		t.Fatal(err)
	}
	defer a.Close()
	if r, err := a.Check(context.Background(), nil); !errors.As(err, &damaged) && (err != nil || r.Clean()) {
		t.Errorf("Check gave %+v, %v", r, err)
	}
}

func TestAnOlderArchiveIsBroughtUpToDateAfterABackup(t *testing.T) {
	a := blank(t)
	put(t, a, SinkOptions{}, simulated(t, 1, sim.Options{Objects: 20})...)
	fails := errors.New("this step fails")
	steps := append(slices.Clone(steps),
		func(conn *sqlite.Conn) error { return sqlitex.ExecuteTransient(conn, "CREATE TABLE added (a)", nil) },
		func(conn *sqlite.Conn) error { return fails },
	)
	if err := a.migrate(context.Background(), version, version+2, steps); !errors.Is(err, fails) {
		t.Fatalf("a step that fails gave %v", err)
	}
	if n := counted(t, a, "SELECT count(*) FROM sqlite_schema WHERE name = 'added'"); n != 0 {
		t.Error("a step stays that another undid")
	}
	if err := a.migrate(context.Background(), version, version+1, steps[:version]); err != nil {
		t.Fatal(err)
	}
	if n := counted(t, a, "SELECT count(*) FROM sqlite_schema WHERE name = 'added'"); n != 1 {
		t.Error("the step was not taken")
	}
	if n := counted(t, a, "PRAGMA user_version"); n != version+1 {
		t.Errorf("the version is %d", n)
	}
	old := opened(t, Options{Path: backupPath(a.path, version, 1), ReadOnly: true})
	if n, want := len(stored(t, old)), len(stored(t, a)); n != want || n == 0 {
		t.Errorf("the backup has %d messages of %d", n, want)
	}
}

func TestTheDefaultPlaceIsThePlatforms(t *testing.T) {
	for _, c := range []struct {
		system string
		env    map[string]string
		want   string
	}{
		{"linux", map[string]string{"HOME": "/h"}, "/h/.local/share/pgb/archive.db"},
		{"linux", map[string]string{"HOME": "/h", "XDG_DATA_HOME": "/d"}, "/d/pgb/archive.db"},
		{"linux", map[string]string{"HOME": "/h", "XDG_DATA_HOME": "relative"}, "/h/.local/share/pgb/archive.db"},
		{"darwin", map[string]string{"HOME": "/h"}, "/h/Library/Application Support/pgb/archive.db"},
		{"windows", map[string]string{"LocalAppData": "/l"}, "/l/pgb/archive.db"},
		{"linux", nil, ""},
		{"windows", nil, ""},
	} {
		got, err := defaultPath(c.system, func(name string) string { return c.env[name] })
		if filepath.ToSlash(got) != c.want || (err != nil) != (c.want == "") {
			t.Errorf("%s %v: %q, %v", c.system, c.env, got, err)
		}
	}
}
