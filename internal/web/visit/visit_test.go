package visit_test

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/omasuunta/omasuunta/internal/access"
	"github.com/omasuunta/omasuunta/internal/assessment"
	"github.com/omasuunta/omasuunta/internal/consent"
	"github.com/omasuunta/omasuunta/internal/housetest"
	"github.com/omasuunta/omasuunta/internal/setting"
	"github.com/omasuunta/omasuunta/internal/web/pagetest"
)

// choose fills the page on which a visit is chosen for the first time.
func choose(b *pagetest.Browser) *pagetest.Form {
	f := b.Get("/new").Form("begin")
	f.Set("register", "health")
	f.Set("battery", "functioning")
	return f
}

// begun is the assessment that a redirect to the client's part names.
func (h *house) begun(ctx context.Context, s *pagetest.Page) *assessment.Assessment {
	h.Helper()
	id, ok := strings.CutSuffix(strings.TrimPrefix(s.To, "/assessments/"), "/client")
	if s.Status != http.StatusSeeOther || !ok {
		h.Fatalf("%s: status %d to %q: %s", s.Path, s.Status, s.To, s.Text)
	}
	a, err := h.Assessments.Assessment(ctx, uuid.MustParse(id))
	h.Must(err)
	return a
}

// start begins an assessment the ordinary way.
func (h *house) start(b *pagetest.Browser, ctx context.Context, ref string) *assessment.Assessment {
	h.Helper()
	f := choose(b).Send().Follow().Form("consent")
	f.Add("purposes", "assessment")
	f.Add("purposes", "record")
	f.Set("signed_name", "Testi Asiakas")
	f.Set("client_ref", ref)
	return h.begun(ctx, f.Send())
}

func TestFromTheStartPageToTheFirstQuestion(t *testing.T) {
	h := newHouse(t)
	b, ctx := h.professional("anna", "vuosaari-ta")
	b.Get("/").Says("Täältä pääset alkuun", "Uusi arvio")

	f := choose(b)
	f.Set("language", "sv")
	f.Set("plain", "1")
	f.Add("present", "interpreter")
	f.Set("_active", "40")
	asked := f.Send().Follow()
	asked.Says("Vill du göra en Omasuunta-bedömning?", "Bedömningen hjälper dig och personalen att prata om din situation.",
		"Resultatet får skrivas in i mina uppgifter")
	if strings.Contains(asked.Source, "checked") {
		t.Error("a purpose is ticked before the client has ticked it")
	}

	f = asked.Form("consent")
	f.Set("signed_name", "Testi Asiakas")
	f.Set("client_ref", "viite-17")
	refused := f.Send()
	if refused.Status != http.StatusUnprocessableEntity {
		t.Errorf("without a purpose: %d", refused.Status)
	}
	f = refused.Form("consent")
	if f.Get("signed_name") != "Testi Asiakas" || f.Get("client_ref") != "viite-17" || f.Get("plain") != "1" || f.Get("present") != "interpreter" {
		t.Errorf("what was typed is gone: %v", f.Values)
	}
	f.Add("purposes", "assessment")
	f.Add("purposes", "statistics")
	f.Set("_active", "75")
	a := h.begun(ctx, f.Send())

	if a.Language != "sv" || !a.Plain || !slices.Equal(a.Present, []string{"interpreter"}) || a.ClientRef != "viite-17" ||
		a.Register != access.Health || a.ProfessionalBattery.Code != "functioning" || a.Mode != assessment.Joint || !a.Statistics {
		t.Error("the assessment is not what was chosen")
	}
	c, err := h.Assessments.Consent(ctx, a.ConsentID)
	h.Must(err)
	if c.SignedName != "Testi Asiakas" || c.Covers(consent.Recording) || c.Form != consent.Electronic || c.GivenBy != consent.ByClient {
		t.Error("the consent is not what was given")
	}
	phases, err := h.Assessments.Phases(ctx, a.ID)
	h.Must(err)
	if phases[assessment.PhaseBegin] != 40 || phases[assessment.PhaseConsent] != 75 {
		t.Errorf("time: %v", phases)
	}
	b.Get("/").Says("viite-17", "Jatka", "Kuntoutuminen ja toimintakyky")
}

// The second time everything is chosen already: new assessment, continue, all
// purposes, name, give consent.
func TestTheSecondVisitTakesFewActions(t *testing.T) {
	h := newHouse(t)
	b, ctx := h.professional("anna", "vuosaari-ta", "seniori-info")
	f := choose(b)
	f.Set("unit", "seniori-info")
	f.Set("language", "en")
	f = f.Send().Follow().Form("consent")
	f.Add("purposes", "assessment")
	f.Set("form", "paper")
	h.begun(ctx, f.Send())

	f = b.Get("/new").Form("begin").Send().Follow().Form("consent").Press("show", "all").Form("consent")
	f.Set("signed_name", "Test Client")
	a := h.begun(ctx, f.Send())
	if a.Unit != "seniori-info" || a.Language != "en" || a.ProfessionalBattery.Code != "functioning" || !a.Statistics {
		t.Error("the defaults are not those of the last assessment")
	}
}

