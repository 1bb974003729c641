package store_test

import (
	"context"
	"flag"
	"fmt"
	"maps"
	"os"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"
	"pgregory.net/rapid"

	"github.com/omasuunta/omasuunta/internal/access"
	"github.com/omasuunta/omasuunta/internal/assessment"
	"github.com/omasuunta/omasuunta/internal/calendar"
	"github.com/omasuunta/omasuunta/internal/consent"
	"github.com/omasuunta/omasuunta/internal/lang"
	"github.com/omasuunta/omasuunta/internal/report"
	"github.com/omasuunta/omasuunta/internal/retention"
	"github.com/omasuunta/omasuunta/internal/segment"
	"github.com/omasuunta/omasuunta/internal/store"
	"github.com/omasuunta/omasuunta/internal/testkit"
)

// counter compares reports with plain counts over the rows, which it makes itself.
type counter struct {
	*house
	owner *house // sees what reports are made of
}

func counting(h *house) *counter {
	return &counter{h, &house{T: h.T, Store: open(h.T, testkit.AsOwner(h.url)), url: h.url}}
}

// plainly are the distribution and the other views as counts of the rows.
func (c *counter) plainly(q report.Query, views []report.View) map[string]int {
	c.Helper()
	facts := "report_facts"
	if c.Dialect() == store.PostgreSQL {
		facts = "report_facts()"
	}
	// The distribution is counted without the schema's help.
	lines := rows(c.T, c.owner.Store, fmt.Sprintf(`SELECT 'all  ' || segment || ' ' || battery || ' ' || unit || ' ' || assessed_month || '=' || count(*) FROM assessments
		WHERE status IN ('completed', 'confirmed') AND statistics AND assessed_on BETWEEN '%[1]s' AND '%[2]s' GROUP BY segment, battery, unit, assessed_month
		UNION ALL SELECT 'completed=' || count(*) FROM assessments WHERE status IN ('completed', 'confirmed') AND assessed_on BETWEEN '%[1]s' AND '%[2]s'
		UNION ALL SELECT kind || '=' || count(*) FROM non_participations WHERE happened_on BETWEEN '%[1]s' AND '%[2]s' GROUP BY kind
		UNION ALL SELECT view || ' ' || key || ' ' || segment || ' ' || battery || ' ' || unit || ' ' || month || '=' || count(*) FROM %[3]s
			WHERE view IN (%[4]s) AND statistics AND day BETWEEN '%[1]s' AND '%[2]s' GROUP BY view, key, segment, battery, unit, month`, q.From, q.To, facts, quoted(views)))
	lines = append(lines, c.plainlyFeedback(q)...)
	if slices.Contains(views, report.Previous) {
		lines = append(lines, c.plainlyPrevious(q)...)
	}
	found := map[string]int{}
	for _, l := range lines {
		name, number, _ := strings.Cut(l, "=")
		n := 0
		_, err := fmt.Sscan(number, &n)
		c.must(err)
		if n > 0 {
			found[name] = n
		}
	}
	return found
}

// plainlyPrevious looks for the assessment before each, without the schema's help.
func (c *counter) plainlyPrevious(q report.Query) []string {
	c.Helper()
	return rows(c.T, c.owner.Store, fmt.Sprintf(`SELECT 'previous ' || previous || ' ' || segment || ' ' || battery || ' ' || unit || ' ' || assessed_month || '=' || count(*)
		FROM (SELECT a.segment, a.battery, a.unit, a.assessed_month, (SELECT b.segment FROM assessments b
			WHERE (b.consent_id = a.consent_id OR b.client_index = a.client_index AND b.unit = a.unit) AND b.register = a.register
				AND (b.assessed_on, b.created_at, b.id) < (a.assessed_on, a.created_at, a.id) AND b.status IN ('completed', 'confirmed') AND b.statistics
			ORDER BY b.assessed_on DESC, b.created_at DESC, b.id DESC LIMIT 1) AS previous
		FROM assessments a WHERE a.status IN ('completed', 'confirmed') AND a.statistics AND a.assessed_on BETWEEN '%s' AND '%s') r
		WHERE previous IS NOT NULL GROUP BY previous, segment, battery, unit, assessed_month`, q.From, q.To))
}

