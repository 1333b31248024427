package tui

import (
	"errors"
	"math"
	"os"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/mwvgroup/pgb/client/alert"
	"github.com/mwvgroup/pgb/tui/screen"
)

// inPanel says whether the panel, which stands on the right, shows an object.
func inPanel(s screen.Screen, object string) bool {
	for _, line := range s.Lines() {
		if at := strings.LastIndex(line, object); at > len(line)/2 {
			return true
		}
	}
	return false
}

func TestWhileTheTableFollowsThePanelIsCalmAndCommandsConcernItsAlert(t *testing.T) {
	var passed atomic.Int64
	begin := time.Now()
	w := newWorld(t, 140, 40)
	w.config.Now = func() time.Time { return begin.Add(time.Duration(passed.Load())) }
	w.onStream(1)
	first := w.streams.nth(0)
	w.until("the first object in the panel", func(s screen.Screen) bool { return inPanel(s, first) })
	passed.Store(int64(time.Second))
	for range 3 {
		w.send(1)
		s := w.until("the next object on top", func(s screen.Screen) bool { return marked(s, w.streams.last()) })
		if !inPanel(s, first) {
			t.Fatalf("the panel changed at once\n%s", s.Frame())
		}
	}
	w.Type("w")
	w.see("watching " + first)
	w.send(1)
	w.until("the last object on top", func(s screen.Screen) bool { return marked(s, w.streams.last()) })
	passed.Store(int64(3 * time.Second))
	w.until("the last object in the panel", func(s screen.Screen) bool { return inPanel(s, w.streams.last()) })
	w.see("following")
	w.quit()
}

func TestThePanelKeepsItsAlertWhileItHasTheKeys(t *testing.T) {
	for name, look := range map[string]func(w *world){
		"enter":     func(w *world) { w.Type("enter") },
		"tab":       func(w *world) { w.Type("tab", "2") },
		"the mouse": func(w *world) { w.Click(130, 30) },
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t, 140, 40).onStream(2)
			object := w.streams.last()
			w.until("the object in the panel", func(s screen.Screen) bool { return inPanel(s, object) })
			w.see("following")
			look(w)
			w.gone("following")
			w.send(3)
			s := w.see(w.streams.last())
			if !marked(s, object) || !inPanel(s, object) {
				t.Errorf("it went on to another\n%s", s.Frame())
			}
			w.Type("F") // gives the table the keys
			w.see("following")
			w.until("the newest one", func(s screen.Screen) bool { return marked(s, w.streams.last()) && inPanel(s, w.streams.last()) })
			w.quit()
		})
	}
}

func TestGoingThroughThePanelEndsNoFollowing(t *testing.T) {
	w := newWorld(t, 140, 40).onStream(2)
	object := w.streams.last()
	w.until("the object in the panel", func(s screen.Screen) bool { return inPanel(s, object) })
	w.Type("tab", "w")
	w.see("watching " + object)
	w.send(3)
	newest := w.streams.last()
	s := w.until("the newest on top", func(s screen.Screen) bool { return marked(s, newest) })
	if !inPanel(s, object) {
		t.Errorf("the panel, which has the keys, went on\n%s", s.Frame())
	}
	w.Type("w")
	w.see(object + " is no longer watched")
	w.Type("tab")
	w.until("the newest in the panel", func(s screen.Screen) bool { return marked(s, newest) && inPanel(s, newest) })
	w.quit()
}

func TestWhereTheTableIsAloneEnterTakesTheAlertOnTop(t *testing.T) {
	w := newWorld(t, 80, 24).onStream(2)
	object := w.streams.last()
	w.Type("enter")
	w.until("the object", func(s screen.Screen) bool { return s.Contains("1 Light curve") && s.Contains(object) })
	w.send(2)
	w.Type("s")
	w.see("save " + object + " into:")
	w.Type("esc", "esc")
	w.until("the object chosen", func(s screen.Screen) bool { return marked(s, object) })
	w.quit()
}

func TestASelectedAlertIsHeldWhenItIsNoLongerKept(t *testing.T) {
	w := newWorld(t, 140, 40)
	w.config.Keep = 5
	w.onStream(3)
	object := w.streams.nth(1)
	w.Type("down")
	w.until("the second object in the panel", func(s screen.Screen) bool { return marked(s, object) && inPanel(s, object) })
	for range 3 {
		w.send(4)
		s := w.see(w.streams.last())
		if !inPanel(s, object) {
			t.Fatalf("the panel went on to another\n%s", s.Frame())
		}
	}
	w.see(object + " is selected, and no longer kept")
	w.Type("s")
	w.see("save " + object + " into:")
	w.Text("one.jsonl")
	w.Type("enter")
	w.see("was saved into one.jsonl")
	w.Type("up")
	w.gone("no longer kept")
	w.quit()
}

