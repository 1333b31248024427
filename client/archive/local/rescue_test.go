package local

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/mwvgroup/pgb/client/alert"
	"github.com/mwvgroup/pgb/client/archive"
	"github.com/mwvgroup/pgb/client/sandbox/sim"
)

// rescued reads all that a source gives, and the error that it ends with.
func rescued(a *Archive, q archive.Query) (all []*alert.Message, err error) {
	for s := a.Source(q); ; {
		batch, err := s.Next(context.Background())
		if err != nil {
			return all, err
		}
		all = append(all, batch...)
	}
}

func TestWhatCanBeReadOfADamagedArchiveIsExported(t *testing.T) {
	whole := filepath.Join(t.TempDir(), "whole.db")
	a, err := Open(context.Background(), Options{Path: whole, Create: true})
	if err != nil {
		t.Fatal(err)
	}
	put(t, a, SinkOptions{Cutouts: true}, simulated(t, 40, sim.Options{Objects: 40})...)
	messages := stored(t, a)
	if err := a.Close(); err != nil {
		t.Fatal(err)
	}
	file, err := os.ReadFile(whole)
	if err != nil {
		t.Fatal(err)
	}
	pages := len(file) / pageSize
	for name, damage := range map[string]func([]byte) []byte{
		"the end is missing": func(f []byte) []byte { return f[:pages*6/10*pageSize] },
		"some pages in the middle": func(f []byte) []byte {
			for i := pages * 5 / 10 * pageSize; i < pages*55/100*pageSize; i++ {
				f[i] ^= 0xff
			}
			return f
		},
	} {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "a.db")
			if err := os.WriteFile(path, damage(append([]byte(nil), file...)), 0o600); err != nil {
				t.Fatal(err)
			}
			a := opened(t, Options{Path: path, ReadOnly: true})
			r, err := a.Check(context.Background(), nil)
			if err != nil || r.Clean() || strings.Contains(strings.Join(r.Faults, ""), "\n") {
				t.Errorf("Check gave %q, %v", r.Faults, err)
			}
			all, err := rescued(a, archive.Query{})
			var lost *CorruptError
			if !errors.As(err, &lost) || lost.Lost == 0 || lost.Read != int64(len(all)) || lost.Read+lost.Lost != int64(len(messages)) {
				t.Fatalf("%d of %d messages, and %v", len(all), len(messages), err)
			}
			if len(all) < len(messages)/4 {
				t.Errorf("only %d of %d messages", len(all), len(messages))
			}
			t.Log(err)
			same := map[string]bool{}
			for _, m := range messages {
				same[string(m.Body)] = true
			}
			for _, m := range all {
				if !same[string(m.Body)] {
					t.Fatalf("%s is not what was saved", named(m))
				}
			}
			some, err := rescued(a, archive.Query{Survey: "lsst"})
			if !errors.As(err, &lost) || len(some) == 0 || len(some) >= len(all) {
				t.Errorf("%d messages of one survey, %v", len(some), err)
			}
			into := blank(t)
			if saved := put(t, into, SinkOptions{Cutouts: true}, all...).Saved(); saved.Messages < int64(len(all))*9/10 {
				t.Errorf("%+v of %d", saved, len(all))
			}
			clean(t, into)
		})
	}
}

func TestAnArchiveWhoseEndIsMissingAnswersNothingElse(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.db")
	a, err := Open(context.Background(), Options{Path: path, Create: true})
	if err != nil {
		t.Fatal(err)
	}
	messages := simulated(t, 10, sim.Options{Objects: 20})
	put(t, a, SinkOptions{}, messages...)
	if err := a.Close(); err != nil {
		t.Fatal(err)
	}
	at, err := os.Stat(path)
	if err == nil {
		err = os.Truncate(path, at.Size()-pageSize)
	}
	if err != nil {
		t.Fatal(err)
	}
	a = opened(t, Options{Path: path})
	_, summary := a.Summary(context.Background())
	_, sql := a.SQL(context.Background(), "SELECT 1", 0)
	_, found := a.Find(context.Background(), "", "", 1)
	for what, err := range map[string]error{
		"Summary": summary, "SQL": sql, "Find": found, "Put": a.Sink(SinkOptions{}).Put(context.Background(), messages),
	} {
		if !errors.As(err, new(*CorruptError)) {
			t.Errorf("%s gave %v", what, err)
		}
	}
}
