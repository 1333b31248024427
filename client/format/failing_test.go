package format

import (
	"bytes"
	"context"
	"errors"
	"os"
	"path/filepath"
	"testing"

	"github.com/mwvgroup/pgb/client/alert"
	"github.com/mwvgroup/pgb/client/field"
)

// halfway writes half of what it is given, and then fails.
type halfway struct{ file *os.File }

var errHalfway = errors.New("no space left")

func (h halfway) Write(text []byte) (int, error) {
	n, err := h.file.Write(text[:len(text)/2])
	return n, errors.Join(err, errHalfway)
}

func TestAFileEndsBehindTheLastBatchThatIsThereForGood(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.csv")
	out, err := Open(Options{Format: CSV, Path: path, Layout: Layout{Columns: []alert.Column{{Name: "a"}}}})
	if err != nil {
		t.Fatal(err)
	}
	m := new(alert.Message)
	m.SetRow(&alert.Row{Values: []field.Value{field.OfString("one two three")}})
	batch := []*alert.Message{m, m}
	if err := out.Put(context.Background(), batch); err != nil {
		t.Fatal(err)
	}
	whole, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	p := out.sink.(*textOutput).place
	p.to = halfway{p.file}
	if err := out.Put(context.Background(), batch); !errors.Is(err, errHalfway) {
		t.Fatal(err)
	}
	p.to = p.file
	if err := out.Put(context.Background(), batch); !errors.Is(err, errHalfway) {
		t.Error("something was written behind a torn record:", err)
	}
	if err := out.Close(true); err != nil {
		t.Fatal(err)
	}
	if got, err := os.ReadFile(path); err != nil || !bytes.Equal(got, whole) {
		t.Errorf("%q, %v", got, err)
	}
}

func TestCloseDoesNotWaitForAWriteThatHangs(t *testing.T) {
	from, to, err := os.Pipe()
	if err != nil {
		t.Skip(err)
	}
	defer from.Close()
	out, err := Open(Options{Format: CSV, Writer: to, Layout: Layout{Columns: []alert.Column{{Name: "a"}}}})
	if err != nil {
		t.Fatal(err)
	}
	m := new(alert.Message)
	m.SetRow(&alert.Row{Values: []field.Value{field.OfText(bytes.Repeat([]byte("x"), 4<<20))}})
	put := make(chan error)
	go func() { put <- out.Put(context.Background(), []*alert.Message{m}) }()
	if _, err := from.Read(make([]byte, 10)); err != nil { // it is in the middle of it
		t.Fatal(err)
	}
	if err := out.Close(false); err == nil {
		t.Error("no error")
	}
	to.Close()
	if err := <-put; err == nil {
		t.Error("no error of the write")
	}
}
