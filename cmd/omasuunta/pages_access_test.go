package main

import (
	"fmt"
	"io"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/omasuunta/omasuunta/internal/config"
	"github.com/omasuunta/omasuunta/internal/store"
	"github.com/omasuunta/omasuunta/internal/testkit"
	"github.com/omasuunta/omasuunta/internal/web/page"
)

// The people of the permission matrix, in the order in which they ask.
var cast = []string{
	"nobody",
	"neighbour",    // a professional of another unit
	"handed over",  // a professional whose screen is in the hands of the client of :own
	"expert",       //
	"admin",        //
	"client",       // invited, and has begun :own
	"other client", // of another invitation, before consent
	"emergency",    // a professional of the unit who came in with sealed codes
	"one-time",     // a professional whose password is still the one-time one
	"professional", // of the unit; last, because what they do changes things
}

// What somebody gets: a status, "→ /path" for being led somewhere, or
const (
	in       = "in"       // what the row says
	asked    = "asked"    // to log in
	locked   = "locked"   // shown nothing but the client's part
	password = "password" // asked to choose a password of their own
)

// who gets what, by kind of page. Everybody who isn't named gets in.
type who map[string]string

var (
	everybody  = who{}
	anybody    = who{"handed over": locked} // but not on a client's screen
	somebody   = who{"nobody": asked}
	signedIn   = who{"nobody": asked, "handed over": locked, "client": "403", "other client": "403", "one-time": password, "emergency": "403"}
	unitsStaff = only("professional", "neighbour", "emergency")
	unitsOwn   = only("professional", "emergency").but("neighbour", "404")
	// What an emergency login is not for.
	usualStaff = unitsStaff.but("emergency", "403")
	usualOwn   = unitsOwn.but("emergency", "403")
	experts    = only("expert")
	admins     = only("admin")
	// An expert whose reports cover every unit.
	wholeHouse = experts.but(
		"expert of the own unit and the own register", "403", "expert of the own unit and the foreign register", "403",
		"expert of the foreign unit and the own register", "403", "expert of the foreign unit and the foreign register", "403")
	invited = only("client", "other client")
	// The client's part, of the client at hand and of any other.
	clientsOwn    = only("professional", "emergency", "handed over", "client").but("neighbour", "404", "other client", "404")
	anotherClient = clientsOwn.but("handed over", locked, "client", "404")
	handedOver    = only("professional", "neighbour", "emergency", "handed over")
	// Whoever has shown a second factor, or has none, is in.
	entered = anybody.but("professional", "→ /", "neighbour", "→ /", "expert", "→ /", "admin", "→ /", "one-time", "→ /", "emergency", "→ /")
)

// only lets a few in and closes the page to all others.
func only(few ...string) who {
	w := who{}
	for _, name := range cast {
		switch {
		case slices.Contains(few, name):
		case name == "nobody":
			w[name] = asked
		case name == "handed over":
			w[name] = locked
		case name == "one-time":
			w[name] = password
		default:
			w[name] = "403"
		}
	}
	return w
}

// but is the same with exceptions, as pairs.
func (w who) but(pairs ...string) who {
	all := who{}
	for name, gets := range w {
		all[name] = gets
	}
	for i := 0; i < len(pairs); i += 2 {
		all[pairs[i]] = pairs[i+1]
	}
	return all
}

