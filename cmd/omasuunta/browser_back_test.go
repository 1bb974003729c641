package main

import (
	"fmt"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"

	"github.com/omasuunta/omasuunta/internal/assessment"
	"github.com/omasuunta/omasuunta/internal/lang"
)

// traveller goes back and forward in a browser, and sees to it that neither
// shows an error nor sends a form once more: a browser asks before it does that,
// and what it asks means nothing to most people.
type traveller struct {
	*sitting
	sent  atomic.Int64 // forms sent as pages, not by a script
	first int64        // how much of the history is not of these pages
}

func travel(s *sitting) *traveller {
	s.Helper()
	history, err := chromedp.Run(s.ctx, chromedp.NavigationEntries())
	if err != nil {
		s.Fatal(err)
	}
	v := &traveller{sitting: s, first: history.CurrentIndex - eval[int64](s.browser, `navigation.currentEntry.index`)}
	err = chromedp.Listen(s.ctx, func(event any) {
		if e, ok := event.(*network.EventRequestWillBeSent); ok && e.Type == network.ResourceTypeDocument && e.Request.Method == "POST" {
			v.sent.Add(1)
		}
	})
	if err != nil {
		s.Fatal(err)
	}
	if _, err := chromedp.Call(s.ctx, network.Enable, network.EnableParams{}); err != nil {
		s.Fatal(err)
	}
	_, err = chromedp.Call(s.ctx, page.AddScriptToEvaluateOnNewDocument, page.AddScriptToEvaluateOnNewDocumentParams{
		Source: `addEventListener("pagehide", () => { window.wasLeft = true; })`,
	})
	if err != nil {
		s.Fatal(err)
	}
	return v
}

// back goes back, and forward forward again.
func (v *traveller) back()    { v.Helper(); v.goes("back", -1) }
func (v *traveller) forward() { v.Helper(); v.goes("forward", +1) }

func (v *traveller) goes(where string, by int64) {
	v.Helper()
	from, before := v.path(), v.sent.Load()
	history, err := chromedp.Run(v.ctx, chromedp.NavigationEntries())
	if err != nil {
		v.Fatal(err)
	}
	to := history.CurrentIndex + by
	if to < 0 || to >= int64(len(history.Entries)) {
		v.Fatalf("nothing is %s of %s", where, from)
	}
	_, err = chromedp.Call(v.ctx, page.NavigateToHistoryEntry, page.NavigateToHistoryEntryParams{EntryID: history.Entries[to].ID})
	if err != nil {
		v.Fatal(err)
	}
	// A page that the browser kept has no load; one with answers loads itself anew.
	v.until("being "+where, fmt.Sprintf(`document.readyState === "complete" && %d === navigation.currentEntry.index && !(window.wasLeft && document.querySelector("form[data-answers]"))`, to-v.first))
	if status := eval[int](v.browser, `performance.getEntriesByType("navigation")[0].responseStatus`); status >= 400 {
		v.Errorf("%s from %s to %s: status %d", where, from, v.path(), status)
	}
	if v.sent.Load() != before {
		v.Errorf("%s from %s to %s: the form is sent once more", where, from, v.path())
	}
}

// shows demands what the page shows of an item.
func (v *traveller) shows(item, answer, comment string) {
	v.Helper()
	if v.chosen(item) != answer || v.written(item) != comment {
		v.Errorf("at %s: %q and %q, want %q and %q", v.path(), v.chosen(item), v.written(item), answer, comment)
	}
}

