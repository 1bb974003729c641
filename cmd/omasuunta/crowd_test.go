package main

import (
	"context"
	"fmt"
	"io"
	"regexp"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/omasuunta/omasuunta/internal/access"
	"github.com/omasuunta/omasuunta/internal/identity"
	"github.com/omasuunta/omasuunta/internal/store"
)

// place is how somebody's units or registers lie to those of a record.
type place string

const (
	own     place = "own"
	foreign place = "foreign"
	nowhere place = "no"
)

// somebodyLike is one of the people of the permission matrices: a role, in the
// unit and the register of the record that is asked for, or in others, or in none.
// They are put into the database as they are, also those whom an administrator
// could not make: what keeps them out must not be that they don't exist.
type somebodyLike struct {
	role           access.Role
	unit, register place
}

func (s somebodyLike) String() string {
	return fmt.Sprintf("%s of the %s unit and the %s register", s.role, s.unit, s.register)
}

// may is what the one table says about a record of the own unit and register.
func (s somebodyLike) may(action access.Action) bool {
	return s.actor().May(action, recordUnit, recordRegister)
}

// allowed is what the table says of the role, whatever the record.
func (s somebodyLike) allowed(action access.Action) bool { return access.Allowed(s.role, action) }

// The records of the matrices are of this unit and this register.
const (
	recordUnit                     = "vuosaari-ta"
	otherUnit                      = "seniori-info"
	recordRegister access.Register = access.Health
)

func (s somebodyLike) actor() access.Actor {
	return access.Actor{
		Role:      s.role,
		Units:     map[place][]string{own: {recordUnit}, foreign: {otherUnit}}[s.unit],
		Registers: map[place][]access.Register{own: {recordRegister}, foreign: {access.Social}}[s.register],
	}
}

// crowd is everybody there can be: every role, in every unit or none, with either
// register or none.
func crowd() (all []somebodyLike) {
	for _, role := range access.Roles {
		for _, unit := range []place{own, foreign, nowhere} {
			for _, register := range []place{own, foreign, nowhere} {
				all = append(all, somebodyLike{role, unit, register})
			}
		}
	}
	return all
}

// wayIn is how somebody of a crowd comes in: with a token, or a session.
type wayIn struct{ token, session string }

// letIn puts a crowd into a database.
func letIn(t testing.TB, url string, all []somebodyLike) map[somebodyLike]wayIn {
	t.Helper()
	p := &program{out: io.Discard, err: io.Discard}
	ctx := access.With(context.Background(), access.SystemActor)
	db, err := store.Open(ctx, url, p.logger())
	check := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	check(err)
	defer db.Close()
	hash, err := identity.Secrets{}.HashPassword(ctx, "kolme kovaa kiveä")
	check(err)
	in := map[somebodyLike]wayIn{}
	for i, one := range all {
		actor, now := one.actor(), time.Now().UTC().Truncate(time.Microsecond)
		u := access.User{ID: uuid.New(), Username: fmt.Sprintf("joukko-%d", i), Name: fmt.Sprintf("Testi Joukko %d", i), Role: one.role,
			Units: actor.Units, Registers: actor.Registers, PasswordHash: hash, CreatedAt: now}
		check(db.InsertUser(ctx, u))
		token, err := administration(db).CreateToken(ctx, u.Username, "test", 0)
		check(err)
		session, sessionHash, err := identity.Secrets{}.NewSecret()
		check(err)
		check(db.InsertSession(ctx, access.NewSession{Hash: sessionHash, User: u.ID, At: now}))
		in[one] = wayIn{token, session}
	}
	return in
}

// strangers are everybody there can be who is not of the unit and the register of
// the records that are asked for, and whoever never comes near a record.
func strangers() (all []somebodyLike) {
	for _, one := range crowd() {
		mine := one.role == access.Professional && one.unit == own && one.register == own // that is "professional"
		if !mine && one.register != nowhere {
			all = append(all, one)
		}
	}
	return all
}

// as is of the cast who gets the same as somebody.
func (s somebodyLike) as() string {
	if s.role == access.Professional {
		return "neighbour"
	}
	return string(s.role)
}

// recordIn finds the words of the matrix that stand for a record of a client's.
var recordIn = regexp.MustCompile(`:(own|draft|doomed|done|invitation)\b`)

// nobodys is the id of no record.
const nobodys = "6f1f4a1e-93f7-4f35-8f0e-0d1d3c1c0a11"

func absent(text string) string { return recordIn.ReplaceAllString(text, nobodys) }

// idOfRecord finds ids.
var idOfRecord = regexp.MustCompile(`[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}`)

// sameForNobodys is all of an answer but the id that was asked for and the
// request's own.
func sameForNobodys(s *shown) string {
	return idOfRecord.ReplaceAllString(unsigned(answer{s.status, s.header, []byte(s.body)}), "-")
}
