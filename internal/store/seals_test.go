package store_test

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"
	"pgregory.net/rapid"

	"github.com/omasuunta/omasuunta/internal/audit"
	"github.com/omasuunta/omasuunta/internal/store"
	"github.com/omasuunta/omasuunta/internal/testkit"
)

// note appends rows to the audit, as a use case does.
func (h *house) note(n int) {
	h.Helper()
	for range n {
		h.must(h.AppendAudit(h.Context(), audit.Entry{At: start, Actor: userID, Role: "professional", Action: audit.AssessmentRead,
			Subject: audit.Assessment, SubjectID: uuid.NewString(), Unit: "vuosaari-ta", RequestID: "r-1"}))
	}
}

// seal seals all that can be sealed now.
func (h *house) seal(seals *store.Seals) {
	h.Helper()
	for {
		more, err := seals.Seal(h.Context(), start)
		h.must(err)
		if !more {
			return
		}
	}
}

// sealed seals until so many rows are. On PostgreSQL transactions of others on the
// same server, such as its own housekeeping, may hold that up for a moment.
func (h *house) sealed(seals *store.Seals, rows int64) audit.Report {
	h.Helper()
	for deadline := time.Now().Add(time.Minute); ; {
		h.seal(seals)
		report, err := audit.Verify(h.Audit(h.Context()))
		h.must(err)
		if report.Rows == rows && report.Unsealed == 0 {
			return report
		}
		if time.Now().After(deadline) || report.Rows+report.Unsealed != rows {
			h.Fatalf("%d rows sealed and %d not, want %d and none", report.Rows, report.Unsealed, rows)
		}
	}
}

// sound verifies the audit and wants so many rows sealed and not sealed.
func (h *house) sound(rows, unsealed int64) audit.Report {
	h.Helper()
	report, err := audit.Verify(h.Audit(h.Context()))
	h.must(err)
	if report.Rows != rows || report.Unsealed != unsealed {
		h.Errorf("%d rows sealed and %d not, want %d and %d", report.Rows, report.Unsealed, rows, unsealed)
	}
	return report
}

// do does as the owner of the tables what the program may not.
func (h *house) do(statement string, parameters ...any) {
	h.Helper()
	h.must(h.try(statement, parameters...))
}

func (h *house) try(statement string, parameters ...any) error {
	h.Helper()
	pool, err := h.Pool()
	h.must(err)
	if h.Dialect() == store.PostgreSQL {
		pool = h.ownersPool()
	}
	_, err = pool.ExecContext(h.Context(), statement, parameters...)
	return err
}

// ownersPool is opened once, for a connection takes longer than most statements.
func (h *house) ownersPool() *sql.DB {
	h.Helper()
	if h.owners == nil {
		pool, err := sql.Open("pgx", testkit.AsOwner(h.url))
		h.must(err)
		h.Cleanup(func() { _ = pool.Close() })
		h.owners = pool
	}
	return h.owners
}

func TestRowsAreSealedInBatches(t *testing.T) {
	suite(t, func(t *testing.T, h *house) {
		seals := h.Seals()
		if r := h.sealed(seals, 0); r.Batches != 0 {
			t.Error("a batch of nothing")
		}
		h.note(3)
		h.sound(0, 3)
		first := h.sealed(seals, 3).Batches
		h.note(2)
		second := h.sealed(seals, 5).Batches
		h.seal(seals)
		if again := h.sound(5, 0).Batches; first < 1 || second <= first || again != second {
			t.Errorf("%d, %d and %d batches", first, second, again)
		}
		h.note(1)
		h.sealed(h.Seals(), 6) // a program that was started anew
	})
}

// many appends n rows in one statement.
func (h *house) many(n int) {
	h.Helper()
	numbers := "SELECT i FROM generate_series(1, $1::int) i"
	if h.Dialect() == store.SQLite {
		numbers = "WITH RECURSIVE s(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM s WHERE i < $1) SELECT i FROM s"
	}
	h.do(`INSERT INTO audit_events (at, actor_id, role, action, subject, subject_id, unit, request_id)
SELECT '2023-05-05T09:30:15.123456Z', '7f8c1b9e-3d52-4c38-9a53-6c8a4f0e1d2b', 'professional', 'assessment.read', 'assessment', 's-' || i, 'vuosaari-ta', ''
FROM (`+numbers+`) n ORDER BY i`, n)
}

