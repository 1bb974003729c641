package store_test

import (
	"context"
	"database/sql"
	"fmt"
	"os"
	"slices"
	"strconv"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/omasuunta/omasuunta/internal/access"
	"github.com/omasuunta/omasuunta/internal/calendar"
	"github.com/omasuunta/omasuunta/internal/housetest"
	"github.com/omasuunta/omasuunta/internal/instrument"
	"github.com/omasuunta/omasuunta/internal/quality"
	"github.com/omasuunta/omasuunta/internal/report"
	"github.com/omasuunta/omasuunta/internal/setting"
	"github.com/omasuunta/omasuunta/internal/store"
	"github.com/omasuunta/omasuunta/internal/testkit"
	"github.com/omasuunta/omasuunta/internal/trial"
)

// pageRows is how many assessments there are: a million on PostgreSQL and 100,000 on
// SQLite, or what OMASUUNTA_BENCH_ROWS says.
func pageRows(engine string) int {
	if n, err := strconv.Atoi(os.Getenv("OMASUUNTA_BENCH_ROWS")); err == nil {
		return n
	}
	return benched[engine]
}

// BenchmarkReportPages tells what the pages of the report cost over a large house, with
// every number shown and with small ones hidden; and beside some of them, the
// statement that would count the same from the rows.
func BenchmarkReportPages(b *testing.B) {
	for engine, database := range map[string]func(testing.TB) string{store.PostgreSQL: testkit.DurablePostgres, store.SQLite: testkit.SQLite} {
		b.Run(engine, func(b *testing.B) {
			url := database(b)
			if err := prepare(url); err != nil {
				b.Fatal(err)
			}
			rowsOf(b, url, pageRows(engine))
			plain := partsOf(b, url, engine, pageRows(engine))
			h := housetest.Open(b, testkit.AsProgram(url))
			began := time.Now()
			for more := true; more; {
				var err error
				more, err = h.Store.Fold(h.System())
				h.Must(err)
			}
			b.ReportMetric(time.Since(began).Seconds(), "s/fold-all")
			vacuum(b, plain, engine)
			for _, cell := range []int{1, 5} {
				b.Run(fmt.Sprint("smallest=", cell), func(b *testing.B) { everyPage(b, h, plain, engine, cell) })
			}
		})
	}
}

// partsOf adds what hangs on the assessments: feedback, events, minutes, and those who
// did not take part; and gives the pool that no policy slows down.
func partsOf(b *testing.B, url, engine string, n int) *sql.DB {
	b.Helper()
	bare := url
	id, series, on := "gen_random_uuid()", fmt.Sprintf("generate_series(1, %d) AS n(i)", n), "date '2022-01-01' + (n.i::bigint * 37 % 730)::int"
	off, back := []string{"SET session_replication_role = replica"}, []string{"SET session_replication_role = DEFAULT"}
	if engine == store.SQLite {
		id = "lower(hex(randomblob(4))||'-'||hex(randomblob(2))||'-'||hex(randomblob(2))||'-'||hex(randomblob(2))||'-'||hex(randomblob(6)))"
		series = fmt.Sprintf("(WITH RECURSIVE c(i) AS (SELECT 1 UNION ALL SELECT i+1 FROM c WHERE i < %d) SELECT i FROM c) AS n", n)
		on, off, back = "date('2022-01-01', '+' || (n.i * 37 % 730) || ' days')", nil, nil
	} else {
		bare = testkit.AsSuperuser(b, url)
	}
	pool, err := benchStore(b, bare).Pool()
	if err != nil {
		b.Fatal(err)
	}
	conn, err := pool.Conn(b.Context())
	if err != nil {
		b.Fatal(err)
	}
	digits := "substr(CAST(id AS text), 3, 1)"
	for _, one := range append(append(off,
		"INSERT INTO feedback (id, unit, given_on, usefulness, agreement) SELECT "+id+", 'u-' || (n.i * 7 % 11), "+on+
			", n.i % 5 + 1, CASE n.i / 5 % 4 WHEN 0 THEN 'agree' WHEN 1 THEN 'partly' WHEN 2 THEN 'disagree' ELSE 'no_opinion' END FROM "+series+" WHERE n.i % 5 < 2",
		"INSERT INTO non_participations (id, unit, kind, happened_on, by_id, at, turn) SELECT "+id+", 'u-' || (n.i * 7 % 11), "+
			"CASE n.i % 3 WHEN 0 THEN 'declined' WHEN 1 THEN 'unsuitable' ELSE 'unfinished' END, "+on+", '"+userID.String()+"', '2023-05-05T09:00:00Z', 0 FROM "+series+" WHERE n.i % 4 = 0",
		"INSERT INTO assessment_phases (assessment_id, phase, seconds) SELECT id, phase, length(phase) * 60 FROM assessments, (SELECT 'client' AS phase UNION ALL SELECT 'result') AS p WHERE "+digits+" < '4'",
		"INSERT INTO assessment_events (assessment_id, kind, at, by_id) SELECT id, 'printed', '2023-05-05T09:00:00Z', '"+userID.String()+"' FROM assessments WHERE "+digits+" < '4'",
	), back...) {
		if _, err := conn.ExecContext(b.Context(), one); err != nil {
			b.Fatal(err, one)
		}
	}
	if engine == store.SQLite { // where times are texts
		if _, err := conn.ExecContext(b.Context(), "UPDATE assessments SET created_at = '2023-05-05T09:00:00.000000Z', completed_at = '2023-05-05T09:00:00.000000Z'"); err != nil {
			b.Fatal(err)
		}
	}
	if err := conn.Close(); err != nil {
		b.Fatal(err)
	}
	vacuum(b, pool, store.SQLite)
	return pool
}

