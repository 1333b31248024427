package memory

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"reflect"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"pgregory.net/rapid"
)

func load(t testing.TB, path string) *Memory {
	t.Helper()
	m, err := Load(path)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func save(t testing.TB, m *Memory, path string) {
	t.Helper()
	if err := m.Save(path); err != nil {
		t.Fatal(err)
	}
}

func write(t *testing.T, path, text string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

func TestWhatIsSavedIsThereTheNextTime(t *testing.T) {
	path := filepath.Join(t.TempDir(), "state", "pgb", "viewer.json")
	m := load(t, path)
	m.Now = clock()
	m.SetLastTopic("lsst-lite")
	m.Watch("ztf ZTF21abc")
	m.SetNote("ztf ZTF21abc", "host <faint> & \"red\"\x1b")
	m.SeenAgain("ztf ZTF21abc", time.Date(2026, 3, 2, 0, 0, 0, 0, time.UTC))
	m.Watch("ztf gone")
	m.Unwatch("ztf gone")
	m.Remember(Filter, "snr > 20 && band == \"r\"")
	m.See("lsst 12")
	save(t, m, path)
	again := load(t, path)
	again.last, m.last, m.Now = time.Time{}, time.Time{}, nil
	if !reflect.DeepEqual(again, m) {
		t.Errorf("%+v\nnot\n%+v", again, m)
	}
	if again.LastTopic() != "lsst-lite" {
		t.Errorf("the topic is %q", again.LastTopic())
	}
	if info, err := os.Stat(path); err != nil || runtime.GOOS != "windows" && info.Mode().Perm() != 0o600 {
		t.Errorf("mode %v, %v", info.Mode(), err)
	}
}

func TestChangesOfTwoViewersAreJoined(t *testing.T) {
	path := filepath.Join(t.TempDir(), "viewer.json")
	now := clock()
	first := load(t, path)
	first.Now = now
	first.Watch("ztf A")
	first.Watch("ztf B")
	first.Remember(Filter, "snr > 5")
	save(t, first, path)

	second := load(t, path)
	second.Now = now
	second.SetLastTopic("ztf-lite")
	second.Unwatch("ztf A")
	second.Watch("ztf C")
	second.Remember(Filter, "snr > 6")
	second.See("ztf C")
	first.SetLastTopic("lsst-lite")
	first.Watch("ztf D")
	first.Unwatch("ztf B")
	first.Remember(Filter, "snr > 7")
	first.See("ztf D")
	save(t, second, path)
	save(t, first, path)

	check := func(m *Memory) {
		t.Helper()
		if got := watched(m); got != "ztf C, ztf D" {
			t.Errorf("watched are %s", got)
		}
		if got := m.History(Filter); !slices.Equal(got, []string{"snr > 5", "snr > 6", "snr > 7"}) {
			t.Errorf("filters %q", got)
		}
		if got := m.Objects(); len(got) != 2 || got[0].Key != "ztf C" || got[1].Key != "ztf D" {
			t.Errorf("objects %v", got)
		}
		if m.LastTopic() != "lsst-lite" {
			t.Errorf("the topic is %s", m.LastTopic())
		}
	}
	check(load(t, path))
	save(t, second, path) // what it knows of A, B and D is older than what the file has
	check(load(t, path))
}

func TestTheLaterOfTwoViewersDecides(t *testing.T) {
	path := filepath.Join(t.TempDir(), "viewer.json")
	now := clock()
	first, second := New(), New()
	first.Now, second.Now = now, now
	first.Watch("ztf A")
	save(t, first, path)
	second = load(t, path)
	second.Now = now
	second.Unwatch("ztf A")
	first.SetNote("ztf A", "still of interest")
	save(t, first, path)
	save(t, second, path)
	if got := load(t, path).WatchList(); len(got) != 1 || got[0].Note != "still of interest" {
		t.Errorf("watched are %+v", got)
	}
	again, late := load(t, path), time.Date(2026, 4, 1, 0, 0, 0, 0, time.UTC)
	again.SeenAgain("ztf A", late)
	first.SeenAgain("ztf A", late.Add(-time.Hour))
	save(t, again, path)
	save(t, first, path)
	if got := load(t, path).WatchList(); !got[0].Last.Equal(late) || got[0].Note != "still of interest" {
		t.Errorf("watched are %+v", got)
	}
	second.Watch("ztf A")
	second.Unwatch("ztf A")
	save(t, second, path)
	save(t, first, path)
	if got := load(t, path).WatchList(); len(got) != 0 {
		t.Errorf("watched are %+v", got)
	}
}

// TestTheOrderOfSavingDoesNotMatter lets several memories change and be joined
// in any order.
func TestTheOrderOfSavingDoesNotMatter(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		now := clock()
		viewers := []*Memory{New(), New(), New()}
		for range rapid.IntRange(1, 20).Draw(t, "changes") {
			m := rapid.SampledFrom(viewers).Draw(t, "viewer")
			m.Now = now
			key := rapid.SampledFrom([]string{"A", "B", "C"}).Draw(t, "key")
			switch rapid.IntRange(0, 6).Draw(t, "change") {
			case 0, 1:
				m.Watch(key)
			case 2:
				m.Unwatch(key)
			case 3:
				m.SetNote(key, key+"!")
			case 4:
				m.Remember(Filter, key)
			case 5:
				m.See(key)
			case 6:
				m.SetLastTopic(key)
			}
		}
		joined := func(order ...int) state {
			s := newState()
			for _, i := range order {
				other := viewers[i].Snapshot().state
				s.join(&other)
			}
			return s
		}
		want := joined(0, 1, 2)
		for _, order := range [][]int{{2, 1, 0}, {1, 0, 2, 1}, {0, 0, 2, 2, 1}} {
			if got := joined(order...); !reflect.DeepEqual(got, want) {
				t.Fatalf("order %v:\n%+v\nnot\n%+v", order, got, want)
			}
		}
	})
}

