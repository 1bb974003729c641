package access

import (
	"sync"
	"time"
)

// memory remembers for a moment whose a token is, so that a client that makes
// many calls does not make the database look it up for each of them. Revoking a
// token or disabling a user therefore takes up to rememberFor to take effect,
// in every instance.
type memory struct {
	mu    sync.Mutex
	known map[string]remembered // by the token's hash
}

type remembered struct {
	actor Actor
	until time.Time
}

const (
	rememberFor = time.Second
	rememberMax = 1000 // tokens; a busy county has some hundred people at work
)

func (m *memory) recall(hash []byte, now time.Time) (Actor, bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	r, ok := m.known[string(hash)]
	return r.actor, ok && now.Before(r.until)
}

func (m *memory) remember(hash []byte, a Actor, now time.Time) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.known == nil || len(m.known) >= rememberMax {
		m.known = map[string]remembered{}
	}
	m.known[string(hash)] = remembered{a, now.Add(rememberFor)}
}
