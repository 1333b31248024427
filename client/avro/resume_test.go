package avro

import (
	"bytes"
	"errors"
	"io"
	"os"
	"path/filepath"
	"testing"
)

func TestResumeCutsTheTornBlockAndGoesOn(t *testing.T) {
	schema, err := ParseSchema([]byte(`"long"`))
	if err != nil {
		t.Fatal(err)
	}
	var content bytes.Buffer
	w, err := NewWriter(&content, schema, CodecDeflate, nil)
	if err != nil {
		t.Fatal(err)
	}
	for range 3 {
		if err := w.Append([]byte{2}); err != nil {
			t.Fatal(err)
		}
		if err := w.Flush(); err != nil {
			t.Fatal(err)
		}
	}
	all := content.Bytes()
	for cut := range len(all) + 1 {
		records := resumed(t, schema, all[:cut])
		if records < 1 || cut == len(all) && records != 4 {
			t.Fatalf("cut at %d: %d records", cut, records)
		}
	}
}

func TestResumeLeavesAFileThatIsDamagedInTheMiddle(t *testing.T) {
	schema, err := ParseSchema([]byte(`"string"`))
	if err != nil {
		t.Fatal(err)
	}
	var content bytes.Buffer
	w, err := NewWriter(&content, schema, CodecNull, nil)
	if err != nil {
		t.Fatal(err)
	}
	var ends []int
	for range 3 {
		if err := errors.Join(w.Append([]byte("\x06abc")), w.Flush()); err != nil {
			t.Fatal(err)
		}
		ends = append(ends, content.Len())
	}
	damaged := content.Bytes()
	damaged[ends[1]-1] ^= 0xff // the marker behind the second block
	path := filepath.Join(t.TempDir(), "records.avro")
	if err := os.WriteFile(path, damaged, 0o600); err != nil {
		t.Fatal(err)
	}
	file, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	if w, whole, err := Resume(file, schema); err == nil {
		t.Errorf("no error: %v, %d", w, whole)
	}
}

// resumed goes on in a file of that content with one record, and counts what
// can be read in it.
func resumed(t *testing.T, schema *Schema, content []byte) (records int) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "records.avro")
	if err := os.WriteFile(path, content, 0o600); err != nil {
		t.Fatal(err)
	}
	file, err := os.OpenFile(path, os.O_RDWR, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	w, whole, err := Resume(file, schema)
	if err != nil {
		t.Fatalf("%d bytes: %v", len(content), err)
	}
	if err := file.Truncate(whole); err != nil {
		t.Fatal(err)
	}
	if _, err := file.Seek(whole, io.SeekStart); err != nil {
		t.Fatal(err)
	}
	if w == nil {
		if w, err = NewWriter(file, schema, "", nil); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Append([]byte{4}); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := file.Seek(0, io.SeekStart); err != nil {
		t.Fatal(err)
	}
	r, err := NewReader(file, nil)
	if err != nil {
		t.Fatal(err)
	}
	for {
		if _, err := r.Next(); err == io.EOF {
			return records
		} else if err != nil {
			t.Fatal(err)
		}
		records++
	}
}
