package main

import (
	"testing"

	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/chromedp"

	"github.com/omasuunta/omasuunta/internal/assessment"
	"github.com/omasuunta/omasuunta/internal/lang"
)

// heaviest is what a page with all that belongs to it may weigh, in bytes over
// the wire with nothing in the cache.
const heaviest = 100 << 10

// cold keeps a browser from keeping anything: every page comes whole.
func (b *browser) cold() {
	b.Helper()
	if _, err := chromedp.Call(b.ctx, network.Enable, network.EnableParams{}); err != nil {
		b.Fatal(err)
	}
	if _, err := chromedp.Call(b.ctx, network.SetCacheDisabled, network.SetCacheDisabledParams{CacheDisabled: true}); err != nil {
		b.Fatal(err)
	}
}

// weighs demands that the page at hand is light enough.
func (b *browser) weighs(name string) {
	b.Helper()
	bytes := b.weight()
	b.Logf("%s: %.1f KB", name, float64(bytes)/1024)
	if kept := eval[[]string](b, `[...performance.getEntriesByType("navigation"), ...performance.getEntriesByType("resource")].filter((e) => e.transferSize === 0).map((e) => e.name)`); len(kept) > 0 {
		b.Errorf("%s: %v came from a cache", name, kept)
	}
	if bytes >= heaviest {
		b.Errorf("%s weighs %d bytes, more than %d", name, bytes, heaviest)
	}
}

// Every page that somebody meets in a visit or before it is light, and none asks
// another host for anything.
func TestPageWeight(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	b := browse(t, h.URL, "fi")
	b.cold()
	s := h.sit(b, lang.Finnish, lang.Finnish)
	somebody := h.newcomer("tulokas")
	b.open("/login")
	b.weighs("login")
	b.logIn(lang.Finnish, somebody)
	b.reads(finnish.Text("visit.start.title"))
	b.weighs("start, empty")
	s.press(finnish.Text("visit.new"))
	b.at("/new")
	b.weighs("begin")
	s.begin(assessment.Joint)
	b.weighs("consent")
	b.press(finnish.Text("visit_consent.give"))
	b.reads(finnish.Text("page.mistakes"))
	b.weighs("consent, with mistakes")
	s.consent()

	answers := various(s.library.Client(), "Naapuri käy torstaisin", 8, 3, 6)
	for i, a := range answers {
		s.at(s.page("client/" + a.Item))
		b.weighs("topic " + a.Item)
		s.answer(a)
		s.turn(i, len(answers))
	}
	s.at(s.page("client/done"))
	b.weighs("done")
	s.press(finnish.Text("answering.to_professional"))
	s.at(s.page("professional"))
	b.weighs("professional")
	s.professionalsPart(scored(s.battery, 2, 5), false)
	b.weighs("result")
	s.press(finnish.Text("outcome.confirm"))
	b.until("the confirmed result", `document.readyState === "complete" && location.hash === "#agreed"`)
	b.weighs("result, confirmed")
	for _, path := range []string{
		s.page("print"), s.page("feedback"), s.page("consent"), s.page("consent/withdrawal"), "/", "/assessments", "/new?again=" + s.id,
		"/invitations", "/invitations/new", "/forms", s.page("file"), "/password", "/accessibility", "/accessibility/report", "/join",
	} {
		b.open(path)
		b.weighs(path)
	}

	paper := s.invite("")
	b.weighs("invitation")
	client := s.atHome()
	client.cold()
	client.open(paper.link)
	client.weighs("greeting")
	client.press(finnish.Text("previsit.greet.go"))
	client.at("/own/consent")
	client.weighs("consent at home")
}
