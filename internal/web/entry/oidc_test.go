package entry_test

import (
	"log/slog"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"

	"github.com/omasuunta/omasuunta/internal/access"
	"github.com/omasuunta/omasuunta/internal/audit"
	"github.com/omasuunta/omasuunta/internal/housetest"
	"github.com/omasuunta/omasuunta/internal/identity"
	"github.com/omasuunta/omasuunta/internal/identity/oidc"
	"github.com/omasuunta/omasuunta/internal/identity/oidc/oidctest"
	"github.com/omasuunta/omasuunta/internal/lang"
	"github.com/omasuunta/omasuunta/internal/web/entry"
	"github.com/omasuunta/omasuunta/internal/web/page"
	"github.com/omasuunta/omasuunta/internal/web/pagetest"
)

// realClock is that of the providers, which know no other.
type realClock struct{}

func (realClock) Now() time.Time { return time.Now().UTC() }

// The codes of the house's providers: at the first one roles and units come from
// claims, at the second one users are linked one by one.
const (
	managed = "keskus"
	linked  = "toinen"
)

// outside is the pages on the way in, two providers, and one browser.
type outside struct {
	*pagetest.Site
	*pagetest.Browser
	db        *housetest.Watched
	providers map[string]*oidctest.Provider
}

// The people that both providers know, by their identifiers there.
const (
	aino  = "subject-a-1" // a professional
	eero  = "subject-e-2" // an expert
	paula = "subject-p-3" // an administrator
	noora = "subject-n-4" // of another house
)

var (
	grants = []oidc.Grant{
		{Claim: "groups", Value: "oma-asiantuntijat", Role: "expert"},
		{Claim: "groups", Value: "oma-ammattilaiset", Role: "professional"},
		{Claim: "groups", Value: "oma-paakayttajat", Role: "admin"},
		{Claim: "org.departments", Value: "1203", Unit: housetest.Unit},
		{Claim: "org.departments", Value: "1417", Unit: housetest.OtherUnit},
		{Claim: "org.departments", Value: "9999", Unit: "lakkautettu"},
	}
	names = map[lang.Tag]string{lang.Finnish: "Keskuksen tunnus", lang.Swedish: "Centralens konto", lang.English: "Central account"}
)

func claims(group string, departments ...any) map[string]any {
	return map[string]any{"groups": []any{"kaikki", group}, "org": map[string]any{"departments": departments}}
}

func newOutside(t *testing.T, change ...func(*oidc.Config)) *outside {
	t.Helper()
	in := housetest.New(t)
	in.Clock.Set(time.Now()) // the providers' clock can't be set
	o := &outside{db: &housetest.Watched{Store: in.Store}, providers: map[string]*oidctest.Provider{}}
	in.Access = access.NewService(o.db, identity.Weak(), in.Clock, housetest.IDs{})
	var known []*oidc.Provider
	for _, code := range []string{managed, linked} {
		at := oidctest.Open(t,
			oidctest.Person{ID: aino, Given: "Aino", Family: "Kuvitteellinen", Claims: claims("oma-ammattilaiset", "1203")},
			oidctest.Person{ID: eero, Given: "Eero", Family: "Kuvitteellinen", Claims: claims("oma-asiantuntijat")},
			oidctest.Person{ID: paula, Given: "Paula", Family: "Kuvitteellinen", Claims: claims("oma-paakayttajat")},
			oidctest.Person{ID: noora, Given: "Noora", Family: "Kuvitteellinen", Claims: claims("muut", "1203")},
		)
		o.providers[code] = at
		config := oidc.Config{
			Code: code, Names: names, Issuer: at.URL, ClientID: "omasuunta", ClientSecret: "hyvin salainen", Scopes: []string{"openid", "profile"},
			Subject: "sub", Name: "name", UserInfo: true, Algorithms: []string{"RS256", "ES256"},
		}
		if code == managed {
			config.Grants = grants
		}
		for _, f := range change {
			f(&config)
		}
		known = append(known, oidc.New(config, realClock{}, slog.New(slog.DiscardHandler)))
	}
	var pages *entry.Pages
	o.Site = pagetest.OpenWith(in, func(string, string, string) (func(), error) { return func() {}, nil }, func(kit *page.Kit) ([]page.Route, error) {
		var err error
		if pages, err = entry.New(kit, entry.Deps{Access: in.Access, Content: in.Content, Settings: in.Settings, Providers: known}); err != nil {
			return nil, err
		}
		kit.AskLogin(pages.AskLogin)
		here := func(r *page.Request) error { return r.NoContent(http.StatusNoContent) }
		return append(pages.Routes(),
			page.Route{Method: http.MethodGet, Path: "/", Gate: page.SignedIn, Handle: here},
			page.Route{Method: http.MethodGet, Path: "/somewhere", Gate: page.SignedIn, Handle: here},
			page.Route{Method: http.MethodPost, Path: "/notes", Gate: page.SignedIn, Handle: here},
			page.Route{Method: http.MethodGet, Path: "/assessments/:id/client", Gate: page.Own, Handle: here, HandedOver: true},
		), nil
	})
	pages.PublicURL = o.URL
	for _, at := range o.providers {
		at.Register("omasuunta", "hyvin salainen", o.URL+"/login/oidc/"+managed+"/callback", o.URL+"/login/oidc/"+linked+"/callback")
	}
	o.Browser = o.Browse("")
	return o
}

