package server

import (
	"net/netip"
	"sync"
	"time"

	"golang.org/x/time/rate"

	"github.com/omasuunta/omasuunta/internal/fault"
)

const (
	// maxCallers bounds how many callers a limiter remembers, about 1 MiB.
	maxCallers = 10_000
	// looked is how many of them are looked at to find one to forget.
	looked = 16
)

// limiter counts calls per caller: an address, a name, a token.
//
// When all places are taken, one that was used long ago is forgotten, and with
// it what it had used up. The other way round, refusing newcomers, whoever
// fills the places would keep everybody else out.
type limiter struct {
	burst int
	rate  rate.Limit
	clock Clock

	mu   sync.Mutex
	seen map[string]*allowance
}

type allowance struct {
	*rate.Limiter
	last time.Time
}

func newLimiter(burst int, perSecond float64, clock Clock) *limiter {
	return &limiter{burst: burst, rate: rate.Limit(perSecond), clock: clock, seen: map[string]*allowance{}}
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
	return nil, limited(wait)
}

// limited says that there was too much, and how long to wait.
func limited(wait time.Duration) error {
	return &fault.Error{Kind: fault.RateLimited, Code: fault.RateLimited.String(), RetryAfter: wait}
}

func (l *limiter) of(key string, now time.Time) *rate.Limiter {
	if have, ok := l.seen[key]; ok {
		have.last = now
		return have.Limiter
	}
	if len(l.seen) >= maxCallers {
		l.forget()
	}
	fresh := &allowance{Limiter: rate.NewLimiter(l.rate, l.burst), last: now}
	l.seen[key] = fresh
	return fresh.Limiter
}

// forget forgets one caller: of some that chance picks, the one that was heard
// of the longest ago. Somebody who is kept waiting and goes on trying stays.
func (l *limiter) forget() {
	oldest, n := "", 0
	for key, one := range l.seen { // in an order that nobody knows
		if n == 0 || one.last.Before(l.seen[oldest].last) {
			oldest = key
		}
		if n++; n == looked {
			break
		}
	}
	delete(l.seen, oldest)
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
