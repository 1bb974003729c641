package access_test

import (
	"context"
	"errors"
	"log/slog"
	"os"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/omasuunta/omasuunta/internal/access"
	"github.com/omasuunta/omasuunta/internal/assessment"
	"github.com/omasuunta/omasuunta/internal/audit"
	"github.com/omasuunta/omasuunta/internal/calendar"
	"github.com/omasuunta/omasuunta/internal/consent"
	"github.com/omasuunta/omasuunta/internal/fault"
	"github.com/omasuunta/omasuunta/internal/identity"
	"github.com/omasuunta/omasuunta/internal/instrument"
	"github.com/omasuunta/omasuunta/internal/lang"
	"github.com/omasuunta/omasuunta/internal/store"
	"github.com/omasuunta/omasuunta/internal/testkit"
)

func TestMain(m *testing.M) { os.Exit(testkit.Main(m)) }

type randomIDs struct{}

func (randomIDs) New() uuid.UUID { return uuid.New() }

// watched is the real database that remembers what went into the audit.
type watched struct {
	*store.Store
	mu      sync.Mutex
	entries []audit.Entry
}

func (w *watched) AppendAudit(ctx context.Context, entries ...audit.Entry) error {
	w.mu.Lock()
	w.entries = append(w.entries, entries...)
	w.mu.Unlock()
	return w.Store.AppendAudit(ctx, entries...)
}

// last is the newest entry of the audit.
func (w *watched) last() audit.Entry {
	w.mu.Lock()
	defer w.mu.Unlock()
	if len(w.entries) == 0 {
		return audit.Entry{}
	}
	return w.entries[len(w.entries)-1]
}

// house is access over a real database, with one unit and nobody in it.
type house struct {
	*testing.T
	*access.Service
	db     *watched
	clock  *testkit.Clock
	system context.Context
}

var morning = time.Date(2023, 9, 14, 5, 0, 0, 0, time.UTC)

func migrated(url string) error {
	ctx := context.Background()
	db, err := store.Open(ctx, url, slog.New(slog.DiscardHandler))
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
	return errors.Join(db.Migrate(ctx), db.RegisterContent(ctx, library.Versions(), texts),
		db.InsertUnit(ctx, access.Unit{Code: "vuosaari-ta", Name: "Vuosaaren terveysasema"}), db.Close())
}

func newHouse(t *testing.T, url string, options ...access.Option) *house {
	t.Helper()
	db, err := store.Open(t.Context(), url, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	})
	h := &house{T: t, db: &watched{Store: db}, clock: testkit.NewClock(morning), system: access.With(t.Context(), access.SystemActor)}
	h.Service = access.NewService(h.db, identity.Secrets{}, h.clock, randomIDs{}, options...)
	return h
}

// engines runs a test on both, without anybody in the house.
func engines(t *testing.T, test func(t *testing.T, h *house)) {
	t.Helper()
	testkit.EnginesFrom(t, "migrated", migrated, func(t *testing.T, url string) { test(t, newHouse(t, url)) })
}

func onSQLite(t *testing.T, options ...access.Option) *house {
	t.Helper()
	return newHouse(t, testkit.SQLiteFrom(t, "migrated", migrated), options...)
}

// hire adds a user and returns the one-time password.
func (h *house) hire(username string, role access.Role) (access.User, string) {
	h.Helper()
	in := access.NewUser{Username: username, Name: "Testi " + username, Role: string(role)}
	if role == access.Professional {
		in.Units = []string{"vuosaari-ta"}
	}
	u, password, err := h.AddUser(h.system, in)
	h.must(err)
	return u, password
}

func (h *house) login(username, password string) string {
	h.Helper()
	token, err := h.Login(h.Context(), username, password)
	h.must(err)
	return token
}

func (h *house) must(err error) {
	h.Helper()
	if err != nil {
		h.Fatal(err)
	}
}

// want fails unless an error is of a kind.
func (h *house) want(what string, kind fault.Kind, err error) {
	h.Helper()
	if err == nil || fault.KindOf(err) != kind {
		h.Errorf("%s: %v, want %s", what, err, kind)
	}
}

// wantFound fails unless exactly these findings are there, as "pointer code".
func (h *house) wantFound(what string, err error, want ...string) {
	h.Helper()
	var f *fault.Error
	var got []string
	if errors.As(err, &f) {
		for _, one := range f.Findings {
			got = append(got, one.Pointer+" "+one.Code)
		}
	}
	if !slices.Equal(got, want) {
		h.Errorf("%s: %v (%v), want %v", what, got, err, want)
	}
}

// wantIn fails unless a token is one of a session.
func (h *house) wantIn(what, token string) access.Session {
	h.Helper()
	session, err := h.Session(h.Context(), token)
	if err != nil {
		h.Errorf("%s: %v", what, err)
	}
	return session
}

// wantOut fails if a token is one of a session.
func (h *house) wantOut(what, token string) {
	h.Helper()
	_, err := h.Session(h.Context(), token)
	h.want(what, fault.Unauthenticated, err)
}

// assessments are two drafts of a professional.
func (h *house) assessments(u access.User) (first, second uuid.UUID) {
	h.Helper()
	texts, err := consent.BuiltinTexts()
	h.must(err)
	r := consent.Record{
		ID: uuid.New(), Unit: "vuosaari-ta", Language: lang.Finnish, Form: consent.Electronic, Purposes: []consent.Purpose{consent.Assessment},
		GivenBy: consent.ByClient, TextVersion: texts[0].Version, TextSHA256: texts[0].SHA256(lang.Finnish),
		GivenAt: morning, Before: u.Name, BeforeID: u.ID,
	}
	h.must(h.db.InsertConsent(h.Context(), r))
	var drafts [2]uuid.UUID
	for i := range drafts {
		drafts[i] = uuid.New()
		a := &assessment.Assessment{
			ID: drafts[i], Revision: 1, Status: assessment.Draft, ConsentID: r.ID, Unit: r.Unit, Register: assessment.Health, Language: lang.Finnish,
			Mode: assessment.Joint, AssessedOn: calendar.DayOf(morning), CreatedBy: u.ID, CreatedAt: morning,
			ClientBattery:       assessment.Version{Code: "individual-client", Version: 1},
			ProfessionalBattery: assessment.Version{Code: "functioning", Version: 1},
		}
		added, err := h.db.AddAssessment(h.Context(), a, []string{r.Unit},
			audit.Entry{At: morning, Actor: u.ID, Action: audit.AssessmentStarted, Subject: audit.Assessment, SubjectID: a.ID.String()})
		h.must(err)
		if !added {
			h.Fatal("a draft was not added")
		}
	}
	return drafts[0], drafts[1]
}
