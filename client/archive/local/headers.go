package local

import (
	"encoding/base64"
	"encoding/json"
	"errors"
	"unicode/utf8"

	"github.com/mwvgroup/pgb/client/alert"
	"github.com/mwvgroup/pgb/client/field"
	"github.com/mwvgroup/pgb/client/jsonscan"
)

// appendHeaders appends the attributes of a message as a JSON object, in their
// order: {"kafka.topic": "ztf"}. A name that repeats stands in it again, and a
// value that is no UTF-8 is {"base64": "..."}.
func appendHeaders(dst []byte, headers []alert.Header) []byte {
	dst = append(dst, '{')
	for i, h := range headers {
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = append(field.AppendJSONText(dst, h.Name), ':')
		if utf8.Valid(h.Value) {
			dst = field.AppendJSONText(dst, h.Value)
			continue
		}
		dst = append(dst, `{"base64":"`...)
		dst = base64.StdEncoding.AppendEncode(dst, h.Value)
		dst = append(dst, `"}`...)
	}
	return append(dst, '}')
}

// headersOf reads what appendHeaders wrote.
func headersOf(text []byte) ([]alert.Header, error) {
	members, err := jsonscan.AppendMembers(nil, text)
	if err != nil || len(members) == 0 {
		return nil, err
	}
	headers := make([]alert.Header, 0, len(members))
	for _, member := range members {
		value, err := headerValue(member.Raw)
		if err != nil {
			return nil, err
		}
		headers = append(headers, alert.Header{Name: member.Name, Value: value})
	}
	return headers, nil
}

func headerValue(raw []byte) ([]byte, error) {
	if len(raw) > 0 && raw[0] == '{' {
		var bytes struct {
			Base64 []byte `json:"base64"`
		}
		err := json.Unmarshal(raw, &bytes)
		return bytes.Base64, err
	}
	if n := len(raw); n >= 2 && raw[0] == '"' && raw[n-1] == '"' && isPlain(raw[1:n-1]) {
		return append([]byte{}, raw[1:n-1]...), nil
	}
	var value string
	if err := json.Unmarshal(raw, &value); err != nil {
		return nil, errors.New("an attribute is no text")
	}
	return []byte(value), nil
}

// isPlain says whether a JSON text has no escapes.
func isPlain(text []byte) bool {
	for _, c := range text {
		if c == '\\' || c < ' ' || c == '"' {
			return false
		}
	}
	return true
}
