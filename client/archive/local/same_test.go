package local

import (
	"bytes"
	"context"
	"io"
	"path/filepath"
	"slices"
	"testing"

	"github.com/mwvgroup/pgb/client/alert"
	"github.com/mwvgroup/pgb/client/format"
	"github.com/mwvgroup/pgb/client/registry"
	"github.com/mwvgroup/pgb/client/stream/files"
)

// exported writes what an archive holds in a format and reads the file again.
func exported(t *testing.T, a *Archive, name format.Name) []*alert.Message {
	t.Helper()
	view, err := a.reader.View(nil, alert.DefaultColumns())
	if err != nil {
		t.Fatal(err)
	}
	var messages []*alert.Message
	for _, m := range stored(t, a) {
		if _, _, err := a.reader.Datum(m); err != nil && name == format.Avro {
			continue // JSON is no Avro
		}
		messages = append(messages, m)
	}
	for _, m := range messages {
		row := &alert.Row{}
		if err := view.Read(m, row); err != nil {
			t.Fatal(err)
		}
		m.SetRow(row)
	}
	path := filepath.Join(t.TempDir(), "out")
	out, err := format.Open(format.Options{
		Format: name, Path: path, Reader: a.reader, Layout: format.Layout{Columns: view.Columns(), Classifications: true, Full: true}, Finite: true,
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := out.Put(context.Background(), messages); err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	if err := out.Close(true); err != nil {
		t.Fatal(err)
	}
	source, err := files.Open(context.Background(), files.Options{Paths: []string{path}, Reader: a.reader})
	if err != nil {
		t.Fatal(err)
	}
	var back []*alert.Message
	for {
		batch, err := source.Next(context.Background())
		if err == io.EOF {
			return back
		}
		if err != nil {
			t.Fatal(err)
		}
		back = append(back, batch...)
	}
}

func TestWhatComesBackFromAnExportChangesNothing(t *testing.T) {
	kinds, reader := everyKind(t), alert.NewReader(registry.Default())
	for _, m := range kinds["real"] {
		// As they come from files: the id is the place, the bytes tell what they are.
		as, err := reader.ReadAs(m)
		if err != nil {
			continue
		}
		kinds["files"] = append(kinds["files"], &alert.Message{ID: "/" + m.Origin, Origin: "/" + m.Origin, As: as, Body: m.Body})
	}
	for kind, messages := range kinds {
		for _, name := range []format.Name{format.JSONLines, format.Avro, format.Raw} {
			t.Run(kind+" "+string(name), func(t *testing.T) {
				a := blank(t)
				put(t, a, SinkOptions{}, readable(t, a, messages)...)
				const content = "SELECT count(*), sum(shown), sum(complete), max(id) FROM alert"
				before := dump(t, a, content)
				back := exported(t, a, name)
				if len(back) < 20 {
					t.Fatalf("%d messages come back", len(back))
				}
				s := put(t, a, SinkOptions{}, back...)
				if saved := s.Saved(); saved.Messages != 0 {
					t.Errorf("of %d, %+v", len(back), saved)
				}
				if after := dump(t, a, content); after != before {
					t.Errorf("%s, before %s", after, before)
				}
			})
		}
	}
}

func TestOtherContentOfTheSameAlertIsAnotherMessage(t *testing.T) {
	a := blank(t)
	packet := packets(t, "", "ztf/mixed/*")[0]
	put(t, a, SinkOptions{}, packet)
	line := exported(t, a, format.JSONLines)[0]
	other := &alert.Message{ID: line.ID, As: line.As, Form: line.Form, Schema: line.Schema}
	other.Body = bytes.Replace(slices.Clone(line.Body), []byte(`"rb":0.`), []byte(`"rb":0.0`), 1)
	if bytes.Equal(other.Body, line.Body) {
		t.Fatal("the line is as it was")
	}
	if saved := put(t, a, SinkOptions{}, line, other, line, other, packet).Saved(); saved.Messages != 1 || saved.Known != 4 {
		t.Errorf("%+v", saved)
	}
	topic := &alert.Message{ID: "1", Topic: "ztf-alerts", Body: packet.Body}
	if saved := put(t, a, SinkOptions{}, topic).Saved(); saved.Messages != 0 {
		t.Errorf("the packet with its topic: %+v", saved)
	}
	clean(t, a)
}

func TestAPacketIsSavedAndShownBesideALineOfIt(t *testing.T) {
	a, b := blank(t), blank(t)
	packet := packets(t, "", "ztf/mixed/*")[0]
	put(t, a, SinkOptions{}, packet)
	line := exported(t, a, format.JSONLines)[0]
	put(t, b, SinkOptions{}, line)
	put(t, b, SinkOptions{}, packet)
	if saved := put(t, b, SinkOptions{}, line, packet).Saved(); saved.Messages != 0 {
		t.Errorf("both again: %+v", saved)
	}
	if got := dump(t, b, "SELECT id, shown, complete FROM alert ORDER BY 1"); got != "1 0 1 \n2 1 2 \n" {
		t.Errorf("the alert's messages are\n%s", got)
	}
	clean(t, b)
}
