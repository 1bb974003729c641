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
	before, err := h.Content.CurrentText(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	path, n := "/admin/consent-text/new", len(before.Brochure)
	form := h.Get(path).Form("text").Values
	if got := form.Get("brochure.0.text.fi_plain"); got != before.Brochure[0].Text.FiPlain {
		t.Errorf("the form begins with %q", got)
	}
	form.Set("title.fi", "Uusi \"otsikko\" <b>")
	form.Set("_do", "remove:0")
	form = h.Send(path, form).Form("text").Values
	form.Set("_do", "add")
	added := h.Send(path, form)
	added.Is(http.StatusOK, "Uusi kohta")
	form = added.Form("text").Values
	if form.Get("title.fi") != "Uusi \"otsikko\" <b>" || form.Get("brochure.0.heading.sv") != before.Brochure[1].Heading.Sv {
		t.Errorf("adding and removing lost something: %q", form.Get("brochure.0.heading.sv"))
	}
	form.Del("_do")
	bad := h.Send(path, form)
	bad.Is(http.StatusUnprocessableEntity, "Kohdan teksti "+strconv.Itoa(n)+", Ruotsi, lättläst: Tämä tieto tarvitaan", `id="entry-`+strconv.Itoa(n-1)+`" open`)
	form = bad.Form("text").Values
	for _, name := range []string{"heading", "text"} {
		for _, code := range []string{"fi", "sv", "en", "fi_plain", "sv_plain"} {
			form.Set("brochure."+strconv.Itoa(n-1)+"."+name+"."+code, "Viimeinen "+name+" "+code)
		}
	}
	form.Set("_set", "language:sv")
	form = h.Send(path, form).Form("text").Values
	h.Send(path, form).Leads("/admin/consent-text?done=saved")
	after, err := h.Content.CurrentText(t.Context())
	if err != nil || after.Version != before.Version+1 || len(after.Brochure) != n {
		t.Fatalf("version %d with %d sections, %v", after.Version, len(after.Brochure), err)
	}
	if after.Title.Fi != "Uusi \"otsikko\" <b>" || after.Brochure[0] != before.Tidy().Brochure[1] || after.Brochure[n-1].Text.SvPlain != "Viimeinen text sv_plain" {
		t.Errorf("%+v", after.Title)
	}
	h.Get("/admin/consent-text").Is(http.StatusOK, "Version 2 används nu", `href="/admin/consent-text/1"`)
	h.Get("/admin/consent-text/1").Is(http.StatusOK, before.Title.Sv)
	// Whoever was slower is told, and loses nothing.
	form.Set("title.fi", "Hitaamman otsikko")
	late := h.Send(path, form)
	late.Is(http.StatusConflict, "Någon annan har sparat", "Hitaamman otsikko")
	h.Send(path, late.Form("text").Values).Leads("/admin/consent-text?done=saved")
}

func TestConsentTextWithoutSections(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.enter("admin", "paula")
	form := h.Get("/admin/consent-text/new").Form("text").Values
	for name := range form {
		if strings.HasPrefix(name, "brochure.") {
			form.Del(name)
		}
	}
	h.Send("/admin/consent-text/new", form).Is(http.StatusUnprocessableEntity, "Esitteen kohdat: Tämä tieto tarvitaan", `href="#f-brochure"`)
}

