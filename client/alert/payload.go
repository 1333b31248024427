package alert

import (
	"slices"
	"strings"
	"sync"

	"github.com/mwvgroup/pgb/client/avro"
	"github.com/mwvgroup/pgb/client/field"
	"github.com/mwvgroup/pgb/client/registry"
)

// The framings that the registry names.
const (
	framingContainer    = "container"
	framingConfluent    = "confluent"
	framingBare         = "bare"
	framingJSON         = "json"
	framingNotification = "notification"
	framingLine         = "line" // pgb's own
)

// payload is an entry of the registry, ready to read with.
type payload struct {
	*registry.Payload
	survey     *registry.Survey // nil when not known
	surveyID   string           // the survey's key, empty when not known
	layout     *registry.Layout // empty, never nil
	alert      []field.Path     // where the copy of the alert may sit; never empty
	sentinels  sentinels
	classified []*classRule
	cutouts    []field.Path // members of the alert that hold cutouts
	detect     [][]member
	known      func() []*avro.Schema // the survey's schemas, latest first
}

// isJSON says whether the payload itself is JSON.
func (p *payload) isJSON() bool {
	return p.Framing == framingJSON || p.Framing == framingNotification
}

// generic is how a container of an unknown survey is read.
func generic() *payload {
	return &payload{
		Payload: &registry.Payload{Framing: framingContainer, Schema: "header"},
		layout:  &registry.Layout{}, alert: []field.Path{nil}, known: noSchemas,
	}
}

func noSchemas() []*avro.Schema { return nil }

func (r *Reader) newPayload(entry *registry.Payload) *payload {
	p := &payload{Payload: entry, surveyID: entry.Survey, layout: r.reg.Layouts[entry.Layout], known: noSchemas}
	if p.layout == nil {
		p.layout = &registry.Layout{}
	}
	if p.surveyID == "" {
		p.surveyID = p.layout.Survey
	}
	if p.survey = r.reg.Surveys[p.surveyID]; p.survey != nil {
		p.sentinels = newSentinels(p.survey.Missing)
		p.known = sync.OnceValue(func() []*avro.Schema { return r.schemasOf(p.surveyID) })
	}
	if p.alert = entry.Alert; len(p.alert) == 0 || !p.isJSON() {
		p.alert = []field.Path{nil}
	}
	for _, c := range entry.Classified {
		rule := newClassRule(c, r.reg.Classifiers[c.Classifier])
		if c.Style == styleNamed {
			rule.named = r.reg.Classifiers
		}
		p.classified = append(p.classified, rule)
	}
	for _, c := range p.layout.Cutouts {
		if len(c.Path) > 0 && !slices.ContainsFunc(p.cutouts, func(q field.Path) bool { return q[0] == c.Path[0] }) {
			p.cutouts = append(p.cutouts, c.Path[:1])
		}
	}
	for _, members := range entry.Detect {
		p.detect = append(p.detect, parseMembers(members))
	}
	return p
}

// place says where the parts of a message sit in the bytes that are read.
type place struct {
	alert  []field.Path
	result field.Path
	has    bool // there is a result
	json   bool
}

// placeOf gives where the parts sit in a payload, or in a line of pgb's own.
func (p *payload) placeOf(line bool) place {
	if line {
		return place{alert: []field.Path{{"alert"}}, result: field.Path{"result"}, has: len(p.Result) > 0, json: true}
	}
	return place{alert: p.alert, result: p.Result, has: len(p.Result) > 0, json: p.isJSON()}
}

// typed gives the type of a field of the alert, by the registry's own word for
// the payload, then by schema. ok is false when nothing is known of it.
func (p *payload) typed(path field.Path, schemas []*avro.Schema) (avro.Type, bool) {
	if kind, ok := p.AlertFields[path.String()]; ok {
		return avro.Type{Kind: kindNamed(kind), Nullable: true}, true
	}
	for _, s := range schemas {
		if t, ok := s.Lookup(path); ok {
			return t, true
		}
	}
	return avro.Type{}, false
}

// hints gives the kinds that numbers of a JSON text take, by absolute path.
func (p *payload) hints(at place, schemas []*avro.Schema) func(field.Path) field.Kind {
	return func(path field.Path) field.Kind {
		if !at.json {
			return field.Missing
		}
		if rest, ok := below(at.result, path); at.has && ok {
			return kindNamed(p.ResultFields[rest.String()])
		}
		for _, prefix := range at.alert {
			if rest, ok := below(prefix, path); ok {
				if t, ok := p.typed(rest, schemas); ok {
					return t.Kind
				}
			}
		}
		return field.Missing
	}
}

// below gives the rest of a path below a prefix.
func below(prefix, path field.Path) (rest field.Path, ok bool) {
	if len(path) < len(prefix) || !slices.Equal(path[:len(prefix)], prefix) {
		return nil, false
	}
	return path[len(prefix):], true
}

// kindNamed gives the kind by its name in the registry.
func kindNamed(name string) field.Kind {
	switch strings.TrimSuffix(name, "?") {
	case "boolean", "bool":
		return field.Bool
	case "integer", "int", "i32", "i64", "long":
		return field.Int
	case "number", "float64", "f64", "double":
		return field.Float64
	case "float", "float32", "f32":
		return field.Float32
	case "text", "string", "str", "time":
		return field.Text
	case "bytes", "b64":
		return field.Bytes
	case "record", "list", "json":
		return field.JSON
	}
	return field.Missing
}
