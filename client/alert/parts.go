package alert

import (
	"slices"

	"github.com/mwvgroup/pgb/client/avro"
	"github.com/mwvgroup/pgb/client/field"
	"github.com/mwvgroup/pgb/client/jsonscan"
)

// transcoderKey is what a transcoder is made for.
type transcoderKey struct {
	schema  *avro.Schema
	payload *payload
	cutouts bool
}

// AppendAlertJSON appends the copy of the alert in a message as JSON: 64-bit
// integers exact, floats shortest for their own width, NaN and infinities null,
// bytes base64. Cutouts are left out unless asked for. Without an alert it
// appends null.
func (r *Reader) AppendAlertJSON(dst []byte, m *Message, cutouts bool) ([]byte, error) {
	return r.part(dst, m, func(dst []byte, pk packet, at *parts) ([]byte, error) {
		return r.appendAlert(dst, pk, at, cutouts)
	})
}

// AppendResultJSON appends the result of the module that made a message as
// JSON, null where there is none.
func (r *Reader) AppendResultJSON(dst []byte, m *Message) ([]byte, error) {
	return r.part(dst, m, func(dst []byte, _ packet, at *parts) ([]byte, error) {
		return appendRaw(dst, at.result)
	})
}

// AppendOtherJSON appends the members of a JSON payload that are neither the
// alert nor the result, null where there are none.
func (r *Reader) AppendOtherJSON(dst []byte, m *Message) ([]byte, error) {
	return r.part(dst, m, func(dst []byte, _ packet, at *parts) ([]byte, error) {
		return at.appendOther(dst)
	})
}

// AppendPartsJSON appends the members "result", "other" (where there is any)
// and "alert" to a JSON object that is being written, with commas before them.
// It is what the other three say, in one pass.
func (r *Reader) AppendPartsJSON(dst []byte, m *Message, cutouts bool) ([]byte, error) {
	return r.part(dst, m, func(dst []byte, pk packet, at *parts) ([]byte, error) {
		dst, err := appendRaw(append(dst, `,"result":`...), at.result)
		if err != nil {
			return dst, err
		}
		if at.hasOther() {
			if dst, err = at.appendOther(append(dst, `,"other":`...)); err != nil {
				return dst, err
			}
		}
		return r.appendAlert(append(dst, `,"alert":`...), pk, at, cutouts)
	})
}

// parts says where the parts of a JSON body are. It is reused.
type parts struct {
	members []jsonscan.Member // of the body
	alert   []byte            // nil where there is none
	whole   bool              // the body itself is the alert
	result  []byte
	other   []byte // of a line of pgb's own
	taken   []bool // members that are no others
}

func (p *parts) clear() { *p = parts{members: p.members[:0], taken: p.taken[:0]} }

// locate finds the parts of a JSON body.
func (p *parts) locate(pk packet) (err error) {
	p.members, err = jsonscan.AppendMembers(p.members[:0], pk.body)
	if err != nil {
		return err
	}
	for range p.members {
		p.taken = append(p.taken, pk.line)
	}
	if pk.line {
		if p.result, err = p.find(field.Path{"result"}); err == nil {
			p.other, err = p.find(field.Path{"other"})
		}
		if err == nil {
			p.alert, err = p.find(field.Path{"alert"})
		}
		return err
	}
	at := pk.payload.placeOf(false)
	if at.has {
		if p.result, err = p.find(at.result); err != nil {
			return err
		}
	}
	for _, prefix := range at.alert {
		if len(prefix) == 0 {
			p.whole = p.alert == nil
			continue
		}
		raw, err := p.find(prefix)
		if err != nil {
			return err
		}
		if p.alert == nil && !p.whole && raw != nil {
			p.alert = raw
		}
	}
	return nil
}

