// Package memo remembers for a moment what was read from the database, so that
// what hardly ever changes is not read again for every request.
//
// It belongs to the first floor and imports nothing of ours. It decides nothing
// about what may be a moment old: whoever makes a Memo does.
package memo

import (
	"context"
	"sync"
	"time"
)

// Memo remembers one value. It is safe for concurrent use; make it with New.
type Memo[T any] struct {
	keep time.Duration
	now  func() time.Time
	load func(ctx context.Context) (T, error)

	mu    sync.Mutex
	known bool
	value T
	at    time.Time // when the value was asked for
	round int       // how often Forget was called
}

// New makes a memo that keeps what load returns for as long as keep says. An
// error is not kept.
func New[T any](keep time.Duration, now func() time.Time, load func(ctx context.Context) (T, error)) *Memo[T] {
	return &Memo[T]{keep: keep, now: now, load: load}
}

// Value returns the remembered value, or loads it. Who gets it may not change
// it.
//
// No lock is held while loading: a caller may be inside a transaction whose
// connection the others wait for. So several may load at once, which does no
// harm.
func (m *Memo[T]) Value(ctx context.Context) (T, error) {
	now := m.now()
	value, round, ok := m.recall(now)
	if ok {
		return value, nil
	}
	value, err := m.load(ctx)
	if err == nil {
		m.remember(value, now, round)
	}
	return value, err
}

func (m *Memo[T]) recall(now time.Time) (value T, round int, ok bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	age := now.Sub(m.at)
	return m.value, m.round, m.known && age >= 0 && age < m.keep
}

// remember drops what was being loaded while somebody called Forget: it may be
// from before their change.
func (m *Memo[T]) remember(value T, at time.Time, round int) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.round == round {
		m.known, m.value, m.at = true, value, at
	}
}

// Forget makes the next Value load. Call it after the change is committed.
func (m *Memo[T]) Forget() {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.known = false
	m.round++
}
