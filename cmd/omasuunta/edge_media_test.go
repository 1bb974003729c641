package main

import (
	"mime"
	"net/http"
	"regexp"
	"strings"
	"testing"
)

// Every answer says what it is, and text in which characters, so that no browser
// has to guess; files come under a name of ours; folders are not listed.
func TestEveryAnswerSaysWhatItIs(t *testing.T) {
	t.Parallel()
	h := newReception(t)
	r, expert, nobody := h.enter("ammattilainen"), h.enter("asiantuntija"), h.reader()
	draft := h.begin(r)
	const report = "/report/download?from=2023-05-01&to=2023-11-30&format="
	page := r.get("/").body
	version := page[strings.Index(page, "/static/")+len("/static/"):]
	static := "/static/" + version[:strings.IndexByte(version, '/')]
	for _, one := range []struct {
		who    *reader
		path   string
		status int
		media  string
		file   bool
	}{
		{who: r, path: "/", status: http.StatusOK, media: "text/html"},
		{who: r, path: "/nowhere", status: http.StatusNotFound, media: "text/html"},
		{who: r, path: "/assessments/" + draft + "/consent/document.pdf", status: http.StatusOK, media: "application/pdf", file: true},
		{who: expert, path: report + "csv", status: http.StatusOK, media: "text/csv", file: true},
		{who: expert, path: report + "json", status: http.StatusOK, media: "application/json", file: true},
		{who: expert, path: report + "svg", status: http.StatusOK, media: "image/svg+xml", file: true},
		{who: expert, path: report + "xlsx", status: http.StatusOK, media: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", file: true},
		{who: expert, path: report + "png", status: http.StatusOK, media: "image/png", file: true},
		{who: nobody, path: "/docs", status: http.StatusOK, media: "text/html"},
		{who: nobody, path: "/openapi.json", status: http.StatusOK, media: "application/json"},
		{who: nobody, path: "/healthz", status: http.StatusOK, media: "application/json"},
		{who: nobody, path: "/api/v1/nowhere", status: http.StatusNotFound, media: "application/problem+json"},
		{who: nobody, path: static + "/style.css", status: http.StatusOK, media: "text/css"},
		{who: nobody, path: static + "/js/answers.js", status: http.StatusOK, media: "text/javascript"},
		{who: nobody, path: static + "/", status: http.StatusNotFound, media: "application/problem+json"},
		{who: nobody, path: static + "/js/", status: http.StatusNotFound, media: "application/problem+json"},
		{who: nobody, path: "/static/", status: http.StatusNotFound, media: "application/problem+json"},
		{who: nobody, path: "/.git/config", status: http.StatusNotFound, media: "text/html"},
	} {
		resp := one.who.raw(http.MethodGet, one.path)
		media, parameters, err := mime.ParseMediaType(resp.Header.Get("Content-Type"))
		if resp.StatusCode != one.status || media != one.media || err != nil {
			t.Errorf("%s: %d, %s, %v", one.path, resp.StatusCode, resp.Header.Get("Content-Type"), err)
		}
		if strings.HasPrefix(media, "text/") && !strings.EqualFold(parameters["charset"], "utf-8") {
			t.Errorf("%s: in which characters? %s", one.path, resp.Header.Get("Content-Type"))
		}
		_, disposition, err := mime.ParseMediaType(resp.Header.Get("Content-Disposition"))
		if named := err == nil && disposition["filename"] != ""; named != one.file || strings.Contains(resp.Header.Get("Content-Disposition"), draft) {
			t.Errorf("%s: Content-Disposition is %q", one.path, resp.Header.Get("Content-Disposition"))
		}
	}
}

// passwordField is a field that somebody types a password into.
var passwordField = regexp.MustCompile(`<input[^>]*name="(?:password|old|new|again)"[^>]*>`)

// Whoever has logged in can log out from every page, but from the client's part,
// which is for the client's eyes; what is typed as a password is hidden, and may be
// pasted.
func TestEveryPageOffersToLogOut(t *testing.T) {
	t.Parallel()
	h := newReception(t)
	r := h.enter("ammattilainen")
	draft := h.begin(r)
	fields := 0
	look := func(who *reader, path string, within bool) {
		s := who.get(path).is(http.StatusOK)
		if within && !strings.Contains(s.body, `method="post" action="/logout"`) {
			t.Errorf("%s: there is no way out", path)
		}
		if strings.Contains(s.body, "onpaste") {
			t.Errorf("%s: pasting is hindered", path)
		}
		for _, field := range passwordField.FindAllString(s.body, -1) {
			if fields++; !strings.Contains(field, `type="password"`) {
				t.Errorf("%s: %s is not hidden", path, field)
			}
		}
	}
	look(h.reader(), "/login", false)
	look(r, "/assessments/"+draft+"/client/money", false)
	for username, paths := range map[string][]string{
		"ammattilainen": {"/", "/assessments", "/new", "/invitations", "/invitations/new", "/password", "/factors", "/assessments/" + draft + "/professional", "/assessments/" + draft + "/details"},
		"asiantuntija":  {"/report", "/report/instrument", "/password"},
		"hallinta":      {"/admin/users", "/admin/units", "/admin/settings", "/password"},
	} {
		who := h.enter(username)
		for _, path := range paths {
			look(who, path, true)
		}
	}
	if fields < 10 {
		t.Errorf("only %d fields for passwords were seen", fields)
	}
}
