package tui

import (
	"errors"
	"slices"
	"testing"

	"github.com/mwvgroup/pgb/client/alert"
	"github.com/mwvgroup/pgb/tui/screen"
)

func TestTheChosenAlertIsSaved(t *testing.T) {
	w := newWorld(t, 100, 30).onStream(3)
	want := w.streams.sent[1].ID
	w.Type("j")
	w.until("the selection", func(s screen.Screen) bool { return marked(s, w.streams.nth(1)) })
	w.Type("s")
	w.see("save " + w.streams.nth(1) + " into:")
	w.Text("night.jsonl")
	w.Type("enter")
	w.see("the alert was saved into night.jsonl")
	ids, closed := w.saver.of("night.jsonl")
	if !slices.Equal(ids, []string{want}) || closed != "complete=true" {
		t.Errorf("saved %q, %s; want %s", ids, closed, want)
	}
	w.quit()
}

func TestAllThatPassIsSavedUntilThatEnds(t *testing.T) {
	w := newWorld(t, 100, 30).onStream(3)
	w.Type("S")
	w.see("save all alerts from now on into:")
	w.Text("arch")
	w.Type("tab", "enter")
	w.see("saving all that pass into archive")
	list := w.streams.make(5)
	if err := w.streams.sendAll(list); err != nil {
		t.Fatal(err)
	}
	ids, closed := w.saver.of("archive")
	if !slices.Equal(ids, idsOf(list)) || closed != "" {
		t.Errorf("when a batch was done %q was saved, %s; want %q", ids, closed, idsOf(list))
	}
	w.Type("S")
	w.see("saved 5 alerts into archive")
	w.send(2)
	if ids, closed = w.saver.of("archive"); len(ids) != 5 || closed != "complete=true" {
		t.Errorf("at the end %d are saved, %s", len(ids), closed)
	}
	w.quit()
}

func idsOf(list []*alert.Message) []string {
	var ids []string
	for _, m := range list {
		ids = append(ids, m.ID)
	}
	return ids
}

func TestWhatIsSavedIsClosedAtTheEnd(t *testing.T) {
	w := newWorld(t, 100, 30).onStream(1)
	w.Type("S")
	w.Text("night.csv")
	w.Type("enter")
	w.see("saving all that pass into night.csv")
	w.send(1)
	w.quit()
	if ids, closed := w.saver.of("night.csv"); len(ids) != 1 || closed != "complete=true" {
		t.Errorf("%d are saved, %s", len(ids), closed)
	}
}

func TestWhereSavingFailsNothingIsLostAndThePersonSaysHowToGoOn(t *testing.T) {
	w := newWorld(t, 100, 30).onStream(1)
	w.Type("S")
	w.Text("full.csv")
	w.Type("enter")
	w.see("saving all that pass into full.csv")
	full := errors.New("the disk is full")
	w.saver.failing(full)
	if err := w.streams.sendAll(w.streams.make(4)); !errors.Is(err, full) {
		t.Fatalf("a batch that was not saved was taken: %v", err)
	}
	w.see("the disk is full")
	w.see("r goes on without saving")
	w.Type("r")
	w.see("going on without saving")
	w.send(2)
	w.see(w.streams.last())
	w.quit()
	if ids, closed := w.saver.of("full.csv"); len(ids) != 0 || closed != "complete=false" {
		t.Errorf("%d are saved, %s", len(ids), closed)
	}
}

func TestTheLineStaysWithTheNameOfAFileThatCantBeGoneOnWith(t *testing.T) {
	w := newWorld(t, 120, 30).onStream(1)
	w.Type("s")
	w.Text("one.fits")
	w.Type("enter")
	w.see("the alert was saved into one.fits")
	w.Type("s", "ctrl+u")
	w.Text("one.fits")
	w.Type("enter")
	w.see("one.fits is there already")
	w.see("into:one.fits")
	w.Type("left", "left", "left", "left", "left")
	w.Text("-2")
	w.Type("enter")
	w.see("the alert was saved into one-2.fits")
	w.quit()
}

func TestATargetThatCantBeOpenedIsSaid(t *testing.T) {
	w := newWorld(t, 100, 30).onStream(1)
	w.saver.err = errors.New("the ending names no format")
	w.Type("S")
	w.Text("night.doc")
	w.Type("enter")
	w.see("can't save into night.doc: the ending names no format")
	w.Type("s")
	w.see("save " + w.streams.last() + " into:")
	w.Text("night.doc")
	w.Type("enter")
	w.see("the alert was not saved into night.doc")
	w.saver.working()
	w.Type("s", "ctrl+u")
	w.Text("night.csv")
	w.Type("enter")
	w.see("the alert was saved into night.csv")
	w.Type("s", "up")
	w.see("into:night.csv")
	w.Type("up", "up") // what failed is not in the history
	w.see("into:night.csv")
	w.Type("esc")
	w.quit()
}
