package transcribe_test

import (
	"maps"
	"net/http"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/google/uuid"

	"github.com/google/go-cmp/cmp"

	"github.com/omasuunta/omasuunta/internal/access"
	"github.com/omasuunta/omasuunta/internal/assessment"
	"github.com/omasuunta/omasuunta/internal/audit"
	"github.com/omasuunta/omasuunta/internal/consent"
	"github.com/omasuunta/omasuunta/internal/housetest"
	"github.com/omasuunta/omasuunta/internal/setting"
	"github.com/omasuunta/omasuunta/internal/testkit"
)

func TestMain(m *testing.M) { os.Exit(testkit.Main(m)) }

func TestTheCodeLeadsToTheForm(t *testing.T) {
	h := newHouse(t)
	b, _, _ := h.Neighbours()
	code := h.code("functioning", 1)
	loose := strings.ToLower(code[:3] + " - " + code[3:])
	f := b.Get("/paper").Form("code").Fill("code", loose)
	f.Send().Leads("/paper/" + code)
	b.Get("/paper/"+code).Follow().Is(http.StatusOK, "Kuntoutuminen ja toimintakyky", code)

	slip := "Z" + code[1:]
	wrong := f.Fill("code", slip).Send().Is(http.StatusUnprocessableEntity, "Koodissa on kirjoitusvirhe.")
	if got := wrong.Form("code").Get("code"); got != slip {
		t.Errorf("what was typed became %q", got)
	}
	b.Get("/paper/"+slip).Is(http.StatusNotFound, "Koodissa on kirjoitusvirhe.")
	f.Fill("code", "000000").Send().Is(http.StatusUnprocessableEntity, "Koodi on kirjoitettu oikein, mutta tämä palvelu ei tunne lomaketta.")
	f.Fill("code", "").Send().Is(http.StatusUnprocessableEntity, "Tämä tieto tarvitaan.")
}

func TestABatteryThatIsNotInUseIsToldBeforeAnybodyTypes(t *testing.T) {
	h := newHouse(t)
	b, _, _ := h.Neighbours()
	h.Must(h.Settings.Change(h.As(h.Hire("isanta", access.Admin)), setting.Batteries, "illness-care"))
	b.Get("/paper/"+h.code("functioning", 1)).Is(http.StatusNotFound, "eivät ole käytössä tässä palvelussa")
	b.Get("/paper/" + h.code("illness-care", 1)).Follow().Is(http.StatusOK)
}

// The result is the one that the same answers have by any other way.
func TestAFormIsStoredWholeInOneStep(t *testing.T) {
	h := newHouse(t)
	b, _, ctx := h.Neighbours()
	f := filled(b, h.code("functioning", 1))
	f.Fill("client.7.words", " ei puhuta rahasta ", "client.11.words", "kotona on turvallista", "given_by", "representative", "representative_ground", "edunvalvoja")
	done := f.Send()
	a := h.stored(ctx, done)
	if done.To != "/assessments/"+a.ID.String()+"/result" {
		t.Errorf("it leads to %s", done.To)
	}
	if a.Mode != assessment.Paper || a.Status != assessment.Completed || a.Unit != housetest.Unit || a.Register != access.Health ||
		a.AssessedOn.String() != "2023-09-12" || a.Language != "sv" || a.Plain || a.ClientRef != "viite-17" ||
		!slices.Equal(a.Present, []string{"interpreter"}) || !a.Statistics {
		t.Error("it is not what the paper says")
	}
	r, err := h.Assessments.Consent(ctx, a.ConsentID)
	h.Must(err)
	if r.Form != consent.Paper || r.GivenBy != consent.ByRepresentative || r.Ground != "edunvalvoja" || r.Covers(consent.Recording) ||
		!r.Covers(consent.Assessment) || r.Language != "sv" || r.SignedName != "" || r.TextVersion != h.Texts[0].Version {
		t.Error("the consent is not what the paper says")
	}
	if h.db.Noted(audit.ConsentGiven) != 1 || h.db.Noted(audit.AssessmentSubmitted) != 1 || h.db.Noted(audit.AssessmentStarted) != 0 {
		t.Errorf("the audit has %d rows", len(h.db.Audit()))
	}

	number := func(n int) *int { return &n }
	var client, professional []assessment.Answer
	for i, n := range []int{7, 8, 10, 5, 9, 0, 1, -1, 6, 7, 8, -1} {
		one := assessment.Answer{Item: h.Library.Client().Items[i].Code, Value: number(n)}
		switch i {
		case 7:
			one.Value, one.Skip, one.Comment = nil, "discuss", "ei puhuta rahasta"
		case 11: // words alone
			one.Value, one.Skip, one.Comment = nil, "discuss", "kotona on turvallista"
		}
		client = append(client, one)
	}
	for i, n := range []int{3, 2, 4, 10, -1, 1, 0, 2, 3} {
		battery, _ := h.Library.Current("functioning")
		one := assessment.Answer{Item: battery.Items[i].Code, Value: number(n)}
		if n < 0 {
			one.Value, one.Skip = nil, "not_applicable"
		}
		professional = append(professional, one)
	}
	other, err := h.Assessments.Start(ctx, assessment.Start{
		ConsentID: a.ConsentID.String(), Unit: housetest.Unit, Register: "health", Language: "sv", Battery: "functioning", Mode: "paper",
		Client: client, Professional: professional, Complete: true,
	})
	h.Must(err)
	if diff := cmp.Diff(other.Result, a.Result); diff != "" {
		t.Errorf("another result than of the same answers:\n%s", diff)
	}
	if !slices.Equal(a.Client, other.Client) || !slices.Equal(a.Professional, other.Professional) {
		t.Error("other answers than on the paper")
	}
}

