package main

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"testing"

	"github.com/omasuunta/omasuunta/internal/instrument"
	"github.com/omasuunta/omasuunta/internal/testkit"
)

// house is an empty service with two units and a user in each role, built by
// the commands that an administrator types, and running.
type house struct {
	*instance
	database                string
	professional, neighbour client // in vuosaari-ta, and in seniori-info
	expert, admin, stranger client
}

// tokens are the tokens of the users that build made, by username. The
// database of every test is a copy of one that was built once per engine.
var tokens sync.Map

// passwords are the one-time passwords of the same users.
var passwords sync.Map

// build types an administrator's commands on an empty database.
func build(url string) error {
	do := func(args ...string) (string, error) {
		as := testkit.AsProgram(url)
		if args[0] == "migrate" {
			as = url // the owner
		}
		out, err := released(context.Background(), append(args, "--database", as)...).Output()
		return strings.TrimSpace(string(out)), err
	}
	up := []string{"migrate", "up"}
	if role := testkit.ProgramRole(url); role != "" {
		up = append(up, "--grant-to", role)
	}
	for _, args := range [][]string{
		up,
		{"unit", "add", "--code", "vuosaari-ta", "--name", "Vuosaaren terveysasema"},
		{"unit", "add", "--code", "seniori-info", "--name", "Seniori-info"},
		{"user", "add", "--username", "ammattilainen", "--name", "Testi Ammattilainen", "--role", "professional", "--unit", "vuosaari-ta"},
		{"user", "add", "--username", "naapuri", "--name", "Testi Naapuri", "--role", "professional", "--unit", "seniori-info"},
		{"user", "add", "--username", "asiantuntija", "--name", "Testi Asiantuntija", "--role", "expert"},
		{"user", "add", "--username", "hallinta", "--name", "Testi Hallinta", "--role", "admin"},
		{"setting", "set", "report.min_cell", "1"},
	} {
		out, err := do(args...)
		if err != nil {
			return fmt.Errorf("%v: %w", args, err)
		}
		if args[0] == "user" {
			passwords.Store(dialect(url)+args[3], out)
		}
	}
	for _, username := range []string{"ammattilainen", "naapuri", "asiantuntija", "hallinta"} {
		token, err := do("token", "create", "--username", username, "--name", "test")
		if err != nil {
			return err
		}
		tokens.Store(dialect(url)+username, token)
	}
	return nil
}

func dialect(url string) string { return url[:strings.Index(url, ":")] }

// engines runs a test on a house on each of the databases.
func engines(t *testing.T, test func(t *testing.T, h *house)) {
	t.Helper()
	enginesOf(t, released, test)
}

// racedEngines does the same with the race detector in the service.
func racedEngines(t *testing.T, test func(t *testing.T, h *house)) {
	t.Helper()
	enginesOf(t, raced, test)
}

func enginesOf(t *testing.T, by runner, test func(t *testing.T, h *house)) {
	t.Helper()
	t.Parallel()
	testkit.EnginesFrom(t, "house", build, func(t *testing.T, url string) {
		t.Parallel() // with the other engine
		test(t, inhabitBy(t, by, url))
	})
}

// newHouse is a house on SQLite.
func newHouse(t testing.TB) *house {
	t.Helper()
	return inhabit(t, testkit.SQLiteFrom(t, "house", build))
}

func inhabit(t testing.TB, url string, flags ...string) *house {
	t.Helper()
	return inhabitBy(t, released, url, flags...)
}

func inhabitBy(t testing.TB, by runner, url string, flags ...string) *house {
	t.Helper()
	serve := by(context.Background(), append([]string{"serve", "--database", url}, flags...)...)
	h := &house{database: url, instance: launch(t, serve, "127.0.0.1:0")}
	user := func(username string) client {
		token, _ := tokens.Load(dialect(url) + username)
		return h.as(token.(string))
	}
	h.professional, h.neighbour = user("ammattilainen"), user("naapuri")
	h.expert, h.admin, h.stranger = user("asiantuntija"), user("hallinta"), h.as("")
	return h
}

// giveConsent gives a consent with all purposes, or with those given.
func (c client) giveConsent(purposes ...any) string {
	c.t.Helper()
	if len(purposes) == 0 {
		purposes = list{"assessment", "record", "statistics"}
	}
	a := c.want(201, "POST", "/consents", object{"language": "fi", "form": "electronic", "purposes": purposes, "given_by": "client"})
	return a.JSON(c.t)["id"].(string)
}

// answersTo answers every item of a battery with the same score: the value is
// turned for reversed items.
func answersTo(t testing.TB, battery string, score int) list {
	t.Helper()
	library, err := instrument.Builtin()
	if err != nil {
		t.Fatal(err)
	}
	b, ok := library.Current(battery)
	if !ok {
		t.Fatalf("no battery %s", battery)
	}
	var answers list
	for _, item := range b.Items {
		value := score
		if item.Reverse {
			value = 10 - score
		}
		answers = append(answers, object{"item": item.Code, "value": value})
	}
	return answers
}

// paperForm is a whole assessment in one body.
func paperForm(t testing.TB, consent string, resources, challenge int) object {
	t.Helper()
	return object{
		"consent_id": consent, "unit": "vuosaari-ta", "register": "health", "language": "fi", "battery": "functioning",
		"client_answers": answersTo(t, "individual-client", resources), "professional_answers": answersTo(t, "functioning", challenge),
		"complete": true,
	}
}

// complete submits a whole assessment under a consent of its own and returns
// its id.
func (c client) complete(resources, challenge int) string {
	c.t.Helper()
	a := c.want(201, "POST", "/assessments", paperForm(c.t, c.giveConsent(), resources, challenge))
	return a.JSON(c.t)["id"].(string)
}
