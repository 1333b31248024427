package tui

import (
	"strings"
	"time"

	"github.com/mwvgroup/pgb/tui/chooser"
	"github.com/mwvgroup/pgb/tui/keys"
	"github.com/mwvgroup/pgb/tui/memory"
)

// pick shows a list to choose from.
// takes says what Enter does with what is chosen.
func (v *viewer) pick(title, empty, takes string, items []chooser.Item, enter func(chooser.Item)) *pickList {
	v.closePrompt()
	l := &pickList{viewer: v, takes: takes, enter: enter}
	l.list.Title, l.list.Empty, l.list.Focused = title, empty, true
	l.list.Set(items)
	l.list.Footer = l.foot()
	v.overlay = l
	return l
}

// chooseTopic shows the list of topics, the last one used or the present one
// chosen.
func (v *viewer) chooseTopic() {
	topics := v.c.Streams.Topics()
	items := make([]chooser.Item, len(topics))
	for i, t := range topics {
		items[i] = chooser.Item{Name: t.Name, Doc: t.Doc, Detail: t.Night, Group: t.Group}
	}
	l := v.pick("Which stream?", "no topics are known", "opens it", items, func(item chooser.Item) {
		v.open(StreamAsk{Topic: item.Name, Fields: v.c.Start.Ask.Fields})
	})
	last := v.memory.LastTopic()
	if v.session != nil && v.session.ask.Topic != "" {
		last = v.session.ask.Topic
	}
	l.list.Choose(last)
}

// chooseWatched shows the watch list. An object of it is looked up.
func (v *viewer) chooseWatched() {
	l := v.pick("Watched objects", "no object is watched: w on an alert puts its object here", "looks it up", v.watchItems(), func(item chooser.Item) {
		v.find(lookupName(item.Key))
	})
	l.more = []keys.Binding{{Keys: []string{"delete", "ctrl+d"}, Does: "drops it", Do: func() {
		if item, ok := l.list.Chosen(); ok {
			v.memory.Unwatch(item.Key)
			v.keepMemory()
			l.list.Set(v.watchItems())
		}
	}}}
	l.list.Footer = l.foot()
}

func (v *viewer) watchItems() []chooser.Item {
	var items []chooser.Item
	for _, w := range v.memory.WatchList() {
		survey, id := splitKey(w.Key)
		detail := "not seen yet"
		if !w.Last.IsZero() {
			detail = "seen " + ago(v.c.Now().Sub(w.Last))
		}
		items = append(items, chooser.Item{Name: id, Doc: join(", ", survey, w.Note), Detail: detail, Key: w.Key})
	}
	return items
}

// chooseHistory shows the objects that were looked at and what was typed.
func (v *viewer) chooseHistory() {
	var items []chooser.Item
	for _, kind := range []string{memory.Lookup, memory.Filter} {
		lines := v.memory.History(kind)
		for i := len(lines) - 1; i >= 0; i-- {
			items = append(items, chooser.Item{Name: lines[i], Doc: kind})
		}
	}
	seen := v.memory.Objects()
	for i := len(seen) - 1; i >= 0; i-- {
		survey, id := splitKey(seen[i].Key)
		items = append(items, chooser.Item{Name: id, Doc: "object, " + survey, Detail: ago(v.c.Now().Sub(seen[i].When)), Key: seen[i].Key})
	}
	v.pick("History", "nothing was typed or looked at yet", "takes it", items, func(item chooser.Item) {
		switch {
		case item.Key != "":
			v.find(lookupName(item.Key))
		case item.Doc == memory.Filter:
			v.applyFilter(nil, item.Name)
		default:
			v.find(item.Name)
		}
	})
}

// splitKey takes the key of an object apart.
func splitKey(key string) (survey, id string) {
	survey, id, _ = strings.Cut(key, " ")
	return survey, id
}

// lookupName gives the name by which an object is looked up, with its survey:
// others may have objects of the same id.
func lookupName(key string) string {
	survey, id := splitKey(key)
	if survey == "" {
		return id
	}
	return strings.ToUpper(survey) + ":" + id
}

// ago says how long ago something was.
func ago(d time.Duration) string {
	switch {
	case d < time.Minute:
		return "just now"
	case d < time.Hour:
		return number(int64(d/time.Minute)) + " min ago"
	case d < 48*time.Hour:
		return number(int64(d/time.Hour)) + " h ago"
	}
	return number(int64(d/(24*time.Hour))) + " days ago"
}
