package main

import (
	"fmt"
	"html"
	"io"
	"maps"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/omasuunta/omasuunta/internal/calendar"
	"github.com/omasuunta/omasuunta/internal/instrument"
	"github.com/omasuunta/omasuunta/internal/testkit"
)

// screen is a page in one of its states, and how somebody gets to see it.
type screen struct {
	route  string     // as in web.Pages.Routes; "" for what is no page of its own
	state  string     // in words
	at     string     // whose house: "demo", "bare" without any data, "new" without users, "out" with a provider that is down
	as     string     // whose session, "" for nobody's
	path   string     // names in braces are of what was prepared
	form   url.Values // what is posted there, nil to open it
	status int        // of the answer, 0 for 200
	client bool       // of the client's part, where targets are large
	same   bool       // as another page, and called like it
}

// screens are all pages of the program, each in its usual state, and, where there
// are such, without data and with something to mend.
func screens() []screen {
	var list []screen
	add := func(at, as string, more ...screen) {
		for _, s := range more {
			s.at, s.as = at, as
			list = append(list, s)
		}
	}
	none, tooLong := url.Values{}, strings.Repeat("pitkä ", 400)
	chosen := url.Values{"unit": {"vuosaari-ta"}, "register": {"health"}, "battery": {"functioning"}, "language": {"{language}"}, "mode": {"joint"}}
	add("new", "",
		screen{route: "/setup/:link", path: "/setup/{setup}"},
		screen{route: "/setup/:link", state: "mistakes", path: "/setup/{setup}", form: url.Values{"again": {"x"}}, status: 422},
		screen{state: "too many codes", path: "/join", form: url.Values{"code": {"aaaa-aaaa"}}, status: 429},
		screen{state: "too many passwords", path: "/login", form: url.Values{"username": {"nobody"}, "password": {"x"}}, status: 429},
		screen{state: "too many barriers", path: "/accessibility/report", form: url.Values{"description": {"x"}}, status: 429},
	)
	add("demo", "",
		screen{route: "/login", path: "/login"},
		screen{route: "/login", state: "after the session ended", path: "/assessments/{draft}/details", form: url.Values{"client_ref": {"A"}}, status: 401},
		screen{state: "going on after a login", path: "/login", form: url.Values{"username": {"{username}"}, "password": {"{password}"}, "back": {"/new"}, "_resume": {"1"}, "_kept.unit": {"x"}}},
		screen{route: "/setup/:link", state: "gone", path: "/setup/" + strings.Repeat("x", 43), status: 410},
		screen{route: "/accessibility", path: "/accessibility"},
		screen{route: "/accessibility/report", path: "/accessibility/report?page=/new"},
		screen{route: "/accessibility/report", state: "mistakes", path: "/accessibility/report", form: none, status: 422},
		screen{route: "/accessibility/report", state: "done", path: "/accessibility/report?done=1"},
		screen{route: "/join", path: "/join", client: true},
		screen{route: "/join/:link", path: "/join/" + strings.Repeat("x", 43), client: true},
		screen{route: "/join/:link", state: "over", path: "/join/{link}", form: none, status: 410, client: true},
		screen{route: "/own/declined", path: "/own/declined?language={language}", client: true},
		screen{state: "no such page", path: "/nowhere", status: 404},
	)
	add("bare", "",
		screen{route: "/login", state: "wrong", path: "/login", form: url.Values{"username": {"nobody"}, "password": {"x"}}, status: 401},
		screen{route: "/join", state: "wrong", path: "/join", form: url.Values{"code": {"aaaa-aaaa"}}, status: 422, client: true},
		screen{route: "/login", state: "with sealed codes", path: "/login"},
		screen{route: "/login/emergency", path: "/login/emergency"},
		screen{route: "/login/emergency", state: "mistakes", path: "/login/emergency", form: url.Values{"first": {"abcd"}}, status: 422},
		screen{route: "/login/emergency", state: "wrong", path: "/login/emergency", form: url.Values{"first": {"{code}"}, "second": {"{code}"}}, status: 401},
		screen{state: "who comes in with codes", path: "/login/emergency", form: url.Values{"first": {"{code}"}, "second": {"{other code}"}}},
		screen{route: "/forms", state: "for anybody", path: "/forms"},
	)
	add("out", "",
		screen{route: "/login", state: "a provider is down", path: "/login"},
		screen{state: "a provider gives no answer", path: "/login/oidc/keskus", status: 503},
	)
	add("bare", "emergency",
		screen{route: "/", state: "in an emergency", path: "/"},
		screen{route: "/new/consent", state: "in an emergency", path: "/new/consent?unit=vuosaari-ta&register=health&battery=functioning&language={language}&mode=joint", client: true},
	)
	add("demo", "professional",
		screen{route: "/", path: "/?done=abandoned"},
		screen{route: "/password", path: "/password"},
		screen{route: "/password", state: "mistakes", path: "/password", form: url.Values{"again": {"x"}}, status: 422},
		screen{route: "/password", state: "done", path: "/password?done=1"},
		screen{route: "/factors", path: "/factors?done=removed"},
		screen{route: "/factors/app", path: "/factors/app"},
		screen{route: "/factors/app", state: "mistakes", path: "/factors/app", form: none, status: 422},
		screen{route: "/new", path: "/new"},
		screen{route: "/new", state: "mistakes", path: "/new", form: url.Values{"assessed_on": {"x"}}, status: 422},
		screen{route: "/new", state: "again", path: "/new?again={confirmed}"},
		screen{route: "/new/consent", path: "/new/consent?unit=vuosaari-ta&register=health&battery=functioning&language={language}&mode=joint", client: true},
		screen{route: "/new/consent", state: "mistakes", path: "/new/consent", form: with(chosen, "given_by", "representative"), status: 422, client: true},
		screen{route: "/assessments", path: "/assessments"},
		screen{route: "/assessments", state: "mistakes", path: "/assessments?from=x", status: 422},
		screen{route: "/assessments", state: "nothing found", path: "/assessments?from=2021-01-01&to=2021-01-02"},
		screen{route: "/assessments/:id", state: "goes on", path: "/assessments/{empty}", client: true},
		screen{route: "/assessments/:id/details", path: "/assessments/{draft}/details"},
		screen{route: "/assessments/:id/details", state: "mistakes", path: "/assessments/{draft}/details", form: url.Values{"revision": {"{revision}"}, "client_ref": {tooLong}}, status: 422},
		screen{route: "/assessments/:id/abandon", path: "/assessments/{draft}/abandon"},
		screen{route: "/assessments/:id/abandon", state: "mistakes", path: "/assessments/{draft}/abandon", form: none, status: 422},
		screen{route: "/assessments/:id/consent", path: "/assessments/{draft}/consent"},
		screen{route: "/assessments/:id/consent", state: "withdrawn", path: "/assessments/{withdrawn}/consent"},
		screen{route: "/assessments/:id/consent/withdrawal", path: "/assessments/{draft}/consent/withdrawal"},
		screen{route: "/assessments/:id/consent/erasure", path: "/assessments/{draft}/consent/erasure"},
		screen{route: "/assessments/:id/consent/erasure", state: "second step", path: "/assessments/{draft}/consent/erasure?step=2"},
		screen{route: "/assessments/:id/consent/withdrawal", state: "mistakes", path: "/assessments/{draft}/consent/withdrawal", form: url.Values{"reason": {tooLong}}, status: 422},
		screen{route: "/assessments/:id/client", state: "goes on", path: "/assessments/{draft}/client", client: true},
		screen{route: "/assessments/:id/client/:item", path: "/assessments/{draft}/client/{first}", client: true},
		screen{route: "/assessments/:id/client/:item", state: "empty", path: "/assessments/{empty}/client/{last}", client: true},
		screen{route: "/assessments/:id/client/:item", state: "mistakes", path: "/assessments/{empty}/client/{last}", client: true, status: 422,
			form: url.Values{"item": {"{last}"}, "seen.{last}": {""}, "comment.{last}": {tooLong}, "answer.{last}": {"99"}, "go": {"next"}}},
		screen{route: "/assessments/:id/client/:item", state: "clash", path: "/assessments/{draft}/client/{first}", client: true, status: 409,
			form: url.Values{"item": {"{first}"}, "seen.{first}": {"older"}, "answer.{first}": {"9"}, "go": {"next"}}},
		screen{route: "/assessments/:id/client/done", path: "/assessments/{draft}/client/done", client: true},
		screen{route: "/assessments/:id/professional", path: "/assessments/{draft}/professional"},
		screen{route: "/assessments/:id/professional", state: "too few answers", path: "/assessments/{empty}/complete", form: none, status: 422},
		screen{route: "/assessments/:id/result", path: "/assessments/{completed}/result"},
		screen{route: "/assessments/:id/result", state: "mistakes", path: "/assessments/{completed}/confirm", status: 422,
			form: url.Values{"segment": {"{other}"}, "actions.0.responsible": {"N. N."}, "actions.1.text": {tooLong}, "review": {"other"}, "review_on": {"x"}}},
		screen{route: "/assessments/:id/result", state: "confirmed, with a path", path: "/assessments/{confirmed}/result"},
		screen{route: "/assessments/:id/result", state: "withdrawn", path: "/assessments/{withdrawn}/result"},
		screen{route: "/assessments/:id/print", path: "/assessments/{confirmed}/print"},
		screen{route: "/assessments/:id/feedback", path: "/assessments/{completed}/feedback", client: true},
		screen{route: "/assessments/:id/feedback", state: "mistakes", path: "/assessments/{completed}/feedback", form: none, status: 422, client: true},
		screen{route: "/assessments/:id/feedback", state: "given", path: "/assessments/{confirmed}/feedback", client: true},
		screen{route: "/invitations", path: "/invitations"},
		screen{route: "/invitations/new", path: "/invitations/new"},
		screen{route: "/invitations/new", state: "mistakes", path: "/invitations/new", form: none, status: 422},
		screen{state: "the sheet of an invitation", path: "/invitations/new", form: with(chosen, "days", "14")},
		screen{route: "/invitations/:id", path: "/invitations/{invitation}"},
		screen{route: "/invitations/:id", state: "cancelled", path: "/invitations/{cancelled}"},
		screen{route: "/forms", path: "/forms"},
		screen{route: "/paper", path: "/paper"},
		screen{route: "/paper", state: "mistakes", path: "/paper", form: url.Values{"code": {"Q1Q7Q7"}}, status: 422},
		screen{route: "/paper/:code", path: "/paper/Q1Q7QF?once=" + onceOnPaper},
		screen{route: "/paper/:code", state: "mistakes", path: "/paper/Q1Q7QF", form: url.Values{"client.0.mark": {"ab"}, "client.1.words": {tooLong}}, status: 422},
		screen{route: "/paper/:code", state: "too few numbers", path: "/paper/Q1Q7QF", form: onPaper("", 3), status: 422},
		screen{state: "a form typed again", path: "/paper/Q1Q7QF", form: with(onPaper("", 12), "twice", "1")},
		screen{state: "a form typed in two ways", path: "/paper/Q1Q7QF", form: with(onPaper("again", 11), "step", "again")},
		screen{route: "/assessments/:id/file", path: "/assessments/{confirmed}/file"},
		screen{state: "not allowed", path: "/report", status: 403},
		screen{state: "somebody else's", path: "/assessments/7f8c1b9e-3d52-4c38-9a53-6c8a4f0e1d2b", status: 404},
	)
	add("demo", "handed over",
		screen{route: "/assessments/:id/client/:item", state: "handed over", path: "/assessments/{handed}/client/{first}", client: true},
		screen{route: "/assessments/:id/client/done", state: "handed over", path: "/assessments/{handed}/client/done", client: true},
		screen{route: "/take-back", path: "/take-back"},
		screen{route: "/take-back", state: "mistakes", path: "/take-back", form: url.Values{"password": {"x"}}, status: 422},
		screen{route: "/accessibility", state: "handed over", path: "/accessibility"},
	)
	add("demo", "invited",
		screen{route: "/own", state: "goes on", path: "/own", client: true},
		screen{route: "/own/consent", path: "/own/consent", client: true, same: true},
		screen{route: "/own/consent", state: "mistakes", path: "/own/consent", form: url.Values{"language": {"{language}"}}, status: 422, client: true},
	)
	add("demo", "at home",
		screen{route: "/own/consent", state: "given", path: "/own/consent"},
		screen{route: "/assessments/:id/client/:item", state: "at home", path: "/assessments/{home}/client/{first}", client: true},
		screen{route: "/assessments/:id/client/done", state: "at home", path: "/assessments/{home}/client/done", client: true},
	)
	add("demo", "expert",
		screen{route: "/report", path: "/report?" + trialDays},
		screen{route: "/report", state: "mistakes", path: "/report?from=2023-05-05&to=x", status: 422},
		screen{route: "/report/trial", path: "/report/trial?" + trialDays},
		screen{route: "/report/trial", state: "mistakes", path: "/report/trial?from=2023-05-05&to=x", status: 422},
		screen{route: "/report/diary", path: "/report/diary"},
		screen{route: "/report/diary", state: "mistakes", path: "/report/diary", form: none, status: 422},
		screen{route: "/report/diary/:id", path: "/report/diary/{diary entry}"},
		screen{route: "/report/survey", path: "/report/survey"},
		screen{route: "/report/survey", state: "mistakes", path: "/report/survey", form: none, status: 422},
		screen{route: "/report/survey/:id", path: "/report/survey/{survey}"},
		screen{route: "/exports", path: "/exports"},
		screen{route: "/exports", state: "mistakes", path: "/exports", form: none, status: 422},
		screen{route: "/report/survey/:id", state: "open", path: "/report/survey/{open survey}?done=opened"},
		screen{route: "/report/instrument", path: "/report/instrument?" + trialDays},
		screen{route: "/report/instrument", state: "mistakes", path: "/report/instrument?battery=x&from=2023-05-05&to=x&language=sv&mode=phone", status: 422},
		screen{route: "/report/plane", path: "/report/plane?" + trialDays},
		screen{route: "/report/use", path: "/report/use?" + trialDays},
		screen{route: "/report/time", path: "/report/time?" + trialDays},
		screen{route: "/report/change", path: "/report/change?" + trialDays},
		screen{route: "/report/agreement", path: "/report/agreement?" + trialDays},
		screen{route: "/report/use", state: "mistakes", path: "/report/use?from=2023-05-05&to=x", status: 422},
	)
	add("demo", "professional",
		screen{route: "/survey", path: "/survey"},
		screen{route: "/survey", state: "mistakes", path: "/survey", form: url.Values{"round": {"{open survey}"}}, status: 422},
		screen{route: "/survey/thanks", path: "/survey/thanks"},
	)
	steps := url.Values{"_from": {"0"}, "steps.0.service.fi": {""}, "steps.0.first_step.fi": {""}}
	add("demo", "admin",
		screen{route: "/admin/units", path: "/admin/units?done=added"},
		screen{route: "/admin/units", state: "mistakes", path: "/admin/units", form: none, status: 422},
		screen{route: "/admin/units/:code", path: "/admin/units/vuosaari-ta"},
		screen{route: "/admin/units/:code", state: "mistakes", path: "/admin/units/vuosaari-ta", form: none, status: 422},
		screen{route: "/admin/users", path: "/admin/users?done=changed"},
		screen{route: "/admin/users/new", path: "/admin/users/new"},
		screen{route: "/admin/users/new", state: "mistakes", path: "/admin/users/new", form: none, status: 422},
		screen{route: "/admin/users/:id", path: "/admin/users/{user}"},
		screen{route: "/admin/users/:id", state: "mistakes", path: "/admin/users/{user}", form: none, status: 422},
		screen{state: "a new password", path: "/admin/users/{user}/password", form: none},
		screen{route: "/admin/batteries", path: "/admin/batteries?done=1"},
		screen{route: "/admin/batteries", state: "mistakes", path: "/admin/batteries", form: url.Values{"batteries.in_use": {"x"}}, status: 422},
		screen{route: "/admin/batteries/:code", path: "/admin/batteries/functioning"},
		screen{route: "/admin/consent-text", path: "/admin/consent-text?done=1"},
		screen{route: "/admin/consent-text/new", path: "/admin/consent-text/new"},
		screen{route: "/admin/consent-text/new", state: "mistakes", path: "/admin/consent-text/new", form: url.Values{"_from": {"1"}, "brochure.0.heading.fi": {"x"}}, status: 422},
		screen{route: "/admin/consent-text/:version", path: "/admin/consent-text/1", same: true},
		screen{route: "/admin/guidance", path: "/admin/guidance?done=1"},
		screen{route: "/admin/guidance/:segment", path: "/admin/guidance/yhteiso"},
		screen{route: "/admin/guidance/:segment", state: "mistakes", path: "/admin/guidance/yhteiso", form: steps, status: 422},
		screen{route: "/admin/settings", path: "/admin/settings?done=1"},
		screen{route: "/admin/settings", state: "mistakes", path: "/admin/settings", form: url.Values{"report.min_cell": {"x"}}, status: 422},
		screen{route: "/admin/barriers", path: "/admin/barriers"},
		screen{route: "/admin/archive", path: "/admin/archive?done=1"},
		screen{route: "/admin/retention", path: "/admin/retention?done=1"},
		screen{route: "/admin/retention", state: "mistakes", path: "/admin/retention", form: url.Values{"consent": {"1"}, "draft": {"x"}}, status: 422},
	)
	add("bare", "once", screen{route: "/password", state: "to be chosen", path: "/password"})
	add("bare", "professional",
		screen{route: "/", state: "empty", path: "/"},
		screen{route: "/assessments", state: "empty", path: "/assessments"},
		screen{route: "/invitations", state: "empty", path: "/invitations"},
		screen{route: "/survey", state: "empty", path: "/survey"},
	)
	add("bare", "expert",
		screen{route: "/report", state: "empty", path: "/report"},
		screen{route: "/report/use", state: "empty", path: "/report/use"},
		screen{route: "/report/trial", state: "empty", path: "/report/trial"},
		screen{route: "/report/diary", state: "empty", path: "/report/diary"},
		screen{route: "/report/survey", state: "empty", path: "/report/survey"},
		screen{route: "/exports", state: "empty", path: "/exports"},
		screen{route: "/report/instrument", state: "empty", path: "/report/instrument"},
	)
	add("bare", "admin",
		screen{route: "/admin/permissions", state: "empty", path: "/admin/permissions"},
		screen{route: "/admin/barriers", state: "empty", path: "/admin/barriers"},
		screen{route: "/admin/archive", state: "empty", path: "/admin/archive"},
		screen{route: "/admin/emergency", path: "/admin/emergency?done=revoked"},
		screen{route: "/admin/emergency", state: "mistakes", path: "/admin/emergency", form: none, status: 422},
		screen{route: "/admin/emergency/:id", path: "/admin/emergency/{emergency}"},
		screen{route: "/admin/emergency/:id", state: "over", path: "/admin/emergency/{emergency over}"},
	)
	add("demo", "admin",
		screen{route: "/admin/emergency", state: "empty", path: "/admin/emergency"},
		screen{route: "/admin/permissions", path: "/admin/permissions?done=granted"},
		screen{route: "/admin/permissions", state: "mistakes", path: "/admin/permissions", form: none, status: 422},
	)
	return list
}

