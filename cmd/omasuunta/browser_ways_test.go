package main

import (
	"strconv"
	"strings"
	"testing"

	"github.com/chromedp/chromedp/kb"

	"github.com/omasuunta/omasuunta/internal/assessment"
	"github.com/omasuunta/omasuunta/internal/calendar"
	"github.com/omasuunta/omasuunta/internal/instrument"
	"github.com/omasuunta/omasuunta/internal/lang"
)

// The screen is handed over by keyboard. The client answers everything with the
// keys alone, sees all the time where the focus is, and reaches nothing but the
// own part until the professional unlocks it.
func TestClientPartByKeyboardAlone(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	b := browse(t, h.URL, "fi")
	s := h.sit(b, lang.Finnish, lang.Finnish)
	who := b.settleIn(lang.Finnish, h, "ammattilainen")
	s.begin(assessment.Joint)
	s.consent()

	client := s.library.Client()
	s.at(s.page("client/" + client.Items[0].Code))
	s.tabTo(s.own.Text("answering.hand_over"))
	s.keys(kb.Enter)
	s.until("the screen being handed over", `!!document.querySelector('a[href="/take-back"]')`)

	s.keys(kb.Tab)
	if got, want := s.focused(), s.client.Text("page.skip"); got != want {
		t.Errorf("the first key leads to %q, not to %q", got, want)
	}
	s.keys(kb.Enter)
	s.until("the focus being in the content", `document.activeElement.id === "main"`)

	want := s.byKeys(client)
	s.at(s.page("client/done"))
	s.reads(s.client.Text("answering.done.all"))
	s.isStored("client", want)
	s.staysClosed()

	s.open(s.page("client/done"))
	s.tabTo(s.own.Text("answering.take_back.password"))
	s.keys("väärä salasana")
	s.keys(kb.Enter)
	s.reads(s.own.Text("finding.wrong_password"))
	s.staysClosed()
	s.open("/take-back")
	s.tabTo(s.own.Text("answering.take_back.password"))
	s.keys(who.password)
	s.keys(kb.Enter)
	s.at(s.page("professional"))
	s.open("/")
	s.reads(s.own.Text("visit.new"))
}

// byKeys answers the client's part in the ways that there are with keys: number
// keys wherever the focus is, or Tab and arrows.
func (s *sitting) byKeys(client *instrument.Battery) instrument.Sheet {
	s.Helper()
	var given instrument.Sheet
	for i, item := range client.Items {
		s.at(s.page("client/" + item.Code))
		a, onward := instrument.Answer{Item: item.Code}, kb.Enter
		switch i % 4 {
		case 0: // a number key, and Enter
			a.Value = i % 10
			s.keys(strconv.Itoa(a.Value))
		case 1: // three arrows from the first number
			a.Value = 3
			s.tabTo("0")
			s.keys(strings.Repeat(kb.ArrowRight, 3))
			onward = ""
		case 2: // back around to the quiet choices
			a.Skip = instrument.Skips[i%len(instrument.Skips)]
			s.tabTo("0")
			s.keys(strings.Repeat(kb.ArrowLeft, len(instrument.Skips)-i%len(instrument.Skips)))
		case 3:
			a.Value = 10
			s.keys("+")
		}
		s.state(s.client.Tag(), "answering.saved")
		s.seesFocus()
		if got := eval[string](s.browser, `(document.activeElement.closest("[data-item]") || {dataset: {}}).dataset.item || ""`); got != item.Code {
			s.Errorf("once %s is saved, the focus is at %q", item.Code, s.focused())
		}
		if onward == "" {
			s.tabTo(s.client.Text("answering.next"))
			onward = " "
		}
		s.keys(onward)
		given = append(given, a)
	}
	return given
}

// isStored looks up that the server has exactly these answers of a side.
func (s *sitting) isStored(side string, want instrument.Sheet) {
	s.Helper()
	for _, a := range want {
		got := s.h.professional.stored(s.id, side, a.Item)
		comment, _ := got["comment"].(string)
		if a.Scored() && got["value"] != float64(a.Value) || !a.Scored() && got["skip"] != string(a.Skip) || comment != a.Comment {
			s.Errorf("%s: the server has %v, not %d %q %q", a.Item, got, a.Value, a.Skip, a.Comment)
		}
	}
}

// staysClosed tries to leave the client's part by address.
func (s *sitting) staysClosed() {
	s.Helper()
	for _, path := range []string{"/", "/assessments", "/new", "/password", s.page("professional"), s.page("result"), s.page("details"), s.page("consent")} {
		s.open(path)
		s.at(s.page("client"))
		if strings.Contains(s.text(), s.own.Text("page.logout")) || strings.Contains(s.text(), s.own.Text("answering.said")) {
			s.Errorf("%s shows what is not the client's:\n%s", path, s.text())
		}
	}
}