func TestAFormSentTwiceIsStoredOnce(t *testing.T) {
	h := newHouse(t)
	b, _, ctx := h.Neighbours()
	f := filled(b, h.code("functioning", 1))
	a := h.stored(ctx, f.Send())
	f.Send().Leads("/assessments/" + a.ID.String() + "/result")
	if n := h.db.Noted(audit.ConsentGiven); n != 1 {
		t.Errorf("%d consents", n)
	}
	b.Get(f.Action + "?once=" + f.Get("once")).Leads("/assessments/" + a.ID.String())
	// What was changed after that is not lost without a word.
	f.Set("client.0.mark", "1")
	f.Send().Is(http.StatusConflict, "Tämä lomake on jo tallennettu.", "/assessments/"+a.ID.String())
}

func TestEveryMistakeIsToldAtOnceAndNothingIsLost(t *testing.T) {
	h := newHouse(t)
	token, _ := h.Professional("kaksi", housetest.Unit, housetest.OtherUnit)
	b := h.Browse(token)
	f := b.Get("/paper/" + h.code("functioning", 1)).Follow().Form("paper")
	if f.Get("assessed_on") != "" || f.Has("purposes") || f.Has("unit") {
		t.Error("something is filled in that must be read from the paper")
	}
	write(f, "mark", "7 8 11 5 k 0 1 J 6 7 8 –", "3 2 4 T X 1 0 2 99")
	f.Fill("client.3.words", strings.Repeat("ä", 2001), "given_by", "representative", "assessed_on", "2023-09-15", "client_ref", "viite-17")
	typed := maps.Clone(f.Values)
	wrong := f.Send().Is(http.StatusUnprocessableEntity)
	wrong.Says("Yksikkö: Tämä tieto tarvitaan.", "Rekisteri: Tämä tieto tarvitaan.", "Päivä paperissa: Päivä ei voi olla tulevaisuudessa.",
		"Mihin paperissa suostutaan: Tämä tieto tarvitaan.", "Edustajan peruste: Kerro, millä perusteella",
		"Asiakas, kohta 3, Mieliala ja jaksaminen: Kirjoita 0–10, J, E, X tai –.", "Asiakas, kohta 5, Asuminen: Kirjoita 0–10",
		"Asiakas, kohta 4, Läheiset ihmiset: Teksti on liian pitkä.", "Ammattilainen, kohta 9, Kuntoutuminen: Kirjoita 0–10")
	wrong.Shows(`href="#f-client-2-mark"`, `id="f-client-2-mark-error"`, `href="#f-client-3-words"`)
	if strings.Index(wrong.Text, "Rekisteri: Tämä") > strings.Index(wrong.Text, "Asiakas, kohta 3") {
		t.Error("the mistakes are not in the order of the page")
	}
	h.keeps(wrong.Form("paper"), typed)
	// So does a change of language.
	h.keeps(f.Press("_set", "language:sv").Is(http.StatusOK, "Svar från papper").Form("paper"), typed)
	h.unstored()
}

