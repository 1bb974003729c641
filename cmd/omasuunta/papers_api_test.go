package main

import (
	"bytes"
	"database/sql"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/omasuunta/omasuunta/internal/access"
	"github.com/omasuunta/omasuunta/internal/replay"
	"github.com/omasuunta/omasuunta/internal/store"
)

// isPaper fails the test unless an answer is a sound PDF file with the headers
// that every document has.
func isPaper(t testing.TB, what string, a answer, kind, language string) {
	t.Helper()
	for name, want := range map[string]string{
		"Content-Type": "application/pdf", "Content-Disposition": `inline; filename="omasuunta-` + kind + `.pdf"`, "Content-Language": language,
		"Content-Length": strconv.Itoa(len(a.Body)), "Cache-Control": "no-store", "X-Content-Type-Options": "nosniff",
	} {
		if got := a.Header.Get(name); got != want {
			t.Errorf("%s: %s is %q, want %q", what, name, got, want)
		}
	}
	isPDF(t, what, a.Body)
}

// pdfTool finds a program that reads PDF. Where `make test` requires it, its lack
// is a failure.
func pdfTool(t testing.TB, program string) string {
	t.Helper()
	path, err := exec.LookPath(program)
	if err != nil && os.Getenv("OMASUUNTA_REQUIRE_POPPLER") == "1" {
		t.Fatal(err)
	}
	if err != nil {
		t.Skipf("SKIPPED: %s is not on this machine; `make test` installs it", program)
	}
	return path
}

func isPDF(t testing.TB, what string, file []byte) {
	t.Helper()
	if !bytes.HasPrefix(file, []byte("%PDF-1.7")) {
		t.Errorf("%s begins with %q", what, file[:min(len(file), 20)])
		return
	}
	qpdf := pdfTool(t, "qpdf")
	path := filepath.Join(t.TempDir(), "paper.pdf")
	if err := os.WriteFile(path, file, 0o600); err != nil {
		t.Fatal(err)
	}
	if out, err := exec.CommandContext(t.Context(), qpdf, "--check", path).CombinedOutput(); err != nil {
		t.Errorf("%s: qpdf: %v\n%s", what, err, out)
	}
}

// textOf is what a PDF says, with single spaces.
func textOf(t testing.TB, file []byte) string {
	t.Helper()
	read := exec.CommandContext(t.Context(), pdfTool(t, "pdftotext"), "-", "-")
	read.Stdin = bytes.NewReader(file)
	out, err := read.Output()
	if err != nil {
		t.Fatalf("pdftotext: %v", err)
	}
	return strings.Join(strings.Fields(string(out)), " ")
}

func (c client) withdraw(consent string) string {
	c.t.Helper()
	c.want(200, "POST", "/consents/"+consent+"/withdrawal", nil)
	return consent
}

