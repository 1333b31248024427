package alert

import (
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
	name, version, _ := strings.Cut(as, ":")
	to.version = version
	if named, err := r.reg.Topic(as); err == nil {
		to.version = ""
		to.payload = r.payloadOf(named)
		return to
	}
	if p, ok := r.payloads[name]; ok {
		to.payload = p
		return to
	}
	for _, p := range r.inOrder {
		if strings.EqualFold(p.surveyID, name) {
			to.among = append(to.among, p)
		}
	}
	if to.among == nil {
		to.err = &DecodeError{Topic: as, Reason: "neither a topic, a payload nor a survey", Err: ErrUnknownPayload}
	}
	return to
}

// payloadOf gives the payload of a topic. Some payloads, such as notifications
// of stored files, are of no survey: then the topic's own is theirs.
func (r *Reader) payloadOf(t *registry.Topic) *payload {
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
