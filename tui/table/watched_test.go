package table

import (
	"testing"
)

func TestWatchedObjectsAreMarkedAndStickOnTopOnceTheyAreSeenAgain(t *testing.T) {
	k := &kept{}
	k.put(objects("A", 1, 9)...)
	watched := map[string]bool{}
	table := newTable(k)
	table.Theme.ASCII = true
	table.Watched = func(key string) bool { return watched[key] }
	table.Render(24, 8)
	watched["lsst A8"] = true
	expect(t, table.Render(24, 8),
		"  object_id", "> A9                   #", "* A8                   #", "  A7                   #", "  A6                   #",
		"  A5                   #", "  A4                   |", "  A3                   |")
	k.put(observed{object: "A8"}, observed{object: "B1"}, observed{object: "A8"}, observed{object: "B2"})
	table.SetRows(k)
	expect(t, table.Render(24, 11),
		"  object_id", "* A8", "-- above: watched object", "  B2                   #", "  B1                   #", "* A8                   #",
		"> A9                   #", "* A8                   #", "  A7                   |", "  A6                   |", "  A5                   |")
	if got := table.entry(0).Seq; got != 12 {
		t.Errorf("%d is on top, not the newest of the object", got)
	}
	table.Select(10)
	table.Top()
	if got := table.Selected().Seq; got != 12 {
		t.Errorf("%d is selected as the first", got)
	}
	delete(watched, "lsst A8")
	expectIDs(t, table.Render(24, 8), "B2 A8 B1 A8 A9 A8 A7")
	if got := table.Selected().Seq; got != 12 {
		t.Errorf("the selection went to %d", got)
	}
}

func TestAFilterHidesWatchedObjectsThatDoNotPass(t *testing.T) {
	k := &kept{}
	watched := map[string]bool{"lsst A3": true}
	table := newTable(k)
	table.Watched = func(key string) bool { return watched[key] }
	k.put(objects("A", 1, 9)...)
	table.SetRows(k)
	watched["lsst A5"] = true
	table.SetRows(&chosen{k, func(seq int64) bool { return seq != 3 && seq > 1 }})
	expectIDs(t, table.Render(20, 8), "A9 A8 A7 A6 A5 A4 A2")
	table.SetRows(&chosen{k, func(seq int64) bool { return seq < 7 && seq > 1 }})
	expectIDs(t, table.Render(20, 8), "A3 A6 A5 A4 A2")
	k.put(observed{object: "A5"})
	table.SetRows(k)
	expectIDs(t, table.Render(20, 8), "A5 A9 A8 A7 A6 A5 A4")
}

func TestASmallTableHasNoSectionOfItsOwnForWatchedObjects(t *testing.T) {
	k := &kept{}
	table := New(columns, []string{"object_id"})
	table.Watched = func(key string) bool { return key == "lsst A1" }
	k.put(objects("A", 1, 9)...)
	table.SetRows(k)
	table.Top()
	expectIDs(t, table.Render(20, 4), "A1 A9 A8")
	table.Bottom()
	expectIDs(t, table.Render(20, 4), "A4 A3 A2")
	if !table.Click(4, 1) || table.Selected().ObjectID != "A4" {
		t.Errorf("a click selected %s", table.Selected().ObjectID)
	}
}

func TestManyWatchedObjectsScrollInTheirSection(t *testing.T) {
	k := &kept{}
	table := New(columns, []string{"object_id"})
	table.Watched = func(key string) bool { return true }
	k.put(objects("A", 1, 30)...)
	table.SetRows(k)
	table.Top()
	table.Render(20, 11)
	table.Move(4)
	expectIDs(t, table.Render(20, 11), "A28 A27 A26 ──")
	if got := table.Selected().ObjectID; got != "A26" {
		t.Errorf("%s is selected", got)
	}
}

func TestInALowTableOneLineIsForWatchedObjects(t *testing.T) {
	k := &kept{}
	table := New(columns, []string{"object_id"})
	table.Watched = func(key string) bool { return key == "lsst A3" || key == "lsst A5" }
	k.put(objects("A", 1, 30)...)
	table.SetRows(k)
	expectIDs(t, table.Render(20, 8), "A5 A30 A29 A28 A27 A26 A25")
	table.Top()
	table.Move(1)
	expectIDs(t, table.Render(20, 8), "A3 A30 A29 A28 A27 A26 A25")
	if !table.Click(4, 2) || table.Selected().ObjectID != "A30" {
		t.Errorf("a click selected %s", table.Selected().ObjectID)
	}
}

func TestOnlyAlertsUpToABoundAreShown(t *testing.T) {
	k := &kept{}
	for i := range 10 {
		k.put(observed{object: string(rune('A' + i)), mjd: 61000 + float64(i)})
	}
	k.put(observed{object: "no-time"})
	table := newTable(k)
	table.Watched = func(key string) bool { return key == "lsst C" }
	table.Until = 61003.5
	expectIDs(t, table.Render(20, 5), "D C B A")
	table.Until = 61001
	expectIDs(t, table.Render(20, 5), "B A")
	table.Until = 60000
	expect(t, table.Render(30, 3), "  object_id", "  no alerts up to this time", "")
	if table.Selected() != nil {
		t.Error("a hidden alert is selected")
	}
	table.Until = 0
	expectIDs(t, table.Render(20, 5), "no-time J I H")
	k.put(observed{object: "K", mjd: 61000.5})
	table.Until = 61001
	table.SetRows(k)
	expectIDs(t, table.Render(20, 5), "K B A")
}

func TestTheSelectionGoesToTheNearestAlertBeforeABound(t *testing.T) {
	k := &kept{}
	for i := range 10 {
		k.put(observed{object: string(rune('A' + i)), mjd: 61000 + float64(i)})
	}
	table := newTable(k)
	table.Render(20, 5)
	table.Select(6) // F
	table.Until = 61003.5
	table.Render(20, 5)
	if got := table.Selected().ObjectID; got != "D" {
		t.Errorf("%s is selected", got)
	}
}
