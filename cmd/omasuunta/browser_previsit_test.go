package main

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/omasuunta/omasuunta/internal/instrument"
	"github.com/omasuunta/omasuunta/internal/lang"
	"github.com/omasuunta/omasuunta/internal/segment"
)

// handed is an invitation as it is given to a client.
type handed struct{ link, code, page string }

// invite makes an invitation and reads its sheet.
func (s *sitting) invite(ref string) handed {
	s.Helper()
	s.open("/invitations")
	s.press(s.own.Text("previsit.new"))
	s.at("/invitations/new")
	s.pick(s.own.Code("register", "health"))
	s.fill(s.own.Text("previsit.battery"), s.battery.Name.In(s.own.Tag())) // typing chooses in a list
	s.pick(s.own.Code("page.language", string(s.client.Tag())))
	s.fill(s.own.Text("previsit.client_ref"), ref)
	s.press(s.own.Text("previsit.make"))
	s.reads(s.own.Text("previsit.sheet.title"))
	s.reads(s.client.Text("previsit.paper.title"))
	if !eval[bool](s.browser, `document.querySelector("svg.qr path").getBBox().width > 20`) {
		s.Error("there is no QR code on the sheet")
	}
	return handed{
		link: s.value(s.own.Text("previsit.sheet.link")),
		code: eval[string](s.browser, `document.querySelector(".sheet-code").innerText`),
		page: eval[string](s.browser, `document.getElementById("sheet").getAttribute("action")`),
	}
}

// atHome is a client on a phone of their own.
func (s *sitting) atHome() *sitting {
	s.Helper()
	phone := browse(s.TB, s.url, string(s.client.Tag()))
	phone.phone()
	return &sitting{browser: phone, h: s.h, own: s.own, client: s.client, library: s.library, battery: s.battery, id: s.id}
}

// enterCode types a code on the page for it.
func (s *sitting) enterCode(code string) {
	s.Helper()
	s.fill(s.client.Text("previsit.code"), code)
	s.press(s.client.Text("previsit.code.go"))
}

// A client answers the own part before the visit, on a phone, in two goes. The
// professional finds it ready; the client sees no result.
func TestPreVisitOnAPhone(t *testing.T) {
	t.Parallel()
	for _, tag := range []lang.Tag{lang.Finnish, lang.Swedish} {
		t.Run(string(tag), func(t *testing.T) {
			t.Parallel()
			h := newHouse(t)
			desk := browse(t, h.URL, string(tag))
			s := h.sit(desk, tag, tag)
			desk.enter(tag, h.newcomer("tulokas"))
			paper := s.invite("viite-17")
			desk.shot("previsit-sheet-" + string(tag))
			scan(t, h, paper.link)

			first := s.atHome()
			first.open(paper.link)
			first.reads(s.client.Text("previsit.greet.title"))
			first.shot("previsit-greet-" + string(tag))
			first.press(s.client.Text("previsit.greet.go"))
			first.at("/own/consent")
			first.consent()
			s.id = first.id
			answers := scored(s.library.Client(), 8, 9, 7)
			answers[4] = instrument.Answer{Item: answers[4].Item, Skip: instrument.Discuss}
			for i, a := range answers[:6] {
				first.at(s.page("client/" + a.Item))
				first.answer(a)
				first.turn(i, len(answers))
			}
			first.at(s.page("client/" + answers[6].Item))
			first.narrow()
			first.shot("previsit-topic-" + string(tag))

			second := s.atHome() // another day, another browser
			second.open(paper.link)
			second.press(s.client.Text("previsit.greet.go"))
			second.reads(second.problem("link_used"))
			second.narrow()
			second.enterCode(strings.ToUpper(paper.code))
			for i, a := range answers[6:] {
				second.at(s.page("client/" + a.Item))
				second.answer(a)
				second.turn(i+6, len(answers))
			}
			second.at(s.page("client/done"))
			second.press(s.client.Text("answering.ready"))
			second.reads(s.client.Text("answering.thanks"))
			second.shot("previsit-thanks-" + string(tag))
			second.seesNoResult()

			desk.open("/")
			desk.reads(s.own.Text("visit.beforehand"))
			desk.reads("viite-17")
			s.press(s.own.Text("visit.continue"))
			s.at(s.page("professional"))
			s.professionalsPart(scored(s.battery, 2), false)
			desk.reads(s.client.Text("outcome.title"))
			h.professional.mustBe(s.id, "client", answers[0].Item, 8.0, "")
			if mode := h.professional.get("/assessments/" + s.id)["mode"]; mode != "self" {
				t.Errorf("the mode is %v", mode)
			}
			second.seesNoResult()
		})
	}
}

