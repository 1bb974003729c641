package oidc

import (
	"log/slog"
	"net/http"
	"time"

	"github.com/omasuunta/omasuunta/internal/lang"
)

// Config is one provider as the house has set it. It has been checked.
type Config struct {
	Code         string // in addresses and in the audit
	Names        map[lang.Tag]string
	Issuer       string
	ClientID     string
	ClientSecret string // "" for a public client
	Scopes       []string
	Subject      string // the claim that holds the person's identifier
	Name         string // the claim that holds the name
	UserInfo     bool   // ask for more claims than the ID token has
	Algorithms   []string
	Prompt       string        // "" for the provider's own way
	MaxAge       time.Duration // how long ago the person may have logged in there; 0 for any time
	Grants       []Grant       // none: users are linked one by one
}

// String keeps the secret out of error texts.
func (Config) String() string { return "[redacted]" }

// LogValue keeps the secret out of logs.
func (Config) LogValue() slog.Value { return slog.StringValue("[redacted]") }

// Grant gives a role, a unit or both to whoever has a value among those of a
// claim.
type Grant struct{ Claim, Value, Role, Unit, Register string }

// Clock tells the time in UTC.
type Clock interface{ Now() time.Time }

// Provider is a provider that people can log in at. It may be used by many at
// once.
type Provider struct {
	config Config
	clock  Clock
	log    *slog.Logger
	client *http.Client
	slots  chan struct{} // held by whoever is at work with the provider
	turn   chan struct{} // held by whoever reads or changes what follows
	known  *known
	until  time.Time // when the provider is asked about itself again
	failed error     // why it couldn't be asked, until then
	heard  time.Time // when it last answered
	lost   error     // why it didn't, the last time that it was asked
}

// New makes a provider. It is asked about itself only when somebody wants to log
// in, so that the service starts without it.
func New(config Config, clock Clock, log *slog.Logger) *Provider {
	return &Provider{config: config, clock: clock, log: log, client: newClient(), slots: make(chan struct{}, atOnce), turn: make(chan struct{}, 1)}
}

// Code is the provider's code.
func (p *Provider) Code() string { return p.config.Code }

// Name is what people know the provider by.
func (p *Provider) Name(tag lang.Tag) string { return p.config.Names[tag] }
