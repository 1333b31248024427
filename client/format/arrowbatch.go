package format

import (
	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/apache/arrow-go/v18/arrow/memory"

	"github.com/mwvgroup/pgb/client/alert"
	"github.com/mwvgroup/pgb/client/field"
)

// arrowBytes is how much text or how much of lists a record batch has, about, at
// most.
const arrowBytes = 8 << 20

// arrowBatch gathers rows for a record batch of Arrow.
type arrowBatch struct {
	builder *array.RecordBuilder
	columns []arrowColumn
	list    *arrowList // nil without classifications
	buf     []byte
	rows    int
	most    int // rows of a batch
	listed  int // bytes of the lists
}

// arrowColumn is a column of the file.
type arrowColumn struct {
	value   int // place in the row
	kind    cellType
	builder array.Builder
	items   *arrowItems // of lists
}

func newArrowBatch(spec tableSpec, most int) (*arrowBatch, error) {
	b := &arrowBatch{builder: array.NewRecordBuilder(memory.DefaultAllocator, arrowSchema(spec)), most: most}
	for i, column := range tableColumns(spec) {
		c := arrowColumn{value: column, kind: cellTypeOf(spec.columns[column]), builder: b.builder.Field(i)}
		if items := spec.columns[column].Items; items != nil {
			var err error
			if c.items, err = newArrowItems(items, c.builder.(*array.ListBuilder)); err != nil {
				return nil, err
			}
		}
		b.columns = append(b.columns, c)
	}
	if spec.classifications {
		b.list = newArrowList(b.builder.Field(len(b.columns)).(*array.ListBuilder))
	}
	return b, nil
}

// full says whether there are rows enough for a batch. Their text is looked at now
// and then only.
func (b *arrowBatch) full() bool {
	if b.rows >= b.most || b.listed >= arrowBytes {
		return true
	}
	if b.rows%16 != 0 {
		return false
	}
	text := 0
	for i := range b.columns {
		switch to := b.columns[i].builder.(type) {
		case *array.BinaryBuilder:
			text += to.DataLen()
		case *array.StringBuilder:
			text += to.DataLen()
		}
	}
	return text >= arrowBytes
}

// write writes the rows that were gathered, and forgets them.
func (b *arrowBatch) write(to interface{ Write(arrow.RecordBatch) error }) error {
	record := b.builder.NewRecordBatch()
	defer record.Release()
	b.rows, b.listed = 0, 0
	return to.Write(record)
}

func (b *arrowBatch) add(row *alert.Row) error {
	for i := range b.columns {
		c := &b.columns[i]
		if c.items != nil {
			n, buf, err := c.items.add(row.Values[c.value], b.buf)
			if err != nil {
				return err
			}
			b.buf, b.listed = buf, b.listed+n
			continue
		}
		b.buf = appendArrow(c.builder, c.kind, row.Values[c.value], b.buf)
	}
	if b.list != nil {
		b.buf = b.list.add(row.Classifications, b.buf)
	}
	b.rows++
	return nil
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
