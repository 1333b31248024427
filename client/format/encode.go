package format

import (
	"encoding/base64"
	"slices"
	"strconv"
	"unicode/utf8"

	"github.com/mwvgroup/pgb/client/alert"
	"github.com/mwvgroup/pgb/client/field"
)

// ClassificationsColumn is the name of the list of all classifications, which
// JSON lines carry unless columns were picked without it.
const ClassificationsColumn = "classifications"

// ClassificationsDoc says what that list is.
const ClassificationsDoc = "all that was said of the source, by all classifiers"

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
	members []member
	written [3]bool // which of coordinates are columns already
}

// member is a column that is a member of the object.
type member struct {
	name  []byte // `"name":`, with the comma before it
	value int    // place in the row
}

// coordinates are the members of a full line that are columns by default too.
var coordinates = [3]string{"topic", "message_id", "publish_time"}

// partNames are the members of a full line that are parts of the message.
var partNames = [...]string{"schema", "as", "key", "attributes", "headers", "result", "other", "alert"}

// newJSONEncoder makes an encoder whose objects have each name once: a column
// named twice, or as a part of the message that is written too, is left out.
func newJSONEncoder(reader *alert.Reader, layout Layout) *jsonEncoder {
	e := &jsonEncoder{reader: reader, layout: layout}
	taken := map[string]bool{ClassificationsColumn: layout.Classifications}
	if layout.Full {
		for _, name := range partNames {
			taken[name] = true
		}
	}
	for i, column := range layout.Columns {
		if taken[column.Name] {
			continue
		}
		taken[column.Name] = true
		var name []byte
		if len(e.members) > 0 {
			name = append(name, ',')
		}
		e.members = append(e.members, member{append(field.AppendJSONText(name, column.Name), ':'), i})
		if j := slices.Index(coordinates[:], column.Name); j >= 0 {
			e.written[j] = true
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
	for i := range e.members {
		dst = append(dst, e.members[i].name...)
		dst = row.Values[e.members[i].value].AppendJSON(dst)
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
	dst = e.appendCoordinates(dst, m)
	schema, err := e.reader.Schema(m)
	if err != nil {
		return dst, err
	}
	if schema != "" {
		dst = appendTextMember(dst, "schema", schema)
	}
	if m.As != "" {
		dst = appendTextMember(dst, "as", m.As)
	}
	if m.Key != nil {
		dst = appendMember(dst, "key")
		dst = append(base64.StdEncoding.AppendEncode(append(dst, '"'), m.Key), '"')
	}
	dst = appendHeaders(dst, m.Headers)
	return e.reader.AppendPartsJSON(dst, m, e.layout.Cutouts)
}

// appendCoordinates appends where a message came from, as far as columns do not
// say it already.
func (e *jsonEncoder) appendCoordinates(dst []byte, m *alert.Message) []byte {
	if !e.written[0] {
		dst = appendTextMember(dst, coordinates[0], m.Topic)
	}
	if !e.written[1] {
		dst = appendTextMember(dst, coordinates[1], m.ID)
	}
	if !e.written[2] {
		dst = appendTextMember(dst, coordinates[2], publishTime(m))
	}
	return dst
}

// publishTime is the text of a message's publish time, empty where it has none.
func publishTime(m *alert.Message) string {
	if m.PublishTime.IsZero() {
		return ""
	}
	return string(alert.AppendTime(nil, m.PublishTime))
}

// appendHeaders appends the attributes as an object, or as a list of pairs
// where an object could not hold them: name and base64 of the value, and base64
// of the name too where it is not UTF-8.
func appendHeaders(dst []byte, headers []alert.Header) []byte {
	if !plainHeaders(headers) {
		dst = appendMember(dst, "headers")
		dst = append(dst, '[')
		for i, h := range headers {
			if i > 0 {
				dst = append(dst, ',')
			}
			dst = append(field.AppendJSONText(append(dst, '['), h.Name), `,"`...)
			dst = append(base64.StdEncoding.AppendEncode(dst, h.Value), '"')
			if !utf8.ValidString(h.Name) {
				dst = append(base64.StdEncoding.AppendEncode(append(dst, `,"`...), []byte(h.Name)), '"')
			}
			dst = append(dst, ']')
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

// plainHeaders says whether a JSON object can hold attributes: their names are
// different, and all is UTF-8.
func plainHeaders(headers []alert.Header) bool {
	const many = 32 // to compare each with each
	seen := map[string]bool(nil)
	if len(headers) > many {
		seen = make(map[string]bool, len(headers))
	}
	for i, h := range headers {
		if !utf8.Valid(h.Value) || !utf8.ValidString(h.Name) || seen[h.Name] {
			return false
		}
		if seen != nil {
			seen[h.Name] = true
			continue
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
	dst, err := e.appendObject(append(dst, '\n'), m)
	e.some = e.some || err == nil
	return dst, err
}

func (e *arrayEncoder) appendFooter(dst []byte) []byte {
	if e.some {
		dst = append(dst, '\n')
	}
	return append(dst, "]\n"...)
}
