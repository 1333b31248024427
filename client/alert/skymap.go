package alert

import (
	"errors"
	"fmt"

	"github.com/mwvgroup/pgb/client/alert/fits"
	"github.com/mwvgroup/pgb/client/field"
	"github.com/mwvgroup/pgb/client/sky"
)

// SkyMap gives where on the sky the event of a gravitational-wave notice may
// have happened. ok is false for messages that carry no sky map: retractions,
// and alerts of other kinds.
func (r *Reader) SkyMap(m *Message) (found *sky.Map, ok bool, err error) {
	s := r.borrow()
	defer r.giveBack(s)
	pk, err := r.open(m, s)
	if err != nil || len(pk.payload.layout.SkyMap) == 0 {
		return nil, false, err
	}
	to := newSlots(func(field.Path) field.Kind { return field.Missing })
	slot := to.add(crossed(pk.payload.placeOf(pk.line).alert, pk.payload.layout.SkyMap))
	plan, err := newProjector(pk, to.wanted())
	if err == nil {
		err = plan.Project(pk.body, &s.projection)
	}
	if err != nil {
		return nil, false, failed(m, r.schemaName(pk), "the sky map cannot be read", err)
	}
	value := slot.first(s.projection.Values, &pk.payload.sentinels)
	if value.IsMissing() {
		return nil, false, nil
	}
	file, err := r.unpacked(value)
	if err == nil {
		found, err = readSkyMap(file)
	}
	if err != nil {
		return nil, false, failed(m, r.schemaName(pk), "the sky map cannot be read", err)
	}
	return found, true, nil
}

// readSkyMap reads a multi-order sky map: the first binary table with the
// columns UNIQ and PROBDENSITY (LIGO/Virgo/KAGRA Public Alerts User Guide, "Working
// with Multi-Order Sky Maps").
func readSkyMap(file []byte) (*sky.Map, error) {
	tables, err := fits.Tables(file)
	for i := range tables {
		t := &tables[i]
		if _, ok := t.Column("UNIQ"); !ok {
			continue
		}
		uniq, err := t.Ints("UNIQ")
		if err != nil {
			return nil, err
		}
		density, err := t.Floats("PROBDENSITY")
		if err != nil {
			return nil, err
		}
		if len(uniq) != t.Rows || len(density) != t.Rows {
			return nil, fmt.Errorf("sky map of %d rows has %d UNIQ and %d PROBDENSITY", t.Rows, len(uniq), len(density))
		}
		return sky.NewMap(uniq, density)
	}
	return nil, errors.Join(errors.New("no table with a column UNIQ"), err)
}
