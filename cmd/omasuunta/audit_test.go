package main

import (
	"bytes"
	"database/sql"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/omasuunta/omasuunta/internal/testkit"
)

// notary is what signs checkpoints: a key, its public half, and the file that the
// checkpoints are in, none of them beside the database.
type notary struct{ key, public, checkpoints string }

func newNotary(t testing.TB) notary {
	t.Helper()
	key := filepath.Join(t.TempDir(), "audit.key")
	must(t, "audit", "keygen", key)
	return notary{key, key + ".pub", filepath.Join(t.TempDir(), "checkpoints")}
}

func (n notary) serving() []string {
	return []string{"--audit-checkpoints", n.checkpoints, "--audit-key", n.key}
}

func (n notary) verifying() []string {
	return []string{"--checkpoints", n.checkpoints, "--public-key", n.public}
}

// sealedRows waits until every row of the audit is sealed and returns how many
// there are.
func sealedRows(t testing.TB, database string) int {
	t.Helper()
	db := open(t, database)
	var n int
	eventually(t, "every row of the audit is sealed", func() bool {
		rows, err := strconv.Atoi(scalar(t, db, "SELECT count(*) FROM audit_events"))
		if err != nil {
			t.Fatal(err)
		}
		n = rows
		return scalar(t, db, "SELECT count(*) FROM audit_members") == strconv.Itoa(rows)
	})
	return n
}

// eventually asks until it is so. How fast it is so is not for a busy machine to
// tell.
func eventually(t testing.TB, what string, so func() bool) {
	t.Helper()
	deadline := time.After(readyWithin)
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for !so() {
		select {
		case <-tick.C:
		case <-deadline:
			t.Fatalf("not so within %s: %s", readyWithin, what)
		}
	}
}

// tampered verifies an audit that is not sound and wants this said of it.
func tampered(t testing.TB, says string, args ...string) {
	t.Helper()
	out, errout, code := command(t, append([]string{"audit", "verify"}, args...)...)
	if code != exitFailure || !strings.Contains(errout, "tampered with") || !strings.Contains(errout, says) || out != "" {
		t.Errorf("verify: exit %d, want %d and %q\n%s%s", code, exitFailure, says, out, errout)
	}
}

// unlock switches off what keeps the audit from being changed, as a superuser or
// the owner of the file can.
func unlock(t testing.TB, database string) *sql.DB {
	t.Helper()
	db := open(t, database)
	for _, table := range []string{"audit_events", "audit_members", "audit_batches"} {
		statements := []string{"ALTER TABLE " + table + " DISABLE TRIGGER USER", "ALTER TABLE " + table + " NO FORCE ROW LEVEL SECURITY"}
		if dialect(database) == "sqlite" {
			statements = []string{"DROP TRIGGER " + table + "_not_changed", "DROP TRIGGER " + table + "_not_deleted"}
		}
		for _, statement := range statements {
			if _, err := db.Exec(statement); err != nil {
				t.Fatal(err)
			}
		}
	}
	return db
}

