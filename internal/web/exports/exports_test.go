package exports_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/omasuunta/omasuunta/internal/access"
	"github.com/omasuunta/omasuunta/internal/assessment"
	"github.com/omasuunta/omasuunta/internal/export"
	"github.com/omasuunta/omasuunta/internal/extract"
	"github.com/omasuunta/omasuunta/internal/housetest"
	"github.com/omasuunta/omasuunta/internal/instrument"
	"github.com/omasuunta/omasuunta/internal/web/exports"
	"github.com/omasuunta/omasuunta/internal/web/page"
	"github.com/omasuunta/omasuunta/internal/web/pagetest"
)

// house is the pages, a browser of an administrator's and one of an expert's.
type house struct {
	*pagetest.Site
	admin, expert *pagetest.Browser
}

func newHouse(t *testing.T) *house {
	t.Helper()
	h := housetest.New(t)
	site := pagetest.Open(h, func(kit *page.Kit) ([]page.Route, error) {
		return pagetest.Routes(exports.New(kit, exports.Deps{Extracts: h.Extracts, Access: h.Access, Names: h.Store}))
	})
	h.Hire("pilvi", access.Admin)
	h.Hire("tutkija", access.Expert)
	return &house{site, site.Browse(h.SignIn("pilvi")), site.Browse(h.SignIn("tutkija"))}
}

// visit is one completed assessment.
func (h *house) visit() *assessment.Assessment {
	h.Helper()
	ctx := h.As(h.Hire("ulla"+h.Clock.Advance(time.Minute).Format("150405"), access.Professional, housetest.Unit))
	a := h.Begun(ctx, func(b *assessment.Begin) { b.Start.ClientRef = "viite-salainen" })
	h.Fill(ctx, a, instrument.Client, 8)
	h.Fill(ctx, a, instrument.Professional, 2)
	return h.Completed(ctx, a)
}

// work makes all files that were asked for.
func (h *house) work() {
	h.Helper()
	worker := extract.NewWorker(h.Store, h.Library, export.Rows{}, h.Clock, slog.New(slog.DiscardHandler))
	for found := true; found; {
		var err error
		found, err = worker.Next(h.Context())
		h.Must(err)
	}
}

// grant lets the administrator grant a permit by the form.
func (h *house) grant() {
	h.Helper()
	form := h.admin.Get("/admin/permissions").Is(http.StatusOK, "Tutkimusluvat", "Lupia ei ole myönnetty").Form("grant")
	form.Set("reference", "HEL 2023-001234")
	form.Add("purpose", "research")
	form.Add("unit", housetest.Unit)
	form.Add("register", "health")
	form.Set("from", "2023-01-01")
	form.Set("to", "2023-12-31")
	form.Add("columns", "items")
	form.Set("valid_until", "2023-12-31")
	form.Send().Leads("/admin/permissions?done=granted")
}

var fileLink = regexp.MustCompile(`/exports/([0-9a-f-]{36})/file`)

