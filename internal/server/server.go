package server

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log"
	"log/slog"
	"net"
	"net/http"
	"net/netip"
	"slices"
	"sync/atomic"
	"time"

	"github.com/labstack/echo/v4"
	"golang.org/x/net/netutil"

	"github.com/omasuunta/omasuunta/internal/access"
	"github.com/omasuunta/omasuunta/internal/fault"
	"github.com/omasuunta/omasuunta/internal/httpapi"
)

// Config is what can be set. A zero field has its default.
type Config struct {
	HTTPS          bool           // the public address is https, so browsers may insist on it
	TrustedProxies []netip.Prefix // whose X-Forwarded-For is believed; none by default
	MaxConnections int            // open at once, 4096; one more waits until another ends
	MaxPerAddress  int            // of them from one address, 512; one more is hung up on
	Uncounted      []netip.Prefix // whose connections are not counted by address, beside the proxies'
	MaxConcurrent  int            // calls at work at once, 64
	MaxShare       int            // of them for one caller, 48; one more waits until another ends
	QueueWait      time.Duration  // how long one more waits for its turn, 30 s
	RequestTimeout time.Duration  // how long a call may work, 30 s
	DrainTimeout   time.Duration  // how long calls may end at shutdown, 20 s
	RateBurst      int            // calls without a valid token per address at once, 300
	RatePerSecond  float64        // and per second after that, 10
	CallsPerSecond float64        // of one token, or of one user on pages, over a longer time, 1000
	ReadTimeout    time.Duration  // how long a request may take to arrive, 60 s
	IdleTimeout    time.Duration  // how long a connection may wait for the next one, 120 s

	// InsecurePlainHTTP serves people without https whose connection others can
	// read. By default only this machine itself and the proxies are.
	InsecurePlainHTTP bool
}

func (c Config) withDefaults() Config {
	orElse(&c.MaxConnections, 4096)
	orElse(&c.MaxPerAddress, 512)
	orElse(&c.MaxConcurrent, 64)
	orElse(&c.MaxShare, max(c.MaxConcurrent*3/4, 1))
	orElse(&c.QueueWait, 30*time.Second)
	orElse(&c.RequestTimeout, 30*time.Second)
	orElse(&c.DrainTimeout, 20*time.Second)
	orElse(&c.RateBurst, 300)
	orElse(&c.RatePerSecond, 10)
	orElse(&c.CallsPerSecond, 1000)
	orElse(&c.ReadTimeout, 60*time.Second)
	orElse(&c.IdleTimeout, 120*time.Second)
	return c
}

func orElse[T comparable](field *T, byDefault T) {
	var zero T
	if *field == zero {
		*field = byDefault
	}
}

// Authenticator finds out whose a token is. An error of kind Unauthenticated
// means nobody's.
type Authenticator interface {
	Authenticate(ctx context.Context, token string) (access.Actor, error)
}

// Pinger tells whether the database answers.
type Pinger interface {
	Ping(ctx context.Context) error
}

// Clock tells the time.
type Clock interface{ Now() time.Time }

// Deps is what the server stands on.
type Deps struct {
	API           *httpapi.API
	Authenticator Authenticator
	Database      Pinger
	Clock         Clock
	Log           *slog.Logger
	Pages         Pages // may be nil
}

// Pages are what people see, beside the API that programs call.
type Pages interface {
	// Register adds the routes. turn bounds how many requests are at work at
	// once, of one caller and of all, and for how long. limit counts a request of
	// nobody in particular against its address. guess counts a password or code
	// that is about to be tried: for who, "" for nobody in particular; or, where
	// whoever tries has shown something already, as own alone. right is called
	// when it was the right one.
	Register(e *echo.Echo, turn echo.MiddlewareFunc, limit func(address string) error, guess func(address, who, own string) (right func(), err error))
	// IsPage tells whether an address is for people, who get errors as pages.
	IsPage(path string) bool
	// Fail answers with the page of an error.
	Fail(c echo.Context, status int, f *fault.Error, requestID string) error
}

// Limits of a connection, generous for a slow one and short for an idle one.
const (
	headerTimeout  = 10 * time.Second
	writeTimeout   = 120 * time.Second
	maxHeaderBytes = 16 << 10
)