// The permission matrix of the pages. A word with a colon in an address is the
// id of what is meant, which stands in the place of :id, :link and so on.
var pagesMatrix = []struct {
	call, form, in string
	who            who
}{
	{"GET /", "", "200", signedIn.but("emergency", in, "expert", "→ /report", "admin", "→ /admin/units", "client", "→ /own", "other client", "→ /own")},
	{"GET /login", "", "200", anybody.but("professional", "→ /", "neighbour", "→ /", "expert", "→ /", "admin", "→ /", "one-time", "→ /", "emergency", "→ /")},
	{"POST /login", "username=&password=", asked, anybody},
	{"GET /login/emergency", "", "200", entered},
	{"POST /login/emergency", "", "422", anybody},
	{"POST /login/emergency/open", "", "422", anybody},
	{"GET /password", "", "200", signedIn.but("one-time", in)},
	{"POST /password", "", "422", signedIn.but("one-time", in)},
	{"GET /login/second", "", asked, entered},
	{"POST /login/second", "", asked, entered},
	{"POST /login/second/passkey", "", "404", anybody.but("nobody", "401", "client", "403", "other client", "403")},
	{"POST /login/passkey", "", asked, anybody},
	{"POST /login/passkey/options", "", "404", anybody}, // there are no passkeys for a number
	{"GET /factors", "", "200", signedIn},
	{"GET /factors/app", "", "200", signedIn},
	{"POST /factors/app", "", "422", signedIn},
	{"GET /factors/app/remove", "", "→ /factors", signedIn}, // there is none
	{"POST /factors/app/remove", "", "→ /factors", signedIn},
	{"GET /factors/codes", "", "→ /factors", signedIn},
	{"POST /factors/codes", "", "→ /factors", signedIn},
	{"GET /factors/passkeys", "", "404", signedIn},
	{"POST /factors/passkeys", "", "404", signedIn},
	{"POST /factors/passkeys/made", "", "404", signedIn},
	{"POST /factors/passkeys/proof", "", "404", signedIn},
	{"GET /factors/passkeys/:user/remove", "", "404", signedIn},
	{"POST /factors/passkeys/:user/remove", "", "404", signedIn},
	{"POST /session", "", "→ /", somebody},
	{"POST /preferences", "", "→ /", everybody},
	{"GET /setup/x", "", "410", anybody},
	{"POST /setup/x", "", "410", anybody},
	{"GET /accessibility", "", "200", everybody},
	{"GET /accessibility/report", "", "200", everybody},
	{"POST /accessibility/report", "", "422", everybody},

	{"GET /new", "", "200", unitsStaff},
	{"POST /new", "", "422", unitsStaff},
	{"POST /new/again", "again=:draft", "422", unitsOwn},
	{"POST /new/not-taking-part", "", "400", unitsStaff},
	{"GET /new/consent", "", "422", unitsStaff},
	{"POST /new/consent", "", "422", unitsStaff},
	{"GET /own", "", "→ /assessments/:own/client", invited.but("other client", "→ /own/consent")},
	{"GET /own/consent", "", "200", invited},
	{"POST /own/consent", "", "→ /assessments/:own/client", invited.but("other client", "422")},
	{"GET /own/declined", "", "200", anybody},
	{"GET /assessments", "", "200", unitsStaff},
	{"GET /assessments/:draft", "", "→ /assessments/:draft/client", unitsOwn},
	{"GET /assessments/:draft/details", "", "200", unitsOwn},
	{"POST /assessments/:draft/details", "", "412", unitsOwn},
	{"GET /assessments/:draft/abandon", "", "200", usualOwn},
	{"POST /assessments/:draft/abandon", "", "422", usualOwn},
	{"GET /assessments/:draft/consent", "", "200", unitsOwn},
	{"GET /assessments/:draft/consent/withdrawal", "", "200", unitsOwn},
	{"GET /assessments/:draft/consent/withdrawal/document.pdf", "", "404", unitsOwn}, // nothing is withdrawn
	{"POST /assessments/:doomed/consent/withdrawal", "", "→ /assessments/:doomed/consent", unitsOwn},
	{"GET /assessments/:doomed/consent/withdrawal/document.pdf", "", "200", unitsOwn},
	{"GET /assessments/:draft/consent/erasure", "", "200", usualOwn},
	{"POST /assessments/:draft/consent/erasure", "", "200", usualOwn}, // the second step is asked for first
	{"GET /assessments/:draft/consent/document.pdf", "", "200", unitsOwn},
	{"GET /assessments/:draft/file", "", "200", usualOwn},
	{"GET /assessments/:draft/file/document.pdf", "", "200", usualOwn},
	{"GET /own/consent/document.pdf", "", "200", invited.but("other client", "404")},
	{"GET /brochure/document.pdf", "", "200", anybody},
	{"GET /forms", "", "200", anybody},
	{"GET /forms/consent/document.pdf", "", "200", anybody},
	{"GET /forms/functioning/document.pdf", "", "200", anybody},
	{"GET /forms/nonsense/document.pdf", "", "404", anybody},
	{"GET /paper", "", "200", unitsStaff},
	{"POST /paper", "", "422", unitsStaff},
	{"GET /paper/Q1Q7QF", "", "→ /paper/Q1Q7QF", unitsStaff},
	{"POST /paper/Q1Q7QF", "", "422", unitsStaff},

	{"GET /assessments/:own/client", "", "→ /assessments/:own/client/everyday-life", clientsOwn},
	{"GET /assessments/:own/client/done", "", "200", clientsOwn},
	{"POST /assessments/:own/client/done", "", "→ /assessments/:own/client/done", clientsOwn},
	{"GET /assessments/:own/client/money", "", "200", clientsOwn},
	{"POST /assessments/:own/client/money", "go=done", "→ /assessments/:own/client/done", clientsOwn},
	{"POST /assessments/:own/answers", "side=client&item=money&value=5", "200", clientsOwn},
	{"POST /assessments/:own/time", "phase=client&seconds=1", "204", clientsOwn},
	{"GET /assessments/:draft/client", "", "→ /assessments/:draft/client/everyday-life", anotherClient},
	{"GET /assessments/:draft/client/done", "", "200", anotherClient},
	{"POST /assessments/:draft/client/done", "", "→ /assessments/:draft/client/done", anotherClient},
	{"GET /assessments/:draft/client/money", "", "200", anotherClient},
	{"POST /assessments/:draft/client/money", "go=done", "→ /assessments/:draft/client/done", anotherClient},
	{"POST /assessments/:draft/answers", "side=client&item=money&value=5", "200", anotherClient},
	{"POST /assessments/:draft/time", "phase=client&seconds=1", "204", anotherClient},
	{"GET /assessments/:own/professional", "", "200", unitsOwn},
	{"POST /assessments/:own/professional", "", "→ /assessments/:own/professional", unitsOwn},
	{"POST /assessments/:own/complete", "", "422", unitsOwn},

	{"GET /assessments/:done/result", "", "200", unitsOwn},
	{"GET /assessments/:done/print", "", "200", unitsOwn},
	{"GET /assessments/:done/document.pdf", "", "200", unitsOwn},
	{"GET /assessments/:draft/document.pdf", "", "→ /assessments/:draft", unitsOwn}, // there is no result yet
	{"GET /assessments/:done/feedback", "", "200", unitsOwn},
	{"POST /assessments/:done/feedback", "", "422", unitsOwn},
	{"POST /assessments/:done/events", "kind=printed", "→ /assessments/:done/print", unitsOwn},
	{"POST /assessments/:done/confirm", "", "→ /assessments/:done/result", unitsOwn},

	{"GET /invitations", "", "200", usualStaff},
	{"GET /invitations/new", "", "200", usualStaff},
	{"POST /invitations/new", "", "422", usualStaff},
	{"GET /invitations/:invitation", "", "200", usualOwn},
	{"POST /invitations/:invitation", "", "→ /invitations/:invitation", usualOwn},
	{"POST /invitations/:invitation/renew", "", "200", usualOwn},
	{"POST /invitations/:invitation/document.pdf", "", "→ /invitations/:invitation", usualOwn}, // without its secrets
	{"POST /invitations/:invitation/document.pdf", "link=abc&code=ABCD-EFGH", "200", usualOwn},
	{"POST /invitations/:invitation/cancel", "", "→ /invitations/:invitation", usualOwn},
	{"GET /join", "", "200", anybody},
	{"POST /join", "", "422", anybody},
	{"GET /join/x", "", "200", anybody},
	{"POST /join/x", "", "410", anybody},

	{"GET /report", "", "200", experts},
	{"POST /report/publish", "", "→ /report", wholeHouse},
	{"GET /report/download?format=csv&from=2023-05-01&to=2023-11-30", "", "200", experts},
	{"GET /report/plane?from=2023-05-01&to=2023-11-30", "", "200", experts},
	{"GET /report/plane/download?chart=plane&format=csv&from=2023-05-01&to=2023-11-30", "", "200", experts},
	{"GET /report/use?from=2023-05-01&to=2023-11-30", "", "200", experts},
	{"GET /report/use/download?chart=uptake&format=csv&from=2023-05-01&to=2023-11-30", "", "200", experts},
	{"GET /report/time?from=2023-05-01&to=2023-11-30", "", "200", experts},
	{"GET /report/time/download?chart=visit&format=csv&from=2023-05-01&to=2023-11-30", "", "200", experts},
	{"GET /report/change?from=2023-05-01&to=2023-11-30", "", "200", experts},
	{"GET /report/change/download?chart=change&format=csv&from=2023-05-01&to=2023-11-30", "", "200", experts},
	{"GET /report/agreement?from=2023-05-01&to=2023-11-30", "", "200", experts},
	{"GET /report/agreement/download?chart=agreed&format=csv&from=2023-05-01&to=2023-11-30", "", "200", experts},
	{"GET /report/trial", "", "200", experts},
	{"GET /report/trial/download?format=json&from=2023-05-01&to=2023-11-30", "", "200", experts},
	{"GET /report/diary", "", "200", experts},
	{"POST /report/diary", "", "422", experts},
	{"GET /report/diary/:user", "", "404", experts}, // there is no such entry
	{"POST /report/diary/:user", "", "404", experts},
	{"POST /report/diary/:user/remove", "", "404", experts},
	{"GET /report/survey", "", "200", experts},
	{"POST /report/survey", "", "422", experts},
	{"GET /report/survey/:user", "", "404", experts}, // there is no such round
	{"POST /report/survey/:user/close", "", "404", experts},
	{"GET /report/survey/:user/download?chart=survey-heard&format=csv", "", "404", experts},
	{"GET /survey", "", "200", usualStaff},
	{"POST /survey", "", "404", usualStaff},
	{"GET /survey/thanks", "", "200", usualStaff},

	{"GET /exports", "", "200", experts},
	{"POST /exports", "", "422", experts},
	{"GET /exports/:user/file", "", "404", experts},
	{"GET /exports/:user/manifest", "", "404", experts},
	{"POST /exports/:user/deletion", "", "404", experts},
	{"GET /exports/permits/:user/codebook?format=csv", "", "404", experts},
	{"GET /report/instrument", "", "200", experts},
	{"GET /report/instrument/download?chart=items&format=csv&from=2023-05-01&to=2023-11-30", "", "404", experts}, // too few for figures
	{"POST /report/instrument/renewal", "battery=x", "422", experts},

	{"GET /admin/units", "", "200", admins},
	{"POST /admin/units", "", "422", admins},
	{"GET /admin/units/vuosaari-ta", "", "200", admins},
	{"POST /admin/units/vuosaari-ta", "", "422", admins},
	{"GET /admin/users", "", "200", admins},
	{"GET /admin/users/new", "", "200", admins},
	{"POST /admin/users/new", "", "422", admins},
	{"GET /admin/users/:user", "", "200", admins},
	{"POST /admin/users/:user", "", "422", admins},
	{"POST /admin/users/:user/disable", "", "→ /admin/users", admins},
	{"POST /admin/users/:user/enable", "", "→ /admin/users", admins},
	{"POST /admin/users/:user/password", "", "200", admins},
	{"POST /admin/users/:user/factors", "", "→ /admin/users", admins},
	{"GET /admin/batteries", "", "200", admins},
	{"POST /admin/batteries", "", "422", admins},
	{"POST /admin/batteries", "batteries.in_use=functioning", "→ /admin/batteries", admins},
	{"GET /admin/batteries/functioning", "", "200", admins},
	{"GET /admin/consent-text", "", "200", admins},
	{"GET /admin/consent-text/new", "", "200", admins},
	{"POST /admin/consent-text/new", "", "409", admins},
	{"GET /admin/consent-text/1", "", "200", admins},
	{"GET /admin/guidance", "", "200", admins},
	{"GET /admin/guidance/omatoimi", "", "200", admins},
	{"POST /admin/guidance/omatoimi", "", "422", admins},
	{"GET /admin/settings", "", "200", admins},
	{"POST /admin/settings", "", "→ /admin/settings", admins},
	{"GET /admin/barriers", "", "200", admins},
	{"GET /admin/archive", "", "200", admins},
	{"POST /admin/archive", "", "→ /admin/archive", admins},
	{"GET /admin/retention", "", "200", admins},
	{"POST /admin/retention", "consent=1", "422", admins},
	{"GET /admin/emergency", "", "200", admins},
	{"POST /admin/emergency", "", "422", admins},
	{"GET /admin/emergency/:login", "", "200", admins},
	{"POST /admin/emergency/:login", "", "409", admins}, // it is still going on
	{"POST /admin/emergency/sets/:user/revocation", "", "404", admins},
	{"GET /admin/permissions", "", "200", admins},
	{"POST /admin/permissions", "", "422", admins},
	{"POST /admin/permissions/:user/revocation", "", "404", admins},

	// The professional's screen is handed over from here on, and then nobody is
	// anybody any more.
	{"POST /assessments/:own/hand-over", "", "→ /assessments/:own/client", clientsOwn.but("client", "403", "other client", "403")},
	{"GET /take-back", "", "200", handedOver.but("neighbour", "→ /")},
	{"POST /take-back", "", "422", handedOver.but("neighbour", "→ /")},
	{"POST /own/decline", "", "409", invited.but("professional", locked, "emergency", locked, "other client", "→ /own/declined")},
	{"POST /logout", "", asked, anybody.but("professional", locked, "emergency", locked, "client", "→ /join", "other client", asked)},
}

