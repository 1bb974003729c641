package insight_test

import (
	"bytes"
	"encoding/csv"
	"html"
	"image/png"
	"net/http"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/omasuunta/omasuunta/internal/setting"
	"github.com/omasuunta/omasuunta/internal/web/pagetest"
)

// parts are the pages of the report with how many charts each has.
var parts = map[string]int{"/report": 6, "/report/plane": 1, "/report/use": 3, "/report/time": 2, "/report/change": 1, "/report/agreement": 4}

// table is a chart's table as it is on a page: its head, then its rows.
func (h *house) table(p *pagetest.Page, code string) [][]string {
	h.Helper()
	_, section, found := strings.Cut(p.Source, `<section class="chart" aria-labelledby="`+code+`">`)
	section, _, closed := strings.Cut(section, "</table>")
	if !found || !closed {
		h.Fatalf("%s has no chart %q", p.Path, code)
	}
	_, section, _ = strings.Cut(section, "<thead>")
	var rows [][]string
	for _, row := range strings.Split(section, "</tr>") {
		var cells []string
		for _, m := range regexp.MustCompile(`<t[hd][^>]*>([^<]*)</t[hd]>`).FindAllStringSubmatch(row, -1) {
			cells = append(cells, html.UnescapeString(m[1]))
		}
		if len(cells) > 0 {
			rows = append(rows, cells)
		}
	}
	return rows
}

// column is the column of a table with a heading.
func column(t [][]string, heading string) (list []string) {
	at := slices.Index(t[0], heading)
	for _, row := range t[1:] {
		list = append(list, row[at])
	}
	return list
}

func (h *house) same(what string, got, want []string) {
	h.Helper()
	if !slices.Equal(got, want) {
		h.Errorf("%s: %q, want %q", what, got, want)
	}
}

// The pages tell the trial as it is replayed.
func TestLivePagesOfTheTrial(t *testing.T) {
	h := newHouse(t)
	ask := func(path string, texts ...string) *pagetest.Page {
		return h.page(path+"?"+trial, http.StatusOK, texts...)
	}

	whole := ask("/report")
	if units := h.table(whole, "units"); len(units) != 12 {
		t.Errorf("%d units", len(units)-1)
	}
	h.same("batteries", column(h.table(whole, "batteries"), "n"), []string{"37", "3", "32", "14"})
	h.same("months", column(h.table(whole, "months"), "n"), []string{"13", "16", "7", "23", "0", "17", "10"})
	for _, code := range []string{"registers", "languages", "modes"} {
		total := 0
		for _, n := range column(h.table(whole, code), "n") {
			total += number(t, n)
		}
		if total != 86 {
			t.Errorf("the %s have %d together", code, total)
		}
	}

	plane := h.table(ask("/report/plane", "n = 86", "Verkostoasiakkuus"), "plane")
	total := 0
	for _, row := range plane[1:] {
		for _, cell := range row[1:] {
			total += number(t, cell)
		}
	}
	if total != 86 || len(plane) != 11 || plane[1][0] != "90–100" {
		t.Errorf("the plane has %d in %d rows", total, len(plane))
	}

	use := ask("/report/use", "86 kerralla niistä 120 kerrasta")
	h.same("uptake", column(h.table(use, "uptake"), "Lukumäärä"), []string{"120", "90", "86", "86", "70", "60", "60", "39"})
	h.same("missing", column(h.table(use, "missing"), "Lukumäärä"), []string{"20", "10", "4", "0"})
	targets := h.table(use, "targets")
	if n := column(targets, "Lukumäärä"); n[3] != "2" { // as the trial's report says
		t.Errorf("professionals by target: %q", n)
	}

	spent := ask("/report/time", "mediaani 30 min", "kokeilussa useimmin 30–40 min")
	total = 0
	for _, n := range column(h.table(spent, "visit"), "Lukumäärä") {
		total += number(t, n)
	}
	if phases := h.table(spent, "phases"); total != 77 || phases[1][1] != "77" || len(phases) != 8 {
		t.Errorf("%d visits, phases %q", total, phases)
	}

	changes := h.table(ask("/report/change", "aiemmin arvioiduista asiakkaista oli 12", "Niistä 5 (42\u00a0%)", "<svg"), "change")
	if all := changes[5]; !slices.Equal(column(changes, "n"), []string{"3", "1", "4", "4", "12"}) || !slices.Equal(all[2:], []string{"5", "1", "3", "3"}) {
		t.Errorf("changes: %q", changes)
	}
	june := h.page("/report/change?from=2023-05-05&to=2023-06-10", http.StatusOK, "ei arvioitu ketään uudelleen", "!<desc id=\"fig-change")
	if none := column(h.table(june, "change"), "n"); none[4] != "0" {
		t.Errorf("changes before anybody came again: %q", none)
	}

	agreement := ask("/report/agreement", "Asiakkuus sovittiin 70 arviossa, ja 65 kertaa (93\u00a0%)", "Sanallisen palautteen antoi")
	agreed := h.table(agreement, "agreed")
	h.same("not agreed", column(agreed, "Ei sovittu"), []string{"7", "3", "3", "3"})
	h.same("usefulness", column(h.table(agreement, "usefulness"), "Lukumäärä"), []string{"1", "1", "4", "19", "14"}) // 33 of 39 useful
	answers := column(h.table(agreement, "agreement"), "Lukumäärä")
	if number(t, answers[0])+number(t, answers[1]) != 37 {
		t.Errorf("agree or partly: %q", answers)
	}

	for path := range parts { // when nobody was there
		h.page(path+"?from=2024-01-01&to=2024-01-31", http.StatusOK, "!>piilotettu<")
	}
	h.keepsTheQuestion()
}

