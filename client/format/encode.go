package format

import (
	"bytes"
	"encoding/base64"
	"strconv"
	"time"
	"unicode/utf8"

	"github.com/mwvgroup/pgb/client/alert"
	"github.com/mwvgroup/pgb/client/field"
)

// ClassificationsColumn is the name of the list of all classifications, which
// JSON lines carry unless columns were picked without it.
const ClassificationsColumn = "classifications"

// Layout says what of each message is written.
type Layout struct {
	// Columns are the first columns of the messages' rows; rows may have more,
	// which are not written.
	Columns []alert.Column
	// Classifications adds the list of all classifications (JSON formats).
	Classifications bool
	// Full adds the parts of the message: its attributes, the module's result
	// and the alert (JSON formats).
	Full bool
	// Cutouts leaves the cutouts in the alert, base64.
	Cutouts bool
}

// encoder appends messages to a buffer in one text format.
type encoder interface {
	appendHeader(dst []byte) []byte
	appendMessage(dst []byte, m *alert.Message) ([]byte, error)
	appendFooter(dst []byte) []byte
}

// jsonEncoder writes a message as a JSON object.
type jsonEncoder struct {
	reader  *alert.Reader
	layout  Layout
	names   [][]byte // `"name":` of each column, with the comma before it
	written [3]bool  // which of partNames are columns already
}

// partNames are the members of a full line that are columns by default too.
var partNames = [3]string{"topic", "message_id", "publish_time"}

func newJSONEncoder(reader *alert.Reader, layout Layout) *jsonEncoder {
	e := &jsonEncoder{reader: reader, layout: layout}
	for i, column := range layout.Columns {
		var name []byte
		if i > 0 {
			name = append(name, ',')
		}
		e.names = append(e.names, append(field.AppendJSONText(name, column.Name), ':'))
		for j, part := range partNames {
			e.written[j] = e.written[j] || part == column.Name
		}
	}
	return e
}

func (e *jsonEncoder) appendHeader(dst []byte) []byte { return dst }
func (e *jsonEncoder) appendFooter(dst []byte) []byte { return dst }

func (e *jsonEncoder) appendMessage(dst []byte, m *alert.Message) ([]byte, error) {
	dst, err := e.appendObject(dst, m)
	return append(dst, '\n'), err
}

func (e *jsonEncoder) appendObject(dst []byte, m *alert.Message) ([]byte, error) {
	row := m.Row()
	dst = append(dst, '{')
	for i, name := range e.names {
		dst = append(dst, name...)
		dst = row.Values[i].AppendJSON(dst)
	}
	if e.layout.Classifications {
		dst = appendMember(dst, ClassificationsColumn)
		dst = AppendClassifications(dst, row.Classifications)
	}
	if e.layout.Full {
		var err error
		if dst, err = e.appendParts(dst, m); err != nil {
			return dst, err
		}
	}
	return append(dst, '}'), nil
}

// appendMember appends the name of an object's next member.
func appendMember(dst []byte, name string) []byte {
	if dst[len(dst)-1] != '{' {
		dst = append(dst, ',')
	}
	return append(field.AppendJSONText(dst, name), ':')
}

// AppendClassifications appends classifications as a JSON list.
func AppendClassifications(dst []byte, list []alert.Classification) []byte {
	dst = append(dst, '[')
	for i := range list {
		c := &list[i]
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = append(dst, `{"classifier":`...)
		dst = field.AppendJSONText(dst, c.Classifier)
		dst = appendTextMember(dst, "version", c.Version)
		dst = appendTextMember(dst, "class", c.Class)
		dst = appendTextMember(dst, "code", c.Code)
		dst = appendMember(dst, "prob")
		dst = c.Prob.AppendJSON(dst)
		dst = appendTextMember(dst, "band", c.Band)
		dst = appendMember(dst, "primary")
		dst = append(strconv.AppendBool(dst, c.Primary), '}')
	}
	return append(dst, ']')
}

// appendTextMember appends a member whose empty text is null.
func appendTextMember(dst []byte, name, text string) []byte {
	dst = appendMember(dst, name)
	if text == "" {
		return append(dst, "null"...)
	}
	return field.AppendJSONText(dst, text)
}

// appendParts appends what makes a line whole: how to read it back, and the
// parts of the message.
func (e *jsonEncoder) appendParts(dst []byte, m *alert.Message) ([]byte, error) {
	if !e.written[0] {
		dst = appendTextMember(dst, partNames[0], m.Topic)
	}
	if !e.written[1] {
		dst = appendTextMember(dst, partNames[1], m.ID)
	}
	if !e.written[2] {
		published := ""
		if !m.PublishTime.IsZero() {
			published = m.PublishTime.UTC().Format(time.RFC3339Nano)
		}
		dst = appendTextMember(dst, partNames[2], published)
	}
	schema, err := e.reader.Schema(m)
	if err != nil {
		return dst, err
	}
	for _, part := range [...]struct{ name, text string }{{"schema", schema}, {"as", m.As}} {
		if part.text != "" {
			dst = appendTextMember(dst, part.name, part.text)
		}
	}
	if m.Key != nil {
		dst = appendMember(dst, "key")
		dst = append(base64.StdEncoding.AppendEncode(append(dst, '"'), m.Key), '"')
	}
	dst = appendHeaders(dst, m.Headers)
	dst = appendMember(dst, "result")
	if dst, err = e.reader.AppendResultJSON(dst, m); err != nil {
		return dst, err
	}
	dst = appendMember(dst, "other")
	if dst, err = e.reader.AppendOtherJSON(dst, m); err != nil {
		return dst, err
	}
	dst = bytes.TrimSuffix(dst, []byte(`,"other":null`))
	dst = appendMember(dst, "alert")
	return e.reader.AppendAlertJSON(dst, m, e.layout.Cutouts)
}

// appendHeaders appends the attributes as an object, or as a list of pairs
// where an object could not hold them.
func appendHeaders(dst []byte, headers []alert.Header) []byte {
	if !plainHeaders(headers) {
		dst = appendMember(dst, "headers")
		dst = append(dst, '[')
		for i, h := range headers {
			if i > 0 {
				dst = append(dst, ',')
			}
			dst = append(field.AppendJSONText(append(dst, '['), h.Name), `,"`...)
			dst = append(base64.StdEncoding.AppendEncode(dst, h.Value), `"]`...)
		}
		return append(dst, ']')
	}
	dst = appendMember(dst, "attributes")
	dst = append(dst, '{')
	for i, h := range headers {
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = append(field.AppendJSONText(dst, h.Name), ':')
		dst = field.AppendJSONText(dst, h.Value)
	}
	return append(dst, '}')
}

func plainHeaders(headers []alert.Header) bool {
	for i, h := range headers {
		if !utf8.Valid(h.Value) {
			return false
		}
		for _, other := range headers[:i] {
			if other.Name == h.Name {
				return false
			}
		}
	}
	return true
}

// arrayEncoder writes messages as the elements of one JSON array.
type arrayEncoder struct {
	*jsonEncoder
	some bool
}

func (e *arrayEncoder) appendHeader(dst []byte) []byte { return append(dst, '[') }

func (e *arrayEncoder) appendMessage(dst []byte, m *alert.Message) ([]byte, error) {
	if e.some {
		dst = append(dst, ',')
	}
	e.some = true
	return e.appendObject(append(dst, '\n'), m)
}

func (e *arrayEncoder) appendFooter(dst []byte) []byte {
	if e.some {
		dst = append(dst, '\n')
	}
	return append(dst, "]\n"...)
}
