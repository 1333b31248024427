package main

import (
	"context"
	"fmt"
	"math"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/mwvgroup/pgb/client"
	"github.com/mwvgroup/pgb/client/alert"
	"github.com/mwvgroup/pgb/client/format"
	"github.com/mwvgroup/pgb/client/registry"
	"github.com/mwvgroup/pgb/client/stream"
	"github.com/mwvgroup/pgb/cmd/internal/render"
	"github.com/mwvgroup/pgb/tui"
)

// viewedStreams are the streams that the viewer can show.
type viewedStreams struct {
	app    *app
	client *client.Client
	flags  *tuiFlags
}

// Topics lists groups first: they are what most people want.
func (v *viewedStreams) Topics() []tui.Topic {
	known := v.client.Registry()
	var topics []tui.Topic
	for _, name := range sortedNames(known.Groups) {
		group := known.Groups[name]
		members, err := known.Resolve(name, "")
		if err != nil {
			continue
		}
		doc := group.Doc
		if doc == "" {
			doc = strings.Join(group.Topics, ", ")
		}
		topics = append(topics, tui.Topic{Name: name, Doc: doc, Group: true, Night: nightOf(known, members)})
	}
	for _, name := range sortedNames(known.Topics) {
		if topic := known.Topics[name]; topic.Access != "internal" {
			topics = append(topics, tui.Topic{Name: name, Doc: topic.Doc, Night: nightOf(known, []*registry.Topic{topic})})
		}
	}
	return topics
}

// nightOf says what a night of some topics amounts to.
func nightOf(known *registry.Registry, topics []*registry.Topic) string {
	var alerts, gigabytes, cost float64
	for _, t := range topics {
		alerts += t.PerNight
		gigabytes += known.GigabytesANight(t)
		cost += known.CostANight(t)
	}
	if alerts == 0 {
		return ""
	}
	return fmt.Sprintf("%s a night, %s, %s", render.Count(int64(math.Round(alerts))), render.Bytes(gigabytes*1e9), render.Dollars(cost))
}

// Open describes a stream.
func (v *viewedStreams) Open(ask tui.StreamAsk) (tui.Stream, error) {
	s := &viewedStream{streams: v, ask: ask}
	described, err := s.describe(client.Selection{})
	if err != nil {
		return nil, err
	}
	s.described = described
	return s, nil
}

// viewedStream is a stream that the viewer shows. Each run describes it anew, as
// a described stream runs once.
type viewedStream struct {
	streams   *viewedStreams
	ask       tui.StreamAsk
	described *client.Stream
}

// Name names the topic or the files.
func (s *viewedStream) Name() string {
	if len(s.ask.Files) == 0 {
		return s.ask.Topic
	}
	name := filepath.Base(s.ask.Files[0])
	if more := len(s.ask.Files) - 1; more > 0 {
		name += fmt.Sprintf(" and %d more", more)
	}
	return name
}

// Columns gives the columns that were named, then the generic ones: the viewer
// shows where an alert is whatever columns its table has.
func (s *viewedStream) Columns() []alert.Column { return s.described.Columns() }

// Stored says whether the stream is one of files.
func (s *viewedStream) Stored() bool { return len(s.ask.Files) > 0 }

// Filter compiles a filter.
func (s *viewedStream) Filter(text string) (tui.Filter, error) { return s.described.Filter(text) }

// describe describes the stream with a selection, of which it sets the columns.
func (s *viewedStream) describe(selection client.Selection) (*client.Stream, error) {
	selection.Fields = slices.Clone(s.ask.Fields)
	for _, name := range alert.DefaultColumns() {
		if !slices.Contains(selection.Fields, name) {
			selection.Fields = append(selection.Fields, name)
		}
	}
	c, f := s.streams.client, s.streams.flags
	if s.Stored() {
		return c.Files(client.FileOptions{Paths: s.ask.Files, Stdin: s.streams.app.stdin, As: f.as, Selection: selection})
	}
	options, err := f.options()
	if err != nil {
		return nil, err
	}
	options.Topic, options.Selection, options.Hold = s.ask.Topic, selection, viewedPart
	return c.Stream(options)
}

// Run reads the stream. When ctx ends it is drained: what the receiver has is
// acknowledged, the rest is given back, and a temporary subscription is deleted.
func (s *viewedStream) Run(ctx context.Context, into tui.Receiver) error {
	a := s.streams.app
	path, err := s.streams.flags.quarantinePath(a)
	if err != nil {
		return err
	}
	aside := &tellingQuarantine{Quarantine: format.NewQuarantine(path, time.Now), into: into}
	defer aside.Close()
	known := s.streams.client.Registry()
	observe := func(stats stream.Stats) {
		into.Delivered(stats.DeliveredBytes, known.DeliveryCost(float64(stats.DeliveredBytes)))
	}
	if s.Stored() {
		observe = nil
	}
	described, err := s.describe(client.Selection{Stop: ctx.Done(), Quarantine: aside, Observe: observe})
	if err != nil {
		return err
	}
	_, err = described.Run(a.ctx, stream.SinkFunc(into.Put))
	return err
}

// tellingQuarantine tells the viewer what it sets aside.
type tellingQuarantine struct {
	*format.Quarantine
	into tui.Receiver
}

// Put sets messages aside.
func (q *tellingQuarantine) Put(messages []*alert.Message, reasons []error) error {
	q.into.Unreadable(messages, reasons)
	return q.Quarantine.Put(messages, reasons)
}
