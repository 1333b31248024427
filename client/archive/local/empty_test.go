package local

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"testing"

	"github.com/mwvgroup/pgb/client/alert"
	"github.com/mwvgroup/pgb/client/sandbox/sim"
)

func TestAnArchiveInWhichNothingWasSavedIsRemovedByWhoMadeIt(t *testing.T) {
	isThere := func(path string) bool {
		_, err := os.Stat(path)
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			t.Fatal(err)
		}
		return err == nil
	}
	open := func(path string) *Archive {
		t.Helper()
		a, err := Open(context.Background(), Options{Path: path, Create: true})
		if err != nil {
			t.Fatal(err)
		}
		return a
	}
	end := func(a *Archive) {
		t.Helper()
		if err := a.Close(); err != nil {
			t.Fatal(err)
		}
	}
	messages := simulated(t, 1, sim.Options{Objects: 20})

	dir := t.TempDir()
	a := open(filepath.Join(dir, "unused.db"))
	end(a)
	if left, err := os.ReadDir(dir); err != nil || len(left) > 0 {
		t.Errorf("%v are left, %v", left, err)
	}

	a = open(filepath.Join(t.TempDir(), "refused.db"))
	bad := &alert.Message{ID: "1", Topic: "ztf-alerts", Body: []byte("no packet")}
	if err := a.Sink(SinkOptions{}).Put(context.Background(), []*alert.Message{bad}); err == nil {
		t.Fatal("no error")
	}
	end(a)
	if isThere(a.path) {
		t.Error("an archive is there into which only a broken packet was put")
	}

	a = open(filepath.Join(t.TempDir(), "used.db"))
	put(t, a, SinkOptions{}, messages...)
	end(a)
	if !isThere(a.path) {
		t.Fatal("an archive with alerts is gone")
	}
	end(open(a.path))
	clean(t, opened(t, Options{Path: a.path}))

	first := open(filepath.Join(t.TempDir(), "two.db"))
	second := open(first.path)
	end(second)
	if !isThere(first.path) {
		t.Error("it was removed by who had not made it")
	}
	second = open(first.path)
	end(first)
	if !isThere(first.path) {
		t.Fatal("it was removed under another's hands")
	}
	put(t, second, SinkOptions{}, messages...)
	clean(t, second)
	end(second)
}
