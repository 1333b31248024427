package tui

import (
	"errors"
	"slices"
	"testing"
)

// savingParts is a world that saves all that pass in parts.
func savingParts(t *testing.T) *world {
	w := newWorld(t, 130, 30).onStream(1)
	w.Type("S")
	w.see("read once closed: a part every 5 minutes")
	w.Text("night.fits")
	w.Type("enter")
	w.see("saving all that pass into night.fits, a part every 5 minutes (S ends it)")
	return w
}

// expect checks what is held and how many are done, and gives the ids in parts
// that are closed.
func (w *world) expect(held, done int) (ids []string) {
	w.t.Helper()
	h, d := w.streams.fates()
	if len(h) != held || len(d) != done {
		w.t.Errorf("%d are held and %d done, not %d and %d", len(h), len(d), held, done)
	}
	ids, _ = w.saver.of("night.fits")
	return ids
}

func TestAFileThatIsReadOnceItIsClosedIsSavedInPartsAndItsAlertsAreDoneWhenTheirPartIsClosed(t *testing.T) {
	w := savingParts(t)
	first, second, third := w.streams.make(5), w.streams.make(3), w.streams.make(1)
	if err := w.streams.sendAll(first); err != nil {
		t.Fatal(err)
	}
	if ids := w.expect(5, 1); len(ids) > 0 {
		t.Errorf("%q are in a closed part", ids)
	}
	if err := w.streams.due(); err != nil {
		t.Fatal(err)
	}
	if ids := w.expect(0, 6); !slices.Equal(ids, idsOf(first)) {
		t.Errorf("%q are in parts, not %q", ids, idsOf(first))
	}
	if err := w.streams.sendAll(second); err != nil {
		t.Fatal(err)
	}
	w.expect(3, 6)
	w.Type("S")
	w.see("saved 8 alerts into night-0001.fits")
	if err := w.streams.sendAll(third); err != nil { // with it the stream hears of it
		t.Fatal(err)
	}
	if ids := w.expect(0, 10); !slices.Equal(ids, idsOf(slices.Concat(first, second))) {
		t.Errorf("%q are in parts", ids)
	}
	w.quit()
}

func TestAlertsThatDoNotPassAreDoneAtOnceThoughOthersAreHeld(t *testing.T) {
	w := savingParts(t)
	list := w.streams.make(4)
	w.Type("/")
	w.Text(`object_id == "` + list[2].Row().Get("object_id").String() + `"`)
	w.Type("enter")
	w.see(" 0 of 1 ")
	if err := w.streams.sendAll(list); err != nil {
		t.Fatal(err)
	}
	w.expect(1, 4)
	if held, _ := w.streams.fates(); !slices.Equal(held, idsOf(list[2:3])) {
		t.Errorf("%q are held", held)
	}
	w.quit()
	if ids := w.expect(0, 5); !slices.Equal(ids, idsOf(list[2:3])) {
		t.Errorf("%q are in parts", ids)
	}
}

func TestTheOpenPartIsClosedWhenTheViewerEnds(t *testing.T) {
	w := savingParts(t)
	w.send(3)
	w.quit()
	ids := w.expect(0, 4)
	if _, closed := w.saver.of("night.fits"); len(ids) != 3 || closed != "complete=true" {
		t.Errorf("%q are in parts, %s", ids, closed)
	}
}

func TestAlertsOfOnePartAreNotTakenForThoseOfTheNextFile(t *testing.T) {
	w := savingParts(t)
	w.send(2)
	w.Type("S")
	w.see("saved 2 alerts into night-0001.fits")
	w.Type("S", "ctrl+u")
	w.Text("more.fits")
	w.Type("enter")
	w.see("saving all that pass into more.fits")
	w.send(3)
	w.expect(3, 3)
	w.quit()
	w.expect(0, 6)
}

func TestAPartThatCannotBeClosedGoesBackToTheStream(t *testing.T) {
	full := errors.New("the disk is full")
	for name, fails := range map[string]func(w *world) error{
		"when it is due": func(w *world) error { return w.streams.due() },
		"at the end of saving": func(w *world) error {
			w.Type("S")
			w.see("closing night.fits: the disk is full")
			return w.streams.sendAll(w.streams.make(1))
		},
	} {
		w := savingParts(t)
		w.send(2)
		w.saver.failing(full)
		if err := fails(w); !errors.Is(err, full) {
			t.Errorf("%s: %v", name, err)
		}
		w.see("r goes on without saving")
		if ids := w.expect(0, 1); len(ids) > 0 {
			t.Errorf("%s: %q are in parts", name, ids)
		}
		w.Type("r")
		w.see("going on without saving")
		w.send(2)
		w.expect(0, 3)
		w.quit()
	}
}

func TestOneAlertGetsAFileOfItsOwnWhereAllAreSavedInParts(t *testing.T) {
	w := savingParts(t)
	w.send(1)
	w.Type("s", "ctrl+u")
	w.Text("night.fits")
	w.Type("enter")
	w.see("the alert was saved into night.fits")
	if ids := w.expect(1, 1); len(ids) != 1 {
		t.Errorf("%q are in closed files", ids)
	}
	w.quit()
}

func TestAnAlertThatCannotBeSavedIsSetAsideAndTheOthersAreSaved(t *testing.T) {
	for target, file := range map[string]string{"night.fits": "night-0001.fits", "night.csv": "night.csv"} {
		w := newWorld(t, 130, 30).onStream(1)
		w.Type("S")
		w.Text(target)
		w.Type("enter")
		w.see("saving all that pass into " + target)
		list := w.streams.make(3)
		w.saver.refused = []string{list[1].ID}
		if err := w.streams.sendAll(list); err != nil {
			t.Fatal(err)
		}
		w.send(1)
		w.Type("S")
		w.see("saved 3 alerts into " + file)
		if ids, _ := w.saver.of(target); len(ids) != 3 || slices.Contains(ids, list[1].ID) {
			t.Errorf("%s: %q are saved", target, ids)
		}
		w.quit()
	}
}
