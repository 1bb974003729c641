package outcome_test

import (
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/omasuunta/omasuunta/internal/assessment"
	"github.com/omasuunta/omasuunta/internal/calendar"
	"github.com/omasuunta/omasuunta/internal/fault"
	"github.com/omasuunta/omasuunta/internal/segment"
)

func TestAResultIsTalkedOverInTheClientsLanguage(t *testing.T) {
	v := newVisit(t)
	a := v.done(7, 3, func(in *assessment.Begin) { in.Start.Language = "sv" })
	page := v.open(v.own, at(a, "result"), nil)
	v.says(page, `<html lang="sv">`, "Vi är eniga", "Portaat ovat hankalat", "Bekräfta och spara", "Starkast i dina svar", `<svg class="pull"`,
		`lang="fi" aria-labelledby="staff"`, "Ennakkoarviosi oli toinen kuin tulos: Yhteisöasiakkuus.", "Rollaattori tarkistettava")
	if n := strings.Count(page.body, "<h1"); n != 1 {
		t.Errorf("%d headings of the first rank", n)
	}
	if n := strings.Count(page.body, `class="primary`); n != 1 {
		t.Errorf("%d primary buttons", n)
	}
	if changed := v.open(v.own, at(a, "result")+"?_set=language:en", nil); changed.location != at(a, "result")+"?language=en" {
		t.Errorf("the language leads to %q", changed.location)
	}
	v.says(v.open(v.own, at(a, "result")+"?language=en", nil), `<html lang="en">`, "We agree with it", `name="language" value="en"`)
	again, err := v.assessments.Assessment(v.as(v.own), a.ID)
	v.must(err)
	if again.Language != "sv" {
		t.Errorf("the assessment is now in %s", again.Language)
	}
}

func TestNobodyElseSeesAResult(t *testing.T) {
	v := newVisit(t)
	a := v.done(7, 3, nil)
	for _, name := range []string{"result", "print", "feedback"} {
		if v.open(v.other, at(a, name), nil); fault.KindOf(v.failed) != fault.NotFound {
			t.Errorf("%s: %v", name, v.failed)
		}
	}
	for _, name := range []string{"confirm", "events", "feedback"} {
		if v.open(v.other, at(a, name), url.Values{"kind": {"printed"}}); fault.KindOf(v.failed) != fault.NotFound {
			t.Errorf("posting %s: %v", name, v.failed)
		}
	}
	draft, _, err := v.assessments.Begin(v.as(v.own), beginning())
	v.must(err)
	if page := v.open(v.own, at(draft, "result"), nil); page.location != "/assessments/"+draft.ID.String() {
		t.Errorf("the result of a draft leads to %q", page.location)
	}
}

func TestWhatWasAgreedIsStored(t *testing.T) {
	v := newVisit(t)
	a := v.done(7, 3, nil)
	form := url.Values{
		"segment": {"omatoimi"}, "suggestion": {"omatoimi.1"}, "review": {"1"}, "_opened": {"1698741660"}, // a minute ago
		"actions.0.text": {""}, "actions.2.text": {" Soitan tyttärelle. "}, "actions.2.responsible": {"sinä"}, "actions.2.due": {"2023-11-07"},
	}
	if page := v.open(v.own, at(a, "confirm"), form); page.location != at(a, "result")+"#agreed" {
		t.Fatalf("confirming leads to %d %q: %v", page.status, page.location, v.failed)
	}
	done, err := v.assessments.Assessment(v.as(v.own), a.ID)
	v.must(err)
	c := done.Confirmation
	if c == nil || c.Segment != segment.SelfActing || len(c.Actions) != 2 || c.ReviewOn != calendar.MustParse("2023-11-30") {
		t.Fatalf("stored: %+v", c)
	}
	if c.Actions[1] != (assessment.Action{Text: "Soitan tyttärelle.", Responsible: "sinä", Due: calendar.MustParse("2023-11-07")}) {
		t.Errorf("the second step is %+v", c.Actions[1])
	}
	if !strings.Contains(c.Actions[0].Text, ": ") {
		t.Errorf("the suggestion became %q", c.Actions[0].Text)
	}
	page := v.open(v.own, at(a, "result"), nil)
	v.says(page, "Soitan tyttärelle.", c.Actions[0].Text, "7.11.2023", "30.11.2023", "Tulosta asiakkaalle", "!Vahvista ja tallenna")
	if n := strings.Count(page.body, `class="primary`); n != 1 {
		t.Errorf("%d primary buttons", n)
	}
	if again := v.open(v.own, at(a, "confirm"), form); again.location != at(a, "result")+"?already=1" {
		t.Errorf("sent twice: %d %q", again.status, again.location)
	}
	v.says(v.open(v.own, at(a, "result")+"?already=1", nil), "Tulos oli jo vahvistettu")
	phases, err := v.assessments.Phases(v.as(v.own), a.ID)
	v.must(err)
	if phases[assessment.PhaseResult] == 0 {
		t.Error("the time at the result was not counted")
	}
}