// elsewhere is how browsers tell that a form was sent from another site.
var elsewhere = [][2]string{{"Sec-Fetch-Site", "cross-site"}, {"Sec-Fetch-Site", "same-site"}, {"Origin", "https://evil.example"}, {"Origin", "null"}}

func TestPagesPermissionMatrix(t *testing.T) {
	t.Parallel()
	url := testkit.SQLiteFrom(t, "reception", staff)
	crowd := strangers()
	ways := letIn(t, url, crowd)
	h := receive(t, url, "--trusted-proxy", "127.0.0.1")
	people, ids := h.assembleCast()
	everybody, alike := []string{}, map[string]string{} // the strangers before the cast, which changes things
	for i, one := range crowd {
		name := one.String()
		everybody, alike[name] = append(everybody, name), one.as()
		people[name] = h.reader()
		people[name].header["X-Forwarded-For"] = fmt.Sprintf("198.51.100.%d", i+1)
		people[name].cookies["omasuunta"] = &http.Cookie{Name: "omasuunta", Value: ways[one].session}
	}
	for _, name := range cast {
		everybody, alike[name] = append(everybody, name), name
	}
	fill := func(text string) string {
		for name, id := range ids {
			text = strings.ReplaceAll(text, ":"+name, id)
		}
		return text
	}
	plain := func(s *shown, name string) string {
		got := outcome(s, name, ids["own"])
		for id, real := range ids {
			got = strings.ReplaceAll(got, real, ":"+id)
		}
		return got
	}
	listed := map[string]bool{}
	routes := h.routes()
	for _, row := range pagesMatrix {
		method, path, _ := strings.Cut(row.call, " ")
		listed[routeOf(routes, method, path)] = true
		for i, name := range everybody {
			r := people[name]
			if method == http.MethodPost {
				header := elsewhere[i%len(elsewhere)]
				if s := r.ask(method, fill(path), fill(row.form), header[0], header[1]); s.status != http.StatusForbidden {
					t.Errorf("%s as %s with %s: %s: %d", row.call, name, header[0], header[1], s.status)
				}
			}
			want, special := row.who[name]
			if !special {
				want, special = row.who[alike[name]]
			}
			if !special || want == in {
				want = row.in
			}
			s := r.ask(method, fill(path), fill(row.form), "Sec-Fetch-Site", "same-origin")
			if got := plain(s, alike[name]); got != want {
				t.Errorf("%s as %s: %s, want %s", row.call, name, got, want)
			}
			if s.status == http.StatusNotFound && alike[name] == "neighbour" && recordIn.MatchString(row.call+row.form) {
				if got, want := sameForNobodys(s), sameForNobodys(r.ask(method, absent(path), absent(row.form), "Sec-Fetch-Site", "same-origin")); got != want {
					t.Errorf("%s as %s: somebody else's is\n%s\nand what does not exist\n%s", row.call, name, got, want)
				}
			}
			if method == http.MethodGet {
				if head := r.ask(http.MethodHead, fill(path), ""); head.status != s.status || head.body != "" {
					t.Errorf("HEAD %s as %s: %d, GET %d", path, name, head.status, s.status)
				}
			}
		}
	}
	for _, route := range routes {
		if !listed[route] {
			t.Errorf("%s is not in the permission matrix", route)
		}
	}
}

