package report

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/omasuunta/omasuunta/internal/access"
	"github.com/omasuunta/omasuunta/internal/segment"
)

// traits is what the views know of a person besides segment, unit, battery and day.
type traits struct {
	register, language, mode string
	place                    [4]string // by segment
	borderline               bool
	agreed, expected         string // "" for none
	previous                 string
	printed                  bool
	minutes                  map[View]int
	useful                   int // 0 for no feedback
	opinion                  string
	comment                  bool
}

// trait is one thing that is different from person to person: every value that it
// has. Values that belong together by their nature (who agreed a segment has confirmed,
// a phase is a part of the whole) are one trait.
type trait []func(*traits)

func each(values []string, set func(*traits, string)) (t trait) {
	for _, v := range values {
		t = append(t, func(of *traits) { set(of, v) })
	}
	return t
}

// squares are places of the plane: the middle ones can be near a cut-off.
var squares = [2][4]string{{"8-1", "1-1", "8-8", "1-8"}, {"5-4", "4-4", "5-5", "4-5"}}

// times are all ways in which two phases can take some minutes each, −1 for no time.
func times(minutes ...int) (t trait) {
	for _, client := range minutes {
		for _, consent := range minutes {
			took := map[View]int{}
			for phase, m := range map[View]int{MinutesClient: client, MinutesConsent: consent} {
				if m >= 0 {
					took[phase] = m
					took[Minutes] += m
				}
			}
			t = append(t, func(of *traits) { of.minutes = took })
		}
	}
	return t
}

// opinionsOf are all the feedback there can be, and none.
func opinionsOf(grades []int, opinions []string) trait {
	t := trait{func(*traits) {}}
	for _, grade := range grades {
		for _, opinion := range opinions {
			for _, comment := range []bool{false, true} {
				t = append(t, func(of *traits) { of.useful, of.opinion, of.comment = grade, opinion, comment })
			}
		}
	}
	return t
}

// varying are all traits there are.
var varying = map[string]trait{
	"register": each(crowdRegisters, func(of *traits, v string) { of.register = v }),
	"language": each([]string{"fi", "sv", "en"}, func(of *traits, v string) { of.language = v }),
	"mode":     each([]string{"joint", "paper"}, func(of *traits, v string) { of.mode = v }),
	"place": {
		func(of *traits) {},
		func(of *traits) { of.place = squares[1] },
		func(of *traits) { of.place, of.borderline = squares[1], true },
	},
	"agreed":   each([]string{"", "omatoimi", "verkosto"}, func(of *traits, v string) { of.agreed = v }),
	"expected": each([]string{"", "omatoimi", "verkosto"}, func(of *traits, v string) { of.expected = v }),
	"previous": each([]string{"", "yhteiso", "verkosto"}, func(of *traits, v string) { of.previous = v }),
	"printed":  {func(*traits) {}, func(of *traits) { of.printed = true }},
	"time":     times(-1, 3, 7),
	"feedback": opinionsOf([]int{4, 5}, []string{"agree", "disagree"}),
}

// mostKinds bounds how many kinds of people there are in a house.
const mostKinds = 10

// kindsOf are all the kinds of people that a few traits make, at random but for the
// first.
func kindsOf(r *rand.Rand, first ...string) (kinds []traits, names []string) {
	kinds = []traits{{register: "health", language: "fi", mode: "joint", place: squares[0], minutes: map[View]int{}}}
	all := []string{"register", "language", "mode", "place", "agreed", "expected", "previous", "printed", "time", "feedback"}
	r.Shuffle(len(all), func(i, j int) { all[i], all[j] = all[j], all[i] })
	for _, name := range append(first, all...) {
		if slices.Contains(names, name) {
			continue
		}
		values := varying[name]
		if len(kinds)*len(values) > mostKinds {
			continue
		}
		var more []traits
		for _, kind := range kinds {
			for _, set := range values {
				one := kind
				set(&one)
				more = append(more, one)
			}
		}
		kinds, names = more, append(names, name)
	}
	return kinds, names
}

