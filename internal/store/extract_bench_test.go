package store_test

import (
	"bytes"
	"context"
	"database/sql"
	"encoding/csv"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/omasuunta/omasuunta/internal/access"
	"github.com/omasuunta/omasuunta/internal/assessment"
	"github.com/omasuunta/omasuunta/internal/calendar"
	"github.com/omasuunta/omasuunta/internal/export"
	"github.com/omasuunta/omasuunta/internal/extract"
	"github.com/omasuunta/omasuunta/internal/housetest"
	"github.com/omasuunta/omasuunta/internal/instrument"
	"github.com/omasuunta/omasuunta/internal/store"
	"github.com/omasuunta/omasuunta/internal/testkit"
)

// benchRows is how many rows there are: OMASUUNTA_BENCH_ROWS, or 100,000. See
// docs/adr/0045 for a million.
func benchRows(b *testing.B) int {
	n, err := strconv.Atoi(os.Getenv("OMASUUNTA_BENCH_ROWS"))
	if err != nil {
		n = 100_000
	}
	return max(n, 10_000)
}

// BenchmarkRows writes rows for research as CSV, in turns with the plainest way of
// writing what the same statement reads, and compares the memory with that for 10,000 rows. Then
// it has the whole file made, sealed and fetched.
func BenchmarkRows(b *testing.B) {
	for name, database := range map[string]func(testing.TB) string{"postgres": testkit.DurablePostgres, "sqlite": testkit.SQLite} {
		b.Run(name, func(b *testing.B) {
			n := benchRows(b)
			if name == "sqlite" {
				n = min(n, 100_000)
			}
			h, p := manyRows(b, database(b), n)
			few := p
			few.From, few.To = p.To, p.To // one day of a hundred
			var theirs, ours, whole []time.Duration
			var little, much int64
			var size int64
			b.ResetTimer()
			for range b.N {
				theirs, ours, whole = nil, nil, nil
				for range rounds(n) {
					theirs = append(theirs, took(func() {
						if name == "postgres" {
							psqlCopy(b, h, p)
						} else {
							bareCSV(b, h, p)
						}
					}))
					much = max(much, peakOf(func() { ours = append(ours, took(func() { size = writeRows(b, h, p, extract.CSV, n) })) }))
				}
				little = max(little, peakOf(func() { writeRows(b, h, few, extract.CSV, n/100) }))
				whole = append(whole, took(func() { wholeFile(b, h, p) }))
			}
			b.ReportMetric(ratio(ours, theirs), "of_plainest")
			b.ReportMetric(middle(theirs).Seconds(), "s/plainest")
			b.ReportMetric(middle(ours).Seconds(), "s/csv")
			b.ReportMetric(middle(whole).Seconds(), "s/file_sealed_and_fetched")
			b.ReportMetric(float64(much-little)/(1<<20), "MB_more")
			b.ReportMetric(float64(size)/(1<<20), "MB/csv")
			if os.Getenv("OMASUUNTA_BENCH_ALL") == "" {
				return
			}
			for _, f := range []extract.Format{extract.Parquet, extract.XLSX} {
				var bytes int64
				scope, rows := p, n
				if f == extract.XLSX && n > extract.MaxRowsXLSX {
					scope, rows = few, n/100
				}
				before := peakOf(func() { writeRows(b, h, few, f, n/100) })
				var t time.Duration
				after := peakOf(func() { t = took(func() { bytes = writeRows(b, h, scope, f, rows) }) })
				b.Logf("%s: %d rows in %.1f s, %.1f MB, %.1f MB more memory than for %d rows", f, rows, t.Seconds(), float64(bytes)/(1<<20), float64(after-before)/(1<<20), n/100)
			}
		})
	}
}

// rounds is how often psql and the program take turns.
func rounds(n int) int {
	if n > 100_000 {
		return 1
	}
	return 3
}

