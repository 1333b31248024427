package local

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"sync"

	"zombiezen.com/go/sqlite"
	"zombiezen.com/go/sqlite/sqlitex"

	"github.com/mwvgroup/pgb/client/alert"
	"github.com/mwvgroup/pgb/client/registry"
)

// Options say which archive is opened, and for what.
type Options struct {
	// Path is the archive's file.
	Path string
	// ReadOnly opens it only to be read; a file on a disk that can't be
	// written to can be opened so.
	ReadOnly bool
	// Create makes the file, with the folders above it, where it is not there.
	Create bool
	// Reader reads messages; default one of the Registry.
	Reader *alert.Reader
	// Registry says what there is to be read; default the embedded one.
	Registry *registry.Registry
}

// Archive is an archive of alerts in one file. It is safe for concurrent use.
type Archive struct {
	path     string
	readOnly bool
	created  bool  // by this handle
	damaged  error // a *CorruptError where the end of the file is missing
	reader   *alert.Reader
	registry *registry.Registry
	head     *head
	readers  *readers
	bodies   bodies    // schemas and dictionaries of stored messages
	views    viewCache // columns that were asked for

	closing sync.Once
	closed  error

	writing sync.Mutex // held by whoever uses the writer
	writer  *writer    // nil until something is written
}

// Open opens an archive. It gives an error that wraps [ErrNotFound] where there
// is none and Create is not set, a [*NotArchiveError] for a file of something
// else, a [*NewerError] for an archive of a later version, a [*CorruptError] for
// a damaged file, and one that wraps [ErrReadOnly] where it can't be made or
// brought up to date. A file of which nothing but the end is missing is opened
// for [Archive.Source] and [Archive.Check]; all else gives the [*CorruptError]. An archive of an earlier version is brought up to date;
// the old file stays beside it as a backup.
func Open(ctx context.Context, o Options) (*Archive, error) {
	a := &Archive{path: o.Path, readOnly: o.ReadOnly, reader: o.Reader, registry: o.Registry}
	if a.registry == nil {
		a.registry = registry.Default()
	}
	if a.reader == nil {
		a.reader = alert.NewReader(a.registry)
	}
	var err error
	a.head, err = lookAt(o.Path)
	if errors.Is(err, ErrNotFound) && o.Create && !o.ReadOnly {
		if a.created, err = createFirst(o.Path); err == nil {
			a.head, err = lookAt(o.Path)
		}
	}
	if err != nil {
		return nil, err
	}
	if err = a.connect(ctx); err == nil {
		err = a.adopt(ctx)
	}
	if err != nil {
		return nil, errors.Join(err, a.disconnect())
	}
	return a, nil
}

// Path gives the archive's file.
func (a *Archive) Path() string { return a.path }

// Close ends the archive's use. It waits for reads that go on, and a batch that
// is being saved. An archive that was made for this and into which nobody saved
// anything is removed again.
func (a *Archive) Close() error {
	a.closing.Do(func() {
		a.writing.Lock()
		defer a.writing.Unlock()
		a.closed = a.disconnect()
		if a.damaged == nil {
			removeLog(a.path)
		}
		if a.created && a.closed == nil {
			a.closed = removeEmpty(a.path)
		}
	})
	return a.closed
}

// disconnect closes all connections.
func (a *Archive) disconnect() error {
	err := a.readers.close()
	if a.writer != nil {
		err = errors.Join(err, a.writer.close())
		a.writer = nil
	}
	return errors.Join(err, a.head.release())
}

// removeLog takes away the log that connections which only read make beside the
// file and can't remove: the last connection does it that can write, and where
// others have the file open, or it can't be written to, it stays.
func removeLog(path string) {
	if _, err := os.Stat(path + "-wal"); err != nil {
		return
	}
	conn, err := sqlite.OpenConn(uriOf(path, "mode=rw"), sqlite.OpenReadWrite, sqlite.OpenURI)
	if err != nil {
		return
	}
	_ = set(conn, "user_version") // only what was read has a log to be closed
	_ = conn.Close()
}

