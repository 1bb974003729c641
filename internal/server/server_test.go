package server

import (
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/labstack/echo/v4"

	"github.com/omasuunta/omasuunta/internal/fault"
	"github.com/omasuunta/omasuunta/internal/httpapi/apitest"
)

// The contract and the routes are the same list.
func TestWhatIsDescribedIsAnsweredAndTheOtherWayRound(t *testing.T) {
	h := newHouse(t, Config{}, nil)
	var described []string
	for path, item := range apitest.Load(t).Doc.Paths.Map() {
		for method := range item.Operations() {
			described = append(described, method+" "+regexp.MustCompile(`\{([a-z]+)\}`).ReplaceAllString(path, ":$1"))
		}
	}
	answered := h.Routes()
	slices.Sort(described)
	slices.Sort(answered)
	if !slices.Equal(described, answered) {
		t.Errorf("described %q\nanswered %q", described, answered)
	}
}

func TestEveryCallNeedsAToken(t *testing.T) {
	h := newHouse(t, Config{}, nil)
	contract := apitest.Load(t)
	for _, route := range h.Routes() {
		method, path, _ := strings.Cut(route, " ")
		if !strings.HasPrefix(path, "/api/") {
			continue
		}
		path = strings.ReplaceAll(path, ":id", "0b6f6c0e-3f1a-4b5e-8f0e-2d3c4b5a6978")
		for _, header := range []string{"", "Bearer", "Bearer nonsense", "Basic " + h.token, "Bearer " + strings.Repeat("x", 600)} {
			answer, body := h.ask(method, path, "{}", "Authorization", header, "Content-Type", "application/json")
			if answer.StatusCode != 401 || answer.Header.Get("WWW-Authenticate") == "" {
				t.Errorf("%s with %.20q: %d", route, header, answer.StatusCode)
			}
			contract.Check(t, method, path, answer, []byte(body))
		}
	}
}

func TestAWrongMethodIsTold(t *testing.T) {
	h := newHouse(t, Config{}, nil)
	for path, allowed := range map[string]string{"/api/v1/consents": "POST", "/api/v1/instruments": "GET", "/healthz": "GET"} {
		answer, body := h.ask("DELETE", path, "")
		if answer.StatusCode != 405 || !strings.Contains(answer.Header.Get("Allow"), allowed) || !strings.Contains(body, `"method_not_allowed"`) {
			t.Errorf("%s: %d, Allow %q, %s", path, answer.StatusCode, answer.Header.Get("Allow"), body)
		}
	}
}

func TestRequestIDs(t *testing.T) {
	h := newHouse(t, Config{}, nil)
	for sent, kept := range map[string]bool{
		"0b6f6c0e-3f1a-4b5e-8f0e-2d3c4b5a6978": true, "8f14e45fceea167a": true,
		"": false, "aino-esimerkki-12345": false, "12": false, strings.Repeat("a", 65): false,
	} {
		answer, _ := h.ask("GET", "/healthz", "", "X-Request-Id", sent)
		got := answer.Header.Get("X-Request-Id")
		if got == "" || (got == sent) != kept {
			t.Errorf("sent %q, got %q", sent, got)
		}
	}
}

func TestEveryAnswerHasSafeHeaders(t *testing.T) {
	h := newHouse(t, Config{HTTPS: true}, nil)
	for _, path := range []string{"/healthz", "/docs", "/openapi.json", "/nowhere", "/api/v1/instruments"} {
		answer, _ := h.ask("GET", path, "")
		for name, want := range map[string]string{
			"Content-Security-Policy": "default-src 'none'", "X-Content-Type-Options": "nosniff", "X-Frame-Options": "DENY",
			"Referrer-Policy": "no-referrer", "Cache-Control": "no-store", "Strict-Transport-Security": "max-age=",
		} {
			if !strings.HasPrefix(answer.Header.Get(name), want) {
				t.Errorf("%s: %s is %q", path, name, answer.Header.Get(name))
			}
		}
	}
	plain := newHouse(t, Config{}, nil)
	if answer, _ := plain.ask("GET", "/healthz", ""); answer.Header.Get("Strict-Transport-Security") != "" {
		t.Error("a browser is told to insist on https that isn't there")
	}
}

func TestTheLogHasPatternsAndNothingThatWasSent(t *testing.T) {
	h := newHouse(t, Config{}, nil)
	h.ask("GET", "/api/v1/consents/0b6f6c0e-3f1a-4b5e-8f0e-2d3c4b5a6978?esimerkki=aino", "", "Authorization", h.bearer())
	h.ask("POST", "/api/v1/consents", `{"esimerkki":"aino"}`, "Authorization", h.bearer(), "Content-Type", "application/json")
	h.ask("GET", "/aino/esimerkki", "")
	logged := h.log.String()
	if !strings.Contains(logged, `"route":"/api/v1/consents/:id"`) || strings.Count(logged, `"msg":"request"`) != 3 {
		t.Errorf("log: %s", logged)
	}
	for _, secret := range []string{"aino", "esimerkki", "0b6f6c0e", h.token} {
		if strings.Contains(logged, secret) {
			t.Errorf("%q is in the log: %s", secret, logged)
		}
	}
}

