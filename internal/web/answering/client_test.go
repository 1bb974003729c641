package answering_test

import (
	"strings"
	"testing"

	"github.com/omasuunta/omasuunta/internal/assessment"
	"github.com/omasuunta/omasuunta/internal/fault"
	"github.com/omasuunta/omasuunta/internal/instrument"
	"github.com/omasuunta/omasuunta/internal/invitation"
	"github.com/omasuunta/omasuunta/internal/lang"
)

func TestTheClientsPartGoesTopicByTopicWithoutAScript(t *testing.T) {
	t.Parallel()
	v := newVisit(t)
	a := v.begun(nil)
	items := v.items(a, instrument.Client)
	v.leads(v.open(v.own, at(a, "client"), nil), at(a, "client/everyday-life"))

	first := v.open(v.own, at(a, "client/everyday-life"), nil)
	v.says(first, "<h1 data-say>Sujuuko arkesi niin kuin haluat?</h1>", "Aihe 1 / 12", "Ei lainkaan", "Osittain", "Täysin",
		"Jutellaan tästä", "En halua vastata", "Ei koske minua", "En ymmärrä kysymystä", "Anna laite asiakkaalle", "!Edellinen", "viime viikkoina")
	if n := strings.Count(first.body, `type="radio"`); n != 14 {
		t.Errorf("%d radio buttons, want eleven numbers and three ways to skip", n)
	}
	form := with(fields(first), "answer.everyday-life", "10", "comment.everyday-life", "  Hyvin\r\nmenee ", "_active", "21", "go", "next")
	v.leads(v.open(v.own, at(a, "client/everyday-life"), form), at(a, "client/felt-health"))

	second := v.open(v.own, at(a, "client/felt-health"), nil)
	form = with(fields(second), "answer.felt-health", "discuss", "unclear.felt-health", "yes", "go", "previous")
	v.leads(v.open(v.own, at(a, "client/felt-health"), form), at(a, "client/everyday-life"))
	again := v.open(v.own, at(a, "client/everyday-life"), nil)
	v.says(again, `value="10" checked`, "Hyvin\nmenee</textarea>")

	now := v.now(a)
	health, _ := now.Client.Find("felt-health")
	if number(t, now.Client, "everyday-life") != 10 || health.Skip != instrument.Discuss || !health.Unclear {
		t.Error("the answers are not what was given")
	}
	phases, err := assessmentPhases(v, a)
	v.must(err)
	if phases[assessment.PhaseClient] != 21 {
		t.Errorf("%d seconds were counted, want 21", phases[assessment.PhaseClient])
	}

	v.leads(v.open(v.own, at(a, "client"), nil), at(a, "client/mood-and-coping"))
	last := items[len(items)-1]
	v.leads(v.open(v.own, at(a, "client/"+last), fields(v.open(v.own, at(a, "client/"+last), nil))), at(a, "client/done"))
	done := v.open(v.own, at(a, "client/done"), nil)
	v.says(done, "<strong>10</strong>", "”Hyvin\nmenee”", "<strong>Jutellaan tästä</strong>", "10 aihetta on vielä ilman vastausta", "Siirry ammattilaisen osaan")
	v.open(v.own, at(a, "client/no-such"), nil)
	v.refused("an item that is none", fault.NotFound)
}

func assessmentPhases(v *visit, a *assessment.Assessment) (map[assessment.Phase]int, error) {
	return v.assessments.Phases(v.as(v.own), a.ID)
}

func TestTheLanguageIsTheClientsAndChangesWithoutLosingAnAnswer(t *testing.T) {
	t.Parallel()
	v := newVisit(t)
	a := v.begun(func(in *assessment.Start) { in.Language, in.Plain = "sv", true })
	first := v.open(v.own, at(a, "client/everyday-life"), nil)
	v.says(first, `<html lang="sv"`, "Går en vanlig dag så som du vill?", `lang="fi"`, "Anna laite asiakkaalle", "Visa på vanlig svenska")

	form := with(fields(first), "answer.everyday-life", "4", "comment.everyday-life", "ganska bra", "_set", "language:en")
	v.leads(v.open(v.own, at(a, "client/everyday-life"), form), at(a, "client/everyday-life"))
	english := v.open(v.own, at(a, "client/everyday-life"), nil)
	v.says(english, `<html lang="en"`, "Does your everyday life go the way you want it to?", `value="4" checked`, "ganska bra</textarea>", "!name=\"_plain\"")

	v.open(v.own, at(a, "client/everyday-life"), with(fields(english), "_set", "language:fi"))
	finnish := v.open(v.own, at(a, "client/everyday-life"), nil)
	v.leads(v.open(v.own, at(a, "client/everyday-life"), with(fields(finnish), "_plain", "no")), at(a, "client/everyday-life"))
	v.says(v.open(v.own, at(a, "client/everyday-life"), nil), "Sujuuko arkesi niin kuin haluat?", "Näytä selkokielellä")
	if now := v.now(a); now.Language != lang.Finnish || now.Plain {
		t.Errorf("the assessment is in %s, plain %v", now.Language, now.Plain)
	}
	size := with(fields(v.open(v.own, at(a, "client/everyday-life"), nil)), "_set", "size:large")
	v.leads(v.open(v.own, at(a, "client/everyday-life"), size), at(a, "client/everyday-life"))
}