// assembleCast makes a browser for each of the cast, and what they ask for.
func (h *reception) assembleCast() (map[string]*reader, map[string]string) {
	h.t.Helper()
	people := map[string]*reader{}
	for i, name := range cast {
		people[name] = h.reader()
		people[name].header["X-Forwarded-For"] = fmt.Sprintf("192.0.2.%d", i+1) // wrong passwords are counted by address
	}
	for name, username := range map[string]string{
		"professional": "ammattilainen", "handed over": "ammattilainen", "neighbour": "naapuri",
		"expert": "asiantuntija", "admin": "hallinta", "one-time": "uusi",
	} {
		people[name].login(h.colleague(username))
	}
	pro := people["professional"]
	ids := map[string]string{"draft": h.begin(pro), "doomed": h.begin(pro), "done": h.api("ammattilainen").complete(8, 2)}
	link, _, _ := h.invite(pro)
	people["client"].post(link, nil).leads("/own")
	ids["own"] = h.accept(people["client"])
	link, _, _ = h.invite(pro)
	people["other client"].post(link, nil).leads("/own")
	_, _, spare := h.invite(pro)
	ids["invitation"] = strings.TrimPrefix(spare, "/invitations/")
	people["handed over"].post("/assessments/"+ids["own"]+"/hand-over", nil).leads("/assessments/" + ids["own"] + "/client")
	first, second := h.sheets()
	h.comeIn(people["emergency"], first[0], second[0], "Testi Ammattilainen", "Testi Toinen")
	login := regexp.MustCompile(`href="/admin/emergency/([0-9a-f-]{36})"`).FindStringSubmatch(people["admin"].get("/admin/emergency").body)
	if login == nil {
		h.t.Fatal("the emergency login is not listed")
	}
	ids["login"] = login[1]
	user := regexp.MustCompile(`href="/admin/users/([0-9a-f-]{36})"[^>]*>[^<]*Testi Toinen`).FindStringSubmatch(people["admin"].get("/admin/users").body)
	if user == nil {
		h.t.Fatal("the list of users does not lead to one")
	}
	ids["user"] = user[1]
	return people, ids
}