// Every document comes as a PDF in every language that it has, and the same twice.
func TestEveryDocumentOverTheAPI(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	c := h.professional
	consent, assessment := c.giveConsent(), c.complete(8, 2)
	withdrawn := c.withdraw(c.giveConsent())
	for path, one := range map[string]struct {
		kind          string
		tongues       bool
		plain, change bool // in plain language too; never the same twice
	}{
		"/assessments/" + assessment + "/document.pdf":          {"result", true, false, false},
		"/assessments/" + assessment + "/result":                {"result", true, false, false},
		"/consents/" + consent + "/document.pdf":                {"consent", false, false, false},
		"/consents/" + consent:                                  {"consent", false, false, false},
		"/consents/" + withdrawn + "/document.pdf":              {"consent", false, false, false},
		"/consents/" + withdrawn + "/withdrawal/document.pdf":   {"withdrawal", false, false, false},
		"/consents/" + consent + "/file/document.pdf":           {"own-file", true, false, true},
		"/brochure/document.pdf":                                {"brochure", true, true, false},
		"/consent-texts/form/document.pdf":                      {"consent-form", true, true, false},
		"/instruments/functioning/form/document.pdf":            {"form-functioning", true, true, false},
		"/instruments/illness-care/form/document.pdf":           {"form-illness-care", true, true, false},
		"/instruments/social-wellbeing/form/document.pdf":       {"form-social-wellbeing", true, true, false},
		"/instruments/health-risk/form/document.pdf?plain=true": {"form-health-risk", false, false, false},
	} {
		queries := map[string]string{"": "fi"}
		if one.tongues {
			queries = map[string]string{"?language=fi": "fi", "?language=sv": "sv", "?language=en": "en"}
		}
		if one.plain {
			queries["?plain=true&language=sv"], queries["?plain=false"] = "sv", "fi"
		}
		for query, language := range queries {
			paper := c.with("Accept", "application/pdf").want(200, "GET", path+query, nil)
			isPaper(t, path+query, paper, one.kind, language)
			again := c.with("Accept", "application/pdf").want(200, "GET", path+query, nil)
			if !one.change && !bytes.Equal(paper.Body, again.Body) {
				t.Errorf("%s gives other bytes the second time", path+query)
			}
		}
	}
	// The language of the answer is negotiated where the address doesn't say.
	swedish := c.with("Accept-Language", "sv").want(200, "GET", "/assessments/"+assessment+"/document.pdf", nil)
	isPaper(t, "the result by Accept-Language", swedish, "result", "sv")
	isPaper(t, "the consent of a Finnish client", c.with("Accept-Language", "sv").want(200, "GET", "/consents/"+consent+"/document.pdf", nil), "consent", "fi")
	// Reading is not printing.
	if n := scalar(t, open(t, h.database), "SELECT count(*) FROM audit_events WHERE action = 'result.printed'"); n != "0" {
		t.Errorf("%s results count as printed", n)
	}
}

// What can't be given is refused, and in the right way.
func TestDocumentsThatAreNotThere(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	c := h.professional
	consent := c.giveConsent()
	draft := c.want(201, "POST", "/assessments", without(paperForm(t, consent, 1, 1), "complete")).JSON(t)["id"].(string)
	done := c.complete(8, 2)
	for path, want := range map[string]int{
		"/assessments/" + draft + "/document.pdf":                  404, // no result yet
		"/assessments/7/document.pdf":                              404,
		"/assessments/" + consent + "/document.pdf":                404,
		"/consents/" + consent + "/withdrawal/document.pdf":        404, // not withdrawn
		"/consents/" + draft + "/file/document.pdf":                404,
		"/instruments/individual-client/form/document.pdf":         404, // the client's own is in every form
		"/instruments/horoscope/form/document.pdf":                 404,
		"/instruments/%2e%2e/form/document.pdf":                    404,
		"/instruments/%25zz/form/document.pdf":                     404,
		"/instruments/functioning/form/document.pdf?language=de":   422,
		"/instruments/functioning/form/document.pdf?plain=1":       422,
		"/brochure/document.pdf?plain=true&plain=true":             422,
		"/brochure/document.pdf?colour=red":                        422,
		"/consents/" + consent + "/document.pdf?language=sv":       422, // it has a language of its own
		"/assessments/" + done + "/document.pdf?language=sv&now=1": 422,
	} {
		if a := c.call("GET", path, nil); a.Status != want {
			t.Errorf("GET %s: %d, want %d: %s", path, a.Status, want, a.Body)
		}
	}
	for _, accept := range []string{"application/json", "text/html", "application/pdf;q=0", "image/png"} {
		c.with("Accept", accept).want(406, "GET", "/assessments/"+done+"/document.pdf", nil)
	}
	for _, accept := range []string{"*/*", "application/*", "text/html;q=0.9, application/pdf;q=0.1"} {
		c.with("Accept", accept).want(200, "GET", "/assessments/"+done+"/document.pdf", nil)
	}
	c.with("Accept", "application/pdf").want(406, "GET", "/instruments", nil)
	must(t, "setting", "set", "batteries.in_use", "functioning", "--database", h.database)
	within := 0
	for c.call("GET", "/instruments/health-risk/form/document.pdf", nil).Status != 404 {
		if within++; within > 1000 {
			t.Fatal("a battery that is no longer in use still has a form")
		}
	}
}

