package store_test

import (
	"slices"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/omasuunta/omasuunta/internal/access"
	"github.com/omasuunta/omasuunta/internal/fault"
)

func TestIdentityIsOneUsers(t *testing.T) {
	suite(t, func(t *testing.T, h *house) {
		ctx := h.Context()
		if _, err := h.UserByIdentity(ctx, "issuer", "Ä-1"); fault.KindOf(err) != fault.NotFound {
			t.Errorf("nobody's: %v", err)
		}
		h.must(h.InsertIdentity(ctx, "issuer", "Ä-1", userID, start))
		for issuer, subjects := range map[string][]string{"issuer": {"ä-1", "Ä-1 ", "Ä"}, "Issuer": {"Ä-1"}} { // exactly as it is written
			for _, subject := range subjects {
				if _, err := h.UserByIdentity(ctx, issuer, subject); fault.KindOf(err) != fault.NotFound {
					t.Errorf("%s %s is somebody's: %v", issuer, subject, err)
				}
			}
		}
		if got, err := h.UserByIdentity(ctx, "issuer", "Ä-1"); err != nil || got != userID {
			t.Errorf("%v %v", got, err)
		}
		if err := h.InsertIdentity(ctx, "issuer", "Ä-1", userID, start); fault.KindOf(err) != fault.Conflict {
			t.Errorf("twice: %v", err)
		}
		if err := h.InsertIdentity(ctx, "issuer", "b-2", uuid.New(), start); fault.KindOf(err) != fault.Conflict {
			t.Errorf("of nobody: %v", err)
		}
		if err := h.DeleteIdentity(ctx, "issuer", "Ä-1", uuid.New()); fault.KindOf(err) != fault.NotFound {
			t.Errorf("taken from somebody else: %v", err)
		}
		h.must(h.DeleteIdentity(ctx, "issuer", "Ä-1", userID))
		if _, err := h.UserByIdentity(ctx, "issuer", "Ä-1"); fault.KindOf(err) != fault.NotFound {
			t.Errorf("after it was taken away: %v", err)
		}
	})
}

func TestManagedUserIsChangedWhole(t *testing.T) {
	suite(t, func(t *testing.T, h *house) {
		ctx := h.Context()
		h.must(h.ManageUser(ctx, userID, "Uusi Nimi", access.Expert, access.Scope{Units: []string{"seniori-info"}, Registers: []access.Register{access.Social}}))
		u, err := h.UserByID(ctx, userID)
		h.must(err)
		if u.Name != "Uusi Nimi" || u.Role != access.Expert || !slices.Equal(u.Units, []string{"seniori-info"}) || !slices.Equal(u.Registers, []access.Register{access.Social}) {
			t.Errorf("%s %v %v", u.Role, u.Units, u.Registers)
		}
		if err := h.ManageUser(ctx, userID, "Toinen Nimi", access.Professional, access.Scope{Units: []string{"lakkautettu"}}); fault.KindOf(err) != fault.Conflict {
			t.Errorf("a unit that isn't there: %v", err)
		}
		if u, err = h.UserByID(ctx, userID); err != nil || u.Name != "Uusi Nimi" || u.Role != access.Expert {
			t.Errorf("half of it was changed: %s %v", u.Role, err)
		}
		if err := h.ManageUser(ctx, uuid.New(), "Kukaan", access.Expert, access.Scope{}); fault.KindOf(err) != fault.NotFound {
			t.Errorf("nobody: %v", err)
		}
	})
}

func TestAttemptsAreTakenAndCleared(t *testing.T) {
	suite(t, func(t *testing.T, h *house) {
		ctx := h.Context()
		want := access.Attempt{State: hashOf("a"), Browser: hashOf("b"), Provider: "keskus", Nonce: "n", Verifier: "v", Back: "/?ä=b", Fresh: true, Begun: start}
		h.must(h.InsertAttempt(ctx, want))
		got, err := h.TakeAttempt(ctx, hashOf("a"))
		h.must(err)
		if !slices.Equal(got.State, want.State) || !slices.Equal(got.Browser, want.Browser) || got.Provider != want.Provider || got.Nonce != want.Nonce ||
			got.Verifier != want.Verifier || got.Back != want.Back || !got.Fresh || !got.Begun.Equal(start) {
			t.Errorf("got %+v", got)
		}
		if _, err := h.TakeAttempt(ctx, hashOf("a")); fault.KindOf(err) != fault.NotFound {
			t.Errorf("twice: %v", err)
		}
		for i, token := range []string{"c", "d", "e"} {
			h.must(h.InsertAttempt(ctx, access.Attempt{State: hashOf(token), Browser: hashOf("b"), Begun: start.Add(time.Duration(i) * time.Minute)}))
		}
		h.must(h.DeleteAttemptsBefore(ctx, start.Add(2*time.Minute), 1))
		if _, err := h.TakeAttempt(ctx, hashOf("c")); fault.KindOf(err) != fault.NotFound {
			t.Errorf("the oldest is there still: %v", err)
		}
		h.must(h.DeleteAttemptsBefore(ctx, start.Add(2*time.Minute), 100))
		if _, err := h.TakeAttempt(ctx, hashOf("d")); fault.KindOf(err) != fault.NotFound {
			t.Errorf("an old one is there still: %v", err)
		}
		_, err = h.TakeAttempt(ctx, hashOf("e"))
		h.must(err)
	})
}
