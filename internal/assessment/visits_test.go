package assessment_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/google/uuid"

	"github.com/omasuunta/omasuunta/internal/access"
	"github.com/omasuunta/omasuunta/internal/assessment"
	"github.com/omasuunta/omasuunta/internal/audit"
	"github.com/omasuunta/omasuunta/internal/calendar"
	"github.com/omasuunta/omasuunta/internal/fault"
)

func second[T any](_ T, err error) error { return err }

func contains(text, part string) bool { return strings.Contains(text, part) }

func long(n int) string { return strings.Repeat("ö", n) }

func day(text string) calendar.Date {
	if text == "" {
		return calendar.Date{}
	}
	return calendar.MustParse(text)
}

// findings are the pointers and codes of an error in a line.
func findings(err error) string {
	var e *fault.Error
	if !errors.As(err, &e) {
		return ""
	}
	var list []string
	for _, f := range e.Findings {
		list = append(list, f.Pointer+" "+f.Code)
	}
	return strings.Join(list, ", ")
}

func TestConsentAndDraftBeginTogether(t *testing.T) {
	suite(t, func(t *testing.T, h *house) {
		in := aBeginning()
		in.Start.ClientRef = "viite-1"
		a, r, err := h.Begin(h.As(professional), in)
		h.Must(err)
		stored, err := h.Consent(h.As(professional), a.ConsentID)
		h.Must(err)
		if diff := cmp.Diff(r, stored); diff != "" {
			t.Errorf("returned and stored consent differ:\n%s", diff)
		}
		if r.SignedName != "Ö. Testaaja" || r.Unit != "vuosaari-ta" || r.Language != "sv" || r.ClientRef != "viite-1" {
			t.Error("the consent lacks what was given with the start")
		}
		got, err := h.Assessment(h.As(professional), a.ID)
		h.Must(err)
		if diff := cmp.Diff(a, got, cmpopts.EquateEmpty()); diff != "" {
			t.Errorf("returned and stored draft differ:\n%s", diff)
		}
		if !got.Plain || !cmp.Equal(got.Present, []string{"close_person", "interpreter"}) || got.Statistics {
			t.Errorf("plain %v, present %v, statistics %v", got.Plain, got.Present, got.Statistics)
		}
		if h.db.Noted(audit.ConsentGiven) != 1 || h.db.Noted(audit.AssessmentStarted) != 1 {
			t.Error("not both are in the audit")
		}
	})
}

func TestWhatIsWrongWithConsentAndStartIsToldAtOnce(t *testing.T) {
	suite(t, func(t *testing.T, h *house) {
		in := aBeginning()
		in.Consent.Purposes, in.Consent.SignedName, in.Consent.GivenBy = []string{"record"}, long(201), "representative"
		in.Start.Unit, in.Start.Register, in.Start.Language = "seniori-info", "", "de"
		in.Start.Battery = "social-wellbeing" // there is one, but it is not in use
		in.Start.Present = []string{"dog", "interpreter", "interpreter"}
		in.Consent.Prior.Add("/form", fault.Required, nil)
		in.Start.Prior.Add("/assessed_on", fault.WrongType, nil)
		_, _, err := h.Begin(h.As(professional), in)
		want := "/assessed_on wrong_type, /battery unknown_battery, /form required, /language not_in_list, /present/0 not_in_list, " +
			"/present/2 duplicate, /purposes consent_purpose, /register required, /representative_ground ground_required, " +
			"/signed_name too_long, /unit unknown_unit"
		if got := findings(err); got != want {
			t.Errorf("found %s\nwant  %s", got, want)
		}
		if len(h.db.Audit()) > 0 {
			t.Error("something was written")
		}
	})
}

func TestAnInvitedClientBeginsOnce(t *testing.T) {
	suite(t, func(t *testing.T, h *house) {
		actor := invited(uuid.Nil)
		in := aBeginning()
		in.Start.Mode = "self"
		a, r, err := h.Begin(h.As(actor), in)
		h.Must(err)
		if a.CreatedBy != professional.ID || r.BeforeID != professional.ID || r.Before != professional.Name {
			t.Error("what a client begins is not in the name of whoever invited them")
		}
		for _, e := range h.db.Audit() {
			if e.Actor != actor.ID || e.Role != "client" {
				t.Errorf("the audit says %s %s", e.Role, e.Actor)
			}
		}
		guess := aBeginning()
		guess.Start.Expected = "verkosto"
		h.refused("a guess", third(h.Begin(h.As(actor), guess)), fault.Forbidden)
		h.refused("a second time", third(h.Begin(h.As(invited(a.ID)), in)), fault.Conflict)
		foreign := aBeginning()
		foreign.Start.Unit = "seniori-info"
		if got := findings(third(h.Begin(h.As(actor), foreign))); got != "/unit unknown_unit" {
			t.Errorf("another unit: %s", got)
		}
		h.refused("an admin", third(h.Begin(h.As(access.Actor{Role: access.Admin}), in)), fault.Forbidden)
	})
}