// away goes to a provider and returns where it sends the browser.
func (o *outside) away(b *pagetest.Browser, code, query string) string {
	o.Helper()
	p := b.Get("/login/oidc/" + code + query)
	if p.Status != http.StatusSeeOther {
		p.Is(http.StatusSeeOther)
	}
	return p.To
}

// back is the path that a provider sends somebody back to.
func (o *outside) back(code, address, id string) string {
	o.Helper()
	path, ours := strings.CutPrefix(o.providers[code].LogIn(address, id), o.URL)
	if !ours {
		o.Fatalf("the provider sends the browser elsewhere: %s", path)
	}
	return path
}

// logIn goes the whole way in a browser of its own and returns the last page.
func (o *outside) logIn(code, id string) (*pagetest.Browser, *pagetest.Page) {
	o.Helper()
	b := o.Browse("")
	return b, b.Get(o.back(code, o.away(b, code, ""), id))
}

// who is whose a browser's session is.
func (o *outside) who(b *pagetest.Browser) access.Actor {
	o.Helper()
	session, err := o.Access.Session(o.Context(), b.Session())
	o.Must(err)
	return session.Actor
}

// wantRefused fails unless a browser has no session and the newest row of the
// audit says why.
func (o *outside) wantRefused(b *pagetest.Browser, why string) {
	o.Helper()
	if b.Session() != "" {
		o.Errorf("%s: the browser has a session", why)
	}
	rows := o.db.Audit()
	if len(rows) == 0 {
		o.Errorf("nothing is in the audit, want %s", why)
		return
	}
	last := rows[len(rows)-1]
	if got := string(last.Action) + " " + last.SubjectID; got != string(audit.IdentityRefused)+" "+why || last.Actor != uuid.Nil {
		o.Errorf("the audit says %q, want %q", got, why)
	}
	if slices.ContainsFunc(rows, func(e audit.Entry) bool { return e.Action == audit.LoggedIn }) {
		o.Errorf("%s: a session was begun", why)
	}
}

func (o *outside) done() []string {
	var done []string
	for _, e := range o.db.Audit() {
		done = append(done, string(e.Action))
	}
	return done
}

func TestLoginAtAProvider(t *testing.T) {
	t.Parallel()
	o := newOutside(t)
	o.Get("/login").Is(http.StatusOK, "Keskuksen tunnus", `href="/login/oidc/keskus"`, `href="/login/oidc/toinen"`)
	o.Get("/login", "Accept-Language", "sv").Is(http.StatusOK, "Centralens konto", "Logga in med din organisations konto")
	o.Get("/somewhere?a=b").Leads("/login?back=%2Fsomewhere%3Fa%3Db")
	way := "?back=%2Fsomewhere%3Fa%3Db"
	o.Get("/login"+way).Is(http.StatusOK, `href="/login/oidc/keskus`+way+`"`)

	address := o.away(o.Browser, managed, way)
	asked, err := url.Parse(address)
	o.Must(err)
	q := asked.Query()
	if q.Get("code_challenge_method") != "S256" || len(q.Get("code_challenge")) != 43 || len(q.Get("state")) < 40 || len(q.Get("nonce")) < 20 || q.Get("response_type") != "code" {
		t.Errorf("the provider is asked with %s", address)
	}
	o.Get(o.back(managed, address, aino)).Leads("/somewhere?a=b")
	o.Get("/somewhere").Is(http.StatusNoContent)
	if got := o.who(o.Browser); got.Name != "Aino Kuvitteellinen" || got.Role != access.Professional || !slices.Equal(got.Units, []string{housetest.Unit}) {
		t.Errorf("it is %v %v", got.Role, got.Units)
	}
	want := []string{"user.added", "identity.linked", "session.begun"}
	if diff := cmp.Diff(want, o.done()); diff != "" {
		t.Error(diff)
	}
	for _, e := range o.db.Audit() {
		if strings.Contains(e.SubjectID, aino) || strings.Contains(e.SubjectID, "Aino") {
			t.Errorf("the audit names somebody: %v", e)
		}
	}
	o.Get("/password").Is(http.StatusOK, "organisaatiosi tunnuksella", "!<form id=\"password\"")
	o.Get("/login/oidc/keskus" + way).Leads("/somewhere?a=b") // there is nothing left to do
}

