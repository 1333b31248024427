package local

import (
	"bytes"
	"testing"

	"github.com/mwvgroup/pgb/client/alert"
	"github.com/mwvgroup/pgb/client/format"
	"github.com/mwvgroup/pgb/client/sandbox/sim"
)

// Bytes of another form have another identity, and are the same message all the
// same, by the id that its broker gave it.
func TestAFullLineOfASavedMessageIsKnown(t *testing.T) {
	a := blank(t)
	messages := simulated(t, 6, sim.Options{NoCutouts: true})
	for i, m := range messages {
		if m.ID == "" {
			t.Fatalf("message %d has no id", i)
		}
		m.SetRow(&alert.Row{})
	}
	put(t, a, SinkOptions{}, messages...)
	const ofAlerts = "SELECT count(*) FROM alert WHERE source_id IS NOT NULL"
	before := counted(t, a, ofAlerts)
	if before == 0 {
		t.Fatal("no alert was saved")
	}

	var text bytes.Buffer
	out, err := format.Open(format.Options{Format: format.JSONLines, Writer: &text, Reader: a.reader, Layout: format.Layout{Full: true}})
	if err != nil {
		t.Fatal(err)
	}
	if err := out.Put(t.Context(), messages); err != nil {
		t.Fatal(err)
	}
	if err := out.Close(true); err != nil {
		t.Fatal(err)
	}
	var lines []*alert.Message
	for line := range bytes.Lines(text.Bytes()) {
		m, err := format.ReadLine(line)
		if err != nil {
			t.Fatal(err)
		}
		lines = append(lines, m)
	}
	put(t, a, SinkOptions{}, lines...)
	if after := counted(t, a, ofAlerts); after != before {
		t.Errorf("%d messages of alerts became %d", before, after)
	}
}
