package local

import (
	"bytes"
	"slices"

	"zombiezen.com/go/sqlite"

	"github.com/mwvgroup/pgb/client/alert"
)

// sqlSameAlert finds what may be the same message in another form: a full JSON
// line, say, of a packet that was saved as it came, or a record of an Avro file,
// which tells neither the topic nor the broker's id. Its bytes are others, it is
// not. What has another id in the same topic, or is of another topic, is another
// message; without a topic an id is a place in a file.
const sqlSameAlert = `SELECT a.id, coalesce(a.message_id = ?3 AND t.name = ?4 AND t.name <> '', 0),
 t.name = '' OR ?4 = '' OR t.name = ?4 AND (a.message_id IS NULL OR ?3 IS NULL OR a.message_id = ?3)
 FROM alert a JOIN topic t ON t.id = a.topic WHERE a.source_id = ?1 AND a.survey IS ?2`

const (
	sqlIdentity = `SELECT 1 FROM message WHERE identity = ?`
	sqlStored   = "SELECT " + storedColumns + " FROM " + storedFrom + " WHERE m.id = ?"
)

// known says whether a message is there, in its own form or another. Only where
// the broker's id does not tell are messages read and compared. alone says that
// there is none of the same source.
func (b *saving) known(p *incoming) (known, alone bool, err error) {
	if p.sourceID == "" {
		return false, true, nil // its identity alone tells
	}
	q, err := binding(b.conn, sqlSameAlert)
	if err != nil {
		return false, false, err
	}
	q.id(p.sourceID)
	q.text(p.survey)
	q.text(p.message.ID)
	q.filled(p.message.Topic)
	var alike []int64
	byID := false
	alone = true
	err = q.all(func(stmt *sqlite.Stmt) {
		alone = false
		if stmt.ColumnBool(2) {
			alike = append(alike, stmt.ColumnInt64(0))
			byID = byID || stmt.ColumnBool(1)
		}
	})
	if err != nil || byID || len(alike) == 0 {
		return byID, alone, err
	}
	if q, err = binding(b.conn, sqlIdentity); err != nil {
		return false, false, err
	}
	q.bytes(p.identity[:])
	if found, err := q.one(func(*sqlite.Stmt) {}); err != nil || found {
		return found, false, err
	}
	known, err = b.told(p, alike)
	return known, false, err
}

// told says whether one of some stored messages tells what a message does.
func (b *saving) told(p *incoming, alike []int64) (bool, error) {
	var parts []byte
	for _, id := range alike {
		m, err := b.stored(id)
		if err != nil {
			return false, err
		}
		if m == nil || !b.mayBeSame(p, m) {
			continue
		}
		if parts == nil {
			if parts, err = b.archive.parts(p.message); err != nil {
				return false, nil // what can't be compared is saved
			}
		}
		if other, err := b.archive.parts(m); err == nil && bytes.Equal(parts, other) {
			return true, nil
		}
	}
	return false, nil
}

// mayBeSame says whether all that stands beside two messages' content lets them
// be the same. A survey's own packet is more than a line of what is in it.
func (b *saving) mayBeSame(p *incoming, stored *alert.Message) bool {
	if stored.Form == alert.Line && p.message.Form != alert.Line && p.complete == original {
		return false
	}
	reader := b.archive.reader
	as, err := reader.ReadAs(stored)
	if err != nil || as != p.as {
		return false
	}
	was, err := reader.Schema(stored)
	is, failed := reader.Schema(p.message)
	if err != nil || failed != nil || was != is && was != "" && is != "" {
		return false
	}
	return !hasAttributes(stored) || !hasAttributes(p.message) || bytes.Equal(appendHeaders(nil, stored.Headers), p.attributes)
}

// hasAttributes says whether a message came with its attributes. That it is
// simulated its file says of it where there are no others.
func hasAttributes(m *alert.Message) bool {
	return slices.ContainsFunc(m.Headers, func(h alert.Header) bool { return h.Name != alert.SimulatedAttr })
}

// stored reads a message of the archive; nil where it can't be read back, which
// Check tells.
func (b *saving) stored(id int64) (m *alert.Message, err error) {
	q, err := binding(b.conn, sqlStored)
	if err != nil {
		return nil, err
	}
	q.int(id)
	var broken error
	_, err = q.one(func(stmt *sqlite.Stmt) { m, broken = b.archive.storedMessage(b.conn, stmt, 0) })
	if broken != nil {
		return nil, nil
	}
	return m, err
}

// parts gives what a message says, without stamp images, in one way for all
// forms.
func (a *Archive) parts(m *alert.Message) ([]byte, error) {
	return a.reader.AppendPartsJSON(nil, m, false)
}
