package survey

import (
	"context"
	"slices"
	"strings"

	"github.com/google/uuid"

	"github.com/omasuunta/omasuunta/internal/fault"
	"github.com/omasuunta/omasuunta/internal/report"
	"github.com/omasuunta/omasuunta/internal/setting"
)

// UnitQuestion is the code under which the results of all units say how many
// answered in each.
const UnitQuestion = "unit"

// leastAnswers is the fewest answers of which anything is shown, unless a house has
// decided to show everything.
const leastAnswers = 5

// least is the fewest answers of which something is shown, and the smallest count.
func least(s setting.Settings) int {
	if s.MinCell <= 1 {
		return 1
	}
	return max(leastAnswers, s.MinCell)
}

// Results is what a closed round says, small numbers left out.
type Results struct {
	Round     Round
	Unit      string // whose answers these are, "" for all
	Asked     int    // how many were asked; 0 for one unit, of which it isn't known
	Answers   int    // 0 while Hidden
	Hidden    bool   // there are so few answers that nothing is shown
	MinCell   int    // the smallest count that is shown
	DemoNote  bool   // the data are fictional
	Questions []QuestionResult
}

// Question finds one by its code.
func (r Results) Question(code string) (QuestionResult, bool) {
	i := slices.IndexFunc(r.Questions, func(q QuestionResult) bool { return q.Code == code })
	if i < 0 {
		return QuestionResult{}, false
	}
	return r.Questions[i], true
}

// QuestionResult is what was answered to one question.
type QuestionResult struct {
	Code       string
	Kind       Kind
	N          int  // how many answered it; 0 while Suppressed
	Suppressed bool // so few answered it that nothing is shown
	Options    []OptionCount
	Mean       *float64 // of a scale; nil without answers, or where it would tell what is hidden
	Texts      []TextAnswer
}

// Option finds an option by its code.
func (q QuestionResult) Option(code string) (OptionCount, bool) {
	i := slices.IndexFunc(q.Options, func(o OptionCount) bool { return o.Code == code })
	if i < 0 {
		return OptionCount{}, false
	}
	return q.Options[i], true
}

// OptionCount is how many chose an option. Whole percentages of a question add up
// to 100; both are nil when hidden, and the percentage also without answers and
// where it would tell a hidden count.
type OptionCount struct {
	Code       string
	Count      *int
	Percent    *int
	Suppressed bool
}

// TextAnswer is an answer in words.
type TextAnswer struct {
	Unit string // "" where so few of the unit have answered that it would tell who
	Text string
}

// String keeps an answer out of error texts.
func (TextAnswer) String() string { return "[redacted]" }

// Results counts the answers of a closed round, of one unit or of all with "". A
// round that is open, unknown or not the actor's is NotFound.
func (s *Service) Results(ctx context.Context, id uuid.UUID, unit string) (Results, error) {
	r, err := s.Round(ctx, id)
	if err != nil {
		return Results{}, err
	}
	if !r.Closed() || unit != "" && !slices.Contains(r.Units, unit) {
		return Results{}, fault.New(fault.NotFound)
	}
	settings, err := s.store.ReportSettings(ctx)
	if err != nil {
		return Results{}, err
	}
	questions, err := questionsOf(r)
	if err != nil {
		return Results{}, err
	}
	answers, err := s.store.SurveyAnswers(ctx, id)
	if err != nil {
		return Results{}, err
	}
	c := newCount(answers, r.Units, least(settings))
	results := Results{Round: r, Unit: unit, Asked: r.Asked, MinCell: c.least, DemoNote: settings.Demo}
	if unit != "" {
		results.Asked = 0
	}
	group := c.group(unit)
	results.Hidden = len(group) < c.least || unit != "" && !c.told[unit]
	if results.Hidden {
		results.Round.Answers = 0
		return results, nil
	}
	results.Answers = len(group)
	if unit == "" {
		results.Questions = append(results.Questions, c.byUnit)
	}
	for _, q := range questions.All() {
		results.Questions = append(results.Questions, c.question(q, unit, group))
	}
	return results, nil
}

// count is the answers of a round being counted.
type count struct {
	answers []Answer
	units   []string
	groups  map[string][]Answer // by unit
	least   int                 // the smallest count that is shown
	byUnit  QuestionResult      // how many answered in each unit
	told    map[string]bool     // the units of which that is shown, and is not small
}

func newCount(answers []Answer, units []string, least int) count {
	c := count{answers: answers, units: units, groups: map[string][]Answer{}, least: least, told: map[string]bool{}}
	for _, a := range answers {
		c.groups[a.Unit] = append(c.groups[a.Unit], a)
	}
	parts := make([]int, len(units))
	for i, unit := range units {
		parts[i] = len(c.groups[unit])
	}
	hide := report.ProtectLine(parts, least, false)
	c.byUnit = QuestionResult{Code: UnitQuestion, Kind: Choice, N: len(answers)}
	c.byUnit.Options = shares(units, parts, hide, !slices.Contains(hide, true))
	for i, unit := range units {
		c.told[unit] = !hide[i] && parts[i] >= least
	}
	return c
}

