package server

import (
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/netip"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/labstack/echo/v4"

	"github.com/omasuunta/omasuunta/internal/fault"
)

// A thousand tries at one name from a thousand addresses: ten are checked, then
// one in half a minute. Meanwhile a browser that the user has logged in with has
// its own tries, and a screen in the client's hands uses up nobody else's.
func TestStrangersTriesKeepNoOwnerOut(t *testing.T) {
	h := newHouse(t, Config{}, nil)
	checked := 0
	attack := func(tries int) {
		for i := range tries {
			address := netip.AddrFrom4([4]byte{198, 51, byte(i >> 8), byte(i)}).String()
			if _, err := h.guess(address, "ammattilainen", ""); err == nil {
				checked++
			} else if f := new(fault.Error); !errors.As(err, &f) || f.Kind != fault.RateLimited || f.RetryAfter <= 0 {
				t.Fatal(err)
			}
		}
	}
	attack(1000)
	if checked != guessBurst {
		t.Fatalf("%d tries were checked", checked)
	}
	for range 100 { // and knows the password
		right, err := h.guess("198.51.0.1", "ammattilainen", "browser 1")
		if err != nil {
			t.Fatalf("the owner waits in their own browser: %v", err)
		}
		right()
	}
	if _, err := h.guess("203.0.113.1", "ammattilainen", ""); err == nil {
		t.Error("a stranger comes through")
	}
	h.Clock.Advance(time.Hour)
	checked = 0
	attack(1000)
	if checked != guessBurst {
		t.Errorf("%d tries were checked after an hour", checked)
	}
	// A stolen browser, or whoever sits at an open screen, has ten tries as well.
	for i := range 20 {
		if _, err := h.guess("", "", "session x"); (err == nil) != (i < guessBurst) {
			t.Errorf("try %d: %v", i, err)
		}
	}
	if _, err := h.guess("", "", "session y"); err != nil {
		t.Errorf("another session of the user: %v", err)
	}
	// Nobody's address is used up by tries that were not checked.
	if _, err := h.guess("198.51.0.100", "toinen", ""); err != nil {
		t.Errorf("another name from an address of the attack: %v", err)
	}
}

// One token's calls have a bound, high above work, and another token's are not
// touched by it.
func TestCallsOfOneTokenAreLimited(t *testing.T) {
	h := newHouse(t, Config{CallsPerSecond: 0.1}, nil) // ten at once
	other, err := h.Access.CreateToken(h.System(), "ammattilainen", "other", 0)
	h.Must(err)
	for i := range 12 {
		answer, body := h.ask("GET", "/api/v1/instruments", "", "Authorization", h.bearer())
		want := 200
		if i >= 10 {
			want = 429
		}
		if answer.StatusCode != want {
			t.Fatalf("call %d: %d", i, answer.StatusCode)
		}
		if want == 429 && (answer.Header.Get("Retry-After") != "10" || !strings.Contains(body, `"code":"rate_limited"`)) {
			t.Errorf("Retry-After %q, %s", answer.Header.Get("Retry-After"), body)
		}
	}
	if answer, _ := h.ask("GET", "/api/v1/instruments", "", "Authorization", "Bearer "+other); answer.StatusCode != 200 {
		t.Errorf("another token of the same user: %d", answer.StatusCode)
	}
	h.Clock.Advance(10 * time.Second)
	if answer, _ := h.ask("GET", "/api/v1/instruments", "", "Authorization", h.bearer()); answer.StatusCode != 200 {
		t.Errorf("ten seconds later: %d", answer.StatusCode)
	}
}

// One caller can't take all the turns, waits for a place of its own, and is not
// remembered afterwards.
func TestOneCallerLeavesRoom(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newShares(2)
		enter := func(who string) func() {
			t.Helper()
			leave, err := s.enter(t.Context(), who, time.Minute)
			if err != nil {
				t.Fatal(err)
			}
			return leave
		}
		first, second := enter("a"), enter("a")
		since := time.Now()
		if _, err := s.enter(t.Context(), "a", time.Minute); fault.KindOf(err) != fault.RateLimited || time.Since(since) != time.Minute {
			t.Errorf("a third: %v after %s", err, time.Since(since))
		}
		enter("b")()
		came := make(chan struct{})
		go func() { enter("a")(); close(came) }()
		synctest.Wait()
		first()
		<-came
		second()
		if len(s.open) != 0 {
			t.Errorf("%d callers are remembered", len(s.open))
		}
	})
}

