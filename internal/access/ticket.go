package access

import (
	"bytes"
	"context"
	"time"

	"github.com/omasuunta/omasuunta/internal/audit"
	"github.com/omasuunta/omasuunta/internal/fault"
)

// Ticket is what came of showing a smart card at an address beside the service's
// own, on its way from there to here through the browser.
type Ticket struct {
	Hash    []byte // of the ticket's secret
	State   []byte // hash of the state of the attempt that it belongs to
	Subject string // what the card has proven, "" when it was refused
	Refused string // why it was refused, as a code, "" when it wasn't
	Begun   time.Time
}

// TicketFor is how long a ticket is good.
const TicketFor = 30 * time.Second

// RefusedTicket is that a ticket is unknown, used, too late or of another login.
const RefusedTicket = "ticket"

// Tickets is what tickets need of the database.
type Tickets interface {
	InsertTicket(ctx context.Context, t Ticket) error
	// TakeTicket deletes a ticket and returns it, to one caller only.
	TakeTicket(ctx context.Context, hash []byte) (Ticket, error)
	DeleteTicketsBefore(ctx context.Context, at time.Time, most int) error
}

// NewTicket keeps a ticket for TicketFor and returns its secret. It is good only
// together with the state of the attempt, and that only in its own browser.
func (s *Service) NewTicket(ctx context.Context, state string, t Ticket) (secret string, err error) {
	if err := s.ForgetTickets(ctx); err != nil {
		return "", err
	}
	if secret, t.Hash, err = s.secrets.NewSecret(); err != nil {
		return "", err
	}
	t.State, t.Begun = s.secrets.HashToken(state), s.now()
	return secret, s.store.InsertTicket(ctx, t)
}

// ForgetTickets deletes some of the tickets that nobody brought in time. Nobody
// knows what was on them any more.
func (s *Service) ForgetTickets(ctx context.Context) error {
	return s.store.DeleteTicketsBefore(ctx, s.now().Add(-TicketFor), sweepMost)
}

// TakeTicket returns the ticket of a secret, once. One that is not good is
// Forbidden with RefusedTicket, and a row in the audit.
func (s *Service) TakeTicket(ctx context.Context, provider, state, secret string) (Ticket, error) {
	t, err := s.store.TakeTicket(ctx, s.secrets.HashToken(secret))
	switch {
	case fault.KindOf(err) == fault.NotFound:
		return Ticket{}, s.Refuse(ctx, provider, RefusedTicket)
	case err != nil:
		return Ticket{}, err
	case !bytes.Equal(t.State, s.secrets.HashToken(state)) || !s.now().Before(t.Begun.Add(TicketFor)):
		return Ticket{}, s.Refuse(ctx, provider, RefusedTicket)
	}
	return t, nil
}

// NoteLateNews writes into the audit that a card was accepted on news about
// revocation that are late, within the grace that the house allows.
func (s *Service) NoteLateNews(ctx context.Context, provider string) error {
	return s.note(ctx, Actor{}, audit.IdentityLate, audit.Identity, provider)
}
