package survey_test

import (
	"context"
	"fmt"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"

	"github.com/omasuunta/omasuunta/internal/access"
	"github.com/omasuunta/omasuunta/internal/calendar"
	"github.com/omasuunta/omasuunta/internal/fault"
	"github.com/omasuunta/omasuunta/internal/housetest"
	"github.com/omasuunta/omasuunta/internal/lang"
	"github.com/omasuunta/omasuunta/internal/setting"
	"github.com/omasuunta/omasuunta/internal/survey"
	"github.com/omasuunta/omasuunta/internal/testkit"
)

func TestMain(m *testing.M) { os.Exit(testkit.Main(m)) }

// house is a house in which an expert has opened a round for both units.
type house struct {
	*housetest.House
	expert context.Context
	round  survey.Round
}

func opening() survey.Opening {
	return survey.Opening{
		Name: "Kevään kysely", From: calendar.MustParse("2023-05-05"), To: calendar.MustParse("2023-09-13"),
		LastDay: calendar.MustParse("2023-09-28"), Units: []string{housetest.Unit, housetest.OtherUnit},
	}
}

func engines(t *testing.T, test func(t *testing.T, h *house)) {
	t.Helper()
	housetest.Engines(t, func(t *testing.T, plain *housetest.House) {
		h := &house{House: plain, expert: access.With(t.Context(), access.Actor{ID: uuid.New(), Role: access.Expert})}
		var err error
		h.round, err = h.Surveys.Open(h.expert, opening())
		h.Must(err)
		test(t, h)
	})
}

// somebody is a professional of some units, who need not be a user.
func somebody(ctx context.Context, units ...string) context.Context {
	return access.With(ctx, access.Actor{ID: uuid.New(), Name: "Testi Vastaaja", Role: access.Professional, Units: units, Registers: access.Registers})
}

func saying(pairs ...string) survey.Answer {
	a := survey.Answer{Choices: map[string]string{}, Texts: map[string]string{}}
	for i := 0; i < len(pairs); i += 2 {
		if pairs[i] == "suits" || pairs[i] == "last_words" {
			a.Texts[pairs[i]] = pairs[i+1]
		} else {
			a.Choices[pairs[i]] = pairs[i+1]
		}
	}
	return a
}

// answer hands in one answer from somebody of a unit.
func (h *house) answer(unit string, pairs ...string) {
	h.Helper()
	h.Must(h.Surveys.HandIn(somebody(h.Context(), unit), h.round.ID, saying(pairs...)))
}

func (h *house) close() {
	h.Helper()
	h.Must(h.Surveys.Close(h.expert, h.round.ID))
}

func (h *house) results(unit string) survey.Results {
	h.Helper()
	r, err := h.Surveys.Results(h.expert, h.round.ID, unit)
	h.Must(err)
	return r
}

func (h *house) minCell(k string) {
	h.Helper()
	h.Must(h.Settings.ChangeAll(h.System(), map[string]string{setting.MinCell: k}))
}

// counts are the counts of a question, -1 where one is hidden.
func counts(r survey.Results, code string) []int {
	q, _ := r.Question(code)
	var list []int
	for _, o := range q.Options {
		if o.Count == nil {
			list = append(list, -1)
		} else {
			list = append(list, *o.Count)
		}
	}
	return list
}

func kind(err error) fault.Kind { return fault.KindOf(err) }

