package main

import (
	"bufio"
	"bytes"
	"database/sql"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/omasuunta/omasuunta/internal/testkit"
)

// Benchmarks are measured beside what they compare to, in turns within one run,
// and report a ratio: absolute figures depend on the machine.
const (
	benchClients = 32
	benchRounds  = 3
	benchSlice   = 8 * time.Second // of each of the two, per round
)

// BenchmarkSubmitPostgres compares a complete submit through HTTP (token,
// consent, validation, scoring, audit) with pgbench -M prepared doing the same
// two inserts in a transaction, 32 clients each, on a PostgreSQL with its own
// durable settings.
func BenchmarkSubmitPostgres(b *testing.B) {
	if !testkit.PgbenchAvailable() {
		b.Skip("pgbench is not installed: Debian's postgresql-contrib has it")
	}
	url := testkit.DurablePostgres(b)
	if err := build(url); err != nil {
		b.Fatal(err)
	}
	h := inhabit(b, testkit.AsProgram(url))
	load := newLoad(b, h)
	script := twoInserts(b, url)
	var ours, theirs float64
	b.ResetTimer()
	for range b.N {
		ours, theirs = 0, 0
		for range benchRounds {
			theirs += testkit.Pgbench(b, testkit.AsSuperuser(b, url), script, benchClients, int(benchSlice.Seconds())) / benchRounds
			ours += load.perSecond(b, benchSlice) / benchRounds
		}
	}
	b.ReportMetric(ours, "submits/s")
	b.ReportMetric(theirs, "pgbench/s")
	b.ReportMetric(ours/theirs, "of_pgbench")
	b.ReportMetric(residentMegabytes(b, h), "server_MB")
}

// BenchmarkSubmitSQLite compares a complete submit through HTTP with the same
// two inserts by plain database/sql through one writer, 32 callers each.
func BenchmarkSubmitSQLite(b *testing.B) {
	url := testkit.SQLite(b)
	if err := build(url); err != nil {
		b.Fatal(err)
	}
	h := inhabit(b, url)
	load := newLoad(b, h)
	plain := plainInserts(b, url)
	var ours, theirs float64
	b.ResetTimer()
	for range b.N {
		ours, theirs = 0, 0
		for range benchRounds {
			theirs += plain(benchSlice) / benchRounds
			ours += load.perSecond(b, benchSlice) / benchRounds
		}
	}
	b.ReportMetric(ours, "submits/s")
	b.ReportMetric(theirs, "plain/s")
	b.ReportMetric(ours/theirs, "of_plain")
	b.ReportMetric(residentMegabytes(b, h), "server_MB")
}

// load is a heap of ready requests: making them is not what is measured.
type load struct {
	address  string
	requests [][]byte
	next     atomic.Int64
}

func newLoad(b *testing.B, h *house) *load {
	b.Helper()
	l := &load{address: strings.TrimPrefix(h.URL, "http://")}
	for i := range 500 {
		body, err := json.Marshal(paperForm(b, h.professional.giveConsent(), i%11, (i*7)%11))
		if err != nil {
			b.Fatal(err)
		}
		l.requests = append(l.requests, fmt.Appendf(nil,
			"POST /api/v1/assessments HTTP/1.1\r\nHost: %s\r\nAuthorization: Bearer %s\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s",
			l.address, h.professional.token, len(body), body))
	}
	h.professional.complete(8, 2) // a row for the other side to copy
	return l
}

// perSecond submits for a while over 32 connections and returns submits per
// second. Any answer but 201 fails the benchmark.
func (l *load) perSecond(b *testing.B, d time.Duration) float64 {
	b.Helper()
	return timed(d, func(done func() bool) int {
		conn, err := net.Dial("tcp", l.address)
		if err != nil {
			b.Error(err)
			return 0
		}
		defer conn.Close()
		reader, n := bufio.NewReader(conn), 0
		for ; !done(); n++ {
			if _, err := conn.Write(l.requests[l.next.Add(1)%int64(len(l.requests))]); err != nil {
				b.Error(err)
				return n
			}
			resp, err := http.ReadResponse(reader, nil)
			if err != nil {
				b.Error(err)
				return n
			}
			body, err := io.ReadAll(resp.Body)
			if err != nil || resp.StatusCode != http.StatusCreated {
				b.Errorf("%d %v %s", resp.StatusCode, err, body)
				return n
			}
		}
		return n
	})
}

// timed runs 32 workers for a while and returns what they did per second.
func timed(d time.Duration, work func(done func() bool) int) float64 {
	var total atomic.Int64
	var group sync.WaitGroup
	start := time.Now()
	done := func() bool { return time.Since(start) >= d }
	for range benchClients {
		group.Go(func() { total.Add(int64(work(done))) })
	}
	group.Wait()
	return float64(total.Load()) / time.Since(start).Seconds()
}

