package report

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/omasuunta/omasuunta/internal/access"
	"github.com/omasuunta/omasuunta/internal/audit"
	"github.com/omasuunta/omasuunta/internal/calendar"
	"github.com/omasuunta/omasuunta/internal/setting"
)

// The tests of this file ask for random sets of tables that overlap in period,
// unit and battery, and let a solver find what can be known of each hidden number.

// person is a group of people who have everything in common.
type person struct {
	day                     calendar.Date
	unit, battery, register string
	column, count           int
	month                   string
	traits                  *traits // nil for none but those above
}

// crowd is a house of random people, all in memory.
type crowd struct {
	settings setting.Settings
	units    []string
	people   []person // also groups of nobody: every group that there could be
	missing  []person // who is not in n, by kind
	workers  []worker // the professionals
	goal     int      // how many assessments each was asked to do
	shelf
}

// shelf keeps what was published.
type shelf struct{ published []Published }

func (s *shelf) PublishedReports(_ context.Context, from, to calendar.Date) (list []Published, _ error) {
	for _, p := range s.published {
		if !p.From.After(to) && !p.To.Before(from) {
			list = append(list, p)
		}
	}
	return list, nil
}

func (s *shelf) InsertPublished(_ context.Context, p Published) error {
	s.published = append(s.published, p)
	return nil
}
func (s *shelf) InTx(ctx context.Context, f func(context.Context) error) error { return f(ctx) }
func (s *shelf) AppendAudit(context.Context, ...audit.Entry) error             { return nil }

var (
	crowdDays = []calendar.Date{
		calendar.MustParse("2023-02-03"), calendar.MustParse("2023-03-03"), calendar.MustParse("2023-05-05"),
		calendar.MustParse("2023-05-25"), calendar.MustParse("2024-01-10"), calendar.MustParse("2024-02-10"),
	}
	crowdBatteries = []string{"functioning", "illness-care", "social-wellbeing"}
	crowdRegisters = []string{"health", "social"}
)

func newCrowd(r *rand.Rand) *crowd {
	c := &crowd{settings: setting.Settings{MinCell: 2 + r.IntN(4)}}
	for i := range 1 + r.IntN(4) {
		c.units = append(c.units, string(rune('a'+i)))
	}
	for i := range r.IntN(3) {
		from, to := r.IntN(len(crowdDays)), r.IntN(len(crowdDays))
		c.settings.Periods = append(c.settings.Periods, setting.Period{
			Name: strconv.Itoa(i), From: crowdDays[min(from, to)], To: crowdDays[max(from, to)],
		})
	}
	weights := func(n int) []float64 {
		w := make([]float64, n)
		for i := range w {
			w[i] = math.Pow(r.Float64(), 1+2*r.Float64())
		}
		return w
	}
	days, units, batteries := crowdDays[:2+r.IntN(len(crowdDays)-1)], c.units, crowdBatteries[:1+r.IntN(len(crowdBatteries))]
	byDay, byUnit, byBattery := weights(len(days)), weights(len(units)), weights(len(batteries))
	byRegister, byColumn := weights(2), weights(4)
	many := math.Exp(1 + 5*r.Float64()) // about 3 to 400 people
	var sum float64
	for range 2 {
		c.people = c.people[:0]
		scale := many / max(sum, 1e-9)
		for d, day := range days {
			for u, unit := range units {
				for b, battery := range batteries {
					for g, register := range crowdRegisters {
						for column := range 4 {
							weight := byDay[d] * byUnit[u] * byBattery[b] * byRegister[g] * byColumn[column]
							if sum += weight; scale > 1e8 {
								continue
							}
							expected := weight * scale
							count := int(expected)
							if r.Float64() < expected-float64(count) {
								count++
							}
							c.people = append(c.people, person{day, unit, battery, register, column, count, day.MonthCode(), nil})
						}
					}
				}
			}
		}
	}
	for _, day := range days {
		for _, unit := range units {
			for _, battery := range batteries {
				for column := range 4 {
					count := 0
					if r.IntN(3) == 0 {
						count = r.IntN(7)
					}
					c.missing = append(c.missing, person{day, unit, battery, "", column, count, day.MonthCode(), nil})
				}
			}
		}
	}
	return c
}

