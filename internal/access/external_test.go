package access_test

import (
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"

	"github.com/omasuunta/omasuunta/internal/access"
	"github.com/omasuunta/omasuunta/internal/audit"
	"github.com/omasuunta/omasuunta/internal/fault"
	"github.com/omasuunta/omasuunta/internal/housetest"
	"github.com/omasuunta/omasuunta/internal/identity"
)

const issuer = "https://login.example.org"

// managed is somebody whose role and units come from the issuer.
func managed(role access.Role, units ...string) access.External {
	return access.External{
		Provider: "keskus", Issuer: issuer, Subject: "a-1", Name: "Testi Tuntematon", Role: role, Units: units, Managed: true,
	}
}

// outside logs somebody in and returns who it is.
func (h *house) outside(who access.External) access.Actor {
	h.Helper()
	token, err := h.LoginExternal(h.Context(), who)
	h.Must(err)
	session, err := h.Session(h.Context(), token)
	h.Must(err)
	return session.Actor
}

// wantRefused fails unless somebody was not let in, and the audit says why and
// not who.
func (h *house) wantRefused(who access.External, why string) {
	h.Helper()
	h.db.Forget()
	token, err := h.LoginExternal(h.Context(), who)
	if token != "" || fault.KindOf(err) != fault.Forbidden || fault.CodeOf(err) != why {
		h.Errorf("let in %v: %v, want %s", token != "", err, why)
	}
	rows := h.db.Audit()
	if len(rows) != 1 || rows[0].Action != audit.IdentityRefused || rows[0].SubjectID != who.Provider+":"+why || rows[0].Actor != uuid.Nil {
		h.Errorf("%s: the audit says %v", why, rows)
	}
}

func (h *house) actions() (actions []audit.Action) {
	for _, e := range h.db.Audit() {
		actions = append(actions, e.Action)
	}
	return actions
}

func TestManagedUserIsMadeAndKeptUpToDate(t *testing.T) {
	engines(t, func(t *testing.T, h *house) {
		first := h.outside(managed(access.Professional, housetest.Unit, housetest.Unit))
		if first.Name != "Testi Tuntematon" || first.Role != access.Professional || !slices.Equal(first.Units, []string{housetest.Unit}) {
			t.Errorf("made as %v %v", first.Role, first.Units)
		}
		want := []audit.Action{audit.UserAdded, audit.IdentityLinked, audit.LoggedIn}
		if diff := cmp.Diff(want, h.actions()); diff != "" {
			t.Error(diff)
		}
		h.db.Forget()
		if again := h.outside(managed(access.Professional, housetest.Unit)); again.ID != first.ID {
			t.Error("the second login made another user")
		}
		if diff := cmp.Diff([]audit.Action{audit.LoggedIn}, h.actions()); diff != "" {
			t.Errorf("nothing changed: %s", diff)
		}
		h.db.Forget()
		changed := managed(access.Expert)
		changed.Name = ""
		now := h.outside(changed)
		if now.ID != first.ID || now.Role != access.Expert || len(now.Units) > 0 || now.Name != first.Name {
			t.Errorf("changed to %v %v", now.Role, now.Units)
		}
		if diff := cmp.Diff([]audit.Action{audit.UserChanged, audit.LoggedIn}, h.actions()); diff != "" {
			t.Errorf("role and units changed: %s", diff)
		}
		u, err := h.UserByID(h.System(), first.ID)
		h.Must(err)
		if _, err := h.Login(t.Context(), u.Username, ""); fault.KindOf(err) != fault.Unauthenticated {
			t.Errorf("without a password: %v", err)
		}
	})
}

// An issuer that says nothing of registers gives both; one that does gives those.
func TestRegistersOfAnIssuer(t *testing.T) {
	engines(t, func(t *testing.T, h *house) {
		who := managed(access.Professional, housetest.Unit)
		if got := h.outside(who).Registers; !slices.Equal(got, access.Registers) {
			t.Errorf("nothing said: %v", got)
		}
		who.Registers = []string{"social"}
		if got := h.outside(who).Registers; !slices.Equal(got, []access.Register{access.Social}) {
			t.Errorf("one: %v", got)
		}
		who.Registers = []string{}
		h.wantRefused(who, access.RefusedRegister)
		who.Role, who.Units = access.Expert, nil // a role that they say nothing to
		if got := h.outside(who).Registers; !slices.Equal(got, access.Registers) {
			t.Errorf("an expert's: %v", got)
		}
	})
}