// manyRows is a house with n rows for one permit: eight assessments, copied over a
// hundred days.
func manyRows(b *testing.B, url string, n int) (*housetest.House, extract.Permit) {
	b.Helper()
	if err := housetest.Prepare(url); err != nil {
		b.Fatal(err)
	}
	h := housetest.Open(b, url)
	benchURLs.Store(h.Store, url)
	h.Must(h.Store.InsertUnit(h.Context(), access.Unit{Code: housetest.Unit, Name: "Vuosaaren terveysasema"}))
	professional := h.As(h.Hire("ammattilainen", access.Professional, housetest.Unit))
	for i := range 8 {
		a := h.Begun(professional, func(in *assessment.Begin) { in.Start.ClientRef = fmt.Sprint("viite ", i) })
		h.Fill(professional, a, instrument.Client, i%8+1)
		h.Fill(professional, a, instrument.Professional, (i*3)%10)
		h.Completed(professional, a)
	}
	expert := h.Hire("tutkija", access.Expert)
	p, err := h.Extracts.Grant(h.System(), extract.Grant{
		User: expert.ID, Reference: "1", Purposes: []string{"research"}, Units: []string{housetest.Unit}, Registers: []string{"health", "social"},
		From: "2023-01-01", To: "2023-12-31", Items: true, ValidFrom: "2023-01-01", ValidUntil: "2023-12-31",
	})
	h.Must(err)
	pool, err := h.Store.Pool()
	h.Must(err)
	multiplyRows(b, pool, h.Store.Dialect(), n)
	p.From, p.To = dayIn("2023-01-01"), dayIn("2023-04-10")
	return h, p
}

func multiplyRows(b *testing.B, pool *sql.DB, dialect string, n int) {
	b.Helper()
	turn, open := "", "" // PostgreSQL gives one by itself
	id, series, on := "gen_random_uuid()", fmt.Sprintf("generate_series(0, %d) AS n(i)", n/8-1), "date '2023-01-01' + (n.i %% 100)::int"
	if dialect == store.SQLite {
		id = "lower(hex(randomblob(4))||'-'||hex(randomblob(2))||'-'||hex(randomblob(2))||'-'||hex(randomblob(2))||'-'||hex(randomblob(6)))"
		series = fmt.Sprintf("(WITH RECURSIVE c(i) AS (SELECT 0 UNION ALL SELECT i+1 FROM c WHERE i < %d) SELECT i FROM c) AS n", n/8-1)
		turn, open = "turn, ", "(SELECT closed_turn + 1 FROM summary_state), "
		on = "date('2023-01-01', '+' || (n.i %% 100) || ' days')"
	}
	columns := `revision, status, consent_id, statistics, unit, register, language, mode, battery, client_battery, client_version, battery_version,
client_answers, professional_answers, segment, resources, challenge, result, feedback_given, created_by, created_at, completed_at, client_index`
	conn, err := pool.Conn(b.Context())
	if err != nil {
		b.Fatal(err)
	}
	defer conn.Close()
	statements := []string{fmt.Sprintf("INSERT INTO assessments ("+turn+"id, assessed_on, assessed_month, %[1]s) SELECT "+open+"%[2]s, "+on+", '2023-01', %[1]s FROM assessments, %[3]s", columns, id, series), "ANALYZE"}
	if dialect == store.PostgreSQL {
		statements = append([]string{"SELECT set_config('omasuunta.units', '{*}', false)"}, append(statements, "VACUUM assessments", "CHECKPOINT", "SELECT set_config('omasuunta.units', '', false)")...)
	}
	for _, one := range statements {
		if _, err := conn.ExecContext(b.Context(), one); err != nil && one != "CHECKPOINT" {
			b.Fatal(err)
		}
	}
}

// sighted is a context that sees the permit's units.
func sighted(h *housetest.House, p extract.Permit) context.Context {
	return access.With(h.Context(), access.Actor{ID: p.User, Role: access.Expert, Units: p.Units})
}

// writeRows writes the rows of a permit into a file and returns its size.
func writeRows(b *testing.B, h *housetest.House, p extract.Permit, f extract.Format, want int) int64 {
	b.Helper()
	file, err := os.Create(filepath.Join(b.TempDir(), "rows"))
	h.Must(err)
	defer file.Close()
	key, err := h.Store.PermitKey(h.System(), p.ID)
	h.Must(err)
	columns := extract.Columns(p, h.Library)
	table, err := export.Rows{}.Begin(f, columns, file)
	h.Must(err)
	shape, n := extract.NewShape(columns, key), 0
	h.Must(h.Store.Rows(sighted(h, p), p.Scope(), key, func(int, int) error { return nil }, func(src *extract.Source) error {
		cells, err := shape.Cells(src)
		if err != nil {
			return err
		}
		n++
		return table.Row(cells)
	}), table.Close())
	if n < want*9/10 {
		b.Fatalf("%d rows, want about %d", n, want)
	}
	at, err := file.Seek(0, io.SeekCurrent)
	h.Must(err)
	return at
}

