package store_test

import (
	"context"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"

	"github.com/omasuunta/omasuunta/internal/access"
	"github.com/omasuunta/omasuunta/internal/assessment"
	"github.com/omasuunta/omasuunta/internal/audit"
	"github.com/omasuunta/omasuunta/internal/calendar"
	"github.com/omasuunta/omasuunta/internal/fault"
	"github.com/omasuunta/omasuunta/internal/instrument"
	"github.com/omasuunta/omasuunta/internal/segment"
	"github.com/omasuunta/omasuunta/internal/store"
)

var bothUnits = []string{"vuosaari-ta", "seniori-info"}

// exec writes a row that belongs to another package's use cases. Ids are
// written as text, which both engines take.
func (h *house) exec(query string, args ...any) {
	h.Helper()
	pool, err := h.Pool()
	h.must(err)
	if h.Dialect() == store.PostgreSQL {
		numbered, n := "", '0'
		for _, c := range query {
			if c == '?' {
				n++
				numbered += "$" + string(n)
				continue
			}
			numbered += string(c)
		}
		query = numbered
	}
	_, err = pool.ExecContext(h.Context(), query, args...)
	h.must(err)
}

func TestADeletedDraftLeavesNothingThatPointsToIt(t *testing.T) {
	suite(t, func(t *testing.T, h *house) {
		ctx := h.Context()
		c := h.consent()
		draft, kept := h.assessment(c, nil), h.assessment(c, completed(segment.Network))
		h.must(h.AddSeconds(ctx, draft.ID, assessment.PhaseClient, 30))
		h.must(h.AddSeconds(ctx, kept.ID, assessment.PhaseClient, 40))
		const day = "2023-05-05T09:00:00.000000Z"
		h.exec(`INSERT INTO invitations (id, unit, register, battery, language, plain, created_by, created_at, expires_at, link_hash, code_selector, code_hash, failures, assessment_id)
			VALUES (?, 'vuosaari-ta', 'health', 'functioning', 'fi', FALSE, ?, ?, ?, ?, 's', 'h', 0, ?)`,
			uuid.NewString(), userID.String(), day, day, []byte{1}, draft.ID.String())
		h.exec(`INSERT INTO sessions (hash, user_id, handed_over_to, created_at, seen_at) VALUES (?, ?, ?, ?, ?)`,
			[]byte{2}, userID.String(), draft.ID.String(), day, day)

		if err := h.DeleteDraft(ctx, kept.ID); fault.KindOf(err) != fault.NotFound {
			t.Errorf("an assessment with a result as a draft: %v", err)
		}
		h.must(h.DeleteDraft(ctx, draft.ID))
		if _, err := h.Assessment(ctx, draft.ID); fault.KindOf(err) != fault.NotFound {
			t.Errorf("the deleted draft: %v", err)
		}
		for table, query := range map[string]string{
			"invitation": "SELECT 'one' FROM invitations WHERE assessment_id IS NULL",
			"session":    "SELECT 'one' FROM sessions WHERE handed_over_to IS NULL",
		} {
			if got := rows(t, h.Store, query); len(got) != 1 {
				t.Errorf("the %s does not stay, free of the draft", table)
			}
		}
		seconds, err := h.Seconds(ctx, kept.ID)
		h.must(err)
		if seconds[assessment.PhaseClient] != 40 {
			t.Errorf("the other assessment's time: %v", seconds)
		}
		if err := h.AddSeconds(ctx, draft.ID, assessment.PhaseClient, 1); fault.KindOf(err) != fault.Conflict {
			t.Errorf("time for a deleted draft: %v", err)
		}
	})
}

func TestSecondsOfAPhaseAddUp(t *testing.T) {
	suite(t, func(t *testing.T, h *house) {
		ctx := h.Context()
		a := h.assessment(h.consent(), nil)
		for _, n := range []int{5, 7, 900} {
			h.must(h.AddSeconds(ctx, a.ID, assessment.PhaseClient, n))
		}
		h.must(h.AddSeconds(ctx, a.ID, assessment.PhaseResult, 1))
		got, err := h.Seconds(ctx, a.ID)
		h.must(err)
		if diff := cmp.Diff(map[assessment.Phase]int{assessment.PhaseClient: 912, assessment.PhaseResult: 1}, got); diff != "" {
			t.Error(diff)
		}
	})
}

