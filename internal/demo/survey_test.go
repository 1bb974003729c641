package demo

import (
	"math"
	"regexp"
	"slices"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/google/uuid"

	"github.com/omasuunta/omasuunta/internal/access"
	"github.com/omasuunta/omasuunta/internal/survey"
)

// surveyed asks for the survey's results as an expert would.
func surveyed(t *testing.T, p *played, unit string) survey.Results {
	t.Helper()
	service := survey.NewService(p.store, fixed(now), newIDs())
	ctx := access.With(t.Context(), access.Actor{Role: access.Expert})
	round, err := service.Covering(ctx, trialFrom, trialTo)
	must(t, err)
	r, err := service.Results(ctx, round.ID, unit)
	must(t, err)
	return r
}

// What the trial's report says of its survey, by the heading of its page. Where it
// says so many per cent of 39 that no count of 39 gives them, the counts are
// followed: see docs/guide/demo.md.
func TestTheSurveyIsThatOfTheReport(t *testing.T) {
	p := onSQLite(t)
	r := surveyed(t, p, "")
	if r.Answers != 39 || r.Asked != 84 || !r.DemoNote || r.Hidden {
		t.Fatalf("%d answers of %d asked", r.Answers, r.Asked)
	}
	agree := []string{"agree", "rather_agree"}
	for _, c := range []struct {
		page, question string
		n              int
		options        []string // counted together
		want           int
	}{
		{"Ammattilaisten käytön kokeilun kysely", "practice", 39, []string{"no_client_work"}, 4},
		{"Ammattilaisten käytön kokeilun kysely", "practice", 39, []string{"made_none"}, 4},
		{"Oletko hyödyntänyt asiakkuussegmentointia", "earlier_use", 39, []string{"yes"}, 19},
		{"Koetko asiakkuussegmentoinnin menetelmänä", "usefulness", 39, []string{"wholly", "partly"}, 26},
		{"Koetko asiakkuussegmentoinnin menetelmänä", "usefulness", 39, []string{"not"}, 10},
		{"Toimialajohto asetti ammattilaisille tavoitteeksi", "target_reached", 39, []string{"yes"}, 2},
		{"Käyttäjäkoulutus ja käytön kokeiluun saatu tuki", "training", 39, []string{"yes"}, 34},
		{"Henkilöstökokemus", "uniform_work", 39, agree, 5},
		{"Henkilöstökokemus", "whole_picture", 39, agree, 7},
		{"Henkilöstökokemus", "common_language", 39, agree, 5},
		{"Henkilöstökokemus", "worth_filling", 39, agree, 4},
		{"Vaikuttavuus", "systematic", 39, agree, 5},
		{"Vaikuttavuus", "individual_services", 39, agree, 3},
		{"Vaikuttavuus", "right_service", 39, agree, 5},
		{"Vaikuttavuus", "service_entities", 39, agree, 6},
		{"Asiakaskokemus", "own_resources", 39, agree, 10},
		{"Asiakaskokemus", "life_situation", 39, agree, 10},
		{"Asiakaskokemus", "heard", 39, agree, 15},
		{"Asiakaskokemus", "takes_part", 39, agree, 7},
		{"Asiakaskokemus", "suitable_support", 39, agree, 6},
		{"Vastaanoton/tapaamisen järjestelyt", "phase", 39, []string{"end"}, 17},
		{"Vastaanoton/tapaamisen järjestelyt", "phase", 39, []string{"beginning"}, 7},
		{"Vastaanoton/tapaamisen järjestelyt", "phase", 39, []string{"middle"}, 7},
		{"Vastaanoton/tapaamisen järjestelyt", "phase", 39, []string{"did_none"}, 8},
		{"Vastaanoton/tapaamisen järjestelyt", "rearranged", 39, []string{"yes"}, 8},
		{"Omasuuntiman viemä aika", "minutes", 39, []string{"30_40"}, 16},
		{"Omasuuntiman viemä aika", "minutes", 39, []string{"over_40"}, 8},
		{"Omasuuntiman viemä aika", "longer", 39, []string{"20_30"}, 18},
		{"Omasuuntiman viemä aika", "longer", 39, []string{"over_30"}, 6},
		{"Omasuuntiman viemä aika", "ways_changed", 39, []string{"yes"}, 6},
		{"Milloin Omasuuntima kannattaisi tehdä", "when", 32, []string{"thorough_visit"}, 20},
		{"Milloin Omasuuntima kannattaisi tehdä", "when", 32, []string{"beforehand"}, 7},
		{"Milloin Omasuuntima kannattaisi tehdä", "when", 32, []string{"phone"}, 5},
	} {
		q, _ := r.Question(c.question)
		got := 0
		for _, code := range c.options {
			o, found := q.Option(code)
			if !found || o.Count == nil {
				t.Fatalf("%s: no %s of %s", c.page, code, c.question)
			}
			got += *o.Count
		}
		if got != c.want || q.N != c.n {
			t.Errorf("%s: %s is %d of %d, want %d of %d", c.page, c.question, got, q.N, c.want, c.n)
		}
	}
	if q, _ := r.Question("recommend"); q.N != 39 || q.Mean == nil || math.Round(*q.Mean*100) != 359 {
		t.Errorf("Omasuuntima-palvelun käytön laajentaminen: n %d, mean %v", q.N, q.Mean)
	}
	when, _ := r.Question("when")
	var percents []int
	for _, o := range when.Options {
		percents = append(percents, *o.Percent)
	}
	if !slices.Equal(percents, []int{62, 22, 16}) { // as printed
		t.Errorf("when to do it: %v %%", percents)
	}
	if q, _ := r.Question("suits"); q.N != 9 || q.Texts[0].Unit == "" {
		t.Errorf("%d texts of whom it suits", q.N)
	}
	if of := surveyed(t, p, "seniori-info"); of.Answers != 7 || len(of.Questions) == 0 {
		t.Errorf("Seniori-info: %d answers", of.Answers)
	}
	leavesNobodyBehind(t, p)
}

