package access_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/omasuunta/omasuunta/internal/access"
	"github.com/omasuunta/omasuunta/internal/audit"
	"github.com/omasuunta/omasuunta/internal/fault"
	"github.com/omasuunta/omasuunta/internal/housetest"
)

// withApp hires somebody who has an authenticator app, and leaves the clock two
// steps after its first code.
func (h *house) withApp(username string, role access.Role) (u access.User, secret []byte, codes []string) {
	h.Helper()
	actor := h.Hire(username, role, housetest.Unit)
	token := h.login(username, housetest.Password)
	app, err := h.BeginApp(h.Context(), token)
	h.Must(err)
	codes, err = h.ConfirmApp(h.Context(), token, housetest.Password, h.code(app.Secret))
	h.Must(err)
	h.Clock.Advance(time.Minute)
	return access.User{ID: actor.ID, Username: username}, app.Secret, codes
}

// code is what the app shows now.
func (h *house) code(secret []byte) string { return housetest.TOTP(secret, h.Clock.Now()) }

// wrong is a code that the app shows neither now nor in the steps beside.
func (h *house) wrong(secret []byte) string {
	near := map[string]bool{}
	for i := -2; i <= 2; i++ {
		near[housetest.TOTP(secret, h.Clock.Now().Add(time.Duration(i)*30*time.Second))] = true
	}
	for _, code := range []string{"000000", "000001", "000002", "000003", "000004", "000005"} {
		if !near[code] {
			return code
		}
	}
	panic("six codes in five steps")
}

func TestSettingUpAnApp(t *testing.T) {
	engines(t, func(t *testing.T, h *house) {
		u, _ := h.hire("vuokko", access.Expert)
		h.Hire("verna", access.Expert)
		token, elsewhere := h.login("verna", housetest.Password), h.login("verna", housetest.Password)
		app, err := h.BeginApp(t.Context(), token)
		h.Must(err)
		if again, err := h.BeginApp(t.Context(), token); err != nil || string(again.Secret) != string(app.Secret) || app.Username != "verna" {
			t.Errorf("asked again for %s: another secret, %v", app.Username, err)
		}
		if text := fmt.Sprintf("%v %+v %s", app, app, app.LogValue()); strings.Contains(text, "verna") {
			t.Errorf("prints as %s", text)
		}
		for _, c := range []struct {
			what, password, code string
			want                 []string
		}{
			{"nothing", "", "", []string{"/code required", "/password required"}},
			{"all wrong", "x", h.wrong(app.Secret), []string{"/code wrong_factor", "/password wrong_password"}},
			{"a wrong code", housetest.Password, h.wrong(app.Secret), []string{"/code wrong_factor"}},
			{"a wrong password", "x", h.code(app.Secret), []string{"/password wrong_password"}},
		} {
			_, err := h.ConfirmApp(t.Context(), token, c.password, c.code)
			h.wantFound(c.what, err, c.want...)
		}
		if factors, err := h.OwnFactors(t.Context(), token); err != nil || factors.Any() {
			t.Errorf("a factor before it is confirmed: %v", err)
		}
		codes, err := h.ConfirmApp(t.Context(), token, housetest.Password, h.code(app.Secret))
		h.Must(err)
		if e := h.db.Last(); e.Action != audit.FactorAdded || e.Role != "expert" || e.SubjectID == u.ID.String() {
			t.Errorf("audit %+v", e)
		}
		slices.Sort(codes)
		if len(slices.Compact(codes)) != access.RecoveryCodes {
			t.Errorf("recovery codes: %d", len(codes))
		}
		h.wantIn("this session", token)
		h.wantOut("the session elsewhere", elsewhere)
		factors, err := h.OwnFactors(t.Context(), token)
		if err != nil || !factors.HasApp() || factors.Codes != access.RecoveryCodes {
			t.Errorf("%v, %d codes: %v", factors.AppSince, factors.Codes, err)
		}
		_, err = h.BeginApp(t.Context(), token)
		h.want("a second app", fault.Conflict, err)

		late := h.login("vuokko", h.fresh(u))
		first, err := h.BeginApp(t.Context(), late)
		h.Must(err)
		h.Clock.Advance(16 * time.Minute)
		_, err = h.ConfirmApp(t.Context(), late, "x", h.code(first.Secret))
		h.wantFound("a secret from long ago", err, "/code wrong_factor", "/password wrong_password")
	})
}

