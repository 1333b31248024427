package main

import (
	"context"
	"os"
	"strings"

	"github.com/mwvgroup/pgb/client"
	"github.com/mwvgroup/pgb/client/alert"
	"github.com/mwvgroup/pgb/client/archive/local"
	"github.com/mwvgroup/pgb/client/format"
	"github.com/mwvgroup/pgb/tui"
)

// viewedSaver opens what the viewer saves into.
type viewedSaver struct{ client *client.Client }

// archiveTarget is the name of the local archive where the viewer asks for a
// place to save into.
const archiveTarget = "archive"

// Open opens the local archive, or a file or folder, which is gone on with where
// it is there.
func (v *viewedSaver) Open(ctx context.Context, target string, columns []alert.Column) (tui.Sink, error) {
	if target == archiveTarget {
		return v.openArchive(ctx)
	}
	name, ok := format.ByPath(target)
	switch {
	case !ok && (strings.HasSuffix(target, "/") || strings.HasSuffix(target, string(os.PathSeparator)) || isFolder(target)):
		name = format.Raw
	case !ok:
		return nil, usage([]string{"night.jsonl, night.csv, night.avro, a folder (night/), or archive"}, "the ending of %s names no format", target)
	case name.IsWhole() || name == format.Arrow:
		return nil, usage([]string{"night.jsonl: one object a line", "night.csv: rows"}, "%s is written once and for all: it can't grow while the viewer is open", name)
	}
	out, err := format.Open(format.Options{
		Format: name, Path: target, Append: true, Reader: v.client.Reader(),
		Layout: format.Layout{Columns: columns, Classifications: name == format.JSONLines, Full: name == format.JSONLines},
	})
	if err != nil {
		return nil, err
	}
	return &viewedFile{Output: out, name: target}, nil
}

func (v *viewedSaver) openArchive(ctx context.Context) (tui.Sink, error) {
	into, err := v.client.OpenLocal(ctx)
	if err != nil {
		return nil, err
	}
	return &viewedLocal{Sink: into.Sink(local.SinkOptions{}), archive: into}, nil
}

func isFolder(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.IsDir()
}

// viewedFile is a file or a folder that messages are saved into.
type viewedFile struct {
	*format.Output
	name string
}

// Name is the file's name.
func (f *viewedFile) Name() string { return f.name }

// viewedLocal is the local archive that messages are saved into.
type viewedLocal struct {
	*local.Sink
	archive *local.Archive
}

// Name names the archive.
func (l *viewedLocal) Name() string { return "the archive" }

// Close closes the archive: what was put is on disk.
func (l *viewedLocal) Close(bool) error { return l.archive.Close() }
