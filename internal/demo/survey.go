package demo

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/omasuunta/omasuunta/internal/access"
	"github.com/omasuunta/omasuunta/internal/calendar"
	"github.com/omasuunta/omasuunta/internal/survey"
)

// poll is the shape of the professionals' survey, content/survey.yaml.
type poll struct {
	Name      string         `yaml:"name"`
	Opened    string         `yaml:"opened"`
	LastDay   string         `yaml:"last_day"`
	Closed    string         `yaml:"closed"`
	Asked     int            `yaml:"asked"`
	Units     map[string]int `yaml:"units"` // how many answer, by code
	Questions []polled       `yaml:"questions"`
	Texts     []written      `yaml:"texts"`
}

type polled struct {
	Code    string   `yaml:"code"`
	Options []chosen `yaml:"options"`
	Sums    []sumOf  `yaml:"sums"`
}

type chosen struct {
	Code      string `yaml:"code"`
	Count     int    `yaml:"count"`
	For       string `yaml:"for"` // the group that chooses it
	Published bool   `yaml:"published"`
}

type sumOf struct {
	Of        []string `yaml:"of"`
	Count     int      `yaml:"count"`
	Published bool     `yaml:"published"`
}

type written struct {
	Code string `yaml:"code"`
	Unit string `yaml:"unit"` // "" for anybody's
	Text string `yaml:"text"`
}

// The groups, by the numbers of their first person and the one after their last.
var pollGroups = map[string][2]int{"no_client_work": {0, 4}, "made_none": {4, 8}, "none": {0, 8}}

// follows says after which choice a question in words is answered.
var follows = map[string][2]string{
	"target_why_not": {"target_reached", "no"}, "rearranged_how": {"rearranged", "yes"}, "ways_changed_how": {"ways_changed", "yes"},
}

// answer deals what people say, so that every count comes out.
func (p poll) answer() ([]survey.Answer, error) {
	random := stream(surveyStream)
	var units []string
	for _, code := range slices.Sorted(maps.Keys(p.Units)) {
		units = append(units, slices.Repeat([]string{code}, p.Units[code])...)
	}
	random.Shuffle(len(units), func(i, j int) { units[i], units[j] = units[j], units[i] })
	people, likes := make([]survey.Answer, len(units)), make([]float64, len(units))
	for i, unit := range units {
		people[i] = survey.Answer{Unit: unit, Choices: map[string]string{}, Texts: map[string]string{}}
		likes[i] = random.NormFloat64()
	}
	for _, q := range p.Questions {
		mood := make([]float64, len(likes))
		for i := range mood {
			mood[i] = likes[i] + random.NormFloat64()
		}
		if err := q.deal(people, mood); err != nil {
			return nil, err
		}
	}
	for _, t := range p.Texts {
		if err := t.give(people); err != nil {
			return nil, err
		}
	}
	random.Shuffle(len(people), func(i, j int) { people[i], people[j] = people[j], people[i] })
	return people, nil
}

// deal gives the options that are for a group to its people, and the others to
// everybody else, those in the best mood first.
func (q polled) deal(people []survey.Answer, mood []float64) error {
	free := make([]int, len(people))
	for i := range free {
		free[i] = i
	}
	give := func(who []int, o chosen) error {
		if len(who) < o.Count {
			return fmt.Errorf("demo: %d people for %s of %s", len(who), o.Code, q.Code)
		}
		for _, i := range who[:o.Count] {
			people[i].Choices[q.Code] = o.Code
			free = slices.DeleteFunc(free, func(other int) bool { return other == i })
		}
		return nil
	}
	for _, o := range q.Options {
		if o.For == "" {
			continue
		}
		var group []int
		for i := pollGroups[o.For][0]; i < pollGroups[o.For][1]; i++ {
			group = append(group, i)
		}
		if err := give(group, o); err != nil {
			return err
		}
	}
	slices.SortStableFunc(free, func(a, b int) int { return cmp.Compare(mood[b], mood[a]) })
	for _, o := range q.Options {
		if o.For == "" {
			if err := give(slices.Clone(free), o); err != nil {
				return err
			}
		}
	}
	return nil
}

// give puts a text into the answer of the first whom it fits.
func (w written) give(people []survey.Answer) error {
	after, following := follows[w.Code]
	for _, a := range people {
		if (w.Unit == "" || a.Unit == w.Unit) && a.Texts[w.Code] == "" && (!following || a.Choices[after[0]] == after[1]) {
			a.Texts[w.Code] = w.Text
			return nil
		}
	}
	return fmt.Errorf("demo: nobody of %q writes about %s", w.Unit, w.Code)
}

// surveySteps are the calls of the survey: the expert opens it, people answer it in
// office hours, and the expert closes it. Those who answer are no users: the trial
// asked more people than the demo has logins.
func surveySteps(service *survey.Service, crew *staff, s *script) ([]step, error) {
	answers, err := s.poll.answer()
	if err != nil {
		return nil, err
	}
	days, err := parsed(s.trial.From, s.trial.To, s.poll.Opened, s.poll.LastDay, s.poll.Closed)
	if err != nil {
		return nil, err
	}
	random := stream(answererStream)
	morning := func(day calendar.Date) time.Time {
		return time.Date(day.Year, day.Month, day.Day, 9, 0, 0, 0, calendar.Helsinki).UTC()
	}
	var round survey.Round
	steps := []step{{morning(days[2]), crew.actors[expert], "survey", func(ctx context.Context) (err error) {
		in := survey.Opening{Name: s.poll.Name, From: days[0], To: days[1], LastDay: days[3], Asked: s.poll.Asked}
		for _, u := range s.trial.Units {
			in.Units = append(in.Units, u.Code)
		}
		round, err = service.Open(ctx, in)
		return err
	}}}
	for _, a := range answers {
		somebody := access.Actor{ID: ids{random}.New(), Role: access.Professional, Units: []string{a.Unit}, Registers: access.Registers}
		n := random.IntN(10) // it is open for two working weeks
		at := morning(days[2].AddDays(n + n/5*2)).Add(time.Duration(random.IntN(7*60)+1) * time.Minute)
		steps = append(steps, step{at, somebody, "answer to the survey", func(ctx context.Context) error { return service.HandIn(ctx, round.ID, a) }})
	}
	return append(steps, step{morning(days[4]), crew.actors[expert], "end of the survey", func(ctx context.Context) error {
		return service.Close(ctx, round.ID)
	}}), nil
}

func parsed(texts ...string) ([]calendar.Date, error) {
	list := make([]calendar.Date, len(texts))
	for i, text := range texts {
		var err error
		if list[i], err = calendar.Parse(text); err != nil {
			return nil, fmt.Errorf("demo: %w", err)
		}
	}
	return list, nil
}