// Two first logins of the same person at once make one user, and both come in.
func TestFirstLoginsAtOnceMakeOneUser(t *testing.T) {
	engines(t, func(t *testing.T, h *house) {
		const many = 8
		var all sync.WaitGroup
		errs := make([]error, many)
		for i := range many {
			all.Go(func() { _, errs[i] = h.LoginExternal(t.Context(), managed(access.Expert)) })
		}
		all.Wait()
		h.Must(errs...)
		users, err := h.Users(h.System())
		h.Must(err)
		if len(users) != 1 {
			t.Errorf("%d users", len(users))
		}
	})
}

func TestOutsideIdentityIsRefused(t *testing.T) {
	h := onSQLite(t)
	for why, who := range map[string]access.External{
		access.RefusedNoRole:  managed(""),
		access.RefusedNoUnit:  managed(access.Professional),
		access.RefusedUnit:    managed(access.Professional, housetest.Unit, "lakkautettu"),
		access.RefusedUnknown: {Provider: "keskus", Issuer: issuer, Subject: "a-1", Role: access.Admin, Units: []string{housetest.Unit}},
	} {
		h.wantRefused(who, why)
	}
	for _, role := range []access.Role{"root", access.System, access.Client} {
		h.wantRefused(managed(role, housetest.Unit), access.RefusedNoRole)
	}
	for _, subject := range []string{"", strings.Repeat("a", 256), "a\x00", "\xff", "a\nb"} {
		who := managed(access.Expert)
		who.Subject = subject
		h.wantRefused(who, access.RefusedSubject)
	}
	nobody := managed(access.Expert)
	nobody.Issuer = ""
	h.wantRefused(nobody, access.RefusedSubject)
	if users, err := h.Users(h.System()); err != nil || len(users) > 0 {
		t.Errorf("%d users were made: %v", len(users), err)
	}
	a := h.outside(managed(access.Expert))
	h.Must(h.DisableUser(h.System(), a.ID))
	h.wantRefused(managed(access.Admin), access.RefusedDisabled)
	if u, err := h.UserByID(h.System(), a.ID); err != nil || u.Role != access.Expert {
		t.Errorf("a disabled user was changed: %v", err)
	}
}

func TestLongNameIsCutAndMissingOneReplaced(t *testing.T) {
	h := onSQLite(t)
	long := managed(access.Expert)
	long.Name = " " + strings.Repeat("ä", 300)
	if got := h.outside(long).Name; got != strings.Repeat("ä", 200) {
		t.Errorf("the name is %d bytes long", len(got))
	}
	none := managed(access.Expert)
	none.Subject, none.Name = "b-2", " "
	if h.outside(none).Name == "" {
		t.Error("somebody has no name")
	}
}

// An administrator links a user, whose own name, role and units stay, and whose
// one-time password ends when it is not needed any more.
func TestLinkedUserComesIn(t *testing.T) {
	engines(t, func(t *testing.T, h *house) {
		u, password := h.hire("maija", access.Professional)
		h.Must(h.LinkIdentity(h.System(), " Maija ", issuer, "m-1"))
		who := access.External{Provider: "toinen", Issuer: issuer, Subject: "m-1", Name: "Joku Muu", Role: access.Admin}
		h.db.Forget()
		if got := h.outside(who); got.ID != u.ID || got.Name != u.Name || got.Role != access.Professional {
			t.Errorf("came in as %v", got)
		}
		if diff := cmp.Diff([]audit.Action{audit.PasswordRemoved, audit.LoggedIn}, h.actions()); diff != "" {
			t.Error(diff)
		}
		_, err := h.Login(t.Context(), "maija", password)
		h.want("with the one-time password", fault.Unauthenticated, err)
		actor := h.As(access.Actor{ID: u.ID, Role: access.Professional})
		if has, err := h.HasPassword(actor); has || err != nil {
			t.Errorf("there is a password: %v %v", has, err)
		}

		other, _ := h.hire("pekka", access.Expert)
		h.wantFound("somebody else's", h.LinkIdentity(h.System(), "pekka", issuer, "m-1"), "/subject taken")
		h.wantFound("nothing", h.LinkIdentity(h.System(), "pekka", "", strings.Repeat("x", 256)), "/issuer required", "/subject too_long")
		h.want("nobody", fault.NotFound, h.LinkIdentity(h.System(), "kukaan", issuer, "x"))
		h.want("by a professional", fault.Forbidden, h.LinkIdentity(actor, "maija", issuer, "x"))
		h.want("another's identity", fault.NotFound, h.UnlinkIdentity(h.System(), "pekka", issuer, "m-1"))
		h.want("by a professional", fault.Forbidden, h.UnlinkIdentity(actor, "maija", issuer, "m-1"))

		token, err := h.LoginExternal(t.Context(), who)
		h.Must(err, h.UnlinkIdentity(h.System(), "maija", issuer, "m-1"))
		_, err = h.Session(t.Context(), token)
		h.want("a session after unlinking", fault.Unauthenticated, err)
		h.wantRefused(who, access.RefusedUnknown)
		h.Must(h.LinkIdentity(h.System(), "pekka", issuer, "m-1"))
		if got := h.outside(who); got.ID != other.ID {
			t.Error("the identity is not the other's")
		}
	})
}

