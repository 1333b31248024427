package tui

import (
	"strings"
	"testing"

	"github.com/mwvgroup/pgb/client/sandbox/sim"
	"github.com/mwvgroup/pgb/tui/cells"
	"github.com/mwvgroup/pgb/tui/screen"
)

func TestAWatchedObjectRingsAndSticksOnTopWhenItIsSeenAgain(t *testing.T) {
	w := newWorld(t, 100, 24).onStream(4)
	chosen := w.streams.nth(1)
	w.Type("j", "j")
	w.until("the selection", func(s screen.Screen) bool { return marked(s, chosen) })
	w.Type("w")
	w.see("watching " + chosen)
	w.Type("esc") // the line is free
	again := w.streams.sent[1:2]
	w.send(3)
	w.see(w.streams.last())
	if n := w.Bells(); n != 0 {
		t.Errorf("it rang %d times before", n)
	}
	if err := w.streams.sendAll(again); err != nil {
		t.Fatal(err)
	}
	w.see("seen again: " + chosen)
	s := w.until("the bell", func(screen.Screen) bool { return w.Bells() > 0 })
	if !strings.Contains(s.Line(1), chosen) {
		t.Errorf("it is not on top\n%s", s.Frame())
	}
	w.send(5)
	s = w.see(w.streams.last())
	if !strings.Contains(s.Line(1), chosen) {
		t.Errorf("it is no longer on top\n%s", s.Frame())
	}
	if n := w.Bells(); n != 1 {
		t.Errorf("it rang %d times", n)
	}
	w.Type("W")
	w.see("Watched objects")
	s = w.see("seen just now")
	if !s.Contains("ztf") {
		t.Errorf("no survey\n%s", s.Frame())
	}
	w.Type("delete")
	w.see("no object is watched")
	w.Type("esc")
	w.quit()
}

func TestTheWatchListIsKept(t *testing.T) {
	first := newWorld(t, 100, 24).onStream(1)
	first.Type("w")
	first.see("watching")
	first.quit()
	second := newWorld(t, 100, 24)
	second.config.Memory = first.config.Memory
	second.onStream(1)
	second.see("seen again: " + second.streams.last())
	second.quit()
}

func TestThePageIsOpenedAndItsAddressCopied(t *testing.T) {
	w := newWorld(t, 100, 30)
	opened := make(chan string, 1)
	w.config.Browse = func(url string) error { opened <- url; return nil }
	w.onStream(1)
	want := "https://example.org/ztf/" + w.streams.last()
	w.Type("enter")
	w.see("1 Light curve")
	w.Type("5")
	w.see("example.org")
	w.Type("y")
	w.see("copied " + want)
	w.until("the address in the clipboard", func(screen.Screen) bool { return w.Clipboard() == want })
	w.Type("o")
	if got := <-opened; got != want {
		t.Errorf("opened %q", got)
	}
	w.quit()
}

func TestTheMouseChoosesPartsAndAlerts(t *testing.T) {
	w := newWorld(t, 140, 40).onStream(6)
	third := w.streams.nth(3)
	x, y, ok := w.see(third).Find(third)
	if !ok {
		t.Fatal("not there")
	}
	if err := w.Click(x, y); err != nil {
		t.Fatal(err)
	}
	w.until("the selection", func(s screen.Screen) bool { return marked(s, third) })
	if err := w.Click(120, 20); err != nil { // the panel
		t.Fatal(err)
	}
	w.Type("4")
	w.see("candidate")
	for _, n := range []int{3, -3} {
		for _, at := range [][2]int{{5, 5}, {120, 5}, {120, 30}} {
			if err := w.Wheel(at[0], at[1], n); err != nil {
				t.Fatal(err)
			}
		}
	}
	if err := w.Drag(100, 20, 110, 22); err != nil {
		t.Fatal(err)
	}
	w.Type("T")
	w.see("Which stream?")
	if err := w.Click(1, 1); err != nil {
		t.Fatal(err)
	}
	w.gone("Which stream?")
	w.quit()
}

