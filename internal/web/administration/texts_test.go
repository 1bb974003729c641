package administration_test

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/omasuunta/omasuunta/internal/access"
	"github.com/omasuunta/omasuunta/internal/content"
	"github.com/omasuunta/omasuunta/internal/segment"
)

// Sections come and go, findings are named, and whatever was typed stays until a
// new version is made of it.
func TestConsentTextIsWrittenAnew(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.enter("admin", "paula")
	before, err := h.content.CurrentText(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	path, n := "/admin/consent-text/new", len(before.Brochure)
	form := fields(h.get(path))
	if got := form.Get("brochure.0.text.fi_plain"); got != before.Brochure[0].Text.FiPlain {
		t.Errorf("the form begins with %q", got)
	}
	form.Set("title.fi", "Uusi \"otsikko\" <b>")
	form.Set("_do", "remove:0")
	form = fields(h.post(path, form))
	form.Set("_do", "add")
	added := h.post(path, form)
	h.expect(added, http.StatusOK, "Uusi kohta")
	form = fields(added)
	if form.Get("title.fi") != "Uusi \"otsikko\" <b>" || form.Get("brochure.0.heading.sv") != before.Brochure[1].Heading.Sv {
		t.Errorf("adding and removing lost something: %q", form.Get("brochure.0.heading.sv"))
	}
	form.Del("_do")
	bad := h.post(path, form)
	h.expect(bad, http.StatusUnprocessableEntity, "Kohdan teksti "+strconv.Itoa(n)+", Ruotsi, lättläst: Tämä tieto tarvitaan", `id="entry-`+strconv.Itoa(n-1)+`" open`)
	form = fields(bad)
	for _, name := range []string{"heading", "text"} {
		for _, code := range []string{"fi", "sv", "en", "fi_plain", "sv_plain"} {
			form.Set("brochure."+strconv.Itoa(n-1)+"."+name+"."+code, "Viimeinen "+name+" "+code)
		}
	}
	form.Set("_set", "language:sv")
	form = fields(h.post(path, form))
	h.expectRedirect(h.post(path, form), "/admin/consent-text?done=saved")
	after, err := h.content.CurrentText(t.Context())
	if err != nil || after.Version != before.Version+1 || len(after.Brochure) != n {
		t.Fatalf("version %d with %d sections, %v", after.Version, len(after.Brochure), err)
	}
	if after.Title.Fi != "Uusi \"otsikko\" <b>" || after.Brochure[0] != before.Tidy().Brochure[1] || after.Brochure[n-1].Text.SvPlain != "Viimeinen text sv_plain" {
		t.Errorf("%+v", after.Title)
	}
	h.expect(h.get("/admin/consent-text"), http.StatusOK, "Version 2 används nu", `href="/admin/consent-text/1"`)
	h.expect(h.get("/admin/consent-text/1"), http.StatusOK, before.Title.Sv)
	// Whoever was slower is told, and loses nothing.
	form.Set("title.fi", "Hitaamman otsikko")
	late := h.post(path, form)
	h.expect(late, http.StatusConflict, "Någon annan har sparat", "Hitaamman otsikko")
	h.expectRedirect(h.post(path, fields(late)), "/admin/consent-text?done=saved")
}

func TestConsentTextWithoutSections(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.enter("admin", "paula")
	form := fields(h.get("/admin/consent-text/new"))
	for name := range form {
		if strings.HasPrefix(name, "brochure.") {
			form.Del(name)
		}
	}
	h.expect(h.post("/admin/consent-text/new", form), http.StatusUnprocessableEntity, "Esitteen kohdat: Tämä tieto tarvitaan", `href="#f-brochure"`)
}

func TestGuidanceIsWrittenAnew(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.enter("admin", "paula")
	path := "/admin/guidance/" + segment.Network.Code()
	h.expect(h.get("/admin/guidance"), http.StatusOK, "Verkostoasiakkuus", "Ohjelman mukana tullut")
	form := fields(h.get(path))
	form.Set("headline.sv", "")
	form.Set("strengths.fi", "Omat sanat")
	bad := h.post(path, form)
	h.expect(bad, http.StatusUnprocessableEntity, "Pääviesti, Ruotsi: Tämä tieto tarvitaan", "Omat sanat")
	form = fields(bad)
	form.Set("headline.sv", "Rubrik")
	form.Set("_do", "remove:0")
	form = fields(h.post(path, form))
	before, _ := h.content.Guidance(t.Context(), segment.Network)
	h.expectRedirect(h.post(path, form), "/admin/guidance?done=saved")
	after, err := h.content.Guidance(t.Context(), segment.Network)
	if err != nil || after.Strengths.Fi != "Omat sanat" || after.Headline.Sv != "Rubrik" || len(after.Steps) != len(before.Steps)-1 || after.Steps[0].Service.Fi != before.Steps[1].Service.Fi {
		t.Errorf("%v %v", after.Strengths, err)
	}
	h.expect(h.get("/admin/guidance"), http.StatusOK, "Oma, versio 1, 14.9.2023")
	h.expect(h.post(path, form), http.StatusConflict, "Joku muu on tallentanut", "Omat sanat")
}

func TestBatteriesInUse(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.enter("admin", "paula")
	path := "/admin/batteries"
	h.expect(h.post(path, url.Values{"batteries.in_use": {"functioning", "ei-ole"}}), http.StatusUnprocessableEntity, "Tällaista kysymyspatteristoa ei ole", `value="functioning" checked`)
	h.expectRedirect(h.post(path, url.Values{"batteries.in_use": {"functioning", "health-risk"}}), path+"?done=saved")
	inUse, err := h.content.InUse(t.Context())
	if err != nil || len(inUse) != 2 || !inUse["functioning"] || !inUse["health-risk"] {
		t.Errorf("%v %v", inUse, err)
	}
	h.expect(h.get(path), http.StatusOK, `value="functioning" checked`, "Ei käytössä")
	var all []string
	for _, b := range h.library.Professional() {
		all = append(all, b.Code)
	}
	h.expectRedirect(h.post(path, url.Values{"batteries.in_use": all}), path+"?done=saved")
	if s, err := h.settings.Current(t.Context()); err != nil || len(s.Batteries) != 0 {
		t.Errorf("all of them is kept as %v, %v", s.Batteries, err)
	}
	item := h.library.Client().Items[0]
	h.expect(h.get(path+"/individual-client"), http.StatusOK, item.Text.Fi, strings.Split(item.Text.FiPlain, "\n")[0], "Selkokielinen muoto")
}

func TestSettings(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.enter("admin", "paula")
	form := fields(h.get("/admin/settings"))
	if form.Get("report.min_cell") != "5" || form.Get("report.demo") != "false" {
		t.Errorf("the form shows %v", form)
	}
	form.Set("report.min_cell", "0")
	form.Set("target.from", "2023-05-05")
	form.Set("target.to", "2023-01-01")
	form.Set("house.contact", "Neuvonta, \"palvelukeskus\"")
	bad := h.post("/admin/settings", form)
	h.expect(bad, http.StatusUnprocessableEntity, "Pienin luku, joka raporteissa näytetään: Arvon pitää olla vähintään 1", "Tavoiteaika päättyy: Loppupäivä on ennen alkupäivää")
	form = fields(bad)
	if form.Get("house.contact") != "Neuvonta, \"palvelukeskus\"" || form.Get("target.from") != "2023-05-05" {
		t.Errorf("lost: %v", form)
	}
	form.Set("report.min_cell", "7")
	form.Set("target.to", "2023-11-12")
	h.expectRedirect(h.post("/admin/settings", form), "/admin/settings?done=saved")
	s, err := h.settings.Current(t.Context())
	if err != nil || s.MinCell != 7 || s.Contact != "Neuvonta, \"palvelukeskus\"" || s.TargetTo.String() != "2023-11-12" {
		t.Errorf("%+v %v", s, err)
	}
	if slices.Contains(s.Batteries, "functioning") {
		t.Error("the batteries changed too")
	}
}

func TestBarriers(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.enter("admin", "paula")
	h.expect(h.get("/admin/barriers"), http.StatusOK, "Palautetta ei ole")
	ctx := access.With(t.Context(), access.Actor{})
	if err := h.content.ReportBarrier(ctx, content.Barrier{Description: "Painike <ei> löydy"}); err != nil {
		t.Fatal(err)
	}
	h.expect(h.get("/admin/barriers"), http.StatusOK, "14.9.2023", "Painike <ei> löydy", "Ei toivo vastausta")
}