// fresh resets a password and returns the new one.
func (h *house) fresh(u access.User) string {
	h.Helper()
	password, err := h.ResetPassword(h.System(), u.ID)
	h.Must(err)
	return password
}

// A right password alone opens nothing; with the code of the app there is a new,
// whole session.
func TestLoginWithAnApp(t *testing.T) {
	engines(t, func(t *testing.T, h *house) {
		u, secret, _ := h.withApp("vuokko", access.Professional)
		half := h.login("vuokko", housetest.Password)
		if e := h.db.Last(); e.Action != audit.HalfLoggedIn || e.SubjectID != u.ID.String() || e.Actor != uuid.Nil {
			t.Errorf("audit of the password: %+v", e)
		}
		if session := h.wantIn("half", half); session.Missing() != access.SecondFactor {
			t.Errorf("missing %q", session.Missing())
		}
		h.opensNothing(half)
		_, err := h.Pass(t.Context(), half, access.Proof{})
		h.wantFound("nothing", err, "/code required")
		before := h.db.Noted(audit.FactorRefused)
		_, err = h.Pass(t.Context(), half, access.Proof{Code: h.wrong(secret)})
		h.wantFound("a wrong code", err, "/code wrong_factor")
		if e := h.db.Last(); h.db.Noted(audit.FactorRefused) != before+1 || e.SubjectID != u.ID.String() || e.Actor != uuid.Nil {
			t.Errorf("audit of the wrong code: %+v", e)
		}
		whole, err := h.Pass(t.Context(), half, access.Proof{Code: h.code(secret)})
		h.Must(err)
		if e := h.db.Last(); e.Action != audit.LoggedIn || e.Actor != u.ID {
			t.Errorf("audit of the login: %+v", e)
		}
		h.wantOut("the half session", half)
		if session := h.wantIn("whole", whole); session.Missing() != "" || session.Actor.ID != u.ID {
			t.Errorf("missing %q", session.Missing())
		}
		_, err = h.Pass(t.Context(), whole, access.Proof{Code: h.code(secret)})
		h.want("a whole session once more", fault.Unauthenticated, err)

		again := h.login("vuokko", housetest.Password)
		_, err = h.Pass(t.Context(), again, access.Proof{Code: h.code(secret)})
		h.wantFound("the same code again", err, "/code wrong_factor")
		h.Clock.Advance(-30 * time.Second)
		_, err = h.Pass(t.Context(), again, access.Proof{Code: h.code(secret)})
		h.wantFound("a code from before it", err, "/code wrong_factor")
		h.Clock.Advance(time.Minute)
		_, err = h.Pass(t.Context(), again, access.Proof{Code: h.code(secret)})
		h.Must(err)

		late := h.login("vuokko", housetest.Password)
		h.Clock.Advance(10*time.Minute - time.Second)
		h.wantIn("nearly ten minutes", late)
		h.Clock.Advance(time.Second)
		h.wantOut("ten minutes", late)
	})
}

// opensNothing fails if a half-open session can do anything in its user's name.
func (h *house) opensNothing(half string) {
	h.Helper()
	ctx := h.Context()
	_, changed := h.ChangePassword(ctx, half, housetest.Password, chosen)
	_, begun := h.BeginApp(ctx, half)
	_, confirmed := h.ConfirmApp(ctx, half, housetest.Password, "123456")
	_, own := h.OwnFactors(ctx, half)
	_, codes := h.NewRecoveryCodes(ctx, half, housetest.Password, access.Proof{Code: "123456"})
	for what, err := range map[string]error{
		"changes the password": changed, "sets an app up": begun, "adds an app": confirmed, "sees the factors": own, "makes codes": codes,
		"removes the app": h.RemoveApp(ctx, half, housetest.Password, access.Proof{Code: "123456"}),
		"hands over":      h.HandOver(ctx, half, uuid.New()),
		"takes back":      h.TakeBack(ctx, half, housetest.Password),
	} {
		h.want("a half session "+what, fault.Unauthenticated, err)
	}
}

