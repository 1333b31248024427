package format

import (
	"errors"
	"fmt"
	"time"
	"unicode/utf8"

	"github.com/mwvgroup/pgb/client/alert"
)

// Envelope is what stands beside a message's body in the files that keep the
// original bytes: its coordinates and attributes.
type Envelope struct {
	Topic       string      `json:"topic"`
	As          string      `json:"as,omitempty"`
	Schema      string      `json:"schema,omitempty"`
	MessageID   string      `json:"message_id"`
	PublishTime string      `json:"publish_time,omitempty"` // RFC 3339 UTC
	Key         []byte      `json:"key,omitzero"`           // base64
	Headers     [][2]string `json:"headers"`                // name, value
	// Binary holds each header again, in base64, where one is not UTF-8.
	Binary [][2][]byte `json:"binary_headers,omitempty"`
	Line   bool        `json:"line,omitempty"`   // the body is one of pgb's own full lines
	Broken string      `json:"broken,omitempty"` // why the message could not be read whole
}

// NewEnvelope takes down everything of a message but its body.
func NewEnvelope(m *alert.Message) Envelope {
	e := Envelope{
		Topic: m.Topic, As: m.As, Schema: m.Schema, MessageID: m.ID, PublishTime: publishTime(m),
		Key: m.Key, Headers: [][2]string{}, Line: m.Form == alert.Line,
	}
	if m.Broken != nil {
		e.Broken = m.Broken.Error()
	}
	valid := true
	for _, h := range m.Headers {
		e.Headers = append(e.Headers, [2]string{h.Name, string(h.Value)})
		valid = valid && utf8.ValidString(h.Name) && utf8.Valid(h.Value)
	}
	if !valid {
		for _, h := range m.Headers {
			e.Binary = append(e.Binary, [2][]byte{[]byte(h.Name), h.Value})
		}
	}
	return e
}

// Message makes the message of an envelope and a body.
func (e *Envelope) Message(body []byte) (*alert.Message, error) {
	m := &alert.Message{Topic: e.Topic, As: e.As, Schema: e.Schema, ID: e.MessageID, Key: e.Key, Body: body}
	if e.Line {
		m.Form = alert.Line
	}
	if e.Broken != "" {
		m.Broken = errors.New(e.Broken)
	}
	if e.PublishTime != "" {
		t, err := time.Parse(time.RFC3339Nano, e.PublishTime)
		if err != nil {
			return nil, fmt.Errorf("publish_time: %w", err)
		}
		m.PublishTime = t.UTC()
	}
	if e.Binary != nil {
		for _, h := range e.Binary {
			m.Headers = append(m.Headers, alert.Header{Name: string(h[0]), Value: h[1]})
		}
		return m, nil
	}
	for _, h := range e.Headers {
		m.Headers = append(m.Headers, alert.Header{Name: h[0], Value: []byte(h[1])})
	}
	return m, nil
}