// Back and forward at every step of a visit: the pages are there, with what is
// stored, and nothing happens twice.
func TestBackButton(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	b := browse(t, h.URL, "fi")
	b.enter(lang.Finnish, h.newcomer("tulokas"))
	v := travel(h.sit(b, lang.Finnish, lang.Finnish))

	v.begin(assessment.Joint)
	v.back()
	v.at("/new")
	if !v.picked(v.battery.Name.In(lang.Finnish)) || !v.picked(finnish.Code("register", "health")) {
		t.Error("what was chosen is no longer chosen after going back")
	}
	v.forward()
	v.at("/new/consent")
	v.browser.press(finnish.Text("visit_consent.give")) // without a name
	v.reads(finnish.Text("page.mistakes"))
	v.consent()
	begun := v.page("client/everyday-life")
	v.at(begun)
	v.back() // the consent is given already
	v.at(begun)
	v.forward()
	v.at(begun)
	v.back()
	v.back() // the form that the browser has kept
	v.at("/new/consent")
	v.consent()
	v.at(begun)

	v.at(v.page("client/everyday-life"))
	unseen := eval[string](b, `document.querySelector('[name="seen.everyday-life"]').value`)
	v.choose("everyday-life", 7)
	v.comment("everyday-life", "Naapuri käy")
	v.browser.press(finnish.Text("answering.next"))
	v.at(v.page("client/felt-health"))
	v.choose("felt-health", 4)
	v.state(lang.Finnish, "answering.saved")
	v.back()
	v.shows("everyday-life", "7", "Naapuri käy")
	v.forward()
	v.shows("felt-health", "4", "")
	v.back()
	v.stale(unseen)

	v.open(v.page("client/safety")) // the last topic
	v.choose("safety", 9)
	v.browser.press(finnish.Text("answering.next.last"))
	v.at(v.page("client/done"))
	v.back()
	v.shows("safety", "9", "")
	v.forward()
	v.at(v.page("client/done"))
	v.browser.press(finnish.Text("answering.to_professional"))
	v.at(v.page("professional"))
	v.choose("moving", 2)
	v.comment("moving", "Kävelee kepillä")
	v.state(lang.Finnish, "answering.saved")
	v.back()
	v.at(v.page("client/done"))
	v.forward()
	v.shows("moving", "2", "Kävelee kepillä")

	v.tooFew()
	v.toTheResult()
	v.afterwards()

	// Nobody finds what was there before the logout.
	v.open(v.page("result"))
	v.browser.press(finnish.Text("page.logout"))
	v.reads(finnish.Text("entry.login.out"))
	v.back()
	v.at("/login")
}

// stale answers as a page does that the browser has kept from before the answer
// was stored: the same is nothing new, and another answer is asked about.
func (v *traveller) stale(unseen string) {
	v.Helper()
	forget := func() {
		v.Helper()
		eval[string](v.browser, fmt.Sprintf(`document.querySelector('[name="seen.everyday-life"]').value = %s`, quoted(unseen)))
	}
	forget()
	v.choose("everyday-life", 8)
	v.clash("everyday-life", "7, ”Naapuri käy”", "8, ”Naapuri käy”")
	v.h.professional.mustBe(v.id, "client", "everyday-life", 7.0, "Naapuri käy")
	v.settle("everyday-life", "theirs")
	v.shows("everyday-life", "7", "Naapuri käy")
	forget()
	v.choose("everyday-life", 7) // chosen already: nothing changes
	v.comment("everyday-life", " ")
	v.state(lang.Finnish, "answering.saved")
	v.h.professional.mustBe(v.id, "client", "everyday-life", 7.0, "Naapuri käy")
}

// tooFew asks for the result too early, goes to what is lacking and comes back.
func (v *traveller) tooFew() {
	v.Helper()
	v.browser.press(finnish.Text("answering.complete"))
	v.reads(finnish.Text("answering.few.client"))
	v.pressOn("a topic that is lacking", fmt.Sprintf(`document.querySelector('.mistakes a[href="%s"]')`, v.page("client/money")))
	v.at(v.page("client/money"))
	v.choose("money", 5)
	v.state(lang.Finnish, "answering.saved")
	v.back()
	v.at(v.page("professional"))
	v.shows("moving", "2", "Kävelee kepillä")
	v.forward()
	v.shows("money", "5", "")
}

// toTheResult answers the rest and goes back from the result.
func (v *traveller) toTheResult() {
	v.Helper()
	v.h.professional.with("If-Match", "*").want(200, "PATCH", "/assessments/"+v.id,
		object{"client_answers": answersTo(v, "individual-client", 8)})
	v.open(v.page("professional"))
	for _, item := range v.battery.Items {
		v.choose(item.Code, 2)
	}
	v.browser.press(finnish.Text("answering.complete"))
	v.at(v.page("result"))
	v.back()
	v.reads(finnish.Text("outcome.title"))
	v.back()
	v.reads(finnish.Text("outcome.title")) // the client's part is over
	v.forward()
	v.reads(finnish.Text("outcome.title"))
	v.open(v.page("result"))
}

