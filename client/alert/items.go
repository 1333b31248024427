package alert

import (
	"slices"

	"github.com/mwvgroup/pgb/client/avro"
	"github.com/mwvgroup/pgb/client/field"
)

// maxItemFields bounds the fields of a list's records that are told apart.
const maxItemFields = 1000

// itemsOf says what a list of the alert holds, by all schemas that have it: of the
// latest first, and then what only others have. It is nil where none says it, and
// where one says that the items are lists.
func (p *payload) itemsOf(path field.Path, schemas []*avro.Schema) *Items {
	var all *Items
	for _, s := range schemas {
		found, ok := s.Items(path)
		if !ok {
			continue
		}
		if found.Type.List || found.Type.Record == (len(found.Fields) == 0) {
			return nil
		}
		one := &Items{Fields: []Column{itemColumn(found)}}
		if found.Type.Record {
			one.Fields = one.Fields[:0]
			for _, f := range found.Fields {
				column := itemColumn(f)
				p.describeItem(&column, path)
				one.Fields = append(one.Fields, column)
			}
		}
		if all = mergedItems(all, one); all == nil {
			return nil
		}
	}
	return all
}

// itemColumn makes the column of a field of a list's records. Bytes are base64 in
// the text of a list.
func itemColumn(f avro.Member) Column {
	c := Column{Name: f.Name, Kind: f.Type.Kind}
	switch {
	case f.Type.List:
		c.Kind = field.JSON
	case c.Kind == field.Bytes, c.Kind == field.Missing:
		c.Kind = field.Text
	}
	return c
}

// mergedItems joins what two say of the items of one list, nil where they can't
// both be right. An Items is not changed.
func mergedItems(a, b *Items) *Items {
	switch {
	case a == nil || b == nil:
		if a == nil {
			return b
		}
		return a
	case a.Records() != b.Records():
		return nil
	}
	all := &Items{Fields: slices.Clone(a.Fields)}
	for _, column := range b.Fields {
		i := slices.IndexFunc(all.Fields, func(c Column) bool { return c.Name == column.Name })
		if i >= 0 {
			all.Fields[i] = merged(all.Fields[i], column)
		} else if all.Fields = append(all.Fields, column); len(all.Fields) > maxItemFields {
			return nil
		}
	}
	return all
}

// describe gives a column of a field of the alert the survey's words for it.
func (p *payload) describe(column *Column, path field.Path) {
	if p.survey != nil {
		name := path.String()
		column.Unit, column.Doc, column.UCD = p.survey.Units[name], p.survey.Docs[name], p.survey.UCDs[name]
	}
}

// describeItem gives a field of a list's records the survey's words for it, which
// in a list of earlier epochs are those for the field of the triggering source
// where it has none of its own.
func (p *payload) describeItem(column *Column, list field.Path) {
	name := field.Path{column.Name}
	p.describe(column, list.Join(name))
	if column.Unit != "" || column.UCD != "" || column.Doc != "" {
		return
	}
	for i := range p.layout.History {
		for _, epochs := range p.layout.History[i].List {
			if !slices.Equal(epochs, list) {
				continue
			}
			for _, record := range p.layout.Trigger.Record {
				p.describe(column, record.Join(name))
			}
			return
		}
	}
}
