package main

import (
	"testing"

	"github.com/omasuunta/omasuunta/internal/instrument"
	"github.com/omasuunta/omasuunta/internal/testkit"
)

// house is an empty service with two units and a user in each role, built by
// the commands that an administrator types, and running.
type house struct {
	*instance
	database                      string
	professional, neighbour       client // in vuosaari-ta, and in seniori-info
	expert, admin, stranger       client
	professionalToken, adminToken string
}

// engines runs a test on a house on each of the databases.
func engines(t *testing.T, test func(t *testing.T, h *house)) {
	t.Helper()
	testkit.Engines(t, func(t *testing.T, url string) {
		test(t, newHouse(t, url))
	})
}

func newHouse(t testing.TB, url string) *house {
	t.Helper()
	db := []string{"--database", url}
	do := func(args ...string) string {
		t.Helper()
		return must(t, append(args, db...)...)
	}
	do("migrate", "up")
	do("unit", "add", "--code", "vuosaari-ta", "--name", "Vuosaaren terveysasema")
	do("unit", "add", "--code", "seniori-info", "--name", "Seniori-info")
	token := func(username, role string, more ...string) string {
		t.Helper()
		do(append([]string{"user", "add", "--username", username, "--name", "Testi " + username, "--role", role}, more...)...)
		return do("token", "create", "--username", username, "--name", "test")
	}
	h := &house{database: url}
	h.professionalToken = token("ammattilainen", "professional", "--unit", "vuosaari-ta")
	neighbour := token("naapuri", "professional", "--unit", "seniori-info")
	expert := token("asiantuntija", "expert")
	h.adminToken = token("hallinta", "admin")
	do("setting", "set", "report.min_cell", "1")
	h.instance = start(t, append([]string{"serve"}, db...)...)
	h.professional, h.neighbour = h.as(h.professionalToken), h.as(neighbour)
	h.expert, h.admin, h.stranger = h.as(expert), h.as(h.adminToken), h.as("")
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