// leavesNobodyBehind demands that nothing of whoever answered is left, but that somebody did, in office hours.
func leavesNobodyBehind(t *testing.T, p *played) {
	t.Helper()
	service := survey.NewService(p.store, fixed(now), newIDs())
	rounds, err := service.Rounds(access.With(t.Context(), access.Actor{Role: access.Expert}))
	must(t, err)
	marks, err := p.store.SurveyMarks(t.Context(), rounds[0].ID)
	must(t, err)
	if len(rounds) != 1 || len(marks) > 0 {
		t.Errorf("%d rounds, %d marks", len(rounds), len(marks))
	}
	n := 0
	for _, e := range p.log.Audit {
		if e.Action != "survey.answered" {
			continue
		}
		n++
		if e.Actor != uuid.Nil || e.At.Weekday() == time.Saturday || e.At.Weekday() == time.Sunday {
			t.Errorf("the audit names somebody, or a day of rest: %s", e.At)
		}
	}
	if n != 39 {
		t.Errorf("%d rows about answers", n)
	}
}

// The file says of every figure whether it is published, and its sums are right.
func TestTheSurveysFileAddsUp(t *testing.T) {
	s, err := readScript()
	must(t, err)
	questions, err := survey.Questions(survey.Newest)
	must(t, err)
	asked := map[string]bool{}
	for _, q := range s.poll.Questions {
		asked[q.Code] = true
		question, known := questions.Question(q.Code)
		count := map[string]int{}
		for _, o := range q.Options {
			count[o.Code] = o.Count
			if !known || !question.Has(o.Code) {
				t.Errorf("there is no %s of %s", o.Code, q.Code)
			}
		}
		for _, sum := range q.Sums {
			n := 0
			for _, code := range sum.Of {
				n += count[code]
			}
			if n != sum.Count {
				t.Errorf("%s: %v are %d, not %d", q.Code, sum.Of, n, sum.Count)
			}
		}
	}
	written := map[string]bool{}
	for _, w := range s.poll.Texts {
		written[w.Code] = true
	}
	for _, q := range questions.All() {
		if q.Kind == survey.Free && !written[q.Code] || q.Kind != survey.Free && !asked[q.Code] {
			t.Errorf("nobody answers %s", q.Code)
		}
	}
}

// capital is one inside a sentence: names of people, places and firms have one.
var capital = regexp.MustCompile(`[0-9@/#_]|[^.:] \p{Lu}`)

func TestWordsOfTheSurveyRevealNobody(t *testing.T) {
	s, err := readScript()
	must(t, err)
	for _, w := range s.poll.Texts {
		if w.Text == "" || utf8.RuneCountInString(w.Text) > 120 || capital.MatchString(w.Text) {
			t.Errorf("%q", w.Text)
		}
	}
}
