package server

import (
	"crypto/sha256"
	"encoding/base64"
	"regexp"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
)

func TestTheDescriptionIsServedToProgramsAndPeople(t *testing.T) {
	h := newHouse(t, Config{}, nil)
	_, spec := h.ask("GET", "/openapi.json", "")
	doc, err := openapi3.NewLoader().LoadFromData([]byte(spec))
	if err != nil {
		t.Fatal(err)
	}
	if err := doc.Validate(t.Context()); err != nil {
		t.Error(err)
	}
	if strings.Contains(spec, "x-go-") || strings.Contains(spec, "x-oapi-") {
		t.Error("what is for the generator went out")
	}
	answer, page := h.ask("GET", "/docs", "")
	if answer.StatusCode != 200 || !strings.HasPrefix(answer.Header.Get("Content-Type"), "text/html") {
		t.Fatalf("%d %s", answer.StatusCode, answer.Header.Get("Content-Type"))
	}
	for path := range doc.Paths.Map() {
		if !strings.Contains(page, path) {
			t.Errorf("%s is not on the page", path)
		}
	}
	for id := range linked(page) {
		if !strings.Contains(page, `id="`+id+`"`) {
			t.Errorf("a link to #%s leads nowhere", id)
		}
	}
}

func linked(page string) map[string]bool {
	ids := map[string]bool{}
	for _, match := range regexp.MustCompile(`href="#([^"]+)"`).FindAllStringSubmatch(page, -1) {
		ids[match[1]] = true
	}
	return ids
}

// The page's policy lets its own style sheet through and nothing else, and the
// page asks nobody for anything.
func TestThePageOfTheDescriptionNeedsNothingFromOutside(t *testing.T) {
	h := newHouse(t, Config{}, nil)
	answer, page := h.ask("GET", "/docs", "")
	style := page[strings.Index(page, "<style>")+len("<style>") : strings.Index(page, "</style>")]
	sum := sha256.Sum256([]byte(style))
	policy := answer.Header.Get("Content-Security-Policy")
	if !strings.Contains(policy, "default-src 'none'; style-src 'sha256-"+base64.StdEncoding.EncodeToString(sum[:])+"'") {
		t.Errorf("the style sheet does not fit the policy %s", policy)
	}
	if found := regexp.MustCompile(`(?i)<script|<link|<img|<iframe| on[a-z]+=| style=|url\(|@import|(src|href)="(https?:)?//`).FindString(page); found != "" {
		t.Errorf("the page has %q", found)
	}
}
