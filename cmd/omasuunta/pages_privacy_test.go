package main

import (
	"database/sql"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"golang.org/x/net/html"

	"github.com/omasuunta/omasuunta/internal/calendar"
)

// planter plants words that nobody but those who may read them must see, and
// listens to every answer.
type planter struct {
	t       testing.TB
	n       int
	secrets []string // of sessions, links and the like
}

const mark = "salaisuus"

// word is another one to plant.
func (p *planter) word() string { p.n++; return fmt.Sprintf("Salaisuus-%d", p.n) }

func (p *planter) secret(text string) {
	if text == "" {
		p.t.Error("a secret is empty, so that this test would look for nothing")
		return
	}
	p.secrets = append(p.secrets, text)
}

func marked(text string) bool { return strings.Contains(strings.ToLower(text), mark) }

// silent are the answers that say what is wrong and nothing of what was sent.
var silent = []int{400, 403, 404, 405, 409, 410, 413, 429, 500, 503}

// heard looks at an answer: nothing that was planted is in its headers, its
// title, its addresses or in an error.
func (p *planter) heard(s *shown) {
	p.t.Helper()
	for name, values := range s.header {
		if name != "Set-Cookie" && marked(fmt.Sprint(values)) {
			p.t.Errorf("%s %s: %d: the header %s repeats what was planted: %s", s.method, s.path, s.status, name, values)
		}
	}
	for _, c := range s.r.cookies {
		if strings.HasSuffix(c.Name, "omasuunta") && !slices.Contains(p.secrets, c.Value) && !marked(c.Value) {
			p.secret(c.Value)
		}
	}
	script := strings.HasPrefix(s.header.Get("Content-Type"), "application/json")
	if script && s.status >= 400 && marked(s.body) {
		p.t.Errorf("%s %s: the error %d repeats what was planted: %s", s.method, s.path, s.status, s.body)
	}
	if script {
		return
	}
	if slices.Contains(silent, s.status) && marked(s.text()) {
		p.t.Errorf("%s %s: the error %d repeats what was planted: %s", s.method, s.path, s.status, s.text())
	}
	document := s.read()
	if title := document.Title(); marked(title) {
		p.t.Errorf("%s %s: the title is %s", s.method, s.path, title)
	}
	document.Each(func(n *html.Node) {
		for _, a := range n.Attr {
			switch {
			case !marked(a.Val), marked(s.path): // the page knows its own address
			case slices.Contains([]string{"href", "src", "action", "formaction"}, a.Key), slices.Contains(silent, s.status):
				p.t.Errorf("%s %s: %d: on the page is %s=%q", s.method, s.path, s.status, a.Key, a.Val)
			}
		}
	})
}