// notShown are the addresses that answer a GET with something else than a page.
var notShown = map[string]string{
	// Somebody with a second factor is looked at in TestSecondFactorsInTheBrowser.
	"/login/second": "of a second factor", "/factors/app/remove": "of a second factor", "/factors/codes": "of a second factor",
	"/factors/passkeys": "of a second factor", "/factors/passkeys/:id/remove": "of a second factor",
	"/report/download": "a file", "/exports/:id/file": "a file", "/exports/:id/manifest": "a file", "/exports/permits/:id/codebook": "a file",
	"/report/plane/download": "a file", "/report/use/download": "a file", "/report/time/download": "a file",
	"/report/change/download": "a file", "/report/agreement/download": "a file", "/report/instrument/download": "a file", "/report/trial/download": "a file", "/report/survey/:id/download": "a file", "/brochure/document.pdf": "a paper", "/forms/consent/document.pdf": "a paper", "/forms/:battery/document.pdf": "a paper",
	"/assessments/:id/document.pdf": "a paper", "/assessments/:id/consent/document.pdf": "a paper",
	"/assessments/:id/consent/withdrawal/document.pdf": "a paper", "/assessments/:id/file/document.pdf": "a paper", "/own/consent/document.pdf": "a paper",
}

// onceOnPaper is the id of what the form on paper would begin.
const onceOnPaper = "3c5f0a52-8a0f-4a0b-9f0e-5a8f4f0d7b11"

