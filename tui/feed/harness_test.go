package feed

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/mwvgroup/pgb/client/alert"
	"github.com/mwvgroup/pgb/client/field"
)

// clock is a time that only the test lets pass.
type clock struct{ now time.Time }

func newClock() *clock                 { return &clock{time.Date(2026, 3, 1, 4, 0, 0, 0, time.UTC)} }
func (c *clock) Now() time.Time        { return c.now }
func (c *clock) pass(by time.Duration) { c.now = c.now.Add(by) }

// columnsOf gives columns by name; the kinds do not matter to a feed.
func columnsOf(names ...string) []alert.Column {
	columns := make([]alert.Column, len(names))
	for i, name := range names {
		columns[i].Name = name
	}
	return columns
}

var usual = columnsOf("topic", "survey", "object_id", "source_id", "ra", "mag", "class")

// message makes an alert as a stream has it: the texts of its row lie in its
// body.
func message(topic, object string, bodyBytes int) *alert.Message {
	head := strings.Join([]string{topic, "ztf", object, object + "-1", "SN Ia"}, "|")
	body := make([]byte, max(bodyBytes, len(head)))
	copy(body, head)
	var texts []field.Value
	rest := body
	for part := range strings.SplitSeq(head, "|") {
		texts = append(texts, field.OfText(rest[:len(part)]))
		rest = rest[min(len(part)+1, len(rest)):]
	}
	m := &alert.Message{ID: "id of " + object, Topic: topic, Body: body}
	m.SetRow(&alert.Row{Columns: usual, Values: []field.Value{
		texts[0], texts[1], texts[2], texts[3], field.OfFloat64(150.25), field.OfFloat32(19.1), texts[4],
	}})
	return m
}

// put puts so many alerts of a topic, objects named by their number from a first
// one on.
func put(f *Feed, topic string, first, n int) {
	var batch []*alert.Message
	for i := range n {
		batch = append(batch, message(topic, fmt.Sprint("ZTF", first+i), 0))
	}
	f.Put(batch)
}

// objectsOf lists the objects of entries.
func objectsOf(entries []*Entry) string {
	var names []string
	for _, e := range entries {
		names = append(names, e.ObjectID)
	}
	return strings.Join(names, " ")
}

// keptOf lists the objects of the entries that are kept, newest first.
func keptOf(f *Feed) string {
	var entries []*Entry
	for i := range f.Len() {
		entries = append(entries, f.At(i))
	}
	return objectsOf(entries)
}

func equal[T comparable](t *testing.T, what string, got, want T) {
	t.Helper()
	if got != want {
		t.Errorf("%s is %v, not %v", what, got, want)
	}
}
