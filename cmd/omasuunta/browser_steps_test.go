package main

import (
	"fmt"
	"log/slog"
	"strconv"
	"strings"
	"testing"

	"github.com/chromedp/chromedp/kb"
	"github.com/google/uuid"

	"github.com/omasuunta/omasuunta/internal/assessment"
	"github.com/omasuunta/omasuunta/internal/instrument"
	"github.com/omasuunta/omasuunta/internal/lang"
	"github.com/omasuunta/omasuunta/internal/locale"
	"github.com/omasuunta/omasuunta/internal/scoring"
	"github.com/omasuunta/omasuunta/internal/store"
)

// settleIn logs a user in for the first time, who then has to choose a password.
func (b *browser) settleIn(tag lang.Tag, h *house, username string) person {
	b.Helper()
	once, _ := passwords.Load(dialect(h.database) + username)
	w := locale.For(tag)
	b.open("/")
	b.logIn(tag, person{username, once.(string)})
	b.at("/password")
	b.reads(w.Text("entry.password.once"))
	b.fill(w.Text("entry.password.old"), once.(string))
	b.fill(w.Text("entry.password.new"), ownPassword)
	b.fill(w.Text("entry.password.again"), ownPassword)
	b.press(w.Text("entry.password.do"))
	b.reads(w.Text("entry.password.done"))
	b.press(w.Text("entry.password.continue"))
	b.reads(w.Text("visit.start.title"))
	return person{username, ownPassword}
}

// pick clicks the choice with a label, unless it is chosen already.
func (b *browser) pick(label string) (clicked bool) {
	b.Helper()
	element := control + "(" + quoted(label) + ")"
	b.until("finding the choice "+label, `document.readyState === "complete" && !!(`+element+")")
	if eval[bool](b, element+".checked") {
		return false
	}
	b.pressOn(label, element+".labels[0]")
	return true
}

// picked tells whether the choice with a label is chosen.
func (b *browser) picked(label string) bool {
	b.Helper()
	return eval[bool](b, "(("+control+"("+quoted(label)+")) || {}).checked === true")
}

// tabTo presses Tab until what is focused begins with a text. The focus is to
// be seen all the way.
func (b *browser) tabTo(text string) {
	b.Helper()
	var seen []string
	for range 60 {
		b.keys(kb.Tab)
		b.seesFocus()
		if strings.HasPrefix(b.focused(), text) {
			return
		}
		seen = append(seen, b.focused())
	}
	b.Fatalf("Tab never came to %q, but to %q", text, seen)
}

// seesFocus fails when nothing is focused, or when it isn't to be seen what is.
func (b *browser) seesFocus() {
	b.Helper()
	problem := eval[string](b, `(() => {
		const e = document.activeElement;
		if (!e || e === document.body) return "nothing is focused";
		const shows = (one) => { const s = getComputedStyle(one); return s.outlineStyle !== "none" && parseFloat(s.outlineWidth) >= 2 && one.getBoundingClientRect().width > 20; };
		if (shows(e) || [...(e.labels || [])].some(shows)) return "";
		return "no focus is to be seen on " + e.outerHTML.slice(0, 200);
	})()`)
	if problem != "" {
		b.Errorf("at %s: %s", b.path(), problem)
	}
}

// sitting is a visit, from the first click to the printed result, that a
// professional leads in one language and a client answers in another or the same.
type sitting struct {
	*browser
	h           *house
	own, client *locale.Printer // the professional's words, and the client's
	library     *instrument.Library
	battery     *instrument.Battery // the professional's
	name        string              // of its pictures, "" for none
	shots       int                 // how many there are
	id          string              // of the assessment, once it has begun
	actions     int                 // what was pressed, filled in or typed besides answers
	byItself    bool                // the client's pages turn by themselves
	turns       int                 // the presses that only lead to the client's next topic
}

func (h *house) sit(b *browser, own, client lang.Tag) *sitting {
	h.t.Helper()
	library, err := instrument.Builtin()
	if err != nil {
		h.t.Fatal(err)
	}
	battery, _ := library.Current("functioning")
	return &sitting{browser: b, h: h, own: locale.For(own), client: locale.For(client), library: library, battery: battery}
}

// press, fill, keys and pick are the browser's, and count.
func (s *sitting) press(text string)       { s.Helper(); s.actions++; s.browser.press(text) }
func (s *sitting) fill(label, text string) { s.Helper(); s.actions++; s.browser.fill(label, text) }
func (s *sitting) keys(keys string)        { s.Helper(); s.actions++; s.browser.keys(keys) }
func (s *sitting) pick(label string) {
	s.Helper()
	if s.browser.pick(label) {
		s.actions++
	}
}

// look takes a picture, if the visit has a name.
func (s *sitting) look(at string) {
	s.Helper()
	if s.name != "" {
		s.shots++
		s.shot(fmt.Sprintf("%s-%02d-%s", s.name, s.shots, at))
	}
}

// topic is the heading of one of the client's items.
func (s *sitting) topic(item string) string {
	battery := s.library.Client()
	return battery.Items[battery.Index(item)].Topic.In(s.client.Tag())
}

// page is the path of one of the assessment's pages.
func (s *sitting) page(name string) string { return "/assessments/" + s.id + "/" + name }