// onPaper is a form on paper as it is posted, with so many answers on each side,
// and in the other column with others.
func onPaper(column string, answers int) url.Values {
	form := url.Values{
		"once": {onceOnPaper}, "unit": {"vuosaari-ta"}, "register": {"health"}, "language": {"fi"}, "assessed_on": {"2023-09-12"},
		"purposes": {"assessment"}, "given_by": {"client"}, "signed_text": {"1"},
	}
	for side, items := range map[string]int{"client": 12, "professional": 9} {
		for i := range min(items, answers) {
			at := fmt.Sprintf("%s.%d.", side, i)
			form.Set(at+"mark", "7")
			if column != "" {
				form.Set(at+column, strconv.Itoa(6+i%2))
			}
		}
	}
	return form
}

func with(values url.Values, name, value string) url.Values {
	out := url.Values{name: {value}}
	for n, v := range values {
		if n != name {
			out[n] = v
		}
	}
	return out
}

// visitor is somebody who uses the pages without a browser, to prepare things.
type visitor struct {
	testing.TB
	url  string
	http *http.Client
}

func newVisitor(t testing.TB, url string) visitor {
	t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	return visitor{t, url, &http.Client{Jar: jar, Timeout: patience}}
}

// loggedIn is somebody logged in.
func loggedIn(t testing.TB, url, username, password string) visitor {
	t.Helper()
	v := newVisitor(t, url)
	v.post("/login", map[string]string{"username": username, "password": password})
	if v.session() == "" {
		t.Fatalf("%s could not log in", username)
	}
	return v
}