func TestAClickOnTheSkyChoosesTheAlertThere(t *testing.T) {
	w := newWorld(t, 80, 24).onStream(9)
	first := w.streams.last()
	w.Type("enter")
	w.see("1 Light curve")                           // so that the map has its mark
	w.Type("esc", "m", "+", "+", "+", "+", "+", "+") // around the chosen alert
	w.see("a cell")
	w.Type("esc")
	w.see("object_id")
	w.Type("j", "j")
	w.until("another one chosen", func(s screen.Screen) bool { return marked(s, w.streams.nth(-3)) })
	w.Type("tab", "tab")
	w.see("a cell")
	if err := w.Click(40, 10); err != nil { // the middle of the map
		t.Fatal(err)
	}
	w.Type("tab")
	w.until("the first one chosen again", func(s screen.Screen) bool { return marked(s, first) })
	w.quit()
}

func TestTheRegionOfAGravitationalWaveIsOnTheSky(t *testing.T) {
	w := newWorld(t, 120, 40)
	w.streams.of(t, "lvk-alerts", sim.Options{Surveys: []string{sim.SurveyLVK}})
	w.onStream(1)
	w.Type("m")
	w.see("90")
	w.see(w.streams.last() + " ")
	w.quit()
}

func TestStoredStreamsHaveATime(t *testing.T) {
	w := newWorld(t, 100, 30)
	w.streams.stored = true
	w.config.Start.Ask.Files = []string{"night.tar.gz"}
	w.begin()
	w.send(40)
	w.see(w.streams.last())
	w.streams.fail <- nil
	w.see("the end: 40 alerts")
	w.Type("shift+tab", "home") // the slider is the last part
	w.gone(w.streams.last() + " ")
	w.Type("end")
	w.see(w.streams.last())
	w.Type("home")
	w.gone(w.streams.last() + " ")
	w.Type("+", "+", "+", "+", "+", "space")
	w.see(w.streams.last()) // it is played to its end
	w.quit()
}

func TestTheMessageIsSearched(t *testing.T) {
	w := newWorld(t, 100, 40).onStream(1)
	w.see("1 Light curve")
	w.Type("enter", "4", "z")
	w.see("candidate")
	w.Type("/")
	w.see("search the message /")
	w.Text("magpsf")
	w.see("found")
	w.Type("enter")
	w.gone("search the message /")
	w.see("magpsf")
	w.Type("n", "N", "q")
	w.ended(nil)
}

func TestTheKeysAreListed(t *testing.T) {
	w := newWorld(t, 160, 60).onStream(1)
	w.see("1 Light curve") // the object has keys where one is shown
	w.Type("?")
	s := w.see("Everywhere")
	for _, text := range []string{"Stream", "Alert", "View", "Table", "Object", "Sky", "filter", "quit", "watch list", "history"} {
		if !s.Contains(text) {
			t.Errorf("no %s\n%s", text, s.Frame())
		}
	}
	w.Type("?")
	w.gone("Everywhere")
	w.quit()
}

// TestNoKeyIsShadowedEverywhere sees that keys which mean the same everywhere
// mean nothing else anywhere.
func TestNoKeyMeansSomethingElseThanEverywhere(t *testing.T) {
	v := newViewer(t.Context(), Config{Streams: newStreams(t)})
	defer v.cancel()
	everywhere := map[string]bool{}
	for _, b := range v.always().Bindings {
		for _, key := range b.Keys {
			everywhere[key] = true
		}
	}
	for _, g := range v.groups()[1:] {
		for _, b := range g.Bindings {
			for _, key := range b.Keys {
				if everywhere[key] {
					t.Errorf("%s: %s is bound to %s", g.Name, key, b.Does)
				}
			}
		}
	}
}

func TestColoursSuitTheBackground(t *testing.T) {
	for name, options := range map[string][]screen.Option{"dark": nil, "light": {screen.Light()}} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t, 100, 30, options...).onStream(3)
			want := cells.Theme{Light: name == "light"}.Selected().Bg
			w.until("the selected line", func(s screen.Screen) bool { return s.Cell(5, 1).Bg == want })
			w.quit()
		})
	}
}

func TestSevenBitsAreEnough(t *testing.T) {
	w := newWorld(t, 140, 50)
	w.config.ASCII = true
	w.onStream(20)
	for _, keys := range [][]string{nil, {"enter", "2", "4"}, {"esc", "m"}, {"?"}, {"esc", "T"}, {"esc", "/", "x"}, {"esc"}} {
		w.Type(keys...)
		s := w.see("SIM")
		for _, line := range s.Lines() {
			for _, r := range line {
				if r > '~' {
					t.Fatalf("%q in\n%s", r, s.Frame())
				}
			}
		}
	}
	w.quit()
}
