package access_test

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/omasuunta/omasuunta/internal/access"
	"github.com/omasuunta/omasuunta/internal/audit"
	"github.com/omasuunta/omasuunta/internal/fault"
	"github.com/omasuunta/omasuunta/internal/housetest"
	"github.com/omasuunta/omasuunta/internal/identity/passkey"
)

func TestAddingPasskeys(t *testing.T) {
	passkeyEngines(t, func(t *testing.T, h *house) {
		who, d, codes := h.withPasskey("vuokko", access.Expert)
		if len(codes) != access.RecoveryCodes || h.db.Last().Action != audit.FactorAdded || h.db.Last().Actor != who.ID {
			t.Errorf("%d codes, audit %+v", len(codes), h.db.Last())
		}
		token, err := h.Pass(t.Context(), h.login("vuokko", housetest.Password), access.Proof{Recovery: codes[0]})
		h.Must(err)
		for _, c := range []struct {
			what, password, name string
			want                 []string
		}{
			{"nothing", "", " ", []string{"/name required", "/password required"}},
			{"a wrong password", "x", "Avain", []string{"/password wrong_password"}},
			{"an endless name", housetest.Password, strings.Repeat("ä", 61), []string{"/name too_long"}},
		} {
			_, err := h.BeginPasskey(t.Context(), token, c.password, c.name)
			h.wantFound(c.what, err, c.want...)
		}
		options, err := h.BeginPasskey(t.Context(), token, housetest.Password, "Avain")
		h.Must(err)
		wantAsked(t, options)
		if !bytes.Contains(options, []byte("excludeCredentials")) {
			t.Error("the device may be added twice")
		}
		_, err = h.AddPasskey(t.Context(), token, d.make(options))
		h.wantFound("the same device again", err, "/passkey wrong_passkey")
		if codes, err := h.addPasskey(token, "Avain", h.device()); err != nil || codes != nil {
			t.Errorf("a second one: %d new codes, %v", len(codes), err)
		}
		factors, err := h.OwnFactors(t.Context(), token)
		h.Must(err)
		if len(factors.Passkeys) != 2 || factors.Passkeys[0].Name != "Puhelin" || factors.Passkeys[1].Name != "Avain" {
			t.Errorf("%d passkeys", len(factors.Passkeys))
		}
		for i := len(factors.Passkeys); i < access.MaxPasskeys; i++ {
			h.Must(h.db.InsertPasskey(t.Context(), access.Passkey{ID: uuid.New(), User: who.ID, Credential: []byte{byte(i)}, PublicKey: []byte{1}, CreatedAt: h.Clock.Now()}))
		}
		_, err = h.BeginPasskey(t.Context(), token, housetest.Password, "Yksi liikaa")
		h.wantFound("one too many", err, "/name too_many")
	})
}

// wantAsked fails unless a device is asked to make sure of its owner, for a
// passkey that it finds by itself, and nothing about its make.
func wantAsked(t *testing.T, options []byte) {
	t.Helper()
	var asked struct {
		Attestation            string
		AuthenticatorSelection struct{ ResidentKey, UserVerification string }
		RP                     struct{ ID string }
	}
	if err := json.Unmarshal(options, &asked); err != nil {
		t.Fatal(err)
	}
	if asked.Attestation != "none" || asked.AuthenticatorSelection.ResidentKey != "required" ||
		asked.AuthenticatorSelection.UserVerification != "required" || asked.RP.ID != party.ID {
		t.Errorf("asked for %s", options)
	}
}

