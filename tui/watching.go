package tui

import (
	"context"
	"time"

	tea "charm.land/bubbletea/v2"

	"github.com/mwvgroup/pgb/client/sky"
	"github.com/mwvgroup/pgb/tui/feed"
)

// ringsApart is the least time between two rings of the bell.
const ringsApart = 2 * time.Second

// watched says whether an object is on the watch list.
func (v *viewer) watched(key string) bool { return v.memory.Watched(key) }

// toggleWatch puts the chosen object on the watch list, or takes it off.
func (v *viewer) toggleWatch() {
	e := v.chosen()
	if e == nil || e.Key() == "" {
		v.say("choose an alert of an object first")
		return
	}
	key := e.Key()
	switch {
	case v.memory.Watched(key):
		v.memory.Unwatch(key)
		v.say(e.ObjectID + " is no longer watched")
	case !v.memory.Watch(key):
		v.warn("the watch list is full: W shows it")
		return
	default:
		v.sayGood("watching " + e.ObjectID + ": it rings and sticks on top when it is seen again")
	}
	v.keepMemory()
	if from := v.current(); from != nil {
		from.table.SetRows(from.rows())
	}
}

// lookOut rings where watched objects are among what came in.
func (v *viewer) lookOut(fresh []*feed.Entry) {
	var seen *feed.Entry
	for _, e := range fresh {
		if key := e.Key(); key != "" && v.memory.Watched(key) {
			v.memory.SeenAgain(key, v.c.Now())
			v.places[key] = sky.Position{RA: e.RA, Dec: e.Dec}
			seen = e
		}
	}
	if seen == nil {
		return
	}
	v.showWatched()
	v.warn("seen again: " + seen.ObjectID + ", which is on the watch list")
	if now := v.c.Now(); now.Sub(v.ringing) >= ringsApart {
		v.ringing = now
		v.do(tea.Raw("\a"))
		v.keepMemory()
	}
}

// keepMemory writes what is to be known the next time.
func (v *viewer) keepMemory() {
	if v.c.Memory == "" || v.leaving {
		return
	}
	v.bring("keeping what is to be known the next time", v.keeping())
}

// regionMsg brings where on the sky a gravitational wave came from.
type regionMsg struct {
	shelf   *shelf
	name    string
	regions []sky.Region
}

// lvk is the survey of gravitational waves, whose notices have maps of the sky.
const lvk = "lvk"

// outline shows the credible regions of the newest notice of a gravitational
// wave among what came in.
func (v *viewer) outline(on *shelf, fresh []*feed.Entry) {
	for i := len(fresh) - 1; i >= 0; i-- {
		e := fresh[i]
		if e.Survey != lvk || len(e.Message.Body) == 0 {
			continue
		}
		reader, message, name := v.c.Reader, e.Message, e.ObjectID
		v.work(v.ctx, func(context.Context) tea.Msg {
			m, ok, err := reader.SkyMap(message)
			if err != nil {
				return failedMsg{"the sky map of " + name, err}
			}
			if !ok {
				return nil
			}
			msg := regionMsg{shelf: on, name: name}
			for _, level := range []float64{0.5, 0.9} {
				region, err := m.Region(level)
				if err != nil {
					return failedMsg{"the sky map of " + name, err}
				}
				msg.regions = append(msg.regions, region)
			}
			return msg
		})
		return
	}
}

// outlined shows the credible regions of an event on the map.
func (v *viewer) outlined(msg regionMsg) {
	if msg.shelf == v.current() || v.session != nil && msg.shelf == &v.session.shelf {
		msg.shelf.sky.SetRegion(msg.name, msg.regions...)
	}
}

// showWatched shows the watched objects on the map, as far as it is known where
// they are.
func (v *viewer) showWatched() {
	var list []sky.Position
	for key, place := range v.places {
		if v.memory.Watched(key) && place.RA == place.RA && place.Dec == place.Dec {
			list = append(list, place)
		}
	}
	v.sky().SetWatched(list)
}
