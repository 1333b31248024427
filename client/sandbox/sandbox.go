// Package sandbox is a broker in a box: a Pub/Sub server in this process, a
// simulated sky, and modules that publish what the real broker's do. Nothing in
// it can be taken for real: every message says that it is simulated, and no id
// can be a real one.
package sandbox

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/mwvgroup/pgb/client/registry"
	"github.com/mwvgroup/pgb/client/sandbox/modules"
	"github.com/mwvgroup/pgb/client/sandbox/server"
	"github.com/mwvgroup/pgb/client/sandbox/sim"
)

const (
	// Project is the project that subscriptions to a sandbox live in. Topics
	// have the names that they have at the broker.
	Project = "pgb-sandbox"
	// DefaultSeed is the seed of the simulated sky where none is given.
	DefaultSeed = 1
	// DefaultRate is how many alerts are published in a second where nothing
	// else is asked for.
	DefaultRate = 20
	// loopEvery is how often a loop topic repeats an alert, as at the broker.
	loopEvery = time.Second
)

// loops are the topics that repeat one alert a second.
var loops = map[string]bool{"ztf-loop": true, "lsst-loop": true}

// Options tune a sandbox. The zero value is a good one.
type Options struct {
	// Seed makes the simulated sky: the same seed, the same alerts. Default
	// [DefaultSeed].
	Seed uint64
	// Rate is the number of alerts a second, each with all that the modules
	// make of it. Default [DefaultRate].
	Rate float64
	// Listen is the loopback address to serve on. Default: any free port.
	Listen string
	// Eager publishes from the start, whether somebody listens or not.
	// Otherwise the sky waits for the first subscription to a topic.
	Eager bool
}

// Sandbox is a running sandbox.
type Sandbox struct {
	server *server.Server
	topics map[string]string // short name -> full name
	rate   float64
	eager  bool
	skies  []*watched

	cancel context.CancelFunc
	ended  sync.WaitGroup

	mu     sync.Mutex
	failed error
}

// watched is the sky as one survey sees it, and the alert that it gives next.
type watched struct {
	survey string
	sky    *sim.Sky
	next   *sim.Event
}

// Start starts a sandbox with the topics that the registry knows.
func Start(reg *registry.Registry, o Options) (*Sandbox, error) {
	if o.Seed == 0 {
		o.Seed = DefaultSeed
	}
	if o.Rate == 0 {
		o.Rate = DefaultRate
	}
	if o.Rate < 0 {
		return nil, fmt.Errorf("a rate of %v alerts a second is below zero", o.Rate)
	}
	if o.Listen == "" {
		o.Listen = "127.0.0.1:0"
	}
	ctx, cancel := context.WithCancel(context.Background())
	s := &Sandbox{
		server: server.New(server.Options{SubscriptionBytes: 256 << 20, TotalBytes: 512 << 20}),
		topics: map[string]string{}, rate: o.Rate, eager: o.Eager, cancel: cancel,
	}
	for _, name := range modules.Topics() {
		topic, err := reg.Topic(name)
		if err != nil {
			return nil, errors.Join(err, s.Close())
		}
		s.topics[name] = topic.FullName()
		if err := s.server.CreateTopic(topic.FullName()); err != nil {
			return nil, errors.Join(err, s.Close())
		}
	}
	for _, survey := range []string{sim.SurveyZTF, sim.SurveyLSST, sim.SurveyLVK} {
		sky, err := sim.New(o.Seed, sim.Options{Surveys: []string{survey}})
		if err != nil {
			return nil, errors.Join(err, s.Close())
		}
		s.skies = append(s.skies, &watched{survey: survey, sky: sky})
	}
	if err := s.server.Listen(o.Listen); err != nil {
		return nil, errors.Join(err, s.Close())
	}
	s.ended.Add(1)
	go func() {
		defer s.ended.Done()
		if err := s.publish(ctx); err != nil && ctx.Err() == nil {
			s.mu.Lock()
			s.failed = err
			s.mu.Unlock()
		}
	}()
	return s, nil
}