// create makes an archive whole under another name and then gives it its own:
// a file at the path is an archive at any moment.
func create(path string) error {
	_, err := createFirst(path)
	return err
}

// createFirst makes an archive; first is false where another process was faster.
func createFirst(path string) (first bool, err error) {
	dir := filepath.Dir(path)
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return false, &PlaceError{Err: fmt.Errorf("make an archive: %w", err)}
	}
	blank, err := os.CreateTemp(dir, "."+filepath.Base(path)+".*.new")
	if err != nil {
		if unnamed := new(fs.PathError); errors.As(err, &unnamed) {
			err = fmt.Errorf("%s: %w", path, unnamed.Err) // not the file beside it
		}
		return false, &PlaceError{Err: fmt.Errorf("make an archive: %w", err)}
	}
	defer func() { err = errors.Join(err, removed(blank.Name())) }()
	if err := blank.Close(); err != nil {
		return false, err
	}
	if err := fill(blank.Name()); err != nil {
		return false, fmt.Errorf("make an archive: %w", failedAt(context.Background(), path, err))
	}
	err = os.Link(blank.Name(), path)
	if err == nil || errors.Is(err, fs.ErrExist) {
		return err == nil, nil // another process may have been faster: its archive is as good
	}
	err = os.Rename(blank.Name(), path) // a file system without links
	return err == nil, err
}

func removed(path string) error {
	if err := os.Remove(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return nil
}

// pageSize is what is read of the file, and written to it, at a time. Larger
// pages leave a little less unused, by 3%, and each new row writes more.
const pageSize = 4096

// fill makes the tables in an empty file.
func fill(path string) error {
	conn, err := sqlite.OpenConn(uriOf(path), sqlite.OpenReadWrite, sqlite.OpenURI)
	if err != nil {
		return err
	}
	// The log comes last: all before it stands in the file itself.
	err = set(conn, fmt.Sprintf("page_size = %d", pageSize), "auto_vacuum = incremental",
		fmt.Sprintf("application_id = %d", applicationID), fmt.Sprintf("user_version = %d", version))
	if err == nil {
		err = sqlitex.ExecuteScript(conn, schema, nil)
	}
	if err == nil {
		err = set(conn, "journal_mode = wal")
	}
	return errors.Join(err, conn.Close())
}

// connect finds the way in which the file can be read. A file with a log needs
// a place for the log's index beside it; on a disk that can't be written to it
// is read as one that does not change, which is right where there is no log.
func (a *Archive) connect(ctx context.Context) error {
	a.readers = newReaders(uriOf(a.path, "mode=ro"))
	err := a.try(ctx)
	if err == nil || a.path == "" {
		return err
	}
	var code = sqlite.ErrCode(err).ToPrimary()
	if code == sqlite.ResultCorrupt {
		return a.connectDamaged(ctx, err)
	}
	if code != sqlite.ResultCantOpen && code != sqlite.ResultReadOnly && code != sqlite.ResultIOErr {
		return a.failed(ctx, err)
	}
	if log, statErr := os.Stat(a.path + "-wal"); statErr == nil && log.Size() > 0 {
		return fmt.Errorf("%s has changes in its log that can't be read without writing: %w: %w", a.path, ErrReadOnly, err)
	}
	a.readers = newReaders(uriOf(a.path, "mode=ro", "immutable=1"))
	a.readOnly = true
	return a.failed(ctx, a.try(ctx))
}

// try reads something.
func (a *Archive) try(ctx context.Context) error {
	conn, err := a.readers.take(ctx)
	if err != nil {
		return err
	}
	defer a.readers.give(conn)
	return sqlitex.ExecuteTransient(conn, "SELECT count(*) FROM sqlite_schema", nil)
}