// afterwards agrees upon the result and asks for feedback, back and forward.
func (v *traveller) afterwards() {
	v.Helper()
	v.browser.press(finnish.Text("outcome.confirm"))
	confirmed, _, _ := strings.Cut(finnish.Text("outcome.confirmed", object{"at": "\x00"}), "\x00")
	v.reads(strings.TrimSpace(confirmed))
	v.back()
	v.reads(strings.TrimSpace(confirmed))
	v.forward()
	v.reads(strings.TrimSpace(confirmed))
	v.open(v.page("feedback"))
	v.fill(finnish.Text("outcome.feedback.comment"), "Hyvä juttu")
	for _, name := range []string{"usefulness", "agreement"} {
		v.pressOn(name, fmt.Sprintf(`document.querySelector('[name="%s"]').labels[0]`, name))
	}
	v.browser.press(finnish.Text("outcome.feedback.send"))
	v.reads(finnish.Text("outcome.feedback.given"))
	v.back()
	v.reads(finnish.Text("outcome.feedback.given"))
	v.forward()
	v.reads(finnish.Text("outcome.feedback.given"))
	if v.h.professional.get("/assessments/" + v.id)["feedback_given"] != true {
		v.Error("the feedback is lost")
	}
}

// What was typed is there after a reload, and typing and reloading at once loses
// nothing.
func TestReload(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	id := h.professional.draft()
	b := browse(t, h.URL, "fi")
	b.enter(lang.Finnish, h.newcomer("tulokas"))
	b.open(topicPath(id, "everyday-life"))
	b.choose("everyday-life", 7)
	b.comment("everyday-life", "Naapuri käy")
	b.state(lang.Finnish, "answering.saved")
	b.reload()
	if got := b.chosen("everyday-life") + b.written("everyday-life"); got != "7Naapuri käy" {
		t.Errorf("after a reload: %q", got)
	}

	asked := make(chan struct{}, 1)
	err := chromedp.Listen(b.ctx, func(event any) {
		if _, ok := event.(*page.EventJavascriptDialogOpening); ok {
			asked <- struct{}{}
		}
	})
	if err != nil {
		t.Fatal(err)
	}
	eval[bool](b, `(() => { const e = document.querySelector('[name="comment.everyday-life"]'); e.focus(); e.setSelectionRange(e.value.length, e.value.length); return true; })()`)
	if _, err := chromedp.Call(b.ctx, input.InsertText, input.InsertTextParams{Text: " torstaisin"}); err != nil {
		t.Fatal(err)
	}
	reloaded := make(chan error, 1)
	go func() { reloaded <- chromedp.Do(b.ctx, chromedp.Reload()) }()
	select {
	case <-asked: // there is something that isn't saved: leave all the same
		if _, err := chromedp.Call(b.ctx, page.HandleJavaScriptDialog, page.HandleJavaScriptDialogParams{Accept: true}); err != nil {
			t.Fatal(err)
		}
		if err := <-reloaded; err != nil {
			t.Fatal(err)
		}
	case err := <-reloaded:
		if err != nil {
			t.Fatal(err)
		}
	}
	const want = "Naapuri käy torstaisin"
	h.professional.comesToSay(id, "client", "everyday-life", want)
	b.reload()
	if got := b.written("everyday-life"); got != want {
		t.Errorf("after typing and reloading at once: %q", got)
	}
}

// A closed lid or a dead spot: what is answered without a connection is sent
// when there is one again, and nobody is led to an error page meanwhile.
func TestWithoutConnection(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	id := h.professional.draft()
	b := browse(t, h.URL, "fi")
	b.enter(lang.Finnish, h.newcomer("tulokas"))
	b.open(topicPath(id, "everyday-life"))
	stayed := b.stays()
	b.connected(false)
	b.choose("everyday-life", 7)
	b.state(lang.Finnish, "answering.offline")
	b.comment("everyday-life", "Naapuri käy")
	b.press(finnish.Text("answering.next"))
	b.state(lang.Finnish, "answering.offline")
	b.press(finnish.Text("answering.overview"))
	b.state(lang.Finnish, "answering.offline")
	stayed()
	b.connected(true)
	b.state(lang.Finnish, "answering.saved")
	stayed()
	h.professional.mustBe(id, "client", "everyday-life", 7.0, "Naapuri käy")
}

// connected cuts the browser off from everything, or connects it again.
func (b *browser) connected(yes bool) {
	b.Helper()
	var rules []*network.Conditions
	if !yes {
		rules = append(rules, &network.Conditions{Offline: true, DownloadThroughput: -1, UploadThroughput: -1})
	}
	_, err := chromedp.Call(b.ctx, network.EmulateNetworkConditionsByRule, network.EmulateNetworkConditionsByRuleParams{MatchedNetworkConditions: rules})
	if err != nil {
		b.Fatal(err)
	}
	_, err = chromedp.Call(b.ctx, network.OverrideNetworkState, network.OverrideNetworkStateParams{Offline: !yes, DownloadThroughput: -1, UploadThroughput: -1})
	if err != nil {
		b.Fatal(err)
	}
}
