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
	lineAlert
	lineMembers
)

var linePlan = sync.OnceValues(func() (*jsonscan.Plan, error) {
	var wanted field.Wanted
	for _, name := range [lineMembers]string{
		"topic", "message_id", "publish_time", "schema", "as", "key", "attributes", "headers", "alert",
	} {
		wanted.Scalars = append(wanted.Scalars, field.Scalar{Path: field.Path{name}})
	}
	return jsonscan.NewPlan(wanted)
})

// ErrNotFullLine says that a JSON line holds columns only: the message can't be
// made of it again.
var ErrNotFullLine = errors.New("no full line: it was written without --full")

// ReadLine makes the message of a full JSON line, which it keeps.
func ReadLine(line []byte) (*alert.Message, error) {
	plan, err := linePlan()
	if err != nil {
		return nil, err
	}
	var found field.Projection
	if err := plan.Project(line, &found); err != nil {
		return nil, err
	}
	values := found.Values
	if values[lineAlert].IsMissing() && values[lineAttributes].IsMissing() && values[lineHeaders].IsMissing() {
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
	if pairs := values[lineHeaders]; !pairs.IsMissing() {
		m.Headers, err = readHeaderPairs(pairs.Text())
	} else if attributes := values[lineAttributes]; !attributes.IsMissing() {
		m.Headers, err = readAttributes(attributes.Text())
	}
	return m, err
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

// readHeaderPairs reads a list of [name, base64 of the value].
func readHeaderPairs(list []byte) ([]alert.Header, error) {
	var pairs [][2]string
	if err := json.Unmarshal(list, &pairs); err != nil {
		return nil, fmt.Errorf("headers: %w", err)
	}
	var headers []alert.Header
	for _, pair := range pairs {
		value, err := base64.StdEncoding.DecodeString(pair[1])
		if err != nil {
			return nil, fmt.Errorf("headers: %s: %w", pair[0], err)
		}
		headers = append(headers, alert.Header{Name: pair[0], Value: value})
	}
	return headers, nil
}
