package main

import (
	"fmt"
	"strings"
	"testing"
	"time"

	devtools "github.com/chromedp/cdproto/browser"
	"github.com/chromedp/chromedp"

	"github.com/omasuunta/omasuunta/internal/assessment"
	"github.com/omasuunta/omasuunta/internal/calendar"
	"github.com/omasuunta/omasuunta/internal/instrument"
	"github.com/omasuunta/omasuunta/internal/lang"
	"github.com/omasuunta/omasuunta/internal/scoring"
)

// mostActions is how much a joint session may take besides the answers, from
// "New assessment" to the printed result.
const mostActions = 20

// The whole visit, in every language, and with a client who speaks another one
// than the professional. Where the client's pages turn by themselves, as in the
// English one, every press counts.
func TestJointSession(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	for i, one := range []struct {
		own, client         lang.Tag
		comment             string
		clients, challenges []int
		borderline          int // how many segments are near
	}{
		{lang.Finnish, lang.Finnish, "Kävely on iloni.", []int{8, 7, 9}, []int{4, 6, 5, 4}, 1},
		{lang.Swedish, lang.Swedish, "Hunden får mig att gå ut.", []int{5, 6, 5}, []int{5, 6, 4, 5}, 3},
		{lang.English, lang.English, "I miss my garden.", []int{2, 3, 1}, []int{8, 9, 10}, 0},
		{lang.Finnish, lang.Swedish, "Jag vill bo kvar hemma.", []int{4, 2, 5}, []int{1, 0, 2}, 0},
	} {
		t.Run(fmt.Sprintf("%s with %s", one.own, one.client), func(t *testing.T) {
			b := browse(t, h.URL, string(one.own))
			s := h.sit(b, one.own, one.client)
			if i == 0 {
				b.settleIn(one.own, h, "ammattilainen")
			} else {
				b.enter(one.own, person{"ammattilainen", ownPassword})
			}
			clients := various(s.library.Client(), one.comment, one.clients...)
			professionals := scored(s.battery, one.challenges...)
			want := s.expects(clients, professionals)
			if len(want.Borderline) != one.borderline {
				t.Fatalf("these answers come near %v", want.Borderline)
			}
			s.name = fmt.Sprintf("visit-%s-%s", one.own, one.client)
			s.byItself = one.own == lang.English
			s.leads(clients, professionals, want)
			s.records()
			s.gives(i + 1)
		})
	}
	t.Run("as usual, with every press counted", func(t *testing.T) { h.asUsual(t) })
}

// leads goes from the start page to the printed result.
func (s *sitting) leads(clients, professionals instrument.Sheet, want scoring.Result) {
	s.Helper()
	s.begin(assessment.Joint)
	s.look("consent")
	s.consent()
	s.works()
	s.look("question")
	if s.byItself {
		s.press(s.own.Text("answering.by_itself"))
	}
	s.clientsPart(clients)
	s.look("done")
	s.press(s.own.Text("answering.to_professional"))
	s.at(s.page("professional"))
	s.reads(clients[0].Comment) // beside the professional's questions
	s.works()
	s.look("professional")
	s.professionalsPart(professionals, false)

	s.reads(s.client.Segment(want.Segment))
	s.look("result")
	if headline := s.library.Guidance(want.Segment).Headline.In(s.client.Tag()); !strings.Contains(s.text(), headline) {
		s.Errorf("the result doesn't say %q", headline)
	}
	if len(want.Borderline) > 0 {
		s.reads(s.near(want))
	}
	for _, a := range clients {
		if a.Skip == instrument.Discuss {
			s.reads(s.client.Text("document.discuss") + " " + s.topic(a.Item))
		}
	}

	step := s.library.Guidance(want.Segment).Steps[0]
	s.pick(step.Service.In(s.client.Tag()))
	s.fill(s.client.Text("outcome.action.text"), "Kahvit ystävän kanssa")
	s.fill(s.client.Text("outcome.action.who"), "Testi Asiakas")
	s.pick(s.client.Text("outcome.review.months", map[string]any{"count": 3}))
	s.press(s.client.Text("outcome.confirm"))
	words, _, _ := strings.Cut(s.client.Text("outcome.confirmed", map[string]any{"at": "\x00"}), "\x00")
	s.reads(words)
	s.until("reading what was agreed", `!!document.getElementById("agreed")`)
	s.look("agreed")

	s.press(s.client.Text("outcome.print"))
	s.at(s.page("print"))
	s.look("print")
	if s.actions > mostActions || s.byItself && s.actions+s.turns > mostActions {
		s.Errorf("%d actions besides the answers, and %d page turns", s.actions, s.turns)
	}
	s.Logf("%d actions besides the answers, and %d to turn the client's pages", s.actions, s.turns)
	s.printed(want, step)
	s.spent()
}

// printed looks at the page that the client takes home.
func (s *sitting) printed(want scoring.Result, step instrument.Step) {
	s.Helper()
	if tag := eval[string](s.browser, `document.documentElement.lang`); tag != string(s.client.Tag()) {
		s.Errorf("the client's page is in %q", tag)
	}
	review := s.client.Text("document.review", map[string]any{"date": inMonths(3)})
	for _, words := range []string{
		s.client.Segment(want.Segment), step.FirstStep.In(s.client.Tag()), "Kahvit ystävän kanssa", "Testi Asiakas", review,
	} {
		s.reads(words)
	}
	if strings.Contains(s.text(), s.client.Text("document.write")) {
		s.Error("the client's page leaves room for what was agreed already")
	}
}

