package report

import (
	"context"
	"encoding/json"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/omasuunta/omasuunta/internal/access"
	"github.com/omasuunta/omasuunta/internal/calendar"
	"github.com/omasuunta/omasuunta/internal/fault"
	"github.com/omasuunta/omasuunta/internal/setting"
)

var expert = access.With(context.Background(), access.Actor{Role: access.Expert})

func (c *crowd) publish(t *testing.T, day string) []Published {
	t.Helper()
	done, err := NewService(c).Publish(expert, calendar.MustParse(day).Time().Add(9*time.Hour))
	if err != nil {
		t.Fatal(err)
	}
	return done
}

// whole asks for two calendar years and each month of the first.
func (c *crowd) whole(t *testing.T) (list []Distribution) {
	t.Helper()
	ask := func(from, to calendar.Date) {
		d, err := NewService(c).Distribution(expert, Query{From: from, To: to})
		if err != nil {
			t.Fatal(err)
		}
		list = append(list, d)
	}
	ask(monthAfter(0), monthAfter(24).AddDays(-1))
	for m := range 12 {
		ask(monthAfter(m), monthAfter(m+1).AddDays(-1))
	}
	return list
}

// What was published stays as it is, whoever comes or goes, and a second
// publishing adds nothing to it.
func TestPublishedFiguresDoNotChange(t *testing.T) {
	for seed := range 30 {
		r := rand.New(rand.NewPCG(uint64(seed), 17))
		c := newCrowd(r)
		c.settings.Figures = setting.PublishedFigures
		for _, d := range c.whole(t) {
			if d.N != nil || !d.Published || !d.AsOf.IsZero() {
				t.Fatalf("seed %d: something is shown before anything was published: %+v", seed, d)
			}
		}
		c.publish(t, "2025-03-01")
		before := c.whole(t)
		for range 20 {
			p := &c.people[r.IntN(len(c.people))]
			p.count = r.IntN(9)
			c.missing[r.IntN(len(c.missing))].count = r.IntN(9)
		}
		if more := c.publish(t, "2025-03-01"); len(c.published) > 0 && len(more) > 0 && more[0].From == c.published[0].From {
			t.Fatalf("seed %d: published again: %v", seed, more)
		}
		if len(c.published) == 0 {
			continue
		}
		for i, d := range c.whole(t)[1:] {
			if was := before[i+1]; was.N != nil && !cmp.Equal(was, d) {
				t.Fatalf("seed %d: a published answer changed:\n%s", seed, cmp.Diff(was, d))
			}
		}
	}
}

// A snapshot holds no number that is hidden, and answers as the live figures do.
func TestASnapshotKeepsNothingHidden(t *testing.T) {
	for seed := range 60 {
		c := newCrowd(rand.New(rand.NewPCG(uint64(seed), 18)))
		live := c.whole(t)
		c.publish(t, "2025-03-01")
		c.settings.Figures = setting.PublishedFigures
		for _, p := range c.published {
			var doc document
			if err := json.Unmarshal(p.Document, &doc); err != nil {
				t.Fatal(err)
			}
			for _, f := range []frozen{doc.Counted, doc.Coverage} {
				if f.Few && (f.Total != counts{}) {
					t.Fatal("a total that is hidden is kept")
				}
				for _, table := range f.Tables {
					for i, cells := range table.Rows {
						kept := 0
						for j, v := range cells {
							if table.Cells[i][j] && v > 0 {
								kept++
							}
						}
						if kept > 1 || kept == 1 && table.Totals[i] {
							t.Fatalf("seed %d: %s %s keeps %v of hidden %v", seed, table.View, table.Keys[i], cells, table.Cells[i])
						}
					}
				}
			}
		}
		for i, d := range c.whole(t) {
			if !d.Published || d.AsOf.IsZero() {
				continue // nothing of it was there to publish
			}
			got, want := numbersShown(d), numbersShown(live[i])
			if diff := cmp.Diff(want, got); diff != "" {
				t.Fatalf("seed %d: published and live differ:\n%s", seed, diff)
			}
		}
	}
}

// numbersShown are all counts of an answer in order, −1 for a hidden one.
func numbersShown(d Distribution) []int {
	var list []int
	add := func(n *int) {
		if n == nil {
			list = append(list, -1)
		} else {
			list = append(list, *n)
		}
	}
	add(d.N)
	for _, s := range slices.Concat(d.Segments, d.Batteries) {
		add(s.Count)
	}
	for _, t := range d.Groups() {
		for _, g := range t.Rows {
			add(g.N)
			for _, s := range g.Segments {
				add(s.Count)
			}
		}
	}
	for _, l := range d.Coverage.Lines() {
		add(l.Count)
	}
	return list
}