// post posts a form and returns where it ended and what that page holds.
func (v visitor) post(path string, fields map[string]string) (at, body string) {
	v.Helper()
	form := url.Values{}
	for name, value := range fields {
		form.Set(name, value)
	}
	resp, err := v.http.PostForm(v.url+path, form)
	if err != nil {
		v.Fatal(err)
	}
	defer resp.Body.Close()
	data, err := io.ReadAll(resp.Body)
	if err != nil || resp.StatusCode >= 400 {
		v.Fatalf("POST %s: %d %v\n%s", path, resp.StatusCode, err, data)
	}
	return resp.Request.URL.Path, string(data)
}

// session is the secret of the visitor's session.
func (v visitor) session() string {
	at, err := url.Parse(v.url)
	if err != nil {
		v.Fatal(err)
	}
	for _, c := range v.http.Jar.Cookies(at) {
		if c.Name == sessionCookie {
			return c.Value
		}
	}
	return ""
}

const sessionCookie = "omasuunta"

// houses are the running programs whose pages are looked at, and who is logged
// in there.
type houses struct {
	servers  map[string]*instance
	sessions map[string]string // by house and role
	setup    string            // the secret of the link for the first administrator
	codes    prepared          // sealed ones, and what they opened
}

var setupLink = regexp.MustCompile(`/setup/([\w-]{43})`)

