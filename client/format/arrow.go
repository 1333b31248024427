package format

import (
	"bytes"
	"errors"
	"io"
	"slices"
	"time"

	"github.com/apache/arrow-go/v18/arrow/ipc"

	"github.com/mwvgroup/pgb/client/alert"
)

// arrowRows is how many rows a record batch of a stream has at most: readers gain
// nothing from larger ones. arrowBytes and [Linger] are the other bounds.
const arrowRows = 1000

// Linger is how long a row of an Arrow stream waits for others to make a record
// batch with; its message is held so long. Batches of one row take five times
// the room of large ones and a hundred times the time to read.
const Linger = time.Second

// arrowOutput writes rows as an Arrow IPC stream: a schema, record batches, and a
// mark at the end. What is written can be read as it grows, and up to the last
// whole batch where its end is missing.
//
// Format: https://arrow.apache.org/docs/format/Columnar.html, IPC streaming.
type arrowOutput struct {
	spec    tableSpec
	place   *place
	checker *rowChecker
	tells   bool
	writer  *ipc.Writer
	batch   *arrowBatch
	out     bytes.Buffer
	safe    int       // written since it was asked last
	due     time.Time // when those in the batch have waited long enough
}

// errAppendArrow says why an Arrow stream is not gone on with.
var errAppendArrow = errors.New("an Arrow stream can't be appended to: use csv or jsonl, or write parts")

func openArrow(o Options) (*arrowOutput, error) {
	if o.Append {
		return nil, errAppendArrow
	}
	a := &arrowOutput{spec: newTableSpec(o), tells: tellsSimulated(o.Layout)}
	var err error
	if a.checker, err = newRowChecker(o.Layout.Columns, Arrow); err == nil {
		a.place, _, err = openPlace(o, nil)
	}
	return a, err
}

// grows says whether somebody may read what is written before its end. A batch
// of a file that has its name at its end waits for rows only.
func (a *arrowOutput) grows() bool { return a.place.final == "" }

func (a *arrowOutput) put(batch []*alert.Message) error {
	fit, rejected, err := a.checker.rows(batch)
	if err == nil && len(fit) > 0 {
		err = a.gather(fit)
	}
	if err != nil {
		return err
	}
	return rejected.orNil()
}

// gather takes rows, and writes those that make a batch.
func (a *arrowOutput) gather(batch []*alert.Message) error {
	if a.writer == nil {
		a.spec.simulated = slices.ContainsFunc(batch, (*alert.Message).Simulated)
		if err := a.begin(); err != nil {
			return err
		}
	} else if err := checkAlike(batch, a.spec.simulated, a.tells); err != nil {
		return err
	}
	for _, m := range batch {
		if a.batch.rows == 0 {
			a.due = time.Now().Add(Linger)
		}
		if err := a.batch.add(m.Row()); err != nil {
			return err
		}
		if !a.batch.full() {
			continue
		}
		if err := a.settle(); err != nil {
			return err
		}
	}
	if a.grows() && a.batch.rows > 0 && time.Until(a.due) <= 0 {
		return a.settle()
	}
	return nil
}

// settle writes the rows that were gathered as a batch.
func (a *arrowOutput) settle() error {
	if a.batch == nil || a.batch.rows == 0 {
		return nil
	}
	rows := a.batch.rows
	err := a.batch.write(a.writer)
	if err == nil {
		err = a.flush()
	}
	if err == nil {
		err = a.place.keep()
	}
	if err == nil {
		a.safe += rows
	}
	a.due = time.Time{}
	return err
}

// holds says how many rows were written since it was asked last, and when the
// others are to be.
func (a *arrowOutput) holds() (safe int, due time.Time) {
	safe, a.safe = a.safe, 0
	return safe, a.due
}

// flush writes a batch at once, so that a reader hardly ever sees a part of it.
func (a *arrowOutput) flush() error {
	n, err := a.place.Write(a.out.Bytes())
	if err == nil && n < a.out.Len() {
		err = io.ErrShortWrite
	}
	a.out.Reset()
	return err
}

// begin makes the writer, which writes the schema with its first batch.
func (a *arrowOutput) begin() error {
	var err error
	if a.batch, err = newArrowBatch(a.spec, arrowRows); err != nil {
		return err
	}
	a.writer = ipc.NewWriter(&a.out, ipc.WithSchema(a.batch.builder.Schema()), ipc.WithCompressConcurrency(1))
	return nil
}

func (a *arrowOutput) close(complete bool) error {
	if !complete {
		return a.place.abandon()
	}
	var err error
	if a.writer == nil {
		err = a.begin()
	}
	if err == nil {
		err = a.settle()
	}
	if err == nil {
		err = a.writer.Close()
	}
	if err == nil {
		err = a.flush()
	}
	if err != nil {
		return errors.Join(err, a.place.abandon())
	}
	return a.place.finish()
}
