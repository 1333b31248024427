package registry

import (
	"maps"
	"slices"
	"strings"

	"github.com/mwvgroup/pgb/client/avro"
	"github.com/mwvgroup/pgb/client/field"
)

// kinds are the kinds of field that a registry may name.
var kinds = []string{"boolean", "integer", "float", "number", "text", "time", "bytes", "record", "list"}

// The framings of a payload, and where the schema of each comes from.
var schemaOf = map[string]string{
	"container": "header", "confluent": "id", "bare": "", "json": "none", "notification": "none",
}

func (c *checker) payload(p *Payload) {
	if p.Survey != "" {
		known(c, "survey", p.Survey, c.reg.Surveys)
	}
	if t, ok := c.reg.topic(p.Name); ok && t.Payload != p.Name {
		c.problem("topic %s has the same name and carries %s", t.Name, t.Payload)
	}
	if p.Layout != "" {
		known(c, "layout", p.Layout, c.reg.Layouts)
	}
	c.framing(p)
	c.identity(p.Identity)
	for _, fields := range []map[string]string{p.AlertFields, p.ResultFields} {
		for _, name := range slices.Sorted(maps.Keys(fields)) {
			if !slices.Contains(kinds, fields[name]) {
				c.problem("field %s is %s, not %q", name, strings.Join(kinds, ", "), fields[name])
			}
		}
	}
	if len(p.ResultFields) > 0 && len(p.Result) == 0 {
		c.problem("it has result_fields and no result")
	}
	about := c.aboutPayload(p)
	for _, path := range p.Keeps {
		if !about.has(path) {
			c.problem("keeps: no field %s", path)
		}
	}
	for i := range p.Classified {
		c.classified(p, &p.Classified[i], about)
	}
	c.detect(p)
}

// framing checks framing, schema and types.
func (c *checker) framing(p *Payload) {
	want, ok := schemaOf[p.Framing]
	if !ok {
		c.oneOf("framing", p.Framing, slices.Sorted(maps.Keys(schemaOf))...)
		return
	}
	if want != "" {
		if p.Schema != want {
			c.problem("the schema of %s is %q, not %q", p.Framing, want, p.Schema)
		}
	} else if _, ok := c.schemaNamed(p.Schema); !ok {
		c.problem("no schema %q", p.Schema)
	}
	if p.Framing == "confluent" && len(c.reg.Versions(p.Survey)) == 0 {
		c.problem("no schemas of survey %s", p.Survey)
	}
	if p.Types != "" && len(c.schemasNamed(p.Types)) == 0 {
		c.problem("types: no schema %s", p.Types)
	}
	if !p.isJSON() && (len(p.Alert) > 0 || len(p.Result) > 0) {
		c.problem("only JSON has an alert or a result inside")
	}
}

// detect checks that no other payload is known by the same.
func (c *checker) detect(p *Payload) {
	for _, members := range p.Detect {
		words := strings.Fields(members)
		switch {
		case len(words) == 0:
			c.problem("detect: an empty list of members")
		case !p.isJSON() && members != p.Framing:
			c.problem("detect: %s is known by %q or not at all", p.Framing, p.Framing)
		}
		slices.Sort(words)
		key := strings.Join(words, " ")
		if other, ok := c.detects[key]; ok {
			c.problem("detect: %s is known by %q too", other, members)
		}
		if c.detects == nil {
			c.detects = map[string]string{}
		}
		c.detects[key] = p.Name
	}
}

// What a rule of each style needs.
var styles = map[string]func(*Classified) bool{
	"classes": func(k *Classified) bool { return k.Predicted != "" && len(k.Probs) > 0 },
	"bands":   func(k *Classified) bool { return k.Label != "" && len(k.Bands) > 0 },
	"flag":    func(k *Classified) bool { return k.Predicted != "" && len(k.Probs) == 0 },
	"shares":  func(k *Classified) bool { return len(k.Probs) > 0 },
	"named":   func(k *Classified) bool { return k.Label != "" && k.Predicted != "" && k.Classifier == "" },
	"threshold": func(k *Classified) bool {
		return k.Prob != "" && k.Points != "" && len(k.Bands) > 0 && len(k.Codes) == 2
	},
}