// What a browser answers to a new passkey is good once, for who was asked, for
// five minutes, from our own pages, and only when the device made sure of its
// owner.
func TestPasskeysThatAreNotTaken(t *testing.T) {
	h := onSQLite(t, withPasskeys(t))
	h.Hire("vuokko", access.Expert)
	h.Hire("verna", access.Expert)
	token, others := h.login("vuokko", housetest.Password), h.login("verna", housetest.Password)
	begin := func(token string) []byte {
		options, err := h.BeginPasskey(t.Context(), token, housetest.Password, "Avain")
		h.Must(err)
		return options
	}
	for what, answer := range map[string]func(options []byte) []byte{
		"from another page": func(o []byte) []byte {
			d := h.device()
			d.party.Origin = "https://omasuunta.example.com"
			return d.make(o)
		},
		"from a page beside": func(o []byte) []byte {
			d := h.device()
			d.party.Origin = "https://x.omasuunta.example.org"
			return d.make(o)
		},
		"without encryption": func(o []byte) []byte {
			d := h.device()
			d.party.Origin = "http://omasuunta.example.org"
			return d.make(o)
		},
		"for another host":         func(o []byte) []byte { d := h.device(); d.party.ID = "example.org"; return d.make(o) },
		"without its owner":        func(o []byte) []byte { d := h.device(); d.Options.UserNotVerified = true; return d.make(o) },
		"without anybody":          func(o []byte) []byte { d := h.device(); d.Options.UserNotPresent = true; return d.make(o) },
		"to an older question":     func([]byte) []byte { o := begin(token); begin(token); return h.device().make(o) },
		"to another's question":    func([]byte) []byte { return h.device().make(begin(others)) },
		"after five minutes":       func(o []byte) []byte { a := h.device().make(o); h.Clock.Advance(5 * time.Minute); return a },
		"that is none":             func([]byte) []byte { return []byte(`{"id":"x"}`) },
		"that is nothing":          func([]byte) []byte { return nil },
		"that is a login's answer": func(o []byte) []byte { return h.device().show(o) },
	} {
		_, err := h.AddPasskey(t.Context(), token, answer(begin(token)))
		h.wantFound(what, err, "/passkey wrong_passkey")
	}
	answer := h.device().make(begin(token))
	_, err := h.AddPasskey(t.Context(), token, answer)
	h.Must(err)
	_, err = h.AddPasskey(t.Context(), token, answer)
	h.wantFound("the same answer again", err, "/passkey wrong_passkey")
}

func TestPasskeyAsSecondFactor(t *testing.T) {
	passkeyEngines(t, func(t *testing.T, h *house) {
		who, d, _ := h.withPasskey("vuokko", access.Professional)
		half := h.login("vuokko", housetest.Password)
		h.opensNothing(half)
		if _, err := h.BeginPasskey(t.Context(), half, housetest.Password, "x"); fault.KindOf(err) != fault.Unauthenticated {
			t.Errorf("a half session begins a passkey: %v", err)
		}
		answer := d.show(h.ask(half))
		whole, err := h.Pass(t.Context(), half, access.Proof{Passkey: answer})
		h.Must(err)
		if session := h.wantIn("whole", whole); session.Actor.ID != who.ID || session.Missing() != "" {
			t.Errorf("missing %q", session.Missing())
		}
		h.wantOut("the half session", half)
		factors, err := h.OwnFactors(t.Context(), whole)
		h.Must(err)
		if one := factors.Passkeys[0]; !one.UsedAt.Equal(h.Clock.Now()) || one.SignCount != 1 {
			t.Errorf("used at %s, %d times", one.UsedAt, one.SignCount)
		}
		_, err = h.Pass(t.Context(), h.login("vuokko", housetest.Password), access.Proof{Passkey: answer})
		h.wantFound("the same answer in another session", err, "/passkey wrong_passkey")
	})
}

// answers are those that are refused, whatever a passkey is shown for. stored is
// the count that the house knows.
func (h *house) answers(d, other *device, stored uint32) map[string]func(options []byte) []byte {
	but := func(change func(d *device)) func(options []byte) []byte {
		return func(options []byte) []byte {
			one := *d
			change(&one)
			answer := one.show(options)
			d.key.Counter = max(d.key.Counter, one.key.Counter)
			return answer
		}
	}
	return map[string]func([]byte) []byte{
		"from another page":     but(func(d *device) { d.party.Origin = "https://omasuunta.example.com" }),
		"for another host":      but(func(d *device) { d.party.ID = "example.org" }),
		"without its owner":     but(func(d *device) { d.Options.UserNotVerified = true }),
		"without anybody":       but(func(d *device) { d.Options.UserNotPresent = true }),
		"by another's passkey":  other.show,
		"by another's, as ours": but(func(d *device) { d.key.ID, d.key.Key = other.key.ID, other.key.Key }),
		"with another's key":    but(func(d *device) { d.key.Key = other.key.Key }),
		"as another":            but(func(d *device) { d.Options.UserHandle = other.Options.UserHandle }),
		"by a passkey made up":  but(func(d *device) { d.key = h.device().key }),
		"to a question made up": func([]byte) []byte {
			return d.show([]byte(`{"challenge":"bm90IHdoYXQgd2FzIGFza2Vk","rpId":"omasuunta.example.org"}`))
		},
		"after five minutes":     func(o []byte) []byte { a := d.show(o); h.Clock.Advance(5 * time.Minute); return a },
		"with a count gone back": but(func(d *device) { d.key.Counter = stored - 2 }),
		"with the same count":    but(func(d *device) { d.key.Counter = stored - 1 }),
		"with a changed backup":  but(func(d *device) { d.Options.BackupEligible = true }),
		"that is none":           func([]byte) []byte { return []byte(`{"id":"x","response":{}}`) },
	}
}

