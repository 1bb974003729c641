package main

import (
	"net/http"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/omasuunta/omasuunta/internal/testkit"
)

// BenchmarkFormPages measures how long the server takes for the pages and forms
// of a visit, through HTTP on the same machine, one at a time: ns/op, of which a
// page may take 100 million. PostgreSQL has its own durable settings, as SQLite
// has.
func BenchmarkFormPages(b *testing.B) {
	for _, engine := range []struct {
		name     string
		database func(testing.TB) string
	}{{"sqlite", testkit.SQLite}, {"postgres", testkit.DurablePostgres}} {
		b.Run(engine.name, func(b *testing.B) {
			url := engine.database(b)
			if err := build(url); err != nil {
				b.Fatal(err)
			}
			benchPages(b, inhabit(b, testkit.AsProgram(url)))
		})
	}
}

func benchPages(b *testing.B, h *house) {
	b.Helper()
	somebody := h.newcomer("tulokas")
	v := newPlainClient(b, h.URL)
	v.mustPost(http.StatusSeeOther, "/login", "username", somebody.username, "password", somebody.password)
	get := func(name, path string) {
		b.Run("GET "+name, func(b *testing.B) {
			for b.Loop() {
				if page := v.get(path); page.status != http.StatusOK {
					b.Fatalf("GET %s: %d", path, page.status)
				}
			}
		})
	}
	// post sends forms that are filled in anew each time, because what one has
	// stored is not new to the next. Filling in is not measured.
	post := func(name string, fill func(i int) (path string, form url.Values), status int) {
		b.Run("POST "+name, func(b *testing.B) {
			i := 0
			for b.Loop() {
				b.StopTimer()
				path, form := fill(i)
				b.StartTimer()
				if page := v.do(http.MethodPost, path, form); page.status != status {
					b.Fatalf("POST %s: %d\n%s", path, page.status, page.body)
				}
				i++
			}
		})
	}

	chosen := url.Values{"unit": {"vuosaari-ta"}, "register": {"health"}, "battery": {"functioning"}, "language": {"fi"}, "mode": {"joint"}}
	consentPage := "/new/consent?" + chosen.Encode()
	get("start", "/")
	get("begin", "/new")
	post("begin", func(int) (string, url.Values) { return "/new", chosen }, http.StatusSeeOther)
	get("consent", consentPage)
	version := hidden(b, v.get(consentPage).body, "text_version")
	post("consent", func(int) (string, url.Values) {
		form := url.Values{"purposes": {"assessment", "record", "statistics"}, "signed_name": {"Testi Asiakas"}, "text_version": {version}}
		for name, values := range chosen {
			form[name] = values
		}
		return "/new/consent", form
	}, http.StatusSeeOther)

	id := h.professional.draft()
	at := "/assessments/" + id
	topic := at + "/client/everyday-life"
	get("client's topic", topic)
	post("client's topic", func(i int) (string, url.Values) {
		return topic, answered(v.get(topic).body, "everyday-life", i)
	}, http.StatusSeeOther)
	post("autosave", func(i int) (string, url.Values) {
		return at + "/answers", url.Values{"side": {"client"}, "phase": {"client"}, "_active": {"7"}, "item": {"money"},
			"value": {strconv.Itoa(i % 11)}, "comment": {"Laskut on maksettu"}, "overwrite": {"true"}}
	}, http.StatusOK)
	get("professional's part", at+"/professional")
	items := answersTo(b, "functioning", 3)
	post("professional's part", func(i int) (string, url.Values) {
		form := url.Values{"_active": {"30"}}
		page := v.get(at + "/professional").body
		for _, one := range items {
			item := one.(object)["item"].(string)
			for name, values := range answered(page, item, i) {
				form[name] = values
			}
		}
		return at + "/professional", form
	}, http.StatusSeeOther)

	get("result", "/assessments/"+h.professional.complete(6, 4)+"/result")
	get("feedback", "/assessments/"+h.professional.complete(6, 4)+"/feedback")
}

// answered is the form of an item as somebody fills it in on a page.
func answered(page, item string, value int) url.Values {
	seen := seenOf(page, item)
	return url.Values{"seen." + item: {seen}, "answer." + item: {strconv.Itoa(value % 11)}, "comment." + item: {"Sujuu, kun saa levätä"}, "_active": {"7"}}
}

func seenOf(page, item string) string {
	_, rest, _ := strings.Cut(page, `name="seen.`+item+`" value="`)
	seen, _, _ := strings.Cut(rest, `"`)
	return seen
}

// hidden is the value of a hidden field.
func hidden(t testing.TB, page, name string) string {
	t.Helper()
	found := regexp.MustCompile(`name="` + name + `" value="([^"]*)"`).FindStringSubmatch(page)
	if found == nil {
		t.Fatalf("no field %s on the page", name)
	}
	return found[1]
}