// Address is where the sandbox serves, as host:port: what PUBSUB_EMULATOR_HOST
// wants.
func (s *Sandbox) Address() string { return s.server.Addr() }

// Server gives the Pub/Sub server.
func (s *Sandbox) Server() *server.Server { return s.server }

// Topics gives the full names of the topics, by their short names.
func (s *Sandbox) Topics() map[string]string { return s.topics }

// Close ends the sandbox. It gives the error with which the simulation failed,
// if it did.
func (s *Sandbox) Close() error {
	s.cancel()
	s.ended.Wait()
	err := s.server.Close()
	s.mu.Lock()
	defer s.mu.Unlock()
	return errors.Join(s.failed, err)
}

// publish gives alert after alert to the modules, at the rate that was asked
// for. Time is counted in alerts that somebody hears: a survey that nobody
// listens to does not go on.
func (s *Sandbox) publish(ctx context.Context) error {
	wait := time.NewTimer(0)
	defer wait.Stop()
	pace := time.Duration(float64(time.Second) / s.rate)
	looped := map[string]time.Time{}
	due := time.Now()
	for {
		heard, err := s.heard(ctx)
		if err != nil {
			return err
		}
		event, err := s.nextEvent(heard)
		if err != nil {
			return err
		}
		published, err := s.publishEvent(event, heard, looped)
		if err != nil {
			return err
		}
		if !published && len(looped) == 0 {
			continue
		}
		due = due.Add(pace)
		if behind := time.Since(due); behind > time.Second {
			due = due.Add(behind)
		}
		wait.Reset(time.Until(due))
		select {
		case <-wait.C:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// heard gives the topics that somebody listens to, by their short names, and
// waits until there is one.
func (s *Sandbox) heard(ctx context.Context) (map[string]bool, error) {
	heard := map[string]bool{}
	listen := func() bool {
		subscribed := map[string]bool{}
		for _, name := range s.server.Subscriptions() {
			if state, ok := s.server.Subscription(name); ok && !state.Detached {
				subscribed[state.Topic] = true
			}
		}
		for short, full := range s.topics {
			if s.eager || subscribed[full] {
				heard[short] = true
			}
		}
		return len(heard) > 0
	}
	return heard, s.server.Wait(ctx, listen)
}

// nextEvent gives the earliest next alert of the surveys that are listened to.
func (s *Sandbox) nextEvent(heard map[string]bool) (*sim.Event, error) {
	var earliest *watched
	for _, w := range s.skies {
		if !hears(heard, w.survey) {
			continue
		}
		if w.next == nil {
			next, err := w.sky.Next()
			if err != nil {
				return nil, err
			}
			w.next = next
		}
		if earliest == nil || w.next.Time.Before(earliest.next.Time) {
			earliest = w
		}
	}
	event := earliest.next
	earliest.next = nil
	return event, nil
}

// hears says whether a topic of a survey is among those that are heard.
func hears(heard map[string]bool, survey string) bool {
	for short := range heard {
		if len(short) > len(survey) && short[:len(survey)+1] == survey+"-" {
			return true
		}
	}
	return false
}

// publishEvent publishes what the modules make of an alert on the topics that
// are heard, and says whether that was anything.
func (s *Sandbox) publishEvent(event *sim.Event, heard map[string]bool, looped map[string]time.Time) (bool, error) {
	now := time.Now()
	var topics []string
	for short := range heard {
		if !hears(map[string]bool{short: true}, event.Survey) {
			continue
		}
		if loops[short] {
			if now.Sub(looped[short]) < loopEvery {
				continue
			}
			looped[short] = now
		}
		topics = append(topics, short)
	}
	if len(topics) == 0 {
		return false, nil
	}
	outputs, err := modules.Expand(event, topics...)
	if err != nil {
		return false, err
	}
	for _, out := range outputs {
		message := server.Message{Data: out.Data, Attributes: out.Attributes, OrderingKey: out.OrderingKey}
		if _, err := s.server.Publish(s.topics[out.Topic], message); err != nil {
			return false, err
		}
	}
	return len(outputs) > 0, nil
}