// begin goes from the start page to consent.
func (s *sitting) begin(mode assessment.Mode) {
	s.Helper()
	s.open("/")
	s.press(s.own.Text("visit.new"))
	s.at("/new")
	s.reads(s.own.Text("visit.what.1"))
	s.pick(s.own.Code("register", "health"))
	s.pick(s.battery.Name.In(s.own.Tag()))
	s.pick(s.own.Code("page.language", string(s.client.Tag())))
	s.pick(s.own.Code("mode", string(mode)))
	s.press(s.own.Text("visit.to_consent"))
	s.at("/new/consent")
}

// consent gives it to everything, by typing a name.
func (s *sitting) consent() {
	s.Helper()
	s.press(s.client.Text("visit_consent.all"))
	s.fill(s.client.Text("visit_consent.name"), "Testi Asiakas")
	s.press(s.client.Text("visit_consent.give"))
	s.at("/assessments/")
	s.id = s.browser.id("/assessments/")
}

// scored is an answer to every item of a battery, the values over and over.
func scored(b *instrument.Battery, values ...int) instrument.Sheet {
	var sheet instrument.Sheet
	for i, item := range b.Items {
		sheet = append(sheet, instrument.Answer{Item: item.Code, Value: values[i%len(values)]})
	}
	return sheet
}

// various is scored with everything that a client can do but give a number:
// wanting to talk about it, declining, own words and not understanding.
func various(b *instrument.Battery, comment string, values ...int) instrument.Sheet {
	sheet := scored(b, values...)
	sheet[0].Comment = comment
	sheet[3] = instrument.Answer{Item: sheet[3].Item, Skip: instrument.Discuss}
	sheet[5] = instrument.Answer{Item: sheet[5].Item, Skip: instrument.Declined}
	sheet[8].Unclear = true
	return sheet
}

// answer answers the client's topic at hand with the mouse.
func (s *sitting) answer(a instrument.Answer) {
	s.Helper()
	if s.byItself { // the number comes last, because it turns the page
		s.words(a)
		s.choice(a)
		return
	}
	s.choice(a)
	s.words(a)
}

func (s *sitting) choice(a instrument.Answer) {
	s.Helper()
	if a.Scored() {
		s.browser.press(strconv.Itoa(a.Value))
	} else {
		s.browser.press(s.client.Code("skip", string(a.Skip)))
	}
}

func (s *sitting) words(a instrument.Answer) {
	s.Helper()
	if a.Unclear {
		s.browser.press(s.client.Text("answering.unclear"))
	}
	if a.Comment != "" {
		s.browser.press(s.client.Text("answering.comment.add"))
		s.browser.fill(s.client.Text("answering.comment"), a.Comment)
	}
}

// turn goes on from a topic to the next one.
func (s *sitting) turn(i, of int) {
	s.Helper()
	s.turns++
	if i < of-1 {
		s.browser.press(s.client.Text("answering.next"))
		return
	}
	s.browser.press(s.client.Text("answering.next.last"))
}

// clientsPart answers every topic with the mouse.
func (s *sitting) clientsPart(sheet instrument.Sheet) {
	s.Helper()
	for i, a := range sheet {
		s.at(s.page("client/" + a.Item))
		s.answer(a)
		if s.byItself && a.Comment == "" { // somebody who writes isn't led away
			continue
		}
		s.turn(i, len(sheet))
	}
	s.at(s.page("client/done"))
}

// works stays on a page until a second of it counts.
func (s *sitting) works() {
	s.Helper()
	s.until("a second at work", `performance.now() > 1500`)
}

// professionalsPart answers the first item with the mouse and the rest with
// number keys, each of which leads to the next item, and shows the result with
// Enter. With enter, the professional presses Enter after every number.
func (s *sitting) professionalsPart(sheet instrument.Sheet, enter bool) {
	s.Helper()
	s.at(s.page("professional"))
	s.pressOn("the first number", buttonOf(sheet[0].Item, sheet[0].Value))
	for _, a := range sheet[1:] {
		if enter || a.Item == sheet[1].Item {
			s.browser.keys(kb.Enter)
		}
		key := strconv.Itoa(a.Value)
		if a.Value == 10 {
			key = "+"
		}
		s.browser.keys(key)
	}
	s.state(s.own.Tag(), "answering.saved")
	if got, want := s.focused(), s.own.Text("answering.complete"); got != want {
		s.Errorf("after the last number %q is focused, not %q", got, want)
	}
	s.keys(kb.Enter)
	s.at(s.page("result"))
}

// expects is the result that the answers must have.
func (s *sitting) expects(client, professional instrument.Sheet) scoring.Result {
	s.Helper()
	r, err := scoring.Evaluate(scoring.Pair{ClientBattery: s.library.Client(), ProfessionalBattery: s.battery, Client: client, Professional: professional})
	if err != nil {
		s.Fatal(err)
	}
	return r
}

// near is what the client reads about the segments that the result is close to.
func (s *sitting) near(r scoring.Result) string {
	if len(r.Borderline) == 1 {
		return s.library.Guidance(r.Borderline[0]).Neighbour.In(s.client.Tag())
	}
	var names []string
	for _, one := range r.Borderline {
		names = append(names, s.client.Segment(one))
	}
	return s.client.Text("document.near", map[string]any{"segments": names})
}

// seconds reads from the database how long the phases took.
func (h *house) seconds(t testing.TB, id string) map[assessment.Phase]int {
	t.Helper()
	db, err := store.Open(t.Context(), h.database, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	phases, err := db.Seconds(t.Context(), uuid.MustParse(id))
	if err != nil {
		t.Fatal(err)
	}
	return phases
}