// plainlyFeedback counts the feedback.
func (c *counter) plainlyFeedback(q report.Query) []string {
	c.Helper()
	return rows(c.T, c.owner.Store, fmt.Sprintf(`SELECT 'feedback ' || usefulness || ' ' || agreement || ' ' || unit || ' ' || substr(CAST(given_on AS text), 1, 7) || '=' || (count(*) + 1000 * count(sealed))
		FROM feedback WHERE given_on BETWEEN '%s' AND '%s' GROUP BY usefulness, agreement, unit, substr(CAST(given_on AS text), 1, 7)`, q.From, q.To))
}

func quoted(views []report.View) string {
	list := make([]string, len(views))
	for i, view := range views {
		list[i] = "'" + string(view) + "'"
	}
	return strings.Join(list, ", ")
}

// reported are the same from the reports.
func (c *counter) reported(q report.Query, views []report.View) map[string]int {
	c.Helper()
	found := map[string]int{}
	cells, coverage, err := c.DistributionCells(c.Context(), q, nil)
	c.must(err)
	for _, cell := range cells {
		found[fmt.Sprintf("all  %s %s %s %s", cell.Segment.Code(), cell.Battery, cell.Unit, cell.Month)] += cell.Count
	}
	for name, n := range map[string]int{"completed": coverage.Completed, "declined": coverage.Declined, "unsuitable": coverage.Unsuitable, "unfinished": coverage.Unfinished} {
		if n > 0 {
			found[name] = n
		}
	}
	feedback, err := c.FeedbackCells(c.Context(), q, nil)
	c.must(err)
	for _, f := range feedback {
		found[fmt.Sprintf("feedback %d %s %s %s", f.Usefulness, f.Agreement, f.Unit, f.Month)] += f.Count + 1000*f.Comments
	}
	for _, view := range views {
		for name, n := range c.keyed(q, view) {
			found[string(view)+" "+name] += n
		}
	}
	return found
}

var periods = []report.Query{
	{From: calendar.MustParse("2023-01-01"), To: calendar.MustParse("2023-12-31")},
	{From: calendar.MustParse("2023-03-15"), To: calendar.MustParse("2023-06-14")},
	{From: calendar.MustParse("2023-05-02"), To: calendar.MustParse("2023-05-30")},
	{From: calendar.MustParse("2023-05-31"), To: calendar.MustParse("2023-06-01")},
}

// holds tells whether a period comes out as counted, in the distribution and in views.
func (c *counter) holds(t interface {
	Helper()
	Fatalf(string, ...any)
}, after string, q report.Query, views ...report.View) {
	t.Helper()
	if diff := cmp.Diff(c.plainly(q, views), c.reported(q, views)); diff != "" {
		t.Fatalf("%s to %s after %s: counted (-) and reported (+):\n%s", q.From, q.To, after, diff)
	}
}

// foldAll folds until there is nothing more to do.
func (h *house) foldAll() {
	h.Helper()
	for more := true; more; {
		var err error
		more, err = h.Fold(h.T.Context())
		h.must(err)
	}
}

// dear makes checks that are dear as few as given, unless RAPID_CHECKS says how many.
func dear(t *testing.T, checks int) {
	t.Helper()
	few := flag.Lookup("rapid.checks")
	if os.Getenv("RAPID_CHECKS") != "" || few.Value.String() != few.DefValue {
		return
	}
	if err := few.Value.Set(strconv.Itoa(checks)); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := few.Value.Set(few.DefValue); err != nil {
			t.Error(err)
		}
	})
}

