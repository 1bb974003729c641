package entry_test

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/omasuunta/omasuunta/internal/access"
	"github.com/omasuunta/omasuunta/internal/housetest"
	"github.com/omasuunta/omasuunta/internal/identity/oidc"
	"github.com/omasuunta/omasuunta/internal/identity/oidc/oidctest"
	"github.com/omasuunta/omasuunta/internal/web/pagetest"
)

// with changes a query of an address.
func with(t *testing.T, path string, change func(url.Values)) string {
	t.Helper()
	u, err := url.Parse(path)
	if err != nil {
		t.Fatal(err)
	}
	q := u.Query()
	change(q)
	u.RawQuery = q.Encode()
	return u.String()
}

func set(name, value string) func(url.Values) { return func(q url.Values) { q.Set(name, value) } }

func much(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "application/json")
	_, _ = w.Write([]byte(`{"a": "` + strings.Repeat("a", 600<<10) + `"}`)) // the reader may hang up
}

func broken(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusBadGateway) }

func elsewhere(w http.ResponseWriter, r *http.Request) {
	http.Redirect(w, r, "/somewhere", http.StatusTemporaryRedirect)
}

// A provider that lies in its ID token, or in anything else, lets nobody in.
func TestLyingProviderLetsNobodyIn(t *testing.T) {
	t.Parallel()
	now := time.Now()
	shared := newOutside(t)
	for name, c := range map[string]struct {
		lie func(at *oidctest.Provider)
		why string
	}{
		"another nonce":           {func(at *oidctest.Provider) { at.Claim("nonce", "x") }, "nonce"},
		"no nonce":                {func(at *oidctest.Provider) { at.Claim("nonce", nil) }, "nonce"},
		"another audience":        {func(at *oidctest.Provider) { at.Claim("aud", "muu") }, "audience"},
		"no audience":             {func(at *oidctest.Provider) { at.Claim("aud", nil) }, "audience"},
		"two audiences":           {func(at *oidctest.Provider) { at.Claim("azp", "muu") }, "audience"},
		"another issuer":          {func(at *oidctest.Provider) { at.Claim("iss", "https://login.example.org") }, "issuer"},
		"the issuer with a slash": {func(at *oidctest.Provider) { at.Claim("iss", at.URL+"/") }, "issuer"},
		"expired":                 {func(at *oidctest.Provider) { at.Claim("exp", now.Add(-time.Minute).Unix()) }, "expired"},
		"for ever":                {func(at *oidctest.Provider) { at.Claim("exp", nil) }, "expired"},
		"from the future":         {func(at *oidctest.Provider) { at.Claim("iat", now.Add(time.Hour).Unix()) }, "early"},
		"not yet":                 {func(at *oidctest.Provider) { at.Claim("nbf", now.Add(time.Hour).Unix()) }, "early"},
		"nobody":                  {func(at *oidctest.Provider) { at.Claim("sub", "") }, "userinfo"},
		"another access token":    {func(at *oidctest.Provider) { at.Claim("at_hash", "AAAAAAAAAAAAAAAAAAAAAA") }, "access_token"},
		"signed by nobody":        {func(at *oidctest.Provider) { at.Lie(at.Unsigned) }, "algorithm"},
		"a shared secret":         {func(at *oidctest.Provider) { at.Lie(at.Shared) }, "algorithm"},
		"another key":             {func(at *oidctest.Provider) { at.Lie(at.Forged) }, "key"},
		"no ID token":             {func(at *oidctest.Provider) { at.Lie(func(_, _ map[string]any) string { return "" }) }, "no_token"},
		"a torn ID token":         {func(at *oidctest.Provider) { at.Lie(func(_, _ map[string]any) string { return "a.b.c" }) }, "no_token"},
		"a key that isn't known":  {func(at *oidctest.Provider) { at.Lie(renamed(at.Signed)) }, "key"},
		"a foreign key, unknown":  {func(at *oidctest.Provider) { at.Lie(renamed(at.Forged)) }, "key"},
		"changed after signing":   {func(at *oidctest.Provider) { at.Lie(changed(at)) }, "key"},
		"too much metadata":       {func(at *oidctest.Provider) { at.Instead(oidctest.DiscoveryPath, much) }, "too_large"},
		"too many tokens":         {func(at *oidctest.Provider) { at.Instead(oidctest.TokenPath, much) }, "too_large"},
		"too many keys":           {func(at *oidctest.Provider) { at.Instead(oidctest.KeysPath, much) }, "too_large"},
		"too much about people":   {func(at *oidctest.Provider) { at.Instead(oidctest.UserInfoPath, much) }, "too_large"},
		"about somebody else":     {func(at *oidctest.Provider) { at.Instead(oidctest.UserInfoPath, someoneElse) }, "userinfo"},
		"tokens are elsewhere":    {func(at *oidctest.Provider) { at.Instead(oidctest.TokenPath, elsewhere) }, "unreachable"},
		"no keys to be had":       {func(at *oidctest.Provider) { at.Instead(oidctest.KeysPath, elsewhere) }, "unreachable"},
		"no tokens to be had":     {func(at *oidctest.Provider) { at.Instead(oidctest.TokenPath, broken) }, "unreachable"},
		"no metadata to be had":   {func(at *oidctest.Provider) { at.Instead(oidctest.DiscoveryPath, broken) }, "unreachable"},
		"another house's metadata": {func(at *oidctest.Provider) {
			at.Instead(oidctest.DiscoveryPath, metadata("issuer", "https://login.example.org"))
		}, "issuer"},
	} {
		t.Run(name, func(t *testing.T) {
			o := shared
			if strings.Contains(name, "keys") || strings.Contains(name, "metadata") { // which are remembered
				o = newOutside(t)
			}
			o.db.Forget()
			b, at := o.Browse(""), o.providers[managed]
			c.lie(at)
			defer at.Honest()
			p := b.Get("/login/oidc/keskus?back=/somewhere")
			if p.Status == http.StatusSeeOther {
				p = b.Get(o.back(managed, p.To, aino))
			}
			status := map[string]int{"unreachable": http.StatusServiceUnavailable}[c.why]
			if status == 0 {
				status = http.StatusForbidden
			}
			p.Is(status, "Kirjautuminen ei onnistunut", `href="/login?back=%2Fsomewhere"`)
			o.wantRefused(b, "keskus:"+c.why)
			b.Get("/somewhere").Leads("/login?back=%2Fsomewhere")
		})
	}
}

