package main

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"

	"github.com/omasuunta/omasuunta/internal/lang"
	"github.com/omasuunta/omasuunta/internal/locale"
)

var finnish = locale.For(lang.Finnish)

// The server is lost between two answers and comes back: what was answered
// meanwhile arrives by itself, and what was answered before is there.
func TestServerKilledBetweenAnswers(t *testing.T) {
	engines(t, func(t *testing.T, h *house) {
		id := h.professional.draft()
		b := browse(t, h.URL, "fi")
		b.enter(lang.Finnish, h.newcomer("tulokas"))
		b.open("/assessments/" + id + "/client")
		b.at(topicPath(id, "everyday-life"))
		b.choose("everyday-life", 7)
		b.comment("everyday-life", "Naapuri käy")
		b.state(lang.Finnish, "answering.saved")
		b.press(finnish.Text("answering.next"))
		b.at(topicPath(id, "felt-health"))

		h.kill()
		stayed := b.stays()
		b.choose("felt-health", 4)
		b.state(lang.Finnish, "answering.offline")
		b.comment("felt-health", "Polvi vaivaa")
		b.press(finnish.Text("answering.next"))
		b.state(lang.Finnish, "answering.offline")
		stayed()

		startAt(t, strings.TrimPrefix(h.URL, "http://"), "serve", "--database", h.database)
		b.state(lang.Finnish, "answering.saved")
		stayed()
		h.professional.mustBe(id, "client", "everyday-life", 7.0, "Naapuri käy")
		h.professional.mustBe(id, "client", "felt-health", 4.0, "Polvi vaivaa")
		b.press(finnish.Text("answering.next"))
		b.at(topicPath(id, "mood-and-coping"))
	})
}

// clash waits until the page shows that another device has answered an item
// differently, with both answers.
func (b *browser) clash(item, theirs, mine string) {
	b.Helper()
	says := finnish.Text("answering.clash", object{"theirs": theirs, "mine": mine})
	b.until("reading "+says, fmt.Sprintf(`(() => {
		const notice = document.querySelector('[data-item="%s"] [data-clash]');
		return !!notice && notice.checkVisibility() && notice.innerText.includes(%s);
	})()`, item, quoted(says)))
}

// settle chooses between the two answers of a clash.
func (b *browser) settle(item, choice string) {
	b.Helper()
	b.pressOn("settling "+item, fmt.Sprintf(`document.querySelector('[data-item="%s"] [data-resolve="%s"]')`, item, choice))
}

// settled waits until nothing is left to choose between.
func (b *browser) settled() {
	b.Helper()
	b.until("nothing to settle", `document.readyState === "complete" && !document.querySelector("[data-clash]:not([hidden])")`)
}

// Phone and desk write at the same time. Different items merge; the same item
// is shown with both answers, and either can be kept.
func TestTwoDevices(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	id, somebody := h.professional.draft(), h.newcomer("tulokas")
	desk, phone := browse(t, h.URL, "fi"), browse(t, h.URL, "fi")
	phone.phone()
	desk.enter(lang.Finnish, somebody)
	phone.enter(lang.Finnish, somebody)

	desk.open(topicPath(id, "everyday-life"))
	phone.open(topicPath(id, "felt-health"))
	desk.choose("everyday-life", 7)
	phone.choose("felt-health", 3)
	desk.state(lang.Finnish, "answering.saved")
	phone.state(lang.Finnish, "answering.saved")
	h.professional.mustBe(id, "client", "everyday-life", 7.0, "")
	h.professional.mustBe(id, "client", "felt-health", 3.0, "")

	// Both have the same topic open. The phone saves second and keeps its own.
	desk.open(topicPath(id, "money"))
	phone.open(topicPath(id, "money"))
	desk.choose("money", 6)
	desk.state(lang.Finnish, "answering.saved")
	phone.choose("money", 2)
	phone.clash("money", "6", "2")
	h.professional.mustBe(id, "client", "money", 6.0, "")
	phone.press(finnish.Text("answering.next")) // one has to choose first
	phone.clash("money", "6", "2")
	phone.shot("clash-phone")
	phone.accessible("clash on a phone")
	phone.settle("money", "mine")
	phone.state(lang.Finnish, "answering.saved")
	h.professional.mustBe(id, "client", "money", 2.0, "")

	// The desk knows nothing of that and takes the other answer.
	desk.comment("money", "Laskut")
	desk.clash("money", "2", "6, ”Laskut”")
	desk.shot("clash-desk")
	desk.settle("money", "theirs")
	if got := desk.chosen("money") + desk.written("money"); got != "2" {
		t.Errorf("the desk shows %q after taking the other's answer", got)
	}
	desk.press(finnish.Text("answering.next"))
	desk.at(topicPath(id, "meaningful-activity"))
	h.professional.mustBe(id, "client", "money", 2.0, "")

	// The professional's page, on which all items stand.
	desk.open("/assessments/" + id + "/professional")
	phone.open("/assessments/" + id + "/professional")
	desk.choose("moving", 8)
	phone.choose("falls", 1)
	desk.state(lang.Finnish, "answering.saved")
	phone.state(lang.Finnish, "answering.saved")
	phone.choose("moving", 5)
	phone.clash("moving", "8", "5")
	phone.choose("stamina", 4) // the others go on being saved
	phone.until("saving another item", fmt.Sprintf(`document.querySelector('[name="seen.stamina"]').value !== %s`, quoted("")))
	phone.settle("moving", "theirs")
	phone.press(finnish.Text("answering.save"))
	phone.until("the page anew", `document.querySelector('[name="answer.moving"]:checked').value === "8"`)
	h.professional.mustBe(id, "professional", "moving", 8.0, "")
	h.professional.mustBe(id, "professional", "falls", 1.0, "")
	h.professional.mustBe(id, "professional", "stamina", 4.0, "")
}

