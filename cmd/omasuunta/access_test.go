package main

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/omasuunta/omasuunta/internal/httpapi/apitest"
)

// The permission matrix: what each role gets for every call there is. P is a
// professional of the unit, N one of another unit, E an expert, A an admin.
// Nobody without a token gets anything.
var matrix = []struct {
	call       string
	body       any
	P, N, E, A int
}{
	{"GET /api/v1/instruments", nil, 200, 200, 200, 200},
	{"GET /api/v1/consent-texts", nil, 200, 200, 200, 200},
	{"POST /api/v1/consents", object{"language": "fi", "form": "paper", "purposes": list{"assessment"}, "given_by": "client"}, 201, 201, 403, 403},
	{"GET /api/v1/consent-texts/form/document.pdf", nil, 200, 200, 200, 200},
	{"GET /api/v1/brochure/document.pdf", nil, 200, 200, 200, 200},
	{"GET /api/v1/instruments/{code}/form/document.pdf", nil, 200, 200, 200, 200},
	{"GET /api/v1/consents/{id}", nil, 200, 404, 403, 403},
	{"GET /api/v1/consents/{id}/document.pdf", nil, 200, 404, 403, 403},
	{"GET /api/v1/consents/{id}/withdrawal/document.pdf", nil, 200, 404, 403, 403},
	{"GET /api/v1/consents/{id}/file/document.pdf", nil, 200, 404, 403, 403},
	{"POST /api/v1/consents/{id}/withdrawal", nil, 200, 404, 403, 403},
	{"GET /api/v1/assessments", nil, 200, 200, 403, 403},
	{"POST /api/v1/assessments", object{"unit": "vuosaari-ta"}, 422, 422, 403, 403},
	{"GET /api/v1/assessments/{id}", nil, 200, 404, 403, 403},
	{"PATCH /api/v1/assessments/{id}", object{"mode": "paper"}, 428, 404, 403, 403},
	{"POST /api/v1/assessments/{id}/completion", nil, 409, 404, 403, 403},
	{"POST /api/v1/assessments/{id}/confirmation", object{}, 200, 404, 403, 403},
	{"POST /api/v1/assessments/{id}/events", object{"kind": "printed"}, 201, 404, 403, 403},
	{"GET /api/v1/assessments/{id}/result", nil, 200, 404, 403, 403},
	{"GET /api/v1/assessments/{id}/document.pdf", nil, 200, 404, 403, 403},
	{"POST /api/v1/invitations", newInvitation(), 201, 201, 403, 403},
	{"GET /api/v1/invitations/{id}", nil, 200, 404, 403, 403},
	{"POST /api/v1/invitations/{id}/renewal", nil, 201, 404, 403, 403},
	{"POST /api/v1/assessments/{id}/feedback", object{"usefulness": 4, "agreement": "partly"}, 201, 404, 403, 403},
	{"POST /api/v1/non-participations", object{"unit": "vuosaari-ta", "kind": "declined", "reason": "no_time"}, 201, 422, 403, 403},
	{"GET /api/v1/reports/distribution", nil, 403, 403, 200, 403},
}

// tokenless are the calls that need no token.
var tokenless = []string{"GET /healthz", "GET /readyz", "GET /openapi.json", "GET /docs"}

func TestPermissionMatrix(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	listed := map[string]bool{}
	for _, one := range matrix {
		listed[one.call] = true
		method, path, _ := strings.Cut(one.call, " ")
		for _, who := range []struct {
			name   string
			client client
			want   int
		}{
			{"neighbour", h.neighbour, one.N}, {"expert", h.expert, one.E}, {"admin", h.admin, one.A},
			{"nobody", h.stranger, 401}, {"professional", h.professional, one.P}, // last: it changes what the call is about
		} {
			id := ""
			switch {
			case strings.Contains(path, "/consents/{id}/withdrawal/"):
				id = h.professional.withdraw(h.professional.giveConsent())
			case strings.Contains(path, "/consents/{id}"):
				id = h.professional.giveConsent()
			case strings.Contains(path, "/invitations/{id}"):
				id = h.professional.want(201, "POST", "/invitations", newInvitation()).JSON(t)["id"].(string)
			case strings.Contains(path, "{id}"):
				id = h.professional.complete(8, 2)
			}
			target := strings.NewReplacer("{id}", id, "{code}", "functioning").Replace(path)
			if strings.HasSuffix(target, "/distribution") {
				target += "?from=2023-05-05&to=2023-11-12"
			}
			a := who.client.call(method, target, one.body)
			if a.Status != who.want {
				t.Errorf("%s as %s: %d, want %d: %s", one.call, who.name, a.Status, who.want, a.Body)
			}
		}
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
