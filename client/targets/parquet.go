package targets

import (
	"fmt"
	"strings"
	"time"

	"github.com/apache/arrow-go/v18/parquet"
	"github.com/apache/arrow-go/v18/parquet/file"
	"github.com/apache/arrow-go/v18/parquet/schema"

	"github.com/mwvgroup/pgb/client/field"
)

// parquetBlock is how many rows are read at once.
const parquetBlock = 4096

// parquetRows reads the groups of a file's rows.
type parquetRows struct {
	file    *file.Reader
	columns []int // that are read
	group   int   // the next
	readers []file.ColumnChunkReader
	left    int64 // rows of the group
}

// newParquet reads Parquet (https://parquet.apache.org/docs/file-format/).
func newParquet(in *input) (*columnar, error) {
	const what = "Parquet"
	raw, err := in.whole()
	if err != nil {
		return nil, err
	}
	c, rows := &columnar{in: in}, &parquetRows{}
	err = in.guarded(what, func() error {
		var err error
		if rows.file, err = file.NewParquetReader(raw); err != nil {
			return err
		}
		for i := range rows.file.MetaData().Schema.NumColumns() {
			column := rows.file.MetaData().Schema.Column(i)
			if kind := parquetKind(column); kind != field.Missing {
				rows.columns = append(rows.columns, i)
				c.sources = append(c.sources, source{Column: Column{Name: column.Name(), Kind: kind}})
			}
		}
		return c.check()
	})
	c.more = func() (block [][]field.Value, err error) {
		return block, in.guarded(what, func() (err error) {
			block, err = rows.next()
			return err
		})
	}
	return c, err
}

// parquetKind is the kind of a column, missing for those that are left out.
func parquetKind(c *schema.Column) field.Kind {
	if c.MaxRepetitionLevel() > 0 || c.MaxDefinitionLevel() > 1 {
		return field.Missing
	}
	switch c.PhysicalType() {
	case parquet.Types.Boolean:
		return field.Bool
	case parquet.Types.Int32, parquet.Types.Int64:
		if _, isTime := c.LogicalType().(schema.TimestampLogicalType); isTime {
			return field.Text
		}
		return field.Int
	case parquet.Types.Float:
		return field.Float32
	case parquet.Types.Double:
		return field.Float64
	case parquet.Types.ByteArray:
		return field.Text
	}
	return field.Missing
}

// next gives a block of cells, nil at the end.
func (p *parquetRows) next() ([][]field.Value, error) {
	for p.left == 0 {
		if p.group == p.file.NumRowGroups() {
			return nil, nil
		}
		group := p.file.RowGroup(p.group)
		p.group, p.left, p.readers = p.group+1, group.NumRows(), p.readers[:0]
		for _, at := range p.columns {
			reader, err := group.Column(at)
			if err != nil {
				return nil, err
			}
			p.readers = append(p.readers, reader)
		}
	}
	n := min(p.left, parquetBlock)
	p.left -= n
	block := make([][]field.Value, len(p.readers))
	for i, reader := range p.readers {
		var err error
		if block[i], err = parquetCells(reader, int(n)); err != nil {
			return nil, err
		}
	}
	return block, nil
}

// parquetCells reads the next n cells of a column.
func parquetCells(reader file.ColumnChunkReader, n int) ([]field.Value, error) {
	deep := reader.Descriptor().MaxDefinitionLevel()
	switch r := reader.(type) {
	case *file.BooleanColumnChunkReader:
		return cellsOf(r.ReadBatch, n, deep, field.OfBool)
	case *file.Int32ColumnChunkReader:
		return cellsOf(r.ReadBatch, n, deep, func(i int32) field.Value { return field.OfInt(int64(i)) })
	case *file.Int64ColumnChunkReader:
		if t, isTime := reader.Descriptor().LogicalType().(schema.TimestampLogicalType); isTime {
			return cellsOf(r.ReadBatch, n, deep, func(i int64) field.Value { return timeOf(i, t.TimeUnit()) })
		}
		return cellsOf(r.ReadBatch, n, deep, field.OfInt)
	case *file.Float32ColumnChunkReader:
		return cellsOf(r.ReadBatch, n, deep, field.OfFloat32)
	case *file.Float64ColumnChunkReader:
		return cellsOf(r.ReadBatch, n, deep, field.OfFloat64)
	case *file.ByteArrayColumnChunkReader:
		return cellsOf(r.ReadBatch, n, deep, func(text parquet.ByteArray) field.Value {
			return field.OfString(strings.ToValidUTF8(string(text), "\ufffd")) // the page's bytes are used again
		})
	}
	return nil, fmt.Errorf("no column of type %T", reader)
}

// timeOf gives an instant as text, as other lists have it.
func timeOf(n int64, unit schema.TimeUnitType) field.Value {
	at := time.Unix(0, n)
	switch unit {
	case schema.TimeUnitMillis:
		at = time.UnixMilli(n)
	case schema.TimeUnitMicros:
		at = time.UnixMicro(n)
	}
	return field.OfString(at.UTC().Format(time.RFC3339Nano))
}

// cellsOf reads n cells: the values that there are, and by their levels where
// they stand. deep is the level of a value that is there.
func cellsOf[T any](read func(int64, []T, []int16, []int16) (int64, int, error), n int, deep int16, of func(T) field.Value) ([]field.Value, error) {
	cells := make([]field.Value, 0, n)
	values, levels := make([]T, n), make([]int16, n)
	for len(cells) < n {
		total, found, err := read(int64(n-len(cells)), values, levels, nil)
		if err != nil {
			return nil, err
		}
		if total == 0 && found == 0 {
			return nil, fmt.Errorf("a column ends after %d of %d rows", len(cells), n)
		}
		at := 0
		for i := range max(int(total), found) {
			if deep > 0 && levels[i] < deep {
				cells = append(cells, field.Value{})
				continue
			}
			cells = append(cells, of(values[at]))
			at++
		}
	}
	return cells, nil
}
