package alert

import (
	"errors"
	"strings"
)

var (
	// ErrUnknownSchema says that a packet names a schema, by id or by version,
	// that is not known. It is never read by another one.
	ErrUnknownSchema = errors.New("schema is not known")
	// ErrUnknownPayload says that neither the topic nor the bytes tell what a
	// message is.
	ErrUnknownPayload = errors.New("payload is not known")
	// ErrNotAvro says that a payload is not Avro, so that there is no datum.
	ErrNotAvro = errors.New("payload is not Avro")
)

// DecodeError says why a message could not be read. Such a message goes to
// quarantine.
type DecodeError struct {
	Topic  string // the message's topic, or what it was read as
	Schema string // the schema, where one was found: "lsst 11.1"
	Reason string // what failed, in a few words
	Err    error  // the cause, or nil
}

// Error gives one line: decode, topic, schema, reason and cause.
func (e *DecodeError) Error() string {
	var b strings.Builder
	b.WriteString("decode")
	if e.Topic != "" {
		b.WriteString(" " + e.Topic)
	}
	if e.Schema != "" {
		b.WriteString(" (" + e.Schema + ")")
	}
	b.WriteString(": " + e.Reason)
	if e.Err != nil {
		b.WriteString(": " + e.Err.Error())
	}
	return b.String()
}

// Unwrap gives the cause.
func (e *DecodeError) Unwrap() error { return e.Err }

// UnknownFieldError says that no chosen topic has a field of that name.
type UnknownFieldError struct {
	Name string
	Near []string // names that it may have been meant for
	Hint string   // what could be done about it, or empty
}

// Error gives the name.
func (e *UnknownFieldError) Error() string { return "no field " + e.Name }

// ListFieldError says that a name leads through a list, whose records are no
// columns: each alert has many of them.
type ListFieldError struct {
	Name string
	List string // the list's own name, which is a column
}

// Error says what to ask for instead.
func (e *ListFieldError) Error() string {
	return e.Name + ": " + e.List + " is a list: its fields are no columns, but the whole of it is"
}

// Nearest gives the names that it may have been meant for.
func (e *UnknownFieldError) Nearest() []string { return e.Near }
