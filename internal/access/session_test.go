package access_test

import (
	"context"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/omasuunta/omasuunta/internal/access"
	"github.com/omasuunta/omasuunta/internal/audit"
	"github.com/omasuunta/omasuunta/internal/fault"
	"github.com/omasuunta/omasuunta/internal/housetest"
)

func TestSessionEndsIdle(t *testing.T) {
	engines(t, func(t *testing.T, h *house) {
		_, password := h.hire("vuokko", access.Professional)
		token := h.login("vuokko", password)
		for range 3 {
			h.Clock.Advance(access.DefaultLimits.Idle - time.Microsecond)
			session := h.wantIn("just in time", token)
			if want := h.Clock.Now().Add(access.DefaultLimits.Idle); !session.EndsAt.Equal(want) {
				t.Errorf("ends at %s, want %s", session.EndsAt, want)
			}
		}
		h.Clock.Advance(access.DefaultLimits.Idle)
		h.wantOut("idle", token)
	})
}

// A session in use is written twice a minute at most, and what it says about
// its end is true all the same.
func TestSessionIsTouchedNowAndThen(t *testing.T) {
	h := onSQLite(t)
	_, password := h.hire("vuokko", access.Professional)
	token := h.login("vuokko", password)
	h.Clock.Advance(29 * time.Second)
	if s := h.wantIn("soon", token); !s.SeenAt.Equal(housetest.Start) || !s.EndsAt.Equal(housetest.Start.Add(access.DefaultLimits.Idle)) {
		t.Errorf("after 29 s: seen %s, ends %s", s.SeenAt, s.EndsAt)
	}
	h.Clock.Advance(time.Second)
	if s := h.wantIn("later", token); !s.SeenAt.Equal(h.Clock.Now()) || !s.EndsAt.Equal(h.Clock.Now().Add(access.DefaultLimits.Idle)) {
		t.Errorf("after 30 s: seen %s, ends %s", s.SeenAt, s.EndsAt)
	}
}

func TestSessionEndsWhateverHappens(t *testing.T) {
	limits := access.Limits{Idle: time.Hour, Absolute: 90 * time.Minute, FirstPassword: time.Hour}
	h := onSQLite(t, access.WithLimits(func(context.Context) (access.Limits, error) { return limits, nil }))
	_, password := h.hire("vuokko", access.Professional)
	token := h.login("vuokko", password)
	end := housetest.Start.Add(limits.Absolute)
	h.Clock.Advance(50 * time.Minute)
	if s := h.wantIn("in use", token); !s.EndsAt.Equal(end) || !s.EndsAtLatest.Equal(end) {
		t.Errorf("ends at %s, at the latest %s", s.EndsAt, s.EndsAtLatest)
	}
	h.Clock.Set(end.Add(-time.Microsecond))
	h.wantIn("the last moment", token)
	h.Clock.Set(end)
	h.wantOut("in use all the time", token)
}

func TestHandOverIsAProfessionalsToAnAssessment(t *testing.T) {
	engines(t, func(t *testing.T, h *house) {
		_, password := h.hire("vuokko", access.Professional)
		token := h.login("vuokko", password)
		h.want("to an assessment that is not there", fault.NotFound, h.HandOver(t.Context(), token, uuid.New()))
		h.want("to nothing", fault.NotFound, h.HandOver(t.Context(), token, uuid.Nil))
		h.wantIn("still", token)
		_, password = h.hire("eero", access.Expert)
		h.want("by an expert", fault.Forbidden, h.HandOver(t.Context(), h.login("eero", password), uuid.New()))
		h.want("without a session", fault.Unauthenticated, h.HandOver(t.Context(), "x", uuid.New()))
		h.Must(h.TakeBack(t.Context(), token, "")) // nothing was handed over
		h.want("without a session", fault.Unauthenticated, h.TakeBack(t.Context(), "x", password))
		_, err := h.OpenClientSession(t.Context(), uuid.New())
		h.want("of an invitation that is not there", fault.NotFound, err)
	})
}

func TestHandedOverSessionIsTheClientsAlone(t *testing.T) {
	engines(t, func(t *testing.T, h *house) {
		u, password := h.hire("vuokko", access.Professional)
		first, second := h.assessments(u)
		token := h.login("vuokko", password)
		h.Must(h.HandOver(t.Context(), token, first))
		if e := h.db.Last(); e.Action != audit.HandedOver || e.Actor != u.ID || e.SubjectID != first.String() {
			t.Errorf("audit of handing over: %+v", e)
		}
		if s := h.wantIn("handed over", token); s.HandedOverTo != first {
			t.Errorf("handed over to %s", s.HandedOverTo)
		}
		h.Must(h.HandOver(t.Context(), token, first)) // again is no error
		h.want("to another", fault.Forbidden, h.HandOver(t.Context(), token, second))
		_, err := h.ChangePassword(t.Context(), token, password, chosen)
		h.want("changing the password", fault.Forbidden, err)
		h.wantFound("without a password", h.TakeBack(t.Context(), token, ""), "/password required")
		h.wantFound("with a wrong one", h.TakeBack(t.Context(), token, password+"x"), "/password wrong_password")
		if e := h.db.Last(); e.Action != audit.LoginFailed || e.SubjectID != u.ID.String() {
			t.Errorf("audit of a wrong password: %+v", e)
		}
		if h.wantIn("still", token).HandedOverTo != first {
			t.Error("a wrong password took the session back")
		}
		h.Must(h.TakeBack(t.Context(), token, password))
		if e := h.db.Last(); e.Action != audit.TakenBack || e.SubjectID != first.String() {
			t.Errorf("audit of taking back: %+v", e)
		}
		if h.wantIn("taken back", token).HandedOverTo != uuid.Nil {
			t.Error("still handed over")
		}
	})
}
