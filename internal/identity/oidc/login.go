package oidc

import (
	"context"
	"crypto/rand"
	"errors"
	"net/url"
	"strconv"
	"time"

	library "github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2"

	"github.com/omasuunta/omasuunta/internal/access"
	"github.com/omasuunta/omasuunta/internal/fault"
	"github.com/omasuunta/omasuunta/internal/lang"
)

// Prepare makes the secrets of a login that is about to begin.
func (p *Provider) Prepare(a access.Attempt) access.Attempt {
	a.Provider, a.Nonce, a.Verifier = p.config.Code, rand.Text(), oauth2.GenerateVerifier()
	return a
}

// Address is where a reader logs in, to come back to redirect. It is Unavailable
// with the code Unreachable when the provider doesn't answer just now.
func (p *Provider) Address(ctx context.Context, a access.Attempt, state, redirect string, tag lang.Tag) (string, error) {
	leave, err := p.enter()
	if err != nil {
		return "", err
	}
	defer leave()
	k, err := p.askAnew(ctx)
	if err != nil {
		return "", err
	}
	options := []oauth2.AuthCodeOption{
		library.Nonce(a.Nonce), oauth2.S256ChallengeOption(a.Verifier), oauth2.SetAuthURLParam("ui_locales", string(tag)),
	}
	prompt, age := p.config.Prompt, p.config.MaxAge
	if a.Fresh {
		prompt, age = "login", 0
	}
	if prompt != "" {
		options = append(options, oauth2.SetAuthURLParam("prompt", prompt))
	}
	if age > 0 || a.Fresh {
		options = append(options, oauth2.SetAuthURLParam("max_age", strconv.Itoa(int(age/time.Second))))
	}
	return p.oauth(k, redirect).AuthCodeURL(state, options...), nil
}

// Answer is what a browser brings back from a provider.
type Answer struct {
	Code   string
	Issuer string // RFC 9207, "" when it isn't said
	Error  string // of the provider, instead of a code
}

// AnswerIn reads an answer from the address that a browser comes back to.
func AnswerIn(query url.Values) Answer {
	return Answer{Code: query.Get("code"), Issuer: query.Get("iss"), Error: query.Get("error")}
}

// Finish checks an answer to an attempt and returns whom the provider vouches
// for. Everything that is wrong is Forbidden with one of the codes above; a
// provider that gives no answer is Unavailable with the code Unreachable.
func (p *Provider) Finish(ctx context.Context, a access.Attempt, answer Answer, redirect string) (access.External, error) {
	leave, err := p.enter()
	if err != nil {
		return access.External{}, err
	}
	defer leave()
	k, err := p.ask(ctx)
	if err != nil {
		return access.External{}, err
	}
	switch {
	case answer.Issuer != "" && answer.Issuer != p.config.Issuer, answer.Issuer == "" && k.meta.SaysIssuer:
		return access.External{}, refuse(Issuer)
	case answer.Error == "access_denied":
		return access.External{}, refuse(Cancelled)
	case answer.Error != "":
		return access.External{}, refuse(Denied)
	case answer.Code == "":
		return access.External{}, refuse(Code)
	}
	calling := library.ClientContext(ctx, p.client)
	token, err := p.oauth(k, redirect).Exchange(calling, answer.Code, oauth2.VerifierOption(a.Verifier))
	if err != nil {
		return access.External{}, unusable(err)
	}
	raw, _ := token.Extra("id_token").(string)
	said, err := p.verify(calling, k, a, raw, token.AccessToken)
	if err != nil {
		return access.External{}, err
	}
	if p.config.UserInfo {
		if err := p.more(calling, k, said, token); err != nil {
			return access.External{}, err
		}
	}
	return p.person(said), nil
}

// enter lets atOnce logins work with the provider and turns others away at once.
func (p *Provider) enter() (leave func(), err error) {
	select {
	case p.slots <- struct{}{}:
		return func() { <-p.slots }, nil
	default:
		return nil, fault.Coded(fault.Unavailable, Unreachable)
	}
}

// more adds what the provider tells at its userinfo endpoint and did not sign.
func (p *Provider) more(ctx context.Context, k *known, said claims, token *oauth2.Token) error {
	info, err := k.provider.UserInfo(ctx, oauth2.StaticTokenSource(token))
	if errors.Is(err, errTooLarge) {
		return refuse(TooLarge)
	}
	if err != nil {
		return unusable(err)
	}
	told := claims{}
	if err := info.Claims(&told); err != nil {
		return refuse(UserInfo)
	}
	// Core 1.0, section 5.3.2: whose it is must be the same, exactly.
	if sub := said.text("sub"); sub == "" || info.Subject != sub {
		return refuse(UserInfo)
	}
	for name, value := range told {
		if _, signed := said[name]; !signed {
			said[name] = value
		}
	}
	return nil
}
