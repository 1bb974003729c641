package main

import (
	"context"
	"log/slog"
	"net"
	"net/netip"
	"strings"

	"github.com/omasuunta/omasuunta/internal/config"
)

// loopback are the addresses of this machine.
var loopback = []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8"), netip.MustParsePrefix("::1/128")}

// reachedAt is where people reach the service: what the house says, or else where
// it listens. Links begin so, whatever a request says about the host it came to.
// The demo is shown by name where that is possible, so that passkeys can be tried.
func reachedAt(c config.Serve, at net.Addr, demo bool) string {
	if c.PublicURL != "" {
		return strings.TrimRight(c.PublicURL, "/")
	}
	if named := localURL(c.Addr); demo && named != "" {
		return named
	}
	host, port, err := net.SplitHostPort(at.String())
	if ip, bad := netip.ParseAddr(host); err == nil && bad == nil && ip.IsUnspecified() { // every address, and none to go to
		return "http://" + net.JoinHostPort("localhost", port)
	}
	return "http://" + at.String()
}

// warnOfPlainHTTP says in the log who is served over lines that others can read.
func (p *program) warnOfPlainHTTP(ctx context.Context, c config.Serve, at net.Addr) {
	host, _, _ := net.SplitHostPort(at.String())
	ip, err := netip.ParseAddr(host)
	beyond := err != nil || !ip.IsLoopback()
	switch {
	case c.HTTPS():
	case beyond && c.InsecurePlainHTTP:
		p.logger().LogAttrs(ctx, slog.LevelWarn, "INSECURE: passwords, sessions and answers go over the network without https, and others can read them")
	case beyond:
		p.logger().LogAttrs(ctx, slog.LevelWarn, "without --public-url https://... only this machine and trusted proxies are served")
	case len(c.Proxies) > 0:
		p.logger().LogAttrs(ctx, slog.LevelWarn, "a proxy is trusted, but --public-url is not https: cookies are not kept to https")
	}
}