func TestARoundFromOpeningToResults(t *testing.T) {
	engines(t, func(t *testing.T, h *house) {
		for i := range 6 {
			h.answer(housetest.Unit, "earlier_use", "yes", "recommend", fmt.Sprint(2+i), "suits", "Monelle.")
		}
		for range 5 {
			h.answer(housetest.OtherUnit, "earlier_use", "no", "last_words", " Kiitos. ")
		}
		if _, err := h.Surveys.Results(h.expert, h.round.ID, ""); kind(err) != fault.NotFound {
			t.Errorf("results of an open round: %v", err)
		}
		h.Clock.Advance(48 * time.Hour)
		h.close()
		h.minCell("1")
		r := h.results("")
		if r.Answers != 11 || r.Asked != 11 || r.Hidden || r.Round.ClosedOn.String() != "2023-09-16" {
			t.Errorf("%d of %d, hidden %v, closed %s", r.Answers, r.Asked, r.Hidden, r.Round.ClosedOn)
		}
		if diff := cmp.Diff([]int{6, 5}, counts(r, "earlier_use")); diff != "" {
			t.Error(diff)
		}
		if diff := cmp.Diff([]int{5, 6}, counts(r, survey.UnitQuestion)); diff != "" {
			t.Error(diff)
		}
		if q, _ := r.Question("recommend"); q.N != 6 || q.Mean == nil || *q.Mean != 4.5 {
			t.Errorf("recommendation: n %d, mean %v", q.N, q.Mean)
		}
		if q, _ := r.Question("last_words"); q.N != 5 || q.Texts[0] != (survey.TextAnswer{Unit: housetest.OtherUnit, Text: "Kiitos."}) {
			t.Error("the last words are not as they were written")
		}
		of := h.results(housetest.Unit)
		if diff := cmp.Diff([]int{6, 0}, counts(of, "earlier_use")); diff != "" || of.Answers != 6 {
			t.Errorf("%d answers, %s", of.Answers, diff)
		}
		covering, err := h.Surveys.Covering(h.expert, calendar.MustParse("2023-06-01"), calendar.MustParse("2023-09-13"))
		if err != nil || covering.ID != h.round.ID {
			t.Errorf("the round of the period: %v", err)
		}
		if _, err := h.Surveys.Covering(h.expert, calendar.MustParse("2023-06-01"), calendar.MustParse("2023-09-14")); kind(err) != fault.NotFound {
			t.Errorf("a longer period: %v", err)
		}
		if err := h.Surveys.Close(h.expert, h.round.ID); kind(err) != fault.Conflict {
			t.Errorf("closed twice: %v", err)
		}
	})
}

func TestEverybodyAnswersOnce(t *testing.T) {
	engines(t, func(t *testing.T, h *house) {
		me := somebody(t.Context(), housetest.Unit, housetest.OtherUnit)
		wait := func(want int) {
			t.Helper()
			rounds, err := h.Surveys.Mine(me)
			h.Must(err)
			if len(rounds) != want {
				t.Errorf("%d rounds wait, want %d", len(rounds), want)
			}
		}
		wait(1)
		h.wantFound(h.Surveys.HandIn(me, h.round.ID, saying("earlier_use", "yes")), "/unit unknown_unit")
		mine := saying("earlier_use", "yes")
		mine.Unit = housetest.OtherUnit
		h.Must(h.Surveys.HandIn(me, h.round.ID, mine))
		wait(0)
		if err := h.Surveys.HandIn(me, h.round.ID, mine); kind(err) != fault.Conflict {
			t.Errorf("a second answer: %v", err)
		}
		if err := h.Surveys.HandIn(somebody(t.Context(), "elsewhere"), h.round.ID, mine); kind(err) != fault.NotFound {
			t.Errorf("somebody who isn't asked: %v", err)
		}
		late := somebody(t.Context(), housetest.Unit)
		h.Clock.Set(time.Date(2023, 9, 28, 20, 59, 0, 0, time.UTC)) // still that day in Helsinki
		h.Must(h.Surveys.HandIn(late, h.round.ID, saying("earlier_use", "no")))
		h.Clock.Advance(2 * time.Minute)
		if err := h.Surveys.HandIn(somebody(t.Context(), housetest.Unit), h.round.ID, saying("earlier_use", "no")); kind(err) != fault.Conflict {
			t.Errorf("after the last day: %v", err)
		}
	})
}

// Many at once: nobody's answer is lost, and nobody's counts twice.
func TestManyAnswerAtOnce(t *testing.T) {
	engines(t, func(t *testing.T, h *house) {
		twice := somebody(t.Context(), housetest.Unit)
		var group sync.WaitGroup
		refused := make(chan error, 16)
		for i := range 16 {
			who := twice
			if i%2 == 0 {
				who = somebody(t.Context(), housetest.Unit)
			}
			group.Go(func() {
				if err := h.Surveys.HandIn(who, h.round.ID, saying("usefulness", "partly")); err != nil {
					refused <- err
				}
			})
		}
		group.Wait()
		close(refused)
		for err := range refused {
			if kind(err) != fault.Conflict {
				t.Error(err)
			}
		}
		h.minCell("1")
		h.close()
		if r := h.results(""); r.Answers != 9 {
			t.Errorf("%d answers of 9 people", r.Answers)
		}
	})
}