func TestAnotherUnitsFormIsNotStored(t *testing.T) {
	h := newHouse(t)
	b, _, _ := h.Neighbours()
	f := filled(b, h.code("functioning", 1))
	f.Set("unit", housetest.OtherUnit)
	f.Send().Is(http.StatusUnprocessableEntity, "Yksikköä ei ole tai se ei ole sinun.")
	h.unstored()
}

func TestTooFewNumbersLoseNothingAndCanBeADraft(t *testing.T) {
	h := newHouse(t)
	b, _, ctx := h.Neighbours()
	f := filled(b, h.code("functioning", 1))
	write(f, "mark", "7 8 - - - - - - - - - -", "3 2 4 5 6 - - - -")
	f.Fill("client.4.words", "asunto on kylmä", "twice", "1")
	typed := maps.Clone(f.Values)
	few := f.Send().Is(http.StatusUnprocessableEntity, "Tulokseen tarvitaan enemmän numeroita",
		"Asiakkaan vastauksissa numeroita on 2, ja niitä tarvitaan vähintään 10.", "Ammattilaisen vastauksissa numeroita on 5, ja niitä tarvitaan vähintään 8.")
	h.unstored()
	h.keeps(few.Form("paper"), typed)
	f.Del("twice")
	few = f.Send().Is(http.StatusUnprocessableEntity, "Tulokseen tarvitaan enemmän numeroita")
	h.unstored()
	a := h.stored(ctx, few.Form("paper").Press("store", "draft"))
	words, _ := a.Client.Find("housing")
	if a.Status != assessment.Draft || a.Mode != assessment.Paper || len(a.Client) != 3 || len(a.Professional) != 5 || words.Comment != "asunto on kylmä" {
		t.Errorf("the draft is %s with %d and %d answers", a.Status, len(a.Client), len(a.Professional))
	}
}

func TestTypingTwiceFindsASlip(t *testing.T) {
	h := newHouse(t)
	b, _, ctx := h.Neighbours()
	f := filled(b, h.code("functioning", 1))
	f.Fill("twice", "1", "client.1.words", "sanoja", "client.4.mark", "8") // the paper says 9
	f.Set("client.11.mark", "3")                                           // and nothing
	again := f.Send().Is(http.StatusOK, "Kirjoita vastaukset uudelleen")
	h.unstored()
	f = again.Form("paper")
	if f.Get("client.4.again") != "" || f.Get("client.4.mark") != "8" {
		t.Errorf("the boxes are not empty, or the first time is gone: %v", f.Values)
	}
	write(f, "again", strings.Replace(clientMarks, "10", "T", 1), "3 2 4 10 X 1 0 2 kolme")
	f = f.Send().Is(http.StatusUnprocessableEntity, "Ammattilainen, kohta 9, Kuntoutuminen: Kirjoita 0–10").Form("paper")
	f.Set("professional.8.again", "3")
	differ := f.Send().Is(http.StatusOK, "Katso nämä kohdat paperista")
	differ.Says("!1 Arki", "!3 Mieliala", "!9 Kuntoutuminen", "5 Asuminen 8 9", "12 Turvallisuus 3 –")
	h.unstored()
	f = differ.Form("paper")
	f.Set("client.4.settled", "9")
	f = f.Send().Is(http.StatusUnprocessableEntity, "Asiakas, kohta 12, Turvallisuus: Tämä tieto tarvitaan.").Form("paper")
	if f.Get("client.4.settled") != "9" {
		t.Error("what was decided is gone")
	}
	h.unstored()
	// Back to the form nothing is lost.
	h.keeps(f.Press("show", "form").Is(http.StatusOK, "Suostumus paperilla").Form("paper"), map[string][]string{
		"client.4.mark": {"8"}, "client.1.words": {"sanoja"}, "assessed_on": {"2023-09-12"}, "purposes": {"assessment", "statistics"}, "twice": {"1"},
	})
	f.Del("show")
	f.Set("client.11.settled", "-")
	a := h.stored(ctx, f.Send())
	housing, _ := a.Client.Find("housing")
	words, _ := a.Client.Find(h.Library.Client().Items[1].Code)
	if housing.Value != 9 || len(a.Client) != 11 || words.Comment != "sanoja" || a.Result == nil {
		t.Error("it is not what was decided")
	}
}

