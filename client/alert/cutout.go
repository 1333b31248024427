package alert

import (
	"bytes"
	"compress/gzip"
	"encoding/base64"
	"errors"

	"github.com/mwvgroup/pgb/client/field"
	"github.com/mwvgroup/pgb/client/registry"
)

// Cutouts gives the stamp images of an alert as FITS files, those that are
// there. They are copies.
func (r *Reader) Cutouts(m *Message) ([]Cutout, error) { return r.cutouts(m, r.unpacked) }

// PackedCutouts gives the stamp images as [Reader.Cutouts] does, each file as it
// stands in the packet: with gzip where the survey packs them so.
func (r *Reader) PackedCutouts(m *Message) ([]Cutout, error) { return r.cutouts(m, packed) }

func (r *Reader) cutouts(m *Message, file func(field.Value) ([]byte, error)) ([]Cutout, error) {
	s := r.borrow()
	defer r.giveBack(s)
	pk, err := r.open(m, s)
	if err != nil {
		return nil, err
	}
	at := pk.payload.placeOf(pk.line)
	to := newSlots(func(field.Path) field.Kind { return field.Missing })
	var slots []ref
	for i := range pk.payload.layout.Cutouts {
		slots = append(slots, to.add(crossed(at.alert, registry.Paths{pk.payload.layout.Cutouts[i].Path})))
	}
	if len(slots) == 0 {
		return nil, nil
	}
	plan, err := newProjector(pk, to.wanted())
	if err == nil {
		err = plan.Project(pk.body, &s.projection)
	}
	if err != nil {
		return nil, failed(m, r.schemaName(pk), "the cutouts cannot be read", err)
	}
	var cutouts []Cutout
	for i, c := range pk.payload.layout.Cutouts {
		fits, err := file(slots[i].first(s.projection.Values, &pk.payload.sentinels))
		if err != nil {
			return nil, failed(m, r.schemaName(pk), "cutout "+c.Kind, err)
		}
		if len(fits) > 0 {
			cutouts = append(cutouts, Cutout{Kind: c.Kind, FITS: fits})
		}
	}
	return cutouts, nil
}

// packed gives the file in a value: raw bytes, or base64 text in JSON.
func packed(v field.Value) ([]byte, error) {
	data := v.Text()
	if v.Kind() != field.Text {
		return bytes.Clone(data), nil
	}
	decoded := make([]byte, base64.StdEncoding.DecodedLen(len(data)))
	n, err := base64.StdEncoding.Decode(decoded, data)
	return decoded[:n], err
}

// unpacked gives the file in a value without gzip.
func (r *Reader) unpacked(v field.Value) ([]byte, error) {
	data, err := packed(v)
	if err != nil {
		return nil, err
	}
	if len(data) < 2 || data[0] != 0x1f || data[1] != 0x8b {
		return data, nil
	}
	from, err := gzip.NewReader(bytes.NewReader(data))
	if err != nil {
		return nil, err
	}
	fits, err := readBounded(nil, from, r.limits.Cutout)
	return fits, errors.Join(err, from.Close())
}

// Classifications gives what classifiers say in a message; see
// [View.Read] for many messages.
func (r *Reader) Classifications(m *Message) ([]Classification, error) {
	var row Row
	err := r.bare.Read(m, &row)
	return row.Classifications, err
}
