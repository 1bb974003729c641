package access_test

import (
	"errors"
	"os"
	"slices"
	"testing"

	"github.com/google/uuid"

	"github.com/omasuunta/omasuunta/internal/access"
	"github.com/omasuunta/omasuunta/internal/fault"
	"github.com/omasuunta/omasuunta/internal/housetest"
	"github.com/omasuunta/omasuunta/internal/identity"
	"github.com/omasuunta/omasuunta/internal/testkit"
)

func TestMain(m *testing.M) { os.Exit(testkit.Main(m)) }

// house is access over a database that is watched, with nobody in it.
type house struct {
	*housetest.House
	*access.Service
	db *housetest.Watched
}

func newHouse(home *housetest.House, options ...access.Option) *house {
	h := &house{House: home, db: &housetest.Watched{Store: home.Store}}
	h.Service = access.NewService(h.db, identity.Weak(), h.Clock, housetest.IDs{}, options...)
	return h
}

// engines runs a test on both, without anybody in the house.
func engines(t *testing.T, test func(t *testing.T, h *house)) {
	t.Helper()
	housetest.Engines(t, func(t *testing.T, h *housetest.House) { test(t, newHouse(h)) })
}

func onSQLite(t *testing.T, options ...access.Option) *house {
	t.Helper()
	return newHouse(housetest.New(t), options...)
}

// hire adds a user and returns the one-time password.
func (h *house) hire(username string, role access.Role) (access.User, string) {
	h.Helper()
	in := access.NewUser{Username: username, Name: "Testi " + username, Role: string(role)}
	if role == access.Professional {
		in.Units = []string{housetest.Unit}
	}
	u, password, err := h.AddUser(h.System(), in)
	h.Must(err)
	return u, password
}

func (h *house) login(username, password string) string {
	h.Helper()
	token, err := h.Login(h.Context(), username, password)
	h.Must(err)
	return token
}

// want fails unless an error is of a kind.
func (h *house) want(what string, kind fault.Kind, err error) {
	h.Helper()
	if err == nil || fault.KindOf(err) != kind {
		h.Errorf("%s: %v, want %s", what, err, kind)
	}
}

// wantFound fails unless exactly these findings are there, as "pointer code".
func (h *house) wantFound(what string, err error, want ...string) {
	h.Helper()
	var f *fault.Error
	var got []string
	if errors.As(err, &f) {
		for _, one := range f.Findings {
			got = append(got, one.Pointer+" "+one.Code)
		}
	}
	if !slices.Equal(got, want) {
		h.Errorf("%s: %v (%v), want %v", what, got, err, want)
	}
}

// wantIn fails unless a token is one of a session.
func (h *house) wantIn(what, token string) access.Session {
	h.Helper()
	session, err := h.Session(h.Context(), token)
	if err != nil {
		h.Errorf("%s: %v", what, err)
	}
	return session
}

// wantOut fails if a token is one of a session.
func (h *house) wantOut(what, token string) {
	h.Helper()
	_, err := h.Session(h.Context(), token)
	h.want(what, fault.Unauthenticated, err)
}

// assessments are two drafts of a professional.
func (h *house) assessments(u access.User) (first, second uuid.UUID) {
	h.Helper()
	ctx := h.As(access.Actor{ID: u.ID, Name: u.Name, Role: u.Role, Units: u.Units, Registers: u.Registers})
	return h.Begun(ctx, nil).ID, h.Begun(ctx, nil).ID
}
