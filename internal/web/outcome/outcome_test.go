package outcome_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/omasuunta/omasuunta/internal/assessment"
	"github.com/omasuunta/omasuunta/internal/calendar"
	"github.com/omasuunta/omasuunta/internal/housetest"
	"github.com/omasuunta/omasuunta/internal/segment"
)

func TestAResultIsTalkedOverInTheClientsLanguage(t *testing.T) {
	v := newVisit(t)
	a := v.done(7, 3, func(in *assessment.Begin) { in.Start.Language = "sv" })
	page := v.own.Get(at(a, "result"))
	page.Shows(`<html lang="sv">`, "Vi är eniga", "Portaat ovat hankalat", "Bekräfta och spara", "Starkast i dina svar", `<svg class="pull"`,
		`lang="fi" aria-labelledby="staff"`, "Ennakkoarviosi oli toinen kuin tulos: Yhteisöasiakkuus.", "Rollaattori tarkistettava")
	if n := strings.Count(page.Source, "<h1"); n != 1 {
		t.Errorf("%d headings of the first rank", n)
	}
	if n := strings.Count(page.Source, `class="primary`); n != 1 {
		t.Errorf("%d primary buttons", n)
	}
	if changed := v.own.Get(at(a, "result") + "?_set=language:en"); changed.To != at(a, "result")+"?language=en" {
		t.Errorf("the language leads to %q", changed.To)
	}
	v.own.Get(at(a, "result")+"?language=en").Shows(`<html lang="en">`, "We agree with it", `name="language" value="en"`)
	again, err := v.Assessments.Assessment(v.ctx, a.ID)
	v.Must(err)
	if again.Language != "sv" {
		t.Errorf("the assessment is now in %s", again.Language)
	}
}

func TestNobodyElseSeesAResult(t *testing.T) {
	v := newVisit(t)
	a := v.done(7, 3, nil)
	for _, name := range []string{"result", "print", "feedback"} {
		if refused := v.other.Get(at(a, name)); refused.Status != http.StatusNotFound {
			t.Errorf("%s: %d", name, refused.Status)
		}
	}
	for _, name := range []string{"confirm", "events", "feedback"} {
		if refused := v.other.Send(at(a, name), url.Values{"kind": {"printed"}}); refused.Status != http.StatusNotFound {
			t.Errorf("posting %s: %d", name, refused.Status)
		}
	}
	draft := v.begun(nil)
	if page := v.own.Get(at(draft, "result")); page.To != "/assessments/"+draft.ID.String() {
		t.Errorf("the result of a draft leads to %q", page.To)
	}
}

