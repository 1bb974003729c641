package store_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"github.com/omasuunta/omasuunta/internal/access"
	"github.com/omasuunta/omasuunta/internal/archive"
	"github.com/omasuunta/omasuunta/internal/assessment"
	"github.com/omasuunta/omasuunta/internal/calendar"
	"github.com/omasuunta/omasuunta/internal/extract"
	"github.com/omasuunta/omasuunta/internal/fault"
	"github.com/omasuunta/omasuunta/internal/replay"
	"github.com/omasuunta/omasuunta/internal/report"
	"github.com/omasuunta/omasuunta/internal/retention"
	"github.com/omasuunta/omasuunta/internal/segment"
	"github.com/omasuunta/omasuunta/internal/store"
	"github.com/omasuunta/omasuunta/internal/testkit"
)

// guardedTables are the tables with rows of clients, each with a column to change.
var guardedTables = map[string]string{
	"consents":           "language",
	"assessments":        "language",
	"assessment_events":  "kind",
	"assessment_phases":  "seconds",
	"invitations":        "language",
	"feedback":           "agreement",
	"non_participations": "kind",
	"archive_jobs":       "state",
	"legal_holds":        "reason",
	"idempotency_keys":   "route",
	"audit_events":       "unit",

	"summaries":           "key",
	"summary_corrections": "key",
	"extract_chunks":      "number",

	"reassessments":          "previous",
	"reassessment_summaries": "previous",
	"reassessment_moves":     "register",
	"feedback_summaries":     "agreement",
	"feedback_changes":       "agreement",
}

// inhabited has one row in every guarded table, of vuosaari-ta and of its user.
func inhabited(t *testing.T) *house {
	t.Helper()
	h := onPostgres(t)
	testkit.TwoRoles(t, h.url)
	ctx := h.Context()
	c := h.consent()
	a := h.assessment(c, completed(segment.Network))
	h.must(h.InsertEvent(ctx, assessment.Event{Assessment: a.ID, Kind: assessment.Printed, At: start, By: userID}))
	h.must(h.AddSeconds(ctx, a.ID, assessment.PhaseClient, 30))
	h.invitation("abc")
	h.must(h.InsertFeedback(ctx, assessment.Feedback{ID: uuid.New(), Unit: c.Unit, GivenOn: a.AssessedOn, Usefulness: 4, Agreement: assessment.Agrees}))
	h.must(h.InsertNonParticipation(ctx, assessment.NonParticipation{ID: uuid.New(), Unit: c.Unit, Kind: assessment.Unsuitable, Reason: "no_time", On: a.AssessedOn, By: userID, At: start}))
	h.queued(archive.Consent, c.ID, 1, start)
	h.must(h.InsertHold(ctx, retention.Hold{Consent: c.ID, Reason: retention.Complaint, At: start}))
	_, err := h.ClaimCall(ctx, replay.Key{User: userID, Route: "POST /x", Key: "k"}, replay.Record{BodyHash: []byte("h"), Claim: uuid.New(), ClaimedAt: start})
	h.must(err)
	permit := extract.Permit{ID: uuid.New(), User: userID, Reference: "1", Units: []string{c.Unit}, From: a.AssessedOn, To: a.AssessedOn, ValidFrom: a.AssessedOn, ValidUntil: a.AssessedOn, GrantedAt: start}
	h.must(h.InsertPermit(ctx, permit))
	h.must(h.InsertJob(ctx, extract.Job{ID: uuid.New(), Permit: permit.ID, User: userID, Format: extract.CSV, State: extract.Waiting, NextAt: start, AskedAt: start}))
	job, _, err := h.TakeJob(ctx, start, start)
	h.must(err)
	_, err = h.PutChunk(ctx, job, 0, []byte("rows"))
	h.must(err)
	// The row in the audit that came with the assessment names no unit.
	h.do("INSERT INTO audit_events (at, actor_id, role, action, subject, subject_id, unit, request_id) VALUES (now(), $1, '', 'x', 'y', 'z', 'vuosaari-ta', '')", userID)
	return h
}

// as begins a transaction of the program's role, which is rolled back.
func (h *house) as(units, user string) pgx.Tx {
	h.Helper()
	conn, err := pgx.Connect(h.T.Context(), h.url)
	h.must(err)
	h.Cleanup(func() { _ = conn.Close(context.Background()) })
	tx, err := conn.Begin(h.T.Context())
	h.must(err)
	if units != "" || user != "" {
		_, err = tx.Exec(h.T.Context(), "SELECT set_config('omasuunta.units', $1, true), set_config('omasuunta.user', $2, true)", units, user)
		h.must(err)
	}
	return tx
}

