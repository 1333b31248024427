package format

import (
	"fmt"

	"github.com/apache/arrow-go/v18/parquet"
	"github.com/apache/arrow-go/v18/parquet/file"

	"github.com/mwvgroup/pgb/client/field"
)

// parquetColumn gathers the values of a column. Parquet keeps those that are
// there, and for each row a definition level that says whether it has one; in a
// list also a repetition level that says whether a row begins.
type parquetColumn struct {
	value int // place in the row
	at    int // place in the file
	kind  cellType
	deep  int16 // definition level of a value that is there, above 1 in a list

	defined, repeated []int16
	bools             []bool
	ints              []int64
	floats            []float32
	doubles           []float64
	spans             []span
	text              []byte
	texts             []parquet.ByteArray
}

// span is where a text stands in the column's text.
type span struct{ from, to int }

// add takes a value and says how many bytes of text it has. missing is the
// definition level of a value that is not there.
func (c *parquetColumn) add(v field.Value, missing int16) int {
	if v.IsMissing() {
		c.defined = append(c.defined, missing)
		return 0
	}
	c.defined = append(c.defined, max(c.deep, 1))
	switch c.kind {
	case cellBool:
		c.bools = append(c.bools, boolOf(v))
	case cellInt:
		c.ints = append(c.ints, intOf(v))
	case cellFloat32:
		c.floats = append(c.floats, float32Of(v))
	case cellFloat64:
		c.doubles = append(c.doubles, float64Of(v))
	case cellTime:
		micros, _ := instantOf(v) // it was checked
		c.ints = append(c.ints, micros)
	case cellBytes:
		return c.addText(v.Text())
	default:
		return c.addText(textOf(v, c.text[len(c.text):]))
	}
	return 0
}

func (c *parquetColumn) addText(text []byte) int {
	from := len(c.text)
	c.text = append(c.text, text...)
	c.spans = append(c.spans, span{from, len(c.text)})
	return len(text)
}

// encode gives what was gathered to a column of a row group, and forgets it.
func (c *parquetColumn) encode(group file.BufferedRowGroupWriter) error {
	column, err := group.Column(c.at)
	if err != nil {
		return err
	}
	switch w := column.(type) {
	case *file.BooleanColumnChunkWriter:
		_, err = w.WriteBatch(c.bools, c.defined, c.repeated)
	case *file.Int64ColumnChunkWriter:
		_, err = w.WriteBatch(c.ints, c.defined, c.repeated)
	case *file.Float32ColumnChunkWriter:
		_, err = w.WriteBatch(c.floats, c.defined, c.repeated)
	case *file.Float64ColumnChunkWriter:
		_, err = w.WriteBatch(c.doubles, c.defined, c.repeated)
	case *file.ByteArrayColumnChunkWriter:
		for _, s := range c.spans {
			c.texts = append(c.texts, c.text[s.from:s.to:s.to])
		}
		_, err = w.WriteBatch(c.texts, c.defined, c.repeated)
	default:
		err = fmt.Errorf("parquet: no column of type %T", column)
	}
	c.defined, c.repeated = c.defined[:0], c.repeated[:0]
	c.bools, c.ints, c.floats, c.doubles = c.bools[:0], c.ints[:0], c.floats[:0], c.doubles[:0]
	c.spans, c.text, c.texts = c.spans[:0], c.text[:0], c.texts[:0]
	return err
}
