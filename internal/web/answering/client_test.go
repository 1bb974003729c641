package answering_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/omasuunta/omasuunta/internal/assessment"
	"github.com/omasuunta/omasuunta/internal/housetest"
	"github.com/omasuunta/omasuunta/internal/instrument"
	"github.com/omasuunta/omasuunta/internal/invitation"
	"github.com/omasuunta/omasuunta/internal/lang"
)

func TestTheClientsPartGoesTopicByTopicWithoutAScript(t *testing.T) {
	t.Parallel()
	v := newVisit(t)
	a := v.begun(nil)
	items := v.Items(a, instrument.Client)
	v.own.Get(at(a, "client")).Leads(at(a, "client/everyday-life"))

	first := v.own.Get(at(a, "client/everyday-life"))
	first.Shows("<h1 data-say>Sujuuko arkesi niin kuin haluat?</h1>", "Aihe 1 / 12", "Ei lainkaan", "Osittain", "Täysin", "Jutellaan tästä",
		"En halua vastata", "Ei koske minua", "En ymmärrä kysymystä", "Anna laite asiakkaalle", "!Edellinen", "viime viikkoina")
	if n := strings.Count(first.Source, `type="radio"`); n != 14 {
		t.Errorf("%d radio buttons, want eleven numbers and three ways to skip", n)
	}
	form := first.Form("answers").Fill("answer.everyday-life", "10", "comment.everyday-life", "  Hyvin\r\nmenee ", "_active", "21", "go", "next").Values
	v.own.Send(at(a, "client/everyday-life"), form).Leads(at(a, "client/felt-health"))

	second := v.own.Get(at(a, "client/felt-health"))
	form = second.Form("answers").Fill("answer.felt-health", "discuss", "unclear.felt-health", "yes", "go", "previous").Values
	v.own.Send(at(a, "client/felt-health"), form).Leads(at(a, "client/everyday-life"))
	again := v.own.Get(at(a, "client/everyday-life"))
	again.Shows(`value="10" checked`, "Hyvin\nmenee</textarea>")

	now := v.now(a)
	health, _ := now.Client.Find("felt-health")
	if number(t, now.Client, "everyday-life") != 10 || health.Skip != instrument.Discuss || !health.Unclear {
		t.Error("the answers are not what was given")
	}
	phases, err := assessmentPhases(v, a)
	v.Must(err)
	if phases[assessment.PhaseClient] != 21 {
		t.Errorf("%d seconds were counted, want 21", phases[assessment.PhaseClient])
	}

	v.own.Get(at(a, "client")).Leads(at(a, "client/mood-and-coping"))
	last := items[len(items)-1]
	v.own.Send(at(a, "client/"+last), v.own.Get(at(a, "client/"+last)).Form("answers").Values).Leads(at(a, "client/done"))
	done := v.own.Get(at(a, "client/done"))
	done.Shows("<strong>10</strong>", "”Hyvin\nmenee”", "<strong>Jutellaan tästä</strong>", "10 aihetta on vielä ilman vastausta", "Siirry ammattilaisen osaan")
	v.own.Get(at(a, "client/no-such")).Is(http.StatusNotFound)
}

func assessmentPhases(v *visit, a *assessment.Assessment) (map[assessment.Phase]int, error) {
	return v.Assessments.Phases(v.ctx, a.ID)
}

func TestTheLanguageIsTheClientsAndChangesWithoutLosingAnAnswer(t *testing.T) {
	t.Parallel()
	v := newVisit(t)
	a := v.begun(func(in *assessment.Start) { in.Language, in.Plain = "sv", true })
	first := v.own.Get(at(a, "client/everyday-life"))
	first.Shows(`<html lang="sv"`, "Går en vanlig dag så som du vill?", `lang="fi"`, "Anna laite asiakkaalle", "Visa på vanlig svenska")

	form := first.Form("answers").Fill("answer.everyday-life", "4", "comment.everyday-life", "ganska bra", "_set", "language:en").Values
	v.own.Send(at(a, "client/everyday-life"), form).Leads(at(a, "client/everyday-life"))
	english := v.own.Get(at(a, "client/everyday-life"))
	english.Shows(`<html lang="en"`, "Does your everyday life go the way you want it to?", `value="4" checked`, "ganska bra</textarea>", "!name=\"_plain\"")

	v.own.Send(at(a, "client/everyday-life"), english.Form("answers").Fill("_set", "language:fi").Values)
	finnish := v.own.Get(at(a, "client/everyday-life"))
	v.own.Send(at(a, "client/everyday-life"), finnish.Form("answers").Fill("_plain", "no").Values).Leads(at(a, "client/everyday-life"))
	v.own.Get(at(a, "client/everyday-life")).Shows("Sujuuko arkesi niin kuin haluat?", "Näytä selkokielellä")
	if now := v.now(a); now.Language != lang.Finnish || now.Plain {
		t.Errorf("the assessment is in %s, plain %v", now.Language, now.Plain)
	}
	size := v.own.Get(at(a, "client/everyday-life")).Form("answers").Fill("_set", "size:large").Values
	v.own.Send(at(a, "client/everyday-life"), size).Leads(at(a, "client/everyday-life"))
}