func TestRowsAreShownToTheirUnitAlone(t *testing.T) {
	h := inhabited(t)
	for name, s := range map[string]struct {
		units, user string
		sees        bool
	}{
		"nobody":              {"", "", false},
		"no unit":             {"{}", uuid.NewString(), false},
		"another unit":        {"{seniori-info}", uuid.NewString(), false},
		"half a name":         {"{vuosaari}", uuid.NewString(), false},
		"the unit":            {"{seniori-info,vuosaari-ta}", userID.String(), true},
		"the whole house":     {"{*}", "", true},
		"what looks like all": {"{*,seniori-info}", uuid.NewString(), false},
	} {
		t.Run(name, func(t *testing.T) {
			h := &house{T: t, Store: h.Store, url: h.url}
			for table, column := range guardedTables {
				tx := h.as(s.units, s.user)
				rights := store.TableRights[table]
				if rights == "" { // it is behind functions: see fold_test.go
					if _, err := tx.Exec(h.Context(), "SELECT FROM "+table); err == nil || !strings.Contains(err.Error(), "42501") {
						t.Errorf("%s: %v", table, err)
					}
					h.must(tx.Rollback(h.Context()))
					continue
				}
				n := 0
				where := ""
				if table == "audit_events" {
					where = " WHERE action = 'x'"
				}
				h.must(tx.QueryRow(h.Context(), "SELECT count(*) FROM "+table+where).Scan(&n))
				if (n == 1) != s.sees {
					t.Errorf("%s: sees %d rows", table, n)
				}
				if strings.Contains(rights, "UPDATE") {
					done, err := tx.Exec(h.Context(), "UPDATE "+table+" SET "+column+" = "+column)
					h.must(err)
					if (done.RowsAffected() == 1) != s.sees {
						t.Errorf("%s: changes %d rows", table, done.RowsAffected())
					}
				}
				if strings.Contains(rights, "DELETE") && (!s.sees || !referred[table]) {
					done, err := tx.Exec(h.Context(), "DELETE FROM "+table)
					h.must(err)
					if (done.RowsAffected() == 1) != s.sees {
						t.Errorf("%s: deletes %d rows", table, done.RowsAffected())
					}
				}
				h.must(tx.Rollback(h.Context()))
			}
		})
	}
}

// referred are the tables whose row cannot go first, whoever wants it.
var referred = map[string]bool{"consents": true, "assessments": true}

// Nobody puts a row where they could not see it, whatever id it refers to. The
// audit takes rows from everybody.
func TestRowsAreAddedToTheOwnUnitAlone(t *testing.T) {
	h := inhabited(t)
	row := map[string][]any{}
	owner := open(t, testkit.AsOwner(h.url))
	pool, err := owner.Pool()
	h.must(err)
	for table := range guardedTables {
		if store.TableRights[table] == "" {
			continue
		}
		var one string
		h.must(pool.QueryRowContext(h.Context(), "SELECT row_to_json(r) FROM "+table+" r ORDER BY 1::text LIMIT 1").Scan(&one))
		row[table] = []any{one}
	}
	for name, s := range map[string]struct{ units, user string }{
		"nobody": {"", ""}, "another unit": {"{seniori-info}", uuid.NewString()}, "the unit": {"{vuosaari-ta}", userID.String()},
	} {
		for table := range guardedTables {
			if table == "audit_events" || store.TableRights[table] == "" {
				continue
			}
			tx := h.as(s.units, s.user)
			// The same row once more: the right unit gets as far as the key that is taken,
			// anybody else not even there.
			_, err := tx.Exec(h.Context(), "INSERT INTO "+table+" OVERRIDING SYSTEM VALUE SELECT * FROM json_populate_record(NULL::"+table+", $1)", row[table]...)
			code := ""
			if err != nil {
				code = err.Error()
			}
			if denied := strings.Contains(code, "42501"); denied == (name == "the unit") || err == nil {
				t.Errorf("%s into %s: %v", name, table, err)
			}
			h.must(tx.Rollback(h.Context()))
		}
	}
	tx := h.as("", "")
	_, err = tx.Exec(h.Context(), "INSERT INTO audit_events (at, actor_id, role, action, subject, subject_id, unit, request_id) VALUES (now(), $1, '', 'x', 'y', 'z', 'vuosaari-ta', '')", userID)
	h.must(err)
}

