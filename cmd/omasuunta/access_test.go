package main

import (
	"bytes"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/omasuunta/omasuunta/internal/access"
	"github.com/omasuunta/omasuunta/internal/httpapi/apitest"
	"github.com/omasuunta/omasuunta/internal/testkit"
)

// kind is what a call is about, and with that who gets what: everybody whose role
// may not gets 403, and so on by rule. So the matrix is generated: for every call,
// every role, in the own, a foreign and no unit, and the own, a foreign and no
// register.
type kind struct {
	action access.Action
	narrow int  // what a professional gets to whom the record isn't own; 0 for what everybody gets
	unit   bool // whether only the unit counts: a consent is of no register
}

var (
	aboutContent    = kind{action: access.ReadContent}
	aboutConsent    = kind{access.ReadConsent, 404, true}
	aboutAssessment = kind{access.ReadAssessment, 404, false}
	aboutInvitation = kind{access.InviteClient, 404, false}
	aboutList       = kind{action: access.ReadAssessment} // of the own ones, which may be none
	aboutReport     = kind{action: access.ReadReport}
	aboutRows       = kind{action: access.ExportRows} // without a research permit, which nobody here has
)

// of is a kind for another action.
func (k kind) of(action access.Action) kind { k.action = action; return k }

// inBody is the kind for a unit or a register that the body names.
func (k kind) inBody() kind { k.narrow = 422; return k }

// gets is the status for somebody, where whoever may gets ok.
func (k kind) gets(who somebodyLike, ok int) int {
	mine := who.unit == own && (k.unit || who.register == own)
	switch {
	case !who.allowed(k.action):
		return 403
	case k.narrow != 0 && !mine:
		return k.narrow
	default:
		return ok
	}
}

// matrix is every call that there is.
var matrix = []struct {
	call string
	body any
	ok   int // for whoever may
	kind kind
}{
	{"GET /api/v1/instruments", nil, 200, aboutContent},
	{"GET /api/v1/consent-texts", nil, 200, aboutContent},
	{"POST /api/v1/consents", newConsent(recordUnit), 201, aboutConsent.inBody().of(access.GiveConsent)},
	{"GET /api/v1/consent-texts/form/document.pdf", nil, 200, aboutContent},
	{"GET /api/v1/brochure/document.pdf", nil, 200, aboutContent},
	{"GET /api/v1/instruments/{code}/form/document.pdf", nil, 200, aboutContent},
	{"GET /api/v1/consents/{id}", nil, 200, aboutConsent},
	{"GET /api/v1/consents/{id}/document.pdf", nil, 200, aboutConsent},
	{"GET /api/v1/consents/{id}/withdrawal/document.pdf", nil, 200, aboutConsent},
	{"GET /api/v1/consents/{id}/file/document.pdf", nil, 200, aboutConsent.of(access.ReadClientFile)}, // the own parts of it
	{"POST /api/v1/consents/{id}/withdrawal", nil, 200, aboutConsent.of(access.WithdrawConsent)},
	{"GET /api/v1/assessments", nil, 200, aboutList},
	{"POST /api/v1/assessments", nil, 201, aboutAssessment.inBody().of(access.StartAssessment)},
	{"GET /api/v1/assessments/{id}", nil, 200, aboutAssessment},
	{"PATCH /api/v1/assessments/{id}", object{"mode": "paper"}, 428, aboutAssessment.of(access.ChangeAssessment)},
	{"POST /api/v1/assessments/{id}/completion", nil, 409, aboutAssessment.of(access.CompleteAssessment)},
	{"POST /api/v1/assessments/{id}/confirmation", object{}, 200, aboutAssessment.of(access.ConfirmAssessment)},
	{"POST /api/v1/assessments/{id}/events", object{"kind": "printed"}, 201, aboutAssessment.of(access.NoteAssessment)},
	{"GET /api/v1/assessments/{id}/result", nil, 200, aboutAssessment},
	{"GET /api/v1/assessments/{id}/document.pdf", nil, 200, aboutAssessment},
	{"POST /api/v1/invitations", newInvitationTo(recordUnit, recordRegister), 201, aboutInvitation.inBody()},
	{"GET /api/v1/invitations/{id}", nil, 200, aboutInvitation},
	{"POST /api/v1/invitations/{id}/renewal", nil, 201, aboutInvitation},
	{"POST /api/v1/assessments/{id}/feedback", object{"usefulness": 4, "agreement": "partly"}, 201, aboutAssessment.of(access.GiveFeedback)},
	{"POST /api/v1/non-participations", object{"unit": recordUnit, "kind": "declined", "reason": "no_time"}, 201, aboutConsent.inBody().of(access.RecordNonParticipation)},
	{"GET /api/v1/reports/distribution", nil, 200, aboutReport},
	{"GET /api/v1/reports/trial", nil, 200, aboutReport},
	{"GET /api/v1/exports", nil, 200, aboutRows},
	{"POST /api/v1/exports", object{"permit": "5b1f0f5e-8a44-4f0e-9f57-2f8f3c9b7a10", "format": "csv"}, 403, aboutRows},
	{"GET /api/v1/exports/{id}", nil, 404, aboutRows},
	{"GET /api/v1/exports/{id}/file", nil, 404, aboutRows},
}