// Of a hundred who type the same code at once, one gets in.
func TestOneCodeLetsOneIn(t *testing.T) {
	engines(t, func(t *testing.T, h *house) {
		_, secret, codes := h.withApp("vuokko", access.Expert)
		for what, proof := range map[string]access.Proof{"the app's": {Code: h.code(secret)}, "a recovery code": {Recovery: codes[3]}} {
			tokens := make([]string, 100)
			for i := range tokens {
				if i < 3 {
					tokens[i] = h.login("vuokko", housetest.Password) // hashing is slow: some share a session
				} else {
					tokens[i] = tokens[i%3]
				}
			}
			var in atomic.Int32
			var group sync.WaitGroup
			for _, token := range tokens {
				group.Go(func() {
					if _, err := h.Pass(t.Context(), token, proof); err == nil {
						in.Add(1)
					} else if kind := fault.KindOf(err); kind != fault.Invalid && kind != fault.Unauthenticated {
						t.Error(err)
					}
				})
			}
			group.Wait()
			if in.Load() != 1 {
				t.Errorf("%s let %d in", what, in.Load())
			}
		}
	})
}

func TestRecoveryCodes(t *testing.T) {
	engines(t, func(t *testing.T, h *house) {
		u, secret, codes := h.withApp("vuokko", access.Expert)
		_, _, others := h.withApp("verna", access.Expert)
		half := h.login("vuokko", housetest.Password)
		for what, code := range map[string]string{"another's": others[0], "made up": "abcd-efgh-jkmn-pqrs", "cut": codes[0][1:]} {
			_, err := h.Pass(t.Context(), half, access.Proof{Recovery: code})
			h.wantFound(what, err, "/recovery wrong_recovery")
		}
		whole, err := h.Pass(t.Context(), half, access.Proof{Recovery: strings.ToUpper(strings.ReplaceAll(codes[0], "-", " "))})
		h.Must(err)
		if h.db.Noted(audit.RecoveryUsed) != 1 || h.db.Last().Action != audit.LoggedIn {
			t.Error("the use of a recovery code is not in the audit")
		}
		_, err = h.Pass(t.Context(), h.login("vuokko", housetest.Password), access.Proof{Recovery: codes[0]})
		h.wantFound("again", err, "/recovery wrong_recovery")
		if factors, err := h.OwnFactors(t.Context(), whole); err != nil || factors.Codes != access.RecoveryCodes-1 {
			t.Errorf("%d left: %v", factors.Codes, err)
		}
		h.Clock.Advance(time.Minute)
		_, err = h.NewRecoveryCodes(t.Context(), whole, housetest.Password, access.Proof{Code: h.wrong(secret)})
		h.wantFound("new ones without the app", err, "/code wrong_factor")
		fresh, err := h.NewRecoveryCodes(t.Context(), whole, housetest.Password, access.Proof{Code: h.code(secret)})
		h.Must(err)
		half = h.login("vuokko", housetest.Password)
		_, err = h.Pass(t.Context(), half, access.Proof{Recovery: codes[1]})
		h.wantFound("one of the old", err, "/recovery wrong_recovery")
		_, err = h.Pass(t.Context(), half, access.Proof{Recovery: fresh[9]})
		h.Must(err)
		if e := h.db.Audit(); strings.Contains(fmt.Sprintf("%+v", e), codes[0]) || strings.Contains(fmt.Sprintf("%+v", e), u.Username) {
			t.Error("the audit says too much")
		}
	})
}

// Password and factor together take a factor away, and neither alone.
func TestRemovingAnApp(t *testing.T) {
	engines(t, func(t *testing.T, h *house) {
		_, secret, codes := h.withApp("vuokko", access.Expert)
		token, err := h.Pass(t.Context(), h.login("vuokko", housetest.Password), access.Proof{Code: h.code(secret)})
		h.Must(err)
		other, err := h.Pass(t.Context(), h.login("vuokko", housetest.Password), access.Proof{Recovery: codes[0]})
		h.Must(err)
		h.wantFound("a used code", h.RemoveApp(t.Context(), token, housetest.Password, access.Proof{Code: h.code(secret)}), "/code wrong_factor")
		h.Clock.Advance(time.Minute)
		h.wantFound("without the password", h.RemoveApp(t.Context(), token, "x", access.Proof{Code: h.code(secret)}), "/password wrong_password")
		h.wantFound("without a factor", h.RemoveApp(t.Context(), token, housetest.Password, access.Proof{}), "/code required")
		h.wantFound("with neither", h.RemoveApp(t.Context(), token, "", access.Proof{}), "/code required", "/password required")
		h.Must(h.RemoveApp(t.Context(), token, housetest.Password, access.Proof{Code: h.code(secret)})) // what failed used nothing up
		if e := h.db.Last(); e.Action != audit.FactorRemoved {
			t.Errorf("audit %+v", e)
		}
		h.wantIn("this session", token)
		h.wantOut("the other session", other)
		if factors, err := h.OwnFactors(t.Context(), token); err != nil || factors.Any() || factors.Codes != 0 {
			t.Errorf("left: %d codes, %v", factors.Codes, err)
		}
		if session := h.wantIn("with the password", h.login("vuokko", housetest.Password)); session.Missing() != "" {
			t.Errorf("missing %q", session.Missing())
		}
	})
}

