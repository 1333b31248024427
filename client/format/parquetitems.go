package format

import (
	"github.com/apache/arrow-go/v18/parquet"
	"github.com/apache/arrow-go/v18/parquet/file"
	"github.com/apache/arrow-go/v18/parquet/schema"

	"github.com/mwvgroup/pgb/client/alert"
	"github.com/mwvgroup/pgb/client/field"
)

// parquetItems is a column of lists, which may be missing.
type parquetItems struct {
	value   int // place in the row
	items   *itemsReader
	columns []parquetColumn
}

func newParquetItems(items *alert.Items, value, at int) (*parquetItems, error) {
	reader, err := newItemsReader(items)
	if err != nil {
		return nil, err
	}
	p := &parquetItems{value: value, items: reader}
	for i, kind := range reader.types {
		p.columns = append(p.columns, parquetColumn{kind: kind, at: at + i, deep: levelValue + 1})
	}
	return p, nil
}

// parquetItemsField describes such a column.
func parquetItemsField(name string, items *alert.Items) (schema.Node, error) {
	var element schema.Node
	var err error
	if items.Records() {
		var fields schema.FieldList
		for _, f := range items.Fields {
			node, err := parquetField(f.Name, parquet.Repetitions.Optional, itemType(f))
			if err != nil {
				return nil, err
			}
			fields = append(fields, node)
		}
		element, err = schema.NewGroupNode("element", parquet.Repetitions.Required, fields, -1)
	} else {
		element, err = parquetField("element", parquet.Repetitions.Optional, itemType(items.Fields[0]))
	}
	if err != nil {
		return nil, err
	}
	return parquetListOf(name, parquet.Repetitions.Optional, element)
}

// itemsProperties ask for dictionaries of the texts, which are few.
func itemsProperties(name string, items *alert.Items) []parquet.WriterProperty {
	var list []parquet.WriterProperty
	for _, f := range items.Fields {
		path := parquet.ColumnPath{name, "list", "element"}
		if f.Name != "" {
			path = append(path, f.Name)
		}
		if itemType(f) == cellText {
			list = append(list, parquet.WithDictionaryPath(path, true))
		}
	}
	return list
}

// add takes a list and says how many bytes it has here, about.
func (p *parquetItems) add(v field.Value) (bytes int, err error) {
	const missing, empty = 0, levelEmpty + 1
	level := int16(missing)
	var cells []field.Value
	if !v.IsMissing() {
		level = empty
		if cells, err = p.items.read(v); err != nil {
			return 0, err
		}
	}
	if len(cells) == 0 {
		for i := range p.columns {
			c := &p.columns[i]
			c.defined, c.repeated = append(c.defined, level), append(c.repeated, 0)
		}
		return 0, nil
	}
	for i, cell := range cells {
		c := &p.columns[i%len(p.columns)]
		c.add(cell, levelEntry+1)
		c.repeated = append(c.repeated, int16(min(i/len(p.columns), 1)))
	}
	return sizeOf(cells), nil
}

func (p *parquetItems) encode(group file.BufferedRowGroupWriter) error {
	for i := range p.columns {
		if err := p.columns[i].encode(group); err != nil {
			return err
		}
	}
	return nil
}
