package access_test

import (
	"context"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/omasuunta/omasuunta/internal/access"
	"github.com/omasuunta/omasuunta/internal/fault"
	"github.com/omasuunta/omasuunta/internal/housetest"
)

const cardCode = "card:sote"

// A ticket is good once, for half a minute, and with its own state.
func TestTicketIsGoodOnce(t *testing.T) {
	t.Parallel()
	housetest.Engines(t, func(t *testing.T, h *housetest.House) {
		ctx := context.Background()
		make1 := func(state string) string {
			secret, err := h.Access.NewTicket(ctx, state, access.Ticket{Subject: "00123456789"})
			h.Must(err)
			return secret
		}
		refused := func(when, state, secret string) {
			t.Helper()
			if _, err := h.Access.TakeTicket(ctx, cardCode, state, secret); fault.CodeOf(err) != access.RefusedTicket || fault.KindOf(err) != fault.Forbidden {
				t.Errorf("%s: %v", when, err)
			}
		}
		secret := make1("state")
		h.Clock.Advance(access.TicketFor - time.Second)
		if got, err := h.Access.TakeTicket(ctx, cardCode, "state", secret); err != nil || got.Subject != "00123456789" || got.Refused != "" {
			t.Errorf("%+v %v", got, err)
		}
		refused("a second time", "state", secret)
		refused("never made", "state", "made up")
		secret = make1("state")
		refused("with another state", "other", secret)
		refused("after that with its own", "state", secret)
		secret = make1("state")
		h.Clock.Advance(access.TicketFor)
		refused("too late", "state", secret)
		secret = make1("state")
		h.Must(h.Access.ForgetTickets(ctx))
		h.Clock.Advance(access.TicketFor / 2)
		if _, err := h.Access.TakeTicket(ctx, cardCode, "state", secret); err != nil {
			t.Errorf("one that holds still was forgotten: %v", err)
		}
	})
}

// Of a thousand who bring one ticket at once, one gets in.
func TestTicketBroughtAThousandTimesAtOnce(t *testing.T) {
	t.Parallel()
	housetest.Engines(t, func(t *testing.T, h *housetest.House) {
		ctx := context.Background()
		secret, err := h.Access.NewTicket(ctx, "state", access.Ticket{Subject: "00123456789"})
		h.Must(err)
		var in atomic.Int32
		var all sync.WaitGroup
		turns := make(chan struct{}, 16)
		for range 1000 {
			turns <- struct{}{}
			all.Go(func() {
				defer func() { <-turns }()
				switch _, err := h.Access.TakeTicket(ctx, cardCode, "state", secret); {
				case err == nil:
					in.Add(1)
				case fault.CodeOf(err) != access.RefusedTicket:
					t.Error(err)
				}
			})
		}
		all.Wait()
		if in.Load() != 1 {
			t.Errorf("%d got in", in.Load())
		}
	})
}
