package local

import (
	"math"

	"zombiezen.com/go/sqlite"

	"github.com/mwvgroup/pgb/client/alert"
)

// objectKey names an object.
type objectKey struct{ survey, id string }

// object is an object of the batch that is being saved.
type object struct {
	id      int64
	key     objectKey
	isNew   bool
	changed bool
	alerts  int64
	mjd     float64 // of the newest alert, NaN where not known
	ra, dec float64 // there
	told    []told
}

// told is what an alert says of its object's light curve.
type told struct {
	points []alert.Point
	mjd    float64
}

const (
	sqlObject     = `SELECT id, alerts, last_mjd, ra, dec FROM object WHERE survey = ? AND object_id = ?`
	sqlLastObject = `SELECT max(id) FROM object`
	sqlNewObject  = `INSERT INTO object (alerts, last_mjd, ra, dec, id, survey, object_id) VALUES (?, ?, ?, ?, ?, ?, ?)`
	sqlSetObject  = `UPDATE object SET alerts = ?, last_mjd = ?, ra = ?, dec = ? WHERE id = ?`
)

// object gives the object of a message, which gets a number where it is new and
// its row at the end of the batch; nil where the message has none.
func (b *saving) object(p *incoming) (*object, error) {
	if p.objectID == "" {
		return nil, nil
	}
	key := objectKey{p.survey, p.objectID}
	if o := b.objects[key]; o != nil {
		return o, nil
	}
	o := &object{key: key, mjd: math.NaN(), ra: math.NaN(), dec: math.NaN()}
	q, err := binding(b.conn, sqlObject)
	if err != nil {
		return nil, err
	}
	q.filled(p.survey)
	q.id(p.objectID)
	found, err := q.one(func(stmt *sqlite.Stmt) {
		o.id, o.alerts = stmt.ColumnInt64(0), stmt.ColumnInt64(1)
		o.mjd, o.ra, o.dec = floatAt(stmt, 2), floatAt(stmt, 3), floatAt(stmt, 4)
	})
	if err != nil {
		return nil, err
	}
	if !found {
		if o.id, err = b.nextObject(); err != nil {
			return nil, err
		}
		o.isNew, o.changed, o.ra, o.dec = true, true, p.ra, p.dec
	}
	b.objects[key] = o
	b.order = append(b.order, o)
	return o, nil
}

// nextObject gives the number of a new object. Nobody else makes any while the
// batch is being saved.
func (b *saving) nextObject() (int64, error) {
	if b.lastObject == 0 {
		q, err := binding(b.conn, sqlLastObject)
		if err != nil {
			return 0, err
		}
		if _, err := q.one(func(stmt *sqlite.Stmt) { b.lastObject = stmt.ColumnInt64(0) }); err != nil {
			return 0, err
		}
	}
	b.lastObject++
	return b.lastObject, nil
}

// saw takes note of a message of the object; first says that it is the first of
// its alert.
func (o *object) saw(p *incoming, first bool) {
	if first {
		o.alerts++
		o.changed = true
	}
	hasPlace := !math.IsNaN(p.ra) && !math.IsNaN(p.dec)
	if math.IsNaN(o.ra) && hasPlace {
		o.ra, o.dec, o.changed = p.ra, p.dec, true
	}
	if !math.IsNaN(p.mjd) && (math.IsNaN(o.mjd) || p.mjd > o.mjd) {
		o.mjd, o.changed = p.mjd, true
		if hasPlace {
			o.ra, o.dec = p.ra, p.dec
		}
	}
	if len(p.points) > 0 {
		o.told = append(o.told, told{p.points, p.mjd})
	}
}

// finish writes the objects of the batch and their light curves.
func (b *saving) finish() error {
	for _, o := range b.order {
		if err := b.lightCurve(o); err != nil {
			return err
		}
		if !o.changed {
			continue
		}
		text := sqlSetObject
		if o.isNew {
			text = sqlNewObject
		}
		q, err := binding(b.conn, text)
		if err != nil {
			return err
		}
		q.int(o.alerts)
		q.float(o.mjd)
		q.float(o.ra)
		q.float(o.dec)
		q.int(o.id)
		if o.isNew {
			q.filled(o.key.survey)
			q.id(o.key.id)
		}
		if err := q.run(); err != nil {
			return err
		}
	}
	return nil
}