func openHouses(t *testing.T) *houses {
	t.Helper()
	bare := newHouse(t)
	h := &houses{sessions: map[string]string{}, servers: map[string]*instance{
		"demo": start(t, "demo"), "bare": bare.instance, "new": start(t, "serve", "--database", testkit.SQLite(t)),
	}}
	for _, role := range []string{"expert", "admin"} {
		u := h.user(role)
		h.sessions["demo "+role] = loggedIn(t, h.servers["demo"].URL, u.Username, u.Password).session()
	}
	for role, username := range map[string]string{"professional": "ammattilainen", "expert": "asiantuntija", "admin": "hallinta", "once": "naapuri"} {
		once, _ := passwords.Load("sqlite" + username)
		v := loggedIn(t, bare.URL, username, once.(string))
		if role != "once" {
			v.post("/password", map[string]string{"old": once.(string), "new": "kolme kovaa kiveä", "again": "kolme kovaa kiveä"})
		}
		h.sessions["bare "+role] = v.session()
	}
	h.servers["out"] = start(t, "serve", "--database", testkit.SQLite(t), "--identity", identityAt(t, "http://127.0.0.1:1"), "--public-url", "http://localhost")
	h.openSealed(t, &reception{instance: bare.instance, database: bare.database})
	h.openSurvey(t)
	h.grantRows(t)
	h.openDiary(t)
	stranger := newVisitor(t, h.servers["demo"].URL)
	stranger.post("/accessibility/report", map[string]string{"description": "Kuvalla ei ole nimeä.", "page": "/new"})
	h.servers["new"].as("").want(200, "GET", "/readyz", nil) // it serves after it has printed the link
	h.setup = setupLink.FindStringSubmatch(h.servers["new"].out.String())[1]
	return h
}

