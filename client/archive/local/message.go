package local

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"strings"
	"sync"
	"time"

	"github.com/klauspost/compress/zstd"
	"zombiezen.com/go/sqlite"
	"zombiezen.com/go/sqlite/sqlitex"

	"github.com/mwvgroup/pgb/client/alert"
	"github.com/mwvgroup/pgb/client/avro"
)

// How a body is stored: the bits of message.encoding.
const (
	encodingZstd   = 1 << iota // it is compressed
	encodingLine               // the message is one of pgb's own lines
	encodingSplice             // the schema was taken out of the container; where, stands in front
	encodingNamed              // the schema is that which the message names, in message.schema
	encodingCut                // stamp images were left out
	encodingNone               // there is no body, which is not an empty one
)

// maxStored bounds a body that is read back.
const maxStored = 1 << 30

// leastPacked is the length from which a body is worth compressing.
const leastPacked = 64

// packed is a body as it is stored.
type packed struct {
	encoding int64
	body     []byte
	schema   *packetSchema // to be stored beside it, or nil
	kind     string        // of the dictionary
	plain    []byte        // what a dictionary may be made of, or nil
}

// packetSchema is a schema that stands once for all messages with it.
type packetSchema struct {
	hash [32]byte
	name string
	text []byte
}

var newEncoder = sync.OnceValues(func() (*zstd.Encoder, error) {
	return zstd.NewWriter(nil, zstd.WithEncoderLevel(zstd.SpeedFastest), zstd.WithEncoderCRC(false))
})

var newDecoder = sync.OnceValues(func() (*zstd.Decoder, error) {
	return zstd.NewReader(nil, zstd.WithDecoderConcurrency(0), zstd.WithDecoderMaxMemory(maxStored))
})

// pack makes what is stored of the body of a message that is read as a payload.
func (a *Archive) pack(m *alert.Message, as string, body []byte) (p packed, err error) {
	p.kind = as
	if m.Form == alert.Line {
		p.encoding |= encodingLine
		p.kind += " line"
	}
	if !bytes.Equal(body, m.Body) {
		p.encoding |= encodingCut
	}
	if body == nil {
		p.encoding |= encodingNone
	}
	switch {
	case m.Schema != "":
		p.encoding |= encodingNamed
		if p.schema, err = a.namedSchema(m); err != nil {
			return packed{}, err
		}
	case m.Form == alert.Packet && avro.IsContainer(body):
		if text, rest, ok := a.spliced(body); ok {
			p.encoding |= encodingSplice
			p.schema, body = text, rest
		}
	}
	p.body = body
	if len(body) < leastPacked {
		return p, nil
	}
	encoder := a.bodies.dictionaries.encoder(p.kind)
	if encoder == nil {
		p.plain = body
		if encoder, err = newEncoder(); err != nil {
			return packed{}, err
		}
	}
	if small := encoder.EncodeAll(body, make([]byte, 0, len(body)/2+64)); len(small) < len(body) {
		p.encoding |= encodingZstd
		p.body = small
	}
	return p, nil
}

// namedSchema is the schema that a message names: its text where the name was
// learned from a file, which no other program knows, and the name alone else.
func (a *Archive) namedSchema(m *alert.Message) (*packetSchema, error) {
	if strings.Contains(m.Schema, "#") && m.Form == alert.Packet {
		schema, _, err := a.reader.Datum(m)
		if err != nil {
			return nil, err
		}
		return &packetSchema{hash: schema.Fingerprint(), name: m.Schema, text: schema.JSON()}, nil
	}
	return &packetSchema{hash: sha256.Sum256([]byte("name " + m.Schema)), name: m.Schema}, nil
}

// spliced takes the schema out of a container and puts the place where it was
// in front of the rest.
func (a *Archive) spliced(body []byte) (_ *packetSchema, rest []byte, ok bool) {
	container, err := avro.OpenContainer(body, &a.bodies.schemas)
	if err != nil {
		return nil, nil, false
	}
	text, ok := container.Meta("avro.schema")
	at := bytes.Index(body, text)
	if !ok || len(text) == 0 || at < 0 {
		return nil, nil, false
	}
	schema := container.Schema()
	rest = binary.AppendUvarint(make([]byte, 0, len(body)-len(text)+binary.MaxVarintLen64), uint64(at))
	rest = append(append(rest, body[:at]...), body[at+len(text):]...)
	return &packetSchema{hash: schema.Fingerprint(), name: schema.Name(), text: schema.JSON()}, rest, true
}

// bodies is what stored bodies have in common.
type bodies struct {
	schemas      avro.Cache
	dictionaries dictionaries

	mu    sync.Mutex
	known map[int64]packetSchema // by packet_schema.id
}

// maxKnownSchemas bounds the schemas that are remembered.
const maxKnownSchemas = 256