// Every table whose rows are about clients is guarded, against its owner too.
func TestEveryTableOfClientsIsGuarded(t *testing.T) {
	h := onPostgres(t)
	guarded := rows(t, h.Store, "SELECT relname FROM pg_class WHERE relkind = 'r' AND relrowsecurity AND relforcerowsecurity ORDER BY 1")
	for _, one := range inventory(t) {
		// Sessions are found by a secret before anybody acts, and tell of a client by ids
		// alone. Keys are made before their records, and tell nothing.
		if one.Table == "sessions" || one.Table == "record_keys" {
			continue
		}
		if slices.Contains(one.Whose, "client") && !slices.Contains(guarded, one.Table) {
			t.Errorf("%s is about clients and not guarded: see migrations/postgres/00011_row_security.sql", one.Table)
		}
	}
	for _, name := range guarded {
		if guardedTables[name] == "" {
			t.Errorf("%s is guarded and not tested", name)
		}
	}
}

// A use case that forgot to compare the unit: the store itself gives nothing, and
// changes nothing.
func TestAForgottenCheckSeesNothing(t *testing.T) {
	h := inhabited(t)
	c, a := h.consent(), h.assessment(h.consent(), completed(segment.Network))
	i := h.invitation("def")
	for name, ctx := range map[string]context.Context{
		"nobody":       t.Context(),
		"another unit": access.With(t.Context(), access.Actor{ID: uuid.New(), Role: access.Professional, Units: []string{"seniori-info"}, Registers: access.Registers}),
		"no unit":      access.With(t.Context(), access.Actor{ID: uuid.New(), Role: access.Professional}),
		"an expert":    access.With(t.Context(), access.Actor{ID: uuid.New(), Role: access.Expert, Units: []string{"seniori-info"}}),
		"the admin":    access.With(t.Context(), access.Actor{ID: uuid.New(), Role: access.Admin}),
		// Whoever acts next is not what the one before was.
		"after the house": access.With(access.WholeHouse(t.Context()), access.Actor{ID: uuid.New(), Role: access.Admin}),
	} {
		t.Run(name, func(t *testing.T) {
			see := func(ctx context.Context) error {
				found := map[string]error{}
				_, found["consent"] = h.Consent(ctx, c.ID)
				_, found["assessment"] = h.Assessment(ctx, a.ID)
				_, found["to change"] = h.OwnAssessmentForUpdate(ctx, across(bothUnits...), a.ID)
				_, found["invitation"] = h.Invitation(ctx, i.ID)
				for what, err := range found {
					if fault.KindOf(err) != fault.NotFound {
						t.Errorf("%s: %v", what, err)
					}
				}
				list, err := h.Assessments(ctx, assessment.ListQuery{Own: across(bothUnits...), Limit: 10})
				if err != nil || len(list) > 0 {
					t.Errorf("%d in the list, %v", len(list), err)
				}
				day := calendar.MustParse("2023-05-31")
				cells, coverage, err := h.DistributionCells(ctx, report.Query{From: day, To: day}, nil)
				if err != nil || len(cells) > 0 || coverage.Completed > 0 {
					t.Errorf("a report of %v, %+v, %v", cells, coverage, err)
				}
				changed, err := h.WithdrawConsent(ctx, c.ID, start, "")
				if err != nil || changed {
					t.Errorf("withdrawn: %v, %v", changed, err)
				}
				return nil
			}
			h.must(see(ctx))
			h.must(h.InTx(ctx, see))
			// In the midst of a transaction that may see more.
			h.must(h.InTx(access.WholeHouse(t.Context()), func(inside context.Context) error {
				if _, err := h.Consent(inside, c.ID); err != nil {
					t.Error(err)
				}
				actor, known := access.From(ctx)
				if !known {
					return nil
				}
				return see(access.With(inside, actor))
			}))
		})
	}
}

// What is done under one scope in a pool of connections is never seen under the
// next one, with or without a transaction.
func TestNoConnectionCarriesAScopeToItsNextUser(t *testing.T) {
	h := inhabited(t)
	a := h.assessment(h.consent(), completed(segment.Network))
	var group sync.WaitGroup
	for n := range 24 {
		units := []string{[]string{"vuosaari-ta", "seniori-info", ""}[n%3]}
		ctx := t.Context()
		if units[0] != "" {
			ctx = access.With(ctx, access.Actor{ID: uuid.New(), Role: access.Professional, Units: units, Registers: access.Registers})
		}
		group.Go(func() {
			for i := range 20 {
				var err error
				if look := func(ctx context.Context) error { _, err = h.Assessment(ctx, a.ID); return nil }; i%2 == 0 {
					_ = h.InTx(ctx, look)
				} else {
					_ = look(ctx)
				}
				if found := err == nil; found != (units[0] == "vuosaari-ta") || !found && fault.KindOf(err) != fault.NotFound {
					t.Errorf("%q: %v", units[0], err)
					return
				}
			}
		})
	}
	group.Wait()
}