// renamed says that a key signed which the provider doesn't have.
func renamed(sign func(header, claims map[string]any) string) func(header, claims map[string]any) string {
	return func(header, claims map[string]any) string {
		header["kid"] = "muu"
		return sign(header, claims)
	}
}

// changed puts other claims under a signature.
func changed(at *oidctest.Provider) func(header, claims map[string]any) string {
	return func(header, claims map[string]any) string {
		honest := strings.Split(at.Signed(header, claims), ".")
		claims["sub"] = paula
		other := strings.Split(at.Signed(header, claims), ".")
		return honest[0] + "." + other[1] + "." + honest[2]
	}
}

func someoneElse(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "application/json")
	_, _ = w.Write([]byte(`{"sub": "` + paula + `", "name": "Paula Paasi", "groups": ["oma-paakayttajat"]}`))
}

// metadata is what a provider says about itself, with one thing changed. It is
// told from nowhere: nothing else is there.
func metadata(name, value string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		here := "http://" + r.Host
		said := map[string]any{
			"issuer": here, "authorization_endpoint": here + "/authorize", "token_endpoint": here + oidctest.TokenPath,
			"jwks_uri": here + oidctest.KeysPath, "userinfo_endpoint": here + oidctest.UserInfoPath,
			"authorization_response_iss_parameter_supported": true,
		}
		if name != "" {
			said[name] = value
		}
		w.Header().Set("Content-Type", "application/json")
		_ = json.NewEncoder(w).Encode(said) // the reader may hang up
	}
}

