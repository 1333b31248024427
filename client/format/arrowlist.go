package format

import (
	"github.com/apache/arrow-go/v18/arrow/array"

	"github.com/mwvgroup/pgb/client/alert"
	"github.com/mwvgroup/pgb/client/field"
)

// arrowList is the column of all classifications.
type arrowList struct {
	list    *array.ListBuilder
	item    *array.StructBuilder
	texts   [5]*array.StringBuilder
	prob    *array.Float64Builder
	primary *array.BooleanBuilder
}

func newArrowList(list *array.ListBuilder) *arrowList {
	item := list.ValueBuilder().(*array.StructBuilder)
	l := &arrowList{list: list, item: item}
	for i, at := range verdictTextPlaces {
		l.texts[i] = item.FieldBuilder(at).(*array.StringBuilder)
	}
	l.prob = item.FieldBuilder(4).(*array.Float64Builder)
	l.primary = item.FieldBuilder(6).(*array.BooleanBuilder)
	return l
}

func (l *arrowList) add(list []alert.Classification, buf []byte) []byte {
	l.list.Append(true)
	for i := range list {
		c := &list[i]
		l.item.Append(true)
		for j, text := range verdictTexts(c) {
			if text == "" {
				l.texts[j].AppendNull()
			} else {
				l.texts[j].Append(text)
			}
		}
		buf = appendArrow(l.prob, cellFloat64, c.Prob, buf)
		l.primary.Append(c.Primary)
	}
	return buf
}

// arrowItems is a column of lists.
type arrowItems struct {
	items  *itemsReader
	list   *array.ListBuilder
	record *array.StructBuilder // nil where the items are single values
	fields []array.Builder
}

func newArrowItems(items *alert.Items, list *array.ListBuilder) (*arrowItems, error) {
	reader, err := newItemsReader(items)
	if err != nil {
		return nil, err
	}
	a := &arrowItems{items: reader, list: list}
	if !items.Records() {
		a.fields = []array.Builder{list.ValueBuilder()}
		return a, nil
	}
	a.record = list.ValueBuilder().(*array.StructBuilder)
	for i := range items.Fields {
		a.fields = append(a.fields, a.record.FieldBuilder(i))
	}
	return a, nil
}

// add takes a list and says how many bytes it has here, about.
func (a *arrowItems) add(v field.Value, buf []byte) (bytes int, _ []byte, err error) {
	if v.IsMissing() {
		a.list.AppendNull()
		return 0, buf, nil
	}
	cells, err := a.items.read(v)
	if err != nil {
		return 0, buf, err
	}
	a.list.Append(true)
	for i, cell := range cells {
		at := i % len(a.fields)
		if at == 0 && a.record != nil {
			a.record.Append(true)
		}
		buf = appendArrow(a.fields[at], a.items.types[at], cell, buf)
	}
	return sizeOf(cells), buf, nil
}
