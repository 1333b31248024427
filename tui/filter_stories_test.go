package tui

import (
	"strings"
	"testing"

	"github.com/mwvgroup/pgb/tui/screen"
)

func TestAFilterIsCheckedAsItIsTyped(t *testing.T) {
	w := newWorld(t, 100, 30).onStream(30)
	w.Type("/")
	w.Text("snq > 5")
	s := w.see(`unknown name "snq"`)
	if !s.Contains("snr") || !s.Contains("^^^") {
		t.Errorf("neither a nearest name nor carets\n%s", s.Frame())
	}
	w.Type("enter")
	w.see("^^^") // it is not taken
	w.Type("ctrl+u")
	w.Text("snr > -1000")
	w.see("30 of the last 30 pass")
	w.Type("ctrl+u")
	w.Text("snr < -1000")
	w.gone("30 of the last 30 pass")
	w.see("0 of the last 30 pass")
	w.Type("esc")
	w.gone("snr <")
	w.quit()
}

func TestAFilterShowsOnlyWhatPassesAndGoingWithoutShowsAllAgain(t *testing.T) {
	w := newWorld(t, 60, 40).onStream(12)
	inG, inR := w.byBand("g"), w.byBand("r")
	if len(inG) == 0 || len(inR) == 0 {
		t.Fatal("alerts of one band only: the test needs both")
	}
	w.Type("/")
	w.Text(`band == "g"`)
	w.Type("enter")
	w.gone(inR[0])
	w.see(inG[0])
	w.send(12)
	for _, id := range w.byBand("g") {
		w.see(id)
	}
	for _, id := range w.byBand("r") {
		if s := w.Screen(); s.Contains(id) {
			t.Errorf("%s does not pass and is shown\n%s", id, s.Frame())
		}
	}
	w.Type("/", "ctrl+u", "enter")
	w.see("no filter")
	w.see(inR[0]) // came before the filter
	w.quit()
}

// byBand gives the objects that were sent in one band only.
func (w *world) byBand(band string) []string {
	w.streams.mu.Lock()
	defer w.streams.mu.Unlock()
	bands := map[string]string{}
	for _, m := range w.streams.sent {
		bands[m.Row().Get("object_id").String()] += m.Row().Get("band").String()
	}
	var ids []string
	for id, has := range bands {
		if strings.Trim(has, band) == "" {
			ids = append(ids, id)
		}
	}
	return ids
}

func TestWhatWaitsWhenAFilterIsSetIsFilteredToo(t *testing.T) {
	w := newWorld(t, 60, 50).onStream(2)
	w.Type("p")
	w.see("PAUSED")
	w.send(20)
	w.Type("/")
	w.Text("snr < -1000")
	w.Type("enter")
	w.see("no alert has passed the filter yet")
	w.Type("p")
	w.gone("PAUSED")
	w.see("no alert has passed the filter yet")
	w.quit()
}

func TestTheSelectionStaysWhenAFilterLeavesItIn(t *testing.T) {
	w := newWorld(t, 60, 30).onStream(6)
	chosen := w.streams.nth(3)
	w.Type("j", "j")
	w.until("the selection", func(s screen.Screen) bool { return marked(s, chosen) })
	w.Type("/")
	w.Text("snr > -1000")
	w.Type("enter")
	w.gone("filter /")
	w.until("the selection where it was", func(s screen.Screen) bool { return marked(s, chosen) })
	w.quit()
}

func TestAFilterOfTheCommandLineIsSet(t *testing.T) {
	w := newWorld(t, 100, 30)
	w.config.Start.Ask.Where = "snr < -1000"
	w.onStream(0)
	w.send(5)
	w.see("no alert has passed the filter yet")
	w.see("snr < -1000")
	w.quit()
}

func TestAFilterOfTheCommandLineThatIsWrongIsSaid(t *testing.T) {
	w := newWorld(t, 100, 30)
	w.config.Start.Ask.Where = "snr >"
	w.onStream(0)
	w.see("can't open ztf-alerts: filter snr >")
	w.Type("esc")
	w.quit()
}
