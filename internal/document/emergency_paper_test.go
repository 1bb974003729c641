package document

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/omasuunta/omasuunta/internal/access"
	"github.com/omasuunta/omasuunta/internal/lang"
)

// Each sheet has its own codes and none of the other's, so that either can go into
// an envelope by itself.
func TestEmergencySheetsAreApart(t *testing.T) {
	needTool(t, "pdftotext")
	sheets := access.EmergencySheets{Set: access.EmergencySet{
		ID: uuid.MustParse("0b6f6c0e-3f1a-4b5e-8f0e-2d3c4b5a6978"), MadeAt: time.Date(2026, 1, 2, 8, 0, 0, 0, time.UTC), ExpiresAt: time.Date(2027, 1, 2, 8, 0, 0, 0, time.UTC),
	}}
	for i := range sheets.Codes {
		for n := range 30 {
			sheets.Codes[i] = append(sheets.Codes[i], fmt.Sprintf("aaaa-bbbb-cccc-dddd-eeee-%c%c%c%c-2345", 'a'+i, 'a'+i, 'a'+n/5, 'a'+n%5))
		}
	}
	for _, tag := range lang.All {
		d, err := EmergencyPaper(Emergency{EmergencySheets: sheets, Unit: "Vuosaaren terveysasema", Address: "omasuunta.example.org/login"}, tag)
		if err != nil {
			t.Fatal(err)
		}
		printed, err := d.PDF()
		if err != nil {
			t.Fatal(err)
		}
		first := 0
		pages := strings.Split(string(run(t, "pdftotext", "-layout", saved(t, printed), "-")), "\f")
		for _, page := range pages {
			if strings.Contains(page, "eeee-aa") {
				first++
			}
			if strings.Contains(page, "eeee-aa") && strings.Contains(page, "eeee-bb") {
				t.Errorf("%s: codes of both sheets are on one page", tag)
			}
		}
		all := strings.Join(pages, "")
		for i := range sheets.Codes {
			for _, code := range sheets.Codes[i] {
				if strings.Count(all, code) != 1 {
					t.Errorf("%s: %s is there %d times", tag, code, strings.Count(all, code))
				}
			}
		}
		if printed.Replaced > 0 || first == 0 || !strings.Contains(all, "omasuunta.example.org/login") || !strings.Contains(all, "2027") {
			t.Errorf("%s: the sheets lack something:\n%s", tag, all)
		}
	}
	if _, err := EmergencyPaper(Emergency{}, lang.Finnish); err == nil {
		t.Error("sheets without codes")
	}
}
