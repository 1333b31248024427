package alert

import (
	"bytes"
	"io"

	"github.com/mwvgroup/pgb/client/avro"
	"github.com/mwvgroup/pgb/client/field"
	"github.com/mwvgroup/pgb/client/jsonscan"
)

// WithoutCutouts gives a message's body without the stamp images of the alert;
// all other fields, unknown ones too, are as they were. A body that has no
// images to lose is given as it is. Without them bytes of the same message are
// the same each time, and nothing changes when they are left out again. The
// error is a [DecodeError].
func (r *Reader) WithoutCutouts(m *Message) ([]byte, error) {
	s := r.borrow()
	defer r.giveBack(s)
	pk, err := r.open(m, s)
	if err != nil {
		return nil, err
	}
	if len(pk.payload.cutouts) == 0 {
		return m.Body, nil
	}
	body, err := r.withoutCutouts(m, pk, s)
	if err != nil {
		return nil, failed(m, r.schemaName(pk), "the cutouts cannot be left out", err)
	}
	return body, nil
}

func (r *Reader) withoutCutouts(m *Message, pk packet, s *scratch) ([]byte, error) {
	if pk.inJSON() {
		return withoutMembers(m.Body, pk)
	}
	eraser, ok := r.erasers.get(pk.key())
	if !ok {
		eraser = avro.NewEraser(pk.schema, pk.payload.cutouts)
		r.erasers.put(pk.key(), eraser)
	}
	datum, err := eraser.AppendErased(s.text[:0], pk.body)
	if err != nil || bytes.Equal(datum, pk.body) {
		return m.Body, err
	}
	s.text = datum
	if m.Schema != "" || pk.payload.Framing == framingBare && !bytes.HasPrefix(m.Body, magic) {
		return bytes.Clone(datum), nil
	}
	whole, err := r.inflate(m.Body, s)
	if err != nil {
		return nil, err
	}
	if !bytes.HasPrefix(whole, magic) {
		head := len(whole) - len(pk.body) // a Confluent header
		return append(append(make([]byte, 0, head+len(datum)), whole[:head]...), datum...), nil
	}
	if _, err := s.container.Next(); err != io.EOF {
		return m.Body, nil // a file of many records: the message is not the first alone
	}
	return s.container.AppendSingle(make([]byte, 0, len(datum)+len(pk.schema.JSON())+512), datum), nil
}

// withoutMembers leaves the images out of a JSON body, where there are any.
func withoutMembers(body []byte, pk packet) ([]byte, error) {
	var omit []field.Path
	for _, prefix := range pk.payload.placeOf(pk.line).alert {
		for _, cutout := range pk.payload.cutouts {
			path := prefix.Join(cutout)
			_, found, err := jsonscan.Find(pk.body, path)
			if err != nil {
				return nil, err
			}
			if found {
				omit = append(omit, path)
			}
		}
	}
	if len(omit) == 0 {
		return body, nil
	}
	return jsonscan.AppendCompact(make([]byte, 0, len(pk.body)), pk.body, omit)
}
