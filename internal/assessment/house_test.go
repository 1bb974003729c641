package assessment_test

import (
	"context"
	"os"
	"testing"

	"github.com/google/uuid"

	"github.com/omasuunta/omasuunta/internal/access"
	"github.com/omasuunta/omasuunta/internal/assessment"
	"github.com/omasuunta/omasuunta/internal/consent"
	"github.com/omasuunta/omasuunta/internal/fault"
	"github.com/omasuunta/omasuunta/internal/housetest"
	"github.com/omasuunta/omasuunta/internal/instrument"
	"github.com/omasuunta/omasuunta/internal/testkit"
)

func TestMain(m *testing.M) { os.Exit(testkit.Main(m)) }

var (
	professional = access.Actor{ID: uuid.MustParse("7f8c1b9e-3d52-4c38-9a53-6c8a4f0e1d2b"), Name: "Testi Ammattilainen",
		Role: access.Professional, Units: []string{housetest.Unit}, Registers: access.Registers}
	colleague = access.Actor{ID: uuid.MustParse("0b4c9f1e-5f0e-4e57-8f0a-0f8f4b7f3f11"), Name: "Toinen Testi",
		Role: access.Professional, Units: []string{housetest.OtherUnit}, Registers: access.Registers}
)

// house is the use cases over a database that is watched.
type house struct {
	*housetest.House
	*assessment.Service
	db    *housetest.Watched
	inUse map[string]bool
}

// The house itself is the content, so that a test takes a battery out of use.
func (h *house) CurrentText(context.Context) (consent.Text, error) {
	return h.Texts[len(h.Texts)-1], nil
}
func (h *house) TextVersion(_ context.Context, version int) (consent.Text, bool, error) {
	text, found := consent.FindText(h.Texts, version)
	return text, found, nil
}
func (h *house) InUse(context.Context) (map[string]bool, error) { return h.inUse, nil }

func suite(t *testing.T, test func(t *testing.T, h *house)) {
	t.Helper()
	housetest.Engines(t, func(t *testing.T, home *housetest.House) {
		home.Employ("yksi", professional)
		home.Employ("kaksi", colleague)
		h := &house{House: home, db: &housetest.Watched{Store: home.Store}, inUse: map[string]bool{"functioning": true, "illness-care": true}}
		h.Service = assessment.NewService(h.db, h.Library, h, h.Clock, housetest.IDs{})
		h.Assessments = h.Service
		test(t, h)
	})
}

// invited is the client of an assessment, or one who has none yet.
func invited(id uuid.UUID) access.Actor {
	return access.Actor{ID: uuid.New(), Name: professional.Name, Role: access.Client, Units: professional.Units, Registers: professional.Registers,
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
	return h.Begun(h.As(professional), func(in *assessment.Begin) { *in = aBeginning() })
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
	h.Must(err)
	return saved
}

// done is an assessment with a result.
func (h *house) done(change func(*assessment.Begin)) *assessment.Assessment {
	h.Helper()
	ctx := h.As(professional)
	a := h.Begun(ctx, func(in *assessment.Begin) {
		*in = aBeginning()
		if change != nil {
			change(in)
		}
	})
	h.Fill(ctx, a, instrument.Client, 7)
	h.Fill(ctx, a, instrument.Professional, 3)
	return h.Completed(ctx, a)
}

func (h *house) refused(what string, err error, want fault.Kind) {
	h.Helper()
	if err == nil || fault.KindOf(err) != want {
		h.Errorf("%s: %v, want %s", what, err, want)
	}
}
