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
	"github.com/omasuunta/omasuunta/internal/setting"
)

// choose fills the page on which a visit is chosen for the first time.
func choose(b *browser) *form {
	f := b.get("/new").form("begin")
	f.Set("register", "health")
	f.Set("battery", "functioning")
	return f
}

// begun is the assessment that a redirect to the client's part names.
func (h *house) begun(ctx context.Context, s *shown) *assessment.Assessment {
	h.Helper()
	id, ok := strings.CutSuffix(strings.TrimPrefix(s.To, "/assessments/"), "/client")
	if s.Status != http.StatusSeeOther || !ok {
		h.Fatalf("%s: status %d to %q: %s", s.Path, s.Status, s.To, s.Text)
	}
	a, err := h.assessments.Assessment(ctx, uuid.MustParse(id))
	h.must(err)
	return a
}

// start begins an assessment the ordinary way.
func (h *house) start(b *browser, ctx context.Context, ref string) *assessment.Assessment {
	h.Helper()
	f := choose(b).send().follow().form("consent")
	f.Add("purposes", "assessment")
	f.Add("purposes", "record")
	f.Set("signed_name", "Testi Asiakas")
	f.Set("client_ref", ref)
	return h.begun(ctx, f.send())
}

func TestFromTheStartPageToTheFirstQuestion(t *testing.T) {
	h := newHouse(t)
	b, ctx := h.professional("anna", "vuosaari-ta")
	b.get("/").says("Täältä pääset alkuun", "Uusi arvio")

	f := choose(b)
	f.Set("language", "sv")
	f.Set("plain", "1")
	f.Add("present", "interpreter")
	f.Set("_active", "40")
	asked := f.send().follow()
	asked.says("Vill du göra en Omasuunta-bedömning?", "Bedömningen hjälper dig och personalen att prata om din situation.", "Resultatet får skrivas in i mina uppgifter")
	if strings.Contains(asked.HTML, "checked") {
		t.Error("a purpose is ticked before the client has ticked it")
	}

	f = asked.form("consent")
	f.Set("signed_name", "Testi Asiakas")
	f.Set("client_ref", "viite-17")
	refused := f.send()
	if refused.Status != http.StatusUnprocessableEntity {
		t.Errorf("without a purpose: %d", refused.Status)
	}
	f = refused.form("consent")
	if f.Get("signed_name") != "Testi Asiakas" || f.Get("client_ref") != "viite-17" || f.Get("plain") != "1" || f.Get("present") != "interpreter" {
		t.Errorf("what was typed is gone: %v", f.Values)
	}
	f.Add("purposes", "assessment")
	f.Add("purposes", "statistics")
	f.Set("_active", "75")
	a := h.begun(ctx, f.send())

	if a.Language != "sv" || !a.Plain || !slices.Equal(a.Present, []string{"interpreter"}) || a.ClientRef != "viite-17" ||
		a.Register != assessment.Health || a.ProfessionalBattery.Code != "functioning" || a.Mode != assessment.Joint || !a.Statistics {
		t.Error("the assessment is not what was chosen")
	}
	c, err := h.assessments.Consent(ctx, a.ConsentID)
	h.must(err)
	if c.SignedName != "Testi Asiakas" || c.Covers(consent.Recording) || c.Form != consent.Electronic || c.GivenBy != consent.ByClient {
		t.Error("the consent is not what was given")
	}
	phases, err := h.assessments.Phases(ctx, a.ID)
	h.must(err)
	if phases[assessment.PhaseBegin] != 40 || phases[assessment.PhaseConsent] != 75 {
		t.Errorf("time: %v", phases)
	}
	b.get("/").says("viite-17", "Jatka", "Kuntoutuminen ja toimintakyky")
}

// The second time everything is chosen already: new assessment, continue, all
// purposes, name, give consent.
func TestTheSecondVisitTakesFewActions(t *testing.T) {
	h := newHouse(t)
	b, ctx := h.professional("anna", "vuosaari-ta", "seniori-info")
	f := choose(b)
	f.Set("unit", "seniori-info")
	f.Set("language", "en")
	f = f.send().follow().form("consent")
	f.Add("purposes", "assessment")
	f.Set("form", "paper")
	h.begun(ctx, f.send())

	f = b.get("/new").form("begin").send().follow().form("consent").press("show", "all").form("consent")
	f.Set("signed_name", "Test Client")
	a := h.begun(ctx, f.send())
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
	again := f.press("_set", "language:en")
	again.says("New assessment", "Plain language")
	f = again.form("begin")
	if f.Get("battery") != "functioning" || f.Get("assessed_on") != "2023-09-13" || f.Get("present") != "close_person" {
		t.Errorf("lost: %v", f.Values)
	}

	f = f.send().follow().form("consent")
	f.Set("signed_name", "Testi Asiakas")
	f.Add("purposes", "record")
	asked := f.press("_set", "language:sv")
	asked.says("Vill du göra en Omasuunta-bedömning?")
	asked = asked.form("consent").press("show", "plain")
	asked.says("Svaren ger ett förslag.")
	f = asked.form("consent")
	if f.Get("signed_name") != "Testi Asiakas" || f.Get("purposes") != "record" || f.Get("language") != "sv" {
		t.Errorf("lost: %v", f.Values)
	}
	b.get("/").says("New assessment") // the professional's own language is another matter
}

