package alert

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/mwvgroup/pgb/client/avro"
	"github.com/mwvgroup/pgb/client/field"
	"github.com/mwvgroup/pgb/client/registry"
)

// Binding says what a name means in some topics.
type Binding struct {
	Column   Column
	PerTopic []TopicBinding
}

// TopicBinding says what a name means in one topic.
type TopicBinding struct {
	Topic   string // the topic's name, or a payload's where no topics were named
	What    string // a path or a formula: "candidate.jd + exptime/2 - 2400000.5", or "missing"
	Present bool   // false where the topic does not have it: its value is missing
}

// Resolve says what a column's name means in some topics, or in all payloads of
// the registry where none are named. A name that none of them has is an
// [UnknownFieldError], and one that leads through a list a [ListFieldError].
// Where no topics are named, payloads of which no field is known count for
// nothing: else every name would be known.
func (r *Reader) Resolve(topics []*registry.Topic, name string) (Binding, error) {
	t := parseTerm(name)
	b := Binding{Column: Column{Name: t.name}}
	known := t.generic != nil || t.what == fromAttribute
	bounds := r.boundTo(topics)
	for _, one := range bounds {
		made := TopicBinding{Topic: one.name, What: "missing"}
		column, what, ok := r.bind(&t, one.payload)
		if ok {
			made.What, made.Present = what, true
			b.Column = merged(b.Column, column)
			known = known || !r.isGuess(&t, one.payload) || len(topics) > 0
		}
		b.PerTopic = append(b.PerTopic, made)
	}
	if t.generic != nil {
		b.Column = described(t.generic.Column, r.reg)
	}
	if t.what == fromAttribute {
		b.Column.Kind, b.Column.Doc = field.Text, "attribute of the message"
	}
	if list := r.listOf(&t, bounds); list != "" {
		return Binding{}, &ListFieldError{Name: t.name, List: list}
	}
	if !known {
		unknown := &UnknownFieldError{Name: t.name, Near: r.near(&t, topics)}
		if len(topics) == 0 {
			unknown.Hint = "fields of packets of an unknown survey can be had when they are read as \"" + Anything + "\""
		}
		return Binding{}, unknown
	}
	return b, nil
}

// isGuess says whether a payload has a field only in so far as nothing is known
// of its fields.
func (r *Reader) isGuess(t *term, p *payload) bool {
	switch {
	case t.what != fromField:
		return false
	case t.part == resultPart:
		return len(t.path) > 0 && len(p.ResultFields) == 0
	}
	return p.isOpen(r) && !p.mentions(t.path)
}

// listOf gives the list that a name leads through where it does so in some
// payload and in none of them to a field: a plan for it could not be made.
func (r *Reader) listOf(t *term, bounds []bound) string {
	if t.what != fromField || t.part == resultPart {
		return ""
	}
	list := ""
	for _, one := range bounds {
		if _, _, ok := r.bind(t, one.payload); ok && !r.isGuess(t, one.payload) {
			return ""
		}
		if found := one.payload.listAround(t.path, r.typesOf(one.payload, nil)); list == "" && found != nil {
			list = found.String()
		}
	}
	return list
}

// listAround gives the first list that a path leads through, or nil.
func (p *payload) listAround(path field.Path, schemas []*avro.Schema) field.Path {
	for n := 1; n < len(path); n++ {
		if kind := p.AlertFields[path[:n].String()]; strings.TrimSuffix(kind, "?") == "list" {
			return path[:n]
		}
		for _, s := range schemas {
			if t, ok := s.Lookup(path[:n]); ok && t.List && !t.InList {
				return path[:n]
			}
		}
	}
	return nil
}

// bound is a payload under the name that a user knows.
type bound struct {
	name    string
	payload *payload
}

func (r *Reader) boundTo(topics []*registry.Topic) []bound {
	var list []bound
	for _, t := range topics {
		if p := r.payloadOf(t); p != nil {
			list = append(list, bound{t.Name, p})
		}
	}
	if len(topics) > 0 {
		return list
	}
	for _, p := range r.inOrder {
		list = append(list, bound{p.Name, p})
	}
	return list
}

// merged joins what two topics say of one column. Of a unit and a UCD that differ
// neither is told: half of the values would be given a wrong one.
func merged(a, b Column) Column {
	if a.Kind == field.Missing {
		return b
	}
	if a.Kind != b.Kind {
		if numeric(a.Kind) && numeric(b.Kind) {
			a.Kind = field.Float64
		} else if b.Kind != field.Missing {
			a.Kind = field.Text
		}
	}
	a.Unit, a.UCD, a.Doc = agreed(a.Unit, b.Unit), agreed(a.UCD, b.UCD), cmp.Or(a.Doc, b.Doc)
	a.Items = mergedItems(a.Items, b.Items)
	return a
}

// agreed gives what two say, or the one that says something.
func agreed(a, b string) string {
	if a != b && a != "" && b != "" {
		return ""
	}
	return cmp.Or(a, b)
}

func numeric(k field.Kind) bool { return k == field.Int || k == field.Float32 || k == field.Float64 }

// bind says what a term is in a payload.
func (r *Reader) bind(t *term, p *payload) (Column, string, bool) {
	column := Column{Name: t.name}
	switch t.what {
	case fromAttribute:
		column.Kind = field.Text
		return column, "attribute " + t.attribute, true
	case fromClassProb:
		list := newProbOf(t, p.classified)
		if len(list) == 0 {
			return column, "", false
		}
		column.Kind, column.Doc = field.Float64, "probability of "+list[0].class+" by "+list[0].classifier
		return column, "probability of " + list[0].class + " by " + list[0].classifier, true
	case fromField:
		return r.bindField(t, p)
	default:
		what := p.formula(t.generic)
		return t.generic.Column, what, what != ""
	}
}