func TestAFindingKeepsWhatWasTyped(t *testing.T) {
	v := newVisit(t)
	a := v.done(7, 3, nil)
	form := url.Values{
		"segment": {"verkosto"}, "suggestion": {"verkosto.0", "omatoimi.1"}, "review": {"3"}, "review_on": {"2023-01-01"}, "language": {"sv"},
		"actions.1.responsible": {"Lähihoitaja"}, "actions.2.text": {"Katsotaan portaat"}, "actions.2.due": {"huomenna"},
	}
	page := v.open(v.own, at(a, "confirm"), form)
	if page.status != 422 {
		t.Fatalf("%d: %v", page.status, v.failed)
	}
	v.says(page, `<html lang="sv">`, `href="#f-reason"`, `href="#f-actions-1-text"`, `href="#f-actions-2-due"`, `href="#f-review_on"`,
		`value="Lähihoitaja"`, `value="Katsotaan portaat"`, `value="huomenna"`, `value="verkosto" checked`, `value="verkosto.0" checked`,
		`value="omatoimi.1" checked`, `value="3" checked`, `<details class="more" open>`)

	// Changing the language or asking for more rows stores nothing either.
	for name, value := range map[string]string{"_set": "language:en", "more": "1"} {
		form.Set(name, value)
		page = v.open(v.own, at(a, "confirm"), form)
		v.says(page, `value="Katsotaan portaat"`, `value="verkosto.0" checked`, "!"+`class="mistakes"`)
		form.Del(name)
		if name == "more" {
			v.says(page, `name="actions.5.text"`, "!"+`name="actions.6.text"`)
		} else {
			v.says(page, `<html lang="en">`, "!"+`name="actions.3.text"`)
		}
	}
	still, err := v.assessments.Assessment(v.as(v.own), a.ID)
	v.must(err)
	if still.Status != assessment.Completed {
		t.Errorf("it is %s", still.Status)
	}
	form.Set("reason", "Kaatumisia")
	form.Set("review_on", "2023-12-01")
	form.Set("actions.1.text", "Kävely")
	form.Set("actions.2.due", "2023-11-30")
	if page = v.open(v.own, at(a, "confirm"), form); page.location != at(a, "result")+"?language=sv#agreed" {
		t.Errorf("mended: %d %q", page.status, page.location)
	}
	v.says(v.open(v.own, at(a, "result"), nil), "Kaatumisia", "Sovimme yhdessä: Verkostoasiakkuus", "1.12.2023")
}

func TestPrintingLeavesATraceAndOpensThePrinter(t *testing.T) {
	v := newVisit(t)
	a := v.done(7, 3, nil)
	v.says(v.open(v.own, at(a, "result"), nil), "Tulostettu asiakkaalle</span> <span class=\"quiet\">Ei vielä")
	to := v.open(v.own, at(a, "events"), url.Values{"kind": {"printed"}, "language": {"en"}})
	if to.location != at(a, "print")+"?language=en&now=1" {
		t.Fatalf("printing leads to %q: %v", to.location, v.failed)
	}
	page := v.open(v.own, to.location, nil)
	v.says(page, `<html lang="en">`, "js/print.js", at(a, "result")+"?language=en", "!Rollaattori")
	if !strings.Contains(page.policy, "script-src 'self'; style-src 'sha256-") || strings.Contains(page.policy, "unsafe") {
		t.Errorf("policy %q", page.policy)
	}
	calm := v.open(v.own, at(a, "print"), nil)
	v.says(calm, `<html lang="fi">`, "!<script")
	if !strings.Contains(calm.policy, "script-src 'none'") {
		t.Errorf("policy %q", calm.policy)
	}
	v.says(v.open(v.own, at(a, "result"), nil), "Tehty 31.10.2023 klo 10.43")
}

