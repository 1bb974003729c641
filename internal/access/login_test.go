package access_test

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/google/uuid"

	"github.com/omasuunta/omasuunta/internal/access"
	"github.com/omasuunta/omasuunta/internal/audit"
	"github.com/omasuunta/omasuunta/internal/fault"
	"github.com/omasuunta/omasuunta/internal/housetest"
)

func TestLogin(t *testing.T) {
	engines(t, func(t *testing.T, h *house) {
		u, password := h.hire("vuokko.v", access.Professional)
		token := h.login(" Vuokko.V ", password)
		if e := h.db.Last(); e.Action != audit.LoggedIn || e.Actor != u.ID || e.Role != "professional" {
			t.Errorf("audit of the login: %+v", e)
		}
		session := h.wantIn("after logging in", token)
		a := session.Actor
		if a.ID != u.ID || a.Name != u.Name || a.Role != access.Professional || !a.InUnit("vuosaari-ta") {
			t.Errorf("logged in as somebody else: %s", a)
		}
		if !session.MustChangePassword || session.HandedOverTo != uuid.Nil {
			t.Error("a one-time password need not be changed, or the session begins handed over")
		}
		if text := fmt.Sprintf("%v %+v %s", session, session, session.LogValue()); strings.Contains(text, "Testi") {
			t.Errorf("a session prints as %s", text)
		}
		if other := h.login("vuokko.v", password); other == token {
			t.Error("two logins have one token")
		}
		h.wantOut("a token made up", token+"x")
		h.wantOut("no token", "")
		h.Must(h.Logout(t.Context(), token))
		if e := h.db.Last(); e.Action != audit.LoggedOut || e.SubjectID != u.ID.String() {
			t.Errorf("audit of the logout: %+v", e)
		}
		h.wantOut("after logging out", token)
		h.Must(h.Logout(t.Context(), token)) // again is no error
	})
}

// Which of name and password is wrong, or whether the user is disabled, is told
// to nobody; and what was typed is nowhere.
func TestRefusedLogin(t *testing.T) {
	engines(t, func(t *testing.T, h *house) {
		u, password := h.hire("vuokko", access.Professional)
		gone, gonePassword := h.hire("poissa", access.Expert)
		h.Must(h.DisableUser(h.System(), gone.ID))
		for _, c := range []struct {
			what, username, password string
			noted                    uuid.UUID // whose failure is in the audit
		}{
			{"a wrong password", "vuokko", password + "x", u.ID},
			{"no password", "vuokko", "", u.ID},
			{"a disabled user", "poissa", gonePassword, gone.ID},
			{"an unknown name", "vuokka", password, uuid.Nil},
			{"no name", "", password, uuid.Nil},
			{"no name of ours", "vu\x00okko", password, uuid.Nil},
			{"a wildcard", "vuokk_", password, uuid.Nil},
		} {
			before := len(h.db.Audit())
			token, err := h.Login(t.Context(), c.username, c.password)
			h.want(c.what, fault.Unauthenticated, err)
			if token != "" {
				t.Errorf("%s: a token", c.what)
			}
			if text := err.Error(); text != fault.New(fault.Unauthenticated).Error() {
				t.Errorf("%s: says %q", c.what, text)
			}
			added := h.db.Audit()[before:]
			if c.noted == uuid.Nil {
				if len(added) != 0 {
					t.Errorf("%s: audit %+v", c.what, added)
				}
				continue
			}
			if len(added) != 1 || added[0].Action != audit.LoginFailed || added[0].SubjectID != c.noted.String() || added[0].Actor != uuid.Nil {
				t.Errorf("%s: audit %+v", c.what, added)
			}
			if text := fmt.Sprintf("%+v", added); strings.Contains(text, c.username) || strings.Contains(text, u.Name) {
				t.Errorf("%s: the audit names somebody: %s", c.what, text)
			}
		}
	})
}

// Looking a name up costs a hash whether somebody has it or not.
func TestUnknownNameCostsTheSameWork(t *testing.T) {
	h := onSQLite(t)
	ctx, cancel := context.WithCancel(t.Context())
	spy := &verifying{before: cancel}
	h.Service = access.NewService(h.db, spy, h.Clock, housetest.IDs{})
	_, err := h.Login(ctx, "nobody", "some password")
	h.want("given up while hashing for nobody", fault.Unavailable, err)
	if spy.hashes != 1 {
		t.Errorf("%d hashes for a name that nobody has", spy.hashes)
	}
}