// keys are a person's keys in a view.
func (p person) keys(view View) []string {
	if p.traits == nil {
		p.traits = &traits{register: p.register, language: "fi", mode: "joint", place: squares[0]}
	}
	t := p.traits
	key := ""
	switch view {
	case ByRegister:
		return []string{t.register}
	case ByLanguage:
		return []string{t.language}
	case ByMode:
		return []string{t.mode}
	case Places:
		return []string{t.place[p.column]}
	case Borderline:
		return []string{map[bool]string{true: "yes", false: "no"}[t.borderline]}
	case Agreed:
		key = t.agreed
	case Expected:
		key = t.expected
	case Previous:
		if t.previous == "" {
			return nil
		}
		return []string{t.previous}
	case Steps:
		return p.steps()
	default:
		return p.minutes(view)
	}
	if key == "" {
		key = unagreed
	}
	return []string{key}
}

func (p person) steps() (keys []string) {
	for key, has := range map[string]bool{"confirmed": p.traits.agreed != "", "printed": p.traits.printed, stepFeedback: p.traits.useful > 0} {
		if has {
			keys = append(keys, key)
		}
	}
	return keys
}

func (p person) minutes(view View) []string {
	of, fives := strings.CutSuffix(string(view), inFives)
	of, all := strings.CutSuffix(of, measured)
	minutes, has := p.traits.minutes[View(of)]
	key := strconv.Itoa(minutes)
	switch {
	case !has:
		return nil
	case all:
		return []string{"yes"}
	case fives:
		return []string{binOf(key)}
	}
	return []string{key}
}

// FeedbackCells implements Counts: feedback is of the day of the visit.
func (c *crowd) FeedbackCells(_ context.Context, q Query, units []string) (cells []FeedbackCell, _ error) {
	c.in(q, units, c.people, func(p person) {
		if p.traits == nil || p.traits.useful == 0 {
			return
		}
		one := FeedbackCell{Usefulness: p.traits.useful, Agreement: p.traits.opinion, Unit: p.unit, Month: p.month, Count: p.count}
		if p.traits.comment {
			one.Comments = p.count
		}
		cells = append(cells, one)
	})
	return cells, nil
}

// Targets implements Counts.
func (c *crowd) Targets(_ context.Context, q Query, units []string) (list []Target, _ error) {
	for _, w := range c.workers {
		if w.count > 0 && (units == nil || slices.Contains(units, w.unit)) && (q.Unit == "" || q.Unit == w.unit) {
			list = append(list, Target{Assessments: w.within(q), Professionals: w.count})
		}
	}
	return list, nil
}

// worker is a group of professionals who did as much on every day.
type worker struct {
	unit  string
	did   []int // by day of crowdDays
	count int
}

func (w worker) within(q Query) (done int) {
	for i, n := range w.did {
		if !crowdDays[i].Before(q.From) && !crowdDays[i].After(q.To) {
			done += n
		}
	}
	return done
}

// newVaried makes a house of people with traits, and professionals.
func newVaried(r *rand.Rand, first ...string) (c *crowd, names []string) {
	kinds, names := kindsOf(r, first...)
	c = newCrowd(r)
	c.goal = []int{1, 4, 7, 10, 20}[r.IntN(5)]
	plain := c.people
	c.people = nil
	weights := make([]float64, len(kinds))
	for i := range weights {
		weights[i] = r.Float64() * r.Float64()
	}
	for _, p := range plain {
		if p.register != crowdRegisters[0] || p.unit > "c" || p.day.After(crowdDays[3]) && p.day != crowdDays[4] {
			continue // the traits make enough kinds
		}
		for i := range kinds {
			one := p
			one.traits, one.register = &kinds[i], kinds[i].register
			one.count = int(float64(p.count)*weights[i]*3 + r.Float64())
			c.people = append(c.people, one)
		}
	}
	for _, unit := range c.units {
		for first := range 4 {
			for second := range 4 {
				w := worker{unit: unit, did: []int{0, 4 * first, 0, 4 * second}}
				if r.IntN(3) == 0 {
					w.count = r.IntN(9)
				}
				c.workers = append(c.workers, w)
			}
		}
	}
	return c, names
}

