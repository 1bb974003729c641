package invitation_test

import (
	"context"
	"errors"
	"log/slog"
	"os"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/omasuunta/omasuunta/internal/access"
	"github.com/omasuunta/omasuunta/internal/assessment"
	"github.com/omasuunta/omasuunta/internal/audit"
	"github.com/omasuunta/omasuunta/internal/consent"
	"github.com/omasuunta/omasuunta/internal/fault"
	"github.com/omasuunta/omasuunta/internal/identity"
	"github.com/omasuunta/omasuunta/internal/instrument"
	"github.com/omasuunta/omasuunta/internal/invitation"
	"github.com/omasuunta/omasuunta/internal/store"
	"github.com/omasuunta/omasuunta/internal/testkit"
)

func TestMain(m *testing.M) { os.Exit(testkit.Main(m)) }

var (
	quiet = slog.New(slog.DiscardHandler)
	start = time.Date(2023, 5, 5, 9, 30, 0, 0, time.UTC) // 12.30 in Helsinki
	pro   = access.Actor{ID: uuid.MustParse("7f8c1b9e-3d52-4c38-9a53-6c8a4f0e1d2b"), Name: "Testi Käyttäjä", Role: access.Professional, Units: []string{"vuosaari-ta"}}
	other = access.Actor{ID: uuid.MustParse("0b6f0a52-7a0c-4f0e-8a63-58a1f0c7a001"), Name: "Toinen Testi", Role: access.Professional, Units: []string{"seniori-info"}}
)

type randomIDs struct{}

func (randomIDs) New() uuid.UUID { return uuid.New() }

// recorder is the store, and remembers what the service wrote beside its
// invitations.
type recorder struct {
	*store.Store
	mu       sync.Mutex
	entries  []audit.Entry
	declined []assessment.NonParticipation
}

func (r *recorder) AppendAudit(ctx context.Context, entries ...audit.Entry) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.entries = append(r.entries, entries...)
	return r.Store.AppendAudit(ctx, entries...)
}

func (r *recorder) InsertNonParticipation(ctx context.Context, n assessment.NonParticipation) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.declined = append(r.declined, n)
	return r.Store.InsertNonParticipation(ctx, n)
}

// house is the service on a real database, with a professional in each of two
// units.
type house struct {
	*testing.T
	*invitation.Service
	db          *recorder
	access      *access.Service
	assessments *assessment.Service
	clock       *testkit.Clock
}

func suite(t *testing.T, test func(t *testing.T, h *house)) {
	t.Helper()
	testkit.EnginesFrom(t, "invitation", prepare, func(t *testing.T, url string) {
		db, err := store.Open(t.Context(), url, quiet)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() {
			if err := db.Close(); err != nil {
				t.Error(err)
			}
		})
		h := &house{T: t, db: &recorder{Store: db}, clock: testkit.NewClock(start)}
		library, err := instrument.Builtin()
		h.must(err)
		texts, err := consent.BuiltinTexts()
		h.must(err)
		content := assessment.FixedContent(library, texts)
		h.access = access.NewService(db, identity.Secrets{}, h.clock, randomIDs{})
		h.assessments = assessment.NewService(db, library, content, h.clock, randomIDs{})
		h.Service = invitation.NewService(h.db, h.assessments, h.access, identity.Secrets{}, content, h.clock, randomIDs{})
		test(t, h)
	})
}

func prepare(url string) error {
	ctx := context.Background()
	db, err := store.Open(ctx, url, quiet)
	if err != nil {
		return err
	}
	library, err := instrument.Builtin()
	if err != nil {
		return err
	}
	texts, err := consent.BuiltinTexts()
	if err != nil {
		return err
	}
	user := func(a access.Actor, name string) access.User {
		return access.User{ID: a.ID, Username: name, Name: a.Name, Role: a.Role, Units: a.Units, PasswordHash: "x", CreatedAt: start}
	}
	return errors.Join(
		db.Migrate(ctx),
		db.RegisterContent(ctx, library.Versions(), texts),
		db.InsertUnit(ctx, access.Unit{Code: "vuosaari-ta", Name: "Vuosaaren terveysasema"}),
		db.InsertUnit(ctx, access.Unit{Code: "seniori-info", Name: "Seniori-info"}),
		db.InsertUser(ctx, user(pro, "pro")),
		db.InsertUser(ctx, user(other, "other")),
		db.Close(),
	)
}

func (h *house) must(err error) {
	h.Helper()
	if err != nil {
		h.Fatal(err)
	}
}

// as is a context in which somebody acts.
func (h *house) as(a access.Actor) context.Context { return access.With(h.Context(), a) }

// client is a context in which the client of a session acts.
func (h *house) client(token string) context.Context {
	h.Helper()
	session, err := h.access.Session(h.Context(), token)
	h.must(err)
	return h.as(session.Actor)
}

var ordinary = invitation.NewInvitation{Unit: "vuosaari-ta", Register: "health", Battery: "functioning", Language: "sv", Plain: true, ClientRef: "viite-17"}

func (h *house) invite() (invitation.Invitation, invitation.Secrets) {
	h.Helper()
	i, secrets, err := h.Invite(h.as(pro), ordinary)
	h.must(err)
	return i, secrets
}

// enter lets the client of an invitation in with the code.
func (h *house) enter(secrets invitation.Secrets) context.Context {
	h.Helper()
	token, err := h.EnterCode(h.Context(), secrets.Code)
	h.must(err)
	return h.client(token)
}

func (h *house) state(id uuid.UUID) invitation.State {
	h.Helper()
	i, err := h.Service.Invitation(h.as(pro), id)
	h.must(err)
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