// outcome is what somebody got, in the words of the matrix.
func outcome(s *shown, who, handedOverTo string) string {
	path, _, _ := strings.Cut(s.to(), "?")
	path, _, _ = strings.Cut(path, "#")
	switch {
	case s.status == http.StatusSeeOther && path == "/login", s.status == http.StatusUnauthorized && strings.Contains(s.body, `id="login"`):
		return asked
	case s.status == http.StatusSeeOther && path == "/password":
		return password
	case s.status == http.StatusSeeOther && path == "/assessments/"+handedOverTo+"/client" && who != "client" && !strings.HasSuffix(s.path, "/hand-over"):
		return locked
	case s.status == http.StatusSeeOther:
		return "→ " + path
	}
	return fmt.Sprint(s.status)
}

// routes lists the pages of the server that this program makes, as
// "GET /assessments/:id".
func (h *reception) routes() []string {
	h.t.Helper()
	p := &program{out: io.Discard, err: io.Discard}
	db, err := store.Open(h.t.Context(), h.database, p.logger())
	if err != nil {
		h.t.Fatal(err)
	}
	defer db.Close()
	server, err := p.assemble(config.Serve{}, "", db)
	if err != nil {
		h.t.Fatal(err)
	}
	var pages []string
	for _, route := range server.Routes() {
		if _, path, _ := strings.Cut(route, " "); page.IsPage(path) {
			pages = append(pages, route)
		}
	}
	if len(pages) < 50 {
		h.t.Fatalf("only %d pages: %v", len(pages), pages)
	}
	return pages
}

