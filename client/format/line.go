package format

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/mwvgroup/pgb/client/alert"
	"github.com/mwvgroup/pgb/client/field"
	"github.com/mwvgroup/pgb/client/jsonscan"
)

// The places of the members of a full line that make its message.
const (
	lineTopic = iota
	lineID
	linePublished
	lineSchema
	lineAs
	lineKey
	lineAttributes
	lineHeaders
	lineMembers
)

var linePlan = sync.OnceValues(func() (*jsonscan.Plan, error) {
	var wanted field.Wanted
	for _, name := range [lineMembers]string{
		"topic", "message_id", "publish_time", "schema", "as", "key", "attributes", "headers",
	} {
		wanted.Scalars = append(wanted.Scalars, field.Scalar{Path: field.Path{name}})
	}
	return jsonscan.NewPlan(wanted)
})

// ErrNotFullLine says that a JSON line holds columns only: the message can't be
// made of it again.
var ErrNotFullLine = errors.New("no full line: it was written without --full")

// ReadLine makes the message of a full JSON line, which it keeps. A JSON value
// that is none gives [ErrNotFullLine].
func ReadLine(line []byte) (*alert.Message, error) {
	if !mayBeFullLine(line) {
		return nil, ErrNotFullLine
	}
	plan, err := linePlan()
	if err != nil {
		return nil, err
	}
	var found field.Projection
	if err := plan.Project(line, &found); err != nil {
		return nil, err
	}
	values := found.Values
	if values[lineAttributes].Kind() != field.JSON && values[lineHeaders].Kind() != field.JSON {
		return nil, ErrNotFullLine
	}
	if _, ok, err := jsonscan.Find(line, alertPath); err != nil || !ok {
		return nil, ErrNotFullLine
	}
	m := &alert.Message{
		Form: alert.Line, Body: line,
		Topic: values[lineTopic].String(), ID: values[lineID].String(),
		As: values[lineAs].String(), Schema: values[lineSchema].String(),
	}
	if published := values[linePublished]; !published.IsMissing() {
		if m.PublishTime, err = time.Parse(time.RFC3339Nano, published.String()); err != nil {
			return nil, fmt.Errorf("publish_time: %w", err)
		}
		m.PublishTime = m.PublishTime.UTC()
	}
	if key := values[lineKey]; !key.IsMissing() {
		if m.Key, err = base64.StdEncoding.DecodeString(key.String()); err != nil {
			return nil, fmt.Errorf("key: %w", err)
		}
	}
	if pairs := values[lineHeaders]; pairs.Kind() == field.JSON {
		m.Headers, err = readHeaderPairs(pairs.Text())
	} else {
		m.Headers, err = readAttributes(values[lineAttributes].Text())
	}
	if err != nil {
		return nil, err
	}
	return m, nil
}

var alertPath = field.Path{"alert"}

// mayBeFullLine is a quick look at a value: only a full line has an alert beside
// attributes.
func mayBeFullLine(line []byte) bool {
	return bytes.Contains(line, []byte(`"alert"`)) &&
		(bytes.Contains(line, []byte(`"attributes"`)) || bytes.Contains(line, []byte(`"headers"`)))
}

// readAttributes reads a JSON object of texts in its order.
func readAttributes(object []byte) ([]alert.Header, error) {
	decoder := json.NewDecoder(bytes.NewReader(object))
	if _, err := decoder.Token(); err != nil {
		return nil, fmt.Errorf("attributes: %w", err)
	}
	var headers []alert.Header
	for decoder.More() {
		name, err := decoder.Token()
		if err != nil {
			return nil, fmt.Errorf("attributes: %w", err)
		}
		var value string
		if err := decoder.Decode(&value); err != nil {
			return nil, fmt.Errorf("attributes: %v: %w", name, err)
		}
		headers = append(headers, alert.Header{Name: fmt.Sprint(name), Value: []byte(value)})
	}
	return headers, nil
}

// readHeaderPairs reads a list of [name, base64 of the value], or of [name,
// base64 of the value, base64 of the name].
func readHeaderPairs(list []byte) ([]alert.Header, error) {
	var pairs [][]string
	if err := json.Unmarshal(list, &pairs); err != nil {
		return nil, fmt.Errorf("headers: %w", err)
	}
	var headers []alert.Header
	for _, pair := range pairs {
		if len(pair) != 2 && len(pair) != 3 {
			return nil, errors.New("headers: pairs of name and value expected")
		}
		name := pair[0]
		value, err := base64.StdEncoding.DecodeString(pair[1])
		if err == nil && len(pair) == 3 {
			var bytes []byte
			bytes, err = base64.StdEncoding.DecodeString(pair[2])
			name = string(bytes)
		}
		if err != nil {
			return nil, fmt.Errorf("headers: %s: %w", pair[0], err)
		}
		headers = append(headers, alert.Header{Name: name, Value: value})
	}
	return headers, nil
}