// Whatever is done in whatever order, and folded in between or not, reports say what a
// count of the rows says.
func TestReportsSayWhatTheRowsSay(t *testing.T) {
	suite(t, func(t *testing.T, h *house) {
		h.FoldInBatchesOf(3)
		c := counting(h)
		ctx := h.Context()
		dear(t, 25)
		rapid.Check(t, func(r *rapid.T) {
			var consents []consent.Record
			var done []*assessment.Assessment
			consents = append(consents, h.consent())
			some := func(r *rapid.T) *assessment.Assessment {
				if len(done) == 0 {
					done = append(done, h.assessment(h.consent(), visited("2023-05-31", segment.Network, nil)))
				}
				return rapid.SampledFrom(done).Draw(r, "which")
			}
			type action func(*rapid.T)
			actions := map[string]action{
				"consent": func(r *rapid.T) {
					one := h.consent()
					if rapid.Bool().Draw(r, "silent") {
						h.exec("UPDATE consents SET for_statistics = FALSE WHERE id = ?", one.ID.String())
					}
					consents = append(consents, one)
				},
				"submit": func(r *rapid.T) {
					on := rapid.SampledFrom([]string{"2023-03-14", "2023-05-31", "2023-06-01", "2023-06-15"}).Draw(r, "day")
					seg := rapid.SampledFrom(segment.All[:]).Draw(r, "segment")
					draft := rapid.Bool().Draw(r, "draft")
					a := h.assessment(rapid.SampledFrom(consents).Draw(r, "consent"), visited(on, seg, func(a *assessment.Assessment) {
						a.Language = rapid.SampledFrom([]lang.Tag{lang.Finnish, lang.English}).Draw(r, "language")
						a.ClientRef = rapid.SampledFrom([]string{"", "", "viite-1", "viite-2"}).Draw(r, "client")
						a.Register = rapid.SampledFrom([]access.Register{access.Health, access.Health, access.Social}).Draw(r, "register")
						a.CreatedAt = start.Add(time.Duration(rapid.IntRange(0, 3).Draw(r, "hour")) * time.Hour)
						if draft {
							a.Status = assessment.Draft
						}
					}))
					done = append(done, a)
				},
				"complete or confirm": func(r *rapid.T) {
					a, err := h.Assessment(ctx, some(r).ID)
					h.must(err)
					switch a.Status {
					case assessment.Draft:
						a.Status = assessment.Completed
					case assessment.Completed:
						a.Status = assessment.Confirmed
						a.Confirmation = &assessment.Confirmation{Segment: rapid.SampledFrom(segment.All[:]).Draw(r, "agreed"), At: start}
					default:
						a.FeedbackGiven = a.Status == assessment.Confirmed
					}
					h.must(h.UpdateAssessment(ctx, a))
				},
				"event": func(r *rapid.T) {
					kind := rapid.SampledFrom([]assessment.EventKind{assessment.Printed, assessment.Recorded, assessment.Discussed}).Draw(r, "kind")
					h.must(h.InsertEvent(ctx, assessment.Event{Assessment: some(r).ID, Kind: kind, At: start, By: userID}))
				},
				"minutes": func(r *rapid.T) {
					phase := rapid.SampledFrom(assessment.Phases).Draw(r, "phase")
					h.must(h.AddSeconds(ctx, some(r).ID, phase, rapid.IntRange(1, 9000).Draw(r, "seconds")))
				},
				"not taking part": func(r *rapid.T) {
					kind := rapid.SampledFrom([]assessment.NonParticipationKind{assessment.DeclinedToTakePart, assessment.Unsuitable}).Draw(r, "kind")
					h.must(h.InsertNonParticipation(ctx, assessment.NonParticipation{ID: uuid.New(), Unit: "seniori-info", Kind: kind, On: calendar.MustParse("2023-05-31"), By: userID, At: start}))
				},
				"feedback": func(r *rapid.T) {
					f := assessment.Feedback{ID: uuid.New(), Unit: "vuosaari-ta", Usefulness: rapid.IntRange(1, 2).Draw(r, "usefulness"), Agreement: assessment.Agrees}
					f.GivenOn = calendar.MustParse(rapid.SampledFrom([]string{"2023-03-14", "2023-05-31", "2023-06-01"}).Draw(r, "day"))
					f.Comment = rapid.SampledFrom([]string{"", "kiitos"}).Draw(r, "words")
					h.must(h.InsertFeedback(ctx, f))
				},
				"feedback goes": func(*rapid.T) {
					h.exec("DELETE FROM feedback WHERE id IN (SELECT id FROM feedback LIMIT 1)")
				},
				"put elsewhere": func(r *rapid.T) { // which no page does: the database notices all the same
					on := rapid.SampledFrom([]string{"2023-03-14", "2023-05-31", "2023-06-15"}).Draw(r, "day")
					register := rapid.SampledFrom([]string{"health", "social"}).Draw(r, "register")
					h.exec("UPDATE assessments SET assessed_on = '" + on + "', assessed_month = '" + on[:7] + "', register = '" + register + "' WHERE id = '" + some(r).ID.String() + "'")
				},
				"retention": func(*rapid.T) {
					h.exec("DELETE FROM non_participations WHERE id IN (SELECT id FROM non_participations LIMIT 1)")
				},
				"withdrawal": func(r *rapid.T) {
					_, err := h.WithdrawConsent(ctx, rapid.SampledFrom(consents).Draw(r, "consent").ID, start, "")
					h.must(err)
					consents = []consent.Record{h.consent()}
				},
				"erasure": func(r *rapid.T) {
					gone := some(r)
					h.must(h.EraseRecords(ctx, retention.Erasure{Assessments: []retention.Record{{ID: gone.ID.String()}}}))
					done = slices.DeleteFunc(done, func(a *assessment.Assessment) bool { return a == gone })
				},
				"two in one": func(r *rapid.T) {
					a := some(r)
					h.must(h.InTx(ctx, func(ctx context.Context) error {
						h.must(h.AddSeconds(ctx, a.ID, assessment.PhaseResult, 60))
						return h.InsertEvent(ctx, assessment.Event{Assessment: a.ID, Kind: assessment.Printed, At: start, By: userID})
					}))
				},
				"given up": func(r *rapid.T) {
					a := some(r)
					_ = h.InTx(ctx, func(ctx context.Context) error {
						h.must(h.InsertEvent(ctx, assessment.Event{Assessment: a.ID, Kind: assessment.Discussed, At: start, By: userID}))
						return context.Canceled
					})
				},
				"fold a batch": func(*rapid.T) {
					_, err := h.Fold(t.Context())
					h.must(err)
				},
				"fold all": func(*rapid.T) { h.foldAll() },
				"fold meanwhile": func(r *rapid.T) {
					one := some(r)
					h.must(h.FoldAround(t.Context(), func() {
						switch rapid.IntRange(0, 3).Draw(r, "meanwhile") {
						case 0:
							done = append(done, h.assessment(consents[0], visited("2023-06-01", segment.Community, nil)))
						case 1:
							h.must(h.AddSeconds(ctx, one.ID, assessment.PhaseClient, 60))
						case 2:
							h.must(h.EraseRecords(ctx, retention.Erasure{Assessments: []retention.Record{{ID: one.ID.String()}}}))
							done = slices.DeleteFunc(done, func(a *assessment.Assessment) bool { return a == one })
						default: // somebody else folds it
							_, err := h.Fold(t.Context())
							h.must(err)
						}
					}))
				},
			}
			names := slices.Sorted(maps.Keys(actions))
			for range rapid.IntRange(1, 12).Draw(r, "steps") {
				name := rapid.SampledFrom(names).Draw(r, "step")
				actions[name](r)
				c.holds(r, name, rapid.SampledFrom(periods).Draw(r, "period"), rapid.SampledFrom(report.Views).Draw(r, "view"))
			}
		})
		h.foldAll()
		for _, q := range periods {
			c.holds(t, "the end", q, report.Views...)
		}
		if left := rows(t, c.owner.Store, "SELECT count(*) FROM summary_corrections"); left[0] != "0" {
			t.Errorf("%s corrections are left", left[0])
		}
		for _, table := range []string{"reassessment_moves", "feedback_changes", "reassessment_summaries WHERE (omatoimi, yhteiso, yhteistyo, verkosto) = (0, 0, 0, 0)", "feedback_summaries WHERE n = 0"} {
			if left := rows(t, c.owner.Store, "SELECT count(*) FROM "+table); left[0] != "0" {
				t.Errorf("%s rows are left in %s", left[0], table)
			}
		}
		if empty := rows(t, c.owner.Store, "SELECT count(*) FROM summaries WHERE omatoimi = 0 AND yhteiso = 0 AND yhteistyo = 0 AND verkosto = 0 AND others = 0"); empty[0] != "0" {
			t.Errorf("%s rows of the summaries tell that there was somebody", empty[0])
		}
	})
}

