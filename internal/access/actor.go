package access

import (
	"context"
	"log/slog"
	"slices"

	"github.com/google/uuid"

	"github.com/omasuunta/omasuunta/internal/fault"
)

// Role is what a user works as. Nobody has more than one.
type Role string

// The roles. A Client answers the own part beforehand, invited by a professional,
// and is never a user; nor is System, the command line on the server itself.
// Emergency is a professional who came in with sealed codes, and Visitor whoever
// takes a blank form.
const (
	Professional Role = "professional" // ammattilainen: assessments of the own units
	Expert       Role = "expert"       // projektiasiantuntija: reports, never an assessment
	Admin        Role = "admin"        // pääkäyttäjä: manages, sees no answers
	Client       Role = "client"       // asiakas: the own part of one assessment
	System       Role = "system"
	Emergency    Role = "emergency" // hätäkirjautunut ammattilainen: the visit, in one unit
	Visitor      Role = "visitor"   // kuka tahansa: what is blank
)

// Roles lists the roles that a user can have.
var Roles = []Role{Professional, Expert, Admin}

// Actor is somebody who acts: an authenticated user, an invited client, or the
// command line.
type Actor struct {
	ID    uuid.UUID // the user's, a client's invitation's; the nil UUID for System
	Name  string    // shown on a consent as the person before whom it was given; for a client whoever invited them
	Role  Role
	Units []string // codes of the own units; an expert without any reports on all

	// Registers are the own ones: a professional's as an administrator or an
	// identity provider has given them, a client's that of the invitation.
	Registers []Register

	InvitedBy  uuid.UUID // for a client: the user who did
	Assessment uuid.UUID // for a client: the only one, nil before the consent
}

// UserID is the user in whose name something is written down: a client's is
// the one who invited them.
func (a Actor) UserID() uuid.UUID {
	if a.Role == Client {
		return a.InvitedBy
	}
	return a.ID
}

// SystemActor is the command line on the server.
var SystemActor = Actor{Role: System}

// VisitorActor is anybody at all: who may have the blank forms.
var VisitorActor = Actor{Role: Visitor}

// LogValue keeps the name out of logs.
func (a Actor) LogValue() slog.Value {
	return slog.GroupValue(slog.String("user", a.ID.String()), slog.String("role", string(a.Role)))
}

// String keeps the name out of error texts.
func (a Actor) String() string { return string(a.Role) + " " + a.ID.String() }

// InUnit tells whether a unit is one of the actor's own.
func (a Actor) InUnit(code string) bool { return slices.Contains(a.Units, code) }

// InRegister tells whether a register is one of the actor's own.
func (a Actor) InRegister(r Register) bool { return slices.Contains(a.Registers, r) }

// Scope is which records are the actor's own.
func (a Actor) Scope() Scope { return Scope{Units: a.Units, Registers: a.Registers} }

// ReportUnits returns the units that the actor's reports cover, nil for all.
func (a Actor) ReportUnits() []string {
	if a.Role == Expert && len(a.Units) > 0 {
		return a.Units
	}
	return nil
}

type actorKey struct{}

// With returns a context that carries the actor, and whose sight is the actor's.
func With(ctx context.Context, a Actor) context.Context {
	if ctx.Value(wholeKey{}) == true {
		ctx = context.WithValue(ctx, wholeKey{}, false)
	}
	if units, _ := ctx.Value(unitsKey{}).([]string); units != nil {
		ctx = context.WithValue(ctx, unitsKey{}, []string(nil))
	}
	return context.WithValue(ctx, actorKey{}, a)
}

// From returns the actor of a context.
func From(ctx context.Context) (Actor, bool) {
	a, ok := ctx.Value(actorKey{}).(Actor)
	return a, ok
}

// Require returns the actor when it may do something. Without an actor the
// error is Unauthenticated, without the permission Forbidden.
func Require(ctx context.Context, action Action) (Actor, error) {
	a, ok := From(ctx)
	if !ok {
		return Actor{}, fault.New(fault.Unauthenticated)
	}
	if !Allowed(a.Role, action) {
		return Actor{}, fault.New(fault.Forbidden)
	}
	return a, nil
}