// The rows of an older database are sealed too, in batches that stay small.
func TestALongAuditIsSealedInBoundedBatches(t *testing.T) {
	suite(t, func(t *testing.T, h *house) {
		h.many(2*audit.MaxBatch + 10)
		if r := h.sealed(h.Seals(), 2*audit.MaxBatch+10); r.Batches != 3 {
			t.Errorf("%d batches, want 3", r.Batches)
		}
	})
}

// An audit of a database from before the chain: the rows are there when the
// schema gets it, and ids go on behind them.
func TestRowsFromBeforeTheChainAreSealed(t *testing.T) {
	testkit.Engines(t, func(t *testing.T, url string) {
		db := open(t, url)
		h := &house{T: t, Store: db, url: url}
		m, err := db.Migrator()
		h.must(err)
		_, err = m.UpTo(h.Context(), 3)
		h.must(err)
		h.many(7)
		_, err = m.Up(h.Context())
		h.must(err)
		seals := h.Seals()
		h.sealed(seals, 7)
		for i := range int64(3) { // the very next id as well
			h.note(1)
			h.sealed(seals, 8+i)
		}
	})
}

// A transaction that began before others and ends after them is not skipped, and
// nothing that is younger is sealed before it.
func TestALateCommitIsNeverSkipped(t *testing.T) {
	h := onPostgres(t)
	pool, err := h.Pool()
	h.must(err)
	seals := h.Seals()
	h.note(2)
	h.sealed(seals, 2)

	late, err := pool.BeginTx(h.Context(), nil)
	h.must(err)
	insert(h, late)
	h.note(2)
	h.seal(seals)
	h.sound(2, 2) // those that came after it must wait
	h.must(late.Commit())
	h.sealed(seals, 5)

	given, err := pool.BeginTx(h.Context(), nil)
	h.must(err)
	insert(h, given)
	h.note(1)
	h.must(given.Rollback())
	h.sealed(seals, 6)
}

func onPostgres(t *testing.T) *house {
	t.Helper()
	url := testkit.PostgresFrom(t, "suite", prepare)
	return &house{T: t, Store: open(t, url), url: url}
}

func insert(h *house, tx *sql.Tx) {
	h.Helper()
	_, err := tx.ExecContext(h.Context(), `INSERT INTO audit_events (at, actor_id, role, action, subject, subject_id, unit, request_id)
VALUES (now(), gen_random_uuid(), '', 'x', 'y', 'z', '', '')`)
	h.must(err)
}

// Whatever transactions begin, write, end and are given up, in whatever order, and
// whichever of two sealers looks in between: in the end every row is sealed, and
// none of the sealers has to be started anew for it.
func TestEveryOrderOfCommitsIsSealedWhole(t *testing.T) {
	h := onPostgres(t)
	pool, err := h.Pool()
	h.must(err)
	other := &house{T: t, Store: h.Store}
	sealers := []*store.Seals{h.Seals(), other.Seals()}
	var committed int64
	rapid.Check(t, func(r *rapid.T) {
		running := map[int]*sql.Tx{}
		wrote := map[int]int64{}
		slot := rapid.IntRange(0, 4)
		end := func(i int, commit bool) {
			if commit {
				h.must(running[i].Commit())
				committed += wrote[i]
			} else {
				h.must(running[i].Rollback())
			}
			delete(running, i)
			delete(wrote, i)
		}
		for range rapid.IntRange(1, 30).Draw(r, "steps") {
			i := slot.Draw(r, "transaction")
			switch step := rapid.SampledFrom([]string{"write", "write", "commit", "rollback", "seal"}).Draw(r, "step"); {
			case step == "seal":
				h.seal(sealers[i%2])
			case step == "write":
				if running[i] == nil {
					tx, err := pool.BeginTx(h.Context(), nil)
					h.must(err)
					running[i] = tx
				}
				insert(h, running[i])
				wrote[i]++
			case running[i] != nil:
				end(i, step == "commit")
			}
		}
		for i := range running {
			end(i, true)
		}
		h.sealed(sealers[slot.Draw(r, "last")%2], committed)
	})
	if h.Failed() {
		return
	}
	if committed < 100 {
		t.Errorf("only %d rows were tried", committed)
	}
}

