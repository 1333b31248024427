package tui

import (
	"context"
	"encoding/json"
	"slices"
	"strings"

	tea "charm.land/bubbletea/v2"

	"github.com/mwvgroup/pgb/client/alert"
	"github.com/mwvgroup/pgb/client/sky"
	"github.com/mwvgroup/pgb/tui/feed"
)

// lvk is the survey of gravitational waves, whose notices have maps of the sky.
const lvk = "lvk"

const (
	// noticesWait is how many notices at most wait to be read.
	noticesWait = 100
	// retractionsKept is how many retractions are remembered.
	retractionsKept = 1000
)

// levels are the credible levels whose regions are shown.
var levels = [...]float64{0.5, 0.9}

// outlines is what is known of the events of a shelf whose regions are shown.
// Notices are read one lot after the other, so that what is asked for last is
// also what is shown last, however long a map takes.
type outlines struct {
	reading   bool
	waiting   []gravity        // for that, in the order they were asked for
	retracted map[string]int64 // the number of the notice that took an event back
	shown     string           // the event whose region is on the map
}

// gravity is a notice of a gravitational wave.
type gravity struct {
	event   string
	seq     int64
	message *alert.Message
	chosen  bool // by the person: it is shown even where its event was retracted
}

// regionMsg brings where on the sky a gravitational wave came from.
type regionMsg struct {
	shelf     *shelf
	notice    gravity // the zero value where none is to be shown
	regions   []sky.Region
	retracted []gravity // notices that take their events back, the newest first
	err       error
}

// outline shows the credible regions of the newest notice of a gravitational
// wave among what came in, and withdraws those of events that are taken back.
func (v *viewer) outline(on *shelf, fresh []*feed.Entry) {
	for _, e := range fresh {
		v.awaitOutline(on, e, false)
	}
	v.readOutlines(on)
}

// outlineChosen shows the credible regions of the notice that the person chose.
func (v *viewer) outlineChosen(msg loadedMsg) {
	streaming := v.session != nil && msg.from == &v.session.shelf
	if msg.from != v.current() || streaming && msg.from.table.Following() {
		return
	}
	v.awaitOutline(msg.from, msg.entry, true)
	v.readOutlines(msg.from)
}

func (v *viewer) awaitOutline(on *shelf, e *feed.Entry, chosen bool) {
	if e.Survey != lvk || len(e.Message.Body) == 0 {
		return
	}
	o := &on.outlines
	o.waiting = append(o.waiting, gravity{e.ObjectID, e.Seq, e.Message, chosen})
	if extra := len(o.waiting) - noticesWait; extra > 0 {
		o.waiting = o.waiting[extra:]
	}
}

// readOutlines reads the notices that wait, unless others are being read.
func (v *viewer) readOutlines(on *shelf) {
	o := &on.outlines
	if o.reading || len(o.waiting) == 0 || v.leaving {
		return
	}
	notices, reader := o.waiting, v.c.Reader
	o.waiting, o.reading = nil, true
	v.work(v.ctx, func(context.Context) tea.Msg {
		msg := newestRegion(reader, notices)
		msg.shelf = on
		return msg
	})
}

// newestRegion gives the regions of the newest of the notices that has a map
// and was not taken back, or that was chosen.
func newestRegion(r *alert.Reader, notices []gravity) (msg regionMsg) {
	back := map[string]int64{}
	for i := len(notices) - 1; i >= 0; i-- {
		n := notices[i]
		if isRetraction(r, n.message) {
			msg.retracted = append(msg.retracted, n)
			back[n.event] = max(back[n.event], n.seq)
			if n.chosen && msg.notice.message == nil {
				msg.notice = n
			}
			continue
		}
		if msg.notice.message != nil || back[n.event] > n.seq && !n.chosen {
			continue
		}
		regions, err := regionsOf(r, n.message)
		if err != nil && msg.err == nil {
			msg.err = err
		}
		if len(regions) > 0 {
			msg.notice, msg.regions = n, regions
		}
	}
	return msg
}

// isRetraction says whether a notice takes its event back.
func isRetraction(r *alert.Reader, m *alert.Message) bool {
	text, err := r.AppendAlertJSON(nil, m, false)
	if err != nil {
		return false
	}
	var notice struct {
		Kind string `json:"alert_type"`
	}
	return json.Unmarshal(text, &notice) == nil && strings.EqualFold(notice.Kind, "RETRACTION")
}

// regionsOf gives the credible regions of a notice; none where it has no map.
func regionsOf(r *alert.Reader, message *alert.Message) ([]sky.Region, error) {
	m, ok, err := r.SkyMap(message)
	if err != nil || !ok {
		return nil, err
	}
	var regions []sky.Region
	for _, level := range levels {
		region, err := m.Region(level)
		if err != nil {
			return nil, err
		}
		regions = append(regions, region)
	}
	return regions, nil
}

// outlined shows the credible regions of an event on the map. Of an event that
// was taken back only that is said, unless the person chose a notice of it.
func (v *viewer) outlined(msg regionMsg) {
	on := msg.shelf
	o := &on.outlines
	o.reading = false
	if on != v.current() && (v.session == nil || on != &v.session.shelf) {
		return
	}
	if msg.err != nil {
		v.fail("a sky map", msg.err)
	}
	o.takeBack(msg.retracted)
	n := msg.notice
	switch {
	case n.message != nil && (n.chosen || o.retracted[n.event] < n.seq):
		o.show(on, n.event, msg.regions)
	case slices.ContainsFunc(msg.retracted, func(n gravity) bool { return n.event == o.shown }):
		o.show(on, o.shown, nil)
	case o.shown == "" && len(msg.retracted) > 0:
		o.show(on, msg.retracted[0].event, nil)
	}
	v.readOutlines(on)
}

// takeBack remembers which events are no more.
func (o *outlines) takeBack(notices []gravity) {
	if o.retracted == nil || len(o.retracted) > retractionsKept {
		o.retracted = map[string]int64{}
	}
	for _, n := range notices {
		o.retracted[n.event] = max(o.retracted[n.event], n.seq)
	}
}

// show shows regions with what they are.
func (o *outlines) show(on *shelf, event string, regions []sky.Region) {
	o.shown = event
	if _, ok := o.retracted[event]; ok {
		event += " (retracted)"
	}
	on.sky.SetRegion(event, regions...)
}