func TestWhatWasAgreedIsStored(t *testing.T) {
	v := newVisit(t)
	a := v.done(7, 3, nil)
	form := url.Values{
		"segment": {"omatoimi"}, "suggestion": {"omatoimi.1"}, "review": {"1"}, "_opened": {"1698741660"}, // a minute ago
		"actions.0.text": {""}, "actions.2.text": {" Soitan tyttärelle. "}, "actions.2.responsible": {"sinä"}, "actions.2.due": {"2023-11-07"},
	}
	if page := v.own.Send(at(a, "confirm"), form); page.To != at(a, "result")+"#agreed" {
		t.Fatalf("confirming leads to %d %q", page.Status, page.To)
	}
	done, err := v.Assessments.Assessment(v.ctx, a.ID)
	v.Must(err)
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
	page := v.own.Get(at(a, "result"))
	page.Shows("Soitan tyttärelle.", c.Actions[0].Text, "7.11.2023", "30.11.2023", "Tulosta asiakkaalle", "!Vahvista ja tallenna")
	if n := strings.Count(page.Source, `class="primary`); n != 1 {
		t.Errorf("%d primary buttons", n)
	}
	if again := v.own.Send(at(a, "confirm"), form); again.To != at(a, "result")+"?already=1" {
		t.Errorf("sent twice: %d %q", again.Status, again.To)
	}
	v.own.Get(at(a, "result") + "?already=1").Shows("Tulos oli jo vahvistettu")
	phases, err := v.Assessments.Phases(v.ctx, a.ID)
	v.Must(err)
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
	page := v.own.Send(at(a, "confirm"), form)
	if page.Status != 422 {
		t.Fatalf("%d", page.Status)
	}
	page.Shows(`<html lang="sv">`, `href="#f-reason"`, `href="#f-actions-1-text"`, `href="#f-actions-2-due"`, `href="#f-review_on"`,
		`value="Lähihoitaja"`, `value="Katsotaan portaat"`, `value="huomenna"`, `value="verkosto" checked`, `value="verkosto.0" checked`,
		`value="omatoimi.1" checked`, `value="3" checked`, `<details class="more" open>`)

	// Changing the language or asking for more rows stores nothing either.
	for name, value := range map[string]string{"_set": "language:en", "more": "1"} {
		form.Set(name, value)
		page = v.own.Send(at(a, "confirm"), form)
		page.Shows(`value="Katsotaan portaat"`, `value="verkosto.0" checked`, "!"+`class="mistakes"`)
		form.Del(name)
		if name == "more" {
			page.Shows(`name="actions.5.text"`, "!"+`name="actions.6.text"`)
		} else {
			page.Shows(`<html lang="en">`, "!"+`name="actions.3.text"`)
		}
	}
	still, err := v.Assessments.Assessment(v.ctx, a.ID)
	v.Must(err)
	if still.Status != assessment.Completed {
		t.Errorf("it is %s", still.Status)
	}
	form.Set("reason", "Kaatumisia")
	form.Set("review_on", "2023-12-01")
	form.Set("actions.1.text", "Kävely")
	form.Set("actions.2.due", "2023-11-30")
	if page = v.own.Send(at(a, "confirm"), form); page.To != at(a, "result")+"?language=sv#agreed" {
		t.Errorf("mended: %d %q", page.Status, page.To)
	}
	v.own.Get(at(a, "result")).Shows("Kaatumisia", "Sovimme yhdessä: Verkostoasiakkuus", "1.12.2023")
}

func TestPrintingLeavesATraceAndOpensThePrinter(t *testing.T) {
	v := newVisit(t)
	a := v.done(7, 3, nil)
	v.own.Get(at(a, "result")).Shows("Tulostettu asiakkaalle</span> <span class=\"quiet\">Ei vielä")
	to := v.own.Send(at(a, "events"), url.Values{"kind": {"printed"}, "language": {"en"}})
	if to.To != at(a, "print")+"?language=en&now=1" {
		t.Fatalf("printing leads to %q", to.To)
	}
	page := v.own.Get(to.To)
	page.Shows(`<html lang="en">`, "js/print.js", at(a, "result")+"?language=en", "!Rollaattori")
	if !strings.Contains(page.Header.Get("Content-Security-Policy"), "script-src 'self'; style-src 'sha256-") || strings.Contains(page.Header.Get("Content-Security-Policy"), "unsafe") {
		t.Errorf("policy %q", page.Header.Get("Content-Security-Policy"))
	}
	calm := v.own.Get(at(a, "print"))
	calm.Shows(`<html lang="fi">`, "!<script")
	if !strings.Contains(calm.Header.Get("Content-Security-Policy"), "script-src 'none'") {
		t.Errorf("policy %q", calm.Header.Get("Content-Security-Policy"))
	}
	v.own.Get(at(a, "result")).Shows("Tehty 31.10.2023 klo 10.43")
}

