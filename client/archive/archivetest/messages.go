package archivetest

import (
	"bytes"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"testing"
	"time"

	"github.com/mwvgroup/pgb/client/alert"
	"github.com/mwvgroup/pgb/client/sandbox/modules"
	"github.com/mwvgroup/pgb/client/sandbox/sim"
	"github.com/mwvgroup/pgb/client/shareddata"
)

// simulated gives some hundred messages of a sandbox's past for so many places on
// the sky, on all its topics, with revisions of alerts and with copies of messages
// among them.
func simulated(t testing.TB, places int) []*alert.Message {
	t.Helper()
	past, err := sim.New(5, sim.Options{})
	if err != nil {
		t.Fatal(err)
	}
	var messages []*alert.Message
	n := 0
	for event, err := range past.History(sim.HistoryOptions{Months: 2, Objects: places, SpacingDays: 12, NoCutouts: true}) {
		if err != nil {
			t.Fatal(err)
		}
		out, err := modules.Expand(event)
		if err != nil {
			t.Fatal(err)
		}
		if own := event.Survey + "-alerts"; !slices.ContainsFunc(out, func(o modules.Output) bool { return o.Topic == own }) {
			out = append(out, modules.Output{Topic: own, Data: event.Body, Attributes: event.Attributes})
		}
		for _, o := range out {
			n++
			m := &alert.Message{
				ID: fmt.Sprint(100_000 + n), Topic: o.Topic, Body: o.Data, Origin: "archivetest",
				// Modules are some seconds behind the alert.
				PublishTime: event.Time.Add(time.Duration(n%7) * time.Second).Truncate(time.Millisecond).UTC(),
			}
			for _, name := range slices.Sorted(maps.Keys(o.Attributes)) {
				m.Headers = append(m.Headers, alert.Header{Name: name, Value: []byte(o.Attributes[name])})
			}
			messages = append(messages, m)
			if revised := revision(m, n); revised != nil && n%3 == 0 {
				messages = append(messages, revised)
			}
		}
	}
	for i := 0; i < len(messages); i += 10 {
		again := alert.Message{
			ID: messages[i].ID, Topic: messages[i].Topic, Headers: messages[i].Headers, Body: messages[i].Body,
			PublishTime: messages[i].PublishTime, Origin: "archivetest, again",
		}
		messages = append(messages, &again)
	}
	return messages
}

// Real gives the real packets of one kind, as messages of their survey's topic.
// Where there are none the test is skipped.
func Real(t testing.TB, topic, pattern string) []*alert.Message {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(shareddata.Dir(t), "alerts", filepath.FromSlash(pattern)))
	if err != nil || len(files) == 0 {
		t.Fatalf("no packets are named %s: %v", pattern, err)
	}
	var messages []*alert.Message
	for i, file := range files {
		body, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		messages = append(messages, &alert.Message{
			ID: fmt.Sprint(i + 1), Topic: topic, Body: body, Origin: filepath.Base(file),
			PublishTime: time.Date(2026, 1, 1, 0, i, 0, 0, time.UTC),
		})
	}
	return messages
}

// syncBytes is the length of the marker between the blocks of an Avro container.
const syncBytes = 16

// revision gives a message that says the same as an Avro container in other
// bytes, published an hour later: another marker stands between its blocks. It
// gives nil for a body that is no container.
func revision(m *alert.Message, n int) *alert.Message {
	if !bytes.HasPrefix(m.Body, []byte("Obj\x01")) || len(m.Body) < 2*syncBytes {
		return nil
	}
	marker := m.Body[len(m.Body)-syncBytes:]
	other := bytes.Repeat([]byte{byte(n), 0xA5}, syncBytes/2)
	revised := &alert.Message{
		ID: m.ID + "9", Topic: m.Topic, Headers: slices.Clone(m.Headers), Origin: m.Origin, PublishTime: m.PublishTime.Add(time.Hour),
		Body: bytes.ReplaceAll(m.Body, marker, other),
	}
	for i, h := range revised.Headers {
		if ms, err := strconv.ParseInt(string(h.Value), 10, 64); err == nil && h.Name == "kafka.timestamp" {
			revised.Headers[i].Value = strconv.AppendInt(nil, ms+time.Hour.Milliseconds(), 10)
		}
	}
	return revised
}