// everyPage measures what each page asks for.
func everyPage(b *testing.B, h *housetest.House, plain *sql.DB, engine string, cell int) {
	b.Helper()
	from, to := calendar.MustParse("2022-01-01"), calendar.MustParse("2023-12-31")
	h.Must(h.Store.PutSetting(h.System(), setting.MinCell, strconv.Itoa(cell)), h.Store.PutSetting(h.System(), setting.Periods, "both 2022-01-01 2023-12-31"))
	expert := h.As(access.Actor{ID: uuid.New(), Role: access.Expert})
	q := report.Query{From: from, To: to}
	of := func(view report.View) func(context.Context) error {
		return func(ctx context.Context) error {
			_, err := h.Reports.Breakdown(ctx, q, view)
			return err
		}
	}
	qualities := quality.NewService(h.Store, h.Reports, h.Library, h.Clock)
	opened := quality.Question{Battery: instrument.ClientBattery, From: from, To: to}
	pages := map[string]func(context.Context) error{
		"distribution": func(ctx context.Context) error { _, err := h.Reports.Distribution(ctx, q); return err },
		"uptake":       func(ctx context.Context) error { _, err := h.Reports.Uptake(ctx, q); return err },
		"opinions":     func(ctx context.Context) error { _, err := h.Reports.Opinions(ctx, q); return err },
		"minutes":      func(ctx context.Context) error { _, err := h.Reports.Minutes(ctx, q); return err },
		"trial": func(ctx context.Context) error {
			_, err := h.Trials.Trial(ctx, trial.Query{From: from, To: to})
			return err
		},
		"instrument": func(ctx context.Context) error { _, err := qualities.Report(ctx, opened); return err },
	}
	for _, view := range []report.View{report.Places, report.Agreed, report.Expected, report.Borderline, report.Previous} {
		pages[string(view)] = of(view)
	}
	rows := func(what string) string {
		return fmt.Sprintf("SELECT %s, segment, count(*) FROM assessments WHERE status IN ('completed', 'confirmed') AND statistics AND assessed_on BETWEEN '%s' AND '%s' GROUP BY 1, 2", what, from, to)
	}
	plainly := map[string]string{
		"distribution": rows("battery"), "agreed": rows("coalesce(agreed_segment, segment)"), "expected": rows("expected_segment"),
		"place":    rows("floor(resources / 10) * 10 + floor(challenge / 10)"),
		"opinions": fmt.Sprintf("SELECT usefulness, agreement, count(*) FROM feedback WHERE given_on BETWEEN '%s' AND '%s' GROUP BY 1, 2", from, to),
	}
	for name, page := range pages {
		if only := os.Getenv("OMASUUNTA_BENCH_PAGE"); only != "" && only != name {
			continue
		}
		b.Run(name, func(b *testing.B) {
			var ours, theirs []time.Duration
			for b.Loop() {
				ours = append(ours, took(func() { h.Must(page(expert)) }))
			}
			if statement := plainly[name]; statement != "" {
				theirs = append(theirs, took(func() { drain(b, plain, statement) }), took(func() { drain(b, plain, statement) }))
				b.ReportMetric(float64(slices.Min(theirs))/float64(middle(ours)), "times_faster")
			}
			b.ReportMetric(float64(middle(ours).Microseconds())/1000, "ms/page")
		})
	}
}

func drain(b *testing.B, db *sql.DB, statement string) {
	b.Helper()
	found, err := db.Query(statement)
	if err != nil {
		b.Fatal(err)
	}
	defer found.Close()
	for found.Next() {
	}
	if err := found.Err(); err != nil {
		b.Fatal(err)
	}
}
