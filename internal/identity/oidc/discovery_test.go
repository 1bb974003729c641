package oidc

import (
	"context"
	"encoding/json"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"sync/atomic"
	"testing"
	"time"

	"github.com/omasuunta/omasuunta/internal/access"
	"github.com/omasuunta/omasuunta/internal/fault"
	"github.com/omasuunta/omasuunta/internal/lang"
	"github.com/omasuunta/omasuunta/internal/testkit"
)

// metadataServer tells what a provider says about itself, and how often it was asked.
type metadataServer struct {
	*httptest.Server
	asked  atomic.Int32
	broken atomic.Bool
	change map[string]string
}

func newMetadata(t *testing.T) *metadataServer {
	t.Helper()
	m := &metadataServer{change: map[string]string{}}
	m.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		m.asked.Add(1)
		if m.broken.Load() {
			w.WriteHeader(http.StatusInternalServerError)
			return
		}
		said := map[string]string{
			"issuer": m.URL, "authorization_endpoint": m.URL + "/authorize", "token_endpoint": m.URL + "/token", "jwks_uri": m.URL + "/keys",
		}
		for name, value := range m.change {
			said[name] = value
		}
		w.Header().Set("Content-Type", "application/json")
		_ = json.NewEncoder(w).Encode(said) // the reader may hang up
	}))
	t.Cleanup(m.Close)
	return m
}

func provider(m *metadataServer, clock Clock, change func(*Config)) *Provider {
	c := Config{Code: "keskus", Issuer: m.URL, ClientID: "omasuunta", Scopes: []string{"openid"}, Algorithms: []string{"RS256"}}
	if change != nil {
		change(&c)
	}
	return New(c, clock, slog.New(slog.DiscardHandler))
}

func address(t *testing.T, p *Provider) error {
	t.Helper()
	_, err := p.Address(t.Context(), p.Prepare(access.Attempt{}), "state", "http://127.0.0.1/back", lang.Finnish)
	return err
}

// A provider is asked when it is needed, left alone for a moment when it doesn't
// answer, and asked again. What it said holds for those who come back from it
// while it can't be asked; nobody is sent there then.
func TestProviderIsAskedAgain(t *testing.T) {
	m, clock := newMetadata(t), testkit.NewClock(time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC))
	m.broken.Store(true)
	p := provider(m, clock, nil)
	want := func(what string, reached bool, asked int32) {
		t.Helper()
		if err := address(t, p); (err == nil) != reached || !reached && (fault.KindOf(err) != fault.Unavailable || fault.CodeOf(err) != Unreachable) {
			t.Errorf("%s: %v", what, err)
		}
		if got := m.asked.Load(); got != asked {
			t.Errorf("%s: asked %d times, want %d", what, got, asked)
		}
	}
	if m.asked.Load() != 0 {
		t.Error("asked before anybody wanted to log in")
	}
	want("down", false, 1)
	want("down, at once", false, 1)
	clock.Advance(pause)
	m.broken.Store(false)
	want("up again", true, 2)
	want("remembered", true, 2)
	m.broken.Store(true)
	clock.Advance(askAgain)
	want("down after it was known", false, 3)
	if _, err := p.ask(t.Context()); err != nil {
		t.Errorf("whoever comes back from it meanwhile: %v", err)
	}
	clock.Advance(pause)
	m.broken.Store(false)
	want("asked again", true, 4)
	clock.Advance(pause)
	want("asked once more before somebody is sent there", true, 5)
}

// Whether a provider answers is found out within the time that somebody gives it,
// and not asked again and again.
func TestWhetherAProviderAnswers(t *testing.T) {
	m, clock := newMetadata(t), testkit.NewClock(time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC))
	p := provider(m, clock, nil)
	want := func(what string, answers bool, asked int32) {
		t.Helper()
		if p.Answers(t.Context()) != answers || m.asked.Load() != asked {
			t.Errorf("%s: want %v after %d, asked %d times", what, answers, asked, m.asked.Load())
		}
	}
	want("up", true, 1)
	m.broken.Store(true)
	want("it was there a moment ago", true, 1)
	clock.Advance(fresh)
	want("down", false, 2)
	want("still", false, 2)
	m.broken.Store(false)
	clock.Advance(pause)
	want("up again", true, 3)

	hangs := make(chan struct{})
	silent := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { <-hangs }))
	t.Cleanup(silent.Close)
	t.Cleanup(func() { close(hangs) })
	slow := provider(&metadataServer{Server: silent}, clock, nil)
	short, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	if slow.Answers(short) {
		t.Error("one that says nothing answers")
	}
}

