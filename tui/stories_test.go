package tui

import (
	"errors"
	"strings"
	"testing"

	"github.com/mwvgroup/pgb/tui/screen"
)

func TestAPersonChoosesAStreamAndSeesItsAlerts(t *testing.T) {
	w := newWorld(t, 120, 40).begin()
	w.see("Which stream?")
	w.see("300 k alerts a night")
	w.Type("ztf-a")
	w.gone("ztf-lite")
	w.Type("enter")
	w.see("waiting for alerts of ztf-alerts")
	w.send(3)
	s := w.see(w.streams.last())
	for i := range 3 {
		if !s.Contains(w.streams.nth(i)) {
			t.Errorf("no row of %s\n%s", w.streams.nth(i), s.Frame())
		}
	}
	if s = w.see("SIMULATED"); s.Title != "pgb: ztf-alerts" {
		t.Errorf("the window is called %q", s.Title)
	}
	w.quit()
	if n := w.streams.ended.Load(); n != 1 {
		t.Errorf("%d streams ended cleanly, not 1", n)
	}
}

func TestTheLastTopicIsChosenTheNextTime(t *testing.T) {
	first := newWorld(t, 100, 30).begin()
	first.see("Which stream?")
	first.Type("lite", "enter")
	first.see("waiting for alerts of ztf-lite")
	first.quit()
	second := newWorld(t, 100, 30)
	second.config.Memory = first.config.Memory
	second.begin().see("Which stream?")
	second.Type("enter")
	second.see("waiting for alerts of ztf-lite")
	second.quit()
}

func TestWhenAStreamCantBeOpenedTheReasonIsSaid(t *testing.T) {
	w := newWorld(t, 100, 30)
	w.streams.openErr = errors.New("no permission")
	w.config.Explain = func(err error) (string, []string) { return err.Error(), []string{"log in with gcloud"} }
	w.config.Start.Ask.Topic = "ztf-alerts"
	w.begin()
	w.see("can't open ztf-alerts: no permission (log in with gcloud)")
	w.see("Which stream?")
	w.Type("esc")
	w.quit()
}

func TestThePanelShowsTheChosenAlert(t *testing.T) {
	w := newWorld(t, 140, 40).onStream(5)
	newest := w.streams.last()
	w.until("the object in the panel", func(s screen.Screen) bool { return strings.Count(s.String(), newest) >= 2 })
	w.Type("down", "down")
	third := w.streams.nth(2)
	w.until("the third object in the panel", func(s screen.Screen) bool { return strings.Count(s.String(), third) >= 2 })
	w.see("the test archive")
	w.quit()
}

func TestTheSelectionStaysOnItsAlertWhileOthersCome(t *testing.T) {
	w := newWorld(t, 100, 20).onStream(5)
	chosen := w.streams.nth(2)
	w.Type("down", "down")
	w.until("the selection", func(s screen.Screen) bool { return marked(s, chosen) })
	w.send(4)
	w.see(w.streams.last())
	w.until("the selection where it was", func(s screen.Screen) bool { return marked(s, chosen) })
	w.quit()
}

// marked says whether the line of an object is the selected one.
func marked(s screen.Screen, object string) bool {
	for _, line := range s.Lines() {
		if strings.HasPrefix(strings.TrimLeft(line, " "), ">") || strings.HasPrefix(line, "▶") {
			return strings.Contains(line, object)
		}
	}
	return false
}

func TestWhilePausedAlertsWaitAndAreCounted(t *testing.T) {
	w := newWorld(t, 120, 30).onStream(3)
	w.Type("space")
	w.see("PAUSED")
	w.send(7)
	hidden := w.streams.last()
	s := w.see("7")
	if s.Contains(hidden) && !strings.Contains(w.streams.nth(0)+w.streams.nth(1)+w.streams.nth(2), hidden) {
		t.Errorf("an alert that should wait is shown\n%s", s.Frame())
	}
	w.Type("space")
	w.gone("PAUSED")
	w.see(hidden)
	w.quit()
}

func TestAnEmptyStreamSaysWhatItWaitsFor(t *testing.T) {
	w := newWorld(t, 80, 24).onStream(0)
	w.see("waiting for alerts of ztf-alerts")
	w.Type("j", "enter", "m", "c", "w", "s", "o", "y", "Z", "esc", "esc")
	w.quit()
}