func (c *crowd) in(q Query, units []string, people []person, use func(person)) {
	for _, p := range people {
		if p.count > 0 && !p.day.Before(q.From) && !p.day.After(q.To) && (q.Unit == "" || q.Unit == p.unit) &&
			(q.Battery == "" || q.Battery == p.battery) && (units == nil || slices.Contains(units, p.unit)) {
			use(p)
		}
	}
}

func (p person) cell() Cell {
	return Cell{Segment: columns[p.column], Battery: p.battery, Unit: p.unit, Month: p.month, Count: p.count}
}

func (c *crowd) DistributionCells(_ context.Context, q Query, units []string) (cells []Cell, _ Coverage, _ error) {
	c.in(q, units, c.people, func(p person) { cells = append(cells, p.cell()) })
	return cells, Coverage{}, nil
}

func (c *crowd) CoverageCells(_ context.Context, q Query, units []string) (cells []CoverageCell, _ error) {
	c.in(q, units, c.missing, func(p person) {
		cells = append(cells, CoverageCell{Kind: kinds[p.column], Battery: p.battery, Unit: p.unit, Month: p.month, Count: p.count})
	})
	return cells, nil
}

func (c *crowd) ViewCells(_ context.Context, q Query, view View, units []string) (cells []ViewCell, _ error) {
	c.in(q, units, c.people, func(p person) {
		for _, key := range p.keys(view) {
			cells = append(cells, ViewCell{key, p.cell()})
		}
	})
	return cells, nil
}

func (c *crowd) UnitNames(context.Context) (map[string]string, error) {
	names := map[string]string{}
	for _, unit := range c.units {
		names[unit] = unit
	}
	return names, nil
}
func (c *crowd) BatteryCodes(context.Context) ([]string, error) {
	return slices.Clone(crowdBatteries), nil
}
func (c *crowd) ReportSettings(context.Context) (setting.Settings, error) { return c.settings, nil }

// said is one figure of an answer: whom it counts, and whether it is shown.
type said struct {
	what  string
	who   []int // indexes of people
	shown *int
	group string // the units together that it is about, where they are some of an expert's own
}

// those are people whom a question is about, by their place in a list.
type those struct {
	name   string
	people []person
	in     []int
}

func thoseOf(people []person, q Query, units []string) those {
	a := those{name: fmt.Sprintf("%s–%s %s %s %v ", q.From, q.To, q.Unit, q.Battery, units), people: people}
	inside := map[calendar.Date]bool{}
	for _, day := range crowdDays {
		inside[day] = !day.Before(q.From) && !day.After(q.To)
	}
	for i, p := range people {
		if inside[p.day] && (q.Unit == "" || q.Unit == p.unit) && (q.Battery == "" || q.Battery == p.battery) && (units == nil || slices.Contains(units, p.unit)) {
			a.in = append(a.in, i)
		}
	}
	return a
}

// who narrows it.
func (a those) who(is func(person) bool) those {
	in := make([]int, 0, len(a.in))
	for _, i := range a.in {
		if is(a.people[i]) {
			in = append(in, i)
		}
	}
	a.in = in
	return a
}

func (a those) say(list *[]said, what string, shown *int) {
	*list = append(*list, said{what: a.name + what, who: a.in, shown: shown})
}

// group says a row by segment.
func (a those) group(list *[]said, what string, g Group) {
	a.say(list, what, g.N)
	for j, s := range g.Segments {
		a.who(func(p person) bool { return p.column == j }).say(list, what+" "+s.Code, s.Count)
	}
}

// figures are all that an answer says, about those counted and those missed.
func (c *crowd) figures(d Distribution, units []string) (counted, missed []said) {
	q := Query{From: d.From, To: d.To, Unit: d.Unit, Battery: d.Battery}
	in, not := thoseOf(c.people, q, units), thoseOf(c.missing, q, units)
	in.group(&counted, "n", Group{N: d.N, Segments: d.Segments})
	for _, s := range d.Batteries[1:] {
		in.who(func(p person) bool { return p.battery == s.Code }).say(&counted, s.Code, s.Count)
	}
	for _, t := range d.Groups() {
		for _, g := range t.Rows {
			in.who(func(p person) bool {
				views := []string{p.unit, p.month}
				for _, view := range []View{ByRegister, ByLanguage, ByMode} {
					views = append(views, p.keys(view)...)
				}
				return slices.Contains(views, g.Code)
			}).group(&counted, t.Code+" "+g.Code, g)
		}
	}
	for j, shown := range []*int{d.Coverage.WithoutStatistics, d.Coverage.Declined, d.Coverage.Unsuitable, d.Coverage.Unfinished} {
		not.who(func(p person) bool { return p.column == j }).say(&missed, string(kinds[j]), shown)
	}
	if d.Coverage.Offered != nil && d.N != nil {
		all := *d.Coverage.Offered - *d.N
		not.say(&missed, "missed", &all)
	}
	if len(units) > 1 && d.Unit == "" {
		for _, list := range [][]said{counted, missed} {
			for i := range list {
				list[i].group = fmt.Sprint(units)
			}
		}
	}
	return counted, missed
}