func TestAnswersThatAreNotTaken(t *testing.T) {
	h := onSQLite(t, withPasskeys(t))
	who, d, _ := h.withPasskey("vuokko", access.Expert)
	_, other, _ := h.withPasskey("verna", access.Expert)
	half := h.login("vuokko", housetest.Password)
	const passes = 3 // so that there is a count to go back from
	for range passes {
		whole, err := h.Pass(t.Context(), half, access.Proof{Passkey: d.show(h.ask(half))})
		h.Must(err)
		h.Must(h.Logout(t.Context(), whole))
		half = h.login("vuokko", housetest.Password)
	}
	for what, answer := range h.answers(d, other, passes) {
		half = h.login("vuokko", housetest.Password)
		before := h.db.Noted(audit.FactorRefused)
		_, err := h.Pass(t.Context(), half, access.Proof{Passkey: answer(h.ask(half))})
		h.wantFound(what, err, "/passkey wrong_passkey")
		if e := h.db.Last(); h.db.Noted(audit.FactorRefused) != before+1 || e.SubjectID != who.ID.String() {
			t.Errorf("%s: audit %+v", what, e)
		}
	}
	first, second := h.login("vuokko", housetest.Password), h.login("vuokko", housetest.Password)
	answer := d.show(h.ask(first))
	h.ask(second)
	_, err := h.Pass(t.Context(), second, access.Proof{Passkey: answer})
	h.wantFound("what another session was asked", err, "/passkey wrong_passkey")
	older := h.ask(first)
	h.ask(first)
	_, err = h.Pass(t.Context(), first, access.Proof{Passkey: d.show(older)})
	h.wantFound("an older question", err, "/passkey wrong_passkey")
	_, err = h.Pass(t.Context(), first, access.Proof{Passkey: d.show(h.ask(first))})
	h.Must(err)
}

// A passkey is a whole login: the device knows its owner.
func TestLoginWithPasskeyAlone(t *testing.T) {
	passkeyEngines(t, func(t *testing.T, h *house) {
		who, d, _ := h.withPasskey("vuokko", access.Professional)
		options, secret, err := h.AskAnyPasskey(t.Context())
		h.Must(err)
		if bytes.Contains(options, []byte("allowCredentials")) || !bytes.Contains(options, []byte(`"userVerification":"required"`)) {
			t.Errorf("asked for %s", options)
		}
		answer := d.show(options)
		_, err = h.LoginWithPasskey(t.Context(), "another browser's", answer)
		h.want("another browser", fault.Unauthenticated, err)
		token, err := h.LoginWithPasskey(t.Context(), secret, answer)
		h.Must(err)
		if session := h.wantIn("in", token); session.Actor.ID != who.ID || session.Missing() != "" {
			t.Errorf("missing %q", session.Missing())
		}
		if e := h.db.Last(); e.Action != audit.LoggedIn || e.Actor != who.ID {
			t.Errorf("audit %+v", e)
		}
		_, err = h.LoginWithPasskey(t.Context(), secret, answer)
		h.want("the same answer again", fault.Unauthenticated, err)

		h.Must(h.DisableUser(h.System(), who.ID))
		options, secret, err = h.AskAnyPasskey(t.Context())
		h.Must(err)
		_, err = h.LoginWithPasskey(t.Context(), secret, d.show(options))
		h.want("a disabled user", fault.Unauthenticated, err)
		if e := h.db.Last(); e.Action != audit.FactorRefused || e.SubjectID != who.ID.String() {
			t.Errorf("audit of a disabled user: %+v", e)
		}
	})
}

// Whose password was taken away logs in elsewhere, and not with what is left here.
func TestPasskeyGoesWithThePassword(t *testing.T) {
	h := onSQLite(t, withPasskeys(t))
	who, d, codes := h.withPasskey("vuokko", access.Professional)
	half := h.login("vuokko", housetest.Password)
	h.Must(h.db.SetPassword(t.Context(), who.ID, "", false, h.Clock.Now()))
	options, secret, err := h.AskAnyPasskey(t.Context())
	h.Must(err)
	_, err = h.LoginWithPasskey(t.Context(), secret, d.show(options))
	h.want("with the passkey alone", fault.Unauthenticated, err)
	if e := h.db.Last(); e.Action != audit.FactorRefused || e.SubjectID != who.ID.String() {
		t.Errorf("audit %+v", e)
	}
	_, err = h.Pass(t.Context(), half, access.Proof{Recovery: codes[0]})
	h.want("with half a session from before", fault.Unauthenticated, err)
}

