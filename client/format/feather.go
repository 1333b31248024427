package format

import (
	"io"

	"github.com/apache/arrow-go/v18/arrow/ipc"

	"github.com/mwvgroup/pgb/client/alert"
)

// featherRows is how many rows a record batch of a file has at most: what a reader
// gets at once, and what is held in memory.
const featherRows = 16 << 10

func init() { tableFormats[Feather] = tableFormat{open: openFeather} }

// featherEncoder writes rows as an Arrow IPC file, which is Feather version 2: the
// record batches of a stream between two marks, and a footer that says where each
// stands. They are not compressed, so that readers can map them.
//
// Format: https://arrow.apache.org/docs/format/Columnar.html, IPC file format.
type featherEncoder struct {
	writer *ipc.FileWriter
	batch  *arrowBatch
}

func openFeather(to io.Writer, spec tableSpec) (tableEncoder, error) {
	e := &featherEncoder{}
	var err error
	if e.batch, err = newArrowBatch(spec, featherRows); err != nil {
		return nil, err
	}
	e.writer, err = ipc.NewFileWriter(to, ipc.WithSchema(e.batch.builder.Schema()), ipc.WithCompressConcurrency(1))
	return e, err
}

func (e *featherEncoder) add(batch []*alert.Message) error {
	for _, m := range batch {
		if err := e.batch.add(m.Row()); err != nil {
			return err
		}
		if !e.batch.full() {
			continue
		}
		if err := e.batch.write(e.writer); err != nil {
			return err
		}
	}
	return nil
}

func (e *featherEncoder) end() error {
	if e.batch.rows > 0 {
		if err := e.batch.write(e.writer); err != nil {
			return err
		}
	}
	return e.writer.Close()
}
