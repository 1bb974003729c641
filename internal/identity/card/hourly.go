package card

import (
	"net/netip"
	"sync"
	"time"
)

// oncePerHour keeps a stranger from filling the audit.
type oncePerHour struct {
	mu   sync.Mutex
	seen map[netip.Addr]time.Time
}

// maxStrangers bounds how many are remembered. The rest are as good as seen.
const maxStrangers = 1000

func newOncePerHour() *oncePerHour { return &oncePerHour{seen: map[netip.Addr]time.Time{}} }

// first tells whether an address comes for the first time within an hour. An IPv6
// address counts as its /64, which one machine has to itself.
func (o *oncePerHour) first(a netip.Addr, now time.Time) bool {
	if a.Is6() {
		if network, err := a.Prefix(64); err == nil {
			a = network.Addr()
		}
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	if last, ok := o.seen[a]; ok && now.Before(last.Add(time.Hour)) {
		return false
	}
	if len(o.seen) >= maxStrangers {
		for k, last := range o.seen {
			if !now.Before(last.Add(time.Hour)) {
				delete(o.seen, k)
			}
		}
		if len(o.seen) >= maxStrangers {
			return false
		}
	}
	o.seen[a] = now
	return true
}