// What a browser brings back counts once, in the browser and at the provider in
// which it was begun, and for ten minutes.
func TestAnswerBelongsToItsLogin(t *testing.T) {
	t.Parallel()
	o := newOutside(t)
	for name, c := range map[string]struct {
		come func(t *testing.T, o *outside, b *pagetest.Browser, path string) *pagetest.Page
		why  string
	}{
		"without a state": {func(t *testing.T, _ *outside, b *pagetest.Browser, path string) *pagetest.Page {
			return b.Get(with(t, path, func(q url.Values) { q.Del("state") }))
		}, "keskus:state"},
		"with a made-up state": {func(t *testing.T, _ *outside, b *pagetest.Browser, path string) *pagetest.Page {
			return b.Get(with(t, path, set("state", "arvattu")))
		}, "keskus:state"},
		"too late": {func(_ *testing.T, o *outside, b *pagetest.Browser, path string) *pagetest.Page {
			o.Clock.Advance(access.AttemptFor)
			return b.Get(path)
		}, "keskus:state"},
		"in another browser": {func(_ *testing.T, o *outside, _ *pagetest.Browser, path string) *pagetest.Page {
			return o.Browse("").Get(path)
		}, "keskus:state_browser"},
		"in a browser with a login of its own": {func(_ *testing.T, o *outside, _ *pagetest.Browser, path string) *pagetest.Page {
			other := o.Browse("")
			o.away(other, managed, "")
			return other.Get(path)
		}, "keskus:state_browser"},
		"at another provider": {func(_ *testing.T, _ *outside, b *pagetest.Browser, path string) *pagetest.Page {
			return b.Get(strings.Replace(path, managed, linked, 1))
		}, "toinen:state_provider"},
		"with another issuer": {func(t *testing.T, o *outside, b *pagetest.Browser, path string) *pagetest.Page {
			return b.Get(with(t, path, set("iss", o.providers[linked].URL)))
		}, "keskus:issuer"},
		"with another's code": {func(t *testing.T, o *outside, b *pagetest.Browser, path string) *pagetest.Page {
			victim := o.Browse("")
			stolen, err := url.Parse(o.back(managed, o.away(victim, managed, ""), paula))
			o.Must(err)
			return b.Get(with(t, path, set("code", stolen.Query().Get("code"))))
		}, "keskus:code"},
		"without a code": {func(t *testing.T, _ *outside, b *pagetest.Browser, path string) *pagetest.Page {
			return b.Get(with(t, path, func(q url.Values) { q.Del("code") }))
		}, "keskus:code"},
		"turned back": {func(t *testing.T, _ *outside, b *pagetest.Browser, path string) *pagetest.Page {
			return b.Get(with(t, path, set("error", "access_denied"))).Shows("Keskeytit")
		}, "keskus:cancelled"},
		"with an error": {func(t *testing.T, _ *outside, b *pagetest.Browser, path string) *pagetest.Page {
			return b.Get(with(t, path, set("error", "<b>server_error"))).Shows("!<b>")
		}, "keskus:denied"},
	} {
		t.Run(name, func(t *testing.T) {
			o.db.Forget()
			b := o.Browse("")
			path := o.back(managed, o.away(b, managed, ""), aino)
			c.come(t, o, b, path).Is(http.StatusForbidden, "Kirjautuminen ei onnistunut")
			o.wantRefused(b, c.why)
			if c.why == "keskus:state_browser" || c.why == "toinen:state_provider" {
				b.Get(path).Is(http.StatusForbidden) // it is used up
				o.wantRefused(b, "keskus:state")
			}
		})
	}
}

func TestAnswerIsGoodOnce(t *testing.T) {
	t.Parallel()
	o := newOutside(t)
	secrets := o.Browse("")
	first := o.away(secrets, managed, "")
	second := o.away(secrets, managed, "") // in another tab: both go on
	path := o.back(managed, first, aino)
	secrets.Get(path).Leads("/")
	o.db.Forget()
	secrets.Get(path).Is(http.StatusForbidden)
	thief := o.Browse("")
	o.away(thief, managed, "")
	again := with(t, path, set("state", stateOf(t, o.away(thief, managed, ""))))
	thief.Get(again).Is(http.StatusForbidden)
	o.wantRefused(thief, "keskus:code")
	if stateOf(t, first) == stateOf(t, second) {
		t.Error("two logins have the same state")
	}
}

func stateOf(t *testing.T, address string) string {
	t.Helper()
	u, err := url.Parse(address)
	if err != nil {
		t.Fatal(err)
	}
	return u.Query().Get("state")
}

// A provider that says that it names itself in its answers must do so.
func TestIssuerIsNamedWherePromised(t *testing.T) {
	t.Parallel()
	o := newOutside(t)
	o.providers[managed].Instead(oidctest.DiscoveryPath, metadata("", ""))
	b := o.Browse("")
	path := o.back(managed, o.away(b, managed, ""), aino)
	b.Get(path).Is(http.StatusForbidden)
	o.wantRefused(b, "keskus:issuer")
	path = o.back(managed, o.away(b, managed, ""), aino)
	b.Get(with(t, path, set("iss", o.providers[managed].URL))).Leads("/")
}

