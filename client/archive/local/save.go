package local

import (
	"context"
	"strings"
	"time"

	"zombiezen.com/go/sqlite"

	"github.com/mwvgroup/pgb/client/alert"
)

// save writes the messages that can be decoded in one transaction and says how
// many were new.
func (a *Archive) save(ctx context.Context, ready *preparing) (fresh int, err error) {
	without := samples{}
	err = a.write(ctx, func(w *writer) error {
		b := saving{archive: a, writer: w, conn: w.conn, now: time.Now().UnixMicro(), objects: map[objectKey]*object{}}
		for i := range ready.ready {
			p := ready.at(i)
			if p.err != nil {
				continue
			}
			if err := b.refuse(p); err != nil {
				return err
			}
			isNew, err := b.message(p)
			if err != nil {
				return err
			}
			if isNew {
				fresh++
				without.add(&p.packed)
			}
			p.body, p.plain, p.values = nil, nil, nil // they are written
		}
		if err := without.save(b.conn); err != nil {
			return err
		}
		return b.finish()
	})
	if err == nil && len(without) > 0 {
		// The batch is on the disk; where this fails the next one tries again.
		_ = a.learnDictionaries(ctx)
	}
	return fresh, err
}

// learnDictionaries reads the dictionaries of the file.
func (a *Archive) learnDictionaries(ctx context.Context) error {
	return a.failed(ctx, a.snapshot(ctx, a.bodies.dictionaries.learnAll))
}

// saving is one batch on its way into the file.
type saving struct {
	archive *Archive
	writer  *writer
	conn    *sqlite.Conn
	now     int64 // microseconds
	objects map[objectKey]*object
	order   []*object // as they were met
	// lastObject is the number of the last new one.
	lastObject int64

	kind      bool // whether the archive is of simulated alerts
	kindKnown bool
}

const (
	sqlKind    = `SELECT value FROM meta WHERE key = 'simulated'`
	sqlSetKind = `INSERT INTO meta (key, value) VALUES ('simulated', ?)`
)

// refuse fails where the archive holds alerts of the other kind, and says which
// kind it holds where it holds none yet.
func (b *saving) refuse(p *incoming) error {
	if !b.kindKnown {
		if err := b.findKind(p); err != nil {
			return err
		}
		b.kindKnown = true
	}
	if p.simulated != b.kind {
		return &SimulatedError{Path: b.archive.path, Archive: b.kind, Message: named(p.message)}
	}
	return nil
}

func (b *saving) findKind(p *incoming) error {
	q, err := binding(b.conn, sqlKind)
	if err != nil {
		return err
	}
	found, err := q.one(func(stmt *sqlite.Stmt) { b.kind = stmt.ColumnBool(0) })
	if err != nil || found {
		return err
	}
	if q, err = binding(b.conn, sqlSetKind); err != nil {
		return err
	}
	b.kind = p.simulated
	q.bool(b.kind)
	return q.run()
}

// named names a message for people.
func named(m *alert.Message) string {
	name := strings.TrimSpace(m.Topic + " " + m.ID)
	if name == "" {
		name = m.Origin
	}
	return name
}

const sqlMessage = `INSERT INTO message (identity, kafka_topic, kafka_partition, kafka_offset, kafka_time, saved, origin, read_as, schema,
 attributes, key, encoding, body) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (identity) DO NOTHING`

// message saves one message, where it is not there yet.
func (b *saving) message(p *incoming) (isNew bool, err error) {
	known, alone, err := b.known(p)
	if err != nil || known {
		return false, err
	}
	var schema *int64
	if p.schema != nil {
		id, err := b.schema(p.schema)
		if err != nil {
			return false, err
		}
		schema = &id
	}
	m := p.message
	q, err := binding(b.conn, sqlMessage)
	if err != nil {
		return false, err
	}
	k := kafkaOf(m)
	q.bytes(p.identity[:])
	q.text(k.topic)
	q.whole(k.partition)
	q.whole(k.offset)
	q.whole(k.time)
	q.int(b.now)
	q.text(m.Origin)
	q.text(m.As)
	q.whole(schema)
	q.filled(string(p.attributes))
	if m.Key == nil {
		q.null()
	} else {
		q.bytes(m.Key)
	}
	q.int(p.encoding)
	q.bytes(p.body)
	if err := q.run(); err != nil || b.conn.Changes() == 0 {
		return false, err
	}
	return true, b.alert(b.conn.LastInsertRowID(), p, alone)
}

const (
	sqlTopic    = `SELECT id FROM topic WHERE name = ?`
	sqlNewTopic = `INSERT INTO topic (name) VALUES (?)`
)

// topic gives the number of a topic.
func (b *saving) topic(name string) (id int64, err error) {
	if id, ok := b.writer.known.topics[name]; ok {
		return id, nil
	}
	id, err = b.numbered(sqlTopic, func(q *binder) { q.filled(name) }, sqlNewTopic, func(q *binder) { q.filled(name) })
	if err == nil {
		b.writer.known.topics[name] = id
	}
	return id, err
}

const (
	sqlSchema    = `SELECT id FROM packet_schema WHERE hash = ?`
	sqlNewSchema = `INSERT INTO packet_schema (name, hash, text) VALUES (?, ?, ?)`
)

// schema gives the number of a schema, which is stored where it is new.
func (b *saving) schema(s *packetSchema) (id int64, err error) {
	if id, ok := b.writer.known.schemas[s.hash]; ok {
		return id, nil
	}
	encoder, err := newEncoder()
	if err != nil {
		return 0, err
	}
	id, err = b.numbered(sqlSchema, func(q *binder) { q.bytes(s.hash[:]) }, sqlNewSchema, func(q *binder) {
		q.filled(s.name)
		q.bytes(s.hash[:])
		if len(s.text) == 0 {
			q.bytes(nil)
		} else {
			q.bytes(encoder.EncodeAll(s.text, nil))
		}
	})
	if err == nil {
		b.writer.known.schemas[s.hash] = id
	}
	return id, err
}

// numbered gives the number of a row, which is made where it is not there.
func (b *saving) numbered(find string, with func(*binder), add string, of func(*binder)) (id int64, err error) {
	q, err := binding(b.conn, find)
	if err != nil {
		return 0, err
	}
	with(&q)
	found, err := q.one(func(stmt *sqlite.Stmt) { id = stmt.ColumnInt64(0) })
	if err != nil || found {
		return id, err
	}
	if q, err = binding(b.conn, add); err != nil {
		return 0, err
	}
	of(&q)
	err = q.run()
	return b.conn.LastInsertRowID(), err
}