// Server answers HTTP.
type Server struct {
	config   Config
	deps     Deps
	echo     *echo.Echo
	limiter  *limiter
	guesses  *limiter // of passwords and codes, by address
	names    *limiter // and by whose they would have been
	own      *limiter // or, of those who have shown something already, by that
	calls    *limiter // by token, or by user on pages
	shares   *shares  // of the turns
	turns    chan struct{}
	draining atomic.Bool
}

// New assembles the server.
func New(config Config, deps Deps) (*Server, error) {
	config = config.withDefaults()
	s := &Server{
		config: config, deps: deps, echo: echo.New(),
		limiter: newLimiter(config.RateBurst, config.RatePerSecond, deps.Clock),
		guesses: newLimiter(guessBurst, guessesPerSecond, deps.Clock),
		names:   newLimiter(guessBurst, guessesPerSecond, deps.Clock),
		own:     newLimiter(guessBurst, guessesPerSecond, deps.Clock),
		calls:   newLimiter(int(config.CallsPerSecond*callBurst), config.CallsPerSecond, deps.Clock),
		shares:  newShares(config.MaxShare),
		turns:   make(chan struct{}, config.MaxConcurrent),
	}
	e := s.echo
	e.HideBanner, e.HidePort = true, true
	e.Logger.SetOutput(io.Discard) // Echo's own log knows no allow-list
	e.Binder = httpapi.Binder{}
	e.HTTPErrorHandler = s.fail
	e.IPExtractor = addresses(config.TrustedProxies)
	e.Use(s.identify, s.log, s.safeHeaders, s.recover, s.inClear)

	description, err := describe()
	if err != nil {
		return nil, err
	}
	e.GET("/healthz", s.healthz)
	e.GET("/readyz", s.readyz, s.limited)
	e.GET("/openapi.json", description.json, s.limited)
	e.GET("/docs", description.page, s.limited)
	deps.API.Register(e, s.guard)
	if deps.Pages != nil {
		deps.Pages.Register(e, s.inTurn, s.limiter.take, s.guess)
	}
	return s, nil
}

// Handler is the server without a listener: for one of another kind, and for tests.
func (s *Server) Handler() http.Handler { return headAsGet(s.echo) }

// Routes lists what is answered, as "GET /api/v1/consents/:id".
func (s *Server) Routes() []string {
	var all []string
	for _, r := range s.echo.Routes() {
		all = append(all, r.Method+" "+r.Path)
	}
	return all
}

// Serve answers on a listener until ctx ends, lets the calls at work finish,
// and returns nil when they have.
func (s *Server) Serve(ctx context.Context, listener net.Listener) error {
	h := &http.Server{
		Handler:           s.Handler(),
		ReadHeaderTimeout: min(headerTimeout, s.config.ReadTimeout),
		ReadTimeout:       s.config.ReadTimeout,
		WriteTimeout:      writeTimeout,
		IdleTimeout:       s.config.IdleTimeout,
		MaxHeaderBytes:    maxHeaderBytes,
		ErrorLog:          log.New(io.Discard, "", 0), // it writes addresses; what matters is in our own log
		BaseContext:       func(net.Listener) context.Context { return context.WithoutCancel(ctx) },
	}
	listener = &perAddress{
		Listener: listener, most: s.config.MaxPerAddress, open: map[netip.Addr]int{},
		except: slices.Concat(s.config.TrustedProxies, s.config.Uncounted),
	}
	ended := make(chan error, 1)
	go func() { ended <- h.Serve(netutil.LimitListener(listener, s.config.MaxConnections)) }()
	select {
	case err := <-ended:
		return fmt.Errorf("server: %w", err)
	case <-ctx.Done():
	}
	s.draining.Store(true)
	patience, cancel := context.WithTimeout(context.WithoutCancel(ctx), s.config.DrainTimeout)
	defer cancel()
	if err := h.Shutdown(patience); err != nil {
		return errors.Join(fmt.Errorf("server: calls did not end in time: %w", err), h.Close())
	}
	return nil
}
