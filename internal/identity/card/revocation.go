package card

import (
	"context"
	"crypto/x509"
	"errors"
	"time"
)

// revocation finds out whether the certificates of a chain were revoked.
type revocation struct {
	mode      Revocation
	grace     time.Duration
	issuers   bool
	lists     *lists
	responder *responder
}

func newRevocation(s Settings, authorities []*x509.Certificate) (*revocation, error) {
	switch s.Revocation {
	case ByCRL, ByOCSP, ByBoth, CRLThenOCSP, OCSPThenCRL:
	default:
		return nil, errors.New("card: how revocation is found out must be set")
	}
	fetch, err := newFetcher(s)
	if err != nil {
		return nil, err
	}
	lists, err := newLists(s, fetch, authorities)
	if err != nil {
		return nil, err
	}
	return &revocation{s.Revocation, s.Grace, s.CheckIssuers, lists, newResponder(s, fetch)}, nil
}

// check is nil when no certificate of a chain, which begins with the card's and
// ends with a root, was revoked. late tells that this rests on news that are late,
// within the grace. The error is Revoked or RevocationUnknown.
func (r *revocation) check(ctx context.Context, chain []*x509.Certificate, at time.Time) (late bool, err error) {
	late, err = r.checkCard(ctx, chain[0], chain[1], at)
	if err != nil || !r.issuers {
		return late, err
	}
	for i := 1; i+1 < len(chain); i++ {
		lateToo, err := r.lists.check(ctx, chain[i], chain[i+1], at, r.grace)
		if err != nil {
			return false, err
		}
		late = late || lateToo
	}
	return late, nil
}

type source func(ctx context.Context, c, issuer *x509.Certificate, at time.Time, grace time.Duration) (late bool, err error)

func (r *revocation) checkCard(ctx context.Context, c, issuer *x509.Certificate, at time.Time) (late bool, err error) {
	first, second := source(r.lists.check), source(r.responder.check)
	if r.mode == OCSPThenCRL {
		first, second = second, first
	}
	switch r.mode {
	case ByCRL:
		return r.lists.check(ctx, c, issuer, at, r.grace)
	case ByOCSP:
		return r.responder.check(ctx, c, issuer, at, r.grace)
	case ByBoth:
		late, err = first(ctx, c, issuer, at, r.grace)
		if err != nil {
			return false, err
		}
		lateToo, err := second(ctx, c, issuer, at, r.grace)
		return late || lateToo, err
	}
	// One is enough. The grace comes last, when neither has anything current to say.
	for _, grace := range []time.Duration{0, r.grace} {
		for _, ask := range []source{first, second} {
			if late, err = ask(ctx, c, issuer, at, grace); err == nil || errors.Is(err, Revoked) {
				return late, err
			}
		}
		if r.grace == 0 {
			break
		}
	}
	return false, RevocationUnknown
}
