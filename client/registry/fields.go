package registry

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/mwvgroup/pgb/client/avro"
	"github.com/mwvgroup/pgb/client/field"
)

// Field is a field that a topic carries, under the name by which a filter or a
// column asks for it.
type Field struct {
	Path string // "diaSource.psfFlux", "result.prob_class0" or attr["is_pure"]
	Kind string // boolean, integer, float (32 bits), number (64 bits), text, bytes, record or list
	Unit string
	Doc  string // what it holds, or empty
}

// Fields lists what a topic carries: the fields of the alert in the order of its
// schema, then those that are known only by name, those of the result, and the
// attributes that classes are read from. Fields inside lists are left out: they
// make light curves, not columns.
func (r *Registry) Fields(t *Topic) ([]Field, error) {
	p := r.Payloads[t.Payload]
	if p == nil {
		return nil, &UnknownError{What: "payload", Name: t.Payload}
	}
	schema, err := r.typesOf(p)
	if err != nil {
		return nil, fmt.Errorf("fields of %s: %w", t.Name, err)
	}
	fields := r.alertFields(p, schema)
	for _, name := range slices.Sorted(maps.Keys(p.ResultFields)) {
		fields = append(fields, Field{Path: "result." + name, Kind: p.ResultFields[name]})
	}
	for i := range p.Classified {
		if k := &p.Classified[i]; k.At == "attributes" {
			for _, name := range k.fields() {
				fields = append(fields, Field{Path: fmt.Sprintf("attr[%q]", name), Kind: "text", Doc: "class by " + k.Classifier})
			}
		}
	}
	return fields, nil
}

// typesOf gives the schema that names and types of a payload's alert are shown
// by, or nil when there is none.
func (r *Registry) typesOf(p *Payload) (*avro.Schema, error) {
	name := p.Survey
	switch {
	case p.isJSON():
		name = p.Types
	case p.Framing == "bare":
		name = p.Schema
	}
	survey, version, named := strings.Cut(name, " ")
	if !named {
		s := r.Surveys[survey]
		if s == nil || s.Latest == "" {
			return nil, nil
		}
		version = s.Latest
	}
	return r.Schema(survey, version)
}

func (r *Registry) alertFields(p *Payload, schema *avro.Schema) []Field {
	survey := r.Surveys[p.Survey]
	if survey == nil {
		survey = &Survey{}
	}
	var fields []Field
	add := func(path, kind string) {
		fields = append(fields, Field{Path: path, Kind: kind, Unit: survey.Units[path], Doc: survey.Docs[path]})
	}
	known := map[string]bool{}
	if schema != nil {
		for path, t := range schema.Fields() {
			if t.InList || !p.keeps(path, t) || slices.Contains(survey.Hidden, path.String()) {
				continue
			}
			known[path.String()] = true
			add(path.String(), kindOf(t))
			if last := &fields[len(fields)-1]; isTimestamp(t) {
				last.Unit, last.Doc = "s", "since 1970-01-01 UTC"
			}
		}
	}
	for _, path := range slices.Sorted(maps.Keys(p.AlertFields)) {
		if !known[path] && !inList(path, p.AlertFields) {
			add(path, p.AlertFields[path])
		}
	}
	return fields
}

// keeps says whether a payload's copy of the alert keeps a field, or some fields
// of a list.
func (p *Payload) keeps(path field.Path, t avro.Type) bool {
	if len(p.Keeps) == 0 {
		return true
	}
	return slices.ContainsFunc(p.Keeps, func(kept field.Path) bool {
		short := min(len(kept), len(path))
		return slices.Equal(kept[:short], path[:short]) && (t.List || len(kept) <= len(path))
	})
}

// isTimestamp says whether readers give the field as seconds since 1970.
func isTimestamp(t avro.Type) bool { return strings.HasPrefix(t.Logical, "timestamp") }

// inList says whether a field is inside one of the lists among some fields.
func inList(path string, fields map[string]string) bool {
	for i := range path {
		if path[i] == '.' && fields[path[:i]] == "list" {
			return true
		}
	}
	return false
}

// kindOf gives the registry's word for a type.
func kindOf(t avro.Type) string {
	switch {
	case t.List:
		return "list"
	case t.Record:
		return "record"
	}
	switch t.Kind {
	case field.Bool:
		return "boolean"
	case field.Int:
		return "integer"
	case field.Float32:
		return "float"
	case field.Float64:
		return "number"
	case field.Bytes:
		return "bytes"
	default:
		return "text"
	}
}
