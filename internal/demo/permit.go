package demo

import (
	"context"
	"time"

	"github.com/omasuunta/omasuunta/internal/access"
	"github.com/omasuunta/omasuunta/internal/calendar"
	"github.com/omasuunta/omasuunta/internal/extract"
)

// permit allows the expert to have the trial's rows, so that files can be tried.
func permit(ctx context.Context, service *extract.Service, crew *staff, s *script, now time.Time) error {
	t, today := &s.trial, calendar.DayOf(now)
	in := extract.Grant{
		User: crew.actors[expert].ID, Reference: t.Permit.Reference, Purposes: t.Permit.Purposes,
		From: t.From, To: t.To, Items: t.Permit.Items, Days: t.Permit.Days,
		ValidFrom: today.String(), ValidUntil: today.AddDays(t.Permit.ForDays).String(),
	}
	registers := map[string]bool{}
	for _, u := range t.Units {
		in.Units = append(in.Units, u.Code)
		if !registers[u.Register] {
			registers[u.Register] = true
			in.Registers = append(in.Registers, u.Register)
		}
	}
	_, err := service.Grant(access.With(ctx, access.SystemActor), in)
	return err
}
