package main

import (
	"context"
	"fmt"
	"log/slog"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/omasuunta/omasuunta/internal/store"
	"github.com/omasuunta/omasuunta/internal/testkit"
)

// auditRows is how long the audit is that BenchmarkAuditVerify walks through.
const auditRows = 100_000

// BenchmarkAuditVerify verifies a long audit with the program itself, from the
// database and from an export of it, and reports rows per second and the memory of
// the process. What a million rows take is in docs/operate/audit.md.
func BenchmarkAuditVerify(b *testing.B) {
	for engine, database := range map[string]func(testing.TB) string{"sqlite": testkit.SQLite, "postgres": testkit.DurablePostgres} {
		b.Run(engine, func(b *testing.B) {
			url := database(b)
			sealing := longAudit(b, url)
			export := filepath.Join(b.TempDir(), "audit.jsonl")
			must(b, "audit", "export", export, "--database", url)
			for source, args := range map[string][]string{"database": {"--database", url}, "export": {export}} {
				b.Run(source, func(b *testing.B) {
					var took time.Duration
					var megabytes int64
					for range b.N {
						start := time.Now()
						cmd := released(b.Context(), append([]string{"audit", "verify"}, args...)...)
						out, err := cmd.CombinedOutput()
						if err != nil || !strings.Contains(string(out), fmt.Sprintf("sound: %d rows", auditRows)) {
							b.Fatalf("%v\n%s", err, out)
						}
						took += time.Since(start)
						if used, ok := cmd.ProcessState.SysUsage().(*syscall.Rusage); ok {
							megabytes = max(megabytes, used.Maxrss>>10) // Linux counts in kB
						}
					}
					b.ReportMetric(float64(auditRows*b.N)/took.Seconds(), "rows/s")
					b.ReportMetric(float64(megabytes), "MB")
					b.ReportMetric(auditRows/sealing.Seconds(), "sealed/s")
				})
			}
		})
	}
}

// longAudit fills a database with an audit that is sealed, and tells how long the
// sealing took.
func longAudit(b *testing.B, url string) time.Duration {
	b.Helper()
	if err := build(url); err != nil {
		b.Fatal(err)
	}
	pool := open(b, url)
	numbers := "SELECT i FROM generate_series(1, %d) i"
	if dialect(url) == "sqlite" {
		numbers = "WITH RECURSIVE s(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM s WHERE i < %d) SELECT i FROM s"
	}
	var there int
	if _, err := fmt.Sscan(scalar(b, pool, "SELECT count(*) FROM audit_events"), &there); err != nil {
		b.Fatal(err)
	}
	_, err := pool.Exec(fmt.Sprintf(`INSERT INTO audit_events (at, actor_id, role, action, subject, subject_id, unit, request_id)
SELECT '2023-05-05T09:30:15.123456Z', '7f8c1b9e-3d52-4c38-9a53-6c8a4f0e1d2b', 'professional', 'assessment.submitted', 'assessment',
	'0f8fad5b-d9cb-469f-a165-' || i, 'vuosaari-ta', '5c1f6e9a-7c0b-4c5e-9f55-' || i FROM (`+numbers+`) n`, auditRows-there))
	if err != nil {
		b.Fatal(err)
	}
	db, err := store.Open(b.Context(), url, slog.New(slog.DiscardHandler))
	if err != nil {
		b.Fatal(err)
	}
	defer db.Close()
	start := time.Now()
	for seals, more := db.Seals(), true; more; {
		if more, err = seals.Seal(context.WithoutCancel(b.Context()), time.Now().UTC().Truncate(time.Microsecond)); err != nil {
			b.Fatal(err)
		}
	}
	return time.Since(start)
}