func TestOnlyItsUserTakesAScreenBackFromOutside(t *testing.T) {
	h := onSQLite(t)
	token, err := h.LoginExternal(t.Context(), managed(access.Professional, housetest.Unit))
	h.Must(err)
	h.Must(h.TakeBackExternal(t.Context(), token, managed(access.Professional))) // nothing was handed over
	a := h.Begun(h.Acting(token), nil)
	h.Must(h.HandOver(t.Context(), token, a.ID))
	stranger, other := managed(access.Admin), managed(access.Admin)
	stranger.Subject, other.Subject = "b-2", "c-3"
	h.outside(stranger)
	for _, who := range []access.External{stranger, other} {
		if err := h.TakeBackExternal(t.Context(), token, who); fault.CodeOf(err) != access.RefusedOther {
			t.Errorf("somebody else: %v", err)
		}
	}
	if s, err := h.Session(t.Context(), token); err != nil || s.HandedOverTo != a.ID {
		t.Errorf("the screen was taken back: %v", err)
	}
	h.Must(h.TakeBackExternal(t.Context(), token, managed(access.Professional)))
	if s, err := h.Session(t.Context(), token); err != nil || s.HandedOverTo != uuid.Nil {
		t.Errorf("the screen was not taken back: %v", err)
	}
}

// Of many who bring the same answer at once one goes on.
func TestAttemptIsTakenOnce(t *testing.T) {
	engines(t, func(t *testing.T, h *house) {
		browser, err := h.NewBrowserSecret()
		h.Must(err)
		want := access.Attempt{Provider: "keskus", Nonce: "n", Verifier: "v", Back: "/new?a=b", Fresh: true}
		state, err := h.BeginAttempt(t.Context(), want, browser)
		h.Must(err)
		const many = 20
		var all sync.WaitGroup
		got, errs := make([]access.Attempt, many), make([]error, many)
		for i := range many {
			all.Go(func() { got[i], errs[i] = h.TakeAttempt(t.Context(), "keskus", state, browser) })
		}
		all.Wait()
		taken := 0
		for i, err := range errs {
			if err != nil {
				if fault.CodeOf(err) != access.RefusedState {
					t.Error(err)
				}
				continue
			}
			taken++
			if a := got[i]; a.Provider != want.Provider || a.Nonce != want.Nonce || a.Verifier != want.Verifier || a.Back != want.Back || !a.Fresh || !a.Begun.Equal(h.Clock.Now()) {
				t.Errorf("it is %+v", a)
			}
		}
		if taken != 1 {
			t.Errorf("%d went on", taken)
		}
	})
}

func TestAttemptEndsAndIsCleared(t *testing.T) {
	h := onSQLite(t)
	state, err := h.BeginAttempt(t.Context(), access.Attempt{Provider: "keskus"}, "selain")
	h.Must(err)
	h.Clock.Advance(access.AttemptFor)
	if _, err := h.TakeAttempt(t.Context(), "keskus", state, "selain"); fault.CodeOf(err) != access.RefusedState {
		t.Errorf("after its time: %v", err)
	}
	old, err := h.BeginAttempt(t.Context(), access.Attempt{Provider: "keskus"}, "selain")
	h.Must(err)
	h.Clock.Advance(access.AttemptFor + time.Microsecond)
	_, err = h.BeginAttempt(t.Context(), access.Attempt{Provider: "keskus"}, "selain")
	h.Must(err)
	if _, err := h.db.TakeAttempt(t.Context(), identity.Secrets{}.HashToken(old)); fault.KindOf(err) != fault.NotFound {
		t.Errorf("an old attempt is kept: %v", err)
	}
}