// openSealed opens two sessions with sealed codes, one of which is over, and keeps
// codes for those who look at the pages.
func (h *houses) openSealed(t testing.TB, bare *reception) {
	t.Helper()
	must(t, "user", "add", "--database", bare.database, "--username", "varalla", "--name", "Testi Varalla", "--role", "admin")
	first, second := bare.sheets()
	over, open := bare.reader(), bare.reader()
	bare.comeIn(over, first[0], second[0], "Testi Ammattilainen", "Testi Varalla")
	over.post("/logout", nil)
	bare.comeIn(open, first[1], second[1], "Testi Ammattilainen", "Testi Hallinta")
	h.sessions["bare emergency"] = open.session()
	r, err := (&http.Client{}).Do(h.request(t, "bare", "admin", "/admin/emergency"))
	if err != nil {
		t.Fatal(err)
	}
	defer r.Body.Close()
	list, err := io.ReadAll(r.Body)
	if err != nil {
		t.Fatal(err)
	}
	ids := regexp.MustCompile(`href="/admin/emergency/([0-9a-f-]{36})"`).FindAllSubmatch(list, -1)
	if len(ids) != 2 { // the newest first
		t.Fatalf("%d emergency logins are listed", len(ids))
	}
	h.codes = prepared{"code": first[2], "other code": second[2], "emergency": string(ids[0][1]), "emergency over": string(ids[1][1])}
}

// openDiary finds an entry of the demo's diary.
func (h *houses) openDiary(t testing.TB) {
	t.Helper()
	r, err := (&http.Client{}).Do(h.request(t, "demo", "expert", "/report/diary"))
	if err != nil {
		t.Fatal(err)
	}
	defer r.Body.Close()
	list, err := io.ReadAll(r.Body)
	if err != nil {
		t.Fatal(err)
	}
	id := regexp.MustCompile(`href="/report/diary/([0-9a-f-]{36})"`).FindSubmatch(list)
	if id == nil {
		t.Fatal("no entry is listed")
	}
	h.codes["diary entry"] = string(id[1])
}

