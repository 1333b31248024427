package format

import (
	"errors"
	"fmt"
	"io"
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

// maxAvroFiles bounds the files in a folder that are written at once.
const maxAvroFiles = 128

// ErrSimulatedAndReal says that simulated and real records were to go into one
// Avro file, whose header says of all of them whether they are simulated.
var ErrSimulatedAndReal = errors.New("simulated and real records do not go into one Avro file: write them into a folder")

// avroOutput writes the original records with their original schema: into one
// container file, or into a folder with a file for each schema, and with other
// files for records of a sandbox.
type avroOutput struct {
	options Options
	folder  bool
	beside  bool // records of other schemas go beside the file
	files   map[avroKind]*avroFile
	taken   map[string]bool // names of the files, where there may be several
	sifted  Sifted
}

// Sifted says what became of messages that were written as Avro.
type Sifted struct {
	Files   []string // in the order in which they were begun
	LeftOut int64    // messages that are not Avro, with [Options].Sift
}

// Sifted says which Avro files were written and how many messages could not go
// into any; ok is false for another format and for parts, see [Rotation].
func (o *Output) Sifted() (s Sifted, ok bool) {
	o.writing.Lock()
	defer o.writing.Unlock()
	if a, is := o.sink.(*avroOutput); is {
		return a.sifted, true
	}
	return s, false
}

// avroKind is what all records of a file have in common.
type avroKind struct {
	schema    [32]byte // fingerprint
	simulated bool     // as the file's header says
}

// avroFile is one container that is being written.
type avroFile struct {
	place  *place
	writer *avro.Writer
	fresh  bool // it has records that are not there for good
}

func openAvro(o Options) (*avroOutput, error) {
	out := &avroOutput{options: o, files: map[avroKind]*avroFile{}, taken: map[string]bool{}}
	if o.Path == "" {
		return out, nil
	}
	info, err := os.Stat(o.Path)
	out.beside = o.Sift && (errors.Is(err, fs.ErrNotExist) || err == nil && info.Mode().IsRegular())
	switch {
	case err == nil && info.IsDir():
		out.folder = true
		if there, _ := filepath.Glob(filepath.Join(escapePattern(o.Path), "*.avro")); len(there) > 0 && !o.Force && !o.Append {
			return nil, fmt.Errorf("%s: %w", there[0], ErrExists)
		}
	case errors.Is(err, fs.ErrNotExist) && (os.IsPathSeparator(o.Path[len(o.Path)-1]) || filepath.Ext(o.Path) == ""):
		out.folder = true
		if err := os.MkdirAll(o.Path, 0o777); err != nil {
			return nil, placeError(o.Path, err)
		}
	case err == nil && info.Mode().IsRegular() && !o.Force && !o.Append:
		return nil, fmt.Errorf("%s: %w", o.Path, ErrExists)
	case err != nil && !errors.Is(err, fs.ErrNotExist):
		return nil, placeError(o.Path, err)
	}
	return out, nil
}

// escapePattern makes a pattern that matches a path alone. Windows, where a
// backslash does not escape, has no stars and question marks in names.
func escapePattern(path string) string {
	if os.PathSeparator == '\\' {
		return path
	}
	return strings.NewReplacer(`\`, `\\`, `*`, `\*`, `?`, `\?`, `[`, `\[`).Replace(path)
}

func (a *avroOutput) put(batch []*alert.Message) error {
	var rejected RejectedError
	for _, m := range batch {
		schema, datum, err := a.options.Reader.Datum(m)
		if errors.Is(err, alert.ErrNotAvro) {
			if a.options.Sift {
				a.sifted.LeftOut++
				continue
			}
			return err
		}
		if err == nil {
			err = checkDatum(schema, datum)
		}
		if err != nil {
			rejected.add(m, err)
			continue
		}
		file, err := a.file(schema, m)
		if err != nil {
			return err
		}
		file.fresh = true
		if err := file.writer.Append(datum); err != nil {
			return err
		}
	}
	for _, file := range a.files {
		if !file.fresh {
			continue
		}
		if err := file.writer.Flush(); err != nil {
			return err
		}
		if err := file.place.keep(); err != nil {
			return err
		}
		file.fresh = false
	}
	return rejected.orNil()
}

// checkDatum makes sure that a datum is one record and nothing else: in a block
// it would spoil those behind it.
func checkDatum(schema *avro.Schema, datum []byte) error {
	n, err := schema.Skip(datum)
	if err == nil && n != len(datum) {
		err = &avro.Error{Offset: n, Reason: "bytes left over after the record"}
	}
	return err
}

// file gives the container that records of a schema go to.
func (a *avroOutput) file(schema *avro.Schema, m *alert.Message) (*avroFile, error) {
	kind := avroKind{schema.Fingerprint(), m.Simulated()}
	if file, ok := a.files[kind]; ok {
		return file, nil
	}
	var file *avroFile
	var err error
	switch {
	case a.folder:
		file, err = a.fileInFolder(schema, m)
	case a.beside:
		ending := filepath.Ext(a.options.Path)
		file, err = a.fileNamed(strings.TrimSuffix(a.options.Path, ending), ending, schema, m)
	case a.files[avroKind{kind.schema, !kind.simulated}] != nil:
		err = ErrSimulatedAndReal
	case len(a.files) > 0:
		err = ErrSchemas
	default:
		file, err = openAvroFile(a.options, schema, m.Simulated())
	}
	if err != nil {
		return nil, err
	}
	a.files[kind] = file
	a.sifted.Files = append(a.sifted.Files, file.place.path)
	return file, nil
}

// fileInFolder opens the file of a schema, under its name.
func (a *avroOutput) fileInFolder(schema *avro.Schema, m *alert.Message) (*avroFile, error) {
	name, err := a.options.Reader.Schema(m)
	if err != nil {
		return nil, err
	}
	name = fileName(strings.ReplaceAll(name, " ", "-"), "records")
	if m.Simulated() {
		name += "-simulated"
	}
	return a.fileNamed(filepath.Join(a.options.Path, name), ".avro", schema, m)
}

// fileNamed opens a file for a schema, with a number where the name is another
// schema's.
func (a *avroOutput) fileNamed(name, ending string, schema *avro.Schema, m *alert.Message) (*avroFile, error) {
	if len(a.files) >= maxAvroFiles {
		return nil, fmt.Errorf("%s: records of more than %d schemas", a.options.Path, maxAvroFiles)
	}
	free := name
	for n := 2; ; n++ {
		if key := strings.ToLower(free); !a.taken[key] {
			a.taken[key] = true
			o := a.options
			o.Path = free + ending
			file, err := openAvroFile(o, schema, m.Simulated())
			if !errors.Is(err, avro.ErrOtherSchema) && !errors.Is(err, ErrSimulatedAndReal) {
				return file, err
			}
		}
		free = fmt.Sprintf("%s-%d", name, n)
	}
}

// openAvroFile opens a container for records that are all simulated, or none of
// them: its header says which.
func openAvroFile(o Options, schema *avro.Schema, simulated bool) (*avroFile, error) {
	var resumed *avro.Writer
	place, _, err := openPlace(o, func(file io.ReadWriteSeeker) (int64, error) {
		writer, whole, err := avro.Resume(file, schema)
		if writer != nil && err == nil {
			err = checkSimulated(file, simulated)
		}
		resumed = writer
		return whole, err
	})
	if err != nil {
		return nil, err
	}
	if resumed != nil {
		return &avroFile{place: place, writer: resumed}, nil
	}
	var meta map[string][]byte
	if simulated {
		meta = map[string][]byte{alert.SimulatedAttr: []byte("true")}
	}
	writer, err := avro.NewWriter(place, schema, "null", meta)
	if err != nil {
		return nil, errors.Join(err, place.abandon())
	}
	return &avroFile{place: place, writer: writer}, nil
}

// checkSimulated makes sure that a container which is gone on with holds records
// of the same kind.
func checkSimulated(file io.ReadSeeker, simulated bool) error {
	if _, err := file.Seek(0, io.SeekStart); err != nil {
		return err
	}
	there, err := avro.NewReader(file, nil)
	if err != nil {
		return err
	}
	if _, is := there.Meta(alert.SimulatedAttr); is != simulated {
		return ErrSimulatedAndReal
	}
	return nil
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
	if o := a.options; complete && !a.folder && len(a.files) == 0 && o.Force {
		// Without a record there is no schema, thus no file; the one to be
		// replaced must not pass for the result.
		if info, err := os.Stat(o.Path); err == nil && info.Mode().IsRegular() {
			errs = append(errs, os.Remove(o.Path))
		}
	}
	return errors.Join(errs...)
}