func (h *house) wantFound(err error, want ...string) {
	h.Helper()
	var got []string
	if e, is := err.(*fault.Error); is {
		for _, f := range e.Findings {
			got = append(got, f.Pointer+" "+f.Code)
		}
	}
	if diff := cmp.Diff(want, got); diff != "" {
		h.Errorf("%v\n%s", err, diff)
	}
}

func TestWhatIsWrongIsSaidAndNothingKept(t *testing.T) {
	engines(t, func(t *testing.T, h *house) {
		me := somebody(t.Context(), housetest.Unit)
		wrong := saying("earlier_use", "perhaps", "recommend", "11", "no_such", "yes", "suits", strings.Repeat("ä", survey.MaxText+1))
		wrong.Texts["usefulness"] = "x"
		h.wantFound(h.Surveys.HandIn(me, h.round.ID, wrong),
			"/earlier_use not_in_list", "/no_such unknown_field", "/recommend not_in_list", "/suits too_long", "/usefulness unknown_field")
		h.wantFound(h.Surveys.HandIn(me, h.round.ID, saying("earlier_use", "", "suits", "  \n")), " nothing_answered")
		h.Must(h.Surveys.HandIn(me, h.round.ID, saying("suits", strings.Repeat("ä", survey.MaxText))))

		_, err := h.Surveys.Open(h.expert, survey.Opening{})
		h.wantFound(err, "/from required", "/last_day required", "/name required", "/to required", "/units required")
		bad := opening()
		bad.To, bad.LastDay, bad.Units = calendar.MustParse("2023-05-04"), calendar.MustParse("2023-09-13"), []string{"no-such"}
		_, err = h.Surveys.Open(h.expert, bad)
		h.wantFound(err, "/last_day end_before_start", "/to end_before_start", "/units unknown_unit")
	})
}

func TestFewAnswersAreNotShown(t *testing.T) {
	engines(t, func(t *testing.T, h *house) {
		for range 4 {
			h.answer(housetest.Unit, "heard", "agree", "last_words", "Hyvä.")
		}
		h.minCell("2") // five are asked for whatever the house's smallest is
		h.close()
		r := h.results("")
		if !r.Hidden || len(r.Questions) != 0 || r.Answers != 0 || r.Round.Answers != 0 {
			t.Errorf("of four answers: %d questions", len(r.Questions))
		}
	})
}

// A small unit is nobody's business: neither its counts, nor what can be worked
// out of those of the others, nor under which texts it stands.
func TestASmallUnitIsHidden(t *testing.T) {
	engines(t, func(t *testing.T, h *house) {
		for i := range 20 {
			h.answer(housetest.Unit, "earlier_use", []string{"yes", "no"}[i%2], "suits", "Monelle.")
		}
		for range 2 {
			h.answer(housetest.OtherUnit, "earlier_use", "yes", "suits", "Ei kenellekään.")
		}
		h.close()
		r := h.results("")
		if diff := cmp.Diff([]int{12, 10}, counts(r, "earlier_use")); diff != "" {
			t.Error(diff)
		}
		if diff := cmp.Diff([]int{-1, -1}, counts(r, survey.UnitQuestion)); diff != "" {
			t.Error(diff)
		}
		q, _ := r.Question("suits")
		if q.N != 22 || slices.ContainsFunc(q.Texts, func(a survey.TextAnswer) bool { return a.Unit != "" }) {
			t.Error("a text stands under its unit")
		}
		for _, unit := range []string{housetest.Unit, housetest.OtherUnit} {
			if r := h.results(unit); !r.Hidden || len(r.Questions) != 0 {
				t.Errorf("%s is shown", unit)
			}
		}
	})
}