// newInvitation is an ordinary one.
func newInvitation() object {
	return object{"register": "health", "battery": "functioning", "language": "sv", "client_ref": "viite-17", "days": 7}
}

// An invitation over the API opens the client's own part like one from the pages.
func TestInvitationOverTheAPI(t *testing.T) {
	engines(t, func(t *testing.T, h *house) {
		c := h.professional
		made := c.want(201, "POST", "/invitations", newInvitation())
		i := made.JSON(t)
		if i["unit"] != "vuosaari-ta" || i["state"] != "waiting" || i["plain"] != false || i["client_ref"] != "viite-17" {
			t.Errorf("made: %v", i)
		}
		path := "/invitations/" + i["id"].(string)
		if got := made.Header.Get("Location"); got != "/api/v1"+path {
			t.Errorf("Location %q", got)
		}
		link, code := i["link"].(string), i["code"].(string)
		if !strings.HasPrefix(link, h.URL+"/join/") || !regexp.MustCompile(`^\w{4}-\w{4}$`).MatchString(code) {
			t.Errorf("link %q and code %q", link, code)
		}
		read := c.get(path)
		if read["assessment_id"] != nil || read["expires_on"] != i["expires_on"] || read["link"] != nil {
			t.Errorf("read: %v", read)
		}
		if got := follow(t, link); got != http.StatusSeeOther {
			t.Errorf("following the link: %d", got)
		}

		renewed := c.with("Accept", "application/pdf").want(201, "POST", path+"/renewal", nil)
		isPaper(t, "the letter", renewed, "letter", "sv")
		if got := follow(t, link); got != http.StatusGone {
			t.Errorf("following the old link: %d", got)
		}
		again := c.want(201, "POST", path+"/renewal", object{}).JSON(t)
		if again["link"] == link || again["code"] == code || again["id"] != i["id"] {
			t.Errorf("renewed: %v", again)
		}
		if got := follow(t, again["link"].(string)); got != http.StatusSeeOther {
			t.Errorf("following the new link: %d", got)
		}
		c.want(422, "POST", path+"/renewal", object{"days": 3})

		letter := c.with("Accept", "application/pdf").want(201, "POST", "/invitations", newInvitation())
		isPaper(t, "the first letter", letter, "letter", "sv")
		of := c.get(strings.TrimPrefix(letter.Header.Get("Location"), "/api/v1"))
		text := textOf(t, letter.Body)
		if !regexp.MustCompile(`[\w]{4}-[\w]{4}`).MatchString(text) || !strings.Contains(text, "Vuosaaren terveysasema") || of["state"] != "waiting" {
			t.Errorf("the letter says:\n%s", text)
		}
		if strings.Contains(text, "viite-17") {
			t.Error("the letter tells by what name the house knows the client")
		}
	})
}

// follow presses the button of a link and returns the status.
func follow(t testing.TB, link string) int {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, link, strings.NewReader(""))
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	answer, err := transport.Transport.RoundTrip(request)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	_, _ = io.Copy(io.Discard, answer.Body)
	return answer.StatusCode
}

