package store_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/omasuunta/omasuunta/internal/access"
	"github.com/omasuunta/omasuunta/internal/fault"
)

// A browser is known by name and by id of whoever has logged in there, under the
// latest secret alone; a row keeps its id, by which tries are counted.
func TestBrowsersAreKnown(t *testing.T) {
	suite(t, func(t *testing.T, h *house) {
		ctx, other := t.Context(), uuid.New()
		h.must(h.InsertUser(ctx, access.User{ID: other, Username: "other", Name: "Testi Toinen", Role: access.Expert, CreatedAt: start}))
		keep := func(user uuid.UUID, secret, before string, at time.Time) {
			t.Helper()
			h.must(h.KeepBrowser(ctx, access.Browser{ID: uuid.New(), Hash: hashOf(secret), User: user, SeenAt: at}, hashOf(before), 3))
		}
		known := func(secret, user string, since time.Time) uuid.UUID {
			t.Helper()
			id, err := h.BrowserOf(ctx, hashOf(secret), user, since)
			if err != nil && fault.KindOf(err) != fault.NotFound {
				t.Fatal(err)
			}
			return id
		}
		keep(userID, "a", "", start)
		first := known("a", "user", start)
		if first == uuid.Nil || known("a", userID.String(), start) != first {
			t.Errorf("known as %s by name and %s by id", first, known("a", userID.String(), start))
		}
		if known("a", "other", start) != uuid.Nil || known("a", "nobody", start) != uuid.Nil || known("x", "user", start) != uuid.Nil || known("a", "user", start.Add(time.Second)) != uuid.Nil {
			t.Error("known to somebody else, by another secret or for too long")
		}
		keep(other, "b", "a", start.Add(time.Minute)) // on the same computer
		if known("b", "user", start) != first || known("b", "other", start) == uuid.Nil || known("a", "user", start) != uuid.Nil {
			t.Error("the secret did not change for everybody")
		}
		keep(userID, "c", "b", start.Add(time.Hour))
		if known("c", "user", start.Add(time.Hour)) != first {
			t.Error("logging in again makes another browser of it, whose tries are counted anew")
		}
		// A secret that nobody got from us takes nothing over.
		keep(userID, "d", "planted", start.Add(2*time.Hour))
		if known("d", "other", start) != uuid.Nil || known("c", "user", start) != first {
			t.Error("a planted secret has taken a browser over")
		}
		if yes, err := h.AnybodysBrowser(ctx, hashOf("c"), start); err != nil || !yes {
			t.Errorf("anybody's: %v %v", yes, err)
		}
		if yes, err := h.AnybodysBrowser(ctx, hashOf("a"), start); err != nil || yes {
			t.Errorf("a stranger's: %v %v", yes, err)
		}
		for i := range 5 { // those of the latest logins stay
			keep(userID, fmt.Sprint(i), "", start.Add(time.Duration(3+i)*time.Hour))
		}
		if known("c", "user", start) != uuid.Nil || known("1", "user", start) != uuid.Nil || known("2", "user", start) == uuid.Nil || known("c", "other", start) == uuid.Nil {
			t.Error("not the latest three are known")
		}
		h.must(h.DeleteBrowsersSeenBefore(ctx, start.Add(6*time.Hour), 10))
		if known("2", "user", start) != uuid.Nil || known("3", "user", start) == uuid.Nil || known("c", "other", start) != uuid.Nil {
			t.Error("not those before were cleared away")
		}
		h.must(h.DeleteBrowsersOf(ctx, userID))
		if known("4", "user", start) != uuid.Nil {
			t.Error("a browser outlives its end")
		}
	})
}

// A setup link, and what is noted of a password, keep their times.
func TestSetupLinksEnd(t *testing.T) {
	suite(t, func(t *testing.T, h *house) {
		ctx := t.Context()
		h.must(h.InsertSetupLink(ctx, hashOf("link"), start))
		for since, want := range map[time.Time]bool{start.Add(-time.Second): true, start: false} {
			if got, err := h.HasSetupLink(ctx, hashOf("link"), since); err != nil || got != want {
				t.Errorf("since %s: %v %v", since, got, err)
			}
		}
		h.must(h.SetPassword(ctx, userID, "x", true, start.Add(time.Hour)))
		if u, err := h.UserByID(ctx, userID); err != nil || !u.PasswordAt.Equal(start.Add(time.Hour)) || !u.PasswordOnce {
			t.Errorf("%v: set at %s", err, u.PasswordAt)
		}
	})
}
