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

// Targets gives names that can be opened.
func (v *viewedSaver) Targets(growing bool) []string {
	names := []string{archiveTarget, "alerts.jsonl", "alerts.csv", "alerts.avro", "alerts/"}
	if !growing {
		names = append(names, "alert.json", "alert.parquet", "alert.arrow", "alert.vot", "alert.fits", "alert.ecsv")
	}
	return names
}

// Open opens the local archive, or a file or folder. One that can grow is gone on
// with where it is there; any other is new.
func (v *viewedSaver) Open(ctx context.Context, target string, columns []alert.Column, growing bool) (tui.Sink, error) {
	if target == archiveTarget {
		return v.openArchive(ctx)
	}
	path := underHome(target)
	name, ok := format.ByPath(path)
	switch {
	case !ok && isFolder(path):
		name = format.Raw
	case !ok:
		return nil, usage([]string{"night.jsonl, night.csv, night.avro, a folder (night/), or archive"}, "the ending of %s names no format", target)
	}
	whole := name.IsWhole() || name == format.Arrow
	if whole && growing {
		return nil, usage([]string{"night.jsonl, night.csv or night.avro", "pgb stream --rotate 5m -o " + target + " writes parts"},
			"a file of %s can be read only once it is closed", name)
	}
	json := name == format.JSONLines || name == format.JSONArray
	out, err := format.Open(format.Options{
		Format: name, Path: path, Append: !whole, Finite: whole, Reader: v.client.Reader(),
		Layout: format.Layout{Columns: columns, Classifications: json, Full: json},
	})
	if err != nil {
		return nil, err
	}
	return &viewedFile{Output: out, name: target}, nil
}

// underHome gives the path of a name that begins with ~, as a shell would.
func underHome(path string) string {
	rest, ok := strings.CutPrefix(path, "~")
	if !ok || rest != "" && !os.IsPathSeparator(rest[0]) {
		return path
	}
	home, err := os.UserHomeDir()
	if err != nil {
		return path
	}
	return home + rest
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
