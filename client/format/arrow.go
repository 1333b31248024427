package format

import (
	"bytes"
	"errors"
	"io"
	"slices"
	"time"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/apache/arrow-go/v18/arrow/ipc"
	"github.com/apache/arrow-go/v18/arrow/memory"

	"github.com/mwvgroup/pgb/client/alert"
	"github.com/mwvgroup/pgb/client/field"
)

// A record batch is written when it has arrowRows rows or arrowBytes of text:
// readers gain nothing from larger ones. [Linger] is the other bound.
const (
	arrowRows  = 1000
	arrowBytes = 8 << 20
)

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
	types   []cellType
	tells   bool
	writer  *ipc.Writer
	builder *array.RecordBuilder
	columns []arrowColumn
	list    *arrowList // nil without classifications
	out     bytes.Buffer
	buf     []byte
	rows    int       // in the builder
	safe    int       // written since it was asked last
	due     time.Time // when those in the builder have waited long enough
}

// arrowColumn is a column of the file.
type arrowColumn struct {
	value   int // place in the row
	kind    cellType
	builder array.Builder
}

// errAppendArrow says why an Arrow stream is not gone on with.
var errAppendArrow = errors.New("an Arrow stream can't be appended to: use csv or jsonl, or write parts")

func openArrow(o Options) (*arrowOutput, error) {
	if o.Append {
		return nil, errAppendArrow
	}
	a := &arrowOutput{spec: newTableSpec(o), types: cellTypes(o.Layout.Columns), tells: tellsSimulated(o.Layout)}
	var err error
	a.place, _, err = openPlace(o, nil)
	return a, err
}

// grows says whether somebody may read what is written before its end. A batch
// of a file that has its name at its end waits for rows only.
func (a *arrowOutput) grows() bool { return a.place.final == "" }

func (a *arrowOutput) put(batch []*alert.Message) error {
	fit, rejected, err := checkRows(batch, a.spec.columns, a.types)
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
		a.begin()
	} else if err := checkAlike(batch, a.spec.simulated, a.tells); err != nil {
		return err
	}
	for _, m := range batch {
		if a.rows == 0 {
			a.due = time.Now().Add(Linger)
		}
		a.add(m.Row())
		if a.rows++; !a.full() {
			continue
		}
		if err := a.settle(); err != nil {
			return err
		}
	}
	if a.grows() && a.rows > 0 && time.Until(a.due) <= 0 {
		return a.settle()
	}
	return nil
}

// full says whether the builder has enough for a batch. Its text is looked at now
// and then only.
func (a *arrowOutput) full() bool {
	if a.rows%16 != 0 || a.rows >= arrowRows {
		return a.rows >= arrowRows
	}
	text := 0
	for i := range a.columns {
		switch to := a.columns[i].builder.(type) {
		case *array.BinaryBuilder:
			text += to.DataLen()
		case *array.StringBuilder:
			text += to.DataLen()
		}
	}
	return text >= arrowBytes
}

// settle writes the rows that were gathered as a batch.
func (a *arrowOutput) settle() error {
	if a.rows == 0 {
		return nil
	}
	record := a.builder.NewRecordBatch()
	defer record.Release()
	err := a.writer.Write(record)
	if err == nil {
		err = a.flush()
	}
	if err == nil {
		err = a.place.keep()
	}
	if err == nil {
		a.safe += a.rows
	}
	a.rows, a.due = 0, time.Time{}
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
func (a *arrowOutput) begin() {
	schema := arrowSchema(a.spec)
	a.builder = array.NewRecordBuilder(memory.DefaultAllocator, schema)
	for i, column := range tableColumns(a.spec) {
		a.columns = append(a.columns, arrowColumn{column, a.types[column], a.builder.Field(i)})
	}
	if a.spec.classifications {
		a.list = newArrowList(a.builder.Field(len(a.columns)).(*array.ListBuilder))
	}
	a.writer = ipc.NewWriter(&a.out, ipc.WithSchema(schema), ipc.WithCompressConcurrency(1))
}

func (a *arrowOutput) add(row *alert.Row) {
	for i := range a.columns {
		c := &a.columns[i]
		a.buf = appendArrow(c.builder, c.kind, row.Values[c.value], a.buf)
	}
	if a.list != nil {
		a.buf = a.list.add(row.Classifications, a.buf)
	}
}

// appendArrow appends a value to a column. buf is used again and again.
func appendArrow(to array.Builder, kind cellType, v field.Value, buf []byte) []byte {
	if v.IsMissing() {
		to.AppendNull()
		return buf
	}
	switch to := to.(type) {
	case *array.BooleanBuilder:
		to.Append(boolOf(v))
	case *array.Int64Builder:
		to.Append(intOf(v))
	case *array.Float32Builder:
		to.Append(float32Of(v))
	case *array.Float64Builder:
		to.Append(float64Of(v))
	case *array.TimestampBuilder:
		micros, _ := instantOf(v) // it was checked
		to.Append(arrow.Timestamp(micros))
	case *array.BinaryBuilder:
		to.Append(v.Text())
	case *array.StringBuilder:
		text := textOf(v, buf[:0])
		to.BinaryBuilder.Append(text)
		if kind == cellText && len(text) > cap(buf) {
			buf = make([]byte, 0, len(text))
		}
	}
	return buf
}

func (a *arrowOutput) close(complete bool) error {
	if !complete {
		return a.place.abandon()
	}
	if a.writer == nil {
		a.begin()
	}
	err := a.settle()
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
