package server

import (
	"net/netip"
	"sync"
	"time"

	"golang.org/x/time/rate"

	"github.com/omasuunta/omasuunta/internal/fault"
)

// maxAddresses bounds how many addresses are remembered, about 1 MiB. When all
// places are taken, newcomers share one allowance.
const maxAddresses = 10_000

// limiter counts calls per address.
type limiter struct {
	burst int
	rate  rate.Limit
	clock Clock

	mu     sync.Mutex
	seen   map[netip.Addr]*allowance
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
		seen: map[netip.Addr]*allowance{}, others: rate.NewLimiter(rate.Limit(perSecond), burst),
	}
}

// take counts one call. Nil lets it pass.
func (l *limiter) take(address string) error {
	now := l.clock.Now()
	l.mu.Lock()
	defer l.mu.Unlock()
	reservation := l.of(address, now).ReserveN(now, 1)
	wait := reservation.DelayFrom(now)
	if wait == 0 {
		return nil
	}
	reservation.CancelAt(now)
	return &fault.Error{Kind: fault.RateLimited, Code: fault.RateLimited.String(), RetryAfter: wait}
}

func (l *limiter) of(address string, now time.Time) *rate.Limiter {
	key := network(address)
	if have, ok := l.seen[key]; ok {
		have.last = now
		return have.Limiter
	}
	if len(l.seen) >= maxAddresses {
		l.sweep(now)
	}
	if len(l.seen) >= maxAddresses {
		return l.others
	}
	fresh := &allowance{Limiter: rate.NewLimiter(l.rate, l.burst), last: now}
	l.seen[key] = fresh
	return fresh.Limiter
}

// sweep forgets addresses whose allowance is full again, at most once a second.
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
