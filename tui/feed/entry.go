package feed

import (
	"github.com/mwvgroup/pgb/client/alert"
	"github.com/mwvgroup/pgb/client/field"
)

// Entry is an alert that the viewer has.
type Entry struct {
	// Seq numbers the entries of a feed in the order they came, from 1.
	Seq int64
	// Message is the alert. Its row is set and stands by itself; its body is
	// nil once there was no more room for it.
	Message *alert.Message

	Topic, Survey, ObjectID, SourceID string
	Band, Class, Classifier           string
	RA, Dec                           float64 // degree; NaN when missing
	MJD                               float64 // UTC; NaN when missing
	Simulated                         bool
}

// Key names the alert's object among those of all surveys; empty where it has
// no object.
func (e *Entry) Key() string {
	if e.ObjectID == "" {
		return ""
	}
	return e.Survey + " " + e.ObjectID
}

// Value gives the value of a column, by its index in the stream's columns;
// missing where there is none.
func (e *Entry) Value(column int) field.Value {
	row := e.Message.Row()
	if row == nil || column < 0 || column >= len(row.Values) {
		return field.Value{}
	}
	return row.Values[column]
}
