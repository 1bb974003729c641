package export_test

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"github.com/omasuunta/omasuunta/internal/calendar"
	"github.com/omasuunta/omasuunta/internal/diary"
	"github.com/omasuunta/omasuunta/internal/export"
	"github.com/omasuunta/omasuunta/internal/instrument"
	"github.com/omasuunta/omasuunta/internal/lang"
	"github.com/omasuunta/omasuunta/internal/locale"
	"github.com/omasuunta/omasuunta/internal/report"
	trials "github.com/omasuunta/omasuunta/internal/trial"
)

// told is a small report with a hidden number, an outage and a text that a
// spreadsheet would run.
func told(t *testing.T, tag lang.Tag) (trials.Report, export.TrialLabels) {
	t.Helper()
	day := calendar.MustParse
	n, nine := 12, 9
	r := trials.Report{From: day("2023-09-01"), To: day("2023-10-31"), MinCell: 5}
	r.Distribution = report.Distribution{From: r.From, To: r.To, N: &n, MinCell: 5, Segments: []report.Share{
		{Code: "omatoimi", Count: &nine, Percent: &nine}, {Code: "yhteiso", Suppressed: true}, {Code: "yhteistyo", Suppressed: true}, {Code: "verkosto", Suppressed: true},
	}}
	rate := 3.14159
	r.Months = []trials.Month{
		{Code: "2023-09", From: r.From, To: day("2023-09-30"), OutageDays: 30, Count: new(int)},
		{Code: "2023-10", From: day("2023-10-01"), To: r.To, Count: &n, OpenFrom: day("2023-10-05"), OpenTo: r.To, OutageDays: 4, PerWeek: &rate},
	}
	r.Diary.Outages = []diary.Entry{{Kind: diary.Outage, From: r.From, To: day("2023-10-04"), Text: "=1+1"}}
	r.Diary.Training = trials.Sessions{Entries: []diary.Entry{{Kind: diary.Training, From: day("2023-09-07"), To: day("2023-09-07"), Minutes: 150, WithClients: 7, Others: 4}}, Minutes: 150, WithClients: 7, Others: 4}
	library, err := instrument.Builtin()
	if err != nil {
		t.Fatal(err)
	}
	return r, export.NewTrialLabels(r, locale.For(tag), library, nil)
}

// In the workbook numbers are numbers, days are days, a hidden number is no number,
// and no text is run.
func TestTrialAsAWorkbook(t *testing.T) {
	r, labels := told(t, lang.English)
	var out bytes.Buffer
	if err := export.TrialXLSX(&out, labels.Tell(r)); err != nil {
		t.Fatal(err)
	}
	book, err := excelize.OpenReader(&out)
	if err != nil {
		t.Fatal(err)
	}
	defer book.Close()
	raw := func(sheet, at string) string {
		t.Helper()
		value, err := book.GetCellValue(sheet, at, excelize.Options{RawCellValue: true})
		if err != nil {
			t.Fatal(err)
		}
		return value
	}
	for _, c := range []struct{ sheet, at, want, kind string }{
		{"Training sessions and support m", "A2", "45176", "n"}, // 7 September 2023, as days since 1900
		{"Training sessions and support m", "C2", "2.5", "n"}, {"Training sessions and support m", "D2", "7", "n"},
		{"Assessments by month", "B2", "0", "n"}, {"Assessments by month", "B3", "12", "n"}, {"Assessments by month", "D3", "3.14159", "n"}, {"Assessments by month", "D2", "", "n"},
		{"Client relationships", "B2", "9", "n"}, {"Client relationships", "B3", "", "n"},
		{"Outages, events and other notes", "E2", "=1+1", "s"},
	} {
		kind, err := book.GetCellType(c.sheet, c.at)
		if err != nil {
			t.Fatal(err)
		}
		text := kind == excelize.CellTypeInlineString || kind == excelize.CellTypeSharedString
		if got := raw(c.sheet, c.at); got != c.want || text != (c.kind == "s") {
			t.Errorf("%s %s: %q of type %v", c.sheet, c.at, got, kind)
		}
		if formula, _ := book.GetCellFormula(c.sheet, c.at); formula != "" {
			t.Errorf("%s %s is a formula", c.sheet, c.at)
		}
	}
	if shown, err := book.GetCellValue("Training sessions and support m", "A2"); err != nil || !strings.Contains(shown, "23") || shown == "45176" {
		t.Errorf("the day is shown as %q, %v", shown, err)
	}
}

// A hidden number is a word in the terminal and null in JSON, and the outage is told
// in both.
func TestTrialInWordsAndAsJSON(t *testing.T) {
	for tag, words := range map[lang.Tag][]string{
		lang.Finnish: {"Katko", "piilotettu", "1.9.2023", "2,5"}, lang.Swedish: {"Avbrott", "dold", "1.9.2023", "2,5"}, lang.English: {"Outage", "hidden", "1\u00a0September\u00a02023", "2.5"},
	} {
		r, labels := told(t, tag)
		var table, file bytes.Buffer
		if err := export.TrialTable(&table, labels.Tell(r), labels); err != nil {
			t.Fatal(err)
		}
		for _, word := range words {
			if !strings.Contains(table.String(), word) {
				t.Errorf("%s: no %q in\n%s", tag, word, table.String())
			}
		}
		if err := export.TrialJSON(&file, r, labels); err != nil {
			t.Fatal(err)
		}
		var got struct {
			Segments []struct{ Count *int }
			Outages  []struct{ Days int }
			Training struct{ People int }
			Survey   *struct{}
		}
		if err := json.Unmarshal(file.Bytes(), &got); err != nil {
			t.Fatal(err)
		}
		if got.Segments[1].Count != nil || *got.Segments[0].Count != 9 || got.Outages[0].Days != 34 || got.Training.People != 11 || got.Survey != nil {
			t.Errorf("%s: %s", tag, file.String())
		}
	}
}

// Every chart of a telling has a code of its own: it names files and addresses.
func TestChartsOfATrialAreToldApart(t *testing.T) {
	r, labels := told(t, lang.Finnish)
	seen := map[string]bool{}
	for _, c := range labels.Tell(r).Charts() {
		if seen[c.Sheet.Code] || c.Sheet.Title == "" {
			t.Errorf("%q is there twice, or has no title", c.Sheet.Code)
		}
		seen[c.Sheet.Code] = true
		for _, row := range c.Sheet.Rows {
			if len(row) != len(c.Sheet.Head) {
				t.Errorf("%s: %d cells under %d heads", c.Sheet.Code, len(row), len(c.Sheet.Head))
			}
		}
	}
}
