package local

import (
	"math"
	"strings"
	"sync"

	"github.com/mwvgroup/pgb/client/alert"
	"github.com/mwvgroup/pgb/client/archive"
	"github.com/mwvgroup/pgb/client/field"
	"github.com/mwvgroup/pgb/client/sky"
)

var noSeparation = sky.Angle(math.NaN())

// batch is storage for hits, which may be kept: a few pieces for all of them.
type batch struct {
	hits     []archive.Hit
	messages []alert.Message
	rows     []alert.Row
	values   []field.Value
	text     []byte
	scratch  [64]byte
}

// textChunk is how many bytes of text are made room for at a time.
const textChunk = 16 << 10

func newBatch(rows, columns int) *batch {
	return &batch{
		hits: make([]archive.Hit, 0, rows), messages: make([]alert.Message, rows),
		rows: make([]alert.Row, rows), values: make([]field.Value, rows*columns),
	}
}

func (b *batch) len() int {
	if b == nil {
		return 0
	}
	return len(b.hits)
}

// next gives an empty hit.
func (b *batch) next(columns *[]alert.Column) *archive.Hit {
	i, width := len(b.hits), len(*columns)
	b.rows[i].Columns = *columns
	b.rows[i].Values = b.values[i*width : (i+1)*width : (i+1)*width]
	b.messages[i].SetRow(&b.rows[i])
	b.hits = append(b.hits, archive.Hit{Message: &b.messages[i], Separation: noSeparation})
	return &b.hits[i]
}

// bytes gives room for text.
func (b *batch) bytes(n int) []byte {
	if cap(b.text)-len(b.text) < n {
		b.text = make([]byte, 0, max(n, textChunk))
	}
	from := len(b.text)
	b.text = b.text[:from+n]
	return b.text[from : from+n : from+n]
}

// keep gives a copy of text.
func (b *batch) keep(text []byte) []byte {
	kept := b.bytes(len(text))
	copy(kept, text)
	return kept
}

// viewCache keeps what was compiled of the last few lists of names: a person
// asks for the same columns again and again.
type viewCache struct {
	mu    sync.Mutex
	views map[string]*alert.View
}

// maxViews bounds what is kept.
const maxViews = 32

func (c *viewCache) of(reader *alert.Reader, names []string) (*alert.View, error) {
	key := strings.Join(names, "\x00")
	c.mu.Lock()
	view, ok := c.views[key]
	c.mu.Unlock()
	if ok {
		return view, nil
	}
	view, err := reader.View(nil, names)
	if err != nil {
		return nil, err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.views == nil || len(c.views) >= maxViews {
		c.views = map[string]*alert.View{}
	}
	c.views[key] = view
	return view, nil
}
