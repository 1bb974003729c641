package store_test

import (
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"

	"github.com/omasuunta/omasuunta/internal/access"
	"github.com/omasuunta/omasuunta/internal/fault"
)

func key(name string, at time.Time) access.Passkey {
	return access.Passkey{ID: uuid.New(), User: userID, Name: name, Credential: []byte("credential of " + name), PublicKey: []byte{1, 2, 3},
		Transports: []string{"usb", "nfc"}, SignCount: 1<<32 - 2, BackupEligible: true, CreatedAt: at}
}

func (h *house) wantFactors(what string, want access.Factors) {
	h.Helper()
	got, err := h.FactorsOf(h.Context(), userID)
	h.must(err)
	if diff := cmp.Diff(want, got); diff != "" {
		h.Errorf("%s: %s", what, diff)
	}
}

func TestFactorsAreKeptWhole(t *testing.T) {
	suite(t, func(t *testing.T, h *house) {
		ctx := h.Context()
		h.wantFactors("none", access.Factors{})
		if _, err := h.AppOf(ctx, userID); fault.KindOf(err) != fault.NotFound {
			t.Errorf("no app: %v", err)
		}
		app := access.App{Secret: []byte{0, 1, 255}, Step: 55_000_000}
		h.must(h.InsertApp(ctx, userID, app, start))
		if err := h.InsertApp(ctx, userID, app, start); fault.KindOf(err) != fault.Conflict {
			t.Errorf("a second app: %v", err)
		}
		if got, err := h.AppOf(ctx, userID); err != nil || !cmp.Equal(got, app) {
			t.Errorf("%v", err)
		}
		first, second := key("a", start), key("b", start.Add(time.Second))
		h.must(h.InsertPasskey(ctx, second))
		h.must(h.InsertPasskey(ctx, first))
		again := key("b", start)
		if err := h.InsertPasskey(ctx, again); fault.KindOf(err) != fault.Conflict {
			t.Errorf("a credential twice: %v", err)
		}
		h.must(h.ReplaceRecoveryCodes(ctx, userID, [][]byte{hashOf("1"), hashOf("2"), hashOf("3")}))
		h.wantFactors("all", access.Factors{AppSince: start, Passkeys: []access.Passkey{first, second}, Codes: 3})

		first.SignCount, first.BackedUp, first.UsedAt = 1<<32-1, true, start.Add(time.Hour)
		if used, err := h.UsePasskey(ctx, first, 7); used || err != nil {
			t.Errorf("used with another count before: %v, %v", used, err)
		}
		if used, err := h.UsePasskey(ctx, first, 1<<32-2); !used || err != nil {
			t.Errorf("used: %v, %v", used, err)
		}
		if gone, err := h.DeletePasskey(ctx, uuid.New(), second.ID); gone || err != nil {
			t.Errorf("somebody else deletes it: %v, %v", gone, err)
		}
		if gone, err := h.DeletePasskey(ctx, userID, second.ID); !gone || err != nil {
			t.Errorf("deleted: %v, %v", gone, err)
		}
		h.must(h.ReplaceRecoveryCodes(ctx, userID, [][]byte{hashOf("4")}))
		h.wantFactors("later", access.Factors{AppSince: start, Passkeys: []access.Passkey{first}, Codes: 1})
		if gone, err := h.DeleteApp(ctx, userID); !gone || err != nil {
			t.Errorf("app deleted: %v, %v", gone, err)
		}
		h.must(h.InsertApp(ctx, userID, app, start))
		h.must(h.DeleteFactors(ctx, userID))
		h.wantFactors("deleted", access.Factors{})
	})
}

// Of many at once one uses a step, a code, a challenge; and none uses it again.
func TestWhatIsUsedOnceIsUsedOnce(t *testing.T) {
	suite(t, func(t *testing.T, h *house) {
		ctx := h.Context()
		h.must(h.InsertApp(ctx, userID, access.App{Secret: []byte{1}, Step: 10}, start))
		h.must(h.ReplaceRecoveryCodes(ctx, userID, [][]byte{hashOf("1"), hashOf("2")}))
		h.must(h.PutChallenge(ctx, access.Challenge{Holder: hashOf("a"), Purpose: "x", Content: []byte("?"), Expires: start.Add(time.Minute)}, start))
		for what, use := range map[string]func() (bool, error){
			"step": func() (bool, error) { return h.UseApp(ctx, userID, 11) },
			"code": func() (bool, error) { return h.UseRecoveryCode(ctx, userID, hashOf("1")) },
			"challenge": func() (bool, error) {
				content, err := h.TakeChallenge(ctx, hashOf("a"), "x", start)
				if fault.KindOf(err) == fault.NotFound {
					return false, nil
				}
				return string(content) == "?", err
			},
		} {
			var n atomic.Int32
			var group sync.WaitGroup
			for range 100 {
				group.Go(func() {
					switch used, err := use(); {
					case err != nil:
						t.Error(err)
					case used:
						n.Add(1)
					}
				})
			}
			group.Wait()
			if n.Load() != 1 {
				t.Errorf("%s: used %d times", what, n.Load())
			}
		}
		for _, step := range []int64{9, 10, 11} {
			if used, err := h.UseApp(ctx, userID, step); used || err != nil {
				t.Errorf("step %d again: %v, %v", step, used, err)
			}
		}
		if used, err := h.UseRecoveryCode(ctx, uuid.New(), hashOf("2")); used || err != nil {
			t.Errorf("somebody else's code: %v, %v", used, err)
		}
	})
}