func TestTheLanguageChangesAndNothingIsLost(t *testing.T) {
	h := newHouse(t)
	b, _ := h.professional("anna", "vuosaari-ta")
	f := choose(b)
	f.Set("assessed_on", "2023-09-13")
	f.Add("present", "close_person")
	again := f.Press("_set", "language:en")
	again.Says("New assessment", "Plain language")
	f = again.Form("begin")
	if f.Get("battery") != "functioning" || f.Get("assessed_on") != "2023-09-13" || f.Get("present") != "close_person" {
		t.Errorf("lost: %v", f.Values)
	}

	f = f.Send().Follow().Form("consent")
	f.Set("signed_name", "Testi Asiakas")
	f.Add("purposes", "record")
	asked := f.Press("_set", "language:sv")
	asked.Says("Vill du göra en Omasuunta-bedömning?")
	asked = asked.Form("consent").Press("show", "plain")
	asked.Says("Svaren ger ett förslag.")
	f = asked.Form("consent")
	if f.Get("signed_name") != "Testi Asiakas" || f.Get("purposes") != "record" || f.Get("language") != "sv" {
		t.Errorf("lost: %v", f.Values)
	}
	b.Get("/").Says("New assessment") // the professional's own language is another matter
}

func TestWhatIsWrongIsSaidBeforeTheClientSigns(t *testing.T) {
	h := newHouse(t)
	b, _ := h.professional("anna", "vuosaari-ta")
	f := b.Get("/new").Form("begin")
	f.Set("assessed_on", "2023-09-15")
	wrong := f.Send()
	if wrong.Status != http.StatusUnprocessableEntity {
		t.Errorf("status %d", wrong.Status)
	}
	wrong.Says("Rekisteri: Tämä tieto tarvitaan.", "Ammattilaisen kysymykset: Tämä tieto tarvitaan.", "Käynnin päivä: Päivä ei voi olla tulevaisuudessa.")
	wrong = b.Get("/new/consent?unit=seniori-info&register=health&battery=functioning&language=fi&mode=joint")
	if wrong.Status != http.StatusUnprocessableEntity {
		t.Errorf("another unit: status %d", wrong.Status)
	}
	wrong.Says("Yksikköä ei ole tai se ei ole sinun.")

	f = choose(b).Send().Follow().Form("consent")
	f.Add("purposes", "statistics")
	f.Set("representative_ground", "edunvalvoja")
	f.Set("given_by", "representative")
	wrong = f.Send()
	wrong.Says("Nimesi: Tämä tieto tarvitaan.", "Suostumus ei kata tätä: Arvion tekeminen")
	if f = wrong.Form("consent"); f.Get("representative_ground") != "edunvalvoja" || f.Get("given_by") != "representative" {
		t.Errorf("lost: %v", f.Values)
	}
	if list, err := h.Store.Assessments(t.Context(), assessment.ListQuery{Own: access.Scope{Units: []string{"vuosaari-ta"}, Registers: access.Registers}, Limit: 1}); err != nil || len(list) != 0 {
		t.Errorf("something was begun: %v", err)
	}
}

// From the page of a new assessment two clicks lead to "did not take part": the
// list opens, and a reason is pressed.
func TestNotTakingPart(t *testing.T) {
	h := newHouse(t)
	b, _ := h.professional("anna", "vuosaari-ta")
	done := b.Get("/new").Form("begin").Press("why", "memory_illness").Follow()
	done.Says("Kirjattu.")
	f := choose(b).Send().Follow().Form("consent")
	f.Add("purposes", "assessment")
	f.Press("why", "consent_not_wanted").Follow().Says("Kirjattu.")
	if wrong := b.Send("/new/not-taking-part", url.Values{"why": {"because"}, "unit": {"vuosaari-ta"}}); wrong.Status != http.StatusBadRequest {
		t.Errorf("a made-up reason: %d", wrong.Status)
	}
	if wrong := b.Send("/new/not-taking-part", url.Values{"why": {"no_time"}, "unit": {"seniori-info"}}); wrong.Status != http.StatusUnprocessableEntity {
		t.Errorf("another unit: %d", wrong.Status)
	}
}