func TestWhatIsWrongIsSaidBeforeTheClientSigns(t *testing.T) {
	h := newHouse(t)
	b, _ := h.professional("anna", "vuosaari-ta")
	f := b.get("/new").form("begin")
	f.Set("assessed_on", "2023-09-15")
	wrong := f.send()
	if wrong.Status != http.StatusUnprocessableEntity {
		t.Errorf("status %d", wrong.Status)
	}
	wrong.says("Rekisteri: Tämä tieto tarvitaan.", "Ammattilaisen kysymykset: Tämä tieto tarvitaan.", "Käynnin päivä: Päivä ei voi olla tulevaisuudessa.")
	wrong = b.get("/new/consent?unit=seniori-info&register=health&battery=functioning&language=fi&mode=joint")
	if wrong.Status != http.StatusUnprocessableEntity {
		t.Errorf("another unit: status %d", wrong.Status)
	}
	wrong.says("Yksikköä ei ole tai se ei ole sinun.")

	f = choose(b).send().follow().form("consent")
	f.Add("purposes", "statistics")
	f.Set("representative_ground", "edunvalvoja")
	f.Set("given_by", "representative")
	wrong = f.send()
	wrong.says("Nimesi: Tämä tieto tarvitaan.", "Suostumus ei kata tätä: Arvion tekeminen")
	if f = wrong.form("consent"); f.Get("representative_ground") != "edunvalvoja" || f.Get("given_by") != "representative" {
		t.Errorf("lost: %v", f.Values)
	}
	if list, err := h.db.Assessments(t.Context(), assessment.ListQuery{Units: []string{"vuosaari-ta"}, Limit: 1}); err != nil || len(list) != 0 {
		t.Errorf("something was begun: %v", err)
	}
}

// From the page of a new assessment two clicks lead to "did not take part": the
// list opens, and a reason is pressed.
func TestNotTakingPart(t *testing.T) {
	h := newHouse(t)
	b, _ := h.professional("anna", "vuosaari-ta")
	done := b.get("/new").form("begin").press("why", "memory_illness").follow()
	done.says("Kirjattu.")
	f := choose(b).send().follow().form("consent")
	f.Add("purposes", "assessment")
	f.press("why", "consent_not_wanted").follow().says("Kirjattu.")
	if wrong := b.post("/new/not-taking-part", url.Values{"why": {"because"}, "unit": {"vuosaari-ta"}}); wrong.Status != http.StatusBadRequest {
		t.Errorf("a made-up reason: %d", wrong.Status)
	}
	if wrong := b.post("/new/not-taking-part", url.Values{"why": {"no_time"}, "unit": {"seniori-info"}}); wrong.Status != http.StatusUnprocessableEntity {
		t.Errorf("another unit: %d", wrong.Status)
	}
}

func TestGoingOnUnderTheSameConsent(t *testing.T) {
	h := newHouse(t)
	b, ctx := h.professional("anna", "vuosaari-ta")
	first := h.start(b, ctx, "viite-17")
	again := b.get("/new?again=" + first.ID.String())
	again.says("viite-17", "on voimassa")
	second := h.begun(ctx, again.form("begin").send())
	if second.ConsentID != first.ConsentID || second.ClientRef != "viite-17" || second.ID == first.ID {
		t.Error("the second assessment is not the same client's under the same consent")
	}

	other := again.form("begin")
	other.Set("register", "social")
	if asked := other.send().follow(); asked.Path != "/new/consent" || asked.form("consent").Get("client_ref") != "viite-17" {
		t.Errorf("for the other register: %s", asked.Path)
	}

	_, err := h.assessments.WithdrawConsent(ctx, assessment.WithdrawConsent{ID: first.ConsentID})
	h.must(err)
	withdrawn := b.get("/new?again=" + first.ID.String())
	withdrawn.says("pyydä uusi")
	if to := withdrawn.form("begin").send().To; !strings.HasPrefix(to, "/new/consent?") {
		t.Errorf("after the withdrawal it leads to %s", to)
	}
}

func TestStartPageCountsTowardsTheTarget(t *testing.T) {
	h := newHouse(t)
	b, ctx := h.professional("anna", "vuosaari-ta")
	h.must(h.settings.Change(h.system(), setting.Target, "10"))
	h.must(h.settings.Change(h.system(), setting.TargetFrom, "2023-09-01"))
	h.clock.Advance(2 * time.Second)
	a := h.start(b, ctx, "viite-17")
	h.answer(ctx, a)
	_, err := h.assessments.Complete(ctx, assessment.Complete{ID: a.ID})
	h.must(err)
	start := b.get("/")
	start.says("1/10 arviota", "Alkaen 1.9.2023", "viite-17", "Omatoimiasiakkuus", "Mitään ei ole kesken.")
	if !strings.Contains(start.HTML, `<progress class="meter" max="10" value="1"`) || !strings.Contains(start.HTML, `class="mark omatoimi"`) {
		t.Error("the progress or the segment's mark is missing")
	}
	if to := b.get("/assessments/" + a.ID.String()).To; to != "/assessments/"+a.ID.String()+"/result" {
		t.Errorf("one with a result leads to %s", to)
	}
}

// answer fills both sheets: much resources, little challenge.
func (h *house) answer(ctx context.Context, a *assessment.Assessment) {
	h.Helper()
	client, professional, err := h.assessments.Batteries(a)
	h.must(err)
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
	_, err := h.assessments.Change(ctx, in)
	h.must(err)
}

// next is the step that an assessment's address leads to.
func (h *house) next(ctx context.Context, a *assessment.Assessment) string {
	h.Helper()
	actor, _ := access.From(ctx)
	token, err := h.people.Login(h.Context(), strings.TrimPrefix(actor.Name, "Testi "), password)
	h.must(err)
	to := h.browse(token).get("/assessments/" + a.ID.String()).To
	return to[strings.LastIndexByte(to, '/')+1:]
}