// One snapshot after another: figures of 2023 were published before those of 2024
// were known, and whoever came or went in between is in none of them.
func TestNoSequenceOfSnapshotsNarrowsAHiddenNumber(t *testing.T) {
	for _, seed := range attacks(t, 20) {
		r := rand.New(rand.NewPCG(uint64(seed), 41))
		c := newCrowd(r)
		c.settings.Figures = setting.PublishedFigures
		then := slices.Clone(c.people)
		missing := slices.Clone(c.missing)
		c.publish(t, "2024-02-01")
		counted, missed, _, _ := c.questions(t, r, 5)
		first := func(p person) bool { return c.tells(p.day) }
		early := make([]bool, len(c.people))
		for i, p := range c.people {
			early[i] = first(p)
		}
		earlyMissing := make([]bool, len(c.missing))
		for i, p := range c.missing {
			earlyMissing[i] = first(p)
		}
		counted, missed = onlyThose(counted, early), onlyThose(missed, earlyMissing)
		for i := range c.people {
			if r.IntN(4) == 0 {
				c.people[i].count = r.IntN(6)
			}
		}
		c.publish(t, "2025-03-01")
		more, not, _, _ := c.questions(t, r, 5)
		// what was published first counts as it was, what was never published not at all
		known := func(now, before []person, early []bool) []person {
			mixed := slices.Clone(now)
			for i, p := range mixed {
				switch {
				case early[i]:
					mixed[i] = before[i]
				case !c.tells(p.day):
					mixed[i].count = 0
				}
			}
			return mixed
		}
		k := c.settings.MinCell
		for _, found := range []string{told(known(c.people, then, early), append(counted, more...), k), told(known(c.missing, missing, earlyMissing), append(missed, not...), k)} {
			if found != "" {
				t.Errorf("seed %d: %s", seed, found)
			}
		}
	}
}

// tells tells whether a day is in something published.
func (c *crowd) tells(day calendar.Date) bool {
	return slices.ContainsFunc(c.published, func(p Published) bool {
		return slices.ContainsFunc(thawed(p).stretch, days{day, day}.meets)
	})
}

// onlyThose leaves out of figures whom they could not count yet.
func onlyThose(figures []said, counted []bool) []said {
	for i := range figures {
		figures[i].who = slices.DeleteFunc(figures[i].who, func(at int) bool { return !counted[at] })
	}
	return figures
}

func TestOnlyWhoReportsOnTheWholeHousePublishes(t *testing.T) {
	c := newCrowd(rand.New(rand.NewPCG(1, 1)))
	for role, units := range map[access.Role][]string{access.Expert: {"a"}, access.Professional: {"a"}, access.Admin: nil} {
		_, err := NewService(c).Publish(access.With(context.Background(), access.Actor{Role: role, Units: units}), time.Now())
		if fault.KindOf(err) != fault.Forbidden {
			t.Errorf("%s of %v: %v", role, units, err)
		}
	}
	if len(c.published) > 0 {
		t.Error("something was published")
	}
}

// Periods when they are over and settled, years, and of the running year the
// quarters that are.
func TestWhatIsDue(t *testing.T) {
	periods := []setting.Period{{Name: "trial", From: calendar.MustParse("2023-05-05"), To: calendar.MustParse("2023-11-12")}}
	for today, want := range map[string]string{
		"2023-07-15": "2023-01-01–2023-03-31 part",
		"2023-12-11": "2023-05-05–2023-11-12, 2023-01-01–2023-05-04 part",
		"2024-01-27": "2023-05-05–2023-11-12, 2023-01-01–2023-05-04 part",
		"2024-01-28": "2023-05-05–2023-11-12, 2023-01-01–2023-12-31",
		"2024-04-28": "2023-05-05–2023-11-12, 2023-01-01–2023-12-31, 2024-01-01–2024-03-31 part",
	} {
		got := ""
		for _, d := range due(days{calendar.MustParse("2023-01-01"), calendar.MustParse(today)}, nil, periods) {
			if got != "" {
				got += ", "
			}
			got += d.stretch[0].from.String() + "–" + d.stretch[len(d.stretch)-1].to.String()
			if d.part {
				got += " part"
			}
		}
		if got != want {
			t.Errorf("%s: %s, want %s", today, got, want)
		}
	}
}
