package store_test

import (
	"context"
	"database/sql"
	"fmt"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/omasuunta/omasuunta/internal/access"
	"github.com/omasuunta/omasuunta/internal/assessment"
	"github.com/omasuunta/omasuunta/internal/audit"
	"github.com/omasuunta/omasuunta/internal/calendar"
	"github.com/omasuunta/omasuunta/internal/consent"
	"github.com/omasuunta/omasuunta/internal/lang"
	"github.com/omasuunta/omasuunta/internal/report"
	"github.com/omasuunta/omasuunta/internal/segment"
	"github.com/omasuunta/omasuunta/internal/store"
	"github.com/omasuunta/omasuunta/internal/testkit"
)

// Two years, eleven units, four batteries.
var benched = map[string]int{store.PostgreSQL: 1_000_000, store.SQLite: 100_000}

// BenchmarkSummaries compares a distribution from the summaries with the plain GROUP BY
// over the same rows, in turns, and tells whether both say the same.
func BenchmarkSummaries(b *testing.B) {
	for engine, database := range map[string]func(testing.TB) string{store.PostgreSQL: testkit.DurablePostgres, store.SQLite: testkit.SQLite} {
		b.Run(engine, func(b *testing.B) {
			url := database(b)
			if err := prepare(url); err != nil {
				b.Fatal(err)
			}
			rowsOf(b, url, benched[engine])
			db, expert := benchStore(b, testkit.AsProgram(url)), access.With(b.Context(), access.Actor{ID: uuid.New(), Role: access.Expert})
			began := time.Now()
			for more := true; more; {
				var err error
				if more, err = db.Fold(b.Context()); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(time.Since(began).Seconds(), "s/fold-all")
			bare := url
			if engine == store.PostgreSQL {
				bare = testkit.AsSuperuser(b, url) // whom no policy slows down
			}
			plain, err := benchStore(b, bare).Pool()
			if err != nil {
				b.Fatal(err)
			}
			vacuum(b, plain, engine)
			for name, q := range map[string]report.Query{
				"months": {From: calendar.MustParse("2022-01-01"), To: calendar.MustParse("2023-12-31")},
				"days":   {From: calendar.MustParse("2022-01-16"), To: calendar.MustParse("2023-12-15")},
				"unit":   {From: calendar.MustParse("2022-01-01"), To: calendar.MustParse("2023-12-31"), Unit: "u-3"},
			} {
				b.Run(name, func(b *testing.B) { inTurns(b, db, expert, plain, q) })
			}
			q := report.Query{From: calendar.MustParse("2022-01-01"), To: calendar.MustParse("2023-12-31")}
			for _, view := range []report.View{report.ByMode, report.Places, report.Steps, report.Minutes, report.Previous} {
				b.Run(string(view), func(b *testing.B) {
					for b.Loop() {
						if _, err := db.ViewCells(expert, q, view, nil); err != nil {
							b.Fatal(err)
						}
					}
				})
			}
		})
	}
}

func inTurns(b *testing.B, db *store.Store, expert context.Context, plain *sql.DB, q report.Query) {
	var ours, theirs []time.Duration
	for b.Loop() {
		ours, theirs = nil, nil
		for range 21 {
			start := time.Now()
			want := groupBy(b, plain, q)
			theirs = append(theirs, time.Since(start))
			start = time.Now()
			cells, _, err := db.DistributionCells(expert, q, nil)
			ours = append(ours, time.Since(start))
			if err != nil {
				b.Fatal(err)
			}
			got := map[string]int{}
			for _, c := range cells {
				got[fmt.Sprint(c.Segment.Code(), c.Battery, c.Unit, c.Month)] += c.Count
			}
			if fmt.Sprint(got) != fmt.Sprint(want) {
				b.Fatal("the summaries say something else than the rows")
			}
		}
	}
	slices.Sort(ours)
	slices.Sort(theirs)
	b.ReportMetric(float64(ours[10].Microseconds())/1000, "ms/distribution")
	b.ReportMetric(float64(theirs[10].Microseconds())/1000, "ms/group-by")
	b.ReportMetric(float64(theirs[10])/float64(ours[10]), "times_faster")
}

func groupBy(b *testing.B, db *sql.DB, q report.Query) map[string]int {
	b.Helper()
	narrow := ""
	if q.Unit != "" {
		narrow = " AND unit = '" + q.Unit + "'"
	}
	found, err := db.Query(fmt.Sprintf(`SELECT segment, battery, unit, assessed_month, count(*) FROM assessments
WHERE status IN ('completed', 'confirmed') AND statistics AND assessed_on BETWEEN '%s' AND '%s'%s GROUP BY segment, battery, unit, assessed_month`, q.From, q.To, narrow))
	if err != nil {
		b.Fatal(err)
	}
	defer found.Close()
	counts := map[string]int{}
	for found.Next() {
		var segment, battery, unit, month string
		var n int
		if err := found.Scan(&segment, &battery, &unit, &month, &n); err != nil {
			b.Fatal(err)
		}
		counts[fmt.Sprint(segment, battery, unit, month)] = n
	}
	if err := found.Err(); err != nil {
		b.Fatal(err)
	}
	return counts
}

func benchStore(b *testing.B, url string) *store.Store {
	b.Helper()
	db, err := store.Open(b.Context(), url, quiet)
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = db.Close() })
	return db
}

