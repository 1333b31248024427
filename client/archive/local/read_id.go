package local

import (
	"strconv"

	"zombiezen.com/go/sqlite"

	"github.com/mwvgroup/pgb/client/registry"
)

// objectsOf finds the objects of an id, which several surveys may have.
const objectsOf = "SELECT id, survey FROM object WHERE CAST(object_id AS TEXT) = :id AND (:of = '' OR survey = :of) ORDER BY survey"

// alertsOrder is the order of an object's alerts. What has no time stands last,
// and of an alert's revisions the one that was published last.
const alertsOrder = " ORDER BY a.mjd NULLS LAST, a.source_id, a.publish_time, a.message_id, a.id"

func (r *reading) alertsOfObject() string {
	return r.rows.selected() + " WHERE a.object = :object" + r.chosen.condition + alertsOrder
}

func (r *reading) alertsOfSource() string {
	return r.rows.selected() + " WHERE a.source_id = :source AND (:of = '' OR a.survey = :of)" + r.chosen.condition + alertsOrder
}

// id adds the alerts of an object or a single alert.
func (r *reading) id(target int) error {
	id := &r.query.Targets[target].ID
	var found []objectRow
	if survey, ok := surveyOf(id, r.query.Survey); ok && !id.Alert {
		objects, err := r.prepare(&r.objects, func() string { return objectsOf })
		if err != nil {
			return err
		}
		if found, err = objectsByID(objects, id.Text, survey); err != nil {
			return err
		}
	}
	for _, o := range found {
		stmt, err := r.prepare(&r.alerts, r.alertsOfObject)
		if err != nil {
			return err
		}
		stmt.SetInt64(":object", o.row)
		if err := r.all(stmt, target); err != nil {
			return err
		}
	}
	if survey, ok := surveyOfAlert(id, r.query.Survey); ok && len(found) == 0 {
		return r.source(target, id.Text, survey)
	}
	return nil
}

// source adds the alert of a source id, with its revisions where they are wanted.
func (r *reading) source(target int, text, survey string) error {
	stmt, err := r.prepare(&r.sources, r.alertsOfSource)
	if err != nil {
		return err
	}
	bindID(stmt, ":source", text)
	stmt.SetText(":of", survey)
	return r.all(stmt, target)
}

// all adds every row of a statement.
func (r *reading) all(stmt *sqlite.Stmt, target int) error {
	defer stmt.Reset()
	for {
		more, err := stmt.Step()
		if err != nil || !more {
			return err
		}
		if err := r.add(stmt, target); err != nil {
			return err
		}
	}
}

// surveyOf gives the one survey that an id is looked for in, empty for all; ok
// is false where the query wants another one's alerts.
func surveyOf(id *registry.ID, wanted string) (survey string, ok bool) {
	switch {
	case wanted == "":
		return id.Survey, true
	case id.Survey == "" || id.Survey == wanted:
		return wanted, true
	}
	return "", false
}

// surveyOfAlert gives the survey in which an id is looked for as that of a single
// alert, empty for all; ok is false for one that is none, or of another survey
// than the query wants. The survey of an integer was guessed for an object, so
// that the alert may be of any.
func surveyOfAlert(id *registry.ID, wanted string) (survey string, ok bool) {
	switch {
	case id.Alert || id.MaybeAlert && id.Named:
		return surveyOf(id, wanted)
	case id.MaybeAlert:
		return wanted, true
	}
	return "", false
}

type objectRow struct {
	row    int64
	survey string
}

func objectsByID(stmt *sqlite.Stmt, text, survey string) ([]objectRow, error) {
	defer stmt.Reset()
	stmt.SetText(":id", text)
	stmt.SetText(":of", survey)
	var found []objectRow
	for {
		more, err := stmt.Step()
		if err != nil || !more {
			return found, err
		}
		found = append(found, objectRow{stmt.ColumnInt64(0), stmt.ColumnText(1)})
	}
}

// bindID binds an id as it is stored: an integer where it is one in its shortest
// form, else text.
func bindID(stmt *sqlite.Stmt, name, text string) {
	if number, err := strconv.ParseInt(text, 10, 64); err == nil && strconv.FormatInt(number, 10) == text {
		stmt.SetInt64(name, number)
		return
	}
	stmt.SetText(name, text)
}
