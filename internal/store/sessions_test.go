package store_test

import (
	"crypto/sha256"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"

	"github.com/omasuunta/omasuunta/internal/access"
	"github.com/omasuunta/omasuunta/internal/fault"
	"github.com/omasuunta/omasuunta/internal/identity"
	"github.com/omasuunta/omasuunta/internal/testkit"
)

type randomIDs struct{}

func (randomIDs) New() uuid.UUID { return uuid.New() }

func hashOf(token string) []byte {
	sum := sha256.Sum256([]byte(token))
	return sum[:]
}

func (h *house) userSession(token string, at time.Time) {
	h.Helper()
	h.must(h.InsertSession(h.Context(), access.NewSession{Hash: hashOf(token), User: userID, At: at}))
}

// wantSessions fails unless exactly these are kept.
func (h *house) wantSessions(tokens ...string) {
	h.Helper()
	pool, err := h.Pool()
	h.must(err)
	var n int
	h.must(pool.QueryRowContext(h.Context(), "SELECT count(*) FROM sessions").Scan(&n))
	if n != len(tokens) {
		h.Errorf("%d sessions are kept, want %v", n, tokens)
	}
	for _, token := range tokens {
		if _, err := h.SessionByHash(h.Context(), hashOf(token), start); err != nil {
			h.Errorf("session %s: %v", token, err)
		}
	}
}

func TestUsersSessionIsKeptWhole(t *testing.T) {
	suite(t, func(t *testing.T, h *house) {
		ctx := h.Context()
		h.userSession("a", start)
		want := access.Session{
			Actor:     access.Actor{ID: userID, Name: "Testi Käyttäjä", Role: access.Professional, Units: []string{"seniori-info", "vuosaari-ta"}, Registers: access.Registers},
			CreatedAt: start, SeenAt: start,
		}
		same := func(what string) {
			t.Helper()
			got, err := h.SessionByHash(ctx, hashOf("a"), start)
			h.must(err)
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("%s: %s", what, diff)
			}
		}
		same("begun")
		want.SeenAt = start.Add(time.Minute)
		h.must(h.TouchSession(ctx, hashOf("a"), want.SeenAt))
		h.must(h.TouchSession(ctx, hashOf("a"), start.Add(time.Second))) // came late
		same("touched")
		want.HandedOverTo = h.assessment(h.consent(), nil).ID
		h.must(h.SetHandedOver(ctx, hashOf("a"), want.HandedOverTo))
		same("handed over")
		if err := h.SetHandedOver(ctx, hashOf("a"), uuid.New()); fault.KindOf(err) != fault.Conflict {
			t.Errorf("handed over to nothing: %v", err)
		}
		want.HandedOverTo = uuid.Nil
		h.must(h.SetHandedOver(ctx, hashOf("a"), uuid.Nil))
		same("taken back")
		want.MustChangePassword = true
		h.must(h.SetPassword(ctx, userID, "y", true, start))
		same("with a one-time password")

		if err := h.SetHandedOver(ctx, hashOf("b"), uuid.Nil); fault.KindOf(err) != fault.NotFound {
			t.Errorf("an unknown session: %v", err)
		}
		if err := h.InsertSession(ctx, access.NewSession{Hash: hashOf("b"), User: uuid.New(), At: start}); fault.KindOf(err) != fault.Conflict {
			t.Errorf("the session of nobody: %v", err)
		}
		h.must(h.DisableUser(ctx, userID, start))
		if _, err := h.SessionByHash(ctx, hashOf("a"), start); fault.KindOf(err) != fault.NotFound {
			t.Errorf("a disabled user's: %v", err)
		}
	})
}

func TestSessionsAreDeletedAsAsked(t *testing.T) {
	suite(t, func(t *testing.T, h *house) {
		ctx := h.Context()
		client := access.NewSession{Hash: hashOf("client"), Invitation: h.invitation("abc").ID, At: start}
		h.must(h.InsertSession(ctx, client))
		for i, token := range []string{"a", "b", "c", "d"} {
			h.userSession(token, start.Add(time.Duration(i)*time.Minute))
		}
		if was, err := h.DeleteSession(ctx, hashOf("d")); !was || err != nil {
			t.Errorf("deleted %v, %v", was, err)
		}
		if was, err := h.DeleteSession(ctx, hashOf("d")); was || err != nil {
			t.Errorf("deleted again %v, %v", was, err)
		}
		h.must(h.TouchSession(ctx, hashOf("client"), start.Add(time.Hour)))
		h.must(h.DeleteSessionsSeenBefore(ctx, start.Add(2*time.Minute), 1)) // the oldest one
		h.wantSessions("client", "b", "c")
		h.must(h.DeleteSessionsSeenBefore(ctx, start.Add(2*time.Minute), 10))
		h.wantSessions("client", "c")
		h.must(h.DeleteSessionsOf(ctx, userID))
		h.wantSessions("client")
	})
}

