package demo

import (
	"context"
	"fmt"
	"time"

	"github.com/omasuunta/omasuunta/internal/access"
	"github.com/omasuunta/omasuunta/internal/setting"
)

// trialPeriod is the days of the trial as a setting, so that the expert's report
// opens on them.
const trialPeriod = "Kokeilu 2023-05-05 2023-11-12"

// expert is the username of the one who reports.
const expert = "expert"

// staff are the users of the demo and, for those who act in it, their actors.
type staff struct {
	users  []User
	actors map[string]access.Actor // by username, without the administrator
}

// users is how many there will be.
func (t *trial) users() int {
	n := 2 // the expert and the administrator
	for _, u := range t.Units {
		n += len(u.Professionals)
	}
	return n
}

// open sets the house up as an administrator would: settings, units, users and
// a token for each.
func open(ctx context.Context, store Store, service *access.Service, s *script, now time.Time) (*staff, error) {
	ctx = access.With(ctx, access.SystemActor)
	if units, err := store.Units(ctx); err != nil {
		return nil, err
	} else if len(units) > 0 {
		return nil, ErrNotEmpty
	}
	settings := map[string]string{setting.MinCell: "1", setting.Demo: "true", setting.Periods: trialPeriod}
	if err := setting.New(store, fixed(now), nil).ChangeAll(ctx, settings); err != nil {
		return nil, err
	}
	crew := &staff{actors: map[string]access.Actor{}}
	for _, u := range s.trial.Units {
		if err := service.AddUnit(ctx, access.Unit{Code: u.Code, Name: u.Name}); err != nil {
			return nil, err
		}
	}
	number := 0
	for _, u := range s.trial.Units {
		for _, p := range u.Professionals {
			number++
			name := fmt.Sprintf(s.trial.Names.Professional, number)
			if err := crew.hire(ctx, service, access.Professional, p.Username, name, u.Code); err != nil {
				return nil, err
			}
		}
	}
	if err := crew.hire(ctx, service, access.Expert, expert, s.trial.Names.Expert, ""); err != nil {
		return nil, err
	}
	return crew, crew.hire(ctx, service, access.Admin, "admin", s.trial.Names.Admin, "")
}

// hire adds a user with a password that many may share, and a token. Whoever acts in the
// replay does so as the token proves them to be.
func (crew *staff) hire(ctx context.Context, service *access.Service, role access.Role, username, name, unit string) error {
	in := access.NewUser{Username: username, Name: name, Role: string(role), KeepPassword: true}
	if unit != "" {
		in.Units = []string{unit}
	}
	_, password, err := service.AddUser(ctx, in)
	if err != nil {
		return err
	}
	token, err := service.CreateToken(ctx, username, "demo", TokenLifetime)
	if err != nil {
		return err
	}
	crew.users = append(crew.users, User{Role: string(role), Username: username, Password: password, Token: token, Unit: unit})
	if role == access.Admin {
		return nil
	}
	crew.actors[username], err = service.Authenticate(ctx, token)
	return err
}
