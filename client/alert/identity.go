package alert

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/sha256"
	"encoding/hex"

	"github.com/mwvgroup/pgb/client/field"
	"github.com/mwvgroup/pgb/client/registry"
)

// Identity says when two messages are the same: equal identities are the same
// message. It is stable from run to run.
type Identity [16]byte

// String gives 32 hexadecimal digits.
func (id Identity) String() string { return hex.EncodeToString(id[:]) }

// The ways in which the registry says when two messages are the same.
const (
	identityByContent = "content"
	identityByMessage = "message"
	identityByPaths   = "paths"
)

// Identity says when two messages are the same, as the registry has it for the
// topic, else for the payload. The default is the topic and the payload's bytes,
// in which the source's id is; a payload without bytes counts by its attributes.
// Where the rule finds nothing (a message without an id, a record without the
// fields) the content counts.
func (r *Reader) Identity(m *Message) (Identity, error) {
	to := r.route(m)
	rule := registry.Identity{}
	if to.topic != nil {
		rule = to.topic.Identity
	}
	if rule.By == "" && to.payload != nil {
		rule = to.payload.Identity
	}
	switch rule.By {
	case identityByMessage:
		if m.ID != "" {
			return combined(m.Topic, "id", []byte(m.ID)), nil
		}
	case identityByPaths:
		return r.identityByPaths(m, to.topic, rule.Paths)
	}
	return contentIdentity(m), nil
}

// digest is a 128-bit hash of a text of any length: GMAC (NIST SP 800-38D) with
// a fixed key and nonce. Equal bytes have equal digests, and unequal ones differ
// but for a chance of about 2^-100. With the key being known it does not resist
// somebody who makes two bodies collide on purpose; who may publish a topic may
// leave messages out anyway. It reads several times faster than SHA-256, which
// at 70 kB a packet would cost more than decoding it.
var digest = func() func(text []byte) [16]byte {
	block, err := aes.NewCipher([]byte("pgb identity 128"))
	if err != nil {
		panic(err) // the key above has a valid length
	}
	aead, err := cipher.NewGCM(block)
	if err != nil {
		panic(err)
	}
	return func(text []byte) (sum [16]byte) {
		var nonce [12]byte
		aead.Seal(sum[:0], nonce[:], nil, text)
		return sum
	}
}()

// contentIdentity is the identity by topic and body.
func contentIdentity(m *Message) Identity {
	if len(m.Body) > 0 {
		sum := digest(m.Body)
		return combined(m.Topic, "content", sum[:])
	}
	var text []byte
	for _, h := range m.Headers {
		text = append(text, h.Name...)
		text = append(text, 0)
		text = append(text, h.Value...)
		text = append(text, 0)
	}
	return combined(m.Topic, "attributes", text)
}

// combined makes an identity of a topic and of what tells messages in it apart.
func combined(topic, by string, what []byte) Identity {
	var buf [256]byte
	text := append(buf[:0], topic...)
	text = append(text, 0)
	text = append(text, by...)
	text = append(text, 0)
	text = append(text, what...)
	sum := sha256.Sum256(text)
	return Identity(sum[:16])
}

// identityKey is what an identityPlan is compiled for: a topic may have a rule
// of its own.
type identityKey struct {
	programKey
	topic *registry.Topic
}

// identityPlan reads the fields that make an identity.
type identityPlan struct {
	projector projector
	slots     []ref
}

func (r *Reader) identityByPaths(m *Message, topic *registry.Topic, paths []field.Path) (Identity, error) {
	s := r.borrow()
	defer r.giveBack(s)
	pk, err := r.open(m, s)
	if err != nil {
		return Identity{}, err
	}
	key := identityKey{pk.key(), topic}
	plan, ok := r.identities.get(key)
	if !ok {
		if plan, err = newIdentityPlan(pk, paths); err != nil {
			return Identity{}, failed(m, r.schemaName(pk), "the identity cannot be picked out", err)
		}
		r.identities.put(key, plan)
	}
	if err := plan.projector.Project(pk.body, &s.projection); err != nil {
		return Identity{}, failed(m, r.schemaName(pk), "the packet cannot be read", err)
	}
	text, found := s.text[:0], false
	for _, slots := range plan.slots {
		v := slots.first(s.projection.Values, &pk.payload.sentinels)
		found = found || !v.IsMissing()
		text = append(v.AppendJSON(text), 0)
	}
	s.text = text
	if !found {
		return contentIdentity(m), nil
	}
	return combined(m.Topic, "fields", text), nil
}

// newIdentityPlan wants paths of the payload, wherever they sit in the body.
func newIdentityPlan(pk packet, paths []field.Path) (*identityPlan, error) {
	to := newSlots(func(field.Path) field.Kind { return field.Missing })
	plan := &identityPlan{}
	for _, path := range paths {
		plan.slots = append(plan.slots, to.add(pk.payload.inLine(path, pk.line)))
	}
	var err error
	plan.projector, err = newProjector(pk, to.wanted())
	return plan, err
}

// inLine gives where a path of the payload stands in one of pgb's own lines.
func (p *payload) inLine(path field.Path, line bool) []field.Path {
	if !line {
		return []field.Path{path}
	}
	if rest, ok := below(p.Result, path); ok && len(p.Result) > 0 {
		return []field.Path{field.Path{"result"}.Join(rest)}
	}
	for _, prefix := range p.alert {
		if rest, ok := below(prefix, path); ok {
			return []field.Path{field.Path{"alert"}.Join(rest)}
		}
	}
	return []field.Path{field.Path{"other"}.Join(path)}
}