// A login clears away what has long ended, and nothing that is in use.
func TestLoginClearsEndedSessionsAway(t *testing.T) {
	suite(t, func(t *testing.T, h *house) {
		secrets, clock := identity.Weak(), testkit.NewClock(start)
		hash, err := secrets.HashPassword(h.Context(), "viisi sinistä kuusta")
		h.must(err)
		h.must(h.SetPassword(h.Context(), userID, hash, false, start))
		h.userSession("ended", start.Add(-access.ClientIdle-time.Second))
		h.userSession("in use", start.Add(-access.ClientIdle))
		token, err := access.NewService(h.Store, secrets, clock, randomIDs{}).Login(h.Context(), "user", "viisi sinistä kuusta")
		h.must(err)
		h.wantSessions("in use", token)
	})
}

func TestClientsSession(t *testing.T) {
	suite(t, func(t *testing.T, h *house) {
		ctx := h.Context()
		clock := testkit.NewClock(start)
		people := access.NewService(h.Store, identity.Weak(), clock, randomIDs{})
		i := h.invitation("abc")
		token, err := people.OpenClientSession(ctx, i.ID)
		h.must(err)
		want := access.Session{
			Actor:     access.Actor{ID: i.ID, Name: "Testi Käyttäjä", Role: access.Client, Units: []string{"vuosaari-ta"}, Registers: []access.Register{access.Social}, InvitedBy: userID},
			CreatedAt: start, SeenAt: start, EndsAt: start.Add(access.ClientIdle), EndsAtLatest: start.Add(access.DefaultLimits.Absolute),
		}
		h.must(h.SetPassword(ctx, userID, "y", true, start)) // whoever invited must change theirs, not the client
		same := func(what string) {
			t.Helper()
			got, err := people.Session(ctx, token)
			h.must(err)
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("%s: %s", what, diff)
			}
		}
		out := func(what string) {
			t.Helper()
			if _, err := people.Session(ctx, token); fault.KindOf(err) != fault.Unauthenticated {
				t.Errorf("%s: %v", what, err)
			}
		}
		same("before the consent")
		i.Assessment = h.assessment(h.consent(), nil).ID
		h.must(h.UpdateInvitation(ctx, i))
		want.Actor.Assessment = i.Assessment
		same("after the consent")
		h.must(h.DisableUser(ctx, userID, start))
		same("when whoever invited has left")
		if _, err := people.ChangePassword(ctx, token, "x", "viisi sinistä kuusta"); fault.KindOf(err) != fault.Forbidden {
			t.Errorf("a client changes a password: %v", err)
		}
		if err := people.HandOver(ctx, token, i.Assessment); fault.KindOf(err) != fault.Forbidden {
			t.Errorf("a client hands over: %v", err)
		}

		want.SeenAt = clock.Advance(access.ClientIdle - time.Microsecond)
		want.EndsAt = want.SeenAt.Add(access.ClientIdle)
		same("just in time")
		i.ExpiresAt = want.SeenAt.Add(time.Hour)
		h.must(h.UpdateInvitation(ctx, i))
		want.EndsAt, want.EndsAtLatest = i.ExpiresAt, i.ExpiresAt
		same("the invitation ends soon")
		clock.Set(i.ExpiresAt)
		out("expired")
		i.ExpiresAt = start.AddDate(0, 0, 14)
		h.must(h.UpdateInvitation(ctx, i))
		clock.Set(want.SeenAt.Add(access.ClientIdle))
		out("idle")
		clock.Set(want.SeenAt)
		i.CancelledAt = start
		h.must(h.UpdateInvitation(ctx, i))
		out("cancelled")
		i.CancelledAt = time.Time{}
		h.must(h.UpdateInvitation(ctx, i))
		h.must(people.Logout(ctx, token))
		out("logged out")
	})
}
