package avro

import (
	"bytes"
	"io"
)

// magic begins every object container file.
var magic = []byte("Obj\x01")

// IsContainer says whether data begins as an object container file does.
func IsContainer(data []byte) bool { return bytes.HasPrefix(data, magic) }

// Container reads an object container file that is in memory. Data of a file
// without compression alias it. A Container is used by one goroutine at a time;
// [Container.Reset] makes it ready for the next file without an allocation.
type Container struct {
	header
	data   []byte
	pos    int
	limits Limits
	blockReader
}

// header is what stands before the blocks.
type header struct {
	schema *Schema
	codec  string
	meta   []metaEntry
	sync   [16]byte
}

type metaEntry struct{ key, value []byte }

// Schema gives the schema of the file's data.
func (h *header) Schema() *Schema { return h.schema }

// Codec gives the file's codec: "null", "deflate", "snappy" or "zstandard".
func (h *header) Codec() string { return h.codec }

// Meta gives an entry of the file's metadata.
func (h *header) Meta(key string) (value []byte, ok bool) {
	for i := range h.meta {
		if string(h.meta[i].key) == key {
			return h.meta[i].value, true
		}
	}
	return nil, false
}

// OpenContainer reads the header of a file. The cache may be nil.
func OpenContainer(data []byte, cache *Cache) (*Container, error) {
	c := &Container{}
	if err := c.Reset(data, cache); err != nil {
		return nil, err
	}
	return c, nil
}

// Reset makes c read another file, of which it reads the header. The cache may
// be nil. The schema in the header is only parsed when the cache does not have it.
func (c *Container) Reset(data []byte, cache *Cache) error {
	c.limits = cache.limits()
	c.data, c.pos = data, 0
	c.blockReader.reset()
	if len(data) > c.limits.Packet {
		c.schema = nil
		return &Error{Reason: reasonPacket}
	}
	pos, err := c.header.read(data, cache, &c.limits)
	c.pos = pos
	return err
}

// read takes a header apart and gives where it ends. Entries alias data.
func (h *header) read(data []byte, cache *Cache, limits *Limits) (int, error) {
	h.schema, h.codec, h.meta = nil, CodecNull, h.meta[:0]
	if !IsContainer(data) {
		return 0, &Error{Reason: "not an Avro object container file"}
	}
	m := machine{data: data, limits: limits}
	pos := m.metadata(len(magic), h)
	if pos < 0 {
		return 0, m.err()
	}
	if len(data)-pos < len(h.sync) {
		m.fail(pos, "", reasonShort)
		return 0, m.err()
	}
	copy(h.sync[:], data[pos:])
	pos += len(h.sync)
	return pos, h.settle(cache)
}

// metadata reads the map of metadata.
func (m *machine) metadata(pos int, h *header) int {
	seen := 0
	for {
		count, end, next := m.block(pos, 2, &seen, "")
		if pos = next; pos < 0 || count == 0 {
			return pos
		}
		if seen > maxMeta {
			return m.fail(pos, "", reasonList)
		}
		for range count {
			k0, k1 := m.span(pos, "")
			if k0 < 0 {
				return k0
			}
			v0, v1 := m.span(k1, "")
			if v0 < 0 {
				return v0
			}
			h.meta = append(h.meta, metaEntry{m.data[k0:k1:k1], m.data[v0:v1:v1]})
			pos = v1
		}
		if end >= 0 && end != pos {
			return m.fail(pos, "", reasonBlock)
		}
	}
}

// maxMeta bounds the number of metadata entries.
const maxMeta = 4096

// settle finds codec and schema among the metadata.
func (h *header) settle(cache *Cache) error {
	if codec, ok := h.Meta("avro.codec"); ok && len(codec) > 0 {
		known := false
		for _, name := range [...]string{CodecNull, CodecDeflate, CodecSnappy, CodecZstandard} {
			if string(codec) == name {
				h.codec, known = name, true
			}
		}
		if !known {
			return &Error{Offset: len(magic), Reason: "the codec " + quote(codec) + " is not known"}
		}
	}
	text, ok := h.Meta("avro.schema")
	if !ok {
		return &Error{Offset: len(magic), Reason: "a container without a schema"}
	}
	var err error
	if cache == nil {
		h.schema, err = ParseSchema(text)
	} else {
		h.schema, err = cache.Schema(text)
	}
	return err
}