// Two fold who come so late that somebody else has folded all of the turn that they
// closed. What was taken back since is in what both count.
func TestWhoFoldsTooLateTakesNothingBackTwice(t *testing.T) {
	h := onSQLite(t)
	c := counting(h)
	ctx := t.Context()
	gone := h.assessment(h.consent(), visited("2023-05-31", segment.Network, nil))
	for range 2 {
		h.assessment(h.consent(), visited("2023-05-31", segment.Network, nil))
	}
	h.must(h.CloseTurn(ctx))
	h.foldAll()
	h.must(h.EraseRecords(h.Context(), retention.Erasure{Assessments: []retention.Record{{ID: gone.ID.String()}}}))
	first, err := h.CountBatch(ctx)
	h.must(err)
	second, err := h.CountBatch(ctx)
	h.must(err)
	h.must(first())
	h.must(second())
	c.holds(t, "both were late", periods[0], report.Views...)
	h.foldAll()
	c.holds(t, "all was folded", periods[0], report.Views...)
}

// While submits, changes, erasures and folds run at the same time, and transactions
// end late, nothing is lost and nothing is counted twice.
func TestFoldingMeetsChanges(t *testing.T) {
	suite(t, func(t *testing.T, h *house) {
		h.FoldInBatchesOf(7)
		c := counting(h)
		ctx := h.Context()
		record := h.consent()
		var group, folding sync.WaitGroup
		// Two fold whenever there may be something, and not without end while there is
		// nothing.
		turns := make(chan struct{}, 2)
		fold := func() {
			select {
			case turns <- struct{}{}:
			default: // both are about to
			}
		}
		end := sync.OnceFunc(func() { close(turns); folding.Wait() })
		defer end()
		for range 2 {
			folding.Go(func() {
				for range turns {
					if _, err := h.Fold(t.Context()); err != nil {
						t.Error(err)
					}
				}
			})
		}
		for n := range 6 {
			group.Go(func() {
				for i := range 15 {
					add := func(ctx context.Context) *assessment.Assessment {
						a := &assessment.Assessment{
							ID: uuid.New(), Revision: 1, ConsentID: record.ID, Statistics: true, Unit: record.Unit, Register: access.Health, Language: lang.Finnish, Mode: assessment.Joint,
							ClientBattery: assessment.Version{Code: "individual-client", Version: 1}, ProfessionalBattery: assessment.Version{Code: "functioning", Version: 1},
							CreatedBy: userID, CreatedAt: start,
						}
						visited("2023-05-31", segment.All[i%4], nil)(a)
						h.add(ctx, a)
						return a
					}
					var a *assessment.Assessment
					if err := h.InTx(ctx, func(ctx context.Context) error { // not only by itself
						a = add(ctx)
						return h.AddSeconds(ctx, a.ID, assessment.PhaseClient, 60)
					}); err != nil {
						t.Error(err)
						return
					}
					fold()
					if err := h.InsertEvent(ctx, assessment.Event{Assessment: a.ID, Kind: assessment.Printed, At: start, By: userID}); err != nil {
						t.Error(err)
					}
					if i%3 == 0 {
						if err := h.EraseRecords(ctx, retention.Erasure{Assessments: []retention.Record{{ID: a.ID.String()}}}); err != nil {
							t.Error(err)
						}
					}
					if i%5 == n%5 {
						a.Status, a.Confirmation = assessment.Confirmed, &assessment.Confirmation{Segment: segment.Network, At: start}
						if err := h.UpdateAssessment(ctx, a); err != nil {
							t.Error(err)
						}
					}
					fold()
				}
			})
		}
		group.Wait()
		for _, q := range periods {
			fold()
			c.holds(t, "what was done at the same time, folded so far", q, report.Views...)
		}
		end()
		h.foldAll()
		for _, q := range periods {
			c.holds(t, "all was folded", q, report.Views...)
		}
		if n := rows(t, c.owner.Store, "SELECT count(*) FROM assessments a, summary_state s WHERE (a.turn, a.id) > (s.turn, s.id)"); n[0] != "0" {
			t.Errorf("%s rows were left", n[0])
		}
	})
}