// Many devices don't count. An answer is good once all the same.
func TestDeviceThatDoesNotCount(t *testing.T) {
	passkeyEngines(t, func(t *testing.T, h *house) {
		_, d, _ := h.withPasskey("vuokko", access.Professional)
		d.silent = true
		for range 2 {
			options, secret, err := h.AskAnyPasskey(t.Context())
			h.Must(err)
			answer := d.show(options)
			_, err = h.LoginWithPasskey(t.Context(), secret, answer)
			h.Must(err)
			_, err = h.LoginWithPasskey(t.Context(), secret, answer)
			h.want("the same answer again", fault.Unauthenticated, err)
		}
	})
}

func TestLoginsWithPasskeyThatAreNotTaken(t *testing.T) {
	h := onSQLite(t, withPasskeys(t))
	who, d, _ := h.withPasskey("vuokko", access.Expert)
	_, other, _ := h.withPasskey("verna", access.Expert)
	d.key.Counter = 5
	options, secret, err := h.AskAnyPasskey(t.Context())
	h.Must(err)
	_, err = h.LoginWithPasskey(t.Context(), secret, d.show(options))
	h.Must(err)
	for what, answer := range h.answers(d, other, 6) {
		options, secret, err := h.AskAnyPasskey(t.Context())
		h.Must(err)
		token, err := h.LoginWithPasskey(t.Context(), secret, answer(options))
		if what == "by another's passkey" { // which is as good as any: it is the other who logs in
			if session := h.wantIn(what, token); session.Actor.ID == who.ID {
				t.Error("another's passkey logs us in")
			}
			continue
		}
		h.want(what, fault.Unauthenticated, err)
		if copied := strings.Contains(what, "count"); copied && (h.db.Last().Action != audit.FactorRefused || h.db.Last().SubjectID != who.ID.String()) {
			t.Errorf("%s: audit %+v", what, h.db.Last())
		}
	}
}

func TestRemovingPasskeys(t *testing.T) {
	passkeyEngines(t, func(t *testing.T, h *house) {
		_, d, codes := h.withPasskey("vuokko", access.Expert)
		_, _, _ = h.withPasskey("verna", access.Expert)
		half := h.login("vuokko", housetest.Password)
		token, err := h.Pass(t.Context(), half, access.Proof{Passkey: d.show(h.ask(half))})
		h.Must(err)
		second := h.device()
		_, err = h.addPasskey(token, "Avain", second)
		h.Must(err)
		factors, err := h.OwnFactors(t.Context(), token)
		h.Must(err)
		first := factors.Passkeys[0].ID
		remove := func(id uuid.UUID, proof access.Proof) error {
			return h.RemovePasskey(t.Context(), token, id, housetest.Password, proof)
		}
		h.want("an unknown one", fault.NotFound, remove(uuid.New(), access.Proof{Recovery: codes[0]}))
		h.Must(remove(first, access.Proof{Passkey: second.show(h.ask(token))}))
		h.want("again", fault.NotFound, remove(first, access.Proof{Recovery: codes[0]})) // which used nothing up
		_, err = h.Pass(t.Context(), h.login("vuokko", housetest.Password), access.Proof{Passkey: d.show(h.ask(token))})
		h.wantFound("a removed one", err, "/passkey wrong_passkey")
		factors, err = h.OwnFactors(t.Context(), token)
		h.Must(err)
		if len(factors.Passkeys) != 1 || factors.Passkeys[0].Name != "Avain" || factors.Codes != access.RecoveryCodes {
			t.Errorf("left: %d passkeys, %d codes", len(factors.Passkeys), factors.Codes)
		}
	})
}

func TestWithoutPasskeys(t *testing.T) {
	h := onSQLite(t, access.WithoutPasskeys(passkey.Numeric))
	h.Hire("vuokko", access.Expert)
	token := h.login("vuokko", housetest.Password)
	if host, why := h.PasskeysAt(); host != "" || why != passkey.Numeric {
		t.Errorf("%q, %q", host, why)
	}
	_, begun := h.BeginPasskey(t.Context(), token, housetest.Password, "x")
	_, added := h.AddPasskey(t.Context(), token, nil)
	_, asked := h.AskPasskey(t.Context(), token)
	_, _, any := h.AskAnyPasskey(t.Context())
	for what, err := range map[string]error{"begun": begun, "added": added, "asked": asked, "asked anybody": any} {
		h.want(what, fault.NotFound, err)
	}
	_, err := h.LoginWithPasskey(t.Context(), "x", []byte("x"))
	h.want("logged in", fault.Unauthenticated, err)
}
