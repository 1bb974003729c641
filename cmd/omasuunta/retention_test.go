package main

import (
	"database/sql"
	"encoding/json"
	"fmt"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/omasuunta/omasuunta/internal/calendar"
	"github.com/omasuunta/omasuunta/internal/testkit"
)

// What an operator types: the rules, the plan, a hold, and a run that does what
// the plan says, on both databases.
func TestRetentionByCommands(t *testing.T) {
	t.Parallel()
	testkit.EnginesFrom(t, "house", build, func(t *testing.T, url string) {
		do := func(args ...string) string {
			t.Helper()
			return must(t, append(append([]string{"retention"}, args...), "--database", url)...)
		}
		fails := func(code int, want string, args ...string) {
			t.Helper()
			_, errout, got := command(t, append(append([]string{"retention"}, args...), "--database", url)...)
			if got != code || !strings.Contains(errout, want) {
				t.Errorf("%v: exit %d, %s", args, got, errout)
			}
		}
		if rules := do("rules"); !strings.Contains(rules, "consent") || strings.Count(rules, "keep") != 11 {
			t.Errorf("by default:\n%s", rules)
		}
		do("set", "assessment_social", "4380")
		if rules := do("rules"); !strings.Contains(rules, "assessment_social  4380") {
			t.Errorf("after a change:\n%s", rules)
		}
		fails(2, "30", "set", "consent", "29")
		fails(2, "", "set", "nonsense", "100")
		fails(2, "--format", "plan", "--format", "xml")
		fails(2, "no id", "hold", "--consent", "x", "--reason", "court")
		fails(2, "complaint", "hold", "--consent", "3d35f3eb-56c9-430c-a40b-f8841c96e352", "--reason", "since")
		fails(1, "", "hold", "--consent", "3d35f3eb-56c9-430c-a40b-f8841c96e352", "--reason", "court")
		fails(2, "required", "release")

		oldBarriers(t, url, 450)
		var plan struct {
			Day string
			Due []struct {
				Kind, Unit, Oldest string
				Count              int
				IDs                []string
			}
		}
		if err := json.Unmarshal([]byte(do("plan", "--format", "json", "--ids")), &plan); err != nil {
			t.Fatal(err)
		}
		if len(plan.Due) != 1 || plan.Due[0].Kind != "barrier_report" || plan.Due[0].Count != 450 || len(plan.Due[0].IDs) != 450 ||
			plan.Due[0].Oldest != "2020-01-01" || plan.Day != calendar.DayOf(time.Now()).String() {
			t.Errorf("the plan: %+v", plan)
		}
		if table := do("plan"); !strings.Contains(table, "barrier_report  -     450    2020-01-01") {
			t.Errorf("the plan as a table:\n%s", table)
		}
		if out := do("run"); out != "barrier_report: 450" {
			t.Errorf("the run: %s", out)
		}
		if out := do("run"); out != "nothing is due" {
			t.Errorf("the run after it: %s", out)
		}
	})
}

// oldBarriers writes n reports about barriers that are long due.
func oldBarriers(t *testing.T, url string, n int) {
	t.Helper()
	db := open(t, url)
	for i := range n {
		id := fmt.Sprintf("3d35f3eb-56c9-430c-a40b-%012d", i)
		if _, err := db.ExecContext(t.Context(), "INSERT INTO barrier_reports (id, reported_on) VALUES ('"+id+"', '2020-01-01')"); err != nil {
			t.Fatal(err)
		}
	}
}

// Wherever a run is killed, what it did is done whole, and the next one does the
// rest: in the end every record has one row in the audit.
func TestARunThatIsKilledGoesOn(t *testing.T) {
	t.Parallel()
	testkit.EnginesFrom(t, "house", build, func(t *testing.T, url string) {
		const all = 3000
		oldBarriers(t, url, all)
		db := open(t, url)
		cut := false
		for range 3 {
			run := released(t.Context(), "retention", "run", "--database", url)
			if err := run.Start(); err != nil {
				t.Fatal(err)
			}
			before, _ := together(t, db)
			ended := make(chan struct{})
			go func() { _ = run.Wait(); close(ended) }()
			for alive := true; alive; {
				if now, _ := together(t, db); now != before {
					break
				}
				select {
				case <-ended:
					alive = false
				case <-time.After(time.Millisecond):
				}
			}
			_ = run.Process.Signal(syscall.SIGKILL)
			<-ended
			left, noted := together(t, db)
			cut = cut || left > 0 && left < all
			if noted != all-left || left%200 != 0 {
				t.Errorf("killed: %d left, %d noted", left, noted)
			}
		}
		if !cut {
			t.Error("no run was killed in the middle")
		}
		// PostgreSQL may still be ending what the killed one was at.
		for deadline := time.Now().Add(readyWithin); ; {
			if _, _, code := command(t, "retention", "run", "--database", url); code == 0 || time.Now().After(deadline) {
				break
			}
		}
		if left, noted := together(t, db); left != 0 || noted != all {
			t.Errorf("in the end %d are left and %d noted", left, noted)
		}
	})
}

// together counts what is left and what is noted at one moment.
func together(t *testing.T, db *sql.DB) (left, noted int) {
	t.Helper()
	err := db.QueryRowContext(t.Context(), `SELECT (SELECT count(*) FROM barrier_reports),
(SELECT count(*) FROM audit_events WHERE action = 'record.deleted')`).Scan(&left, &noted)
	if err != nil {
		t.Fatal(err)
	}
	return left, noted
}

// A server deletes nothing by itself, and what is due when it was told to.
func TestServeDeletesOnlyWhenToldTo(t *testing.T) {
	t.Parallel()
	testkit.EnginesFrom(t, "house", build, func(t *testing.T, url string) {
		oldBarriers(t, url, 5)
		db := open(t, url)
		left := func() (n int) {
			t.Helper()
			if err := db.QueryRowContext(t.Context(), "SELECT count(*) FROM barrier_reports").Scan(&n); err != nil {
				t.Fatal(err)
			}
			return n
		}
		start(t, "serve", "--database", url).stop()
		if n := left(); n != 5 {
			t.Fatalf("%d of 5 are left, though nobody asked for it", n)
		}
		server := start(t, "serve", "--database", url, "--retention")
		defer server.stop()
		for deadline := time.Now().Add(readyWithin); left() > 0; {
			if time.Now().After(deadline) {
				t.Fatal("nothing was deleted")
			}
			<-time.After(20 * time.Millisecond)
		}
	})
}

func TestTheDailyRunIsAtThreeInTheMorning(t *testing.T) {
	t.Parallel()
	for now, want := range map[string]string{
		"2023-09-14T08:00:00Z": "2023-09-15T00:00:00Z", // summer time
		"2023-09-14T23:59:59Z": "2023-09-15T00:00:00Z",
		"2023-09-15T00:00:00Z": "2023-09-16T00:00:00Z",
		"2023-12-31T22:30:00Z": "2024-01-01T01:00:00Z", // winter time
	} {
		at, err := time.Parse(time.RFC3339, now)
		if err != nil {
			t.Fatal(err)
		}
		if got := nextRun(at).UTC().Format(time.RFC3339); got != want {
			t.Errorf("after %s: %s, want %s", now, got, want)
		}
	}
}
