package tui

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/mwvgroup/pgb/client/alert"
	"github.com/mwvgroup/pgb/client/field"
	"github.com/mwvgroup/pgb/tui/memory"
	"github.com/mwvgroup/pgb/tui/screen"
)

func TestAStreamGoesOnWhereAnotherCantBeOpened(t *testing.T) {
	w := newWorld(t, 80, 12).onStream(3) // the list needs all of it
	w.streams.openErr = errors.New("no permission")
	w.Type("T")
	w.see("Which stream?")
	w.Type("enter")
	s := w.see("can't open ztf-alerts: no permission")
	if !s.Contains("Which stream?") {
		t.Errorf("the reason and the list are not seen together\n%s", s.Frame())
	}
	w.Type("esc")
	w.send(2)
	w.see(w.streams.last())
	if n := w.streams.ended.Load(); n != 0 {
		t.Errorf("%d streams have ended", n)
	}
	w.streams.openErr = nil
	w.Type("T", "enter")
	w.gone("can't open")
	w.see("waiting for alerts of ztf-alerts")
	w.send(1)
	w.quit()
	if n := w.streams.ended.Load(); n != 2 {
		t.Errorf("%d streams have ended cleanly, not 2", n)
	}
}

func TestAStreamThatWasLeftIsWaitedForAtTheEnd(t *testing.T) {
	w := newWorld(t, 100, 30)
	w.streams.slow = make(chan struct{})
	w.onStream(1)
	w.Type("T")
	w.see("Which stream?")
	w.Type("lite", "enter")
	w.see("waiting for alerts of ztf-lite")
	w.Type("q")
	w.see("ending")
	close(w.streams.slow)
	w.ended(nil)
	if n := w.streams.ended.Load(); n != 1 {
		t.Errorf("%d streams ended cleanly, not 1", n)
	}
}

func TestFilesThatBreakOffAreShownAsFarAsTheyAreAndNotTriedAgain(t *testing.T) {
	w := newWorld(t, 120, 30)
	w.streams.stored = true
	w.config.Start.Ask.Files = []string{"night.tar.gz"}
	w.begin()
	w.send(4)
	w.streams.fail <- errors.New("the archive breaks off")
	w.see("the archive breaks off; 4 alerts could be read")
	s := w.see(w.streams.last())
	if s.Contains("again") {
		t.Errorf("it is tried again\n%s", s.Frame())
	}
	w.see("stopped")
	w.Type("r") // a person may have mended it
	w.gone("breaks off")
	w.send(2)
	w.streams.fail <- nil
	w.see("the end: 2 alerts")
	w.quit()
}

func TestBesideATableWithoutAlertsNoAlertIsShown(t *testing.T) {
	w := newWorld(t, 140, 40).onStream(3)
	newest := w.streams.last()
	w.until("the object in the panel", func(s screen.Screen) bool { return strings.Count(s.String(), newest) >= 2 })
	w.Type("T")
	w.see("Which stream?")
	w.Type("lite", "enter")
	w.see("waiting for alerts of ztf-lite")
	w.gone(newest)
	w.quit()
}

func TestOfFilesThatAreTooLargeItIsSaidHowMuchIsShown(t *testing.T) {
	w := newWorld(t, 120, 30)
	w.streams.stored, w.config.Keep = true, 5
	w.config.Start.Ask.Files = []string{"night.tar.gz"}
	w.begin()
	w.send(12)
	w.streams.fail <- nil
	w.see("the end: 12 alerts; only the last 5 are shown (--keep)")
	w.quit()
}

// at makes alerts of some times (MJD).
func (w *world) at(times ...float64) []*alert.Message {
	list := w.streams.make(len(times))
	for i, m := range list {
		row := *m.Row()
		row.Values = slices.Clone(row.Values)
		row.Values[slices.IndexFunc(row.Columns, func(c alert.Column) bool { return c.Name == "mjd" })] = field.OfFloat64(times[i])
		m.SetRow(&row)
	}
	return list
}