func TestEventsComeInTheirOrder(t *testing.T) {
	suite(t, func(t *testing.T, h *house) {
		ctx := h.Context()
		c := h.consent()
		a, other := h.assessment(c, completed(segment.Network)), h.assessment(c, completed(segment.Network))
		want := []assessment.Event{
			{Assessment: a.ID, Kind: assessment.Recorded, At: start, By: userID},
			{Assessment: a.ID, Kind: assessment.Printed, At: start, By: userID},
		}
		for _, e := range want {
			h.must(h.InsertEvent(ctx, e))
		}
		h.must(h.InsertEvent(ctx, assessment.Event{Assessment: other.ID, Kind: assessment.Discussed, At: start, By: userID}))
		got, err := h.Events(ctx, a.ID)
		h.must(err)
		if diff := cmp.Diff(want, got); diff != "" {
			t.Error(diff)
		}
	})
}

// names gives assessments names for messages, in the order of a list.
func names(of map[uuid.UUID]string, list []*assessment.Assessment) []string {
	var out []string
	for _, a := range list {
		out = append(out, of[a.ID])
	}
	return out
}

func TestPathIsOneClientsInOneRegisterInOrder(t *testing.T) {
	suite(t, func(t *testing.T, h *house) {
		ctx := h.Context()
		c, later, stranger, elsewhere := h.consent(), h.consent(), h.consent(), h.consent()
		elsewhere.ID, elsewhere.Unit = uuid.New(), "seniori-info"
		h.must(h.InsertConsent(ctx, elsewhere))
		of := map[uuid.UUID]string{}
		add := func(name string, day string, change func(*assessment.Assessment)) *assessment.Assessment {
			consent := c
			switch name {
			case "other consent", "now":
				consent = later
			case "stranger":
				consent = stranger
			case "other unit":
				consent = elsewhere
			}
			a := h.assessment(consent, func(a *assessment.Assessment) {
				completed(segment.Network)(a)
				a.AssessedOn = calendar.MustParse(day)
				if change != nil {
					change(a)
				}
			})
			of[a.ID] = name
			return a
		}
		add("second", "2023-06-01", func(a *assessment.Assessment) { a.ClientRef = "" })
		add("first", "2023-05-05", nil)
		add("other consent", "2023-07-01", nil)
		add("social", "2023-06-02", func(a *assessment.Assessment) { a.Register = access.Social })
		add("draft", "2023-06-03", func(a *assessment.Assessment) { a.Status, a.Result = assessment.Draft, nil })
		add("stranger", "2023-06-04", func(a *assessment.Assessment) { a.ClientRef = "viite-2" })
		now := add("now", "2023-08-01", nil)
		add("after", "2023-09-01", nil)
		add("other unit", "2023-06-05", nil)

		path := func(q assessment.PathQuery) []string {
			list, err := h.Path(ctx, q)
			h.must(err)
			return names(of, list)
		}
		// By the reference what the unit has of this client; "second" named nobody
		// and is under another consent. The other unit's shares only the reference.
		if diff := cmp.Diff([]string{"first", "other consent", "now"}, path(assessment.PathQuery{Of: now, Own: across(bothUnits...), Limit: 12})); diff != "" {
			t.Errorf("by reference:\n%s", diff)
		}
		if diff := cmp.Diff([]string{"other consent", "now"}, path(assessment.PathQuery{Of: now, Own: across(bothUnits...), Limit: 2})); diff != "" {
			t.Errorf("the latest two:\n%s", diff)
		}
		if got := path(assessment.PathQuery{Of: now, Own: across("seniori-info"), Limit: 12}); len(got) != 0 {
			t.Errorf("of a unit that is not one's own: %v", got)
		}
		unnamed := *now
		unnamed.ClientRef, unnamed.ConsentID = "", c.ID
		if diff := cmp.Diff([]string{"first", "second"}, path(assessment.PathQuery{Of: &unnamed, Own: across(bothUnits...), Limit: 12})); diff != "" {
			t.Errorf("by consent:\n%s", diff)
		}
		if _, err := h.WithdrawConsent(ctx, later.ID, start, ""); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff([]string{"first"}, path(assessment.PathQuery{Of: now, Own: across(bothUnits...), Limit: 12})); diff != "" {
			t.Errorf("after a withdrawal:\n%s", diff)
		}
	})
}

