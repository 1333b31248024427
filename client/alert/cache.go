package alert

import (
	"sync"
	"sync/atomic"
)

// cache is a small bounded map that many goroutines read without a lock. A new
// entry copies the map; one that is full starts anew, because a stream that
// fills it has stopped repeating itself.
type cache[K comparable, V any] struct {
	bound   int
	mu      sync.Mutex
	entries atomic.Pointer[map[K]V]
}

func (c *cache[K, V]) get(key K) (V, bool) {
	if entries := c.entries.Load(); entries != nil {
		v, ok := (*entries)[key]
		return v, ok
	}
	var none V
	return none, false
}

func (c *cache[K, V]) put(key K, v V) {
	c.mu.Lock()
	defer c.mu.Unlock()
	next := map[K]V{}
	if old := c.entries.Load(); old != nil && len(*old) < c.bound {
		for k, v := range *old {
			next[k] = v
		}
	}
	next[key] = v
	c.entries.Store(&next)
}