// Names, identifiers and free text are typed wherever the pages take some. They
// are on the pages of those who may read them, and nowhere else: not in logs,
// addresses, titles, headers, errors or the audit. Secrets are kept nowhere.
func TestPagesKeepPersonalDataWhereItBelongs(t *testing.T) {
	receptions(t, func(t *testing.T, h *reception) {
		p := &planter{t: t}
		listen := func(r *reader) *reader { r.heard = p.heard; return r }
		for _, username := range []string{"ammattilainen", "naapuri", "hallinta", "asiantuntija"} {
			p.secret(h.colleague(username).password)
		}
		pro, neighbour, admin, expert := h.enter("ammattilainen"), h.enter("naapuri"), h.enter("hallinta"), h.enter("asiantuntija")
		for _, r := range []*reader{pro, neighbour, admin, expert} {
			listen(r)
			p.secret(r.session())
		}

		done := h.plantVisit(p, pro)
		draft := h.plantBeforehand(p, pro, listen(h.reader()))
		h.plantAround(p, admin, listen(h.reader()))
		h.plantSurvey(p, expert, pro)
		for _, path := range []string{"/", "/assessments", "/invitations", "/assessments/" + draft, "/assessments/" + draft + "/details",
			"/assessments/" + draft + "/abandon", "/assessments/" + draft + "/consent/withdrawal", "/new?again=" + done} {
			pro.get(path)
		}
		for _, format := range []string{"csv", "fi-excel", "xlsx", "svg", "png", "json"} {
			s := expert.ask(http.MethodGet, "/report/download?from=2020-01-01&to=2029-12-31&format="+format, "", "X-Request-ID", p.word())
			if s.is(http.StatusOK); s.header.Get("Content-Disposition") == "" || marked(s.body) {
				t.Errorf("the file %s holds what was planted, or is none", format)
			}
		}

		// What others ask for, and what is refused.
		for _, at := range []string{"/assessments/" + done, "/assessments/" + draft} {
			for _, path := range []string{"", "/details", "/client", "/client/money", "/professional", "/result", "/print", "/consent", "/feedback"} {
				if s := neighbour.get(at + path); s.status != http.StatusNotFound || marked(s.body) {
					t.Errorf("%s: another unit gets %d", path, s.status)
				}
			}
			neighbour.post(at+"/client/money", url.Values{"seen.money": {""}, "comment.money": {p.word()}}).is(http.StatusNotFound)
		}
		for _, r := range []*reader{neighbour, expert, admin} {
			for _, path := range []string{"/", "/assessments", "/invitations", "/report", "/report/instrument", "/admin/barriers", "/admin/batteries/individual-client"} {
				if s := r.get(path); marked(s.body) && path != "/admin/barriers" {
					t.Errorf("%s shows somebody else's words", path)
				}
			}
		}
		h.plantRefused(p, pro, draft)
		h.plantOverAPI(p, draft)
		h.plantByCommand(p)

		pro.post("/assessments/"+done+"/consent/withdrawal", url.Values{"reason": {p.word()}}).is(http.StatusSeeOther)
		pro.get("/assessments/" + done + "/consent").is(http.StatusOK)
		pro.post("/logout", nil)
		checkFiles(t, h.database) // while it is served
		h.stop()
		checkFiles(t, h.database)
		h.checkSilence(p)
	})
}

// plantVisit leads a whole visit and returns its assessment.
func (h *reception) plantVisit(p *planter, r *reader) string {
	h.t.Helper()
	consent := r.get(consentPage).form("consent")
	name, ref := p.word(), p.word()
	consent.Set("signed_name", name)
	consent.Set("given_by", "representative")
	consent.Set("representative_ground", p.word())
	consent.Set("client_ref", ref)
	consent.send().is(http.StatusUnprocessableEntity) // no purpose
	consent.Values["purposes"] = []string{"assessment", "record", "statistics"}
	id := consent.send().assessment()
	at := "/assessments/" + id
	f := r.get(at + "/client/everyday-life").form("answers")
	f.Set("comment.everyday-life", p.word())
	f.send().is(http.StatusSeeOther)
	for _, one := range answersTo(h.t, "individual-client", 8) {
		a := one.(object)
		r.post(at+"/answers", url.Values{"side": {"client"}, "item": {a["item"].(string)}, "value": {fmt.Sprint(a["value"])}, "comment": {p.word()},
			"overwrite": {"true"}}, "Accept", "application/json").is(http.StatusOK)
	}
	r.post(at+"/answers", url.Values{"side": {"client"}, "item": {"money"}, "value": {"1"}, "comment": {p.word()}}, "Accept", "application/json").is(http.StatusOK) // a clash
	f = r.get(at + "/professional").form("answers")
	for _, one := range answersTo(h.t, "functioning", 3) {
		a := one.(object)
		f.Set("answer."+a["item"].(string), fmt.Sprint(a["value"]))
		f.Set("comment."+a["item"].(string), p.word())
	}
	r.post(at+"/complete", f.Values).is(http.StatusSeeOther)
	if s := r.get(at + "/client/done"); s.status != http.StatusSeeOther {
		h.t.Errorf("the client's part of what is completed: %d", s.status)
	}
	f = r.get(at + "/result").is(http.StatusOK).form("confirm")
	f.Set("segment", "verkosto")
	f.Set("actions.0.text", p.word())
	f.Set("actions.0.responsible", p.word())
	f.Set("actions.1.responsible", p.word())
	f.send().is(http.StatusUnprocessableEntity) // no reason, an action without text
	f.Del("actions.1.responsible")
	f.Set("reason", p.word())
	f.send().is(http.StatusSeeOther)
	f.send().is(http.StatusSeeOther) // a second time
	for _, kind := range []string{"printed", "recorded", "discussed", p.word()} {
		r.post(at+"/events", url.Values{"kind": {kind}})
	}
	for _, path := range []string{"/result", "/print", "/print?now=1", "/consent", "/result?language=en"} {
		r.get(at + path).is(http.StatusOK)
	}
	if s := r.get(at + "/consent"); !strings.Contains(s.text(), name) {
		h.t.Error("the consent has no name, so that this test would look for nothing")
	}
	r.post(at+"/hand-over", nil).is(http.StatusSeeOther)
	r.post("/take-back", url.Values{"password": {p.word()}}).is(http.StatusUnprocessableEntity)
	f = r.get(at + "/feedback").form("feedback")
	f.Set("comment", p.word())
	f.send().is(http.StatusUnprocessableEntity)
	f.Set("usefulness", "4")
	f.Set("agreement", "partly")
	f.send().is(http.StatusSeeOther)
	r.get(at + "/feedback").is(http.StatusOK)
	r.post("/take-back", url.Values{"password": {h.colleague("ammattilainen").password}}).leads(at + "/result")
	return id
}

