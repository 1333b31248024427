package tui

import (
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
	if now := v.c.Now(); now.Sub(v.ringing) >= ringsApart {
		v.ringing = now
		v.bar.Now = now
		v.bar.Murmur("seen again: "+seen.ObjectID+", which is on the watch list", longer)
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
