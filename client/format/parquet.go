package format

import (
	"encoding/base64"
	"errors"
	"io"

	"github.com/apache/arrow-go/v18/parquet"
	"github.com/apache/arrow-go/v18/parquet/compress"
	"github.com/apache/arrow-go/v18/parquet/file"
	"github.com/apache/arrow-go/v18/parquet/metadata"
	"github.com/apache/arrow-go/v18/parquet/schema"

	"github.com/mwvgroup/pgb/client/alert"
)

// Bounds of what a Parquet file that is being written holds in memory. A row
// group is written when it has so many rows, or so many bytes, compressed.
const (
	rowGroupRows  = 64 << 10
	rowGroupBytes = 32 << 20
	// gatherRows and gatherBytes are how much is gathered before it is encoded.
	gatherRows  = 4096
	gatherBytes = 4 << 20
)

func init() { tableFormats[Parquet] = tableFormat{open: openParquet} }

// parquetEncoder writes rows as Parquet, compressed with Zstandard.
//
// Format: https://parquet.apache.org/docs/file-format/, with the schema of
// Arrow in the metadata as Arrow's own writers keep it there.
type parquetEncoder struct {
	writer  *file.Writer
	group   file.BufferedRowGroupWriter // nil between two
	columns []parquetColumn
	items   []*parquetItems
	list    *parquetList // nil without classifications
	rows    int          // gathered
	bytes   int          // gathered, of text
	grouped int          // rows in the group that are encoded
}

func openParquet(to io.Writer, spec tableSpec) (tableEncoder, error) {
	e := &parquetEncoder{}
	fields, properties, err := e.describe(spec)
	if err != nil {
		return nil, err
	}
	root, err := schema.NewGroupNode("schema", parquet.Repetitions.Required, fields, -1)
	if err != nil {
		return nil, err
	}
	message, err := schemaMessage(arrowSchema(spec))
	if err != nil {
		return nil, err
	}
	meta := metadata.NewKeyValueMetadata()
	keys, values := specMeta(spec)
	for i := range keys {
		err = errors.Join(err, meta.Append(keys[i], values[i]))
	}
	err = errors.Join(err, meta.Append("ARROW:schema", base64.StdEncoding.EncodeToString(message)))
	if err != nil {
		return nil, err
	}
	e.writer, err = file.NewParquetWriterWithError(sequential{to}, root,
		file.WithWriterProps(parquet.NewWriterProperties(properties...)), file.WithWriteMetadata(meta))
	return e, err
}

// describe makes the columns, and says what they are and how they are written.
func (e *parquetEncoder) describe(spec tableSpec) (fields schema.FieldList, properties []parquet.WriterProperty, err error) {
	at := 0 // the place of the next column that has values
	for _, i := range tableColumns(spec) {
		column, kind := spec.columns[i], cellTypeOf(spec.columns[i])
		var described schema.Node
		if column.Items != nil {
			items, err := newParquetItems(column.Items, i, at)
			if err != nil {
				return nil, nil, err
			}
			e.items = append(e.items, items)
			properties = append(properties, itemsProperties(column.Name, column.Items)...)
			at += len(items.columns)
			described, err = parquetItemsField(column.Name, column.Items)
			if err != nil {
				return nil, nil, err
			}
		} else {
			if described, err = parquetField(column.Name, parquet.Repetitions.Optional, kind); err != nil {
				return nil, nil, err
			}
			if kind == cellText {
				properties = append(properties, parquet.WithDictionaryPath(parquet.ColumnPath{column.Name}, true))
			}
			e.columns = append(e.columns, parquetColumn{value: i, kind: kind, at: at})
			at++
		}
		fields = append(fields, described)
	}
	if spec.classifications {
		described, err := parquetListField()
		if err != nil {
			return nil, nil, err
		}
		fields = append(fields, described)
		e.list = newParquetList(at)
		properties = append(properties, e.list.properties()...)
		at += len(e.list.columns)
	}
	return fields, append(properties,
		parquet.WithCompression(compress.Codecs.Zstd), parquet.WithCompressionLevel(1),
		parquet.WithDictionaryDefault(false), parquet.WithCreatedBy(spec.creator),
		parquet.WithDataPageSize(pageBytes(at)), parquet.WithStats(true)), nil
}

// pageBytes gives the size of a page before compression: each column holds one in
// memory.
func pageBytes(columns int) int64 {
	const most, least, together = 1 << 20, 64 << 10, 64 << 20
	return int64(min(max(together/max(columns, 1), least), most))
}

// sequential is a writer and nothing else: what is written to is closed by who
// opened it.
type sequential struct{ io.Writer }

// parquetField describes a column.
func parquetField(name string, repetition parquet.Repetition, t cellType) (schema.Node, error) {
	var logical schema.LogicalType = schema.NoLogicalType{}
	physical := parquet.Types.ByteArray
	switch t {
	case cellBool:
		physical = parquet.Types.Boolean
	case cellInt:
		physical, logical = parquet.Types.Int64, schema.NewIntLogicalType(64, true)
	case cellFloat32:
		physical = parquet.Types.Float
	case cellFloat64:
		physical = parquet.Types.Double
	case cellTime:
		physical, logical = parquet.Types.Int64, schema.NewTimestampLogicalTypeForce(true, schema.TimeUnitMicros)
	case cellText:
		logical = schema.StringLogicalType{}
	}
	return schema.NewPrimitiveNodeLogical(name, repetition, logical, physical, -1, -1)
}

func (e *parquetEncoder) add(batch []*alert.Message) error {
	for _, m := range batch {
		row := m.Row()
		for i := range e.columns {
			c := &e.columns[i]
			e.bytes += c.add(row.Values[c.value], 0)
		}
		for _, p := range e.items {
			n, err := p.add(row.Values[p.value])
			if err != nil {
				return err
			}
			e.bytes += n
		}
		if e.list != nil {
			e.bytes += e.list.add(row.Classifications)
		}
		e.rows++
		if e.rows >= gatherRows || e.bytes >= gatherBytes {
			if err := e.encode(); err != nil {
				return err
			}
		}
	}
	return nil
}

// encode gives what was gathered to the row group, and ends that when it is
// large.
func (e *parquetEncoder) encode() error {
	if e.rows == 0 {
		return nil
	}
	if e.group == nil {
		var err error
		if e.group, err = e.writer.AppendBufferedRowGroupChecked(); err != nil {
			return err
		}
	}
	for i := range e.columns {
		if err := e.columns[i].encode(e.group); err != nil {
			return err
		}
	}
	for _, items := range e.items {
		if err := items.encode(e.group); err != nil {
			return err
		}
	}
	if e.list != nil {
		if err := e.list.encode(e.group); err != nil {
			return err
		}
	}
	e.grouped += e.rows
	e.rows, e.bytes = 0, 0
	if e.grouped >= rowGroupRows || e.group.TotalBytesWritten() >= rowGroupBytes {
		return e.endGroup()
	}
	return nil
}

func (e *parquetEncoder) endGroup() error {
	if e.group == nil {
		return nil
	}
	err := e.group.Close()
	e.group, e.grouped = nil, 0
	return err
}

func (e *parquetEncoder) end() error {
	err := e.encode()
	if err == nil {
		err = e.endGroup()
	}
	if err != nil {
		return err
	}
	return e.writer.Close()
}
