package local

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"iter"
	"math"
	"slices"
	"strconv"

	"zombiezen.com/go/sqlite"

	"github.com/mwvgroup/pgb/client/alert"
	"github.com/mwvgroup/pgb/client/archive"
	"github.com/mwvgroup/pgb/client/registry"
)

// pointsOf finds the points of an object.
const pointsOf = `SELECT p.kind, p.source_id, p.mjd, p.band, p.flux, p.flux_err, p.mag, p.mag_err, p.flux_total, p.mag_total,
  p.lim_mag, p.snr, p.ra, p.dec, p.visit, p.detector, p.from_trigger
  FROM point p WHERE p.object = :object AND (:since IS NULL OR p.mjd >= :since) AND (:until IS NULL OR p.mjd <= :until)`

// objectOfSource finds the object of a single alert.
const objectOfSource = `SELECT DISTINCT o.id, o.survey, CAST(o.object_id AS TEXT) FROM alert a JOIN object o ON o.id = a.object
  WHERE a.source_id = :source AND (:of = '' OR a.survey = :of) ORDER BY o.survey`

const objectOfID = "SELECT id, survey, CAST(object_id AS TEXT) FROM object WHERE CAST(object_id AS TEXT) = :id AND (:of = '' OR survey = :of) ORDER BY survey"

// subject is an object that a target stands for.
type subject struct {
	row        int64
	survey, id string
}

// subjects finds the objects that targets stand for.
type subjects struct {
	conn     *sqlite.Conn
	survey   string
	byID     *sqlite.Stmt
	bySource *sqlite.Stmt
}

func newSubjects(conn *sqlite.Conn, survey string) (*subjects, error) {
	s := &subjects{conn: conn, survey: survey}
	var err error
	if s.byID, err = conn.Prepare(objectOfID); err != nil {
		return nil, err
	}
	s.bySource, err = conn.Prepare(objectOfSource)
	return s, err
}

// of gives the objects of an id; that of a single alert is the object it is of.
func (s *subjects) of(id *registry.ID) ([]subject, error) {
	var found []subject
	var err error
	if survey, ok := surveyOf(id, s.survey); ok && !id.Alert {
		s.byID.SetText(":id", id.Text)
		s.byID.SetText(":of", survey)
		found, err = subjectsIn(s.byID)
	}
	if survey, ok := surveyOfAlert(id, s.survey); ok && err == nil && len(found) == 0 {
		bindID(s.bySource, ":source", id.Text)
		s.bySource.SetText(":of", survey)
		found, err = subjectsIn(s.bySource)
	}
	return found, err
}

func subjectsIn(stmt *sqlite.Stmt) ([]subject, error) {
	defer stmt.Reset()
	var found []subject
	for {
		more, err := stmt.Step()
		if err != nil || !more {
			return found, err
		}
		found = append(found, subject{stmt.ColumnInt64(0), stmt.ColumnText(1), stmt.ColumnText(2)})
	}
}

// noID says that a target has no id where only objects can be asked for.
func noID(i int) error { return fmt.Errorf("target %d has no id of an object", i) }

// LightCurves gives the light curve of each target that has one. A single alert
// stands for its object.
func (a *Archive) LightCurves(ctx context.Context, q archive.Query) iter.Seq2[archive.LightCurve, error] {
	return func(yield func(archive.LightCurve, error) bool) {
		err := a.snapshot(ctx, func(conn *sqlite.Conn) error { return lightCurves(ctx, conn, q, yield) })
		if err != nil && !errors.Is(err, errStopped) {
			yield(archive.LightCurve{}, a.failed(ctx, err))
		}
	}
}

func lightCurves(ctx context.Context, conn *sqlite.Conn, q archive.Query, yield func(archive.LightCurve, error) bool) error {
	simulated, err := isSimulated(conn)
	if err != nil {
		return err
	}
	objects, err := newSubjects(conn, q.Survey)
	if err != nil {
		return err
	}
	points, err := conn.Prepare(pointsOf)
	if err != nil {
		return err
	}
	bindBounds(points, &q)
	for i := range q.Targets {
		if err := ctx.Err(); err != nil {
			return err
		}
		if q.Targets[i].ID.Text == "" {
			return noID(i)
		}
		found, err := objects.of(&q.Targets[i].ID)
		if err != nil {
			return err
		}
		for _, o := range found {
			points.SetInt64(":object", o.row)
			curve := archive.LightCurve{Target: i, Survey: o.survey, ObjectID: o.id, Simulated: simulated}
			if curve.Points, err = pointsIn(points); err != nil {
				return err
			}
			if len(curve.Points) > 0 && !yield(curve, nil) {
				return errStopped
			}
		}
	}
	return nil
}

// bindBounds binds the bounds of the observation, NULL for none.
func bindBounds(stmt *sqlite.Stmt, q *archive.Query) {
	since, until := q.MJD()
	stmt.SetNull(":since")
	stmt.SetNull(":until")
	if !math.IsInf(since, 0) {
		stmt.SetFloat(":since", since)
	}
	if !math.IsInf(until, 0) {
		stmt.SetFloat(":until", until)
	}
}

func pointsIn(stmt *sqlite.Stmt) ([]alert.Point, error) {
	defer stmt.Reset()
	var points []alert.Point
	for {
		more, err := stmt.Step()
		if err != nil {
			return nil, err
		}
		if !more {
			break
		}
		points = append(points, pointOf(stmt))
	}
	slices.SortStableFunc(points, comparePoints)
	return points, nil
}

// comparePoints sorts as a light curve is: by time, what has none last.
func comparePoints(a, b alert.Point) int {
	if aNaN, bNaN := math.IsNaN(a.MJD), math.IsNaN(b.MJD); aNaN != bNaN {
		if aNaN {
			return 1
		}
		return -1
	}
	return cmp.Or(cmp.Compare(a.MJD, b.MJD), cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.Band, b.Band), cmp.Compare(a.SourceID, b.SourceID))
}

// pointOf reads the point that pointsOf stands on.
func pointOf(stmt *sqlite.Stmt) alert.Point {
	return alert.Point{
		Kind: alert.PointKind(stmt.ColumnInt64(0)), SourceID: idText(stmt, 1), MJD: float(stmt, 2), Band: stmt.ColumnText(3),
		Flux: float(stmt, 4), FluxErr: float(stmt, 5), Mag: float(stmt, 6), MagErr: float(stmt, 7),
		FluxTotal: float(stmt, 8), MagTotal: float(stmt, 9), LimMag: float(stmt, 10), SNR: float(stmt, 11),
		RA: float(stmt, 12), Dec: float(stmt, 13), Visit: stmt.ColumnInt64(14), Detector: stmt.ColumnInt64(15),
		Trigger: stmt.ColumnInt64(16) != 0,
	}
}

// float gives a number; NaN for NULL.
func float(stmt *sqlite.Stmt, column int) float64 {
	if stmt.ColumnIsNull(column) {
		return math.NaN()
	}
	return stmt.ColumnFloat(column)
}

// idText gives an id as text; empty for NULL.
func idText(stmt *sqlite.Stmt, column int) string {
	if stmt.ColumnType(column) == sqlite.TypeInteger {
		return strconv.FormatInt(stmt.ColumnInt64(column), 10)
	}
	return stmt.ColumnText(column)
}
