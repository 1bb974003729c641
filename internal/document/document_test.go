package document

import (
	"bytes"
	"flag"
	"os"
	"path/filepath"
	"regexp"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/omasuunta/omasuunta/internal/calendar"
	"github.com/omasuunta/omasuunta/internal/instrument"
	"github.com/omasuunta/omasuunta/internal/lang"
	"github.com/omasuunta/omasuunta/internal/scoring"
	"github.com/omasuunta/omasuunta/internal/segment"
)

var update = flag.Bool("update", false, "write the golden files")

// sample is an invented assessment: one value per item, the client's and the
// professional's.
type sample struct {
	name         string
	client       []int
	professional []int
	battery      string
	change       func(*Result)
}

var samples = []sample{
	{"omatoimi", []int{9, 8, 7, 9, 10, 8, 7, 9, 8, 10, 7, 9}, []int{2, 1, 3, 2, 0, 1, 3, 2, 1}, "functioning", func(r *Result) {
		r.Mode = "self"
	}},
	{"yhteiso", []int{4, 5, 2, 1, 6, 3, 2, 5, 4, 7, 3, 5}, []int{2, 3, 4, 2, 1, 3, 2, 3, 2, 4}, "social-wellbeing", func(r *Result) {
		r.Agreed = segment.Community
		r.Actions = []Action{{Text: "Soitamme yhdessä vertaisryhmän vetäjälle.", Responsible: "ohjaaja ja sinä", Due: calendar.MustParse("2023-11-20")}}
		r.ReviewOn = calendar.MustParse("2024-01-15")
	}},
	{"yhteistyo", []int{7, 4, 6, 8, 9, 3, 7, 8, 6, 9, 8, 7}, []int{7, 8, 6, 5, 9, 7, 4, 8, 6, 7}, "illness-care", func(r *Result) {
		r.Agreed = segment.Cooperating
		r.Client[5].Comment = "Lääkkeet vievät ison osan eläkkeestä."
		r.Professional[1].Comment = "Lääkelista vanhentunut, tarkistetaan."
		r.Actions = []Action{
			{Text: "Käymme lääkelistan läpi.", Responsible: "terveydenhoitaja", Due: calendar.MustParse("2023-11-24")},
			{Text: "Kysyt Kelasta lääkekatosta.", Responsible: "sinä"},
		}
		r.ReviewOn = calendar.MustParse("2023-12-12")
	}},
	{"verkosto", []int{3, 2, 1, 5, 4, 2, 3, 4, 2, 1, 4, 3}, []int{8, 7, 9, 8, 6, 7, 8, 9, 7}, "functioning", func(r *Result) {
		r.Client[10] = instrument.Answer{Item: r.Client[10].Item, Skip: instrument.Discuss}
	}},
	// Close to both cut-offs, and agreed otherwise than calculated.
	{"borderline", []int{5, 5, 4, 6, 5, 4, 5, 6, 5, 4, 6, 5}, []int{5, 4, 5, 6, 4, 5, 5, 6, 4}, "functioning", func(r *Result) {
		r.Agreed = segment.Network
		r.Reason = "Kaatumisia on ollut syksyn aikana kolme, ja puoliso on juuri joutunut sairaalaan."
		r.Actions = []Action{{Text: "Kutsutaan koolle kotihoito ja tytär.", Responsible: "asiakasohjaaja", Due: calendar.MustParse("2023-11-17")}}
		r.ReviewOn = calendar.MustParse("2023-12-01")
		r.Demo = true
	}},
}

// library is the built-in content, which is immutable.
func library(t testing.TB) *instrument.Library {
	t.Helper()
	lib, err := instrument.Builtin()
	if err != nil {
		t.Fatal(err)
	}
	return lib
}

// guidance is the built-in guidance of every segment.
func guidance(lib *instrument.Library) map[segment.Segment]instrument.Guidance {
	all := map[segment.Segment]instrument.Guidance{}
	for _, s := range segment.All {
		all[s] = lib.Guidance(s)
	}
	return all
}

func (s sample) result(t testing.TB) Result {
	t.Helper()
	lib := library(t)
	professional, ok := lib.Current(s.battery)
	if !ok {
		t.Fatalf("no battery %s", s.battery)
	}
	pair := scoring.Pair{
		ClientBattery: lib.Client(), ProfessionalBattery: professional,
		Client: sheet(lib.Client(), s.client), Professional: sheet(professional, s.professional),
	}
	r := Result{
		Library: lib, Guidance: guidance(lib), ClientBattery: pair.ClientBattery, ProfessionalBattery: pair.ProfessionalBattery,
		Client: pair.Client, Professional: pair.Professional,
		AssessedOn: calendar.MustParse("2023-11-12"), Unit: "Vuosaaren terveysasema", Mode: "joint",
	}
	if s.change != nil {
		s.change(&r)
	}
	var err error
	pair.Client, pair.Professional = r.Client, r.Professional
	if r.Scoring, err = scoring.Evaluate(pair); err != nil {
		t.Fatal(err)
	}
	return r
}

// sheet gives the items of a battery the values in turn.
func sheet(b *instrument.Battery, values []int) instrument.Sheet {
	var s instrument.Sheet
	for i, item := range b.Items {
		value := values[i%len(values)]
		if item.Reverse {
			value = 10 - value
		}
		s = append(s, instrument.Answer{Item: item.Code, Value: value})
	}
	return s
}

// forms are the languages and the plain forms of the page.
var forms = []struct {
	name  string
	tag   lang.Tag
	plain bool
}{
	{"fi", lang.Finnish, false}, {"fi-plain", lang.Finnish, true},
	{"sv", lang.Swedish, false}, {"sv-plain", lang.Swedish, true},
	{"en", lang.English, false},
}

func TestGoldenPages(t *testing.T) {
	t.Parallel()
	for _, s := range samples {
		for _, form := range forms {
			r := s.result(t)
			r.Plain = form.plain
			var page bytes.Buffer
			if err := HTML(&page, r, form.tag); err != nil {
				t.Fatal(err)
			}
			golden(t, s.name+"."+form.name+".html", words(t, page.Bytes()))
		}
	}
}

func TestGoldenTexts(t *testing.T) {
	t.Parallel()
	for _, s := range samples {
		for _, tag := range lang.All {
			for _, register := range []Register{Health, Social} {
				var text bytes.Buffer
				if err := Text(&text, s.result(t), register, tag); err != nil {
					t.Fatal(err)
				}
				golden(t, s.name+"."+string(register)+"."+string(tag)+".txt", text.Bytes())
			}
		}
	}
}

var drawn = regexp.MustCompile(`(?s)<(style|svg)\b.*?</(style|svg)>\n?`)

// words leaves the style sheet and the picture out of a golden page: they have
// tests of their own, and package figure has golden pictures.
func words(t *testing.T, page []byte) []byte {
	t.Helper()
	if n := len(drawn.FindAll(page, -1)); n != 2 {
		t.Fatalf("the page has %d style sheets and pictures, want one of each", n)
	}
	return drawn.ReplaceAll(page, []byte("<$1></$1>"))
}

func golden(t *testing.T, name string, got []byte) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.MkdirAll("testdata", 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, got, 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), string(got)); diff != "" {
		t.Errorf("%s differs (-want +got), run with -update if it should:\n%s", name, diff)
	}
}
