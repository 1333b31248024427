package alert

import (
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
	return r.part(dst, m, func(dst []byte, pk packet) ([]byte, error) {
		if !pk.inJSON() {
			return r.transcoder(pk, cutouts).AppendJSON(dst, pk.body)
		}
		at := pk.payload.placeOf(pk.line)
		var omit []field.Path
		if !cutouts {
			omit = pk.payload.cutouts
		}
		for _, prefix := range at.alert {
			if len(prefix) == 0 {
				if at.has {
					omit = append(omit[:len(omit):len(omit)], at.result)
				}
				return jsonscan.AppendCompact(dst, pk.body, omit)
			}
			raw, ok, err := jsonscan.Find(pk.body, prefix)
			if err != nil {
				return dst, err
			}
			if ok && string(raw) != "null" {
				return jsonscan.AppendCompact(dst, raw, omit)
			}
		}
		return append(dst, "null"...), nil
	})
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

// AppendResultJSON appends the result of the module that made a message as
// JSON, null where there is none.
func (r *Reader) AppendResultJSON(dst []byte, m *Message) ([]byte, error) {
	return r.part(dst, m, func(dst []byte, pk packet) ([]byte, error) {
		at := pk.payload.placeOf(pk.line)
		if pk.line {
			at.result = field.Path{"result"}
		} else if !at.has || !pk.inJSON() {
			return append(dst, "null"...), nil
		}
		return appendFound(dst, pk.body, at.result)
	})
}

// AppendOtherJSON appends the members of a JSON payload that are neither the
// alert nor the result, null where there are none.
func (r *Reader) AppendOtherJSON(dst []byte, m *Message) ([]byte, error) {
	return r.part(dst, m, func(dst []byte, pk packet) ([]byte, error) {
		if pk.line {
			return appendFound(dst, pk.body, field.Path{"other"})
		}
		at := pk.payload.placeOf(false)
		if !pk.inJSON() {
			return append(dst, "null"...), nil
		}
		var omit []field.Path
		if at.has {
			omit = append(omit, at.result)
		}
		for _, prefix := range at.alert {
			if len(prefix) == 0 {
				if found, err := r.hasAlert(pk, at); err != nil || !found {
					return append(dst, "null"...), err
				}
				continue
			}
			omit = append(omit, prefix[:1])
		}
		from := len(dst)
		dst, err := jsonscan.AppendCompact(dst, pk.body, omit)
		if err == nil && string(dst[from:]) == "{}" {
			dst = append(dst[:from], "null"...)
		}
		return dst, err
	})
}

// hasAlert says whether one of the payload's named places holds the alert; else
// it is the whole body.
func (r *Reader) hasAlert(pk packet, at place) (bool, error) {
	for _, prefix := range at.alert {
		if len(prefix) == 0 {
			continue
		}
		if _, ok, err := jsonscan.Find(pk.body, prefix); ok || err != nil {
			return ok, err
		}
	}
	return false, nil
}

// appendFound appends a member of a JSON body, null where it is not there.
func appendFound(dst, body []byte, path field.Path) ([]byte, error) {
	raw, ok, err := jsonscan.Find(body, path)
	if err != nil {
		return dst, err
	}
	if !ok {
		return append(dst, "null"...), nil
	}
	return jsonscan.AppendCompact(dst, raw, nil)
}

// part opens a message and appends what a function makes of it. On an error
// dst comes back as it was.
func (r *Reader) part(dst []byte, m *Message, make func([]byte, packet) ([]byte, error)) ([]byte, error) {
	s := r.borrow()
	defer r.giveBack(s)
	pk, err := r.open(m, s)
	if err != nil {
		return dst, err
	}
	from := len(dst)
	out, err := make(dst, pk)
	if err != nil {
		return out[:from], failed(m, r.schemaName(pk), "the packet cannot be read", err)
	}
	return out, nil
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
