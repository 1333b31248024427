package local

import (
	"cmp"
	"context"
	"errors"
	"iter"
	"math"
	"slices"
	"time"

	"zombiezen.com/go/sqlite"

	"github.com/mwvgroup/pgb/client/alert"
	"github.com/mwvgroup/pgb/client/archive"
	"github.com/mwvgroup/pgb/client/field"
)

// verdictColumns are what classifiers said. A module's message may not repeat
// the time of the alert: it is then that of the alert's other messages.
const verdictColumns = `SELECT a.id, a.survey, CAST(o.object_id AS TEXT), CAST(a.source_id AS TEXT),
  coalesce(a.mjd, (SELECT s.mjd FROM alert s WHERE s.source_id = a.source_id AND s.survey = a.survey AND s.mjd IS NOT NULL LIMIT 1)) AS seen,
  t.name, a.publish_time, a.message_id, c.classifier, c.classifier_version, c.class, c.code, c.prob, c.band, c.primary_class, c.number
  FROM alert a JOIN classification c ON c.alert = a.id JOIN topic t ON t.id = a.topic LEFT JOIN object o ON o.id = a.object`

const verdictBounds = " AND (:since IS NULL OR seen >= :since) AND (:until IS NULL OR seen <= :until)"

const (
	verdictsOfObject = verdictColumns + " WHERE a.object = :object" + verdictBounds
	verdictsOfSource = verdictColumns + " WHERE a.source_id = :source AND (:of = '' OR a.survey = :of)" + verdictBounds
)

// Classifications gives what classifiers said of the targets. What several
// messages say alike of one alert is given once, from the one that was published
// last; AllRevisions gives all.
func (a *Archive) Classifications(ctx context.Context, q archive.Query) iter.Seq2[archive.Verdict, error] {
	return func(yield func(archive.Verdict, error) bool) {
		err := a.snapshot(ctx, func(conn *sqlite.Conn) error {
			v, err := newVerdicts(conn, q)
			if err != nil {
				return err
			}
			return v.run(ctx, yield)
		})
		if err != nil && !errors.Is(err, errStopped) {
			yield(archive.Verdict{}, a.failed(ctx, err))
		}
	}
}

// verdicts answers one question about classifications.
type verdicts struct {
	query              archive.Query
	simulated          bool
	objects            *subjects
	ofObject, ofSource *sqlite.Stmt
}

func newVerdicts(conn *sqlite.Conn, q archive.Query) (v *verdicts, err error) {
	v = &verdicts{query: q}
	if v.simulated, err = isSimulated(conn); err != nil {
		return nil, err
	}
	if v.objects, err = newSubjects(conn, q.Survey); err != nil {
		return nil, err
	}
	if v.ofObject, err = conn.Prepare(verdictsOfObject); err != nil {
		return nil, err
	}
	if v.ofSource, err = conn.Prepare(verdictsOfSource); err != nil {
		return nil, err
	}
	bindBounds(v.ofObject, &q)
	bindBounds(v.ofSource, &q)
	return v, nil
}

func (v *verdicts) run(ctx context.Context, yield func(archive.Verdict, error) bool) error {
	for i := range v.query.Targets {
		if err := ctx.Err(); err != nil {
			return err
		}
		if v.query.Targets[i].ID.Text == "" {
			return noID(i)
		}
		said, err := v.of(i)
		if err != nil {
			return err
		}
		slices.SortFunc(said, compareSaid)
		if !v.query.AllRevisions {
			said = slices.CompactFunc(said, func(a, b spoken) bool { return compareVerdicts(&a.Verdict, &b.Verdict) == 0 })
		}
		for j := range said {
			if !yield(said[j].Verdict, nil) {
				return errStopped
			}
		}
	}
	return nil
}

// of gives all that was said of a target.
func (v *verdicts) of(target int) ([]spoken, error) {
	id := v.query.Targets[target].ID
	if !id.Alert {
		whole := id
		whole.MaybeAlert = false
		found, err := v.objects.of(&whole)
		if err != nil {
			return nil, err
		}
		var all []spoken
		for _, o := range found {
			v.ofObject.SetInt64(":object", o.row)
			if all, err = v.read(all, v.ofObject, target); err != nil {
				return nil, err
			}
		}
		if len(found) > 0 {
			return all, nil
		}
	}
	survey, ok := surveyOfAlert(&id, v.query.Survey)
	if !ok {
		return nil, nil
	}
	bindID(v.ofSource, ":source", id.Text)
	v.ofSource.SetText(":of", survey)
	return v.read(nil, v.ofSource, target)
}

// spoken is a verdict with what its message is sorted by.
type spoken struct {
	archive.Verdict
	messageID   string
	row, number int64
}

func (v *verdicts) read(all []spoken, stmt *sqlite.Stmt, target int) ([]spoken, error) {
	defer stmt.Reset()
	for {
		more, err := stmt.Step()
		if err != nil || !more {
			return all, err
		}
		s := spoken{row: stmt.ColumnInt64(0), messageID: stmt.ColumnText(7), number: stmt.ColumnInt64(15), Verdict: archive.Verdict{
			Target: target, Survey: stmt.ColumnText(1), ObjectID: stmt.ColumnText(2), SourceID: stmt.ColumnText(3), MJD: float(stmt, 4),
			Topic: stmt.ColumnText(5), Simulated: v.simulated,
			Classification: alert.Classification{
				Classifier: stmt.ColumnText(8), Version: stmt.ColumnText(9), Class: stmt.ColumnText(10), Code: stmt.ColumnText(11),
				Band: stmt.ColumnText(13), Primary: stmt.ColumnInt64(14) != 0,
			},
		}}
		if !stmt.ColumnIsNull(6) {
			s.PublishTime = time.UnixMicro(stmt.ColumnInt64(6)).UTC()
		}
		if !stmt.ColumnIsNull(12) {
			s.Prob = field.OfFloat64(stmt.ColumnFloat(12))
		}
		all = append(all, s)
	}
}

// compareVerdicts sorts verdicts of one target; those that say of the same alert,
// by the same classifier, something of the same class are equal.
func compareVerdicts(a, b *archive.Verdict) int {
	if aNaN, bNaN := math.IsNaN(a.MJD), math.IsNaN(b.MJD); aNaN != bNaN {
		if aNaN {
			return 1
		}
		return -1
	}
	return cmp.Or(cmp.Compare(a.MJD, b.MJD), cmp.Compare(a.Classifier, b.Classifier), cmp.Compare(a.Version, b.Version), cmp.Compare(a.Band, b.Band),
		cmp.Compare(a.Survey, b.Survey), cmp.Compare(a.SourceID, b.SourceID), cmp.Compare(a.Class, b.Class), cmp.Compare(a.Code, b.Code), -compareTruth(a.Primary, b.Primary))
}

// compareSaid puts the newest of what is equal first.
func compareSaid(a, b spoken) int {
	return cmp.Or(compareVerdicts(&a.Verdict, &b.Verdict), b.PublishTime.Compare(a.PublishTime),
		cmp.Compare(b.messageID, a.messageID), cmp.Compare(b.row, a.row), cmp.Compare(a.number, b.number))
}

func compareTruth(a, b bool) int {
	switch {
	case a == b:
		return 0
	case a:
		return 1
	}
	return -1
}
