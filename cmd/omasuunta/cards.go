package main

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"os"
	"time"

	"github.com/omasuunta/omasuunta/internal/access"
	"github.com/omasuunta/omasuunta/internal/config"
	"github.com/omasuunta/omasuunta/internal/fault"
	"github.com/omasuunta/omasuunta/internal/identity/card"
	"github.com/omasuunta/omasuunta/internal/store"
)

// newCards makes the reader of the cards that the house has set, nil for none.
func newCards(c config.Serve) (*card.Reader, error) {
	set := c.Outside.Card
	if set == nil {
		return nil, nil
	}
	if c.PublicURL == "" {
		return nil, usage("--identity with a card needs --public-url: that is where people come back to")
	}
	s := card.Settings{
		Name: set.Name, Address: set.Address, CheckIssuers: set.CheckIssuers, Policies: set.Policies,
		Attribute: set.Number.Attribute, Pattern: set.Number.Pattern, RSABits: set.RSABits,
		Revocation: card.Revocation(set.Revocation), Grace: set.Grace, CRLURLs: set.CRL.URLs, CRLFiles: set.CRL.Files,
		CRLMaxBytes: set.CRL.MaxBytes, CRLRefresh: set.CRL.Refresh, OCSPURLs: set.OCSP.URLs, OCSPNonce: set.OCSP.Nonce,
		OCSPMaxAge: set.OCSP.MaxAge, Fetch: set.Fetch, Cache: set.Cache, Header: set.Proxy.Header, Format: card.Format(set.Proxy.Format),
	}
	var err error
	if s.Proxies, err = set.ProxyNetworks(); err != nil {
		return nil, usageError{err}
	}
	for _, one := range []struct {
		files []string
		into  *[]*x509.Certificate
	}{{set.Roots, &s.Roots}, {set.Intermediates, &s.Intermediates}, {set.Issuers, &s.Issuers}} {
		if *one.into, err = readAuthorities(one.files); err != nil {
			return nil, err
		}
	}
	return card.New(s, systemClock{})
}

func readAuthorities(files []string) ([]*x509.Certificate, error) {
	var all []*x509.Certificate
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			return nil, err
		}
		found, err := card.ReadAuthorities(text)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", file, err)
		}
		all = append(all, found...)
	}
	return all, nil
}

const (
	// cardRefresh is how often lists of revoked certificates and old tickets are
	// looked after.
	cardRefresh = 5 * time.Minute
	// cardRefreshMost bounds one round of it.
	cardRefreshMost = 2 * time.Minute
)

// readingCards looks after the lists of revoked certificates and, where the house
// has one, serves the listener that asks for cards, until it is stopped. broken is
// called when the listener ends by itself.
func (p *program) readingCards(ctx context.Context, c config.Serve, handler http.Handler, db *store.Store, broken func(error)) (stop func(), err error) {
	if p.cards == nil {
		return func() {}, nil
	}
	ctx, end := context.WithCancel(ctx)
	refreshed, served := make(chan struct{}), make(chan struct{})
	people := administration(db)
	if err := p.listenForCards(ctx, c.Outside.Card, handler, people, broken, served); err != nil {
		end()
		return nil, err
	}
	go func() {
		defer close(refreshed)
		p.lookAfterCards(ctx, people)
	}()
	return func() { end(); <-refreshed; <-served }, nil
}

// listenForCards starts the listener of our own, if there is to be one.
func (p *program) listenForCards(ctx context.Context, set *config.Card, handler http.Handler, people *access.Service, broken func(error), served chan struct{}) error {
	if set.Listen == "" {
		close(served)
		return nil
	}
	certificate, err := tls.LoadX509KeyPair(set.Certificate, set.Key)
	if err != nil {
		return fmt.Errorf("card.certificate: %w", err)
	}
	listener, err := net.Listen("tcp", set.Listen)
	if err != nil {
		return fmt.Errorf("cannot listen for cards on %s: %w", set.Listen, err)
	}
	l := &card.Listener{
		Certificate: certificate, Reader: p.cards, Handler: handler,
		Broken: func(ctx context.Context, why card.Reason) {
			if err := people.Refuse(ctx, p.cards.Code(), string(why)); fault.KindOf(err) != fault.Forbidden {
				p.logger().LogAttrs(ctx, slog.LevelError, "a refused card is not in the audit", slog.String("error", err.Error()))
			}
		},
	}
	if set.TLSMax == "1.2" {
		l.TLSMax = tls.VersionTLS12
	}
	go func() {
		defer close(served)
		if err := l.Serve(ctx, listener); err != nil {
			broken(err)
		}
	}()
	return nil
}

// lookAfterCards brings lists up to date and forgets tickets that nobody brought.
func (p *program) lookAfterCards(ctx context.Context, people *access.Service) {
	again := time.NewTicker(cardRefresh)
	defer again.Stop()
	for {
		round, cancel := context.WithTimeout(ctx, cardRefreshMost)
		if failed := p.cards.Refresh(round); failed > 0 && ctx.Err() == nil {
			p.logger().LogAttrs(ctx, slog.LevelWarn, "lists of revoked cards could not be brought up to date", slog.Int("lists", failed))
		}
		if err := people.ForgetTickets(round); err != nil && ctx.Err() == nil {
			p.logger().LogAttrs(ctx, slog.LevelWarn, "old tickets of cards are still there", slog.String("error", err.Error()))
		}
		cancel()
		select {
		case <-again.C:
		case <-ctx.Done():
			return
		}
	}
}
