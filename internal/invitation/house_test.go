package invitation_test

import (
	"context"
	"os"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/omasuunta/omasuunta/internal/access"
	"github.com/omasuunta/omasuunta/internal/fault"
	"github.com/omasuunta/omasuunta/internal/housetest"
	"github.com/omasuunta/omasuunta/internal/identity"
	"github.com/omasuunta/omasuunta/internal/invitation"
	"github.com/omasuunta/omasuunta/internal/testkit"
)

func TestMain(m *testing.M) { os.Exit(testkit.Main(m)) }

var (
	start = time.Date(2023, 5, 5, 9, 30, 0, 0, time.UTC) // 12.30 in Helsinki
	pro   = access.Actor{ID: uuid.MustParse("7f8c1b9e-3d52-4c38-9a53-6c8a4f0e1d2b"), Name: "Testi Käyttäjä", Role: access.Professional, Units: []string{housetest.Unit}, Registers: access.Registers}
	other = access.Actor{ID: uuid.MustParse("0b6f0a52-7a0c-4f0e-8a63-58a1f0c7a001"), Name: "Toinen Testi", Role: access.Professional, Units: []string{housetest.OtherUnit}, Registers: access.Registers}
)

// house is the service over a database that is watched, with a professional in
// each of two units.
type house struct {
	*housetest.House
	*invitation.Service
	db *housetest.Watched // what this service wrote; the others are not watched
}

func suite(t *testing.T, test func(t *testing.T, h *house)) {
	t.Helper()
	housetest.Engines(t, func(t *testing.T, home *housetest.House) {
		home.Clock.Set(start)
		home.Employ("pro", pro)
		home.Employ("other", other)
		h := &house{House: home, db: &housetest.Watched{Store: home.Store}}
		h.Service = invitation.NewService(h.db, h.Assessments, h.Access, identity.Weak(), h.Content, h.Clock, housetest.IDs{})
		test(t, h)
	})
}

var ordinary = invitation.NewInvitation{Unit: "vuosaari-ta", Register: "health", Battery: "functioning", Language: "sv", Plain: true, ClientRef: "viite-17"}

func (h *house) invite() (invitation.Invitation, invitation.Secrets) {
	h.Helper()
	i, secrets, err := h.Invite(h.As(pro), ordinary)
	h.Must(err)
	return i, secrets
}

// enter lets the client of an invitation in with the code.
func (h *house) enter(secrets invitation.Secrets) context.Context {
	h.Helper()
	token, err := h.EnterCode(h.Context(), secrets.Code)
	h.Must(err)
	return h.Acting(token)
}

func (h *house) state(id uuid.UUID) invitation.State {
	h.Helper()
	i, err := h.Service.Invitation(h.As(pro), id)
	h.Must(err)
	return i.State
}

// want checks how something is refused.
func (h *house) want(what string, err error, kind fault.Kind, code string) {
	h.Helper()
	if err == nil || fault.KindOf(err) != kind || fault.CodeOf(err) != code {
		h.Errorf("%s: %v, want %s", what, err, code)
	}
}

// wrong is a code with the same beginning that is not the right one.
func wrong(code string) string {
	last := byte('a')
	if code[len(code)-1] == last {
		last = 'b'
	}
	return code[:len(code)-1] + string(last)
}

var yes = invitation.Accept{Purposes: []string{"assessment", "record"}, GivenBy: "client", SignedName: "Testi Asiakas"}
