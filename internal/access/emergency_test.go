package access_test

import (
	"context"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/omasuunta/omasuunta/internal/access"
	"github.com/omasuunta/omasuunta/internal/audit"
	"github.com/omasuunta/omasuunta/internal/fault"
	"github.com/omasuunta/omasuunta/internal/housetest"
	"github.com/omasuunta/omasuunta/internal/identity"
)

// crew is a unit that is prepared: who works there and their sealed codes.
type crew struct {
	user, colleague, neighbour, admin access.User
	sheets                            access.EmergencySheets
}

func (h *house) prepared() crew {
	h.Helper()
	var c crew
	c.user, _ = h.hire("maija", access.Professional)
	c.colleague, _ = h.hire("liisa", access.Professional)
	c.admin, _ = h.hire("hallinta", access.Admin)
	var err error
	c.neighbour, _, err = h.AddUser(h.System(), access.NewUser{Username: "naapuri", Name: "Testi naapuri", Role: "professional", Units: []string{housetest.OtherUnit}})
	h.Must(err)
	c.sheets, err = h.PrepareEmergency(h.as(c.admin), housetest.Unit, 5, 30)
	h.Must(err)
	return c
}

func (h *house) as(u access.User) context.Context {
	return h.As(access.Actor{ID: u.ID, Name: u.Name, Role: u.Role, Units: u.Units})
}

// pair are the nth codes of both sheets.
func (c crew) pair(n int) access.EmergencyCodes {
	return access.EmergencyCodes{First: c.sheets.Codes[0][n], Second: c.sheets.Codes[1][n]}
}

// refusals are the reasons in the audit, in their order.
func (h *house) refusals() []string {
	var whys []string
	for _, e := range h.db.Audit() {
		if e.Action == audit.EmergencyRefused {
			whys = append(whys, e.SubjectID)
		}
	}
	return whys
}

// The whole way: two codes let one professional into one unit for a time, with
// the rights of a visit, and everything stands in the audit under a role of its
// own.
func TestEmergencyLoginOpensAVisit(t *testing.T) {
	engines(t, func(t *testing.T, h *house) {
		c := h.prepared()
		if ready, err := h.EmergencyPrepared(t.Context()); err != nil || !ready {
			t.Fatalf("prepared: %v %v", ready, err)
		}
		people, err := h.CheckEmergency(t.Context(), c.pair(0))
		h.Must(err)
		if people.Unit != housetest.Unit || len(people.Users) != 2 || len(people.Witnesses) != 3 || people.Users[0].PasswordHash != "" {
			t.Errorf("who can come in: %d, who can stand by: %d", len(people.Users), len(people.Witnesses))
		}
		token, err := h.OpenEmergency(t.Context(), c.pair(0), c.user.ID, c.colleague.ID)
		h.Must(err)
		session := h.wantIn("after opening", token)
		actor := session.Actor
		if actor.ID != c.user.ID || actor.Role != access.Emergency || !slices.Equal(actor.Units, []string{housetest.Unit}) || session.Missing() != "" {
			t.Errorf("whose session it is: %v %v %q", actor, actor.Units, session.Missing())
		}
		if !session.EndsAtLatest.Equal(h.Clock.Now().Add(8 * time.Hour)) {
			t.Errorf("it ends at %v", session.EndsAtLatest)
		}
		wrote := h.db.Audit()
		for _, want := range []audit.Entry{
			{Action: audit.EmergencyAsked, SubjectID: c.sheets.Set.ID.String()},
			{Action: audit.EmergencyOpened, SubjectID: session.Emergency.String(), Actor: c.user.ID, Role: "emergency"},
			{Action: audit.EmergencyWitnessed, SubjectID: c.colleague.ID.String(), Actor: c.user.ID, Role: "emergency"},
			{Action: audit.EmergencyCodeUsed, SubjectID: c.sheets.Set.ID.String() + "/1/1", Actor: c.user.ID, Role: "emergency"},
			{Action: audit.EmergencyCodeUsed, SubjectID: c.sheets.Set.ID.String() + "/2/1", Actor: c.user.ID, Role: "emergency"},
		} {
			if !slices.ContainsFunc(wrote, func(e audit.Entry) bool {
				return e.Action == want.Action && e.SubjectID == want.SubjectID && e.Actor == want.Actor && e.Role == want.Role && e.Unit == housetest.Unit
			}) {
				t.Errorf("not in the audit: %+v", want)
			}
		}

		draft := h.Begun(h.As(actor), nil)
		h.Must(h.HandOver(t.Context(), token, draft.ID))
		h.wantFound("the screen taken back with a password", h.TakeBack(t.Context(), token, housetest.Password), "/password mistyped_emergency")
		h.wantFound("with another code", h.TakeBack(t.Context(), token, c.sheets.Codes[0][3]), "/password wrong_emergency")
		h.Must(h.TakeBack(t.Context(), token, c.sheets.Codes[1][0]))

		_, err = h.ChangePassword(t.Context(), token, "x", "jotain aivan muuta")
		h.want("a change of the password", fault.Forbidden, err)
		_, err = h.OwnFactors(t.Context(), token)
		h.want("factors", fault.Forbidden, err)

		h.Must(h.Logout(t.Context(), token))
		h.wantOut("after logging out", token)
		_, err = h.OpenEmergency(t.Context(), c.pair(0), c.user.ID, c.colleague.ID)
		h.want("the same codes again", fault.Unauthenticated, err)

		list, err := h.EmergencyLogins(h.as(c.admin))
		h.Must(err)
		if len(list) != 1 || list[0].Names[c.user.ID] != "Testi maija" || list[0].Numbers != [2]int{1, 1} || list[0].Open {
			t.Fatalf("for review: %+v", list)
		}
		one, err := h.EmergencyLogin(h.as(c.admin), list[0].ID)
		h.Must(err)
		done := map[string]int{}
		for _, a := range one.Actions {
			done[a.Action] = a.Count
		}
		if done["assessment.started"] != 1 || done["session.handed_over"] != 1 || done["emergency.opened"] != 1 || done["emergency.ended"] != 1 || done["session.refused"] != 1 {
			t.Errorf("what was done in it: %v", done)
		}
	})
}