// Everything works page by page, and nothing that was typed is lost on the way.
func TestWithoutJavaScript(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	b := browse(t, h.URL, "fi")
	b.withoutScripts()
	s := h.sit(b, lang.Finnish, lang.Finnish)
	b.settleIn(lang.Finnish, h, "ammattilainen")

	// The language is changed while the form is half filled in.
	s.open("/new")
	s.pick(s.own.Code("register", "health"))
	s.press(s.own.Code("page.language", "sv"))
	swedish := h.sit(b, lang.Swedish, lang.Finnish)
	s.reads(swedish.own.Text("visit.what.1"))
	if !s.picked(swedish.own.Code("register", "health")) {
		t.Error("the register is no longer chosen in Swedish")
	}
	s.press(s.own.Code("page.language", "fi"))
	s.reads(s.own.Text("visit.what.1"))
	s.pick(s.battery.Name.In(lang.Finnish))
	s.pick(s.own.Code("page.language", "fi"))
	s.press(s.own.Text("visit.to_consent"))
	s.at("/new/consent")

	// Consent without a name: what was ticked and typed is still there.
	s.press(s.client.Text("visit_consent.all"))
	s.until("everything being ticked", `document.querySelectorAll('input[name="purposes"]:checked').length === 3`)
	s.press(s.client.Text("visit_consent.for_professional"))
	s.fill(s.client.Text("visit_consent.client_ref"), "peitenimi-7")
	s.press(s.client.Text("visit_consent.give"))
	s.reads(s.client.Text("page.mistakes"))
	s.reads(s.client.Text("visit_consent.name") + ": " + s.client.Text("finding.required"))
	if n := eval[int](b, `document.querySelectorAll('input[name="purposes"]:checked').length`); n != 3 {
		t.Errorf("%d purposes are still ticked", n)
	}
	if got := s.value(s.client.Text("visit_consent.client_ref")); got != "peitenimi-7" {
		t.Errorf("the client's reference is %q now", got)
	}
	b.shot("noscript-fi-01-mistake")
	s.fill(s.client.Text("visit_consent.name"), "Testi Asiakas")
	s.press(s.client.Text("visit_consent.give"))
	s.at("/assessments/")
	s.id = b.id("/assessments/")

	clients := various(s.library.Client(), "Kävely on iloni.", 7, 8)
	s.clientsPartWithoutScripts(clients, swedish)
	s.press(s.own.Text("answering.to_professional"))
	s.at(s.page("professional"))
	professionals := scored(s.battery, 2, 3)
	for _, a := range professionals {
		s.pressOn("a number", buttonOf(a.Item, a.Value))
	}
	s.press(s.own.Text("answering.complete"))
	s.at(s.page("result"))
	want := s.expects(clients, professionals)
	s.reads(s.client.Segment(want.Segment))
	b.shot("noscript-fi-02-result")

	step := s.library.Guidance(want.Segment).Steps[0]
	s.pick(step.Service.In(lang.Finnish))
	s.fill(s.client.Text("outcome.action.text"), "Kahvit ystävän kanssa")
	s.fill(s.client.Text("outcome.action.who"), "Testi Asiakas")
	s.pick(s.client.Text("outcome.review.months", map[string]any{"count": 3}))
	s.press(s.client.Text("outcome.confirm"))
	s.until("reading what was agreed", `document.readyState === "complete" && !!document.getElementById("agreed")`)
	s.press(s.client.Text("outcome.print"))
	s.at(s.page("print"))
	s.printed(want, step)
	s.browser.press(s.client.Text("document.back"))
	s.at(s.page("result"))
	s.browser.press(s.own.Text("outcome.record.mark"))
	s.isDone("outcome.closing.recorded")
	s.isDone("outcome.closing.printed")
	s.gives(1)
}

// clientsPartWithoutScripts answers every topic. On the first one the language
// is changed in the middle; on the second one another device was quicker.
func (s *sitting) clientsPartWithoutScripts(sheet instrument.Sheet, swedish *sitting) {
	s.Helper()
	for i, a := range sheet {
		s.at(s.page("client/" + a.Item))
		s.answer(a)
		switch i {
		case 0:
			s.press(s.own.Code("page.language", "sv"))
			s.reads(s.library.Client().Items[0].Text.In(lang.Swedish))
			if got := s.chosen(a.Item) + s.written(a.Item); got != strconv.Itoa(a.Value)+a.Comment {
				s.Errorf("in Swedish the answer is %q", got)
			}
			s.press(s.own.Code("page.language", "fi"))
			s.reads(s.library.Client().Items[0].Text.In(lang.Finnish))
		case 1:
			theirs := object{"client_answers": list{object{"item": a.Item, "value": 1}}}
			s.h.professional.with("If-Match", "*").want(200, "PATCH", "/assessments/"+s.id, theirs)
			s.press(s.client.Text("answering.next"))
			s.reads(s.client.Text("answering.clash", map[string]any{"theirs": "1", "mine": strconv.Itoa(a.Value)}))
			s.shot("noscript-fi-03-clash")
			s.press(s.client.Text("answering.clash.mine"))
			s.until("the clash being settled", `document.readyState === "complete" && document.querySelector("[data-clash]").hidden`)
		}
		s.turn(i, len(sheet))
	}
	s.at(s.page("client/done"))
	s.isStored("client", sheet)
}