func TestFilesWithoutDifferentTimesHaveNothingToPlay(t *testing.T) {
	w := newWorld(t, 120, 30)
	w.streams.stored = true
	w.config.Start.Ask.Files = []string{"one.avro"}
	w.begin()
	if err := w.streams.sendAll(w.at(61000.5, 61000.5)); err != nil {
		t.Fatal(err)
	}
	w.streams.fail <- nil
	w.see("all alerts are of one time")
	if s := w.see("the end: 2 alerts"); s.Contains("Space") {
		t.Errorf("it promises to play\n%s", s.Frame())
	}
	w.quit()
}

func TestANonsenseTimeDoesNotSpoilTheSlider(t *testing.T) {
	w := newWorld(t, 120, 30)
	w.streams.stored = true
	w.config.Start.Ask.Files = []string{"night.tar.gz"}
	w.begin()
	if err := w.streams.sendAll(w.at(61001, 1.48e9, 61002, 61003, -1, 61003.5)); err != nil {
		t.Fatal(err)
	}
	w.streams.fail <- nil
	w.see("(Space plays them by their time)")
	w.Type("shift+tab", "home")
	w.see("2 of 6 alerts") // the first one, and the one before all time
	w.Type("end")
	w.gone("of 6 alerts")
	w.quit()
}

func TestTheShareThatPassesIsOfWhatTheFilterWasTriedOn(t *testing.T) {
	w := newWorld(t, 120, 40).onStream(12)
	inG := func() (n int) {
		for _, m := range w.streams.sent {
			if m.Row().Get("band").String() == "g" {
				n++
			}
		}
		return n
	}
	w.Type("/")
	w.Text(`band == "g"`)
	w.Type("enter")
	before := inG()
	w.see(fmt.Sprintf(" %d of 12 ", before))
	w.send(12)
	w.see(fmt.Sprintf(" %d of 24 ", inG()))
	w.Type("/", "ctrl+u")
	w.Text("snr < -1000")
	w.Type("enter")
	w.see(fmt.Sprintf(" 0 of %d ", 12+inG()-before)) // those that did not pass are not there to try it on
	w.Type("/", "ctrl+u", "enter")
	w.see(" 24 alerts")
	w.quit()
}

func TestWhatIsOpenedTooLateToSaveIntoIsClosed(t *testing.T) {
	w := newWorld(t, 100, 30).onStream(1)
	w.saver.hold = make(chan struct{})
	w.Type("S")
	w.Text("late.csv")
	w.Type("enter")
	w.see("opening late.csv")
	w.Type("T")
	w.see("Which stream?")
	w.Type("lite", "enter")
	w.see("waiting for alerts of ztf-lite")
	w.until("the stream before ended", func(screen.Screen) bool { w.Type("ctrl+l"); return w.streams.ended.Load() == 1 })
	w.send(1) // the next one is read: the one before is done with
	w.see(w.streams.last())
	close(w.saver.hold)
	w.quit()
	if ids, closed := w.saver.of("late.csv"); len(ids) != 0 || closed != "complete=true" {
		t.Errorf("%d are saved, closed: %s", len(ids), closed)
	}
}

func TestObjectsOfTheSameIDAreToldApartByTheirSurveys(t *testing.T) {
	w := newWorld(t, 100, 30)
	kept := memory.New()
	kept.Watch("ztf 77")
	kept.Watch("lsst 77")
	if err := kept.Save(w.config.Memory); err != nil {
		t.Fatal(err)
	}
	w.archive.hold = make(chan struct{})
	w.onStream(1)
	w.Type("W")
	w.see("lsst")
	w.Type("delete")
	w.gone("lsst")
	w.see("ztf  ")
	w.Type("enter")
	w.see("asking the test archive for ZTF:77")
	w.quit()
	now, err := memory.Load(w.config.Memory)
	if err != nil || !now.Watched("ztf 77") || now.Watched("lsst 77") {
		t.Errorf("watched are %v, %v", now.WatchList(), err)
	}
}

func TestWithoutAStreamItIsSaidWhatCanBeDone(t *testing.T) {
	w := newWorld(t, 80, 24).begin()
	w.see("Which stream?")
	w.see("Enter opens it  Esc closes  Ctrl-C quits")
	w.Type("esc")
	w.see("T: choose a stream")
	w.quit()
}
