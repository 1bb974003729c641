package housetest

import (
	"context"
	"errors"
	"log/slog"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/omasuunta/omasuunta/internal/access"
	"github.com/omasuunta/omasuunta/internal/assessment"
	"github.com/omasuunta/omasuunta/internal/consent"
	"github.com/omasuunta/omasuunta/internal/content"
	"github.com/omasuunta/omasuunta/internal/diary"
	"github.com/omasuunta/omasuunta/internal/extract"
	"github.com/omasuunta/omasuunta/internal/identity"
	"github.com/omasuunta/omasuunta/internal/instrument"
	"github.com/omasuunta/omasuunta/internal/invitation"
	"github.com/omasuunta/omasuunta/internal/report"
	"github.com/omasuunta/omasuunta/internal/setting"
	"github.com/omasuunta/omasuunta/internal/store"
	"github.com/omasuunta/omasuunta/internal/survey"
	"github.com/omasuunta/omasuunta/internal/testkit"
	"github.com/omasuunta/omasuunta/internal/trial"
)

// Start is where the clock of a house stands at first: 11.00 in Helsinki, on a
// day of the trial.
var Start = time.Date(2023, 9, 14, 8, 0, 0, 0, time.UTC)

// The units that a house has.
const (
	Unit      = "vuosaari-ta"
	OtherUnit = "seniori-info"
)

var units = []access.Unit{{Code: Unit, Name: "Vuosaaren terveysasema"}, {Code: OtherUnit, Name: "Seniori-info"}}

// IDs makes random identifiers.
type IDs struct{}

// New makes one.
func (IDs) New() uuid.UUID { return uuid.New() }

// House is the use cases over a real database.
type House struct {
	testing.TB
	Store       *store.Store
	Library     *instrument.Library
	Texts       []consent.Text
	Clock       *testkit.Clock
	Access      *access.Service
	Settings    *setting.Service
	Content     *content.Service
	Assessments *assessment.Service
	Invitations *invitation.Service
	Reports     *report.Service
	Diary       *diary.Service
	Trials      *trial.Service
	Surveys     *survey.Service
	Extracts    *extract.Service
}

// New is a house of the test's own on SQLite, with two units and nobody in them.
func New(t testing.TB) *House {
	t.Helper()
	return Open(t, testkit.SQLiteFrom(t, "inhabited", inhabited))
}

// Engines runs a test on both databases, each time in a house of its own.
func Engines(t *testing.T, test func(t *testing.T, h *House)) {
	t.Helper()
	testkit.EnginesFrom(t, "inhabited", inhabited, func(t *testing.T, url string) { test(t, Open(t, url)) })
}

// Open is the house over a database that [Prepare] has prepared, until the test
// ends.
func Open(t testing.TB, url string) *House {
	t.Helper()
	h := &House{TB: t, Clock: testkit.NewClock(Start)}
	var err error
	h.Store, err = store.Open(t.Context(), url, quiet(), store.WithClock(h.Clock.Now))
	h.Must(err)
	t.Cleanup(func() {
		if err := h.Store.Close(); err != nil {
			t.Error(err)
		}
	})
	h.Library, h.Texts, err = builtin()
	h.Must(err)
	var batteries []string
	for _, b := range h.Library.Professional() {
		batteries = append(batteries, b.Code)
	}
	h.Settings = setting.New(h.Store, h.Clock, batteries)
	h.Content = content.New(h.Store, h.Library, h.Texts, h.Settings, h.Clock, IDs{})
	h.Access = access.NewService(h.Store, identity.Weak(), h.Clock, IDs{})
	h.Assessments = assessment.NewService(h.Store, h.Library, h.Content, h.Clock, IDs{})
	h.Invitations = invitation.NewService(h.Store, h.Assessments, h.Access, identity.Weak(), h.Content, h.Clock, IDs{})
	h.Reports = report.NewService(h.Store)
	h.Diary = diary.New(h.Store, h.Clock, IDs{})
	h.Surveys = survey.NewService(h.Store, h.Clock, IDs{})
	h.Trials = trial.NewService(h.Store, h.Reports, h.Diary, h.Surveys)
	h.Extracts = extract.NewService(h.Store, h.Library, h.Clock, IDs{})
	return h
}

// Prepare gives an empty database the schema and the content, and no units. It
// is what testkit takes for a template.
func Prepare(url string) error { return prepare(url) }

func inhabited(url string) error { return prepare(url, units...) }

func prepare(url string, units ...access.Unit) error {
	ctx := context.Background()
	db, err := store.Open(ctx, url, quiet())
	if err != nil {
		return err
	}
	library, texts, err := builtin()
	if err == nil {
		err = errors.Join(db.Migrate(ctx), grant(ctx, db, url), db.RegisterContent(ctx, library.Versions(), texts))
	}
	for _, unit := range units {
		err = errors.Join(err, db.InsertUnit(ctx, unit))
	}
	return errors.Join(err, db.Close())
}

// grant gives the program's role its rights, if it is another than the owner.
func grant(ctx context.Context, db *store.Store, url string) error {
	if role := testkit.ProgramRole(url); role != "" {
		return db.GrantTo(ctx, role)
	}
	return nil
}

func builtin() (*instrument.Library, []consent.Text, error) {
	library, err := instrument.Builtin()
	if err != nil {
		return nil, nil, err
	}
	texts, err := consent.BuiltinTexts()
	return library, texts, err
}

func quiet() *slog.Logger { return slog.New(slog.DiscardHandler) }

// Must ends the test at an error.
func (h *House) Must(errs ...error) {
	h.Helper()
	if err := errors.Join(errs...); err != nil {
		h.Fatal(err)
	}
}