func TestTheTextForTheRecordNeedsConsent(t *testing.T) {
	v := newVisit(t)
	a := v.done(7, 3, func(in *assessment.Begin) { in.Start.Language = "sv" })
	page := v.open(v.own, at(a, "result"), nil)
	v.says(page, "POTILAAN OMA ARVIO", `data-copy="record"`, "Merkitse kirjatuksi")
	if to := v.open(v.own, at(a, "events"), url.Values{"kind": {"recorded"}}); to.location != at(a, "result")+"#closing" {
		t.Errorf("recording leads to %q: %v", to.location, v.failed)
	}
	v.says(v.open(v.own, at(a, "result"), nil), "Kirjattu</span> <span class=\"quiet\">Tehty 31.10.2023")

	without := v.done(7, 3, func(in *assessment.Begin) { in.Consent.Purposes, in.Start.ClientRef = []string{"assessment"}, "" })
	v.says(v.open(v.own, at(without, "result"), nil), "ei ole antanut suostumusta tuloksen kirjaamiseen", "!POTILAAN OMA ARVIO", "!Merkitse kirjatuksi")

	_, err := v.assessments.WithdrawConsent(v.as(v.own), assessment.WithdrawConsent{ID: a.ConsentID})
	v.must(err)
	v.says(v.open(v.own, at(a, "result"), nil), "Samtycket har återkallats", "!POTILAAN OMA ARVIO", "!Bekräfta och spara", "!Merkitse kirjatuksi")
}

func TestEarlierResultsAreAPath(t *testing.T) {
	v := newVisit(t)
	first := v.done(2, 8, nil)
	v.says(v.open(v.own, at(first, "result"), nil), "!Tulokset tähän asti")
	v.clock.Advance(40 * 24 * time.Hour)
	v.own = v.login("ranta")
	second := v.done(7, 3, func(in *assessment.Begin) { in.Start.Mode = "phone" })
	page := v.open(v.own, at(second, "result"), nil)
	v.says(page, "Tulokset tähän asti", `class="waypoint"`, `href="`+at(first, "result")+`"`, "Puhelimessa", "Yhdessä vastaanotolla",
		"Vertaa niitä siksi varoen", "/new?again="+second.ID.String())
}

func TestFeedbackIsGivenOnceAndInTheClientsHands(t *testing.T) {
	v := newVisit(t)
	a := v.done(7, 3, nil)
	v.must(v.people.HandOver(v.Context(), v.own, a.ID))
	page := v.open(v.own, at(a, "feedback"), nil)
	v.says(page, "Ohita", `href="/take-back"`, "!Anna näyttö asiakkaalle", "!/logout", "!Testi ranta")
	if to := v.open(v.own, at(a, "result"), nil); to.location != at(a, "client") {
		t.Errorf("in the client's hands the result leads to %q", to.location)
	}
	page = v.open(v.own, at(a, "feedback"), url.Values{"comment": {"Oli hyvä puhua"}})
	if page.status != 422 {
		t.Fatalf("%d: %v", page.status, v.failed)
	}
	v.says(page, "Oli hyvä puhua", `href="#f-usefulness"`, `href="#f-agreement"`)
	form := url.Values{"usefulness": {"5"}, "agreement": {"partly"}, "comment": {"Oli hyvä puhua"}, "_active": {"21"}}
	if to := v.open(v.own, at(a, "feedback"), form); to.location != at(a, "feedback") {
		t.Fatalf("feedback leads to %d %q: %v", to.status, to.location, v.failed)
	}
	v.says(v.open(v.own, at(a, "feedback"), nil), "Kiitos palautteesta", "antaa laitteen takaisin", `href="/take-back"`, "!Lähetä palaute")
	v.says(v.open(v.own, at(a, "feedback"), form), "Kiitos palautteesta")
	v.must(v.people.TakeBack(v.Context(), v.own, password+"ranta"))
	v.says(v.open(v.own, at(a, "result"), nil), "Annettu")
	phases, err := v.assessments.Phases(v.as(v.own), a.ID)
	v.must(err)
	if phases[assessment.PhaseFeedback] != 21 {
		t.Errorf("feedback took %d seconds", phases[assessment.PhaseFeedback])
	}
}

func TestPlainLanguageIsKept(t *testing.T) {
	v := newVisit(t)
	a := v.done(7, 3, func(in *assessment.Begin) { in.Start.Plain = true })
	v.says(v.open(v.own, at(a, "result"), nil), "Plus nostaa pisteitä.")
	v.says(v.open(v.own, at(a, "feedback"), nil), "Kukaan ei näe, että vastaus on sinun.")
}
