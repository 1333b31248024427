package memory

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"
)

// clock gives times a second apart.
func clock() func() time.Time {
	now := time.Date(2026, 3, 1, 8, 0, 0, 0, time.UTC)
	return func() time.Time {
		now = now.Add(time.Second)
		return now
	}
}

func watched(m *Memory) string {
	var names []string
	for _, w := range m.WatchList() {
		names = append(names, w.Key)
	}
	slices.Sort(names)
	return strings.Join(names, ", ")
}

func TestAnObjectIsWatchedUntilItIsTakenOff(t *testing.T) {
	m := New()
	m.Now = clock()
	if !m.Watch("ztf A") || !m.Watch("lsst 1") || !m.Watch("ztf A") {
		t.Error("could not watch")
	}
	m.SetNote("ztf A", "host?")
	m.SetNote("ztf B", "nobody watches it")
	m.SeenAgain("ztf A", time.Date(2026, 3, 2, 0, 0, 0, 0, time.UTC))
	m.SeenAgain("ztf A", time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC)) // an older alert
	list := m.WatchList()
	if len(list) != 2 || list[0].Key != "lsst 1" || list[1].Note != "host?" || list[1].Last.Day() != 2 || !list[0].Last.IsZero() {
		t.Errorf("the list is %+v", list)
	}
	m.Unwatch("ztf A")
	m.Unwatch("ztf C")
	if m.Watched("ztf A") || !m.Watched("lsst 1") {
		t.Error("took the wrong one off")
	}
	if m.Watch("") {
		t.Error("watches nothing at all")
	}
}

func TestTheWatchListHasAnEnd(t *testing.T) {
	m := New()
	for i := range mostWatched {
		if !m.Watch(fmt.Sprint("ztf ", i)) {
			t.Fatalf("full at %d", i)
		}
	}
	if m.Watch("ztf x") || !m.Watch("ztf 1") {
		t.Error("more than the list can hold")
	}
}

func TestALineTypedAgainBecomesTheNewest(t *testing.T) {
	m := New()
	m.Now = clock()
	for _, text := range []string{"snr > 20", "mag < 18", "", "snr > 20", strings.Repeat("x", longest+1)} {
		m.Remember(Filter, text)
	}
	m.Remember(Save, "night.parquet")
	if got := m.History(Filter); !slices.Equal(got, []string{"mag < 18", "snr > 20"}) {
		t.Errorf("filters %q", got)
	}
	if got := m.History(Save); !slices.Equal(got, []string{"night.parquet"}) {
		t.Errorf("saved %q", got)
	}
	if got := m.History(Lookup); len(got) != 0 {
		t.Errorf("lookups %q", got)
	}
}

func TestOldLinesAndObjectsAreForgotten(t *testing.T) {
	m := New()
	same := time.Date(2026, 3, 1, 8, 0, 0, 0, time.UTC)
	m.Now = func() time.Time { return same } // the order counts where the clock is coarse
	for i := range most + 5 {
		m.Remember(Lookup, fmt.Sprint(i))
		m.See(fmt.Sprint("ztf ", i))
	}
	m.See("ztf 7")
	m.See("")
	lines, objects := m.History(Lookup), m.Objects()
	if len(lines) != most || lines[0] != "5" || lines[most-1] != "204" {
		t.Errorf("%d lines, %s to %s", len(lines), lines[0], lines[len(lines)-1])
	}
	if len(objects) != most || objects[most-1].Key != "ztf 7" || objects[most-2].Key != "ztf 204" || objects[0].Key != "ztf 5" {
		t.Errorf("%d objects, %v to %v", len(objects), objects[0], objects[len(objects)-1])
	}
}
