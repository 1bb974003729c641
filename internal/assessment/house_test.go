package assessment_test

import (
	"context"
	"errors"
	"log/slog"
	"os"
	"slices"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/omasuunta/omasuunta/internal/access"
	"github.com/omasuunta/omasuunta/internal/assessment"
	"github.com/omasuunta/omasuunta/internal/audit"
	"github.com/omasuunta/omasuunta/internal/consent"
	"github.com/omasuunta/omasuunta/internal/fault"
	"github.com/omasuunta/omasuunta/internal/instrument"
	"github.com/omasuunta/omasuunta/internal/store"
	"github.com/omasuunta/omasuunta/internal/testkit"
)

func TestMain(m *testing.M) { os.Exit(testkit.Main(m)) }

var (
	quiet = slog.New(slog.DiscardHandler)
	noon  = time.Date(2023, 9, 14, 9, 0, 0, 0, time.UTC)

	professional = access.Actor{ID: uuid.MustParse("7f8c1b9e-3d52-4c38-9a53-6c8a4f0e1d2b"), Name: "Testi Ammattilainen",
		Role: access.Professional, Units: []string{"vuosaari-ta"}}
	colleague = access.Actor{ID: uuid.MustParse("0b4c9f1e-5f0e-4e57-8f0a-0f8f4b7f3f11"), Name: "Toinen Testi",
		Role: access.Professional, Units: []string{"seniori-info"}}
)

type randomIDs struct{}

func (randomIDs) New() uuid.UUID { return uuid.New() }

// house is the use cases over a real database.
type house struct {
	*testing.T
	*assessment.Service
	db    *noting
	clock *testkit.Clock
	inUse map[string]bool
	texts []consent.Text
}

// noting is a store that shows what was written into the audit.
type noting struct {
	*store.Store
	entries []audit.Entry
}

func (n *noting) AppendAudit(ctx context.Context, entries ...audit.Entry) error {
	n.entries = append(n.entries, entries...)
	return n.Store.AppendAudit(ctx, entries...)
}

func (n *noting) AddAssessment(ctx context.Context, a *assessment.Assessment, units []string, e audit.Entry) (bool, error) {
	n.entries = append(n.entries, e)
	return n.Store.AddAssessment(ctx, a, units, e)
}

// The house itself is the content, so that a test takes a battery out of use.
func (h *house) CurrentText(context.Context) (consent.Text, error) {
	return h.texts[len(h.texts)-1], nil
}
func (h *house) InUse(context.Context) (map[string]bool, error) { return h.inUse, nil }

func suite(t *testing.T, test func(t *testing.T, h *house)) {
	t.Helper()
	testkit.EnginesFrom(t, "assessment", prepare, func(t *testing.T, url string) {
		h := &house{T: t, clock: testkit.NewClock(noon), inUse: map[string]bool{"functioning": true, "illness-care": true}}
		db, err := store.Open(t.Context(), url, quiet)
		h.must(err)
		t.Cleanup(func() { _ = db.Close() })
		library, err := instrument.Builtin()
		h.must(err)
		h.texts, err = consent.BuiltinTexts()
		h.must(err)
		h.db = &noting{Store: db}
		h.Service = assessment.NewService(h.db, library, h, h.clock, randomIDs{})
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
	err = errors.Join(
		db.Migrate(ctx), db.RegisterContent(ctx, library.Versions(), texts),
		db.InsertUnit(ctx, access.Unit{Code: "vuosaari-ta", Name: "Vuosaaren terveysasema"}),
		db.InsertUnit(ctx, access.Unit{Code: "seniori-info", Name: "Seniori-info"}),
	)
	for i, a := range []access.Actor{professional, colleague} {
		err = errors.Join(err, db.InsertUser(ctx, access.User{ID: a.ID, Username: []string{"yksi", "kaksi"}[i], Name: a.Name,
			Role: a.Role, Units: a.Units, PasswordHash: "x", CreatedAt: noon}))
	}
	return errors.Join(err, db.Close())
}

func (h *house) must(err error) {
	h.Helper()
	if err != nil {
		h.Fatal(err)
	}
}

func (h *house) as(a access.Actor) context.Context { return access.With(h.Context(), a) }

// invited is the client of an assessment, or one who has none yet.
func invited(id uuid.UUID) access.Actor {
	return access.Actor{ID: uuid.New(), Name: professional.Name, Role: access.Client, Units: professional.Units,
		InvitedBy: professional.ID, Assessment: id}
}

func aBeginning() assessment.Begin {
	return assessment.Begin{
		Consent: assessment.GiveConsent{Form: "electronic", Purposes: []string{"assessment", "record"}, GivenBy: "client", SignedName: " Ö. Testaaja "},
		Start: assessment.Start{Unit: "vuosaari-ta", Register: "health", Language: "sv", Battery: "functioning", Plain: true,
			Present: []string{assessment.PresentInterpreter, assessment.PresentClosePerson}},
	}
}

// begun is a draft of the professional's.
func (h *house) begun() *assessment.Assessment {
	h.Helper()
	a, _, err := h.Begin(h.as(professional), aBeginning())
	h.must(err)
	return a
}

func rated(item string, value int, seen string) assessment.SeenAnswer {
	return assessment.SeenAnswer{Answer: assessment.Answer{Item: item, Value: &value}, Seen: seen}
}

func said(item, comment, seen string) assessment.SeenAnswer {
	return assessment.SeenAnswer{Answer: assessment.Answer{Item: item, Comment: comment}, Seen: seen}
}

// save saves answers and returns what came of it.
func (h *house) save(ctx context.Context, id uuid.UUID, side instrument.Side, answers ...assessment.SeenAnswer) assessment.Saved {
	h.Helper()
	saved, err := h.Answer(ctx, assessment.SaveAnswers{ID: id, Side: side, Answers: answers})
	h.must(err)
	return saved
}

// fill answers every item of a side but some.
func (h *house) fill(a *assessment.Assessment, side instrument.Side, value int, but ...string) {
	h.Helper()
	client, professionals, err := h.Batteries(a)
	h.must(err)
	battery := client
	if side == instrument.Professional {
		battery = professionals
	}
	var answers []assessment.SeenAnswer
	for _, item := range battery.Items {
		if !slices.Contains(but, item.Code) {
			answers = append(answers, rated(item.Code, value, ""))
		}
	}
	h.save(h.as(professional), a.ID, side, answers...)
}

// done is an assessment with a result.
func (h *house) done(change func(*assessment.Begin)) *assessment.Assessment {
	h.Helper()
	in := aBeginning()
	if change != nil {
		change(&in)
	}
	a, _, err := h.Begin(h.as(professional), in)
	h.must(err)
	h.fill(a, instrument.Client, 7)
	h.fill(a, instrument.Professional, 3)
	h.clock.Advance(time.Minute)
	a, err = h.Complete(h.as(professional), assessment.Complete{ID: a.ID})
	h.must(err)
	return a
}

func (h *house) refused(what string, err error, want fault.Kind) {
	h.Helper()
	if err == nil || fault.KindOf(err) != want {
		h.Errorf("%s: %v, want %s", what, err, want)
	}
}

// noted counts the rows of the audit of an action.
func (h *house) noted(action audit.Action) (n int) {
	for _, e := range h.db.entries {
		if e.Action == action {
			n++
		}
	}
	return n
}