func TestChallengesAreWhatTheyWerePutFor(t *testing.T) {
	suite(t, func(t *testing.T, h *house) {
		ctx := h.Context()
		put := func(holder, purpose, content string, expires time.Time) {
			t.Helper()
			h.must(h.PutChallenge(ctx, access.Challenge{Holder: hashOf(holder), Purpose: purpose, Content: []byte(content), Expires: expires}, start))
		}
		soon := start.Add(time.Minute)
		put("a", "x", "first", soon)
		put("a", "y", "beside", soon)
		put("b", "x", "another", soon)
		put("a", "x", "second", soon.Add(time.Second))
		if got, err := h.Challenge(ctx, hashOf("a"), "x", soon); err != nil || string(got) != "second" {
			t.Errorf("%q, %v", got, err)
		}
		for what, err := range map[string]error{
			"expired": func() error { _, err := h.Challenge(ctx, hashOf("a"), "y", soon); return err }(),
			"taken":   func() error { _, err := h.TakeChallenge(ctx, hashOf("a"), "y", soon); return err }(),
			"nobody":  func() error { _, err := h.TakeChallenge(ctx, hashOf("c"), "x", start); return err }(),
			"for z":   func() error { _, err := h.TakeChallenge(ctx, hashOf("a"), "z", start); return err }(),
		} {
			if fault.KindOf(err) != fault.NotFound {
				t.Errorf("%s: %v", what, err)
			}
		}
		h.must(h.PutChallenge(ctx, access.Challenge{Holder: hashOf("d"), Purpose: "x", Content: []byte("?"), Expires: soon.Add(time.Hour)}, soon))
		pool, err := h.Pool()
		h.must(err)
		var n int
		h.must(pool.QueryRowContext(ctx, "SELECT count(*) FROM factor_challenges").Scan(&n))
		if n != 2 { // the newer one of a, and d
			t.Errorf("%d challenges are kept", n)
		}
	})
}

func TestSessionKnowsWhatItWaitsFor(t *testing.T) {
	suite(t, func(t *testing.T, h *house) {
		ctx := h.Context()
		wants := func(step access.Step) {
			t.Helper()
			if got, err := h.SessionByHash(ctx, hashOf("a"), start); err != nil || got.Waits != step {
				t.Errorf("waits for %q, want %q: %v", got.Waits, step, err)
			}
		}
		h.must(h.InsertSession(ctx, access.NewSession{Hash: hashOf("a"), User: userID, Waits: access.SecondFactor, At: start}))
		wants(access.SecondFactor)
		h.must(h.SetWaits(ctx, hashOf("a"), access.AddFactor))
		wants(access.AddFactor)
		h.must(h.SetWaits(ctx, hashOf("a"), ""))
		wants("")
		if err := h.SetWaits(ctx, hashOf("b"), ""); fault.KindOf(err) != fault.NotFound {
			t.Errorf("an unknown session: %v", err)
		}
		if err := h.SetWaits(ctx, hashOf("a"), access.NewPassword); err == nil { // which is the user's and not the session's
			t.Error("a session waits for a password")
		}
		h.userSession("b", start)
		h.userSession("c", start)
		h.must(h.DeleteOtherSessions(ctx, userID, hashOf("b")))
		h.wantSessions("b")
	})
}

func TestPasskeysTransportsAreWords(t *testing.T) {
	suite(t, func(t *testing.T, h *house) {
		one := key("a", start)
		one.Transports = nil
		h.must(h.InsertPasskey(h.Context(), one))
		got, err := h.FactorsOf(h.Context(), userID)
		h.must(err)
		if text := strings.Join(got.Passkeys[0].Transports, ","); text != "" {
			t.Errorf("%q", text)
		}
	})
}