func TestResettingFactors(t *testing.T) {
	engines(t, func(t *testing.T, h *house) {
		u, secret, _ := h.withApp("vuokko", access.Expert)
		token, err := h.Pass(t.Context(), h.login("vuokko", housetest.Password), access.Proof{Code: h.code(secret)})
		h.Must(err)
		half := h.login("vuokko", housetest.Password)
		for _, role := range []access.Role{access.Professional, access.Expert, access.Client} {
			h.want("by "+string(role), fault.Forbidden, h.ResetFactors(h.As(access.Actor{ID: u.ID, Role: role}), u.ID))
		}
		h.want("of nobody", fault.NotFound, h.ResetFactors(h.System(), uuid.New()))
		h.Must(h.ResetFactors(h.System(), u.ID))
		if e := h.db.Last(); e.Action != audit.FactorReset || e.SubjectID != u.ID.String() {
			t.Errorf("audit %+v", e)
		}
		h.wantOut("whole", token)
		h.wantOut("half", half)
		if session := h.wantIn("with the password", h.login("vuokko", housetest.Password)); session.Missing() != "" {
			t.Errorf("missing %q", session.Missing())
		}
	})
}

// Whoever the house wants a second factor of, and has none, gets to adding one
// and no further, before and after a one-time password is changed.
func TestHouseWantsASecondFactor(t *testing.T) {
	wanted := access.WithFactorWanted(func(_ context.Context, role access.Role) (bool, error) { return role == access.Admin, nil })
	h := onSQLite(t, wanted)
	_, password := h.hire("paavo", access.Admin)
	h.Hire("vuokko", access.Expert)
	if session := h.wantIn("an expert", h.login("vuokko", housetest.Password)); session.Missing() != "" {
		t.Errorf("an expert misses %q", session.Missing())
	}
	token := h.login("paavo", password)
	if session := h.wantIn("at first", token); session.Missing() != access.NewPassword {
		t.Errorf("at first: missing %q", session.Missing())
	}
	token, err := h.ChangePassword(t.Context(), token, password, chosen)
	h.Must(err)
	if session := h.wantIn("then", token); session.Missing() != access.AddFactor {
		t.Errorf("then: missing %q", session.Missing())
	}
	app, err := h.BeginApp(t.Context(), token)
	h.Must(err)
	_, err = h.ConfirmApp(t.Context(), token, chosen, h.code(app.Secret))
	h.Must(err)
	if session := h.wantIn("in the end", token); session.Missing() != "" {
		t.Errorf("in the end: missing %q", session.Missing())
	}
	h.Clock.Advance(time.Minute)
	h.Must(h.RemoveApp(t.Context(), token, chosen, access.Proof{Code: h.code(app.Secret)}))
	if session := h.wantIn("without again", token); session.Missing() != access.AddFactor {
		t.Errorf("without again: missing %q", session.Missing())
	}
}

// API tokens have no second step.
func TestTokensAreNotAskedForASecondFactor(t *testing.T) {
	h := onSQLite(t)
	u, _, _ := h.withApp("vuokko", access.Expert)
	token, err := h.CreateToken(h.System(), "vuokko", "raportit", 0)
	h.Must(err)
	if actor, err := h.Authenticate(t.Context(), token); err != nil || actor.ID != u.ID {
		t.Errorf("%s: %v", actor, err)
	}
}