func TestUnauthenticatedCallsAreLimitedByAddress(t *testing.T) {
	h := newHouse(t, Config{RateBurst: 3, RatePerSecond: 1}, nil)
	for range 3 {
		if answer, _ := h.ask("GET", "/api/v1/instruments", ""); answer.StatusCode != 401 {
			t.Fatalf("refused too early: %d", answer.StatusCode)
		}
	}
	answer, body := h.ask("GET", "/api/v1/instruments", "")
	if answer.StatusCode != 429 || answer.Header.Get("Retry-After") != "1" || !strings.Contains(body, `"rate_limited"`) {
		t.Errorf("%d, Retry-After %q, %s", answer.StatusCode, answer.Header.Get("Retry-After"), body)
	}
	for path, want := range map[string]int{"/healthz": 200, "/readyz": 429, "/docs": 429} {
		if answer, _ := h.ask("GET", path, ""); answer.StatusCode != want {
			t.Errorf("%s: %d, want %d", path, answer.StatusCode, want)
		}
	}
	if answer, _ := h.ask("GET", "/api/v1/instruments", "", "Authorization", h.bearer()); answer.StatusCode != 200 {
		t.Errorf("a valid token from the same address got %d", answer.StatusCode)
	}
	h.Clock.Advance(time.Second)
	if answer, _ := h.ask("GET", "/api/v1/instruments", ""); answer.StatusCode != 401 {
		t.Errorf("a second later: %d", answer.StatusCode)
	}
}

func TestTheLimiterIsBounded(t *testing.T) {
	h := newHouse(t, Config{RateBurst: 2, RatePerSecond: 0.001}, nil)
	address := func(i int) string { return netip.AddrFrom4([4]byte{10, byte(i >> 16), byte(i >> 8), byte(i)}).String() }
	for i := range maxCallers + 2 {
		if err := h.limiter.take(address(i)); err != nil {
			t.Fatalf("address %d: %v", i, err)
		}
	}
	if len(h.limiter.seen) > maxCallers {
		t.Errorf("%d addresses are remembered", len(h.limiter.seen))
	}
	// Whoever is kept waiting and goes on trying is not forgotten over others, who
	// each come once; and newcomers have an allowance of their own.
	stubborn := address(1 << 21)
	for i := range 3 * maxCallers {
		if i%50 == 0 {
			h.Clock.Advance(10 * time.Millisecond)
		}
		if err := h.limiter.take(address(1<<20 + i)); err != nil {
			t.Fatalf("a newcomer when all places are taken: %v", err)
		}
		if err := h.limiter.take(stubborn); i > 10 && i < 4000 && err == nil {
			t.Fatalf("forgotten after %d others", i)
		}
	}
	if network("2001:db8::1") != network("2001:db8::ffff:1") || network("::ffff:10.0.0.1") != network("10.0.0.1") {
		t.Error("one household counts as many")
	}
}

func TestOnlyATrustedProxySpeaksForOthers(t *testing.T) {
	for name, one := range map[string]struct {
		proxies []netip.Prefix
		want    string
	}{
		"trusted": {[]netip.Prefix{netip.MustParsePrefix("192.0.2.0/24")}, "203.0.113.9"},
		"other":   {[]netip.Prefix{netip.MustParsePrefix("198.51.100.0/24")}, "192.0.2.1"},
		"none":    {nil, "192.0.2.1"},
	} {
		r, err := http.NewRequest("GET", "/", nil)
		if err != nil {
			t.Fatal(err)
		}
		r.RemoteAddr = "192.0.2.1:1234"
		r.Header.Set("X-Forwarded-For", "203.0.113.9")
		if got := addresses(one.proxies)(r); got != one.want {
			t.Errorf("%s: %s, want %s", name, got, one.want)
		}
	}
}

func TestCallsWaitForTheirTurn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &Server{config: Config{QueueWait: time.Minute, RequestTimeout: time.Hour}, shares: newShares(2), turns: make(chan struct{}, 1)}
		inside, leave := make(chan struct{}), make(chan struct{})
		slow := s.inTurn(func(echo.Context) error { inside <- struct{}{}; <-leave; return nil })
		call := func(ctx context.Context) error {
			r := httptest.NewRequest("GET", "/", nil).WithContext(ctx)
			return slow(echo.New().NewContext(r, httptest.NewRecorder()))
		}
		results := make(chan error, 2)
		go func() { results <- call(t.Context()) }()
		<-inside
		gone, cancel := context.WithCancel(t.Context())
		cancel()
		if err := call(gone); err == nil {
			t.Error("a caller who has gone got in")
		}
		since := time.Now()
		if err := call(t.Context()); fault.KindOf(err) != fault.Unavailable || time.Since(since) != time.Minute {
			t.Errorf("%v after %v", err, time.Since(since))
		}
		go func() { results <- call(t.Context()) }()
		synctest.Wait() // the second stands in the queue
		leave <- struct{}{}
		<-inside // it had its turn when the first had ended
		leave <- struct{}{}
		for range 2 {
			if err := <-results; err != nil {
				t.Error(err)
			}
		}
	})
}