// A database with many visits answers by its indexes, and asks for the scope once
// for a statement.
func TestPoliciesUseTheIndexes(t *testing.T) {
	h := inhabited(t)
	h.do(`INSERT INTO units SELECT 'u-' || n, 'Yksikkö' FROM generate_series(1, 200) n`)
	h.do(`INSERT INTO assessments (id, revision, status, consent_id, statistics, unit, register, language, mode, assessed_on, assessed_month, client_battery, client_version,
battery, battery_version, client_answers, professional_answers, segment, result, feedback_given, created_by, created_at)
SELECT gen_random_uuid(), 1, 'completed', consent_id, true, 'u-' || (n % 200 + 1), register, language, mode, assessed_on + n % 300, assessed_month, client_battery, client_version,
battery, battery_version, '{}', '{}', segment, result, false, created_by, created_at FROM assessments, generate_series(1, 10000) n`)
	h.do("ANALYZE assessments")
	for query, index := range map[string]string{
		"SELECT * FROM assessments WHERE id = '7f8c1b9e-3d52-4c38-9a53-6c8a4f0e1d2b'":                                                       "assessments_pkey",
		"SELECT * FROM assessments WHERE unit IN ('u-7') ORDER BY assessed_on DESC, id DESC LIMIT 50":                                       "assessments_unit",
		"SELECT count(*) FROM assessments WHERE status IN ('completed', 'confirmed') AND assessed_on BETWEEN '2023-06-01' AND '2023-06-05'": "Index",
		"SELECT * FROM assessment_phases WHERE assessment_id = '7f8c1b9e-3d52-4c38-9a53-6c8a4f0e1d2b'":                                      "assessment_phases_pkey",
	} {
		tx := h.as("{u-7}", "")
		found, err := tx.Query(h.Context(), "EXPLAIN "+query)
		h.must(err)
		steps, err := pgx.CollectRows(found, pgx.RowTo[string])
		h.must(err)
		plan := strings.Join(steps, "\n")
		if !strings.Contains(plan, index) || !strings.Contains(plan, "InitPlan") || strings.Contains(plan, "Seq Scan") {
			t.Errorf("%s\n%s", query, plan)
		}
		h.must(tx.Rollback(h.Context()))
	}
}

