package oidc

import (
	"context"
	"errors"
	"log/slog"
	"net/url"
	"slices"
	"strings"
	"time"

	library "github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2"

	"github.com/omasuunta/omasuunta/internal/fault"
)

const (
	// askAgain is how long what a provider says about itself holds. With it a
	// key that the provider has taken back ends, too.
	askAgain = time.Hour
	// fresh is how long it is taken for granted that the provider is there.
	fresh = 5 * time.Second
	// pause is how long a provider is left alone that gave no answer.
	pause = 5 * time.Second
)

// known is what a provider says about itself (OpenID Connect Discovery 1.0).
type known struct {
	provider *library.Provider
	keys     library.KeySet
	meta     metadata
}

type metadata struct {
	JWKS        string   `json:"jwks_uri"`
	UserInfo    string   `json:"userinfo_endpoint"`
	AuthMethods []string `json:"token_endpoint_auth_methods_supported"`
	SaysIssuer  bool     `json:"authorization_response_iss_parameter_supported"` // RFC 9207
}

// ask finds out about the provider, or remembers.
func (p *Provider) ask(ctx context.Context) (*known, error) {
	select {
	case p.turn <- struct{}{}:
		defer func() { <-p.turn }()
	case <-ctx.Done():
		return nil, fault.Wrap(fault.Unavailable, ctx.Err())
	}
	now := p.clock.Now()
	if now.Before(p.until) {
		return p.known, p.failed
	}
	return p.askNow(ctx, now)
}

// askAnew is ask for somebody who is about to be sent there: what the provider
// said a while ago doesn't help them when it is down now.
func (p *Provider) askAnew(ctx context.Context) (*known, error) {
	select {
	case p.turn <- struct{}{}:
		defer func() { <-p.turn }()
	case <-ctx.Done():
		return nil, fault.Wrap(fault.Unavailable, ctx.Err())
	}
	now := p.clock.Now()
	switch {
	case p.lost != nil && now.Before(p.until):
		return nil, p.lost
	case p.lost == nil && p.known != nil && now.Before(p.heard.Add(fresh)):
		return p.known, nil
	}
	found, err := p.askNow(ctx, now)
	if err == nil {
		err = p.lost
	}
	return found, err
}

// Answers tells whether the provider answers just now. It takes no longer than the
// context lasts, and a provider that does counts as one that doesn't answer.
func (p *Provider) Answers(ctx context.Context) bool {
	_, err := p.askAnew(ctx)
	return err == nil
}

// askNow asks, for whoever has the turn.
func (p *Provider) askNow(ctx context.Context, now time.Time) (*known, error) {
	found, err := p.discover(ctx)
	if ctx.Err() != nil {
		return nil, fault.Wrap(fault.Unavailable, ctx.Err()) // whoever asked has gone; that says nothing about the provider
	}
	if err != nil {
		p.log.LogAttrs(ctx, slog.LevelWarn, "identity provider", slog.String("provider", p.config.Code), slog.String("error", short(err)))
		p.until, p.lost = now.Add(pause), unusable(err)
		if p.known == nil {
			p.failed = p.lost
		}
		return p.known, p.failed
	}
	p.known, p.failed, p.until = found, nil, now.Add(askAgain)
	p.heard, p.lost = now, nil
	return found, nil
}

// maxLogged bounds what is logged of an error, in bytes: the provider's own words
// are in it.
const maxLogged = 300

func short(err error) string {
	text := err.Error()
	return strings.ToValidUTF8(text[:min(len(text), maxLogged)], "")
}

func (p *Provider) discover(ctx context.Context) (*known, error) {
	found, err := library.NewProvider(library.ClientContext(ctx, p.client), p.config.Issuer)
	if err != nil {
		return nil, err
	}
	k := &known{provider: found}
	if err := found.Claims(&k.meta); err != nil {
		return nil, err
	}
	at := found.Endpoint()
	needed := []string{at.AuthURL, at.TokenURL, k.meta.JWKS}
	if p.config.UserInfo {
		needed = append(needed, k.meta.UserInfo)
	}
	if slices.ContainsFunc(needed, func(a string) bool { return !p.trustworthy(a) }) {
		return nil, errors.New("oidc: an endpoint is missing or not https")
	}
	// The keys are fetched when they are needed, by whoever needs them first and
	// for all others: that one's context must not end it.
	k.keys = library.NewRemoteKeySet(library.ClientContext(context.Background(), p.client), k.meta.JWKS)
	return k, nil
}

// trustworthy tells whether an endpoint can be talked to: over https, or over
// plain http where the issuer itself is, which only a loopback address may be.
func (p *Provider) trustworthy(endpoint string) bool {
	u, err := url.Parse(endpoint)
	issuer, wrong := url.Parse(p.config.Issuer)
	return err == nil && wrong == nil && u.Host != "" && (u.Scheme == "https" || u.Scheme == "http" && issuer.Scheme == "http")
}

// oauth is the provider as package oauth2 takes it.
func (p *Provider) oauth(k *known, redirect string) *oauth2.Config {
	at := k.provider.Endpoint()
	at.AuthStyle = oauth2.AuthStyleInHeader
	basic := len(k.meta.AuthMethods) == 0 || slices.Contains(k.meta.AuthMethods, "client_secret_basic") // the default
	if p.config.ClientSecret == "" || !basic {
		at.AuthStyle = oauth2.AuthStyleInParams
	}
	return &oauth2.Config{
		ClientID: p.config.ClientID, ClientSecret: p.config.ClientSecret, Endpoint: at, RedirectURL: redirect, Scopes: p.config.Scopes,
	}
}
