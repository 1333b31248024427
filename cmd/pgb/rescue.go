package main

import (
	"errors"
	"fmt"
	"strings"

	"github.com/mwvgroup/pgb/client/archive/local"
	"github.com/mwvgroup/pgb/client/stream"
	"github.com/mwvgroup/pgb/cmd/internal/render"
)

// rescuedError ends the export of a damaged archive of which all that can be read
// is written.
type rescuedError struct {
	damage  *local.CorruptError
	written int64
	into    string // the output's file; empty is standard output
	again   bool   // it can be read again
}

// rescue gives the [*rescuedError] of a run that came to the end of a damaged
// archive, and otherwise the error as it was. Its output is as whole as it will
// ever be.
func (s *selection) rescue(err error, written int64) error {
	var damage *local.CorruptError
	if !errors.As(err, &damage) || damage.Read == 0 || typed[*stream.SinkError](err) {
		return err
	}
	return &rescuedError{damage: damage, written: written, into: s.output, again: s.full || strings.HasSuffix(s.output, ".avro")}
}

// Error says how many messages there still are.
func (e *rescuedError) Error() string {
	text := e.damage.Path + " is damaged: " + render.Plural(e.written, "message") + " rescued"
	if e.into != "" {
		text += " into " + e.into
	}
	lost := render.Count(e.damage.Lost)
	if e.damage.AtLeast {
		lost = "at least " + lost
	}
	return fmt.Sprintf("%s, %s lost", text, lost)
}

// Unwrap gives what is damaged.
func (e *rescuedError) Unwrap() error { return e.damage }

// rescuedHints say what to do with what was rescued.
func rescuedHints(e *rescuedError) []string {
	if e.into == "" || !e.again {
		return rescueHints(e.damage.Path)
	}
	return []string{"they go into a new archive with pgb archive import " + shellWord(e.into) + " --archive new.db"}
}

// rescueHints say how to get out of a damaged archive what can still be read.
func rescueHints(path string) []string {
	return []string{
		"what can still be read comes out with pgb archive export --full -o rescued.jsonl --archive " + shellWord(path),
		"and goes into a new archive with pgb archive import rescued.jsonl --archive new.db",
	}
}

// shellWord gives a text as one word of a command line.
func shellWord(text string) string {
	const plain = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789%+,-./:=@_\\"
	if text != "" && strings.Trim(text, plain) == "" {
		return text
	}
	return "'" + strings.ReplaceAll(text, "'", `'\''`) + "'"
}