func TestEveryRoleComesFromClaims(t *testing.T) {
	t.Parallel()
	o := newOutside(t)
	for id, want := range map[string]access.Role{aino: access.Professional, eero: access.Expert, paula: access.Admin} {
		b, p := o.logIn(managed, id)
		p.Leads("/")
		if got := o.who(b).Role; got != want {
			t.Errorf("%s is %s, want %s", id, got, want)
		}
	}
	// The same person at another provider is somebody else.
	_, p := o.logIn(linked, aino)
	p.Is(http.StatusForbidden, "sillä ei pääse tähän palveluun")
}

// What the provider says at the next login holds from then on, and no longer
// what it said before.
func TestClaimsAreTakenAnewAtEveryLogin(t *testing.T) {
	t.Parallel()
	o := newOutside(t)
	first, _ := o.logIn(managed, aino)
	before := o.who(first)
	o.providers[managed].Say(aino, claims("oma-ammattilaiset", "1417", 1203))
	second, _ := o.logIn(managed, aino)
	after := o.who(second)
	if after.ID != before.ID || !slices.Equal(after.Units, []string{housetest.OtherUnit, housetest.Unit}) {
		t.Errorf("after the second login: %v, the same user %v", after.Units, after.ID == before.ID)
	}
	if now := o.who(first); !slices.Equal(now.Units, after.Units) {
		t.Errorf("the first session still has %v", now.Units)
	}
	o.providers[managed].Say(aino, claims("oma-asiantuntijat", "1203"))
	third, _ := o.logIn(managed, aino)
	if got := o.who(third); got.Role != access.Expert || !slices.Equal(got.Units, []string{housetest.Unit}) {
		t.Errorf("after the third login: %v %v", got.Role, got.Units)
	}
	if n := len(slices.DeleteFunc(o.done(), func(a string) bool { return a != "user.changed" })); n != 2 {
		t.Errorf("%d changes are in the audit, want 2", n)
	}
}

func TestWhoHasNoRightsIsToldSo(t *testing.T) {
	t.Parallel()
	o := newOutside(t)
	for name, c := range map[string]struct {
		claims map[string]any
		why    string
	}{
		"no group":           {claims("muut", "1203"), "no_role"},
		"no claims at all":   {map[string]any{}, "no_role"},
		"no unit":            {claims("oma-ammattilaiset"), "no_unit"},
		"a unit that's gone": {claims("oma-ammattilaiset", "9999"), "bad_unit"},
		"a group in a text":  {map[string]any{"groups": "kaikki oma-paakayttajat"}, "no_role"},
		"a group in a group": {map[string]any{"groups": []any{[]any{"oma-paakayttajat"}}}, "no_role"},
	} {
		t.Run(name, func(t *testing.T) {
			o.providers[managed].Say(noora, c.claims)
			b, p := o.logIn(managed, noora)
			p.Is(http.StatusForbidden, "ei ole oikeuksia", `href="/login/oidc/keskus"`)
			o.wantRefused(b, "keskus:"+c.why)
		})
	}
	users, err := o.Access.Users(o.System())
	o.Must(err)
	if len(users) > 0 {
		t.Errorf("%d users were made", len(users))
	}
}

// A user whom an administrator made comes in after being linked, with the role
// and the units that are known here; who is disabled or not linked doesn't.
func TestLinkedUser(t *testing.T) {
	t.Parallel()
	o := newOutside(t)
	issuer := o.providers[linked].URL
	u, password, err := o.Access.AddUser(o.System(), access.NewUser{Username: somebody, Name: "Maija Meri", Role: "professional", Units: []string{housetest.OtherUnit}})
	o.Must(err)
	b, p := o.logIn(linked, aino)
	p.Is(http.StatusForbidden)
	o.wantRefused(b, "toinen:unknown")

	o.Must(o.Access.LinkIdentity(o.System(), somebody, issuer, aino))
	b, p = o.logIn(linked, aino)
	p.Leads("/")
	b.Get("/").Is(http.StatusNoContent) // and not to the page for changing the one-time password
	if got := o.who(b); got.ID != u.ID || got.Name != "Maija Meri" || !slices.Equal(got.Units, []string{housetest.OtherUnit}) {
		t.Errorf("it is %v", got)
	}
	o.Browse("").Send("/login", url.Values{"username": {somebody}, "password": {password}}).Is(http.StatusUnauthorized)

	o.Must(o.Access.DisableUser(o.System(), u.ID))
	o.db.Forget()
	b, p = o.logIn(linked, aino)
	p.Is(http.StatusForbidden)
	o.wantRefused(b, "toinen:disabled")

	o.Must(o.Access.EnableUser(o.System(), u.ID), o.Access.UnlinkIdentity(o.System(), somebody, issuer, aino))
	o.db.Forget()
	b, p = o.logIn(linked, aino)
	p.Is(http.StatusForbidden)
	o.wantRefused(b, "toinen:unknown")
}