func TestGoingOnUnderTheSameConsent(t *testing.T) {
	h := newHouse(t)
	b, ctx := h.professional("anna", "vuosaari-ta")
	first := h.start(b, ctx, "viite-17")
	again := b.Get("/new?again=" + first.ID.String())
	again.Says("viite-17", "on voimassa")
	second := h.begun(ctx, again.Form("begin").Send())
	if second.ConsentID != first.ConsentID || second.ClientRef != "viite-17" || second.ID == first.ID {
		t.Error("the second assessment is not the same client's under the same consent")
	}

	other := again.Form("begin")
	other.Set("register", "social")
	if asked := other.Send().Follow(); asked.Path != "/new/consent" || asked.Form("consent").Get("client_ref") != "viite-17" {
		t.Errorf("for the other register: %s", asked.Path)
	}

	_, err := h.Assessments.WithdrawConsent(ctx, assessment.WithdrawConsent{ID: first.ConsentID})
	h.Must(err)
	withdrawn := b.Get("/new?again=" + first.ID.String())
	withdrawn.Says("pyydä uusi")
	if to := withdrawn.Form("begin").Send().To; !strings.HasPrefix(to, "/new/consent?") {
		t.Errorf("after the withdrawal it leads to %s", to)
	}
}

func TestStartPageCountsTowardsTheTarget(t *testing.T) {
	h := newHouse(t)
	b, ctx := h.professional("anna", "vuosaari-ta")
	h.Must(h.Settings.Change(h.System(), setting.Target, "10"))
	h.Must(h.Settings.Change(h.System(), setting.TargetFrom, "2023-09-01"))
	h.Clock.Advance(2 * time.Second)
	a := h.start(b, ctx, "viite-17")
	h.answer(ctx, a)
	_, err := h.Assessments.Complete(ctx, assessment.Complete{ID: a.ID})
	h.Must(err)
	start := b.Get("/")
	start.Says("1/10 arviota", "Alkaen 1.9.2023", "viite-17", "Omatoimiasiakkuus", "Mitään ei ole kesken.")
	if !strings.Contains(start.Source, `<progress class="meter" max="10" value="1"`) || !strings.Contains(start.Source, `class="mark omatoimi"`) {
		t.Error("the progress or the segment's mark is missing")
	}
	if to := b.Get("/assessments/" + a.ID.String()).To; to != "/assessments/"+a.ID.String()+"/result" {
		t.Errorf("one with a result leads to %s", to)
	}
}

// answer fills both sheets: much resources, little challenge.
func (h *house) answer(ctx context.Context, a *assessment.Assessment) {
	h.Helper()
	client, professional, err := h.Assessments.Batteries(a)
	h.Must(err)
	var in assessment.Change
	one := 1
	nine := 9
	for _, item := range client.Items {
		value := nine
		if item.Reverse {
			value = one
		}
		in.Client = append(in.Client, assessment.Answer{Item: item.Code, Value: &value})
	}
	h.change(ctx, a, in)
	if to := h.next(ctx, a); to != "professional" {
		h.Errorf("with the client's answers it leads to %s", to)
	}
	in = assessment.Change{}
	for _, item := range professional.Items {
		value := one
		if item.Reverse {
			value = nine
		}
		in.Professional = append(in.Professional, assessment.Answer{Item: item.Code, Value: &value})
	}
	h.change(ctx, a, in)
}

func (h *house) change(ctx context.Context, a *assessment.Assessment, in assessment.Change) {
	h.Helper()
	in.ID, in.Precondition = a.ID, assessment.Precondition{Given: true, Any: true}
	_, err := h.Assessments.Change(ctx, in)
	h.Must(err)
}

// next is the step that an assessment's address leads to.
func (h *house) next(ctx context.Context, a *assessment.Assessment) string {
	h.Helper()
	actor, _ := access.From(ctx)
	token := h.SignIn(strings.TrimPrefix(actor.Name, "Testi "))
	to := h.Browse(token).Get("/assessments/" + a.ID.String()).To
	return to[strings.LastIndexByte(to, '/')+1:]
}

// Who has one register has nothing to choose, and can't choose the other one.
func TestOneRegisterIsNoChoice(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.Employ("yksi", access.Actor{ID: uuid.New(), Name: "Testi Yksi", Role: access.Professional,
		Units: []string{housetest.Unit}, Registers: []access.Register{access.Social}})
	b := h.Browse(h.SignIn("yksi"))
	p := b.Get("/new")
	if strings.Contains(p.Source, `type="radio" name="register"`) || !strings.Contains(p.Source, "Sosiaalihuollon rekisteri") {
		t.Error("there is a choice of registers, or nothing said of the one")
	}
	f := p.Form("begin")
	f.Set("battery", "functioning")
	if f.Get("register") != "social" {
		t.Errorf("the register is %q", f.Get("register"))
	}
	f.Set("register", "health")
	f.Send().Says("Rekisteri: Tämä tieto tarvitaan.")
}
