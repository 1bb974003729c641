package store

import (
	"container/list"
	"sync"
	"time"

	"github.com/google/uuid"

	"github.com/omasuunta/omasuunta/internal/envelope"
)

// Limits of the unwrapped keys in memory. The age bounds how long a key that another
// instance has destroyed is still here.
const (
	maxUnlocked  = 4096 // about 4 MB
	unlockedLife = 5 * time.Minute
)

// keyCache keeps the keys of records that were used last. It may be wrong: a
// transaction that made a key can be rolled back, and a record be made again with the
// same id. Whoever seals with a key from here lets the database compare its mark.
type keyCache struct {
	now func() time.Time

	mu     sync.Mutex
	places map[uuid.UUID]*list.Element
	order  *list.List // of unlocked, the last one used in front
}

type unlocked struct {
	id    uuid.UUID
	key   envelope.DataKey
	since time.Time
}

func newKeyCache(now func() time.Time) *keyCache {
	return &keyCache{now: now, places: map[uuid.UUID]*list.Element{}, order: list.New()}
}

// get finds a key. A cache that is nil has none.
func (c *keyCache) get(id uuid.UUID) (envelope.DataKey, bool) {
	if c == nil {
		return envelope.DataKey{}, false
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	place, there := c.places[id]
	if !there {
		return envelope.DataKey{}, false
	}
	one := place.Value.(unlocked)
	if c.now().Sub(one.since) >= unlockedLife {
		c.remove(place)
		return envelope.DataKey{}, false
	}
	c.order.MoveToFront(place)
	return one.key, true
}

func (c *keyCache) put(id uuid.UUID, key envelope.DataKey) {
	if c == nil {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if place, there := c.places[id]; there {
		c.remove(place)
	}
	c.places[id] = c.order.PushFront(unlocked{id, key, c.now()})
	if c.order.Len() > maxUnlocked {
		c.remove(c.order.Back())
	}
}

func (c *keyCache) drop(ids ...uuid.UUID) {
	if c == nil {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, id := range ids {
		if place, there := c.places[id]; there {
			c.remove(place)
		}
	}
}

// remove takes one out; the lock is held.
func (c *keyCache) remove(place *list.Element) {
	delete(c.places, c.order.Remove(place).(unlocked).id)
}

// empty takes all of them out.
func (c *keyCache) empty() {
	if c == nil {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	clear(c.places)
	c.order.Init()
}