// routeOf is the route that a call of the matrix goes to: the one with the most
// words in common.
func routeOf(routes []string, method, path string) string {
	path, _, _ = strings.Cut(path, "?")
	asked := strings.Split(path, "/")
	best, most := "", -1
	for _, route := range routes {
		of, pattern, _ := strings.Cut(route, " ")
		parts, same := strings.Split(pattern, "/"), 0
		if of != method || len(parts) != len(asked) {
			continue
		}
		for i, part := range parts {
			switch {
			case part == asked[i]:
				same++
			case !strings.HasPrefix(part, ":"):
				same = -100
			}
		}
		if same > most {
			best, most = route, same
		}
	}
	return best
}

// An id that is none of ours is not found, however it is written and whatever
// is asked of it.
func TestNoSuchRecord(t *testing.T) {
	t.Parallel()
	h := newReception(t)
	professional, admin, expert := h.enter("ammattilainen"), h.enter("hallinta"), h.enter("asiantuntija")
	id := h.begin(professional)
	for _, route := range h.routes() {
		method, pattern, _ := strings.Cut(route, " ")
		if !strings.Contains(pattern, ":id") {
			continue
		}
		r := professional
		switch {
		case strings.HasPrefix(pattern, "/admin/"):
			r = admin
		case strings.HasPrefix(pattern, "/exports/"), strings.HasPrefix(pattern, "/report/"):
			r = expert
		}
		for _, odd := range []string{
			"x", "0", "-1", "00000000-0000-0000-0000-000000000000", "6f1f4a1e-93f7-4f35-8f0e-0d1d3c1c0a11", "%7B" + id + "%7D",
			strings.ReplaceAll(id, "-", ""), "urn:uuid:" + id, id + "%20", id + "%00", "%FF", "..%2f" + id, "'%20OR%20'1'='1", strings.Repeat("9", 2000),
		} {
			path := strings.NewReplacer(":id", odd, ":item", "money").Replace(pattern)
			if s := r.ask(method, path, "side=client&item=money&value=3&phase=client&seconds=1&kind=printed&reason=no_time"); s.status != http.StatusNotFound {
				t.Errorf("%s %.100s: %d to %q", method, path, s.status, s.to())
			}
		}
	}
}
