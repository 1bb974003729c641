package store_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"

	"github.com/omasuunta/omasuunta/internal/access"
	"github.com/omasuunta/omasuunta/internal/assessment"
	"github.com/omasuunta/omasuunta/internal/content"
	"github.com/omasuunta/omasuunta/internal/housetest"
	"github.com/omasuunta/omasuunta/internal/store"
	"github.com/omasuunta/omasuunta/internal/testkit"
)

// beforeSealing is the last version in which everything stood as it was typed.
const beforeSealing = 11

// plantHouse writes a word wherever there is something that is no client's.
func (h *keeper) plantHouse(word string) uuid.UUID {
	h.Helper()
	ctx, user := h.System(), uuid.New()
	h.Must(
		h.Store.InsertUser(ctx, access.User{ID: user, Username: "testi", Name: "T. " + word, Role: access.Professional, Units: []string{"vuosaari-ta"}, CreatedAt: h.Clock.Now()}),
		h.Store.InsertToken(ctx, access.Token{ID: uuid.New(), UserID: user, Name: "ohjelma " + word, Hash: []byte("hash"), CreatedAt: h.Clock.Now()}),
		h.Store.InsertPasskey(ctx, access.Passkey{ID: uuid.New(), User: user, Name: "puhelin " + word, Credential: []byte("c"), PublicKey: []byte("p"), CreatedAt: h.Clock.Now()}),
		h.Store.InsertApp(ctx, user, access.App{Secret: []byte(word), Step: 1}, h.Clock.Now()),
		h.Store.InsertIdentity(ctx, "oidc:talo", "tunnus-"+word, user, h.Clock.Now()),
		h.Store.InsertIdentity(ctx, "card:sote", "tunnus-"+word, user, h.Clock.Now()),
		h.Store.InsertTicket(ctx, access.Ticket{Hash: []byte("t"), State: []byte("s"), Subject: "tunnus-" + word, Begun: h.Clock.Now()}),
		h.Store.PutChallenge(ctx, access.Challenge{Holder: []byte("h"), Purpose: "app", Content: []byte(word), Expires: h.Clock.Now().Add(time.Hour)}, h.Clock.Now()),
		h.Store.InsertBarrier(ctx, uuid.New(), content.Barrier{Page: "/" + word, Description: word + " ei näy", Contact: word + "@example.org", ReportedOn: h.today()}),
		h.Store.InsertFeedback(ctx, assessment.Feedback{ID: uuid.New(), Unit: "vuosaari-ta", GivenOn: h.today(), Usefulness: 3, Agreement: "agree", Comment: word + " kiitti"}),
		h.Store.InsertNonParticipation(ctx, assessment.NonParticipation{ID: uuid.New(), Unit: "vuosaari-ta", Kind: "declined", Reason: word + " ei jaksa", On: h.today(), By: user, At: h.Clock.Now()}),
	)
	return user
}

// plain is what a dump says of the tables as they were before, in an order that does
// not depend on that of the columns.
func plain(t *testing.T, db *store.Store) []string {
	t.Helper()
	lines := strings.Split(dump(t, db), "\n")
	lines = slices.DeleteFunc(lines, func(line string) bool { return strings.HasPrefix(line, "goose_") || strings.HasPrefix(line, "sqlite_") })
	slices.Sort(lines)
	return lines
}

// What is in a database survives going up, down and up again, to the letter; above,
// its words are in no table and no file.
func TestSealingLosesNothingAndLeavesNothing(t *testing.T) {
	testkit.Engines(t, func(t *testing.T, url string) { // the owner's
		if err := housetest.Prepare(url); err != nil {
			t.Fatal(err)
		}
		h := furnish(t, url)
		a := h.plant(surname)
		user := h.plantHouse(surname)
		h.commented("") // with nothing in its box
		words := h.wordsOf(a, surname)
		wordless(t, h.Store, surname)
		// PostgreSQL does not let a connection that knows a table see it change.
		another := func() *store.Store { return openWith(t, url, store.Keys{}) }
		down := func() []string {
			t.Helper()
			m, err := another().Migrator()
			h.Must(err)
			_, err = m.DownTo(all(t), beforeSealing)
			h.Must(err)
			return plain(t, another())
		}
		first := down()
		if there := mentions(strings.Join(first, "\n"), surname); len(there) < 24 {
			t.Fatalf("planted in %d columns only: %v", len(there), there)
		}
		h.Must(another().Migrate(all(t)))
		wordless(t, another(), surname)
		if diff := cmp.Diff(first, down()); diff != "" {
			t.Errorf("up and down again differs:\n%s", diff)
		}
		// With a key that is kept outside.
		outside := store.Keys{Active: newKEK(t)}
		h.Must(openWith(t, url, outside).Migrate(all(t)))
		next := openWith(t, url, outside)
		h.Must(next.OpenKeys(all(t)))
		wordless(t, next, surname)
		h.Store = next
		if u, err := next.UserByID(all(t), user); err != nil || u.Name != "T. "+surname {
			t.Errorf("the user: %v", err)
		}
		for _, issuer := range []string{"oidc:talo", "card:sote"} {
			if id, err := next.UserByIdentity(all(t), issuer, "tunnus-"+surname); err != nil || id != user {
				t.Errorf("%s: %v", issuer, err)
			}
		}
		if app, err := next.AppOf(all(t), user); err != nil || string(app.Secret) != surname {
			t.Errorf("the app: %v", err)
		}
		if f, err := next.FactorsOf(all(t), user); err != nil || len(f.Passkeys) != 1 || f.Passkeys[0].Name != "puhelin "+surname {
			t.Errorf("the passkeys: %v", err)
		}
		if n, err := next.RevokeToken(all(t), user, "ohjelma "+surname, h.Clock.Now()); err != nil || n != 1 {
			t.Errorf("%d tokens are revoked, %v", n, err)
		}
		if list, err := next.Barriers(all(t), 10); err != nil || len(list) != 1 || list[0].Contact != surname+"@example.org" || list[0].Page != "/"+surname {
			t.Errorf("the report of a barrier: %v", err)
		}
		if n := h.wordsIn(next, a, surname); n != words {
			t.Errorf("the word is in %d places of the client's records, and was in %d", n, words)
		}
		if n := count(t, next, "idempotency_keys WHERE mentions LIKE '%"+a.ID.String()+"%'"); n != 1 {
			t.Errorf("%d kept answers mention the assessment", n)
		}
	})
}
