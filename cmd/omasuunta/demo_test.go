package main

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/xuri/excelize/v2"

	"github.com/omasuunta/omasuunta/internal/testkit"
)

// published are the tables of the trial's report, and the coverage that the
// demo tells beside them.
var published = map[string]string{
	"segments/omatoimi": "40 47", "segments/yhteiso": "8 9", "segments/yhteistyo": "15 17", "segments/verkosto": "23 27",
	"batteries/individual-client": "86 100", "batteries/functioning": "37 43", "batteries/illness-care": "3 4",
	"batteries/social-wellbeing": "32 37", "batteries/health-risk": "14 16",
	"coverage/offered": "120", "coverage/completed": "86", "coverage/declined": "20", "coverage/unsuitable": "10",
	"coverage/unfinished": "4", "coverage/without_statistics": "0",
}

// names are the codes of published in Finnish.
var names = map[string]string{
	"omatoimi": "Omatoimiasiakkuus", "yhteiso": "Yhteisöasiakkuus", "yhteistyo": "Yhteistyöasiakkuus", "verkosto": "Verkostoasiakkuus",
	"individual-client": "Yksilöasiakkaan kysymykset", "functioning": "Kuntoutuminen ja toimintakyky", "illness-care": "Sairauden hoito",
	"social-wellbeing": "Sosiaalinen hyvinvointi ja arki", "health-risk": "Terveys- ja hyvinvointiriski",
	"offered": "Tarjottu", "completed": "Valmiit", "declined": "Kieltäytyneet", "unsuitable": "Ei sopinut tilanteeseen",
	"unfinished": "Kesken jääneet", "without_statistics": "Ei tilastosuostumusta",
}

const (
	trialDays  = "from=2023-05-05&to=2023-11-12"
	fictional  = "esittelyaineisto" // of the note that the people are made up
	nothingHid = "Kaikki luvut näytetään"
)

func TestDemoOnATemporaryDatabase(t *testing.T) {
	folder := t.TempDir()
	t.Setenv("TMPDIR", folder)
	s := start(t, "demo")
	found, err := filepath.Glob(filepath.Join(folder, "omasuunta-demo-*", "demo.db"))
	if err != nil || len(found) != 1 {
		t.Fatalf("the demo's database: %v, %v", found, err)
	}
	checkDemo(t, s, "sqlite:"+found[0])
	if code := s.stop(); code != 0 {
		t.Errorf("exit %d after SIGTERM", code)
	}
	if left, _ := filepath.Glob(filepath.Join(folder, "omasuunta-demo-*")); len(left) != 0 {
		t.Errorf("left behind: %v", left)
	}
}

func TestDemoOnPostgreSQL(t *testing.T) {
	t.Parallel()
	database := testkit.Postgres(t)
	checkDemo(t, start(t, "demo", "--database", database), database)
}

// A demo never mixes with what people have entered.
func TestDemoRefusesADatabaseWithSomethingInIt(t *testing.T) {
	t.Parallel()
	testkit.EnginesFrom(t, "house", build, func(t *testing.T, url string) {
		before := must(t, "setting", "list", "--database", url)
		refused(t, exitFailure, "the database is not empty; give demo an empty one, or none", "demo", "--addr", "127.0.0.1:0", "--database", url)
		if after := must(t, "setting", "list", "--database", url); after != before {
			t.Errorf("the refused demo changed settings:\n%s", after)
		}
	})
}

// checkInstrument looks at what the command says about the demo's questions.
func checkInstrument(t *testing.T, database string) {
	t.Helper()
	ask := func(format string) string {
		return must(t, "report", "instrument", "--from", "2023-05-05", "--to", "2023-11-12", "--format", format, "--database", database)
	}
	var doc struct {
		N      int
		Tables []struct {
			Code string
			Rows [][]any
		}
	}
	if err := json.Unmarshal([]byte(ask("json")), &doc); err != nil || doc.N != 86 || len(doc.Tables) < 9 {
		t.Fatalf("as JSON: %v, n %d, %d tables", err, doc.N, len(doc.Tables))
	}
	if alpha, is := doc.Tables[0].Rows[0][1].(float64); !is || alpha < 0.8 || alpha > 1 {
		t.Errorf("α is %v", doc.Tables[0].Rows[0])
	}
	if table := ask("table"); !strings.Contains(table, "Niissä on 86 arviota.") || !strings.Contains(table, "McDonaldin omega") {
		t.Errorf("as a table:\n%s", table)
	}
	rows, err := csv.NewReader(strings.NewReader(ask("csv"))).ReadAll()
	if err != nil || len(rows) < 200 || !slices.Equal(rows[0], []string{"part", "row", "column", "value"}) {
		t.Errorf("as CSV: %d rows, %v", len(rows), err)
	}
	if book := ask("xlsx"); !strings.HasPrefix(book, "PK") {
		t.Error("as a workbook it is none")
	}
	if excel := ask("fi-excel"); !strings.Contains(excel, "reliability;Cronbachin alfa;Arvo;0,9") {
		t.Errorf("for Excel:\n%.400s", excel)
	}
}