// What was typed when the session ended stays in its window; the login happens in
// another one.
func TestNothingTypedIsLost(t *testing.T) {
	t.Parallel()
	o := newOutside(t)
	o.Post("/notes", "text", "Tärkeä huomio").Is(http.StatusUnauthorized, "Tärkeä huomio", `href="/login/oidc/keskus?window=1" target="_blank"`,
		`<button form="resend">`, `id="resend"`)
	path := o.back(managed, o.away(o.Browser, managed, "?window=1"), aino)
	o.Get(path).Leads("/login/done")
	o.Get("/login/done").Is(http.StatusOK, "palaa edelliseen")
	o.Post("/notes", "text", "Tärkeä huomio").Is(http.StatusNoContent)
}

func TestAddressToGoBackToIsOurs(t *testing.T) {
	t.Parallel()
	o := newOutside(t)
	for _, back := range []string{"https://example.org/", "//example.org", `/\example.org`} {
		b := o.Browse("")
		b.Get(o.back(managed, o.away(b, managed, "?back="+url.QueryEscape(back)), aino)).Leads("/")
	}
}

// Who gets what: everybody may go to a provider, a user who is in already has
// nothing to do there, and a screen in the client's hands shows nothing new.
func TestWhoGetsThePagesOfProviders(t *testing.T) {
	t.Parallel()
	o := newOutside(t)
	o.Hire("pia", access.Admin)
	pro, _ := o.Professional("ranta", housetest.Unit)
	people := map[string]*pagetest.Browser{"nobody": o.Browse(""), "professional": o.Browse(pro), "admin": o.Browse(o.SignIn("pia"))}
	for name, want := range map[string]map[string]string{
		"nobody":       {"/login/oidc/keskus": "away", "/login/oidc/keskus/callback": "403", "/login/done": "/login?back=%2Flogin%2Fdone"},
		"professional": {"/login/oidc/keskus": "/", "/login/oidc/keskus/callback": "403", "/login/done": "200"},
		"admin":        {"/login/oidc/keskus": "/", "/login/oidc/keskus/callback": "403", "/login/done": "200"},
	} {
		for _, missing := range []string{"/login/oidc/muu", "/login/oidc/muu/callback"} {
			people[name].Get(missing).Is(http.StatusNotFound)
		}
		for path, expected := range want {
			if got := o.outcome(people[name].Get(path)); got != expected {
				t.Errorf("%s at %s: %s, want %s", name, path, got, expected)
			}
		}
	}
	handed := o.SignIn("ranta")
	to := o.Begun(o.Acting(handed), nil).ID
	o.Must(o.Access.HandOver(o.Context(), handed, to))
	b := o.Browse(handed)
	for path, expected := range map[string]string{
		"/login/oidc/keskus": "away", "/login/oidc/keskus/callback": "403", "/login/done": "/assessments/" + to.String() + "/client",
	} {
		if got := o.outcome(b.Get(path)); got != expected {
			t.Errorf("handed over at %s: %s, want %s", path, got, expected)
		}
	}
}

// outcome is a status, where a page leads, or "away" to a provider.
func (o *outside) outcome(p *pagetest.Page) string {
	switch {
	case p.Status == http.StatusSeeOther && strings.HasPrefix(p.To, o.providers[managed].URL):
		return "away"
	case p.Status == http.StatusSeeOther:
		return p.To
	}
	return strconv.Itoa(p.Status)
}

// A house without providers has no pages for them.
func TestNothingIsThereWithoutProviders(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	for _, path := range []string{"/login/oidc/keskus", "/login/oidc/keskus/callback", "/login/done"} {
		h.Get(path).Is(http.StatusNotFound)
	}
	h.Get("/login").Is(http.StatusOK, "!organisaatiosi")
}
