package sim

import (
	"fmt"
	"slices"
	"time"

	"github.com/mwvgroup/pgb/client/sandbox/sim/packet"
)

// Options say what sky is made. The zero value is a good one.
type Options struct {
	// Start is when simulated time begins: with the night of its date, UTC.
	// Default 2026-09-01.
	Start time.Time
	// Surveys whose alerts are made: SurveyZTF, SurveyLSST, SurveyLVK.
	// Default all.
	Surveys []string
	// Objects is the number of places on the sky where something happens, 20
	// to 800. Default 400, of which a night shows about 250 alerts.
	Objects int
	// NoCutouts leaves the stamp images out: null in the packets.
	NoCutouts bool
}

// Event is an alert at the moment it leaves its survey.
type Event struct {
	// Survey is SurveyZTF, SurveyLSST or SurveyLVK.
	Survey string
	// Time is the simulated time of the alert. It never goes back from one
	// event to the next.
	Time time.Time
	// ObjectID and SourceID are the ids as text.
	ObjectID, SourceID string
	// Truth is what the object is, which no survey knows.
	Truth Kind
	// Body is the message: a ZTF container, an LSST Confluent packet or a
	// notice in JSON.
	Body []byte
	// Attributes are those of the broker's message, pgb_simulated included.
	Attributes map[string]string
	// ZTF or LSST is the record that Body was written from, nil for others.
	ZTF  *packet.ZTF
	LSST *packet.LSST
}

// Sky is a simulated sky and the surveys that watch it. It is for one goroutine.
type Sky struct {
	seed      uint64
	options   Options
	first     int // night, MJD
	kinds     []Kind
	lives     map[uint64]*Object
	special   *Object // ZTF21abc
	starField int
	on        [surveyCount]bool
	lvk       bool
	limit     int // places that are looked at, 0 for all

	night   int // the next to be planned
	queue   []todo
	buffer  []visit
	offsets [surveyCount]int64
}

// todo is an alert that waits for its turn.
type todo struct {
	at     float64 // MJD UTC at which it leaves the survey
	survey survey
	object *Object
	epoch  epoch
	name   int // asteroids in ZTF: number of the night's name
	notice *notice
}

// New makes the sky of a seed.
func New(seed uint64, options Options) (*Sky, error) {
	if options.Start.IsZero() {
		options.Start = time.Date(2026, 9, 1, 0, 0, 0, 0, time.UTC)
	}
	if options.Objects == 0 {
		options.Objects = 400
	}
	if options.Objects < 20 || options.Objects > 800 {
		return nil, fmt.Errorf("make a simulated sky: %d objects: must be 20 to 800", options.Objects)
	}
	s := &Sky{seed: seed, options: options, lives: make(map[uint64]*Object)}
	s.first = int(mjdOf(options.Start))
	if s.first < firstNight+2000 || s.first > lastNight-2000 {
		return nil, fmt.Errorf("make a simulated sky: start %s: must lie between 2023 and 2070", options.Start.Format(time.DateOnly))
	}
	if len(options.Surveys) == 0 {
		options.Surveys = []string{SurveyZTF, SurveyLSST, SurveyLVK}
	}
	for _, name := range options.Surveys {
		switch name {
		case SurveyZTF:
			s.on[ztf] = true
		case SurveyLSST:
			s.on[lsst] = true
		case SurveyLVK:
			s.lvk = true
		default:
			return nil, fmt.Errorf("make a simulated sky: no survey %q: there are %s, %s and %s", name, SurveyZTF, SurveyLSST, SurveyLVK)
		}
	}
	s.kinds = kindsOf(options.Objects)
	s.special = s.star()
	s.starField = fieldOf(s.special.RA, s.special.Dec)
	s.night = s.first
	s.offsets = [surveyCount]int64{1_000_000, 1_000_000}
	return s, nil
}

// kindsOf deals the kinds out over the places, each share spread evenly.
func kindsOf(n int) []Kind {
	kinds := make([]Kind, 0, n)
	var owed [len(mixture)]int
	for range n {
		best := 0
		for i, m := range mixture {
			owed[i] += m.share
			if owed[i] > owed[best] {
				best = i
			}
		}
		owed[best] -= 100
		kinds = append(kinds, mixture[best].kind)
	}
	return kinds
}

// Next gives the next alert in the order of simulated time. There is always
// one: night follows night.
func (s *Sky) Next() (*Event, error) {
	for len(s.queue) == 0 {
		s.queue = s.plan(s.night, s.queue)
		s.night++
	}
	next := s.queue[0]
	s.queue = s.queue[1:]
	return s.event(&next)
}

// alive gives the object of a place on a night.
func (s *Sky) alive(slot, night int) *Object {
	life := 0
	if s.kinds[slot].transient() {
		for s.birth(slot, life+1) <= float64(night) {
			life++
		}
		for s.birth(slot, life) > float64(night) {
			life--
		}
	}
	key := uint64(slot) | uint64(life+lifeOffset)<<32
	o := s.lives[key]
	if o == nil {
		o = s.place(slot, life)
		s.lives[key] = o
		delete(s.lives, uint64(slot)|uint64(life+lifeOffset-2)<<32)
	}
	return o
}

// plan finds the alerts of a night, in order.
func (s *Sky) plan(night int, queue []todo) []todo {
	queue = queue[:0]
	names := 0
	places := len(s.kinds)
	if s.limit > 0 {
		places = min(places, s.limit)
	}
	for slot := -1; slot < places; slot++ {
		o := s.special
		if slot >= 0 {
			o = s.alive(slot, night)
		}
		for v := range surveyCount {
			if s.on[v] {
				queue = s.detections(queue, v, o, night, &names)
			}
		}
	}
	if s.lvk {
		queue = s.planNotices(queue, night)
	}
	slices.SortFunc(queue, func(a, b todo) int {
		switch {
		case a.at < b.at:
			return -1
		case a.at > b.at:
			return 1
		case a.object != nil && b.object != nil && a.object.num != b.object.num:
			return int(a.object.num) - int(b.object.num)
		}
		return int(a.survey) - int(b.survey)
	})
	return queue
}

// delay is how long after the exposure an alert leaves the survey, in days.
var delay = [surveyCount]float64{7.0 / 1440, 1.5 / 1440}

func (s *Sky) detections(queue []todo, v survey, o *Object, night int, names *int) []todo {
	ra, dec := o.RA, o.Dec
	if o.Kind == Asteroid {
		body := o.orbit.at(float64(night) + 0.25)
		ra, dec = body.ra, body.dec
	}
	if !v.sees(night, ra, dec) {
		return queue
	}
	s.buffer = s.visits(s.buffer, v, fieldOf(ra, dec), night)
	for i, x := range s.buffer {
		if o.Kind == Asteroid && v == ztf && (i > 0 || *names == maxPerNight) {
			break
		}
		e := s.measure(v, o, x)
		if !e.detected {
			continue
		}
		t := todo{at: x.mjd + delay[v], survey: v, object: o, epoch: e}
		if o.Kind == Asteroid && v == ztf {
			t.name = *names
			*names++
		}
		queue = append(queue, t)
	}
	return queue
}