// From the grant to the file in the expert's hands, and to the revocation.
func TestFromThePermitToTheFile(t *testing.T) {
	h := newHouse(t)
	a := h.visit()
	h.expert.Get("/exports").Is(http.StatusOK, "Sinulla ei ole tutkimuslupaa", "!Pyydä tiedosto")
	h.grant()
	h.admin.Get("/admin/permissions?done=granted").Is(http.StatusOK, "Lupa on myönnetty.", "HEL 2023-001234", "Testi tutkija", "Tieteellinen tutkimus", "Vuosaaren terveysasema")

	form := h.expert.Get("/exports").Is(http.StatusOK, "HEL 2023-001234", "Vastaukset kysymyksittäin ovat mukana.", "Käynnistä näkyy vain kuukausi.").Form("ask")
	form.Set("format", "fi-excel")
	form.Send().Leads("/exports?done=asked")
	h.expert.Get("/exports").Is(http.StatusOK, "Odottaa vuoroaan.", "Päivitä tilanne")
	h.work()
	list := h.expert.Get("/exports").Is(http.StatusOK, "1 rivi, tilanne 14.9.2023", "Hae tiedosto", "SHA-256")
	id := fileLink.FindStringSubmatch(list.Source)[1]

	file := h.expert.Get("/exports/"+id+"/file").Is(http.StatusOK, "client;assessment;year", ";80,00;")
	if got := file.Header.Get("Content-Disposition"); got != `attachment; filename="rows-`+id[:8]+`.csv"` {
		t.Errorf("it is called %s", got)
	}
	if strings.Contains(file.Source, "alainen") || strings.Contains(file.Source, a.ID.String()) {
		t.Error("the file tells of the client")
	}
	var manifest struct {
		Rows   int
		SHA256 string
		Permit struct{ Reference string }
	}
	h.Must(json.Unmarshal([]byte(h.expert.Get("/exports/"+id+"/manifest").Is(http.StatusOK).Source), &manifest))
	sum := sha256.Sum256([]byte(file.Source))
	if manifest.Rows != 1 || manifest.SHA256 != hex.EncodeToString(sum[:]) || manifest.Permit.Reference != "HEL 2023-001234" {
		t.Errorf("the manifest says %+v", manifest)
	}

	// Another expert, and others anyway, find nothing.
	h.Hire("toinen", access.Expert)
	other := h.Browse(h.SignIn("toinen"))
	other.Get("/exports/" + id + "/file").Is(http.StatusNotFound)
	other.Get("/exports/" + id + "/manifest").Is(http.StatusNotFound)
	other.Get("/exports").Is(http.StatusOK, "!HEL 2023-001234")
	h.admin.Get("/exports/" + id + "/file").Is(http.StatusForbidden)
	h.Browse("").Get("/exports/" + id + "/file").Is(http.StatusUnauthorized)

	revoke := h.admin.Get("/admin/permissions").FormAround("Peru lupa")
	revoke.Send().Leads("/admin/permissions?done=revoked")
	h.expert.Get("/exports/" + id + "/file").Is(http.StatusNotFound)
	h.expert.Get("/exports").Is(http.StatusOK, "peruttu", "Tiedosto on poistettu.", "!Hae tiedosto")
}

// A file that became outdated is made anew, and the page says so.
func TestAnOutdatedFileIsMadeAnew(t *testing.T) {
	h := newHouse(t)
	a := h.visit()
	h.visit()
	h.grant()
	h.expert.Get("/exports").Form("ask").Send().Leads("/exports?done=asked")
	h.work()
	id := fileLink.FindStringSubmatch(h.expert.Get("/exports").Is(http.StatusOK, "2 riviä").Source)[1]
	_, err := h.Assessments.WithdrawConsent(h.As(access.Actor{ID: a.CreatedBy, Role: access.Professional, Units: []string{housetest.Unit}, Registers: access.Registers}), assessment.WithdrawConsent{ID: a.ConsentID})
	h.Must(err)
	h.expert.Get("/exports").Is(http.StatusOK, "1 rivi on poistunut")
	h.expert.Get("/exports/" + id + "/file").Leads("/exports?done=outdated")
	h.expert.Get("/exports?done=outdated").Is(http.StatusOK, "Tiedosto tehdään uudelleen.", "Odottaa vuoroaan.")
	h.work()
	h.expert.Get("/exports").Is(http.StatusOK, "1 rivi, tilanne")
	h.expert.Get("/exports").FormAround("Poista tiedosto").Send().Leads("/exports?done=deleted")
	h.expert.Get("/exports/" + id + "/file").Is(http.StatusNotFound)
}

// What is wrong with a grant is said beside the fields, and what was typed stays.
func TestAGrantIsMended(t *testing.T) {
	h := newHouse(t)
	form := h.admin.Get("/admin/permissions").Form("grant")
	form.Set("reference", "HEL 2023-001234")
	form.Add("purpose", "research")
	form.Set("valid_until", "2023-01-01")
	form.Send().Is(http.StatusUnprocessableEntity, `id="f-unit-error"`, `id="f-from-error"`, `id="f-valid_until-error"`, `value="HEL 2023-001234"`, `value="research" checked`)
	form = h.admin.Get("/admin/permissions").Form("grant")
	form.Set("reference", "kept")
	form.Press("_set", "language:sv").Is(http.StatusOK, `value="kept"`, "Forskningstillstånd")
}