func vacuum(b *testing.B, db *sql.DB, engine string) {
	b.Helper()
	statements := []string{"ANALYZE"}
	if engine == store.PostgreSQL { // as autovacuum would
		statements = []string{"VACUUM ANALYZE assessments", "VACUUM ANALYZE summaries", "ANALYZE"}
	}
	for _, one := range statements {
		if _, err := db.Exec(one); err != nil {
			b.Fatal(err)
		}
	}
}

// rowsOf fills a database with assessments as they were before the summaries, a
// part of them confirmed, with steps and minutes.
func rowsOf(b *testing.B, url string, n int) {
	b.Helper()
	owner := testkit.AsOwner(url)
	if owner == url && benchEngine(url) == store.PostgreSQL {
		b.Skip("NOT MEASURED: it needs two roles")
	}
	pool, err := benchStore(b, owner).Pool()
	if err != nil {
		b.Fatal(err)
	}
	id := "gen_random_uuid()"
	series := seriesOf(benchEngine(url), n)
	on := "date '2022-01-01' + (n.i::bigint * 37 % 730)::int"
	month := "to_char(" + on + ", 'YYYY-MM')"
	yes, turn := "true", "0"
	if benchEngine(url) == store.SQLite {
		id = "lower(hex(randomblob(4))||'-'||hex(randomblob(2))||'-'||hex(randomblob(2))||'-'||hex(randomblob(2))||'-'||hex(randomblob(6)))"
		on = "date('2022-01-01', '+' || (n.i * 37 % 730) || ' days')"
		month = "substr(" + on + ", 1, 7)"
		yes, turn = "1", "(SELECT closed_turn + 1 FROM summary_state)"
	}
	units := "INSERT INTO units (code, name) VALUES ('u-0', 'Yksikkö')"
	for i := 1; i < 11; i++ {
		units += fmt.Sprintf(", ('u-%d', 'Yksikkö')", i)
	}
	h := benchConsent(b, benchStore(b, owner))
	covered := consentID(benchEngine(url), "n.i / 2") // a consent covers two visits
	pick := func(by string, codes ...string) string {
		text := "CASE " + by
		for i, code := range codes {
			text += fmt.Sprintf(" WHEN %d THEN '%s'", i, code)
		}
		return text + " END"
	}
	for _, statement := range []string{
		units,
		moreConsents(h, covered, series, "n.i % 2 = 0 OR n.i = 1"),
		fmt.Sprintf(`INSERT INTO assessments (id, revision, status, consent_id, statistics, unit, register, language, mode, assessed_on, assessed_month, client_battery, client_version,
battery, battery_version, client_answers, professional_answers, segment, resources, challenge, result, feedback_given, created_by, created_at, completed_at, turn)
SELECT %s, 1, CASE WHEN n.i %% 3 = 0 THEN 'confirmed' ELSE 'completed' END, %s, n.i %% 20 <> 0, 'u-' || (n.i * 7 %% 11), 'health', 'fi', %s, %s, %s, 'individual-client', 1,
%s, 1, '{}', '{}', %s, n.i * 13 %% 101, n.i * 29 %% 101, '{"borderline": null}', %s, '%s', '2023-05-05T09:00:00Z', '2023-05-05T09:00:00Z', %s FROM %s`,
			id, covered, pick("n.i % 4", "joint", "self", "phone", "paper"), on, month, pick("n.i / 3 % 4", "functioning", "illness-care", "social-wellbeing", "health-risk"),
			pick("n.i * 5 / 7 % 4", "omatoimi", "yhteiso", "yhteistyo", "verkosto"), yes, userID, turn, series),
	} {
		if _, err := pool.Exec(statement); err != nil {
			b.Fatal(err)
		}
	}
	vacuum(b, pool, store.SQLite)
}