// plantBeforehand invites a client who answers at home and returns the
// assessment.
func (h *reception) plantBeforehand(p *planter, r, client *reader) string {
	h.t.Helper()
	f := r.get("/invitations/new").form("invite")
	f.Set("register", "health")
	f.Set("battery", "functioning")
	f.Set("client_ref", p.word())
	sheet := f.send().is(http.StatusOK).form("sheet")
	p.secret(sheet.Get("link"))
	p.secret(sheet.Get("code"))
	p.secret(strings.ReplaceAll(sheet.Get("code"), "-", ""))
	sheet.Set("_set", "language:sv")
	sheet.send().is(http.StatusOK)
	client.post("/join", url.Values{"code": {p.word()}}).is(http.StatusUnprocessableEntity)
	client.get("/join/" + sheet.Get("link")).is(http.StatusOK)
	client.post("/join/"+sheet.Get("link"), nil).leads("/own")
	client.post("/join/"+sheet.Get("link"), nil).is(http.StatusGone)
	client.post("/join", url.Values{"code": {sheet.Get("code")}}).leads("/own")
	f = client.get("/own/consent").form("consent")
	f.Set("signed_name", p.word())
	f.Set("purposes", "assessment")
	at := "/assessments/" + f.send().assessment()
	f = client.get(at + "/client/money").form("answers")
	f.Set("comment.money", p.word())
	f.send().is(http.StatusSeeOther)
	client.post(at+"/client/done", url.Values{"ready": {"yes"}}).is(http.StatusSeeOther)
	client.get(at + "/client/done").is(http.StatusOK)
	r.get(sheet.action).is(http.StatusOK)
	again := r.post(sheet.action+"/renew", nil)
	if again.status == http.StatusOK {
		h.t.Error("what is answered is invited to again")
	}
	return strings.TrimPrefix(at, "/assessments/")
}

// plantAround types where no assessment is: at the login, in a report of a
// barrier, in the administration.
func (h *reception) plantAround(p *planter, admin, anybody *reader) {
	h.t.Helper()
	anybody.try(p.word(), p.word())
	anybody.try("ammattilainen", p.word())
	anybody.get("/setup/" + p.word())
	anybody.post("/setup/"+p.word(), url.Values{"username": {p.word()}, "name": {p.word()}, "password": {p.word()}, "again": {p.word()}})
	f := anybody.get("/accessibility/report").form("barrier")
	f.Set("contact", p.word())
	f.send().is(http.StatusUnprocessableEntity)
	f.Set("description", p.word())
	f.Set("page", "/"+p.word())
	f.send().leads("/accessibility/report?done=1")
	if s := admin.get("/admin/barriers"); !marked(s.body) {
		h.t.Error("the report is not there")
	}
	f = admin.get("/admin/users/new").form("user")
	f.Set("name", p.word())
	f.Set("username", "testi.lisätty")
	f.Set("role", "professional")
	f.Set("unit", "vuosaari-ta")
	f.send().is(http.StatusUnprocessableEntity)
	f.Set("username", "testi.uusi")
	once := f.send().is(http.StatusOK).form("again")
	p.secret(once.Get("shown"))
	once.Set("_set", "language:en")
	once.send().is(http.StatusOK)
	admin.get("/admin/users").is(http.StatusOK)
}

