package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/mwvgroup/pgb/client"
	"github.com/mwvgroup/pgb/client/alert"
	"github.com/mwvgroup/pgb/client/alert/stamp"
	"github.com/mwvgroup/pgb/client/field"
	"github.com/mwvgroup/pgb/client/format"
	"github.com/mwvgroup/pgb/client/picture"
	"github.com/mwvgroup/pgb/cmd/internal/render"
)

// stampColumns are those of the list of files.
var stampColumns = []alert.Column{
	{Name: "object_id", Kind: field.Text, Doc: "id of the object, as text"},
	{Name: "source_id", Kind: field.Text, Doc: "id of the triggering source, as text"},
	{Name: "survey", Kind: field.Text, Doc: "the survey that took the image"},
	{Name: "kind", Kind: field.Text, Doc: "science, template or difference; sheet for a contact sheet"},
	{Name: "path", Kind: field.Text, Doc: "the file"},
	{Name: "width", Unit: "pix", Kind: field.Int, Doc: "width of the image in the file"},
	{Name: "height", Unit: "pix", Kind: field.Int, Doc: "height of the image in the file"},
	{Name: "pixel_scale", Unit: "arcsec", Kind: field.Float64, Doc: "side of a pixel of the file"},
	{Name: "simulated", Kind: field.Bool, Doc: "true for anything that came from a sandbox"},
}

// cutoutSink writes the stamps of the alerts that are put into it.
type cutoutSink struct {
	flags  *cutoutsFlags
	screen *render.Screen
	reader *alert.Reader
	list   sink // of files; nil where stamps are shown
	show   *stampShow
	sheet  *contactSheet

	alerts, stamps, without, simulated int64
}

// openCutouts opens what takes the alerts. What is there already is found before
// anything is paid for.
func (f *cutoutsFlags) openCutouts(a *app, c *client.Client, name format.Name) (*cutoutSink, error) {
	s := &cutoutSink{flags: f, screen: a.screen, reader: c.Reader()}
	if f.folder != "" {
		if err := os.MkdirAll(f.folder, 0o777); err != nil {
			return nil, err
		}
	}
	if f.sheet != "" {
		s.sheet = &contactSheet{path: f.sheet, force: f.force, options: picture.SheetOptions{Look: f.look, Kinds: f.kinds}}
		if err := s.sheet.check(); err != nil {
			return nil, err
		}
	}
	if f.show {
		s.show = newStampShow(a, f.look)
		return s, nil
	}
	if name == table {
		s.list = &stampTable{screen: a.screen}
		return s, nil
	}
	out, err := format.Open(format.Options{
		Format: name, Writer: screenWriter{a.screen}, Terminal: a.screen.OutTTY, Finite: true, Layout: format.Layout{Columns: stampColumns},
	})
	if err == nil {
		a.sayColumns(stampColumns, false)
	}
	s.list = out
	return s, err
}

// Put writes the stamps of some alerts. Those that can't be read are left out
// and named in a [*format.RejectedError].
func (s *cutoutSink) Put(ctx context.Context, batch []*alert.Message) error {
	var rejected format.RejectedError
	var written []*alert.Message
	for _, m := range batch {
		rows, err := s.take(m)
		if undecoded := new(undecodedError); errors.As(err, &undecoded) {
			rejected.Messages, rejected.Reasons = append(rejected.Messages, m), append(rejected.Reasons, err)
			continue
		}
		if err != nil {
			return err
		}
		written = append(written, rows...)
	}
	if s.list != nil && len(written) > 0 {
		if err := notHeld(s.list.Put(ctx, written)); err != nil {
			return err
		}
	}
	if len(rejected.Messages) > 0 {
		return &rejected
	}
	return nil
}

// undecodedError says that the stamps of an alert can't be read.
type undecodedError struct{ error }

func (e *undecodedError) Unwrap() error { return e.error }

// take writes, draws and shows the stamps of one alert.
func (s *cutoutSink) take(m *alert.Message) ([]*alert.Message, error) {
	found, err := s.reader.PackedCutouts(m)
	if err != nil {
		return nil, &undecodedError{err}
	}
	s.alerts++
	if m.Simulated() {
		s.simulated++
	}
	var rows []*alert.Message
	var stamps []stamp.Stamp
	for _, kind := range s.flags.kinds {
		for _, c := range found {
			if c.Kind != kind {
				continue
			}
			drawn, broken := stamp.Decode(c)
			drawn = drawn.Of(m.Row().Get("survey").String())
			if broken != nil && (s.flags.png || s.flags.folder == "") {
				return nil, &undecodedError{broken}
			}
			if broken == nil {
				stamps = append(stamps, drawn)
			}
			s.stamps++
			if s.flags.folder == "" {
				continue
			}
			row, err := s.write(m, c, drawn)
			if err != nil {
				return nil, err
			}
			rows = append(rows, row)
		}
	}
	if len(stamps) == 0 && len(rows) == 0 {
		s.without++
		return nil, nil
	}
	if s.show != nil {
		if err := s.show.draw(m, stamps); err != nil {
			return nil, err
		}
	}
	if s.sheet != nil {
		pages, err := s.sheet.add(sheetRow(m, stamps))
		return append(rows, pages...), err
	}
	return rows, nil
}