// The code book tells of every column, in the reader's language.
func TestTheCodeBookTellsOfEveryColumn(t *testing.T) {
	h := newHouse(t)
	h.grant()
	link := regexp.MustCompile(`/exports/permits/[0-9a-f-]{36}/codebook\?format=`).FindString(h.expert.Get("/exports").Source)
	book := h.expert.Get(link + "csv").Is(http.StatusOK).Source
	permits, err := h.Store.Permits(h.System(), [16]byte{}, 1)
	h.Must(err)
	for _, c := range h.Extracts.Columns(permits[0]) {
		if !strings.Contains(book, "\n"+c.Code+",") {
			t.Errorf("%s is not in the code book", c.Code)
		}
	}
	if strings.Contains(book, "extract.") {
		t.Error("words are missing in the code book")
	}
	h.expert.Get(link+"md", "Accept-Language", "en").Is(http.StatusOK, "# Code book", "| client |", "client\\_everyday\\_life")
	h.expert.Get(link+"fi-excel").Is(http.StatusOK, "\ufeffSarake;Tyyppi")
	if file := h.expert.Get(link + "xlsx").Is(http.StatusOK); !bytes.HasPrefix([]byte(file.Source), []byte("PK")) {
		t.Error("the workbook is none")
	}
	h.expert.Get(link + "exe").Is(http.StatusNotFound)
}

// call is one call of the API by the expert's program.
func (h *house) call(method, path, token, body string, status int) map[string]any {
	h.Helper()
	request, err := http.NewRequestWithContext(h.Context(), method, h.URL+"/api/v1"+path, strings.NewReader(body))
	h.Must(err)
	request.Header.Set("Authorization", "Bearer "+token)
	if body != "" {
		request.Header.Set("Content-Type", "application/json")
	}
	answer, err := http.DefaultClient.Do(request)
	h.Must(err)
	defer answer.Body.Close()
	if answer.StatusCode != status {
		h.Fatalf("%s %s: %d, want %d", method, path, answer.StatusCode, status)
	}
	out := map[string]any{}
	if strings.Contains(answer.Header.Get("Content-Type"), "json") {
		h.Must(json.NewDecoder(answer.Body).Decode(&out))
	} else {
		file, err := io.ReadAll(answer.Body)
		h.Must(err)
		out["type"], out["file"] = answer.Header.Get("Content-Type"), file
	}
	return out
}

// A program has the same rules as a person.
func TestRowsOverTheAPI(t *testing.T) {
	h := newHouse(t)
	h.visit()
	h.grant()
	token, err := h.Access.CreateToken(h.System(), "tutkija", "test", 0)
	h.Must(err)
	permit := h.call("GET", "/exports", token, "", 200)["permits"].([]any)[0].(map[string]any)
	if permit["state"] != "valid" || permit["reference"] != "HEL 2023-001234" {
		t.Errorf("the permit is %v", permit)
	}
	ask := `{"permit": "` + permit["id"].(string) + `", "format": "parquet"}`
	h.call("POST", "/exports", token, `{"permit": "x", "format": "exe"}`, 422)
	id := h.call("POST", "/exports", token, ask, 201)["id"].(string)
	if code := h.call("GET", "/exports/"+id+"/file", token, "", 409)["code"]; code != "export_not_ready" {
		t.Errorf("before it is made: %v", code)
	}
	h.work()
	one := h.call("GET", "/exports/"+id, token, "", 200)
	got := h.call("GET", "/exports/"+id+"/file", token, "", 200)
	sum := sha256.Sum256(got["file"].([]byte))
	if one["state"] != "done" || one["rows"] != 1.0 || one["sha256"] != hex.EncodeToString(sum[:]) || got["type"] != "application/vnd.apache.parquet" {
		t.Errorf("the export is %v, sent as %v", one, got["type"])
	}
	h.call("POST", "/exports", token, ask, 201)
	h.call("POST", "/exports", token, ask, 201)
	if code := h.call("POST", "/exports", token, ask, 409)["code"]; code != "too_many_exports" {
		t.Errorf("the third at a time: %v", code)
	}
	permits, err := h.Extracts.AllPermits(h.System())
	h.Must(err)
	h.Must(h.Extracts.Revoke(h.System(), permits[0].ID))
	h.call("GET", "/exports/"+id+"/file", token, "", 404)
	h.call("POST", "/exports", token, ask, 403)
}
