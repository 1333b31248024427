package local

import (
	"context"
	"errors"
	"fmt"

	"zombiezen.com/go/sqlite"
)

var (
	// ErrNotFound says that there is no archive at the path.
	ErrNotFound = errors.New("there is no archive")
	// ErrFull says that the disk, or what the file may take of it, is full.
	// Nothing of the batch was saved.
	ErrFull = errors.New("the disk is full")
	// ErrReadOnly says that the archive can't be written to: it was opened so,
	// or the file or its folder are write-protected.
	ErrReadOnly = errors.New("the archive is read-only")
	// ErrClosed says that the archive was closed.
	ErrClosed = errors.New("the archive is closed")
)

// NotArchiveError says that a file is there but is something else.
type NotArchiveError struct {
	Path string
	What string // "not an SQLite file", "an SQLite file of another program"
}

// Error says what the file is.
func (e *NotArchiveError) Error() string { return e.Path + " is no archive: it is " + e.What }

// PlaceError says that an archive can't be made or opened in its place.
type PlaceError struct{ Err error }

// Error says why.
func (e *PlaceError) Error() string { return e.Err.Error() }

// Unwrap gives the reason.
func (e *PlaceError) Unwrap() error { return e.Err }

// NewerError says that an archive was made by a later version of the program.
type NewerError struct {
	Path        string
	Have, Known int // version of the file's schema and the latest that is known
}

// Error gives both versions.
func (e *NewerError) Error() string {
	return fmt.Sprintf("%s was made by a newer pgb (schema %d, this one knows up to %d)", e.Path, e.Have, e.Known)
}

// OlderError says that an archive was made by an earlier version of the program
// and was opened only to be read: opened for writing it is brought up to date,
// with a copy of the old file beside it.
type OlderError struct {
	Path       string
	Have, Want int
}

// Error gives both versions.
func (e *OlderError) Error() string {
	return fmt.Sprintf("%s was made by an older pgb (schema %d, now %d) and must be opened for writing once", e.Path, e.Have, e.Want)
}

// SimulatedError says that an archive holds alerts of the other kind. Nothing
// of the batch was saved.
type SimulatedError struct {
	Path    string
	Archive bool // whether the archive is of simulated alerts; the message is of the other kind
	Message string
}

// Error says what the archive holds and what it was given.
func (e *SimulatedError) Error() string {
	if e.Archive {
		return fmt.Sprintf("%s holds simulated alerts and takes no real ones (%s)", e.Path, e.Message)
	}
	return fmt.Sprintf("%s holds real alerts and takes no simulated ones (%s)", e.Path, e.Message)
}

// CorruptError says that an archive's file is damaged.
type CorruptError struct {
	Path string
	Err  error
	// Read and Lost count the messages that a [Source] has given and those
	// that it could not read; both are 0 elsewhere.
	Read, Lost int64
	// AtLeast says that more may be lost: the file no longer tells how many
	// there were.
	AtLeast bool
}

// Error gives the path, what SQLite says, and what is lost.
func (e *CorruptError) Error() string {
	if e.Lost > 0 {
		return fmt.Sprintf("%s is damaged: %d of its messages are lost, %d could be read: %v", e.Path, e.Lost, e.Read, e.Err)
	}
	return fmt.Sprintf("%s is damaged: %v", e.Path, e.Err)
}

// Unwrap gives what SQLite says.
func (e *CorruptError) Unwrap() error { return e.Err }

// BusyError says that another process was writing for longer than one waits.
type BusyError struct {
	Path string
	Err  error
}

// Error gives the path.
func (e *BusyError) Error() string { return e.Path + " is being written by another process" }

// Unwrap gives what SQLite says.
func (e *BusyError) Unwrap() error { return e.Err }

// failed makes of an error of SQLite one that a caller can tell by its type.
func (a *Archive) failed(ctx context.Context, err error) error {
	return failedAt(ctx, a.path, err)
}

func failedAt(ctx context.Context, path string, err error) error {
	var known *CorruptError
	if err == nil || errors.As(err, &known) {
		return err
	}
	switch sqlite.ErrCode(err).ToPrimary() {
	case sqlite.ResultInterrupt:
		if ctx.Err() != nil {
			return ctx.Err()
		}
	case sqlite.ResultFull:
		return fmt.Errorf("save in %s: %w", path, ErrFull)
	case sqlite.ResultReadOnly, sqlite.ResultPerm:
		return fmt.Errorf("%s: %w", path, ErrReadOnly)
	case sqlite.ResultBusy, sqlite.ResultLocked:
		return &BusyError{Path: path, Err: err}
	case sqlite.ResultCorrupt:
		return &CorruptError{Path: path, Err: err}
	case sqlite.ResultNotADB:
		return &CorruptError{Path: path, Err: err}
	}
	return err
}
