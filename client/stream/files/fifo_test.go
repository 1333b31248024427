//go:build unix

package files_test

import (
	"errors"
	"os"
	"path/filepath"
	"syscall"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/mwvgroup/pgb/client/stream/files"
)

func TestANamedPipeIsReadAndCanBeLeft(t *testing.T) {
	path := filepath.Join(t.TempDir(), "pipe")
	if err := syscall.Mkfifo(path, 0o600); err != nil {
		t.Skip(err)
	}
	source, err := files.Open(t.Context(), files.Options{Paths: []string{path}, Reader: reader()})
	if err != nil {
		t.Fatal(err)
	}
	closeIt(t, source) // nobody writes, so that not even opening the pipe ends
	source, err = files.Open(t.Context(), files.Options{Paths: []string{path}, Reader: reader()})
	if err != nil {
		t.Fatal(err)
	}
	writer, err := os.OpenFile(path, os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	// The first source's reader may still be opening the pipe, only to leave it.
	_, err = writer.Write(lines(t, 300))
	for end := time.Now().Add(patience); errors.Is(err, syscall.EPIPE) && time.Now().Before(end); {
		time.Sleep(time.Millisecond)
		_, err = writer.Write(lines(t, 300))
	}
	if err != nil {
		t.Fatal(err)
	}
	if batch, err := source.Next(t.Context()); err != nil || len(batch) == 0 {
		t.Fatal(len(batch), err)
	}
	closeIt(t, source)
	if err := writer.Close(); err != nil {
		t.Fatal(err)
	}
	goleak.VerifyNone(t)
}

func TestAPipeInAFolderIsNotWaitedFor(t *testing.T) {
	folder := store(t, map[string][]byte{"a.avro": shared(t, ztfFile)})
	if err := syscall.Mkfifo(filepath.Join(folder, "b.avro"), 0o600); err != nil {
		t.Skip(err)
	}
	wantIDs(t, read(t, folder), ztfID)
}
