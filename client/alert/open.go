package alert

import (
	"bytes"
	"compress/gzip"
	"compress/zlib"
	"errors"
	"fmt"
	"io"
	"strconv"

	"github.com/mwvgroup/pgb/client/avro"
)

// packet is a message whose payload, schema and bytes are found.
type packet struct {
	payload *payload
	schema  *avro.Schema // of the bytes; for a line, of the alert it was; nil for JSON
	body    []byte       // an Avro datum, or a JSON text
	line    bool         // body is one of pgb's own lines
}

// inJSON says whether the body is a JSON text.
func (pk packet) inJSON() bool { return pk.line || pk.schema == nil }

// magic is how an Avro object container begins.
var magic = []byte("Obj\x01")

// open finds out what a message is, from its topic, from what it says of
// itself, and from its bytes.
func (r *Reader) open(m *Message, s *scratch) (packet, error) {
	if m.Broken != nil {
		return packet{}, failed(m, m.Schema, "the message could not be read whole", m.Broken)
	}
	to := r.route(m)
	if to.err != nil {
		return packet{}, to.err
	}
	if m.Form == Line {
		return r.openLine(m, to)
	}
	body := m.Body
	if m.Schema != "" && (to.payload == nil || !to.payload.isJSON()) {
		return r.openDatum(m, to, body)
	}
	if to.payload == nil || to.payload.Framing != framingBare {
		var err error
		if body, err = r.inflate(body, s); err != nil {
			return packet{}, failed(m, "", "the body cannot be decompressed", err)
		}
	}
	if bytes.HasPrefix(body, magic) && (to.payload == nil || !to.payload.isJSON()) {
		return r.openContainer(m, to, body, s)
	}
	if to.payload == nil {
		return r.openUnknown(m, to, body, s)
	}
	return r.openAs(m, to, to.payload, body, s)
}

// ReadAs gives the name of the registry's payload by which a message is read,
// empty for a container of an unknown survey. As [Message.As] it tells any
// reader what the topic or the bytes told this one.
func (r *Reader) ReadAs(m *Message) (string, error) {
	s := r.borrow()
	defer r.giveBack(s)
	pk, err := r.open(m, s)
	if err != nil {
		return "", err
	}
	return pk.payload.Name, nil
}

// openAs reads a body by a payload's own framing.
func (r *Reader) openAs(m *Message, to *route, p *payload, body []byte, s *scratch) (packet, error) {
	switch p.Framing {
	case framingContainer:
		return r.openContainer(m, to, body, s)
	case framingConfluent:
		return r.openConfluent(m, to, p, body)
	case framingBare:
		return r.openBare(m, to, p, body)
	default:
		if len(body) == 0 {
			body = emptyObject
		}
		return packet{payload: p, body: body}, nil
	}
}

var emptyObject = []byte("{}")

func (r *Reader) openContainer(m *Message, to *route, body []byte, s *scratch) (packet, error) {
	if err := s.container.Reset(body, r.schemas); err != nil {
		return packet{}, failed(m, "", "not an Avro object container", err)
	}
	schema := s.container.Schema()
	p, err := r.payloadBy(m, to, schema)
	if err != nil {
		return packet{}, err
	}
	datum, err := s.container.Next()
	if err != nil {
		if err == io.EOF {
			err = errors.New("it holds no record")
		}
		return packet{}, failed(m, r.schemaName(packet{payload: p, schema: schema}), "the container cannot be read", err)
	}
	return packet{payload: p, schema: schema, body: datum}, nil
}

func (r *Reader) openConfluent(m *Message, to *route, p *payload, body []byte) (packet, error) {
	id, datum, ok := avro.ConfluentID(body)
	if !ok {
		return packet{}, failed(m, "", "not a Confluent-framed packet", nil)
	}
	schema, ok := r.schemaByID(p.surveyID, id)
	if !ok && to.version != "" {
		schema, ok = r.schemaNamed(p.surveyID + " " + to.version)
	}
	if ok {
		return packet{payload: p, schema: schema, body: datum}, nil
	}
	name := p.surveyID + " " + strconv.Itoa(id/100) + "." + strconv.Itoa(id%100)
	return packet{}, failed(m, name, fmt.Sprintf("no schema with id %d is known", id), ErrUnknownSchema)
}

