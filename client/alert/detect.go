package alert

import (
	"bytes"
	"slices"
	"strings"

	"github.com/mwvgroup/pgb/client/avro"
	"github.com/mwvgroup/pgb/client/field"
	"github.com/mwvgroup/pgb/client/jsonscan"
)

// member is one condition of a payload's Detect: a member that is there, or
// that has a value.
type member struct {
	path  field.Path
	value string
}

func parseMembers(text string) []member {
	var list []member
	for word := range strings.FieldsSeq(text) {
		path, value, _ := strings.Cut(word, "=")
		list = append(list, member{field.ParsePath(path), value})
	}
	return list
}

// detector tells payloads by their bytes.
type detector struct {
	payloads []*payload
	plan     *jsonscan.Plan // of all members that any payload asks for
	slots    map[string]int
	line     [4]int // the members of a line of pgb's own
}

func newDetector(payloads []*payload) *detector {
	to := newSlots(func(field.Path) field.Kind { return field.Missing })
	d := &detector{payloads: payloads, slots: map[string]int{}}
	add := func(path field.Path) int {
		slot := to.add([]field.Path{path})[0]
		d.slots[path.String()] = slot
		return slot
	}
	for i, name := range [...]string{"topic", "alert", "attributes", "headers"} {
		d.line[i] = add(field.Path{name})
	}
	for _, p := range payloads {
		for _, all := range p.detect {
			for _, one := range all {
				add(one.path)
			}
		}
	}
	d.plan, _ = jsonscan.NewPlan(to.wanted())
	return d
}

// payload gives the payload that a body is, of some or of all; nil when its
// bytes do not tell, or when they are a line of pgb's own.
func (d *detector) payload(body []byte, among []*payload, s *scratch) (p *payload, line bool) {
	if among == nil {
		among = d.payloads
	}
	switch trimmed := bytes.TrimLeft(body, " \t\r\n"); {
	case len(trimmed) > 0 && trimmed[0] == '{':
		return d.json(body, among, s)
	case len(body) > 5 && body[0] == 0:
		return only(among, framingConfluent), false
	}
	return nil, false
}

// only gives the one payload of a framing that is not JSON: the one that says
// of itself that it is meant, else the only one there is.
func only(among []*payload, framing string) *payload {
	var found []*payload
	for _, p := range among {
		if p.Framing != framing {
			continue
		}
		if slices.Contains(p.Detect, framing) {
			return p
		}
		found = append(found, p)
	}
	if len(found) == 1 {
		return found[0]
	}
	return nil
}

// json gives the JSON payload of which most members are there.
func (d *detector) json(body []byte, among []*payload, s *scratch) (best *payload, line bool) {
	if d.plan == nil || d.plan.Project(body, &s.projection) != nil {
		return nil, false
	}
	values := s.projection.Values
	for _, slot := range d.line[1:] {
		if values[slot].Kind() == field.JSON && values[d.line[0]].Kind() == field.Text {
			return nil, true
		}
	}
	most := 0
	for _, p := range among {
		if !p.isJSON() {
			continue
		}
		for _, all := range p.detect {
			if len(all) > most && d.all(all, values) {
				best, most = p, len(all)
			}
		}
	}
	return best, false
}

func (d *detector) all(members []member, values []field.Value) bool {
	for _, one := range members {
		v := values[d.slots[one.path.String()]]
		if v.IsMissing() || one.value != "" && string(v.Text()) != one.value {
			return false
		}
	}
	return true
}

// payloadOfSchema gives the Avro payload that a schema belongs to, by the first
// part of its full name; the generic one for a schema of an unknown survey.
func (r *Reader) payloadOfSchema(schema *avro.Schema, among []*payload) *payload {
	if among == nil {
		among = r.inOrder
	}
	family, _, _ := strings.Cut(schema.Name(), ".")
	var found *payload
	for _, p := range among {
		if p.isJSON() || p.survey == nil || p.survey.Schemas != family && p.surveyID != family {
			continue
		}
		if found == nil || p.Framing == framingContainer && found.Framing != framingContainer {
			found = p
		}
	}
	if found == nil {
		return r.generic
	}
	return found
}

// Detect finds out what the bytes of a message are when no topic says it: the
// name of the registry's payload (empty for a container of an unknown survey
// and for a line of pgb's own) and the framing: container, confluent, json,
// notification or line. ok is false when the bytes do not tell.
func (r *Reader) Detect(body []byte) (as, framing string, ok bool) {
	s := r.borrow()
	defer r.giveBack(s)
	body, err := r.inflate(body, s)
	if err != nil {
		return "", "", false
	}
	if bytes.HasPrefix(body, magic) {
		if s.container.Reset(body, r.schemas) != nil {
			return "", "", false
		}
		return r.payloadOfSchema(s.container.Schema(), nil).Name, framingContainer, true
	}
	p, line := r.detector().payload(body, nil, s)
	switch {
	case line:
		return "", framingLine, true
	case p != nil:
		return p.Name, p.Framing, true
	}
	return "", "", false
}