func TestATooLongCommentIsShownBesideItsFieldWithWhatWasTyped(t *testing.T) {
	t.Parallel()
	v := newVisit(t)
	a := v.begun(nil)
	long := strings.Repeat("sana ", 450)
	form := with(fields(v.open(v.own, at(a, "client/money"), nil)), "answer.money", "3", "comment.money", long)
	again := v.open(v.own, at(a, "client/money"), form)
	if again.status != 422 {
		t.Errorf("status %d", again.status)
	}
	v.says(again, `href="#f-comment-money"`, `aria-invalid="true"`, strings.TrimSpace(long)+"</textarea>", `value="3" checked`)
}

func TestAClashIsShownAndChosenWithoutAScript(t *testing.T) {
	t.Parallel()
	v := newVisit(t)
	a := v.begun(nil)
	page := v.open(v.own, at(a, "client/money"), nil)
	v.give(a, instrument.Client, 7, "money")
	form := with(fields(page), "answer.money", "4")
	clash := v.open(v.own, at(a, "client/money"), form)
	v.says(clash, "Toisella laitteella tähän on vastattu: 7. Sinun vastauksesi: 4.", `value="mine:money"`, `value="theirs:money"`, `value="4" checked`)
	if clash.status != 409 || number(t, v.now(a).Client, "money") != 7 {
		t.Errorf("status %d, stored %d", clash.status, number(t, v.now(a).Client, "money"))
	}
	// Pressing on without choosing is no choice.
	v.says(v.open(v.own, at(a, "client/money"), with(fields(clash), "go", "next")), "Toisella laitteella")

	v.leads(v.open(v.own, at(a, "client/money"), with(fields(clash), "resolve", "mine:money")), at(a, "client/money"))
	if got := number(t, v.now(a).Client, "money"); got != 4 {
		t.Errorf("stored %d, want mine", got)
	}
	v.give(a, instrument.Client, 9, "money")
	v.leads(v.open(v.own, at(a, "client/money"), with(fields(clash), "resolve", "theirs:money")), at(a, "client/money"))
	if got := number(t, v.now(a).Client, "money"); got != 9 {
		t.Errorf("stored %d, want theirs", got)
	}
}

func TestAPageThatNobodyTouchedUndoesNothing(t *testing.T) {
	t.Parallel()
	v := newVisit(t)
	a := v.begun(nil)
	v.give(a, instrument.Client, 2, "money")
	page := v.open(v.own, at(a, "client/money"), nil)
	v.give(a, instrument.Client, 8, "money")
	v.leads(v.open(v.own, at(a, "client/money"), fields(page)), at(a, "client/meaningful-activity"))
	if got := number(t, v.now(a).Client, "money"); got != 8 {
		t.Errorf("stored %d, want the newer 8", got)
	}
}

func TestAnInvitedClientSaysReadyAndSeesNoResult(t *testing.T) {
	t.Parallel()
	v := newVisit(t)
	_, secrets, err := v.invitations.Invite(v.as(v.own), invitation.NewInvitation{Unit: "ranta", Register: "social", Battery: "functioning", Language: "fi"})
	v.must(err)
	client, err := v.invitations.EnterCode(v.Context(), secrets.Code)
	v.must(err)
	a, err := v.invitations.Accept(v.as(client), invitation.Accept{Purposes: []string{"assessment"}, GivenBy: "client", SignedName: "Testi Asiakas"})
	v.must(err)

	page := v.open(client, at(a, "client/money"), nil)
	v.says(page, "!Anna laite asiakkaalle", "!Ammattilaiselle")
	v.leads(v.open(client, at(a, "client/money"), with(fields(page), "answer.money", "6")), at(a, "client/meaningful-activity"))
	v.says(v.open(client, at(a, "client/done"), nil), "Olen valmis", "!ammattilaisen osaan", "!Kiitos")
	v.leads(v.open(client, at(a, "client/done"), with(nil, "ready", "yes")), at(a, "client/done"))
	v.says(v.open(client, at(a, "client/done"), nil), "Kiitos, vastauksesi ovat perillä", "<strong>6</strong>", "!Olen valmis")

	v.open(client, at(a, "professional"), nil)
	v.refused("the professional's part", fault.Forbidden)
	v.save(client, a, "side", "professional", "item", "moving", "value", "3")
	v.refused("writing the professional's side", fault.Forbidden)
	v.open(client, at(v.begun(nil), "client/money"), nil)
	v.refused("somebody else's part", fault.NotFound)

	for _, side := range []instrument.Side{instrument.Client, instrument.Professional} {
		v.give(a, side, 5, v.items(a, side)...)
	}
	_, err = v.assessments.Complete(v.as(v.own), assessment.Complete{ID: a.ID})
	v.must(err)
	v.says(v.open(client, at(a, "client"), nil), "Tähän ei voi enää vastata")
}

func TestAnotherUnitsAssessmentIsNotFound(t *testing.T) {
	t.Parallel()
	v := newVisit(t)
	a := v.begun(nil)
	for _, path := range []string{"client", "client/money", "client/done", "professional"} {
		v.open(v.other, at(a, path), nil)
		v.refused(path, fault.NotFound)
	}
	for _, path := range []string{"client/money", "professional", "complete", "hand-over"} {
		v.open(v.other, at(a, path), with(nil, "answer.money", "3", "seen.money", ""))
		v.refused("posting to "+path, fault.NotFound)
	}
}