func newConsent(unit string) object {
	return object{"unit": unit, "language": "fi", "form": "paper", "purposes": list{"assessment"}, "given_by": "client"}
}

func newInvitationTo(unit string, register access.Register) object {
	body := newInvitation()
	body["unit"], body["register"] = unit, register
	return body
}

// tokenless are the calls that need no token.
var tokenless = []string{"GET /healthz", "GET /readyz", "GET /openapi.json", "GET /docs"}

func TestPermissionMatrix(t *testing.T) {
	t.Parallel()
	url := testkit.SQLiteFrom(t, "house", build)
	everybody := crowd()
	people := letIn(t, url, everybody)
	h := inhabit(t, url)
	listed := map[string]bool{}
	for _, one := range matrix {
		listed[one.call] = true
		for _, who := range everybody {
			if one.kind.narrow != 0 && (one.kind.gets(who, 0) == 0) != who.may(one.kind.action) {
				t.Fatalf("%s: the matrix and the table of permissions disagree about a %s", one.call, who)
			}
			h.matrixCall(one.call, one.body, who.String(), h.as(people[who].token), one.kind.gets(who, one.ok))
		}
		h.matrixCall(one.call, one.body, "nobody", h.stranger, 401)
	}
	for _, call := range tokenless {
		listed[call] = true
		method, path, _ := strings.Cut(call, " ")
		odd := h.stranger
		odd.undescribed = path == "/docs"
		if a := odd.call(method, path, nil); a.Status != http.StatusOK {
			t.Errorf("%s without a token: %d", call, a.Status)
		}
	}
	for path, item := range apitest.Load(t).Doc.Paths.Map() {
		for method := range item.Operations() {
			if call := method + " " + path; !listed[call] && !listed[method+" /api/v1"+path] {
				t.Errorf("%s is not in the permission matrix", call)
			}
		}
	}
}

// matrixCall makes one call about a record of its own, as somebody, and compares
// a 404 with that of what does not exist: the two are the same to the letter.
func (h *house) matrixCall(call string, body any, name string, c client, want int) {
	h.t.Helper()
	method, path, _ := strings.Cut(call, " ")
	if call == "POST /api/v1/assessments" {
		form := paperForm(h.t, h.professional.giveConsent(), 8, 2)
		form["unit"], form["register"] = recordUnit, recordRegister
		body = form
	}
	if call == "GET /api/v1/assessments" {
		h.professional.complete(8, 2)
	}
	at := func(id string) string {
		target := strings.NewReplacer("{id}", id, "{code}", "functioning").Replace(path)
		if strings.Contains(target, "/reports/") {
			target += "?from=2023-05-05&to=2023-11-12"
		}
		return target
	}
	a := c.call(method, at(h.recordFor(path)), body)
	if a.Status != want {
		h.t.Errorf("%s as %s: %d, want %d: %s", call, name, a.Status, want, a.Body)
	}
	if call == "GET /api/v1/assessments" && a.Status == http.StatusOK {
		mine, seen := strings.Contains(name, "own unit and the own"), bytes.Contains(a.Body, []byte(`"id"`))
		if seen != mine {
			h.t.Errorf("%s as %s: shows something: %v", call, name, seen)
		}
	}
	if a.Status == http.StatusNotFound && strings.Contains(path, "{id}") {
		absent := c.call(method, at(uuid.NewString()), body)
		if got, want := unsigned(a), unsigned(absent); got != want {
			h.t.Errorf("%s as %s: somebody else's is\n%s\nand what does not exist\n%s", call, name, got, want)
		}
	}
}

// recordFor makes the record that a call is about, and returns its id.
func (h *house) recordFor(path string) string {
	h.t.Helper()
	switch {
	case strings.Contains(path, "/consents/{id}/withdrawal/"):
		return h.professional.withdraw(h.professional.giveConsent())
	case strings.Contains(path, "/consents/{id}"):
		return h.professional.giveConsent()
	case strings.Contains(path, "/invitations/{id}"):
		return h.professional.want(201, "POST", "/invitations", newInvitation()).JSON(h.t)["id"].(string)
	case strings.Contains(path, "{id}"):
		return h.professional.complete(8, 2)
	}
	return ""
}

// unsigned is all of an answer but what differs every time.
func unsigned(a answer) string {
	header := a.Header.Clone()
	header.Del("Date")
	id := header.Get("X-Request-Id")
	header.Del("X-Request-Id")
	text := fmt.Sprint(a.Status, header, string(a.Body))
	if id == "" {
		return text
	}
	return strings.ReplaceAll(text, id, "")
}