// consentID is the identifier of a consent that is made by its number.
func consentID(engine, number string) string {
	if engine == store.SQLite {
		return fmt.Sprintf("printf('%%08x-0000-4000-8000-000000000000', %s)", number)
	}
	return fmt.Sprintf("CAST(lpad(to_hex(%s), 8, '0') || '-0000-4000-8000-000000000000' AS uuid)", number)
}

func numberedConsent(number int64) uuid.UUID {
	return uuid.MustParse(fmt.Sprintf("%08x-0000-4000-8000-000000000000", number))
}

// moreConsents is the statement that copies a consent for some of a series.
func moreConsents(of consent.Record, id, series, some string) string {
	const columns = "language, form, for_assessment, for_record, for_statistics, given_by, text_version, text_sha256, given_at, before_id, sealed, key_mark"
	return fmt.Sprintf("INSERT INTO consents (id, unit, %[1]s) SELECT %[2]s, unit, %[1]s FROM consents, %[3]s WHERE id = '%[4]s' AND (%[5]s)", columns, id, series, of.ID, some)
}

// seriesOf are the numbers from 1 to n.
func seriesOf(engine string, n int) string {
	if engine == store.SQLite {
		return fmt.Sprintf("(WITH RECURSIVE c(i) AS (SELECT 1 UNION ALL SELECT i+1 FROM c WHERE i < %d) SELECT i FROM c) AS n", n)
	}
	return fmt.Sprintf("generate_series(1, %d) AS n(i)", n)
}

func benchEngine(url string) string {
	if url[:6] == "sqlite" {
		return store.SQLite
	}
	return store.PostgreSQL
}

func benchConsent(b *testing.B, db *store.Store) consent.Record {
	b.Helper()
	texts, err := consent.BuiltinTexts()
	if err != nil {
		b.Fatal(err)
	}
	r := consent.Record{
		ID: uuid.New(), Unit: "vuosaari-ta", Language: lang.Finnish, Form: consent.Electronic, Purposes: []consent.Purpose{consent.Assessment, consent.Statistics},
		GivenBy: consent.ByClient, TextVersion: texts[0].Version, TextSHA256: texts[0].SHA256(lang.Finnish), GivenAt: start, Before: "Testi Käyttäjä", BeforeID: userID,
	}
	if err := db.InsertConsent(access.With(b.Context(), access.SystemActor), r); err != nil {
		b.Fatal(err)
	}
	return r
}

