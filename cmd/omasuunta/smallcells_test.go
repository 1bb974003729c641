package main

import (
	"bytes"
	"encoding/csv"
	"maps"
	"strconv"
	"strings"
	"testing"
)

// visits submits assessments of one segment on one day.
func (c client) visits(count, resources, challenge int, day string) {
	c.t.Helper()
	consent := c.giveConsent()
	for range count {
		form := paperForm(c.t, consent, resources, challenge)
		form["assessed_on"] = day
		c.want(201, "POST", "/assessments", form)
	}
}

// By default no number from 1 to 4 is shown, and no odd days may be asked for
// that would tell one week's visits from the next.
func TestSmallNumbersAreHidden(t *testing.T) {
	engines(t, func(t *testing.T, h *house) {
		const odd, whole = "from=2023-05-05&to=2023-06-12", "from=2023-05-01&to=2023-06-30"
		must(t, "setting", "set", "report.min_cell", "5", "--database", h.database)
		h.professional.visits(8, 8, 2, "2023-05-10") // omatoimi
		h.professional.visits(7, 2, 2, "2023-05-31") // yhteiso
		h.professional.visits(2, 8, 8, "2023-06-01") // yhteistyo
		h.professional.visits(6, 2, 8, "2023-06-12") // verkosto

		problem := h.expert.want(422, "GET", "/reports/distribution?"+odd, nil).JSON(t)
		if got := pointers(problem); len(got) != 2 || got["/from"] != "period_not_whole" || got["/to"] != "period_not_whole" {
			t.Errorf("days that are no whole months: %v", got)
		}
		if got := pointers(h.expert.want(422, "GET", "/reports/distribution?from=2023-05-01&to=2023-06-12", nil).JSON(t)); len(got) != 1 || got["/to"] != "period_not_whole" {
			t.Errorf("an end in the middle of a month: %v", got)
		}
		refused(t, exitUsage, "--from", "report", "distribution", "--from", "2023-05-05", "--to", "2023-06-12", "--database", h.database)

		checkHidden(t, h, whole)
		must(t, "setting", "set", "report.periods", "spring 2023-05-05 2023-06-12", "--database", h.database)
		checkHidden(t, h, odd)
		h.expert.want(422, "GET", "/reports/distribution?from=2023-05-05&to=2023-06-11", nil)
	})
}

func checkHidden(t *testing.T, h *house, days string) {
	t.Helper()
	d := h.expert.get("/reports/distribution?" + days)
	if d["n"] != 23.0 || d["min_cell"] != 5.0 {
		t.Errorf("n %v, min_cell %v", d["n"], d["min_cell"])
	}
	inJSON := map[string]any{}
	shares := func(table, code string, list any) {
		for _, one := range list.([]any) {
			s := one.(object)
			key := table + "/" + code + "/" + s["code"].(string)
			inJSON[key] = s["count"]
			if hidden := s["suppressed"] == true; hidden != (s["count"] == nil) || hidden && s["percent"] != nil {
				t.Errorf("%s is neither shown nor hidden: %v", key, s)
			}
			if n, shown := s["count"].(float64); shown && n > 0 && n < 5 {
				t.Errorf("%s shows %v", key, n)
			}
		}
	}
	shares("segments", "", d["segments"])
	hidden := 0
	for _, count := range inJSON {
		if count == nil {
			hidden++
		}
	}
	if inJSON["segments//yhteistyo"] != nil || hidden < 2 {
		t.Errorf("the small cell, and a second one so that it can't be counted back, should be hidden: %v", inJSON)
	}
	for _, table := range []string{"units", "months", "registers", "languages", "modes"} {
		for _, one := range d[table].([]any) {
			shares(table, one.(object)["code"].(string), one.(object)["segments"])
		}
	}

	rows, err := csv.NewReader(bytes.NewReader(h.expert.want(200, "GET", "/reports/distribution?format=csv&"+days, nil).Body)).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	inCSV := map[string]any{}
	for _, r := range rows[1:] {
		count, percent, suppressed := r[4], r[5], r[6]
		if (suppressed == "true") != (count == "") || count == "" && percent != "" {
			t.Errorf("row %v is neither shown nor hidden", r)
		}
		if r[3] == "" {
			continue
		}
		key := r[0] + "/" + r[1] + "/" + r[3]
		if r[0] == "segments" {
			key = "segments//" + r[3]
		}
		inCSV[key] = nil
		if count != "" {
			inCSV[key] = number(t, count)
		}
	}
	if !maps.Equal(inJSON, inCSV) {
		t.Errorf("JSON and CSV show different things:\n%v\n%v", inJSON, inCSV)
	}
	if notes, _ := d["notes"].([]any); len(notes) != 1 || !strings.Contains(notes[0].(string), "5") {
		t.Errorf("the report does not say why numbers are missing: %v", d["notes"])
	}
}

func number(t *testing.T, text string) float64 {
	t.Helper()
	n, err := strconv.ParseFloat(text, 64)
	if err != nil {
		t.Fatal(err)
	}
	return n
}
