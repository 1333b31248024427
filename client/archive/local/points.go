package local

import (
	"math"
	"strconv"

	"zombiezen.com/go/sqlite"

	"github.com/mwvgroup/pgb/client/alert"
)

// epochKey tells the epochs of one object's folded light curve apart.
type epochKey struct {
	mjd            uint64 // bits
	band, sourceID string
	visit          int64
}

func keyOf(p *alert.Point) epochKey {
	return epochKey{mjd: bitsOf(p.MJD), band: p.Band, sourceID: p.SourceID, visit: p.Visit}
}

func bitsOf(f float64) uint64 {
	if f != f {
		f = math.NaN()
	}
	return math.Float64bits(f)
}

// epoch is a row of the table point.
type epoch struct {
	number int64
	from   float64 // MJD of the alert it is from; NaN when not known
	point  alert.Point
	kept   bool
}

// lightCurve folds what the alerts of the batch say of an object into its
// points.
func (b *saving) lightCurve(o *object) error {
	if len(o.told) == 0 {
		return nil
	}
	if o.isNew && len(o.told) == 1 {
		return b.firstPoints(o) // each epoch is there once already
	}
	old, err := b.epochs(o)
	if err != nil {
		return err
	}
	var curve alert.Curve
	from := newestTellers{}
	for i := range old {
		curve.Add([]alert.Point{old[i].point}, old[i].from)
		from.heard(&old[i].point, old[i].from)
	}
	for _, t := range o.told {
		curve.Add(t.points, t.mjd)
		for i := range t.points {
			from.heard(&t.points[i], t.mjd)
		}
	}
	return b.exchange(o, old, curve.Points(), from)
}

// exchange writes the points that differ from those that were there.
func (b *saving) exchange(o *object, old []epoch, points []alert.Point, from newestTellers) error {
	at := make(map[epochKey]*epoch, len(old))
	last := int64(0)
	for i := range old {
		at[keyOf(&old[i].point)] = &old[i]
		last = max(last, old[i].number)
	}
	var next []epoch
	for i := range points {
		e := epoch{point: points[i], from: from.of(&points[i])}
		was := at[keyOf(&points[i])]
		switch {
		case was == nil || was.kept:
			last++
			e.number = last
		case same(was.from, e.from) && samePoint(&was.point, &e.point):
			was.kept = true
			continue
		default:
			was.kept, e.number = true, was.number
		}
		next = append(next, e)
	}
	for i := range old {
		if !old[i].kept {
			if err := b.forgetEpoch(o, old[i].number); err != nil {
				return err
			}
		}
	}
	for i := range next {
		if err := b.epoch(o, &next[i]); err != nil {
			return err
		}
	}
	return nil
}

// firstPoints writes the light curve of an object that was not there.
func (b *saving) firstPoints(o *object) error {
	t := o.told[0]
	for i := range t.points {
		if err := b.epoch(o, &epoch{number: int64(i) + 1, from: t.mjd, point: t.points[i]}); err != nil {
			return err
		}
	}
	return nil
}

// measurement is a measurement as every alert tells it.
type measurement struct {
	kind alert.PointKind
	mjd  uint64
	band string
}

// newestTellers has the time of the newest alert that told a measurement.
type newestTellers map[measurement]float64

func measured(p *alert.Point) measurement { return measurement{p.Kind, bitsOf(p.MJD), p.Band} }

func (t newestTellers) heard(p *alert.Point, from float64) {
	key := measured(p)
	if was, ok := t[key]; !ok || math.IsNaN(was) || from > was {
		t[key] = from
	}
}

func (t newestTellers) of(p *alert.Point) float64 {
	if from, ok := t[measured(p)]; ok {
		return from
	}
	return math.NaN()
}

