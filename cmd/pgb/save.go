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
	if errors.As(refused, &rejection) {
		rejected, _ := rejection.Rejected()
		batch = slices.DeleteFunc(slices.Clone(batch), func(m *alert.Message) bool { return slices.Contains(rejected, m) })
	} else if refused != nil {
		return refused
	}
	if err := t.out.Put(ctx, batch); err != nil {
		return err
	}
	return refused
}

// Close closes the output.
func (t *teeing) Close(complete bool) error { return t.out.Close(complete) }