// The literal of the scope is made of codes alone; one that is none of a unit is
// left out.
func TestStrangeUnitsAreNoScope(t *testing.T) {
	h := inhabited(t)
	for _, unit := range []string{"*", `"`, `\`, "'", "'; RESET ALL; --", `a","vuosaari-ta`, "{vuosaari-ta}", "", "null"} {
		ctx := access.With(t.Context(), access.Actor{ID: userID, Role: access.Professional, Units: []string{unit}, Registers: access.Registers})
		for _, look := range []func(context.Context) error{
			func(ctx context.Context) error { return seesNone(h, ctx) },
			func(ctx context.Context) error {
				return h.InTx(ctx, func(ctx context.Context) error { return seesNone(h, ctx) })
			},
		} {
			if err := look(ctx); err != nil {
				t.Errorf("%q: %v", unit, err)
			}
		}
	}
}

func seesNone(h *house, ctx context.Context) error {
	list, err := h.Assessments(ctx, assessment.ListQuery{Own: across(bothUnits...), Limit: 10})
	if err == nil && len(list) > 0 {
		err = fmt.Errorf("sees %d", len(list))
	}
	return err
}

// An expert's request reaches no row of a client, whatever is asked, also where a use
// case has widened what is seen. It gets counts, of the units of the expert's reports.
func TestAnExpertReachesNoRow(t *testing.T) {
	h := inhabited(t)
	h.foldAll()
	h.must(h.InsertEvent(h.Context(), assessment.Event{Assessment: h.assessment(h.consent(), completed(segment.Network)).ID, Kind: assessment.Printed, At: start, By: userID}))
	day := calendar.MustParse("2023-05-31")
	q := report.Query{From: day, To: day}
	for name, expert := range map[string]struct {
		units []string
		n     int // of the two in vuosaari-ta
	}{
		"of the house": {nil, 2}, "of the unit": {[]string{"vuosaari-ta"}, 2}, "of another unit": {[]string{"seniori-info"}, 0},
	} {
		t.Run(name, func(t *testing.T) {
			actor := access.With(t.Context(), access.Actor{ID: uuid.New(), Role: access.Expert, Units: expert.units})
			for widened, ctx := range map[bool]context.Context{false: actor, true: access.WholeHouse(actor)} {
				want := expert.n
				if widened {
					want = 2 // counts can be of more, rows not
				}
				h.must(h.InTx(ctx, func(ctx context.Context) error {
					for table := range guardedTables {
						if store.TableRights[table] == "" {
							continue // denied altogether
						}
						if n, err := h.Seen(ctx, table); err != nil || n > 0 {
							t.Errorf("%d rows of %s, %v", n, table, err)
						}
					}
					return nil
				}))
				for _, units := range [][]string{nil, {"vuosaari-ta", "seniori-info"}} { // a use case that forgets to limit them
					cells, coverage, err := h.DistributionCells(ctx, q, units)
					if err != nil || coverage.Completed != want || coverage.Unsuitable != want/2 {
						t.Errorf("%v and %+v, %v", cells, coverage, err)
					}
					for _, view := range []report.View{report.Steps, report.ByMode} {
						found, err := h.ViewCells(ctx, q, view, units)
						if err != nil || (len(found) > 0) != (want > 0) {
							t.Errorf("%s: %v, %v", view, found, err)
						}
					}
					feedback, err := h.FeedbackCells(ctx, q, units)
					if err != nil || len(feedback) != want/2 {
						t.Errorf("feedback: %v, %v", feedback, err)
					}
					list, err := h.Targets(ctx, q, units)
					if err != nil {
						t.Error(err)
					}
					for _, one := range list {
						if one.Unit == "vuosaari-ta" && want == 0 {
							t.Errorf("another unit's professionals: %+v", one)
						}
					}
				}
			}
		})
	}
}

// The functions behind which summaries are give counts to whoever has a report, never
// a list of people, and nothing to anybody else. The parts of them are nobody's.
func TestFunctionsForReportsGiveCountsAlone(t *testing.T) {
	h := inhabited(t)
	h.foldAll()
	counts := func(reports, of string) (n int, err error) {
		tx := h.as("", "")
		defer tx.Rollback(h.Context()) //nolint:errcheck // it ends the look
		_, err = tx.Exec(h.Context(), "SELECT set_config('omasuunta.reports', $1, true)", reports)
		h.must(err)
		err = tx.QueryRow(h.Context(), "SELECT count(*) FROM "+of).Scan(&n)
		var left string
		if err == nil { // what a function had to see is seen by nobody after it
			h.must(tx.QueryRow(h.Context(), "SELECT coalesce(current_setting('omasuunta.units', true), '') || count(*) FROM assessments").Scan(&left))
			if left != "0" {
				t.Errorf("after %s: %s", of, left)
			}
		}
		return n, err
	}
	for of, cells := range map[string]int{
		"report_offered('2023-01-01', '2023-12-31', NULL, '')": 2, "report_offered('2023-05-31', '2023-05-31', NULL, '')": 2,
		"report_cells('step', '2023-01-01', '2023-12-31', NULL, '')": 1, "report_feedback('2023-01-01', '2023-12-31', NULL)": 1,
		"report_previous('2023-01-01', '2023-12-31', NULL, '')": 0, "report_unclear()": 1, "report_targets('2023-01-01', '2023-12-31', '{vuosaari-ta}', '')": 2,
	} {
		for reports, want := range map[string]int{"{*}": cells, "{vuosaari-ta}": cells, "": 0} {
			if n, err := counts(reports, of); err != nil || n != want {
				t.Errorf("%s with %q: %d, %v", of, reports, n, err)
			}
		}
	}
	for _, of := range []string{
		"report_cells('author', '2023-01-01', '2023-12-31', NULL, '')", "report_cells('id', '2023-01-01', '2023-12-31', NULL, '')", "report_cells('unit', '2023-01-01', '2023-12-31', NULL, '')",
		"report_rows()", "summed('author', '2023-01-01', '2023-12-31', NULL, '')", "report_facts()", "report_reassessments()",
		"summaries", "summary_corrections", "summary_state", "reassessments", "reassessment_summaries", "reassessment_moves", "reassessment_state",
		"feedback_summaries", "feedback_changes", "reassessments_touched(0, '00000000-0000-0000-0000-000000000000', 9, '00000000-0000-0000-0000-000000000000')",
	} {
		if n, err := counts("{*}", of); err == nil {
			t.Errorf("%s: %d", of, n)
		}
	}
}