func TestTheTextForTheRecordNeedsConsent(t *testing.T) {
	v := newVisit(t)
	a := v.done(7, 3, func(in *assessment.Begin) { in.Start.Language = "sv" })
	page := v.own.Get(at(a, "result"))
	page.Shows("POTILAAN OMA ARVIO", `data-copy="record"`, "Merkitse kirjatuksi")
	if to := v.own.Send(at(a, "events"), url.Values{"kind": {"recorded"}}); to.To != at(a, "result")+"#closing" {
		t.Errorf("recording leads to %q", to.To)
	}
	v.own.Get(at(a, "result")).Shows("Kirjattu</span> <span class=\"quiet\">Tehty 31.10.2023")

	without := v.done(7, 3, func(in *assessment.Begin) { in.Consent.Purposes, in.Start.ClientRef = []string{"assessment"}, "" })
	v.own.Get(at(without, "result")).Shows("ei ole antanut suostumusta tuloksen kirjaamiseen", "!POTILAAN OMA ARVIO", "!Merkitse kirjatuksi")

	_, err := v.Assessments.WithdrawConsent(v.ctx, assessment.WithdrawConsent{ID: a.ConsentID})
	v.Must(err)
	v.own.Get(at(a, "result")).Shows("Samtycket har återkallats", "!POTILAAN OMA ARVIO", "!Bekräfta och spara", "!Merkitse kirjatuksi")
}

func TestEarlierResultsAreAPath(t *testing.T) {
	v := newVisit(t)
	first := v.done(2, 8, nil)
	v.own.Get(at(first, "result")).Shows("!Tulokset tähän asti")
	v.Clock.Advance(40 * 24 * time.Hour)
	v.own.Enter(v.SignIn("ranta"))
	second := v.done(7, 3, func(in *assessment.Begin) { in.Start.Mode = "phone" })
	page := v.own.Get(at(second, "result"))
	page.Shows("Tulokset tähän asti", `class="waypoint"`, `href="`+at(first, "result")+`"`, "Puhelimessa", "Yhdessä vastaanotolla",
		"Vertaa niitä siksi varoen", "/new?again="+second.ID.String())
}

func TestFeedbackIsGivenOnceAndInTheClientsHands(t *testing.T) {
	v := newVisit(t)
	a := v.done(7, 3, nil)
	v.Must(v.Access.HandOver(v.Context(), v.own.Session(), a.ID))
	page := v.own.Get(at(a, "feedback"))
	page.Shows("Ohita", `href="/take-back"`, "!Anna näyttö asiakkaalle", "!/logout", "!Testi ranta")
	if to := v.own.Get(at(a, "result")); to.To != at(a, "client") {
		t.Errorf("in the client's hands the result leads to %q", to.To)
	}
	page = v.own.Send(at(a, "feedback"), url.Values{"comment": {"Oli hyvä puhua"}})
	if page.Status != 422 {
		t.Fatalf("%d", page.Status)
	}
	page.Shows("Oli hyvä puhua", `href="#f-usefulness"`, `href="#f-agreement"`)
	form := url.Values{"usefulness": {"5"}, "agreement": {"partly"}, "comment": {"Oli hyvä puhua"}, "_active": {"21"}}
	if to := v.own.Send(at(a, "feedback"), form); to.To != at(a, "feedback") {
		t.Fatalf("feedback leads to %d %q", to.Status, to.To)
	}
	v.own.Get(at(a, "feedback")).Shows("Kiitos palautteesta", "antaa laitteen takaisin", `href="/take-back"`, "!Lähetä palaute")
	v.own.Send(at(a, "feedback"), form).Shows("Kiitos palautteesta")
	v.Must(v.Access.TakeBack(v.Context(), v.own.Session(), housetest.Password))
	v.own.Get(at(a, "result")).Shows("Annettu")
	phases, err := v.Assessments.Phases(v.ctx, a.ID)
	v.Must(err)
	if phases[assessment.PhaseFeedback] != 21 {
		t.Errorf("feedback took %d seconds", phases[assessment.PhaseFeedback])
	}
}

func TestPlainLanguageIsKept(t *testing.T) {
	v := newVisit(t)
	a := v.done(7, 3, func(in *assessment.Begin) { in.Start.Plain = true })
	v.own.Get(at(a, "result")).Shows("Plus nostaa pisteitä.")
	v.own.Get(at(a, "feedback")).Shows("Kukaan ei näe, että vastaus on sinun.")
}