func TestATooLongCommentIsShownBesideItsFieldWithWhatWasTyped(t *testing.T) {
	t.Parallel()
	v := newVisit(t)
	a := v.begun(nil)
	long := strings.Repeat("sana ", 450)
	form := v.own.Get(at(a, "client/money")).Form("answers").Fill("answer.money", "3", "comment.money", long).Values
	again := v.own.Send(at(a, "client/money"), form)
	if again.Status != 422 {
		t.Errorf("status %d", again.Status)
	}
	again.Shows(`href="#f-comment-money"`, `aria-invalid="true"`, strings.TrimSpace(long)+"</textarea>", `value="3" checked`)
}

func TestAClashIsShownAndChosenWithoutAScript(t *testing.T) {
	t.Parallel()
	v := newVisit(t)
	a := v.begun(nil)
	page := v.own.Get(at(a, "client/money"))
	v.Give(v.ctx, a, instrument.Client, 7, "money")
	form := page.Form("answers").Fill("answer.money", "4").Values
	clash := v.own.Send(at(a, "client/money"), form)
	clash.Shows("Toisella laitteella tähän on vastattu: 7. Sinun vastauksesi: 4.", `value="mine:money"`, `value="theirs:money"`, `value="4" checked`)
	if clash.Status != 409 || number(t, v.now(a).Client, "money") != 7 {
		t.Errorf("status %d, stored %d", clash.Status, number(t, v.now(a).Client, "money"))
	}
	// Pressing on without choosing is no choice.
	v.own.Send(at(a, "client/money"), clash.Form("answers").Fill("go", "next").Values).Shows("Toisella laitteella")

	v.own.Send(at(a, "client/money"), clash.Form("answers").Fill("resolve", "mine:money").Values).Leads(at(a, "client/money"))
	if got := number(t, v.now(a).Client, "money"); got != 4 {
		t.Errorf("stored %d, want mine", got)
	}
	v.Give(v.ctx, a, instrument.Client, 9, "money")
	v.own.Send(at(a, "client/money"), clash.Form("answers").Fill("resolve", "theirs:money").Values).Leads(at(a, "client/money"))
	if got := number(t, v.now(a).Client, "money"); got != 9 {
		t.Errorf("stored %d, want theirs", got)
	}
}

func TestAPageThatNobodyTouchedUndoesNothing(t *testing.T) {
	t.Parallel()
	v := newVisit(t)
	a := v.begun(nil)
	v.Give(v.ctx, a, instrument.Client, 2, "money")
	page := v.own.Get(at(a, "client/money"))
	v.Give(v.ctx, a, instrument.Client, 8, "money")
	v.own.Send(at(a, "client/money"), page.Form("answers").Values).Leads(at(a, "client/meaningful-activity"))
	if got := number(t, v.now(a).Client, "money"); got != 8 {
		t.Errorf("stored %d, want the newer 8", got)
	}
}

func TestAnInvitedClientSaysReadyAndSeesNoResult(t *testing.T) {
	t.Parallel()
	v := newVisit(t)
	_, secrets, err := v.Invitations.Invite(v.ctx, invitation.NewInvitation{Unit: housetest.Unit, Register: "social", Battery: "functioning", Language: "fi"})
	v.Must(err)
	token, err := v.Invitations.EnterCode(v.Context(), secrets.Code)
	v.Must(err)
	client := v.Browse(token)
	a, err := v.Invitations.Accept(v.Acting(token), invitation.Accept{Purposes: []string{"assessment"}, GivenBy: "client", SignedName: "Testi Asiakas"})
	v.Must(err)

	page := client.Get(at(a, "client/money"))
	page.Shows("!Anna laite asiakkaalle", "!Ammattilaiselle")
	client.Send(at(a, "client/money"), page.Form("answers").Fill("answer.money", "6").Values).Leads(at(a, "client/meaningful-activity"))
	client.Get(at(a, "client/done")).Shows("Olen valmis", "!ammattilaisen osaan", "!Kiitos")
	client.Post(at(a, "client/done"), "ready", "yes").Leads(at(a, "client/done"))
	client.Get(at(a, "client/done")).Shows("Kiitos, vastauksesi ovat perillä", "<strong>6</strong>", "!Olen valmis")

	client.Get(at(a, "professional")).Is(http.StatusForbidden)
	v.autosave(client, a, "side", "professional", "item", "moving", "value", "3").Is(http.StatusForbidden)
	client.Get(at(v.begun(nil), "client/money")).Is(http.StatusNotFound)

	for _, side := range []instrument.Side{instrument.Client, instrument.Professional} {
		v.Fill(v.ctx, a, side, 5)
	}
	_, err = v.Assessments.Complete(v.ctx, assessment.Complete{ID: a.ID})
	v.Must(err)
	client.Get(at(a, "client")).Shows("Tähän ei voi enää vastata")
}

func TestAnotherUnitsAssessmentIsNotFound(t *testing.T) {
	t.Parallel()
	v := newVisit(t)
	a := v.begun(nil)
	for _, path := range []string{"client", "client/money", "client/done", "professional"} {
		v.other.Get(at(a, path)).Is(http.StatusNotFound)
	}
	for _, path := range []string{"client/money", "professional", "complete", "hand-over"} {
		v.other.Post(at(a, path), "answer.money", "3", "seen.money", "").Is(http.StatusNotFound)
	}
}
