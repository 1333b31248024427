package local

import (
	"fmt"
	"sync"

	"github.com/klauspost/compress/zstd"
	"zombiezen.com/go/sqlite"
	"zombiezen.com/go/sqlite/sqlitex"
)

// A dictionary is what the first messages of a kind have, one behind the other:
// names of fields, of images and of programs, and the numbers that all alerts
// share. Those that are saved later are packed by what they have beside it.
const (
	sampleMessages = 4
	sampleBytes    = 8 << 10 // of each of them, at most
)

// dictionaries are those of an archive, ready to be used. It is safe for
// concurrent use.
type dictionaries struct {
	mu       sync.Mutex
	encoders map[string]*zstd.Encoder // by kind
	decoders map[int64]*zstd.Decoder  // by dictionary.id
}

// encoder gives what packs bodies of a kind; nil where there is no dictionary
// yet.
func (d *dictionaries) encoder(kind string) *zstd.Encoder {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.encoders[kind]
}

// learn takes a dictionary that is on the disk.
func (d *dictionaries) learn(id int64, kind string, content []byte) error {
	encoder, err := zstd.NewWriter(nil, zstd.WithEncoderLevel(zstd.SpeedFastest), zstd.WithEncoderCRC(false), zstd.WithEncoderDictRaw(uint32(id), content))
	if err != nil {
		return err
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.encoders == nil {
		d.encoders = map[string]*zstd.Encoder{}
	}
	d.encoders[kind] = encoder
	return nil
}

// learnAll takes all dictionaries of the file.
func (d *dictionaries) learnAll(conn *sqlite.Conn) error {
	return sqlitex.Execute(conn, "SELECT id, kind, content FROM dictionary", &sqlitex.ExecOptions{ResultFunc: func(stmt *sqlite.Stmt) error {
		return d.learn(stmt.ColumnInt64(0), stmt.ColumnText(1), blob(stmt, 2))
	}})
}

// forget drops what is known: numbers that were undone may be given anew.
func (d *dictionaries) forget() {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.encoders, d.decoders = nil, nil
}

// unpacked undoes the compression of a body, whose frame says with which
// dictionary it was made.
func (d *dictionaries) unpacked(conn *sqlite.Conn, body []byte) ([]byte, error) {
	var header zstd.Header
	if err := header.Decode(body); err != nil {
		return nil, err
	}
	if header.DictionaryID == 0 {
		return unpacked(body)
	}
	decoder, err := d.decoder(conn, int64(header.DictionaryID))
	if err != nil {
		return nil, err
	}
	return decoder.DecodeAll(body, nil)
}

func (d *dictionaries) decoder(conn *sqlite.Conn, id int64) (*zstd.Decoder, error) {
	d.mu.Lock()
	decoder := d.decoders[id]
	d.mu.Unlock()
	if decoder != nil {
		return decoder, nil
	}
	var content []byte
	err := sqlitex.Execute(conn, "SELECT content FROM dictionary WHERE id = ?", &sqlitex.ExecOptions{
		Args:       []any{id},
		ResultFunc: func(stmt *sqlite.Stmt) error { content = blob(stmt, 0); return nil },
	})
	if err == nil && content == nil {
		err = fmt.Errorf("dictionary %d of the archive is missing", id)
	}
	if err != nil {
		return nil, err
	}
	decoder, err = zstd.NewReader(nil, zstd.WithDecoderConcurrency(0), zstd.WithDecoderMaxMemory(maxStored), zstd.WithDecoderDictRaw(uint32(id), content))
	if err != nil {
		return nil, err
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.decoders == nil {
		d.decoders = map[int64]*zstd.Decoder{}
	}
	d.decoders[id] = decoder
	return decoder, nil
}

// samples are bodies of the kinds of a batch that have no dictionary yet.
type samples map[string]*sample

type sample struct {
	messages int
	content  []byte
}

// add takes a body that was packed without a dictionary.
func (s samples) add(p *packed) {
	if p.plain == nil {
		return
	}
	of := s[p.kind]
	if of == nil {
		of = &sample{}
		s[p.kind] = of
	}
	if of.messages < sampleMessages {
		of.messages++
		of.content = append(of.content, p.plain[:min(len(p.plain), sampleBytes)]...)
	}
}

const sqlNewDictionary = `INSERT INTO dictionary (kind, content) VALUES (?, ?) ON CONFLICT (kind) DO NOTHING`

// save makes dictionaries of the samples. They are learned when they are on the
// disk.
func (s samples) save(conn *sqlite.Conn) error {
	for kind, of := range s {
		q, err := binding(conn, sqlNewDictionary)
		if err != nil {
			return err
		}
		q.filled(kind)
		q.bytes(of.content)
		if err := q.run(); err != nil {
			return err
		}
	}
	return nil
}