func TestInvitationWithEverythingWrong(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	c := h.professional
	got := pointers(c.want(422, "POST", "/invitations", object{
		"unit": "seniori-info", "register": "tax", "battery": "horoscope", "language": "de", "plain": "yes", "days": 61, "client_ref": "", "colour": "red",
	}).JSON(t))
	for pointer, code := range map[string]string{
		"/unit": "unknown_unit", "/register": "not_in_list", "/battery": "unknown_battery", "/language": "not_in_list", "/plain": "wrong_type",
		"/days": "too_great", "/client_ref": "too_short", "/colour": "unknown_field",
	} {
		if got[pointer] != code {
			t.Errorf("%s: %q, want %q", pointer, got[pointer], code)
		}
	}
	missing := pointers(c.want(422, "POST", "/invitations", object{}).JSON(t))
	if len(missing) != 3 || missing["/register"] != "required" || missing["/battery"] != "required" || missing["/language"] != "required" {
		t.Errorf("an empty one: %v", missing)
	}
	c.want(400, "POST", "/invitations", `{`)
	c.with("Accept", "text/html").want(406, "POST", "/invitations", newInvitation())
	if n := scalar(t, open(t, h.database), "SELECT count(*) FROM invitations"); n != "0" {
		t.Errorf("%s invitations were made", n)
	}
}

// The secrets of an invitation are given once: a repeated call makes nothing and
// tells nothing, and what is kept for repeating it holds neither link nor code.
func TestSecretsAreGivenOnce(t *testing.T) {
	engines(t, func(t *testing.T, h *house) {
		var secrets [][]byte
		for n, accept := range []string{"application/json", "application/pdf"} {
			c := h.professional.with("Accept", accept).with("Idempotency-Key", fmt.Sprint("kutsu-", n))
			first := c.want(201, "POST", "/invitations", newInvitation())
			location := first.Header.Get("Location")
			if accept == "application/pdf" {
				isPaper(t, "the letter of a call with a key", first, "letter", "sv")
				secrets = append(secrets, first.Body)
			} else {
				i := first.JSON(t)
				secrets = append(secrets, []byte(i["code"].(string)), []byte(i["link"].(string)[len(h.URL+"/join/"):]))
			}
			repeatedCall(t, c, "/invitations", newInvitation(), location)
			other := newInvitation()
			other["days"] = 8
			c.want(409, "POST", "/invitations", other)

			renewal := strings.TrimPrefix(location, "/api/v1") + "/renewal"
			renewed := c.want(201, "POST", renewal, nil)
			if accept == "application/json" {
				i := renewed.JSON(t)
				secrets = append(secrets, []byte(i["code"].(string)), []byte(i["link"].(string)[len(h.URL+"/join/"):]))
				repeatedCall(t, c, renewal, nil, location)
				if got := follow(t, i["link"].(string)); got != http.StatusSeeOther {
					t.Errorf("the link after a repeated renewal: %d", got)
				}
			}
		}
		db := open(t, h.database)
		if n := scalar(t, db, "SELECT count(*) FROM invitations"); n != "2" {
			t.Errorf("%s invitations, want one per key", n)
		}
		kept := 0
		for _, body := range keptAnswers(t, db, h.database) {
			kept++
			for _, secret := range append(secrets, []byte("%PDF"), []byte("/join/")) {
				if bytes.Contains(body, secret) {
					t.Errorf("a secret is kept for repeating the call: %s", body)
				}
			}
		}
		if kept != 4 {
			t.Errorf("%d kept answers, want 4", kept)
		}
	})
}