// bindField finds a field of the alert or of the result.
func (r *Reader) bindField(t *term, p *payload) (Column, string, bool) {
	column := Column{Name: t.name, Kind: field.JSON}
	if t.part == resultPart {
		if len(p.Result) == 0 {
			return column, "", false
		}
		kind, ok := p.ResultFields[t.path.String()]
		if len(t.path) > 0 {
			column.Kind = kindNamed(kind)
		}
		return column, p.Result.Join(t.path).String(), ok || len(t.path) == 0 || len(p.ResultFields) == 0
	}
	if len(t.path) == 0 {
		return column, "", false
	}
	found, ok := p.typed(t.path, r.typesOf(p, nil))
	switch {
	case ok:
		ok = !found.InList && p.keeps(t.path) && p.listAround(t.path, nil) == nil
	case p.isOpen(r):
		ok = true
	default:
		ok = p.mentions(t.path)
		found.Kind = field.JSON
	}
	if column.Kind = found.Kind; ok && column.Kind == field.JSON {
		column.Items = p.itemsOf(t.path, r.typesOf(p, nil))
	}
	p.describe(&column, t.path)
	return column, p.at(t.path).String(), ok
}

// keeps says whether the payload's copy of the alert has a field of the alert.
func (p *payload) keeps(path field.Path) bool {
	if _, ok := p.AlertFields[path.String()]; ok || len(p.Keeps) == 0 {
		return true
	}
	return slices.ContainsFunc(p.Keeps, func(kept field.Path) bool {
		_, inside := below(kept, path)
		_, around := below(path, kept)
		return inside || around
	})
}

// isOpen says whether the fields of a payload are not known: then any may be
// asked for.
func (p *payload) isOpen(r *Reader) bool {
	return p == r.generic || p.isJSON() && len(p.AlertFields) == 0 && len(r.typesOf(p, nil)) == 0
}

// mentions says whether the layout uses a path, or a record that holds one.
func (p *payload) mentions(path field.Path) bool {
	for _, known := range p.layoutPaths() {
		if _, ok := below(path, known); ok {
			return true
		}
	}
	return false
}

// layoutPaths gives all single-valued paths that the layout uses.
func (p *payload) layoutPaths() []field.Path {
	l := p.layout
	paths := slices.Concat(l.ObjectID, l.SourceID, l.SkyMap)
	t := &l.Trigger
	inRecord := slices.Concat(t.SourceID, one(t.Visit), one(t.Detector), t.RA, t.Dec, t.Time.Path, t.Time.Exposure, t.Band.Path, t.Flux, t.FluxErr,
		one(t.ZeroPointPath), t.Mag, t.MagErr, t.Sign.Path, t.SNR, t.LimitMag, one(t.Detected), t.TotalFlux, t.TotalFluxErr,
		one(t.RefMag), one(t.RefMagErr), one(t.RefDistance))
	paths = append(paths, crossed(t.Record, inRecord)...)
	for _, c := range l.Cutouts {
		paths = append(paths, c.Path)
	}
	for _, c := range p.classified {
		if c.At == "alert" {
			for _, name := range sortedKeys(c.Probs) {
				paths = append(paths, field.ParsePath(c.Probs[name]))
			}
		}
	}
	return paths
}

// near gives names like one that nothing has.
func (r *Reader) near(t *term, topics []*registry.Topic) []string {
	var among []string
	add := func(name string) {
		if name != "" && !slices.Contains(among, name) {
			among = append(among, name)
		}
	}
	if t.what == fromClassProb {
		for _, one := range r.boundTo(topics) {
			for _, rule := range one.payload.classified {
				for _, class := range rule.classes {
					add(class.Name)
				}
			}
		}
		return spelled(registry.Near(t.class, among), `p(%q)`)
	}
	for i := range genericFields {
		add(genericFields[i].Name)
	}
	for _, one := range r.boundTo(topics) {
		for name := range one.payload.ResultFields {
			add("result." + name)
		}
		for _, path := range one.payload.fieldNames(r.typesOf(one.payload, nil)) {
			add(path)
		}
	}
	among = slices.DeleteFunc(among, func(name string) bool { return name == t.name })
	near := registry.Near(t.name, among)
	for i := range genericFields {
		if g := genericFields[i].Name; sameWords(g, t.name) && !slices.Contains(near, g) {
			near = slices.Insert(near, 0, g)
		}
	}
	if len(near) > 0 {
		return near
	}
	// A bare field name is often meant inside a record.
	var inside []string
	for _, name := range among {
		if strings.HasSuffix(strings.ToLower(name), "."+strings.ToLower(t.name)) {
			inside = append(inside, name)
		}
	}
	return inside
}

// sameWords says whether two names differ in case and underscores alone.
func sameWords(a, b string) bool {
	return strings.EqualFold(strings.ReplaceAll(a, "_", ""), strings.ReplaceAll(b, "_", ""))
}

func spelled(names []string, format string) []string {
	for i, name := range names {
		names[i] = fmt.Sprintf(format, name)
	}
	return names
}

// fieldNames gives the names of the single-valued fields that the payload's copy
// of the alert keeps.
func (p *payload) fieldNames(schemas []*avro.Schema) []string {
	var names []string
	if len(schemas) > 0 {
		for path, t := range schemas[0].Fields() {
			if !t.InList && p.keeps(path) {
				names = append(names, path.String())
			}
		}
	}
	for _, name := range sortedKeys(p.AlertFields) {
		if p.listAround(field.ParsePath(name), nil) == nil {
			names = append(names, name)
		}
	}
	for _, path := range p.layoutPaths() {
		if p.keeps(path) {
			names = append(names, path.String())
		}
	}
	return names
}
