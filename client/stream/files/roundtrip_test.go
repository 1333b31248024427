package files_test

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/mwvgroup/pgb/client/alert"
	"github.com/mwvgroup/pgb/client/format"
	"github.com/mwvgroup/pgb/client/stream/files"
)

// everything gives messages of every payload.
func everything(t testing.TB) []*alert.Message { return append(packets(t), simulated()...) }

func TestFullLinesAreReadBackEqual(t *testing.T) {
	for _, cutouts := range []bool{false, true} {
		layout := format.Layout{Classifications: true, Full: true, Cutouts: cutouts}
		path := filepath.Join(t.TempDir(), "a.jsonl")
		messages := everything(t)
		write(t, format.Options{Format: format.JSONLines, Layout: layout, Path: path}, alert.DefaultColumns(), messages...)
		again := read(t, path)
		if len(again) != len(messages) {
			t.Fatalf("%d messages of %d", len(again), len(messages))
		}
		for i, m := range messages {
			n := again[i]
			if n.Form != alert.Line {
				t.Fatalf("message of %s is no line", m.Topic)
			}
			if err := same(m, n); err != nil {
				t.Fatal(err)
			}
			columns := allColumns()
			if i == 0 || messages[i-1].Topic != m.Topic { // each topic once: hundreds of columns take their time
				columns = append(columns, surveyColumns(m)...)
			}
			if err := sameValues(m, n, columns); err != nil {
				t.Fatalf("message of %s %s: %v", m.Topic, m.ID, err)
			}
			sameParts(t, m, n, cutouts)
		}
		twice := filepath.Join(t.TempDir(), "b.jsonl")
		write(t, format.Options{Format: format.JSONLines, Layout: layout, Path: twice}, alert.DefaultColumns(), again...)
		sameFile(t, path, twice)
	}
}

// sameParts compares what the reader makes of two messages.
func sameParts(t testing.TB, a, b *alert.Message, cutouts bool) {
	t.Helper()
	for name, part := range map[string]func(m *alert.Message) ([]byte, error){
		"alert":  func(m *alert.Message) ([]byte, error) { return reader().AppendAlertJSON(nil, m, cutouts) },
		"result": func(m *alert.Message) ([]byte, error) { return reader().AppendResultJSON(nil, m) },
		"other":  func(m *alert.Message) ([]byte, error) { return reader().AppendOtherJSON(nil, m) },
	} {
		x, err := part(a)
		y, err2 := part(b)
		if err != nil || err2 != nil || !bytes.Equal(x, y) {
			t.Fatalf("%s of %s (%v, %v):\n%.500s\n%.500s", name, a.Topic, err, err2, x, y)
		}
	}
}

func sameFile(t testing.TB, a, b string) {
	t.Helper()
	x, err := os.ReadFile(a)
	y, err2 := os.ReadFile(b)
	if err != nil || err2 != nil {
		t.Fatal(err, err2)
	}
	if bytes.Equal(x, y) {
		return
	}
	lines, others := bytes.Split(x, []byte("\n")), bytes.Split(y, []byte("\n"))
	for i := range min(len(lines), len(others)) {
		if !bytes.Equal(lines[i], others[i]) {
			t.Fatalf("line %d differs:\n%.1500s\n%.1500s", i+1, lines[i], others[i])
		}
	}
	t.Fatalf("%d and %d lines", len(lines), len(others))
}