// Nothing that is wrong with codes shows outside, and all of it in the audit.
func TestEmergencyCodesAreRefusedAlike(t *testing.T) {
	h := onSQLite(t)
	c := h.prepared()
	other, err := h.PrepareEmergency(h.System(), housetest.Unit, 2, 30)
	h.Must(err)
	open := func(first, second string) error {
		_, err := h.OpenEmergency(t.Context(), access.EmergencyCodes{First: first, Second: second}, c.user.ID, c.colleague.ID)
		return err
	}
	strange, _, err := identity.Secrets{}.NewEmergencyCode()
	h.Must(err)
	one, two := c.sheets.Codes[0], c.sheets.Codes[1]
	h.wantFound("nothing and a slip", open("", "abcd"), "/first required", "/second mistyped_emergency")
	if got := h.refusals(); got != nil {
		t.Errorf("a slip counts as a guess: %v", got)
	}
	for what, err := range map[string]error{
		"unknown": open(one[0], strange), "both of one sheet": open(one[0], one[1]), "twice the same": open(one[0], one[0]), "of two sets": open(one[0], other.Codes[1][0]),
	} {
		h.want(what, fault.Unauthenticated, err)
		if fault.CodeOf(err) != fault.Unauthenticated.String() {
			t.Errorf("%s: it tells %q", what, fault.CodeOf(err))
		}
	}
	for what, people := range map[string][2]uuid.UUID{
		"/user required":     {c.neighbour.ID, c.colleague.ID},
		"/witness required":  {c.user.ID, c.neighbour.ID},
		"/witness duplicate": {c.user.ID, c.user.ID},
	} {
		_, err := h.OpenEmergency(t.Context(), c.pair(0), people[0], people[1])
		h.wantFound(what, err, what)
	}
	h.Must(h.DisableUser(h.System(), c.user.ID))
	h.wantFound("somebody who is shut out", open(one[0], two[0]), "/user required")
	h.Must(h.EnableUser(h.System(), c.user.ID))

	if err := open(two[0], one[0]); err != nil { // whichever comes first
		t.Errorf("the other way round: %v", err)
	}
	h.want("used ones", fault.Unauthenticated, open(one[0], two[1]))
	h.Clock.Advance(30 * 24 * time.Hour)
	h.want("past their time", fault.Unauthenticated, open(one[2], two[2]))
	got := h.refusals()
	slices.Sort(got)
	if want := []string{"expired", "person", "person", "person", "person", "sheet", "sheet", "sheet", "unknown", "used"}; !slices.Equal(got, want) {
		t.Errorf("in the audit: %v, want %v", got, want)
	}
	if ready, err := h.EmergencyPrepared(t.Context()); err != nil || ready {
		t.Errorf("prepared after its time: %v %v", ready, err)
	}
}