// scan opens a link as a mail scanner does, which must not use it up.
func scan(t *testing.T, h *house, link string) {
	t.Helper()
	at, err := url.Parse(link)
	if err != nil {
		t.Fatal(err)
	}
	scanner := newPlainClient(t, h.URL)
	for _, method := range []string{http.MethodGet, http.MethodHead, http.MethodGet} {
		if page := scanner.do(method, at.Path, nil); page.status != http.StatusOK {
			t.Errorf("%s of the link: %d", method, page.status)
		}
	}
	if own := scanner.get("/own"); own.status == http.StatusOK || strings.Contains(own.location, "consent") {
		t.Errorf("opening the link lets in: %d to %s", own.status, own.location)
	}
}

// problem is the title of a page that says what went wrong.
func (s *sitting) problem(code string) string {
	title, _ := s.client.Problem(code)
	return title
}

// narrow fails when the page has to be scrolled sideways.
func (s *sitting) narrow() {
	s.Helper()
	s.fits(s.path())
}

// seesNoResult tries every address where a result, or anything else of the
// professional's, might be shown to an invited client.
func (s *sitting) seesNoResult() {
	s.Helper()
	for _, path := range []string{
		s.page("result"), s.page("professional"), s.page("print"), s.page("details"), s.page("consent"), s.page("feedback"),
		"/assessments/" + s.id, "/assessments", "/", "/new", "/invitations", "/report", "/admin/users", "/own", s.page("client"), s.page("client/done"),
	} {
		s.open(path)
		s.until("the page", `document.readyState === "complete"`)
		text := s.text()
		for _, one := range segment.All {
			if strings.Contains(text, s.client.Segment(one)) || strings.Contains(text, s.own.Segment(one)) {
				s.Errorf("%s shows an invited client %q", path, s.client.Segment(one))
			}
		}
		if s.battery != nil && strings.Contains(text, s.battery.Items[0].Text.In(s.own.Tag())) {
			s.Errorf("%s shows an invited client the professional's questions", path)
		}
	}
}

// Five wrong codes lock an invitation against the right one too, until the
// professional makes a new one. What was answered stays.
func TestFiveWrongCodesLock(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	desk := browse(t, h.URL, "fi")
	s := h.sit(desk, lang.Finnish, lang.Finnish)
	desk.enter(lang.Finnish, h.newcomer("tulokas"))
	paper := s.invite("")
	client := s.atHome()
	client.open(paper.link)
	client.press(finnish.Text("previsit.greet.go"))
	client.consent()
	client.at("/assessments/")
	client.choose("everyday-life", 7)
	client.state(lang.Finnish, "answering.saved")
	s.id = client.id

	stranger := s.atHome()
	stranger.open("/join")
	for i := range 5 {
		eval[bool](stranger.browser, `window.before = true`)
		stranger.enterCode(wrong(paper.code, i))
		if i < 4 {
			stranger.until("the answer", `!window.before && document.readyState === "complete"`)
			stranger.reads(finnish.Text("page.mistakes"))
			if got := stranger.value(finnish.Text("previsit.code")); got != wrong(paper.code, i) {
				t.Errorf("what was typed is %q now", got)
			}
		}
	}
	stranger.reads(stranger.problem("invitation_locked"))
	stranger.open("/join")
	stranger.enterCode(paper.code)
	stranger.reads(stranger.problem("invitation_locked"))
	stranger.shot("previsit-locked")

	desk.open(paper.page)
	desk.reads(finnish.Code("previsit.state", "locked"))
	s.press(finnish.Text("previsit.renew"))
	s.reads(finnish.Text("previsit.sheet.title"))
	code := eval[string](desk, `document.querySelector(".sheet-code").innerText`)
	stranger.open("/join")
	stranger.enterCode(code)
	stranger.at(s.page("client"))
	h.professional.mustBe(s.id, "client", "everyday-life", 7.0, "")
}

// wrong is a code with another last character.
func wrong(code string, i int) string {
	const letters = "abcdefghjkmnpqrstuvwxyz"
	last := letters[i]
	if code[len(code)-1] == last {
		last = letters[i+5]
	}
	return code[:len(code)-1] + string(last)
}