// write writes one stamp, as it stands in the packet or as a picture, and gives
// the row that says so.
func (s *cutoutSink) write(m *alert.Message, c alert.Cutout, drawn stamp.Stamp) (*alert.Message, error) {
	body, ending := c.FITS, ".fits"
	width, height, scale := drawn.Width, drawn.Height, 1
	switch {
	case s.flags.png:
		o := picture.StampOptions{Look: s.flags.look, Scale: s.flags.scale, Bare: s.flags.bare, Simulated: m.Simulated()}
		width, height, scale = o.Size(drawn)
		var b bytes.Buffer
		if err := picture.WriteStamp(&b, drawn, o); err != nil {
			return nil, &undecodedError{err}
		}
		body, ending = b.Bytes(), ".png"
	case bytes.HasPrefix(body, []byte{0x1f, 0x8b}):
		ending = ".fits.gz"
	}
	name := m.Row().Get("source_id").String()
	if name == "" {
		name = m.Row().Get("object_id").String()
	}
	path := filepath.Join(s.flags.folder, fileNameOf(name)+"_"+c.Kind+ending)
	if err := writeWhole(path, body, s.flags.force); err != nil {
		return nil, err
	}
	return stampRow(m, stampFile{c.Kind, path, width, height, drawn.PixelScale / float64(scale), m.Simulated()}), nil
}

// fileNameOf makes a name of a file of an id from outside.
func fileNameOf(id string) string {
	name := strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || r == '-' || r == '_' {
			return r
		}
		return '_'
	}, id)
	const most = 100
	if name == "" {
		name = "alert"
	}
	return name[:min(len(name), most)]
}

// writeWhole writes a file so that its name never stands for a part of it. What
// is there already and is the same is left alone.
func writeWhole(path string, body []byte, force bool) error {
	if !force && exists(path) {
		if there, err := os.ReadFile(path); err == nil && bytes.Equal(there, body) {
			return nil
		}
		return existsError(path)
	}
	part, err := os.CreateTemp(filepath.Dir(path), ".pgb-*.part")
	if unnamed := new(fs.PathError); errors.As(err, &unnamed) {
		return fmt.Errorf("write %s: %w", path, unnamed.Err) // not the file beside it
	}
	if err != nil {
		return err
	}
	_, err = part.Write(body)
	err = errors.Join(err, part.Chmod(0o644), part.Close())
	if err == nil {
		err = os.Rename(part.Name(), path)
	}
	if both := new(os.LinkError); errors.As(err, &both) {
		err = both.Err
	}
	if err != nil {
		return errors.Join(fmt.Errorf("write %s: %w", path, err), os.Remove(part.Name()))
	}
	return nil
}

func existsError(path string) error {
	return &hintedError{err: fmt.Errorf("%s: %w", path, format.ErrExists), hints: []string{"--force to replace it, or another name"}}
}

// stampFile is a file that was written.
type stampFile struct {
	kind, path    string
	width, height int     // pixels, 0 where they are not known
	pixelScale    float64 // arcsec, 0 where it is not known
	simulated     bool
}

// stampRow is a line of the list of files: of an alert, or of none.
func stampRow(m *alert.Message, file stampFile) *alert.Message {
	text := func(name string) field.Value {
		if m == nil {
			return field.Value{}
		}
		return m.Row().Get(name).Clone()
	}
	var width, height, scale field.Value
	if file.width > 0 && file.height > 0 {
		width, height = field.OfInt(int64(file.width)), field.OfInt(int64(file.height))
	}
	if file.pixelScale > 0 {
		scale = field.OfFloat64(file.pixelScale)
	}
	row := &alert.Message{}
	if file.simulated {
		row.Headers = []alert.Header{{Name: alert.SimulatedAttr, Value: []byte("true")}}
	}
	row.SetRow(&alert.Row{Columns: stampColumns, Values: []field.Value{
		text("object_id"), text("source_id"), text("survey"), field.OfString(file.kind), field.OfString(file.path),
		width, height, scale, field.OfBool(file.simulated),
	}})
	return row
}

// Close ends the list of files and the contact sheet.
func (s *cutoutSink) Close(complete bool) error {
	var err error
	if s.sheet != nil {
		var pages []*alert.Message
		if pages, err = s.sheet.close(); err == nil && s.list != nil && len(pages) > 0 {
			err = s.list.Put(context.Background(), pages)
		}
	}
	if s.list != nil {
		err = errors.Join(err, s.list.Close(complete && err == nil))
	}
	return err
}