// Rows whose transaction numbers come from another server, by way of a dump, do
// not wait for this one to reach them.
func TestRowsOfARestoredDumpAreSealed(t *testing.T) {
	h := onPostgres(t)
	h.note(1)
	h.do(`INSERT INTO audit_events (at, actor_id, role, action, subject, subject_id, unit, request_id, xid)
VALUES (now(), gen_random_uuid(), '', 'x', 'y', 'z', '', '', '999999999999')`)
	h.sealed(h.Seals(), 2)
}

// Two programs on one database, at once with those who write.
func TestSealersAtOnce(t *testing.T) {
	testkit.EnginesFrom(t, "suite", prepare, func(t *testing.T, url string) {
		const writers, each = 4, 40
		var writing, sealing sync.WaitGroup
		done := make(chan struct{})
		for range 3 {
			db := open(t, url) // as a process of its own
			sealing.Go(func() {
				seals := db.Seals()
				for {
					if _, err := seals.Seal(t.Context(), start); err != nil {
						t.Error(err)
						return
					}
					select {
					case <-done:
						return
					default:
					}
				}
			})
		}
		h := &house{T: t, Store: open(t, url)}
		for range writers {
			writing.Go(func() {
				for range each {
					if err := h.AppendAudit(t.Context(), audit.Entry{At: start, Actor: userID, Action: audit.ConsentRead, Subject: audit.Consent}); err != nil {
						t.Error(err)
					}
				}
			})
		}
		writing.Wait()
		close(done)
		sealing.Wait()
		h.sealed(h.Seals(), writers*each)
	})
}

// A sealer that is cut off anywhere leaves a chain that is sound, and the next one
// goes on with it.
func TestASealerThatIsCutOffLeavesASoundChain(t *testing.T) {
	suite(t, func(t *testing.T, h *house) {
		var rows int64
		for i := range 60 {
			h.note(3)
			rows += 3
			ctx, cancel := context.WithTimeout(t.Context(), time.Duration(i*50)*time.Microsecond)
			_, err := h.Seals().Seal(ctx, start)
			cancel()
			report, broken := audit.Verify(h.Audit(h.Context()))
			if broken != nil {
				t.Fatalf("after %v: %v", err, broken)
			}
			if report.Rows+report.Unsealed != rows || report.Rows%3 != 0 {
				t.Fatalf("%d rows sealed and %d not, of %d", report.Rows, report.Unsealed, rows)
			}
		}
		h.sealed(h.Seals(), rows)
	})
}

// Neither the program nor the owner of the tables can change or delete what is in
// the audit or its seals, as long as the triggers are there.
func TestTheAuditStays(t *testing.T) {
	suite(t, func(t *testing.T, h *house) {
		h.note(2)
		h.sealed(h.Seals(), 2)
		program, err := h.Pool()
		h.must(err)
		for _, table := range []string{"audit_events", "audit_members", "audit_batches"} {
			column := map[string]string{"audit_events": "unit = ''", "audit_members": "batch = 0", "audit_batches": "row_count = 0"}[table]
			statements := []string{"DELETE FROM " + table, "UPDATE " + table + " SET " + column}
			if h.Dialect() == store.PostgreSQL {
				statements = append(statements, "TRUNCATE "+table)
			}
			for _, statement := range statements {
				if err := h.try(statement); err == nil || !strings.Contains(err.Error(), "the audit is ") {
					t.Errorf("the owner, %s: %v", statement, err)
				}
				if _, err := program.ExecContext(h.Context(), statement); err == nil {
					t.Errorf("the program, %s", statement)
				}
			}
		}
		h.sound(2, 0)
	})
}

