package demo

import (
	"cmp"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"time"

	"github.com/omasuunta/omasuunta/internal/assessment"
	"github.com/omasuunta/omasuunta/internal/calendar"
	"github.com/omasuunta/omasuunta/internal/instrument"
	"github.com/omasuunta/omasuunta/internal/lang"
	"github.com/omasuunta/omasuunta/internal/scoring"
	"github.com/omasuunta/omasuunta/internal/segment"
)

// visit is one fictional visit with its assessment, before anything is stored.
type visit struct {
	unit     *unit
	by       string // username of the professional
	day      calendar.Date
	start    time.Time // of the visit; on paper, of typing it in on the next open day
	battery  string
	language lang.Tag
	mode     assessment.Mode
	onPaper  bool   // the consent
	ground   string // of a representative, "" when the client consents
	draft    bool   // entered in several steps
	expected segment.Segment

	wanted               string // code of the segment that somebody is looked for in
	client, professional instrument.Sheet
	placed               scoring.Placement // only to draw by; the service scores for itself

	// The same client's assessment before and after, under the same consent; nil
	// for all but the few who were assessed twice.
	before, again *visit
	review        calendar.Date // agreed on for the second one

	after aftermath
}

// maxDraws is how many people are drawn for one visit before giving up. It
// takes about two on average; the limit only turns an impossible wish in
// trial.yaml into an error.
const maxDraws = 10_000

// compose draws all visits, in the order of their start.
func compose(s *script, library *instrument.Library) ([]*visit, error) {
	random := stream(diaryStream)
	diary, err := newDiary(&s.trial, random)
	if err != nil {
		return nil, err
	}
	var visits []*visit
	for i := range s.trial.Units {
		dealt, err := deal(diary, &s.trial.Units[i])
		if err != nil {
			return nil, err
		}
		visits = append(visits, dealt...)
	}
	slices.SortStableFunc(visits, func(a, b *visit) int { return a.start.Compare(b.start) })
	if err := reunite(&s.trial, visits); err != nil {
		return nil, err
	}
	if err := populate(s, library, visits); err != nil {
		return nil, err
	}
	return visits, tell(s, diary, visits)
}

// deal gives a unit's visits their days, and shares out what the unit has a
// fixed number of.
func deal(d *diary, u *unit) ([]*visit, error) {
	var visits []*visit
	for _, p := range u.Professionals {
		for _, day := range d.days(p.Visits) {
			visits = append(visits, &visit{unit: u, by: p.Username, day: day})
		}
	}
	n := len(visits)
	segments := deck(d.Rand, u.Segments, n, "")
	batteries := deck(d.Rand, u.Batteries, n, "")
	languages := deck(d.Rand, u.Languages, n, string(lang.Finnish))
	modes := deck(d.Rand, u.Modes, n, string(assessment.Joint))
	if sum(u.Batteries) != n || sum(u.Segments) != n || len(languages) != n || len(modes) != n {
		return nil, fmt.Errorf("demo: the numbers of %s do not fit its %d visits", u.Code, n)
	}
	for i, v := range visits {
		v.wanted, v.battery, v.language, v.mode = segments[i], batteries[i], lang.Tag(languages[i]), assessment.Mode(modes[i])
		switch v.mode {
		case assessment.Self:
			v.start = d.at(v.day, ownAhead, lastVisit)
		case assessment.Paper:
			v.start = d.at(d.next(v.day), deskFrom, deskTo)
		default:
			v.start = d.at(v.day, firstVisit, lastVisit)
		}
	}
	return visits, nil
}

// deck is a shuffled list in which every code appears its number of times,
// filled up to n with the usual one.
func deck(random *rand.Rand, counts map[string]int, n int, usual string) []string {
	var cards []string
	for _, code := range slices.Sorted(maps.Keys(counts)) {
		cards = append(cards, slices.Repeat([]string{code}, counts[code])...)
	}
	if missing := n - len(cards); missing > 0 {
		cards = append(cards, slices.Repeat([]string{usual}, missing)...)
	}
	random.Shuffle(len(cards), func(i, j int) { cards[i], cards[j] = cards[j], cards[i] })
	return cards
}

func sum(counts map[string]int) int {
	total := 0
	for _, n := range counts {
		total += n
	}
	return total
}

// populate finds somebody for every visit: people are drawn from the model
// until the real scoring places one in the segment that the visit was dealt, and
// somebody who comes twice in both.
// This is the only place where the published table is steered by, and it
// chooses people, never a result.
func populate(s *script, library *instrument.Library, visits []*visit) error {
	p := population{s.people, stream(peopleStream)}
	leans := map[string]float64{}
	for _, u := range s.trial.Units {
		for _, one := range u.Professionals {
			leans[one.Username] = p.normal(p.Spread.Lean)
		}
	}
	for _, v := range visits {
		if v.before != nil {
			continue // found together with the first visit
		}
		if err := v.find(p, library, leans[v.by]); err != nil {
			return err
		}
	}
	return nil
}

// find draws people until one fits, at the second visit too if there is one.
func (v *visit) find(p population, library *instrument.Library, lean float64) error {
	for range maxDraws {
		who := p.person(v.unit)
		fits, err := v.answered(p, library, who, lean)
		if fits && v.again != nil {
			fits, err = v.again.answered(p, library, p.later(who), lean)
		}
		if fits || err != nil {
			return err
		}
	}
	return fmt.Errorf("demo: nobody in %s lands in %s", v.unit.Code, v.wanted)
}

// answered lets somebody answer, and tells whether that is whom the visit wants.
func (v *visit) answered(p population, library *instrument.Library, who person, lean float64) (bool, error) {
	battery, ok := library.Current(v.battery)
	if !ok {
		return false, fmt.Errorf("demo: there is no battery %s", v.battery)
	}
	v.client = p.clientSheet(library.Client(), who)
	v.professional = p.professionalSheet(battery, who, lean)
	var err error
	v.placed, err = scoring.Classify(scoring.Pair{
		ClientBattery: library.Client(), ProfessionalBattery: battery,
		Client: v.client, Professional: v.professional,
	})
	if err != nil {
		return false, fmt.Errorf("demo: %s in %s: %w", v.battery, v.unit.Code, err)
	}
	if v.placed.Segment.Code() != v.wanted {
		return false, nil
	}
	v.expected = p.guess(who)
	return true, nil
}

// absence is one person who did not take part.
type absence struct {
	missing
	by string
	on calendar.Date
	at time.Time // when it is written down
}

// absent draws when and by whom it is written down that somebody did not take
// part.
func absent(s *script) ([]absence, error) {
	d, err := newDiary(&s.trial, stream(absenceStream))
	if err != nil {
		return nil, err
	}
	var list []absence
	for _, m := range s.trial.Missing {
		i := slices.IndexFunc(s.trial.Units, func(u unit) bool { return u.Code == m.Unit })
		if i < 0 {
			return nil, fmt.Errorf("demo: there is no unit %s", m.Unit)
		}
		crew := s.trial.Units[i].Professionals
		for range m.Count {
			a := absence{missing: m, by: crew[d.IntN(len(crew))].Username, on: d.open[d.pick(d.weight)]}
			if m.Outage {
				a.on = d.outage[d.IntN(len(d.outage))]
				a.at = d.at(d.next(a.on), deskFrom, deskTo)
			} else {
				a.at = d.at(a.on, firstVisit, deskTo)
			}
			list = append(list, a)
		}
	}
	slices.SortStableFunc(list, func(a, b absence) int { return cmp.Compare(a.at.UnixNano(), b.at.UnixNano()) })
	return list, nil
}
