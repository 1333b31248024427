package avro

import (
	"bytes"
	"sync"
	"sync/atomic"
)

// cachedSchemas bounds a Cache: surveys have a handful of versions in force.
const cachedSchemas = 64

// Cache keeps parsed schemas by their text: the last 64 that were new. Finding
// one costs a comparison of its text and allocates nothing. The zero Cache is
// ready for use, by any number of goroutines. It must not be copied.
type Cache struct {
	// Limits bounds the schemas parsed for the cache, and the data read with
	// them. It must not change after first use.
	Limits Limits

	// known is replaced, not changed, so that readers take no lock.
	known atomic.Pointer[[]*Schema]
	add   sync.Mutex
}

// Schema gives the parsed schema of a text. The text is copied where it is kept.
func (c *Cache) Schema(text []byte) (*Schema, error) {
	if s := c.find(text); s != nil {
		return s, nil
	}
	s, err := parseSchema(text, c.limits())
	if err != nil {
		return nil, err
	}
	c.add.Lock()
	defer c.add.Unlock()
	if other := c.find(text); other != nil {
		return other, nil
	}
	known := []*Schema{s}
	if old := c.known.Load(); old != nil {
		known = append(known, (*old)[:min(len(*old), cachedSchemas-1)]...)
	}
	c.known.Store(&known)
	return s, nil
}

func (c *Cache) find(text []byte) *Schema {
	known := c.known.Load()
	if known == nil {
		return nil
	}
	for _, s := range *known {
		if bytes.Equal(s.text, text) {
			return s
		}
	}
	return nil
}

func (c *Cache) limits() Limits {
	if c == nil {
		return DefaultLimits()
	}
	return c.Limits.withDefaults()
}
