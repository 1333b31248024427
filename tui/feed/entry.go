package feed

import (
	"math"

	"github.com/mwvgroup/pgb/client/alert"
	"github.com/mwvgroup/pgb/client/field"
)

// Entry is an alert that the viewer has. It does not change once it was given:
// when there is no more room for its body, the feed has another in its place
// with the same number.
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

	key  string
	size int // bytes of what the entry holds beside its body
}

// Of makes an entry of one message that came another way than by a feed: a copy
// as of [Feed.Put]. columns are those of its row, where that does not tell.
func Of(m *alert.Message, columns []alert.Column) *Entry {
	c := copier{columns: columns}
	return c.copy([]*alert.Message{m})[0]
}

// Key names the alert's object among those of all surveys; empty where it has
// no object.
func (e *Entry) Key() string {
	if e.key != "" || e.ObjectID == "" {
		return e.key
	}
	return e.Survey + " " + e.ObjectID
}

// Value gives the value of a column, by its index in the stream's columns;
// missing where there is none.
func (e *Entry) Value(column int) field.Value {
	if e.Message == nil {
		return field.Value{}
	}
	row := e.Message.Row()
	if row == nil || column < 0 || column >= len(row.Values) {
		return field.Value{}
	}
	return row.Values[column]
}

// whole is an entry with its message, made at once. Each has storage of its own,
// so that one that somebody keeps does not keep the bodies of others.
type whole struct {
	Entry
	message alert.Message
}

// newEntry makes an entry of a message and a row. The message's delivery and its
// place in its source are not for the viewer, and not copied.
func newEntry(m *alert.Message, row *alert.Row) *Entry {
	w := &whole{Entry: Entry{RA: math.NaN(), Dec: math.NaN(), MJD: math.NaN()}}
	w.copyMessage(m, row)
	return &w.Entry
}

func (w *whole) copyMessage(m *alert.Message, row *alert.Row) {
	to := &w.message
	to.ID, to.Topic, to.As, to.Key, to.Headers = m.ID, m.Topic, m.As, m.Key, m.Headers
	to.Body, to.Form, to.Schema, to.PublishTime = m.Body, m.Form, m.Schema, m.PublishTime
	to.Origin, to.Broken = m.Origin, m.Broken
	to.SetRow(row)
	w.Message = to
}

// bare gives the entry without its body.
func (e *Entry) bare() *Entry {
	w := &whole{Entry: *e}
	w.copyMessage(e.Message, e.Message.Row())
	w.message.Body = nil
	return &w.Entry
}

// bytes is what the entry takes of the room for bodies.
func (e *Entry) bytes() int64 { return int64(e.size) + int64(len(e.Message.Body)) }