func (c *checker) classified(p *Payload, k *Classified, about *knowledge) {
	if k.Style != "named" && !known(c, "classifier", k.Classifier, c.reg.Classifiers) {
		return
	}
	complete, ok := styles[k.Style]
	if !ok {
		c.oneOf("style of "+k.Classifier, k.Style, slices.Sorted(maps.Keys(styles))...)
		return
	}
	if !complete(k) {
		c.problem("%s: not all that style %s needs is given", k.Classifier, k.Style)
	}
	var classes []Class
	if k.Style != "named" {
		classes = c.reg.Classifiers[k.Classifier].Classes
	}
	for _, code := range slices.Concat(slices.Sorted(maps.Keys(k.Probs)), k.Codes) {
		if !slices.ContainsFunc(classes, func(class Class) bool { return class.Code == code }) {
			c.problem("%s has no class with code %s", k.Classifier, code)
		}
	}
	for _, name := range k.fields() {
		switch k.At {
		case "", "result":
			if len(p.Result) == 0 {
				c.problem("%s reads the result, and there is none", k.Classifier)
				return
			}
			if _, ok := p.ResultFields[name]; !ok && len(p.ResultFields) > 0 {
				c.problem("%s: no field %s in result_fields", k.Classifier, name)
			}
		case "alert":
			if !about.hasText(name) {
				c.problem("%s: no field %s in the alert", k.Classifier, name)
			}
		case "attributes":
		default:
			c.oneOf("at", k.At, "result", "alert", "attributes")
			return
		}
	}
}

// fields gives the names of all fields that a rule reads.
func (k *Classified) fields() []string {
	var names []string
	add := func(name string) {
		if name != "" && !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	add(k.Predicted)
	for _, code := range slices.Sorted(maps.Keys(k.Probs)) {
		add(k.Probs[code])
	}
	add(k.VersionField)
	if len(k.Bands) == 0 {
		add(k.Label)
		add(k.Prob)
	}
	for _, band := range k.Bands {
		for _, name := range []string{k.Label, k.Prob, k.Flag, k.Points} {
			add(strings.ReplaceAll(name, "{b}", band))
		}
	}
	return names
}

// schemaNamed finds a schema by survey and version: "elasticc 0.9.1".
func (c *checker) schemaNamed(name string) (*avro.Schema, bool) {
	survey, version, ok := strings.Cut(name, " ")
	if !ok {
		return nil, false
	}
	s, err := c.reg.Schema(survey, version)
	return s, err == nil
}

// schemasNamed finds one schema by survey and version, or all of a survey, its
// latest first.
func (c *checker) schemasNamed(name string) []*avro.Schema {
	if s, ok := c.schemaNamed(name); ok {
		return []*avro.Schema{s}
	}
	versions := c.reg.Versions(name)
	if s := c.reg.Surveys[name]; s != nil && s.Latest != "" {
		versions = append([]string{s.Latest}, versions...)
	}
	var list []*avro.Schema
	for _, version := range versions {
		if s, err := c.reg.Schema(name, version); err == nil {
			list = append(list, s)
		}
	}
	return list
}

// knowledge is what is known of the fields of an alert.
type knowledge struct {
	schemas []*avro.Schema // the latest first
	fields  []map[string]string
}

// aboutPayload gives what is known of the copy of the alert in a payload.
func (c *checker) aboutPayload(p *Payload) *knowledge {
	k := &knowledge{}
	switch {
	case p.Framing == "bare":
		k.schemas = c.schemasNamed(p.Schema)
	case p.isJSON():
		if p.Types != "" {
			k.schemas = c.schemasNamed(p.Types)
		}
	default:
		k.schemas = c.schemasNamed(p.Survey)
	}
	if len(p.AlertFields) > 0 {
		k.fields = append(k.fields, p.AlertFields)
	}
	return k
}

// aboutSurvey gives what is known of a survey's alerts, in whatever payload.
func (c *checker) aboutSurvey(name string) *knowledge {
	k := &knowledge{schemas: c.schemasNamed(name)}
	for _, key := range slices.Sorted(maps.Keys(c.reg.Payloads)) {
		if p := c.reg.Payloads[key]; p.Survey == name {
			k.fields = append(k.fields, p.AlertFields)
		}
	}
	return k
}

// open says whether nothing is known, so that every field may be there.
func (k *knowledge) open() bool { return len(k.schemas) == 0 && len(k.fields) == 0 }

func (k *knowledge) hasText(path string) bool { return k.has(field.ParsePath(path)) }

// has says whether a field is in any schema, or given by a payload.
func (k *knowledge) has(path field.Path) bool { return k.open() || k.among(path, k.schemas) }

// hasNow says whether a field is in the latest schema, or given by a payload.
func (k *knowledge) hasNow(path field.Path) bool {
	return k.open() || k.among(path, k.schemas[:min(1, len(k.schemas))])
}

func (k *knowledge) among(path field.Path, schemas []*avro.Schema) bool {
	for _, s := range schemas {
		if _, ok := s.Lookup(path); ok {
			return true
		}
	}
	text := path.String()
	for _, fields := range k.fields {
		for name := range fields {
			if name == text || strings.HasPrefix(name, text+".") {
				return true
			}
		}
	}
	return false
}