func TestManyViewersSaveAtOnce(t *testing.T) {
	path := filepath.Join(t.TempDir(), "viewer.json")
	var wait sync.WaitGroup
	for i := range 8 {
		wait.Go(func() {
			for j := range 5 {
				m := New()
				m.Watch(fmt.Sprintf("ztf %d-%d", i, j))
				if err := m.Save(path); err != nil {
					t.Error(err)
				}
			}
		})
	}
	wait.Wait()
	if got := len(load(t, path).WatchList()); got != 40 {
		t.Errorf("%d of 40 are watched", got)
	}
}

func TestASnapshotStaysWhatItWas(t *testing.T) {
	path := filepath.Join(t.TempDir(), "viewer.json")
	m := New()
	m.Watch("ztf A")
	m.Remember(Lookup, "A")
	m.See("ztf A")
	snapshot := m.Snapshot()
	done := make(chan error)
	go func() { done <- snapshot.Save(path) }()
	m.Unwatch("ztf A")
	m.Watch("ztf B")
	m.Remember(Lookup, "B")
	m.See("ztf B")
	if err := <-done; err != nil {
		t.Fatal(err)
	}
	if got := load(t, path); watched(got) != "ztf A" || len(got.History(Lookup)) != 1 || len(got.Objects()) != 1 {
		t.Errorf("saved %+v", got)
	}
}

func TestAViewerKilledWhileItSavesHarmsNothing(t *testing.T) {
	folder := t.TempDir()
	path := filepath.Join(folder, "viewer.json")
	m := New()
	m.Watch("ztf A")
	save(t, m, path)
	young, old := filepath.Join(folder, ".viewer.json.1.new"), filepath.Join(folder, ".viewer.json.2.new")
	write(t, young, `{"version":1,"watch":[{"ke`)
	write(t, old, "")
	long := time.Now().Add(-2 * time.Hour)
	if err := os.Chtimes(old, long, long); err != nil {
		t.Fatal(err)
	}
	write(t, path+".lock", "")
	m = load(t, path)
	m.Watch("ztf B")
	save(t, m, path)
	if got := watched(load(t, path)); got != "ztf A, ztf B" {
		t.Errorf("watched are %s", got)
	}
	if _, err := os.Stat(young); err != nil {
		t.Error("another viewer may still be writing this one:", err)
	}
	if _, err := os.Stat(old); !errors.Is(err, fs.ErrNotExist) {
		t.Error("what is left of a viewer killed long ago is still there:", err)
	}
}

func TestABrokenFileIsSaidAndPutAside(t *testing.T) {
	for name, text := range map[string]string{
		"cut": `{"version":1,"watch":[{"key":"ztf A"`, "empty": "", "something else": `{"a":1}`, "of another kind": `{"version":1,"watch":3}`, "a time that is none": `{"version":1,"objects":[{"key":"a","when":"x"}]}`,
	} {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "viewer.json")
			write(t, path, text)
			m, err := Load(path)
			var broken *BrokenError
			if !errors.As(err, &broken) || !strings.Contains(err.Error(), path) {
				t.Fatalf("loading gives %v", err)
			}
			m.Watch("ztf B")
			save(t, m, path)
			if got := watched(load(t, path)); got != "ztf B" {
				t.Errorf("watched are %s", got)
			}
			if kept, err := os.ReadFile(path + ".broken"); err != nil || string(kept) != text {
				t.Errorf("put aside %q, %v", kept, err)
			}
			write(t, path, "broken again")
			save(t, m, path)
			if kept, err := os.ReadFile(path + ".broken2"); err != nil || string(kept) != "broken again" {
				t.Errorf("put aside %q, %v", kept, err)
			}
		})
	}
}

