package files_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/mwvgroup/pgb/client/alert"
	"github.com/mwvgroup/pgb/client/avro"
	"github.com/mwvgroup/pgb/client/format"
	"github.com/mwvgroup/pgb/client/stream"
	"github.com/mwvgroup/pgb/client/stream/files"
)

// The conformance tests of sources do not fit files: what is returned does not
// come again, and messages from files need no topic and no publish time.
var _ stream.Source = (*files.Source)(nil)

// patience bounds waits that are over at once where all is well.
const patience = 20 * time.Second

func closeIt(t testing.TB, source *files.Source) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	if err := source.Close(ctx); err != nil {
		t.Fatal(err)
	}
}

// lines gives a text of many JSON lines.
func lines(t testing.TB, n int) []byte {
	t.Helper()
	return bytes.Repeat(append(bytes.TrimSpace(shared(t, "lvk/MS181101ab-retraction.json")), '\n'), n)
}

func TestCloseInTheMiddleStopsReading(t *testing.T) {
	path := one(t, "many.jsonl", lines(t, 50000))
	for _, take := range []int{0, 1, 3} {
		source, err := files.Open(t.Context(), files.Options{Paths: []string{path}, Reader: reader()})
		if err != nil {
			t.Fatal(err)
		}
		for range take {
			if _, err := source.Next(t.Context()); err != nil {
				t.Fatal(err)
			}
		}
		closeIt(t, source)
	}
}

func TestNextEndsWithItsContext(t *testing.T) {
	r, w := io.Pipe()
	source, err := files.Open(t.Context(), files.Options{Paths: []string{"-"}, Stdin: r, Reader: reader()})
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := source.Next(ctx); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
	closeIt(t, source) // at once, though the reading of the pipe goes on
	w.Close()
}

func TestAWaitingPipeIsInterrupted(t *testing.T) {
	r, w, err := os.Pipe()
	if err != nil {
		t.Skip(err)
	}
	defer w.Close()
	defer r.Close()
	source, err := files.Open(t.Context(), files.Options{Paths: []string{"-"}, Stdin: r, Reader: reader()})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := w.Write(lines(t, 300)); err != nil {
		t.Fatal(err)
	}
	batch, err := source.Next(t.Context())
	if err != nil || len(batch) == 0 {
		t.Fatal(len(batch), err)
	}
	closeIt(t, source)
	goleak.VerifyNone(t)
}

func TestStandardInputIsRead(t *testing.T) {
	for name, c := range map[string]struct {
		text []byte
		want int
	}{
		"lines": {lines(t, 700), 700}, "archive": {gzipped(t, tarred(t, "a.avro", shared(t, ztfFile), "b.json", shared(t, notice))), 2}, "nothing": {nil, 0},
		"packet": {shared(t, lsstFile), 1},
	} {
		messages, err := readAll(t, files.Options{Paths: []string{"-"}, Stdin: io.MultiReader(bytes.NewReader(c.text[:len(c.text)/2]), bytes.NewReader(c.text[len(c.text)/2:]))})
		if err != nil || len(messages) != c.want {
			t.Errorf("%s: %d messages, %v", name, len(messages), err)
		}
		if len(messages) > 0 && !strings.HasPrefix(messages[0].Origin, "standard input") {
			t.Errorf("%s: origin %s", name, messages[0].Origin)
		}
	}
	failing := io.MultiReader(bytes.NewReader(lines(t, 3)), failure{})
	messages, err := readAll(t, files.Options{Paths: []string{"-"}, Stdin: failing})
	if err != nil || len(messages) != 4 || !errors.Is(messages[3].Broken, errBroken) {
		t.Errorf("%d messages, %v", len(messages), err)
	}
}

var errBroken = errors.New("the wire broke")

type failure struct{}

func (failure) Read([]byte) (int, error) { return 0, errBroken }

func TestManyMessagesGiveOneOfEach(t *testing.T) {
	var text bytes.Buffer
	for i := range 5000 {
		fmt.Fprintf(&text, `{"superevent_id":"S%d","alert_type":"RETRACTION","time_created":"2026-01-01T00:00:00Z","event":null}`+"\n", i)
	}
	messages := read(t, one(t, "a.jsonl", text.Bytes()))
	if len(messages) != 5000 {
		t.Fatal(len(messages))
	}
	for i, id := range ids(t, messages) {
		if id != fmt.Sprintf("S%d", i) {
			t.Fatalf("message %d is %s", i, id)
		}
	}
}

// endless is a tar archive without an end, made as it is read.
type endless struct {
	member []byte
	at     int
	read   int64
}

func (e *endless) Read(p []byte) (int, error) {
	n := copy(p, e.member[e.at:])
	e.at = (e.at + n) % len(e.member)
	e.read += int64(n)
	return n, nil
}

