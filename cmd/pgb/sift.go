package main

import (
	"fmt"
	"path/filepath"
	"strings"

	"github.com/mwvgroup/pgb/client/alert"
	"github.com/mwvgroup/pgb/client/format"
	"github.com/mwvgroup/pgb/client/stream"
	"github.com/mwvgroup/pgb/cmd/internal/render"
)

// sifted says what an Avro output could not put into the file that was named, and
// takes it out of the count of what was written.
func (s *selection) sifted(a *app, out sink, summary *stream.Summary) error {
	written, ok := out.(*format.Output)
	if !ok || s.output == "" {
		return nil
	}
	sifted, ok := written.Sifted()
	if !ok {
		return nil
	}
	summary.Written -= sifted.LeftOut
	whole := "--full -o " + shellWord(strings.TrimSuffix(s.output, filepath.Ext(s.output))+".jsonl") + " keeps every message whole"
	path := render.Clean(s.output)
	switch n := len(sifted.Files); {
	case sifted.LeftOut > 0 && n == 0:
		return &hintedError{fmt.Errorf("%s: none of %s is Avro, and no file was written: %w", path, render.Plural(sifted.LeftOut, "message"), alert.ErrNotAvro), []string{whole}}
	case n == 0:
		a.screen.Note("no message, and thus no " + path + ": an Avro file has the schema of its records")
	case s.sift && n > 1:
		a.screen.Note(fmt.Sprintf("the packets have %d schemas, and an Avro file holds one: %s", n, render.Clean(strings.Join(sifted.Files, ", "))))
	}
	if sifted.LeftOut > 0 {
		a.screen.Note(render.Plural(sifted.LeftOut, "message") + " left out, which came as JSON and not as Avro: " + whole)
	}
	return nil
}