func TestAFileOfANewerVersionIsNotTouched(t *testing.T) {
	path := filepath.Join(t.TempDir(), "viewer.json")
	const text = `{"version":2,"watch":"everything"}`
	write(t, path, text)
	m, err := Load(path)
	if err == nil || !strings.Contains(err.Error(), "newer") {
		t.Errorf("loading gives %v", err)
	}
	m.Watch("ztf A")
	if err := m.Save(path); err == nil || !strings.Contains(err.Error(), "newer") {
		t.Errorf("saving gives %v", err)
	}
	if kept, err := os.ReadFile(path); err != nil || string(kept) != text {
		t.Errorf("the file is %q, %v", kept, err)
	}
}

func TestAFileThatCannotBeReadIsNotReplaced(t *testing.T) {
	path := filepath.Join(t.TempDir(), "viewer.json")
	if err := os.Mkdir(path, 0o700); err != nil {
		t.Fatal(err)
	}
	m, err := Load(path)
	if err == nil || m == nil {
		t.Errorf("loading a folder gives %v", err)
	}
	if err := m.Save(path); err == nil {
		t.Error("saved over a folder")
	}
	if info, err := os.Stat(path); err != nil || !info.IsDir() {
		t.Error("the folder is gone")
	}
}

func TestAClockThatWasSetBackChangesNothing(t *testing.T) {
	path := filepath.Join(t.TempDir(), "viewer.json")
	m := New()
	m.Now = clock()
	m.Watch("ztf A")
	m.Remember(Filter, "snr > 5")
	save(t, m, path)
	m = load(t, path)
	m.Now = func() time.Time { return time.Date(2001, 1, 1, 0, 0, 0, 0, time.UTC) }
	m.Unwatch("ztf A")
	m.Remember(Filter, "snr > 6")
	save(t, m, path)
	m = load(t, path)
	if m.Watched("ztf A") || !slices.Equal(m.History(Filter), []string{"snr > 5", "snr > 6"}) {
		t.Errorf("remembers %+v", m)
	}
}

func TestALinkStaysALink(t *testing.T) {
	folder := t.TempDir()
	path, real := filepath.Join(folder, "viewer.json"), filepath.Join(folder, "dotfiles.json")
	write(t, real, `{"version":1}`)
	if err := os.Symlink(real, path); err != nil {
		t.Skip(err)
	}
	m := New()
	m.Watch("ztf A")
	save(t, m, path)
	if got := watched(load(t, real)); got != "ztf A" {
		t.Errorf("watched are %q", got)
	}
	if info, err := os.Lstat(path); err != nil || info.Mode()&fs.ModeSymlink == 0 {
		t.Error("the link was replaced")
	}
}

func TestWhatWasTakenOffLongAgoIsForgotten(t *testing.T) {
	path := filepath.Join(t.TempDir(), "viewer.json")
	m := New()
	long := time.Now().Add(-forgotten - time.Hour)
	m.Now = func() time.Time { return long }
	m.Watch("ztf A")
	m.Unwatch("ztf A")
	m.Now = nil
	m.Watch("ztf B")
	m.Unwatch("ztf B")
	save(t, m, path)
	if got := load(t, path).dropped; len(got) != 1 || got["ztf B"].IsZero() {
		t.Errorf("remembers %v", got)
	}
}

func FuzzLoad(f *testing.F) {
	f.Add([]byte(`{"version":1,"watch":[{"key":"ztf A","since":"2026-03-01T08:00:00Z"}],"unwatched":[{"key":"b"}],"history":{"filter":[{"text":"a"}]},"objects":null}`))
	f.Fuzz(func(t *testing.T, text []byte) {
		path := filepath.Join(t.TempDir(), "viewer.json")
		write(t, path, string(text))
		m, _ := Load(path)
		if m == nil {
			t.Fatal("no memory")
		}
		m.Watch("ztf A")
		m.Remember(Filter, "snr > 5")
		if err := m.Save(path); err == nil {
			if again := load(t, path); !again.Watched("ztf A") || len(again.History(Filter)) == 0 {
				t.Errorf("saved %+v", again)
			}
		}
	})
}