func TestGuidanceIsWrittenAnew(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.enter("admin", "paula")
	path := "/admin/guidance/" + segment.Network.Code()
	h.Get("/admin/guidance").Is(http.StatusOK, "Verkostoasiakkuus", "Ohjelman mukana tullut")
	form := h.Get(path).Form("guidance").Values
	form.Set("headline.sv", "")
	form.Set("strengths.fi", "Omat sanat")
	bad := h.Send(path, form)
	bad.Is(http.StatusUnprocessableEntity, "Pääviesti, Ruotsi: Tämä tieto tarvitaan", "Omat sanat")
	form = bad.Form("guidance").Values
	form.Set("headline.sv", "Rubrik")
	form.Set("_do", "remove:0")
	form = h.Send(path, form).Form("guidance").Values
	before, _ := h.Content.Guidance(t.Context(), segment.Network)
	h.Send(path, form).Leads("/admin/guidance?done=saved")
	after, err := h.Content.Guidance(t.Context(), segment.Network)
	if err != nil || after.Strengths.Fi != "Omat sanat" || after.Headline.Sv != "Rubrik" || len(after.Steps) != len(before.Steps)-1 || after.Steps[0].Service.Fi != before.Steps[1].Service.Fi {
		t.Errorf("%v %v", after.Strengths, err)
	}
	h.Get("/admin/guidance").Is(http.StatusOK, "Oma, versio 1, 14.9.2023")
	h.Send(path, form).Is(http.StatusConflict, "Joku muu on tallentanut", "Omat sanat")
}

func TestBatteriesInUse(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.enter("admin", "paula")
	path := "/admin/batteries"
	h.Send(path, url.Values{"batteries.in_use": {"functioning", "ei-ole"}}).Is(http.StatusUnprocessableEntity, "Tällaista kysymyspatteristoa ei ole",
		`value="functioning" checked`)
	h.Send(path, nil).Is(http.StatusUnprocessableEntity, `href="#f-batteries-in_use"`) // none is not "whichever there are"
	h.Send(path, url.Values{"batteries.in_use": {"functioning", "health-risk"}}).Leads(path + "?done=saved")
	inUse, err := h.Content.InUse(t.Context())
	if err != nil || len(inUse) != 2 || !inUse["functioning"] || !inUse["health-risk"] {
		t.Errorf("%v %v", inUse, err)
	}
	h.Get(path).Is(http.StatusOK, `value="functioning" checked`, "Ei käytössä")
	var all []string
	for _, b := range h.Library.Professional() {
		all = append(all, b.Code)
	}
	h.Send(path, url.Values{"batteries.in_use": all}).Leads(path + "?done=saved")
	if s, err := h.Settings.Current(t.Context()); err != nil || len(s.Batteries) != 0 {
		t.Errorf("all of them is kept as %v, %v", s.Batteries, err)
	}
	item := h.Library.Client().Items[0]
	h.Get(path+"/individual-client").Is(http.StatusOK, item.Text.Fi, strings.Split(item.Text.FiPlain, "\n")[0], "Selkokielinen muoto")
}

func TestSettings(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.enter("admin", "paula")
	form := h.Get("/admin/settings").Form("settings").Values
	if form.Get("report.min_cell") != "5" || form.Get("report.demo") != "false" {
		t.Errorf("the form shows %v", form)
	}
	form.Set("report.min_cell", "0")
	form.Set("target.from", "2023-05-05")
	form.Set("target.to", "2023-01-01")
	form.Set("house.contact", "Neuvonta, \"palvelukeskus\"")
	bad := h.Send("/admin/settings", form)
	bad.Is(http.StatusUnprocessableEntity, "Pienin luku, joka raporteissa näytetään: Arvon pitää olla vähintään 1",
		"Tavoiteaika päättyy: Loppupäivä on ennen alkupäivää")
	form = bad.Form("settings").Values
	if form.Get("house.contact") != "Neuvonta, \"palvelukeskus\"" || form.Get("target.from") != "2023-05-05" {
		t.Errorf("lost: %v", form)
	}
	form.Set("report.min_cell", "7")
	form.Set("target.to", "2023-11-12")
	h.Send("/admin/settings", form).Leads("/admin/settings?done=saved")
	s, err := h.Settings.Current(t.Context())
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
	h.Get("/admin/barriers").Is(http.StatusOK, "Palautetta ei ole")
	ctx := access.With(t.Context(), access.Actor{})
	if err := h.Content.ReportBarrier(ctx, content.Barrier{Description: "Painike <ei> löydy"}); err != nil {
		t.Fatal(err)
	}
	h.Get("/admin/barriers").Is(http.StatusOK, "14.9.2023", "Painike <ei> löydy", "Ei toivo vastausta")
}