// The same without scripts: what clashes comes back with both answers.
func TestTwoDevicesWithoutScripts(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	id, somebody := h.professional.draft(), h.newcomer("tulokas")
	desk, phone := browse(t, h.URL, "fi"), browse(t, h.URL, "fi")
	phone.phone()
	phone.withoutScripts()
	desk.enter(lang.Finnish, somebody)
	phone.enter(lang.Finnish, somebody)

	for _, one := range []struct {
		settle string
		want   float64
	}{{"mine", 2}, {"theirs", 6}} {
		item := map[string]string{"mine": "money", "theirs": "housing"}[one.settle]
		desk.open(topicPath(id, item))
		phone.open(topicPath(id, item))
		desk.choose(item, 6)
		desk.state(lang.Finnish, "answering.saved")
		phone.choose(item, 2)
		phone.press(finnish.Text("answering.next"))
		phone.clash(item, "6", "2")
		h.professional.mustBe(id, "client", item, 6.0, "")
		phone.settle(item, one.settle)
		phone.settled()
		if got := phone.chosen(item); got != fmt.Sprint(one.want) {
			t.Errorf("%s was chosen, and the page shows %s", one.settle, got)
		}
		h.professional.mustBe(id, "client", item, one.want, "")
	}

	desk.open("/assessments/" + id + "/professional")
	phone.open("/assessments/" + id + "/professional")
	desk.choose("moving", 8)
	desk.state(lang.Finnish, "answering.saved")
	phone.choose("falls", 1)
	phone.choose("moving", 5)
	phone.comment("moving", "Rollaattori")
	phone.press(finnish.Text("answering.save"))
	phone.clash("moving", "8", "5, ”Rollaattori”")
	h.professional.mustBe(id, "professional", "falls", 1.0, "")
	h.professional.mustBe(id, "professional", "moving", 8.0, "")
	phone.settle("moving", "mine")
	phone.settled()
	h.professional.mustBe(id, "professional", "moving", 5.0, "Rollaattori")
}

// The session ends while somebody writes: the page says so, and what was typed
// is saved as soon as somebody has logged in again in another window.
func TestSessionEndsInTheMiddle(t *testing.T) {
	engines(t, func(t *testing.T, h *house) {
		id, somebody := h.professional.draft(), h.newcomer("tulokas")
		b := browse(t, h.URL, "fi")
		b.enter(lang.Finnish, somebody)
		b.open("/assessments/" + id + "/professional")
		b.comment("moving", "Kävelee kepillä")
		b.state(lang.Finnish, "answering.saved")
		b.endSession()
		stayed := b.stays()
		b.choose("moving", 6)
		b.state(lang.Finnish, "answering.ended")
		b.comment("falls", "Kaatui keväällä")
		b.press(finnish.Text("answering.complete"))
		b.reads(finnish.Text("page.session.over"))
		b.shot("session-over")
		b.accessible("session over")
		stayed()

		window := b.follow(finnish.Text("page.session.login"))
		window.logIn(lang.Finnish, somebody)
		window.reads(finnish.Text("visit.start.title"))
		b.comesBack()
		b.state(lang.Finnish, "answering.saved")
		stayed()
		h.professional.mustBe(id, "professional", "moving", 6.0, "Kävelee kepillä")
		b.until("no longer saying that it is over", `document.getElementById("session-over").hidden`)
		b.reload()
		if got := b.chosen("falls") + b.written("falls"); got != "Kaatui keväällä" {
			t.Errorf("what was typed after the session had ended is %q after a reload", got)
		}
	})
}