func TestNumbersShowThePartsOfTheObjectWhateverHasTheKeys(t *testing.T) {
	w := newWorld(t, 140, 40).onStream(1)
	w.see("1 Light curve")
	w.Type("4")
	w.see("candidate")
	w.Type("m")
	w.see("equatorial")
	w.Type("tab", "5")
	w.see("example.org")
	w.quit()
	w = newWorld(t, 80, 24).onStream(1)
	w.Type("4")
	w.see("candidate")
	w.quit()
}

func TestTheStateIsThatOfTheConnection(t *testing.T) {
	notices := make(chan string)
	w := newWorld(t, 120, 30)
	w.config.Notices = notices
	w.onStream(0)
	w.see("connecting")
	w.send(1)
	w.see("running")
	notices <- Lost + " and tried again: a reason"
	w.see("reconnecting")
	notices <- "the connection is back"
	w.gone("reconnecting")
	notices <- Lost + " and tried again: a reason"
	w.see("reconnecting")
	w.send(1)
	w.gone("reconnecting")
	w.see("running")
	w.quit()
}

func TestAnArchiveThatFailsUnaskedIsSilent(t *testing.T) {
	w := newWorld(t, 140, 40)
	w.archive.failing(errors.New("unknown id"))
	w.onStream(1)
	w.until("the archive was asked", func(screen.Screen) bool { w.Type("ctrl+l"); return w.archive.asked.Load() > 0 })
	w.see("from the test archive") // what it has nevertheless
	if s := w.Screen(); s.Contains("unknown id") {
		t.Errorf("nobody asked\n%s", s.Frame())
	}
	w.Type("a")
	w.see("asking the test archive: unknown id")
	w.quit()
}

func TestWithoutAnArchiveAskingItSaysWhy(t *testing.T) {
	w := newWorld(t, 140, 40)
	w.config.Archive, w.config.NoArchive = nil, "no archive yet: stream --save makes one"
	w.onStream(1)
	w.Type("a")
	w.see("stream --save makes one")
	w.quit()
}

func TestMessagesAreListedInFull(t *testing.T) {
	w := newWorld(t, 60, 30)
	long := strings.Repeat("the reason is long ", 12) + "and ends here"
	w.config.Temporary = func(error) bool { return false }
	w.onStream(1)
	w.streams.fail <- errors.New(long)
	s := w.see("!: in full")
	if s.Contains("ends here") {
		t.Errorf("it is not cut\n%s", s.Frame())
	}
	w.Type("!")
	w.see("ends here")
	w.see("Messages")
	w.Type("!")
	w.gone("ends here")
	w.quit()
}

func TestABrokenFileIsSaidAtTheEnd(t *testing.T) {
	w := newWorld(t, 100, 30)
	w.streams.stored = true
	w.streams.broken = errors.New("the archive breaks off after 2 members")
	w.config.Start.Ask.Files = []string{"night.tar.gz"}
	w.begin()
	w.send(1)
	w.see(w.streams.last())
	w.streams.fail <- nil
	w.see("the end: 1 alert, 1 bad: the archive breaks off after 2 members")
	s := w.see("ended")
	if s.Contains("/s") {
		t.Errorf("what has ended has a rate\n%s", s.Frame())
	}
	w.Type("!")
	w.see("1 alert of night.tar.gz can't be read")
	w.Type("esc")
	w.quit()
}

func TestABrokenMemoryIsSaid(t *testing.T) {
	w := newWorld(t, 100, 30)
	if err := os.WriteFile(w.config.Memory, []byte("{"), 0o600); err != nil {
		t.Fatal(err)
	}
	w.onStream(1)
	w.see("can't read what was kept of the last time")
	w.send(1)
	w.see(w.streams.last())
	w.see("can't read what was kept of the last time")
	w.quit()
}

func TestWatchedObjectsThatAreSeenAgainHideNoError(t *testing.T) {
	w := newWorld(t, 100, 30).onStream(2)
	again := w.streams.sent[1:2]
	w.Type("w")
	w.see("watching")
	w.archive.failing(errors.New("over the budget"))
	w.Type("a")
	w.see("over the budget")
	for range 3 {
		if err := w.streams.sendAll(append([]*alert.Message(nil), again...)); err != nil {
			t.Fatal(err)
		}
		w.send(1)
		if s := w.see(w.streams.last()); !s.Contains("over the budget") {
			t.Errorf("the error is gone\n%s", s.Frame())
		}
	}
	w.quit()
}

func TestASortedTableFollowsItsFirstRow(t *testing.T) {
	w := newWorld(t, 140, 40).onStream(12)
	w.Type(">", ">", ">", ">")
	w.see("▲") // by brightness
	w.send(40)
	s := w.see("52 alerts")
	if !marked(s, w.brightest()) {
		t.Errorf("the first row is not the selected one\n%s", s.Frame())
	}
	w.quit()
}

// brightest is the object of the brightest alert that was sent.
func (w *world) brightest() (object string) {
	least := math.Inf(1)
	for _, m := range w.streams.sent {
		if mag, ok := m.Row().Get("mag").Float(); ok && mag < least {
			least, object = mag, m.Row().Get("object_id").String()
		}
	}
	return object
}