// From the first row to a verdict on an export that somebody has carried away,
// by the commands alone.
func TestTheAuditProvesItself(t *testing.T) {
	t.Parallel()
	testkit.EnginesFrom(t, "house", build, func(t *testing.T, url string) {
		t.Parallel()
		n := newNotary(t)
		h := inhabitBy(t, raced, url, n.serving()...)
		for range 3 {
			h.professional.complete(8, 2)
		}
		rows := sealedRows(t, url)
		sound := func(args ...string) string {
			t.Helper()
			out := must(t, append([]string{"audit", "verify"}, args...)...)
			if want := fmt.Sprintf("The audit is sound: %d rows in ", rows); !strings.Contains(out, want) {
				t.Errorf("verify says %q, want %q", out, want)
			}
			return out
		}
		database := []string{"--database", url}
		sound(database...) // while it serves
		if code := h.stop(); code != 0 {
			t.Fatalf("exit %d", code)
		}
		rows = sealedRows(t, url) // with what was written last
		if out := sound(append(n.verifying(), database...)...); !strings.Contains(out, "Checkpoints that fit: ") {
			t.Errorf("nothing about the checkpoints: %s", out)
		}

		export := filepath.Join(t.TempDir(), "audit.jsonl")
		must(t, append([]string{"audit", "export", export}, database...)...)
		sound(append(n.verifying(), export)...)
		refused(t, exitFailure, "there already", append([]string{"audit", "export", export}, database...)...)
		text, err := os.ReadFile(export)
		if err != nil {
			t.Fatal(err)
		}
		edited := filepath.Join(t.TempDir(), "edited.jsonl")
		if err := os.WriteFile(edited, bytes.Replace(text, []byte(`"role":"system"`), []byte(`"role":"expert"`), 1), 0o600); err != nil {
			t.Fatal(err)
		}
		tampered(t, "row ", edited)

		// An edit, by somebody who may do everything in the database.
		db := unlock(t, url)
		run := func(statement string) {
			t.Helper()
			if _, err := db.Exec(statement); err != nil {
				t.Fatal(err)
			}
		}
		victim := scalar(t, db, "SELECT max(id) - 1 FROM audit_events")
		run("UPDATE audit_events SET role = role || 'x' WHERE id = " + victim)
		tampered(t, "row "+victim+" was changed", database...)
		run("UPDATE audit_events SET role = substr(role, 1, length(role) - 1) WHERE id = " + victim)
		sound(database...)

		// The end cut off, with its seals: the chain alone can't tell.
		last := scalar(t, db, "SELECT max(number) FROM audit_batches")
		run("DELETE FROM audit_events WHERE id IN (SELECT row_id FROM audit_members WHERE batch = " + last + ")")
		run("DELETE FROM audit_members WHERE batch = " + last)
		run("DELETE FROM audit_batches WHERE number = " + last)
		if out := must(t, append([]string{"audit", "verify"}, database...)...); !strings.Contains(out, "cut off") {
			t.Errorf("it does not say what it cannot tell: %s", out)
		}
		tampered(t, "cut off", append(n.verifying(), database...)...)
	})
}

func TestAuditCommandsSayWhatIsWrong(t *testing.T) {
	t.Parallel()
	database := testkit.SQLiteFrom(t, "house", build)
	n := newNotary(t)
	folder := t.TempDir()
	write := func(name, text string, mode os.FileMode) string {
		path := filepath.Join(folder, name)
		if err := os.WriteFile(path, []byte(text), mode); err != nil {
			t.Fatal(err)
		}
		return path
	}
	nothing := filepath.Join(folder, "nothing")
	letter := write("letter", "Dear reader,\n", 0o600)
	opened := write("opened", "", 0o600)
	secret, err := os.ReadFile(n.key)
	if err != nil {
		t.Fatal(err)
	}
	loose := write("loose", string(secret), 0o644)
	for _, one := range []struct {
		code int
		says string
		args []string
	}{
		{exitUsage, "one of its commands", []string{"audit"}},
		{exitUsage, "one file at most", []string{"audit", "verify", letter, letter}},
		{exitUsage, "needs one file", []string{"audit", "export", "--database", database}},
		{exitUsage, "needs one file", []string{"audit", "keygen"}},
		{exitUsage, "--checkpoints", []string{"audit", "verify", "--public-key", n.public, "--database", database}},
		{exitUsage, "--database", []string{"audit", "verify", "--database", "mysql://x"}},
		{exitUsage, "go together", []string{"serve", "--audit-key", n.key, "--database", database}},
		{exitUsage, "go together", []string{"serve", "--audit-checkpoints", nothing, "--database", database}},
		{exitFailure, "no such file", []string{"audit", "verify", nothing}},
		{exitFailure, "no such file", []string{"audit", "verify", "--checkpoints", nothing, "--database", database}},
		{exitFailure, "no such file", []string{"audit", "verify", "--database", "sqlite:" + nothing}},
		{exitFailure, "no PUBLIC KEY", []string{"audit", "verify", "--checkpoints", opened, "--public-key", n.key, "--database", database}},
		{exitFailure, "line 1 of the export", []string{"audit", "verify", letter}},
		{exitFailure, "line 1 of the checkpoints", []string{"audit", "verify", "--checkpoints", letter, "--public-key", n.public, "--database", database}},
		{exitFailure, "file exists", []string{"audit", "keygen", n.key}},
		{exitFailure, "chmod 600", []string{"serve", "--addr", "127.0.0.1:0", "--database", database, "--audit-key", loose, "--audit-checkpoints", opened}},
		{exitFailure, "no PRIVATE KEY", []string{"serve", "--addr", "127.0.0.1:0", "--database", database, "--audit-key", letter, "--audit-checkpoints", opened}},
		{exitFailure, "--audit-checkpoints", []string{"serve", "--addr", "127.0.0.1:0", "--database", database, "--audit-key", n.key, "--audit-checkpoints", letter}},
	} {
		refused(t, one.code, one.says, one.args...)
	}
	if _, err := os.Stat(nothing); err == nil {
		t.Error("a database was made only to look at it")
	}
	for path, want := range map[string]os.FileMode{n.key: 0o600, n.public: 0o644} {
		info, err := os.Stat(path)
		if err != nil {
			t.Fatal(err)
		}
		if got := info.Mode().Perm(); got&^0o644 != 0 || path == n.key && got != want {
			t.Errorf("%s has mode %o, want %o", path, got, want)
		}
	}
}