// plantSurvey writes into the words of a survey, of which too few come in to be shown.
func (h *reception) plantSurvey(p *planter, expert, r *reader) {
	h.t.Helper()
	f := expert.get("/report/survey").form("round")
	today := calendar.DayOf(time.Now()).String()
	for name, value := range map[string]string{"name": "Kysely", "from": today, "to": today, "last_day": today} {
		f.Set(name, value)
	}
	at := f.send().is(http.StatusSeeOther).to()
	f = r.get("/survey").is(http.StatusOK).form("survey")
	f.Set("recommend", p.word())
	f.Set("suits", p.word())
	f.send().is(http.StatusUnprocessableEntity)
	f.Set("recommend", "7")
	f.Set("last_words", p.word())
	f.send().leads("/survey/thanks")
	at, _, _ = strings.Cut(at, "?")
	expert.get(at).is(http.StatusOK)
	expert.post(at+"/close", nil).is(http.StatusSeeOther)
	for _, path := range []string{"", "?unit=vuosaari-ta", "?unit=" + p.word(), "/download?chart=survey-suits&format=csv", "/download?chart=" + p.word()} {
		if s := expert.get(at + path); marked(s.body) && !marked(path) {
			h.t.Errorf("%s shows what the only one has said", path)
		}
	}
}

// plantOverAPI writes comments to all answers of a draft, over and over.
func (h *reception) plantOverAPI(p *planter, draft string) {
	h.t.Helper()
	c := h.api("ammattilainen")
	for range 30 {
		change := object{}
		for side, battery := range map[string]string{"client_answers": "individual-client", "professional_answers": "functioning"} {
			answers := answersTo(h.t, battery, 5)
			for _, one := range answers {
				one.(object)["comment"] = p.word()
			}
			change[side] = answers
		}
		c.with("If-Match", "*").want(http.StatusOK, "PATCH", "/assessments/"+draft, change)
	}
	if a := c.want(http.StatusOK, "GET", "/assessments/"+draft, nil); !marked(string(a.Body)) {
		h.t.Error("the comments are nowhere, so that this test would look for nothing")
	}
	for range 10 {
		c.with("Idempotency-Key", "k"+fmt.Sprint(p.n)).want(http.StatusCreated, "POST", "/non-participations", object{"unit": "vuosaari-ta", "kind": "declined", "reason": p.word()})
	}
}

// plantByCommand types on the command line.
func (h *reception) plantByCommand(p *planter) {
	h.t.Helper()
	for i := range 3 {
		username := fmt.Sprintf("testi.komento%d", i)
		p.secret(must(h.t, "user", "add", "--database", h.database, "--username", username, "--name", p.word(), "--role", "professional", "--unit", "vuosaari-ta"))
		p.secret(must(h.t, "token", "create", "--database", h.database, "--username", username, "--name", p.word()))
		must(h.t, "user", "link", "--database", h.database, "--username", username, "--issuer", "oidc:talo", "--subject", p.word())
	}
}

// plantRefused types what no page takes, wherever it may be put.
func (h *reception) plantRefused(p *planter, r *reader, draft string) {
	h.t.Helper()
	at := "/assessments/" + draft
	for _, path := range []string{
		"/assessments/" + p.word(), "/assessments/" + p.word() + "/result", at + "/client/" + p.word(), "/invitations/" + p.word(), "/" + p.word(), "/static/" + p.word() + "/x.css",
		"/join/" + p.word(), "/assessments?unit=" + p.word() + "&from=" + p.word() + "&cursor=" + p.word() + "&segment=" + p.word() + "&status=" + p.word(),
		"/new?again=" + p.word(), "/new?unit=" + p.word() + "&battery=" + p.word(), "/report?from=" + p.word(),
		"/report/instrument?battery=" + p.word() + "&language=" + p.word(),
	} {
		r.ask(http.MethodGet, path, "", "Referer", h.URL+"/"+p.word(), "User-Agent", p.word(), "X-Request-ID", p.word(), "Accept", p.word())
		r.ask("DELETE", path, p.word())
	}
	for _, path := range []string{at + "/client/money", at + "/professional", at + "/details", at + "/answers", at + "/time", at + "/events", at + "/confirm", at + "/abandon",
		"/new", "/new/consent", "/new/again", "/new/not-taking-part", "/password", "/preferences", "/session", "/login"} {
		form := url.Values{}
		for _, name := range []string{"side", "item", "value", "comment", "why", "kind", "reason", "unit", "battery", "register", "language", "old", "new", "again", "username",
			"revision", "client_ref", "phase", "seconds", "expected", "_set", "seen.money", "answer.money", "comment.money", "once", "text_version", "back", "mode", "present"} {
			form.Set(name, p.word())
		}
		if path == "/new/consent" { // codes may be in addresses, and this page takes any for one
			for _, code := range []string{"unit", "register", "battery", "language", "mode", "present", "again"} {
				form.Del(code)
			}
		}
		r.post(path, form, "Accept", "application/json")
		r.post(path, form, "Origin", "https://"+p.word()+".example")
		form.Set("comment.money", strings.Repeat(p.word(), 60_000))
		r.post(path, form)
		r.ask(http.MethodPost, path, "%zz"+p.word())
		r.ask(http.MethodPost, path, p.word(), "Content-Type", "multipart/form-data; boundary="+p.word())
	}
	stranger := h.reader()
	stranger.heard = p.heard
	stranger.cookies["omasuunta"] = &http.Cookie{Name: "omasuunta", Value: p.word()}
	// The login page carries what was typed along, and nothing else does.
	s := stranger.post(at+"/client/money", url.Values{"comment.money": {p.word()}})
	if s.status != http.StatusUnauthorized || !marked(s.body) {
		h.t.Errorf("a form that came too late is lost: %d", s.status)
	}
	stranger.post(at+"/answers", url.Values{"comment": {p.word()}}, "Accept", "application/json").is(http.StatusUnauthorized)
}