func TestDisablingEndsSessions(t *testing.T) {
	engines(t, func(t *testing.T, h *house) {
		u, password := h.hire("vuokko", access.Professional)
		_, otherPassword := h.hire("verna", access.Professional)
		token, other := h.login("vuokko", password), h.login("verna", otherPassword)
		h.Must(h.DisableUser(h.System(), u.ID))
		h.wantOut("disabled", token)
		h.wantIn("somebody else", other)
		h.Must(h.EnableUser(h.System(), u.ID))
		h.wantOut("enabled again, the old session", token)
		h.wantIn("enabled again", h.login("vuokko", password))
		if e := h.db.Last(); e.Action != audit.LoggedIn {
			t.Errorf("audit %+v", e)
		}
	})
}

const chosen = "viisi sinistä kuusta"

func TestChangePassword(t *testing.T) {
	engines(t, func(t *testing.T, h *house) {
		u, password := h.hire("vuokko-valtonen", access.Expert)
		here, elsewhere := h.login(u.Username, password), h.login(u.Username, password)
		for _, c := range []struct {
			what, old, chosen string
			want              []string
		}{
			{"everything wrong", "x", "short", []string{"/new too_short", "/old wrong_password"}},
			{"nothing", "", "", []string{"/new required", "/old required"}},
			{"eleven letters", password, "yksitoista1", []string{"/new too_short"}},
			{"endless", password, strings.Repeat("ä", access.MaxPassword+1), []string{"/new too_long"}},
			{"the username", password, " Vuokko-Valtonen", []string{"/new same_as_username"}},
			{"the old one", password, password, []string{"/new same_as_old"}},
			{"a wrong old one", chosen, "kaksitoista 1", []string{"/old wrong_password"}},
		} {
			_, err := h.ChangePassword(t.Context(), here, c.old, c.chosen)
			h.wantFound(c.what, err, c.want...)
		}
		if e := h.db.Last(); e.Action != audit.LoginFailed || e.SubjectID != u.ID.String() {
			t.Errorf("audit of a wrong old password: %+v", e)
		}
		next, err := h.ChangePassword(t.Context(), here, password, chosen)
		h.Must(err)
		if e := h.db.Last(); e.Action != audit.PasswordChanged || e.Actor != u.ID {
			t.Errorf("audit of the change: %+v", e)
		}
		if session := h.wantIn("after the change", next); session.MustChangePassword || session.Actor.ID != u.ID {
			t.Error("the new password must be changed too, or is somebody else's")
		}
		h.wantOut("the session from before", here)
		h.wantOut("the session elsewhere", elsewhere)
		_, err = h.Login(t.Context(), u.Username, password)
		h.want("the old password", fault.Unauthenticated, err)
		h.wantIn("the new password", h.login(u.Username, chosen))
	})
}

func TestResetPassword(t *testing.T) {
	engines(t, func(t *testing.T, h *house) {
		u, password := h.hire("vuokko", access.Expert)
		token := h.login("vuokko", password)
		changed, err := h.ChangePassword(t.Context(), token, password, chosen)
		h.Must(err)
		fresh, err := h.ResetPassword(h.System(), u.ID)
		h.Must(err)
		if e := h.db.Last(); e.Action != audit.PasswordReset || e.SubjectID != u.ID.String() {
			t.Errorf("audit of the reset: %+v", e)
		}
		h.wantOut("after a reset", changed)
		_, err = h.Login(t.Context(), "vuokko", chosen)
		h.want("the password from before", fault.Unauthenticated, err)
		if !h.wantIn("the fresh one", h.login("vuokko", fresh)).MustChangePassword {
			t.Error("a reset password may be kept")
		}
		_, err = h.ResetPassword(h.System(), uuid.New())
		h.want("of nobody", fault.NotFound, err)
	})
}

// While the old password is being checked an administrator resets it: the reset
// wins, and nobody comes in with what was right a moment ago.
func TestResetWinsOverWhatIsUnderWay(t *testing.T) {
	engines(t, func(t *testing.T, h *house) {
		u, password := h.hire("vuokko", access.Expert)
		token := h.login("vuokko", password)
		reset := func() {
			if _, err := h.ResetPassword(h.System(), u.ID); err != nil {
				t.Error(err)
			}
		}
		slow := access.NewService(h.db, &verifying{after: reset}, h.Clock, housetest.IDs{})
		_, err := slow.ChangePassword(t.Context(), token, password, chosen)
		h.want("changing", fault.Unauthenticated, err)
		_, err = h.Login(t.Context(), "vuokko", chosen)
		h.want("the password that lost", fault.Unauthenticated, err)

		fresh, err := h.ResetPassword(h.System(), u.ID)
		h.Must(err)
		_, err = slow.Login(t.Context(), "vuokko", fresh)
		h.want("logging in", fault.Unauthenticated, err)
	})
}