// find gives the value at a path below the body, nil where there is none or
// null.
func (p *parts) find(path field.Path) ([]byte, error) {
	for i := range p.members {
		if p.members[i].Name != path[0] {
			continue
		}
		p.taken[i] = true
		raw := p.members[i].Raw
		if len(path) > 1 {
			below, ok, err := jsonscan.Find(raw, path[1:])
			if err != nil || !ok {
				return nil, err
			}
			raw = below
		}
		if string(raw) == "null" {
			return nil, nil
		}
		return raw, nil
	}
	return nil, nil
}

// hasOther says whether there are members that are neither alert nor result.
func (p *parts) hasOther() bool {
	return p.other != nil || !p.whole && slices.Contains(p.taken, false)
}

func (p *parts) appendOther(dst []byte) ([]byte, error) {
	if !p.hasOther() || p.other != nil {
		return appendRaw(dst, p.other)
	}
	before := byte('{')
	for i := range p.members {
		if p.taken[i] {
			continue
		}
		dst = append(field.AppendJSONText(append(dst, before), p.members[i].Name), ':')
		var err error
		if dst, err = appendRaw(dst, p.members[i].Raw); err != nil {
			return dst, err
		}
		before = ','
	}
	return append(dst, '}'), nil
}

// appendAlert appends the alert, without the module's result and, unless asked
// for, without cutouts.
func (r *Reader) appendAlert(dst []byte, pk packet, at *parts, cutouts bool) ([]byte, error) {
	if !pk.inJSON() {
		return r.transcoder(pk, cutouts).AppendJSON(dst, pk.body)
	}
	var omit []field.Path
	if !cutouts {
		omit = pk.payload.cutouts
	}
	switch {
	case at.alert != nil:
		return jsonscan.AppendCompact(dst, at.alert, omit)
	case !at.whole:
		return append(dst, "null"...), nil
	}
	if place := pk.payload.placeOf(false); place.has {
		omit = append(omit[:len(omit):len(omit)], place.result)
	}
	return jsonscan.AppendCompact(dst, pk.body, omit)
}

// appendRaw appends a value of a packet, null where there is none.
func appendRaw(dst, raw []byte) ([]byte, error) {
	if raw == nil {
		return append(dst, "null"...), nil
	}
	return jsonscan.AppendCompact(dst, raw, nil)
}

func (r *Reader) transcoder(pk packet, cutouts bool) *avro.Transcoder {
	key := transcoderKey{pk.schema, pk.payload, cutouts}
	if t, ok := r.transcoders.get(key); ok {
		return t
	}
	var omit []field.Path
	if !cutouts {
		omit = pk.payload.cutouts
	}
	t := avro.NewTranscoder(pk.schema, omit)
	r.transcoders.put(key, t)
	return t
}

// part opens a message, finds its parts, and appends what a function makes of
// them. On an error dst comes back as it was.
func (r *Reader) part(dst []byte, m *Message, make func([]byte, packet, *parts) ([]byte, error)) ([]byte, error) {
	s := r.borrow()
	defer r.giveBack(s)
	pk, err := r.open(m, s)
	if err != nil {
		return dst, err
	}
	from := len(dst)
	s.parts.clear()
	if pk.inJSON() {
		err = s.parts.locate(pk)
	}
	if err == nil {
		dst, err = make(dst, pk, &s.parts)
	}
	if err != nil {
		return dst[:from], failed(m, r.schemaName(pk), "the packet cannot be read", err)
	}
	return dst, nil
}

// Datum gives a message's Avro datum with its schema. The datum aliases the
// body where it was not compressed. JSON payloads give [ErrNotAvro].
func (r *Reader) Datum(m *Message) (*avro.Schema, []byte, error) {
	s := new(scratch)
	pk, err := r.open(m, s)
	if err != nil {
		return nil, nil, err
	}
	if pk.inJSON() {
		return nil, nil, failed(m, "", "there is no Avro record", ErrNotAvro)
	}
	return pk.schema, pk.body, nil
}