// openSurvey opens a round beside the closed one of the demo.
func (h *houses) openSurvey(t testing.TB) {
	t.Helper()
	u := h.user("expert")
	last := calendar.DayOf(time.Now()).AddDays(7).String()
	loggedIn(t, h.servers["demo"].URL, u.Username, u.Password).post("/report/survey",
		map[string]string{"name": "Kokemukset", "from": "2024-01-01", "to": last, "last_day": last, "units": "vuosaari-ta"})
	r, err := (&http.Client{}).Do(h.request(t, "demo", "expert", "/report/survey"))
	if err != nil {
		t.Fatal(err)
	}
	defer r.Body.Close()
	list, err := io.ReadAll(r.Body)
	if err != nil {
		t.Fatal(err)
	}
	ids := regexp.MustCompile(`href="/report/survey/([0-9a-f-]{36})"`).FindAllSubmatch(list, -1)
	if len(ids) != 2 { // the newest first
		t.Fatalf("%d rounds are listed", len(ids))
	}
	h.codes["open survey"], h.codes["survey"] = string(ids[0][1]), string(ids[1][1])
}

// grantRows gives the demo's expert a research permit.
func (h *houses) grantRows(t testing.TB) {
	t.Helper()
	r, err := (&http.Client{}).Do(h.request(t, "demo", "admin", "/admin/permissions"))
	if err != nil {
		t.Fatal(err)
	}
	defer r.Body.Close()
	form, err := io.ReadAll(r.Body)
	if err != nil {
		t.Fatal(err)
	}
	choice := regexp.MustCompile(`<option value="([0-9a-f-]{36})"`).FindSubmatch(form)
	if choice == nil {
		t.Fatal("there is nobody to grant rows to")
	}
	u, day := h.user("admin"), calendar.DayOf(time.Now()).String()
	loggedIn(t, h.servers["demo"].URL, u.Username, u.Password).post("/admin/permissions", map[string]string{
		"user": string(choice[1]), "reference": "T-1/2024", "purpose": "development", "unit": "vuosaari-ta", "register": "health",
		"from": "2023-05-05", "to": "2023-11-12", "columns": "items", "valid_from": day, "valid_until": day,
	})
}

// tryUntilRefused posts a screen's form until there were too many tries.
func (h *houses) tryUntilRefused(t testing.TB, s screen) {
	t.Helper()
	for range 30 {
		resp, err := http.PostForm(h.servers[s.at].URL+s.path, s.form)
		if err != nil {
			t.Fatal(err)
		}
		_ = resp.Body.Close()
		if resp.StatusCode == s.status {
			return
		}
	}
	t.Fatalf("%s: never too many tries", s)
}

func (h *houses) user(role string) demoUser {
	for _, u := range h.servers["demo"].Users {
		if u.Role == role {
			return u
		}
	}
	return demoUser{}
}

// prepared is what there is in the demo for one language, by name.
type prepared map[string]string

// fill puts what was prepared in the place of its name.
func (p prepared) fill(text string) string {
	for name, value := range p {
		text = strings.ReplaceAll(text, "{"+name+"}", value)
	}
	return text
}

var (
	codeOnSheet = regexp.MustCompile(`class="sheet-code">([^<]+)<`)
	linkOnSheet = regexp.MustCompile(`id="link" value="[^"]*/join/([^"]+)"`)
	readVersion = regexp.MustCompile(`name="text_version" value="(\d+)"`)
)