func TestDraftsAndDoneAreToldApartByWhoBeganThem(t *testing.T) {
	suite(t, func(t *testing.T, h *house) {
		ctx := h.Context()
		colleague := uuid.New()
		h.must(h.InsertUser(ctx, access.User{ID: colleague, Username: "colleague", Name: "Toinen Testi", Role: access.Professional,
			Units: bothUnits, PasswordHash: "x", CreatedAt: start}))
		c, of := h.consent(), map[uuid.UUID]string{}
		add := func(name string, by uuid.UUID, minutes int, change func(*assessment.Assessment)) {
			a := h.assessment(c, func(a *assessment.Assessment) {
				if change != nil {
					change(a)
				}
				a.CreatedBy, a.CreatedAt = by, start.Add(time.Duration(minutes)*time.Minute)
				a.AssessedOn = calendar.MustParse("2023-05-05").AddDays(minutes)
			})
			of[a.ID] = name
		}
		add("own old", userID, 1, nil)
		add("colleague's", colleague, 3, nil)
		add("own new", userID, 2, nil)
		add("done", userID, 4, completed(segment.Network))
		add("done later", userID, 6, completed(segment.SelfActing))
		add("colleague's done", colleague, 5, completed(segment.Network))

		drafts, err := h.Drafts(ctx, across(bothUnits...), userID, 20)
		h.must(err)
		if diff := cmp.Diff([]string{"own new", "own old", "colleague's"}, names(of, drafts)); diff != "" {
			t.Error(diff)
		}
		if drafts, err = h.Drafts(ctx, across("seniori-info"), userID, 20); err != nil || len(drafts) != 0 {
			t.Errorf("another unit's drafts: %v, %v", names(of, drafts), err)
		}
		done, err := h.Assessments(ctx, assessment.ListQuery{Own: across(bothUnits...), CreatedBy: userID, Limit: 10,
			Status: []assessment.Status{assessment.Completed, assessment.Confirmed}})
		h.must(err)
		if diff := cmp.Diff([]string{"done later", "done"}, names(of, done)); diff != "" {
			t.Error(diff)
		}
		if none, err := h.Assessments(ctx, assessment.ListQuery{Own: across(bothUnits...), Limit: 10, Status: []assessment.Status{"x' OR 'a' = 'a"}}); err != nil || len(none) > 0 {
			t.Errorf("an unknown status: %v, %v", names(of, none), err)
		}
		for _, c := range []struct {
			from, to string
			want     int
		}{{"", "", 2}, {"2023-05-09", "2023-05-09", 1}, {"2023-05-10", "", 1}, {"", "2023-05-08", 0}} {
			n, err := h.CountDone(ctx, userID, dayOf(c.from), dayOf(c.to))
			h.must(err)
			if n != c.want {
				t.Errorf("done from %q to %q: %d, want %d", c.from, c.to, n, c.want)
			}
		}
	})
}

func dayOf(text string) calendar.Date {
	if text == "" {
		return calendar.Date{}
	}
	return calendar.MustParse(text)
}

// The hot insert and the later update write the same columns.
func TestPlainPresentAndUnansweredAreKept(t *testing.T) {
	suite(t, func(t *testing.T, h *house) {
		ctx := h.Context()
		a := h.assessment(h.consent(), func(a *assessment.Assessment) {
			a.Plain, a.Present = true, []string{assessment.PresentPersonalAssistant}
			a.Client = instrument.Sheet{{Item: "mood", Skip: instrument.Unanswered, Comment: "sanoja"}, {Item: "money", Skip: instrument.Unanswered, Unclear: true}}
		})
		check := func() {
			t.Helper()
			got, err := h.Assessment(ctx, a.ID)
			h.must(err)
			if diff := cmp.Diff(a, got); diff != "" {
				t.Error(diff)
			}
		}
		check()
		a.Plain, a.Present = false, nil
		h.must(h.UpdateAssessment(ctx, a))
		check()
		h.must(h.InTx(ctx, func(ctx context.Context) error { // SQLite takes another way here
			b := *a
			b.ID, b.Plain, b.Present = uuid.New(), true, assessment.PresentCodes
			_, err := h.AddAssessment(ctx, &b, bothUnits, audit.Entry{At: start, SubjectID: b.ID.String()})
			if err != nil {
				return err
			}
			got, err := h.Assessment(ctx, b.ID)
			if diff := cmp.Diff(&b, got); diff != "" {
				t.Error(diff)
			}
			return err
		}))
	})
}