// Without https the pages and the API are for this machine and for trusted
// proxies alone, whatever a header says; others are told why and get no cookie.
func TestPlainHTTPIsForThisMachineAlone(t *testing.T) {
	pages := routes(func(e *echo.Echo) {
		e.GET("/login", func(c echo.Context) error {
			c.SetCookie(&http.Cookie{Name: "omasuunta", Value: "x"})
			return c.NoContent(http.StatusNoContent)
		})
	})
	proxies := []netip.Prefix{netip.MustParsePrefix("10.0.0.5/32")}
	for _, one := range []struct {
		config Config
		from   string
		served bool
	}{
		{Config{}, "127.0.0.1:1000", true},
		{Config{}, "[::1]:1000", true},
		{Config{}, "[::ffff:127.0.0.1]:1000", true},
		{Config{}, "192.0.2.7:1000", false},
		{Config{}, "10.0.0.5:1000", false},
		{Config{}, "[fd00::2]:1000", false},
		{Config{}, "", false},
		{Config{TrustedProxies: proxies}, "10.0.0.5:1000", true},
		{Config{TrustedProxies: proxies}, "10.0.0.6:1000", false},
		{Config{HTTPS: true}, "192.0.2.7:1000", true},
		{Config{InsecurePlainHTTP: true}, "192.0.2.7:1000", true},
	} {
		h := newHouse(t, one.config, pages)
		h.peer = one.from
		for _, said := range []string{"", "127.0.0.1", "10.0.0.5"} {
			for path, served := range map[string]int{"/login": 204, "/api/v1/instruments": 200, "/healthz": 200, "/openapi.json": 200} {
				answer, body := h.ask("GET", path, "", "Authorization", h.bearer(), "X-Forwarded-For", said, "X-Forwarded-Proto", "https", "Forwarded", "for=127.0.0.1;proto=https")
				want := served
				if !one.served && (path == "/login" || strings.HasPrefix(path, "/api")) {
					want = 403
				}
				if answer.StatusCode != want {
					t.Errorf("%+v: %s: %d, want %d", one, path, answer.StatusCode, want)
				}
				if want == 403 && (answer.Header.Get("Set-Cookie") != "" || !strings.Contains(body, `"code":"plain_http"`)) {
					t.Errorf("%+v: %s: cookie %q, %s", one, path, answer.Header.Get("Set-Cookie"), body)
				}
			}
		}
	}
}

// One address holds so many connections and is hung up on with the next; a place
// that is free again can be taken, and proxies are not counted.
func TestConnectionsOfOneAddressAreBounded(t *testing.T) {
	for _, except := range []bool{false, true} {
		config := Config{MaxPerAddress: 5}
		if except {
			config.TrustedProxies = []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}
		}
		h := newHouse(t, config, nil)
		address, stop := served(t, h)
		var open []net.Conn
		for range 5 {
			conn := knock(t, address)
			if err := answered(conn, 30*time.Second); err != nil {
				t.Fatal(err)
			}
			open = append(open, conn)
		}
		for range 20 {
			conn := knock(t, address)
			if err := answered(conn, 30*time.Second); (err == nil) != except {
				t.Fatalf("excepted %v, one more: %v", except, err)
			}
			_ = conn.Close()
		}
		_ = open[0].Close()
		deadline := time.Now().Add(30 * time.Second)
		for free := false; !free; { // the server sees the end in its own time
			conn := knock(t, address)
			free = answered(conn, 30*time.Second) == nil
			_ = conn.Close()
			if time.Now().After(deadline) {
				t.Fatal("the place of a connection that ended stays taken")
			}
		}
		for _, conn := range open {
			_ = conn.Close()
		}
		if err := stop(); err != nil {
			t.Error(err)
		}
	}
}

// Connections that wait for nothing, and requests that trickle in, are ended.
func TestIdleAndSlowConnectionsEnd(t *testing.T) {
	h := newHouse(t, Config{IdleTimeout: 300 * time.Millisecond, ReadTimeout: time.Second}, nil)
	address, stop := served(t, h)
	idle := knock(t, address)
	if err := answered(idle, 30*time.Second); err != nil {
		t.Fatal(err)
	}
	slow, err := net.Dial("tcp", strings.TrimPrefix(address, "http://"))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := fmt.Fprintf(slow, "POST /api/v1/consents HTTP/1.1\r\nHost: x\r\nAuthorization: %s\r\nContent-Type: application/json\r\nContent-Length: 1000\r\n\r\n{", h.bearer()); err != nil {
		t.Fatal(err)
	}
	for name, conn := range map[string]net.Conn{"idle": idle, "slow": slow} {
		_ = conn.SetReadDeadline(time.Now().Add(30 * time.Second))
		if _, err := io.Copy(io.Discard, conn); err != nil {
			if timeout := net.Error(nil); errors.As(err, &timeout) && timeout.Timeout() {
				t.Errorf("the %s connection stays open", name)
			}
		}
		_ = conn.Close()
	}
	if err := stop(); err != nil {
		t.Error(err)
	}
}