func TestProviderMayChangeItsKeys(t *testing.T) {
	t.Parallel()
	o := newOutside(t)
	o.logIn(managed, aino)
	o.providers[managed].Rotate()
	_, p := o.logIn(managed, aino)
	p.Leads("/")
}

// A provider that is down doesn't keep the service from starting, nor anybody
// from logging in with a password, nor those who are in from going on; and it is
// asked again.
func TestProviderIsDown(t *testing.T) {
	t.Parallel()
	gone := httptest.NewServer(http.NotFoundHandler())
	gone.Close()
	o := newOutside(t, func(c *oidc.Config) {
		if c.Code == linked {
			c.Issuer = gone.URL
		}
	})
	b, _ := o.logIn(managed, aino)
	o.Employ(somebody, access.Actor{ID: uuid.New(), Name: "Maija Meri", Role: access.Professional, Units: []string{housetest.Unit}, Registers: access.Registers})
	o.db.Forget()
	o.Get("/login/oidc/toinen").Is(http.StatusServiceUnavailable, "ei vastaa juuri nyt", "Mitään ei ole kadonnut", `href="/login/oidc/toinen"`, `href="/login"`)
	o.wantRefused(o.Browser, "toinen:unreachable")
	b.Get("/").Is(http.StatusNoContent)
	o.Get("/login").Is(http.StatusOK)
	o.Send("/login", url.Values{"username": {somebody}, "password": {housetest.Password}}).Leads("/")
}

// A screen that is in the client's hands is taken back by a new login of its
// user at the provider, and by nothing less.
func TestScreenIsTakenBackByANewLogin(t *testing.T) {
	t.Parallel()
	o := newOutside(t)
	b, _ := o.logIn(managed, aino)
	to := o.draft(b)
	late := o.back(managed, o.away(o.Browse(""), managed, ""), aino)
	o.Must(o.Access.HandOver(o.Context(), b.Session(), to))
	b.Get("/somewhere").Leads("/assessments/" + to.String() + "/client")
	b.Get(late).Is(http.StatusForbidden) // begun by another browser

	address := o.away(b, managed, "?back=/somewhere")
	if !strings.Contains(address, "prompt=login") || !strings.Contains(address, "max_age=0") {
		t.Errorf("the provider is asked with %s", address)
	}
	b.Get(o.back(managed, address, paula)).Is(http.StatusForbidden, "Laitteen saa takaisin se", `href="/take-back"`)
	b.Get("/somewhere").Leads("/assessments/" + to.String() + "/client")

	for _, old := range []any{time.Now().Add(-time.Hour).Unix(), nil} {
		o.providers[managed].Claim("auth_time", old) // it let the browser through without asking anybody
		b.Get(o.back(managed, o.away(b, managed, ""), aino)).Is(http.StatusForbidden, "Kirjaudu tunnuksellasi uudelleen")
		b.Get("/somewhere").Leads("/assessments/" + to.String() + "/client")
	}
	o.providers[managed].Lie(nil)
	b.Get(o.back(managed, o.away(b, managed, ""), aino)).Leads("/assessments/" + to.String())
	b.Get("/somewhere").Is(http.StatusNoContent)
	done := o.done()
	if done[len(done)-1] != "session.taken_back" {
		t.Errorf("the audit ends with %v", done)
	}
}

// A login that was begun before the screen was handed over doesn't take it back.
func TestOldLoginTakesNoScreenBack(t *testing.T) {
	t.Parallel()
	o := newOutside(t)
	first, _ := o.logIn(managed, aino)
	b := o.Browse("")
	address := o.away(b, managed, "")
	b.Enter(first.Session())
	to := o.draft(b)
	o.Must(o.Access.HandOver(o.Context(), b.Session(), to))
	b.Get(o.back(managed, address, aino)).Is(http.StatusForbidden, "Laitteen saa takaisin se")
	b.Get("/somewhere").Leads("/assessments/" + to.String() + "/client")
	if rows := o.db.Audit(); rows[len(rows)-1].SubjectID != "keskus:not_fresh" {
		t.Errorf("the audit ends with %v", rows[len(rows)-1])
	}
}

// draft begins an assessment in the name of whoever has a browser's session.
func (o *outside) draft(b *pagetest.Browser) uuid.UUID {
	o.Helper()
	return o.Begun(o.Acting(b.Session()), nil).ID
}