// It ends by itself, with the codes' being taken back, and with the next one.
func TestEmergencySessionsEnd(t *testing.T) {
	engines(t, func(t *testing.T, h *house) {
		c := h.prepared()
		open := func(n int) string {
			t.Helper()
			token, err := h.OpenEmergency(t.Context(), c.pair(n), c.user.ID, c.admin.ID)
			h.Must(err)
			return token
		}
		first := open(0)
		h.Clock.Advance(access.EmergencyIdle - time.Minute)
		h.wantIn("between two visits", first)
		second := open(1)
		h.wantOut("when there is another one", first)
		for range 5 {
			h.Clock.Advance(90 * time.Minute)
			h.wantIn("within the day", second)
		}
		h.Clock.Advance(30 * time.Minute)
		h.wantOut("after its time", second)

		third := open(2)
		h.Must(h.RevokeEmergency(h.as(c.admin), c.sheets.Set.ID))
		h.Must(h.RevokeEmergency(h.as(c.admin), c.sheets.Set.ID))
		h.wantOut("when the codes are taken back", third)
		_, err := h.OpenEmergency(t.Context(), c.pair(3), c.user.ID, c.admin.ID)
		h.want("codes that were taken back", fault.Unauthenticated, err)

		sets, err := h.EmergencySets(h.System())
		h.Must(err)
		if len(sets) != 1 || sets[0].Codes != 5 || sets[0].Left != [2]int{2, 2} || sets[0].RevokedAt.IsZero() {
			t.Errorf("what is left: %+v", sets)
		}
	})
}

func TestEmergencyLoginIsReviewedBySomebodyElse(t *testing.T) {
	h := onSQLite(t)
	c := h.prepared()
	boss, _ := h.hire("toinen", access.Admin)
	token, err := h.OpenEmergency(t.Context(), c.pair(0), c.user.ID, c.admin.ID)
	h.Must(err)
	id := h.wantIn("it", token).Emergency
	for _, u := range []access.User{c.user, c.neighbour} {
		mine, err := h.OwnEmergencies(h.as(u))
		h.Must(err)
		if want := u.ID == c.user.ID; (len(mine) == 1) != want {
			t.Errorf("%s is told of %d", u.Username, len(mine))
		}
	}
	h.want("while it goes on", fault.Conflict, h.ReviewEmergency(h.as(boss), id, "in_order"))
	h.Must(h.Logout(t.Context(), token))
	h.want("by who stood by", fault.Forbidden, h.ReviewEmergency(h.as(c.admin), id, "in_order"))
	h.want("by who came in", fault.Forbidden, h.ReviewEmergency(h.as(c.user), id, "in_order"))
	h.wantFound("without an outcome", h.ReviewEmergency(h.as(boss), id, "fine"), "/outcome required")
	h.Must(h.ReviewEmergency(h.as(boss), id, "not_needed"))
	h.want("a second time", fault.Conflict, h.ReviewEmergency(h.as(boss), id, "in_order"))
	if n, err := h.UnreviewedEmergencies(h.as(boss)); err != nil || n != 0 {
		t.Errorf("%d wait, %v", n, err)
	}
	last := h.db.Audit()[len(h.db.Audit())-1]
	if last.Action != audit.EmergencyReviewed || last.SubjectID != id.String()+":not_needed" || last.Actor != boss.ID {
		t.Errorf("in the audit: %+v", last)
	}
}

func TestEmergencyCodesOpenOneSession(t *testing.T) {
	engines(t, func(t *testing.T, h *house) {
		c := h.prepared()
		var wait sync.WaitGroup
		errs := make([]error, 20)
		for i := range errs {
			wait.Go(func() {
				user, witness := c.user.ID, c.colleague.ID
				if i%2 == 1 {
					user, witness = witness, user
				}
				_, errs[i] = h.OpenEmergency(t.Context(), c.pair(0), user, witness)
			})
		}
		wait.Wait()
		opened := 0
		for _, err := range errs {
			switch fault.KindOf(err) {
			case fault.Unauthenticated:
			default:
				if err != nil {
					t.Error(err)
				}
				opened++
			}
		}
		if opened != 1 {
			t.Errorf("%d of %d opened something", opened, len(errs))
		}
	})
}

func TestEmergencyIsPreparedByAdministrators(t *testing.T) {
	h := onSQLite(t)
	c := h.prepared()
	_, err := h.PrepareEmergency(h.as(c.user), housetest.Unit, 5, 30)
	h.want("by a professional", fault.Forbidden, err)
	_, err = h.PrepareEmergency(h.as(c.admin), "nowhere", 0, 10000)
	h.wantFound("what is wrong", err, "/codes too_small", "/days too_great", "/unit unknown_unit")
}