// A visit by telephone: the professional asks for the consent aloud, reads the
// questions in the client's language and types what the client says.
func TestVisitByTelephone(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	b := browse(t, h.URL, "fi")
	s := h.sit(b, lang.Finnish, lang.Swedish)
	b.settleIn(lang.Finnish, h, "ammattilainen")
	s.begin(assessment.Phone)
	s.reads(s.client.Text("visit_consent.name.phone"))
	s.consent()
	clients, professionals := scored(s.library.Client(), 3, 4, 9), scored(s.battery, 8, 7, 10)
	for i, a := range clients {
		s.at(s.page("client/" + a.Item))
		s.reads(s.library.Client().Items[i].Text.In(lang.Swedish))
		s.keys(strconv.Itoa(a.Value))
		s.keys(kb.Enter)
	}
	s.at(s.page("client/done"))
	s.isStored("client", clients)
	s.press(s.own.Text("answering.to_professional"))
	s.professionalsPart(professionals, true)
	s.isStored("professional", professionals)
	s.reads(s.client.Segment(s.expects(clients, professionals).Segment))
	s.press(s.own.Text("outcome.record.show"))
	if record := eval[string](b, `document.getElementById("record").value`); !strings.Contains(record, s.own.Code("mode", "phone")) {
		t.Errorf("the text for the record doesn't say that it was by telephone:\n%s", record)
	}
	if a := h.professional.get("/assessments/" + s.id); a["mode"] != "phone" || a["language"] != "sv" {
		t.Errorf("mode %v, language %v", a["mode"], a["language"])
	}
}

// A client comes again: under the same consent, and the result shows the way
// from the first one.
func TestReassessment(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	b := browse(t, h.URL, "fi")
	s := h.sit(b, lang.Finnish, lang.Finnish)
	b.settleIn(lang.Finnish, h, "ammattilainen")
	form := paperForm(t, h.professional.giveConsent(), 2, 8)
	form["mode"] = "joint"
	form["assessed_on"] = calendar.DayOf(inMonths(-2).Time()).String()
	before := h.professional.want(201, "POST", "/assessments", form).JSON(t)

	s.open("/assessments/" + before["id"].(string) + "/result")
	s.press(s.own.Text("outcome.again"))
	s.reads(s.own.Text("visit.again"))
	b.shot("again-fi-01-begin")
	s.press(s.own.Text("visit.again.start"))
	s.at("/assessments/")
	s.id = b.id("/assessments/")
	clients, professionals := scored(s.library.Client(), 6), scored(s.battery, 3)
	s.clientsPart(clients)
	s.press(s.own.Text("answering.to_professional"))
	s.professionalsPart(professionals, false)

	s.reads(s.own.Text("outcome.path"))
	b.shot("again-fi-02-path")
	rows := eval[[]string](b, `[...document.querySelectorAll("table.way tbody tr")].map((e) => e.innerText.replace(/\s+/g, " "))`)
	if len(rows) != 2 {
		t.Fatalf("the path has the rows %q", rows)
	}
	for i, r := range []struct {
		day       calendar.Date
		resources int
		challenge int
	}{{inMonths(-2), 20, 80}, {inMonths(0), 60, 30}} {
		for _, want := range []string{s.own.Date(r.day), s.own.Number(float64(r.resources), 1), s.own.Number(float64(r.challenge), 1), s.own.Code("mode", "joint")} {
			if !strings.Contains(rows[i], want) {
				t.Errorf("row %d of the path is %q, without %q", i+1, rows[i], want)
			}
		}
	}
	if !strings.Contains(rows[0], "Verkostoasiakkuus") || !strings.Contains(rows[1], "Omatoimiasiakkuus") || !strings.Contains(rows[1], s.own.Text("outcome.path.here")) {
		t.Errorf("the path is told as %q", rows)
	}
	if now := h.professional.get("/assessments/" + s.id); now["consent_id"] != before["consent_id"] {
		t.Error("the second assessment has a consent of its own")
	}
	if n := eval[int](b, `[...document.querySelectorAll(".picture svg text")].filter((e) => e.textContent.trim() === "1").length`); n != 1 {
		t.Errorf("the picture shows the first place %d times", n)
	}
}

// Not taking part is written down with two presses, and counts for the coverage.
func TestNotTakingPart(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	b := browse(t, h.URL, "fi")
	s := h.sit(b, lang.Finnish, lang.Finnish)
	b.settleIn(lang.Finnish, h, "ammattilainen")
	for _, reason := range []string{"not_interested", "memory_illness"} {
		s.open("/new")
		s.actions = 0
		s.press(s.own.Text("visit.not_now"))
		b.shot("not-taking-part-fi")
		s.press(s.own.Code("reason", reason))
		s.reads(s.own.Text("visit.done.not_taking_part"))
		if s.actions != 2 {
			t.Errorf("it took %d presses", s.actions)
		}
	}
	coverage := h.expert.get(thisYear())["coverage"].(object)
	for name, want := range map[string]float64{"offered": 2, "completed": 0, "declined": 1, "unsuitable": 1, "unfinished": 0} {
		if coverage[name] != want {
			t.Errorf("%s: %v, want %v", name, coverage[name], want)
		}
	}
}
