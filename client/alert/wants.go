package alert

import (
	"slices"
	"strings"

	"github.com/mwvgroup/pgb/client/field"
)

// Wants gives the fields that the view reads from messages of a payload of the
// registry, as paths from the message's body: what has to be there for a body
// that is put together of parts. Fields that the payload does not have may be
// among them.
func (v *View) Wants(payload string) ([]field.Path, error) {
	pk, err := v.reader.packetOf(payload)
	if err != nil {
		return nil, err
	}
	p := pk.payload
	at := p.placeOf(false)
	to := newSlots(func(field.Path) field.Kind { return field.Missing })
	var want needs
	for i := range v.terms {
		if c := newCell(&v.terms[i], p, at, to, nil); c.what == fromEpoch {
			want |= needOf(c.quantity)
		}
	}
	if want != 0 {
		newEpochPlan(&p.layout.Trigger, &p.sentinels, want, to, at.alert)
	}
	for _, rule := range p.classified {
		newClassPlan(rule, p, at, to)
	}
	return to.paths(), nil
}

// PhotometryWants gives the fields that [Reader.Photometry] reads from messages
// of a payload of the registry: those of the trigger, as paths from the body,
// and the lists of earlier epochs with theirs.
func (r *Reader) PhotometryWants(payload string) (trigger []field.Path, lists []field.List, err error) {
	pk, err := r.packetOf(payload)
	if err != nil {
		return nil, nil, err
	}
	p := pk.payload
	at := p.placeOf(false)
	none := func(field.Path) field.Kind { return field.Missing }
	to := newSlots(none)
	plan := newEpochPlan(&p.layout.Trigger, &p.sentinels, needAll, to, at.alert)
	plan.wantIdentity(to, at.alert)
	for i := range p.layout.History {
		h := &p.layout.History[i]
		fields := newSlots(none)
		newEpochPlan(&h.Point, &p.sentinels, needAll, fields, nil).wantIdentity(fields, nil)
		for _, path := range crossed(at.alert, h.List) {
			lists = append(lists, field.List{Path: path, Fields: fields.scalars})
		}
	}
	return to.paths(), lists, nil
}

// KindIn gives the kind that a field of a payload in JSON is read as, by its
// path from the body, [field.Missing] where nothing is known of it. A field
// inside a list counts as one of the list's records.
func (r *Reader) KindIn(payload string, path field.Path) field.Kind {
	pk, err := r.packetOf(payload)
	if err != nil {
		return field.Missing
	}
	return pk.payload.hints(pk.payload.placeOf(false), r.typesOf(pk.payload, nil))(path)
}

// Spelling gives a function that spells paths of the alert in a payload of the
// registry as its survey does, whatever their letter case. Names that are not
// known stay as they are.
func (r *Reader) Spelling(payload string) func(field.Path) field.Path {
	pk, err := r.packetOf(payload)
	if err != nil {
		return func(path field.Path) field.Path { return path }
	}
	known := map[string]string{}
	learn := func(path field.Path) {
		for n := 1; n <= len(path); n++ {
			key := strings.ToLower(path[:n].String())
			if _, ok := known[key]; !ok {
				known[key] = path[n-1]
			}
		}
	}
	p := pk.payload
	for _, s := range r.typesOf(p, nil) {
		for path := range s.Fields() {
			learn(path)
		}
	}
	for _, name := range sortedKeys(p.AlertFields) {
		learn(field.ParsePath(name))
	}
	for _, path := range p.layoutPaths() {
		learn(path)
	}
	return func(path field.Path) field.Path {
		spelled := slices.Clone(path)
		for n := range path {
			if name, ok := known[strings.ToLower(path[:n+1].String())]; ok {
				spelled[n] = name
			}
		}
		return spelled
	}
}

// packetOf stands for a message of a payload in JSON.
func (r *Reader) packetOf(payload string) (packet, error) {
	to := r.route(&Message{As: payload})
	switch {
	case to.err != nil:
		return packet{}, to.err
	case to.payload == nil || !to.payload.isJSON():
		return packet{}, &DecodeError{Topic: payload, Reason: "it is no payload in JSON", Err: ErrUnknownPayload}
	}
	return packet{payload: to.payload, body: emptyObject}, nil
}

func (s *slots) paths() []field.Path {
	var list []field.Path
	for _, scalar := range s.scalars {
		list = append(list, scalar.Path)
	}
	return list
}
