package targets

import (
	"errors"
	"fmt"
)

// Error says what is wrong with a list, or with one line of it.
type Error struct {
	Name     string // of the file
	Line     int    // from 1; 0 where it is about the whole list
	Reason   string
	Expected string // what was expected there, empty where the reason says it
	Err      error  // such as a *registry.UnresolvableError, or nil; [ErrEmpty] where nothing is given
	Given    string // what a line that [ErrEmpty] is about calls its target, where it does

	// Positions says that ids were wanted of a list that has positions as well, or
	// instead.
	Positions bool

	final bool // nothing comes after it
}

// Error gives one line: targets.csv, line 17: "abc" is no position: ...
func (e *Error) Error() string {
	where := e.Name
	if e.Line > 0 {
		where = fmt.Sprintf("%s, line %d", e.Name, e.Line)
	}
	return where + ": " + e.Reason
}

// Unwrap gives what was wrong with the id or position.
func (e *Error) Unwrap() error { return e.Err }

// ErrEmpty says that a line leaves empty what was wanted of it, as lines of real
// catalogues do: its id, or its position.
var ErrEmpty = errors.New("is empty")

// emptyError says what is empty.
type emptyError string

func (e emptyError) Error() string { return string(e) }

func (emptyError) Is(target error) bool { return target == ErrEmpty }

func isLineAlone(err error) bool {
	var at *Error
	return errors.As(err, &at) && !at.final
}

// bad is an error about one line.
func (in *input) bad(line int, err error, expected string) *Error {
	return &Error{Name: in.name, Line: line, Reason: err.Error(), Expected: expected, Err: err}
}

// broken is an error that nothing comes after.
func (in *input) broken(line int, expected, reason string, arguments ...any) *Error {
	return &Error{Name: in.name, Line: line, Reason: fmt.Sprintf(reason, arguments...), Expected: expected, final: true}
}

// What is expected of a list and of its lines.
const (
	expectedFormats   = "a list of targets is text, CSV, TSV, ECSV, JSON lines, a JSON array, a VOTable, Arrow, Parquet or a FITS table, compressed with gzip or not"
	expectedID        = "an id such as ZTF21abiuvdk, 170028485706776685 or 2004 JQ12"
	expectedPosition  = "right ascension and declination, in degrees (270.1 -30.2) or sexagesimal (18:00:24 -30:12:00)"
	expectedIDs       = "a column named id, objectId, diaObjectId, oid or name"
	expectedPositions = "columns named ra and dec"
)

func (w Want) line() string {
	switch w {
	case IDs:
		return expectedID
	case Positions:
		return expectedPosition
	}
	return expectedID + ", or " + expectedPosition
}

func (w Want) columns() string {
	switch w {
	case IDs:
		return expectedIDs
	case Positions:
		return expectedPositions
	}
	return expectedIDs + ", or " + expectedPositions
}
