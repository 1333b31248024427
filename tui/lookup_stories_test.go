package tui

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/mwvgroup/pgb/client/alert"
	"github.com/mwvgroup/pgb/tui/screen"
)

func TestALookupIsASecondTableWhileTheStreamGoesOn(t *testing.T) {
	w := newWorld(t, 100, 30)
	found := w.streams.make(3)
	w.archive.found = Found{Title: "objects of a test", Columns: w.streams.view.Columns(), Messages: found, Notes: []string{"no radius given: 2 arcsec"}}
	w.onStream(4)
	inStream := w.streams.last()
	w.Type(":")
	w.see("asks the test archive")
	w.Text("ZTF21abc")
	w.Type("enter")
	w.see("objects of a test: 3 alerts")
	w.see("no radius given")
	newest := found[2].Row().Get("object_id").String()
	w.until("the newest on top, chosen", func(s screen.Screen) bool { return marked(s, newest) })
	w.send(2)
	w.Type("esc")
	w.gone("objects of a test")
	w.see(inStream)
	w.see(w.streams.last())
	w.Type(":", "up")
	w.see("look up :ZTF21abc")
	w.Type("esc")
	w.quit()
}

func TestTheNearestOfAPositionStandsOnTop(t *testing.T) {
	w := newWorld(t, 100, 30)
	found := w.streams.make(3)
	columns := append([]alert.Column{{Name: separation, Unit: "arcsec"}}, w.streams.view.Columns()...)
	for _, m := range found {
		row := *m.Row()
		row.Columns, row.Values = columns, append(slices.Clone(row.Values[:1]), row.Values...)
		m.SetRow(&row)
	}
	w.archive.found = Found{Title: "a place", Columns: columns, Messages: found, More: true}
	w.config.Start.Object = "270.1 -30.2 2m"
	w.begin()
	w.see("a place: the first 3 alerts")
	nearest := found[0].Row().Get("object_id").String()
	w.until("the nearest chosen", func(s screen.Screen) bool { return marked(s, nearest) })
	w.Type("esc")
	w.see("Which stream?")
	w.Type("esc")
	w.quit()
}

func TestALookupIsGivenUpWithEsc(t *testing.T) {
	w := newWorld(t, 100, 30)
	w.archive.hold = make(chan struct{})
	w.onStream(1)
	w.Type(":")
	w.Text("ZTF21abc")
	w.Type("enter")
	w.see("asking the test archive for ZTF21abc")
	w.Type("esc")
	w.see("given up")
	w.until("the archive told", func(screen.Screen) bool { w.Type("ctrl+l"); return w.archive.given.Load() == 1 })
	w.quit()
}

func TestALookupThatFailsSaysWhy(t *testing.T) {
	w := newWorld(t, 100, 30).onStream(1)
	w.archive.failing(errors.New("over the budget"))
	w.Type(":")
	w.Text("ZTF21abc")
	w.Type("enter")
	w.see("looking up ZTF21abc: over the budget")
	w.quit()
}

func TestWithoutAnArchiveItIsSaidWhatToDo(t *testing.T) {
	w := newWorld(t, 100, 30)
	w.config.Archive, w.config.NoArchive = nil, "no archive yet: stream --save makes one"
	w.onStream(1)
	w.Type(":")
	w.see("stream --save makes one")
	w.Type("a")
	w.quit()
}

func TestAnArchiveThatCostsIsAskedOnlyWhenAPersonSaysSo(t *testing.T) {
	w := newWorld(t, 140, 50)
	w.archive.free = false
	w.onStream(2)
	newest := w.streams.last()
	w.until("the object in the panel", func(s screen.Screen) bool { return strings.Count(s.String(), newest) >= 2 })
	if n := w.archive.asked.Load(); n != 0 {
		t.Errorf("asked %d times unasked", n)
	}
	w.Type("?")
	w.see("costs money, within the budget")
	w.Type("esc", "a")
	w.see("from the test archive")
	w.quit()
}

func TestALookupThatFindsNothingSaysOfWhat(t *testing.T) {
	w := newWorld(t, 100, 30).onStream(1)
	w.archive.found = Found{Title: "within 2 arcmin of 01:00:00 +02:00:00"}
	w.Type(":")
	w.Text("15 2 2m")
	w.Type("enter")
	w.see("nothing found in the test archive: within 2 arcmin of 01:00:00 +02:00:00")
	w.quit()
}

func TestWhatALookupWaitsForIsSaidWithHowToGiveItUp(t *testing.T) {
	w := newWorld(t, 100, 30)
	notices := make(chan string)
	w.config.Notices, w.archive.hold = notices, make(chan struct{})
	w.onStream(1)
	w.Type(":")
	w.Text("ZTF21abc")
	w.Type("enter")
	w.see("asking the test archive for ZTF21abc ... (Esc gives it up)")
	notices <- "making the archive, once"
	w.see("making the archive, once ... (Esc gives it up)")
	notices <- ""
	w.gone("making the archive")
	w.see("asking the test archive for ZTF21abc ... (Esc gives it up)")
	w.Type("esc")
	w.see("given up")
	w.quit()
}

func TestWhatIsWrongWithTheArchiveIsSaidOnce(t *testing.T) {
	w := newWorld(t, 150, 30).onStream(1)
	broken := errors.New("the file is old")
	w.archive.err.Store(&broken)
	w.Type("a")
	s := w.see("the file is old")
	for y := range s.Height {
		if line := s.Line(y); strings.Count(line, "the file is old") > 1 {
			t.Errorf("it is said twice: %s", line)
		}
	}
	w.quit()
}
