package main

import (
	"context"
	"database/sql"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"

	_ "github.com/jackc/pgx/v5/stdlib"
	_ "modernc.org/sqlite"

	"github.com/omasuunta/omasuunta/internal/testkit"
)

// 32 clients submit at once: nobody is refused, nothing is lost, and the
// distribution counts all of them at once.
func TestManySubmitAtOnce(t *testing.T) {
	racedEngines(t, func(t *testing.T, h *house) {
		submitAtOnce(t, h, []client{h.professional})
	})
}

// The same with two instances of the program on one PostgreSQL.
func TestTwoInstancesOnOneDatabase(t *testing.T) {
	t.Parallel()
	h := inhabitBy(t, raced, testkit.PostgresFrom(t, "house", build))
	second := launch(t, raced(context.Background(), "serve", "--database", h.database), "127.0.0.1:0")
	other := h.professional
	other.url = second.URL
	submitAtOnce(t, h, []client{h.professional, other})

	// A repeated call is made once, whichever instance it reaches.
	form := paperForm(t, h.professional.giveConsent(), 8, 2)
	first := h.professional.with("Idempotency-Key", "k").want(201, "POST", "/assessments", form)
	again := other.with("Idempotency-Key", "k").want(201, "POST", "/assessments", form)
	if string(first.Body) != string(again.Body) {
		t.Error("the second instance made the call again")
	}
	// What one instance stops, the other has stopped.
	consent := h.professional.giveConsent()
	h.professional.want(200, "POST", "/consents/"+consent+"/withdrawal", nil)
	other.want(409, "POST", "/assessments", paperForm(t, consent, 8, 2))
}

func submitAtOnce(t *testing.T, h *house, clients []client) {
	t.Helper()
	const people, each = 32, 5
	before := h.expert.get(thisYear())["n"].(float64)
	var group sync.WaitGroup
	for i := range people {
		c := clients[i%len(clients)]
		group.Go(func() {
			for range each {
				consent, err := c.try("POST", "/consents", object{"language": "fi", "form": "electronic", "purposes": list{"assessment", "statistics"}, "given_by": "client"})
				if err != nil || consent.Status != http.StatusCreated {
					t.Errorf("consent: %d %v %s", consent.Status, err, consent.Body)
					return
				}
				a, err := c.try("POST", "/assessments", paperForm(t, consent.JSON(t)["id"].(string), i%11, 10-i%11))
				if err != nil || a.Status != http.StatusCreated {
					t.Errorf("submit: %d %v %s", a.Status, err, a.Body)
					return
				}
			}
		})
	}
	group.Wait()
	if n := h.expert.get(thisYear())["n"].(float64) - before; n != people*each {
		t.Errorf("%v of %d counted", n, people*each)
	}
}

// A server that is told to end lets the calls at work finish and exits with 0;
// what it had acknowledged is there afterwards.
func TestEndsGracefully(t *testing.T) {
	racedEngines(t, func(t *testing.T, h *house) {
		id := h.professional.complete(8, 2)
		address := strings.TrimPrefix(h.URL, "http://")
		must(t, "health", "--addr", address)
		if code := h.stop(); code != 0 {
			t.Errorf("exit %d on SIGTERM", code)
		}
		if _, _, code := command(t, "health", "--addr", address); code != exitFailure {
			t.Errorf("health of a stopped service: exit %d", code)
		}
		h.instance = start(t, "serve", "--database", h.database)
		if got := h.as(h.professional.token).get("/assessments/" + id); got["status"] != "completed" {
			t.Errorf("after a restart: %v", got["status"])
		}
	})
}