// Without scripts the login comes in between, and one button sends all that was
// typed.
func TestSessionEndsInTheMiddleWithoutScripts(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	id, somebody := h.professional.draft(), h.newcomer("tulokas")
	b := browse(t, h.URL, "fi")
	b.withoutScripts()
	b.enter(lang.Finnish, somebody)
	b.open("/assessments/" + id + "/professional")
	b.choose("moving", 6)
	b.comment("moving", "Kävelee kepillä & <hitaasti>")
	b.choose("falls", 3)
	b.comment("stamina", "Väsyy iltapäivisin")
	b.endSession()
	b.press(finnish.Text("answering.save"))
	b.reads(finnish.Text("entry.login.ended"))
	b.reads(finnish.Text("entry.login.kept"))
	b.shot("login-kept")
	b.logIn(lang.Finnish, person{somebody.username, "väärä salasana"}) // once wrong: still kept
	b.reads(finnish.Text("entry.login.wrong"))
	b.logIn(lang.Finnish, somebody)
	b.reads(finnish.Text("entry.resume.lead"))
	b.press(finnish.Text("entry.resume.do"))
	b.at("/assessments/" + id + "/professional")
	h.professional.mustBe(id, "professional", "moving", 6.0, "Kävelee kepillä & <hitaasti>")
	h.professional.mustBe(id, "professional", "falls", 3.0, "")
	if got := b.chosen("moving") + b.written("moving"); got != "6Kävelee kepillä & <hitaasti>" {
		t.Errorf("the page shows %q", got)
	}
	if got := b.chosen("stamina") + b.written("stamina"); got != "Väsyy iltapäivisin" {
		t.Errorf("of words without a number the page shows %q", got)
	}
}

// later lets the page's clock run on by some seconds, at once.
func (b *browser) later(seconds float64) {
	b.Helper()
	expired := chromedp.WaitEvent(emulation.VirtualTimeBudgetExpired, nil, chromedp.Func(func(ctx context.Context, t *chromedp.Target) error {
		_, err := cdp.Call(ctx, t, emulation.SetVirtualTimePolicy, emulation.SetVirtualTimePolicyParams{
			Policy: emulation.VirtualTimePolicyAdvance, Budget: new(seconds * 1000), // milliseconds
		})
		return err
	}))
	ctx, cancel := context.WithTimeout(b.ctx, patience)
	defer cancel()
	if _, err := chromedp.Run(ctx, expired); err != nil {
		b.Fatal(err)
	}
}

func TestWarningBeforeTheSessionEnds(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	somebody := h.newcomer("tulokas")
	must(t, "setting", "set", "session.idle_minutes", "5", "--database", h.database)
	b := browse(t, h.URL, "fi")
	b.enter(lang.Finnish, somebody)
	if left := eval[int](b, `Number(document.body.dataset.sessionLeft)`); left <= 4*60 || left > 5*60 {
		t.Fatalf("the session is said to last %d seconds", left)
	}
	b.open("/assessments/" + h.professional.draft() + "/professional") // a long page, of which the top is to be seen
	visible := func(id string) bool {
		return eval[bool](b, fmt.Sprintf(`(() => {
			const e = document.getElementById(%q), r = e.getBoundingClientRect();
			return e.checkVisibility() && r.top >= 0 && r.bottom <= innerHeight && e.contains(document.elementFromPoint(r.left + 20, r.top + r.height / 2));
		})()`, id))
	}
	b.later(110)
	if visible("session") {
		t.Error("warned long before the session ends")
	}
	b.later(30)
	b.reads(finnish.Text("page.session.ending"))
	if !visible("session") {
		t.Error("the warning is not to be seen without scrolling")
	}
	b.shot("session-ending")
	b.press(finnish.Text("page.session.extend"))
	b.until("the warning gone", `!document.getElementById("session").checkVisibility()`)
	b.later(110)
	if visible("session") || visible("session-over") {
		t.Error("warned although the session goes on")
	}
	b.later(200)
	b.reads(finnish.Text("page.session.over"))
	if visible("session") || !visible("session-over") {
		t.Error("it is not to be seen without scrolling that the session is over")
	}
}
