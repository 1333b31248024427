package format_test

import (
	"errors"
	"testing"

	"github.com/mwvgroup/pgb/client/alert"
	"github.com/mwvgroup/pgb/client/format"
)

func TestOnlyFullLinesAreMessages(t *testing.T) {
	for _, text := range []string{
		`{}`, `[]`, `"alert attributes"`, `{"object_id":"a","mag":1}`, `{"alert":{}}`, `{"attributes":{}}`, `{"alert":{},"attributes":"text"}`,
		`{"message":{"attributes":{},"alert":1}}`, `{"superevent_id":"S1","alert_type":"INITIAL","event":null}`,
	} {
		if _, err := format.ReadLine([]byte(text)); !errors.Is(err, format.ErrNotFullLine) {
			t.Errorf("%s: %v", text, err)
		}
	}
	for _, text := range []string{
		`{"attributes":{},"alert":null}`, `{"headers":[],"alert":{}}`, "{\n  \"topic\": null, \"attributes\": {\"a\": \"b\"},\n \"alert\": {}}",
	} {
		if m, err := format.ReadLine([]byte(text)); err != nil || m.Form != alert.Line {
			t.Errorf("%s: %v", text, err)
		}
	}
	for _, text := range []string{
		`{"attributes":{"a":1},"alert":null}`, `{"headers":[["a"]],"alert":null}`, `{"headers":[["a","!"]],"alert":null}`, `{"headers":[["a","YQ==","!"]],"alert":null}`,
		`{"attributes":{},"alert":null,"publish_time":"yesterday"}`, `{"attributes":{},"alert":null,"key":"!"}`, `{"attributes":{},"alert":nul}`,
	} {
		if m, err := format.ReadLine([]byte(text)); err == nil || m != nil {
			t.Errorf("%s: %+v", text, m)
		}
	}
}

// FuzzReadLine checks that no text makes ReadLine panic, and that what it makes
// of one is what the message is when it is written and read again.
func FuzzReadLine(f *testing.F) {
	for _, text := range []string{
		`{"topic":"t","message_id":"1","publish_time":"2026-03-01T04:05:06.789Z","key":"AP8=","attributes":{"a":"b"},"alert":{"x":1}}`,
		`{"headers":[["a","YQ=="],["a","/w==","/w=="]],"as":"lsst-lite","schema":"lsst 11.1","alert":null,"result":{}}`,
	} {
		f.Add([]byte(text))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		m, err := format.ReadLine(text)
		if err != nil {
			return
		}
		envelope := format.NewEnvelope(m)
		n, err := envelope.Message(m.Body)
		if err != nil {
			t.Fatal(err)
		}
		if n.Topic != m.Topic || n.ID != m.ID || !n.PublishTime.Equal(m.PublishTime) || string(n.Key) != string(m.Key) || len(n.Headers) != len(m.Headers) {
			t.Fatalf("%+v and %+v", m, n)
		}
		for i, h := range m.Headers {
			if n.Headers[i].Name != h.Name || string(n.Headers[i].Value) != string(h.Value) {
				t.Fatalf("header %q", h.Name)
			}
		}
	})
}