func TestRawFoldersAndQuarantineFilesAreReadBackEqual(t *testing.T) {
	messages := everything(t)
	folder := filepath.Join(t.TempDir(), "raw")
	write(t, format.Options{Format: format.Raw, Path: folder}, nil, messages...)
	kept := filepath.Join(t.TempDir(), "q.jsonl")
	quarantine := format.NewQuarantine(kept, nil)
	reasons := make([]error, len(messages))
	for i := range reasons {
		reasons[i] = os.ErrInvalid
	}
	if err := quarantine.Put(messages, reasons); err != nil {
		t.Fatal(err)
	}
	if err := quarantine.Close(); err != nil {
		t.Fatal(err)
	}
	for name, again := range map[string][]*alert.Message{"raw": read(t, folder), "quarantine": read(t, kept)} {
		byID := map[string]*alert.Message{}
		for _, m := range again {
			byID[m.Topic+m.ID] = m
		}
		for _, m := range messages {
			n := byID[m.Topic+m.ID]
			if n == nil {
				t.Fatalf("%s: %s of %s is lost", name, m.ID, m.Topic)
			}
			if err := same(m, n); err != nil {
				t.Fatal(name, err)
			}
			if !bytes.Equal(m.Body, n.Body) || m.Form != n.Form {
				t.Fatalf("%s: the bytes of %s differ", name, m.ID)
			}
		}
	}
}

func TestSimulatedRecordsStaySimulatedInAvroFiles(t *testing.T) {
	var made []*alert.Message
	for _, m := range simulated() {
		if m.Topic == "ztf-alerts" || m.Topic == "lsst-alerts" {
			made = append(made, m)
		}
	}
	folder := filepath.Join(t.TempDir(), "night")
	write(t, format.Options{Format: format.Avro, Path: folder}, nil, append(packets(t)[:1], made...)...)
	write(t, format.Options{Format: format.Avro, Path: filepath.Join(folder, "one.avro")}, nil, made[:1]...)
	again := read(t, folder)
	if len(again) != len(made)+2 {
		t.Fatalf("%d messages of %d", len(again), len(made)+2)
	}
	for _, m := range again {
		if real := ids(t, []*alert.Message{m})[0] == ztfID; m.Simulated() == real {
			t.Errorf("%s: simulated %v", m.Origin, m.Simulated())
		}
	}
}

// anyMessage draws a message: a body of the corpus, with any coordinates.
func anyMessage(t *rapid.T, corpus []*alert.Message) *alert.Message {
	m := rapid.SampledFrom(corpus).Draw(t, "body")
	text := rapid.OneOf(rapid.String(), rapid.SampledFrom([]string{"", "\x00\n\r\t\"\\/", "\u009b31m\u202e", "9007199254740993", "null", "a,b", "\u2028"}))
	n := &alert.Message{Topic: m.Topic, As: m.As, Body: m.Body, ID: text.Draw(t, "id")}
	if n.Topic != "" && rapid.Bool().Draw(t, "unknown topic") {
		if as, err := reader().ReadAs(m); err == nil {
			n.Topic, n.As = "projects/p/topics/"+text.Draw(t, "topic"), as
		}
	}
	if rapid.Bool().Draw(t, "has time") {
		seconds := rapid.Int64Range(-62135596799, 253402300799).Draw(t, "seconds")
		n.PublishTime = time.Unix(seconds, rapid.Int64Range(0, 999999999).Draw(t, "nanoseconds")).UTC()
	}
	if rapid.Bool().Draw(t, "has key") {
		n.Key = append([]byte{}, rapid.SliceOf(rapid.Byte()).Draw(t, "key")...)
	}
	value := rapid.OneOf(rapid.SliceOfN(rapid.Byte(), 0, 8), rapid.Map(text, func(s string) []byte { return []byte(s) }))
	name := rapid.OneOf(text, rapid.SampledFrom([]string{"kafka.topic", "a", "a", "topic", "alert", alert.SimulatedAttr, "\xff\xfe"}))
	for range rapid.IntRange(0, 6).Draw(t, "headers") {
		n.Headers = append(n.Headers, alert.Header{Name: name.Draw(t, "name"), Value: append([]byte{}, value.Draw(t, "value")...)})
	}
	return n
}