// samePoint says whether two points hold the same; what is missing in both is
// the same.
func samePoint(p, q *alert.Point) bool {
	return p.Kind == q.Kind && p.SourceID == q.SourceID && p.Band == q.Band && p.Visit == q.Visit && p.Detector == q.Detector &&
		p.Trigger == q.Trigger && same(p.MJD, q.MJD) && same(p.Flux, q.Flux) && same(p.FluxErr, q.FluxErr) &&
		same(p.Mag, q.Mag) && same(p.MagErr, q.MagErr) && same(p.FluxTotal, q.FluxTotal) && same(p.MagTotal, q.MagTotal) &&
		same(p.LimMag, q.LimMag) && same(p.SNR, q.SNR) && same(p.RA, q.RA) && same(p.Dec, q.Dec)
}

func same(a, b float64) bool { return a == b || a != a && b != b }

const (
	sqlPoint = `INSERT OR REPLACE INTO point (object, epoch, mjd, band, kind, source_id, flux, flux_err, mag, mag_err, flux_total, mag_total,
 lim_mag, snr, ra, dec, visit, detector, from_trigger, from_mjd) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`
	sqlPoints = `SELECT epoch, mjd, band, kind, source_id, flux, flux_err, mag, mag_err, flux_total, mag_total,
 lim_mag, snr, ra, dec, visit, detector, from_trigger, from_mjd FROM point WHERE object = ?`
	sqlForget = `DELETE FROM point WHERE object = ? AND epoch = ?`
)

// epoch writes a point.
func (b *saving) epoch(o *object, e *epoch) error {
	q, err := binding(b.conn, sqlPoint)
	if err != nil {
		return err
	}
	p := &e.point
	q.int(o.id)
	q.int(e.number)
	q.float(p.MJD)
	q.text(p.Band)
	q.int(int64(p.Kind))
	q.id(p.SourceID)
	for _, f := range [...]float64{
		p.Flux, p.FluxErr, p.Mag, p.MagErr, p.FluxTotal, p.MagTotal, p.LimMag, p.SNR, p.RA, p.Dec,
	} {
		q.float(f)
	}
	if p.Visit == 0 {
		q.null()
		q.null()
	} else {
		q.int(p.Visit)
		q.int(p.Detector)
	}
	q.bool(p.Trigger)
	q.float(e.from)
	return q.run()
}

func (b *saving) forgetEpoch(o *object, number int64) error {
	q, err := binding(b.conn, sqlForget)
	if err != nil {
		return err
	}
	q.int(o.id)
	q.int(number)
	return q.run()
}

// epochs reads the points of an object.
func (b *saving) epochs(o *object) (list []epoch, err error) {
	if o.isNew {
		return nil, nil
	}
	q, err := binding(b.conn, sqlPoints)
	if err != nil {
		return nil, err
	}
	q.int(o.id)
	err = q.all(func(stmt *sqlite.Stmt) {
		e := epoch{number: stmt.ColumnInt64(0), from: floatAt(stmt, 18)}
		p := &e.point
		p.MJD, p.Band, p.Kind = floatAt(stmt, 1), stmt.ColumnText(2), alert.PointKind(stmt.ColumnInt(3))
		if stmt.ColumnType(4) == sqlite.TypeInteger {
			p.SourceID = strconv.FormatInt(stmt.ColumnInt64(4), 10)
		} else {
			p.SourceID = stmt.ColumnText(4)
		}
		p.Flux, p.FluxErr, p.Mag, p.MagErr = floatAt(stmt, 5), floatAt(stmt, 6), floatAt(stmt, 7), floatAt(stmt, 8)
		p.FluxTotal, p.MagTotal, p.LimMag, p.SNR = floatAt(stmt, 9), floatAt(stmt, 10), floatAt(stmt, 11), floatAt(stmt, 12)
		p.RA, p.Dec = floatAt(stmt, 13), floatAt(stmt, 14)
		p.Visit, p.Detector, p.Trigger = stmt.ColumnInt64(15), stmt.ColumnInt64(16), stmt.ColumnBool(17)
		list = append(list, e)
	})
	return list, err
}
