package format_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/twmb/avro/ocf"

	"github.com/mwvgroup/pgb/client/alert"
	"github.com/mwvgroup/pgb/client/format"
)

// records reads a container with another implementation.
func records(t testing.TB, container []byte) []any {
	t.Helper()
	r, err := ocf.NewReader(bytes.NewReader(container))
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	var list []any
	for {
		var record any
		err := r.Decode(&record)
		if errors.Is(err, io.EOF) {
			return list
		}
		if err != nil {
			t.Fatal(err)
		}
		list = append(list, record)
	}
}

func asJSON(t testing.TB, value any) string {
	t.Helper()
	text, err := json.Marshal(value)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func TestAvroKeepsTheRecordsAndTheirSchema(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.avro")
	original := message(t, "ztf-alerts", ztfFile)
	put(t, format.Options{Format: format.Avro, Path: path, Finite: true}, nil, original, message(t, "ztf-loop", ztfFile))
	got, want := records(t, []byte(content(t, path))), records(t, original.Body)
	if len(got) != 2 || len(want) != 1 || asJSON(t, got[0]) != asJSON(t, want[0]) || asJSON(t, got[1]) != asJSON(t, want[0]) {
		t.Fatalf("%d and %d records, or they differ", len(got), len(want))
	}
	put(t, format.Options{Format: format.Avro, Path: path, Append: true}, nil, message(t, "ztf-alerts", ztfFile))
	if got := records(t, []byte(content(t, path))); len(got) != 3 {
		t.Errorf("%d records after one was appended", len(got))
	}
	framed := filepath.Join(t.TempDir(), "b.avro")
	put(t, format.Options{Format: format.Avro, Path: framed}, nil, message(t, "lsst-alerts", lsstFile))
	if got := records(t, []byte(content(t, framed))); len(got) != 1 {
		t.Errorf("%d records", len(got))
	}
}

func TestATornBlockIsCutOffBeforeAppending(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.avro")
	put(t, format.Options{Format: format.Avro, Path: path}, nil, message(t, "ztf-alerts", ztfFile))
	whole := content(t, path)
	for _, tail := range []string{"", "\x02", whole[len(whole)-40000:]} {
		if tail != "" && len(tail) > 10 {
			tail = "\x02\xe0\xf0\x08" + tail // a block that claims more than there is
		}
		if err := os.WriteFile(path, []byte(whole+tail), 0o644); err != nil {
			t.Fatal(err)
		}
		put(t, format.Options{Format: format.Avro, Path: path, Append: true}, nil, message(t, "ztf-alerts", ztfFile))
		if got := records(t, []byte(content(t, path))); len(got) != 2 {
			t.Errorf("%d records behind a tail of %d bytes", len(got), len(tail))
		}
	}
	for _, torn := range []int{0, 3, 1000} {
		if err := os.WriteFile(path, []byte(whole[:torn]), 0o644); err != nil {
			t.Fatal(err)
		}
		put(t, format.Options{Format: format.Avro, Path: path, Append: true}, nil, message(t, "ztf-alerts", ztfFile))
		if got := records(t, []byte(content(t, path))); len(got) != 1 {
			t.Errorf("%d records where %d bytes of a header were", len(got), torn)
		}
	}
	if err := os.WriteFile(path, []byte("not Avro at all"), 0o644); err != nil {
		t.Fatal(err)
	}
	columns, messages := withRows(t, nil, message(t, "ztf-alerts", ztfFile))
	out := open(t, format.Options{Format: format.Avro, Path: path, Append: true}, columns)
	if err := out.Put(t.Context(), messages); err == nil || content(t, path) != "not Avro at all" {
		t.Errorf("%v, %q", err, content(t, path))
	}
}

func TestSeveralSchemasNeedAFolder(t *testing.T) {
	columns, messages := withRows(t, nil, message(t, "ztf-alerts", ztfFile), message(t, "ztf-alerts", ztfOlder), message(t, "lsst-alerts", lsstFile), message(t, "ztf-alerts", ztfFile))
	out := open(t, format.Options{Format: format.Avro, Path: filepath.Join(t.TempDir(), "a.avro")}, columns)
	if err := out.Put(t.Context(), messages); !errors.Is(err, format.ErrSchemas) {
		t.Errorf("%v", err)
	}
	if err := out.Close(false); err != nil {
		t.Error(err)
	}
	folder := filepath.Join(t.TempDir(), "night")
	put(t, format.Options{Format: format.Avro, Path: folder, Finite: true}, nil, messages...)
	if got := names(t, folder); got != "lsst-11.1.avro ztf-3.3.avro ztf-4.02.avro" {
		t.Fatal(got)
	}
	if got := records(t, []byte(content(t, filepath.Join(folder, "ztf-4.02.avro")))); len(got) != 2 {
		t.Errorf("%d records", len(got))
	}
	_, err := format.Open(format.Options{Format: format.Avro, Path: folder, Reader: reader()})
	if !errors.Is(err, format.ErrExists) {
		t.Error(err)
	}
	put(t, format.Options{Format: format.Avro, Path: folder, Append: true}, nil, messages[0])
	if got := records(t, []byte(content(t, filepath.Join(folder, "ztf-4.02.avro")))); len(got) != 3 {
		t.Errorf("%d records", len(got))
	}
	// A file of the same name with another schema is left alone.
	taken := filepath.Join(folder, "ztf-4.02.avro")
	if err := os.WriteFile(taken, []byte(content(t, filepath.Join(folder, "lsst-11.1.avro"))), 0o644); err != nil {
		t.Fatal(err)
	}
	put(t, format.Options{Format: format.Avro, Path: folder, Append: true}, nil, messages[0])
	if got := names(t, folder); !strings.Contains(got, "ztf-4.02-2.avro") {
		t.Error(got)
	}
}

// What can't go into the one file goes beside it, or is counted.
func TestSiftWritesWhatIsAvro(t *testing.T) {
	folder := t.TempDir()
	o := format.Options{Format: format.Avro, Path: filepath.Join(folder, "night.avro"), Finite: true, Sift: true}
	messages := []*alert.Message{notice("a"), message(t, "ztf-alerts", ztfFile), message(t, "lsst-alerts", lsstFile), notice("b"), message(t, "ztf-alerts", ztfFile)}
	out := open(t, o, nil)
	if err := out.Put(t.Context(), messages); err != nil {
		t.Fatal(err)
	}
	if err := out.Close(true); err != nil {
		t.Fatal(err)
	}
	if got := names(t, folder); got != "night-2.avro night.avro" {
		t.Errorf("there are %s", got)
	}
	sifted, ok := out.Sifted()
	if !ok || sifted.LeftOut != 2 || len(sifted.Files) != 2 || sifted.Files[0] != o.Path || sifted.Files[1] != filepath.Join(folder, "night-2.avro") {
		t.Errorf("%v %v", sifted, ok)
	}
	if first, second := records(t, []byte(content(t, o.Path))), records(t, []byte(content(t, sifted.Files[1]))); len(first) != 2 || len(second) != 1 {
		t.Errorf("%d and %d records", len(first), len(second))
	}
}

func TestAvroOfJSONTopicsIsRefused(t *testing.T) {
	columns, messages := withRows(t, nil, notice("1"))
	out := open(t, format.Options{Format: format.Avro, Writer: new(bytes.Buffer)}, columns)
	if err := out.Put(t.Context(), messages); !errors.Is(err, alert.ErrNotAvro) {
		t.Error(err)
	}
}

func TestARecordWithBytesLeftOverIsRejected(t *testing.T) {
	columns, messages := withRows(t, nil, message(t, "lsst-alerts", lsstFile), message(t, "lsst-alerts", lsstFile))
	messages[0].Body = append(append([]byte{}, messages[0].Body...), 0)
	var b bytes.Buffer
	out := open(t, format.Options{Format: format.Avro, Writer: &b}, columns)
	var rejected *format.RejectedError
	if err := out.Put(t.Context(), messages); !errors.As(err, &rejected) || len(rejected.Messages) != 1 {
		t.Fatal(err)
	}
	if got := records(t, b.Bytes()); len(got) != 1 {
		t.Errorf("%d records", len(got))
	}
}

func TestForceWithoutARecordLeavesNoOldResult(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.avro")
	put(t, format.Options{Format: format.Avro, Path: path}, nil, message(t, "ztf-alerts", ztfFile))
	put(t, format.Options{Format: format.Avro, Path: path, Force: true, Finite: true}, nil)
	if content(t, path) != "" {
		t.Error("the old result is still there")
	}
}

func TestSimulatedRecordsStayApartFromRealOnes(t *testing.T) {
	real, made := message(t, "ztf-alerts", ztfFile), message(t, "ztf-alerts", ztfFile, alert.Header{Name: alert.SimulatedAttr, Value: []byte("1")})
	path := filepath.Join(t.TempDir(), "a.avro")
	columns, messages := withRows(t, nil, made, real)
	out := open(t, format.Options{Format: format.Avro, Path: path}, columns)
	if err := out.Put(t.Context(), messages[:1]); err != nil {
		t.Fatal(err)
	}
	if err := out.Put(t.Context(), messages[1:]); !errors.Is(err, format.ErrSimulatedAndReal) {
		t.Error(err)
	}
	if err := out.Close(false); err != nil {
		t.Fatal(err)
	}
	out = open(t, format.Options{Format: format.Avro, Path: path, Append: true}, columns)
	if err := out.Put(t.Context(), messages[1:]); !errors.Is(err, format.ErrSimulatedAndReal) {
		t.Error(err)
	}
	put(t, format.Options{Format: format.Avro, Path: path, Append: true}, nil, made)
	if got := records(t, []byte(content(t, path))); len(got) != 2 {
		t.Errorf("%d records", len(got))
	}
	folder := filepath.Join(t.TempDir(), "night")
	put(t, format.Options{Format: format.Avro, Path: folder}, nil, made, real)
	if got := names(t, folder); got != "ztf-4.02-simulated.avro ztf-4.02.avro" {
		t.Error(got)
	}
}
