package store_test

import (
	"context"
	"fmt"
	"slices"
	"testing"

	"github.com/google/uuid"

	"github.com/omasuunta/omasuunta/internal/access"
	"github.com/omasuunta/omasuunta/internal/calendar"
	"github.com/omasuunta/omasuunta/internal/housetest"
	"github.com/omasuunta/omasuunta/internal/survey"
)

// surveyed runs a test on both engines, in a house with a round that is open.
func surveyed(t *testing.T, test func(t *testing.T, h *housetest.House, expert context.Context, round uuid.UUID)) {
	t.Helper()
	housetest.Engines(t, func(t *testing.T, h *housetest.House) {
		expert := h.As(access.Actor{ID: uuid.New(), Role: access.Expert})
		day := calendar.DayOf(h.Clock.Now())
		round, err := h.Surveys.Open(expert, survey.Opening{Name: "Kysely", From: day, To: day, LastDay: day, Units: []string{housetest.Unit}})
		h.Must(err)
		test(t, h, expert, round.ID)
	})
}

// somebody is a professional who need not be a user.
func somebody(h *housetest.House) context.Context {
	return h.As(access.Actor{ID: uuid.New(), Role: access.Professional, Units: []string{housetest.Unit}, Registers: access.Registers})
}

// Who has answered is forgotten when the round is closed, and the audit never
// knew it.
func TestNoRowSaysWhoAnsweredTheSurvey(t *testing.T) {
	surveyed(t, func(t *testing.T, h *housetest.House, expert context.Context, round uuid.UUID) {
		me := somebody(h)
		h.Must(h.Surveys.HandIn(me, round, survey.Answer{Choices: map[string]string{"heard": "agree"}, Texts: map[string]string{"last_words": "Hyvä näin."}}))
		marks, err := h.Store.SurveyMarks(t.Context(), round)
		h.Must(err)
		if len(marks) != 1 {
			t.Fatalf("%d marks", len(marks))
		}
		h.Must(h.Surveys.Close(expert, round))
		if marks, err = h.Store.SurveyMarks(t.Context(), round); err != nil || len(marks) != 0 {
			t.Errorf("%d marks after the end, %v", len(marks), err)
		}
		pool, err := h.Store.Pool()
		h.Must(err)
		actor, _ := access.From(me)
		var n, all int
		h.Must(pool.QueryRowContext(h.System(), "SELECT count(*) FROM audit_events WHERE action = 'survey.answered'").Scan(&all))
		h.Must(pool.QueryRowContext(h.System(), "SELECT count(*) FROM audit_events WHERE CAST(actor_id AS text) = '"+actor.ID.String()+"'").Scan(&n))
		if all != 1 || n != 0 {
			t.Errorf("%d rows about answers, %d about this user", all, n)
		}
	})
}

// With each answer every row of the round is written anew: no id stays, and after
// many answers the order of the rows is not that of their coming.
func TestAllRowsOfASurveyAreWrittenAnew(t *testing.T) {
	surveyed(t, func(t *testing.T, h *housetest.House, expert context.Context, round uuid.UUID) {
		pool, err := h.Store.Pool()
		h.Must(err)
		ids := func() (list []string) {
			rows, err := pool.QueryContext(h.System(), "SELECT CAST(id AS text) FROM survey_answers")
			h.Must(err)
			defer rows.Close()
			for rows.Next() {
				var id string
				h.Must(rows.Scan(&id))
				list = append(list, id)
			}
			h.Must(rows.Err())
			return list
		}
		var before []string
		for i := range 12 {
			h.Must(h.Surveys.HandIn(somebody(h), round, survey.Answer{Choices: map[string]string{"recommend": fmt.Sprint(i%10 + 1)}}))
			now := ids()
			if len(now) != i+1 || slices.ContainsFunc(now, func(id string) bool { return slices.Contains(before, id) }) {
				t.Fatalf("%d rows, some of them as before", len(now))
			}
			before = now
		}
		if h.Store.Dialect() != "postgres" {
			return
		}
		var ages int
		h.Must(pool.QueryRowContext(h.System(), `SELECT count(DISTINCT x) FROM (SELECT xmin::text AS x FROM survey_answers UNION ALL SELECT xmin::text FROM survey_marks) AS ages`).Scan(&ages))
		if ages != 1 {
			t.Errorf("the rows have %d ages", ages)
		}
		var sorted bool
		h.Must(pool.QueryRowContext(h.System(), `SELECT array_agg(user_id ORDER BY ctid) = array_agg(user_id ORDER BY user_id) FROM survey_marks`).Scan(&sorted))
		if !sorted {
			t.Error("the marks lie in another order than that of their ids")
		}
	})
}
