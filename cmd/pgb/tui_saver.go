package main

import (
	"context"
	"fmt"
	"os"
	"strings"
	"time"

	"github.com/mwvgroup/pgb/client"
	"github.com/mwvgroup/pgb/client/alert"
	"github.com/mwvgroup/pgb/client/archive/local"
	"github.com/mwvgroup/pgb/client/format"
	"github.com/mwvgroup/pgb/cmd/internal/render"
	"github.com/mwvgroup/pgb/tui"
)

// viewedSaver opens what the viewer saves into.
type viewedSaver struct {
	client *client.Client
	saved  savings
}

// archiveTarget is the name of the local archive where the viewer asks for a
// place to save into.
const archiveTarget = "archive"

// viewedPart is how long after its first alert a part is closed of a file that
// messages go on coming into and that can't be gone on with. They are held so
// long: far less than they can be.
const viewedPart = 5 * time.Minute

// Targets gives names that can be opened.
func (v *viewedSaver) Targets(growing bool) []string {
	names := []string{archiveTarget, "alerts.jsonl", "alerts.csv", "alerts.avro", "alerts/"}
	if growing {
		return append(names, "alerts.parquet", "alerts.arrow", "alerts.vot", "alerts.fits", "alerts.ecsv", "alerts.json")
	}
	return append(names, "alert.json", "alert.parquet", "alert.arrow", "alert.vot", "alert.fits", "alert.ecsv")
}

// Every says how long a part goes on.
func (v *viewedSaver) Every() time.Duration { return viewedPart }

// Refuse refuses a file that is there and can't be gone on with.
func (v *viewedSaver) Refuse(target string, growing bool) error {
	path := underHome(target)
	name, ok := format.ByPath(path)
	if target == archiveTarget || growing || !ok || !startsAnew(name) || !exists(path) {
		return nil
	}
	return fmt.Errorf("%s is there already, and %s can't be gone on with: another name", render.Clean(target), titles[name])
}

// titles are what formats that can't be gone on with are called.
var titles = map[format.Name]string{
	format.JSONArray: "a JSON array", format.Arrow: "Arrow", format.Feather: "Arrow", format.Parquet: "Parquet", format.VOTable: "a VOTable",
	format.FITS: "FITS", format.ECSV: "ECSV",
}

// startsAnew says whether the viewer can't go on in a file of a format.
func startsAnew(name format.Name) bool { return name.IsWhole() || name == format.Arrow }

// Open opens the local archive, or a file or folder. One that can grow is gone on
// with where it is there; any other is new, and written in parts where messages
// go on coming.
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
		return nil, usage([]string{"night.jsonl, night.csv, night.avro, night.parquet, a folder (night/), or archive"}, "the ending of %s names no format", target)
	}
	whole := startsAnew(name)
	json := name == format.JSONLines || name == format.JSONArray
	options := format.Options{
		Format: name, Path: path, Append: !whole, Finite: whole, Reader: v.client.Reader(), Creator: creator(),
		Layout: format.Layout{Columns: columns, Classifications: true, Full: json},
	}
	if whole && growing {
		options.Rotate = &format.Rotation{Every: viewedPart}
	}
	out, err := format.Open(options)
	if err != nil {
		return nil, err
	}
	return &viewedFile{Output: out, name: target, inParts: options.Rotate != nil, saved: &v.saved}, nil
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
	return &viewedLocal{Sink: into.Sink(local.SinkOptions{}), archive: into, saved: &v.saved}, nil
}

func isFolder(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.IsDir()
}
