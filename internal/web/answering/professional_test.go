package answering_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/omasuunta/omasuunta/internal/assessment"
	"github.com/omasuunta/omasuunta/internal/instrument"
	"github.com/omasuunta/omasuunta/internal/segment"
)

func TestTheProfessionalAnswersOnOnePageAndSeesTheResult(t *testing.T) {
	t.Parallel()
	v := newVisit(t)
	a := v.begun(func(in *assessment.Start) { in.Language, in.Present = "sv", []string{assessment.PresentClosePerson} })
	v.Fill(v.ctx, a, instrument.Client, 7)
	page := v.own.Get(at(a, "professional"))
	page.Shows("Ammattilaisen osa", "Sosiaalinen hyvinvointi ja arki", "Mitä asiakas vastasi", "<strong>7</strong>", `<html lang="fi"`)
	if n := strings.Count(page.Source, "Paikalla on joku muukin"); n != 2 {
		t.Errorf("%d reminders about who listens, want 2", n)
	}
	form := page.Form("answers")
	for _, item := range v.Items(a, instrument.Professional) {
		form.Set("answer."+item, "2")
	}
	form.Set("comment.tensions", "Sovittiin jatkosta")
	v.own.Send(at(a, "complete"), form.Fill("expected", "omatoimi", "_active", "95").Values).Leads(at(a, "result"))
	now := v.now(a)
	if now.Status != assessment.Completed || now.Result.Segment != segment.SelfActing || now.Expected != segment.SelfActing {
		t.Errorf("%s, %v", now.Status, now.Expected)
	}
	tensions, _ := now.Professional.Find("tensions")
	if tensions.Comment != "Sovittiin jatkosta" {
		t.Error("the comment is not there")
	}
	phases, err := assessmentPhases(v, a)
	v.Must(err)
	if phases[assessment.PhaseProfessional] != 95 {
		t.Errorf("%d seconds were counted, want 95", phases[assessment.PhaseProfessional])
	}
	v.own.Send(at(a, "complete"), form.Values).Leads(at(a, "result"))
	v.own.Get(at(a, "professional")).Leads(at(a, "result"))
}

func TestAnInterpreterAloneIsNoReasonForAReminder(t *testing.T) {
	t.Parallel()
	v := newVisit(t)
	a := v.begun(func(in *assessment.Start) { in.Present = []string{assessment.PresentInterpreter} })
	v.own.Get(at(a, "professional")).Shows("!Paikalla on joku muukin")
}

func TestTooFewNumbersSayWhichAndWhere(t *testing.T) {
	t.Parallel()
	v := newVisit(t)
	a := v.begun(nil)
	v.Give(v.ctx, a, instrument.Client, 7, v.Items(a, instrument.Client)[:3]...)
	form := v.own.Get(at(a, "professional")).Form("answers").Fill("answer.tensions", "4")
	page := v.own.Send(at(a, "complete"), form.Values)
	if page.Status != 422 {
		t.Errorf("status %d", page.Status)
	}
	page.Shows("Asiakkaan osasta puuttuu lukuja", "Ammattilaisen osasta puuttuu lukuja", "Lukuja on 3, ja tulokseen tarvitaan vähintään 10",
		at(a, "client/safety"), `href="#f-answer-feeling-unsafe"`, `!href="#f-answer-tensions"`, `value="4" checked`)
	now := v.now(a)
	if now.Status != assessment.Draft || number(t, now.Professional, "tensions") != 4 {
		t.Error("what was answered is not kept in the draft")
	}
}

func TestTwoDevicesMergeItemByItem(t *testing.T) {
	t.Parallel()
	v := newVisit(t)
	a := v.begun(nil)
	page := v.own.Get(at(a, "professional"))
	v.Give(v.ctx, a, instrument.Professional, 9, "tensions", "feeling-unsafe")
	form := page.Form("answers").Fill("answer.tensions", "1", "answer.caring-for-others", "6")
	clash := v.own.Send(at(a, "complete"), form.Values)
	clash.Shows("Toisella laitteella tähän on vastattu: 9. Sinun vastauksesi: 1.")
	now := v.now(a)
	for item, want := range map[string]int{"tensions": 9, "feeling-unsafe": 9, "caring-for-others": 6} {
		if got := number(t, now.Professional, item); got != want {
			t.Errorf("%s is %d, want %d", item, got, want)
		}
	}
	v.own.Send(at(a, "professional"), clash.Form("answers").Fill("resolve", "mine:tensions").Values).Leads(at(a, "professional"))
	now = v.now(a)
	if number(t, now.Professional, "tensions") != 1 || number(t, now.Professional, "feeling-unsafe") != 9 {
		t.Error("choosing mine did not save it, or undid another item")
	}
}

func TestAutosaveSavesOneItemAndShowsAClash(t *testing.T) {
	t.Parallel()
	v := newVisit(t)
	a := v.begun(nil)
	first := v.save(v.own, a, "side", "client", "item", "money", "value", "7", "seen", "", "phase", "client", "_active", "4")
	if first.Saved != "Tallennettu klo 10.42" || first.Seen == "" || first.Left < 1700 || first.Clash != nil {
		t.Fatalf("%+v", first)
	}
	same := v.save(v.own, a, "side", "client", "item", "money", "value", "7", "comment", "riittää", "seen", first.Seen)
	if same.Saved == "" || same.Seen == first.Seen {
		t.Errorf("%+v", same)
	}
	clash := v.save(v.own, a, "side", "client", "item", "money", "value", "4", "seen", first.Seen)
	if clash.Clash == nil || clash.Saved != "" || clash.Clash.Answer != "7" || clash.Clash.Comment != "riittää" ||
		clash.Clash.Words != "Toisella laitteella tähän on vastattu: 7, ”riittää”. Sinun vastauksesi: 4. Kumpi jätetään voimaan?" {
		t.Fatalf("%+v", clash.Clash)
	}
	mine := v.save(v.own, a, "side", "client", "item", "money", "value", "4", "seen", first.Seen, "overwrite", "true")
	if mine.Saved == "" || number(t, v.now(a).Client, "money") != 4 {
		t.Errorf("%+v", mine)
	}
	taken := v.save(v.own, a, "side", "client", "item", "money", "seen", mine.Seen)
	if _, there := v.now(a).Client.Find("money"); there || taken.Seen != "" {
		t.Errorf("an answer that was taken away is there: %+v", taken)
	}
	if guess := v.save(v.own, a, "side", "professional", "expected", "verkosto"); guess.Saved == "" || v.now(a).Expected != segment.Network {
		t.Errorf("the guess: %+v", guess)
	}
	v.autosave(v.own, a, "side", "client", "item", "money", "value", "seitsemän").Is(http.StatusUnprocessableEntity)
	v.autosave(v.own, a, "side", "nobody", "item", "money", "value", "7").Is(http.StatusUnprocessableEntity)
	v.autosave(v.Browse(""), a, "side", "client", "item", "money", "value", "7").Is(http.StatusUnauthorized)

	if got := v.own.Post(at(a, "time"), "phase", "client", "seconds", "30"); got.Status != 204 {
		t.Errorf("time: %d", got.Status)
	}
	phases, err := assessmentPhases(v, a)
	v.Must(err)
	if phases[assessment.PhaseClient] != 34 {
		t.Errorf("%d seconds, want 34", phases[assessment.PhaseClient])
	}
}