// The unit and the register of a record may be named in a body only when they are
// own, both of them; a foreign one is found like one that does not exist.
func TestForeignUnitsAndRegistersInABody(t *testing.T) {
	t.Parallel()
	url := testkit.SQLiteFrom(t, "house", build)
	one := somebodyLike{access.Professional, own, own}
	people := letIn(t, url, []somebodyLike{one})
	h := inhabit(t, url)
	c := h.as(people[one].token)
	begin := func(unit, register string) object {
		form := paperForm(t, c.giveConsent(), 8, 2)
		form["unit"], form["register"] = unit, register
		return form
	}
	for what, pointer := range map[string]string{"register": "/register", "unit": "/unit"} {
		unit, register := recordUnit, "social"
		if what == "unit" {
			unit, register = otherUnit, string(recordRegister)
		}
		for path, body := range map[string]object{
			"/assessments": begin(unit, register), "/invitations": newInvitationTo(unit, access.Register(register)),
		} {
			found := c.want(422, "POST", path, body).JSON(t)["errors"].([]any)
			if len(found) != 1 || found[0].(object)["pointer"] != pointer {
				t.Errorf("POST %s with a foreign %s: %v", path, what, found)
			}
		}
	}
	draft := begin(recordUnit, string(recordRegister))
	for _, key := range []string{"complete", "client_answers", "professional_answers"} {
		delete(draft, key)
	}
	a := c.want(201, "POST", "/assessments", draft)
	id := a.JSON(t)["id"].(string)
	found := c.with("If-Match", a.Header.Get("ETag")).want(422, "PATCH", "/assessments/"+id, object{"register": "social"}).JSON(t)["errors"].([]any)
	if len(found) != 1 || found[0].(object)["pointer"] != "/register" {
		t.Errorf("moving a draft into a foreign register: %v", found)
	}
}

// Revoking a token and disabling a user take effect within a moment, and soon
// enough that nobody who was shut out gets anything done.
func TestAccessEnds(t *testing.T) {
	engines(t, func(t *testing.T, h *house) {
		h.professional.get("/assessments")
		must(t, "token", "revoke", "--username", "ammattilainen", "--name", "test", "--database", h.database)
		h.professional.shutOut("/assessments")
		h.expert.get("/instruments")
		must(t, "user", "disable", "--username", "asiantuntija", "--database", h.database)
		h.expert.shutOut("/instruments")
		if _, _, code := command(t, "token", "revoke", "--username", "ammattilainen", "--name", "test", "--database", h.database); code != exitFailure {
			t.Errorf("revoking what is revoked: exit %d", code)
		}
	})
}

// shutOut waits until a call is refused, which must be within two seconds.
func (c client) shutOut(path string) {
	c.t.Helper()
	deadline := time.Now().Add(2 * time.Second)
	for {
		switch a := c.call("GET", path, nil); {
		case a.Status == http.StatusUnauthorized:
			return
		case time.Now().After(deadline):
			c.t.Fatalf("GET %s: still %d after two seconds", path, a.Status)
		}
	}
}

// An expert with units reports on these alone.
func TestExpertWithUnitsReportsOnThese(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.professional.complete(8, 2)
	must(t, "user", "add", "--username", "rajattu", "--name", "Testi Rajattu", "--role", "expert", "--unit", "seniori-info", "--database", h.database)
	token := must(t, "token", "create", "--username", "rajattu", "--name", "test", "--database", h.database)
	d := h.as(token).get(thisYear())
	if d["n"] != 0.0 || len(d["units"].([]any)) != 1 {
		t.Errorf("an expert of one unit sees n %v in %d units", d["n"], len(d["units"].([]any)))
	}
	h.as(token).want(422, "GET", thisYear()+"&unit=vuosaari-ta", nil)
	if n := h.expert.get(thisYear())["n"]; n != 1.0 {
		t.Errorf("an expert of all units sees n %v", n)
	}
}

// The command line gives both registers unless it is told which.
func TestRegistersOnTheCommandLine(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	add := []string{"user", "add", "--name", "Testi Rekisteri", "--role", "professional", "--unit", recordUnit, "--database", h.database, "--username"}
	for username, c := range map[string]struct {
		flags          []string
		health, social int
	}{
		"sosiaali": {[]string{"--register", "social"}, 422, 201},
		"molempi":  {[]string{"--register", "social", "--register", "health"}, 201, 201},
		"kumpikin": {nil, 201, 201},
	} {
		must(t, append(append(slices.Clone(add), username), c.flags...)...)
		who := h.as(must(t, "token", "create", "--username", username, "--name", "test", "--database", h.database))
		for register, want := range map[access.Register]int{access.Health: c.health, access.Social: c.social} {
			who.want(want, "POST", "/invitations", newInvitationTo(recordUnit, register))
		}
	}
	if _, _, code := command(t, append(slices.Clone(add), "vaarin", "--register", "other")...); code == 0 {
		t.Error("a register that there isn't is taken")
	}
}
