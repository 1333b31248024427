package main

import (
	"context"
	"errors"
	"slices"

	"github.com/mwvgroup/pgb/client/alert"
	"github.com/mwvgroup/pgb/client/archive/local"
	"github.com/mwvgroup/pgb/client/stream"
	"github.com/mwvgroup/pgb/cmd/internal/render"
)

// saver is the local archive as the sink of a stream, alone or beside another.
type saver struct {
	*local.Sink
	archive *local.Archive
}

// saveNamesFile is the error of --save with the name of a file.
func saveNamesFile(file string) error {
	return usage([]string{"--save --archive " + render.Clean(file)}, "--save takes no file: --archive names it")
}

// saySandboxChanges says how to undo what is saved into the sandbox's own archive.
func (a *app) saySandboxChanges() {
	if a.inSandbox && a.archive == "" {
		a.screen.Note("that is the sandbox's own archive, which lookups with --sandbox read: to have it as it was, delete that file; to leave it alone, --archive FILE")
	}
}

// Close ends nothing: a batch is on disk when it was put.
func (s *saver) Close(bool) error { return nil }

// say says what was saved, and where.
func (s *saver) say(a *app) {
	saved := s.Saved()
	text := render.Plural(saved.Messages, "new message") + " saved in " + s.archive.Name()
	if saved.Known > 0 {
		text += ", " + render.Count(saved.Known) + " were there already"
	}
	a.screen.Note(text)
}

// teeing saves messages and writes them to an output as well. What the archive
// can't read is not written either.
type teeing struct {
	save *saver
	out  sink
}

// Put saves a batch, then writes it.
func (t *teeing) Put(ctx context.Context, batch []*alert.Message) error {
	refused := t.save.Put(ctx, batch)
	var rejection stream.Rejection
	if !errors.As(refused, &rejection) {
		if refused != nil {
			return refused
		}
		return t.out.Put(ctx, batch)
	}
	messages, reasons := rejection.Rejected()
	rest := slices.DeleteFunc(slices.Clone(batch), func(m *alert.Message) bool { return slices.Contains(messages, m) })
	err := t.out.Put(ctx, rest)
	also, rejected := err.(stream.Rejection)
	held, isHeld := err.(stream.Held)
	if err != nil && !rejected && !isHeld {
		return err
	}
	both := &refusedByEither{error: refused, messages: messages, reasons: reasons}
	if rejected {
		messages, reasons := also.Rejected()
		both.messages, both.reasons = slices.Concat(both.messages, messages), slices.Concat(both.reasons, reasons)
	}
	if isHeld {
		return &heldAndRefused{Held: held, refusedByEither: both}
	}
	return both
}

// refusedByEither gives the messages that the archive or the output refused.
type refusedByEither struct {
	error
	messages []*alert.Message
	reasons  []error
}

// Rejected gives them, and the reasons.
func (r *refusedByEither) Rejected() ([]*alert.Message, []error) { return r.messages, r.reasons }

// heldAndRefused says the same of an output that holds the others.
type heldAndRefused struct {
	stream.Held
	*refusedByEither
}

// Error says that messages are held.
func (h *heldAndRefused) Error() string { return h.Held.Error() }

// Close closes the output.
func (t *teeing) Close(complete bool) error { return t.out.Close(complete) }
