package server

import (
	"net/netip"
	"sync"
	"time"

	"golang.org/x/time/rate"

	"github.com/omasuunta/omasuunta/internal/fault"
)

// maxCallers bounds how many callers are remembered, about 1 MiB. When all
// places are taken, newcomers share one allowance.
const maxCallers = 10_000

// limiter counts calls per caller: an address, or a name.
type limiter struct {
	burst int
	rate  rate.Limit
	clock Clock

	mu     sync.Mutex
	seen   map[string]*allowance
	others *rate.Limiter
	swept  time.Time
}

type allowance struct {
	*rate.Limiter
	last time.Time
}

func newLimiter(burst int, perSecond float64, clock Clock) *limiter {
	return &limiter{
		burst: burst, rate: rate.Limit(perSecond), clock: clock,
		seen: map[string]*allowance{}, others: rate.NewLimiter(rate.Limit(perSecond), burst),
	}
}

// take counts one call of an address. Nil lets it pass.
func (l *limiter) take(address string) error {
	_, err := l.reserve(network(address).String())
	return err
}

// reserve counts one call of a caller. Calling back makes it not have happened.
func (l *limiter) reserve(key string) (back func(), err error) {
	now := l.clock.Now()
	l.mu.Lock()
	defer l.mu.Unlock()
	reservation := l.of(key, now).ReserveN(now, 1)
	wait := reservation.DelayFrom(now)
	if wait == 0 {
		return func() { reservation.CancelAt(now) }, nil
	}
	reservation.CancelAt(now)
	return nil, &fault.Error{Kind: fault.RateLimited, Code: fault.RateLimited.String(), RetryAfter: wait}
}

func (l *limiter) of(key string, now time.Time) *rate.Limiter {
	if have, ok := l.seen[key]; ok {
		have.last = now
		return have.Limiter
	}
	if len(l.seen) >= maxCallers {
		l.sweep(now)
	}
	if len(l.seen) >= maxCallers {
		return l.others
	}
	fresh := &allowance{Limiter: rate.NewLimiter(l.rate, l.burst), last: now}
	l.seen[key] = fresh
	return fresh.Limiter
}

// sweep forgets callers whose allowance is full again, at most once a second.
func (l *limiter) sweep(now time.Time) {
	if now.Sub(l.swept) < time.Second {
		return
	}
	l.swept = now
	full := time.Duration(float64(l.burst) / float64(l.rate) * float64(time.Second))
	for key, one := range l.seen {
		if now.Sub(one.last) >= full {
			delete(l.seen, key)
		}
	}
}

// network is whose allowance an address uses: an IPv4 address its own, an IPv6
// address that of its /64, which one household or machine has to itself.
func network(address string) netip.Addr {
	addr, err := netip.ParseAddr(address)
	if err != nil {
		return netip.Addr{}
	}
	addr = addr.Unmap().WithZone("")
	if addr.Is6() {
		if prefix, err := addr.Prefix(64); err == nil {
			return prefix.Addr()
		}
	}
	return addr
}