// everything asks at random for every table of a question, and says whom each number
// counts. workers are about the professionals.
func (c *crowd) everything(t testing.TB, r *rand.Rand, count int) (counted, workers []said) {
	service := NewService(c)
	for i := range count {
		q, units := c.question(r, i)
		ctx := access.With(context.Background(), access.Actor{Role: access.Expert, Units: units})
		group := ""
		if len(units) > 1 && q.Unit == "" {
			group = fmt.Sprint(units)
		}
		from := len(counted)
		d, err := service.Distribution(ctx, q)
		must(t, err)
		more, _ := c.figures(d, units)
		counted = append(counted, more...)
		in := thoseOf(c.people, q, units)
		batteries, err := service.BatteryGroups(ctx, q)
		must(t, err)
		for _, g := range batteries {
			in.who(func(p person) bool { return p.battery == g.Code }).group(&counted, g.Code, g)
		}
		for _, view := range append(slices.Clone(Views), Derived()...) {
			if slices.Contains(MinutesViews, view) || ofPhase(view) {
				continue // never told: phases are asked about through Minutes, below
			}
			b, err := service.Breakdown(ctx, q, view, listed(view)...)
			must(t, err)
			for _, g := range b.Groups {
				in.who(func(p person) bool { return slices.Contains(p.keys(view), g.Code) }).group(&counted, string(view)+" "+g.Code, g)
			}
		}
		o, err := service.Opinions(ctx, q)
		must(t, err)
		whole := q
		whole.Battery = ""
		o.tell(thoseOf(c.people, whole, units), &counted)
		m, err := service.Minutes(ctx, q)
		must(t, err)
		m.tell(in, &counted)
		for i := range counted[from:] {
			counted[from+i].group = group
		}
		u, err := service.Uptake(ctx, q)
		must(t, err)
		p, err := service.Professionals(ctx, d, c.goal)
		must(t, err)
		workers = append(workers, c.sayWorkers(q, units, u, p)...)
	}
	return counted, workers
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// listed are the keys that a page asks for.
func listed(view View) (keys []string) {
	switch {
	case view == Agreed || view == Expected:
		keys = []string{unagreed}
		fallthrough
	case view == Previous:
		for _, s := range segment.All {
			keys = append(keys, s.Code())
		}
	case view == Steps:
		keys = UptakeSteps[4:]
	case strings.HasSuffix(string(view), inFives):
		keys = binKeys()
	case strings.HasSuffix(string(view), measured):
		keys = []string{"yes"}
	}
	return keys
}

func (o Opinions) tell(in those, list *[]said) {
	in.who(func(p person) bool { return p.traits.useful > 0 }).say(list, "opinions", o.N)
	in.who(func(p person) bool { return p.traits.comment }).say(list, "comments", o.Comments)
	for _, l := range o.Usefulness {
		in.who(func(p person) bool { return strconv.Itoa(p.traits.useful) == l.Code }).say(list, "useful "+l.Code, l.Count)
	}
	for _, l := range o.Agreement {
		in.who(func(p person) bool { return p.traits.opinion == l.Code }).say(list, "opinion "+l.Code, l.Count)
	}
}

func (m Timings) tell(in those, list *[]said) {
	for _, v := range m.Views {
		in.who(func(p person) bool { return p.minutes(v.View) != nil }).say(list, "times "+string(v.View), v.N)
		for _, b := range v.Bins {
			key := strconv.Itoa(b.From)
			in.who(func(p person) bool { return slices.Contains(p.minutes(Fives(v.View)), key) }).say(list, "times "+string(v.View)+" "+key, b.Count)
		}
	}
}

func (c *crowd) sayWorkers(q Query, units []string, u Uptake, p Professionals) (list []said) {
	name := fmt.Sprintf("%s–%s %s %v professionals ", q.From, q.To, q.Unit, units)
	say := func(what string, shown *int, who func(done int) bool) {
		one := said{what: name + what, shown: shown}
		for i, w := range c.workers {
			if (units == nil || slices.Contains(units, w.unit)) && (q.Unit == "" || q.Unit == w.unit) && who(w.within(q)) {
				one.who = append(one.who, i)
			}
		}
		list = append(list, one)
	}
	say("all", u.Reporting, func(int) bool { return true })
	for i, l := range u.Professionals {
		say(l.Code, l.Count, func(done int) bool { return targetBin(done) == i })
	}
	say("started", p.Started, func(done int) bool { return done > 0 })
	say("reached", p.Reached, func(done int) bool { return done >= c.goal })
	return list
}
