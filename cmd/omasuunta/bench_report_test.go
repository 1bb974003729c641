package main

import (
	"database/sql"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/omasuunta/omasuunta/internal/testkit"
)

const manyAssessments = 100_000

// BenchmarkDistribution compares the distribution over HTTP with the bare
// GROUP BY over the same 100,000 assessments, in turns.
func BenchmarkDistribution(b *testing.B) {
	for name, database := range map[string]func(testing.TB) string{"postgres": testkit.DurablePostgres, "sqlite": testkit.SQLite} {
		b.Run(name, func(b *testing.B) {
			url := database(b)
			if err := build(url); err != nil {
				b.Fatal(err)
			}
			h := inhabit(b, testkit.AsProgram(url))
			for i := range 8 {
				h.professional.complete(i%4*3, 9-i%4*3)
			}
			bare := url
			if name == "postgres" {
				bare = testkit.AsSuperuser(b, url) // whom no policy slows down
			}
			db := open(b, bare)
			multiply(b, db, dialect(url))
			expert := h.expert
			expert.undescribed = true // holding the answer against the contract is not what is measured
			var ours, theirs []time.Duration
			b.ResetTimer()
			for range b.N {
				ours, theirs = nil, nil
				for range 15 {
					theirs = append(theirs, measure(func() { bareDistribution(b, db) }))
					ours = append(ours, measure(func() { expert.want(200, "GET", "/reports/distribution?from=2019-01-01&to=2023-12-31", nil) }))
				}
			}
			b.ReportMetric(float64(median(ours))/float64(median(theirs)), "of_bare_sql")
			b.ReportMetric(float64(median(ours).Microseconds())/1000, "ms/distribution")
			b.ReportMetric(residentMegabytes(b, h), "server_MB")
		})
	}
}

func measure(f func()) time.Duration {
	start := time.Now()
	f()
	return time.Since(start)
}

func median(d []time.Duration) time.Duration {
	d = slices.Clone(d)
	slices.Sort(d)
	return d[len(d)/2]
}

// multiply copies the assessments that are there until there are many, spread
// over five years, four batteries, two units and all segments.
func multiply(b *testing.B, db *sql.DB, dialect string) {
	b.Helper()
	id, series := "gen_random_uuid()", fmt.Sprintf("generate_series(1, %d) AS n(i)", manyAssessments/8)
	month, on := "to_char(date '2019-01-01' + (n.i * 37 %% 1826)::int, 'YYYY-MM')", "date '2019-01-01' + (n.i * 37 %% 1826)::int"
	turn, open := "", "" // PostgreSQL gives one by itself
	battery := "(ARRAY['functioning','illness-care','social-wellbeing','health-risk'])[1 + n.i %% 4]"
	if dialect == "sqlite" {
		id = "lower(hex(randomblob(4))||'-'||hex(randomblob(2))||'-'||hex(randomblob(2))||'-'||hex(randomblob(2))||'-'||hex(randomblob(6)))"
		series = fmt.Sprintf("(WITH RECURSIVE c(i) AS (SELECT 1 UNION ALL SELECT i+1 FROM c WHERE i < %d) SELECT i FROM c) AS n", manyAssessments/8)
		on = "date('2019-01-01', '+' || (n.i * 37 %% 1826) || ' days')"
		month = "substr(" + on + ", 1, 7)"
		turn, open = "turn, ", "(SELECT closed_turn + 1 FROM summary_state), "
		battery = "CASE n.i %% 4 WHEN 0 THEN 'functioning' WHEN 1 THEN 'illness-care' WHEN 2 THEN 'social-wellbeing' ELSE 'health-risk' END"
	}
	columns := `revision, status, consent_id, statistics, register, language, mode, client_battery, client_version, battery_version,
client_answers, professional_answers, segment, resources, challenge, result, feedback_given, created_by, created_at, completed_at, client_index`
	statement := fmt.Sprintf(`INSERT INTO assessments (`+turn+`id, unit, assessed_on, assessed_month, battery, %[1]s)
SELECT `+open+`%[2]s, CASE WHEN n.i %% 3 = 0 THEN 'seniori-info' ELSE 'vuosaari-ta' END, `+on+`, `+month+`, `+battery+`, %[1]s FROM assessments, %[3]s`, columns, id, series)
	if _, err := db.Exec(statement); err != nil {
		b.Fatal(err)
	}
	if _, err := db.Exec("ANALYZE"); err != nil {
		b.Fatal(err)
	}
	if dialect == "postgres" { // as autovacuum would
		if _, err := db.Exec("VACUUM assessments"); err != nil {
			b.Fatal(err)
		}
	}
}

// bareDistribution is the least that any distribution must ask of the database.
func bareDistribution(b *testing.B, db *sql.DB) {
	b.Helper()
	rows, err := db.Query(`SELECT segment, battery, unit, assessed_month, count(*) FROM assessments
WHERE status IN ('completed', 'confirmed') AND statistics AND assessed_on BETWEEN '2019-01-01' AND '2023-12-31'
GROUP BY segment, battery, unit, assessed_month`)
	if err != nil {
		b.Fatal(err)
	}
	defer rows.Close()
	for rows.Next() {
		var segment, battery, unit, month string
		var n int
		if err := rows.Scan(&segment, &battery, &unit, &month, &n); err != nil {
			b.Fatal(err)
		}
	}
	if err := rows.Err(); err != nil {
		b.Fatal(err)
	}
}
