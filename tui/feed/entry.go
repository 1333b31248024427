package feed

import (
	"github.com/mwvgroup/pgb/client/alert"
	"github.com/mwvgroup/pgb/client/field"
)

// Entry is an alert that the viewer has. It is for the viewer's goroutine; others
// are given its message, or a [Entry.Snapshot].
type Entry struct {
	// Seq numbers the entries of a feed in the order they came, from 1.
	Seq int64
	// Message is the alert. Its row is set and stands by itself. It does not
	// change: once there is no more room for its body, another without a body
	// is in its place.
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

// Snapshot gives the entry as it is now, for another goroutine. It keeps the body
// as long as it is kept itself.
func (e *Entry) Snapshot() *Entry {
	still := *e
	return &still
}

// newMessage copies a message with another row. Its delivery and its place in
// its source are not for the viewer, and not copied.
func newMessage(m *alert.Message, row *alert.Row) *alert.Message {
	to := &alert.Message{
		ID: m.ID, Topic: m.Topic, As: m.As, Key: m.Key, Headers: m.Headers, Body: m.Body, Form: m.Form, Schema: m.Schema,
		PublishTime: m.PublishTime, Origin: m.Origin, Broken: m.Broken,
	}
	to.SetRow(row)
	return to
}

// strip takes the entry's body from it. Whoever reads the message goes on with
// the one that has it.
func (e *Entry) strip() {
	bare := newMessage(e.Message, e.Message.Row())
	bare.Body = nil
	e.Message = bare
}

// bytes is what the entry takes of the room for bodies.
func (e *Entry) bytes() int64 { return int64(e.size) + int64(len(e.Message.Body)) }
