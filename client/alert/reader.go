package alert

import (
	"errors"
	"strings"
	"sync"

	"github.com/mwvgroup/pgb/client/avro"
	"github.com/mwvgroup/pgb/client/registry"
)

// Bounds of what a Reader remembers.
const (
	maxRoutes      = 1024 // names of topics met
	maxSchemas     = 256  // names of schemas met
	maxPrograms    = 128  // plans of one view
	maxTranscoders = 128
)

// Reader reads messages of every topic and payload that a registry describes.
// It is safe for concurrent use. What it compiles for one schema it keeps,
// within bounds, for the next message of it.
type Reader struct {
	reg      *registry.Registry
	limits   Limits
	schemas  *avro.Cache
	generic  *payload
	payloads map[string]*payload
	inOrder  []*payload // by name

	routes      cache[routeKey, *route]
	surveyed    cache[string, *payload]
	ids         cache[schemaID, *avro.Schema]
	named       cache[string, *avro.Schema]
	names       cache[*avro.Schema, string]
	learned     cache[string, *avro.Schema]
	transcoders cache[transcoderKey, *avro.Transcoder]
	lights      cache[programKey, *lightPlan]
	identities  cache[identityKey, *identityPlan]
	erasers     cache[programKey, *avro.Eraser]
	detector    func() *detector
	bare        *View     // of no columns: classifications alone
	idView      *View     // object and source alone
	spare       sync.Pool // *scratch
	rows        sync.Pool // *Row
}

// Limits bound what a message may make of itself.
type Limits struct {
	Body   int // bytes of a body after decompression; default 64 MiB
	Cutout int // bytes of a cutout after decompression; default 16 MiB
}

// Option changes a [Reader].
type Option func(*Reader)

// WithLimits bounds what a message may make of itself; what is zero keeps its
// default.
func WithLimits(l Limits) Option {
	return func(r *Reader) {
		if l.Body > 0 {
			r.limits.Body = l.Body
		}
		if l.Cutout > 0 {
			r.limits.Cutout = l.Cutout
		}
	}
}

// NewReader makes a reader of what the registry describes.
func NewReader(reg *registry.Registry, opts ...Option) *Reader {
	r := &Reader{
		reg:         reg,
		limits:      Limits{Body: 64 << 20, Cutout: 16 << 20},
		schemas:     new(avro.Cache),
		generic:     generic(),
		payloads:    map[string]*payload{},
		routes:      cache[routeKey, *route]{bound: maxRoutes},
		surveyed:    cache[string, *payload]{bound: maxSchemas},
		ids:         cache[schemaID, *avro.Schema]{bound: maxSchemas},
		named:       cache[string, *avro.Schema]{bound: maxSchemas},
		names:       cache[*avro.Schema, string]{bound: maxSchemas},
		learned:     cache[string, *avro.Schema]{bound: maxSchemas},
		transcoders: cache[transcoderKey, *avro.Transcoder]{bound: maxTranscoders},
		lights:      cache[programKey, *lightPlan]{bound: maxPrograms},
		identities:  cache[identityKey, *identityPlan]{bound: maxPrograms},
		erasers:     cache[programKey, *avro.Eraser]{bound: maxPrograms},
	}
	r.spare.New = func() any { return new(scratch) }
	for _, opt := range opts {
		opt(r)
	}
	for _, name := range sortedKeys(reg.Payloads) {
		p := r.newPayload(reg.Payloads[name])
		r.payloads[name] = p
		r.inOrder = append(r.inOrder, p)
	}
	r.bare = &View{reader: r, programs: cache[programKey, *program]{bound: maxPrograms}}
	r.idView = newIDView(r)
	r.rows.New = func() any { return new(Row) }
	r.detector = sync.OnceValue(func() *detector { return newDetector(r.inOrder) })
	return r
}

// routeKey is what a message says of its own payload.
type routeKey struct{ topic, as string }

// route is where the words of a message lead.
type route struct {
	topic   *registry.Topic // nil when the registry does not know it
	payload *payload        // nil: the bytes must tell
	among   []*payload      // then it is one of these; nil for any
	version string          // the schema version asked for, or empty
	err     error
}

func (r *Reader) route(m *Message) *route {
	key := routeKey{m.Topic, m.As}
	if found, ok := r.routes.get(key); ok {
		return found
	}
	made := r.newRoute(m.Topic, m.As)
	r.routes.put(key, made)
	return made
}

func (r *Reader) newRoute(topic, as string) *route {
	to := &route{}
	to.topic, _ = r.reg.Topic(topic)
	if as == "" {
		if to.topic != nil {
			to.payload = r.payloadOf(to.topic)
		}
		return to
	}
	if as == Anything {
		return to
	}
	if _, err := r.reg.ReadAs(as); err != nil {
		to.err = &DecodeError{Topic: as, Reason: "nothing to read it as", Err: errors.Join(ErrUnknownPayload, err)}
		return to
	}
	name, version, _ := strings.Cut(as, ":")
	to.version = version
	if named, err := r.reg.Topic(name); err == nil && r.payloadOf(named) != nil {
		to.payload = r.payloadOf(named)
		return to
	}
	for _, p := range r.inOrder {
		if strings.EqualFold(p.Name, name) {
			to.payload = p
			return to
		}
	}
	for _, p := range r.inOrder {
		if strings.EqualFold(p.surveyID, name) {
			to.among = append(to.among, p)
		}
	}
	return to
}

// Anything stands, in the place of a topic, a payload or a survey to read as,
// for whatever the bytes tell, packets of unknown surveys included. See
// [Reader.TopicsAs].
const Anything = "any"

// TopicsAs gives what stands for topics where messages are read by a name, as in
// [Message.As]: the topic of that name, or one for each payload that is meant.
// [Anything] means every payload, and packets of which no field is known: any
// name may be asked of them. No name gives no topics. A name that is not known
// is a [*registry.UnknownError].
func (r *Reader) TopicsAs(as string) ([]*registry.Topic, error) {
	if as == "" {
		return nil, nil
	}
	list := r.inOrder
	if as != Anything {
		if _, err := r.reg.ReadAs(as); err != nil {
			return nil, err
		}
		to := r.newRoute("", as)
		if list = to.among; to.payload != nil {
			list = []*payload{to.payload}
		}
	}
	var topics []*registry.Topic
	for _, p := range list {
		topics = append(topics, &registry.Topic{Name: p.Name, Survey: p.surveyID, Payload: p.Name})
	}
	if as == Anything {
		topics = append(topics, &registry.Topic{Name: Anything, Payload: Anything})
	}
	return topics, nil
}

// payloadOf gives the payload of a topic. Some payloads, such as notifications
// of stored files, are of no survey: then the topic's own is theirs.
func (r *Reader) payloadOf(t *registry.Topic) *payload {
	if t.Payload == Anything {
		return r.generic
	}
	p := r.payloads[t.Payload]
	if p == nil || p.surveyID != "" || t.Survey == "" {
		return p
	}
	key := t.Payload + " of " + t.Survey
	if own, ok := r.surveyed.get(key); ok {
		return own
	}
	entry := *p.Payload
	entry.Survey = t.Survey
	own := r.newPayload(&entry)
	r.surveyed.put(key, own)
	return own
}
