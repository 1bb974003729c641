package oidctest

import (
	"context"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"

	"github.com/go-jose/go-jose/v4"
	"github.com/zitadel/oidc/v3/example/server/storage"
	"github.com/zitadel/oidc/v3/pkg/oidc"
	"github.com/zitadel/oidc/v3/pkg/op"
)

// Person is somebody who can log in at the provider.
type Person struct {
	ID     string // the provider's own, the claim sub
	Given  string
	Family string
	Claims map[string]any // beside those
}

// Provider is a provider until its test ends. It may be used by many at once.
type Provider struct {
	testing.TB
	URL string // also the issuer

	clients map[string]*storage.Client
	store   *store
	handler http.Handler
	back    func(context.Context, string) string
	web     *httptest.Server

	mu      sync.Mutex
	lie     func(header, claims map[string]any) string
	instead map[string]http.HandlerFunc
}

// Open opens a provider with these people. It knows no clients yet.
func Open(t testing.TB, people ...Person) *Provider {
	t.Helper()
	p := &Provider{TB: t, clients: map[string]*storage.Client{}, instead: map[string]http.HandlerFunc{}}
	p.web = httptest.NewServer(http.HandlerFunc(p.serve))
	t.Cleanup(func() { p.web.Close() })
	p.URL = p.web.URL
	p.store = &store{people: map[string]Person{}}
	p.store.Storage = storage.NewStorageWithClients(p.store, p.clients)
	for _, one := range people {
		p.store.people[one.ID] = one
	}
	p.store.rotate(t)
	config := &op.Config{CryptoKey: sha256.Sum256([]byte("a test")), CodeMethodS256: true, AuthMethodPost: true}
	made, err := op.NewProvider(config, p.store, op.StaticIssuer(p.URL), op.WithAllowInsecure(), op.WithLogger(slog.New(slog.DiscardHandler)))
	if err != nil {
		t.Fatal(err)
	}
	p.handler, p.back = made, op.AuthCallbackURL(made)
	return p
}

// Register makes a client known to the provider.
func (p *Provider) Register(id, secret string, redirects ...string) {
	p.clients[id] = storage.WebClient(id, secret, redirects...)
}

// Stop makes the provider unreachable, in the middle of whatever it does.
func (p *Provider) Stop() {
	p.web.CloseClientConnections()
	p.web.Close()
}

// Start makes it reachable again, at the same address.
func (p *Provider) Start() {
	p.Helper()
	listener, err := net.Listen("tcp", strings.TrimPrefix(p.URL, "http://"))
	if err != nil {
		p.Fatal(err)
	}
	p.web = &httptest.Server{Listener: listener, Config: &http.Server{Handler: http.HandlerFunc(p.serve)}}
	p.web.Start()
}

// Say gives somebody other claims from now on.
func (p *Provider) Say(id string, claims map[string]any) {
	p.store.mu.Lock()
	defer p.store.mu.Unlock()
	one := p.store.people[id]
	one.Claims = claims
	p.store.people[id] = one
}

// Rotate makes the provider sign with a new key and take the old one back.
func (p *Provider) Rotate() { p.store.rotate(p) }

// LogIn does what somebody's browser does at the provider, from the address that
// it was sent to, and returns the one that it is sent back to.
func (p *Provider) LogIn(address, id string) string {
	p.Helper()
	asked := p.follow(address)
	request := asked.Query().Get("authRequestID")
	if request == "" {
		p.Fatalf("the provider sent the browser to %s", asked)
	}
	if err := p.store.CheckUsernamePassword(id, password, request); err != nil {
		p.Fatal(err)
	}
	return p.follow(p.back(op.ContextWithIssuer(p.Context(), p.URL), request)).String()
}

// follow asks for an address and returns where its answer leads.
func (p *Provider) follow(address string) *url.URL {
	p.Helper()
	q, err := http.NewRequestWithContext(p.Context(), http.MethodGet, address, nil)
	if err != nil {
		p.Fatal(err)
	}
	answer, err := http.DefaultTransport.RoundTrip(q)
	if err != nil {
		p.Fatal(err)
	}
	if err := answer.Body.Close(); err != nil {
		p.Fatal(err)
	}
	to, err := answer.Location()
	if err != nil {
		p.Fatalf("%s: %d: %v", address, answer.StatusCode, err)
	}
	return to
}

const password = "a password that everybody has"

// store is the example's storage with people and keys of the test's own.
type store struct {
	*storage.Storage
	mu     sync.Mutex
	people map[string]Person
	key    signingKey
}

// GetUserByID implements storage.UserStore.
func (s *store) GetUserByID(id string) *storage.User {
	s.mu.Lock()
	defer s.mu.Unlock()
	one, ok := s.people[id]
	if !ok {
		return nil
	}
	return &storage.User{ID: one.ID, Username: one.ID, Password: password, FirstName: one.Given, LastName: one.Family}
}

// GetUserByUsername implements storage.UserStore.
func (s *store) GetUserByUsername(id string) *storage.User { return s.GetUserByID(id) }

// ExampleClientID implements storage.UserStore.
func (s *store) ExampleClientID() string { return "" }

// SetUserinfoFromToken implements op.Storage: what the userinfo endpoint tells.
func (s *store) SetUserinfoFromToken(ctx context.Context, info *oidc.UserInfo, token, subject, origin string) error {
	err := s.Storage.SetUserinfoFromToken(ctx, info, token, subject, origin)
	s.add(info, subject)
	return err
}

// SetUserinfoFromRequest implements op.CanSetUserinfoFromRequest: what the ID
// token tells.
func (s *store) SetUserinfoFromRequest(ctx context.Context, info *oidc.UserInfo, request op.IDTokenRequest, scopes []string) error {
	err := s.Storage.SetUserinfoFromRequest(ctx, info, request, scopes)
	s.add(info, request.GetSubject())
	return err
}

func (s *store) add(info *oidc.UserInfo, subject string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for name, value := range s.people[subject].Claims {
		info.AppendClaims(name, value)
	}
}

// signingKey is a key as package op takes it, private and public.
type signingKey struct {
	id  string
	key *rsa.PrivateKey
}

func (k signingKey) SignatureAlgorithm() jose.SignatureAlgorithm { return jose.RS256 }
func (k signingKey) Key() any                                    { return k.key }
func (k signingKey) ID() string                                  { return k.id }

type publicKey struct{ signingKey }

func (k publicKey) Algorithm() jose.SignatureAlgorithm { return jose.RS256 }
func (k publicKey) Use() string                        { return "sig" }
func (k publicKey) Key() any                           { return k.key.Public() }

func newKey(t testing.TB) *rsa.PrivateKey {
	t.Helper()
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	return key
}

func (s *store) rotate(t testing.TB) {
	t.Helper()
	next := signingKey{rand.Text(), newKey(t)}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.key = next
}

func (s *store) current() signingKey {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.key
}

// SigningKey implements op.Storage.
func (s *store) SigningKey(context.Context) (op.SigningKey, error) { return s.current(), nil }

// SignatureAlgorithms implements op.Storage.
func (s *store) SignatureAlgorithms(context.Context) ([]jose.SignatureAlgorithm, error) {
	return []jose.SignatureAlgorithm{jose.RS256}, nil
}

// KeySet implements op.Storage.
func (s *store) KeySet(context.Context) ([]op.Key, error) {
	return []op.Key{publicKey{s.current()}}, nil
}