// copied are the columns and values of the one row that is there.
func copied(tb testing.TB, db *sql.DB, table string) (columns []string, values []any) {
	tb.Helper()
	rows, err := db.Query("SELECT * FROM " + table + " ORDER BY 1 DESC LIMIT 1")
	if err != nil {
		tb.Fatal(err)
	}
	defer rows.Close()
	if columns, err = rows.Columns(); err != nil {
		tb.Fatal(err)
	}
	values = make([]any, len(columns))
	into := make([]any, len(columns))
	for i := range values {
		into[i] = &values[i]
	}
	if !rows.Next() {
		tb.Fatal("no row to copy")
	}
	if err := rows.Scan(into...); err != nil {
		tb.Fatal(err)
	}
	return columns, values
}

// twoInserts is a pgbench script with the inserts of one submit, its values as
// literals of the prepared statements.
func twoInserts(tb testing.TB, url string) string {
	tb.Helper()
	db := open(tb, url)
	var script strings.Builder
	script.WriteString("BEGIN;\n")
	for _, table := range []string{"assessments", "audit_events"} {
		columns, values := copied(tb, db, table)
		var names, literals []string
		for i, name := range columns {
			if name == "id" && table == "audit_events" {
				continue
			}
			names = append(names, name)
			literals = append(literals, literal(name, values[i]))
		}
		fmt.Fprintf(&script, "INSERT INTO %s (%s) VALUES (%s);\n", table, strings.Join(names, ", "), strings.Join(literals, ", "))
	}
	script.WriteString("COMMIT;\n")
	return script.String()
}

func literal(name string, value any) string {
	if name == "id" {
		return "gen_random_uuid()"
	}
	text := ""
	switch v := value.(type) {
	case nil:
		return "NULL"
	case time.Time:
		text = v.Format(time.RFC3339Nano)
	case []byte:
		text = string(v)
	default:
		text = fmt.Sprint(v)
	}
	// A colon would be a variable to pgbench; in a JSON string it may be escaped.
	return "E'" + strings.NewReplacer(`\`, `\\`, `'`, `''`, `:`, `\x3a`).Replace(text) + "'"
}

// plainInserts returns a run of the inserts of one submit by database/sql alone,
// on a copy of the database and through one connection.
func plainInserts(b *testing.B, url string) func(time.Duration) float64 {
	b.Helper()
	source := open(b, url)
	path := b.TempDir() + "/plain.db"
	if _, err := source.Exec("VACUUM INTO '" + path + "'"); err != nil {
		b.Fatal(err)
	}
	db, err := sql.Open("sqlite", "file:"+path+"?_pragma=journal_mode(WAL)&_pragma=busy_timeout(5000)&_pragma=synchronous(FULL)&_pragma=foreign_keys(1)&_txlock=immediate")
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = db.Close() })
	db.SetMaxOpenConns(1)
	type statement struct {
		sql    string
		values []any
	}
	var statements []statement
	for _, table := range []string{"assessments", "audit_events"} {
		columns, values := copied(b, db, table)
		if table == "audit_events" {
			columns, values = columns[1:], values[1:]
		}
		statements = append(statements, statement{
			fmt.Sprintf("INSERT INTO %s (%s) VALUES (?%s)", table, strings.Join(columns, ", "), strings.Repeat(", ?", len(columns)-1)), values})
	}
	insert := func() error {
		tx, err := db.Begin()
		if err != nil {
			return err
		}
		defer func() { _ = tx.Rollback() }()
		for i, s := range statements {
			values := append([]any(nil), s.values...)
			if i == 0 {
				values[0] = uuid.NewString()
			}
			if _, err := tx.Exec(s.sql, values...); err != nil {
				return err
			}
		}
		return tx.Commit()
	}
	return func(d time.Duration) float64 {
		return timed(d, func(done func() bool) int {
			n := 0
			for ; !done(); n++ {
				if err := insert(); err != nil {
					b.Error(err)
					return n
				}
			}
			return n
		})
	}
}

// residentMegabytes is the resident memory of the server's process, in MiB.
func residentMegabytes(tb testing.TB, h *house) float64 {
	tb.Helper()
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", h.cmd.Process.Pid))
	if err != nil {
		return 0 // not Linux
	}
	for line := range bytes.Lines(status) {
		var kb float64
		if _, err := fmt.Sscanf(string(line), "VmRSS: %f kB", &kb); err == nil {
			return kb / 1024
		}
	}
	return 0
}