// checkSilence looks for what was planted in the log and the audit, and for
// secrets there and in every table.
func (h *reception) checkSilence(p *planter) {
	h.t.Helper()
	log := h.log.String() + h.out.String()
	if !strings.Contains(log, `"route":"/assessments/:id/client/:item"`) || p.n < 1000 {
		h.t.Errorf("the log does not hold the routes, or only %d words were planted: this test would see nothing", p.n)
	}
	for _, line := range strings.Split(log, "\n") {
		if marked(line) {
			h.t.Errorf("in the log: %s", line)
		}
	}
	db := open(h.t, h.database)
	checkInventory(h.t, db)
	tables := dump(h.t, db)
	if len(tables["audit_events"]) < 1000 || marked(tables["audit_events"]) {
		h.t.Error("what was planted is in the audit, or there is none")
	}
	if tables["assessments"] == "" || tables["consents"] == "" || tables["sessions"] == "" {
		h.t.Error("the tables are empty, so that this test would see nothing")
	}
	for table, rows := range tables {
		if marked(rows) {
			h.t.Errorf("what was planted is in the table %s", table)
		}
	}
	if len(p.secrets) < 10 {
		h.t.Errorf("only %d secrets", len(p.secrets))
	}
	for i, secret := range p.secrets {
		if strings.Contains(log, secret) {
			h.t.Errorf("secret %d is in the log", i)
		}
		for table, rows := range tables {
			if strings.Contains(rows, secret) {
				h.t.Errorf("secret %d is in %s", i, table)
			}
		}
	}
}

// dump is everything that a database holds, by table.
func dump(t testing.TB, db *sql.DB) map[string]string {
	t.Helper()
	query := "SELECT name FROM sqlite_master WHERE type = 'table'"
	if rows, err := db.Query("SELECT table_name FROM information_schema.tables WHERE table_schema = current_schema()"); err == nil {
		_ = rows.Close()
		query = "SELECT table_name FROM information_schema.tables WHERE table_schema = current_schema()"
	}
	all := map[string]string{}
	for _, table := range column(t, db, query) {
		all[table] = strings.Join(column(t, db, "SELECT * FROM "+table), "\n")
	}
	return all
}

// column is what a query finds, each row in one text.
func column(t testing.TB, db *sql.DB, query string) (found []string) {
	t.Helper()
	rows, err := db.Query(query)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	names, err := rows.Columns()
	if err != nil {
		t.Fatal(err)
	}
	for rows.Next() {
		values, to := make([]any, len(names)), make([]any, len(names))
		for i := range values {
			to[i] = &values[i]
		}
		if err := rows.Scan(to...); err != nil {
			t.Fatal(err)
		}
		var row strings.Builder
		for _, value := range values {
			if bytes, ok := value.([]byte); ok {
				value = string(bytes)
			}
			fmt.Fprint(&row, value, " ")
		}
		found = append(found, strings.TrimSpace(row.String()))
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	return found
}