// Next gives the next datum, or io.EOF behind the last. It is valid until the
// next call where the file is compressed, and aliases the file where it is not.
func (c *Container) Next() ([]byte, error) {
	if c.schema == nil {
		return nil, io.EOF
	}
	for c.left == 0 {
		if c.pos >= len(c.data) {
			return nil, io.EOF
		}
		if err := c.open(); err != nil {
			c.pos = len(c.data)
			return nil, err
		}
	}
	datum, err := c.next(c.schema)
	if err != nil {
		c.pos = len(c.data)
	}
	return datum, err
}

// open takes the next block apart and verifies the marker behind it.
func (c *Container) open() error {
	m := machine{data: c.data, limits: &c.schema.limits}
	count, next := long(c.data, c.pos)
	if next < 0 {
		m.badLong(c.pos, "")
		return m.err()
	}
	size, start := long(c.data, next)
	if start < 0 {
		m.badLong(next, "")
		return m.err()
	}
	rest := len(c.data) - start
	if count < 0 || size < 0 {
		m.fail(c.pos, "", reasonLength)
		return m.err()
	}
	if rest < len(c.sync) || size > int64(rest-len(c.sync)) {
		m.fail(len(c.data), "", reasonShort)
		return m.err()
	}
	end := start + int(size)
	if !bytes.Equal(c.data[end:end+len(c.sync)], c.sync[:]) {
		m.fail(end, "", reasonSync)
		return m.err()
	}
	c.pos = end + len(c.sync)
	return c.begin(&c.header, count, c.data[start:end:end], start)
}

const reasonSync = "the sync marker does not match"

// blockReader hands out the data of one block after the other.
type blockReader struct {
	block    []byte // what is left of the block, unpacked
	left     int64  // data in it
	offset   int    // of block in the file, or of the packed block
	packed   bool
	unpacked []byte // storage
	empty    int64  // data of no bytes so far
}

// maxEmpty bounds the data of no bytes in a file, of which a few bytes could
// claim any number.
const maxEmpty = 1 << 16

func (b *blockReader) reset() { b.block, b.left, b.empty = nil, 0, 0 }

// begin takes a block of count data.
func (b *blockReader) begin(h *header, count int64, packed []byte, offset int) error {
	limits := &h.schema.limits
	b.offset, b.packed = offset, h.codec != CodecNull
	b.block = packed
	if b.packed {
		out, err := unpack(h.codec, b.unpacked, packed, limits.Block)
		if err != nil {
			return &Error{Offset: offset, Reason: "a block of codec " + h.codec, Err: err}
		}
		b.block, b.unpacked = out, out
	}
	least := h.schema.root.least
	if count > int64(limits.List) || (least > 0 && count > int64(len(b.block)/least)) {
		return &Error{Offset: offset, Reason: reasonCount}
	}
	if least == 0 {
		if b.empty += count; b.empty > maxEmpty {
			return &Error{Offset: offset, Reason: reasonCount}
		}
	}
	if count == 0 && len(b.block) > 0 {
		return &Error{Offset: offset, Reason: reasonTrailing}
	}
	b.left = count
	return nil
}

// next gives the next datum of the block. The last one is what is left of the
// block, so that a packet of one record is not walked through to find its end.
func (b *blockReader) next(s *Schema) ([]byte, error) {
	b.left--
	datum := b.block
	if b.left > 0 {
		n, err := s.Skip(datum)
		if err != nil {
			b.left = 0
			return nil, b.shift(err)
		}
		datum = datum[:n:n]
	}
	b.block = b.block[len(datum):]
	if !b.packed {
		b.offset += len(datum)
	}
	return datum, nil
}

// shift turns an offset in the datum into one in the file, where it has one.
func (b *blockReader) shift(err error) error {
	if e, ok := err.(*Error); ok && !b.packed {
		e.Offset += b.offset
	}
	return err
}