// schema gives a schema of the archive.
func (b *bodies) schema(conn *sqlite.Conn, id int64) (s packetSchema, err error) {
	b.mu.Lock()
	s, ok := b.known[id]
	b.mu.Unlock()
	if ok {
		return s, nil
	}
	err = sqlitex.Execute(conn, "SELECT hash, name, text FROM packet_schema WHERE id = ?", &sqlitex.ExecOptions{
		Args: []any{id},
		ResultFunc: func(stmt *sqlite.Stmt) error {
			stmt.ColumnBytes(0, s.hash[:])
			s.name, s.text, ok = stmt.ColumnText(1), blob(stmt, 2), true
			return nil
		},
	})
	if err == nil && !ok {
		err = fmt.Errorf("schema %d of the archive is missing", id)
	}
	if err == nil && len(s.text) > 0 {
		s.text, err = unpacked(s.text)
	}
	if err != nil {
		return s, err
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.known == nil || len(b.known) >= maxKnownSchemas {
		b.known = map[int64]packetSchema{}
	}
	b.known[id] = s
	return s, nil
}

// forget drops what is remembered, whose numbers may be given anew.
func (b *bodies) forget() {
	b.dictionaries.forget()
	b.mu.Lock()
	defer b.mu.Unlock()
	b.known = nil
}

func unpacked(body []byte) ([]byte, error) {
	decoder, err := newDecoder()
	if err != nil {
		return nil, err
	}
	return decoder.DecodeAll(body, nil)
}

// storedColumns are what [Archive.storedMessage] reads, of message m, alert a
// with the same id, and topic t.
const storedColumns = `t.name, a.message_id, a.publish_time, m.origin, m.read_as, m.schema, m.attributes, m.key, m.encoding, m.body`

// storedCount is how many storedColumns there are.
const storedCount = 10

// storedFrom joins the tables of storedColumns.
const storedFrom = `message m JOIN alert a ON a.id = m.id JOIN topic t ON t.id = a.topic`

// storedMessage makes a message of a row whose columns from the first on are
// storedColumns. It is whole and aliases nothing.
func (a *Archive) storedMessage(conn *sqlite.Conn, stmt *sqlite.Stmt, first int) (*alert.Message, error) {
	m := &alert.Message{
		Topic: stmt.ColumnText(first), ID: stmt.ColumnText(first + 1), Origin: stmt.ColumnText(first + 3),
		As: stmt.ColumnText(first + 4), Key: blob(stmt, first+7),
	}
	if !stmt.ColumnIsNull(first + 2) {
		m.PublishTime = time.UnixMicro(stmt.ColumnInt64(first + 2)).UTC()
	}
	var err error
	if m.Headers, err = headersOf([]byte(stmt.ColumnText(first + 6))); err != nil {
		return nil, fmt.Errorf("attributes of a stored message: %w", err)
	}
	encoding := stmt.ColumnInt64(first + 8)
	if encoding&encodingLine != 0 {
		m.Form = alert.Line
	}
	var schema packetSchema
	if !stmt.ColumnIsNull(first + 5) {
		if schema, err = a.bodies.schema(conn, stmt.ColumnInt64(first+5)); err != nil {
			return nil, err
		}
	}
	if err := a.setBody(conn, m, encoding, blob(stmt, first+9), schema); err != nil {
		return nil, fmt.Errorf("body of a stored message: %w", err)
	}
	return m, nil
}

// setBody undoes pack.
func (a *Archive) setBody(conn *sqlite.Conn, m *alert.Message, encoding int64, body []byte, schema packetSchema) (err error) {
	if encoding&encodingZstd != 0 {
		if body, err = a.bodies.dictionaries.unpacked(conn, body); err != nil {
			return err
		}
	}
	if encoding&encodingSplice != 0 {
		at, n := binary.Uvarint(body)
		if n <= 0 || at > uint64(len(body)-n) {
			return errors.New("the place of the schema is not in it")
		}
		rest := body[n:]
		body = append(make([]byte, 0, len(rest)+len(schema.text)), rest[:at]...)
		body = append(append(body, schema.text...), rest[at:]...)
	}
	if encoding&encodingNamed != 0 {
		m.Schema = schema.name
		if len(schema.text) > 0 {
			if m.Schema, err = a.reader.Learn(schema.text); err != nil {
				return err
			}
		}
	}
	if encoding&encodingNone == 0 && body == nil {
		body = []byte{}
	}
	m.Body = body
	return nil
}

// blob gives a copy of a column of bytes; nil for NULL and for none.
func blob(stmt *sqlite.Stmt, column int) []byte {
	n := stmt.ColumnLen(column)
	if n == 0 {
		return nil
	}
	buf := make([]byte, n)
	stmt.ColumnBytes(column, buf)
	return buf
}