// A dump that was put into another server brings turns that mean nothing there. Reports
// are right at once, and the summaries are made anew.
func TestADumpOfAnotherServerIsFoldedAnew(t *testing.T) {
	h := onPostgres(t)
	c := counting(h)
	for range 5 {
		h.assessment(h.consent(), visited("2023-05-31", segment.Network, nil))
	}
	h.foldAll()
	c.owner.exec("UPDATE summary_state SET server = 'another', turn = 9000000000000000")
	c.owner.exec("UPDATE assessments SET turn = 8000000000000000 WHERE id IN (SELECT id FROM assessments LIMIT 3)")
	c.owner.exec("UPDATE summaries SET verkosto = 17 WHERE verkosto > 0")
	h.FoldInBatchesOf(2)
	late := h.assessment(h.consent(), visited("2023-05-31", segment.Community, nil))
	c.holds(t, "moving", periods[0], report.Views...)
	for more := true; more; {
		var err error
		more, err = h.Fold(t.Context())
		h.must(err)
		c.holds(t, "a batch", periods[0], report.ByMode)
	}
	h.must(h.InsertEvent(h.Context(), assessment.Event{Assessment: late.ID, Kind: assessment.Printed, At: start, By: userID}))
	c.holds(t, "folding anew", periods[0], report.Views...)
	if n := rows(t, c.owner.Store, "SELECT sum(verkosto + yhteiso) FROM summaries WHERE view = 'all'"); n[0] != "6" {
		t.Errorf("%s are in the summaries", n[0])
	}
}

// Summaries that are there when the schema is taken back, and brought up again, are
// filled from the rows, in batches, and the same come out.
func TestRowsOfBeforeAreFoldedInBatches(t *testing.T) {
	suite(t, func(t *testing.T, h *house) {
		c := counting(h)
		for range 7 {
			h.assessment(h.consent(), visited("2023-05-31", segment.Network, nil))
		}
		c.owner.exec("UPDATE assessments SET turn = 0")
		h.FoldInBatchesOf(3)
		batches := 0
		for more := true; more; batches++ {
			var err error
			more, err = h.Fold(t.Context())
			h.must(err)
			c.holds(t, "a batch", periods[0], report.ByMode)
		}
		if batches < 3 {
			t.Errorf("%d batches of three for seven", batches)
		}
	})
}