// keptAnswers opens what is kept for repeating calls.
func keptAnswers(t *testing.T, db *sql.DB, url string) (bodies [][]byte) {
	t.Helper()
	opened, err := store.Open(t.Context(), url, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	defer opened.Close()
	for _, user := range column(t, db, "SELECT DISTINCT CAST(user_id AS text) FROM idempotency_keys") {
		for _, route := range column(t, db, "SELECT DISTINCT route FROM idempotency_keys WHERE CAST(user_id AS text) = '"+user+"'") {
			for _, key := range column(t, db, "SELECT key FROM idempotency_keys WHERE done AND route = '"+route+"' AND CAST(user_id AS text) = '"+user+"'") {
				there, err := opened.ClaimCall(access.WholeHouse(t.Context()), replay.Key{User: uuid.MustParse(user), Route: route, Key: key}, replay.Record{BodyHash: []byte("none"), Claim: uuid.New(), ClaimedAt: time.Now()})
				if err != nil || there == nil || there.Answer == nil {
					t.Fatalf("a kept answer cannot be read: %v", err)
				}
				bodies = append(bodies, there.Answer.Body)
			}
		}
	}
	return bodies
}

func repeatedCall(t *testing.T, c client, path string, body any, location string) {
	t.Helper()
	again := c.want(201, "POST", path, body)
	i := again.JSON(t)
	if again.Header.Get("Idempotency-Replayed") != "true" || again.Header.Get("Location") != location || i["link"] != nil || i["code"] != nil || i["id"] == nil {
		t.Errorf("repeated: %v %v", again.Header, i)
	}
}

// Where people reach the service stands in what is handed out.
func TestPublicAddressInInvitations(t *testing.T) {
	t.Parallel()
	s := start(t, "demo", "--public-url", "https://omasuunta.example.org/")
	for _, u := range s.Users {
		if u.Role != "professional" {
			continue
		}
		i := s.as(u.Token).want(201, "POST", "/invitations", newInvitation()).JSON(t)
		if i["unit"] != u.Unit || !strings.HasPrefix(i["link"].(string), "https://omasuunta.example.org/join/") {
			t.Errorf("made: %v", i)
		}
		return
	}
	t.Error("the demo has no professional")
}

// Names and words that go through the documents stay out of headers and logs; what
// could not be shown is logged as a number.
func TestDocumentsKeepPersonalDataToThemselves(t *testing.T) {
	engines(t, func(t *testing.T, h *house) {
		const mark = "Salaisuus"
		planted := 0
		plant := func() string { planted++; return fmt.Sprintf("%s-%d \U0001F98A", mark, planted) }
		c := h.professional
		consent := c.want(201, "POST", "/consents", object{"language": "fi", "form": "paper", "purposes": list{"assessment", "record", "statistics"},
			"given_by": "representative", "representative_ground": plant()}).JSON(t)["id"].(string)
		form := paperForm(t, consent, 8, 2)
		form["client_ref"] = plant()
		form["client_answers"].(list)[0].(object)["comment"] = plant()
		form["professional_answers"].(list)[0].(object)["comment"] = plant()
		id := c.want(201, "POST", "/assessments", form).JSON(t)["id"].(string)
		c.want(200, "POST", "/assessments/"+id+"/confirmation", object{"actions": list{object{"text": plant(), "responsible": plant()}}})
		invite := newInvitation()
		invite["client_ref"] = plant()
		c.want(200, "POST", "/consents/"+consent+"/withdrawal", object{"reason": plant()})
		for _, one := range []struct{ method, path string }{
			{"GET", "/assessments/" + id + "/document.pdf"}, {"GET", "/consents/" + consent + "/document.pdf"},
			{"GET", "/consents/" + consent + "/withdrawal/document.pdf"}, {"GET", "/consents/" + consent + "/file/document.pdf"}, {"POST", "/invitations"},
		} {
			var body any
			if one.method == "POST" {
				body = invite
			}
			a := c.with("Accept", "application/pdf").call(one.method, one.path, body)
			if a.Status > 201 {
				t.Errorf("%s %s: %d %s", one.method, one.path, a.Status, a.Body)
			}
			isPDF(t, one.path, a.Body)
			if strings.Contains(fmt.Sprint(a.Header), mark) {
				t.Errorf("%s %s tells a name in its headers: %v", one.method, one.path, a.Header)
			}
		}
		h.stop()
		log := h.log.String()
		if strings.Contains(log, mark) || strings.Contains(h.out.String(), mark) {
			t.Error("what was planted is in the log")
		}
		if !regexp.MustCompile(`"route":"/api/v1/assessments/:id/document.pdf".*"replaced":[1-9]`).MatchString(log) {
			t.Error("the log does not say that characters of the result were replaced")
		}
	})
}