func TestAnyMessageIsReadBackEqual(t *testing.T) {
	corpus := everything(t)
	folder := t.TempDir()
	rapid.Check(t, func(r *rapid.T) {
		m := anyMessage(r, corpus)
		layout := format.Layout{Classifications: rapid.Bool().Draw(r, "classifications"), Full: true, Cutouts: rapid.Bool().Draw(r, "cutouts")}
		columns := rapid.SampledFrom([][]string{alert.DefaultColumns(), {"mag"}, nil, {"publish_time", "topic"}, {"result", `attr["a"]`, "mag", "mag"}}).Draw(r, "columns")
		line := written(t, folder, layout, columns, m)
		n, err := format.ReadLine(bytes.TrimSuffix(line, []byte("\n")))
		if err != nil {
			r.Fatalf("%v in %.300s", err, line)
		}
		if err := same(m, n); err != nil {
			r.Fatal(err)
		}
		if err := sameValues(m, n, allColumns()); err != nil {
			r.Fatal(err)
		}
		if again := written(t, folder, layout, columns, n); !bytes.Equal(line, again) {
			r.Fatalf("a line written again differs:\n%.1000s\n%.1000s", line, again)
		}
		kept := format.NewEnvelope(m)
		if n, err = kept.Message(m.Body); err != nil {
			r.Fatal(err)
		}
		if err := same(m, n); err != nil {
			r.Fatal(err)
		}
	})
}

// written gives the line of a message.
func written(t testing.TB, folder string, layout format.Layout, columns []string, m *alert.Message) []byte {
	t.Helper()
	path := filepath.Join(folder, "line.jsonl")
	write(t, format.Options{Format: format.JSONLines, Layout: layout, Path: path, Force: true}, columns, m)
	line, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return line
}

func TestAnyMessageSurvivesAFolderAndQuarantine(t *testing.T) {
	corpus := everything(t)
	rapid.Check(t, func(r *rapid.T) {
		m := anyMessage(r, corpus)
		if rapid.Bool().Draw(r, "any body") {
			m.Topic, m.As, m.Body = "any", "", append([]byte{}, rapid.SliceOf(rapid.Byte()).Draw(r, "bytes")...)
		}
		folder := filepath.Join(t.TempDir(), "raw")
		keepRaw(t, folder, m)
		kept := filepath.Join(folder, "quarantine.jsonl")
		quarantine := format.NewQuarantine(kept, nil)
		if err := quarantine.Put([]*alert.Message{m}, []error{os.ErrInvalid}); err != nil {
			r.Fatal(err)
		}
		if err := quarantine.Close(); err != nil {
			r.Fatal(err)
		}
		again := read(t, folder)
		if len(again) != 2 {
			r.Fatalf("%d messages", len(again))
		}
		for _, n := range again {
			if err := same(m, n); err != nil || !bytes.Equal(m.Body, n.Body) {
				r.Fatal(n.Origin, err)
			}
		}
	})
}

func TestAMessageOfBytesThatCanNotBeReadKeepsItsReason(t *testing.T) {
	path := filepath.Join(t.TempDir(), "q.jsonl")
	broken := &alert.Message{ID: "x", As: "lsst-lite", Broken: files.ErrHTML, Body: []byte("<html>")}
	quarantine := format.NewQuarantine(path, nil)
	if err := quarantine.Put([]*alert.Message{broken}, []error{files.ErrHTML}); err != nil {
		t.Fatal(err)
	}
	if err := quarantine.Close(); err != nil {
		t.Fatal(err)
	}
	again := read(t, path)
	if len(again) != 1 || again[0].Broken == nil || again[0].Broken.Error() != files.ErrHTML.Error() || string(again[0].Body) != "<html>" {
		t.Fatalf("%+v", again)
	}
}

// keepRaw writes a message whose body may be anything into a folder.
func keepRaw(t testing.TB, folder string, m *alert.Message) {
	t.Helper()
	out, err := format.Open(format.Options{Format: format.Raw, Path: folder, Reader: reader()})
	if err != nil {
		t.Fatal(err)
	}
	if err := out.Put(t.Context(), []*alert.Message{m}); err != nil {
		t.Fatal(err)
	}
	if err := out.Close(true); err != nil {
		t.Fatal(err)
	}
}