// BenchmarkSubmitWithSummaries compares submits of sixteen callers, all to one unit,
// with and without what summaries need, and with folding beside them, in turns.
func BenchmarkSubmitWithSummaries(b *testing.B) {
	for engine, database := range map[string]func(testing.TB) string{store.PostgreSQL: testkit.DurablePostgres, store.SQLite: testkit.SQLite} {
		b.Run(engine, func(b *testing.B) {
			submits := map[string]func(time.Duration) float64{}
			for _, name := range []string{"without", "with"} {
				url := database(b)
				if err := prepare(url); err != nil {
					b.Fatal(err)
				}
				submits[name] = submitting(b, url, name == "with")
			}
			var with, without []float64
			b.ResetTimer()
			for range b.N {
				with, without = nil, nil
				for i := range 8 {
					order := []string{"without", "with"}
					if i%2 == 1 {
						slices.Reverse(order)
					}
					for _, name := range order {
						got := submits[name](3 * time.Second)
						if name == "with" {
							with = append(with, got)
						} else {
							without = append(without, got)
						}
					}
				}
			}
			slices.Sort(with)
			slices.Sort(without)
			b.ReportMetric(without[4], "submits/s_without")
			b.ReportMetric(with[4], "submits/s_with")
			b.ReportMetric(with[4]/without[4], "of_without")
		})
	}
}

// submitting returns what submits for a while and tells how many there were in a
// second. Without summaries, what a submit pays for them is taken out of the schema.
func submitting(b *testing.B, url string, summaries bool) func(time.Duration) float64 {
	b.Helper()
	db := benchStore(b, testkit.AsProgram(url))
	pool, err := benchStore(b, testkit.AsOwner(url)).Pool()
	if err != nil {
		b.Fatal(err)
	}
	c := benchConsent(b, benchStore(b, testkit.AsOwner(url)))
	const consents = 200_000
	engine := benchEngine(url)
	statements := []string{moreConsents(c, consentID(engine, "n.i"), seriesOf(engine, consents), "true")}
	if !summaries {
		statements = append(statements, "DROP INDEX assessments_turn")
		if engine == store.PostgreSQL {
			statements = append(statements, "ALTER TABLE assessments ALTER COLUMN turn SET DEFAULT 0")
		}
	}
	for _, one := range statements {
		if _, err := pool.Exec(one); err != nil {
			b.Fatal(err)
		}
	}
	var last atomic.Int64 // submit
	// Each seventh is of a client who has been there before, as in the demo.
	of := func(submit int64) uuid.UUID {
		if submit%7 == 0 {
			return numberedConsent(submit / 7)
		}
		return numberedConsent(submit % consents)
	}
	ctx := access.With(b.Context(), access.SystemActor)
	return func(d time.Duration) float64 {
		var total atomic.Int64
		var group, folding sync.WaitGroup
		ended, end := context.WithTimeout(ctx, d)
		defer end()
		if summaries {
			folding.Go(func() { report.NewFolder(db, quiet).Run(ended) })
		}
		for range 16 {
			group.Go(func() {
				for i := 0; ended.Err() == nil; i++ {
					a := &assessment.Assessment{
						ID: uuid.New(), Revision: 1, ConsentID: of(last.Add(1)), Statistics: true, Unit: c.Unit, Register: access.Health, Language: lang.Finnish, Mode: assessment.Joint,
						ClientBattery: assessment.Version{Code: "individual-client", Version: 1}, ProfessionalBattery: assessment.Version{Code: "functioning", Version: 1},
						CreatedBy: userID, CreatedAt: start,
					}
					visited("2023-05-31", segment.All[i%4], nil)(a)
					for j := range a.Client {
						a.Client[j].Comment = ""
					}
					if _, err := db.AddAssessment(ctx, a, []string{a.Unit}, audit.Entry{At: start, Actor: userID, Action: audit.AssessmentStarted, Subject: audit.Assessment, SubjectID: a.ID.String()}); err != nil {
						b.Error(err)
						return
					}
					total.Add(1)
				}
			})
		}
		group.Wait()
		folding.Wait()
		return float64(total.Load()) / d.Seconds()
	}
}