// The program is killed again and again while it works: every time the chain is
// sound, its checkpoints fit, and the next program goes on with both.
func TestAKilledProgramLeavesASoundChain(t *testing.T) {
	t.Parallel()
	testkit.EnginesFrom(t, "house", build, func(t *testing.T, url string) {
		t.Parallel()
		n := newNotary(t)
		r := rand.New(rand.NewPCG(1, 9))
		for round := range 6 {
			h := inhabit(t, url, n.serving()...)
			var writers sync.WaitGroup
			for range 4 {
				writers.Go(func() {
					for {
						if _, err := h.professional.try("POST", "/consents", object{"language": "fi", "form": "electronic", "purposes": list{"assessment"}, "given_by": "client"}); err != nil {
							return // it is dead
						}
					}
				})
			}
			db := open(t, url)
			before := scalar(t, db, "SELECT coalesce(max(number), 0) FROM audit_batches")
			eventually(t, "something was sealed", func() bool { return scalar(t, db, "SELECT coalesce(max(number), 0) FROM audit_batches") != before })
			time.AfterFunc(time.Duration(r.IntN(400))*time.Millisecond, func() { _ = h.cmd.Process.Kill() })
			<-h.ended
			writers.Wait()
			if out := must(t, append([]string{"audit", "verify", "--database", url}, n.verifying()...)...); !strings.Contains(out, "is sound") {
				t.Fatalf("round %d: %s", round, out)
			}
		}
		last := inhabit(t, url, n.serving()...)
		rows := sealedRows(t, url)
		last.stop()
		if out := must(t, append([]string{"audit", "verify", "--database", url}, n.verifying()...)...); !strings.Contains(out, fmt.Sprintf("sound: %d rows", rows)) {
			t.Errorf("after all, with %d rows: %s", rows, out)
		}
	})
}

// What a crash left of a line is no checkpoint, and the next one is written in its
// place. A database that is not the one that was signed for is not signed again.
func TestCheckpointsAfterACrashAndAfterARestore(t *testing.T) {
	t.Parallel()
	database := testkit.SQLiteFrom(t, "house", build)
	n := newNotary(t)
	work := func() *house {
		h := inhabit(t, database, n.serving()...)
		h.professional.giveConsent()
		sealedRows(t, database)
		h.stop()
		return h
	}
	read := func() string {
		text, err := os.ReadFile(n.checkpoints)
		if err != nil {
			t.Fatal(err)
		}
		return string(text)
	}
	work()
	whole := read()
	if err := os.WriteFile(n.checkpoints, []byte(whole+whole[:40]), 0o600); err != nil {
		t.Fatal(err)
	}
	verify := append([]string{"audit", "verify", "--database", database}, n.verifying()...)
	must(t, verify...)
	work()
	if got := read(); !strings.HasPrefix(got, whole+`{"n":`) || strings.Count(got, "\n") <= strings.Count(whole, "\n") {
		t.Errorf("after a torn line:\n%s", got)
	}
	must(t, verify...)

	other := testkit.SQLiteFrom(t, "house", build)
	h := inhabit(t, other, n.serving()...)
	before := read()
	h.professional.giveConsent()
	eventually(t, "the log says that the database is another one", func() bool { return strings.Contains(h.log.String(), "audit verify") })
	sealedRows(t, other) // sealing goes on
	h.stop()
	if read() != before {
		t.Error("another history was signed")
	}
}
