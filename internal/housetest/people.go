package housetest

import (
	"context"
	"sync"

	"github.com/google/uuid"

	"github.com/omasuunta/omasuunta/internal/access"
	"github.com/omasuunta/omasuunta/internal/identity"
)

// Password is that of everybody who was hired here, theirs to keep.
const Password = "kolme kovaa kiveä"

// hash is made once: it takes its time, as it should.
var hash = sync.OnceValues(func() (string, error) {
	return identity.Weak().HashPassword(context.Background(), Password)
})

// As is a context in which somebody acts.
func (h *House) As(a access.Actor) context.Context { return access.With(h.Context(), a) }

// System is a context in which the program itself acts.
func (h *House) System() context.Context { return h.As(access.SystemActor) }

// Acting is a context in which whoever has a session acts.
func (h *House) Acting(token string) context.Context {
	h.Helper()
	session, err := h.Access.Session(h.Context(), token)
	h.Must(err)
	return h.As(session.Actor)
}

// Hire makes a user of both registers, who is called Testi and the username.
func (h *House) Hire(username string, role access.Role, units ...string) access.Actor {
	h.Helper()
	a := access.Actor{ID: uuid.New(), Name: "Testi " + username, Role: role, Units: units, Registers: access.Registers}
	h.Employ(username, a)
	return a
}

// Employ makes a user of somebody whom the test made up.
func (h *House) Employ(username string, a access.Actor) {
	h.Helper()
	hashed, err := hash()
	h.Must(err)
	h.Must(h.Store.InsertUser(h.Context(), access.User{
		ID: a.ID, Username: username, Name: a.Name, Role: a.Role, Units: a.Units, Registers: a.Registers, PasswordHash: hashed, CreatedAt: h.Clock.Now(),
	}))
}

// SignIn begins a session of a user and returns its token.
func (h *House) SignIn(username string) string {
	h.Helper()
	token, err := h.Access.Login(h.Context(), username, Password)
	h.Must(err)
	return token
}

// Professional hires a professional of some units, and returns the token of a
// session and a context in which they act.
func (h *House) Professional(username string, units ...string) (string, context.Context) {
	h.Helper()
	a := h.Hire(username, access.Professional, units...)
	return h.SignIn(username), h.As(a)
}