// Somebody who goes away while the provider is asked says nothing about it.
func TestGoingAwayIsNotTheProvidersFault(t *testing.T) {
	m, clock := newMetadata(t), testkit.NewClock(time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC))
	p := provider(m, clock, nil)
	gone, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := p.Address(gone, access.Attempt{}, "s", "r", lang.Finnish); err == nil || fault.CodeOf(err) == Unreachable {
		t.Errorf("gone: %v", err)
	}
	if err := address(t, p); err != nil {
		t.Errorf("the next one: %v", err)
	}
}

// An issuer over https must not send us over plain http, nor leave an endpoint out.
func TestEndpointsMustBeTrustworthy(t *testing.T) {
	p := &Provider{config: Config{Issuer: "https://login.example.org"}}
	for endpoint, want := range map[string]bool{
		"https://other.example.org/token": true, "http://login.example.org/token": false, "": false, "/token": false, "ftp://x/": false, "https://": false,
	} {
		if p.trustworthy(endpoint) != want {
			t.Errorf("%q: %v", endpoint, !want)
		}
	}
	clock := testkit.NewClock(time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC))
	for _, name := range []string{"authorization_endpoint", "token_endpoint", "jwks_uri"} {
		m := newMetadata(t)
		m.change[name] = ""
		if err := address(t, provider(m, clock, nil)); fault.CodeOf(err) != Unreachable {
			t.Errorf("without %s: %v", name, err)
		}
	}
	m := newMetadata(t)
	if err := address(t, provider(m, clock, func(c *Config) { c.UserInfo = true })); fault.CodeOf(err) != Unreachable {
		t.Errorf("without a userinfo endpoint that is needed: %v", err)
	}
}

func TestPromptAndAgeAreAskedFor(t *testing.T) {
	m, clock := newMetadata(t), testkit.NewClock(time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC))
	p := provider(m, clock, func(c *Config) { c.Prompt, c.MaxAge = "select_account", 8*time.Hour })
	for fresh, want := range map[bool][2]string{false: {"select_account", "28800"}, true: {"login", "0"}} {
		a := p.Prepare(access.Attempt{Fresh: fresh, Begun: clock.Now()})
		to, err := p.Address(t.Context(), a, "state", "http://127.0.0.1/back", lang.Swedish)
		if err != nil {
			t.Fatal(err)
		}
		u, err := url.Parse(to)
		if err != nil {
			t.Fatal(err)
		}
		q := u.Query()
		if q.Get("prompt") != want[0] || q.Get("max_age") != want[1] || q.Get("ui_locales") != "sv" || q.Get("nonce") != a.Nonce {
			t.Errorf("fresh %v: %s", fresh, to)
		}
		now := clock.Now()
		for ago, recent := range map[time.Duration]bool{0: true, 7 * time.Hour: !fresh, 9 * time.Hour: false} {
			at := moment(now.Add(-ago).Unix())
			if got := p.recent(a, &at, now); got != recent {
				t.Errorf("fresh %v: a login %s ago: %v", fresh, ago, got)
			}
		}
		if p.recent(a, nil, now) {
			t.Errorf("fresh %v: nobody says when", fresh)
		}
	}
	if !provider(m, clock, nil).recent(access.Attempt{}, nil, clock.Now()) {
		t.Error("nobody asks when")
	}
}

// However many want to log in, a slow provider holds up only so many of them.
func TestSlowProviderHoldsUpAFew(t *testing.T) {
	m, clock := newMetadata(t), testkit.NewClock(time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC))
	p := provider(m, clock, nil)
	for range atOnce {
		if _, err := p.enter(); err != nil {
			t.Fatal(err)
		}
	}
	if err := address(t, p); fault.CodeOf(err) != Unreachable {
		t.Errorf("one more: %v", err)
	}
	<-p.slots
	if err := address(t, p); err != nil {
		t.Errorf("after one has left: %v", err)
	}
}
