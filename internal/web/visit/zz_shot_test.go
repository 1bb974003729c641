package visit_test

import (
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"os/exec"
	"testing"
	"time"

	"github.com/omasuunta/omasuunta/internal/assessment"
	"github.com/omasuunta/omasuunta/internal/setting"
)

func TestShots(t *testing.T) {
	h := newHouse(t)
	b, ctx := h.professional("anna", "vuosaari-ta", "seniori-info")
	h.must(h.settings.Change(h.system(), setting.Target, "10"))
	h.clock.Advance(2 * time.Second)
	f := choose(b); f.Set("unit", "vuosaari-ta"); f = f.send().follow().form("consent"); f.Add("purposes", "assessment"); f.Set("signed_name", "Testi Asiakas"); f.Set("client_ref", "viite-1")
	a := h.begun(ctx, f.send())
	h.answer(ctx, a)
	_, err := h.assessments.Complete(ctx, assessment.Complete{ID: a.ID}); h.must(err)
	f = choose(b); f.Set("unit", "vuosaari-ta"); f = f.send().follow().form("consent"); f.Add("purposes", "assessment"); f.Set("signed_name", "Testi Asiakas")
	d := h.begun(ctx, f.send())
	client, _ := h.invited(ctx)
	proxy := func(b *browser) *httptest.Server {
		at, _ := url.Parse(h.server.URL)
		p := httputil.NewSingleHostReverseProxy(at)
		s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			for _, c := range b.client.Jar.Cookies(at) { r.AddCookie(c) }
			r.Host = at.Host
			p.ServeHTTP(w, r)
		}))
		t.Cleanup(s.Close)
		return s
	}
	pro, own := proxy(b), proxy(client)
	q := "/new/consent?unit=vuosaari-ta&register=health&battery=functioning&language=fi&mode=joint"
	for name, at := range map[string]string{
		"start": pro.URL + "/", "new": pro.URL + "/new", "again": pro.URL + "/new?again=" + a.ID.String(), "consent": pro.URL + q, "bad": pro.URL + "/new/consent?unit=vuosaari-ta",
		"own": own.URL + "/own/consent", "list": pro.URL + "/assessments", "details": pro.URL + "/assessments/" + d.ID.String() + "/details",
		"record": pro.URL + "/assessments/" + a.ID.String() + "/consent", "withdrawal": pro.URL + "/assessments/" + a.ID.String() + "/consent/withdrawal", "abandon": pro.URL + "/assessments/" + d.ID.String() + "/abandon",
	} {
		if name != "consent" && name != "own" && name != "details" { continue }
		for _, size := range []string{"900,2600"} {
			out, err := exec.Command("timeout", "40", "chromium", "--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", "--window-size="+size, "--screenshot=/tmp/p2shots/"+name+"-"+size[:3]+".png", at).CombinedOutput()
			if err != nil { t.Log(string(out)) }
		}
	}
}