// The server is killed in the middle of submits: whatever it had acknowledged is
// there, and nothing is half there.
func TestKilledInTheMiddle(t *testing.T) {
	racedEngines(t, func(t *testing.T, h *house) {
		var mu sync.Mutex
		var acknowledged []string
		var group sync.WaitGroup
		enough := make(chan struct{}, 1000)
		for range 4 {
			group.Go(func() {
				for {
					consent, err := h.professional.try("POST", "/consents", object{"language": "fi", "form": "electronic", "purposes": list{"assessment"}, "given_by": "client"})
					if err != nil || consent.Status != http.StatusCreated {
						return
					}
					a, err := h.professional.try("POST", "/assessments", paperForm(t, consent.JSON(t)["id"].(string), 8, 2))
					if err != nil || a.Status != http.StatusCreated {
						return
					}
					mu.Lock()
					acknowledged = append(acknowledged, a.JSON(t)["id"].(string))
					mu.Unlock()
					enough <- struct{}{}
				}
			})
		}
		tooFew := make(chan struct{})
		go func() { group.Wait(); close(tooFew) }()
		for range 20 {
			select {
			case <-enough:
			case <-tooFew:
				t.Fatal("the submits ended before the server was killed")
			}
		}
		_ = h.cmd.Process.Kill()
		group.Wait()
		<-h.ended
		h.instance = start(t, "serve", "--database", h.database)
		c := h.as(h.professional.token)
		for _, id := range acknowledged {
			c.get("/assessments/" + id)
		}
		db := open(t, h.database)
		for _, count := range []string{
			"SELECT count(*) FROM assessments a WHERE NOT EXISTS (SELECT 1 FROM audit_events e WHERE e.subject_id = %s AND e.action = 'assessment.submitted')",
			"SELECT count(*) FROM audit_events e WHERE e.action = 'assessment.submitted' AND NOT EXISTS (SELECT 1 FROM assessments a WHERE e.subject_id = %s)",
		} {
			if n := scalar(t, db, fmt.Sprintf(count, asText(h.database, "a.id"))); n != "0" {
				t.Errorf("%s assessments without their audit row, or the other way round", n)
			}
		}
	})
}

func asText(url, column string) string {
	if dialect(url) == "postgres" {
		return column + "::text"
	}
	return column
}

// open opens a database beside the program, to look into all of it.
func open(t testing.TB, url string) *sql.DB {
	t.Helper()
	driver, dsn := "pgx", testkit.AsOwner(url)
	if path, lite := strings.CutPrefix(url, "sqlite:"); lite {
		driver, dsn = "sqlite", "file:"+path
	}
	db, err := sql.Open(driver, dsn)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	return db
}

func scalar(t testing.TB, db *sql.DB, query string) string {
	t.Helper()
	var value string
	if err := db.QueryRowContext(context.WithoutCancel(t.Context()), query).Scan(&value); err != nil {
		t.Fatal(err)
	}
	return value
}

// A client withdraws while the same assessment is being changed and recorded:
// everybody gets a plain answer, nobody a deadlock.
func TestWithdrawalMeetsChanges(t *testing.T) {
	racedEngines(t, func(t *testing.T, h *house) {
		c := h.professional
		for range 15 {
			consent := c.giveConsent()
			done := c.want(201, "POST", "/assessments", paperForm(t, consent, 8, 2)).JSON(t)["id"].(string)
			draft := c.want(201, "POST", "/assessments", without(paperForm(t, consent, 8, 2), "complete")).JSON(t)["id"].(string)
			form := paperForm(t, consent, 8, 2)
			form["client_ref"] = "viite"
			var group sync.WaitGroup
			for _, call := range []func() (answer, error){
				func() (answer, error) { return c.try("POST", "/consents/"+consent+"/withdrawal", object{}) },
				func() (answer, error) {
					return c.try("POST", "/assessments/"+done+"/events", object{"kind": "recorded"})
				},
				func() (answer, error) {
					return c.with("If-Match", "*").try("PATCH", "/assessments/"+draft, object{"client_ref": "viite"})
				},
				func() (answer, error) { return c.try("POST", "/assessments", form) },
				func() (answer, error) { return c.try("POST", "/assessments", form) },
			} {
				group.Go(func() {
					a, err := call()
					if err != nil || (a.Status >= 300 && a.JSON(t)["code"] != "consent_withdrawn") {
						t.Errorf("%d %v %s", a.Status, err, a.Body)
					}
				})
			}
			group.Wait()
			for _, id := range []string{done, draft} {
				if got := c.get("/assessments/" + id)["status"]; got != "withdrawn" {
					t.Errorf("status %v after the withdrawal", got)
				}
			}
		}
	})
}