// Both units are large, but one option of one is not: its question is shown for
// all together, and for neither of them.
func TestASmallCellOfOneUnitHidesTheQuestionOfAll(t *testing.T) {
	engines(t, func(t *testing.T, h *house) {
		for i := range 20 {
			chosen := "yes"
			if i < 9 {
				chosen = "no"
			}
			h.answer(housetest.Unit, "earlier_use", chosen, "training", "yes")
			if i < 18 {
				chosen = "yes"
			} else {
				chosen = "no"
			}
			h.answer(housetest.OtherUnit, "earlier_use", chosen, "training", "yes")
		}
		h.close()
		if diff := cmp.Diff([]int{29, 11}, counts(h.results(""), "earlier_use")); diff != "" {
			t.Error(diff)
		}
		for _, unit := range []string{housetest.Unit, housetest.OtherUnit} {
			r := h.results(unit)
			if diff := cmp.Diff([]int{-1, -1}, counts(r, "earlier_use")); diff != "" {
				t.Errorf("%s: %s", unit, diff)
			}
			if q, _ := r.Question("earlier_use"); q.N != 0 || !q.Suppressed { // how many answered it would be known of the other unit
				t.Errorf("%s: %d answered", unit, q.N)
			}
			if diff := cmp.Diff([]int{20, 0}, counts(r, "training")); diff != "" {
				t.Errorf("%s: %s", unit, diff)
			}
		}
	})
}

// Whoever knows the mean and the number of answers must not know a hidden count.
func TestTheMeanTellsNoHiddenCount(t *testing.T) {
	for name, c := range map[string]struct {
		answers []int
		mean    bool
		counts  []int
	}{
		"all the same":     {slices.Repeat([]int{10}, 12), true, []int{0, 0, 0, 0, 0, 0, 0, 0, 0, 12}},
		"one at the end":   {append(slices.Repeat([]int{1}, 12), 2), false, slices.Repeat([]int{-1}, 10)},
		"spread":           {[]int{1, 1, 2, 3, 3, 4, 4, 5, 5, 5, 6, 6, 7, 8, 8, 9, 10, 5, 4, 6}, true, slices.Repeat([]int{-1}, 10)},
		"few at both ends": {[]int{1, 1, 1, 10, 10, 10}, false, slices.Repeat([]int{-1}, 10)},
	} {
		t.Run(name, func(t *testing.T) {
			engines(t, func(t *testing.T, h *house) {
				for _, value := range c.answers {
					h.answer(housetest.Unit, "recommend", fmt.Sprint(value))
				}
				h.close()
				r := h.results("")
				q, _ := r.Question("recommend")
				if (q.Mean != nil) != c.mean {
					t.Errorf("mean shown: %v", q.Mean != nil)
				}
				if diff := cmp.Diff(c.counts, counts(r, "recommend")); diff != "" {
					t.Error(diff)
				}
			})
		})
	}
}

// The list of who has not answered is for reminding, and says nothing while it
// would tell who the few are that have.
func TestWhoHasNotAnswered(t *testing.T) {
	engines(t, func(t *testing.T, h *house) {
		var crew []context.Context
		for i := range 7 {
			crew = append(crew, h.As(h.Hire(fmt.Sprintf("testi%d", i), access.Professional, housetest.Unit)))
		}
		h.Hire("pois", access.Professional, "seniori-info")
		missing := func() ([]string, bool) {
			list, known, err := h.Surveys.Missing(h.expert, h.round.ID)
			h.Must(err)
			var names []string
			for _, u := range list {
				if u.PasswordHash != "" || len(u.Units) != 1 {
					t.Errorf("%s has units %v, or a hash", u.Username, u.Units)
				}
				names = append(names, u.Username)
			}
			return names, known
		}
		if list, known := missing(); !known || len(list) != 8 {
			t.Errorf("before the first: %v", list)
		}
		for i, who := range crew[:5] {
			h.Must(h.Surveys.HandIn(who, h.round.ID, saying("earlier_use", "yes")))
			if list, known := missing(); known != (i == 4) || !known && len(list) > 0 {
				t.Errorf("after %d: known %v, %v", i+1, known, list)
			}
		}
		list, _ := missing()
		if diff := cmp.Diff([]string{"pois", "testi5", "testi6"}, list); diff != "" {
			t.Error(diff)
		}
		h.close()
		if _, _, err := h.Surveys.Missing(h.expert, h.round.ID); kind(err) != fault.NotFound {
			t.Errorf("of a closed round: %v", err)
		}
	})
}

