package access

import (
	"fmt"
	"testing"
	"time"
)

func TestMemoryIsShortAndBounded(t *testing.T) {
	var m memory
	now := time.Date(2023, 5, 5, 9, 0, 0, 0, time.UTC)
	if _, ok := m.recall([]byte("a"), now); ok {
		t.Error("knows a token that nobody showed")
	}
	m.remember([]byte("a"), Actor{Role: Expert}, now)
	if a, ok := m.recall([]byte("a"), now.Add(rememberFor-1)); !ok || a.Role != Expert {
		t.Error("forgets at once")
	}
	if _, ok := m.recall([]byte("a"), now.Add(rememberFor)); ok {
		t.Error("a revoked token would live on")
	}
	for i := range 10 * rememberMax {
		m.remember(fmt.Append(nil, i), Actor{}, now)
	}
	if len(m.known) > rememberMax {
		t.Errorf("remembers %d tokens", len(m.known))
	}
}
