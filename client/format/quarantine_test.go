package format_test

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/mwvgroup/pgb/client/alert"
	"github.com/mwvgroup/pgb/client/format"
)

var errWhy = errors.New("the packet is torn")

func setAside(t testing.TB, q *format.Quarantine, messages ...*alert.Message) {
	t.Helper()
	reasons := make([]error, len(messages))
	for i := range reasons {
		reasons[i] = errWhy
	}
	if err := q.Put(messages, reasons); err != nil {
		t.Error(err)
	}
}

func TestQuarantineKeepsBytesAttributesAndReason(t *testing.T) {
	path := filepath.Join(t.TempDir(), "new", "folder", "q.jsonl")
	q := format.NewQuarantine(path, nil)
	if err := q.Close(); err != nil || content(t, path) != "" {
		t.Error("a file was made though nothing was set aside", err)
	}
	m := notice("1", alert.Header{Name: alert.SimulatedAttr, Value: []byte("1")}, alert.Header{Name: "a", Value: []byte{0xff}})
	m.Key, m.Body = []byte{}, []byte("\x00\x01{")
	setAside(t, q, m)
	line := content(t, path)
	if q.Path() != path || !strings.Contains(line, `"reason":"the packet is torn"`) || !strings.HasPrefix(line, `{"pgb_quarantine":1,"time":"`) {
		t.Errorf("%s", line)
	}
	mustBeJSON(t, line)
	n, err := format.ReadQuarantined([]byte(line))
	if err != nil || string(n.Body) != string(m.Body) || n.Key == nil || len(n.Headers) != 2 || n.Headers[1].Value[0] != 0xff || !n.Simulated() {
		t.Errorf("%+v, %v", n, err)
	}
	if err := q.Close(); err != nil {
		t.Error(err)
	}
	if _, err := format.ReadQuarantined([]byte(strings.Replace(line, `quarantine":1`, `quarantine":2`, 1))); err == nil {
		t.Error("a newer layout was read")
	}
}

func TestQuarantineCutsOffATornLineAndNothingElse(t *testing.T) {
	path := filepath.Join(t.TempDir(), "q.jsonl")
	q := format.NewQuarantine(path, nil)
	setAside(t, q, notice("1"))
	if err := q.Close(); err != nil {
		t.Fatal(err)
	}
	whole := content(t, path)
	if err := os.WriteFile(path, []byte(whole+whole[:40]), 0o644); err != nil {
		t.Fatal(err)
	}
	setAside(t, q, notice("2"))
	if err := q.Close(); err != nil {
		t.Fatal(err)
	}
	if got := content(t, path); !strings.HasPrefix(got, whole) || strings.Count(got, "\n") != 2 || len(got) < 2*len(whole)-20 {
		t.Errorf("%s", got)
	}
	if err := os.WriteFile(path, []byte("dear diary"), 0o644); err != nil {
		t.Fatal(err)
	}
	if err := q.Put([]*alert.Message{notice("3")}, []error{errWhy}); !errors.Is(err, format.ErrOtherContent) || content(t, path) != "dear diary" {
		t.Errorf("%v, %q", err, content(t, path))
	}
}

func TestProcessesMayShareAQuarantineFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "q.jsonl")
	var running sync.WaitGroup
	for range 4 {
		running.Go(func() {
			for range 20 {
				q := format.NewQuarantine(path, nil)
				setAside(t, q, notice("1"), notice("2"))
				if err := q.Close(); err != nil {
					t.Error(err)
				}
			}
		})
	}
	running.Wait()
	lines := strings.Split(strings.TrimSuffix(content(t, path), "\n"), "\n")
	if len(lines) != 160 {
		t.Errorf("%d lines", len(lines))
	}
	for _, line := range lines {
		if _, err := format.ReadQuarantined([]byte(line)); err != nil {
			t.Fatal(err)
		}
	}
}
