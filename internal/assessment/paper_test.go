package assessment_test

import (
	"testing"

	"github.com/google/uuid"

	"github.com/omasuunta/omasuunta/internal/access"
	"github.com/omasuunta/omasuunta/internal/assessment"
	"github.com/omasuunta/omasuunta/internal/audit"
	"github.com/omasuunta/omasuunta/internal/fault"
	"github.com/omasuunta/omasuunta/internal/housetest"
	"github.com/omasuunta/omasuunta/internal/instrument"
)

// onPaper is a whole form: the consent, and the same number in every box.
func (h *house) onPaper(client, professional *instrument.Battery) assessment.Begin {
	in := aBeginning()
	in.Consent.Form, in.Consent.SignedName = "paper", ""
	in.Start.Mode, in.Start.Complete, in.Start.ID = "paper", true, uuid.New()
	in.Start.ClientVersion, in.Start.BatteryVersion = client.Version, professional.Version
	fill := func(b *instrument.Battery, value int) (answers []assessment.Answer) {
		for _, item := range b.Items {
			answers = append(answers, assessment.Answer{Item: item.Code, Value: &value})
		}
		return answers
	}
	in.Start.Client, in.Start.Professional = fill(client, 7), fill(professional, 3)
	return in
}

func (h *house) batteries() (client, professional *instrument.Battery) {
	professional, _ = h.Library.Current("functioning")
	return h.Library.Client(), professional
}

func TestConsentAnswersAndResultAreStoredTogetherOrNotAtAll(t *testing.T) {
	suite(t, func(t *testing.T, h *house) {
		in, ctx := h.onPaper(h.batteries()), h.As(professional)
		few := in
		few.Start.Client = in.Start.Client[:9] // of 12
		if err := third(h.Begin(ctx, few)); fault.CodeOf(err) != fault.CodeInsufficientAnswers {
			t.Errorf("too few answers: %v", err)
		}
		if len(h.db.Audit()) > 0 {
			t.Error("something was written")
		}
		a, r, err := h.Begin(ctx, in)
		h.Must(err)
		got, err := h.Assessment(ctx, a.ID)
		h.Must(err)
		if got.Status != assessment.Completed || got.Result == nil || got.ConsentID != r.ID || got.Mode != assessment.Paper {
			t.Errorf("it is %s", got.Status)
		}
		again, same, err := h.Begin(ctx, in)
		h.Must(err)
		if again.ID != a.ID || same.ID != r.ID || h.db.Noted(audit.ConsentGiven) != 1 || h.db.Noted(audit.AssessmentSubmitted) != 1 {
			t.Error("the same form was stored twice")
		}
		client := in
		client.Start.ID, client.Start.Professional = uuid.New(), nil
		h.refused("a client who scores", third(h.Begin(h.As(invited(uuid.Nil)), client)), fault.Forbidden)
		h.refused("an expert", third(h.Begin(h.As(access.Actor{Role: access.Expert}), client)), fault.Forbidden)
	})
}

// Paper that was printed before an update is stored as what it asks.
func TestOnlyPaperHasAnOlderVersion(t *testing.T) {
	suite(t, func(t *testing.T, h *house) {
		client, one := h.batteries()
		two := *one
		two.Version, two.Items = 2, one.Items[:8]
		h.Must(h.Store.RegisterContent(h.Context(), []*instrument.Battery{&two}, nil))
		h.Service = assessment.NewService(h.db, instrument.NewLibrary(client, one, &two), h, h.Clock, housetest.IDs{})
		ctx := h.As(professional)
		a, _, err := h.Begin(ctx, h.onPaper(client, one))
		h.Must(err)
		if a.ProfessionalBattery.Version != 1 || len(a.Professional) != 9 || a.Result.Professional != "functioning@1" {
			t.Errorf("the old form is stored as %s", a.Result.Professional)
		}
		newer, _, err := h.Begin(ctx, h.onPaper(client, &two))
		h.Must(err)
		if newer.ProfessionalBattery.Version != 2 {
			t.Errorf("the new form is stored as version %d", newer.ProfessionalBattery.Version)
		}
		for want, change := range map[string]func(*assessment.Start){
			"/battery_version field_not_allowed": func(s *assessment.Start) { s.Mode = "joint" },
			"/battery_version unknown_battery":   func(s *assessment.Start) { s.BatteryVersion = 3 },
			"/client_version unknown_battery":    func(s *assessment.Start) { s.ClientVersion = -1 },
		} {
			in := h.onPaper(client, one)
			change(&in.Start)
			if got := findings(third(h.Begin(ctx, in))); got != want {
				t.Errorf("found %q, want %q", got, want)
			}
		}
		h.inUse = map[string]bool{"illness-care": true}
		if got := findings(third(h.Begin(ctx, h.onPaper(client, one)))); got != "/battery unknown_battery" {
			t.Errorf("one out of use: %q", got)
		}
	})
}

func TestAConsentIsToTheTextThatWasSigned(t *testing.T) {
	suite(t, func(t *testing.T, h *house) {
		newer := h.Texts[0]
		newer.Version, newer.PlainHeading = 2, newer.Title
		h.Must(h.Store.RegisterContent(h.Context(), nil, append(h.Texts, newer)))
		h.Texts = append(h.Texts, newer)
		ctx := h.As(professional)
		given := assessment.GiveConsent{Form: "paper", Language: "fi", Purposes: []string{"assessment"}, GivenBy: "client"}
		for signed, want := range map[int]int{0: 2, 1: 1, 2: 2} {
			given.SignedText = signed
			r, err := h.GiveConsent(ctx, given)
			h.Must(err)
			if r.TextVersion != want || r.TextSHA256 != h.Texts[want-1].SHA256("fi") {
				t.Errorf("signed %d: kept as %d", signed, r.TextVersion)
			}
		}
		given.SignedText = 3
		_, err := h.GiveConsent(ctx, given)
		if got := findings(err); got != "/signed_text bad_format" {
			t.Errorf("a version that is not there: %q", got)
		}
		given.SignedText, given.Form = 1, "electronic"
		_, err = h.GiveConsent(ctx, given)
		if got := findings(err); got != "/signed_text field_not_allowed" {
			t.Errorf("on the screen: %q", got)
		}
	})
}
