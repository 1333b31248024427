package format

import (
	"github.com/apache/arrow-go/v18/parquet"
	"github.com/apache/arrow-go/v18/parquet/file"
	"github.com/apache/arrow-go/v18/parquet/schema"

	"github.com/mwvgroup/pgb/client/alert"
	"github.com/mwvgroup/pgb/client/field"
)

// parquetList is the column of all classifications: a list of records that is
// always there, maybe empty.
type parquetList struct{ columns []parquetColumn }

// The definition levels of a list that is always there: without an entry, an entry
// without the value, and with it. In one that may be missing each is a level
// deeper.
const (
	levelEmpty int16 = iota
	levelEntry
	levelValue
)

func newParquetList(at int) *parquetList {
	l := &parquetList{}
	for i := range verdictFields {
		c := parquetColumn{kind: verdictType(i), at: at + i, deep: levelValue}
		if !verdictFields[i].Nullable {
			c.deep = levelEntry
		}
		l.columns = append(l.columns, c)
	}
	return l
}

// verdictType gives the type of a field of a classification.
func verdictType(i int) cellType {
	switch verdictFields[i].Name {
	case "prob":
		return cellFloat64
	case "primary":
		return cellBool
	}
	return cellText
}

// parquetListField describes the column in the three levels of a list.
func parquetListField() (schema.Node, error) {
	var fields schema.FieldList
	for i, field := range verdictFields {
		repetition := parquet.Repetitions.Optional
		if !field.Nullable {
			repetition = parquet.Repetitions.Required
		}
		node, err := parquetField(field.Name, repetition, verdictType(i))
		if err != nil {
			return nil, err
		}
		fields = append(fields, node)
	}
	element, err := schema.NewGroupNode("element", parquet.Repetitions.Required, fields, -1)
	if err != nil {
		return nil, err
	}
	return parquetListOf(ClassificationsColumn, parquet.Repetitions.Required, element)
}

// parquetListOf describes a list in the three levels that Parquet has for one.
func parquetListOf(name string, repetition parquet.Repetition, element schema.Node) (schema.Node, error) {
	list, err := schema.NewGroupNode("list", parquet.Repetitions.Repeated, schema.FieldList{element}, -1)
	if err != nil {
		return nil, err
	}
	return schema.NewGroupNodeLogical(name, repetition, schema.FieldList{list}, schema.NewListLogicalType(), -1)
}

// properties ask for dictionaries of the texts, which are few.
func (l *parquetList) properties() []parquet.WriterProperty {
	var list []parquet.WriterProperty
	for i, field := range verdictFields {
		if verdictType(i) == cellText {
			path := parquet.ColumnPath{ClassificationsColumn, "list", "element", field.Name}
			list = append(list, parquet.WithDictionaryPath(path, true))
		}
	}
	return list
}

func (l *parquetList) add(list []alert.Classification) (bytes int) {
	if len(list) == 0 {
		for i := range l.columns {
			c := &l.columns[i]
			c.defined, c.repeated = append(c.defined, levelEmpty), append(c.repeated, 0)
		}
		return 0
	}
	for i := range list {
		again := int16(min(i, 1))
		texts := verdictTexts(&list[i])
		values := [7]field.Value{4: list[i].Prob, 6: field.OfBool(list[i].Primary)}
		for j, at := range verdictTextPlaces {
			if texts[j] != "" {
				values[at] = field.OfString(texts[j])
			}
		}
		for j := range l.columns {
			c := &l.columns[j]
			bytes += c.add(values[j], levelEntry)
			c.repeated = append(c.repeated, again)
		}
	}
	return bytes
}

func (l *parquetList) encode(group file.BufferedRowGroupWriter) error {
	for i := range l.columns {
		if err := l.columns[i].encode(group); err != nil {
			return err
		}
	}
	return nil
}