// questions asks at random: any whole months or configured period, any unit and
// battery, as an expert for all units or for some.
func (c *crowd) questions(t testing.TB, r *rand.Rand, count int) (counted, missed []said, shown, hidden int) {
	service := NewService(c)
	for i := range count {
		q, units := c.question(r, i)
		d, err := service.Distribution(access.With(context.Background(), access.Actor{Role: access.Expert, Units: units}), q)
		if err != nil {
			t.Fatal(err)
		}
		more, not := c.figures(d, units)
		counted, missed = append(counted, more...), append(missed, not...)
	}
	for _, f := range counted {
		if f.shown != nil {
			shown++
		} else {
			hidden++
		}
	}
	return counted, missed, shown, hidden
}

// question is one at random. The first is about the whole house.
func (c *crowd) question(r *rand.Rand, i int) (Query, []string) {
	from, to := r.IntN(14), r.IntN(14)
	q := Query{
		From: calendar.Date{Year: 2023, Month: time.January, Day: 1}, To: calendar.Date{Year: 2023, Month: time.December, Day: 31},
	}
	if r.IntN(3) > 0 {
		q.From, q.To = monthAfter(min(from, to)), monthAfter(max(from, to)+1).AddDays(-1)
	}
	if p := c.settings.Periods; len(p) > 0 && r.IntN(3) == 0 {
		one := p[r.IntN(len(p))]
		q.From, q.To = one.From, one.To
	}
	var units []string
	if i > 0 && r.IntN(4) == 0 {
		units = c.units[:1+r.IntN(len(c.units))]
	}
	if r.IntN(3) == 0 {
		q.Unit = c.units[r.IntN(len(c.units))]
		if units != nil && !slices.Contains(units, q.Unit) {
			units = nil
		}
	}
	if r.IntN(4) == 0 {
		q.Battery = crowdBatteries[r.IntN(len(crowdBatteries))]
	}
	return q, units
}

func monthAfter(n int) calendar.Date {
	return calendar.Date{Year: 2023 + n/12, Month: time.Month(1 + n%12), Day: 1}
}

// attacks are the seeds of the houses that are attacked: so many as the variable
// says, or from one to another ("1000-2000"), so that many can be taken in turns.
func attacks(t *testing.T, usual int) (seeds []int) {
	from, to := 0, usual
	if text := os.Getenv("OMASUUNTA_TEST_ATTACKS"); text != "" {
		first, last, both := strings.Cut(text, "-")
		if !both {
			first, last = "0", first
		}
		var err, err2 error
		from, err = strconv.Atoi(first)
		to, err2 = strconv.Atoi(last)
		if err != nil || err2 != nil {
			t.Fatal(err, err2)
		}
	}
	for seed := from; seed < to; seed++ {
		seeds = append(seeds, seed)
	}
	return seeds
}

// Nobody learns more of a hidden number from any set of tables than that it may be
// anything below the smallest shown one.
func TestNoSetOfTablesNarrowsAHiddenNumber(t *testing.T) {
	shown, hidden, bad := 0, 0, 0
	for _, seed := range attacks(t, 30) {
		r := rand.New(rand.NewPCG(uint64(seed), 40))
		c := newCrowd(r)
		counted, missed, s, h := c.questions(t, r, 4+r.IntN(12))
		shown, hidden = shown+s, hidden+h
		for _, known := range []string{told(c.people, counted, c.settings.MinCell), told(c.missing, missed, c.settings.MinCell)} {
			if known != "" {
				t.Errorf("seed %d: %s", seed, known)
				bad++
			}
		}
		if bad > 10 {
			t.Fatal("and so on")
		}
	}
	t.Logf("%d figures shown, %d hidden", shown, hidden)
}
