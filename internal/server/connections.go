package server

import (
	"net"
	"net/netip"
	"sync"
)

// perAddress is a listener that hangs up at once on an address that has as many
// connections open as one may, so that nobody alone holds all of them. A proxy
// brings many people and is excepted; where the limit is to hold behind one, it
// is the proxy's.
type perAddress struct {
	net.Listener
	most   int
	except []netip.Prefix

	mu   sync.Mutex
	open map[netip.Addr]int
}

// Accept implements net.Listener.
func (l *perAddress) Accept() (net.Conn, error) {
	for {
		conn, err := l.Listener.Accept()
		if err != nil {
			return nil, err
		}
		peer := peer(conn.RemoteAddr().String())
		if among(l.except, peer) {
			return conn, nil
		}
		if from := network(peer.String()); l.enter(from) {
			return &counted{Conn: conn, leave: sync.OnceFunc(func() { l.leave(from) })}, nil
		}
		_ = conn.Close()
	}
}

func (l *perAddress) enter(from netip.Addr) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.open[from] >= l.most {
		return false
	}
	l.open[from]++
	return true
}

func (l *perAddress) leave(from netip.Addr) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.open[from]--; l.open[from] == 0 {
		delete(l.open, from)
	}
}

// counted is a connection that counts until it is closed.
type counted struct {
	net.Conn
	leave func()
}

// Close implements net.Conn.
func (c *counted) Close() error {
	defer c.leave()
	return c.Conn.Close()
}

// peer is who is at the other end of a connection, by its address with a port.
// It is the zero Addr where that is none.
func peer(address string) netip.Addr {
	at, err := netip.ParseAddrPort(address)
	if err != nil {
		return netip.Addr{}
	}
	return at.Addr().Unmap().WithZone("")
}

// among tells whether an address is in one of some networks.
func among(networks []netip.Prefix, address netip.Addr) bool {
	for _, one := range networks {
		if one.Contains(address) {
			return true
		}
	}
	return false
}
