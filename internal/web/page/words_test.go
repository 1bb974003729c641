package page_test

import (
	"html"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

var (
	action  = regexp.MustCompile(`(?s)\{\{.*?\}\}`)
	element = regexp.MustCompile(`(?s)<[^>]*>`)
	word    = regexp.MustCompile(`\p{L}{2,}`)
	spoken  = regexp.MustCompile(`\b(?:aria-label|title|alt|placeholder)="([^"]*)"`)
)

// names are what is written the same in every language.
var names = map[string]bool{"Omasuunta": true, "Aa": true, "SHA": true}

// TestTemplatesHaveNoWordsOfTheirOwn finds text in templates that is not from the
// catalogue: it would be there in one language only.
func TestTemplatesHaveNoWordsOfTheirOwn(t *testing.T) {
	files, err := filepath.Glob("../*/templates/*.html")
	if err != nil || len(files) < 40 {
		t.Fatalf("%d templates: %v", len(files), err)
	}
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		source := action.ReplaceAllString(string(data), " ")
		for _, attribute := range spoken.FindAllStringSubmatch(source, -1) {
			for _, one := range word.FindAllString(attribute[1], -1) {
				t.Errorf("%s: %q in an attribute that is read aloud", file, one)
			}
		}
		for _, one := range word.FindAllString(html.UnescapeString(element.ReplaceAllString(source, " ")), -1) {
			if !names[one] {
				t.Errorf("%s: %q is not from the catalogue", file, one)
			}
		}
	}
}

// TestScriptsHaveNoWordsOfTheirOwn does the same for what scripts could show:
// they take their words from the page.
func TestScriptsHaveNoWordsOfTheirOwn(t *testing.T) {
	files, err := filepath.Glob("static/js/*.js")
	if err != nil || len(files) < 3 {
		t.Fatalf("%d scripts: %v", len(files), err)
	}
	shows := regexp.MustCompile(`(?:textContent|innerText|innerHTML|title|ariaLabel)\s*=\s*["'\x60]([^"'\x60]*)`)
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, match := range shows.FindAllStringSubmatch(string(data), -1) {
			if word.MatchString(match[1]) {
				t.Errorf("%s shows %q", file, match[1])
			}
		}
		for _, banned := range []string{"eval(", "innerHTML", "document.write", "sessionStorage", "http://", "https://"} {
			if strings.Contains(string(data), banned) {
				t.Errorf("%s uses %s", file, banned)
			}
		}
	}
}