// prepare makes visits in every state for a client of a language, and logs their
// people in.
func (h *houses) prepare(t testing.TB, language string) (prepared, map[string]string) {
	t.Helper()
	demo, u := h.servers["demo"], h.user("professional")
	c := demo.as(u.Token)
	c.t = t
	staff := loggedIn(t, demo.URL, u.Username, u.Password)
	holder := loggedIn(t, demo.URL, u.Username, u.Password)
	library, err := instrument.Builtin()
	if err != nil {
		t.Fatal(err)
	}
	own, _ := library.Current("individual-client")
	p := prepared{"language": language, "setup": h.setup, "username": u.Username, "password": u.Password,
		"first": own.Items[0].Code, "last": own.Items[len(own.Items)-1].Code, "other": "verkosto"}
	maps.Copy(p, h.codes)
	speaks := language
	consent := func() string {
		return c.want(201, "POST", "/consents", object{"language": speaks, "form": "electronic", "given_by": "client",
			"purposes": list{"assessment", "record", "statistics"}}).JSON(t)["id"].(string)
	}
	begin := func(consent string, client, professional list, complete bool) string {
		return c.want(201, "POST", "/assessments", object{"consent_id": consent, "unit": u.Unit, "register": "health", "language": speaks, "battery": "functioning",
			"client_answers": client, "professional_answers": professional, "complete": complete}).JSON(t)["id"].(string)
	}
	commented := answersTo(t, "individual-client", 8)
	commented[1].(object)["comment"], commented[2].(object)["unclear"] = "Naapuri auttaa.", true
	all := answersTo(t, "functioning", 3)
	p["empty"], p["handed"] = begin(consent(), list{}, list{}, false), begin(consent(), list{}, list{}, false)
	p["draft"] = begin(consent(), commented[:4], all[:3], false)
	p["revision"] = strings.Trim(c.want(200, "GET", "/assessments/"+p["draft"], nil).Header.Get("ETag"), `W/"`)
	p["completed"] = begin(consent(), commented, all, true)
	same := consent()
	begin(same, answersTo(t, "individual-client", 3), answersTo(t, "functioning", 8), true)
	p["confirmed"] = begin(same, commented, all, true)
	confirmed := "/assessments/" + p["confirmed"]
	c.want(200, "POST", confirmed+"/confirmation", object{"actions": list{object{"text": "Soitto", "responsible": "N. N.", "due": "2030-01-31"}}, "review_on": "2030-06-01"})
	c.want(201, "POST", confirmed+"/feedback", object{"usefulness": 5, "agreement": "agree"})
	gone := consent()
	p["withdrawn"] = begin(gone, commented, all, true)
	c.want(200, "POST", "/consents/"+gone+"/withdrawal", object{})
	p["user"] = h.userOnPage(t, language)
	speaks = "sv"
	p["draft-sv"], p["completed-sv"] = begin(consent(), commented[:4], list{}, false), begin(consent(), commented, all, true)

	invite := func() (id, code, link string) {
		at, sheet := staff.post("/invitations/new", map[string]string{"unit": u.Unit, "register": "health", "battery": "functioning", "language": language, "days": "14"})
		id = regexp.MustCompile(`id="sheet" method="post" action="/invitations/([^"]+)"`).FindStringSubmatch(sheet)[1]
		if at != "/invitations/new" {
			t.Fatalf("the sheet is at %s", at)
		}
		return id, html.UnescapeString(codeOnSheet.FindStringSubmatch(sheet)[1]), html.UnescapeString(linkOnSheet.FindStringSubmatch(sheet)[1])
	}
	p["invitation"], _, _ = invite()
	p["cancelled"], _, p["link"] = invite()
	staff.post("/invitations/"+p["cancelled"]+"/cancel", nil)
	client := func() visitor {
		v := newVisitor(t, demo.URL)
		_, code, _ := invite()
		v.post("/join", map[string]string{"code": code})
		return v
	}
	invited, home := client(), client()
	_, text := home.post("/own/consent", map[string]string{"show": "all", "language": language})
	at, _ := home.post("/own/consent", map[string]string{"language": language, "purposes": "assessment", "signed_name": "Aino Esimerkki",
		"text_version": readVersion.FindStringSubmatch(text)[1]})
	p["home"] = strings.Split(strings.TrimPrefix(at, "/assessments/"), "/")[0]
	holder.post("/assessments/"+p["handed"]+"/hand-over", nil)
	return p, map[string]string{"professional": staff.session(), "handed over": holder.session(), "invited": invited.session(), "at home": home.session()}
}

// userOnPage is the id of a user of the demo whose password may be renewed: a
// different one for each language.
func (h *houses) userOnPage(t testing.TB, language string) string {
	t.Helper()
	resp, err := (&http.Client{}).Do(h.request(t, "demo", "admin", "/admin/users"))
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	data, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	name := map[string]string{"fi": "prof.os13", "sv": "prof.os3a", "en": "prof.os3b"}[language]
	found := regexp.MustCompile(`/admin/users/([0-9a-f-]{36})">[^<]*</a></th><td>` + regexp.QuoteMeta(name) + `<`).FindSubmatch(data)
	if found == nil {
		t.Fatalf("%s is not on the page of users", name)
	}
	return string(found[1])
}

func (h *houses) request(t testing.TB, house, role, path string) *http.Request {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, h.servers[house].URL+path, nil)
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Cookie", fmt.Sprintf("%s=%s", sessionCookie, h.sessions[house+" "+role]))
	return r
}