func TestTypingTwiceTheSameIsStored(t *testing.T) {
	h := newHouse(t)
	b, _, ctx := h.Neighbours()
	f := filled(b, h.code("functioning", 1))
	f.Set("twice", "1")
	f.Set("assessed_on", "") // what is wrong is told before anybody types all of it again
	f = f.Send().Is(http.StatusUnprocessableEntity, "Päivä paperissa: Tämä tieto tarvitaan.").Form("paper")
	f.Set("assessed_on", "2023-09-12")
	f = f.Send().Is(http.StatusOK, "Kirjoita vastaukset uudelleen").Form("paper")
	write(f, "again", clientMarks, professionalMarks)
	h.stored(ctx, f.Send())
}

// Paper that was printed before an update is stored as what it asks.
func TestAnOldFormKeepsItsVersion(t *testing.T) {
	library := housetest.New(t).Library
	one, _ := library.Version("functioning", 1)
	two := *one
	two.Version, two.Items = 2, one.Items[:8]
	h := newHouse(t, &two)
	b, _, ctx := h.Neighbours()
	old := filled(b, h.code("functioning", 1))
	a := h.stored(ctx, old.Send())
	if a.ProfessionalBattery.Version != 1 || len(a.Professional) != 9 || a.Result.Professional != "functioning@1" {
		t.Errorf("it is stored as %s", a.Result.Professional)
	}
	b.Get("/paper/" + h.code("functioning", 1)).Follow().Says("Kysymykset ovat muuttuneet sen jälkeen, kun lomake painettiin.")
	b.Get("/paper/"+h.code("functioning", 2)).Follow().Says("!Kysymykset ovat muuttuneet", "!Kuntoutuminen 9")
	f := filled(b, h.code("functioning", 2))
	if a := h.stored(ctx, f.Send()); a.ProfessionalBattery.Version != 2 || len(a.Professional) != 8 {
		t.Error("the new form is stored as the old one")
	}
}

func TestAConsentToAnOlderText(t *testing.T) {
	h := newHouse(t)
	b, _, ctx := h.Neighbours()
	admin := h.Hire("isanta", access.Admin)
	version, err := h.Content.AddText(h.As(admin), h.Texts[0])
	h.Must(err)
	f := filled(b, h.code("functioning", 1))
	if f.Get("signed_text") != "2" || version != 2 {
		t.Errorf("chosen to begin with: %s", f.Get("signed_text"))
	}
	f.Set("signed_text", "9")
	f = f.Send().Is(http.StatusUnprocessableEntity, "Suostumuslomakkeen versio: ").Form("paper")
	f.Set("signed_text", "1")
	a := h.stored(ctx, f.Send())
	r, err := h.Assessments.Consent(ctx, a.ConsentID)
	h.Must(err)
	if r.TextVersion != 1 || r.TextSHA256 != h.Texts[0].SHA256("sv") {
		t.Errorf("the consent is to version %d", r.TextVersion)
	}
}

func TestOnlyProfessionalsTypeFormsIn(t *testing.T) {
	h := newHouse(t)
	b, _, ctx := h.Neighbours()
	code := h.code("functioning", 1)
	f := filled(b, code)
	for _, role := range []access.Role{access.Expert, access.Admin} {
		h.Hire(string(role), role)
		other := h.Browse(h.SignIn(string(role)))
		for _, path := range []string{"/paper", "/paper/" + code} {
			other.Get(path).Is(http.StatusForbidden)
			other.Send(path, f.Values).Is(http.StatusForbidden)
		}
	}
	nobody := h.Browse("")
	nobody.Get("/paper/" + code).Is(http.StatusUnauthorized)
	// While the screen is in the client's hands there is nothing of this on it.
	a := h.Begun(ctx, nil)
	h.Must(h.Access.HandOver(ctx, b.Session(), a.ID))
	h.db.Forget()
	for _, path := range []string{"/paper", "/paper/" + code} {
		b.Get(path).Leads("/assessments/" + a.ID.String() + "/client")
	}
	b.Send("/paper/"+code, f.Values).Leads("/assessments/" + a.ID.String() + "/client")
	h.unstored()
}

// Who has one register has nothing to choose, and can't choose the other one.
func TestOneRegisterIsNoChoice(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.Employ("yksi", access.Actor{ID: uuid.New(), Name: "Testi Yksi", Role: access.Professional,
		Units: []string{housetest.Unit}, Registers: []access.Register{access.Social}})
	b := h.Browse(h.SignIn("yksi"))
	p := b.Get("/paper/" + h.code("functioning", 1)).Follow()
	if strings.Contains(p.Source, `type="radio" name="register"`) || p.Form("paper").Get("register") != "social" {
		t.Error("there is a choice of registers, or another one")
	}
}