// group is the answers of a unit, or all.
func (c count) group(unit string) []Answer {
	if unit == "" {
		return c.answers
	}
	return c.groups[unit]
}

// question counts the answers to one question.
func (c count) question(q Question, unit string, group []Answer) QuestionResult {
	if q.Kind == Free {
		return c.texts(q, group)
	}
	codes, parts, n := codesOf(q), tally(q, group), 0
	for _, count := range parts {
		n += count
	}
	result := QuestionResult{Code: q.Code, Kind: q.Kind, N: n}
	if n > 0 && n < c.least || unit != "" && !c.open(q) { // also how many: of the others it would tell the same of one
		result.N, result.Suppressed = 0, true
		result.Options = shares(codes, parts, hidden(parts), false)
		return result
	}
	hide := report.ProtectLine(parts, c.least, q.Kind == Choice)
	if q.Kind == Scale && n > 0 {
		some := slices.Contains(hide, true)
		if some {
			hide = hidden(parts)
		}
		values := q.values()
		if !some || unit == "" && silent(parts, values, c.least) {
			n, sum := weigh(parts, values)
			mean := float64(sum) / float64(n)
			result.Mean = &mean
		}
	}
	result.Options = shares(codes, parts, hide, true)
	return result
}

// open tells whether no cell of a question by unit is small, so that the units'
// answers can be shown beside each other and beside their sum. Where one is, none
// of the units' are shown: which ones could be, would have to be proved.
func (c count) open(q Question) bool {
	for _, unit := range c.units {
		if slices.ContainsFunc(tally(q, c.groups[unit]), func(n int) bool { return n > 0 && n < c.least }) {
			return false
		}
	}
	return true
}

// weigh returns how many there are on a scale and the sum of their values.
func weigh(parts, values []int) (n, sum int) {
	for i, count := range parts {
		n += count
		sum += count * values[i]
	}
	return n, sum
}

// silent tells whether the sum of a scale, all counts of which are hidden, says
// nothing about any of them: each may be anything from 1 to least − 1, because the
// others can make up for it. The room of two at either end is for the sums that
// can't be reached without the value itself.
func silent(parts, values []int, least int) bool {
	n, sum := weigh(parts, values)
	for i, v := range values {
		others := slices.Delete(slices.Clone(values), i, i+1)
		low, high := slices.Min(others), slices.Max(others)
		for count := 1; count < least; count++ {
			rest, left := n-count, sum-count*v
			if rest < 2 || left < rest*low+2 || left > rest*high-2 {
				return false
			}
		}
	}
	return true
}

func codesOf(q Question) []string {
	codes := make([]string, len(q.Options))
	for i, o := range q.Options {
		codes[i] = o.Code
	}
	return codes
}

// tally counts the options of a question.
func tally(q Question, group []Answer) []int {
	parts := make([]int, len(q.Options))
	for _, a := range group {
		for i, o := range q.Options {
			if a.Choices[q.Code] == o.Code {
				parts[i]++
			}
		}
	}
	return parts
}

// hidden hides all parts.
func hidden(parts []int) []bool { return slices.Repeat([]bool{true}, len(parts)) }

func shares(codes []string, parts []int, hide []bool, withPercent bool) []OptionCount {
	var percent []int
	if withPercent {
		percent = report.Percentages(parts)
	}
	list := make([]OptionCount, len(parts))
	for i, code := range codes {
		list[i] = OptionCount{Code: code, Suppressed: hide[i]}
		if hide[i] {
			continue
		}
		list[i].Count = &parts[i]
		if percent != nil {
			list[i].Percent = &percent[i]
		}
	}
	return list
}

// texts lists the answers in words, in the order of the alphabet: that of the rows
// would show which ones come from one answer.
func (c count) texts(q Question, group []Answer) QuestionResult {
	result := QuestionResult{Code: q.Code, Kind: q.Kind}
	for _, a := range group {
		if text := a.Texts[q.Code]; text != "" {
			one := TextAnswer{Text: text}
			if c.told[a.Unit] {
				one.Unit = a.Unit
			}
			result.Texts = append(result.Texts, one)
		}
	}
	result.N = len(result.Texts)
	slices.SortFunc(result.Texts, func(a, b TextAnswer) int {
		if by := strings.Compare(a.Unit, b.Unit); by != 0 {
			return by
		}
		return strings.Compare(a.Text, b.Text)
	})
	return result
}
