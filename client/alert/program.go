package alert

import (
	"github.com/mwvgroup/pgb/client/avro"
	"github.com/mwvgroup/pgb/client/field"
	"github.com/mwvgroup/pgb/client/jsonscan"
	"github.com/mwvgroup/pgb/client/registry"
)

// programKey is what a program is compiled for: every message of the same
// payload and schema, in the same form, is read by the same one.
type programKey struct {
	payload *payload
	schema  *avro.Schema
	line    bool
}

func (pk packet) key() programKey { return programKey{pk.payload, pk.schema, pk.line} }

// projector picks fields out of a body: an Avro or a JSON plan.
type projector interface {
	Project(body []byte, out *field.Projection) error
}

// newProjector compiles what is wanted of a packet's body.
func newProjector(pk packet, wanted field.Wanted) (projector, error) {
	if pk.inJSON() {
		return jsonscan.NewPlan(wanted)
	}
	return avro.NewPlan(pk.schema, wanted)
}

// program reads the columns of a view from one kind of packet.
type program struct {
	projector projector
	cells     []cell
	epoch     *epochPlan // nil when no column needs it
	classes   []*classPlan
	sentinels *sentinels
	survey    field.Value
}

// cell says where one column's value comes from.
type cell struct {
	what      what
	quantity  quantity
	slots     ref
	attribute string
	probs     []probOf
}

// newProgram compiles terms for a kind of packet.
func (r *Reader) newProgram(terms []term, pk packet) (*program, error) {
	p := pk.payload
	at := p.placeOf(pk.line)
	to := newSlots(p.hints(at, r.typesOf(p, pk.schema)))
	made := &program{sentinels: &p.sentinels}
	if p.surveyID != "" {
		made.survey = field.OfString(p.surveyID)
	}
	var want needs
	for i := range terms {
		c := newCell(&terms[i], p, at, to, pk.schema)
		if c.what == fromEpoch {
			want |= needOf(c.quantity)
		}
		made.cells = append(made.cells, c)
	}
	if want != 0 {
		made.epoch = newEpochPlan(&p.layout.Trigger, &p.sentinels, want, to, at.alert)
	}
	for _, rule := range p.classified {
		made.classes = append(made.classes, newClassPlan(rule, p, at, to))
	}
	var err error
	made.projector, err = newProjector(pk, to.wanted())
	return made, err
}

// inList says whether a path leads through a list of a schema: then it is
// missing in packets of that one, though another version may have it.
func inList(schema *avro.Schema, path field.Path) bool {
	if schema == nil {
		return false
	}
	found, ok := schema.Lookup(path)
	return ok && found.InList
}

func newCell(t *term, p *payload, at place, to *slots, schema *avro.Schema) cell {
	c := cell{what: t.what}
	inAlert := func(paths registry.Paths) ref { return to.add(crossed(at.alert, paths)) }
	switch t.what {
	case fromEpoch:
		c.quantity = t.generic.quantity
	case fromObjectID:
		c.slots = inAlert(p.layout.ObjectID)
	case fromSourceID:
		if c.slots = inAlert(p.layout.SourceID); len(p.layout.SourceID) == 0 {
			c.slots = inAlert(crossed(p.layout.Trigger.Record, p.layout.Trigger.SourceID))
		}
	case fromAttribute:
		c.attribute = t.attribute
	case fromClassProb:
		c.probs = newProbOf(t, p.classified)
	case fromField:
		if t.part == resultPart {
			if at.has {
				c.slots = to.add([]field.Path{at.result.Join(t.path)})
			}
		} else if len(t.path) > 0 && !inList(schema, t.path) {
			c.slots = inAlert(registry.Paths{t.path})
		}
	}
	return c
}
