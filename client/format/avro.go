package format

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/mwvgroup/pgb/client/alert"
	"github.com/mwvgroup/pgb/client/avro"
)

// ErrSchemas says that messages of several schemas were to go into one Avro
// file, which holds one.
var ErrSchemas = errors.New("an Avro file holds one schema: write several into a folder")

// avroOutput writes the original records with their original schema: into one
// container file, or into a folder with a file for each schema.
type avroOutput struct {
	options Options
	folder  bool
	files   map[[32]byte]*avroFile
	taken   map[string]bool // names of the files in the folder
}

// avroFile is one container that is being written.
type avroFile struct {
	place  place
	writer *avro.Writer
}

func openAvro(o Options) (*avroOutput, error) {
	out := &avroOutput{options: o, files: map[[32]byte]*avroFile{}, taken: map[string]bool{}}
	if o.Path == "" {
		return out, nil
	}
	info, err := os.Stat(o.Path)
	switch {
	case err == nil && info.IsDir(), err != nil && (strings.HasSuffix(o.Path, "/") || filepath.Ext(o.Path) == ""):
		out.folder = true
		if err := os.MkdirAll(o.Path, 0o755); err != nil {
			return nil, placeError(o.Path, err)
		}
	case err == nil && info.Mode().IsRegular() && !o.Force && !o.Append:
		return nil, fmt.Errorf("%s: %w", o.Path, ErrExists)
	case err != nil && !errors.Is(err, fs.ErrNotExist):
		return nil, placeError(o.Path, err)
	}
	return out, nil
}

func (a *avroOutput) put(batch []*alert.Message) error {
	var rejected RejectedError
	for _, m := range batch {
		schema, datum, err := a.options.Reader.Datum(m)
		if errors.Is(err, alert.ErrNotAvro) {
			return err
		}
		if err == nil {
			_, err = schema.Skip(datum)
		}
		if err != nil {
			rejected.add(m, err)
			continue
		}
		file, err := a.file(schema, m)
		if err != nil {
			return err
		}
		if err := file.writer.Append(datum); err != nil {
			return err
		}
	}
	for _, file := range a.files {
		if err := file.writer.Flush(); err != nil {
			return err
		}
		if err := file.place.sync(); err != nil {
			return err
		}
	}
	return rejected.orNil()
}

// file gives the container that records of a schema go to.
func (a *avroOutput) file(schema *avro.Schema, m *alert.Message) (*avroFile, error) {
	if file, ok := a.files[schema.Fingerprint()]; ok {
		return file, nil
	}
	o := a.options
	if a.folder {
		name, err := a.options.Reader.Schema(m)
		if err != nil {
			return nil, err
		}
		o.Path = filepath.Join(o.Path, a.freeName(fileName(strings.ReplaceAll(name, " ", "-"), "records"))+".avro")
	} else if len(a.files) > 0 {
		return nil, ErrSchemas
	}
	file, err := openAvroFile(o, schema)
	if err != nil {
		return nil, err
	}
	a.files[schema.Fingerprint()] = file
	return file, nil
}

// freeName gives a name that no schema of this run has taken.
func (a *avroOutput) freeName(name string) string {
	free := name
	for n := 2; a.taken[free]; n++ {
		free = fmt.Sprintf("%s-%d", name, n)
	}
	a.taken[free] = true
	return free
}

func openAvroFile(o Options, schema *avro.Schema) (*avroFile, error) {
	var resumed *avro.Writer
	place, _, err := openPlace(o, func(file *os.File) (int64, error) {
		writer, whole, err := avro.Resume(file, schema)
		resumed = writer
		return whole, err
	})
	if err != nil {
		return nil, err
	}
	if resumed != nil {
		return &avroFile{place: place, writer: resumed}, nil
	}
	writer, err := avro.NewWriter(place, schema, "null", nil)
	if err != nil {
		return nil, errors.Join(err, place.abandon())
	}
	return &avroFile{place: place, writer: writer}, nil
}

func (a *avroOutput) close(complete bool) error {
	var errs []error
	for _, file := range a.files {
		if !complete {
			errs = append(errs, file.place.abandon())
			continue
		}
		if err := file.writer.Close(); err != nil {
			errs = append(errs, err, file.place.abandon())
			continue
		}
		errs = append(errs, file.place.finish())
	}
	return errors.Join(errs...)
}