func third[A, B any](_ A, _ B, err error) error { return err }

func TestABatteryOutOfUseIsNotChosenButADraftGoesOn(t *testing.T) {
	suite(t, func(t *testing.T, h *house) {
		ctx, a := h.As(professional), h.begun()
		h.inUse = map[string]bool{"illness-care": true}
		if got := findings(third(h.Begin(ctx, aBeginning()))); got != "/battery unknown_battery" {
			t.Errorf("a new one: %q", got)
		}
		change := func(code string) error {
			_, err := h.Change(ctx, assessment.Change{ID: a.ID, Precondition: assessment.Precondition{Given: true, Any: true}, Battery: &code})
			return err
		}
		h.Must(change("functioning")) // its own
		if got := findings(change("health-risk")); got != "/battery unknown_battery" {
			t.Errorf("changing to one out of use: %q", got)
		}
		h.Fill(h.As(professional), a, "client", 7)
		h.Fill(h.As(professional), a, "professional", 3)
		_, err := h.Complete(ctx, assessment.Complete{ID: a.ID})
		h.Must(err)
	})
}

func TestPlainAndPresentChange(t *testing.T) {
	suite(t, func(t *testing.T, h *house) {
		ctx, a := h.As(professional), h.begun()
		plain, present := false, []string{assessment.PresentPersonalAssistant}
		got, err := h.Change(ctx, assessment.Change{ID: a.ID, Precondition: assessment.Precondition{Given: true, Any: true}, Plain: &plain, Present: &present})
		h.Must(err)
		if got.Plain || !cmp.Equal(got.Present, present) {
			t.Errorf("plain %v, present %v", got.Plain, got.Present)
		}
	})
}

func TestAbandoningDeletesTheDraftAndSaysSo(t *testing.T) {
	suite(t, func(t *testing.T, h *house) {
		ctx, a := h.As(professional), h.begun()
		h.save(ctx, a.ID, "client", rated("mood-and-coping", 2, ""))
		h.Must(h.Spend(ctx, a.ID, assessment.PhaseClient, 60))
		if got := findings(second(h.Abandon(ctx, assessment.Abandon{ID: a.ID, Reason: " "}))); got != "/reason required" {
			t.Errorf("without a reason: %q", got)
		}
		h.refused("another unit's", second(h.Abandon(h.As(colleague), assessment.Abandon{ID: a.ID, Reason: "no_time"})), fault.NotFound)
		n, err := h.Abandon(ctx, assessment.Abandon{ID: a.ID, Reason: "no_time"})
		h.Must(err)
		if n.Kind != assessment.Unfinished || n.Unit != a.Unit || n.Battery != "functioning" || n.On != a.AssessedOn || n.Reason != "no_time" {
			t.Errorf("written down as %+v", n)
		}
		h.refused("reading it", second(h.Assessment(ctx, a.ID)), fault.NotFound)
		h.refused("time for it", h.Spend(ctx, a.ID, assessment.PhaseClient, 60), fault.NotFound)
		if h.db.Noted(audit.AssessmentAbandoned) != 1 || h.db.Noted(audit.NonParticipationRecorded) != 1 {
			t.Error("the audit does not tell")
		}
		if _, err := h.Consent(ctx, a.ConsentID); err != nil {
			t.Errorf("the consent is gone too: %v", err)
		}
		done := h.done(nil)
		h.refused("one with a result", second(h.Abandon(ctx, assessment.Abandon{ID: done.ID, Reason: "no_time"})), fault.Conflict)
	})
}

func TestTimeIsAddedWithinBounds(t *testing.T) {
	suite(t, func(t *testing.T, h *house) {
		ctx, a := h.As(professional), h.begun()
		for _, n := range []int{30, 12, 0, -5, 5000} {
			h.Must(h.Spend(ctx, a.ID, assessment.PhaseClient, n))
		}
		h.Must(h.Spend(ctx, a.ID, "lunch", 30))
		got, err := h.Phases(ctx, a.ID)
		h.Must(err)
		if diff := cmp.Diff(map[assessment.Phase]int{assessment.PhaseClient: 942}, got); diff != "" {
			t.Error(diff)
		}
		h.Must(h.Spend(h.As(invited(a.ID)), a.ID, assessment.PhaseConsent, 3))
		h.refused("another unit's", h.Spend(h.As(colleague), a.ID, assessment.PhaseClient, 1), fault.NotFound)
		if len(h.db.Audit()) != 2 {
			t.Errorf("%d rows of the audit, want those of the beginning", len(h.db.Audit()))
		}
	})
}