// psqlCopy lets psql copy what the same statement reads.
func psqlCopy(b *testing.B, h *housetest.House, p extract.Permit) {
	b.Helper()
	key, err := h.Store.PermitKey(h.System(), p.ID)
	h.Must(err)
	query, err := h.Store.RowsSQL(p.Scope(), key)
	h.Must(err)
	units := "{" + strings.Join(p.Units, ",") + "}"
	script := "SELECT set_config('omasuunta.units', '" + units + "', false);\n\\copy (" + strings.ReplaceAll(query, "\n", " ") + ") TO '" + filepath.Join(b.TempDir(), "psql") + "' WITH (FORMAT csv, HEADER)\n"
	cmd := exec.Command("psql", "-X", "-q", "-v", "ON_ERROR_STOP=1", benchURL(b, h))
	cmd.Stdin = strings.NewReader(script)
	var out bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &out
	if err := cmd.Run(); err != nil {
		b.Fatalf("psql: %v\n%s", err, out.String())
	}
}

// bareCSV writes what the same statement reads from SQLite with encoding/csv.
func bareCSV(b *testing.B, h *housetest.House, p extract.Permit) {
	b.Helper()
	key, err := h.Store.PermitKey(h.System(), p.ID)
	h.Must(err)
	query, err := h.Store.RowsSQL(p.Scope(), key)
	h.Must(err)
	pool, err := h.Store.Pool()
	h.Must(err)
	file, err := os.Create(filepath.Join(b.TempDir(), "bare"))
	h.Must(err)
	defer file.Close()
	found, err := pool.QueryContext(b.Context(), query)
	h.Must(err)
	defer found.Close()
	columns, err := found.Columns()
	h.Must(err)
	values, into, line := make([]sql.NullString, len(columns)), make([]any, len(columns)), make([]string, len(columns))
	for i := range values {
		into[i] = &values[i]
	}
	w := csv.NewWriter(file)
	for found.Next() {
		h.Must(found.Scan(into...))
		for i, v := range values {
			line[i] = v.String
		}
		h.Must(w.Write(line))
	}
	w.Flush()
	h.Must(found.Err(), w.Error())
}

// wholeFile has a file made as the program makes it, and fetches it.
func wholeFile(b *testing.B, h *housetest.House, p extract.Permit) {
	b.Helper()
	ctx := h.As(access.Actor{ID: p.User, Role: access.Expert})
	j, err := h.Extracts.Ask(ctx, p.ID, "csv")
	h.Must(err)
	worker := extract.NewWorker(h.Store, h.Library, export.Rows{}, h.Clock, slog.New(slog.DiscardHandler))
	_, err = worker.Next(h.Context())
	h.Must(err)
	content, err := h.Extracts.Fetch(ctx, j.ID)
	h.Must(err)
	h.Must(content.Copy(ctx, io.Discard), h.Extracts.Drop(ctx, j.ID))
}

func took(f func()) time.Duration {
	start := time.Now()
	f()
	return time.Since(start)
}

func middle(d []time.Duration) time.Duration {
	d = slices.Clone(d)
	slices.Sort(d)
	return d[len(d)/2]
}

func ratio(ours, theirs []time.Duration) float64 {
	return float64(middle(ours)) / float64(middle(theirs))
}

// peakOf is the most memory that the process has while f runs.
func peakOf(f func()) int64 {
	freeMemory()
	var peak atomic.Int64
	stop, ended := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(ended)
		for ticker := time.NewTicker(20 * time.Millisecond); ; {
			peak.Store(max(peak.Load(), resident()))
			select {
			case <-stop:
				ticker.Stop()
				return
			case <-ticker.C:
			}
		}
	}()
	f()
	close(stop)
	<-ended
	return peak.Load()
}

// resident is the memory of this process, in bytes.
func resident() int64 {
	line, err := os.ReadFile("/proc/self/statm")
	if err != nil {
		return 0
	}
	fields := strings.Fields(string(line))
	pages, _ := strconv.ParseInt(fields[1], 10, 64) // 0 for what is no number
	return pages * int64(os.Getpagesize())
}

func freeMemory() {
	runtime.GC()
	debug.FreeOSMemory()
}

func dayIn(text string) calendar.Date { return calendar.MustParse(text) }

// benchURLs are where the databases are, by their stores.
var benchURLs sync.Map

func benchURL(b *testing.B, h *housetest.House) string {
	url, known := benchURLs.Load(h.Store)
	if !known {
		b.Fatal("nobody noted where the database is")
	}
	return url.(string)
}
