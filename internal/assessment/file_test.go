package assessment_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/omasuunta/omasuunta/internal/access"
	"github.com/omasuunta/omasuunta/internal/assessment"
	"github.com/omasuunta/omasuunta/internal/audit"
	"github.com/omasuunta/omasuunta/internal/fault"
	"github.com/omasuunta/omasuunta/internal/housetest"
)

func TestAFileIsForTheProfessionalsOfTheUnit(t *testing.T) {
	suite(t, func(t *testing.T, h *house) {
		a := h.begun()
		h.db.Forget()
		for _, c := range []struct {
			who  access.Actor
			want fault.Kind
		}{
			{colleague, fault.NotFound},
			{access.Actor{ID: uuid.New(), Role: access.Expert, Units: professional.Units}, fault.Forbidden},
			{access.Actor{ID: uuid.New(), Role: access.Admin, Units: professional.Units}, fault.Forbidden},
			{access.SystemActor, fault.Forbidden},
			{invited(a.ID), fault.Forbidden}, // the professional's words are in it: it is handed over by somebody who can talk about them
		} {
			_, err := h.File(h.As(c.who), a.ConsentID)
			h.refused("as "+string(c.who.Role), err, c.want)
		}
		_, err := h.File(h.Context(), a.ConsentID)
		h.refused("as nobody", err, fault.Unauthenticated)
		_, err = h.File(h.As(professional), uuid.New())
		h.refused("of no consent", err, fault.NotFound)
		if got := h.db.Audit(); len(got) > 0 {
			t.Errorf("a refusal was written down as a reading: %v", got)
		}
	})
}

func TestAFileHoldsBothRegistersOfTheOwnUnit(t *testing.T) {
	suite(t, func(t *testing.T, h *house) {
		ref := func(register string) func(*assessment.Begin) {
			return func(in *assessment.Begin) { in.Start.ClientRef, in.Start.Register = "viite-1", register }
		}
		health, social := h.done(ref("health")), h.done(ref("social"))
		other := h.done(func(in *assessment.Begin) { in.Start.ClientRef = "viite-2" })
		f, err := h.File(h.As(professional), social.ConsentID)
		h.Must(err)
		if len(f.Visits) != 2 || f.Visits[0].ID != health.ID || f.Visits[1].ID != social.ID || len(f.Consents) != 2 {
			t.Errorf("%d visits and %d consents in the file", len(f.Visits), len(f.Consents))
		}
		for _, row := range f.Trail {
			if row.Of == other.ID || row.Of == other.ConsentID {
				t.Error("somebody else's trail is in the file")
			}
		}
		if !f.MadeAt.Equal(h.Clock.Now()) || f.ClientRef != "viite-1" || f.ConsentID != social.ConsentID {
			t.Errorf("made at %v", f.MadeAt)
		}
	})
}

// Whoever gets the file sees who has had it in hands before, whichever visit
// that one began from.
func TestReadingAFileIsWrittenDownAndSeenInTheNext(t *testing.T) {
	suite(t, func(t *testing.T, h *house) {
		ref := func(in *assessment.Begin) { in.Start.ClientRef = "viite-1" }
		first, second := h.done(ref), h.done(ref)
		h.db.Forget()
		f, err := h.File(h.As(professional), first.ConsentID)
		h.Must(err)
		if slices.ContainsFunc(f.Trail, readFile) {
			t.Error("a file was read before anybody asked for one")
		}
		var noted []string
		for _, e := range h.db.Audit() {
			if e.Action != audit.ClientFileRead || e.Actor != professional.ID || e.Role != "professional" || e.Unit != housetest.Unit || !e.At.Equal(f.MadeAt) {
				t.Errorf("written down as %+v", e)
			}
			noted = append(noted, fmt.Sprint(e.Subject, e.SubjectID))
		}
		want := []string{
			"consent" + first.ConsentID.String(), "consent" + second.ConsentID.String(),
			"assessment" + first.ID.String(), "assessment" + second.ID.String(),
		}
		slices.Sort(noted)
		slices.Sort(want)
		if !slices.Equal(noted, want) {
			t.Errorf("noted %v, want %v", noted, want)
		}

		h.Clock.Advance(time.Hour)
		again, err := h.File(h.As(professional), second.ConsentID)
		h.Must(err)
		var seen []uuid.UUID
		for _, row := range again.Trail {
			if readFile(row) {
				seen = append(seen, row.Of)
				if !row.At.Equal(f.MadeAt) || again.Names[row.Actor] != professional.Name {
					t.Errorf("the reading is told as %+v by %q", row, again.Names[row.Actor])
				}
			}
		}
		if len(seen) != 4 {
			t.Errorf("the first reading left %d rows, want 4", len(seen))
		}
		if !slices.IsSortedFunc(again.Trail, func(a, b assessment.FileTrail) int { return a.At.Compare(b.At) }) {
			t.Error("the trail is not in the order of time")
		}
	})
}

func readFile(row assessment.FileTrail) bool { return row.Action == audit.ClientFileRead }

// What was withdrawn is kept, so it is told.
func TestAFileTellsOfAWithdrawal(t *testing.T) {
	suite(t, func(t *testing.T, h *house) {
		a := h.done(nil)
		_, err := h.WithdrawConsent(h.As(professional), assessment.WithdrawConsent{ID: a.ConsentID, Reason: "syy"})
		h.Must(err)
		f, err := h.File(h.As(professional), a.ConsentID)
		h.Must(err)
		if len(f.Visits) != 1 || f.Visits[0].Status != assessment.Withdrawn || f.Visits[0].Result == nil || f.Consents[0].WithdrawalReason != "syy" {
			t.Error("the withdrawn visit is not whole in the file")
		}
	})
}

func TestAFileKeepsToItselfInLogs(t *testing.T) {
	f := assessment.File{ClientRef: "viite-1"}
	if got := fmt.Sprintf("%v %+v %s", f, f, f.LogValue()); got != "[redacted] [redacted] [redacted]" {
		t.Errorf("a file prints %s", got)
	}
}
