package main

import (
	"errors"
	"fmt"
	"strings"

	"github.com/mwvgroup/pgb/client"
	"github.com/mwvgroup/pgb/client/alert"
	"github.com/mwvgroup/pgb/client/archive/bigquery"
	"github.com/mwvgroup/pgb/client/archive/bucket"
	"github.com/mwvgroup/pgb/client/archive/local"
	"github.com/mwvgroup/pgb/client/avro"
	"github.com/mwvgroup/pgb/client/format"
	"github.com/mwvgroup/pgb/client/registry"
	"github.com/mwvgroup/pgb/client/signin"
	"github.com/mwvgroup/pgb/client/stream/pubsub"
	"github.com/mwvgroup/pgb/client/targets"
	"github.com/mwvgroup/pgb/client/where"
	"github.com/mwvgroup/pgb/cmd/internal/render"
)

// The exit codes. docs/exit-codes.md tells users what they mean.
const (
	exitDone         = 0
	exitFailed       = 1
	exitUsage        = 2
	exitNotAllowed   = 3
	exitTooExpensive = 4
	exitQuarantined  = 5
	exitEmpty        = 6
	exitInterrupted  = 130
)

var (
	errInterrupted = errors.New("stopped at once")
	// errRedelivered is that of streams.
	errRedelivered = fmt.Errorf("%w: what was not written will be delivered again", errInterrupted)
	errStopped     = errors.New("stopped before it was done")
	errEmpty       = errors.New("no message passed")
)

// quarantinedError ends a run that went well but for messages that could not be
// decoded.
type quarantinedError struct {
	count int64
	path  string
	first error // why the first of them could not be
}

// reasonWidth bounds what is said of the first reason, in cells.
const reasonWidth = 160

func (e *quarantinedError) Error() string {
	var reason string
	if e.first != nil {
		label := "the first: "
		if e.count == 1 {
			label = ""
		}
		text := strings.TrimPrefix(e.first.Error(), "decode ")
		reason = " (" + label + render.Truncate(render.Clean(text), reasonWidth) + ")"
	}
	return fmt.Sprintf("%s could not be decoded%s and went to %s", render.Plural(e.count, "message"), reason, e.path)
}

// hintedError is an error with hints of its own.
type hintedError struct {
	err   error
	hints []string
}

func (e *hintedError) Error() string { return e.err.Error() }
func (e *hintedError) Unwrap() error { return e.err }

// usageError is a command line that can't be right.
type usageError struct {
	err   error
	hints []string
}

func (e *usageError) Error() string { return e.err.Error() }
func (e *usageError) Unwrap() error { return e.err }

// usage makes a usage error with hints.
func usage(hints []string, format string, args ...any) error {
	return &usageError{err: fmt.Errorf(format, args...), hints: hints}
}

// exitCodes is the one table that maps an error to an exit code: the first row
// that fits counts.
var exitCodes = []struct {
	code int
	is   func(error) bool
}{
	{exitInterrupted, sentinel(errInterrupted)},
	{exitInterrupted, sentinel(errStopped)},
	{exitEmpty, sentinel(errEmpty)},
	{exitQuarantined, typed[*quarantinedError]},
	{exitNotAllowed, sentinel(signin.ErrNoCredentials)},
	{exitNotAllowed, typed[*pubsub.PermissionError]},
	{exitTooExpensive, typed[*bigquery.TooExpensiveError]},
	{exitTooExpensive, typed[*bucket.TooExpensiveError]},
	{exitNotAllowed, typed[*bigquery.PermissionError]},
	{exitNotAllowed, typed[*bucket.PermissionError]},
	{exitNotAllowed, typed[*bucket.BillingError]},
	{exitUsage, sentinel(bucket.ErrNoProject)},
	{exitUsage, sentinel(client.ErrNoPackets)},
	{exitUsage, sentinel(client.ErrNoBucket)},
	{exitFailed, typed[*pubsub.GoneError]},
	{exitUsage, typed[*usageError]},
	{exitUsage, sentinel(client.ErrNoProject)},
	{exitUsage, sentinel(client.ErrRegistry)},
	{exitUsage, sentinel(client.ErrSchemas)},
	{exitUsage, sentinel(client.ErrNoArchive)},
	{exitUsage, sentinel(client.ErrNothingAsked)},
	{exitUsage, sentinel(client.ErrNeedsObject)},
	{exitUsage, sentinel(client.ErrTooManyObjects)},
	{exitUsage, typed[*registry.UnresolvableError]},
	{exitUsage, typed[*targets.Error]},
	{exitUsage, sentinel(local.ErrNotFound)},
	{exitUsage, typed[*local.NotArchiveError]},
	{exitUsage, typed[*local.NewerError]},
	{exitUsage, typed[*local.SimulatedError]},
	{exitUsage, typed[*local.RefusedError]},
	{exitUsage, typed[*local.StatementError]},
	{exitUsage, sentinel(bigquery.ErrNotReading)},
	{exitUsage, typed[*bigquery.QueryError]},
	{exitUsage, typed[*bigquery.NotFoundError]},
	{exitUsage, typed[*bigquery.InvalidError]},
	{exitUsage, sentinel(format.ErrExists)},
	{exitUsage, sentinel(format.ErrOtherContent)},
	{exitUsage, sentinel(alert.ErrNotAvro)},
	{exitUsage, sentinel(pubsub.ErrSinceWithoutSubscription)},
	{exitUsage, typed[*where.Error]},
	{exitUsage, typed[*client.FieldError]},
	{exitUsage, typed[*registry.UnknownError]},
	{exitUsage, typed[*format.UnknownError]},
	{exitUsage, typed[*pubsub.DriftError]},
	{exitUsage, sentinel(pubsub.ErrDetached)},
	{exitUsage, typed[*pubsub.InvalidError]},
	{exitUsage, typed[*pubsub.NotFoundError]},
	{exitUsage, sentinel(format.ErrSchemas)},
	{exitUsage, sentinel(avro.ErrOtherSchema)},
	{exitUsage, sentinel(format.ErrSimulatedAndReal)},
}

func sentinel(target error) func(error) bool {
	return func(err error) bool { return errors.Is(err, target) }
}

func typed[E error](err error) bool {
	var target E
	return errors.As(err, &target)
}

// exitCode gives the exit code of an error.
func exitCode(err error) int {
	if err == nil {
		return exitDone
	}
	for _, row := range exitCodes {
		if row.is(err) {
			return row.code
		}
	}
	return exitFailed
}

// report prints an error in one line, then its hints, and gives its exit code.
func report(screen *render.Screen, err error) int {
	text := strings.Join(strings.Fields(render.CleanLines(err.Error())), " ")
	var filter *where.Error
	caret := ""
	if errors.As(err, &filter) {
		caret = filter.Caret()
		if !strings.HasPrefix(text, "--") {
			text = "--where: " + text
		}
	}
	if screen.Log != nil {
		attributes := []any{"hints", hints(err), "exit_code", exitCode(err)}
		if caret != "" {
			attributes = append(attributes, "caret", caret)
		}
		screen.Log.Error(text, attributes...)
		return exitCode(err)
	}
	screen.Say("pgb: " + text)
	if caret != "" {
		screen.Say("  " + strings.ReplaceAll(caret, "\n", "\n  "))
	}
	for _, hint := range hints(err) {
		screen.Say("hint: " + hint)
	}
	return exitCode(err)
}

// orList joins names: a, b or c.
func orList(names []string) string {
	if len(names) == 1 {
		return names[0]
	}
	return strings.Join(names[:len(names)-1], ", ") + " or " + names[len(names)-1]
}