// An expert of some units neither sees nor closes rounds that ask others.
func TestAnExpertOfOneUnit(t *testing.T) {
	engines(t, func(t *testing.T, h *house) {
		one := access.With(t.Context(), access.Actor{ID: uuid.New(), Role: access.Expert, Units: []string{housetest.Unit}})
		if rounds, err := h.Surveys.Rounds(one); err != nil || len(rounds) != 0 {
			t.Errorf("sees %d rounds, %v", len(rounds), err)
		}
		_, _, missing := h.Surveys.Missing(one, h.round.ID)
		_, round := h.Surveys.Round(one, h.round.ID)
		for _, err := range []error{h.Surveys.Close(one, h.round.ID), missing, round} {
			if kind(err) != fault.NotFound {
				t.Error(err)
			}
		}
		_, err := h.Surveys.Open(one, opening())
		h.wantFound(err, "/units unknown_unit")
		own := opening()
		own.Units = []string{housetest.Unit}
		if _, err := h.Surveys.Open(one, own); err != nil {
			t.Error(err)
		}
	})
}

func TestNobodyElseTouchesTheSurvey(t *testing.T) {
	engines(t, func(t *testing.T, h *house) {
		professional := somebody(t.Context(), housetest.Unit)
		_, open := h.Surveys.Open(professional, opening())
		_, rounds := h.Surveys.Rounds(professional)
		_, results := h.Surveys.Results(professional, h.round.ID, "")
		_, _, missing := h.Surveys.Missing(professional, h.round.ID)
		_, mine := h.Surveys.Mine(h.expert)
		for i, err := range []error{open, rounds, results, missing, mine, h.Surveys.Close(professional, h.round.ID), h.Surveys.HandIn(h.expert, h.round.ID, saying("heard", "agree"))} {
			if kind(err) != fault.Forbidden {
				t.Errorf("%d: %v", i, err)
			}
		}
		if _, err := h.Surveys.Mine(t.Context()); kind(err) != fault.Unauthenticated {
			t.Error(err)
		}
	})
}

// A version that was asked never changes: the round has its digest.
func TestTheQuestionsAreWhatTheyWere(t *testing.T) {
	q, err := survey.Questions(1)
	if err != nil {
		t.Fatal(err)
	}
	if q.Digest != "3594477285542d1266f6e8251c98a23aa7a354d8874567c7e6e72162030e6ba6" {
		t.Errorf("version 1 has changed (%s): make a version of its own of it", q.Digest)
	}
	codes := map[string]bool{}
	for _, s := range q.Sections {
		checkText(t, s.Code, s.Text)
		for _, one := range s.Questions {
			if codes[one.Code] || one.Code == survey.UnitQuestion || one.Code == "" {
				t.Errorf("%s is there twice", one.Code)
			}
			codes[one.Code] = true
			checkText(t, one.Code, one.Text)
			switch one.Kind {
			case survey.Choice:
				for _, o := range one.Options {
					checkText(t, one.Code+" "+o.Code, o.Text)
				}
				if len(one.Options) < 2 {
					t.Errorf("%s has %d options", one.Code, len(one.Options))
				}
			case survey.Scale:
				checkText(t, one.Code, one.Low)
				checkText(t, one.Code, one.High)
				if len(one.Options) != 10 {
					t.Errorf("%s has %d steps", one.Code, len(one.Options))
				}
			case survey.Free:
				if len(one.Options) > 0 {
					t.Errorf("%s is in words and has options", one.Code)
				}
			default:
				t.Errorf("%s is of the kind %q", one.Code, one.Kind)
			}
		}
	}
	if _, err := survey.Questions(survey.Newest + 1); err == nil {
		t.Error("there is a version that nobody wrote")
	}
}

func checkText(t *testing.T, what string, text lang.Text) {
	t.Helper()
	var f fault.Findings
	lang.Rule{Max: 200}.Check(&f, "/"+what, text)
	if err := f.Err(); err != nil {
		t.Errorf("%s: %v", what, f)
	}
}