func checkDemo(t *testing.T, s *instance, database string) {
	t.Helper()
	checkLogins(t, s)
	checkInstrument(t, database)
	expert := s.Users[slices.IndexFunc(s.Users, func(u demoUser) bool { return u.Role == "expert" })]
	c := s.as(expert.Token).with("Accept-Language", "fi")
	api := func(format string) []byte {
		return c.want(200, "GET", "/reports/distribution?"+trialDays+"&format="+format, nil).Body
	}
	command := func(format string) []byte {
		return []byte(must(t, "report", "distribution", "--from", "2023-05-05", "--to", "2023-11-12", "--format", format, "--database", database))
	}
	for source, read := range map[string]func(format string) []byte{"api": api, "command": command} {
		for format, numbers := range map[string]func(*testing.T, []byte) map[string]string{"json": inJSON, "csv": inCSV, "xlsx": inXLSX} {
			t.Run(source+" "+format, func(t *testing.T) {
				if diff := cmp.Diff(published, numbers(t, read(format))); diff != "" {
					t.Errorf("published (-) and ours (+):\n%s", diff)
				}
			})
		}
		t.Run(source+" svg", func(t *testing.T) { checkTexts(t, textsOfSVG(t, read("svg")), "%s (%s %%)") })
	}
	t.Run("the trial's report", func(t *testing.T) { checkTrial(t, c, database) })
	t.Run("command table", func(t *testing.T) {
		text := spaces.ReplaceAllString(string(command("table")), " ")
		checkTexts(t, strings.Split(text, "\n"), "%s %s %%")
		for key, count := range published {
			table, code, _ := strings.Cut(key, "/")
			if line := names[code] + " " + count + "\n"; table == "coverage" && !strings.Contains(text, line) {
				t.Errorf("no line %q in\n%s", line, text)
			}
		}
	})
}

// checkTrial asks for the report on the trial in every format; that all its figures
// are those of the published one package trial's tests show.
func checkTrial(t *testing.T, c client, database string) {
	t.Helper()
	command := func(format string) string {
		return must(t, "report", "trial", "--from", "2023-05-05", "--to", "2023-11-12", "--format", format, "--database", database)
	}
	if diff := cmp.Diff(strings.TrimSpace(command("json")), strings.TrimSpace(string(c.want(200, "GET", "/reports/trial?"+trialDays, nil).Body))); diff != "" {
		t.Errorf("the command (-) and the API (+) differ:\n%s", diff)
	}
	for format, want := range map[string]string{"pdf": "%PDF-", "xlsx": "PK", "table": "Kokeilun raportti"} {
		if got := command(format); !strings.HasPrefix(got, want) {
			t.Errorf("%s begins with %.20q", format, got)
		}
	}
	text := spaces.ReplaceAllString(command("table"), " ")
	for _, line := range []string{"Asiakkaita, jotka kokivat arvion hyödylliseksi 33 85\n", "Koulutettuja 84 –\n", "Suositus 1–10, keskiarvo 3,59 –\n", "syyskuu 2023 0 30 –\n"} {
		if !strings.Contains(text, line) {
			t.Errorf("no line %q in\n%s", line, text)
		}
	}
}

func checkLogins(t *testing.T, s *instance) {
	t.Helper()
	ready := s.cmd.Args[len(s.cmd.Args)-1]
	if info, err := os.Stat(ready); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("the ready file: %v, %v", info, err)
	}
	roles := map[string]int{}
	for _, u := range s.Users {
		if roles[u.Role] == 0 && u.Role == "professional" && u.Unit != "vuosaari-ta" {
			t.Errorf("the first professional is in %s", u.Unit)
		}
		roles[u.Role]++
		if u.Username == "" || u.Password == "" || u.Token == "" {
			t.Errorf("a login is not whole: %s in %s", u.Role, u.Unit)
		}
		s.as(u.Token).want(200, "GET", "/instruments", nil)
	}
	for _, role := range []string{"professional", "expert", "admin"} {
		if roles[role] == 0 {
			t.Errorf("nobody in the role %s", role)
		}
	}
}