func TestThePathIsReadOldestFirstAndWrittenDown(t *testing.T) {
	suite(t, func(t *testing.T, h *house) {
		ctx := h.As(professional)
		on := func(day, ref, register string) func(*assessment.Begin) {
			return func(b *assessment.Begin) {
				b.Start.AssessedOn, b.Start.ClientRef, b.Start.Register = day, ref, register
			}
		}
		first := h.done(on("2023-05-05", "viite-1", "health"))
		h.done(on("2023-06-05", "viite-1", "social"))
		h.done(on("2023-06-05", "", "health")) // nobody knows whose
		second := h.done(on("2023-07-05", "viite-1", "health"))
		now := h.done(on("2023-09-01", "viite-1", "health"))
		h.db.Forget()
		path, err := h.Path(ctx, now.ID)
		h.Must(err)
		var got []uuid.UUID
		for _, a := range path {
			got = append(got, a.ID)
		}
		if diff := cmp.Diff([]uuid.UUID{first.ID, second.ID, now.ID}, got); diff != "" {
			t.Error(diff)
		}
		if h.db.Noted(audit.ResultRead) != 3 || len(h.db.Audit()) != 3 {
			t.Errorf("%d rows of the audit", len(h.db.Audit()))
		}
		h.refused("another unit's", func() error { _, err := h.Path(h.As(colleague), now.ID); return err }(), fault.NotFound)
		_, err = h.WithdrawConsent(ctx, assessment.WithdrawConsent{ID: now.ConsentID})
		h.Must(err)
		if path, err = h.Path(ctx, now.ID); err != nil || len(path) != 0 {
			t.Errorf("after the withdrawal %d results, %v", len(path), err)
		}
	})
}

func TestTheOverviewShowsWhatIsUnfinishedAndCountsWhatIsDone(t *testing.T) {
	suite(t, func(t *testing.T, h *house) {
		ctx := h.As(professional)
		draft := h.begun()
		var done []uuid.UUID
		for range 3 {
			h.Clock.Advance(time.Minute)
			done = append([]uuid.UUID{h.done(nil).ID}, done...)
		}
		h.done(func(b *assessment.Begin) { b.Start.AssessedOn = "2023-05-05" })
		h.db.Forget()
		o, err := h.Overview(ctx, day("2023-09-01"), day("2023-09-30"))
		h.Must(err)
		if len(o.Drafts) != 1 || o.Drafts[0].ID != draft.ID || len(o.Recent) != 4 || o.Done != 3 {
			t.Fatalf("%d drafts, %d recent, %d done", len(o.Drafts), len(o.Recent), o.Done)
		}
		for i, id := range done { // the latest of the day first
			if o.Recent[i].ID != id {
				t.Errorf("place %d is not the %d. latest", i, i+1)
			}
		}
		if h.db.Noted(audit.AssessmentListed) != 5 {
			t.Errorf("%d rows of the audit", h.db.Noted(audit.AssessmentListed))
		}
		if o, err = h.Overview(h.As(colleague), day(""), day("")); err != nil || len(o.Drafts)+len(o.Recent)+o.Done > 0 {
			t.Errorf("a colleague elsewhere sees %d drafts, %d recent, %d done: %v", len(o.Drafts), len(o.Recent), o.Done, err)
		}
		page, err := h.List(ctx, assessment.List{Mine: true, Status: []assessment.Status{assessment.Draft}})
		h.Must(err)
		if len(page.Assessments) != 1 || page.Assessments[0].ID != draft.ID {
			t.Errorf("%d own drafts in the list", len(page.Assessments))
		}
		if got := findings(second(h.List(ctx, assessment.List{Status: []assessment.Status{"lost"}}))); got != "/status/0 not_in_list" {
			t.Errorf("an unknown status: %q", got)
		}
	})
}

func TestEventsOfAResultAreRead(t *testing.T) {
	suite(t, func(t *testing.T, h *house) {
		ctx, a := h.As(professional), h.done(nil)
		for _, kind := range []string{"discussed", "recorded"} {
			_, err := h.Note(ctx, assessment.Note{ID: a.ID, Kind: kind})
			h.Must(err)
		}
		events, err := h.Events(ctx, a.ID)
		h.Must(err)
		if len(events) != 2 || events[0].Kind != assessment.Discussed || events[1].Kind != assessment.Recorded || events[1].By != professional.ID {
			t.Errorf("%+v", events)
		}
		h.refused("another unit's", second(h.Events(h.As(colleague), a.ID)), fault.NotFound)
	})
}
