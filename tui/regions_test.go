package tui

import (
	"encoding/json"
	"testing"

	tea "charm.land/bubbletea/v2"

	"github.com/mwvgroup/pgb/client/alert"
	"github.com/mwvgroup/pgb/client/sandbox/sim"
	"github.com/mwvgroup/pgb/tui/feed"
)

// notices gives simulated notices by event, of one event that was taken back
// after it had a map, and of one that was not.
func (w *world) notices() (kept, back []*alert.Message) {
	w.t.Helper()
	w.streams.of(w.t, "lvk-alerts", sim.Options{Surveys: []string{sim.SurveyLVK}})
	events := map[string][]*alert.Message{}
	for kept == nil || back == nil {
		m := w.streams.make(1)[0]
		var notice struct {
			Kind  string `json:"alert_type"`
			Event string `json:"superevent_id"`
		}
		if err := json.Unmarshal(m.Body, &notice); err != nil {
			w.t.Fatal(err)
		}
		events[notice.Event] = append(events[notice.Event], m)
		switch list := events[notice.Event]; {
		case notice.Kind == "RETRACTION" && len(list) == 3:
			back = list
		case notice.Kind == "UPDATE" && len(list) == 3:
			kept = list
		}
	}
	return kept, back
}

// event gives the name of a notice's event.
func event(list []*alert.Message) string { return list[0].Row().Get("object_id").String() }

// onNotices begins on the sky with a stream of notices.
func (w *world) onNotices() *world {
	w.config.Start.Ask.Topic = "lvk-alerts"
	w.begin()
	w.Type("m")
	return w
}

func TestTheRegionOfANoticeIsShownUntilTheEventIsTakenBack(t *testing.T) {
	w := newWorld(t, 140, 40)
	_, back := w.notices()
	w.onNotices()
	for _, m := range back[:2] {
		w.streams.sendAll([]*alert.Message{m})
		w.see("90 %:")
	}
	w.streams.sendAll(back[2:])
	w.see(event(back) + " (retracted)")
	w.gone("90 %:")
	w.quit()
}

func TestARetractionDoesNotHideTheMapOfAnotherEvent(t *testing.T) {
	w := newWorld(t, 140, 40)
	kept, back := w.notices()
	w.onNotices()
	w.streams.sendAll([]*alert.Message{kept[0], kept[1], back[0], back[1], kept[2], back[2]})
	w.see("90 %:")
	if s := w.Screen(); s.Contains("(retracted)") {
		t.Errorf("a region is called retracted:\n%s", s.Frame())
	}
	w.quit()
}

func TestAnEventThatWasTakenBackAtOnceHasNoRegion(t *testing.T) {
	w := newWorld(t, 140, 40)
	_, back := w.notices()
	w.onNotices()
	w.streams.sendAll(back)
	w.see(event(back) + " (retracted)")
	if s := w.Screen(); s.Contains("90 %:") {
		t.Errorf("a region is shown:\n%s", s.Frame())
	}
	w.quit()
}

func TestChoosingANoticeBringsItsRegion(t *testing.T) {
	w := newWorld(t, 200, 60)
	kept, back := w.notices()
	w.onNotices()
	w.streams.sendAll([]*alert.Message{back[0], back[1], back[2], kept[0]})
	w.see(event(kept))
	w.see("90 %:")
	if err := w.Click(10, 3); err != nil { // the second notice of what was taken back
		t.Fatal(err)
	}
	w.see(event(back) + " (retracted)")
	w.see("90 %:")
	w.quit()
}

func TestOfNoticesReadTogetherTheNewestWithAMapCounts(t *testing.T) {
	w := newWorld(t, 80, 24)
	kept, back := w.notices()
	notice := func(seq int64, m *alert.Message) gravity {
		return gravity{event: m.Row().Get("object_id").String(), seq: seq, message: m}
	}
	first, second, gone := notice(1, kept[0]), notice(2, kept[1]), notice(4, back[2])
	early := notice(3, back[0])
	chosen := early
	chosen.chosen = true
	for name, c := range map[string]struct {
		list []gravity
		want int64
	}{
		"the newest":                     {[]gravity{first, second}, 2},
		"not the retraction":             {[]gravity{first, gone}, 1},
		"nothing of what was taken back": {[]gravity{first, early, gone}, 1},
		"what was chosen":                {[]gravity{first, early, gone, chosen}, 3},
		"what came after a choice":       {[]gravity{chosen, first}, 1},
		"none":                           {[]gravity{early, gone}, 0},
	} {
		got := newestRegion(w.streams.reader, c.list)
		if got.notice.seq != c.want || got.err != nil || (c.want > 0) != (len(got.regions) == len(levels)) {
			t.Errorf("%s: notice %d with %d regions, %v", name, got.notice.seq, len(got.regions), got.err)
		}
	}
}

func TestNoticesAreReadOneLotAfterTheOther(t *testing.T) {
	w := newWorld(t, 80, 24)
	kept, back := w.notices()
	v := newViewer(t.Context(), w.config)
	posted := make(chan tea.Msg, 10)
	v.post = func(msg tea.Msg) { posted <- msg }
	columns := w.streams.view.Columns()
	v.session = &session{shelf: newShelf(&v.c, columns, nil, 100)}
	on := &v.session.shelf
	for i, m := range []*alert.Message{kept[0], back[0], back[1]} {
		e := feed.Of(m, columns)
		e.Seq = int64(i + 1)
		v.outline(on, []*feed.Entry{e})
	}
	if n := len(on.outlines.waiting); n != 2 {
		t.Errorf("%d notices wait while one is read", n)
	}
	for _, want := range []string{event(kept), event(back)} {
		v.outlined((<-posted).(regionMsg))
		if got := on.outlines.shown; got != want {
			t.Errorf("the region of %s is shown, not of %s", got, want)
		}
	}
	v.jobs.Wait()
	if len(posted) > 0 || on.outlines.reading {
		t.Error("notices were read twice")
	}
}