// No audit, no action: a submit whose row in the audit is refused is not stored.
func TestASubmitWithoutItsAuditRowIsNotStored(t *testing.T) {
	suite(t, func(t *testing.T, h *house) {
		c := h.consent()
		h.refuseAudit()
		if added, err := h.submit(h.Context(), draft(c)); added || err == nil {
			t.Errorf("added %v, error %v", added, err)
		}
		err := h.InTx(h.Context(), func(ctx context.Context) error {
			_, err := h.submit(ctx, draft(c))
			return err
		})
		if err == nil {
			t.Error("added inside a transaction")
		}
		h.wantStored(0)
	})
}

// refuseAudit makes the audit refuse every new row.
func (h *house) refuseAudit() {
	h.Helper()
	if h.Dialect() == store.SQLite {
		h.do("CREATE TRIGGER refuse BEFORE INSERT ON audit_events BEGIN SELECT RAISE(ABORT, 'no'); END")
		return
	}
	h.do("ALTER TABLE audit_events ADD CONSTRAINT refuse CHECK (false) NOT VALID")
}

// unlock does what a superuser, the owner of the tables or whoever owns the file
// can do.
func (h *house) unlock() {
	h.Helper()
	if h.Dialect() == store.PostgreSQL {
		h.do("ALTER TABLE audit_events NO FORCE ROW LEVEL SECURITY")
	}
	for _, table := range []string{"events", "members", "batches"} {
		if h.Dialect() == store.PostgreSQL {
			h.do("ALTER TABLE audit_" + table + " DISABLE TRIGGER USER")
			continue
		}
		h.do("DROP TRIGGER audit_" + table + "_not_changed")
		h.do("DROP TRIGGER audit_" + table + "_not_deleted")
	}
}

// threeBatches prepares an audit that may be tampered with: its rows have the ids 1
// to 30, in three batches of ten.
func threeBatches(t *testing.T) func(url string) error {
	return func(url string) error {
		if err := prepare(url); err != nil {
			return err
		}
		db, err := store.Open(t.Context(), testkit.AsProgram(url), quiet)
		if err != nil {
			return err
		}
		h := &house{T: t, Store: db, url: url}
		seals := h.Seals()
		for i := range int64(3) {
			h.many(10)
			h.sealed(seals, 10*(i+1))
		}
		h.unlock()
		return db.Close()
	}
}