func (r *Reader) openBare(m *Message, to *route, p *payload, body []byte) (packet, error) {
	name := p.Schema
	if to.version != "" {
		name = p.surveyID + " " + to.version
	}
	schema, ok := r.schemaNamed(name)
	if !ok {
		return packet{}, failed(m, name, "no such schema is known", ErrUnknownSchema)
	}
	return packet{payload: p, schema: schema, body: body}, nil
}

// openDatum reads a bare datum whose schema the message names.
func (r *Reader) openDatum(m *Message, to *route, body []byte) (packet, error) {
	schema, ok := r.schemaNamed(m.Schema)
	if !ok {
		return packet{}, failed(m, m.Schema, "no such schema is known", ErrUnknownSchema)
	}
	p, err := r.payloadBy(m, to, schema)
	return packet{payload: p, schema: schema, body: body}, err
}

// payloadBy gives the payload of a packet whose schema is known. A packet of
// one survey is not read as one of another, which would find nothing in it.
func (r *Reader) payloadBy(m *Message, to *route, schema *avro.Schema) (*payload, error) {
	p := to.payload
	if p == nil {
		p = r.payloadOfSchema(schema, to.among)
	}
	asked := p
	if p == r.generic && len(to.among) > 0 {
		asked = to.among[0]
	}
	if m.As == "" || asked.surveyID == "" {
		return p, nil
	}
	if own := r.payloadOfSchema(schema, nil); own != r.generic && own.surveyID != asked.surveyID {
		return nil, failed(m, schema.Name(), "it is a packet of "+own.surveyID+", not of "+asked.surveyID, nil)
	}
	for _, one := range to.among {
		if p == r.generic && one.Framing == framingContainer {
			p = one
		}
	}
	return p, nil
}

func (r *Reader) openLine(m *Message, to *route) (packet, error) {
	schema, _ := r.schemaNamed(m.Schema)
	p := to.payload
	if p == nil && schema != nil {
		p = r.payloadOfSchema(schema, to.among)
	}
	if p == nil && len(to.among) > 0 {
		p = to.among[0]
	}
	if p == nil {
		p = r.generic
	}
	return packet{payload: p, schema: schema, body: m.Body, line: true}, nil
}

// openUnknown reads a body of which nothing but its bytes is known.
func (r *Reader) openUnknown(m *Message, to *route, body []byte, s *scratch) (packet, error) {
	p, _ := r.detector().payload(body, to.among, s)
	if p == nil && to.version != "" {
		for _, q := range to.among {
			if q.Framing == framingBare || q.Framing == framingConfluent && len(body) > 0 && body[0] == 0 {
				p = q
				break
			}
		}
	}
	if p == nil {
		return packet{}, failed(m, "", "the bytes do not tell what it is", ErrUnknownPayload)
	}
	return r.openAs(m, to, p, body, s)
}

// inflate undoes a gzip or zlib wrapping, within the bound.
func (r *Reader) inflate(body []byte, s *scratch) ([]byte, error) {
	if len(body) < 2 {
		return body, nil
	}
	var from io.ReadCloser
	var err error
	switch {
	case body[0] == 0x1f && body[1] == 0x8b:
		from, err = gzip.NewReader(bytes.NewReader(body))
	case body[0] == 0x78 && (uint(body[0])<<8|uint(body[1]))%31 == 0:
		from, err = zlib.NewReader(bytes.NewReader(body))
	default:
		return body, nil
	}
	if err != nil {
		return nil, err
	}
	s.inflated, err = readBounded(s.inflated[:0], from, r.limits.Body)
	return s.inflated, errors.Join(err, from.Close())
}

// readBounded appends all that a reader has, and fails beyond the bound.
func readBounded(dst []byte, from io.Reader, bound int) ([]byte, error) {
	into := bytes.NewBuffer(dst)
	n, err := into.ReadFrom(io.LimitReader(from, int64(bound)+1))
	if err == nil && n > int64(bound) {
		err = fmt.Errorf("more than %d bytes", bound)
	}
	return into.Bytes(), err
}

// failed makes the error of a message that cannot be read.
func failed(m *Message, schema, reason string, err error) error {
	topic := m.Topic
	if topic == "" {
		topic = m.As
	}
	return &DecodeError{Topic: topic, Schema: schema, Reason: reason, Err: err}
}
