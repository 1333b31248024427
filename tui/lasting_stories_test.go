package tui

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"

	"github.com/mwvgroup/pgb/client/alert"
	"github.com/mwvgroup/pgb/client/field"
	"github.com/mwvgroup/pgb/tui/memory"
	"github.com/mwvgroup/pgb/tui/screen"
)

func TestAStreamThatDiesComesBack(t *testing.T) {
	w := newWorld(t, 120, 30).onStream(2)
	before := w.streams.last()
	w.streams.fail <- errors.New("connection reset")
	w.see("connection reset")
	w.see("r: now")
	w.see(before) // what was there stays
	w.send(2)     // it is read again, after a second
	w.see(w.streams.last())
	w.gone("connection reset")
	w.streams.fail <- errors.New("connection reset again")
	w.see("connection reset again")
	w.Type("r")
	w.gone("connection reset again")
	w.send(1)
	w.quit()
}

func TestAnErrorThatStaysIsNotTriedAgainByItself(t *testing.T) {
	w := newWorld(t, 120, 30)
	w.config.Temporary = func(error) bool { return false }
	w.onStream(1)
	w.streams.fail <- errors.New("permission denied")
	w.see("permission denied")
	w.see("r tries again")
	if n := w.streams.open.Load(); n != 0 {
		t.Errorf("%d streams run", n)
	}
	w.Type("r")
	w.send(1)
	w.gone("permission denied")
	w.quit()
}

func TestNoticesAreShownAndTakenAway(t *testing.T) {
	notices := make(chan string)
	w := newWorld(t, 100, 30)
	w.config.Notices = notices
	w.onStream(1)
	notices <- "the connection was lost"
	w.see("the connection was lost")
	notices <- ""
	w.gone("the connection was lost")
	w.quit()
}

func TestHostileTextIsOnlyText(t *testing.T) {
	w := newWorld(t, 120, 40).onStream(1)
	list := w.streams.make(6)
	for i, text := range []string{
		"\x1b]0;owned\x07\x1b[2J\x1b[31mred", "日本語" + strings.Repeat("e\u0301", 40), strings.Repeat("x", 10_000),
		"\u202egnp.exe\u200b", "a\r\nb\tc\x00d", "\xff\xfe\U0001F1E9\U0001F1EA\U0001F468\u200d\U0001F469",
	} {
		row := *list[i].Row()
		row.Values = append([]field.Value(nil), row.Values...)
		for c, column := range row.Columns {
			if column.Name == "object_id" || column.Name == "class" || column.Name == "topic" {
				row.Values[c] = field.OfString(text)
			}
		}
		list[i].SetRow(&row)
		list[i].Topic = text
		list[i].Headers = append(list[i].Headers, alert.Header{Name: text, Value: []byte(text)})
	}
	if err := w.streams.sendAll(list); err != nil {
		t.Fatal(err)
	}
	w.see("red")
	for _, key := range []string{"j", "j", "j", "j", "j", "w", "enter", "2", "3", "4", "5", "esc", "m", "W", "esc", "H", "esc"} {
		w.Type(key)
	}
	s := w.see("xxxxx")
	if s.Title != "pgb: ztf-alerts" {
		t.Errorf("the title is %q", s.Title)
	}
	w.quit()
}

func TestCtrlCEndsTheViewerInEveryState(t *testing.T) {
	for state, keys := range map[string][]string{
		"the table": nil, "the panel": {"enter"}, "the sky": {"m"}, "a filter that is typed": {"/", "snr"}, "a lookup that is typed": {":", "ZTF"},
		"a lookup that goes on": {":", "ZTF21abc", "enter"}, "the list of streams": {"T"}, "the keys": {"?"}, "the history": {"H"},
		"the watch list": {"W"}, "a pause": {"p"}, "saving": {"S", "a.csv", "enter"}, "a target that is typed": {"s", "a.c"},
	} {
		t.Run(state, func(t *testing.T) {
			w := newWorld(t, 100, 30)
			w.archive.hold = make(chan struct{})
			w.onStream(2)
			w.Type(keys...)
			w.Type("ctrl+c")
			w.ended(nil)
			if n := w.streams.ended.Load(); n != 1 {
				t.Errorf("%d streams ended cleanly, not 1", n)
			}
		})
	}
}

func TestTheEndWaitsForTheStreamAndASecondCtrlCDoesNot(t *testing.T) {
	for _, second := range []bool{false, true} {
		t.Run(fmt.Sprint(second), func(t *testing.T) {
			w := newWorld(t, 100, 30)
			w.streams.slow = make(chan struct{})
			w.onStream(1)
			w.Type("ctrl+c")
			w.see("ending")
			if second {
				w.Type("ctrl+c")
				w.ended(ErrInterrupted)
				if kept, err := memory.Load(w.config.Memory); err != nil || kept.LastTopic() != "ztf-alerts" {
					t.Errorf("kept is %q, %v", kept.LastTopic(), err)
				}
				close(w.streams.slow)
				return
			}
			close(w.streams.slow)
			w.ended(nil)
		})
	}
}

func TestTheEndOfTheContextEndsTheViewer(t *testing.T) {
	w := newWorld(t, 100, 30).onStream(1)
	w.stop()
	w.ended(nil)
}

func TestAPanicLeavesTheTerminalAsItWas(t *testing.T) {
	for name, change := range map[string]func(w *world){
		"in the loop":       func(w *world) { w.config.Pages = func(string, string, float64, float64) []Page { panic("broken") } },
		"in the background": func(w *world) { w.config.Archive = brokenArchive{w.archive} },
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t, 100, 30)
			change(w)
			w.config.Start.Ask.Topic = "ztf-alerts"
			w.begin()
			w.send(1)
			err := <-w.done
			if err == nil || !strings.Contains(err.Error(), "broken") && !errors.Is(err, tea.ErrProgramPanic) {
				t.Errorf("Run gave %v", err)
			}
			if err := w.Restored(); err != nil {
				t.Errorf("the terminal is not as it was: %v", err)
			}
			if n := w.streams.open.Load(); n != 0 {
				t.Errorf("%d streams still run", n)
			}
		})
	}
}

// brokenArchive breaks when it is asked.
type brokenArchive struct{ Archive }

func (brokenArchive) LightCurve(context.Context, string, string) ([]alert.Point, error) {
	panic("broken")
}

func TestEveryFrameFitsAtEverySize(t *testing.T) {
	w := newWorld(t, 100, 30).onStream(40)
	for _, keys := range [][]string{
		nil, {"enter"}, {"2"}, {"3"}, {"4"}, {"5"}, {"z"}, {"z", "esc", "m"}, {"Z"}, {"Z", "m", "/"}, {"snq"}, {"esc", "T"}, {"esc", "?"},
		{"esc", "H"}, {"esc", "W"}, {"esc", "w"}, {"p"}, {":"}, {"esc", "S"}, {"esc", "tab"},
	} {
		w.Type(keys...)
		for _, size := range [][2]int{{40, 10}, {400, 100}, {80, 24}, {1, 1}, {200, 60}, {40, 100}, {400, 10}, {120, 40}, {10, 3}, {100, 30}} {
			w.resize(size[0], size[1])
			w.until("a frame of that size", func(s screen.Screen) bool {
				return s.Width == size[0] && s.Height == size[1] && (size[1] < 10 || s.Line(size[1]-1) != "")
			})
		}
	}
	w.Type("esc", "esc", "p")
	w.send(1)
	w.see(w.streams.last())
	w.quit()
}