// Tampering in the database itself, behind the program's back.
func TestTamperingIsFoundInTheDatabase(t *testing.T) {
	zeros := strings.Repeat("00", 32)
	for name, one := range map[string]struct {
		statements []string
		want       audit.Finding
	}{
		"an edited row":    {[]string{"UPDATE audit_events SET unit = 'seniori-info' WHERE id = 14"}, audit.Finding{Flaw: audit.RowChanged, Batch: 2, Position: 14, Row: 14}},
		"an edited time":   {[]string{"UPDATE audit_events SET at = '2023-05-05T09:30:15.123457Z' WHERE id = 1"}, audit.Finding{Flaw: audit.RowChanged, Batch: 1, Position: 1, Row: 1}},
		"another actor":    {[]string{"UPDATE audit_events SET actor_id = '00000000-0000-0000-0000-000000000001' WHERE id = 30"}, audit.Finding{Flaw: audit.RowChanged, Batch: 3, Position: 30, Row: 30}},
		"a deleted row":    {[]string{"DELETE FROM audit_events WHERE id = 20"}, audit.Finding{Flaw: audit.RowMissing, Batch: 2, Position: 20, Row: 20}},
		"a new id":         {[]string{"UPDATE audit_events SET id = 1000 WHERE id = 20"}, audit.Finding{Flaw: audit.RowMissing, Batch: 2, Position: 20, Row: 20}},
		"all rows deleted": {[]string{"DELETE FROM audit_events"}, audit.Finding{Flaw: audit.RowMissing, Batch: 1, Position: 1, Row: 1}},
		"two rows swapped": {[]string{"UPDATE audit_events SET id = -id WHERE id IN (12, 13)", "UPDATE audit_events SET id = 25 + id WHERE id IN (-12, -13)"}, audit.Finding{Flaw: audit.RowChanged, Batch: 2, Position: 12, Row: 12}},
		"a deleted seal":   {[]string{"DELETE FROM audit_members WHERE position = 15"}, audit.Finding{Flaw: audit.SealMissing, Batch: 2, Position: 15}},
		"a row and its seal": {[]string{"DELETE FROM audit_events WHERE id = 15", "DELETE FROM audit_members WHERE position = 15"},
			audit.Finding{Flaw: audit.SealMissing, Batch: 2, Position: 15}},
		"an edited seal": {[]string{"UPDATE audit_members SET leaf = (SELECT leaf FROM audit_members WHERE position = 4) WHERE position = 3"},
			audit.Finding{Flaw: audit.SealChanged, Batch: 1, Position: 3, Row: 3}},
		"a seal of another batch": {[]string{"UPDATE audit_members SET batch = 3 WHERE position = 12"},
			audit.Finding{Flaw: audit.SealChanged, Batch: 2, Position: 12, Row: 12, Note: "it names another batch"}},
		"an added seal":       {[]string{"INSERT INTO audit_members SELECT 31, 3, 77, leaf FROM audit_members WHERE position = 1"}, audit.Finding{Flaw: audit.SealForeign, Batch: 4, Position: 31, Row: 77}},
		"a deleted batch":     {[]string{"DELETE FROM audit_batches WHERE number = 2"}, audit.Finding{Flaw: audit.SealForeign, Batch: 2, Position: 11, Row: 11}},
		"a whole batch":       {[]string{"DELETE FROM audit_batches WHERE number = 2", "DELETE FROM audit_members WHERE batch = 2", "DELETE FROM audit_events WHERE id BETWEEN 11 AND 20"}, audit.Finding{Flaw: audit.BatchMissing, Batch: 2}},
		"the last batch":      {[]string{"DELETE FROM audit_batches WHERE number = 3"}, audit.Finding{Flaw: audit.SealForeign, Batch: 3, Position: 21, Row: 21}},
		"an edited root":      {[]string{"UPDATE audit_batches SET root = chain WHERE number = 2"}, audit.Finding{Flaw: audit.BatchChanged, Batch: 2}},
		"a shortened hash":    {[]string{"UPDATE audit_batches SET chain = prev WHERE number = 1"}, audit.Finding{Flaw: audit.BatchChanged, Batch: 1}},
		"another time":        {[]string{"UPDATE audit_batches SET sealed_at = '2020-01-01T00:00:00.000000Z' WHERE number = 3"}, audit.Finding{Flaw: audit.BatchChanged, Batch: 3}},
		"another count":       {[]string{"UPDATE audit_batches SET row_count = 9, last_position = 29 WHERE number = 3"}, audit.Finding{Flaw: audit.BatchChanged, Batch: 3}},
		"a batch cut loose":   {[]string{"DELETE FROM audit_batches WHERE number = 1", "UPDATE audit_batches SET prev = decode_hex WHERE number = 2"}, audit.Finding{Flaw: audit.SealForeign, Batch: 1, Position: 1, Row: 1}},
		"seals without batch": {[]string{"DELETE FROM audit_batches"}, audit.Finding{Flaw: audit.SealForeign, Batch: 1, Position: 1, Row: 1}},
	} {
		t.Run(name, func(t *testing.T) {
			testkit.EnginesFrom(t, "three batches", threeBatches(t), func(t *testing.T, url string) {
				h := &house{T: t, Store: open(t, url), url: url}
				hex := "decode('" + zeros + "', 'hex')"
				if h.Dialect() == store.SQLite {
					hex = "x'" + zeros + "'"
				}
				for _, statement := range one.statements {
					h.do(strings.ReplaceAll(statement, "decode_hex", hex))
				}
				_, err := audit.Verify(h.Audit(h.Context()))
				var found *audit.Finding
				if !errors.As(err, &found) {
					t.Fatalf("found %v, want %v", err, &one.want)
				}
				found.Note, one.want.Note = "", ""
				if *found != one.want {
					t.Errorf("found %q, want %q", fmt.Sprint(found), fmt.Sprint(&one.want))
				}
			})
		})
	}
}