// served runs the server on a real connection until stop is called, which
// returns what Serve returned.
func served(t *testing.T, h *house) (address string, stop func() error) {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- h.Serve(ctx, listener) }()
	return "http://" + listener.Addr().String(), func() error { cancel(); return <-ended }
}

func TestABodyThatIsTooLargeGetsItsAnswer(t *testing.T) {
	h := newHouse(t, Config{}, nil)
	address, stop := served(t, h)
	for _, size := range []int{1<<20 + 1, 5 << 20} {
		for _, sized := range []bool{true, false} {
			var body io.Reader = strings.NewReader(strings.Repeat(" ", size))
			if !sized {
				body = io.MultiReader(body)
			}
			r, err := http.NewRequest("POST", address+"/api/v1/consents", body)
			if err != nil {
				t.Fatal(err)
			}
			r.Header.Set("Authorization", h.bearer())
			r.Header.Set("Content-Type", "application/json")
			answer, err := http.DefaultClient.Do(r)
			if err != nil {
				t.Fatalf("%d bytes, sized %v: %v", size, sized, err)
			}
			text, err := io.ReadAll(answer.Body)
			answer.Body.Close()
			if err != nil || answer.StatusCode != 413 || !strings.Contains(string(text), `"too_large"`) {
				t.Errorf("%d bytes, sized %v: %d %s %v", size, sized, answer.StatusCode, text, err)
			}
		}
	}
	http.DefaultClient.CloseIdleConnections()
	if err := stop(); err != nil {
		t.Error(err)
	}
}

func TestCallsEndBeforeTheServerDoes(t *testing.T) {
	inside, leave := make(chan struct{}), make(chan struct{})
	h := newHouse(t, Config{}, func(e *echo.Echo) {
		e.GET("/slow", func(c echo.Context) error { close(inside); <-leave; return c.NoContent(204) })
	})
	address, stop := served(t, h)
	answered := make(chan string, 1)
	go func() {
		answer, err := http.Get(address + "/slow")
		if err != nil {
			answered <- err.Error()
			return
		}
		answer.Body.Close()
		answered <- answer.Status
	}()
	<-inside
	ended := make(chan error, 1)
	go func() { ended <- stop() }()
	for !h.draining.Load() {
		runtime.Gosched()
	}
	if answer, _ := h.ask("GET", "/readyz", ""); answer.StatusCode != 503 {
		t.Errorf("readyz while draining: %d", answer.StatusCode)
	}
	close(leave)
	if got := <-answered; got != "204 No Content" {
		t.Errorf("the call at work got %s", got)
	}
	http.DefaultClient.CloseIdleConnections()
	if err := <-ended; err != nil {
		t.Errorf("Serve: %v", err)
	}
}

func TestReadinessFollowsTheDatabase(t *testing.T) {
	h := newHouse(t, Config{}, nil)
	if answer, body := h.ask("GET", "/readyz", ""); answer.StatusCode != 200 {
		t.Errorf("%d %s", answer.StatusCode, body)
	}
	if err := h.Store.Close(); err != nil {
		t.Fatal(err)
	}
	for path, want := range map[string]int{"/readyz": 503, "/healthz": 200} {
		answer, body := h.ask("GET", path, "")
		apitest.Load(t).Check(t, "GET", path, answer, []byte(body))
		if answer.StatusCode != want {
			t.Errorf("%s without a database: %d", path, answer.StatusCode)
		}
	}
}

func TestHeadIsGetWithoutABody(t *testing.T) {
	h := newHouse(t, Config{}, nil)
	address, stop := served(t, h)
	answer, err := http.Head(address + "/openapi.json")
	if err != nil {
		t.Fatal(err)
	}
	text, _ := io.ReadAll(answer.Body)
	answer.Body.Close()
	if answer.StatusCode != 200 || len(text) > 0 || answer.Header.Get("Content-Type") != "application/json" {
		t.Errorf("%d %s %d bytes", answer.StatusCode, answer.Header.Get("Content-Type"), len(text))
	}
	http.DefaultClient.CloseIdleConnections()
	if err := stop(); err != nil {
		t.Error(err)
	}
}

func ExampleConfig() {
	c := Config{MaxConcurrent: 8}.withDefaults()
	fmt.Println(c.MaxConcurrent, c.QueueWait, c.RateBurst)
	// Output: 8 30s 300
}