func TestMemoryIsBoundedWhateverTheArchive(t *testing.T) {
	member := tarred(t, "a.avro", shared(t, ztfFile))
	member = member[:len(member)-1024] // without the end of an archive
	from := &endless{member: member}
	source, err := files.Open(t.Context(), files.Options{Paths: []string{"-"}, Stdin: from, Reader: reader()})
	if err != nil {
		t.Fatal(err)
	}
	var most uint64
	for n := 0; n < 3000; {
		batch, err := source.Next(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		n += len(batch)
		var stats runtime.MemStats
		runtime.ReadMemStats(&stats)
		most = max(most, stats.HeapInuse)
	}
	closeIt(t, source)
	if most > 120<<20 {
		t.Errorf("%d MB of memory for an archive of %d MB", most>>20, 3000*len(member)>>20)
	}
}

func TestRunPutsBadFilesIntoQuarantineAndGoesOn(t *testing.T) {
	folder := store(t, map[string][]byte{
		"a.avro": shared(t, ztfFile), "b.html": []byte("<html></html>"), "c.bin": shared(t, rapidFile), "d.json": shared(t, notice), "e.avro": nil,
	})
	source, err := files.Open(t.Context(), files.Options{Paths: []string{folder}, Reader: reader()})
	if err != nil {
		t.Fatal(err)
	}
	view, err := reader().View(nil, alert.DefaultColumns())
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "q.jsonl")
	quarantine := format.NewQuarantine(path, nil)
	out := filepath.Join(t.TempDir(), "out.jsonl")
	sink, err := format.Open(format.Options{
		Format: format.JSONLines, Path: out, Finite: true, Reader: reader(), Layout: format.Layout{Columns: view.Columns(), Full: true},
	})
	if err != nil {
		t.Fatal(err)
	}
	summary, err := stream.Run(t.Context(), stream.Config{Source: source, Fields: view, Identifier: reader(), Quarantine: quarantine}, sink)
	if err != nil || summary.Written != 2 || summary.Quarantined != 3 {
		t.Fatalf("%+v, %v", summary, err)
	}
	if err := errors.Join(sink.Close(true), quarantine.Close()); err != nil {
		t.Fatal(err)
	}
	wantIDs(t, read(t, out), ztfID, noticeID)
	again, err := readAll(t, files.Options{Paths: []string{path}, As: "rapid"})
	if err != nil || len(again) != 3 {
		t.Fatalf("%d messages, %v", len(again), err)
	}
	wantIDs(t, again[1:2], ids(t, []*alert.Message{packet(t, "", "rapid", rapidFile)})...)
	if again[0].Broken == nil || again[2].Broken == nil {
		t.Error("a file that could not be read can be read after it was in quarantine")
	}
}

func BenchmarkFolder(b *testing.B) {
	body := shared(b, ztfFile)
	contents := map[string][]byte{}
	for i := range 5000 {
		contents[fmt.Sprintf("%04d.avro", i)] = body
	}
	folder := store(b, contents)
	b.SetBytes(int64(5000 * len(body)))
	for b.Loop() {
		if messages := drain(b, folder); messages != 5000 {
			b.Fatal(messages)
		}
	}
	b.ReportMetric(float64(5000*b.N)/b.Elapsed().Seconds(), "packets/s")
}

func BenchmarkManyRecords(b *testing.B) {
	schema, datum, err := reader().Datum(packet(b, "ztf-alerts", "", ztfFile))
	if err != nil {
		b.Fatal(err)
	}
	var content bytes.Buffer
	w, err := avro.NewWriter(&content, schema, "null", nil)
	if err != nil {
		b.Fatal(err)
	}
	for range 2000 {
		if err := w.Append(datum); err != nil {
			b.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		b.Fatal(err)
	}
	path := one(b, "a.avro", content.Bytes())
	b.SetBytes(int64(content.Len()))
	for b.Loop() {
		drain(b, path)
	}
	b.ReportMetric(float64(2000*b.N)/b.Elapsed().Seconds(), "packets/s")
}

func BenchmarkFullLines(b *testing.B) {
	path := filepath.Join(b.TempDir(), "a.jsonl")
	write(b, format.Options{Format: format.JSONLines, Layout: format.Layout{Classifications: true, Full: true}, Path: path}, alert.DefaultColumns(), packets(b)...)
	content, err := os.ReadFile(path)
	if err != nil {
		b.Fatal(err)
	}
	content = bytes.Repeat(content, 50)
	path = one(b, "b.jsonl", content)
	b.SetBytes(int64(len(content)))
	for b.Loop() {
		drain(b, path)
	}
}

// drain reads everything and keeps nothing.
func drain(b *testing.B, path string) (messages int) {
	source, err := files.Open(b.Context(), files.Options{Paths: []string{path}, Reader: reader()})
	if err != nil {
		b.Fatal(err)
	}
	defer source.Close(context.Background())
	for {
		batch, err := source.Next(b.Context())
		if errors.Is(err, io.EOF) {
			return messages
		}
		if err != nil {
			b.Fatal(err)
		}
		messages += len(batch)
	}
}