func number(t *testing.T, text string) int {
	t.Helper()
	n, err := strconv.Atoi(plain(text))
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// plain is a cell of a page as a file has it.
func plain(text string) string {
	switch text {
	case "–", "piilotettu":
		return ""
	}
	return strings.ReplaceAll(text, "\u00a0", "")
}

// Each chart of each page can be had as every kind of file; the tables are those
// of the page, and the pictures show something.
func TestEveryChartCanBeTakenAlong(t *testing.T) {
	h := newHouse(t)
	link := regexp.MustCompile(`href="(/report[a-z/]*/download\?[^"]*chart=([a-z]+)[^"]*)"`)
	for path, charts := range parts {
		body := h.page(path+"?"+trial, http.StatusOK)
		seen := map[string]int{}
		for _, m := range link.FindAllStringSubmatch(body.Source, -1) {
			address, code := html.UnescapeString(m[1]), m[2]
			seen[code]++
			file := h.page(address, http.StatusOK)
			name := file.Header.Get("Content-Disposition")
			if !strings.HasPrefix(name, `attachment; filename="`+code+`-2023-05-05-2023-11-12.`) {
				t.Errorf("%s is named %s", address, name)
			}
			switch {
			case strings.Contains(address, "format=csv"):
				h.compare(h.table(body, code), file.Source, ',')
			case strings.Contains(address, "format=fi-excel"):
				h.compare(h.table(body, code), strings.TrimPrefix(file.Source, "\ufeff"), ';')
			case strings.Contains(address, "format=xlsx"):
				if !strings.HasPrefix(file.Source, "PK") {
					t.Errorf("%s is no workbook", address)
				}
			case strings.Contains(address, "format=svg"):
				if !strings.HasPrefix(file.Source, "<svg") || !strings.Contains(file.Source, "5.5.2023–12.11.2023") {
					t.Errorf("%s doesn't say which days it tells about", address)
				}
			case strings.Contains(address, "format=png"):
				h.picture(address, file.Source)
			}
		}
		if len(seen) != charts {
			t.Errorf("%s offers %v, want %d charts", path, seen, charts)
		}
		for code, files := range seen {
			if want := 5; files != want && code != "change" { // which has nothing to draw
				t.Errorf("%s: %s comes as %d kinds of files", path, code, files)
			}
		}
	}
	h.page("/report/use/download?chart=nothing&format=csv&"+trial, http.StatusNotFound)
	h.page("/report/use/download?chart=uptake&format=exe&"+trial, http.StatusNotFound)
	h.page("/report/use/download?chart=uptake&format=csv&from=2023-05-05&to=2023-05-04", http.StatusUnprocessableEntity)
	h.professional.Get("/report/use/download?chart=uptake&format=csv&" + trial).Is(http.StatusForbidden)
}

// compare demands that a file has the cells of a page's table.
func (h *house) compare(table [][]string, file string, comma rune) {
	h.Helper()
	r := csv.NewReader(strings.NewReader(file))
	r.Comma = comma
	rows, err := r.ReadAll()
	h.Must(err)
	if len(rows) != len(table) {
		h.Fatalf("%d rows on the page, %d in the file", len(table), len(rows))
	}
	for i, row := range rows {
		for j, cell := range row {
			if want := table[i][j]; cell != want && cell != plain(want) {
				h.Errorf("row %d: %q on the page, %q in the file", i, want, cell)
			}
		}
	}
}

// picture demands that a PNG shows something.
func (h *house) picture(address, file string) {
	h.Helper()
	img, err := png.Decode(bytes.NewReader([]byte(file)))
	h.Must(err)
	colours := map[[3]uint32]bool{}
	for y := img.Bounds().Min.Y; y < img.Bounds().Max.Y; y += 3 {
		for x := img.Bounds().Min.X; x < img.Bounds().Max.X; x += 3 {
			r, g, b, _ := img.At(x, y).RGBA()
			colours[[3]uint32{r, g, b}] = true
		}
	}
	if len(colours) < 10 || img.Bounds().Dx() < 1600 {
		h.Errorf("%s has %d colours and is %d points wide", address, len(colours), img.Bounds().Dx())
	}
}

// keepsTheQuestion looks whether what was asked is kept: in the form when it is
// wrong, and in the links to the other pages when it is right.
func (h *house) keepsTheQuestion() {
	h.Helper()
	for path := range parts {
		h.page(path+"?from=2023-05-05&to=2023-05-04&unit=seniori-info&battery=functioning", http.StatusUnprocessableEntity, `id="f-to-error"`,
			`value="2023-05-05"`, `value="2023-05-04"`, `value="seniori-info" selected`, `value="functioning" selected`, `action="`+path+`"`)
		h.page(path+"?from=2023-02-30&to=&unit=no-such", http.StatusUnprocessableEntity, `id="f-from-error"`, `value="2023-02-30"`, "!no-such&")
		body := h.page(path+"?"+trial+"&unit=seniori-info", http.StatusOK, "Seniori-info")
		for other := range parts {
			if want := `<a href="` + other + `?from=2023-05-05&amp;to=2023-11-12&amp;unit=seniori-info"`; !strings.Contains(body.Source, want) {
				h.Errorf("%s doesn't lead on to %s", path, other)
			}
		}
		h.professional.Get(path).Is(http.StatusForbidden)
	}
}

// With a smallest number, no page and no figure shows a smaller one, and each says
// so.
func TestLivePagesHideSmallNumbers(t *testing.T) {
	h := newHouse(t)
	h.Must(h.Settings.Change(h.System(), setting.MinCell, "5"))
	h.Clock.Advance(time.Minute)
	hidden := 0
	for path := range parts {
		body := h.page(path+"?"+trial, http.StatusOK, "Kun luku on pienempi kuin 5")
		for _, m := range regexp.MustCompile(`<section class="chart" aria-labelledby="([a-z]+)">`).FindAllStringSubmatch(body.Source, -1) {
			table := h.table(body, m[1])
			for _, row := range table[1:] {
				for j, cell := range row[1:] {
					if cell == "piilotettu" {
						hidden++
					}
					if head := table[0][j+1]; strings.HasSuffix(head, "%") || strings.Contains(head, "kvartiili") || head == "mediaani" {
						continue
					}
					if n, err := strconv.Atoi(plain(cell)); err == nil && n > 0 && n < 5 {
						t.Errorf("%s: %s shows %q in %q", path, m[1], cell, row)
					}
				}
			}
		}
	}
	if hidden < 50 {
		t.Errorf("%d numbers are hidden", hidden)
	}
}
