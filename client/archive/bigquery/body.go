package bigquery

import (
	"encoding/base64"
	"fmt"
	"math/big"
	"strings"
	"time"

	bq "cloud.google.com/go/bigquery"

	"github.com/mwvgroup/pgb/client/field"
)

// writer writes rows of a statement as JSON, by the names and in the forms that
// the survey's own records have.
type writer struct {
	version, time, id, pixel int // columns; -1 for none
	root                     *member
}

// member is a member of a JSON object that is written: a record around columns,
// or a column.
type member struct {
	name    string
	column  int // of the row; -1 for a record that is put together of columns
	within  []*member
	value   *value
	encoded []byte // the name as JSON, with a colon
}

// value says how a value of BigQuery is written.
type value struct {
	repeated bool
	fields   []*member // of a record
	seconds  bool      // a point in time is written as seconds since 1970
}

// newWriter prepares for rows of a schema, which is that of the statement.
func (a *Archive) newWriter(s *selection, schema bq.Schema) *writer {
	w := &writer{version: -1, time: -1, id: -1, pixel: -1, root: &member{column: -1}}
	spell := a.reader.Spelling(s.Payload)
	pixel := ""
	if len(s.Cluster) > 0 {
		pixel = s.aliasOf(field.Path{s.Cluster[0]})
	}
	for i, f := range schema {
		switch f.Name {
		case pixel:
			w.pixel = i
		case outVersion:
			w.version = i
		case outTime:
			w.time = i
		case outID:
			w.id = i
		}
		for _, o := range s.outputs {
			if o.alias != f.Name {
				continue
			}
			leaf := w.root.at(spell(o.path))
			leaf.column, leaf.value = i, a.newValue(s.Payload, f, spell(o.path), spell)
		}
	}
	return w
}

// at gives the member at a path, which is made where it is not there.
func (m *member) at(path field.Path) *member {
	for _, name := range path {
		var next *member
		for _, have := range m.within {
			if have.name == name {
				next = have
			}
		}
		if next == nil {
			next = newMember(name)
			m.within = append(m.within, next)
		}
		m = next
	}
	return m
}

func newMember(name string) *member {
	return &member{name: name, column: -1, encoded: append(field.AppendJSONText(nil, name), ':')}
}

func (a *Archive) newValue(payload string, f *bq.FieldSchema, path field.Path, spell func(field.Path) field.Path) *value {
	v := &value{repeated: f.Repeated}
	if f.Type == bq.TimestampFieldType {
		switch a.reader.KindIn(payload, path) {
		case field.Float64, field.Float32, field.Int:
			v.seconds = true
		}
	}
	for i, sub := range f.Schema {
		own := spell(path.Join(field.Path{sub.Name}))
		m := newMember(own[len(own)-1])
		m.column, m.value = i, a.newValue(payload, sub, own, spell)
		v.fields = append(v.fields, m)
	}
	return v
}

// raw takes a row apart.
func (w *writer) raw(row []bq.Value) raw {
	var r raw
	if w.version >= 0 {
		n, _ := row[w.version].(int64)
		r.version = int(n)
	}
	if w.time >= 0 {
		r.published, _ = row[w.time].(time.Time)
	}
	if w.id >= 0 {
		r.id, _ = row[w.id].(string)
	}
	if w.pixel >= 0 {
		r.pixel, _ = row[w.pixel].(int64)
	}
	r.body = appendMembers(nil, w.root.within, row)
	return r
}

// appendMembers writes an object. Columns without a value are null, so that a
// record that the alert does not have is not mistaken for one with nothing in it.
func appendMembers(dst []byte, members []*member, row []bq.Value) []byte {
	dst = append(dst, '{')
	for i, m := range members {
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = append(dst, m.encoded...)
		if m.column < 0 {
			dst = appendMembers(dst, m.within, row)
		} else {
			dst = m.value.append(dst, row[m.column])
		}
	}
	return append(dst, '}')
}

func (v *value) append(dst []byte, of bq.Value) []byte {
	if !v.repeated {
		return v.appendOne(dst, of)
	}
	list, _ := of.([]bq.Value)
	dst = append(dst, '[')
	for i, one := range list {
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = v.appendOne(dst, one)
	}
	return append(dst, ']')
}

func (v *value) appendOne(dst []byte, of bq.Value) []byte {
	switch of := of.(type) {
	case nil:
		return append(dst, "null"...)
	case int64:
		return field.AppendInt(dst, of)
	case float64:
		return field.AppendFloat64(dst, of)
	case bool:
		if of {
			return append(dst, "true"...)
		}
		return append(dst, "false"...)
	case string:
		return field.AppendJSONText(dst, of)
	case []byte:
		return field.AppendJSONText(dst, base64.StdEncoding.EncodeToString(of))
	case time.Time:
		if v.seconds {
			return field.AppendFloat64(dst, float64(of.UnixMicro())/1e6)
		}
		return append(of.UTC().AppendFormat(append(dst, '"'), time.RFC3339Nano), '"')
	case []bq.Value:
		return appendMembers(dst, v.fields, of)
	case *big.Rat:
		return append(dst, decimal(of)...)
	}
	return field.AppendJSONText(dst, fmt.Sprint(of))
}

// decimal writes a NUMERIC or BIGNUMERIC, exactly: their scale is 38 at most.
func decimal(r *big.Rat) string {
	text := r.FloatString(38)
	return strings.TrimSuffix(strings.TrimRight(text, "0"), ".")
}