// inMonths is the day that many months from now, or the last of that month.
func inMonths(n int) calendar.Date {
	today := calendar.DayOf(time.Now())
	month := time.Date(today.Year, today.Month+time.Month(n), 1, 0, 0, 0, 0, time.UTC)
	last := month.AddDate(0, 1, -1).Day()
	return calendar.Date{Year: month.Year(), Month: month.Month(), Day: min(today.Day, last)}
}

// spent looks up that the time at work is counted for the report.
func (s *sitting) spent() {
	s.Helper()
	phases := s.h.seconds(s, s.id)
	for _, phase := range []assessment.Phase{assessment.PhaseClient, assessment.PhaseProfessional} {
		if phases[phase] <= 0 || phases[phase] > 120 {
			s.Errorf("%d seconds for the phase %s", phases[phase], phase)
		}
	}
}

// records copies the text for the record and ticks it.
func (s *sitting) records() {
	s.Helper()
	s.browser.press(s.client.Text("document.back"))
	s.at(s.page("result"))
	s.until("the text for the record being shown", `document.getElementById("record").checkVisibility()`) // now that it is agreed
	text := eval[string](s.browser, `document.getElementById("record").value`)
	api := s.h.professional.with("Accept", "text/plain").want(200, "GET", s.page("result")+"?language="+string(s.own.Tag()), nil)
	if strings.TrimSpace(text) != strings.TrimSpace(string(api.Body)) {
		s.Errorf("to copy:\n%s\nthe API's text for the record:\n%s", text, api.Body)
	}
	s.mayReadClipboard()
	s.browser.press(s.own.Text("outcome.copy"))
	s.reads(s.own.Text("outcome.copied"))
	if copied := eval[string](s.browser, `navigator.clipboard.readText()`); copied != text {
		s.Errorf("copied:\n%s\nand not:\n%s", copied, text)
	}
	s.browser.press(s.own.Text("outcome.record.mark"))
	s.isDone("outcome.closing.recorded")
}

// isDone waits until a line of what is left to do says that it is done.
func (s *sitting) isDone(key string) {
	s.Helper()
	s.until("reading that it is done: "+key, fmt.Sprintf(`[...document.querySelectorAll(".closing li")].some((e) => e.innerText.startsWith(%s) && !e.innerText.includes(%s))`,
		quoted(s.own.Text(key)), quoted(s.own.Text("outcome.todo"))))
}

func (s *sitting) mayReadClipboard() {
	s.Helper()
	for _, name := range []string{"clipboard-read", "clipboard-write"} {
		if _, err := chromedp.Call(s.ctx, devtools.SetPermission, devtools.SetPermissionParams{
			Permission: &devtools.PermissionDescriptor{Name: name}, Setting: devtools.PermissionSettingGranted, Origin: s.url,
		}); err != nil {
			s.Fatal(err)
		}
	}
}

// gives gives the client's feedback and goes to the start page, which counts
// the assessments so far.
func (s *sitting) gives(done int) {
	s.Helper()
	s.browser.press(s.own.Text("outcome.closing.ask"))
	s.at(s.page("feedback"))
	s.look("feedback")
	s.browser.pick(s.client.Code("usefulness", "4"))
	s.browser.pick(s.client.Code("agreement", "partly"))
	s.browser.press(s.client.Text("outcome.feedback.send"))
	s.reads(s.client.Text("outcome.feedback.given"))
	s.browser.press(s.client.Text("outcome.feedback.back"))
	s.at(s.page("result"))
	s.browser.press("Omasuunta")
	s.reads(s.own.Text("visit.target.count", map[string]any{"done": done, "target": 10}))
	s.look("start")
	if got := s.h.professional.get(strings.TrimSuffix(s.page(""), "/")); got["feedback_given"] != true || got["status"] != "confirmed" {
		s.Errorf("feedback given: %v, status %v", got["feedback_given"], got["status"])
	}
}

// asUsual is a visit by somebody who has made one before, so that what seldom
// changes is chosen already, with an agreement as it stands: even with the
// presses that only turn the client's pages it is within the bounds.
func (h *house) asUsual(t *testing.T) {
	b := browse(t, h.URL, "sv")
	s := h.sit(b, lang.Swedish, lang.Swedish)
	b.enter(lang.Swedish, person{"ammattilainen", ownPassword})
	s.begin(assessment.Joint)
	s.consent()
	clients := scored(s.library.Client(), 6)
	for i, a := range clients {
		s.at(s.page("client/" + a.Item))
		s.answer(a)
		if i < len(clients)-1 {
			s.turn(i, len(clients))
		}
	}
	s.state(s.client.Tag(), "answering.saved")
	s.press(s.own.Text("answering.to_professional"))
	s.professionalsPart(scored(s.battery, 2), false)
	s.press(s.client.Text("outcome.confirm"))
	s.press(s.client.Text("outcome.print"))
	s.at(s.page("print"))
	if s.actions+s.turns > mostActions {
		t.Errorf("%d actions and %d page turns", s.actions, s.turns)
	}
}