// checkTexts looks for every share of the published tables in the words that a
// reader sees, each in a text of its own, and for the notes.
func checkTexts(t *testing.T, texts []string, share string) {
	t.Helper()
	all := spaces.ReplaceAllString(strings.Join(texts, "\n"), " ")
	for key, numbers := range published {
		count, percent, isShare := strings.Cut(numbers, " ")
		_, code, _ := strings.Cut(key, "/")
		if want := fmt.Sprintf(share, count, percent); isShare && (!strings.Contains(all, want) || !strings.Contains(all, names[code])) {
			t.Errorf("no %s with %q in\n%s", names[code], want, all)
		}
	}
	for _, note := range []string{fictional, nothingHid} {
		if !strings.Contains(all, note) {
			t.Errorf("nothing about %q in\n%s", note, all)
		}
	}
}

// spaces are those of a table, and the ones that keep a number together.
var spaces = regexp.MustCompile("[ \u00a0\u202f]+")

func inJSON(t *testing.T, data []byte) map[string]string {
	var d struct {
		N                   int
		Segments, Batteries []struct {
			Code           string
			Count, Percent int
		}
		Coverage map[string]int
		Notes    []string
	}
	if err := json.Unmarshal(data, &d); err != nil {
		t.Fatal(err)
	}
	if d.N != 86 || !strings.Contains(strings.Join(d.Notes, " "), fictional) {
		t.Errorf("n %d, notes %q", d.N, d.Notes)
	}
	found := map[string]string{}
	for _, s := range d.Segments {
		found["segments/"+s.Code] = fmt.Sprint(s.Count, s.Percent)
	}
	for _, s := range d.Batteries {
		found["batteries/"+s.Code] = fmt.Sprint(s.Count, s.Percent)
	}
	for code, count := range d.Coverage {
		found["coverage/"+code] = fmt.Sprint(count)
	}
	return found
}

func inCSV(t *testing.T, data []byte) map[string]string {
	rows, err := csv.NewReader(bytes.NewReader(data)).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	found := map[string]string{}
	for _, r := range rows {
		if _, ours := published[r[0]+"/"+r[1]]; ours {
			if r[2] != names[r[1]] || r[6] != "false" {
				t.Errorf("row %v", r)
			}
			found[r[0]+"/"+r[1]] = strings.TrimSpace(r[4] + " " + r[5])
		}
	}
	return found
}

func inXLSX(t *testing.T, data []byte) map[string]string {
	book, err := excelize.OpenReader(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	defer book.Close()
	sheets := book.GetSheetList()
	if want := []string{"Asiakkuuksien jakauma", "Asiakkuudet", "Kysymyspatteristot", "Yksiköt", "Kuukaudet", "Kattavuus", "Rekisterit", "Kielet", "Vastaamisen tavat"}; !slices.Equal(sheets, want) {
		t.Fatalf("sheets %v, want %v", sheets, want)
	}
	rows := func(i int) [][]string {
		r, err := book.GetRows(sheets[i])
		if err != nil {
			t.Fatal(err)
		}
		return r
	}
	if summary := fmt.Sprint(rows(0)); !strings.Contains(summary, fictional) || !strings.Contains(summary, "n = 86") {
		t.Errorf("the summary: %s", summary)
	}
	found := map[string]string{}
	for i, table := range map[int]string{1: "segments", 2: "batteries", 5: "coverage"} {
		for j, r := range rows(i) {
			if j == 0 {
				if want := []string{"Koodi", "Nimi", "Asiakkuus", "Lukumäärä", "Osuus", "Piilotettu"}; !slices.Equal(r, want) {
					t.Errorf("headings %v, want %v", r, want)
				}
				continue
			}
			found[table+"/"+r[0]] = strings.TrimSpace(r[3] + " " + r[4])
			if r[1] != names[r[0]] {
				t.Errorf("%s is named %q", r[0], r[1])
			}
		}
	}
	return found
}

// textsOfSVG are the texts of a well-formed picture.
func textsOfSVG(t *testing.T, data []byte) (texts []string) {
	d := xml.NewDecoder(bytes.NewReader(data))
	for {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			return texts
		}
		if err != nil {
			t.Fatal(err)
		}
		if chars, ok := token.(xml.CharData); ok {
			texts = append(texts, string(chars))
		}
	}
}
