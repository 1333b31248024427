package targets

import (
	"bytes"
	"strconv"
	"strings"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/apache/arrow-go/v18/arrow/ipc"

	"github.com/mwvgroup/pgb/client/field"
)

// newArrow reads Arrow's IPC streams and files
// (https://arrow.apache.org/docs/format/Columnar.html).
func newArrow(in *input) (*columnar, error) {
	const what = "Arrow"
	raw, err := in.whole()
	if err != nil {
		return nil, err
	}
	c := &columnar{in: in}
	var used []int
	var batches func() (arrow.RecordBatch, error)
	err = in.guarded(what, func() error {
		schema, next, err := arrowBatches(raw)
		if err != nil {
			return err
		}
		batches = next
		for i, f := range schema.Fields() {
			if kind := arrowKind(f.Type); kind != field.Missing {
				unit, _ := f.Metadata.GetValue("unit")
				doc, _ := f.Metadata.GetValue("doc")
				ucd, _ := f.Metadata.GetValue("ucd")
				used = append(used, i)
				c.sources = append(c.sources, source{Column: Column{Name: f.Name, Kind: kind, Unit: unit, Doc: doc}, ucd: strings.ToLower(ucd)})
			}
		}
		return c.check()
	})
	c.more = func() (block [][]field.Value, err error) {
		return block, in.guarded(what, func() error {
			batch, err := batches()
			if batch == nil || err != nil {
				return err
			}
			for i, at := range used {
				block = append(block, arrowCells(batch.Column(at), c.sources[i].Kind))
			}
			return nil
		})
	}
	return c, err
}

// arrowBatches gives what a file or a stream holds, nil at the end.
func arrowBatches(raw *bytes.Reader) (*arrow.Schema, func() (arrow.RecordBatch, error), error) {
	var magic [6]byte
	if _, err := raw.ReadAt(magic[:], 0); err == nil && string(magic[:]) == "ARROW1" {
		file, err := ipc.NewFileReader(raw)
		if err != nil {
			return nil, nil, err
		}
		at := 0
		return file.Schema(), func() (arrow.RecordBatch, error) {
			if at++; at > file.NumRecords() {
				return nil, nil
			}
			return file.RecordBatch(at - 1)
		}, nil
	}
	stream, err := ipc.NewReader(raw)
	if err != nil {
		return nil, nil, err
	}
	return stream.Schema(), func() (arrow.RecordBatch, error) {
		if stream.Next() {
			return stream.RecordBatch(), nil
		}
		return nil, stream.Err()
	}, nil
}

// arrowKind is the kind of a column, missing for those that are left out.
func arrowKind(t arrow.DataType) field.Kind {
	switch t.ID() {
	case arrow.BOOL:
		return field.Bool
	case arrow.INT8, arrow.INT16, arrow.INT32, arrow.INT64, arrow.UINT8, arrow.UINT16, arrow.UINT32:
		return field.Int
	case arrow.FLOAT32:
		return field.Float32
	case arrow.FLOAT64:
		return field.Float64
	case arrow.STRING, arrow.LARGE_STRING, arrow.STRING_VIEW, arrow.TIMESTAMP, arrow.DATE32, arrow.UINT64:
		return field.Text
	case arrow.DICTIONARY:
		if arrowKind(t.(*arrow.DictionaryType).ValueType) == field.Text {
			return field.Text
		}
	}
	return field.Missing
}

func arrowCells(column arrow.Array, kind field.Kind) []field.Value {
	cells := make([]field.Value, column.Len())
	for i := range cells {
		if column.IsNull(i) {
			continue
		}
		switch c := column.(type) {
		case *array.Boolean:
			cells[i] = field.OfBool(c.Value(i))
		case *array.Float32:
			cells[i] = field.OfFloat32(c.Value(i))
		case *array.Float64:
			cells[i] = field.OfFloat64(c.Value(i))
		default:
			text := strings.Clone(column.ValueStr(i))
			if n, err := strconv.ParseInt(text, 10, 64); err == nil && kind == field.Int {
				cells[i] = field.OfInt(n)
			} else {
				cells[i] = field.OfString(strings.ToValidUTF8(text, "\ufffd"))
			}
		}
	}
	return cells
}
